/** `/open/essays/{id}`: one of the best essays, to be read by everybody as long as its author wants it. */
import { useCallback } from 'react';
import { Trouble } from '../account/signed-in';
import { ApiProblem } from '../api';
import { figure } from '../essay/text';
import { Icon } from '../kit/icons';
import { Alert, Portal } from '../kit/shell';
import { useLoaded } from '../kit/use-loaded';
import type { OpenEssayText } from '../protocol';
import { openEssaysPage } from '../routes';
import { bestEssay } from './api';
import { numberOf, placesOf, titleOf } from './more';
import { useOpenText } from './text';
import './open.css';

export default function OpenEssayPage({ id, seat }: { id: string; seat: string | null }) {
  const o = useOpenText();
  const { essays: w } = o;
  const number = numberOf(id);
  const load = useCallback(
    async (signal: AbortSignal) => {
      if (number === null) throw new ApiProblem('not_found', 'no number of an essay');
      return bestEssay(number, signal);
    },
    [number],
  );
  const { value, problem, reload } = useLoaded(load);
  const title = value && titleOf(value.essay, w.kind);
  return (
    <Portal title={title ?? w.title}>
      <main className="portal-main open-essays">
        <a className="button home-sign" href={openEssaysPage(seat)}>
          <Icon name="next" />
          {w.all}
        </a>
        {!value && !problem && <p role="status">{o.loading}</p>}
        {problem === 'not_found' && (
          <section className="panel">
            <Alert tone="calm">
              <b>{w.gone}</b>
              <p>{w.goneText}</p>
            </Alert>
          </section>
        )}
        {problem && problem !== 'not_found' && <Trouble problem={problem} onRetry={reload} />}
        {value && title && <Text of={value} title={title} />}
      </main>
    </Portal>
  );
}

function Text({ of: { essay, text }, title }: { of: OpenEssayText; title: string }) {
  const { essays: w } = useOpenText();
  return (
    <article className="panel open-essay">
      <h1>{title}</h1>
      <p className="hint">{[...placesOf(essay), w.chars(figure(essay.count))].join(' · ')}</p>
      <div className="written open-essay-text">{text}</div>
    </article>
  );
}
