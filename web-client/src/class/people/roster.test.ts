import { describe, expect, test } from 'vitest';
import type { SheetLine } from '../../protocol';
import { person } from '../fixtures';
import { matchesSearch, pinyinInitials, sortRoster } from './roster';

describe('the order of the roster', () => {
  test('hand up, on stage, weak network, here, gone', () => {
    const participants = [
      person(1, { name: '走了', here: false, on_stage: true }),
      person(2, { name: '在' }),
      person(3, { name: '弱', network: 'weak' }),
      person(4, { name: '台上', on_stage: true }),
      person(5, { name: '举手' }),
      person(6, { name: '断', network: 'lost' }),
    ];
    const order = sortRoster({ participants, hands: [5], sheet: [] }).map((p) => p.name);
    expect(order).toEqual(['举手', '台上', '断', '弱', '在', '走了']);
  });

  test('hands first come first, also when the person is on stage or weak', () => {
    const participants = [person(1, { on_stage: true }), person(2, { network: 'weak' }), person(3)];
    expect(sortRoster({ participants, hands: [3, 1, 2], sheet: [] }).map((p) => p.id)).toEqual([3, 1, 2]);
  });

  test('the instructor leads the stage, names follow in pinyin', () => {
    const participants = [
      person(1, { name: '张伟' }),
      person(2, { name: '阿里' }),
      person(3, { name: '陈静' }),
      person(4, { name: '赵老师', on_stage: true, role: 'instructor' }),
      person(5, { name: '白雪', on_stage: true }),
    ];
    const order = sortRoster({ participants, hands: [], sheet: [] }).map((p) => p.name);
    expect(order).toEqual(['赵老师', '白雪', '阿里', '陈静', '张伟']);
  });

  test('among those who are just here, a missed check comes first and then who came late', () => {
    const participants = [1, 2, 3, 4].map((id) => person(id));
    const line = (participant: number, change: Partial<SheetLine>): SheetLine => ({
      participant,
      first_ms: 0,
      last_ms: 0,
      counted_s: 0,
      asked: 1,
      answered: 1,
      late: false,
      ...change,
    });
    const sheet = [line(1, {}), line(2, { late: true }), line(3, { answered: 0 })];
    const order = sortRoster({ participants, hands: [], sheet }).map((p) => p.id);
    expect(order).toEqual([3, 2, 1, 4]);
  });

  test('the order does not change what was given', () => {
    const participants = [person(2), person(1)];
    sortRoster({ participants, hands: [], sheet: [] });
    expect(participants.map((p) => p.id)).toEqual([2, 1]);
  });
});

describe('search', () => {
  test.each([
    ['王丽', 'wl'],
    ['陈静怡', 'cjy'],
    ['欧阳志强', 'oyzq'],
    ['Tom 李', 'tom l'],
  ])('%s has the initials %s', (name, initials) => {
    expect(pinyinInitials(name)).toBe(initials);
  });

  test.each([
    ['', true],
    ['丽', true],
    ['WL', true],
    [' 王 ', true],
    ['陈', false],
  ])('"%s" finds 王丽: %s', (text, found) => {
    expect(matchesSearch(person(1, { name: '王丽' }), text)).toBe(found);
  });
});
