/** The choice of camera and microphone; names appear once the browser may tell them. */
import { useEffect, useId, useState } from 'react';
import { useClassText } from '../text';
import { type Choice, type Choices, listDevices, watchDevices } from './devices';
import type { Preferred } from './publisher';

interface Props {
  preferred: Preferred;
  onPreferred: (preferred: Preferred, changed: 'mic' | 'camera') => void;
  /** A value that changes when a device was opened, because names become readable then. */
  refresh: unknown;
}

export function DeviceChoice({ preferred, onPreferred, refresh }: Props) {
  const { t } = useClassText();
  const [choices, setChoices] = useState<Choices>({ microphones: [], cameras: [] });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `refresh` only says when to look again
  useEffect(() => {
    const look = () => void listDevices().then(setChoices, () => {});
    look();
    return watchDevices(look);
  }, [refresh]);

  return (
    <>
      <DeviceSelect
        label={t.check.camera}
        choices={choices.cameras}
        value={preferred.camera}
        onValue={(camera) => onPreferred({ ...preferred, camera }, 'camera')}
      />
      <DeviceSelect
        label={t.check.microphone}
        choices={choices.microphones}
        value={preferred.microphone}
        onValue={(microphone) => onPreferred({ ...preferred, microphone }, 'mic')}
      />
    </>
  );
}

interface SelectProps {
  label: string;
  choices: Choice[];
  value: string | null;
  onValue: (id: string) => void;
}

function DeviceSelect({ label, choices, value, onValue }: SelectProps) {
  const { t } = useClassText();
  const id = useId();
  return (
    <p className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value ?? choices[0]?.id ?? ''}
        disabled={choices.length === 0}
        onChange={(event) => onValue(event.target.value)}
      >
        {choices.map((choice, index) => (
          <option key={choice.id} value={choice.id}>
            {choice.label || t.check.unnamed(index + 1)}
          </option>
        ))}
      </select>
    </p>
  );
}
