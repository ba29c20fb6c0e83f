/** The chapters: places to jump to. */
import { formatElapsed } from '../i18n';
import type { Chapter, Stretch } from '../protocol';
import { lastBegun } from './bar';
import { useReplayText } from './text';

interface Props {
  chapters: readonly Chapter[];
  window: Stretch;
  positionMs: number;
  onSeek: (ms: number) => void;
}

export function Chapters({ chapters, window, positionMs, onSeek }: Props) {
  const r = useReplayText();
  const inside = chapters.filter((one) => window.from_ms <= one.at_ms && one.at_ms < window.to_ms);
  const current = lastBegun(inside, positionMs);
  if (inside.length === 0) return <p className="empty">{r.chapters.empty}</p>;
  return (
    <ol className="chapters" aria-label={r.chapters.list}>
      {inside.map((chapter, index) => (
        <li key={`${chapter.at_ms} ${chapter.kind} ${chapter.name}`}>
          <button
            type="button"
            className="menu-item"
            aria-current={index === current ? 'true' : undefined}
            onClick={() => onSeek(chapter.at_ms)}
          >
            <time>{formatElapsed(chapter.at_ms - window.from_ms)}</time>
            {r.chapters.kind[chapter.kind](chapter.name ?? '').trim()}
          </button>
        </li>
      ))}
    </ol>
  );
}
