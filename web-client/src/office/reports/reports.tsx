/** Reports about a phase: completion of everybody, figures by unit, files that are kept. */
import { useAddress, withParams } from '../../kit/use-address';
import { useDesk, useOwnUnits } from '../desk';
import { SectionHead } from '../head';
import { Attainments } from './attainments';
import { Kept } from './kept';
import { Overview } from './overview';
import { Summary } from './summary';
import { useReportText } from './text';
import { registrationOf } from './wanted';
import './reports.css';

const PARTS = ['attainments', 'summary', 'overview', 'kept'] as const;
type Part = (typeof PARTS)[number];

export default function Reports() {
  const w = useReportText();
  const { url, go } = useAddress();
  const { units } = useDesk();
  // The summary of a phase is about everybody.
  const seesAll = useOwnUnits().length === units.length;
  const parts = PARTS.filter((name) => name !== 'overview' || seesAll);
  const part = parts.find((name) => name === url.searchParams.get('part')) ?? 'attainments';
  // The page of a person stands alone.
  const isList = part !== 'attainments' || registrationOf(url.searchParams) === null;
  const open = (name: Part) => {
    const next = new URL(url.pathname, url.origin);
    const kept = { as: url.searchParams.get('as') ?? '', phase: url.searchParams.get('phase') ?? '' };
    go(withParams(next, { ...kept, part: name }));
  };
  return (
    <>
      {isList && (
        <>
          <SectionHead title={w.title} hint={w.hint} />
          <fieldset className="state-tabs" aria-label={w.part}>
            {parts.map((name) => (
              <button
                key={name}
                type="button"
                className="state-tab"
                aria-pressed={part === name}
                onClick={() => open(name)}
              >
                {w.parts[name]}
              </button>
            ))}
          </fieldset>
        </>
      )}
      {part === 'attainments' && <Attainments />}
      {part === 'summary' && <Summary />}
      {part === 'overview' && <Overview />}
      {part === 'kept' && <Kept />}
    </>
  );
}
