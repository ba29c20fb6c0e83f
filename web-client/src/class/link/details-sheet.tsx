/** The numbers behind the pill, for the curious and for support. */
import { useEffect, useState } from 'react';
import { formatBitrate } from '../../i18n';
import { Sheet } from '../../kit/sheet';
import type { Lesson } from '../lesson';
import { useClassText } from '../text';
import { noStats, type StatsView, summarize } from './stats';

const EVERY_MS = 2_000;

export function DetailsSheet({ lesson, onClose }: { lesson: Lesson; onClose: () => void }) {
  const { t } = useClassText();
  const stats = useStats(lesson);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const text = JSON.stringify(
      { at: new Date().toISOString(), agent: navigator.userAgent, ...stats },
      null,
      1,
    );
    await navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <Sheet title={t.details.title} onClose={onClose}>
      {stats && (
        <dl className="figures">
          <Figure name={t.details.rtt} value={stats.rttMs === null ? '–' : `${stats.rttMs} ms`} />
          <Figure
            name={t.details.loss}
            value={stats.lossPercent === null ? '–' : `${stats.lossPercent.toFixed(1)} %`}
          />
          <Figure name={t.details.down} value={formatBitrate(stats.inBps)} />
          <Figure name={t.details.up} value={formatBitrate(stats.outBps)} />
        </dl>
      )}
      {stats?.rows.length ? (
        <table className="table">
          <tbody>
            {stats.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity beyond their place
              <tr key={index}>
                <td>{row.direction === 'out' ? t.details.sent : t.details.received}</td>
                <td>
                  {row.kind === 'audio' ? t.details.audio : t.details.video} {row.layer}
                </td>
                <td>{formatBitrate(row.bps)}</td>
                <td>
                  {row.size} {row.fps === null ? '' : `${Math.round(row.fps)} fps`} {row.note}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="hint">{t.details.nothing}</p>
      )}
      <button type="button" className="button small" onClick={() => void copy()}>
        {copied ? t.details.copied : t.details.copy}
      </button>
    </Sheet>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function useStats(lesson: Lesson): StatsView | null {
  const [view, setView] = useState<StatsView | null>(null);
  useEffect(() => {
    let memory = noStats;
    let stopped = false;
    const read = async () => {
      const report = await lesson.media.stats();
      if (stopped || !report) return;
      const [next, kept] = summarize(
        report as unknown as Iterable<[string, unknown]>,
        memory,
        performance.now(),
      );
      memory = kept;
      setView(next);
    };
    void read();
    const timer = setInterval(() => void read(), EVERY_MS);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [lesson]);
  return view;
}
