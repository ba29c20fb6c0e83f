/** How hours of a programme become credits, in five-year statements only. */
import { type FormEvent, useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { conversion, setConversion } from '../../hours/api';
import { useStatementText } from '../../hours/statement';
import { TextField } from '../../kit/field';
import { Form } from '../../kit/form';
import { problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useLoaded, useSending } from '../../kit/use-loaded';
import type { Conversion } from '../../protocol';
import { useDesk } from '../desk';
import { type TypedConversion, typedConversion, wrongIn } from './conversion-typed';

export function ConversionPanel({ programme }: { programme: string }) {
  const { seat } = useDesk();
  const p = usePortalText();
  const load = useCallback((signal: AbortSignal) => conversion(seat, programme, signal), [seat, programme]);
  const { value, problem, reload } = useLoaded(load);
  if (problem) return <Trouble problem={problem} onRetry={reload} />;
  if (!value) return <p role="status">{p.loading}</p>;
  return <ConversionForm programme={programme} present={value} />;
}

function ConversionForm({ programme, present }: { programme: string; present: Conversion }) {
  const { seat } = useDesk();
  const p = usePortalText();
  const { conversion: w } = useStatementText();
  const [typed, setTyped] = useState<TypedConversion>({
    hours: String(present.hours_per_credit),
    category: present.category,
    cap: present.year_cap_tenths === null ? '' : String(present.year_cap_tenths / 10),
  });
  const [told, setTold] = useState(false);
  const sending = useSending();
  const read = typedConversion(typed);
  const wrong = wrongIn(typed);
  const set = (part: Partial<TypedConversion>) => {
    setTyped({ ...typed, ...part });
    setTold(false);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (read && (await sending.send(() => setConversion(seat, programme, read)))) setTold(true);
  };
  return (
    <section className="panel">
      <h2>{w.title}</h2>
      <Form draft={JSON.stringify(typed)} onSubmit={submit}>
        <p className="hint">{w.hint}</p>
        <TextField
          label={w.hours}
          inputMode="numeric"
          value={typed.hours}
          wrong={wrong.hours ? w.bad : null}
          onChange={(hours) => set({ hours })}
        />
        <TextField
          label={w.category}
          hint={w.categoryHint}
          maxLength={20}
          value={typed.category}
          onChange={(category) => set({ category })}
        />
        <TextField
          label={w.cap}
          hint={w.capHint}
          inputMode="text"
          value={typed.cap}
          wrong={wrong.cap ? w.bad : null}
          onChange={(cap) => set({ cap })}
        />
        {told && <Alert tone="good">{w.saved}</Alert>}
        {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
        <div className="row">
          <button type="submit" className="button" disabled={sending.busy || read === null}>
            {w.save}
          </button>
        </div>
      </Form>
    </section>
  );
}
