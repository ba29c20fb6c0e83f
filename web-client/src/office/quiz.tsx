/** The self-test of the phase that is looked at. */
import { importQuestions } from '../quiz/api';
import { QuizDesk } from '../quiz/desk';
import { useQuizDeskText } from '../quiz/text';
import { useDesk, usePhase, useUnitName } from './desk';
import { ImportFile } from './import-file';

export default function Quiz() {
  const { seat } = useDesk();
  const phase = usePhase();
  const w = useQuizDeskText();
  const unitName = useUnitName();
  return (
    <QuizDesk
      seat={seat}
      phase={phase.id}
      due={phase.study.last}
      unitName={unitName}
      importer={(onDone) => (
        <ImportFile
          title={w.import}
          hint={w.importHint}
          send={(file, check) => importQuestions(seat, phase.id, file, check)}
          onDone={onDone}
        />
      )}
    />
  );
}
