/** The home page in English: timetable, self-study, device check, help. */
import type { HomeTexts } from './texts.zh';

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const homeEn: HomeTexts = {
  home: {
    title: 'My classes',
    hello: (name) => `Hello, ${name}`,
    conclusion: 'Completion and certificate',
    now: 'Now',
    open: 'Doors are open',
    next: 'Next lesson',
    enter: 'Enter the class',
    opensAt: (when) => `Opens ${when}, 30 minutes before the beginning`,
    opensIn: (left) => `in ${left}`,
    noLesson: 'No lesson is planned now.',
    noLessonHint: 'Your timetable will be shown here.',
    instructor: 'Instructor',
    taughtBy: (names) => `Taught by ${names}`,
    credit: (hours) => `${hours} credit hours`,
    today: 'Today',
    tomorrow: 'Tomorrow',
    timetable: 'Timetable',
    past: (n) => `${count(n, 'lesson', 'lessons')} that ended`,
    noTimetable: 'No lessons yet.',
    replay: 'Replay',
    door: { not_yet: 'Not open yet', open: 'Open', over: 'Over', cancelled: 'Cancelled' },
    live: 'Live',
    paused: 'Break',
    notPlaced: 'You are not in this class',
    announcements: 'Announcements',
    noAnnouncements: 'No announcements.',
    moreAnnouncements: (n) => `${n} earlier`,
    calendar: 'Calendar',
    calendarHint:
      'Add this address to the calendar of your phone or computer: it reminds you, and follows every change.',
    calendarSecret: 'Whoever has the address sees your timetable: do not pass it on. It is shown only once.',
    calendarMake: 'Create an address',
    calendarHave: 'You have an address. If you lost it, create another; the old one stops working.',
    calendarRenew: 'Another address',
    calendarRenewAsk: 'The old address stops working at once; calendars that use it are no longer updated.',
    calendarStop: 'Stop',
    calendarStopAsk: 'Calendars that use it are no longer updated.',
    calendarAddress: 'Address',
    hours: 'My credit hours',
    help: 'Help and contacts',
    old: 'No network: what you see may be old.',
    days: (n) => count(n, 'day', 'days'),
    hoursLong: (n) => `${n} h`,
    minutes: (n) => `${n} min`,
    seconds: (n) => `${n} s`,
  },
  study: {
    title: 'Self-study',
    hint: 'Watch the whole recording in your own time and it is credited. About every 15 minutes you are asked to confirm; what plays faster than normal does not count.',
    count: (done: number, all: number) => `${done} of ${all} done`,
    watched: (percent: number) => `${percent}% watched`,
    opens: (day: string) => `From ${day}`,
    gone: 'The recording is not open right now. Please come back later.',
    until: (when: string) => `Counts if finished by ${when}`,
    done: (hours: string | null) =>
      hours ? `Done: ${hours} credit hours entered` : 'Done: its hours are counted once, see “My hours”',
    late: 'Its time is over: you may still watch, but nothing more is credited.',
    go: { begin: 'Start', on: 'Go on', again: 'Watch again' },
  },
  help: {
    title: 'Help and contacts',
    contacts: 'Contacts',
    noContacts: 'No contacts are published yet. Please ask your unit administrator.',
    organisation: 'Organiser',
    questions: 'Questions',
    list: [
      {
        q: 'How do I attend?',
        a: 'Sign in: the lesson that is now or next is on top of your home page. The button works from 30 minutes before; nothing needs to be installed. On a phone you can add this page to the home screen and open it like an app.',
      },
      {
        q: 'Why does the button not work?',
        a: 'Doors open 30 minutes before. If it is time, reload the page. “You are not in this class” means that you have no class yet, or another one: ask an administrator.',
      },
      {
        q: 'No sound, or the picture stands still?',
        a: 'Use the check on your home page: it says whether the way of sound and picture (UDP) is open; if not, another network helps, such as a phone hotspot. On a weak network press “Data saver” in class: voice and slides remain. After a break of the network you are reconnected by itself; your seat and the minutes counted so far are kept.',
      },
      {
        q: 'It does not open in WeChat?',
        a: 'The browser inside WeChat cannot show live classes. Press “…” at the top right and choose “Open in browser”.',
      },
      {
        q: 'How long does the review take? What is the waiting list?',
        a: 'Units and the training administrator review after registration closes. People who are approved while their unit has no seat left wait, and move up in the order of registration when somebody withdraws.',
      },
      {
        q: 'How are credit hours counted?',
        a: 'The rules are told before every lesson, your counted minutes are shown in class, and “My credit hours” explains every line afterwards. You may appeal.',
      },
      {
        q: 'Forgot your password, or have a new mobile number?',
        a: 'With a new number change it under account and security once you are signed in. If you forgot the password or cannot sign in: ask your unit or class administrator: they send you a link to set a new password.',
      },
    ],
  },
};
