/** The button "Back" of a form: gives the form up, and asks first when something typed in it would be lost. */
import { usePortalText } from './portal-text';
import { useMayLeave } from './unsaved';

interface Props {
  onBack: () => void;
  quiet?: boolean;
}

export function BackButton({ onBack, quiet = false }: Props) {
  const { back } = usePortalText();
  const mayLeave = useMayLeave();
  return (
    <button
      type="button"
      className={quiet ? 'button quiet' : 'button'}
      onClick={() => mayLeave() && onBack()}
    >
      {back}
    </button>
  );
}
