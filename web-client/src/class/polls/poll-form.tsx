/** The form of a question: ready-made answers with one press, or one's own. Enter never sends it. */
import { useState } from 'react';
import { Icon } from '../../kit/icons';
import type { NewPoll } from '../../protocol';
import {
  POLL_OPTION_CHARS_MAX,
  POLL_OPTIONS_MAX,
  POLL_OPTIONS_MIN,
  POLL_QUESTION_CHARS_MAX,
} from '../../protocol';
import { useClassText } from '../text';
import {
  type Draft,
  emptyDraft,
  letter,
  markedRight,
  pollOf,
  readDraft,
  withMultiple,
  withoutOption,
} from './polls';

/** Resolves to whether the question was asked. */
type Ask = (poll: NewPoll) => Promise<boolean>;

/** The key of the draft, which outlives the sheet and a reload, not the tab. */
const DRAFT = 'live-classroom.poll-draft';

export function AskPoll({ ask }: { ask: Ask }) {
  const { t } = useClassText();
  const words = t.polls.staff;
  const [draft, setDraft] = useState(() => readDraft(sessionStorage.getItem(DRAFT)));
  const [writing, setWriting] = useState(draft.question !== '' || draft.options.some((one) => one !== ''));
  const keep = (next: Draft) => {
    setDraft(next);
    sessionStorage.setItem(DRAFT, JSON.stringify(next));
  };
  const quick = [[words.yes, words.no], [...'ABC'], [...'ABCD']];
  return (
    <>
      <section className="column">
        <h3>{words.quick}</h3>
        <div className="row wrap">
          {quick.map((options) => (
            <button
              key={options.join()}
              type="button"
              className="button large"
              onClick={() => void ask({ question: '', options, multiple: false, right: [] })}
            >
              {options.length > 2 ? `${options[0]}–${options.at(-1)}` : options.join(' / ')}
            </button>
          ))}
        </div>
        <p className="hint">{words.quickHint}</p>
      </section>
      <section className="column">
        <button type="button" className="button" aria-expanded={writing} onClick={() => setWriting(!writing)}>
          {words.own}
        </button>
        {writing && <PollForm draft={draft} onChange={keep} ask={ask} />}
      </section>
    </>
  );
}

interface FormProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  ask: Ask;
}

function PollForm({ draft, onChange, ask }: FormProps) {
  const { t } = useClassText();
  const words = t.polls.staff;
  const poll = pollOf(draft);
  const start = async () => {
    if (poll && (await ask(poll))) onChange(emptyDraft);
  };
  return (
    <div className="column">
      <input
        type="text"
        value={draft.question}
        maxLength={POLL_QUESTION_CHARS_MAX}
        aria-label={words.question}
        placeholder={words.question}
        onChange={(event) => onChange({ ...draft, question: event.target.value })}
      />
      {draft.options.map((_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an option is its place
        <OptionField key={place} draft={draft} place={place} onChange={onChange} />
      ))}
      <div className="row wrap">
        {draft.options.length < POLL_OPTIONS_MAX && (
          <button
            type="button"
            className="button quiet small"
            onClick={() => onChange({ ...draft, options: [...draft.options, ''] })}
          >
            {words.add}
          </button>
        )}
        <label className="switch">
          <input
            type="checkbox"
            checked={draft.multiple}
            onChange={(event) => onChange(withMultiple(draft, event.target.checked))}
          />
          {t.polls.many}
        </label>
      </div>
      <p className="hint">{poll ? words.rightHint : words.tooFew}</p>
      <button type="button" className="button primary" disabled={!poll} onClick={() => void start()}>
        {words.start}
      </button>
    </div>
  );
}

function OptionField({ draft, place, onChange }: Omit<FormProps, 'ask'> & { place: number }) {
  const { t } = useClassText();
  const words = t.polls.staff;
  const change = (text: string) =>
    onChange({ ...draft, options: draft.options.map((one, at) => (at === place ? text : one)) });
  return (
    <div className="poll-field">
      <b className="poll-letter">{letter(place)}</b>
      <input
        type="text"
        value={draft.options[place]}
        maxLength={POLL_OPTION_CHARS_MAX}
        aria-label={words.option(letter(place))}
        placeholder={words.option(letter(place))}
        onChange={(event) => change(event.target.value)}
      />
      <button
        type="button"
        className="icon-button"
        aria-pressed={draft.right.includes(place)}
        aria-label={words.right(letter(place))}
        title={words.right(letter(place))}
        onClick={() => onChange(markedRight(draft, place))}
      >
        <Icon name="check" />
      </button>
      {draft.options.length > POLL_OPTIONS_MIN && (
        <button
          type="button"
          className="icon-button"
          aria-label={words.remove(letter(place))}
          title={words.remove(letter(place))}
          onClick={() => onChange(withoutOption(draft, place))}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
