/** The requirements of a phase for its completion, and the reviewers of its essays. */
import { useCallback, useState } from 'react';
import { Trouble } from '../../account/signed-in';
import { DutyPanel } from '../../essay/duties';
import { usePortalText } from '../../kit/portal-text';
import { useLoaded } from '../../kit/use-loaded';
import { essaysPage } from '../../routes';
import { useDesk, usePhase } from '../desk';
import { SectionHead } from '../head';
import { requirements, reviewers } from './api';
import { RequirementForm } from './requirement-form';
import { Reviewers } from './reviewers';
import { useEssayDeskText } from './text';

/** A person who does not name reviewers may be one. */
export default function Essays() {
  const { may, seat } = useDesk();
  const w = useEssayDeskText();
  if (may('name_reviewers')) return <Naming />;
  return (
    <>
      <SectionHead title={w.title} hint={w.own} />
      <DutyPanel seat={seat} otherwise={<p className="panel empty">{w.noDuty}</p>} />
    </>
  );
}

function Naming() {
  const { seat } = useDesk();
  const phase = usePhase();
  const p = usePortalText();
  const w = useEssayDeskText();
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [asked, named] = await Promise.all([
        requirements(seat, phase.id, signal),
        reviewers(seat, phase.id, signal),
      ]);
      return { asked, named };
    },
    [seat, phase.id],
  );
  const { value, problem, reload } = useLoaded(load);
  const [saved, setSaved] = useState<number | null>(null);
  return (
    <>
      <SectionHead title={w.title} hint={w.hint}>
        {value?.asked.essay && (
          <a className="button" href={essaysPage(phase.id, seat)}>
            {w.toEssays}
          </a>
        )}
      </SectionHead>
      {problem && <Trouble problem={problem} onRetry={reload} />}
      {!value && !problem && <p role="status">{p.loading}</p>}
      {value && (
        <>
          <RequirementForm
            key={value.asked.version}
            first={value.asked}
            isSaved={saved === value.asked.version}
            onSaved={({ version }) => {
              setSaved(version);
              reload();
            }}
          />
          {value.asked.essay && <Reviewers of={value.named} onChange={reload} />}
        </>
      )}
    </>
  );
}
