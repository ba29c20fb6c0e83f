/** One line that says what is wrong with the connection and what happens about it. */
import type { LessonView } from '../../lesson';
import { bannerOf } from '../../network';
import { useText } from '../text';

export function Banner({ view }: { view: LessonView }) {
  const { t } = useText();
  const text = bannerOf(view, t);
  return (
    <div className="banner-area" role="status">
      {text && <p className="banner">{text}</p>}
    </div>
  );
}
