/** The classes this device was in before, as ways back. */
import type { Me } from '../../protocol';
import { pageOf } from '../../seats';
import { useText } from '../text';

export function SeatList({ seats }: { seats: Me[] }) {
  const { t } = useText();
  return (
    <ul className="seats">
      {seats.map((seat) => (
        <li key={seat.seat}>
          <a className="button large" href={pageOf(seat)}>
            <span>{seat.lesson_title ?? t.operator.title}</span>
            <small>
              {seat.name} · {t.role[seat.role]}
            </small>
          </a>
        </li>
      ))}
    </ul>
  );
}
