/** The main picture, and below it the small pictures of the people on stage. */
import { type ReactNode, useRef, useState } from 'react';
import { FullscreenButton } from '../../kit/fullscreen';
import { Icon } from '../../kit/icons';
import type { ParticipantId, RoomState, Source } from '../../protocol';
import { findParticipant } from '../classroom';
import type { Lesson, LessonView } from '../lesson';
import { playsH264 } from '../link/media';
import { Avatar } from '../people/avatar';
import { useClassText } from '../text';
import type { ClassTexts } from '../texts.zh';
import { DarkPlace } from './dark-place';
import { useTiles } from './use-tiles';
import { useTrackStream, VideoTile } from './video';

export interface Picture {
  key: string;
  stream: MediaStream;
  name: string;
  participant: ParticipantId;
  screen: boolean;
  own: boolean;
  /** The number of the receiving slot, in the order of the offer; null = the own picture. */
  slot: number | null;
}

interface Props {
  lesson: Lesson;
  view: LessonView;
  room: RoomState;
  /** The actions on a person's small picture (the instructor's buttons). */
  actions?: (participant: ParticipantId) => ReactNode;
}

export function Stage({ lesson, view, room, actions }: Props) {
  const { t } = useClassText();
  const section = useRef<HTMLElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const own = useOwnPictures(view, t);
  // A picture that is no longer sent would stand still on the last frame: better none.
  const soundOnly = view.want === 'sound' || view.classroom.link.doing === 'sound_only';
  const mains = soundOnly ? [] : room.slots.main;
  const stages = soundOnly || view.want !== 'all' ? [] : room.slots.stage;
  const { incoming } = view;
  const big = [...own.filter((p) => p.screen), ...incomingPictures(room, incoming.main, mains, t, 0)];
  const teaching = view.classroom.role === 'instructor';
  if (teaching) big.push(...own.filter((p) => !p.screen));
  const small = incomingPictures(room, incoming.stage, stages, t, incoming.main.length);
  if (!teaching) small.unshift(...own.filter((p) => !p.screen));

  const main = big.find((picture) => picture.key === chosen) ?? big[0];
  const strip = [...big.filter((picture) => picture !== main), ...small];
  const seen = new Set([...big, ...small].map((picture) => picture.participant));
  const onlyHeard = room.participants.filter(
    (p) => p.here && p.on_stage && p.role === 'trainee' && !seen.has(p.id),
  );
  const [plays] = useState(playsH264);
  const dark = plays ? null : t.stage.noH264;
  useTiles(lesson, section, incoming.main.length + incoming.stage.length);
  const speaks = (picture: Picture) => !picture.screen && room.speaking.includes(picture.participant);

  return (
    <section className="stage" aria-label={room.title} ref={section}>
      <div className="stage-main" ref={frame}>
        {main ? (
          <VideoTile
            key={main.key}
            stream={main.stream}
            name={main.name}
            whole
            speaking={speaks(main)}
            slot={main.slot}
            dark={main.own ? null : dark}
            mirrored={main.own && !main.screen}
          />
        ) : (
          <DarkPlace view={view} room={room} person={lesson.person} />
        )}
        {main && <FullscreenButton target={() => frame.current} />}
      </div>
      {strip.length + onlyHeard.length > 0 && (
        <div className="stage-strip">
          {strip.map((picture) => (
            <VideoTile
              key={picture.key}
              stream={picture.stream}
              name={picture.name}
              speaking={speaks(picture)}
              mirrored={picture.own && !picture.screen}
              whole={picture.screen}
              slot={picture.slot}
            >
              {big.includes(picture) && (
                <button
                  type="button"
                  className="tile-cover"
                  aria-label={`${t.stage.swap}: ${picture.name}`}
                  onClick={() => setChosen(picture.key)}
                />
              )}
              {isTrainee(room, picture.participant) && !picture.own && actions?.(picture.participant)}
            </VideoTile>
          ))}
          {onlyHeard.map((person) => (
            <div
              key={person.id}
              className={`tile heard${room.speaking.includes(person.id) ? ' speaking' : ''}`}
            >
              <Avatar name={person.name} />
              <span className="tile-name">
                <Icon name={person.sending.includes('mic') ? 'mic' : 'micOff'} />
                {person.id === view.classroom.you ? t.you : person.name}
              </span>
              {person.id !== view.classroom.you && actions?.(person.id)}
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

function useOwnPictures(view: LessonView, t: ClassTexts): Picture[] {
  const camera = useTrackStream(view.local.camera.track);
  const screen = useTrackStream(view.local.screen.track);
  const participant = view.classroom.you ?? -1;
  const pictures: Picture[] = [];
  if (screen) {
    const name = t.stage.myScreen;
    pictures.push({
      key: 'own-screen',
      stream: screen,
      name,
      participant,
      screen: true,
      own: true,
      slot: null,
    });
  }
  if (camera) {
    const name = t.stage.mine;
    pictures.push({
      key: 'own-camera',
      stream: camera,
      name,
      participant,
      screen: false,
      own: true,
      slot: null,
    });
  }
  return pictures;
}

function incomingPictures(
  room: RoomState,
  streams: MediaStream[],
  sources: (Source | null)[],
  t: ClassTexts,
  firstSlot: number,
): Picture[] {
  return sources.flatMap((source, slot) => {
    const stream = streams[slot];
    if (!source || !stream) return [];
    const person = findParticipant(room, source.participant)?.name ?? '';
    const screen = source.kind === 'screen';
    const name = screen ? t.stage.screenOf(person) : person;
    const key = `${slot}-${source.participant}-${source.kind}-${stream.id}`;
    return [
      { key, stream, name, participant: source.participant, screen, own: false, slot: firstSlot + slot },
    ];
  });
}

function isTrainee(room: RoomState, id: ParticipantId): boolean {
  return findParticipant(room, id)?.role === 'trainee';
}
