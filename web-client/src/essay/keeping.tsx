/** The present place of the text: on the server, on its way, or on this device alone. */
import { formatTime } from '../i18n';
import { Icon } from '../kit/icons';
import { keeping } from './draft';
import { useEssayProblem, useEssayText } from './text';
import type { Writing } from './use-draft';

export function KeepingMark({ writing }: { writing: Pick<Writing, 'draft' | 'savedAtMs' | 'isKept'> }) {
  const { write } = useEssayText();
  const sentence = useEssayProblem();
  const { draft, savedAtMs, isKept } = writing;
  const now = keeping(draft);
  const words = {
    saved: savedAtMs === null ? write.nothing : write.saved(formatTime(savedAtMs)),
    saving: write.saving,
    offline: isKept ? write.offline : write.offlineUnkept,
    refused: write.refused + sentence(draft.refused?.code ?? ''),
    conflict: write.conflict,
  };
  const isGood = now === 'saved' || now === 'saving';
  return (
    <small className={isGood ? 'essay-keeping' : 'essay-keeping trouble'} role="status">
      {now === 'saved' && savedAtMs !== null && <Icon name="tick" />}
      {!isGood && <Icon name="warning" />}
      {words[now]}
    </small>
  );
}
