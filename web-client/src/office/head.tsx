/** The title of a section of the office, and beside it the actions on all of it. */
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
