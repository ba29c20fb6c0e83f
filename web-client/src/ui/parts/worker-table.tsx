/** The media workers: how busy each is and what it had to drop. */
import { formatBitrate, formatCount } from '../../i18n';
import type { WorkerLoad } from '../../protocol';
import { level } from '../../wall';
import { useText } from '../text';

export function WorkerTable({ workers }: { workers: WorkerLoad[] }) {
  const { t } = useText();
  const heads = [
    t.operator.worker,
    t.operator.port,
    t.operator.cpu,
    t.operator.roomsN,
    t.operator.legs,
    t.operator.in,
    t.operator.out,
    t.operator.packets,
    t.operator.drops,
  ];
  return (
    <section className="workers" aria-label={t.operator.workers}>
      <h2>{t.operator.workers}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className="table-scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {workers.map((worker) => (
              <WorkerRow key={worker.worker} worker={worker} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function WorkerRow({ worker }: { worker: WorkerLoad }) {
  const { t } = useText();
  // Browsers test the bandwidth with repetitions that carry nothing: nothing is lost with them.
  const lost = worker.drops.filter((drop) => drop.reason !== 'probe');
  const dropped = lost.reduce((sum, drop) => sum + drop.packets, 0);
  const seen = worker.drops.filter((drop) => drop.packets > 0);
  const cpu = worker.cpu_permille / 10;
  return (
    <tr>
      <th scope="row">{worker.worker}</th>
      <td>{worker.port}</td>
      <td>
        <span className={`level ${level(cpu, 60, 85)}`}>{cpu.toFixed(1)} %</span>
        <progress className="cpu" max={100} value={Math.min(100, cpu)} aria-label={t.operator.cpu} />
      </td>
      <td>{worker.rooms}</td>
      <td>{worker.legs}</td>
      <td>{formatBitrate(worker.in_bps)}</td>
      <td>{formatBitrate(worker.out_bps)}</td>
      <td>
        {formatCount(worker.packets_in)} / {formatCount(worker.packets_out)}
      </td>
      <td>
        <details>
          <summary>{t.operator.dropsTotal(formatCount(dropped))}</summary>
          <ul>
            {seen.map((drop) => (
              <li key={drop.reason}>
                {t.operator.dropReasons[drop.reason] ?? drop.reason}: {formatCount(drop.packets)}
              </li>
            ))}
          </ul>
        </details>
      </td>
    </tr>
  );
}
