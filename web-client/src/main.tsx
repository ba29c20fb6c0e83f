/** Starts the page, and the shell cache that makes it installable. */
import { createRoot } from 'react-dom/client';
import { at, here } from './base/path';
import { App } from './ui/app';
import { SpeechProvider } from './ui/text';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/controls.css';
import './ui/styles/things.css';
import './ui/styles/top.css';
import './ui/styles/stage.css';
import './ui/styles/bar.css';
import './ui/styles/chat.css';
import './ui/styles/people.css';
import './ui/styles/sheets.css';
import './ui/styles/check.css';
import './ui/styles/class-check.css';
import './ui/styles/polls.css';
import './ui/styles/minutes.css';
import './ui/styles/lesson.css'; // Last: it says what changes with the size of the window.

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <SpeechProvider>
      <App address={here()} />
    </SpeechProvider>,
  );
}

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // The class comes first: the shell is cached after the page has loaded, and nothing ever reloads it.
  window.addEventListener('load', () => {
    navigator.serviceWorker
      .register(at('/sw.js'))
      .catch((error: unknown) => console.info('shell not cached', error));
  });
}
