/** One line that says what is wrong with the connection and what happens about it. */
import type { LessonView } from '../../lesson';
import { bannerOf, isMediaBlocked } from '../../network';
import { useText } from '../text';

interface Props {
  view: LessonView;
  /** Where a trainee can follow the class without media of its own. */
  replay?: string;
}

export function Banner({ view, replay }: Props) {
  const { t } = useText();
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
