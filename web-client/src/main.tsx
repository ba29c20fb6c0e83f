/**
 * Starts the page, and the shell cache that makes it installable.
 *
 * A folder holds a feature: its logic, its views, its styles, and its words in both languages. In `class/` the signal
 * and the media feed the classroom, which is the state that the views show. Below the features lie `kit/` (the parts
 * of every page), `i18n/` (languages, days, figures) and `base/` (the path of a proxy, React's runtime);
 * `arrows.test.ts` keeps that order. `routes.ts` has every address, `app.tsx` the page for it; `protocol.ts` is
 * generated from the server, and `limits.ts` is tested against it.
 */
import './kit/styles';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { at, here } from './base/path';
import { SpeechProvider } from './kit/text';

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
