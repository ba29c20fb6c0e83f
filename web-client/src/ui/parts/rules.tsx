/** What the lesson asks for, told before one comes in (CR-22). */
import { formatTime } from '../../i18n';
import type { HoursRules } from '../../protocol';
import { useText } from '../text';

export function RulesLines({ rules }: { rules: HoursRules }) {
  const { t } = useText();
  const { rules: words, span, hours } = t.inClass;
  const from = formatTime(rules.planned_start_ms);
  const to = formatTime(rules.planned_end_ms);
  return (
    <section className="rules" aria-label={words.title}>
      <h2>{words.title}</h2>
      <ul>
        <li>{words.worth(hours(rules.credit_ch), from, to)}</li>
        <li>{words.full(span(rules.full_from_s), span(rules.least_s))}</li>
        <li>{words.checks(span(rules.block_s), rules.answer_s)}</li>
      </ul>
    </section>
  );
}
