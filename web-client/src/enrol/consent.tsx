/** The notice about personal data, with its version, and the box for agreeing to it. */
import { useCallback, useState } from 'react';
import { Trouble } from '../account/signed-in';
import { formatTime } from '../i18n';
import { formatDay } from '../i18n/dates';
import { usePortalText } from '../kit/portal-text';
import { useText } from '../kit/text';
import { type Loaded, useLoaded } from '../kit/use-loaded';
import type { Consent, Notice } from '../protocol';
import { notice } from './api';
import { useEnrolText } from './text';

interface Consenting {
  loaded: Loaded<Notice>;
  /** The earlier consent to the present notice. */
  before: Consent | null;
  /** The version that is agreed to now or was before; null = none. */
  given: string | null;
  agree: (agreed: boolean) => void;
  /** Called when the server did not take the consent: there may be another notice now. */
  renew: () => void;
}

export function useConsent(programme: string, last: Consent | null): Consenting {
  const load = useCallback((signal: AbortSignal) => notice(programme, signal), [programme]);
  const loaded = useLoaded(load);
  const [agreed, setAgreed] = useState<string | null>(null);
  const present = loaded.value?.version ?? null;
  const before = last !== null && last.version === present ? last : null;
  return {
    loaded,
    before,
    // A text that came meanwhile was not agreed to.
    given: before?.version ?? (agreed === present ? agreed : null),
    agree: (yes) => setAgreed(yes ? present : null),
    renew: loaded.reload,
  };
}

export function ConsentPanel({ consent, wrong }: { consent: Consenting; wrong: string | null }) {
  const p = usePortalText();
  const { enrol } = useEnrolText();
  const { loaded, before, given, agree } = consent;
  const missing = wrong !== null && given === null;
  return (
    <section className="panel">
      <h3>{enrol.noticeTitle}</h3>
      {loaded.problem && <Trouble problem={loaded.problem} onRetry={loaded.reload} />}
      {!loaded.value && !loaded.problem && <p role="status">{p.loading}</p>}
      {loaded.value && <NoticeText notice={loaded.value} />}
      {before && <ConsentLine consent={before} />}
      {loaded.value && !before && (
        <label className={missing ? 'switch wrong' : 'switch'}>
          <input
            type="checkbox"
            checked={given !== null}
            aria-invalid={missing}
            onChange={(event) => agree(event.target.checked)}
          />
          {enrol.agree(loaded.value.version)}
        </label>
      )}
      {missing && <p className="field-problem">{wrong}</p>}
    </section>
  );
}

function NoticeText({ notice: of }: { notice: Notice }) {
  const { language } = useText();
  const { enrol } = useEnrolText();
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const who = [
    of.handlers.length > 0 && enrol.handlers(list.format(of.handlers)),
    of.organisation !== '' && enrol.runBy(of.organisation),
    of.contacts.length > 0 && enrol.askAt(list.format(of.contacts)),
  ].filter((line) => line !== false);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="notice" tabIndex={0} aria-label={enrol.noticeTitle}>
      <p className="hint">{enrol.noticeVersion(of.version)}</p>
      {who.length > 0 && <p>{who.join(' ')}</p>}
      {(language === 'zh' ? of.zh : of.en).map(({ title, text }) => (
        <p key={title}>
          <b>{title}</b> {text}
        </p>
      ))}
    </section>
  );
}

/** The line about a consent: its time, and its version. */
export function ConsentLine({ consent }: { consent: Consent }) {
  const { language } = useText();
  const { enrol } = useEnrolText();
  const when = `${formatDay(consent.at_ms, language)} ${formatTime(consent.at_ms)}`;
  return <p className="hint">{enrol.agreed(when, consent.version)}</p>;
}
