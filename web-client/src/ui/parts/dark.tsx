/** What fills the big place while there is no picture: who teaches, and why it is dark. */
import { instructorsHere } from '../../classroom';
import { type Dark, whyDark } from '../../dark';
import type { Texts } from '../../i18n';
import type { LessonView } from '../../lesson';
import type { Me, Participant, RoomState } from '../../protocol';
import { useText } from '../text';
import { Avatar } from './avatar';
import { Cover } from './cover';

interface Props {
  view: LessonView;
  room: RoomState;
  person: Me;
}

export function DarkPlace({ view, room, person }: Props) {
  const { t } = useText();
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

function darkText(why: Dark, t: Texts): string {
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
