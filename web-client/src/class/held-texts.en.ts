/** The time in which a class counts as held, in English: the same keys as `held-texts.zh.ts`. */
import type { HeldTexts } from './held-texts.zh';

const minutes = (n: number) => (n === 1 ? '1 minute' : `${n} minutes`);

export const heldEn: HeldTexts = {
  notStarted: (n) =>
    n === 0
      ? 'It is time, and nobody has pressed “Start class”: what is taught now does not count.'
      : `Nobody has pressed “Start class”: ${minutes(n)} taught so far do not count. Please start the class.`,
  notYet: 'The class has not started: time counts from when your instructor starts it.',
  end: {
    ask: (planned, taught, worth, credit) =>
      `${minutes(planned)} planned, ${minutes(taught)} taught: the class would be worth ${worth} of ${credit} credit hours. End it all the same? Everybody leaves.`,
    yes: 'End now',
  },
  takeBack: {
    button: 'Take the end back',
    hint: (left) =>
      `Ended by mistake? You can take it back for ${left}: the class and its recording go on, and everybody comes back by itself.`,
    back: 'The end was taken back. Returning to the class…',
    failed: 'That did not work. Please try again.',
    too_late:
      'More than 10 minutes have passed, or the hours were computed: it cannot be taken back any more.',
    waiting: 'If the end is taken back, this page returns to the class by itself.',
  },
  removed: 'removed',
  readmit: 'Let in again',
  readmitted: (name) => `${name} can come in again with the same link.`,
};
