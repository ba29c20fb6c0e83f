/** The operator's side of the REST interface. */
import { ask } from '../api';
import type { Load, OperatorAction } from '../protocol';
import { as } from '../routes';

export function operatorLoad(seat: string, signal: AbortSignal): Promise<Load> {
  return ask(`/api/operator/load?as=${encodeURIComponent(seat)}`, { signal });
}

export async function operatorAct(seat: string, lesson: string, action: OperatorAction): Promise<void> {
  const room = `/api/operator/rooms/${encodeURIComponent(lesson)}?as=${encodeURIComponent(seat)}`;
  await ask(room, { method: 'POST', body: JSON.stringify(action) });
}

/** What the wall shows at this moment, as a table. */
export function operatorLoadFile(seat: string): string {
  return as('/api/operator/load/file', seat);
}
