/** The course, for staff: trims the recording, names it, publishes it and takes it back. */
import { useId, useState } from 'react';
import { formatElapsed } from '../i18n';
import { ConfirmButton } from '../kit/confirm';
import { useSpeaker } from '../kit/toasts';
import type { Audience, Course, Replay } from '../protocol';
import { type Place, publishCourse, takeBackCourse } from './api';
import { CatalogueFields } from './catalogue-fields';
import { courseProblem, draftOf } from './course';
import type { Player } from './player';
import { useReplayText } from './text';
import { Trim } from './trim';

const AUDIENCES: readonly Audience[] = ['class', 'programme', 'everybody'];

interface Props {
  place: Place;
  replay: Replay;
  player: Player;
  reload: () => void;
}

export function CoursePanel({ place, replay, player, reload }: Props) {
  const r = useReplayText();
  const { say } = useSpeaker();
  const ids = useId();
  const [draft, setDraft] = useState<Course>(() => draftOf(replay));
  const [busy, setBusy] = useState(false);
  const change = (changed: Partial<Course>) => setDraft({ ...draft, ...changed });
  const problem = courseProblem(draft);

  const carryOut = async (work: Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await work;
      say(done);
      reload();
    } catch {
      say(r.course.failed, 'problem');
    } finally {
      setBusy(false);
    }
  };
  const publish = () =>
    carryOut(
      publishCourse(place, { ...draft, title: draft.title.trim(), speaker: draft.speaker.trim() }),
      r.course.saved,
    );

  if (replay.live) return <p className="empty">{r.course.afterClass}</p>;
  return (
    <form
      className="course-panel"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) void publish();
      }}
    >
      <p className={replay.course ? 'mark on-stage' : 'hint'}>
        {replay.course
          ? `${r.course.published} · ${r.course.audiences[replay.course.audience]}`
          : r.course.draft}
      </p>
      <p className="field">
        <label htmlFor={`${ids}title`}>{r.course.title}</label>
        <input
          id={`${ids}title`}
          type="text"
          value={draft.title}
          onChange={(event) => change({ title: event.target.value })}
        />
      </p>
      <p className="field">
        <label htmlFor={`${ids}description`}>{r.course.description}</label>
        <textarea
          id={`${ids}description`}
          rows={3}
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </p>
      <p className="field">
        <label htmlFor={`${ids}audience`}>{r.course.audience}</label>
        <select
          id={`${ids}audience`}
          value={draft.audience}
          onChange={(event) => {
            const audience = event.target.value as Audience;
            change({ audience, listed: draft.listed && audience === 'everybody' });
          }}
        >
          {AUDIENCES.map((audience) => (
            <option key={audience} value={audience}>
              {r.course.audiences[audience]}
            </option>
          ))}
        </select>
      </p>
      <CatalogueFields draft={draft} onChange={change} />
      <Trim
        shown={draft.shown}
        durationMs={replay.duration_ms}
        player={player}
        onChange={(shown) => change({ shown })}
      />
      <p className="hint">{r.course.length(formatElapsed(draft.shown.to_ms - draft.shown.from_ms))}</p>
      {problem && (
        <p className="field-problem" role="alert">
          {r.course[problem]}
        </p>
      )}
      <div className="row wrap">
        <button type="submit" className="button primary" disabled={busy || problem !== null}>
          {replay.course ? r.course.save : r.course.publish}
        </button>
        {replay.course && (
          <ConfirmButton
            className="button danger-quiet"
            question={r.course.takeBackAsk}
            yes={r.course.takeBack}
            onYes={() => void carryOut(takeBackCourse(place), r.course.taken)}
          >
            {r.course.takeBack}
          </ConfirmButton>
        )}
      </div>
    </form>
  );
}
