/** The queue of raised hands, first come first; one press brings the person on stage. */
import { Icon } from '../../kit/icons';
import type { Command, RoomState } from '../../protocol';
import { findParticipant } from '../classroom';
import { useClassText } from '../text';

export function HandQueue({ room, act }: { room: RoomState; act: (command: Command) => void }) {
  const { t } = useClassText();
  if (room.hands.length === 0) return null;
  return (
    <section className="hands" aria-label={t.people.hands}>
      <h2>
        <Icon name="hand" />
        {t.people.hands} {room.hands.length}
      </h2>
      <ol>
        {room.hands.map((id) => {
          const name = findParticipant(room, id)?.name ?? '';
          return (
            <li key={id}>
              <span className="person-name">{name}</span>
              <button
                type="button"
                className="button small primary"
                title={t.people.bringMic}
                aria-label={`${t.people.bring}: ${name}`}
                onClick={() => act({ do: 'bring_on_stage', participant: id, camera: false })}
              >
                <Icon name="mic" />
                {t.people.bring}
              </button>
              <button
                type="button"
                className="icon-button"
                title={t.people.bringCamera}
                aria-label={`${t.people.bringCamera}: ${name}`}
                onClick={() => act({ do: 'bring_on_stage', participant: id, camera: true })}
              >
                <Icon name="camera" />
              </button>
              <button
                type="button"
                className="icon-button"
                title={t.people.lowerHand}
                aria-label={`${t.people.lowerHand}: ${name}`}
                onClick={() => act({ do: 'lower_hand', participant: id })}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
