/** A page that only shows a message. */
import type { ReactNode } from 'react';
import { LanguageSwitch } from './text';

interface Props {
  title: string;
  text: string;
  children?: ReactNode;
}

export function Note({ title, text, children }: Props) {
  return (
    <main className="page-note">
      <div className="card">
        <h1>{title}</h1>
        {text && <p role="status">{text}</p>}
        {children}
        <LanguageSwitch />
      </div>
    </main>
  );
}
