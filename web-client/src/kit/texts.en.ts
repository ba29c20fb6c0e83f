/** The words of every page in English. They load first, so only the necessary ones stand here. */
import type { KitTexts } from './texts.zh';

export const kitEn: KitTexts = {
  app: 'Live Classroom',
  language: '中文',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Try again',
  loading: 'Opening…',
  you: 'Me',
  fullscreen: 'Full screen',
  exitFullscreen: 'Leave full screen',
  toHome: 'Back to my classes',
  unknown: {
    title: 'There is no such page',
    text: 'The address may be mistyped, or the page is gone. Please check the link, or go to the front page.',
    front: 'To the front page',
  },
  role: { instructor: 'Instructor', trainee: 'Trainee', operator: 'Operator' },
};
