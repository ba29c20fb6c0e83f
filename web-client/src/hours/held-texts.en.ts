/** Declarations on the class sheet, in English: the same keys as `held-texts.zh.ts`. */
import type { HoursHeldTexts } from './held-texts.zh';

export const hoursHeldEn: HoursHeldTexts = {
  title: 'When the class was held',
  intro:
    'Was the class not started, or ended by mistake? One person declares when it was held, out of the times at which the instructor was seen or heard; another one confirms it, and the hours are recomputed.',
  none: 'Nothing was seen or heard of the instructor in this lesson, so there is nothing to declare.',
  over: 'The time to declare it is over.',
  until: (day, time) => `It can be declared until ${day}, ${time}.`,
  from: 'Began',
  to: 'Ended',
  planned: (time) => `${time} (planned)`,
  text: 'Why (goes into the audit log)',
  send: 'Declare',
  sent: 'Declared. Another operator must confirm it.',
  span: (from, to) => `Held from ${from} to ${to}`,
  askedBy: (name, text) => `Declared by ${name}: ${text}`,
  own: 'You declared this; another operator must confirm it.',
  confirm: 'Confirm',
  refuse: 'Refuse',
  confirmed: 'Confirmed. The hours are being recomputed; refresh in a moment.',
  refused: 'Refused.',
  declared: (from, to) => `Declared: held from ${from} to ${to}.`,
  waiting: 'Times of classes to be confirmed',
  noWaiting: 'No time of a class waits to be confirmed.',
};
