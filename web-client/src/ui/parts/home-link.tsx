/** The way back for people with an account; one-click links have no home. */
import { as, rememberedAccount } from '../../account/where';
import { Icon } from '../icons';
import { useText } from '../text';

interface Props {
  seat: string | null;
  /** A sign in a bar, where the installed app has no button of a browser. */
  sign?: boolean;
}

export function HomeLink({ seat, sign }: Props) {
  const { t } = useText();
  if (seat === null || rememberedAccount(localStorage) !== seat) return null;
  if (sign) {
    return (
      <a className="icon-button home-sign" href={as('/home', seat)} aria-label={t.over.home}>
        <Icon name="next" />
      </a>
    );
  }
  return (
    <a className="button large" href={as('/home', seat)}>
      {t.over.home}
    </a>
  );
}
