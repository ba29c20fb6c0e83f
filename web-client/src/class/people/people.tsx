/** The roster: raised hands in front, search, and for staff the actions on each person. */
import { memo, type ReactNode, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Icon } from '../../kit/icons';
import type { Command, Participant, ParticipantId, Role, RoomState, SheetLine } from '../../protocol';
import type { LessonView } from '../lesson';
import { currentSheet, wholeMinutes } from '../minutes/live-sheet';
import { useClassText } from '../text';
import { Avatar } from './avatar';
import { PersonActions } from './person-actions';
import { matchesSearch, sortRoster } from './roster';

interface Props {
  view: LessonView;
  room: RoomState;
  /** Carries out staff's actions on people; null for everybody else. */
  act: ((command: Command) => void) | null;
  /** A view above the roster. */
  head?: ReactNode;
}

export function People({ view, room, act, head }: Props) {
  const { t } = useClassText();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<ParticipantId | null>(null);
  const text = useDeferredValue(search);
  const { participants, hands, rounds } = room;
  const sheet = useMemo(() => currentSheet({ sheet: room.sheet, rounds }), [room.sheet, rounds]);
  const sorted = useMemo(() => sortRoster({ participants, hands, sheet }), [participants, hands, sheet]);
  const lines = useMemo(() => new Map(sheet.map((line) => [line.participant, line])), [sheet]);
  const found = sorted.filter((person) => matchesSearch(person, text));
  const toggle = useCallback((id: ParticipantId) => setOpen((now) => (now === id ? null : id)), []);

  return (
    <div className="people">
      {head}
      <label className="search">
        <Icon name="search" />
        <input
          type="search"
          value={search}
          placeholder={t.people.search}
          aria-label={t.people.search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </label>
      <ul className="roster" aria-label={t.people.title}>
        {found.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            line={lines.get(person.id) ?? null}
            hand={room.hands.indexOf(person.id)}
            speaking={room.speaking.includes(person.id)}
            own={person.id === view.classroom.you}
            act={mayActOn(view.classroom.role, person) ? act : null}
            open={open === person.id}
            onToggle={toggle}
          />
        ))}
      </ul>
      {found.length === 0 && <p className="empty">{t.people.none}</p>}
    </div>
  );
}

/** Whether the viewer may act on the person: staff lead trainees; instructors answer to operators only. */
function mayActOn(viewer: Role | null, person: Participant): boolean {
  return person.role === 'trainee' || (viewer === 'operator' && person.role === 'instructor');
}

interface RowProps {
  person: Participant;
  /** The trainee's line of the class sheet, which staff see; null = none. */
  line: SheetLine | null;
  /** The place in the queue of hands, or -1. */
  hand: number;
  speaking: boolean;
  own: boolean;
  act: ((command: Command) => void) | null;
  open: boolean;
  onToggle: (id: ParticipantId) => void;
}

const PersonRow = memo(function PersonRow({
  person,
  line,
  hand,
  speaking,
  own,
  act,
  open,
  onToggle,
}: RowProps) {
  const { t } = useClassText();
  const mayAct = act && !own;
  return (
    <li className={person.here ? 'person' : 'person gone'}>
      <div className="person-line">
        <span className={speaking ? 'ring speaking' : 'ring'}>
          <Avatar name={person.name} />
        </span>
        <span className="person-name">
          {person.name}
          {own && <small> ({t.you})</small>}
          <PersonState person={person} late={line?.late ?? false} hand={hand} speaking={speaking} />
          {line && <PersonHours line={line} />}
        </span>
        {person.here && person.on_stage && (
          <span className="person-devices">
            <Icon name={person.sending.includes('mic') ? 'mic' : 'micOff'} />
            {person.sending.includes('camera') && <Icon name="camera" />}
            {person.sending.includes('screen') && <Icon name="screen" />}
          </span>
        )}
        {mayAct && (
          <button
            type="button"
            className="icon-button"
            aria-expanded={open}
            aria-label={t.people.more(person.name)}
            onClick={() => onToggle(person.id)}
          >
            <Icon name="more" />
          </button>
        )}
      </div>
      {mayAct && open && <PersonActions person={person} handUp={hand >= 0} act={act} />}
    </li>
  );
});

/** The time that counts for the trainee so far. */
function PersonHours({ line }: { line: SheetLine }) {
  const { t } = useClassText();
  const words = t.inClass.sheet;
  return (
    <small className="person-hours">
      {words.counted(wholeMinutes(line.counted_s))}
      {line.asked > 0 && (
        <span className={line.answered < line.asked ? 'level bad' : ''}>
          {words.checks(line.answered, line.asked)}
        </span>
      )}
    </small>
  );
}

interface StateProps {
  person: Participant;
  late: boolean;
  hand: number;
  speaking: boolean;
}

/** The state of a person in words; colour only repeats it. */
function PersonState({ person, late, hand, speaking }: StateProps) {
  const { t } = useClassText();
  const marks: [string, string][] = [];
  if (person.role !== 'trainee') marks.push(['role', t.role[person.role]]);
  if (!person.here) marks.push(['', person.removed ? t.held.removed : t.people.gone]);
  else {
    if (hand >= 0) marks.push(['hand', `${t.people.hand} ${hand + 1}`]);
    if (person.on_stage && person.role === 'trainee') marks.push(['on-stage', t.people.onStage]);
    if (speaking) marks.push(['on-stage', t.stage.speaking]);
    if (person.network === 'weak') marks.push(['weak', t.people.weak]);
    if (person.network === 'lost') marks.push(['weak', t.people.lost]);
  }
  if (late) marks.push(['late', t.inClass.sheet.late]);
  if (person.chat_muted) marks.push(['', t.people.chatMuted]);
  if (marks.length === 0) return null;
  return (
    <span className="marks">
      {marks.map(([kind, text]) => (
        <span key={text} className={`mark ${kind}`}>
          {text}
        </span>
      ))}
    </span>
  );
}
