/** The office over a real server: lists, contacts, seats, decisions, records, roles, lessons, the audit log. */
import { readFileSync } from 'node:fs';
import { type Browser, expect, test } from '@playwright/test';
import { Clerk, rowsOf } from './clerk.ts';
import { day, documentNumber, PASSWORD, setPassword, totp } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

test.use({ actionTimeout: 60_000 });

/** The demo gives the unit that its unit administrator is of. */
const UNIT_SEATS = 40;
const WAITING = 60;
/** Of the running phase, so that those who wait are numbered from here. */
const PEOPLE = 10;
const PHONE = { width: 390, height: 844 };

let server: Server;
let invitations: Map<string, string>;
test.afterEach(async () => {
  await server.stop();
});

/** A server with so many people, and its training administrator. */
async function office(browser: Browser, people: number, waiting: number): Promise<Clerk> {
  [server, invitations] = await Server.startPhase(['--people', `${people}`, '--waiting', `${waiting}`]);
  return Clerk.of(browser, invitations.get('demo-training') ?? '', 'demo-training');
}

const HEADINGS = '姓名,性别,证件类型,证件号码,单位全称,省份,培训期次,手机号';

test('lists, seats, decisions and records', async ({ browser }) => {
  const clerk = await office(browser, PEOPLE, WAITING);
  const { page } = clerk;
  await clerk.phase('demo-2');
  const first = (await page.locator('.who button').first().textContent()) ?? '';
  // As the demo numbers them: the first who waits, and somebody who never came.
  const registered = documentNumber('33010519800111000');
  const absent = documentNumber('33010519700102001');

  await test.step('a list with mistakes is not taken, and each is told with its cell; then a good one is', async () => {
    await clerk.section('上报名单');
    const bad = [
      `,男,居民身份证,${absent},学院,浙江省,第2期,13900000001`,
      `李雷,男,居民身份证,${absent.slice(1)},学院,浙江省,第2期,13900000001`,
      `李雷,男,居民身份证,${absent},学院,浙江市,第9期,139`,
    ];
    await clerk.choose('list.csv', [HEADINGS, ...bad].join('\r\n'));
    await expect(page.getByText('没有导入任何一行')).toBeVisible();
    const told = await page.locator('.mistakes tbody tr').allInnerTexts();
    expect(told.map((line) => line.split(/\s/).slice(0, 3).join(' '))).toEqual([
      '2 A 姓名',
      '3 D 证件号码',
      '4 F 省份',
      '4 G 培训期次',
      '4 H 手机号',
    ]);
    expect(told[2]).toContain('没有这一项。请照导出的表填写全称。');
    await expect(page.getByText('还没有上报名单。')).toBeVisible();
    const good = [
      `${first},女,居民身份证,${registered},学院,浙江省,第2期,13900000001`,
      `李雷,男,居民身份证,${absent},学院,浙江省,第2期,13900000002`,
    ];
    const sexes = (text: string) => (Number(text.split(',')[3]?.[16]) % 2 === 1 ? '男' : '女');
    await clerk.choose('list.csv', [HEADINGS, ...good.map((line) => line.replace(/男|女/, sexes(line)))].join('\r\n'));
    await expect(page.getByText('将导入 2 行：新增 2，更新 0')).toBeVisible();
    await clerk.button('导入').click();
    await expect(page.getByText('已导入 2 行：新增 2，更新 0')).toBeVisible();
    await expect(clerk.row(first)).toContainText('待审核');
    await expect(clerk.row('李雷')).toContainText('还没有报名');
    for (const [text, rows] of [[absent, 1], ['李', 1], ['学院', 2], ['韩梅梅', 0]] as const) {
      await page.getByRole('searchbox').fill(text);
      await clerk.button('查找').click();
      await expect(page.locator('.office-table tbody tr')).toHaveCount(rows);
    }
  });

  await test.step('all of a unit approved at once: its seats, and no more', async () => {
    await clerk.section('报名审核');
    await page.getByLabel('单位', { exact: true }).selectOption('33');
    const seats = page.getByRole('region', { name: '名额' });
    await expect(seats).toContainText(`剩余 ${UNIT_SEATS}`);
    await page.getByRole('checkbox', { name: '选择本页全部' }).check();
    await clerk.button('通过').click();
    await expect(clerk.dialog).toContainText(`现在还有 ${UNIT_SEATS} 个名额。`);
    await clerk.answer(`通过 ${WAITING} 人`);
    await expect(clerk.dialog).toContainText(`已通过 ${UNIT_SEATS} 人`);
    await expect(clerk.dialog).toContainText(`候补 ${WAITING - UNIT_SEATS} 人`);
    await clerk.answer('关闭');
    await expect(seats).toContainText('剩余 0');
    await expect(seats).toContainText(`已占用 ${UNIT_SEATS}`);
  });

  await test.step('a record: shown in full with a reason, put right, and masked again', async () => {
    await page.getByLabel('上报名单', { exact: true }).selectOption('yes');
    await expect(page.locator('.who button')).toHaveCount(1);
    await clerk.button(`查看 ${first} 的报名`).click();
    await page.getByText('查看完整号码').first().click();
    await clerk.dialog.getByLabel('理由').first().fill('电话核对');
    await clerk.button('查看完整号码').click();
    await expect(clerk.dialog).toContainText(registered);
    await clerk.dialog.getByText('更正', { exact: true }).first().click();
    await clerk.dialog.getByLabel('手机号').fill('123');
    await clerk.dialog.getByLabel('理由').fill('本人来电');
    await clerk.answer('保存更正');
    await expect(clerk.dialog).toContainText('手机号为 11 位');
    await clerk.dialog.getByLabel('手机号').fill('13900009999');
    await clerk.answer('保存更正');
    await expect(clerk.dialog).toContainText('139****9999');
    await expect(clerk.dialog).not.toContainText(registered);
    await expect(clerk.dialog.getByLabel('手机号')).toHaveValue('');
    await page.keyboard.press('Escape');
    await clerk.button('清除筛选').click();
  });

  await test.step('somebody on the waiting list is refused where the registration is read', async () => {
    await page.getByRole('button', { name: /^候补/ }).click();
    await expect(page.locator('.who button')).toHaveCount(WAITING - UNIT_SEATS);
    await page.locator('.who button').first().click();
    const reject = clerk.dialog.getByRole('button', { name: '不通过', exact: true });
    await reject.click();
    await page.keyboard.press('Escape'); // The question alone, not the record below it.
    await expect(clerk.dialog).toHaveCount(1);
    await reject.click();
    await clerk.answer('不通过 1 人');
    await expect(page.getByText('请写明理由，学员会看到。')).toBeVisible();
    await page.getByLabel('给学员的理由').fill('材料不全');
    await clerk.answer('不通过 1 人');
    await expect(page.getByText('未通过 1 人')).toBeVisible();
    await clerk.answer('关闭');
    await expect(clerk.dialog).toContainText('材料不全');
    await page.keyboard.press('Escape');
    await expect(page.locator('.who button')).toHaveCount(WAITING - UNIT_SEATS - 1);
  });

  await test.step('the file holds what the list shows; in full only with a reason', async () => {
    await page.getByRole('button', { name: /^全部/ }).click();
    await expect(page.locator('.who')).toHaveCount(WAITING);
    const shown = await page.locator('tbody tr').evaluateAll((rows) =>
      rows.map((row) => [
        row.querySelector('.who button')?.textContent ?? '',
        row.querySelector('.who small')?.textContent ?? '',
      ]),
    );
    await clerk.button('导出').click();
    const csv = clerk.dialog.getByRole('link', { name: 'CSV（UTF-8）' });
    const masked = rowsOf(await clerk.saved(csv));
    const column = masked[0]?.indexOf('证件号码*') ?? -1;
    expect(masked.slice(1).map((row) => [row[1], row[column]])).toEqual(shown);
    await clerk.dialog.getByText(/^完整证件号码/).click();
    await expect(csv).toHaveCount(0);
    await clerk.dialog.getByRole('textbox', { name: '理由' }).fill('报送主管部门');
    const full = rowsOf(await clerk.saved(csv));
    expect(full[1]?.[column]).toBe(registered);
    await page.keyboard.press('Escape');
  });

  await test.step('the auditor sees who looked at what, and why', async () => {
    const auditor = await Clerk.of(browser, await server.invite('audit_admin', '赵审计'));
    await auditor.page.getByRole('searchbox').first().fill('陈培训');
    await auditor.page.getByLabel('操作', { exact: true }).selectOption('registration.revealed');
    await auditor.button('查找').click();
    const line = auditor.page.locator('.audit-table tbody tr');
    await expect(line).toHaveCount(1);
    await expect(line).toContainText('陈培训');
    await expect(line).toContainText(first);
    await expect(line).toContainText('理由电话核对');
    await auditor.page.getByLabel('操作', { exact: true }).selectOption('registration.exported');
    await auditor.button('查找').click();
    await expect(line).toContainText('理由报送主管部门');
    const file = readFileSync(await auditor.saved(auditor.page.getByRole('link', { name: /下载全部/ })), 'utf8');
    expect(file).toContain('registration.revealed');
    expect(file).not.toContain(registered);
    await auditor.leave();
  });
  await clerk.leave();
});

test('contacts, seats as a file, roles, and lessons for all classes', async ({ browser }) => {
  const clerk = await office(browser, 210, 5);
  const { page } = clerk;
  await clerk.phase('demo-1');

  await test.step('contacts of a unit far down are filled in where one looks', async () => {
    await clerk.section('单位联系人');
    await clerk.row('山东').getByRole('button', { name: '修改' }).click();
    const fill = async (who: string, field: string, text: string) =>
      clerk.dialog.getByRole('group', { name: who }).getByLabel(field).fill(text);
    await expect(clerk.dialog).toBeInViewport();
    await fill('负责人', '姓名', '王处长');
    await fill('负责人', '电话', '010—85305090');
    await fill('联系人', '姓名', '李科长');
    await fill('联系人', '电话', '85305');
    await fill('联系人', '邮箱', 'li@');
    await clerk.answer('保存');
    await expect(clerk.dialog.locator('.field-problem')).toHaveCount(2);
    await fill('联系人', '电话', '0531-87566101-8703');
    await fill('联系人', '邮箱', 'li@example.cn');
    await clerk.answer('保存');
    await expect(clerk.row('山东')).toContainText('010-85305090');
    await expect(clerk.row('山东')).toContainText('0531-87566101-8703');
  });

  await test.step('the table of seats goes out and comes in unchanged; beyond the plan it is refused', async () => {
    await clerk.section('名额');
    const panel = (title: string) =>
      page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title }) });
    const excel = readFileSync(await clerk.saved(panel('导出').getByRole('link', { name: 'Excel' })));
    await page.locator('input[type=file]').setInputFiles({ name: 'r1.xlsx', mimeType: '', buffer: excel });
    await expect(page.getByText('更新 0')).toBeVisible();
    const path = await clerk.saved(panel('导出').getByRole('link', { name: 'CSV（UTF-8）' }));
    const table = readFileSync(path, 'utf8').replace(/^1,北京市,11,\d+,\d+,\d+/m, '1,北京市,11,6,99999,100005');
    await clerk.choose('r1.csv', table.replace(/\r\n,合计[^\r]*/, ''));
    await expect(page.locator('.mistakes tbody tr')).toHaveText(/第2期.*超过本期计划 10000/);
  });

  await test.step('reports: everybody with hours, the figures by unit, and a pack that is kept', async () => {
    await clerk.section('报表');
    await page.getByRole('button', { name: '分省汇总' }).click();
    const summary = rowsOf(await clerk.saved(page.getByRole('link', { name: 'CSV（UTF-8）' })));
    expect(summary[0]?.slice(1, 7)).toEqual(['单位', '单位代码', '名额', '报名', '审核通过', '参训']);
    expect([summary.length, summary.at(-2)?.[5]]).toEqual([40, '210']);
    expect(summary.at(-1)?.[0]).toContain('数据来源');
    await page.getByRole('button', { name: '留存与下发' }).click();
    await page.getByLabel('单位', { exact: true }).selectOption('37');
    await page.getByRole('button', { name: '生成', exact: true }).click();
    const pack = await clerk.saved(page.getByRole('row').filter({ hasText: '山东' }).getByRole('link').first());
    expect(readFileSync(pack).subarray(0, 2).toString()).toBe('PK');
  });

  await test.step('roles are given, and a frozen account comes in by no older invitation', async () => {
    const security = await Clerk.of(browser, await server.invite('security_admin', '李安全'));
    await security.page.getByText('邀请新人员').click();
    await security.page.getByLabel('姓名', { exact: true }).fill('孙老师');
    await security.page.getByLabel('登录名', { exact: true }).fill('sun-laoshi');
    await security.page.getByLabel('增加角色').selectOption('instructor');
    await security.button('生成邀请链接').click();
    const link = (await security.dialog.locator('.secret-text').textContent()) ?? '';
    await security.page.keyboard.press('Escape');
    const act = async (name: string) => {
      await security.row('孙老师').getByRole('button', { name }).click();
      if (name === '修改角色') await security.dialog.getByLabel('增加角色').selectOption('trainee');
      await security.dialog.getByLabel('理由').fill('调整分工');
      await security.answer(name);
      await expect(security.dialog).toHaveCount(0);
    };
    await security.button('对孙老师的操作').click();
    await act('冻结');
    await expect(security.row('孙老师')).toContainText('已冻结');
    const sun = await Person.open(browser, link);
    await expect(sun.page.getByText('这个账号已被冻结')).toBeVisible();
    await act('解冻');
    await act('修改角色');
    await expect(security.row('孙老师')).toContainText('学员');
    await sun.page.reload();
    await setPassword(sun.page);
    await expect(sun.page).toHaveURL(/\/home/);
    await sun.leave();
    await security.leave();
  });

  await test.step('a unit administrator invites trainees of the own unit', async () => {
    const unit = await Clerk.of(browser, invitations.get('demo-unit') ?? '');
    await unit.section('人员与邀请');
    await unit.page.getByText('邀请新人员').click();
    await unit.page.getByLabel('姓名', { exact: true }).fill('方学员');
    await unit.page.getByLabel('登录名', { exact: true }).fill('fang-xueyuan');
    await unit.page.getByLabel('增加角色').selectOption('trainee');
    await unit.button('生成邀请链接').click();
    await expect(unit.dialog).toContainText('方学员的邀请链接');
    await unit.page.keyboard.press('Escape');
    await expect(unit.row('方学员')).toContainText('学员 · 浙江');
    await unit.leave();
  });

  await test.step('one lesson for all classes, with two instructors; changed and cancelled in one', async () => {
    await clerk.section('课表');
    await clerk.button('给所有班排同一节课').click();
    await page.getByLabel('课名').fill('智慧课堂');
    await page.getByLabel('日期').fill(day(-30));
    for (const name of ['王老师', '孙老师']) {
      await page.getByLabel('讲师姓名').fill(name);
      await clerk.button('添加讲师').click();
      await clerk.button(`+ ${name}`).click();
    }
    await clerk.button('保存').click();
    await expect(page.getByText('时间不在本期学习时间内，或已经过去。')).toBeVisible();
    await page.getByLabel('日期').fill(day(2));
    await clerk.button('保存').click();
    await expect(page.getByText('王老师 在重叠的时间里有 3 节课。')).toBeVisible();
    await clerk.button('仍然保存').click();
    await expect(page.getByText('已给 3 个班排好。')).toBeVisible();
    await page.getByLabel('班级', { exact: true }).selectOption('demo-1-003');
    const line = page.locator('.lesson-line').filter({ hasText: '智慧课堂' });
    await expect(line).toContainText('王老师');
    await expect(line).toContainText('孙老师');
    await clerk.button('增加一节课').click();
    await page.getByLabel('课名').fill('重叠的课');
    await page.getByLabel('日期').fill(day(2));
    await clerk.button('保存').click();
    await expect(page.getByText('这个班在这段时间已经有课。')).toBeVisible();
    const asked = page.waitForEvent('dialog').then((question) => question.accept());
    await clerk.button('返回').click();
    await asked; // What was typed is given up.
    await line.getByRole('button', { name: '取消这节课' }).click();
    await clerk.dialog.getByLabel('理由').fill('讲师生病');
    await clerk.answer('取消这节课');
    await expect(line).toContainText('已取消');
  });

  await test.step('a recording session: planned, moved, taken back', async () => {
    const panel = page.locator('section.panel').filter({ has: page.getByRole('heading', { name: '录课' }) });
    await expect(panel).toContainText('还没有安排录课');
    await panel.getByRole('button', { name: '安排录课' }).click();
    await panel.getByLabel('课名').fill('政策解读录制');
    await panel.getByLabel('日期').fill(day(1));
    // Six hours from now, Beijing time: the lessons of the demo are at this time of day.
    const hour = String(new Date(Date.now() + 14 * 3_600_000).getUTCHours()).padStart(2, '0');
    await panel.getByLabel('开始').fill(`${hour}:00`);
    await panel.getByLabel('结束').fill(`${hour}:45`);
    await panel.getByRole('button', { name: '保存' }).click();
    await expect(panel).toContainText('讲师：请填写这一项。');
    await panel.getByLabel('讲师姓名').fill('王老师');
    await panel.getByRole('button', { name: '添加讲师' }).click();
    await panel.getByRole('button', { name: '+ 王老师' }).click();
    await panel.getByRole('button', { name: '保存' }).click();
    const line = panel.locator('.lesson-line').filter({ hasText: '政策解读录制' });
    await expect(line).toContainText('王老师');
    await line.getByRole('button', { name: '修改' }).click();
    await panel.getByLabel('课名').fill('政策解读（二）');
    await panel.getByRole('button', { name: '保存' }).click();
    await panel.getByRole('button', { name: '取消这节课' }).click();
    await clerk.dialog.getByLabel('理由').fill('改期');
    await clerk.answer('取消这节课');
    await expect(panel.locator('.lesson-line')).toContainText(['政策解读（二）']);
    await expect(panel.locator('.lesson-line')).toContainText(['已取消']);
  });

  await test.step('signed out while writing: signs in over the page, and nothing is lost', async () => {
    await clerk.section('公告');
    await page.getByLabel('标题').fill('开班通知');
    await page.getByLabel('内容').fill('写了很久。');
    await page.context().clearCookies();
    await clerk.button('发布').click();
    await clerk.dialog.getByLabel('手机号或登录名').fill(clerk.login);
    await clerk.dialog.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await clerk.answer('登录');
    // The code of the set-up may not have passed yet.
    await clerk.dialog.getByLabel('验证码').fill(totp(clerk.secret, 1));
    await clerk.answer('验证并登录');
    await expect(clerk.dialog).toHaveCount(0);
    await expect(page.getByLabel('内容')).toHaveValue('写了很久。');
    await clerk.button('发布').click();
    await expect(page.getByText('已发布。')).toBeVisible();
  });

  await test.step('on a phone no section is wider than the screen, in both languages', async () => {
    await page.setViewportSize(PHONE);
    for (const language of ['English', '中文']) {
      await clerk.button(language).click();
      const links = page.locator('.office-nav a[href*="/office/"]');
      for (let at = 0; at < (await links.count()); at += 1) {
        await links.nth(at).click();
        await expect(page.locator('.office-section h1')).toBeVisible();
        await page.waitForLoadState('networkidle');
        const beyond = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
        expect(await page.evaluate(beyond), page.url()).toBe(0);
        await expect(links.nth(at)).toBeInViewport();
      }
    }
  });
  await clerk.leave();
});
