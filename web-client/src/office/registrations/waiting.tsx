/** The people who wait, unit by unit, and the seats that each unit has for them, where the office goes on by hand. */
import { formatCount } from '../../i18n';
import type { Quota, Quotas } from '../../protocol';
import { useDesk, useUnitName } from '../desk';
import { useOfficeText } from '../text';
import type { Filter } from './filter';

interface Props {
  quotas: Quotas | null;
  filter: Filter;
  onChange: (filter: Filter) => void;
}

/** The units with people who wait, those with a free seat first. */
export function waitingUnits(quotas: Quotas): { unit: string; waiting: number; left: number }[] {
  const row = ({ unit, waitlisted, seats, taken }: Quota) => ({
    unit,
    waiting: waitlisted,
    left: Math.max(0, seats - taken),
  });
  return quotas.rows
    .map(row)
    .filter(({ waiting }) => waiting > 0)
    .sort((a, b) => Number(b.left > 0) - Number(a.left > 0));
}

export function WaitingPanel({ quotas, filter, onChange }: Props) {
  const { may } = useDesk();
  const { waiting: w } = useOfficeText();
  const unitName = useUnitName();
  if (!quotas || !may('approve')) return null;
  const units = waitingUnits(quotas);
  if (units.length === 0) return null;
  const at = filter.state === 'waitlisted';
  return (
    <section className="panel waiting-panel" aria-label={w.title}>
      <div className="panel-head">
        <h2>{w.title}</h2>
        <span className="grow" />
        {!at && (
          <button
            type="button"
            className="button small"
            onClick={() => onChange({ ...filter, state: 'waitlisted' })}
          >
            {w.show(formatCount(units.reduce((all, { waiting }) => all + waiting, 0)))}
          </button>
        )}
      </div>
      {at && (
        <>
          <p className="hint">{w.hint}</p>
          <div className="row wrap waiting-units">
            {units.map(({ unit, waiting, left }) => (
              <button
                key={unit}
                type="button"
                className="state-tab"
                aria-pressed={filter.unit === unit}
                onClick={() => onChange({ ...filter, unit: filter.unit === unit ? '' : unit })}
              >
                {w.ofUnit(unitName(unit), formatCount(waiting))}
                <b className={left > 0 ? 'mark good' : 'mark'}>{w.left(formatCount(left))}</b>
              </button>
            ))}
          </div>
        </>
      )}
    </section>
  );
}
