/** The check before a class in English: the same keys as `texts.zh.ts`. */
import type { CheckupTexts } from './texts.zh';

export const checkupEn: CheckupTexts = {
  title: 'Check before class',
  intro:
    'One minute to see whether this device and its network are ready. Check on the device and network you will use.',
  start: 'Begin the check',
  again: 'Once more',
  running: 'Checking…',
  browser: 'Browser',
  browserGood: 'Ready for live classes.',
  browserBad:
    'Cannot show live classes. Please use a recent Chrome, Edge or Safari; in WeChat choose “Open in browser” at the top right.',
  network: 'Network',
  figures: (rtt, down, up) =>
    `round trip ${rtt} ms, about ${down} Mbit/s down${up === null ? '' : `, ${up} Mbit/s up`}`,
  networkGood: 'Good: clear pictures.',
  networkFair: 'Fair: it works; pictures may become less sharp by themselves.',
  networkWeak: 'Weak: use the data saver, with voice and slides.',
  networkLost: 'The server cannot be reached. Please check your network.',
  udp: 'The way of sound and picture (UDP)',
  udpGood: 'Open: you will see and hear the class.',
  udpSlow:
    'Open, but slow; pictures may not be clear. Move closer to your router, stop downloads and other videos, or try another network and check once more.',
  udpNone:
    'Closed: this network blocks the sound and picture of classes. Try another network and check once more, such as a phone hotspot; at work, ask the network administrator to let UDP through.',
  udpLate:
    'If there is no time for that: in the class you can only read and write; there is no sound or picture, and no time counts. Instead of entering, watch the replay of the lesson: it is there while the class runs, some seconds late, and what you watch counts as making up.',
  udpWatch: 'Watch the replay of this lesson',
  udpBusy: 'Too many people are checking at the moment; this one was not done. Try again in half a minute.',
  udpFailed: 'This one was not done; please check once more.',
  udpFigures: (rtt, loss) =>
    [rtt !== null && `round trip ${rtt} ms`, loss !== null && `${loss} % lost on the way up`]
      .filter(Boolean)
      .join(', '),
  kept: 'What the network check finds (open or not, how fast, phone or computer) is kept for 7 days; only your instructors and administrators see it, to help before the class.',
  sound: 'Sound',
  soundPlay: 'Play a tone',
  soundHeard: 'I heard it',
  soundNot: 'I did not',
  soundAsk: 'Did you hear it?',
  soundGood: 'Your speaker works.',
  soundBad: 'Turn up the volume, unmute, or check your headphones, and play it again.',
  mic: 'Microphone (only for speaking on stage)',
  micTry: 'Try it',
  micStop: 'Done',
  micHint: 'Say something and see whether the bar moves.',
  good: 'You are ready',
  notYet: 'Something needs attention',
};
