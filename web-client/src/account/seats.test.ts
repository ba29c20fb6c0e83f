// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest';
import type { Me } from '../protocol';
import { forgetSeat, pageOf, rememberedSeats, rememberSeat } from './seats';

const me = (seat: string): Me => ({
  seat,
  name: '王丽',
  role: 'trainee',
  lesson: 'demo',
  lesson_title: '第一讲',
  earns_hours: true,
  corrects_hours: false,
  lesson_ended: false,
  rules: null,
});

beforeEach(() => localStorage.clear());

test('the last seat comes first, each once, six at most', () => {
  for (const seat of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'b']) rememberSeat(me(seat));
  expect(rememberedSeats().map((one) => one.seat)).toEqual(['b', 'g', 'f', 'e', 'd', 'c']);
  forgetSeat('g');
  expect(rememberedSeats().map((one) => one.seat)).toEqual(['b', 'f', 'e', 'd', 'c']);
});

test('a spoilt memory is an empty one', () => {
  for (const spoilt of ['{', '5', '[1,null]']) {
    localStorage.setItem('live-classroom.seats', spoilt);
    expect(rememberedSeats()).toEqual([]);
  }
});

test('everybody has a page, addresses are escaped', () => {
  expect(pageOf(me('a b'))).toBe('/lesson/demo?as=a%20b');
  expect(pageOf({ ...me('x'), lesson: '../x', role: 'instructor' })).toBe('/lesson/..%2Fx?as=x');
  expect(pageOf({ ...me('x'), lesson: null, role: 'operator' })).toBe('/operator?as=x');
});
