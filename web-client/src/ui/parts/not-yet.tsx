/** Before the start: trainees who already see or hear the instructor read that the time does not count yet. */
import { instructorsHere } from '../../classroom';
import type { RoomState } from '../../protocol';
import { useText } from '../text';

export function NotYet({ room }: { room: RoomState }) {
  const { t } = useText();
  const taught = instructorsHere(room).some((person) => person.sending.length > 0);
  return (
    <div className="banner-area" role="status">
      {room.class === 'open' && taught && <p className="banner calm">{t.held.notYet}</p>}
    </div>
  );
}
