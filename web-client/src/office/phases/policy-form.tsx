/** The form for the next policy: every figure with its limits and its meaning. */
import { type FormEvent, useState } from 'react';
import { hoursFigure } from '../../i18n/figures';
import { BackButton } from '../../kit/back-button';
import { SelectField, TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { mistakeSentence, problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useSending } from '../../kit/use-loaded';
import type { Policies, PolicyLimits } from '../../protocol';
import { setPolicy } from '../api';
import { useDesk } from '../desk';
import { useOfficeText } from '../text';
import {
  draftOf,
  figuresOf,
  minutesOf,
  type PolicyDraft,
  type PolicyKey,
  SECONDS,
  type SecondsKey,
} from './policy';

interface Props {
  programme: string;
  policies: Policies;
  /** Called with the new version; null = nothing was saved. */
  onDone: (version: string | null) => void;
}

export function PolicyForm({ programme, policies: all, onDone }: Props) {
  const { seat } = useDesk();
  const p = usePortalText();
  const o = useOfficeText();
  const w = o.policy;
  const [draft, setDraft] = useState(() => draftOf(all.present));
  const [tried, setTried] = useState(false);
  const sending = useSending();
  const found = figuresOf(draft, all.limits);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Array.isArray(found)) return;
    if (await sending.send(() => setPolicy(seat, programme, found))) onDone(found.version);
  };
  const outside = (key: PolicyKey): string => {
    const limit = all.limits.seconds.find((one) => one.key === key);
    return limit ? w.mustBe(limit.least, limit.most) : p.wrong.value;
  };
  const wrong = (key: PolicyKey): string | null => {
    const here = tried && Array.isArray(found) && found.includes(key);
    if (here) return key === 'version' && draft.version.trim() === '' ? p.wrong.missing : outside(key);
    const mistake = sending.refusal?.wrong.find((one) => one.field === key);
    return mistake ? mistakeSentence(mistake, p) : null;
  };
  const change = (part: Partial<PolicyDraft>) => setDraft((was) => ({ ...was, ...part }));
  return (
    <Form className="form panel" draft={draft} saved={draftOf(all.present)} onSubmit={submit} noValidate>
      <h2>{w.edit}</h2>
      <Alert tone="calm">{w.holds}</Alert>
      <TextField
        label={w.name.version}
        hint={w.about.version}
        value={draft.version}
        wrong={wrong('version')}
        onChange={(version) => change({ version })}
      />
      <CreditFields draft={draft} limits={all.limits} wrong={wrong} onChange={change} />
      {SECONDS.map((key) => (
        <SecondsField key={key} of={key} draft={draft} limits={all.limits} wrong={wrong} onChange={change} />
      ))}
      <label className="switch">
        <input
          type="checkbox"
          checked={draft.makeup}
          onChange={(event) => change({ makeup: event.target.checked })}
        />
        {w.name.makeup} <small>{w.about.makeup}</small>
      </label>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      <div className="row end">
        <BackButton onBack={() => onDone(null)} />
        <button type="submit" className="button primary" disabled={sending.busy}>
          {sending.busy ? p.saving : w.save}
        </button>
      </div>
    </Form>
  );
}

interface FieldsProps {
  draft: PolicyDraft;
  limits: PolicyLimits;
  wrong: (key: PolicyKey) => string | null;
  onChange: (part: Partial<PolicyDraft>) => void;
}

function CreditFields({ draft, limits, wrong, onChange }: FieldsProps) {
  const { policy: w } = useOfficeText();
  return (
    <>
      <div className="form-row">
        <SelectField
          label={w.name.period}
          hint={w.about.period}
          value={draft.period}
          wrong={wrong('period')}
          onChange={(period) => onChange({ period })}
        >
          {limits.periods.map((seconds) => (
            <option key={seconds} value={seconds}>
              {w.minutes(seconds / 60)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={w.name.inc}
          hint={w.about.inc}
          value={draft.step}
          wrong={wrong('inc')}
          onChange={(step) => onChange({ step })}
        >
          {limits.steps.map((steps) => (
            <option key={steps} value={steps}>
              {w.step(steps, Number(draft.period) / steps)}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="form-row">
        <TextField
          label={`${w.name.min_share} (%)`}
          hint={`${w.percentHint} ${w.about.min_share}`}
          value={draft.share}
          wrong={wrong('min_share')}
          onChange={(share) => onChange({ share })}
        />
        <TextField
          label={w.name.daily_async_cap}
          hint={`${w.capHint(hoursFigure(limits.daily_async_cap_ch))} ${w.about.daily_async_cap}`}
          value={draft.cap}
          placeholder={w.noCap}
          wrong={wrong('daily_async_cap')}
          onChange={(cap) => onChange({ cap })}
        />
      </div>
    </>
  );
}

function SecondsField({ of, draft, limits, wrong, onChange }: FieldsProps & { of: SecondsKey }) {
  const { policy: w } = useOfficeText();
  const limit = limits.seconds.find(({ key }) => key === of);
  const clock = minutesOf(draft[of]);
  const hint = [limit && w.range(limit.least, limit.most), clock && w.is(clock), w.about[of]];
  return (
    <TextField
      label={`${w.name[of]} (${w.seconds})`}
      hint={hint.filter(Boolean).join(' ')}
      inputMode="numeric"
      value={draft[of]}
      wrong={wrong(of)}
      onChange={(text) => onChange({ [of]: text })}
    />
  );
}
