/** The check before class, without hurry: whether this browser, this network, this loudspeaker will do. */
import { useState } from 'react';
import { Icon } from '../../kit/icons';
import type { NetworkVerdict } from '../../protocol';
import { replayPage } from '../../routes';
import { MediaError, openMicrophone } from '../devices/devices';
import { LevelMeter } from '../devices/level-meter';
import { useClassText } from '../text';
import { percent } from './checked';
import { type HttpVerdict, mbit, type NetworkFigures, verdictOf } from './network-check';
import { type Found as FoundNetwork, runCheck, stepsOf } from './run-check';
import { useCheckupText } from './text';
import './checkup.css';

type Verdict = 'good' | 'fair' | 'bad' | 'open';

interface Found {
  browser: boolean;
  network: FoundNetwork;
}

interface Props {
  seat: string;
  /** The lesson that runs or is next, whose replay helps where the class does not come through. */
  lesson: string | null;
}

export default function CheckPanel({ seat, lesson }: Props) {
  const check = useCheckupText();
  const [running, setRunning] = useState(false);
  const [found, setFound] = useState<Found | null>(null);
  const [heard, setHeard] = useState<boolean | null>(null);
  const start = async () => {
    setRunning(true);
    const network = await runCheck(stepsOf(seat));
    setFound({ browser: canTakePart(), network });
    setRunning(false);
  };
  const good = found?.browser && heard !== false && isEnough(found.network);
  return (
    <details className="panel check-panel">
      <summary>{check.title}</summary>
      <p className="hint">{check.intro}</p>
      {found && (
        <ul className="check-list" aria-live="polite">
          <CheckLine
            verdict={found.browser ? 'good' : 'bad'}
            title={check.browser}
            text={found.browser ? check.browserGood : check.browserBad}
          />
          <NetworkLine figures={found.network.http} />
          {found.browser && found.network.http && (
            <UdpLine udp={found.network.udp} replay={lesson && replayPage(lesson, seat)} />
          )}
          <SoundLine heard={heard} onHeard={setHeard} />
          <MicrophoneLine />
        </ul>
      )}
      {found && !running && (
        <p className={good ? 'mark good' : 'mark fair'}>{good ? check.good : check.notYet}</p>
      )}
      <div className="row">
        <button type="button" className="button" disabled={running} onClick={() => void start()}>
          {running ? check.running : found ? check.again : check.start}
        </button>
      </div>
      <p className="hint check-kept">{check.kept}</p>
    </details>
  );
}

/** Whether the network will do: a slow one does, one that was not tested to the end might not. */
function isEnough({ http, udp }: FoundNetwork): boolean {
  return http !== null && typeof udp === 'object' && udp.verdict !== 'no_udp';
}

function canTakePart(): boolean {
  return 'RTCPeerConnection' in window && 'WebSocket' in window && 'mediaDevices' in navigator;
}

interface LineProps {
  verdict: Verdict;
  title: string;
  text: string;
  children?: React.ReactNode;
}

const ICON = { good: 'tick', fair: 'warning', bad: 'warning', open: 'dot' } as const;

function CheckLine({ verdict, title, text, children }: LineProps) {
  return (
    <li className={`check-line ${verdict}`}>
      <Icon name={ICON[verdict]} />
      <div>
        <b>{title}</b>
        <p className="hint">{text}</p>
        {children}
      </div>
    </li>
  );
}

const NETWORK: Record<HttpVerdict, Verdict> = { good: 'good', fair: 'fair', weak: 'fair', lost: 'bad' };

function NetworkLine({ figures }: { figures: NetworkFigures | null }) {
  const check = useCheckupText();
  const verdict = verdictOf(figures);
  const words = {
    good: check.networkGood,
    fair: check.networkFair,
    weak: check.networkWeak,
    lost: check.networkLost,
  };
  return (
    <CheckLine verdict={NETWORK[verdict]} title={check.network} text={words[verdict]}>
      {figures && (
        <small>
          {check.figures(
            figures.rttMs,
            mbit(figures.downBps),
            figures.upBps === null ? null : mbit(figures.upBps),
          )}
        </small>
      )}
    </CheckLine>
  );
}

const UDP: Record<NetworkVerdict, Verdict> = { good: 'good', slow: 'fair', no_udp: 'bad' };

/** Whether sound and picture of a class come through, according to the server. */
function UdpLine({ udp, replay }: { udp: FoundNetwork['udp']; replay: string | null }) {
  const check = useCheckupText();
  if (typeof udp === 'string') {
    const text = udp === 'busy' ? check.udpBusy : check.udpFailed;
    return <CheckLine verdict="open" title={check.udp} text={text} />;
  }
  const words = { good: check.udpGood, slow: check.udpSlow, no_udp: check.udpNone };
  const loss = udp.up_loss_permille;
  const figures = check.udpFigures(udp.measured.rtt_ms ?? null, loss === null ? null : percent(loss));
  return (
    <CheckLine verdict={UDP[udp.verdict]} title={check.udp} text={words[udp.verdict]}>
      {udp.verdict === 'no_udp' ? (
        <>
          <p className="hint">{check.udpLate}</p>
          {replay && <a href={replay}>{check.udpWatch}</a>}
        </>
      ) : (
        figures !== '' && <small>{figures}</small>
      )}
    </CheckLine>
  );
}

function SoundLine({ heard, onHeard }: { heard: boolean | null; onHeard: (heard: boolean) => void }) {
  const check = useCheckupText();
  const [played, setPlayed] = useState(false);
  const play = () => {
    playTone();
    setPlayed(true);
  };
  const text = heard === null ? (played ? check.soundAsk : '') : heard ? check.soundGood : check.soundBad;
  return (
    <CheckLine verdict={heard === null ? 'open' : heard ? 'good' : 'bad'} title={check.sound} text={text}>
      <div className="row wrap">
        <button type="button" className="button small" onClick={play}>
          <Icon name="sound" />
          {check.soundPlay}
        </button>
        {played && (
          <>
            <button type="button" className="button small" onClick={() => onHeard(true)}>
              {check.soundHeard}
            </button>
            <button type="button" className="button small" onClick={() => onHeard(false)}>
              {check.soundNot}
            </button>
          </>
        )}
      </div>
    </CheckLine>
  );
}

/** Plays two soft notes, as a doorbell. */
function playTone(): void {
  const context = new AudioContext();
  const volume = context.createGain();
  volume.connect(context.destination);
  const at = context.currentTime;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.25, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 1.1);
  const tone = context.createOscillator();
  tone.frequency.setValueAtTime(660, at);
  tone.frequency.setValueAtTime(523, at + 0.4);
  tone.connect(volume);
  tone.onended = () => void context.close();
  tone.start(at);
  tone.stop(at + 1.15);
}

function MicrophoneLine() {
  const { t } = useClassText();
  const check = useCheckupText();
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const open = async () => {
    setTrouble(null);
    try {
      setTrack(await openMicrophone(null));
    } catch (error) {
      setTrouble(t.device[error instanceof MediaError ? error.reason : 'busy']);
    }
  };
  const close = () => {
    track?.stop();
    setTrack(null);
  };
  return (
    <CheckLine
      verdict={trouble ? 'fair' : track ? 'good' : 'open'}
      title={check.mic}
      text={trouble ?? (track ? check.micHint : '')}
    >
      {track && <LevelMeter track={track} />}
      <div className="row">
        <button type="button" className="button small" onClick={() => (track ? close() : void open())}>
          {track ? check.micStop : check.micTry}
        </button>
      </div>
    </CheckLine>
  );
}
