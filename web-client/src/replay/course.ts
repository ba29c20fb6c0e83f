/** A course before it is published: what it begins with, and what is wrong with it. Pure. */
import type { Course, Replay } from '../protocol';

const TITLE_CHARS_MAX = 100;
const DESCRIPTION_CHARS_MAX = 2000;
const SHOWN_MIN_MS = 1_000;

export type CourseProblem = 'titleNeeded' | 'descriptionLong' | 'tooShort';

export function draftOf(replay: Replay): Course {
  if (replay.course) return replay.course;
  const title = [...replay.title].slice(0, TITLE_CHARS_MAX).join('');
  return { title, description: '', shown: { from_ms: 0, to_ms: replay.duration_ms }, audience: 'class' };
}

/** The server judges again; this spares the way. */
export function courseProblem({ title, description, shown }: Course): CourseProblem | null {
  const length = [...title.trim()].length;
  if (length === 0 || length > TITLE_CHARS_MAX) return 'titleNeeded';
  if ([...description].length > DESCRIPTION_CHARS_MAX) return 'descriptionLong';
  return shown.to_ms - shown.from_ms < SHOWN_MIN_MS ? 'tooShort' : null;
}
