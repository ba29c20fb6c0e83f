/** Appeals and corrections that wait to be decided, in the frame of the office. */
import { AppealsDesk } from '../hours/office';
import { useDesk } from './desk';
import '../hours/hours.css';
import '../hours/hours-staff.css';

export default function Appeals() {
  const { seat } = useDesk();
  return <AppealsDesk seat={seat} />;
}
