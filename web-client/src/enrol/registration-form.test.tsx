// @vitest-environment happy-dom
import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { button, leave, place, press, show as showOnPage, type } from '../kit/on-page';
import type { MyRegistration, Unit } from '../protocol';
import { phase } from './fixtures';
import { EMPTY, formOf } from './form';
import { RegistrationFormStep } from './registration-form';

const units: Unit[] = [{ code: '33', name: '浙江省教育厅', short: '浙江', kind: 'province' }];

const notice = () => ({
  version,
  handlers: ['教师工作司'],
  organisation: '北京信息职业技术学院',
  contacts: ['培训秘书处 010-85305090'],
  zh: [{ title: '保存多久', text: '学时长期保存。' }],
  en: [{ title: 'How long', text: 'Credit for good.' }],
});

let bodies: { form: Record<string, unknown>; submit: boolean; consent?: string }[];
let version: string;
let answer: () => Response;
let saved: MyRegistration | null;

const field = (label: string) => {
  const found = [...place.querySelectorAll('label')].find((one) => one.textContent?.startsWith(label));
  return document.getElementById(found?.htmlFor ?? '') as HTMLInputElement;
};
const told = (label: string) =>
  document.getElementById(field(label).getAttribute('aria-describedby') ?? '')?.textContent;

const write = (label: string, text: string) => type(field(label), text);

async function fillIn(): Promise<void> {
  await write('姓名', '王丽');
  await write('证件号码', '11010519491231002X');
  await write('选派单位', '33');
  await write('学校（单位）', '宁波职业技术学院');
  await write('学校类型', 'higher');
  await write('手机号', '13812345678');
}

const agree = () =>
  act(async () => (place.querySelector('input[type=checkbox]') as HTMLInputElement).click());
const send = () => press('提交报名');

const show = (mine: MyRegistration | null = null, phone: string | null = null) =>
  showOnPage(
    <RegistrationFormStep
      seat="s1"
      phase={phase()}
      units={units}
      mine={mine}
      known={{}}
      phone={phone}
      onSaved={(registration) => {
        saved = registration;
      }}
    />,
  );

beforeEach(async () => {
  sessionStorage.clear();
  bodies = [];
  saved = null;
  answer = () => new Response('{"id":7,"state":"submitted"}');
  version = '2026-11';
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path.includes('/notice')) return new Response(JSON.stringify(notice()));
    bodies.push(JSON.parse(String(init.body)));
    return answer();
  });
  await show();
});

test('nothing is wrong before one has tried; then all of it is told, each at its field', async () => {
  expect(place.querySelectorAll('[aria-invalid=true]').length).toBe(0);
  await send();
  expect(bodies).toEqual([]);
  expect([told('姓名'), told('选派单位'), told('手机号')]).toEqual(Array(3).fill('请填写这一项。'));
  expect(place.textContent).toContain('请先阅读并同意');
});

test('what is filled in and agreed to is sent', async () => {
  await fillIn();
  expect(place.textContent).toContain('必填 7 项，已填好 7 项');
  await agree();
  await send();
  expect(bodies.map(({ submit, form }) => [submit, form.name, form.sex, form.unit])).toEqual([
    [true, '王丽', 'female', '33'],
  ]);
  expect(saved?.state).toBe('submitted');
});

test('a refusal of the server stands at its field until that is changed', async () => {
  answer = () => {
    const wrong = [{ field: 'school', wrong: 'too_long' }];
    return new Response(JSON.stringify({ code: 'wrong', message: '', wrong }), { status: 422 });
  };
  await fillIn();
  await agree();
  await send();
  expect(told('学校（单位）')).toBe('太长了，请写短一些。');
  await write('学校（单位）', '一中');
  expect(told('学校（单位）')).toContain('例如');
});

test('a document that is registered already is told at the number', async () => {
  answer = () => new Response('{"code":"document_refused","message":""}', { status: 409 });
  await fillIn();
  await agree();
  await send();
  expect(told('证件号码')).toContain('请联系你的单位');
});

test('a closed window is told in words', async () => {
  answer = () => new Response('{"code":"closed","message":""}', { status: 409 });
  await fillIn();
  await agree();
  await send();
  expect(place.querySelector('[role=alert]')?.textContent).toContain('报名已经截止');
});

test('a draft is there after a reload, and gone once it was sent', async () => {
  await fillIn();
  await leave();
  await show();
  expect([field('姓名').value, field('证件号码').value]).toEqual(['王丽', '11010519491231002X']);
  await agree();
  await send();
  await leave();
  await show();
  expect(field('姓名').value).toBe('');
});

test('the form promises no more than the tab keeps', async () => {
  await fillIn();
  expect(place.textContent).toContain('要关掉时，请先点“先保存，以后再交”');
  expect(button('先保存，以后再交')).toBeTruthy();
  sessionStorage.clear(); // The tab was closed.
  await leave();
  await show();
  expect(field('证件号码').value).toBe('');
  expect(JSON.stringify({ ...localStorage })).not.toContain('11010519491231002X');
});

test('the notice names who handles what, and what is agreed to is its version', async () => {
  for (const word of ['教师工作司', '北京信息职业技术学院', '010-85305090', '学时长期保存', '版本 2026-11']) {
    expect(place.textContent).toContain(word);
  }
  await fillIn();
  await agree();
  await send();
  expect(bodies.map(({ consent }) => consent)).toEqual(['2026-11']);
});

test('another notice meanwhile is shown, and has to be agreed to anew', async () => {
  await fillIn();
  await agree();
  answer = () => {
    version = '2027-01';
    const wrong = [{ field: 'consent', wrong: 'outdated' }];
    return new Response(JSON.stringify({ code: 'wrong', message: '', wrong }), { status: 422 });
  };
  await send();
  expect(place.textContent).toContain('说明有了新版本');
  expect(place.textContent).toContain('版本 2027-01');
  expect((place.querySelector('input[type=checkbox]') as HTMLInputElement).checked).toBe(false);
});

test('who has agreed to this version is not asked again', async () => {
  await leave();
  const form = formOf(EMPTY);
  await show({ form, consent: { version: '2026-11', at_ms: 0 } } as unknown as MyRegistration);
  expect(place.querySelector('input[type=checkbox]')).toBeNull();
  expect(place.textContent).toContain('已同意《个人信息说明》（版本 2026-11）');
});

test('the mobile number of the account needs no typing', async () => {
  await show(null, '138****5678');
  expect(place.textContent).toContain('138****5678');
  await fillIn();
  await write('手机号', '');
  await agree();
  await send();
  expect(bodies[0]).toMatchObject({ submit: true, form: { mobile: '' } });
});
