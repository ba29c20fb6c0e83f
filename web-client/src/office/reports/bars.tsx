/** Bars that are read without their colours: each has its name and its figure. */
import { formatCount } from '../../i18n';

export interface Bar {
  name: string;
  parts: readonly { label: string; value: number }[];
  /** What stands at the end of the line, as a rate. */
  note?: string;
}

export function Bars({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.flatMap(({ parts }) => parts.map(({ value }) => value)));
  return (
    <ul className="report-bars">
      {bars.map(({ name, parts, note }) => (
        <li key={name}>
          <span className="report-bar-name">
            {name} {note !== undefined && <small>{note}</small>}
          </span>
          <span className="report-bar-parts">
            {parts.map(({ label, value }, at) => (
              <span key={label} className="report-bar-line">
                <span className={`report-bar part-${at}`} style={{ inlineSize: `${(value / most) * 60}%` }} />
                <span>
                  {formatCount(value)} <small>{label}</small>
                </span>
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
