/** The certificates of the chosen phase. */
import { CertificatesDesk } from '../certificate/desk';
import { useDesk, usePhase } from './desk';

export default function Certificates() {
  const { seat } = useDesk();
  const phase = usePhase();
  return <CertificatesDesk seat={seat} phase={phase.id} />;
}
