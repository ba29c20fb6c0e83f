/** The page before a trainee comes in for the first time: the rules of the lesson, and one button. */
import { lazy, Suspense } from 'react';
import { LanguageSwitch } from '../kit/text';
import type { HoursRules } from '../protocol';
import { RulesLines } from './rules';
import { useClassText } from './text';

// Most people have checked at home: the check is not loaded with the class.
const CheckPanel = lazy(() => import('./checkup/panel'));

interface Props {
  title: string;
  seat: string;
  lesson: string;
  rules: HoursRules;
  onEnter: () => void;
}

export function Lobby({ title, seat, lesson, rules, onEnter }: Props) {
  const { t } = useClassText();
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
