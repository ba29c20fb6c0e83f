/** The decision on the one registration that is read, at the place where it is read. */
import { useState } from 'react';
import type { Decision, RegistrationLine, RegistrationState } from '../../protocol';
import { useOfficeText } from '../text';
import { BulkDialog, useDecisions } from './bulk-bar';
import { ANY } from './filter';

/** The states in which each decision leads somewhere; the server has the last word. */
const FROM: Record<Decision, readonly RegistrationState[]> = {
  recommend: ['submitted', 'waitlisted'],
  approve: ['submitted', 'waitlisted'],
  waitlist: ['submitted'],
  reject: ['submitted', 'waitlisted'],
  withdraw: ['submitted', 'waitlisted', 'approved', 'placed', 'active'],
};

export function DecideOne({ line, onDone }: { line: RegistrationLine; onDone: () => void }) {
  const { registrations: r } = useOfficeText();
  const [asking, setAsking] = useState<Decision | null>(null);
  const decisions = useDecisions(line.state).filter((one) => FROM[one].includes(line.state));
  if (decisions.length === 0) return null;
  return (
    <div className="row wrap">
      {decisions.map((one) => (
        <button key={one} type="button" className="button small" onClick={() => setAsking(one)}>
          {r.decision[one]}
        </button>
      ))}
      {asking && (
        <BulkDialog
          decision={asking}
          filter={{ ...ANY, unit: line.unit }}
          selection={{ all: false, ids: new Set([String(line.id)]) }}
          count={1}
          seatsLeft={null}
          onClose={(done) => {
            setAsking(null);
            if (done) onDone();
          }}
        />
      )}
    </div>
  );
}
