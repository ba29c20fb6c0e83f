/** An address that leads nowhere: says so, and shows the way back. */
import { HomeLink } from '../parts/home-link';
import { useText } from '../text';
import { Note } from './note';

export function UnknownPage({ seat }: { seat: string | null }) {
  const { t } = useText();
  return (
    <Note title={t.unknown.title} text={t.unknown.text}>
      {seat ? (
        <HomeLink seat={seat} />
      ) : (
        <a className="button primary large" href="/">
          {t.unknown.front}
        </a>
      )}
    </Note>
  );
}
