/** The survey of the chosen phase. */
import { SurveyDesk } from '../survey/desk';
import { useDesk, usePhase } from './desk';

export default function Survey() {
  const { seat } = useDesk();
  const phase = usePhase();
  return <SurveyDesk seat={seat} phase={phase.id} />;
}
