/** The reviewers of a phase's essays: their names, the units whose essays they do not get, and their progress. */
import { useCallback, useState } from 'react';
import { useEssayProblem } from '../../essay/text';
import { AskButton } from '../../kit/ask-button';
import { usePortalText } from '../../kit/portal-text';
import { Alert } from '../../kit/shell';
import { type Sending, useLoaded, useSending } from '../../kit/use-loaded';
import type {
  AccountLine,
  AccountRole,
  EssayReviewer,
  EssayReviewers,
  NamedEssayReviewer,
} from '../../protocol';
import { accounts } from '../api';
import { useDesk, usePhase, useUnitName } from '../desk';
import { SearchBar } from '../search-box';
import { OfficeTable } from '../table';
import { nameReviewers } from './api';
import { useEssayDeskText } from './text';

/** The roles whose people may review; the server has the last word. */
const REVIEWING: readonly AccountRole[] = ['instructor', 'class_admin', 'unit_admin', 'training_admin'];

export function Reviewers({ of, onChange }: { of: EssayReviewers; onChange: () => void }) {
  const { seat } = useDesk();
  const phase = usePhase();
  const w = useEssayDeskText();
  const sentence = useEssayProblem();
  const sending = useSending();
  const named = of.reviewers.map(({ person, units }) => ({ person, units }));
  const save = async (list: NamedEssayReviewer[]) => {
    if (await sending.send(() => nameReviewers(seat, phase.id, list))) onChange();
  };
  const isNamed = (person: string) => named.some((one) => one.person === person);
  return (
    <section className="panel">
      <h2>{w.reviewers}</h2>
      <p className="hint">{w.reviewersHint}</p>
      {of.unshared > 0 && <Alert tone="fair">{w.unshared(of.unshared)}</Alert>}
      {of.reviewers.length === 0 ? (
        <p className="empty">{w.nobody}</p>
      ) : (
        <OfficeTable
          label={w.reviewers}
          headings={[w.name, w.units, w.given, w.done]}
          actions={w.actions}
          busy={sending.busy}
        >
          {of.reviewers.map((one) => (
            <ReviewerRow
              key={one.person}
              one={one}
              busy={sending.busy}
              onUnits={(units) =>
                void save(named.map((other) => (other.person === one.person ? { ...other, units } : other)))
              }
              onRemove={() => void save(named.filter(({ person }) => person !== one.person))}
            />
          ))}
        </OfficeTable>
      )}
      {sending.refusal && <Alert>{sentence(sending.refusal)}</Alert>}
      <AddReviewer
        sending={sending}
        isNamed={isNamed}
        onAdd={(person) => void save([...named, { person, units: [] }])}
      />
    </section>
  );
}

interface RowProps {
  one: EssayReviewer;
  busy: boolean;
  onUnits: (units: string[]) => void;
  onRemove: () => void;
}

function ReviewerRow({ one, busy, onUnits, onRemove }: RowProps) {
  const { units: all } = useDesk();
  const unitName = useUnitName();
  const w = useEssayDeskText();
  return (
    <tr>
      <th scope="row">{one.name}</th>
      <td>
        <span className="row wrap">
          {one.units.map(unitName).join('、')}
          <select
            aria-label={`${one.name} ${w.addUnit}`}
            value=""
            disabled={busy}
            onChange={(event) => onUnits([...one.units, event.target.value])}
          >
            <option value="">{w.addUnit}</option>
            {all
              .filter(({ code }) => !one.units.includes(code))
              .map(({ code, short }) => (
                <option key={code} value={code}>
                  {short}
                </option>
              ))}
          </select>
        </span>
      </td>
      <td>{one.given}</td>
      <td>{one.done}</td>
      <td>
        <AskButton
          className="button small"
          title={w.remove}
          question={w.removeAsk(one.name)}
          yes={w.remove}
          danger
          onYes={onRemove}
        >
          {w.remove}
        </AskButton>
      </td>
    </tr>
  );
}

interface AddProps {
  sending: Sending;
  isNamed: (person: string) => boolean;
  onAdd: (person: string) => void;
}

function AddReviewer({ sending, isNamed, onAdd }: AddProps) {
  const { seat } = useDesk();
  const p = usePortalText();
  const w = useEssayDeskText();
  const [text, setText] = useState('');
  const load = useCallback(
    async (signal: AbortSignal): Promise<AccountLine[]> => {
      if (text === '') return [];
      return (await accounts(seat, { text, role: '', unit: '' }, null, signal)).accounts;
    },
    [seat, text],
  );
  const { value } = useLoaded(load);
  const add = (person: string) => {
    setText('');
    onAdd(person);
  };
  const found = (value ?? []).filter(
    ({ person, roles }) => !isNamed(person) && roles.some(({ role }) => REVIEWING.includes(role)),
  );
  return (
    <div className="column">
      <h3>{w.add}</h3>
      <SearchBar label={w.find} value={text} onFind={setText} />
      {text !== '' && value && found.length === 0 && <p className="hint">{w.notFound}</p>}
      <ul className="column">
        {found.map((one) => (
          <li key={one.person} className="row">
            <span className="grow">
              <b>{one.name}</b>{' '}
              <small>{[one.login, ...new Set(one.roles.map(({ role }) => p.role[role]))].join(' · ')}</small>
            </span>
            <button
              type="button"
              className="button small"
              disabled={sending.busy}
              onClick={() => add(one.person)}
            >
              {w.pick}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
