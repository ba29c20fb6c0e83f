/** Ends the class after a question; with figures while the class would be worth less than planned. */
import { endQuestion } from '../../hours/worth';
import type { RoomState } from '../../protocol';
import { Icon } from '../icons';
import { useText } from '../text';
import { ConfirmButton } from './confirm';

export function EndButton({ room, onEnd }: { room: RoomState; onEnd: () => void }) {
  const { t } = useText();
  const asked = endQuestion(room.worth, t, { question: t.bar.endAsk, yes: t.bar.endYes });
  return (
    <ConfirmButton
      className="button large danger-quiet"
      question={asked.question}
      yes={asked.yes}
      onYes={onEnd}
    >
      <Icon name="stop" />
      {t.bar.end}
    </ConfirmButton>
  );
}
