/** The end of a form in which something is changed: the refusal, the way back, and the button that saves. */
import type { ApiProblem } from '../api';
import { BackButton } from './back-button';
import { problemSentence, usePortalText } from './portal-text';
import { Alert } from './shell';
import type { Sending } from './use-loaded';

interface Props {
  sending: Sending;
  /** False when something is missing that is told elsewhere. */
  ready?: boolean;
  /** The sentence for a refusal, where it differs from the usual one. */
  sentence?: (refusal: ApiProblem) => string;
  /** The word on the button, where it differs from the usual one. */
  save?: string;
  onBack: () => void;
}

export function FormEnd({ sending, ready = true, sentence, save, onBack }: Props) {
  const p = usePortalText();
  return (
    <>
      {sending.refusal && <Alert>{sentence?.(sending.refusal) ?? problemSentence(sending.refusal, p)}</Alert>}
      <div className="row end">
        <BackButton onBack={onBack} />
        <button type="submit" className="button primary" disabled={sending.busy || !ready}>
          {sending.busy ? p.saving : (save ?? p.save)}
        </button>
      </div>
    </>
  );
}
