/** The early notice for those who look after a class or a unit: how many are behind, and the way to their names. */
import { useCallback } from 'react';
import { formatCount } from '../../i18n';
import { Alert } from '../../kit/shell';
import { useAddress } from '../../kit/use-address';
import { useLoaded } from '../../kit/use-loaded';
import { ViewLink } from '../../kit/view-link';
import { officePage } from '../../routes';
import { useDesk, usePhase } from '../desk';
import { behindCount } from './api';
import { useReportText } from './text';

/** Nothing is told while nothing is known: the page has other work. */
export default function BehindNotice() {
  const { seat } = useDesk();
  const phase = usePhase();
  const w = useReportText();
  const { url } = useAddress();
  const load = useCallback((signal: AbortSignal) => behindCount(seat, phase.id, signal), [seat, phase.id]);
  const { value: count, problem } = useLoaded(load);
  if (problem || !count) return null;
  const list = new URL(officePage(seat, 'reports', { phase: phase.id, behind: 'true' }), url.origin);
  return (
    <Alert tone="calm">
      <p className="report-notice">
        {w.notice(count, formatCount(count))}
        <ViewLink to={list}>{w.noticeList}</ViewLink>
      </p>
    </Alert>
  );
}
