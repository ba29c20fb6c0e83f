/**
 * The chat in step with the picture: it scrolls by itself until the viewer scrolls; a press on a line jumps to its
 * moment.
 */
import { memo, useEffect, useMemo, useRef } from 'react';
import { useClassText } from '../class/text';
import { formatElapsed } from '../i18n';
import type { ReplayLine, Stretch } from '../protocol';
import { lastBegun } from './bar';
import { useReplayText } from './text';

/** The time for which the log is left alone after the viewer has scrolled. */
const LEAVE_ALONE_MS = 8_000;

interface Props {
  chat: readonly ReplayLine[];
  window: Stretch;
  positionMs: number;
  onSeek: (ms: number) => void;
}

export function ChatTrack({ chat, window, positionMs, onSeek }: Props) {
  const r = useReplayText();
  const log = useRef<HTMLDivElement>(null);
  const touchedAtMs = useRef(Number.NEGATIVE_INFINITY);
  const lines = useMemo(
    () => chat.filter((line) => window.from_ms <= line.at_ms && line.at_ms < window.to_ms),
    [chat, window],
  );
  const current = lastBegun(lines, positionMs);

  useEffect(() => {
    const box = log.current;
    if (!box || performance.now() - touchedAtMs.current < LEAVE_ALONE_MS) return;
    const line = box.children[current];
    if (!(line instanceof HTMLElement)) return void box.scrollTo({ top: 0 });
    box.scrollTo({ top: line.offsetTop - box.clientHeight + line.offsetHeight + 60 });
  }, [current]);

  const touched = () => {
    touchedAtMs.current = performance.now();
  };
  const list = useMemo(
    () =>
      lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity beyond its place
        <Line key={index} line={line} fromMs={window.from_ms} onSeek={onSeek} />
      )),
    [lines, window.from_ms, onSeek],
  );
  if (lines.length === 0) return <p className="empty">{r.chat.empty}</p>;
  return (
    <div
      className="chat-track"
      role="log"
      aria-live="off"
      aria-label={r.chat.log}
      ref={log}
      data-current={current}
      onWheel={touched}
      onTouchMove={touched}
    >
      {list.map((element, index) => (
        <div key={element.key} className={lineClass(index, current)}>
          {element}
        </div>
      ))}
    </div>
  );
}

function lineClass(index: number, current: number): string {
  return index > current ? 'track-line later' : index === current ? 'track-line current' : 'track-line';
}

interface LineProps {
  line: ReplayLine;
  fromMs: number;
  onSeek: (ms: number) => void;
}

const Line = memo(function Line({ line, fromMs, onSeek }: LineProps) {
  const { t } = useClassText();
  const r = useReplayText();
  const time = formatElapsed(line.at_ms - fromMs);
  return (
    <button
      type="button"
      className={line.notice ? 'notice' : undefined}
      title={r.chat.jump(time)}
      onClick={() => onSeek(line.at_ms)}
    >
      <span className="line-head">
        <b>{line.notice ? t.told.notice : line.name}</b>
        <time>{time}</time>
      </span>
      <span className="line-text">{line.text}</span>
    </button>
  );
});
