/** A course before it is published: its first values, and its mistakes. Pure. */
import {
  COURSE_DESCRIPTION_CHARS_MAX,
  COURSE_SPEAKER_CHARS_MAX,
  COURSE_TAG_CHARS_MAX,
  COURSE_TAGS_MAX,
  COURSE_TITLE_CHARS_MAX,
} from '../limits';
import type { Course, Replay } from '../protocol';

const SHOWN_MIN_MS = 1_000;

export type CourseProblem = 'titleNeeded' | 'descriptionLong' | 'speakerLong' | 'tagsWrong' | 'tooShort';

export function draftOf(replay: Replay): Course {
  if (replay.course) return replay.course;
  const title = [...replay.title].slice(0, COURSE_TITLE_CHARS_MAX).join('');
  return {
    title,
    description: '',
    speaker: speakersOf(replay),
    tags: [],
    listed: false,
    shown: { from_ms: 0, to_ms: replay.duration_ms },
    audience: 'class',
  };
}

/** Everybody who was seen or heard as an instructor. */
function speakersOf({ tracks }: Replay): string {
  const names = new Set(tracks.filter((track) => track.role === 'instructor').map((track) => track.name));
  return [...[...names].join('、')].slice(0, COURSE_SPEAKER_CHARS_MAX).join('');
}

/** Tags as they are typed: blanks and commas of either width divide them. */
export function tagsOf(typed: string): string[] {
  return [...new Set(typed.split(/[\s,，、;；#]+/).filter(Boolean))];
}

/** The mistake in a course, so that no request is needed to find it; the server judges again. */
export function courseProblem({ title, description, speaker, tags, shown }: Course): CourseProblem | null {
  const length = [...title.trim()].length;
  if (length === 0 || length > COURSE_TITLE_CHARS_MAX) return 'titleNeeded';
  if ([...description].length > COURSE_DESCRIPTION_CHARS_MAX) return 'descriptionLong';
  if ([...speaker].length > COURSE_SPEAKER_CHARS_MAX) return 'speakerLong';
  const isLong = (tag: string) => [...tag].length > COURSE_TAG_CHARS_MAX;
  if (tags.length > COURSE_TAGS_MAX || tags.some(isLong)) return 'tagsWrong';
  return shown.to_ms - shown.from_ms < SHOWN_MIN_MS ? 'tooShort' : null;
}
