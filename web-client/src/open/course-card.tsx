/** One course of the catalogue: who teaches what, for how long. */
import { formatDay } from '../i18n/dates';
import { Icon } from '../kit/icons';
import { useText } from '../kit/text';
import type { OpenCourse } from '../protocol';
import { replayPage } from '../routes';
import { useOpenText } from './text';

export function CourseCard({ course, seat }: { course: OpenCourse; seat: string | null }) {
  const o = useOpenText();
  const { language } = useText();
  const minutes = Math.max(1, Math.round(course.length_ms / 60_000));
  return (
    <li className="panel open-course">
      <h2>
        <a href={replayPage(course.lesson, seat)}>{course.title}</a>
      </h2>
      <p className="open-facts">
        {course.speaker && <span>{course.speaker}</span>}
        <span>{o.minutes(minutes)}</span>
        <span>{o.published(formatDay(course.published_at_ms, language))}</span>
      </p>
      {course.description && <p className="open-about">{course.description}</p>}
      {course.tags.length > 0 && <p className="hint">{course.tags.map((tag) => `#${tag}`).join(' ')}</p>}
      <a className="button" href={replayPage(course.lesson, seat)} aria-label={o.watchOf(course.title)}>
        <Icon name="play" />
        {o.watch}
      </a>
    </li>
  );
}
