/** The media workers: the load of each, and the packets that it had to drop. */
import { formatBitrate, formatCount } from '../i18n';
import type { WorkerLoad } from '../protocol';
import { useOperatorText } from './text';
import { level } from './wall';

export function WorkerTable({ workers }: { workers: WorkerLoad[] }) {
  const words = useOperatorText();
  const heads = [
    words.worker,
    words.port,
    words.cpu,
    words.roomsN,
    words.legs,
    words.in,
    words.out,
    words.packets,
    words.drops,
  ];
  return (
    <section className="workers" aria-label={words.workers}>
      <h2>{words.workers}</h2>
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
  const words = useOperatorText();
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
        <progress className="cpu" max={100} value={Math.min(100, cpu)} aria-label={words.cpu} />
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
          <summary>{words.dropsTotal(formatCount(dropped))}</summary>
          <ul>
            {seen.map((drop) => (
              <li key={drop.reason}>
                {words.dropReasons[drop.reason] ?? drop.reason}: {formatCount(drop.packets)}
              </li>
            ))}
          </ul>
        </details>
      </td>
    </tr>
  );
}
