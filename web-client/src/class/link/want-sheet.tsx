/** 省流: the choice of what to receive. Sound always stays. */
import { Sheet } from '../../kit/sheet';
import type { Want } from '../../protocol';
import { useClassText } from '../text';

const WANTS: readonly Want[] = ['all', 'main', 'sound'];

interface Props {
  want: Want;
  onWant: (want: Want) => void;
  onClose: () => void;
}

export function WantSheet({ want, onWant, onClose }: Props) {
  const { t } = useClassText();
  const hints: Record<Want, string> = { all: t.want.allHint, main: t.want.mainHint, sound: t.want.soundHint };
  return (
    <Sheet title={t.want.title} onClose={onClose}>
      <p className="hint">{t.want.hint}</p>
      <fieldset className="choices">
        <legend className="unseen">{t.want.title}</legend>
        {WANTS.map((one) => (
          <label key={one} className={one === want ? 'choice chosen' : 'choice'}>
            <input type="radio" name="want" checked={one === want} onChange={() => onWant(one)} />
            <span>
              <b>{t.want[one]}</b>
              <small>{hints[one]}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </Sheet>
  );
}
