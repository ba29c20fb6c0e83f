import { expect, test } from 'vitest';
import { at, inside, outside } from './path';

test('paths of the client stand below the path of the proxy', () => {
  expect(at('/home?as=s', '/class')).toBe('/class/home?as=s');
  expect(at('/home', '')).toBe('/home');
  for (const other of ['https://example.org/', '//example.org', '#x', '?x', 'blob:x']) {
    expect(at(other, '/class')).toBe(other);
  }
});

test.each([
  ['https://x.cn/class/home?as=s#y', '/class', 'https://x.cn/home?as=s#y'],
  ['https://x.cn/class', '/class', 'https://x.cn/'],
  ['https://x.cn/class/', '/class', 'https://x.cn/'],
  ['https://x.cn/classes', '/class', 'https://x.cn/classes'],
  ['https://x.cn/home', '', 'https://x.cn/home'],
])('%s below %s is %s', (address, base, expected) => {
  expect(inside(new URL(address), base).href).toBe(expected);
});

test('an address goes out as it came in', () => {
  const address = new URL('https://x.cn/class/office/people?as=s');
  expect(outside(inside(address, '/class'), '/class').href).toBe(address.href);
});
