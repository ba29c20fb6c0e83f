/** The actions of staff on one trainee, and of an operator on an instructor. */
import { ConfirmButton } from '../../kit/confirm';
import type { Command, Participant } from '../../protocol';
import { useClassText } from '../text';

interface Props {
  person: Participant;
  handUp: boolean;
  act: (command: Command) => void;
}

export function PersonActions({ person, handUp, act }: Props) {
  const { t } = useClassText();
  const participant = person.id;
  const button = (label: string, command: Command) => (
    <button type="button" className="button small" onClick={() => act(command)}>
      {label}
    </button>
  );
  const removal = (
    <ConfirmButton
      className="button small danger-quiet"
      question={t.people.removeAsk(person.name)}
      yes={t.people.removeYes}
      onYes={() => act({ do: 'remove', participant })}
    >
      {t.people.remove}
    </ConfirmButton>
  );
  if (person.removed) {
    return <div className="person-actions">{button(t.held.readmit, { do: 'readmit', participant })}</div>;
  }
  // People who are not here are not asked onto the stage, silenced or told to be quiet.
  if (!person.here) {
    const { chat_muted: muted } = person;
    const silent = muted && button(t.people.chatUnmute, { do: 'chat_mute', participant, muted: false });
    return (
      <div className="person-actions">
        {silent}
        {removal}
      </div>
    );
  }
  if (person.role !== 'trainee') {
    return (
      <div className="person-actions">
        {/* A page takes its microphone back itself; an encoder cannot. */}
        {person.encoder_muted
          ? button(t.people.unmute, { do: 'unmute', participant })
          : button(t.people.mute, { do: 'mute', participant })}
        {removal}
      </div>
    );
  }
  return (
    <div className="person-actions">
      {!person.on_stage && (
        <>
          {button(t.people.bringMic, { do: 'bring_on_stage', participant, camera: false })}
          {button(t.people.bringCamera, { do: 'bring_on_stage', participant, camera: true })}
        </>
      )}
      {person.on_stage && (
        <>
          {button(t.people.mute, { do: 'mute', participant })}
          {!person.camera_allowed &&
            button(t.people.allowCamera, { do: 'bring_on_stage', participant, camera: true })}
          {button(t.people.takeOff, { do: 'take_off_stage', participant })}
        </>
      )}
      {handUp && button(t.people.lowerHand, { do: 'lower_hand', participant })}
      {button(person.chat_muted ? t.people.chatUnmute : t.people.chatMute, {
        do: 'chat_mute',
        participant,
        muted: !person.chat_muted,
      })}
      {removal}
    </div>
  );
}
