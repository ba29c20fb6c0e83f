/** Before a trainee comes in for the first time: what the lesson asks for, and one button. */
import { lazy, Suspense } from 'react';
import type { HoursRules } from '../../protocol';
import { RulesLines } from '../parts/rules';
import { LanguageSwitch, useText } from '../text';

// Most have checked at home: what it needs is not loaded with the class.
const CheckPanel = lazy(() => import('../home/check'));

interface Props {
  title: string;
  seat: string;
  lesson: string;
  rules: HoursRules;
  onEnter: () => void;
}

export function Lobby({ title, seat, lesson, rules, onEnter }: Props) {
  const { t } = useText();
  return (
    <main className="page-note lobby">
      <div className="card">
        <h1>{title}</h1>
        <RulesLines rules={rules} />
        <button type="button" className="button primary large" onClick={onEnter}>
          {t.inClass.rules.enter}
        </button>
        <Suspense fallback={null}>
          <CheckPanel seat={seat} lesson={lesson} />
        </Suspense>
        <LanguageSwitch />
      </div>
    </main>
  );
}
