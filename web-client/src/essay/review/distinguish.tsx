/** An accepted essay is marked as one of the best, or no longer. */
import { useState } from 'react';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import type { EssayLine } from '../../protocol';
import { distinguish } from '../api';
import { useEssayProblem, useEssayText } from '../text';

interface Props {
  line: EssayLine;
  seat: string;
  onMark: () => void;
}

export function Distinguish({ line, seat, onMark }: Props) {
  const { review: w } = useEssayText();
  const sentence = useEssayProblem();
  const { busy, refusal, send } = useSending();
  const [excellent, setExcellent] = useState(line.excellent);
  const change = () =>
    send(async () => {
      await distinguish(seat, line.id, { excellent: !excellent });
      setExcellent(!excellent);
      onMark();
    });
  return (
    <section className="panel" aria-label={w.best}>
      <div className="panel-head">
        <h2>{w.best}</h2>
        {excellent && <span className="mark good">{w.excellent}</span>}
      </div>
      <p className="hint" role="status">
        {excellent ? w.isBest : w.bestHint}
      </p>
      {refusal && <Alert>{sentence(refusal)}</Alert>}
      <div className="row end">
        <button type="button" className="button" disabled={busy} onClick={() => void change()}>
          {excellent ? w.unmarkBest : w.markBest}
        </button>
      </div>
    </section>
  );
}
