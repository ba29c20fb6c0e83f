/** The essays that wait for this reviewer. */
import { type ReactNode, useCallback } from 'react';
import { useLoaded } from '../kit/use-loaded';
import { essaysPage } from '../routes';
import { duties } from './api';
import { useEssayText } from './text';

interface Props {
  seat: string;
  /** The contents for a person who reviews nothing. */
  otherwise?: ReactNode;
}

export function DutyPanel({ seat, otherwise = null }: Props) {
  const { duty: w } = useEssayText();
  const load = useCallback((signal: AbortSignal) => duties(seat, signal), [seat]);
  // A person to whom essays cannot be shown can teach all the same.
  const { value } = useLoaded(load);
  if (!value) return null;
  if (value.length === 0) return otherwise;
  return (
    <section className="panel" aria-label={w.title}>
      <h2>{w.title}</h2>
      <ul className="column">
        {value.map((one) => (
          <li key={one.phase} className="row">
            <span className="grow">
              <b>{one.title}</b>
              <br />
              <small>
                {[one.waiting > 0 ? w.waiting(one.waiting) : w.none, w.done(one.done)].join(' · ')}
              </small>
            </span>
            <a
              className={one.waiting > 0 ? 'button small primary' : 'button small'}
              href={essaysPage(one.phase, seat)}
            >
              {w.go}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
