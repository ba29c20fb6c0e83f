/** One running class on the wall: its state, its trend, and the actions that need no joining. */
import { useState } from 'react';
import { ChecksCounts } from '../class/checkup/network-checks';
import { notCounting } from '../class/link/network';
import { endQuestion } from '../class/minutes/worth';
import { RecordingMark } from '../class/recording-mark';
import { useClassText } from '../class/text';
import { formatBitrate } from '../i18n';
import { ConfirmButton } from '../kit/confirm';
import type { CheckedLesson, OperatorAction, RoomLoad } from '../protocol';
import { hoursPage, lessonPage, replayPage } from '../routes';
import { operatorAct } from './api';
import { MessageBox } from './message-box';
import { useOperatorText } from './text';
import { level, trendLine } from './wall';
import type { EndedHere } from './wall-ended';

interface Props {
  room: RoomLoad;
  seat: string;
  /** The state of its people's networks, as far as it is known. */
  checks: CheckedLesson | undefined;
  onEnded: (ended: EndedHere) => void;
}

export function RoomCard({ room, seat, checks, onEnded }: Props) {
  const { t } = useClassText();
  const words = useOperatorText();
  const [told, setTold] = useState('');
  const [writing, setWriting] = useState(false);
  const act = async (action: OperatorAction, done: string) => {
    setTold('');
    const worked = await operatorAct(seat, room.lesson, action).then(
      () => true,
      () => false,
    );
    setTold(worked ? done : words.failed);
    return worked;
  };
  const end = async () => {
    if (await act({ do: 'end' }, words.ended)) onEnded({ lesson: room.lesson, title: room.title });
  };
  const asked = endQuestion(room.worth, t, { question: words.endAsk, yes: words.endYes });
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
          {words.staff} {room.staff_here} · {words.stage} {room.on_stage} · {words.hands} {room.hands}
        </small>
        <small className={`level ${weak}`}>{words.weakPeople(room.weak_networks)}</small>
      </p>
      {room.not_counting && (
        <p className="banner" role="alert">
          {notCounting(room.not_counting, t)}
        </p>
      )}
      {room.class === 'open' && checks && <ChecksCounts lesson={checks} />}
      <dl className="figures">
        <Figure name={words.in} value={formatBitrate(room.in_bps)} />
        <Figure name={words.out} line="out" value={formatBitrate(room.out_bps)} />
        <Figure
          name={words.loss}
          line="loss"
          hint={words.worst}
          tone={loss}
          value={`${(room.loss_permille_p90 / 10).toFixed(1)} %`}
        />
        <Figure name={words.rtt} hint={words.worst} tone={rtt} value={`${room.rtt_ms_p90} ms`} />
      </dl>
      <Trends room={room} />
      <div className="row wrap">
        <a className="button small" href={lessonPage(room.lesson, seat)}>
          {words.open}
        </a>
        <a className="button small" href={replayPage(room.lesson, seat)}>
          {words.replay}
        </a>
        <a className="button small" href={hoursPage(seat, room.lesson)}>
          {t.inClass.links.lesson}
        </a>
        <button
          type="button"
          className="button small"
          aria-expanded={writing}
          onClick={() => setWriting(!writing)}
        >
          {words.message}
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => void act({ do: 'mute_all' }, words.muted)}
        >
          {words.muteAll}
        </button>
        <ConfirmButton
          className="button small danger-quiet"
          question={asked.question}
          yes={asked.yes}
          onYes={() => void end()}
        >
          {words.end}
        </ConfirmButton>
        <span className="hint" role="status">
          {told}
        </span>
      </div>
      {writing && (
        <MessageBox
          send={async (text) => {
            if (await act({ do: 'message', text }, words.sent)) setWriting(false);
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
  /** The trend line below that shows this figure over time. */
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

/** Two lines over the last ten minutes: outgoing traffic and loss. */
function Trends({ room }: { room: RoomLoad }) {
  const words = useOperatorText();
  const out = room.trend.map((point) => point.out_bps);
  const loss = room.trend.map((point) => point.loss_permille_p90);
  return (
    <svg
      className="trend"
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${words.trendOut}, ${words.trendLoss}`}
    >
      <polyline className="trend-out" points={trendLine(out, WIDTH, HEIGHT, 1_000_000)} />
      <polyline className="trend-loss" points={trendLine(loss, WIDTH, HEIGHT, 100)} />
    </svg>
  );
}
