/** The page for an address that leads nowhere: says so, and shows the way back. */
import { HomeLink } from './account/home-link';
import { Note } from './kit/note';
import { useText } from './kit/text';
import { FRONT } from './routes';

export function UnknownPage({ seat }: { seat: string | null }) {
  const { t } = useText();
  return (
    <Note title={t.unknown.title} text={t.unknown.text}>
      {seat ? (
        <HomeLink seat={seat} />
      ) : (
        <a className="button primary large" href={FRONT}>
          {t.unknown.front}
        </a>
      )}
    </Note>
  );
}
