/** The office's side of a self-test: its bank, how papers are drawn from it, and what people have reached. */
import { type ReactNode, useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { usePortalText } from '../kit/portal-text';
import { useLoaded } from '../kit/use-loaded';
import { quizBank } from './api';
import { Bank } from './bank';
import { Results } from './results';
import { RuleForm } from './rule-form';
import { useQuizDeskText } from './text';
import './quiz.css';

interface Props {
  seat: string;
  phase: string;
  /** The last day of the study. */
  due: string;
  unitName: (code: string) => string;
  /** Where a file is imported; `onDone` when one was. */
  importer: (onDone: () => void) => ReactNode;
}

export function QuizDesk({ seat, phase, due, unitName, importer }: Props) {
  const p = usePortalText();
  const w = useQuizDeskText();
  const load = useCallback((signal: AbortSignal) => quizBank(seat, phase, signal), [seat, phase]);
  const { value, problem, reload } = useLoaded(load);
  /** Counts what changes results. */
  const [turn, setTurn] = useState(0);
  return (
    <>
      <div>
        <h1>{w.title}</h1>
        <p className="hint">{w.hint}</p>
      </div>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value?.rule && <Results key={turn} seat={seat} phase={phase} unitName={unitName} />}
      {value && (
        <RuleForm
          seat={seat}
          phase={phase}
          bank={value}
          due={due}
          onSaved={() => {
            setTurn(turn + 1);
            reload();
          }}
        />
      )}
      {/* It waits for what is above, which would push it away under a finger. */}
      {(value || problem) && importer(reload)}
      {value && <Bank seat={seat} phase={phase} bank={value} onChange={reload} />}
    </>
  );
}
