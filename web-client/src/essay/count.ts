/**
 * The length of a text (E-1): each Chinese character and Chinese punctuation mark is 1, each run of other characters
 * is 1, blanks and invisible characters are 0. The server counts alike (`src/essay/count.rs`) and has the last word;
 * both are held against `tests/shared/essay.json`.
 */

type Kind = 'blank' | 'one' | 'shared' | 'other';

/**
 * Characters that take no room of their own, signs for what is absent, private use, no characters; and marks that stand on
 * the one before.
 */
const UNSEEN =
  /[\p{M}\p{Default_Ignorable_Code_Point}\p{Co}\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{fdd0}-\u{fdef}\u{fff9}-\u{fffc}\u{fffe}\u{ffff}\u{110bd}\u{110cd}\u{13430}-\u{1345f}\u{1d159}\u{e0000}-\u{10ffff}]|(?!\p{White_Space})\p{Cc}/gu;
/** White space, and the empty pattern of Braille. */
const BLANK = /[\p{White_Space}\u{2800}]/u;
/** Marks that Chinese and western writing share. */
const SHARED = /[\u{b7}\u{2014}\u{2018}\u{2019}\u{201c}\u{201d}\u{2026}]/u;
/** Ideographs and radicals, then CJK and full-width punctuation. */
const ONE =
  /[\u{2e80}-\u{2fdf}\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{f900}-\u{faff}\u{20000}-\u{3fffd}\u{3001}-\u{303f}\u{fe10}-\u{fe1f}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff0f}\u{ff1a}-\u{ff20}\u{ff3b}-\u{ff40}\u{ff5b}-\u{ff65}]/u;

function kind(character: string): Kind {
  if (BLANK.test(character)) return 'blank';
  if (SHARED.test(character)) return 'shared';
  return ONE.test(character) ? 'one' : 'other';
}

/** The length of a text, the number of E-1. */
export function count(text: string): number {
  const kinds = Array.from(text.normalize('NFC').replace(UNSEEN, ''), kind);
  let number = 0;
  let inRun = false;
  kinds.forEach((one, at) => {
    const isWithin = inRun && kinds[at + 1] === 'other';
    const goesOn = (one === 'other' && inRun) || (one === 'shared' && isWithin);
    if (one !== 'blank' && !goesOn) number += 1;
    inRun = one === 'other' || (one === 'shared' && isWithin);
  });
  return number;
}
