// Generated from src/protocol.rs; write it anew with `UPDATE=1 cargo test --lib protocol`.

export const PROTOCOL_VERSION = 1;
export const TICK_MS = 2000;
export const CHAT_CHARS_MAX = 500;
export const POLL_OPTIONS_MIN = 2;
export const POLL_OPTIONS_MAX = 6;
export const POLL_QUESTION_CHARS_MAX = 200;
export const POLL_OPTION_CHARS_MAX = 60;

/**
 * A participant of one room: a small number the room hands out, stable for a person while the room lives.
 */
export type ParticipantId = number;

/**
 * The role of a person in a room; it comes from the signed-in session, never from a message.
 */
export type Role = "instructor" | "trainee" | "operator";

/**
 * The state of a class: open → live ⇄ paused → ended.
 */
export type ClassState = "open" | "live" | "paused" | "ended";

/**
 * The kind of a published stream.
 */
export type SourceKind = "mic" | "camera" | "screen";

/**
 * How much a trainee wants to receive (省流); sound always comes.
 */
export type Want = "sound" | "main" | "all";

/**
 * Quality of a participant's network, in words; `classroom::network` has the thresholds.
 */
export type Network = "unknown" | "good" | "fair" | "weak" | "lost";

/**
 * The state of an instructor's picture (camera or screen), told to the people who wait for it.
 */
export type PictureState = "not_yet" | "shown" | "closed" | "lost";

/**
 * One line of the roster.
 */
export type Participant = { id: ParticipantId, name: string, role: Role,
/**
 * False = every device of the person is gone; the line stays, so that the roster shows who left.
 */
here: boolean,
/**
 * On stage: may send microphone and, if `camera_allowed`, camera. Instructors are always on stage.
 */
on_stage: boolean, camera_allowed: boolean,
/**
 * The kinds being sent right now, as the person's own client reports and the server permits.
 */
sending: Array<SourceKind>, picture: PictureState, network: Network, chat_muted: boolean,
/**
 * Staff muted an encoder (WHIP) of this person; `unmute` gives it its microphone back.
 */
encoder_muted: boolean,
/**
 * Staff removed the person, who cannot come in until staff `readmit` them.
 */
removed: boolean,
/**
 * An encoder of this person sends B-frames, which stutter for viewers: its settings must be changed.
 */
b_frames: boolean, };

/**
 * One line of the chat.
 */
export type ChatLine = {
/**
 * Grows with every line of the room; names a line in `chat_remove`.
 */
id: number, from: ParticipantId,
/**
 * The name at the time of writing.
 */
name: string, text: string,
/**
 * Server time, milliseconds since the Unix epoch.
 */
at_ms: number, };

/**
 * An operator's notice to everybody; stays readable in the chat.
 */
export type ClassNotice = {
/**
 * Server time, milliseconds since the Unix epoch.
 */
at_ms: number, text: string, };

/**
 * A published stream in the view of others.
 */
export type Source = { participant: ParticipantId, kind: SourceKind, };

/**
 * The present sources in the receiving video slots of this peer connection.
 *
 * Slots are the offer's receiving video sections in their order: `main` are the first two (one if
 * there is only one), `stage` all others. `None` means the slot is dark.
 */
export type Slots = { main: Array<Source | null>, stage: Array<Source | null>, };

/**
 * The state of the room as one participant may see it: the whole of a late join.
 */
export type RoomState = { lesson: string, title: string, class: ClassState,
/**
 * The start of the class's clock, milliseconds since the Unix epoch: the first start of the class, moved
 * forward by the time of each end that was taken back.
 */
started_at_ms: number | null, trainees_max: number, participants: Array<Participant>,
/**
 * Raised hands, in order of time.
 */
hands: Array<ParticipantId>,
/**
 * The last lines, oldest first.
 */
chat: Array<ChatLine>,
/**
 * The operators' notices to everybody, oldest first; the last 50.
 */
notices: Array<ClassNotice>,
/**
 * The present speakers, loudest first.
 */
speaking: Array<ParticipantId>, slots: Slots, recording: RecordingState,
/**
 * To a trainee: the check to answer now, and the counted minutes so far.
 */
check: OpenCheck | null, minutes: Minutes | null,
/**
 * The poll on everybody's screen, or its result (trainees: of a poll that was open while they were
 * here); to a trainee: the own answers so far.
 */
poll: Poll | null, poll_answers: Array<PollAnswer>,
/**
 * To staff: the checks so far, oldest first, the class sheet, and why no teaching counts at present.
 */
rounds: Array<CheckRound>, sheet: Array<SheetLine>, not_counting: NotCounting | null,
/**
 * To staff: the worth of the lesson if it ended now.
 */
worth: Worth | null,
/**
 * To staff: the polls so far, oldest first.
 */
polls: Array<PollRound>, };

/**
 * Whether the present will be in the replay. The room's own state, shown to everybody in it.
 */
export type RecordingState = "off" | "on" | "off_record" | "failing";

/**
 * Client → server.
 */
export type ClientMessage = { "type": "hello", version: number,
/**
 * `Some` = this page was connected before (also after a reload, from session storage).
 */
resume: Resume | null, } | { "type": "offer", id: number, sdp: string, } | { "type": "command", id: number, command: Command, } | { "type": "tick" };

/**
 * A device that was connected before, and the last delta it saw.
 */
export type Resume = {
/**
 * The secret from the earlier `welcome`.
 */
token: string,
/**
 * The room's incarnation from the earlier `welcome`.
 */
epoch: string,
/**
 * `seq` of the last delta or snapshot that was applied; `null` = the page was reloaded: the device is
 * the same but its state is gone, so it gets a snapshot.
 */
seq: number | null, };

/**
 * A command of a participant to the room. Rights: `classroom::permissions`.
 */
export type Command = { "do": "start_class" } | { "do": "pause_class" } | { "do": "end_class" } | { "do": "chat", text: string, } | { "do": "chat_remove", line: number, } | { "do": "chat_mute", participant: ParticipantId, muted: boolean, } | { "do": "hand", up: boolean, } | { "do": "lower_hand", participant: ParticipantId, } | { "do": "bring_on_stage", participant: ParticipantId, camera: boolean, } | { "do": "take_off_stage", participant: ParticipantId, } | { "do": "sending", kinds: Array<SourceKind>, } | { "do": "mute", participant: ParticipantId, } | { "do": "unmute", participant: ParticipantId, } | { "do": "mute_all" } | { "do": "remove", participant: ParticipantId, } | { "do": "readmit", participant: ParticipantId, } | { "do": "off_record", on: boolean, } | { "do": "answer_check", check: string, } | { "do": "call_roll" } | { "do": "void_check", check: string, } | { "do": "open_poll", poll: NewPoll, } | { "do": "answer_poll", poll: number, choices: Array<number>, } | { "do": "close_poll", poll: number, } | { "do": "show_poll", poll: number, on: boolean, } | { "do": "want", want: Want, } | { "do": "tiles", heights: Array<number>, } | { "do": "leave" };

/**
 * Server → client.
 */
export type ServerMessage = { "type": "welcome", version: number, you: ParticipantId, role: Role, epoch: string,
/**
 * Keep it in session storage; it proves to be the same device in `resume`.
 */
token: string,
/**
 * True = the missed deltas follow. False = a `snapshot` follows.
 */
resumed: boolean,
/**
 * True = the server still holds this device's media leg; keep the peer connection.
 */
media: boolean, server_time_ms: number, } | { "type": "snapshot", seq: number, room: RoomState, } | { "type": "delta", seq: number, event: RoomEvent, } | { "type": "answer", id: number, sdp: string, } | { "type": "ack", id: number, } | { "type": "refused", id: number | null, reason: Refusal, } | { "type": "bye", reason: Bye, } | { "type": "tick" };

/**
 * A change of the room.
 */
export type RoomEvent = { "event": "participant", participant: Participant, } | { "event": "class", class: ClassState, started_at_ms: number | null, } | { "event": "hands", hands: Array<ParticipantId>, } | { "event": "chat", line: ChatLine, } | { "event": "chat_removed", line: number, } | { "event": "speaking", speaking: Array<ParticipantId>, } | { "event": "recording", recording: RecordingState, } | { "event": "slots", slots: Slots, } | { "event": "muted", by: string, } | { "event": "link", down: Network, up: Network, doing: Doing, } | { "event": "notice", notice: ClassNotice, } | { "event": "check", check: OpenCheck | null, } | { "event": "minutes", minutes: Minutes, } | { "event": "poll", poll: Poll | null, } | { "event": "poll_answer", answer: PollAnswer, } | { "event": "poll_round", round: PollRound, } | { "event": "round", round: CheckRound, } | { "event": "sheet", lines: Array<SheetLine>, } | { "event": "counting", not_counting: NotCounting | null, } | { "event": "worth", worth: Worth, };

/**
 * The server's present measure for a device because of its link or its wish.
 */
export type Doing = "full" | "reduced" | "sound_only" | "as_asked";

/**
 * Why a message was refused. The client has the words (they tell what to do).
 */
export type Refusal = "malformed" | "version" | "not_allowed" | "room_full" | "removed" | "ended" | "not_found" | "wrong_state" | "chat_muted" | "text_length" | "too_fast" | "stage_full" | "too_many" | "too_late" | "offer" | "unavailable" | "waits";

/**
 * Why the server ends a connection.
 */
export type Bye = "replaced" | "removed" | "ended" | "left" | "signed_out" | "not_placed" | "too_slow" | "too_fast" | "restarting" | "refused";

/**
 * `POST /api/sign-in` body: the secret after `#` of a one-click link.
 */
export type SignIn = { secret: string, };

/**
 * The person of this tab: answer of `POST /api/sign-in` and `GET /api/me?as={seat}`. A person with an
 * account asks with `&lesson={lesson}` and learns the role there, or the refusal: `not_yet`, `over`,
 * `cancelled`, `ended`, `not_placed` (approved for no class of this lesson), `not_found`.
 */
export type Me = {
/**
 * Public name of the session; goes into the page's address as `?as=`, so that several tabs of
 * one browser can be several people.
 */
seat: string, name: string, role: Role,
/**
 * The lesson of this session; `None` = an operator's.
 */
lesson: string | null, lesson_title: string | null,
/**
 * Whether the lesson is over, so that nothing needs to be prepared for it. For an account this is the
 * refusal `ended`.
 */
lesson_ended: boolean,
/**
 * The rules of the lesson, to be read before coming in.
 */
rules: HoursRules | null,
/**
 * Whether the person has an account of credit hours.
 */
earns_hours: boolean,
/**
 * Whether the person decides appeals, and corrects results.
 */
corrects_hours: boolean, };

/**
 * Body of every refused REST request.
 */
export type ApiError = {
/**
 * Stable code, e.g. `link_used`, `signed_out`, `not_allowed`, `not_found`, `room_full`, `too_fast`.
 */
code: string,
/**
 * English sentence for people who read responses by hand; the web client translates `code`.
 */
message: string,
/**
 * All mistakes in a form or a file, at once.
 */
wrong?: Array<Mistake>, };

/**
 * `GET /api/operator/load`: the data of the operator's wall.
 */
export type Load = { at_ms: number, rooms: Array<RoomLoad>, workers: Array<WorkerLoad>,
/**
 * The trouble that keeps facts and everything else from being stored now; `null` = none.
 */
storage: StorageTrouble | null, };

/**
 * Why nothing can be stored.
 */
export type StorageTrouble = "full" | "read_only" | "failing" | "busy" | "damaged" | "gone" | "unreachable";

/**
 * One running room on the wall.
 */
export type RoomLoad = { lesson: string, title: string, class: ClassState, trainees_here: number, trainees_max: number, staff_here: number, on_stage: number, hands: number, legs: number,
/**
 * From participants to the server, bit/s over the last second.
 */
in_bps: number,
/**
 * From the server to participants, bit/s over the last second.
 */
out_bps: number,
/**
 * Worst tenth of viewers: packet loss they report, 1/1000.
 */
loss_permille_p90: number,
/**
 * Worst tenth of viewers: round trip in ms.
 */
rtt_ms_p90: number, weak_networks: number,
/**
 * Why no teaching counts at present.
 */
not_counting: NotCounting | null,
/**
 * The worth of the lesson if it ended now.
 */
worth: Worth, recording: RecordingState,
/**
 * Bytes written to files since the room opened.
 */
recorded_bytes: number,
/**
 * Packets for which the recorder was too slow; they are missing in the recording alone.
 */
unrecorded_packets: number,
/**
 * Oldest first, one point per 5 s, at most 120.
 */
trend: Array<TrendPoint>, };

/**
 * One point of a room's trend line.
 */
export type TrendPoint = { at_ms: number, trainees_here: number, out_bps: number, loss_permille_p90: number, };

/**
 * One media worker thread on the wall.
 */
export type WorkerLoad = { worker: number, port: number,
/**
 * Number of rooms and running network checks, which last some seconds.
 */
rooms: number, legs: number,
/**
 * CPU of the thread over the last second, 1/1000 of a core.
 */
cpu_permille: number, in_bps: number, out_bps: number, packets_in: number, packets_out: number,
/**
 * Packets dropped since start, by reason.
 */
drops: Array<DropCount>, };

/**
 * Packets dropped for one reason since start.
 */
export type DropCount = { reason: string, packets: number, };

/**
 * `POST /api/operator/rooms/{lesson}`: act on a room without joining it.
 */
export type OperatorAction = { "do": "message", text: string, } | { "do": "mute_all" } | { "do": "end" };

/**
 * `GET /api/replay/{lesson}`: everything the replay page shows, while the class runs and after.
 */
export type Replay = { lesson: string, title: string,
/**
 * Unguessable name of the recording in media addresses: `/media/{recording}/…`.
 */
recording: string,
/**
 * Whether the class still runs: more is coming, ask again every few seconds.
 */
live: boolean, started_at_ms: number,
/**
 * Length of the recording (so far).
 */
duration_ms: number,
/**
 * One per published stream, in the order they began.
 */
tracks: Array<ReplayTrack>,
/**
 * Stretches in which media that was sent is missing.
 */
gaps: Array<ReplayGap>,
/**
 * Declared breaks: nothing was recorded.
 */
breaks: Array<Stretch>,
/**
 * Stretches the instructor marked as off the record.
 */
off_record: Array<Stretch>, chapters: Array<Chapter>,
/**
 * The chat without removed lines, oldest first.
 */
chat: Array<ReplayLine>,
/**
 * The published course, if there is one.
 */
course: Course | null,
/**
 * Whether the viewer may trim, publish and take back.
 */
may_edit: boolean,
/**
 * The viewer's own progress; `None` = staff, and viewers without a name.
 */
progress: Progress | null,
/**
 * The viewer's credit for watching all of it; `None` = none (for the own class it makes up for missed
 * time).
 */
earns: Earns | null, };

/**
 * One recorded stream; its media playlist is `/media/{recording}/{track}.m3u8`.
 */
export type ReplayTrack = { track: number,
/**
 * Display name of the sender.
 */
name: string, role: Role, kind: SourceKind,
/**
 * RFC 6381, e.g. `avc1.42e01f`, `opus`, `vp8`; of the newest stretch.
 */
codecs: string, width: number, height: number,
/**
 * The stretches with media, oldest first, never overlapping.
 */
stretches: Array<Stretch>, };

/**
 * `[from_ms, to_ms)`.
 */
export type Stretch = { from_ms: number, to_ms: number, };

/**
 * Media that was sent and is missing or damaged.
 */
export type ReplayGap = { track: number, from_ms: number, to_ms: number, why: GapReason, };

/**
 * Why media is missing in a recording.
 */
export type GapReason = "loss" | "overload" | "disk" | "restart" | "damaged" | "codec";

/**
 * A place to jump to.
 */
export type Chapter = { at_ms: number, kind: ChapterKind,
/**
 * The person it is about, if any; for a poll, the question.
 */
name: string | null, };

/**
 * The event at the beginning of a chapter.
 */
export type ChapterKind = "start" | "after_break" | "screen" | "on_stage" | "off_stage" | "poll";

/**
 * One line of the chat.
 */
export type ReplayLine = { at_ms: number,
/**
 * Whether it is an operator's notice to everybody, which has no name.
 */
notice: boolean, name: string, role: Role, text: string, };

/**
 * A recording published as a course. `PUT /api/replay/{lesson}/course` takes one, `DELETE` takes it back.
 */
export type Course = {
/**
 * 1 to 100 characters.
 */
title: string,
/**
 * At most 2000 characters.
 */
description: string,
/**
 * Names of those who teach, as the catalogue shows them; at most 60 characters, may be empty.
 */
speaker: string,
/**
 * At most 8, of at most 20 characters each.
 */
tags: Array<string>,
/**
 * The open catalogue shows it. Only a course for everybody can be in it.
 */
listed: boolean,
/**
 * The part of the recording that is shown.
 */
shown: Stretch, audience: Audience, };

/**
 * The people who may watch a published course; staff always may.
 */
export type Audience = "class" | "programme" | "everybody";

/**
 * The part that one trainee has watched, by the server's own count (CR-11).
 */
export type Progress = {
/**
 * Oldest first, never touching each other.
 */
covered: Array<Stretch>, covered_ms: number,
/**
 * Playing position of the trainee.
 */
position_ms: number,
/**
 * Nothing more counts until this comes back as `answer` with a heartbeat (在线确认); `None` = no check is
 * open.
 */
check: string | null,
/**
 * The completion of the whole course.
 */
completed: Completed | null, };

/**
 * A completed course.
 */
export type Completed = { at_ms: number,
/**
 * Credit entered in the ledger for it, ch; 0 = its content was earned before, in class for instance.
 */
entered_ch: number, };

/**
 * Credit for watching a whole course (CR-11).
 */
export type Earns = { credit_ch: number,
/**
 * Deadline for earning, ms since the Unix epoch; `None` = no deadline.
 */
until_ms: number | null, };

/**
 * `POST /api/replay/{lesson}/watched`: sent every 15 s of watching, and once when it pauses.
 */
export type Watched = { from_ms: number, to_ms: number,
/**
 * The answered check: `check` of the progress.
 */
answer: string | null, };

/**
 * The result of a heartbeat.
 */
export type WatchAnswer = { progress: Progress,
/**
 * Less was taken than was sent: too fast, too late, nothing of it was sent to the viewer, a check is
 * due, a live class runs, or the time for it is over.
 */
cut: boolean, };

/**
 * Answer of `POST /api/replay/{lesson}/ticket`: an address for players that can set no header, for this viewer and this
 * recording alone.
 */
export type MediaTicket = {
/**
 * Address of the playlist, as the asking person reaches this server.
 */
url: string, expires_at_ms: number, };

/**
 * `POST` and `GET /api/replay/{lesson}/download`: the recording as one MP4, made on demand.
 */
export type DownloadState = { "state": "none" } | { "state": "queued" } | { "state": "running", permille: number, } | { "state": "ready", bytes: number,
/**
 * Address of the file.
 */
path: string, } | { "state": "failed", code: string, };

/**
 * The rules of a lesson, shown before it is entered (CR-22).
 */
export type HoursRules = {
/**
 * Credit of the whole lesson, ch.
 */
credit_ch: number, planned_start_ms: number, planned_end_ms: number,
/**
 * Counted time from which on all credit is given, seconds.
 */
full_from_s: number,
/**
 * Counted time below which there is no credit, seconds.
 */
least_s: number,
/**
 * Length of an attention block, seconds; each block asks once.
 */
block_s: number,
/**
 * Time to answer a check, seconds.
 */
answer_s: number,
/**
 * Longest absence that counts through, seconds.
 */
gap_s: number, policy_version: string, };

/**
 * A check (在线确认) that waits for this trainee's answer.
 */
export type OpenCheck = {
/**
 * The id in `answer_check`.
 */
check: string, kind: CheckKind, deadline_ms: number, };

/**
 * The origin of a presence check.
 */
export type CheckKind = "block" | "roll";

/**
 * The counted minutes of the class so far, for one trainee. Delayed by at most 60 s (CR-22).
 */
export type Minutes = { as_of_ms: number,
/**
 * Teaching so far, seconds.
 */
taught_s: number,
/**
 * The part of it that counts for this trainee, seconds.
 */
counted_s: number,
/**
 * The stretches of teaching that do not count, in order of time, the latest ones.
 */
gaps: Array<UncountedGap>, };

/**
 * A stretch of class that does not count.
 */
export type UncountedGap = { from_ms: number, to_ms: number, why: Uncounted, };

export type Uncounted = "absent" | "unanswered" | "unasked";

/**
 * A check in the view of staff.
 */
export type CheckRound = {
/**
 * The id in `void_check`.
 */
check: string, kind: CheckKind,
/**
 * Attention block, from 1.
 */
block: number, at_ms: number, deadline_ms: number, answered: Array<ParticipantId>,
/**
 * Asked and not judged: time is left, or the last answers and proofs are on their way.
 */
waiting: Array<ParticipantId>, missed: Array<ParticipantId>,
/**
 * Staff took the check back: it counts against nobody.
 */
void: boolean, };

/**
 * A trainee on the class sheet while the class runs (R6).
 */
export type SheetLine = { participant: ParticipantId,
/**
 * First and last provable instant in the taught time.
 */
first_ms: number | null, last_ms: number | null, counted_s: number,
/**
 * Number of settled checks, answered in time or missed, and of those answered.
 */
asked: number, answered: number, late: boolean, };

/**
 * Why no teaching counts at present, and since when. Told to staff.
 */
export type NotCounting = { "why": "nothing_sent", since_ms: number, } | { "why": "not_started", since_ms: number,
/**
 * Whole minutes since then.
 */
minutes: number, } | { "why": "planned_time_over", since_ms: number, overrun_s: number, };

/**
 * The worth of a lesson if it ended now (CR-4). Told to staff, at least once a minute of teaching.
 */
export type Worth = { planned_s: number, taught_s: number,
/**
 * Worth of the teaching so far, of `credit_ch`.
 */
worth_ch: number, credit_ch: number, };

/**
 * How settled a result is.
 */
export type Stage = "provisional" | "final";

/**
 * `GET /api/hours/{lesson}`, for staff: the class sheet (R6) of a judged lesson.
 */
export type LessonHours = { lesson: string, title: string,
/**
 * Asynchronous: lines hold the watched time (`with_replay_s`) and, when all of it was watched, the
 * credit and the instant of completion (`last_ms`); nothing is judged.
 */
kind: CourseKind, rules: HoursRules,
/**
 * `None` = the class is not judged yet.
 */
stage: Stage | null, computed_at_ms: number | null, taught_s: number,
/**
 * Worth of the lesson as it was taught, ch.
 */
effective_ch: number,
/**
 * Sorted by name.
 */
lines: Array<HoursLine>, };

/**
 * `GET /api/lessons/{lesson}/end`: whether the class has ended, for the people it sent out.
 */
export type ClassEnd = { ended: boolean,
/**
 * Whether it went live, so that there is something to watch.
 */
began: boolean,
/**
 * Until when the asking person may take the end back by `POST /api/lessons/{lesson}/end/take-back`;
 * `None` = it is another person's end, or too late.
 */
take_back_until_ms: number | null, };

/**
 * `GET /api/hours/{lesson}/held`, for staff: the possible times of the class, and the declarations.
 */
export type Held = {
/**
 * The time in which something of the instructor arrived, short gaps bridged: start and end of a
 * declaration must be within it.
 */
media: Array<Stretch>, planned_start_ms: number, planned_end_ms: number,
/**
 * Until when a declaration is possible; `None` = the class is not judged yet, or it is too late.
 */
until_ms: number | null,
/**
 * The declaration that waits for a second person.
 */
waiting: Declaration | null,
/**
 * The declarations by two people, oldest first.
 */
declared: Array<Declaration>,
/**
 * Whether the asking person may declare, and confirm another's declaration.
 */
may_declare: boolean, may_confirm: boolean, };

/**
 * One person's declaration that the class was held from `from_ms` to `to_ms`.
 */
export type Declaration = { id: number, from_ms: number, to_ms: number, text: string,
/**
 * Name of the declaring person.
 */
by: string,
/**
 * Whether another person than the viewer must confirm it.
 */
own: boolean, at_ms: number, };

/**
 * One of `GET /api/hours/declarations`, for people who confirm.
 */
export type WaitingDeclaration = { lesson: string, title: string, declaration: Declaration, };

/**
 * `POST /api/hours/{lesson}/held`. It waits for a second person, who sends [`super::Approval`] to
 * `POST /api/hours/declarations/{id}`.
 */
export type NewDeclaration = { from_ms: number, to_ms: number,
/**
 * Why the class was not started then, 1 to 1000 characters.
 */
text: string, };

/**
 * A poll as staff put it. Options are named by their place, from 0.
 */
export type NewPoll = {
/**
 * Empty when the question is asked aloud or stands on a slide.
 */
question: string, options: Array<string>,
/**
 * More than one option may be chosen.
 */
multiple: boolean,
/**
 * The right options; empty = there is none. Told with the result, never before.
 */
right: Array<number>, };

/**
 * The poll that everybody sees now.
 */
export type Poll = {
/**
 * The number in commands; counts up within a lesson.
 */
poll: number, question: string, options: Array<string>, multiple: boolean,
/**
 * `None` = answers are taken. A closed poll is seen only with its result.
 */
result: PollResult | null, };

/**
 * The result of a poll.
 */
export type PollResult = {
/**
 * Number of people who answered.
 */
answered: number,
/**
 * Number of people who chose each option.
 */
counts: Array<number>, right: Array<number>, };

/**
 * One trainee's own answer.
 */
export type PollAnswer = { poll: number,
/**
 * Sorted, each once.
 */
choices: Array<number>, };

/**
 * A poll in the view of staff. It takes answers, or its result is shown, if it is the [`Poll`] that
 * everybody sees.
 */
export type PollRound = { poll: number, ask: NewPoll, at_ms: number,
/**
 * The voters of each option.
 */
votes: Array<Array<ParticipantId>>, };

/**
 * One trainee's result of a lesson.
 */
export type HoursLine = { person: string, name: string,
/**
 * Name of the unit, and the school of the registration, to tell people of one name apart. Empty in a
 * lesson without a class, and in the person's own account.
 */
unit: string, school: string,
/**
 * Number of the document, masked but for its last four characters. Empty like the unit.
 */
document: string, first_ms: number | null, last_ms: number | null, present_s: number,
/**
 * Seconds in blocks that count.
 */
counted_s: number,
/**
 * Counted seconds together with the replay.
 */
with_replay_s: number, asked: number, answered: number,
/**
 * Milliseconds from question to answer of the checks answered in time, in the order of the checks.
 * Empty in results of versions that did not keep them.
 */
reactions_ms: Array<number>, void_blocks: Array<number>, live_ch: number,
/**
 * Credit with make-up by the recording, ch.
 */
credit_ch: number,
/**
 * The sum of the corrections by people in this lesson, ch (CR-20).
 */
adjusted_ch: number,
/**
 * The sum of the entries of this lesson, ch; class sheets add up to the ledger.
 */
lesson_ch: number,
/**
 * The ledger balance for the content, other lessons included, ch.
 */
balance_ch: number, reasons: Array<Reason>, };

/**
 * One step of the reasoning.
 */
export type Reason = { "reason": "delivered", taught_seconds: number, planned_ch: number, ch: number, } | { "reason": "present", present_seconds: number, taught_seconds: number, } | { "reason": "late", late_seconds: number, } | { "reason": "early", early_seconds: number, } | { "reason": "elsewhere", elsewhere_seconds: number,
/**
 * The other lesson's id; absent = not known.
 */
lesson?: string, } | { "reason": "void_block", block: number, check: string, } | { "reason": "unasked_block", block: number, asked: number, } | { "reason": "scattered_block", block: number, proven_seconds: number, present_seconds: number, } | { "reason": "gapped_block", block: number, gap_seconds: number, } | { "reason": "ignored", check: string, why: Ignored, } | { "reason": "full", seconds: number, full_from_seconds: number, ch: number, } | { "reason": "steps", seconds: number, full_from_seconds: number, step_seconds: number, ch: number, } | { "reason": "too_little", seconds: number, need_seconds: number, min_share: Share, } | { "reason": "made_up", replay_seconds: number, } | { "reason": "no_make_up" };

/**
 * Why a fact about a check has no effect.
 */
export type Ignored = "never_issued" | "before_issue" | "after_deadline" | "no_such_block";

/**
 * A fraction from 0 to 1.
 */
export type Share = { part: number, whole: number, };

/**
 * `GET /api/hours/mine`: the whole account of the asking trainee.
 */
export type MyHours = {
/**
 * Newest first.
 */
lessons: Array<MyLesson>,
/**
 * The ledger's entries about this person, newest first.
 */
entries: Array<LedgerLine>,
/**
 * Credit after the caps (CR-14), and before them, ch.
 */
recognised_ch: number, uncapped_ch: number,
/**
 * Credit of five years, and the rest to 50 学时, ch.
 */
five_years_ch: number, five_years_short_ch: number, appeals: Array<Appeal>, };

/**
 * One lesson in the trainee's own account.
 */
export type MyLesson = { lesson: string, title: string, stage: Stage, planned_start_ms: number, taught_s: number, effective_ch: number, line: HoursLine,
/**
 * The time at which the recording was completed as a course; `None` = it was a class.
 */
completed_at_ms: number | null,
/**
 * Until when an appeal may be opened; `None` = no longer.
 */
appeal_until_ms: number | null, };

/**
 * One entry of the ledger.
 */
export type LedgerLine = { seq: number, at_ms: number, lesson: string | null,
/**
 * `live`, `async`, `makeup`, `adjust`, `revoke` or `reverse`.
 */
kind: string, delta_ch: number, reason: string,
/**
 * Name of the person who entered it; `None` = the server.
 */
by: string | null, policy_version: string, hash: string, };

/**
 * `POST /api/hours/appeals`: a trainee asks for a review of the own result (申诉).
 */
export type NewAppeal = { lesson: string,
/**
 * 1 to 1000 characters.
 */
text: string, };

/**
 * An appeal in the view of its trainee and of operators (`GET /api/hours/appeals`).
 */
export type Appeal = { id: number, lesson: string, title: string, person: string, name: string, text: string, at_ms: number, state: AppealState,
/**
 * Words of the deciding person; the trainee sees them after the final decision.
 */
answer: string | null,
/**
 * The present ledger balance for the content, ch.
 */
balance_ch: number, };

export type AppealState = "open" | "waits" | "granted" | "dismissed";

/**
 * `POST /api/hours/appeals/{id}`: an operator's decision.
 */
export type AppealDecision = {
/**
 * `None` = the appeal is dismissed.
 */
correction: CorrectionFigures | null,
/**
 * Shown to the trainee; 1 to 1000 characters.
 */
answer: string, };

/**
 * Why people may correct a result.
 */
export type ReasonCode = "PLATFORM_FAULT" | "NETWORK_INCIDENT" | "SIGN_SHEET" | "DATA_ERROR" | "ACCESSIBILITY" | "OTHER";

/**
 * The amount to add or take away, and the reason (CR-20).
 */
export type CorrectionFigures = { delta_ch: number, code: ReasonCode, text: string,
/**
 * The balance seen at the decision; refused `changed` if it differs by now.
 */
seen_balance_ch: number, };

/**
 * `POST /api/hours/corrections`: an operator corrects a result without an appeal.
 */
export type NewCorrection = { lesson: string, person: string, figures: CorrectionFigures, };

/**
 * `POST /api/hours/{lesson}/revocations`: an operator has proof that somebody else attended in this
 * person's name. It waits for a second person like a correction, with `delta_ch` of the whole balance.
 */
export type NewRevocation = { person: string,
/**
 * The proof; 1 to 1000 characters.
 */
text: string, };

/**
 * A correction that waits for a second person, or was refused in the last days
 * (`GET /api/hours/corrections`). The second person sends [`Approval`] to
 * `POST /api/hours/corrections/{id}`.
 */
export type WaitingCorrection = { id: number, lesson: string, title: string, person: string, name: string, figures: CorrectionFigures,
/**
 * Why the server asks for it, if it does: the deciding reason of the new computation.
 */
because: Reason | null,
/**
 * Name of the person who asks for it; `None` = the server, as a final result was computed again and came
 * to less. Two people must approve that.
 */
by: string | null,
/**
 * Whether another person than the viewer must approve it.
 */
own: boolean, at_ms: number,
/**
 * It waits no more: refused lately, with these words.
 */
refused: string | null, };

export type Approval = { approve: boolean,
/**
 * Why it is refused, for the other operators; at most 1000 characters.
 */
text?: string, };

/**
 * Answer to a correction or a decision.
 */
export type Corrected = "entered" | "waits";

/**
 * The kind of a mistake in one field or one cell. The client has the words.
 */
export type Wrong = "missing" | "too_long" | "character" | "fifteen_digits" | "length" | "digits" | "area" | "birthday" | "age" | "check" | "phone" | "email" | "choice" | "value" | "order" | "before_registration" | "taken" | "policy" | "outdated" | "no_column" | "no_table" | "too_much" | "too_many_formulas" | "format" | "old_format" | "other_format" | "formula" | "twice" | "sex_of_document" | "born_of_document" | "school_full" | "other_unit" | "unpublished" | "too_short" | "no_phase" | "below_taken" | "above_plan" | "certified" | "rounded" | "lost_zero" | "lost_letters" | "unused_row" | "foot_row" | "unused_column" | "unused_sheet" | "sum_differs" | "above_bank" | "bank_full" | "more_than_seats" | "more";

/**
 * A mistake, and its place.
 */
export type Mistake = {
/**
 * Row of the file from 1, as a spreadsheet counts; `None` = in a form.
 */
row?: number,
/**
 * Letters of the file's column as in a spreadsheet, `A`; `None` = in a form.
 */
column?: string,
/**
 * Field of the body; in a file the heading of the column.
 */
field: string, wrong: Wrong,
/**
 * Numbers for the sentence; [`Wrong`] says which.
 */
figures?: Array<number>,
/**
 * File: the value found, or the words looked for.
 */
value?: string,
/**
 * The allowed values.
 */
choices?: Array<string>, };

/**
 * The kind of a unit.
 */
export type UnitKind = "province" | "planned_city" | "corps" | "direct";

/**
 * Kinds of schools (学校类型).
 */
export type SchoolKind = "secondary" | "higher" | "university" | "administration";

/**
 * The place of an instant relative to a window.
 */
export type Timing = "not_open" | "open" | "closed";

/**
 * Days from `first` to `last`, both included. In answers also as instants, half-open.
 */
export type Days = { first: string, last: string, };

/**
 * `GET /api/programmes` (without a sign-in): every programme with its phases.
 */
export type Programme = { id: string, title: string,
/**
 * The issuing organisations.
 */
issuers: Array<string>,
/**
 * Version of the policy by which its lessons are judged; `None` = the server's policy.
 */
policy_version: string | null, phases: Array<Phase>, };

/**
 * The most trainees that a school may send to a phase (S0-02). Nobody is approved beyond it.
 */
export type PerSchool = {
/**
 * 1 to 1,000, all categories together.
 */
seats: number,
/**
 * Bounds of some categories of the phase, none above `seats`; the others are bound by `seats` alone.
 */
categories: Array<CategorySeats>, };

export type CategorySeats = { category: string, seats: number, };

/**
 * A phase (期), as everybody may see it.
 */
export type Phase = {
/**
 * `{programme}-{number}`.
 */
id: string, programme: string,
/**
 * 第…期.
 */
number: number, title: string, hours_ch: number,
/**
 * Seats of all units together.
 */
plan_seats: number, registration: Days, registration_from_ms: number,
/**
 * The first instant after the registration.
 */
registration_to_ms: number,
/**
 * The place of the server's now in the registration.
 */
timing: Timing, study: Days,
/**
 * Directions (方向) to choose from; empty = no choice.
 */
tracks: Array<string>,
/**
 * Categories of trainees (参训类别); empty = no choice.
 */
categories: Array<string>,
/**
 * Whether approved trainees choose their class themselves.
 */
choose_class: boolean,
/**
 * `None` = a school is bound only by the unit's seats.
 */
per_school: PerSchool | null, };

/**
 * `POST /api/programmes`: a new one; answers [`Programme`]. 409 `taken` if the id exists.
 * `PUT /api/programmes/{programme}` takes the same and changes title and issuers (the id stays).
 */
export type NewProgramme = {
/**
 * Small letters, digits and `-`, at most 24, beginning with a letter.
 */
id: string, title: string, issuers: Array<string>, };

/**
 * `PUT /api/programmes/{programme}/policy`: figures for the lessons of its classes that begin from now
 * on; answers [`super::Programme`]. 422 `wrong` with the keys as fields. The version must be new to the
 * programme.
 */
export type NewPolicy = { figures: PolicyFigures, } | { toml: string, };

/**
 * `GET /api/programmes/{programme}/policy`: for people who make phases.
 */
export type Policies = {
/**
 * The policy of classes that begin now: the first of `versions`, or the server's if there is none.
 */
present: PolicyFigures,
/**
 * The programme's own policies, newest first.
 */
versions: Array<PolicyVersion>, limits: PolicyLimits, };

/**
 * The figures of a policy, by its keys. Seconds, unless said otherwise; signed, so that every wrong one
 * can be reported.
 */
export type PolicyFigures = {
/**
 * Name of this set of figures in every result.
 */
version: string,
/**
 * Length of one 学时.
 */
period: number,
/**
 * Length of a step of credit.
 */
inc: number,
/**
 * Longest gap that counts through.
 */
gap: number,
/**
 * Age from which evidence proves nothing.
 */
hb_timeout: number,
/**
 * Length of an attention block.
 */
block: number,
/**
 * Time to answer a check.
 */
answer: number,
/**
 * Time that may be missing.
 */
tol: number,
/**
 * Share below which there is no credit.
 */
min_share: Share,
/**
 * How long teaching counts after the planned end.
 */
overrun_max: number,
/**
 * Whether watching the recording makes up for missed time.
 */
makeup: boolean,
/**
 * Most credit from asynchronous lessons in one local day, ch; `None` = no bound.
 */
daily_async_cap: number | null,
/**
 * Time after which a person is marked as late or as gone early.
 */
late: number, early: number, };

/**
 * A policy, and the time of its setting.
 */
export type PolicyVersion = { at_ms: number, figures: PolicyFigures, };

/**
 * The bounds of the figures of a policy.
 */
export type PolicyLimits = {
/**
 * Limits of the figures in seconds, without `period` and `inc`.
 */
seconds: Array<PolicyLimit>,
/**
 * The possible values of `period`.
 */
periods: number[],
/**
 * The divisors of the period that make `inc`.
 */
steps: number[],
/**
 * Highest `daily_async_cap`, ch.
 */
daily_async_cap_ch: number,
/**
 * Longest version, in bytes of UTF-8.
 */
version_bytes: number, };

/**
 * Least and most of one figure.
 */
export type PolicyLimit = { key: string, least: number, most: number, };

/**
 * `POST /api/programmes/{programme}/phases`: answers [`Phase`]; 409 `taken` if the number exists.
 * `PUT /api/phases/{phase}` takes the same and changes all but the number; fewer seats than the quotas
 * give away are refused. Seats freed by another `per_school` go to the waiting lists.
 */
export type NewPhase = {
/**
 * 1 to 99.
 */
number: number, title: string, hours_ch: number, plan_seats: number, registration: Days, study: Days, tracks: Array<string>, categories: Array<string>, choose_class: boolean, per_school: PerSchool | null, };

/**
 * `GET /api/programmes/{programme}/units` (without a sign-in): the 37 units and the programme's direct
 * ones, in the order of national tables.
 */
export type Unit = { code: string, name: string,
/**
 * Abbreviation in tables.
 */
short: string, kind: UnitKind, };

/**
 * `POST /api/programmes/{programme}/units`: a direct unit (直属单位); answers [`Unit`], its code is the next of
 * `D01` to `D99`. 409 `taken` if the name exists.
 */
export type NewUnit = { name: string, };

/**
 * A person of a unit (R3): its lead (负责人) or contact (联系人).
 */
export type UnitPerson = { name: string, position: string, telephone: string, mobile: string, email: string, };

/**
 * `GET /api/programmes/{programme}/contacts` → a list of these; unit administrators get only their own
 * unit's. `PUT` of one sets both people of its unit: exactly one lead and one contact.
 * `GET /api/programmes/{programme}/contacts/file?format=csv|gb18030|xlsx` exports them as R3.
 */
export type UnitContacts = { unit: string, lead: UnitPerson, contact: UnitPerson, };

/**
 * `GET /api/phases/{phase}/quotas`; unit administrators get only their own unit's row.
 */
export type Quotas = { plan_seats: number,
/**
 * Sum of all units' seats, never more than the plan.
 */
given: number, rows: Array<Quota>, };

/**
 * A unit's seats, and the figures of its registrations.
 */
export type Quota = { unit: string, seats: number,
/**
 * Held seats: approved, placed, active, completed, failed.
 */
taken: number, submitted: number, waitlisted: number, rejected: number, withdrawn: number,
/**
 * Number of people on the unit's list of nominees.
 */
nominated: number, };

/**
 * `PUT /api/phases/{phase}/quotas`: sets the seats of the named units (others stay); answers [`Quotas`].
 * Freed seats go to the waiting list. 422 `wrong`: `unit` with `choice`, `twice`, `below_taken`; `seats`
 * with `above_plan`. All or nothing.
 *
 * `POST /api/programmes/{programme}/quotas/file` sets those of all phases from the file 名额分配表 (R1; the body
 * is the file: XLSX, CSV), answers [`Imported`]; `GET` of the same with `?format=csv|gb18030|xlsx` exports
 * it.
 */
export type NewQuotas = { rows: Array<NewQuota>, };

export type NewQuota = { unit: string, seats: number, };

/**
 * A file was taken whole; with `?check=true` it would be, and nothing is changed yet.
 */
export type Imported = {
/**
 * Number of rows of the table.
 */
rows: number,
/**
 * Number of new rows.
 */
new: number,
/**
 * Number of known rows that were changed.
 */
changed: number,
/**
 * Name of the sheet that was read; absent = the file has only one.
 */
sheet?: string,
/**
 * Unused rows and columns, and values to look at.
 */
remarks: Array<Mistake>, };

/**
 * `GET /api/phases/{phase}/classes` → a list of these, for administrators and for trainees of the
 * phase who may choose.
 */
export type Class = {
/**
 * `{phase}-{number}`, three digits.
 */
id: string, number: number, track: string, capacity: number, members: number,
/**
 * Hosting organisation; empty = none.
 */
host: string, host_kind: SchoolKind | null, };

/**
 * `POST /api/phases/{phase}/classes`: an empty class to be chosen or filled; answers [`Class`].
 * `PUT /api/classes/{class}` takes the same (the track stays while it has members).
 */
export type NewClass = { track: string, host: string, host_kind: SchoolKind | null, };

/**
 * `POST /api/phases/{phase}/classes/form` (no body): gives every approved trainee a class, in the order of
 * approval, by track; nobody with a class is moved. Later approvals get a class at once.
 */
export type Formed = { placed: number,
/**
 * Number of new classes.
 */
new_classes: number, };

/**
 * Live (同步直播课堂) or asynchronous (异步精品课堂).
 */
export type CourseKind = "live" | "async";

/**
 * The subject matter of a course.
 */
export type Nature = "theory" | "practice";

/**
 * `GET /api/phases/{phase}/courses` → a list of these (administrators, staff, trainees of the phase).
 */
export type PhaseCourse = { id: number, title: string, kind: CourseKind, nature: Nature,
/**
 * Whether kind and nature do not fit (S1-04): a warning, no mistake.
 */
unusual: boolean,
/**
 * Most credit from it, ch; `None` = no bound of its own.
 */
cap_ch: number | null, module: string,
/**
 * Number of its lessons, over all classes.
 */
lessons: number, };

/**
 * `POST /api/phases/{phase}/courses`: answers [`PhaseCourse`].
 */
export type NewCourse = { title: string,
/**
 * `None` = the default of the nature: theory asynchronous, practice live.
 */
kind: CourseKind | null, nature: Nature, cap_ch: number | null, module: string, };

/**
 * The course of a new lesson: the id of an existing one, or a new one made with it by people who may. If the
 * lesson is refused, so is the course.
 */
export type OfCourse = number | NewCourse;

/**
 * `POST /api/phases/{phase}/lessons`: the same content for each of the classes, one lesson per class;
 * answers a list of [`ClassLesson`]. The planned time must be within the study window.
 */
export type NewLessons = { course: OfCourse, title: string,
/**
 * Ids of classes; empty = all of the phase.
 */
classes: Array<string>,
/**
 * Asynchronous: the beginning of the time for watching.
 */
planned_start_ms: number,
/**
 * Live: 5 to 480 minutes.
 */
minutes: number,
/**
 * Asynchronous: the time from which watching earns nothing; `None` = the end of the study.
 */
until_ms: number | null,
/**
 * Asynchronous: at most the worth of its source.
 */
credit_ch: number,
/**
 * Ids of the instructors.
 */
instructors: Array<string>,
/**
 * Asynchronous: the lesson whose recording is watched, one of `GET /api/phases/{phase}/sources`.
 */
source: string | null, };

/**
 * `GET /api/classes/{class}/lessons` → a list of these, sorted by beginning.
 */
export type ClassLesson = { lesson: string, class: string, course: number | null, kind: CourseKind, title: string, content: string, state: ClassState, planned_start_ms: number, planned_end_ms: number, credit_ch: number, source: string | null, };

/**
 * `GET /api/phases/{phase}/concerns` → a list of these: things in the live lessons ahead that are allowed
 * but seldom meant. `POST` of [`CheckPlan`] answers the same for lessons before they are saved.
 */
export type Concern = { kind: ConcernKind,
/**
 * The person who teaches more than one lesson at once; `None` = another kind of concern.
 */
instructor: PersonName | null,
/**
 * The first of the lessons by their beginning.
 */
lessons: Array<ConcernLesson>,
/**
 * Number of all lessons.
 */
count: number, };

export type ConcernKind = "no_instructor" | "at_once" | "too_short";

export type ConcernLesson = {
/**
 * `None` = the lesson is not saved yet.
 */
lesson: string | null, title: string,
/**
 * Number of the class; `None` = the lesson has no class.
 */
class_name: string | null, planned_start_ms: number, planned_end_ms: number, credit_ch: number,
/**
 * Worth of the planned time by the policy, ch.
 */
worth_ch: number, };

/**
 * The plan of live lessons before saving: a changed one, or a new one for each of the classes.
 */
export type CheckPlan = {
/**
 * The lesson to change; `None` = new ones.
 */
lesson: string | null, title: string,
/**
 * Ids of classes; empty = all of the phase.
 */
classes: Array<string>, planned_start_ms: number, minutes: number,
/**
 * `None` = unchanged.
 */
credit_ch: number | null, instructors: Array<string>, };

/**
 * `POST /api/phases/{phase}/studios`: a lesson without a class, in which instructors record material for
 * self-study; answers [`Studio`]. The course must be asynchronous. `GET` → a list of
 * [`super::TimetableLesson`], changed and cancelled like those of classes.
 */
export type NewStudio = { course: OfCourse, title: string, planned_start_ms: number,
/**
 * 5 to 480 minutes.
 */
minutes: number,
/**
 * Ids of the instructors; at least one.
 */
instructors: Array<string>, };

/**
 * A planned recording session. Its instructors find it at home.
 */
export type Studio = { lesson: string, };

/**
 * `GET /api/phases/{phase}/sources` → a list of these, newest first: published recordings of the programme,
 * and those of lessons without a class, for asynchronous lessons.
 */
export type StudySource = { lesson: string,
/**
 * Title of the published course.
 */
title: string,
/**
 * Number of the recorded class; `None` = it was recorded for this.
 */
class_name: string | null, length_ms: number,
/**
 * Credit for watching all of it by the policy in force (CR-11); 0 = it is too short.
 */
worth_ch: number, published_at_ms: number, };

/**
 * `GET /api/programmes/{programme}/notice` (without a sign-in): the notice that a registration needs consent
 * to. Its text comes with its version, so that nobody agrees to another text than the server names.
 */
export type Notice = { version: string,
/**
 * The handlers of the data: the issuers of the programme.
 */
handlers: Array<string>,
/**
 * The organisation that runs this platform for them; may be empty.
 */
organisation: string,
/**
 * Contacts for exercising rights, one line each.
 */
contacts: Array<string>, zh: Array<NoticePart>, en: Array<NoticePart>, };

/**
 * A part of the notice that the law requires.
 */
export type NoticePart = { title: string, text: string, };

/**
 * A consent: version and time.
 */
export type Consent = {
/**
 * Version of the notice.
 */
version: string, at_ms: number, };

export type RegistrationState = "draft" | "submitted" | "waitlisted" | "rejected" | "approved" | "placed" | "active" | "completed" | "failed" | "withdrawn";

/**
 * Kinds of documents (证件类型).
 */
export type DocumentKind = "resident" | "permit" | "passport";

/**
 * GB/T 2261.1.
 */
export type Sex = "male" | "female" | "unsaid";

/**
 * The registration form of a trainee, with texts as typed. A draft may leave anything empty, but a
 * filled field must be right. Required to submit: name, document, unit, school, school_kind, mobile;
 * track and category if the phase has some; sex only if the document does not tell it.
 */
export type RegistrationForm = { name: string, sex: Sex | null, document_kind: DocumentKind | null, document_number: string,
/**
 * Code of the unit that sends the trainee.
 */
unit: string,
/**
 * 单位全称.
 */
school: string,
/**
 * 学校标识码, 10 digits.
 */
school_code: string, school_kind: SchoolKind | null,
/**
 * 职务.
 */
position: string,
/**
 * 职称.
 */
title: string,
/**
 * 任教专业/学科.
 */
subject: string, track: string,
/**
 * 参训类别.
 */
category: string, mobile: string, email: string,
/**
 * 备注.
 */
note: string, };

/**
 * `PUT /api/phases/{phase}/registration`: the trainee's own, made if there is none; answers
 * [`MyRegistration`]. Accepted while it is a draft or rejected, inside the window. An empty document number,
 * mobile number or e-mail keeps the earlier one.
 */
export type SaveRegistration = { form: RegistrationForm,
/**
 * False = a draft.
 */
submit: boolean,
/**
 * Version of the [`super::Notice`] that the trainee agrees to. Submitting needs consent to the present
 * one, given now or earlier in this phase; else 422 `wrong`: `consent` with `missing`, `outdated`.
 */
consent?: string, };

/**
 * `GET /api/phases/{phase}/registration`: the trainee's own, 404 if there is none;
 * `GET /api/registrations/mine`: all of them, the latest phase first.
 * `POST /api/phases/{phase}/registration/withdraw` (no body): for good; answers this.
 */
export type MyRegistration = { id: number, phase: string, phase_title: string, state: RegistrationState,
/**
 * The saved form; document number, mobile number and e-mail are masked.
 */
form: RegistrationForm,
/**
 * Words of the deciding person.
 */
reason: string, submitted_at_ms: number | null,
/**
 * Waitlisted: the place among those of the unit, from 1.
 */
waiting_place: number | null, class: MyClass | null,
/**
 * The last consent: version and time.
 */
consent: Consent | null, may_edit: boolean, may_withdraw: boolean,
/**
 * The place of the server's now in the study of the phase.
 */
study: Timing, may_choose_class: boolean, };

/**
 * The class of a trainee.
 */
export type MyClass = { id: string, number: number, host: string, };

/**
 * `PUT /api/phases/{phase}/registration/class`: chooses, or changes before the study begins; answers
 * [`MyRegistration`]. 409 `no_choice` if the phase forms the classes, `class_full`, `class_not_for_you` (高职
 * → 高职 bases, and the own track).
 */
export type ChooseClass = { class: string, };

/**
 * Whether a registration agrees with the units' lists.
 */
export type Nominated = "no" | "yes" | "other_unit" | "other_name";

/**
 * `GET /api/phases/{phase}/registrations?unit=&state=&track=&class=&text=&nominated=yes|no|other_name|other_unit|differs&recommended=yes|no&after=&limit=`:
 * in the order of submission, without drafts. `text` finds part of a name or a school, a whole document
 * number or mobile number. `nominated` is the field of a line; `differs` is `other_name` or `other_unit`. At
 * most 200 at once, 100 by default.
 */
export type RegistrationPage = { rows: Array<RegistrationLine>,
/**
 * `after` of the next page; `None` = this is the last.
 */
next: number | null, };

/**
 * One registration in the list.
 */
export type RegistrationLine = { id: number, state: RegistrationState, name: string, document_kind: DocumentKind,
/**
 * At most the last four characters.
 */
document: string, mobile: string, unit: string, school: string, school_kind: SchoolKind, track: string, category: string, nominated: Nominated,
/**
 * Whether the unit recommends this person.
 */
recommended: boolean, submitted_at_ms: number,
/**
 * Waitlisted: the place among those of the unit, from 1.
 */
waiting_place: number | null,
/**
 * Id of the class.
 */
class: string | null,
/**
 * Words of the last decision.
 */
reason: string, };

/**
 * `GET /api/phases/{phase}/registrations/counts?…` with the same filters: number of registrations by state.
 */
export type RegistrationCounts = { all: number, states: Array<StateCount>, };

export type StateCount = { state: RegistrationState, count: number, };

/**
 * `GET /api/registrations/{id}`: everything about one, masked, and its steps so far.
 */
export type RegistrationDetail = { line: RegistrationLine, form: RegistrationForm, consent: Consent | null,
/**
 * The line of the units' lists with the same document, masked; `None` = there is none, or the asking
 * person may not see the list of that unit.
 */
nomination: RegistrationForm | null,
/**
 * Names of the fields in which `nomination` differs, compared in full and not as masked. A field that it
 * leaves open never differs.
 */
differs: Array<string>,
/**
 * Number of other people registered in the phase with the same mobile number.
 */
same_mobile: number,
/**
 * The unit's recommendation; may be empty.
 */
attestation: string, steps: Array<RegistrationStep>, };

/**
 * One step of a registration.
 */
export type RegistrationStep = { at_ms: number,
/**
 * `submit`, `approve`, …, `recommend`, `correct`, `promote`, `choose_class`.
 */
step: string, state: RegistrationState,
/**
 * Name of the acting person; empty = the server.
 */
by: string, reason: string, };

/**
 * A decision of the office on registrations.
 */
export type Decision = "recommend" | "reject" | "approve" | "waitlist" | "withdraw";

/**
 * `POST /api/phases/{phase}/registrations/decide`: each registration has its own outcome; a refused one does
 * not affect the others. In the given order. 1 to 1,000.
 */
export type Decide = { ids: number[], decision: Decision,
/**
 * Shown to the trainee; at most 200 characters.
 */
reason: string,
/**
 * The unit's recommendation: why these people fit (S0-03), for the office; at most 500 characters. Empty
 * = the earlier words stay.
 */
attestation: string, };

/**
 * Answer of [`Decide`].
 */
export type Decided = { outcomes: Array<Outcome>,
/**
 * Number of others who moved up from the waiting list.
 */
promoted: number, };

/**
 * `POST /api/phases/{phase}/registrations/compare`: a check before many are approved. At most 1,000; those
 * that the asking person may not see are not counted.
 */
export type Compare = { ids: number[], };

/**
 * Answer of [`Compare`].
 */
export type Compared = {
/**
 * Number of registrations whose document is on a list of nominees with another name, or on the list of
 * another unit.
 */
differ: number, };

/**
 * The outcome for one registration.
 */
export type Outcome = { id: number,
/**
 * The new state; `None` = unknown.
 */
state: RegistrationState | null,
/**
 * `wrong_state`, `not_found`, `own_registration` (nobody decides on the own one), `quota` (waits
 * already, and no seat of the unit is free), `out_of_turn` (others of the unit have waited longer: needs
 * a reason), `school_full` (the school has all the seats that the phase allows); `None` = done.
 */
refused: string | null,
/**
 * `school_full`: name of the school.
 */
school: string | null, };

/**
 * `PATCH /api/registrations/{id}`: corrects fields, whatever the state; answers [`RegistrationDetail`].
 * Absent fields stay. Another unit takes a seat there, or is refused with `quota`.
 */
export type Correction = { name?: string, sex?: Sex, document_kind?: DocumentKind, document_number?: string, unit?: string, school?: string, school_code?: string, school_kind?: SchoolKind, position?: string, title?: string, subject?: string, track?: string, category?: string, mobile?: string, email?: string, note?: string,
/**
 * Required; audited.
 */
reason: string, };

/**
 * `POST /api/registrations/{id}/reveal`: numbers in full, also those of the units' list; audited.
 */
export type RevealRegistration = { reason: string, };

/**
 * Answer of [`RevealRegistration`].
 */
export type RevealedRegistration = { document_number: string, mobile: string, email: string,
/**
 * Numbers of the same document in the units' lists; `None` = no list has it, or the list is not visible.
 */
nomination: RevealedNominee | null, };

/**
 * Numbers and address of a person in the list of a unit, in full.
 */
export type RevealedNominee = { document_number: string, mobile: string, email: string, };

/**
 * `GET /api/phases/{phase}/nominations?unit=&after=` → the units' lists, 200 at once, masked.
 *
 * `POST /api/programmes/{programme}/nominations/file` takes 参训信息汇总表 (R2; the body is the file: XLSX, CSV in
 * UTF-8 or GB18030, at most 16 MiB), answers [`super::Imported`]; 422 `wrong` with all rows' mistakes (at
 * most 500), and nothing is taken then. The same people again are changed, and nobody is added twice.
 *
 * `GET /api/phases/{phase}/nominations/file?format=csv|gb18030|xlsx&reason=` and
 * `GET /api/phases/{phase}/registrations/file?format=&reason=&…filters` export R2 with full numbers;
 * audited. Without `reason`: the same, masked.
 */
export type NominationPage = { rows: Array<NominationLine>, next: number | null, };

/**
 * One nominee.
 */
export type NominationLine = { id: number, name: string, document: string, mobile: string, unit: string, school: string, track: string,
/**
 * State of the person's registration; `None` = there is none.
 */
registered: RegistrationState | null, };

/**
 * `POST /api/nominations/{id}/remove`: takes a nominee off the list; audited. A registration is unchanged.
 */
export type RemoveNominee = { reason: string, };

/**
 * `POST /api/nominations/{id}/replace`: another person in the same place (phase, unit, school, direction,
 * category); audited. 422 `wrong` names the fields.
 */
export type ReplaceNominee = { name: string, sex: Sex, document_kind: DocumentKind, document_number: string, mobile: string, reason: string, };

/**
 * Roles of the programme (§7.1). Their rights: `account::role`.
 */
export type AccountRole = "trainee" | "instructor" | "class_admin" | "unit_admin" | "training_admin" | "operator" | "auditor" | "system_admin" | "security_admin" | "audit_admin";

/**
 * A kind of work that some roles may do.
 */
export type Action = "register" | "see_registrations" | "recommend" | "approve" | "nominate" | "reveal" | "set_quota" | "make_phase" | "form_classes" | "make_timetable" | "announce" | "see_reports" | "see_load" | "see_networks" | "correct_hours" | "make_accounts" | "set_roles" | "read_audit" | "review_essays" | "write_essay" | "name_reviewers" | "issue_certificates";

/**
 * A role and its range: a unit administrator has a unit, a class administrator a class. Instructors have
 * the classes of the lessons they teach; the other roles have neither.
 */
export type RoleGrant = { role: AccountRole,
/**
 * Code of the unit, as "33".
 */
unit: string | null,
/**
 * Id of the class.
 */
class: string | null, };

/**
 * A duty of the person, before which everything else is refused.
 */
export type Must = "enrol_second_factor" | "change_password";

/**
 * `POST /api/account/sign-in` body. Answers [`Account`] with the cookie of the seat. `wrong_sign_in` 401 (no
 * such account, or wrong password: the same text after the same time), `code_needed` 401 (ask for the code,
 * send all again), `wrong_code` 401 (or used already), `frozen` 403, `locked` 429 with `Retry-After` (five
 * failures in 15 minutes lock for 30, for their network or device; the right password together with the
 * right code of a second factor is accepted all the same).
 */
export type PasswordSignIn = {
/**
 * Log-in name or mobile number.
 */
login: string, password: string,
/**
 * Six digits of the authenticator, or a recovery code; for accounts with a second factor.
 */
code?: string, };

/**
 * `POST /api/account/new` body: a trainee makes the own account. Answers [`Account`] with the cookie.
 * `bad_name`, `bad_login`, `bad_phone`, `weak_password` 400 (see [`WeakPassword`]), `login_taken` 409 (name
 * or telephone number).
 */
export type NewAccount = {
/**
 * Real name.
 */
name: string,
/**
 * 4 to 32 small letters, digits, `.`, `-`, `_`, beginning with a letter.
 */
login: string, phone: string, password: string, };

/**
 * Why a password is refused; the `code` of a refusal with status 400.
 */
export type WeakPassword = "password_short" | "password_long" | "password_simple" | "password_personal" | "password_common" | "password_used_before";

/**
 * `POST /api/account/invitation/look` body: the secret after `#` of `/invited#…`; answers [`Invited`].
 * `link_unknown` 401, `link_used`, `link_expired` 410, `link_frozen` 403.
 */
export type Invitation = { secret: string, };

/**
 * The person of an invitation.
 */
export type Invited = { name: string, login: string,
/**
 * Whether the stricter rules for passwords hold, and a second factor will be required.
 */
is_admin: boolean,
/**
 * Whether a code of the authenticator is required beside the new password.
 */
needs_code: boolean, expires_at_ms: number, };

/**
 * `POST /api/account/invitation` body: uses up the invitation, sets the password, signs in. Answers
 * [`Account`] with the cookie. Codes as for [`Invitation`], [`WeakPassword`], `code_needed` 401,
 * `wrong_code` 401.
 */
export type AcceptInvitation = { secret: string, password: string,
/**
 * Required if [`Invited::needs_code`].
 */
code?: string, };

/**
 * The signed-in account: answer of the sign-ins and of `GET /api/account?as={seat}`.
 */
export type Account = {
/**
 * Goes into the page's address as `?as=`, as with one-click links.
 */
seat: string,
/**
 * Id of the person.
 */
person: string, name: string, login: string,
/**
 * Masked.
 */
phone: string | null, roles: Array<RoleGrant>,
/**
 * Actions that these roles may take at all (the server decides the range); for the pages' menus.
 */
may: Array<Action>,
/**
 * Open duties; empty = none.
 */
must: Array<Must>, has_second_factor: boolean,
/**
 * Number of unused recovery codes.
 */
recovery_codes_left: number,
/**
 * Seconds without a request after which the account is signed out.
 */
idle_s: number,
/**
 * At a sign-in: wrong tries elsewhere since the last one.
 */
wrong_tries?: WrongTries, };

/**
 * Wrong passwords and codes for an account, from places other than that of the present sign-in.
 */
export type WrongTries = { tries: number,
/**
 * Server time of the last one.
 */
last_at_ms: number, };

/**
 * `POST /api/account/password` body; 204, and every other session of the account ends.
 * `wrong_password` 403, [`WeakPassword`].
 */
export type ChangePassword = { old: string, new: string, };

/**
 * `POST /api/account/phone` body: another telephone number for signing in, from now on; answers [`Account`].
 * `wrong_password` 403, `bad_phone` 400, `phone_taken` 409 (another account has it).
 */
export type ChangePhone = { password: string, phone: string, };

/**
 * `POST /api/account/totp` body: begins to enrol an authenticator; answers [`TotpSetup`]. An earlier one
 * works until the new one is confirmed. `wrong_password` 403, `code_needed`, `wrong_code` 401.
 */
export type StartTotp = { password: string,
/**
 * Required if an authenticator is enrolled already.
 */
code?: string, };

/**
 * A secret for an authenticator; shown once.
 */
export type TotpSetup = {
/**
 * `otpauth://totp/…`
 */
url: string,
/**
 * The secret in groups of four, for typing.
 */
secret: string, qr: QrCode, };

/**
 * A QR code made by the server: `<svg viewBox="0 0 size size"><path d={path}/></svg>`, black on white,
 * with its quiet zone.
 */
export type QrCode = { size: number, path: string, };

/**
 * `POST /api/account/totp/confirm` body; answers [`RecoveryCodes`]. `wrong_code` 403, `no_setup` 409.
 */
export type ConfirmTotp = { code: string, };

/**
 * Recovery codes, each of which replaces the authenticator once; shown once.
 */
export type RecoveryCodes = { codes: Array<string>, };

/**
 * `GET /api/accounts?text=&role=&unit=&after=` answer, for people who make accounts or set roles, within
 * their range; by id, 100 at a time. `text` is part of a name, a log-in name or a whole telephone number.
 */
export type Accounts = { accounts: Array<AccountLine>,
/**
 * `after` of the next page.
 */
next: string | null, };

export type AccountLine = { person: string, name: string, login: string,
/**
 * Masked.
 */
phone: string | null, roles: Array<RoleGrant>, state: AccountState,
/**
 * False = the invitation is not used yet.
 */
has_password: boolean, has_second_factor: boolean, locked_until_ms: number | null, };

export type AccountState = "active" | "frozen";

/**
 * `POST /api/accounts` body: answers [`InvitationMade`]. Everybody who may make accounts gives `trainee` (a
 * unit administrator: of the own unit); the training administrator `instructor`, too; only people who set
 * roles give the others. `bad_name`, `bad_login`, `bad_phone`, `bad_roles`, `no_such_scope` 400,
 * `login_taken` 409.
 */
export type NewPerson = { name: string, login: string, phone?: string, roles: Array<RoleGrant>, };

/**
 * A one-time link for setting the own password; shown once, handed over by people.
 */
export type InvitationMade = { person: string,
/**
 * `/invited#…`, to be appended to the server's address.
 */
path: string, expires_at_ms: number, };

/**
 * `POST /api/accounts/{person}/invitation` body: a new password for a person who forgot it; answers
 * [`InvitationMade`]. Earlier invitations stop working, the password works until the new invitation is used.
 * Only people who set roles invite administrators again.
 */
export type InviteAgain = {
/**
 * The authenticator was lost, too: using the invitation removes it. Only for people who set roles.
 */
forget_second_factor: boolean, reason: string, };

/**
 * `PUT /api/accounts/{person}/roles` body: all roles from now on; answers [`AccountLine`]. Losing a role
 * ends every session of the account. `bad_roles` 400 (unit or class missing or too much, roles that must not
 * be in one hand), `own_roles` 403.
 */
export type SetRoles = { roles: Array<RoleGrant>, reason: string, };

/**
 * `PUT /api/accounts/{person}/state` body, for people who set roles; answers [`AccountLine`]. `own_roles`
 * 403.
 */
export type SetAccountState = { state: AccountState, reason: string, };

/**
 * `PUT /api/accounts/{person}/phone` body: for a person who has another telephone number and cannot sign in,
 * by anybody who could invite them again; answers [`AccountLine`]. `bad_phone` 400, `phone_taken` 409,
 * `text_length` 400, `own_roles` 403.
 */
export type SetPhone = { phone: string, reason: string, };

/**
 * `POST /api/accounts/{person}/reveal` body: the telephone number in full, with a reason, which is in the
 * audit log; answers [`Revealed`]. `text_length` 400 for a reason of fewer than 2 or more than 200
 * characters.
 */
export type Reveal = { reason: string, };

export type Revealed = { text: string, };

/**
 * `GET /api/audit?before={seq}&actor=&act=&target=` answer, newest first, 200 at a time; all as a table:
 * `GET /api/audit/events.csv`. For auditors and the audit administrator.
 */
export type AuditPage = { events: Array<AuditLine>,
/**
 * `before` of the next page.
 */
next: number | null, };

/**
 * One event of the audit log; nobody can change or delete it.
 */
export type AuditLine = { seq: number, at_ms: number,
/**
 * Id of the person, or "server", "cli", "visitor" (a person who was not let in).
 */
actor: string, actor_name: string,
/**
 * The act, as `account.roles_set`; see `account::audit`.
 */
act: string,
/**
 * Id of the object.
 */
target: string,
/**
 * Name of the person who is the object, if it is one.
 */
target_name: string | null,
/**
 * Further details, as JSON; never a document number or a telephone number.
 */
detail: string,
/**
 * False = the act was refused.
 */
done: boolean,
/**
 * Hash of the event, in hex; each event is bound to the one before.
 */
hash: string, };

/**
 * Whether a lesson may be entered.
 */
export type Door = "not_yet" | "open" | "over" | "cancelled";

/**
 * One lesson in a timetable.
 */
export type TimetableLesson = { lesson: string, kind: CourseKind, title: string,
/**
 * Id of the class, and what people call it.
 */
class: string | null, class_name: string | null,
/**
 * Asynchronous: watching counts from then to `planned_end_ms`.
 */
planned_start_ms: number, planned_end_ms: number,
/**
 * The instant from which the lesson may be entered.
 */
opens_at_ms: number, credit_ch: number, state: ClassState, door: Door, instructors: Array<PersonName>,
/**
 * The role of the asking person in the room; `None` = they may not enter (not placed, another class).
 */
enter_as: Role | null, };

export type PersonName = { person: string, name: string, };

/**
 * A self-study lesson of its trainee (异步精品课堂), at `/replay/{lesson}?as={seat}` from its beginning on. After
 * its end it may still be watched, but earns nothing more.
 */
export type SelfStudy = { lesson: string, title: string, class_name: string, from_ms: number, until_ms: number, credit_ch: number, door: Door,
/**
 * Length of the recording; `None` = it was taken back.
 */
length_ms: number | null,
/**
 * Length of the watched part.
 */
covered_ms: number, completed: Completed | null, };

/**
 * `GET /api/home?as={seat}` answer: the first page of a person with an account. Trainees see the lessons of
 * their classes, instructors the ones they teach, class administrators those of their classes. The state of
 * one's registrations is `GET /api/registrations/mine`.
 */
export type Home = {
/**
 * By the server's clock; count down from here.
 */
now_ms: number,
/**
 * The lesson that is now or next. Enter it at `/lesson/{lesson}?as={seat}` while its door is open.
 */
now_or_next: TimetableLesson | null,
/**
 * Sorted by planned start; live lessons only.
 */
timetable: Array<TimetableLesson>,
/**
 * The self-study lessons of the asking person, sorted by the end of their time.
 */
studies: Array<SelfStudy>,
/**
 * The goals of the asking person's phases.
 */
goals: Array<Goal>,
/**
 * Newest first.
 */
announcements: Array<Announcement>, help: Help,
/**
 * Whether there is a calendar address already (it was shown once).
 */
has_calendar: boolean, };

/**
 * `GET /api/help`, open to everybody: contacts for help. From the server's settings, section `support`.
 */
export type Help = {
/**
 * Name of this platform, as pages show it; may be empty.
 */
platform: string,
/**
 * The organisation that runs it; may be empty.
 */
organisation: string,
/**
 * One line each, as "培训秘书处 010-85305090".
 */
contacts: Array<string>, };

/**
 * `GET /api/timetable/{class}` answer, for the class's people and people who make timetables.
 */
export type Timetable = { class: string, class_name: string, now_ms: number, lessons: Array<TimetableLesson>, };

/**
 * `PUT /api/timetable/lessons/{lesson}` body: another title, other instructors, another time while it has
 * not begun; answers [`TimetableLesson`]. `bad_time` 400 (ends before it starts; live: longer than 12 h; asynchronous: outside of the study),
 * `bad_title` 400, `bad_instructor` 400 (no instructor), `clash` 409 (the class has another lesson then), `begun` 409.
 */
export type ChangeLesson = { title: string, planned_start_ms: number, planned_end_ms: number, instructors: Array<string>, };

/**
 * `POST /api/timetable/lessons/{lesson}/cancel` body: nobody can enter any more; answers
 * [`TimetableLesson`]. `begun` 409.
 */
export type CancelLesson = { reason: string, };

/**
 * `POST /api/calendar` answer: the secret address of the own timetable as iCalendar; an earlier one stops
 * working. Shown once. `DELETE /api/calendar` takes it back, 204. The file itself: `GET /calendar/{secret}.ics`.
 */
export type CalendarAddress = {
/**
 * `/calendar/….ics`, to be appended to the server's address.
 */
path: string, };

/**
 * An announcement to a phase or a class.
 */
export type Announcement = { id: number,
/**
 * Id of the phase or of the class; one of the two.
 */
phase: string | null, class: string | null, title: string, text: string, by: string, at_ms: number, };

/**
 * `POST /api/announcements` body; answers [`Announcement`]. `bad_title`, `text_length` 400. To a phase only
 * by the training administrator, to a class by its administrator and instructors, too.
 * `GET /api/announcements?class=|phase=` lists them, `DELETE /api/announcements/{id}` takes one back, 204.
 */
export type NewAnnouncement = { phase?: string, class?: string, title: string, text: string, };

/**
 * The kind of essay that a phase requires.
 */
export type EssayKind = "reflection" | "article" | "either";

/**
 * The essay that a phase requires.
 */
export type EssayRule = { kind: EssayKind,
/**
 * Least characters, counted by E-1 (`web-client/src/essay/count.ts`).
 */
least: number,
/**
 * The last day to hand in.
 */
due: string, };

/**
 * `GET /api/phases/{phase}/requirements`: the requirements of the phase.
 */
export type Requirements = { phase: string,
/**
 * 0 = nobody has set any.
 */
version: number, hours_ch: number,
/**
 * `None` = no essay.
 */
essay: EssayRule | null,
/**
 * The self-test has to be passed.
 */
quiz: boolean,
/**
 * The survey has to be answered.
 */
survey: boolean, };

/**
 * `PUT /api/phases/{phase}/requirements`: makes the next version; answers [`Requirements`]. What the phase does not have yet cannot be asked for: 422
 * `quiz` or `survey` with `missing`.
 */
export type NewRequirements = { essay: EssayRule | null, quiz: boolean, survey: boolean, };

export type EssayState = "draft" | "submitted" | "returned" | "accepted";

/**
 * The essay that a phase requires of a trainee, written or not: in [`super::Goal`] and [`MyEssay`].
 */
export type EssayAsked = { phase: string, title: string, rule: EssayRule,
/**
 * The first instant at which an essay is too late.
 */
closes_ms: number, state: EssayState,
/**
 * Length of the text on the server.
 */
count: number,
/**
 * It is one of the best, and the author has not said yet whether everybody may read it.
 */
asks_consent: boolean, };

/**
 * `GET /api/phases/{phase}/essay`: the trainee's own. 404 if the phase requires none or the person does not
 * study in it.
 */
export type MyEssay = { asked: EssayAsked,
/**
 * The server's clock.
 */
now_ms: number,
/**
 * Grows with each save; a save names the one that was changed. 0 = nothing is saved yet.
 */
revision: number, text: string, saved_at_ms: number | null, handed_in_at_ms: number | null,
/**
 * Whether it is handed in, not reviewed yet, and there is time to hand it in again.
 */
may_take_back: boolean,
/**
 * Name of the last uploaded file.
 */
file: string | null,
/**
 * Newest first.
 */
reviews: Array<EssayReview>,
/**
 * None = it is not marked as one of the best.
 */
distinction: EssayDistinction | null, };

/**
 * `PUT /api/phases/{phase}/essay` saves a draft; `POST /api/phases/{phase}/essay/hand-in` also hands it in.
 * Both answer [`SavedEssay`].
 */
export type SaveEssay = {
/**
 * Revision of the text that was changed.
 */
revision: number, text: string, };

export type SavedEssay = { "type": "saved", essay: MyEssay, } | { "type": "conflict", essay: MyEssay, };

/**
 * `POST /api/phases/{phase}/essay/file?name=`: the body is a .docx or .txt file, which is kept. Its text is
 * not a draft yet: the author looks at it first.
 */
export type UploadedEssay = { name: string, text: string, count: number, };

export type EssayVerdict = "accept" | "return";

/**
 * Marks by the four criteria, from 1 to 5.
 */
export type EssayMarks = {
/**
 * 主题鲜明.
 */
theme: number,
/**
 * 条理清晰.
 */
order: number,
/**
 * 结构完整.
 */
structure: number,
/**
 * 逻辑严谨.
 */
logic: number, };

/**
 * A review, without its author.
 */
export type EssayReview = { verdict: EssayVerdict, marks: EssayMarks, words: string, at_ms: number, };

/**
 * A reviewer of the essays of a phase.
 */
export type EssayReviewer = { person: string, name: string,
/**
 * Codes of the own units, whose essays this person does not review.
 */
units: Array<string>,
/**
 * Number of essays given to this person.
 */
given: number,
/**
 * Number of reviewed ones.
 */
done: number, };

/**
 * `GET /api/phases/{phase}/essays/reviewers`.
 */
export type EssayReviewers = { reviewers: Array<EssayReviewer>,
/**
 * Number of handed-in essays without a reviewer.
 */
unshared: number, };

/**
 * `PUT /api/phases/{phase}/essays/reviewers`: the whole list. Unreviewed essays of people who are no longer
 * on it are distributed again. Answers [`EssayReviewers`].
 */
export type NameEssayReviewers = { reviewers: Array<NamedEssayReviewer>, };

export type NamedEssayReviewer = { person: string,
/**
 * Own units besides those that the server knows (by role and by registration).
 */
units: Array<string>, };

/**
 * `GET /api/phases/{phase}/essays`: the essays for the reviewer; for the training administrator all of them.
 */
export type EssaysToReview = {
/**
 * The first instant at which nobody can hand in any more.
 */
closes_ms: number,
/**
 * Waiting ones first, in the order of handing in.
 */
essays: Array<EssayLine>, };

/**
 * An essay in a list. Reviewers read without names.
 */
export type EssayLine = { id: number, state: EssayState, count: number, handed_in_at_ms: number,
/**
 * Another person was asked first, and wants a second opinion.
 */
is_second: boolean,
/**
 * Marked as one of the best.
 */
excellent: boolean, };

/**
 * `GET /api/essays/{id}`: an essay with what its reviewer needs.
 */
export type EssayToReview = { line: EssayLine, phase: string, rule: EssayRule,
/**
 * Number of the handed-in text; a review names it.
 */
version: number, text: string,
/**
 * Name of the uploaded file, at `GET /api/essays/{id}/file`.
 */
file: string | null,
/**
 * The repetitions within the text.
 */
repeated: EssayOverlap,
/**
 * The passages shared with others of the programme, most first.
 */
shared: Array<EssayOverlap>,
/**
 * Reviews of earlier versions, newest first.
 */
reviews: Array<EssayReview>,
/**
 * Question of the person who asked for a second opinion.
 */
question: string | null, may_review: boolean, };

/**
 * Passages that are elsewhere, too. Never a verdict: honest people quote.
 */
export type EssayOverlap = {
/**
 * Number of the other essay; `None` = this one.
 */
essay: number | null,
/**
 * Of 100 shingles, rounded down.
 */
percent: number,
/**
 * Whether it is so much that it should be looked at (E-1).
 */
is_flagged: boolean, passages: Array<EssayPassage>, };

export type EssayPassage = { from: number, to: number, };

/**
 * `POST /api/essays/{id}/review`; answers [`EssayLine`].
 */
export type ReviewEssay = { version: number, verdict: EssayVerdict, marks: EssayMarks,
/**
 * Words to the author; required to return it.
 */
words: string, };

/**
 * `POST /api/essays/{id}/second-opinion`: gives the essay to another reviewer. 409 `nobody` if there is
 * none.
 */
export type AskSecondOpinion = { version: number,
/**
 * Question to the other reviewer.
 */
question: string, };

/**
 * `GET /api/essays/duties`: the phases for which a person reviews, or which a training administrator looks
 * after.
 */
export type EssayDuty = { phase: string, title: string,
/**
 * Essays that wait for this person; for a training administrator all that wait.
 */
waiting: number,
/**
 * Number of reviewed ones.
 */
done: number, };

/**
 * The mark of one of the best essays.
 */
export type EssayDistinction = {
/**
 * Number of the essay.
 */
essay: number, at_ms: number,
/**
 * Whether the author lets everybody read it; None = not answered yet.
 */
public: boolean | null, };

/**
 * `PUT /api/phases/{phase}/essay/consent`: the author's answer, which may change at any time. 404 without the mark; answers
 * [`MyEssay`].
 */
export type PublishEssay = { public: boolean, };

/**
 * `PUT /api/essays/{id}/distinction`: marks an accepted essay as one of the best, or takes the mark away, and with it the essay
 * from the public list. 409 `wrong_state` = it is not accepted.
 */
export type DistinguishEssay = { excellent: boolean, };

/**
 * An essay that everybody may read.
 */
export type OpenEssay = { id: number, kind: EssayKind, name: string,
/**
 * Name of the unit.
 */
unit: string, school: string,
/**
 * Title of the phase, and of its programme.
 */
phase: string, programme: string, count: number,
/**
 * The first characters of its text, with … where it goes on.
 */
begins: string, };

/**
 * `GET /api/open/essays?page=`: the newest first; pages count from 0.
 */
export type OpenEssays = { essays: Array<OpenEssay>, total: number,
/**
 * `page` of the next ones; None = these are the last.
 */
next: number | null, };

/**
 * `GET /api/open/essays/{id}`; 404 = it is not public, or no longer.
 */
export type OpenEssayText = { essay: OpenEssay, text: string, };

/**
 * The progress of a person against the timetable of a phase.
 */
export type Pace = "done" | "on_track" | "behind" | "short";

/**
 * The requirements of a phase for a trainee, and how far they are met.
 */
export type Goal = { phase: string, title: string,
/**
 * Required and recognised hours, ch.
 */
hours_ch: number, recognised_ch: number,
/**
 * Hours that the timetable still offers this person, ch.
 */
still_ch: number, pace: Pace,
/**
 * The first instant after the study of the phase.
 */
study_ends_ms: number,
/**
 * `None` = no essay.
 */
essay: EssayAsked | null,
/**
 * None: the phase has no self-test.
 */
quiz: QuizGoal | null,
/**
 * Whether the survey was answered. None: nobody need answer one.
 */
survey: boolean | null, };

/**
 * `POST /api/network-check?as={seat}` body, for everybody who is signed in; answers [`NetworkCheckBegun`].
 * The new leg belongs to no class. `offer` 406, `too_fast` 429, `busy` 503 (all places are taken), both with
 * `Retry-After`.
 */
export type BeginNetworkCheck = {
/**
 * SDP with one section, for sending sound.
 */
offer: string, };

export type NetworkCheckBegun = { check: string,
/**
 * SDP.
 */
answer: string,
/**
 * Time until the server ends the connection, ms.
 */
ends_in_ms: number, };

/**
 * `POST /api/network-check/{check}?as={seat}` body: ends the check with the browser's measurements, as
 * far as it has them; answers the stored [`NetworkCheck`]. `not_found` 404 (not yours, or over too
 * long), `bad_figure` 400. The browser measures its upload by `POST /api/network-check/upload?as={seat}`
 * of up to 64 KiB, 204, and `too_fast` 429.
 */
export type MeasuredNetwork = {
/**
 * Round trip of connectivity checks over UDP, ms, at most 60,000.
 */
rtt_ms?: number,
/**
 * Round trip of HTTP requests, ms, at most 60,000.
 */
http_rtt_ms?: number,
/**
 * Download rate over HTTP, kbit/s, at most 10,000,000.
 */
down_kbps?: number, up_kbps?: number, };

/**
 * Kind of device, as its browser reports it.
 */
export type DeviceKind = "phone" | "tablet" | "computer" | "other";

/**
 * A check in one word; limits: `classroom::network_check`.
 */
export type NetworkVerdict = "good" | "slow" | "no_udp";

/**
 * The result of a person's last check on one kind of device; kept for seven days.
 */
export type NetworkCheck = { at_ms: number, device: DeviceKind, verdict: NetworkVerdict,
/**
 * Observed by the server: time from its answer until keys were agreed over UDP, ms; `None` = not so far.
 */
connect_ms: number | null,
/**
 * Observed by the server: the worst second of the browser's stream, 1/1000 of packets lost.
 */
up_loss_permille: number | null,
/**
 * The browser's own measurements.
 */
measured: MeasuredNetwork, };

/**
 * `GET /api/network-checks?as={seat}` answer: the lessons that run or begin within a day, by planned start,
 * as far as the asking person may see them; at most 200.
 */
export type CheckedLesson = { lesson: string, title: string, class_name: string | null, planned_start_ms: number, state: ClassState,
/**
 * Number of the lesson's trainees, and of those who checked in the last seven days. The last check of
 * each counts.
 */
people: number, checked: number, no_udp: number, slow: number, };

/**
 * `GET /api/network-checks/{lesson}?as={seat}` answer, for the instructors of the lesson and people who see
 * networks of its class. `not_found` 404.
 */
export type LessonChecks = { lesson: CheckedLesson,
/**
 * Everybody of the lesson, sorted by name.
 */
lines: Array<CheckedPerson>, };

export type CheckedPerson = { person: string, name: string,
/**
 * Newest first, one for each kind of device; empty = not checked.
 */
checks: Array<NetworkCheck>, };

/**
 * `GET /api/open?q=…&tag=…&page=…`: one page of what was found, the newest first.
 */
export type OpenCourses = { courses: Array<OpenCourse>,
/**
 * How many were found, on all pages.
 */
found: number,
/**
 * Courses of one page.
 */
page_size: number,
/**
 * The tags used most in the whole catalogue.
 */
tags: Array<string>, };

/**
 * A course of the catalogue; it is watched at `/replay/{lesson}`.
 */
export type OpenCourse = { lesson: string, title: string, speaker: string, description: string, tags: Array<string>,
/**
 * How long it plays, without breaks, ms.
 */
length_ms: number,
/**
 * Ms since the Unix epoch.
 */
published_at_ms: number, };

/**
 * The kind of a question.
 */
export type SurveyAsk = { "ask": "scale", points: number, low: string, high: string, } | { "ask": "choice", options: Array<string>, several: boolean, } | { "ask": "text" };

export type SurveyQuestion = { text: string, ask: SurveyAsk,
/**
 * Whether the survey cannot be handed in without an answer to it.
 */
needed: boolean, };

export type SurveyAnswer = { "answer": "nothing" } | { "answer": "points", points: number, } | { "answer": "chosen", options: Array<number>, } | { "answer": "words", text: string, };

/**
 * `PUT /api/phases/{phase}/survey`: sets the survey of the phase, until somebody has answered it; answers
 * [`PhaseSurvey`].
 */
export type SurveyForm = { title: string,
/**
 * Whether only the names of those who answered are known, and nobody learns who answered what.
 */
anonymous: boolean,
/**
 * The last day to answer.
 */
due: string, questions: Array<SurveyQuestion>, };

/**
 * `GET /api/phases/{phase}/survey`: for the office.
 */
export type PhaseSurvey = {
/**
 * `None` = there is none.
 */
survey: SurveyForm | null,
/**
 * Number of people who have answered it.
 */
answered: number, };

/**
 * `GET /api/surveys/mine`: the surveys of the phases in which a person studies.
 */
export type SurveyAsked = { phase: string, survey: SurveyForm,
/**
 * The first instant at which an answer is too late.
 */
closes_ms: number,
/**
 * Whether this person has answered it.
 */
answered: boolean, };

/**
 * `POST /api/phases/{phase}/survey/answers`: once; an answer for each question. Answers 204.
 */
export type AnswerSurvey = { answers: Array<SurveyAnswer>, };

/**
 * The sum of the answers to one question.
 */
export type SurveyTally = {
/**
 * Number of people who did not pass the question over.
 */
answered: number,
/**
 * Scale: by point from 1; choice: by option; text: empty.
 */
counts: Array<number>,
/**
 * The texts that people wrote; at most 200 here, all in the file.
 */
texts: Array<string>, };

/**
 * `GET /api/phases/{phase}/survey/results`; as a file: `GET /api/phases/{phase}/survey/file?format=xlsx|csv|gb18030`.
 */
export type SurveyResults = { survey: SurveyForm,
/**
 * Number of people who study in the phase.
 */
asked: number, answered: number,
/**
 * A tally for each question. `None` = too few have answered an anonymous survey, and the tallies would
 * tell who said what.
 */
tallies: Array<SurveyTally> | null, };

export type QuizKind = "one" | "several" | "truth" | "blank";

/**
 * What a question asks for, with what is right: for the office only. Places of options are from 0.
 */
export type QuizAsk = { "ask": "one", options: Array<string>, right: number, } | { "ask": "several", options: Array<string>, right: Array<number>, } | { "ask": "truth", right: boolean, } | { "ask": "blank", right: Array<string>, };

/**
 * `POST /api/phases/{phase}/quiz/questions` puts one into the bank, `PUT /api/phases/{phase}/quiz/questions/{id}` one in
 * place of another; both answer [`QuizBanked`]. 422 `wrong` by field, as `options.1`.
 */
export type QuizQuestion = { text: string, ask: QuizAsk,
/**
 * Why this is right; may be empty.
 */
explanation: string, };

export type QuizDraw = { kind: QuizKind,
/**
 * Questions of a paper.
 */
count: number,
/**
 * Of each right answer.
 */
points: number, };

/**
 * `PUT /api/phases/{phase}/quiz/rule`: how papers are made from now on; answers [`QuizBank`]. 422 `wrong` by field, as
 * `draws.one.count`.
 */
export type QuizRule = { draws: Array<QuizDraw>,
/**
 * Points to pass.
 */
pass: number, tries: number,
/**
 * Of one try.
 */
minutes: number,
/**
 * The last day.
 */
due: string,
/**
 * Right answers are shown to whoever has passed or has no try left.
 */
reveal: boolean, };

/**
 * A question of the bank. `DELETE /api/phases/{phase}/quiz/questions/{id}` takes it out, 204.
 */
export type QuizBanked = { id: number, question: QuizQuestion, };

/**
 * `GET /api/phases/{phase}/quiz/bank`: for the office. As a file: `GET /api/phases/{phase}/quiz/questions/file?format=xlsx|csv|gb18030`
 * (an empty bank makes one that shows how it is filled in); `POST` of the same takes it, answers [`super::Imported`].
 */
export type QuizBank = {
/**
 * None: the phase has no self-test yet.
 */
rule: QuizRule | null, questions: Array<QuizBanked>, };

/**
 * What a trainee answers.
 */
export type QuizAnswer = { "answer": "nothing" } | { "answer": "chosen", options: Array<number>, } | { "answer": "truth", value: boolean, } | { "answer": "words", text: string, };

/**
 * What a self-test is, before it begins.
 */
export type QuizAbout = { questions: number, points: number,
/**
 * Points to pass.
 */
pass: number, tries: number,
/**
 * Of one try.
 */
minutes: number,
/**
 * The first instant at which it is too late.
 */
closes_ms: number,
/**
 * Right answers are shown to whoever has passed or has no try left.
 */
reveal: boolean,
/**
 * The phase asks for it.
 */
required: boolean, };

/**
 * A try that has ended.
 */
export type QuizTry = {
/**
 * From 1.
 */
number: number, points: number,
/**
 * Points of the whole paper.
 */
of: number, passed: boolean,
/**
 * Its time was over; false: it was handed in.
 */
by_time: boolean, ended_at_ms: number, };

/**
 * A question as a trainee sees it.
 */
export type QuizAsked = { kind: QuizKind,
/**
 * Of a right answer.
 */
points: number, text: string,
/**
 * In the order of this paper; empty where there is nothing to choose from.
 */
options: Array<string>, answer: QuizAnswer,
/**
 * How often it was answered.
 */
times: number, };

/**
 * The try that is running.
 */
export type QuizPaper = { number: number, begun_at_ms: number,
/**
 * When it ends by itself, by the server's clock.
 */
closes_ms: number, questions: Array<QuizAsked>, };

/**
 * `GET /api/phases/{phase}/quiz`: the trainee's own; 404 where the phase has none or the person does not study in it.
 * `POST /api/phases/{phase}/quiz/tries/{try}` begins the next try, `POST /api/phases/{phase}/quiz/tries/{try}/hand-in`
 * ends it; both answer this.
 */
export type MyQuiz = { phase: string,
/**
 * Of the phase.
 */
title: string,
/**
 * By the server's clock; count down from here.
 */
now_ms: number, about: QuizAbout, tries_left: number, passed: boolean,
/**
 * What was right is shown now: [`QuizReview`].
 */
reveals: boolean,
/**
 * By number.
 */
tries: Array<QuizTry>, running: QuizPaper | null, };

/**
 * `PUT /api/phases/{phase}/quiz/tries/{try}/answers/{place}`, place from 0: answers [`QuizSaved`]. What is answered is on
 * disk. The same again changes nothing.
 */
export type SaveQuizAnswer = { answer: QuizAnswer,
/**
 * How often the question was answered before, as far as this device knows.
 */
times: number, };

export type QuizSaved = { times: number, now_ms: number, closes_ms: number, };

/**
 * A question with what was right.
 */
export type QuizReviewed = { asked: QuizAsked,
/**
 * The trainee's answer was right.
 */
is_right: boolean,
/**
 * Places of the right options as they were shown.
 */
options: Array<number>,
/**
 * None: it was not to be judged true or false.
 */
truth: boolean | null,
/**
 * What could stand in the blank.
 */
spellings: Array<string>, explanation: string, };

/**
 * `GET /api/phases/{phase}/quiz/tries/{try}`: a try with what was right, for whoever has passed or has no try left.
 */
export type QuizReview = { number: number, questions: Array<QuizReviewed>, };

/**
 * How often a question was answered right.
 */
export type QuizShare = { id: number, kind: QuizKind, text: string,
/**
 * It is not in the bank any more.
 */
removed: boolean,
/**
 * Papers that have ended with it.
 */
asked: number, right: number, };

/**
 * What somebody has reached.
 */
export type QuizReached = { name: string,
/**
 * Code of the unit.
 */
unit: string,
/**
 * None: not placed in one.
 */
class: string | null,
/**
 * Tries that have ended.
 */
tries: number,
/**
 * Points of the best one, and of its paper. None: no try has ended.
 */
best: number | null, of: number | null, passed: boolean,
/**
 * A try is running.
 */
running: boolean, };

/**
 * `GET /api/phases/{phase}/quiz/results`; the people as a file: `GET /api/phases/{phase}/quiz/results/file?format=xlsx|csv|gb18030`.
 */
export type QuizResults = { pass: number, points: number, tries: number,
/**
 * Those that were in a paper that has ended.
 */
questions: Array<QuizShare>,
/**
 * Everybody who studies in the phase.
 */
people: Array<QuizReached>, };

/**
 * The self-test in [`super::Goal`].
 */
export type QuizGoal = { about: QuizAbout, passed: boolean,
/**
 * A try is running.
 */
running: boolean, tries_left: number,
/**
 * Points of the best try. None: none has ended.
 */
best: number | null, };

export type ConclusionVerdict = "completed" | "failed" | "undecided";

/**
 * One step of the reasoning. Hours are in ch, 100 ch = 1 学时.
 */
export type ConclusionReason = { "reason": "hours", has_ch: number, needed_ch: number, } | { "reason": "hours_short", has_ch: number, needed_ch: number, } | { "reason": "hours_open", settled_ch: number, } | { "reason": "study_goes_on", until_ms: number, } | { "reason": "essay_accepted" } | { "reason": "essay_missing", until_ms: number, } | { "reason": "essay_waiting" } | { "reason": "essay_returned", until_ms: number, } | { "reason": "essay_late" } | { "reason": "quiz_passed" } | { "reason": "quiz_missing", tries_left: number, until_ms: number, } | { "reason": "quiz_spent" } | { "reason": "quiz_late" } | { "reason": "survey_answered" } | { "reason": "survey_missing", until_ms: number, } | { "reason": "survey_late" };

/**
 * `GET /api/phases/{phase}/conclusion`: the end of the phase for the asking trainee, by the present facts.
 */
export type MyConclusion = { phase: string,
/**
 * Title of the phase.
 */
title: string, verdict: ConclusionVerdict,
/**
 * Whether hours may still change, and the verdict with them.
 */
provisional: boolean, reasons: Array<ConclusionReason>, };

export type CertificateState = "valid" | "superseded" | "revoked";

/**
 * `GET /api/phases/{phase}/certificate`: the own certificate, the newest one. Its file is at `…/certificate/file`, its
 * badge at `…/certificate/badge`.
 */
export type MyCertificate = { number: string, state: CertificateState,
/**
 * The name as printed.
 */
name: string,
/**
 * Day of issue.
 */
issued_on: string,
/**
 * Address for checking it, to be passed on.
 */
address: string,
/**
 * SHA-256 of the file, in hex.
 */
pdf: string, };

/**
 * `GET /api/certificates/{number}?k={key}`, without a sign-in: the answer to the holder of a certificate. A
 * wrong key is answered like an unknown number: 404.
 */
export type CheckedCertificate = { number: string, state: CertificateState,
/**
 * The first character of the name, and a star for each further one.
 */
name: string, programme: string, phase: string, hours_ch: number,
/**
 * Length of one 学时, minutes.
 */
hour_minutes: number, issuers: Array<string>,
/**
 * Day of issue.
 */
issued_on: string,
/**
 * SHA-256 of the file, in hex, to compare with another copy.
 */
pdf: string,
/**
 * The time of the revocation or replacement.
 */
ended_at_ms: number | null,
/**
 * Address of the page of the certificate that supersedes it.
 */
replaced_by: string | null, };

/**
 * A person who gets no certificate. The reason is a word and its object: `not_completed`, `number`,
 * `characters:䶮` (no font has them), `field:…`, `pdf:…`.
 */
export type LeftOut = { name: string, why: string, };

/**
 * A released list.
 */
export type CertificateBatch = { at_ms: number,
/**
 * Name of the person who released it.
 */
by: string, total: number, issued: number, left_out: number, };

/**
 * A revocation that waits for a second person.
 */
export type WaitingRevocation = { number: string, reason: string, by: string,
/**
 * Whether the viewer asked for it: then another person decides.
 */
own: boolean, at_ms: number, };

/**
 * `GET /api/phases/{phase}/certificates`: the view of the office.
 */
export type CertificateDesk = {
/**
 * Number of people who have completed the phase and have no released certificate for it.
 */
ready: number,
/**
 * The obstacle to issuing any of them, for the person who runs the server; `None` = there is none.
 */
trouble: string | null,
/**
 * The ready people who would be left out, at most 200.
 */
unprintable: Array<LeftOut>,
/**
 * Newest first.
 */
batches: Array<CertificateBatch>,
/**
 * The people left out of the newest list, at most 200.
 */
left_out: Array<LeftOut>,
/**
 * Numbers of valid certificates whose owners have lost hours since and no longer count as having
 * completed the phase: they should be revoked. At most 200.
 */
unfounded: Array<string>, valid: number, superseded: number, revoked: number, revocations: Array<WaitingRevocation>, };

/**
 * `POST /api/phases/{phase}/certificates`: releases the certificates of everybody who is ready.
 */
export type ReleaseCertificates = {
/**
 * Number of ready people that the person saw: others are not released unseen.
 */
seen: number, };

/**
 * `POST /api/certificates/{number}/revocation`: a second person must agree.
 */
export type RevokeCertificate = {
/**
 * At most 500 characters; not shown to the public.
 */
reason: string, };

/**
 * `POST /api/certificates/{number}/revocation/decide`, by another person than the one who asked.
 */
export type DecideRevocation = { approve: boolean, };

/**
 * Answer of `POST /api/certificates/{number}/reissue`, after the name of a registration was corrected.
 */
export type Reissued = {
/**
 * Number of the new certificate.
 */
number: string, };

export type EssayStanding = "missing" | "waiting" | "returned" | "accepted";

/**
 * Up to where the ledger of credit hours was read.
 */
export type ReportSource = {
/**
 * Number of the last entry; 0 = the ledger is empty.
 */
seq: number,
/**
 * When that entry was made.
 */
at_ms: number, };

/**
 * The result of one trainee in a phase. The first four hours add up to the ledger balance; `recognised_ch` is what
 * the caps leave of it.
 */
export type AttainmentLine = {
/**
 * Number of the registration.
 */
id: number, name: string,
/**
 * Masked.
 */
document: string,
/**
 * Code of the unit.
 */
unit: string, school: string,
/**
 * Id of the class.
 */
class: string, live_ch: number, async_ch: number, makeup_ch: number,
/**
 * Corrected by people, revoked, or taken back by a later computation.
 */
adjusted_ch: number, recognised_ch: number,
/**
 * None = it is decided.
 */
pace: Pace | null,
/**
 * None = the phase asks for none.
 */
essay: EssayStanding | null,
/**
 * None = not decided yet.
 */
passed: boolean | null,
/**
 * Number of the certificate that is valid.
 */
certificate: string | null,
/**
 * The day that is printed on it.
 */
issued_on: string | null, };

/**
 * How many have which result.
 */
export type AttainmentCounts = { passed: number, failed: number,
/**
 * Not decided yet.
 */
open: number,
/**
 * Those of `open` who are behind the timetable, or can no longer reach the hours. None = not counted: that takes a
 * unit, a class, fewer rights than for all units, or `behind=true`.
 */
behind: number | null, };

/**
 * `GET /api/phases/{phase}/attainments?unit=&class=&passed=yes|no|open&behind=true&text=&after=&limit=` (结业情况表, R4): by
 * unit and class.
 */
export type AttainmentPage = { rows: Array<AttainmentLine>,
/**
 * `after` of the next page; None = this is the last.
 */
next: number | null,
/**
 * Of everybody who fits, whatever the result.
 */
counts: AttainmentCounts, source: ReportSource, };

/**
 * People of one unit. Rates are as they are shown, `—` where there is nobody to count.
 */
export type SummaryLine = {
/**
 * Code of the unit; empty = the sum of all.
 */
unit: string, quota: number, registered: number, approved: number,
/**
 * At least a minute of some lesson counts.
 */
attended: number,
/**
 * `None` = the end of the phase is not decided for anybody.
 */
passed: number | null,
/**
 * Those that are valid.
 */
certificates: number, attended_rate: string, passed_rate: string,
/**
 * 人均学时.
 */
hours_each: string,
/**
 * 直播平均出勤率.
 */
present_rate: string,
/**
 * 互动次数/人.
 */
interactions_each: string, };

/**
 * `GET /api/phases/{phase}/summary` (分省汇总, R5): the units that one sees, in the order of national tables.
 */
export type UnitSummary = { rows: Array<SummaryLine>, total: SummaryLine, source: ReportSource, };

export type ReportKind = "completion" | "summary" | "sheets" | "pack";

export type ReportFormat = "xlsx" | "csv" | "gb18030" | "zip";

export type ReportState = "waits" | "made" | "failed";

/**
 * `POST /api/phases/{phase}/reports`: asks for files that are made in the background and kept. Codes: 403 `not_allowed` (of
 * another unit; audited), 409 `report_waits` (the same one waits), `reports_busy` (150 wait), `nobody` (no unit has people).
 * Answers [`ReportsAsked`].
 */
export type AskReports = { kind: ReportKind,
/**
 * `zip` for class sheets and packs, another one for tables.
 */
format: ReportFormat,
/**
 * Code of the unit; None = of all.
 */
unit: string | null,
/**
 * With no unit: one file for each unit that has people or seats.
 */
each: boolean, };

export type ReportsAsked = {
/**
 * How many files will be made.
 */
files: number, };

/**
 * A report that is kept; its file is at `GET /api/reports/{id}/file`, as it was made.
 */
export type KeptReport = { id: number, kind: ReportKind,
/**
 * Code of the unit; None = of all.
 */
unit: string | null, format: ReportFormat,
/**
 * Name of who asked for it, and when.
 */
by: string, at_ms: number, state: ReportState,
/**
 * None = it was not made.
 */
source: ReportSource | null, bytes: number | null,
/**
 * Of the file, hex.
 */
sha256: string | null, };

/**
 * `GET /api/phases/{phase}/reports?before=`: kept reports of one's units, the newest first.
 */
export type KeptReports = { rows: Array<KeptReport>,
/**
 * `before` of the next page; None = this is the last.
 */
next: number | null,
/**
 * How many are still to be made.
 */
waiting: number, };

/**
 * `GET` and `PUT /api/programmes/{programme}/conversion`: how hours of a programme become credits. Audited. 422 `wrong`
 * names the fields.
 */
export type Conversion = {
/**
 * Number of 学时 (credit hours) that make one 学分 (credit).
 */
hours_per_credit: number,
/**
 * Category of the credits; empty = none. Years of one category are added up.
 */
category: string,
/**
 * Most credits of one year, in tenths; None = no bound.
 */
year_cap_tenths: number | null, };

/**
 * A phase of somebody.
 */
export type StatementLine = {
/**
 * Id of the phase.
 */
phase: string,
/**
 * Titles of programme and phase, and its number.
 */
programme: string, number: number, title: string, recognised_ch: number,
/**
 * Number of the newest certificate; None = there is none.
 */
certificate: string | null, state: CertificateState | null,
/**
 * The day that is printed on it.
 */
issued_on: string | null,
/**
 * What counts in these five years: of a certificate that is valid.
 */
counted_ch: number, };

/**
 * Credits of one year and category, rounded down to a tenth.
 */
export type CreditLine = { year: string, category: string, ch: number, tenths: number,
/**
 * The bound of the year took something away.
 */
capped: boolean, };

/**
 * `GET /api/hours/statement`: of whoever asks; `GET /api/registrations/{id}/statement`: of the person of a registration, for
 * those who see its reports. Each is a PDF, too: `…/file`. 409 `not_ready`: there is no font.
 */
export type Statement = {
/**
 * As it was registered last; empty = never.
 */
name: string,
/**
 * Masked.
 */
document: string,
/**
 * Days, both included.
 */
since: string, until: string, rows: Array<StatementLine>, sum_ch: number,
/**
 * To 50 学时.
 */
short_ch: number, credits: Array<CreditLine>, source: ReportSource, };

/**
 * People of one day.
 */
export type OverviewDay = { day: string,
/**
 * People for whom at least a minute of a live lesson of that day counts.
 */
live: number,
/**
 * People who completed a self-study lesson on that day.
 */
alone: number, };

/**
 * People in one band of hours, as a share of the hours of the phase.
 */
export type HoursShare = {
/**
 * Upper end of the band, percent: 0 = no hours, 99 = 76 % or more but not all, 100 = all hours.
 */
to_percent: number, people: number, };

/**
 * An essay that was accepted with many points.
 */
export type OverviewEssay = { name: string,
/**
 * Code of the unit.
 */
unit: string, school: string,
/**
 * Sum of the four marks, at most 20.
 */
points: number,
/**
 * What the reviewer wrote.
 */
words: string, };

/**
 * `GET /api/phases/{phase}/overview`; as .docx: `…/overview/file`. For those who see all units.
 */
export type PhaseOverview = { title: string, number: number,
/**
 * Days of the study.
 */
first_day: string, last_day: string, classes: number,
/**
 * Live lessons that were taught.
 */
live_lessons: number, self_studies: number, instructors: number,
/**
 * Days on which somebody came.
 */
days: Array<OverviewDay>,
/**
 * In rising order.
 */
hours: Array<HoursShare>,
/**
 * Units with people or seats.
 */
units: Array<SummaryLine>, total: SummaryLine,
/**
 * None = there is none.
 */
survey: SurveyResults | null,
/**
 * The best first, ten at most.
 */
essays: Array<OverviewEssay>, source: ReportSource, };
