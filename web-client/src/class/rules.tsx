/** The rules of the lesson, told before a person comes in (CR-22). */
import { formatTime } from '../i18n';
import type { HoursRules } from '../protocol';
import { useClassText } from './text';

interface Props {
  rules: HoursRules;
  /** Whether they are told to the person who asks, instead of the one who is asked. */
  staff?: boolean;
}

export function RulesLines({ rules, staff = false }: Props) {
  const { t } = useClassText();
  const { rules: words, span, hours } = t.inClass;
  const checks = staff ? words.checksStaff : words.checks;
  const from = formatTime(rules.planned_start_ms);
  const to = formatTime(rules.planned_end_ms);
  return (
    <section className="rules" aria-label={words.title}>
      <h2>{words.title}</h2>
      <ul>
        <li>{words.worth(hours(rules.credit_ch), from, to)}</li>
        <li>{words.full(span(rules.full_from_s), span(rules.least_s))}</li>
        <li>{checks(span(rules.block_s), rules.answer_s)}</li>
      </ul>
    </section>
  );
}
