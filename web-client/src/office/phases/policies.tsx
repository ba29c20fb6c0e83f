/** The figures by which credit is counted: those in force, earlier ones, and a form for the next. */
import { useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { formatTime } from '../../i18n';
import { formatDay } from '../../i18n/dates';
import { hoursFigure } from '../../i18n/figures';
import { SelectField } from '../../kit/field';
import { usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useText } from '../../kit/text';
import { useLoaded } from '../../kit/use-loaded';
import type { Policies, PolicyFigures } from '../../protocol';
import { policies } from '../api';
import { useDesk } from '../desk';
import { useOfficeText } from '../text';
import { ConversionPanel } from './conversion';
import { percentOf, SECONDS } from './policy';
import { PolicyForm } from './policy-form';

export default function Policy() {
  const { programmes, programme } = useDesk();
  const { policy: w } = useOfficeText();
  const [id, setId] = useState(programme.id);
  return (
    <>
      <div>
        <h1>{w.title}</h1>
        <p className="hint">{w.hint}</p>
      </div>
      {programmes.length > 1 && (
        <SelectField label={w.programme} value={id} onChange={setId}>
          {programmes.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </SelectField>
      )}
      {id !== '' && <OfProgramme key={id} id={id} />}
    </>
  );
}

function OfProgramme({ id }: { id: string }) {
  const { seat } = useDesk();
  const p = usePortalText();
  const { policy: w } = useOfficeText();
  const load = useCallback((signal: AbortSignal) => policies(seat, id, signal), [seat, id]);
  const { value, problem, reload } = useLoaded(load);
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState<string | null>(null);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value) return <p role="status">{p.loading}</p>;
  const done = (version: string | null) => {
    setEditing(false);
    setSaved(version);
    if (version !== null) reload();
  };
  return (
    <>
      {saved !== null && <Alert tone="good">{w.saved(saved)}</Alert>}
      {editing ? (
        <PolicyForm programme={id} policies={value} onDone={done} />
      ) : (
        <Present policies={value} onEdit={() => setEditing(true)} />
      )}
      <Older policies={value} />
      <ConversionPanel programme={id} />
    </>
  );
}

function Present({ policies: all, onEdit }: { policies: Policies; onEdit: () => void }) {
  const { policy: w } = useOfficeText();
  const when = useWhen();
  const last = all.versions[0];
  return (
    <section className="panel">
      <div className="panel-head">
        <div>
          <h2>
            {w.present} <span className="mark good">{all.present.version}</span>
          </h2>
          <p className="hint">{last ? w.since(when(last.at_ms)) : w.ofServer}</p>
        </div>
        <span className="grow" />
        <button type="button" className="button primary" onClick={onEdit}>
          {w.edit}
        </button>
      </div>
      <Figures figures={all.present} explained />
    </section>
  );
}

function Older({ policies: all }: { policies: Policies }) {
  const { policy: w } = useOfficeText();
  const when = useWhen();
  const older = all.versions.slice(1);
  return (
    <section className="panel">
      <h2>{w.older}</h2>
      {older.length === 0 && <p className="empty">{w.none}</p>}
      {older.map(({ at_ms, figures }) => (
        <details key={figures.version}>
          <summary>
            {figures.version} <small>{w.since(when(at_ms))}</small>
          </summary>
          <Figures figures={figures} than={all.present} />
        </details>
      ))}
    </section>
  );
}

function useWhen(): (ms: number) => string {
  const { language } = useText();
  return (ms) => `${formatDay(ms, language)} ${formatTime(ms)}`;
}

interface FiguresProps {
  figures: PolicyFigures;
  /** Whether each figure has its meaning beside it. */
  explained?: boolean;
  /** The figures to compare with; differences are marked. */
  than?: PolicyFigures;
}

/** The figures in the order of the form. */
const SHOWN = ['period', 'inc', 'min_share', ...SECONDS, 'makeup', 'daily_async_cap'] as const;

function Figures({ figures, explained = false, than }: FiguresProps) {
  const { policy: w } = useOfficeText();
  const textOf = useFigureText();
  return (
    <dl className="facts policy-facts">
      {SHOWN.map((key) => {
        const differs = than !== undefined && textOf(than, key) !== textOf(figures, key);
        return (
          <div key={key}>
            <dt>{w.name[key]}</dt>
            <dd>
              <b>{textOf(figures, key)}</b>
              {differs && <span className="mark fair">{w.changed}</span>}
              {explained && <small> {w.about[key]}</small>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function useFigureText(): (figures: PolicyFigures, key: (typeof SHOWN)[number]) => string {
  const { policy: w } = useOfficeText();
  const lengthOf = (seconds: number) =>
    seconds >= 120 && seconds % 60 === 0 ? w.minutes(seconds / 60) : `${seconds} ${w.seconds}`;
  return (figures, key) => {
    switch (key) {
      case 'period':
        return w.minutes(figures.period / 60);
      case 'inc':
        return w.step(Math.round(figures.period / figures.inc), figures.inc);
      case 'min_share':
        return `${percentOf(figures.min_share)}%`;
      case 'makeup':
        return figures.makeup ? w.yes : w.no;
      case 'daily_async_cap':
        return figures.daily_async_cap === null ? w.noCap : w.hours(hoursFigure(figures.daily_async_cap));
      default:
        return lengthOf(figures[key]);
    }
  };
}
