/** The order of the operator's wall and the shape of its trend lines; pure. */
import type { RoomLoad } from '../protocol';

/** The need of a room for attention; running classes before idle ones, trouble before size. */
export function troubleOf(room: RoomLoad): number {
  const weakShare = room.trainees_here > 0 ? room.weak_networks / room.trainees_here : 0;
  const loss = Math.min(1, room.loss_permille_p90 / 100);
  const rtt = Math.min(1, room.rtt_ms_p90 / 1000);
  const unrecorded = room.recording === 'failing' ? 5 : 0; // What is not recorded now cannot be made up for.
  // Nobody in the class earns anything until somebody acts.
  if (room.not_counting) return 10 + unrecorded + weakShare;
  const running = room.class === 'live' ? 1 : 0.3;
  return running * (weakShare * 2 + loss * 2 + rtt + unrecorded);
}

export function worstFirst(rooms: readonly RoomLoad[]): RoomLoad[] {
  return [...rooms].sort(
    (a, b) =>
      troubleOf(b) - troubleOf(a) ||
      b.trainees_here - a.trainees_here ||
      a.title.localeCompare(b.title, 'zh'),
  );
}

/** The points of an SVG polyline in a box of `width` × `height`; a flat line when nothing changes. */
export function trendLine(values: readonly number[], width: number, height: number, top: number): string {
  if (values.length === 0) return '';
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const scale = Math.max(top, ...values, 1);
  return values
    .map((value, i) => `${(i * step).toFixed(1)},${(height - (value / scale) * height).toFixed(1)}`)
    .join(' ');
}

/** The level of a value, in the words of networks, by the bounds `warn` and `bad`. */
export function level(value: number, warn: number, bad: number): 'good' | 'fair' | 'bad' {
  return value >= bad ? 'bad' : value >= warn ? 'fair' : 'good';
}
