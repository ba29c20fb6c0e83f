/** What a section of the office is, and beside it what can be done with all of it. */
import type { ReactNode } from 'react';

export function SectionHead({
  title,
  hint,
  children,
}: {
  title: string;
  hint: string;
  children?: ReactNode;
}) {
  return (
    <div className="panel-head">
      <div>
        <h1>{title}</h1>
        <p className="hint">{hint}</p>
      </div>
      <span className="grow" />
      {children}
    </div>
  );
}
