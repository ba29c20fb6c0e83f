/** What tests of the front door share: first sign-ins, codes, made-up numbers. */
import { createHmac } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import type { Person } from './person.ts';

export const PASSWORD = 'Quiet-river-2026';

/** An administrator who was invited sets a password and an authenticator. */
export async function enterOffice(admin: Person): Promise<void> {
  await setUp(admin);
  await expect(admin.page.getByRole('heading', { name: '报名审核' })).toBeVisible();
}

/** The same for whoever begins with another page; answers the secret of the authenticator. */
export async function setUp(admin: Person): Promise<string> {
  const office = admin.page;
  await setPassword(office);
  await admin.button('开始绑定').click();
  await office.getByText('不能扫码？手工输入密钥').click();
  const secret = (await office.locator('.secret-text').textContent()) ?? '';
  await office.getByLabel(/六位数字/).fill(totp(secret));
  await admin.button('确认绑定').click();
  await admin.button('我已保存好').click();
  return secret;
}

/** The code that an authenticator shows for this secret now, or so many half minutes later (RFC 6238). */
export function totp(secret: string, later = 0): string {
  const bits = [...secret.replace(/\s|=/g, '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

export async function setPassword(page: Page): Promise<void> {
  await page.getByLabel('新密码').fill(PASSWORD);
  await page.getByLabel('再输入一次').fill(PASSWORD);
  await page.getByRole('button', { name: '设置密码' }).click();
}

/** Day in Beijing, so many from now, as a date field takes it. */
export function day(ahead: number): string {
  return new Date(Date.now() + 8 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);
}

/** A number that is valid by GB 11643. */
export function documentNumber(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((all, weight, at) => all + weight * Number(body[at]), 0);
  return body + '10X98765432'[sum % 11];
}
