/** Before a trainee comes in for the first time: what the lesson asks for, and one button. */
import type { HoursRules } from '../../protocol';
import { RulesLines } from '../parts/rules';
import { LanguageSwitch, useText } from '../text';

interface Props {
  title: string;
  rules: HoursRules;
  onEnter: () => void;
}

export function Lobby({ title, rules, onEnter }: Props) {
  const { t } = useText();
  return (
    <main className="page-note lobby">
      <div className="card">
        <h1>{title}</h1>
        <RulesLines rules={rules} />
        <button type="button" className="button primary large" onClick={onEnter}>
          {t.inClass.rules.enter}
        </button>
        <LanguageSwitch />
      </div>
    </main>
  );
}
