import { expect, test } from 'vitest';
import type { ChatLine, ClassNotice } from '../../protocol';
import { allOf, unreadOf, unreadText } from './unread';

const line = (id: number, from: number): ChatLine => ({ id, from, name: '', text: '', at_ms: 0 });

test('lines of others beyond the last one seen are unread', () => {
  const chat = [line(1, 3), line(2, 2), line(3, 4), line(5, 3)];
  const after = (line: number, you: number | null) => unreadOf(chat, [], { line, noticeMs: 0 }, you);
  expect(after(0, 2)).toBe(3);
  expect(after(3, 2)).toBe(1);
  expect(after(5, 2)).toBe(0);
  expect(after(1, null)).toBe(3);
  expect([unreadText(99), unreadText(100)]).toEqual(['99', '99+']);
});

test('what operators told everybody counts as well', () => {
  const notice = (at_ms: number): ClassNotice => ({ at_ms, text: '' });
  const notices = [notice(100), notice(200)];
  expect(unreadOf([], notices, { line: 0, noticeMs: 100 }, 2)).toBe(1);
  expect(unreadOf([line(1, 3)], notices, { line: 0, noticeMs: 0 }, 2)).toBe(3);
  expect(unreadOf([line(1, 3)], notices, allOf([line(1, 3)], notices), 2)).toBe(0);
});
