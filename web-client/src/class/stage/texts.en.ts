/** The words in the place of the main picture while it is dark: why, and what will happen. */
import type { DarkTexts } from './texts.zh';

export const darkEn: DarkTexts = {
  reconnecting: 'The connection to the server is lost; connecting again.',
  media: 'Sound and picture are being connected…',
  gone: 'The instructor is not in the class yet',
  left: 'The instructor is out of the class for a moment; please wait',
  notYet: 'The instructor has not opened a picture yet',
  closed: 'The instructor has switched the picture off; the sound goes on',
  lost: 'The instructor’s connection is lost and will come back by itself. Stay here: the picture returns.',
  coming: 'The picture is being connected…',
  paused: 'Break; please wait',
  ended: 'The class is over',
  open: 'The class has not begun; please wait',
  teacher: (name) => `Instructor: ${name}`,
  teacherHere: (name) => `${name}, the instructor, is here`,
  starts: (time) => `Begins at ${time}`,
  startsIn: (span) => `in ${span}`,
  due: 'It is time; the instructor will begin the class',
  dueTeacher: 'It is time; press “Start class”',
  minutes: (n) => (n === 1 ? '1 minute' : `${n} minutes`),
  hours: (h, m) => (m === 0 ? `${h} h` : `${h} h ${m} min`),
  soon: 'less than a minute',
  hint: 'While you wait, see that your sound is on. The picture appears by itself; no need to reload.',
  seen: 'Everybody already sees and hears what you open.',
  hintTeacher: 'Everybody already sees and hears what you open. Credit hours count from “Start class”.',
  checkDevices: 'Check devices and network',
};
