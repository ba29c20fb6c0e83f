/** The registration form: checked while it is filled in, kept over a reload, refused in words at the field. */
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ApiProblem } from '../api';
import { dayIn } from '../i18n/dates';
import { mistakeSentence, problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import type { MyRegistration, Phase, Unit } from '../protocol';
import { saveRegistration } from './api';
import { ConsentPanel, useConsent } from './consent';
import { dropDraft, keepDraft, readDraft } from './draft';
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
} from './form';
import { FormFields } from './form-fields';
import { useEnrolText } from './text';

interface Props {
  seat: string;
  phase: Phase;
  units: readonly Unit[];
  /** The registration that was saved before. */
  mine: MyRegistration | null;
  /** The data of the account that was just made. */
  known: Partial<Draft>;
  /** The mobile number of the account, masked: the server takes it where none is typed. */
  phone: string | null;
  onSaved: (saved: MyRegistration) => void;
}

export function RegistrationFormStep({ seat, phase, units, mine, known, phone, onSaved }: Props) {
  const p = usePortalText();
  const { enrol } = useEnrolText();
  const saved = mine ? keptOf(mine.form) : NOTHING_KEPT;
  const kept = { ...saved, mobile: saved.mobile || (phone ?? '') };
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
      const answer = await saveRegistration(
        seat,
        phase.id,
        formOf(draft),
        submit,
        submit ? consent.given : null,
      );
      drop();
      onSaved(answer);
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

/** The buttons that save a draft, or submit the whole form. */
function SendButtons({ busy, onDraft }: { busy: boolean; onDraft: () => void }) {
  const { enrol } = useEnrolText();
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

/** The typed texts, kept for this tab until they are sent. */
function useDraft(key: string, mine: MyRegistration | null, known: Partial<Draft>) {
  const [draft, setDraft] = useState<Draft>(() =>
    readDraft(key, { ...(mine ? draftOf(mine.form) : EMPTY), ...known }, sessionStorage),
  );
  useEffect(() => keepDraft(key, draft, sessionStorage), [key, draft]);
  const drop = () => dropDraft(key, sessionStorage);
  return [draft, setDraft, drop] as const;
}

function FormProgress({ done, all }: { done: number; all: number }) {
  const { enrol } = useEnrolText();
  const text = enrol.progress(done, all);
  return (
    <div className="form-progress">
      <progress max={all} value={done} aria-label={text} />
      <small role="status">{text}</small>
    </div>
  );
}

/** The codes of refusals that belong to the field of the document number. */
const OF_NUMBER = ['document_refused', 'other_document'];

/** The refusals of the server by field; a refusal goes away once its field is changed. */
function useRefused(refusal: ApiProblem | null) {
  const p = usePortalText();
  const { enrol } = useEnrolText();
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
