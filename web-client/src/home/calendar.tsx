/** The secret address of the own timetable for calendars: made, shown once, renewed, revoked. */
import { useState } from 'react';
import { CopyButton } from '../account/totp';
import { at } from '../base/path';
import { AskButton } from '../kit/ask-button';
import { problemSentence, usePortalText } from '../kit/portal-text';
import { Alert } from '../kit/shell';
import { useSending } from '../kit/use-loaded';
import { makeCalendar, stopCalendar } from './api';
import { useHomeText } from './text';

export function CalendarPanel({ seat, has, onChange }: { seat: string; has: boolean; onChange: () => void }) {
  const p = usePortalText();
  const { home } = useHomeText();
  const [address, setAddress] = useState<string | null>(null);
  const sending = useSending();
  const make = () =>
    sending.send(async () => {
      const { path } = await makeCalendar(seat);
      setAddress(new URL(at(path), location.origin).href);
      onChange();
    });
  const stop = () =>
    sending.send(async () => {
      await stopCalendar(seat);
      setAddress(null);
      onChange();
    });
  return (
    <details className="panel">
      <summary>{home.calendar}</summary>
      <p className="hint">{home.calendarHint}</p>
      {sending.refusal && <Alert>{problemSentence(sending.refusal, p)}</Alert>}
      {address && (
        <>
          <p className="hint">{home.calendarAddress}</p>
          <p className="secret-text">{address}</p>
          <div className="row wrap">
            <CopyButton text={address} />
            <a className="button small" href={address.replace(/^https?:/, 'webcal:')}>
              {home.calendar}
            </a>
          </div>
          <Alert tone="calm">{home.calendarSecret}</Alert>
        </>
      )}
      {has && !address && <p>{home.calendarHave}</p>}
      <div className="row wrap">
        {!has && !address && (
          <button type="button" className="button" disabled={sending.busy} onClick={() => void make()}>
            {home.calendarMake}
          </button>
        )}
        {(has || address) && (
          <>
            <AskButton
              className="button small"
              title={home.calendarRenew}
              question={home.calendarRenewAsk}
              yes={home.calendarRenew}
              onYes={() => void make()}
            >
              {home.calendarRenew}
            </AskButton>
            <AskButton
              className="button small quiet"
              danger
              title={home.calendarStop}
              question={home.calendarStopAsk}
              yes={home.calendarStop}
              onYes={() => void stop()}
            >
              {home.calendarStop}
            </AskButton>
          </>
        )}
      </div>
    </details>
  );
}
