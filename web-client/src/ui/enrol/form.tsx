/** The registration form: checked while it is filled in, kept over a reload, refused in words at the field. */
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ApiProblem } from '../../api';
import { saveRegistration } from '../../enrol/api';
import { dropDraft, keepDraft, readDraft } from '../../enrol/draft';
import { dayIn } from '../../enrol/fields';
import {
  type Draft,
  draftOf,
  EMPTY,
  type FieldName,
  formOf,
  keptOf,
  NOTHING_KEPT,
  progressOf,
  wrongOf,
} from '../../enrol/form';
import type { MyRegistration, Phase, Unit } from '../../protocol';
import { Alert } from '../portal/shell';
import { mistakeSentence, problemSentence, usePortalText } from '../portal/text';
import { useSending } from '../use-loaded';
import { ConsentPanel, useConsent } from './consent';
import { FormFields } from './form-fields';
import { useTraineeText } from './text';

interface Props {
  seat: string;
  phase: Phase;
  units: readonly Unit[];
  /** What was saved before. */
  mine: MyRegistration | null;
  /** From the account that was just made. */
  known: Partial<Draft>;
  onSaved: (saved: MyRegistration) => void;
}

export function RegistrationFormStep({ seat, phase, units, mine, known, onSaved }: Props) {
  const p = usePortalText();
  const { enrol } = useTraineeText();
  const kept = mine ? keptOf(mine.form) : NOTHING_KEPT;
  const [draft, setDraft, drop] = useDraft(`live-classroom.draft.${phase.id}.${seat}`, mine, known);
  const [left, setLeft] = useState<ReadonlySet<FieldName>>(new Set());
  const [tried, setTried] = useState(false);
  const consent = useConsent(phase.programme, mine?.consent ?? null);
  const [told, setTold] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const sending = useSending();
  const refused = useRefused(sending.refusal);
  const today = dayIn(Date.now());
  const wrong = wrongOf(draft, phase, kept, today);
  const toFix = Object.keys(wrong).length;
  const sentence = (field: FieldName): string | null => {
    const ofServer = refused.of(field, draft[field]);
    if (ofServer !== null) return ofServer;
    const why = wrong[field];
    return why && (tried || left.has(field)) ? p.wrong[why] : null;
  };
  const send = async (submit: boolean) => {
    setTold(null);
    refused.remember(draft);
    const done = await sending.send(async () => {
      const saved = await saveRegistration(
        seat,
        phase.id,
        formOf(draft),
        submit,
        submit ? consent.given : null,
      );
      drop();
      onSaved(saved);
    });
    if (done && !submit) setTold(enrol.draftSaved);
    if (!done) setTried(true);
    if (!done) consent.renew();
    if (!done) requestAnimationFrame(() => showFirstMistake(form.current));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (toFix === 0 && consent.given !== null) void send(true);
    else requestAnimationFrame(() => showFirstMistake(form.current));
  };
  return (
    <form className="form" onSubmit={submit} noValidate ref={form}>
      <div>
        <h2>{enrol.formTitle}</h2>
        <p className="hint">
          {enrol.formIntro} {enrol.draftHere}
        </p>
      </div>
      <FormProgress {...progressOf(draft, phase, kept, today)} />
      <FormFields
        draft={draft}
        kept={kept}
        phase={phase}
        units={units}
        wrong={sentence}
        onChange={(field, value) => setDraft((was) => ({ ...was, [field]: value }))}
        onLeave={(field) => draft[field] !== '' && setLeft((was) => new Set([...was, field]))}
      />
      <ConsentPanel consent={consent} wrong={refused.of('consent') ?? (tried ? enrol.mustAgree : null)} />
      {sending.refusal && !refused.isOfField && (
        <Alert>{problemSentence(sending.refusal, p, enrol.problem)}</Alert>
      )}
      {tried && toFix > 0 && <Alert tone="fair">{enrol.fixFirst(toFix)}</Alert>}
      {told && <Alert tone="good">{told}</Alert>}
      <SendButtons busy={sending.busy} onDraft={() => void send(false)} />
    </form>
  );
}

/** A draft, or the whole of it. */
function SendButtons({ busy, onDraft }: { busy: boolean; onDraft: () => void }) {
  const { enrol } = useTraineeText();
  return (
    <div className="form-send">
      <button type="button" className="button large" disabled={busy} onClick={onDraft}>
        {enrol.saveDraft}
      </button>
      <button type="submit" className="button primary large" disabled={busy}>
        {busy ? enrol.submitting : enrol.submit}
      </button>
    </div>
  );
}

/** What was typed, kept for this tab until it was sent. */
function useDraft(key: string, mine: MyRegistration | null, known: Partial<Draft>) {
  const [draft, setDraft] = useState<Draft>(() =>
    readDraft(key, { ...(mine ? draftOf(mine.form) : EMPTY), ...known }, sessionStorage),
  );
  useEffect(() => keepDraft(key, draft, sessionStorage), [key, draft]);
  const drop = () => dropDraft(key, sessionStorage);
  return [draft, setDraft, drop] as const;
}

function FormProgress({ done, all }: { done: number; all: number }) {
  const { enrol } = useTraineeText();
  const text = enrol.progress(done, all);
  return (
    <div className="form-progress">
      <progress max={all} value={done} aria-label={text} />
      <small role="status">{text}</small>
    </div>
  );
}

/** Codes of refusals that belong to one field. */
const OF_NUMBER = ['document_refused', 'other_document'];

/** What the server said at which field; it is silent once that field was changed. */
function useRefused(refusal: ApiProblem | null) {
  const p = usePortalText();
  const { enrol } = useTraineeText();
  const sent = useRef<Draft>(EMPTY);
  const sentences = useMemo(() => {
    const found = new Map<string, string>();
    for (const mistake of refusal?.wrong ?? []) found.set(mistake.field, mistakeSentence(mistake, p));
    if (refusal && OF_NUMBER.includes(refusal.code)) {
      found.set('document_number', problemSentence(refusal, p, enrol.problem));
    }
    return found;
  }, [refusal, p, enrol]);
  return {
    remember: (draft: Draft) => {
      sent.current = draft;
    },
    of: (field: FieldName | 'consent', value?: string) =>
      value === undefined || sent.current[field as FieldName] === value
        ? (sentences.get(field) ?? null)
        : null,
    isOfField: sentences.size > 0,
  };
}

function showFirstMistake(form: HTMLFormElement | null): void {
  const field = form?.querySelector<HTMLElement>('[aria-invalid=true]');
  const folded = field?.closest('details');
  if (folded) folded.open = true;
  field?.focus();
}
