/** The end of a form in which something is changed: why it was refused, the way back, and the button that saves. */
import type { ApiProblem } from '../../api';
import type { Sending } from '../use-loaded';
import { Alert } from './shell';
import { problemSentence, usePortalText } from './text';

interface Props {
  sending: Sending;
  /** False: something is missing that is told elsewhere. */
  ready?: boolean;
  /** What was refused, in other words than the usual ones. */
  sentence?: (refusal: ApiProblem) => string;
  /** Another word for the button. */
  save?: string;
  onBack: () => void;
}

export function FormEnd({ sending, ready = true, sentence, save, onBack }: Props) {
  const p = usePortalText();
  return (
    <>
      {sending.refusal && <Alert>{sentence?.(sending.refusal) ?? problemSentence(sending.refusal, p)}</Alert>}
      <div className="row end">
        <button type="button" className="button" onClick={onBack}>
          {p.back}
        </button>
        <button type="submit" className="button primary" disabled={sending.busy || !ready}>
          {sending.busy ? p.saving : (save ?? p.save)}
        </button>
      </div>
    </>
  );
}
