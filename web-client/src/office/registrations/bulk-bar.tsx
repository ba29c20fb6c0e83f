/** The actions on the chosen registrations: asked once with the consequences, watched, and added up. */
import { useCallback, useRef, useState } from 'react';
import { formatCount } from '../../i18n';
import { BackButton } from '../../kit/back-button';
import { Dialog } from '../../kit/dialog';
import { TextAreaField } from '../../kit/field';
import { problemSentence, usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { useText } from '../../kit/text';
import { useUnsaved } from '../../kit/unsaved';
import { problemOf, useLoaded } from '../../kit/use-loaded';
import { ATTESTATION_CHARS_MAX } from '../../limits';
import type { Decision } from '../../protocol';
import { decide, differing, registrationCounts, registrations, WALK_ROWS } from '../api';
import { useDesk, usePhase } from '../desk';
import { useOfficeText } from '../text';
import { compareInBatches, decideInBatches, gather, NOTHING_DONE, type Summary } from './bulk';
import { differingOf, type Filter, totalOf } from './filter';
import { ALL, countOf, NONE, type Selection } from './selection';

interface Props {
  filter: Filter;
  total: number;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  seatsLeft: number | null;
  onDone: () => void;
}

/** The decisions that this person may take on registrations in this state, the commonest first. */
export function useDecisions(state: Filter['state']): Decision[] {
  const { may } = useDesk();
  if (!may('approve')) return may('recommend') ? ['recommend', 'reject'] : [];
  return state === 'waitlisted'
    ? ['approve', 'reject', 'withdraw']
    : ['approve', 'waitlist', 'reject', 'withdraw'];
}

/**
 * The word for a decision; on the waiting list an approval has another one, because it takes somebody from the list.
 */
function useDecisionWord({ state }: Filter): (decision: Decision) => string {
  const o = useOfficeText();
  return (decision) =>
    decision === 'approve' && state === 'waitlisted' ? o.waiting.take : o.registrations.decision[decision];
}

export function BulkBar({ filter, total, selection, onSelect, seatsLeft, onDone }: Props) {
  const o = useOfficeText();
  const decisions = useDecisions(filter.state);
  const word = useDecisionWord(filter);
  const [asking, setAsking] = useState<Decision | null>(null);
  const count = countOf(selection, total);
  if (count === 0 && asking === null) return null;
  const written = formatCount(count);
  return (
    <section className="bulk-bar" aria-label={o.registrations.actions}>
      <b role="status">{o.registrations.chosen(written)}</b>
      {!selection.all && total > count && (
        <button type="button" className="button quiet small" onClick={() => onSelect(ALL)}>
          {o.registrations.chooseAll(formatCount(total))}
        </button>
      )}
      <button type="button" className="button quiet small" onClick={() => onSelect(NONE)}>
        {o.registrations.chooseNone}
      </button>
      <span className="grow" />
      {decisions.map((decision, at) => (
        <button
          key={decision}
          type="button"
          className={at === 0 ? 'button primary' : 'button'}
          onClick={() => setAsking(decision)}
        >
          {word(decision)}
        </button>
      ))}
      {asking && (
        <BulkDialog
          decision={asking}
          filter={filter}
          selection={selection}
          count={count}
          seatsLeft={seatsLeft}
          onClose={(done) => {
            setAsking(null);
            if (!done) return;
            onSelect(NONE);
            onDone();
          }}
        />
      )}
    </section>
  );
}

/** The decisions that need a reason, with a button that looks like it. */
const GRAVE: readonly Decision[] = ['reject', 'withdraw'];

interface DialogProps {
  decision: Decision;
  filter: Filter;
  selection: Selection;
  count: number;
  seatsLeft: number | null;
  /** Called with whether anything was done. */
  onClose: (done: boolean) => void;
}

type At =
  | { is: 'asking' }
  | { is: 'gathering' | 'running'; done: number; all: number }
  | { is: 'done'; summary: Summary };

export function BulkDialog(props: DialogProps) {
  const o = useOfficeText();
  const { decision, filter, count, onClose } = props;
  const word = useDecisionWord(filter);
  const { at, run, stop, stopping } = useBulk(props);
  const runs = at.is === 'gathering' || at.is === 'running';
  const title = o.bulk.title(word(decision), formatCount(count));
  return (
    <Dialog
      title={at.is !== 'done' ? title : at.summary.left > 0 ? o.bulk.ended : o.bulk.finished}
      onClose={() => (runs ? stop() : onClose(at.is === 'done'))}
    >
      {at.is === 'asking' && <Question {...props} title={title} onRun={run} />}
      {runs && (
        <>
          <progress className="wide-progress" max={Math.max(1, at.all)} value={at.done} />
          <p role="status">
            {stopping
              ? o.bulk.stopping
              : at.is === 'gathering'
                ? o.bulk.gathering(formatCount(at.done))
                : o.bulk.running(formatCount(at.done), formatCount(at.all))}
          </p>
          <div className="row end">
            <button type="button" className="button" disabled={stopping} onClick={stop}>
              {o.bulk.stop}
            </button>
          </div>
        </>
      )}
      {at.is === 'done' && <Outcome summary={at.summary} onClose={() => onClose(true)} />}
    </Dialog>
  );
}

/** Gathers the ids, decides batch by batch, and can be stopped in between. */
function useBulk({ decision, filter, selection, count }: DialogProps) {
  const { seat } = useDesk();
  const phase = usePhase();
  const [at, setAt] = useState<At>({ is: 'asking' });
  const stopped = useRef(false);
  /** Set at once: the batch that is on its way ends first. */
  const [stopping, setStopping] = useState(false);
  const watch = (is: 'gathering' | 'running', all: number) => ({
    told: (done: number) => setAt({ is, done, all }),
    stopped: () => stopped.current,
  });
  const run = async ({ reason, attestation }: Words) => {
    setAt({ is: 'gathering', done: 0, all: count });
    try {
      const page = (after: number | null) =>
        registrations(seat, phase.id, filter, after, { limit: WALK_ROWS });
      const ids = selection.all
        ? await gather(page, selection.ids, watch('gathering', count))
        : [...selection.ids].map(Number); // In the order in which they were chosen.
      setAt({ is: 'running', done: 0, all: ids.length });
      const one = (batch: number[]) => decide(seat, phase.id, { ids: batch, decision, reason, attestation });
      setAt({ is: 'done', summary: await decideInBatches(ids, one, watch('running', ids.length)) });
    } catch (failure) {
      setAt({ is: 'done', summary: { ...NOTHING_DONE, left: count, failure } });
    }
  };
  const stop = () => {
    stopped.current = true;
    setStopping(true);
  };
  return { at, run, stop, stopping };
}

interface QuestionProps extends DialogProps {
  title: string;
  onRun: (words: Words) => void;
}

interface Words {
  reason: string;
  /** The text of a recommendation. */
  attestation: string;
}

/** The consequences, and the words for the people concerned. */
function Question(props: QuestionProps) {
  const { decision, filter, count, seatsLeft, title, onRun, onClose } = props;
  const p = usePortalText();
  const o = useOfficeText();
  const { units } = useDesk();
  const [reason, setReason] = useState('');
  const [attestation, setAttestation] = useState('');
  const [tried, setTried] = useState(false);
  useUnsaved(reason.trim() + attestation.trim() !== '');
  const grave = GRAVE.includes(decision);
  const missing = grave && reason.trim() === '';
  const takes = decision === 'approve' && filter.state === 'waitlisted';
  const submit = () => {
    setTried(true);
    if (!missing) onRun({ reason: reason.trim(), attestation: attestation.trim() });
  };
  return (
    <>
      <p>{takes ? o.waiting.takeText(formatCount(count)) : o.bulk[decision](formatCount(count))}</p>
      {decision === 'approve' && <Differing {...props} />}
      {decision === 'approve' && seatsLeft !== null && (
        <Alert tone={seatsLeft < count ? 'fair' : 'calm'}>
          {filter.unit === '' && units.length > 1
            ? o.bulk.leftOfAll(formatCount(seatsLeft))
            : o.bulk.left(formatCount(seatsLeft))}
        </Alert>
      )}
      {decision === 'recommend' && (
        <TextAreaField
          label={o.bulk.attestation}
          optional={p.optional}
          hint={o.bulk.attestationHint}
          value={attestation}
          rows={3}
          wrong={[...attestation.trim()].length > ATTESTATION_CHARS_MAX ? p.wrong.too_long : null}
          onChange={setAttestation}
        />
      )}
      <TextAreaField
        label={takes ? o.waiting.reason : grave ? o.bulk.reasonFor : o.bulk.reasonOptional}
        {...(!grave && { optional: p.optional })}
        {...(takes && { hint: o.waiting.reasonHint })}
        value={reason}
        rows={2}
        wrong={tried && missing ? o.bulk.mustReason : null}
        onChange={setReason}
      />
      <div className="row end">
        <BackButton onBack={() => onClose(false)} />
        <button type="button" className={grave ? 'button danger' : 'button primary'} onClick={submit}>
          {title}
        </button>
      </div>
    </>
  );
}

/** The number of people about to be approved who do not agree with the list of nominees. */
function Differing({ filter, selection }: Pick<DialogProps, 'filter' | 'selection'>) {
  const { bulk } = useOfficeText();
  const { seat } = useDesk();
  const phase = usePhase();
  const load = useCallback(
    (signal: AbortSignal) => countDiffering(seat, phase.id, filter, selection, signal),
    [seat, phase.id, filter, selection],
  );
  const { value, problem } = useLoaded(load);
  if (problem || value === 0) return null;
  if (value === null) return <p className="hint">{bulk.comparing}</p>;
  return <Alert tone="fair">{bulk.differ(formatCount(value))}</Alert>;
}

/** Counts those who differ; of all that match, the ones that are left out do not count. */
async function countDiffering(
  seat: string,
  phase: string,
  filter: Filter,
  selection: Selection,
  signal: AbortSignal,
): Promise<number> {
  const named = await compareInBatches([...selection.ids].map(Number), (ids) =>
    differing(seat, phase, ids, signal),
  );
  if (!selection.all) return named;
  const among = differingOf(filter);
  if (among === null) return 0;
  const counts = await registrationCounts(seat, phase, among, signal);
  return totalOf(counts, filter) - named;
}

function Outcome({ summary, onClose }: { summary: Summary; onClose: () => void }) {
  const p = usePortalText();
  const o = useOfficeText();
  const { language } = useText();
  const { states, refused, schools, promoted, left, failure } = summary;
  const named = o.bulk.ofSchools(new Intl.ListFormat(language, { type: 'conjunction' }).format(schools));
  return (
    <>
      <ul className="outcome">
        {[...states].map(([state, n]) => (
          <li key={state} className={state === 'waitlisted' ? 'fair' : 'good'}>
            {o.bulk.became(p.state[state], formatCount(n))}
          </li>
        ))}
        {[...refused].map(([why, ids]) => (
          <li key={why} className="fair">
            {o.bulk.refused(o.bulk.why[why] ?? o.bulk.whyOther, formatCount(ids.length))}
            {why === 'school_full' && named}
          </li>
        ))}
        {promoted > 0 && <li>{o.bulk.promoted(formatCount(promoted))}</li>}
      </ul>
      {failure !== null && <Alert>{problemSentence(problemOf(failure), p)}</Alert>}
      {left > 0 && <Alert tone="fair">{o.bulk.undone(formatCount(left))}</Alert>}
      <div className="row end">
        <button type="button" className="button primary" onClick={onClose}>
          {o.bulk.close}
        </button>
      </div>
    </>
  );
}
