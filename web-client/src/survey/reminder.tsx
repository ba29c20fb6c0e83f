/** The surveys that are open and not answered yet, on the home page. */
import { useCallback } from 'react';
import { formatDay } from '../i18n/dates';
import { useText } from '../kit/text';
import { useLoaded } from '../kit/use-loaded';
import { surveyPage } from '../routes';
import { mySurveys } from './api';
import { useSurveyText } from './text';

export function SurveyReminder({ seat, nowMs }: { seat: string; nowMs: number }) {
  const w = useSurveyText();
  const { language } = useText();
  const load = useCallback((signal: AbortSignal) => mySurveys(seat, signal), [seat]);
  const { value } = useLoaded(load);
  const open = value?.filter((one) => !one.answered && nowMs < one.closes_ms) ?? [];
  return open.map((one) => (
    <section className="panel" key={one.phase} aria-label={w.title}>
      <div className="panel-head">
        <h2>{one.survey.title}</h2>
        <span className="grow" />
        <a className="button small primary" href={surveyPage(one.phase, seat)}>
          {w.fill}
        </a>
      </div>
      <p className="hint">{w.due(formatDay(one.closes_ms - 1, language))}</p>
    </section>
  ));
}
