import { describe, expect, test } from 'vitest';
import { classEn } from '../class/texts.en';
import { classZh } from '../class/texts.zh';
import { everyReason } from './fixtures';
import { entryReasonText, reasonText } from './reasons';
import { hoursEn } from './texts.en';
import { hoursZh } from './texts.zh';

const zh = everyReason.map((reason) => reasonText(reason, hoursZh, classZh));
const en = everyReason.map((reason) => reasonText(reason, hoursEn, classEn));

/** The figures that must be in the sentence, as people read them. */
const FIGURES: [string[], string[]][] = [
  [
    ['68 分钟', '1.5 学时', '2 学时'],
    ['68 min', '1.5 credit hours', '2 credit hours'],
  ],
  [
    ['65 分 5 秒', '90 分钟'],
    ['65 min 5 s', '90 min'],
  ],
  [['7 分 5 秒'], ['7 min 5 s']],
  [['11 分钟'], ['11 min']],
  [['1 分 15 秒'], ['1 min 15 s']],
  [
    ['1 分 20 秒', '「第二讲」'],
    ['1 min 20 s', '“第二讲”'],
  ],
  [['第 4 段'], ['Part 4']],
  [
    ['第 3 段', '2 次'],
    ['Part 3', '2 checks'],
  ],
  [
    ['第 5 段', '没能再问到'],
    ['Part 5', 'could not be asked'],
  ],
  [
    ['第 6 段', '45 秒', '15 分钟'],
    ['Part 6', '45 s', '15 min'],
  ],
  [
    ['第 6 段', '40 秒'],
    ['Part 6', '40 s'],
  ],
  [['没有发给'], ['not put to']],
  [['早于'], ['older']],
  [['截止'], ['deadline']],
  [['没有这一段'], ['no such part']],
  [
    ['86 分 30 秒', '85 分钟', '2 学时'],
    ['86 min 30 s', '85 min', '2 credit hours'],
  ],
  [
    ['66 分 15 秒', '4 分 30 秒', '1.4 学时'],
    ['66 min 15 s', '4 min 30 s', '1.4 credit hours'],
  ],
  [
    ['21 分钟', '45 分钟'],
    ['21 min', '45 min'],
  ],
  [['11 分 40 秒'], ['11 min 40 s']],
  [['不把看回放'], ['no credit for watching']],
];

describe('every reason is a sentence with its figures', () => {
  test.each(FIGURES.map((figures, index) => [everyReason[index]?.reason, index, figures] as const))(
    '%s (%i)',
    (_, index, [inChinese, inEnglish]) => {
      for (const figure of inChinese) expect(zh[index]).toContain(figure);
      for (const figure of inEnglish) expect(en[index]).toContain(figure);
    },
  );

  test('a lesson that the reader knows goes by its title', () => {
    const reason = { reason: 'elsewhere', elsewhere_seconds: 75, lesson: 'l7' } as const;
    const known = reasonText(reason, hoursZh, classZh, (id) => (id === 'l7' ? '第七讲' : undefined));
    expect(known).toContain('「第七讲」');
    expect(reasonText(reason, hoursZh, classZh)).toContain('「l7」');
  });

  test('all are there, none is like another, none has a hole', () => {
    expect(FIGURES.length).toBe(everyReason.length);
    for (const sentences of [zh, en]) {
      expect(new Set(sentences).size).toBe(sentences.length);
      expect(sentences.join(' ')).not.toMatch(/undefined|NaN|null/);
    }
  });
});

describe('what people entered into the ledger', () => {
  const inChinese = (reason: string) => entryReasonText(reason, hoursZh.decision.codes);
  test.each([
    ['PLATFORM_FAULT', '平台故障'],
    ['SIGN_SHEET: 第 12 行', '以签到表为准: 第 12 行'],
    ['OTHER: 两行\n文字 (appeal 7)', '其他（须写明）: 两行\n文字'],
    ['DATA_ERROR (appeal 7)', '数据有误'],
    ['UNHEARD_OF: x', 'UNHEARD_OF: x'],
    ['自由文字', '自由文字'],
    ['', ''],
  ])('%s', (reason, text) => {
    expect(inChinese(reason)).toBe(text);
  });
});
