/** One running class on the wall: how it is, how it went, and what can be done without joining. */
import { useState } from 'react';
import { operatorAct } from '../../api';
import { endQuestion } from '../../hours/worth';
import { formatBitrate } from '../../i18n';
import { notCounting } from '../../network';
import type { CheckedLesson, OperatorAction, RoomLoad } from '../../protocol';
import { hoursOf, replayOf } from '../../seats';
import { level, trendLine } from '../../wall';
import { useText } from '../text';
import { ConfirmButton } from './confirm';
import { MessageBox } from './message-box';
import { ChecksCounts } from './network-checks';
import { RecordingMark } from './recording-mark';
import type { EndedHere } from './wall-ended';

interface Props {
  room: RoomLoad;
  seat: string;
  /** How its people's networks are, as far as that is known. */
  checks: CheckedLesson | undefined;
  onEnded: (ended: EndedHere) => void;
}

export function RoomCard({ room, seat, checks, onEnded }: Props) {
  const { t } = useText();
  const [told, setTold] = useState('');
  const [writing, setWriting] = useState(false);
  const act = async (action: OperatorAction, done: string) => {
    setTold('');
    const worked = await operatorAct(seat, room.lesson, action).then(
      () => true,
      () => false,
    );
    setTold(worked ? done : t.operator.failed);
    return worked;
  };
  const end = async () => {
    if (await act({ do: 'end' }, t.operator.ended)) onEnded({ lesson: room.lesson, title: room.title });
  };
  const asked = endQuestion(room.worth, t, { question: t.operator.endAsk, yes: t.operator.endYes });
  const loss = level(room.loss_permille_p90, 30, 100);
  const rtt = level(room.rtt_ms_p90, 250, 500);
  const weak = level(room.weak_networks, 1, Math.max(5, room.trainees_here / 10));

  return (
    <article className="room-card" aria-label={room.title}>
      <header>
        <h2>{room.title}</h2>
        <RecordingMark recording={room.recording} />
        <span className={`class-state ${room.class}`}>{t.class[room.class]}</span>
      </header>
      <p className="room-people">
        <b>{room.trainees_here}</b>
        <span>/{room.trainees_max}</span>
        <small>
          {t.operator.staff} {room.staff_here} · {t.operator.stage} {room.on_stage} · {t.operator.hands}{' '}
          {room.hands}
        </small>
        <small className={`level ${weak}`}>{t.operator.weakPeople(room.weak_networks)}</small>
      </p>
      {room.not_counting && (
        <p className="banner" role="alert">
          {notCounting(room.not_counting, t)}
        </p>
      )}
      {room.class === 'open' && checks && <ChecksCounts lesson={checks} />}
      <dl className="figures">
        <Figure name={t.operator.in} value={formatBitrate(room.in_bps)} />
        <Figure name={t.operator.out} line="out" value={formatBitrate(room.out_bps)} />
        <Figure
          name={t.operator.loss}
          line="loss"
          hint={t.operator.worst}
          tone={loss}
          value={`${(room.loss_permille_p90 / 10).toFixed(1)} %`}
        />
        <Figure name={t.operator.rtt} hint={t.operator.worst} tone={rtt} value={`${room.rtt_ms_p90} ms`} />
      </dl>
      <Trends room={room} />
      <div className="row wrap">
        <a
          className="button small"
          href={`/lesson/${encodeURIComponent(room.lesson)}?as=${encodeURIComponent(seat)}`}
        >
          {t.operator.open}
        </a>
        <a className="button small" href={replayOf(room.lesson, seat)}>
          {t.operator.replay}
        </a>
        <a className="button small" href={hoursOf(seat, room.lesson)}>
          {t.inClass.links.lesson}
        </a>
        <button
          type="button"
          className="button small"
          aria-expanded={writing}
          onClick={() => setWriting(!writing)}
        >
          {t.operator.message}
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => void act({ do: 'mute_all' }, t.operator.muted)}
        >
          {t.operator.muteAll}
        </button>
        <ConfirmButton
          className="button small danger-quiet"
          question={asked.question}
          yes={asked.yes}
          onYes={() => void end()}
        >
          {t.operator.end}
        </ConfirmButton>
        <span className="hint" role="status">
          {told}
        </span>
      </div>
      {writing && (
        <MessageBox
          send={async (text) => {
            if (await act({ do: 'message', text }, t.operator.sent)) setWriting(false);
          }}
        />
      )}
    </article>
  );
}

interface FigureProps {
  name: string;
  value: string;
  hint?: string;
  tone?: 'good' | 'fair' | 'bad';
  /** Which trend line below shows this figure over time. */
  line?: 'out' | 'loss';
}

function Figure({ name, value, hint, tone = 'good', line }: FigureProps) {
  return (
    <div>
      <dt title={hint ? `${name}${hint}` : name}>
        {name}
        {line && <span className={`line-key ${line}`} aria-hidden="true" />}
      </dt>
      <dd className={`level ${tone}`}>{value}</dd>
    </div>
  );
}

const WIDTH = 240;
const HEIGHT = 44;

/** Two lines over the last ten minutes: what goes out, and what gets lost. */
function Trends({ room }: { room: RoomLoad }) {
  const { t } = useText();
  const out = room.trend.map((point) => point.out_bps);
  const loss = room.trend.map((point) => point.loss_permille_p90);
  return (
    <svg
      className="trend"
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${t.operator.trendOut}, ${t.operator.trendLoss}`}
    >
      <polyline className="trend-out" points={trendLine(out, WIDTH, HEIGHT, 1_000_000)} />
      <polyline className="trend-loss" points={trendLine(loss, WIDTH, HEIGHT, 100)} />
    </svg>
  );
}
