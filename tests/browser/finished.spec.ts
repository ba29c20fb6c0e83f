/** The end of a phase: a certificate from the home page to the paper, from the paper's QR code back to its page. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { expectNoFaults } from './axe.ts';
import { Clerk } from './clerk.ts';
import { setPassword } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

// A module of the old kind, whose types say otherwise.
const jsQR = createRequire(import.meta.url)('jsqr') as typeof import('jsqr').default;

test.use({ actionTimeout: 60_000 });

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let server: Server;
let invitations: Map<string, string>;
test.beforeEach(async () => {
  [server, invitations] = await Server.startPhase(['--people', '3', '--waiting', '0', '--finished'], await freePort());
});
test.afterEach(() => server.stop());

const link = (login: string) => invitations.get(login) ?? '';

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo;
      listener.close(() => resolve(port));
    });
  });
}

const run = (program: string, ...flags: string[]) => promisify(execFile)(program, flags);

/** What the QR code on the first page of a PDF says. */
async function scanned(pdf: string): Promise<string> {
  await run('pdftoppm', '-r', '150', '-singlefile', pdf, pdf);
  const picture = readFileSync(`${pdf}.ppm`);
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(picture.subarray(0, 32).toString('latin1'));
  if (!head) throw new Error('not a picture as pdftoppm writes them');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let at = 0; at < width * height; at++) {
    pixels.set(picture.subarray(head[0].length + at * 3, head[0].length + at * 3 + 3), at * 4);
  }
  return jsQR(pixels, width, height)?.data ?? '';
}

async function fits(page: Page, width: number): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
}

test('a certificate is downloaded on a phone, scanned by a stranger, and seen by the office', async ({
  browser,
}, info) => {
  const shot = (name: string) => info.outputPath(name);
  const trainee = await Person.open(browser, link('demo-trainee-1'), PHONE);
  const phone = trainee.page;
  await setPassword(phone);
  let pdf = '';
  await test.step('the home page leads to it', async () => {
    await phone.locator('main.home').waitFor();
    await phone.screenshot({ path: shot('home-phone.png'), fullPage: true });
    await phone.locator('a[href*="/certificate/demo-3"]').first().click();
    await expect(phone.getByText('已结业').first()).toBeVisible();
    await expectNoFaults(phone);
    await fits(phone, 390);
    await phone.screenshot({ path: shot('mine-phone.png'), fullPage: true });
    const button = phone.getByRole('link', { name: '下载证书（PDF）' });
    const [download] = await Promise.all([phone.waitForEvent('download'), button.click()]);
    pdf = await download.path();
  });

  await test.step('the badge is verified by a foreign library, with the published keys alone', async () => {
    const button = phone.getByRole('link', { name: '下载数字徽章' });
    const [download] = await Promise.all([phone.waitForEvent('download'), button.click()]);
    const badge = readFileSync(await download.path(), 'utf8').trim();
    const published = await (await phone.request.get(new URL('/.well-known/did.json', phone.url()).href)).json();
    const methods: { publicKeyJwk: JSONWebKeySet['keys'][number] }[] = published.verificationMethod;
    const keys = createLocalJWKSet({ keys: methods.map((method) => method.publicKeyJwk) });
    const { payload } = await jwtVerify(badge, keys, { algorithms: ['EdDSA'], issuer: published.id });
    expect(payload.type).toEqual(expect.arrayContaining(['VerifiableCredential', 'OpenBadgeCredential']));
    const [head, body, signature] = badge.split('.') as [string, string, string];
    const forged = Buffer.from(JSON.stringify({ ...payload, sub: 'did:web:example.org' })).toString('base64url');
    expect(forged).not.toBe(body);
    await expect(jwtVerify(`${head}.${forged}.${signature}`, keys)).rejects.toThrow();
  });

  const stranger = await browser.newContext({ locale: 'zh-CN', ...PHONE });
  const check = await stranger.newPage();
  await test.step('its QR code leads a stranger to a page that says it is valid', async () => {
    const address = await scanned(pdf);
    expect(address).toMatch(/^http:\/\/localhost:\d+\/v\/ZP\d{17}[\dX]\?k=/);
    await check.goto(address);
    await expect(check.getByText('有效', { exact: true })).toBeVisible();
    await expectNoFaults(check);
    await fits(check, 390);
    await check.screenshot({ path: shot('check-phone.png'), fullPage: true });
    await check.locator('input[type=file]').setInputFiles({ name: '证书.pdf', mimeType: 'application/pdf', buffer: readFileSync(pdf) });
    await expect(check.getByText('文件与签发时完全相同。', { exact: false })).toBeVisible();
    await check.goto(address.replace(/k=(.)/, (_, first) => (first === 'z' ? 'k=y' : 'k=z')));
    await expect(check.getByText('查无此证').first()).toBeVisible();
    await check.goto(address);
  });

  await test.step('the office sees what was issued, and from the reports into the hours of one person', async () => {
    const office = await Clerk.of(browser, link('demo-training'));
    const { page } = office;
    await office.section('结业证书');
    await office.phase('demo-3');
    await expect(office.page.getByText(/^有效 90 张/)).toBeVisible();
    await expectNoFaults(office.page);
    await office.page.screenshot({ path: shot('office.png'), fullPage: true });

    await office.section('报表');
    await page.getByRole('button', { name: /^不合格/ }).click();
    await page.getByRole('searchbox').fill('学院');
    await office.button('查找').click();
    await expect(page).toHaveURL(/passed=no&text=/);
    const list = page.url();
    const names = page.getByRole('region', { name: '结业情况' }).locator('.who a');
    const name = (await names.first().textContent()) ?? '';
    const count = await names.count();
    await names.first().click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeFocused();
    const lessons = page.getByRole('region', { name: '上过的课' }).getByRole('article');
    await expect(lessons.first().getByRole('listitem').first()).toBeVisible();
    await expect(page.getByRole('region', { name: '学时账本' })).toContainText('直播课');
    await expect(page.getByRole('region', { name: '五年学时证明' })).toContainText('已结束的专题');
    await expectNoFaults(page);
    await page.setViewportSize(PHONE.viewport);
    await fits(page, 390);
    await page.screenshot({ path: shot('person-phone.png'), fullPage: true });
    // The address alone shows the same.
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await expect(lessons.first()).toBeVisible();
    await page.getByRole('link', { name: '回到名单' }).click();
    await expect(names).toHaveCount(count);
    expect(page.url()).toBe(list);
    await expect(page.getByRole('button', { name: /^不合格/ })).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByRole('searchbox')).toHaveValue('学院');
    await fits(page, 390);
  });
});
