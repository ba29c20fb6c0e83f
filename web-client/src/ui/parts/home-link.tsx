/** The way back for people with an account; one-click links have no home. */
import { as, rememberedAccount } from '../../account/where';
import { useText } from '../text';

export function HomeLink({ seat }: { seat: string }) {
  const { t } = useText();
  if (rememberedAccount(localStorage) !== seat) return null;
  return (
    <a className="button large" href={as('/home', seat)}>
      {t.over.home}
    </a>
  );
}
