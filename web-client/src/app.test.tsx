// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { App } from './app';
import { place, show } from './kit/on-page';

// The entrance sends a signed-in person to the address they came for. If this address showed the entrance, they would
// be sent from it to itself without end.
test('an address that says too little for its page is an unknown one, once somebody is signed in', async () => {
  for (const name of ['essay', 'essays', 'lesson', 'quiz', 'survey', 'certificate', 'replay']) {
    await show(<App address={new URL(`https://class.example/${name}?as=s`)} />);
    expect(place.textContent, name).toContain('没有这个页面');
  }
});
