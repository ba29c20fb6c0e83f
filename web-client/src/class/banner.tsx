/** One line about a fault of the connection and what is done about it. */
import type { LessonView } from './lesson';
import { bannerOf, isMediaBlocked } from './link/network';
import { useClassText } from './text';

interface Props {
  view: LessonView;
  /** The address at which a trainee can follow the class without media of its own. */
  replay?: string;
}

export function Banner({ view, replay }: Props) {
  const { t } = useClassText();
  const text = bannerOf(view, t);
  return (
    <div className="banner-area" role="status">
      {text && (
        <p className="banner">
          {text} {replay && isMediaBlocked(view) && <a href={replay}>{t.banner.watchReplay}</a>}
        </p>
      )}
    </div>
  );
}
