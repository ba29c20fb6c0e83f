/** Credit hours within the class, in English: the same keys as `texts.zh.ts`. */
import { hoursFigure, spanOf } from '../../i18n/figures';
import type { InClassTexts } from './texts.zh';

export const inClassEn: InClassTexts = {
  span: (all) => {
    const { minutes, seconds } = spanOf(all);
    if (minutes === 0) return `${seconds} s`;
    return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
  },
  hours: (ch) => `${hoursFigure(ch)} credit ${Math.abs(ch) === 100 ? 'hour' : 'hours'}`,
  rules: {
    title: 'How this lesson counts',
    worth: (hours, from, to) => `This lesson is worth ${hours}, from ${from} to ${to}.`,
    full: (full, least) =>
      `Attend ${full} and all of it counts; less than ${least} gives nothing; in between you get your share.`,
    checks: (block, seconds) =>
      `About every ${block} you are asked to press “I am here” within ${seconds} seconds; without it, or a message or an answer, that part does not count, also if you leave before you are asked.`,
    checksStaff: (block, seconds) =>
      `About every ${block} trainees are asked to press “I am here” within ${seconds} seconds; you can call the roll at any time, or make one void.`,
    enter: 'Understood, enter the class',
  },
  check: {
    title: 'Are you with us?',
    titleRoll: 'Roll call',
    asks: {
      block: 'Asked once in each part of the lesson. One press is enough.',
      roll: 'Your instructor is calling the roll. One press is enough.',
    },
    yes: 'I am here',
    left: (seconds) => `${seconds} s left`,
    over: 'Time is up',
    sending: 'Confirming…',
    unsent: 'No connection. It is sent as soon as you are back.',
    done: 'Confirmed ✓',
    announce: (title, seconds) => `${title} Press “I am here” within ${seconds} seconds.`,
    tab: '❗Press “I am here”',
    refusal: {
      too_late:
        'The time to answer has just passed. You can go on attending; if something kept you, appeal after class.',
      wrong_state: 'This check is over or already counted. No need to press again.',
      not_found: 'This check was cancelled. It does not affect your hours.',
    },
  },
  minutes: {
    pill: (counted, taught) => `${counted} of ${taught} min`,
    label: (counted, taught) =>
      `${taught} minutes taught, ${counted} of them count for you. Open for details`,
    title: 'My time in this lesson',
    taught: 'Taught',
    counted: 'Counts for me',
    full: (span) => `From ${span} on, the whole credit is yours.`,
    toFull: (span) => `${span} to go.`,
    reached: 'You have reached it.',
    least: (span) => `Below ${span} there is no credit.`,
    gaps: 'What does not count',
    nothing:
      'Nothing was taught yet that counts: it begins with the instructor’s first picture or sound in class.',
    noGaps: 'Every minute taught so far counts.',
    why: {
      absent: 'not in class (offline, page closed, or left)',
      unanswered: 'the check of this part was not answered',
      unasked: 'the check of this part could not be asked',
    },
    makeUp: 'Watching the replay after class makes up for it; if something kept you, you can appeal.',
    asOf: (time) => `As of ${time}; it may be up to one minute behind.`,
    goal: 'Progress to full credit',
  },
  roll: {
    call: 'Roll call',
    title: 'Roll calls and checks',
    none: 'No roll call yet. Press “Roll call” and everybody is asked to press “I am here”.',
    kind: { block: (block) => `Check of part ${block}`, roll: () => 'Roll call' },
    answered: (n, all) => `${n}/${all} confirmed`,
    left: (seconds) => `${seconds} s left`,
    counting: 'Collecting the last answers…',
    closed: 'Closed',
    void: 'Void: it affects nobody’s hours',
    waiting: 'Not yet',
    missed: 'Not confirmed',
    all: 'Everybody confirmed.',
    nobody: 'There is nobody who has to confirm.',
    more: (n) => `${n} more`,
    makeVoid: 'Make void',
    voidAsk: 'Make this one void? It will affect nobody’s hours, and this cannot be undone.',
    voidYes: 'Make it void',
    show: 'Show',
    refusal: {
      wrong_state: 'No roll call now: no trainee is in class, or the last check is still open.',
      too_fast: 'Too many roll calls. Wait a moment.',
    },
    voidRefusal: {
      wrong_state: 'This one is void already.',
      not_found: 'This one is no longer there.',
    },
  },
  sheet: {
    counted: (minutes) => `${minutes} min counted`,
    checks: (answered, asked) => `checks ${answered}/${asked}`,
    late: 'late',
  },
  links: {
    mine: 'My hours',
    lesson: 'Hours sheet',
    desk: 'Hours and appeals',
  },
};
