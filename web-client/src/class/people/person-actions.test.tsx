// @vitest-environment happy-dom
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { CheckRound, Participant } from '../../protocol';
import { LatestRound } from '../checks/rounds-sheet';
import { person } from '../fixtures';
import { classZh } from '../texts.zh';
import { PersonActions } from './person-actions';

const { people, held, inClass } = classZh;

function offered(change: Partial<Participant>): string[] {
  const html = renderToStaticMarkup(
    <PersonActions person={person(2, change)} handUp={false} act={() => {}} />,
  );
  return [...html.matchAll(/<button[^>]*>([^<]*)</g)].map((match) => match[1] ?? '');
}

test.each<[string, Partial<Participant>, string[]]>([
  ['is here', {}, [people.bringMic, people.bringCamera, people.chatMute, people.remove]],
  ['has left', { here: false }, [people.remove]],
  ['has left muted', { here: false, chat_muted: true }, [people.chatUnmute, people.remove]],
  ['was removed', { here: false, removed: true }, [held.readmit]],
  ['teaches and has left', { here: false, role: 'instructor' }, [people.remove]],
  ['teaches', { role: 'instructor', on_stage: true }, [people.mute, people.remove]],
])('what makes sense with somebody who %s', (_, change, expected) => {
  expect(offered(change)).toEqual(expected);
});

test('a check that asked nobody in the end is not told as 0 of 0', () => {
  const round: CheckRound = {
    check: 'b1',
    kind: 'block',
    block: 1,
    at_ms: 0,
    deadline_ms: 1,
    answered: [],
    waiting: [],
    missed: [],
    void: false,
  };
  const html = renderToStaticMarkup(<LatestRound rounds={[round]} onOpen={() => {}} />);
  expect(html).toContain(inClass.roll.nobody);
  expect(html).not.toContain('0/0');
  expect(html).not.toContain('点名');
});
