/** The contents of the big place while there is no picture: who teaches, and why it is dark. */
import type { Me, Participant, RoomState } from '../../protocol';
import { instructorsHere } from '../classroom';
import type { LessonView } from '../lesson';
import { Avatar } from '../people/avatar';
import { useClassText } from '../text';
import type { ClassTexts } from '../texts.zh';
import { Cover } from './cover';
import { type Dark, whyDark } from './dark';

interface Props {
  view: LessonView;
  room: RoomState;
  person: Me;
}

export function DarkPlace({ view, room, person }: Props) {
  const { t } = useClassText();
  const why = whyDark(view, room);
  if (why === 'open') return <Cover view={view} room={room} person={person} />;
  const teacher: Participant | undefined =
    instructorsHere(room)[0] ?? room.participants.find((p) => p.role === 'instructor');
  const speaking = teacher ? room.speaking.includes(teacher.id) : false;
  return (
    <div className="stage-empty">
      {teacher && (
        <span className={speaking ? 'ring speaking' : 'ring'}>
          <Avatar name={teacher.name} />
        </span>
      )}
      <p role="status">{darkText(why, t)}</p>
    </div>
  );
}

function darkText(why: Dark, t: ClassTexts): string {
  switch (why) {
    case 'soundOnly':
      return t.stage.soundOnly;
    case 'soundOnlyLink':
      return t.stage.soundOnlyLink;
    case 'ownCamera':
      return t.stage.noCamera;
    default:
      return t.dark[why];
  }
}
