/** The question to a person who was just brought on stage. It comes by itself, so it takes no focus. */
import { Sheet } from '../../kit/sheet';
import { useClassText } from '../text';

interface Props {
  camera: boolean;
  onSpeak: (withCamera: boolean) => void;
  onDecline: () => void;
}

export function StageSheet({ camera, onSpeak, onDecline }: Props) {
  const { t } = useClassText();
  return (
    <Sheet title={t.onStage.title} onClose={onDecline} takesFocus={false}>
      <p>{camera ? t.onStage.bodyCamera : t.onStage.body}</p>
      <div className="column">
        {camera && (
          <button type="button" className="button primary large" onClick={() => onSpeak(true)}>
            {t.onStage.both}
          </button>
        )}
        <button
          type="button"
          className={camera ? 'button large' : 'button primary large'}
          onClick={() => onSpeak(false)}
        >
          {t.onStage.mic}
        </button>
        <button type="button" className="button quiet large" onClick={onDecline}>
          {t.onStage.no}
        </button>
      </div>
      <p className="hint">{t.onStage.noHint}</p>
    </Sheet>
  );
}
