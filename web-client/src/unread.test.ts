import { expect, test } from 'vitest';
import type { ChatLine } from './protocol';
import { unreadOf, unreadText } from './unread';

const line = (id: number, from: number): ChatLine => ({ id, from, name: '', text: '', at_ms: 0 });

test('lines of others beyond the last one seen are unread', () => {
  const chat = [line(1, 3), line(2, 2), line(3, 4), line(5, 3)];
  expect(unreadOf(chat, 0, 2)).toBe(3);
  expect(unreadOf(chat, 3, 2)).toBe(1);
  expect(unreadOf(chat, 5, 2)).toBe(0);
  expect(unreadOf(chat, 1, null)).toBe(3);
  expect([unreadText(99), unreadText(100)]).toEqual(['99', '99+']);
});
