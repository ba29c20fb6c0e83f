/** The way back for people with an account; one-click links have no home. */
import { Icon } from '../kit/icons';
import { useText } from '../kit/text';
import { homePage } from '../routes';
import { rememberedAccount } from './where';

interface Props {
  seat: string | null;
  /** Shows a sign in a bar, where the installed app has no button of a browser. */
  sign?: boolean;
}

export function HomeLink({ seat, sign }: Props) {
  const { t } = useText();
  if (seat === null || rememberedAccount(localStorage) !== seat) return null;
  if (sign) {
    return (
      <a className="icon-button home-sign" href={homePage(seat)} aria-label={t.toHome}>
        <Icon name="next" />
      </a>
    );
  }
  return (
    <a className="button large" href={homePage(seat)}>
      {t.toHome}
    </a>
  );
}
