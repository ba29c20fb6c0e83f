/** What the open catalogue shows of a course, and whether it does. */
import { useId, useState } from 'react';
import type { Course } from '../protocol';
import { tagsOf } from './course';
import { useReplayText } from './text';

interface Props {
  draft: Course;
  onChange: (changed: Partial<Course>) => void;
}

export function CatalogueFields({ draft, onChange }: Props) {
  const r = useReplayText();
  const ids = useId();
  // As it is typed: a blank at the end begins the next tag.
  const [typed, setTyped] = useState(draft.tags.join(' '));
  return (
    <>
      <p className="field">
        <label htmlFor={`${ids}speaker`}>{r.course.speaker}</label>
        <input
          id={`${ids}speaker`}
          type="text"
          value={draft.speaker}
          onChange={(event) => onChange({ speaker: event.target.value })}
        />
      </p>
      <p className="field">
        <label htmlFor={`${ids}tags`}>{r.course.tags}</label>
        <input
          id={`${ids}tags`}
          type="text"
          aria-describedby={`${ids}tags-hint`}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            onChange({ tags: tagsOf(event.target.value) });
          }}
        />
        <small id={`${ids}tags-hint`} className="hint">
          {r.course.tagsHint}
        </small>
      </p>
      {draft.audience === 'everybody' && (
        <label className="switch">
          <input
            type="checkbox"
            checked={draft.listed}
            onChange={(event) => onChange({ listed: event.target.checked })}
          />
          <span>
            <b>{r.course.listed}</b>
            <br />
            <small className="hint">{r.course.listedHint}</small>
          </span>
        </label>
      )}
    </>
  );
}
