/** The five years of one person (R8): what is certified, what is missing to 50 credit hours, credits, and the PDF. */
import { useCallback } from 'react';
import { formatCount } from '../i18n';
import { formatMoment } from '../i18n/dates';
import { hoursFigure } from '../i18n/figures';
import { Icon } from '../kit/icons';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import type { CreditLine, Statement, StatementLine } from '../protocol';
import { certificatePage } from '../routes';
import { statement, statementFile } from './api';
import { statementEn } from './statement-texts.en';
import { type StatementTexts, statementZh } from './statement-texts.zh';
import './statement.css';

export function useStatementText(): StatementTexts {
  return useText().language === 'zh' ? statementZh : statementEn;
}

/** The own statement, which is loaded here. */
export function StatementPanel({ seat }: { seat: string }) {
  const w = useStatementText();
  const load = useCallback((signal: AbortSignal) => statement(seat, null, signal), [seat]);
  const { value, problem, reload } = useLoaded(load);
  // Who never registered has hours only, which stand above.
  if (value && value.rows.length === 0) return null;
  return (
    <section className="statement" aria-label={w.title}>
      <h2>{w.title}</h2>
      {!value && !problem && <p role="status">{w.loading}</p>}
      {problem && (
        <p className="banner">
          {w.problem}{' '}
          <button type="button" className="button small" onClick={reload}>
            {w.again}
          </button>
        </p>
      )}
      {value && <Found found={value} file={statementFile(seat, null)} certified={seat} />}
    </section>
  );
}

interface OfProps {
  found: Statement;
  seat: string;
  /** Number of the registration by which it was found. */
  registration: number;
}

/** The statement of somebody else. */
export function StatementOf({ found, seat, registration }: OfProps) {
  const w = useStatementText();
  return (
    <section className="statement" aria-label={w.title}>
      <h2>{w.title}</h2>
      <Found found={found} file={statementFile(seat, registration)} certified={null} />
    </section>
  );
}

interface FoundProps {
  found: Statement;
  file: string;
  /**
   * The seat of the person, whose certificates are linked; null = the statement of another person, without links.
   */
  certified: string | null;
}

function Found({ found, file, certified }: FoundProps) {
  const w = useStatementText();
  const { language } = useText();
  const { seq, at_ms } = found.source;
  return (
    <>
      <p>{w.sum(hoursFigure(found.sum_ch), hoursFigure(found.short_ch), found.short_ch === 0)}</p>
      <p className="hint">{w.span(found.since, found.until)}</p>
      <ul className="statement-phases">
        {found.rows.map((row) => (
          <Phase key={`${row.programme} ${row.number}`} row={row} certified={certified} />
        ))}
      </ul>
      {found.credits.length > 0 && (
        <ul className="statement-credits">
          {found.credits.map((line) => (
            <Credits key={`${line.year} ${line.category}`} line={line} />
          ))}
        </ul>
      )}
      <p className="hint">
        {w.rules} {seq > 0 && w.source(formatCount(seq), formatMoment(at_ms, language))}
      </p>
      <div className="row">
        <a className="button" href={file} download>
          <Icon name="download" />
          {w.pdf}
        </a>
      </div>
    </>
  );
}

function Phase({ row, certified }: { row: StatementLine; certified: string | null }) {
  const w = useStatementText();
  const state = row.state ?? 'none';
  const number =
    row.certificate === null || certified === null ? (
      row.certificate
    ) : (
      <a className="statement-number" href={certificatePage(row.phase, certified)}>
        {row.certificate}
      </a>
    );
  return (
    <li>
      <b>{w.phase(row.number, row.title)}</b>
      <span className="hint">{row.programme}</span>
      <span>
        {w.recognised(hoursFigure(row.recognised_ch))}
        {' · '}
        {row.counted_ch > 0 ? w.counted(hoursFigure(row.counted_ch)) : w.notCounted}
      </span>
      <span>
        <span className={`mark ${state === 'valid' ? 'good' : state === 'revoked' ? 'bad' : 'calm'}`}>
          {w.state[state]}
        </span>{' '}
        {number} {row.issued_on}
      </span>
    </li>
  );
}

function Credits({ line }: { line: CreditLine }) {
  const w = useStatementText();
  const credits = `${Math.floor(line.tenths / 10)}.${line.tenths % 10}`;
  return (
    <li>
      {w.credits(line.year, line.category, hoursFigure(line.ch), credits)}
      {line.capped && <span className="hint"> {w.capped}</span>}
    </li>
  );
}
