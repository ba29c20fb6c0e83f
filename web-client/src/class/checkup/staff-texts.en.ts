/** The network checks before a class as staff see them, in English: the same keys as `staff-texts.zh.ts`. */
import type { ChecksTexts } from './staff-texts.zh';

const people = (n: number) => (n === 1 ? '1 person' : `${n} people`);

export const checksEn: ChecksTexts = {
  title: 'Network checks before class',
  wallHint: 'Lessons that run or begin within 24 hours. Open one to see the names.',
  checked: (checked, all) => `Checked ${checked}/${all}`,
  noUdp: (n) => `${people(n)} without UDP`,
  slow: (n) => `${people(n)} slow`,
  allGood: 'all good',
  starts: (when) => `begins ${when}`,
  verdict: { good: 'Good', slow: 'Slow', no_udp: 'No UDP' },
  device: { phone: 'phone', tablet: 'tablet', computer: 'computer', other: 'other device' },
  unchecked: 'Not checked',
  noPeople: 'This lesson has no trainees yet.',
  failed: 'The names could not be fetched; open it again in a while.',
  rtt: (ms) => `round trip ${ms} ms`,
  loss: (percent) => `${percent} % lost on the way up`,
  down: (mbit) => `${mbit} Mbit/s down`,
  up: (mbit) => `${mbit} Mbit/s up`,
  advice: 'Without UDP there is neither sound nor picture in class: another network (a phone hotspot) helps.',
  server:
    'More than half are without UDP: probably the server’s UDP ports are closed. Look at the server and its firewall first.',
};
