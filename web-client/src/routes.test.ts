import { expect, test } from 'vitest';
import {
  backOf,
  enrolPage,
  hoursPage,
  lessonPage,
  officePage,
  openEssayPage,
  openEssaysPage,
  openPage,
  signInAgain,
} from './routes';

test('what an address names is escaped', () => {
  expect(lessonPage('../x', 'a b')).toBe('/lesson/..%2Fx?as=a%20b');
  expect(hoursPage('s', 'a?b')).toBe('/hours/a%3Fb?as=s');
  expect(enrolPage('zp/1')).toBe('/enrol/zp%2F1');
  expect(officePage('s', 'classes', { phase: 'a&b' })).toBe('/office/classes?as=s&phase=a%26b');
  expect(officePage('s', 'reports', { phase: 'p', behind: 'true' })).toBe(
    '/office/reports?as=s&phase=p&behind=true',
  );
});

test('what is not said stands in no address', () => {
  expect([hoursPage('s'), enrolPage(), officePage('s')]).toEqual(['/hours?as=s', '/enrol', '/office?as=s']);
  expect(officePage('s', 'audit', { phase: null, class: '' })).toBe('/office/audit?as=s');
});

test('what everybody may read lies below the open catalogue', () => {
  expect([openPage(), openEssaysPage(), openEssayPage(7)]).toEqual([
    '/open',
    '/open/essays',
    '/open/essays/7',
  ]);
  expect([openEssaysPage('s'), openEssayPage(7, 's')]).toEqual(['/open/essays?as=s', '/open/essays/7?as=s']);
});

test('whoever signs in again comes back', () => {
  const again = new URL(
    signInAgain(new URL('https://class.example/office/people?phase=zp-1&as=s')),
    'https://x',
  );
  expect(backOf(again)).toBe('/office/people?phase=zp-1');
});

test.each([
  ['/home?as=old', '/home'],
  ['/office/classes?phase=zp-1&as=old', '/office/classes?phase=zp-1'],
  ['//evil.example/x', null],
  ['/\\evil.example', null],
  ['https://evil.example/', null],
  ['javascript:alert(1)', null],
  ['', null],
])('back to %s is %s', (back, page) => {
  expect(backOf(new URL(`https://class.example/?back=${encodeURIComponent(back)}`))).toBe(page);
});
