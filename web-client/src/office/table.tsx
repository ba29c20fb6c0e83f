/** A table of the office: its headings, and a region that scrolls sideways where it is too wide. */
import { type ReactNode, useRef } from 'react';
import { Sideways } from '../kit/sideways';

interface Props {
  label: string;
  headings: readonly string[];
  className?: string;
  /** The name of a last column without a heading, for buttons. */
  actions?: string;
  /** Whether the shown rows are about to be replaced. */
  busy?: boolean;
  children: ReactNode;
}

export function OfficeTable({ label, headings, className = '', actions, busy = false, children }: Props) {
  const box = useRef<HTMLElement>(null);
  return (
    <>
      <Sideways of={box} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section ref={box} className="table-scroll" tabIndex={0} aria-label={label} aria-busy={busy}>
        <table className={`table office-table ${className}`}>
          <thead>
            <tr>
              {headings.map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
              {actions && (
                <th scope="col">
                  <span className="unseen">{actions}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </section>
    </>
  );
}

/** A table that stands alone. */
export function PanelTable(props: Props) {
  return (
    <div className="panel">
      <OfficeTable {...props} />
    </div>
  );
}
