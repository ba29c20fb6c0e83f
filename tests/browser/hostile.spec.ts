/**
 * What other people wrote is text and nothing else: markup and scripts in names, chat lines, titles, announcements,
 * file names and options of polls show as they were written, on every page that shows them. What the server would
 * refuse is put into its database, as an old version or another program may have done.
 */
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { PASSWORD, totp } from './front-door.ts';
import { Person } from './person.ts';
import { Server } from './server.ts';

/** Markup that runs, injects, or leaves an attribute, wherever it is taken for more than text; `mark` says where it was. */
const evil = (mark: string) => `${mark}'"><img src=x data-evil onerror=hit()>`;

interface Hit {
  ran: number;
  injected: number;
  blocked: string[];
}

/** Counts in every page of a context what must never happen. */
async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen = { ran: 0, blocked: [] as string[] };
    Object.assign(window, { hit: () => (seen.ran += 1), seenByTest: seen });
    document.addEventListener('securitypolicyviolation', (event) => {
      seen.blocked.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
}

/** Waits until the page shows all `marks` as text, and finds nothing that came alive. */
async function holds(page: Page, name: string, ...marks: string[]): Promise<void> {
  for (const mark of marks) {
    const written = page.getByText(evil(mark).slice(0, mark.length + 12)).first();
    await expect(written, `${name} shows ${mark} as it was written`).toBeAttached();
  }
  const found = await page.evaluate((): Hit => {
    const { seenByTest } = window as unknown as { seenByTest: { ran: number; blocked: string[] } };
    const scripts = [...document.scripts].filter(({ src }) => !src.startsWith(location.origin));
    const injected = document.querySelectorAll('[data-evil], [onerror], [href^="javascript:"]');
    return { ...seenByTest, injected: injected.length + scripts.length };
  });
  expect(found, name).toEqual({ ran: 0, injected: 0, blocked: [] });
}

// Many pages, each loaded anew: half a minute on a quiet machine.

let server: Server;
test.afterEach(async () => {
  await server.stop();
});

test('in class: names, title, chat, polls and notices, for everybody and on the wall', async ({ browser }) => {
  server = await Server.start();
  await server.sql(
    `UPDATE lessons SET title = ${quoted(evil('课名'))};
     UPDATE people SET name = ${quoted(evil('人'))} || substr(id, 1, 3);`,
  );
  await server.kill();
  await server.restart();
  const people = await Promise.all(
    [server.links.instructor, server.links.trainees[0], server.links.operator].map(async (link) => {
      const person = await Person.open(browser, 'about:blank');
      await watch(person.page.context());
      await person.page.goto(link as string);
      await person.page.waitForURL(/\/(lesson|operator)\b/);
      return person;
    }),
  );
  const [teacher, trainee, operator] = people as [Person, Person, Person];
  await trainee.button('知道了，进入课堂').click();
  await teacher.button('进入课堂').click();
  await teacher.button('上课').click();
  await trainee.page.getByRole('tab', { name: /聊天/ }).click();
  await trainee.page.getByPlaceholder('说点什么…').fill(evil('聊天'));
  await trainee.button('发送').click();
  await holds(trainee.page, 'the chat', '聊天', '人');

  await teacher.button('提问').click();
  await command(teacher.page, {
    do: 'open_poll',
    poll: { question: evil('问题'), options: [evil('甲'), evil('乙')], multiple: false, right: [] },
  });
  await holds(trainee.page, 'the poll', '问题', '甲', '乙');
  await holds(teacher.page, 'the round of the poll', '问题', '甲');
  await holds(teacher.page, 'the class of the instructor', '人');
  await holds(operator.page, 'the wall', '课名');
  for (const person of people) {
    expect(person.problems).toEqual([]);
    await person.leave();
  }
});

test('outside of class: home, enrolment, hours, replay and the whole office', async ({ browser }) => {
  const [started, invitations] = await Server.startPhase(['--people', '3', '--waiting', '3']);
  server = started;
  await server.sql(
    `UPDATE people SET name = ${quoted(evil('人'))} WHERE id IN (SELECT person FROM registrations)
         OR id IN (SELECT person FROM lesson_instructors);
     UPDATE lessons SET title = ${quoted(evil('课名'))};
     UPDATE programmes SET title = ${quoted(evil('项目'))};
     UPDATE phases SET title = ${quoted(evil('期次'))} || id;
     UPDATE phase_courses SET title = ${quoted(evil('课程'))} || id;
     UPDATE classes SET host = ${quoted(evil('承办'))};
     UPDATE registrations SET name = ${quoted(evil('报名'))}, school = ${quoted(evil('学校'))};
     UPDATE direct_units SET name = ${quoted(evil('单位'))} || code;
     INSERT INTO announcements (class, title, text, by, at_ms)
       SELECT id, ${quoted(evil('公告'))}, ${quoted(evil('正文'))}, (SELECT id FROM people LIMIT 1), 1 FROM classes;`,
  );
  const context = await browser.newContext({ locale: 'zh-CN' });
  await watch(context);
  const page = await context.newPage();
  const open = async (path: string, name: string, ...marks: string[]) => {
    await page.goto(path);
    await holds(page, name, ...marks);
  };

  await test.step('a trainee', async () => {
    const { origin, seat } = await signIn(context, invitations.get('demo-trainee-1') ?? '');
    const lesson = await server.sql("SELECT id FROM lessons WHERE class IS NOT NULL AND kind = 'live' LIMIT 1");
    await open(`${origin}/home?as=${seat}`, 'home', '课名', '公告', '正文');
    await open(`${origin}/enrol?as=${seat}`, 'enrolment', '期次');
    await open(`${origin}/hours?as=${seat}`, 'hours');
    await open(`${origin}/replay/${lesson.trim()}?as=${seat}`, 'replay');
    await open(`${origin}/help?as=${seat}`, 'help');
    await open(`${origin}/enrol/${encodeURIComponent(evil('x'))}?as=${seat}`, 'an address with markup');
    await open(`${origin}/?back=${encodeURIComponent("javascript:hit()//")}`, 'a way back with a script');
  });

  await test.step('the office', async () => {
    const { origin, seat } = await signIn(context, invitations.get('demo-training') ?? '', true);
    const office = (section: string) => `${origin}/office/${section}?as=${seat}`;
    await open(office('registrations'), 'registrations', '期次', '报名', '学校');
    await page.locator('.who button').first().click();
    await holds(page, 'one registration', '报名', '学校');
    for (const [section, mark] of [
      ['quotas', '期次'],
      ['contacts', '期次'],
      ['classes', '期次'],
      ['timetable', '期次'],
      ['announcements', '期次'],
      ['phases', '项目'],
    ] as const) {
      await open(office(section), section, mark);
    }
    await open(office('policy'), 'policy');
    await open(office('nominations'), 'nominations', '期次');
    const table = [evil('表头'), evil('格')].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: `${evil('文件')}.csv`, mimeType: 'text/csv', buffer: Buffer.from(`${table}\r\n${table}`) });
    await expect(page.getByText('没有导入任何一行').first()).toBeVisible();
    await holds(page, 'the mistakes of a file');
  });
  await context.close();
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Sends a command over a socket of its own, as the page's session. */
async function command(page: Page, wanted: object): Promise<void> {
  const answer = await page.evaluate(async (wanted) => {
    const lesson = location.pathname.split('/')[2];
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/signal/${lesson}${location.search}`);
    const said = new Promise<string>((resolve, reject) => {
      socket.onerror = () => reject(new Error('no socket'));
      socket.onmessage = ({ data }) => {
        const { type, id } = JSON.parse(data) as { type: string; id?: number };
        if (type === 'snapshot') socket.send(JSON.stringify({ type: 'command', id: 1, command: wanted }));
        if (id === 1) resolve(data);
      };
    });
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', version: 1, resume: null }));
    const data = await said;
    socket.close();
    return data;
  }, wanted);
  expect(JSON.parse(answer)).toMatchObject({ type: 'ack' });
}

/** Uses an invitation up by the API; administrators enrol an authenticator, too. */
async function signIn(
  context: BrowserContext,
  invitation: string,
  isAdmin = false,
): Promise<{ origin: string; seat: string }> {
  const { origin, hash } = new URL(invitation);
  const post = async <T>(path: string, data: object): Promise<T> => {
    const answer = await context.request.post(origin + path, { data, headers: { origin } });
    expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
    return (await answer.json()) as T;
  };
  const secret = new URLSearchParams(hash.slice(1)).get('secret') ?? hash.slice(1);
  const { seat } = await post<{ seat: string }>('/api/account/invitation', { secret, password: PASSWORD });
  if (isAdmin) {
    const setup = await post<{ secret: string }>(`/api/account/totp?as=${seat}`, { password: PASSWORD });
    await post(`/api/account/totp/confirm?as=${seat}`, { code: totp(setup.secret) });
  }
  return { origin, seat };
}
