/** The button that ends the class after a question, with figures while the class would be worth less than planned. */
import { ConfirmButton } from '../kit/confirm';
import { Icon } from '../kit/icons';
import type { RoomState } from '../protocol';
import { endQuestion } from './minutes/worth';
import { useClassText } from './text';

export function EndButton({ room, onEnd }: { room: RoomState; onEnd: () => void }) {
  const { t } = useClassText();
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
