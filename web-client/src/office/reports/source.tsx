/** Up to where the ledger was read for what is shown. */
import { formatCount } from '../../i18n';
import { formatMoment } from '../../i18n/dates';
import { useText } from '../../kit/text';
import type { ReportSource } from '../../protocol';
import { useReportText } from './text';

export function Source({ source }: { source: ReportSource }) {
  const { sourceOf } = useReportText();
  const entry = useEntry();
  return <p className="hint">{sourceOf(entry(source))}</p>;
}

export function useEntry(): (source: ReportSource) => string {
  const { language } = useText();
  const w = useReportText();
  return ({ seq, at_ms }) =>
    seq === 0 ? w.noEntry : w.entry(formatCount(seq), formatMoment(at_ms, language));
}
