/** The page before the class: the instructor sees the own picture, sees the voice move a bar, and chooses devices. */
import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../kit/icons';
import { LanguageSwitch } from '../../kit/text';
import type { HoursRules } from '../../protocol';
import { RulesLines } from '../rules';
import { useTrackStream, VideoTile } from '../stage/video';
import { useClassText } from '../text';
import { DeviceChoice } from './device-choice';
import { MediaError, type MediaTrouble, openCamera, openMicrophone } from './devices';
import { LevelMeter } from './level-meter';
import type { Preferred } from './publisher';

export interface CheckResult {
  preferred: Preferred;
  camera: boolean;
  mic: boolean;
}

interface Props {
  title: string;
  rules: HoursRules | null;
  onEnter: (result: CheckResult) => void;
}

export function DeviceCheck({ title, rules, onEnter }: Props) {
  const { t } = useClassText();
  const [preferred, setPreferred] = useState<Preferred>({ microphone: null, camera: null });
  const [useCamera, setUseCamera] = useState(true);
  const [useMic, setUseMic] = useState(true);
  const camera = useProbe(useCamera, preferred.camera, openTeacherCamera);
  const mic = useProbe(useMic, preferred.microphone, openMicrophone);
  const picture = useTrackStream(camera.track);

  return (
    <main className="check">
      <header>
        <p className="overline">{title}</p>
        <h1>{t.check.title}</h1>
        <p className="hint">{t.check.intro}</p>
      </header>
      <div className="check-picture">
        {picture ? (
          <VideoTile stream={picture} name={t.stage.mine} mirrored />
        ) : (
          <div className="stage-empty">
            <Icon name="cameraOff" />
            <p>{useCamera && !camera.trouble ? t.check.opening : t.stage.noCamera}</p>
          </div>
        )}
      </div>
      <form
        className="check-form"
        onSubmit={(event) => {
          event.preventDefault();
          onEnter({ preferred, camera: useCamera && !camera.trouble, mic: useMic && !mic.trouble });
        }}
      >
        <DeviceChoice preferred={preferred} refresh={camera.track ?? mic.track} onPreferred={setPreferred} />
        {mic.track && <LevelMeter track={mic.track} />}
        <Trouble device={t.check.camera} trouble={useCamera ? camera.trouble : null} />
        <Trouble device={t.check.microphone} trouble={useMic ? mic.trouble : null} />
        <label className="switch">
          <input
            type="checkbox"
            checked={useCamera}
            onChange={(event) => setUseCamera(event.target.checked)}
          />
          {t.check.useCamera}
        </label>
        <label className="switch">
          <input type="checkbox" checked={useMic} onChange={(event) => setUseMic(event.target.checked)} />
          {t.check.useMic}
        </label>
        <button type="submit" className="button primary large">
          {t.check.enter}
        </button>
        <p className="hint">{t.check.without}</p>
        {rules && <RulesLines rules={rules} staff />}
        <LanguageSwitch />
      </form>
    </main>
  );
}

function Trouble({ device, trouble }: { device: string; trouble: MediaTrouble | null }) {
  const { t } = useClassText();
  if (!trouble) return null;
  return (
    <p className="field-problem" role="alert">
      {device}: {t.device[trouble]}
    </p>
  );
}

const openTeacherCamera = (deviceId: string | null) => openCamera(deviceId, 'teacher');

interface Probe {
  track: MediaStreamTrack | null;
  trouble: MediaTrouble | null;
}

/** Holds a device open while its picture or level is shown, and closes it afterwards. */
function useProbe(
  wanted: boolean,
  deviceId: string | null,
  open: (deviceId: string | null) => Promise<MediaStreamTrack>,
): Probe {
  const [probe, setProbe] = useState<Probe>({ track: null, trouble: null });
  const opening = useRef(0);
  useEffect(() => {
    if (!wanted) return;
    opening.current += 1;
    const turn = opening.current;
    let mine: MediaStreamTrack | null = null;
    open(deviceId).then(
      (track) => {
        if (opening.current !== turn) return track.stop();
        mine = track;
        setProbe({ track, trouble: null });
      },
      (error: unknown) => {
        if (opening.current !== turn) return;
        setProbe({ track: null, trouble: error instanceof MediaError ? error.reason : 'busy' });
      },
    );
    return () => {
      opening.current += 1;
      mine?.stop();
      setProbe({ track: null, trouble: null });
    };
  }, [wanted, deviceId, open]);
  return probe;
}
