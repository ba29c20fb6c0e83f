/** Classes that were ended from this wall, as long as that can be taken back. */
import { Ended } from '../class/ended';
import { useClassText } from '../class/text';
import { useOperatorText } from './text';

export interface EndedHere {
  lesson: string;
  title: string;
}

interface Props {
  seat: string;
  ended: readonly EndedHere[];
  /** Called when it runs again. */
  onGone: (lesson: string) => void;
}

export function WallEnded({ seat, ended, onGone }: Props) {
  const { t } = useClassText();
  const words = useOperatorText();
  if (ended.length === 0) return null;
  return (
    <section className="rooms" aria-label={words.ended}>
      {ended.map(({ lesson, title }) => (
        <div key={lesson} className="room-card">
          <header>
            <h2>{title}</h2>
            <span className="class-state ended">{t.class.ended}</span>
          </header>
          <Ended lesson={lesson} seat={seat} onBack={() => onGone(lesson)} />
        </div>
      ))}
    </section>
  );
}
