/** The classes in which this device was before, as ways back. */
import { useText } from '../kit/text';
import type { Me } from '../protocol';
import { useLinkText } from './link-text';
import { pageOf } from './seats';

export function SeatList({ seats }: { seats: Me[] }) {
  const { t } = useText();
  const words = useLinkText();
  return (
    <ul className="seats">
      {seats.map((seat) => (
        <li key={seat.seat}>
          <a className="button large" href={pageOf(seat)}>
            <span>{seat.lesson_title ?? words.wall}</span>
            <small>
              {seat.name} · {t.role[seat.role]}
            </small>
          </a>
        </li>
      ))}
    </ul>
  );
}
