// Generated from src/protocol.rs; write it anew with `UPDATE=1 cargo test --lib protocol`.

/**
 * A participant of one room: a small number the room hands out, stable for a person while the room lives.
 */
export type ParticipantId = number;

/**
 * What a person may do in a room; it comes from the signed-in session, never from a message.
 */
export type Role = "instructor" | "trainee" | "operator";

/**
 * Where the class is in its life: open → live ⇄ paused → ended.
 */
export type ClassState = "open" | "live" | "paused" | "ended";

/**
 * What a published stream shows or carries.
 */
export type SourceKind = "mic" | "camera" | "screen";

/**
 * How much a trainee wants to receive (省流): sound always comes.
 */
export type Want = "sound" | "main" | "all";

/**
 * Quality of a participant's network, in words; thresholds live in `classroom::network`.
 */
export type Network = "unknown" | "good" | "fair" | "weak" | "lost";

/**
 * Where an instructor's picture (camera or screen) is, told to those who wait for it.
 */
export type PictureState = "not_yet" | "shown" | "closed" | "lost";

/**
 * One line of the roster.
 */
export type Participant = { id: ParticipantId, name: string, role: Role,
/**
 * False once every device of the person is gone; the line stays, so that the roster shows who left.
 */
here: boolean,
/**
 * On stage: may send microphone and, if `camera_allowed`, camera. Instructors are always on stage.
 */
on_stage: boolean, camera_allowed: boolean,
/**
 * What is being sent right now, as the person's own client reports and the server permits.
 */
sending: Array<SourceKind>, picture: PictureState, network: Network, chat_muted: boolean,
/**
 * Staff muted an encoder (WHIP) of this person; `unmute` gives it its microphone back.
 */
encoder_muted: boolean,
/**
 * Staff removed the person, who cannot come in until they `readmit` them.
 */
removed: boolean,
/**
 * An encoder of this person sends B-frames, which stutter for viewers: it is to be set otherwise.
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
 * What an operator told everybody; stays readable in the chat.
 */
export type ClassNotice = {
/**
 * Server time, milliseconds since the Unix epoch.
 */
at_ms: number, text: string, };

/**
 * A published stream as the others see it.
 */
export type Source = { participant: ParticipantId, kind: SourceKind, };

/**
 * What the receiving video slots of this peer connection show now.
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
 * When the class went live first, milliseconds since the Unix epoch.
 */
started_at_ms: number | null, trainees_max: number, participants: Array<Participant>,
/**
 * Raised hands, first come first.
 */
hands: Array<ParticipantId>,
/**
 * The last lines, oldest first.
 */
chat: Array<ChatLine>,
/**
 * What operators told everybody, oldest first; the last 50.
 */
notices: Array<ClassNotice>,
/**
 * Who is speaking now, loudest first.
 */
speaking: Array<ParticipantId>, slots: Slots, recording: RecordingState,
/**
 * To a trainee: the check to answer now, and what counts so far.
 */
check: OpenCheck | null, minutes: Minutes | null,
/**
 * The poll that everybody sees, or a result (trainees: of a poll that was open while they were here); to a
 * trainee: the own answers so far.
 */
poll: Poll | null, poll_answers: Array<PollAnswer>,
/**
 * To staff: the checks so far, oldest first, the class sheet, and why nothing counts at present.
 */
rounds: Array<CheckRound>, sheet: Array<SheetLine>, not_counting: NotCounting | null,
/**
 * To staff: what the lesson would be worth if it ended now.
 */
worth: Worth | null,
/**
 * To staff: the polls so far, oldest first.
 */
polls: Array<PollRound>, };

/**
 * Whether what happens now will be in the replay. The room's truth, shown to everybody in it.
 */
export type RecordingState = "off" | "on" | "off_record" | "failing";

/**
 * Client → server.
 */
export type ClientMessage = { "type": "hello", version: number,
/**
 * Present when this page was connected before (also after a reload, from session storage).
 */
resume: Resume | null, } | { "type": "offer", id: number, sdp: string, } | { "type": "command", id: number, command: Command, } | { "type": "tick" };

/**
 * Names a device that was connected before and the last delta it saw.
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
 * `seq` of the last delta or snapshot that was applied; null after a page reload, when the
 * device is the same but its state is gone: it then gets a snapshot.
 */
seq: number | null, };

/**
 * What a participant may ask of the room. Who may ask what: `classroom::permissions`.
 */
export type Command = { "do": "start_class" } | { "do": "pause_class" } | { "do": "end_class" } | { "do": "chat", text: string, } | { "do": "chat_remove", line: number, } | { "do": "chat_mute", participant: ParticipantId, muted: boolean, } | { "do": "hand", up: boolean, } | { "do": "lower_hand", participant: ParticipantId, } | { "do": "bring_on_stage", participant: ParticipantId, camera: boolean, } | { "do": "take_off_stage", participant: ParticipantId, } | { "do": "sending", kinds: Array<SourceKind>, } | { "do": "mute", participant: ParticipantId, } | { "do": "unmute", participant: ParticipantId, } | { "do": "mute_all" } | { "do": "remove", participant: ParticipantId, } | { "do": "readmit", participant: ParticipantId, } | { "do": "off_record", on: boolean, } | { "do": "answer_check", check: string, } | { "do": "call_roll" } | { "do": "void_check", check: string, } | { "do": "open_poll", poll: NewPoll, } | { "do": "answer_poll", poll: number, choices: Array<number>, } | { "do": "close_poll", poll: number, } | { "do": "show_poll", poll: number, on: boolean, } | { "do": "want", want: Want, } | { "do": "tiles", heights: Array<number>, } | { "do": "leave" };

/**
 * Server → client.
 */
export type ServerMessage = { "type": "welcome", version: number, you: ParticipantId, role: Role, epoch: string,
/**
 * Keep in session storage; proves to be the same device in `resume`.
 */
token: string,
/**
 * True: the missed deltas follow. False: a `snapshot` follows.
 */
resumed: boolean,
/**
 * True: the server still holds this device's media leg; keep the peer connection.
 */
media: boolean, server_time_ms: number, } | { "type": "snapshot", seq: number, room: RoomState, } | { "type": "delta", seq: number, event: RoomEvent, } | { "type": "answer", id: number, sdp: string, } | { "type": "ack", id: number, } | { "type": "refused", id: number | null, reason: Refusal, } | { "type": "bye", reason: Bye, } | { "type": "tick" };

/**
 * A change of the room.
 */
export type RoomEvent = { "event": "participant", participant: Participant, } | { "event": "class", class: ClassState, started_at_ms: number | null, } | { "event": "hands", hands: Array<ParticipantId>, } | { "event": "chat", line: ChatLine, } | { "event": "chat_removed", line: number, } | { "event": "speaking", speaking: Array<ParticipantId>, } | { "event": "recording", recording: RecordingState, } | { "event": "slots", slots: Slots, } | { "event": "muted", by: string, } | { "event": "link", down: Network, up: Network, doing: Doing, } | { "event": "notice", notice: ClassNotice, } | { "event": "check", check: OpenCheck | null, } | { "event": "minutes", minutes: Minutes, } | { "event": "poll", poll: Poll | null, } | { "event": "poll_answer", answer: PollAnswer, } | { "event": "poll_round", round: PollRound, } | { "event": "round", round: CheckRound, } | { "event": "sheet", lines: Array<SheetLine>, } | { "event": "counting", not_counting: NotCounting | null, } | { "event": "worth", worth: Worth, };

/**
 * What the server sends to a device at present because of its link or its wish.
 */
export type Doing = "full" | "reduced" | "sound_only" | "as_asked";

/**
 * Why something was not done. The client has the words (errors tell what to do).
 */
export type Refusal = "malformed" | "version" | "not_allowed" | "room_full" | "removed" | "ended" | "not_found" | "wrong_state" | "chat_muted" | "text_length" | "too_fast" | "stage_full" | "too_many" | "too_late" | "offer" | "unavailable";

/**
 * Why the server ends a connection.
 */
export type Bye = "replaced" | "removed" | "ended" | "left" | "too_slow" | "too_fast" | "restarting" | "refused";

/**
 * `POST /api/sign-in` body: the secret after `#` of a one-click link.
 */
export type SignIn = { secret: string, };

/**
 * Who this tab is: answer of `POST /api/sign-in` and `GET /api/me?as={seat}`. Somebody with an account asks
 * with `&lesson={lesson}` and learns the role there, or why not: `not_yet`, `over`, `cancelled`, `ended`,
 * `not_placed` (approved for no class of this lesson), `not_found`.
 */
export type Me = {
/**
 * Public name of the session; goes into the page's address as `?as=`, so that several tabs of
 * one browser can be several people.
 */
seat: string, name: string, role: Role,
/**
 * The lesson this session is for; operators have none.
 */
lesson: string | null, lesson_title: string | null,
/**
 * What the lesson asks for, to be read before coming in.
 */
rules: HoursRules | null,
/**
 * Has an account of credit hours.
 */
earns_hours: boolean,
/**
 * Decides appeals, and corrects results.
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
 * Of a form or a file: everything that is wrong with it, at once.
 */
wrong?: Array<Mistake>, };

/**
 * `GET /api/operator/load`: what the operator's wall shows.
 */
export type Load = { at_ms: number, rooms: Array<RoomLoad>, workers: Array<WorkerLoad>,
/**
 * What keeps facts and everything else from being stored now; `null` = nothing.
 */
storage: StorageTrouble | null, };

/**
 * Why nothing can be stored.
 */
export type StorageTrouble = "full" | "read_only" | "failing" | "busy" | "damaged";

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
 * Why nothing that is taught counts at present.
 */
not_counting: NotCounting | null,
/**
 * What the lesson would be worth if it ended now.
 */
worth: Worth, recording: RecordingState,
/**
 * Written to files since the room opened.
 */
recorded_bytes: number,
/**
 * Packets the recorder was too slow for; they are missing in the recording alone.
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
 * Rooms, and network checks under way, which last some seconds.
 */
rooms: number, legs: number,
/**
 * CPU of the thread over the last second, 1/1000 of a core.
 */
cpu_permille: number, in_bps: number, out_bps: number, packets_in: number, packets_out: number,
/**
 * Dropped since start, by reason.
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
 * The class still runs: more is coming, ask again every few seconds.
 */
live: boolean, started_at_ms: number,
/**
 * How far the recording reaches (so far).
 */
duration_ms: number,
/**
 * One per published stream, in the order they began.
 */
tracks: Array<ReplayTrack>,
/**
 * Where something is missing that was sent.
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
 * As a course, once it was published.
 */
course: Course | null,
/**
 * The viewer may trim, publish and take back.
 */
may_edit: boolean,
/**
 * The viewer's own progress; none for staff and for viewers without a name.
 */
progress: Progress | null,
/**
 * What the viewer earns by watching all of it; none: nothing (of the own class it makes up for what was
 * missed).
 */
earns: Earns | null, };

/**
 * One recorded stream; its media playlist is `/media/{recording}/{track}.m3u8`.
 */
export type ReplayTrack = { track: number,
/**
 * Display name of who sent it.
 */
name: string, role: Role, kind: SourceKind,
/**
 * RFC 6381, e.g. `avc1.42e01f`, `opus`, `vp8`; of the newest stretch.
 */
codecs: string, width: number, height: number,
/**
 * Where it has something, oldest first, never overlapping.
 */
stretches: Array<Stretch>, };

/**
 * `[from_ms, to_ms)`.
 */
export type Stretch = { from_ms: number, to_ms: number, };

/**
 * Something was sent and is not there, or is damaged.
 */
export type ReplayGap = { track: number, from_ms: number, to_ms: number, why: GapReason, };

/**
 * Why something is missing in a recording.
 */
export type GapReason = "loss" | "overload" | "disk" | "restart" | "damaged" | "codec";

/**
 * A place to jump to.
 */
export type Chapter = { at_ms: number, kind: ChapterKind,
/**
 * Whom it is about, where it is about somebody; of a poll, what was asked.
 */
name: string | null, };

/**
 * What begins with a chapter.
 */
export type ChapterKind = "start" | "after_break" | "screen" | "on_stage" | "off_stage" | "poll";

/**
 * One line of the chat.
 */
export type ReplayLine = { at_ms: number, name: string, role: Role, text: string, };

/**
 * A recording that was published as a course. `PUT /api/replay/{lesson}/course` takes one,
 * `DELETE` takes it back.
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
 * What is shown of the recording.
 */
shown: Stretch, audience: Audience, };

/**
 * Who may watch a published course; staff always may.
 */
export type Audience = "class" | "programme" | "everybody";

/**
 * What one trainee has watched, by the server's own reckoning (CR-11).
 */
export type Progress = {
/**
 * Oldest first, never touching each other.
 */
covered: Array<Stretch>, covered_ms: number,
/**
 * Where the trainee stopped.
 */
position_ms: number,
/**
 * Nothing more counts until this comes back as `answer` with a heartbeat (在线确认); none: nothing is asked.
 */
check: string | null,
/**
 * All of it was watched as a course.
 */
completed: Completed | null, };

/**
 * A course that was watched whole.
 */
export type Completed = { at_ms: number,
/**
 * What stands in the ledger for it; 0 where its content was earned before, in class for instance.
 */
entered_ch: number, };

/**
 * Credit for watching a whole course (CR-11).
 */
export type Earns = { credit_ch: number,
/**
 * What is watched from then on earns nothing; none: there is time.
 */
until_ms: number | null, };

/**
 * `POST /api/replay/{lesson}/watched`: sent every 15 s of watching, and once when it pauses.
 */
export type Watched = { from_ms: number, to_ms: number,
/**
 * The check that the person answered: `check` of the progress.
 */
answer: string | null, };

/**
 * What a heartbeat was worth.
 */
export type WatchAnswer = { progress: Progress,
/**
 * Less was taken than was sent: too fast, too late, nothing of it was sent to the viewer, a check is due, a live class runs, or the time for
 * it is over.
 */
cut: boolean, };

/**
 * Answer of `POST /api/replay/{lesson}/ticket`: an address for players that can set no header, for this viewer and this
 * recording alone.
 */
export type MediaTicket = {
/**
 * Of the playlist, as the asker reaches this server.
 */
url: string, expires_at_ms: number, };

/**
 * `POST` and `GET /api/replay/{lesson}/download`: the single MP4 that is made on demand.
 */
export type DownloadState = { "state": "none" } | { "state": "queued" } | { "state": "running", permille: number, } | { "state": "ready", bytes: number,
/**
 * Address of the file.
 */
path: string, } | { "state": "failed", code: string, };

/**
 * What a lesson asks for, told before one comes in (CR-22).
 */
export type HoursRules = {
/**
 * Credit of the whole lesson.
 */
credit_ch: number, planned_start_ms: number, planned_end_ms: number,
/**
 * From here on everything is credited.
 */
full_from_s: number,
/**
 * Below this nothing is.
 */
least_s: number,
/**
 * Length of an attention block; each asks once.
 */
block_s: number,
/**
 * Time to answer a check.
 */
answer_s: number,
/**
 * An absence up to this long counts through.
 */
gap_s: number, policy_version: string, };

/**
 * A check (在线确认) that waits for this trainee's answer.
 */
export type OpenCheck = {
/**
 * Names it in `answer_check`.
 */
check: string, kind: CheckKind, deadline_ms: number, };

/**
 * Who asked.
 */
export type CheckKind = "block" | "roll";

/**
 * What counts of the class so far, for one trainee. Delayed by at most 60 s (CR-22).
 */
export type Minutes = { as_of_ms: number,
/**
 * Taught so far.
 */
taught_s: number,
/**
 * Of it, what counts for this trainee.
 */
counted_s: number,
/**
 * What was taught and does not count, in order of time, the latest ones.
 */
gaps: Array<UncountedGap>, };

/**
 * A stretch of class that does not count.
 */
export type UncountedGap = { from_ms: number, to_ms: number, why: Uncounted, };

export type Uncounted = "absent" | "unanswered" | "unasked";

/**
 * One check as staff see it.
 */
export type CheckRound = {
/**
 * Names it in `void_check`.
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
 * Counts against nobody: staff said so.
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
 * Checks of which it is settled that they were answered in time or missed, and those answered.
 */
asked: number, answered: number, late: boolean, };

/**
 * Why nothing of what is taught counts at present, and since when. Told to staff.
 */
export type NotCounting = { "why": "nothing_sent", since_ms: number, } | { "why": "not_started", since_ms: number,
/**
 * Whole minutes since then.
 */
minutes: number, } | { "why": "planned_time_over", since_ms: number, overrun_s: number, };

/**
 * What a lesson would be worth if it ended now (CR-4). Told to staff, at least once a minute of teaching.
 */
export type Worth = { planned_s: number, taught_s: number,
/**
 * Of `credit_ch`, with what was taught so far.
 */
worth_ch: number, credit_ch: number, };

/**
 * How settled a result is.
 */
export type Stage = "provisional" | "final";

/**
 * `GET /api/hours/{lesson}`, for staff: the class sheet (R6) of a lesson that was judged.
 */
export type LessonHours = { lesson: string, title: string,
/**
 * Asynchronous: lines hold what was watched (`with_replay_s`) and, when all of it was, the credit and
 * since when (`last_ms`); nothing is judged.
 */
kind: CourseKind, rules: HoursRules,
/**
 * None: the class was not judged yet.
 */
stage: Stage | null, computed_at_ms: number | null, taught_s: number,
/**
 * What the lesson is worth as it was taught.
 */
effective_ch: number,
/**
 * By name.
 */
lines: Array<HoursLine>, };

/**
 * `GET /api/lessons/{lesson}/end`: whether the class has ended, for those who were sent out by that.
 */
export type ClassEnd = { ended: boolean,
/**
 * Until when whoever asks may take the end back by `POST /api/lessons/{lesson}/end/take-back`; none: it is
 * somebody else's end, or too late.
 */
take_back_until_ms: number | null, };

/**
 * `GET /api/hours/{lesson}/held`, for staff: when the class may have been held, and what was declared of it.
 */
export type Held = {
/**
 * When something of the instructor arrived, short gaps bridged: start and end of what is declared lie in
 * these.
 */
media: Array<Stretch>, planned_start_ms: number, planned_end_ms: number,
/**
 * Until when something may be declared; none: the class was not judged yet, or it is too late.
 */
until_ms: number | null,
/**
 * Waits for a second person.
 */
waiting: Declaration | null,
/**
 * What two people have declared, the oldest first.
 */
declared: Array<Declaration>,
/**
 * Whoever asks may declare, and confirm what another one has declared.
 */
may_declare: boolean, may_confirm: boolean, };

/**
 * The class was held from `from_ms` to `to_ms`, somebody says.
 */
export type Declaration = { id: number, from_ms: number, to_ms: number, text: string,
/**
 * Name of who declared it.
 */
by: string,
/**
 * True: another person must confirm it than the one who looks at it now.
 */
own: boolean, at_ms: number, };

/**
 * One of `GET /api/hours/declarations`, for those who confirm.
 */
export type WaitingDeclaration = { lesson: string, title: string, declaration: Declaration, };

/**
 * `POST /api/hours/{lesson}/held`. It waits for a second person, who sends [`super::Approval`] to
 * `POST /api/hours/declarations/{id}`.
 */
export type NewDeclaration = { from_ms: number, to_ms: number,
/**
 * Why it was not started then, 1 to 1000 characters.
 */
text: string, };

/**
 * What staff ask. Options are named by their place, from 0.
 */
export type NewPoll = {
/**
 * Empty when it is asked aloud or stands on a slide.
 */
question: string, options: Array<string>,
/**
 * More than one option may be chosen.
 */
multiple: boolean,
/**
 * The right answer; empty where there is none. Told with the result, never before.
 */
right: Array<number>, };

/**
 * The poll that everybody sees now.
 */
export type Poll = {
/**
 * Names it in commands; counts up within a lesson.
 */
poll: number, question: string, options: Array<string>, multiple: boolean,
/**
 * None while answers are taken. A poll that is closed is seen only with its result.
 */
result: PollResult | null, };

/**
 * What came out.
 */
export type PollResult = {
/**
 * People who answered.
 */
answered: number,
/**
 * Of them, who chose each option.
 */
counts: Array<number>, right: Array<number>, };

/**
 * One trainee's own answer.
 */
export type PollAnswer = { poll: number,
/**
 * In order, each once.
 */
choices: Array<number>, };

/**
 * A poll as staff see it. It takes answers, or its result is shown, when it is the [`Poll`] that
 * everybody sees.
 */
export type PollRound = { poll: number, ask: NewPoll, at_ms: number,
/**
 * For each option, who chose it.
 */
votes: Array<Array<ParticipantId>>, };

/**
 * One trainee's result of a lesson.
 */
export type HoursLine = { person: string, name: string,
/**
 * By which two people of one name are told apart: the unit's name and the school of the registration. Empty in a
 * lesson that belongs to no class, and in the own account.
 */
unit: string, school: string, first_ms: number | null, last_ms: number | null, present_s: number,
/**
 * In blocks that count.
 */
counted_s: number,
/**
 * The same with what was watched later.
 */
with_replay_s: number, asked: number, answered: number,
/**
 * From question to answer, milliseconds: of the checks that were answered in time, in their order. Empty in results of
 * versions that did not keep them.
 */
reactions_ms: Array<number>, void_blocks: Array<number>, live_ch: number,
/**
 * With make-up by the recording.
 */
credit_ch: number,
/**
 * What people added or took away in this lesson (CR-20).
 */
adjusted_ch: number,
/**
 * What the entries of this lesson come to; class sheets add up to the ledger.
 */
lesson_ch: number,
/**
 * What the ledger says about the content, also by other lessons.
 */
balance_ch: number, reasons: Array<Reason>, };

/**
 * One step of the reasoning.
 */
export type Reason = { "reason": "delivered", taught_seconds: number, planned_ch: number, ch: number, } | { "reason": "present", present_seconds: number, taught_seconds: number, } | { "reason": "late", late_seconds: number, } | { "reason": "early", early_seconds: number, } | { "reason": "elsewhere", elsewhere_seconds: number,
/**
 * The other lesson's id; absent: not known.
 */
lesson?: string, } | { "reason": "void_block", block: number, check: string, } | { "reason": "unasked_block", block: number, asked: number, } | { "reason": "scattered_block", block: number, proven_seconds: number, present_seconds: number, } | { "reason": "ignored", check: string, why: Ignored, } | { "reason": "full", seconds: number, full_from_seconds: number, ch: number, } | { "reason": "steps", seconds: number, full_from_seconds: number, step_seconds: number, ch: number, } | { "reason": "too_little", seconds: number, need_seconds: number, min_share: Share, } | { "reason": "made_up", replay_seconds: number, } | { "reason": "no_make_up" };

/**
 * Why a fact about a check has no effect.
 */
export type Ignored = "never_issued" | "before_issue" | "after_deadline" | "no_such_block";

/**
 * A fraction from 0 to 1.
 */
export type Share = { part: number, whole: number, };

/**
 * `GET /api/hours/mine`: everything of the trainee who asks.
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
 * After the caps (CR-14), and before them.
 */
recognised_ch: number, uncapped_ch: number,
/**
 * Of five years, and what is missing to 50 学时.
 */
five_years_ch: number, five_years_short_ch: number, appeals: Array<Appeal>, };

/**
 * One lesson in the trainee's own account.
 */
export type MyLesson = { lesson: string, title: string, stage: Stage, planned_start_ms: number, taught_s: number, effective_ch: number, line: HoursLine,
/**
 * The recording was watched from end to end as a course, up to then; none: it was a class.
 */
completed_at_ms: number | null,
/**
 * Until when an appeal may be opened; none when it is over.
 */
appeal_until_ms: number | null, };

/**
 * One entry of the ledger.
 */
export type LedgerLine = { seq: number, at_ms: number, lesson: string | null,
/**
 * live, async, makeup, adjust, revoke, reverse.
 */
kind: string, delta_ch: number, reason: string,
/**
 * Name of who entered it; the server has none.
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
 * An appeal, as its trainee and operators see it (`GET /api/hours/appeals`).
 */
export type Appeal = { id: number, lesson: string, title: string, person: string, name: string, text: string, at_ms: number, state: AppealState,
/**
 * What the person who decided wrote; the trainee sees it when it is decided for good.
 */
answer: string | null,
/**
 * What the ledger says about the content now.
 */
balance_ch: number, };

export type AppealState = "open" | "waits" | "granted" | "dismissed";

/**
 * `POST /api/hours/appeals/{id}`: an operator decides.
 */
export type AppealDecision = {
/**
 * None dismisses it.
 */
correction: CorrectionFigures | null,
/**
 * Told to the trainee; 1 to 1000 characters.
 */
answer: string, };

/**
 * Why people may correct a result.
 */
export type ReasonCode = "PLATFORM_FAULT" | "NETWORK_INCIDENT" | "SIGN_SHEET" | "DATA_ERROR" | "ACCESSIBILITY" | "OTHER";

/**
 * How much is added or taken away, and why (CR-20).
 */
export type CorrectionFigures = { delta_ch: number, code: ReasonCode, text: string,
/**
 * The balance on which it was decided; refused `changed` when it is another one by now.
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
 * A correction that waits for a second person, or was refused in the last days (`GET /api/hours/corrections`), who sends
 * [`Approval`] to `POST /api/hours/corrections/{id}`.
 */
export type WaitingCorrection = { id: number, lesson: string, title: string, person: string, name: string, figures: CorrectionFigures,
/**
 * Why the server asks for it, if it does: what decided when the result was computed anew.
 */
because: Reason | null,
/**
 * Who asks for it, and when; nobody: the server, because a final result was computed anew and came to
 * less. Two people must approve that.
 */
by: string | null,
/**
 * True: another person must approve it than the one who looks at it now.
 */
own: boolean, at_ms: number,
/**
 * It waits no more: refused lately, with these words.
 */
refused: string | null, };

export type Approval = { approve: boolean,
/**
 * Why it is refused, for the other operators; 1000 characters at most.
 */
text?: string, };

/**
 * Answer to a correction or a decision.
 */
export type Corrected = "entered" | "waits";

/**
 * What is wrong with one field or one cell. The client has the words.
 */
export type Wrong = "missing" | "too_long" | "character" | "fifteen_digits" | "length" | "digits" | "area" | "birthday" | "age" | "check" | "phone" | "email" | "choice" | "value" | "order" | "before_registration" | "taken" | "policy" | "outdated" | "no_column" | "no_table" | "too_much" | "too_many_formulas" | "format" | "old_format" | "other_format" | "formula" | "twice" | "sex_of_document" | "born_of_document" | "school_full" | "other_unit" | "unpublished" | "too_short" | "no_phase" | "below_taken" | "above_plan" | "rounded" | "lost_zero" | "lost_letters" | "unused_row" | "unused_column" | "unused_sheet" | "sum_differs" | "more_than_seats" | "more";

/**
 * One thing that is wrong, and where.
 */
export type Mistake = {
/**
 * Row of the file as a spreadsheet counts, from 1; none in a form.
 */
row?: number,
/**
 * Letters of the file's column as a spreadsheet names it, `A`; none in a form.
 */
column?: string,
/**
 * Field of the body; in a file the heading of the column.
 */
field: string, wrong: Wrong,
/**
 * Numbers that belong to the sentence; [`Wrong`] says which.
 */
figures?: Array<number>,
/**
 * File: what stands there, or what was looked for.
 */
value?: string,
/**
 * What could stand there.
 */
choices?: Array<string>, };

/**
 * What kind of unit it is.
 */
export type UnitKind = "province" | "planned_city" | "corps" | "direct";

/**
 * Kinds of schools (学校类型).
 */
export type SchoolKind = "secondary" | "higher" | "university" | "administration";

/**
 * Where an instant lies in a window.
 */
export type Timing = "not_open" | "open" | "closed";

/**
 * Days from `first` to `last`, both included. In answers also as instants, half-open.
 */
export type Days = { first: string, last: string, };

/**
 * `GET /api/programmes` (nobody need be signed in): every programme with its phases.
 */
export type Programme = { id: string, title: string,
/**
 * Organisations that issue it.
 */
issuers: Array<string>,
/**
 * Names the figures by which its lessons are judged; none: those of the server.
 */
policy_version: string | null, phases: Array<Phase>, };

/**
 * How many a school may send to a phase (S0-02). Nobody is approved beyond it.
 */
export type PerSchool = {
/**
 * 1 to 1,000, whatever their category.
 */
seats: number,
/**
 * Bounds of some categories of the phase, none above `seats`; the others have that one alone.
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
 * The first instant after it.
 */
registration_to_ms: number,
/**
 * Where the server's now lies in the registration.
 */
timing: Timing, study: Days,
/**
 * Directions (方向) to choose from; empty: no choice.
 */
tracks: Array<string>,
/**
 * Whom it is for (参训类别); empty: no choice.
 */
categories: Array<string>,
/**
 * Approved trainees choose their class themselves.
 */
choose_class: boolean,
/**
 * None: a school may send as many as its unit has seats for.
 */
per_school: PerSchool | null, };

/**
 * `POST /api/programmes`: a new one; answers [`Programme`]. 409 `taken` when the id is there.
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
 * `GET /api/programmes/{programme}/policy`: for those who make phases.
 */
export type Policies = {
/**
 * For classes that begin now: the last of `versions`, or the server's when there is none.
 */
present: PolicyFigures,
/**
 * What was set for the programme, the last first.
 */
versions: Array<PolicyVersion>, limits: PolicyLimits, };

/**
 * Figures of a policy, by its keys. Seconds, unless said otherwise; signed, so that every wrong one is
 * named.
 */
export type PolicyFigures = {
/**
 * Names this set of figures in every result.
 */
version: string,
/**
 * One 学时.
 */
period: number,
/**
 * A step of credit.
 */
inc: number,
/**
 * So long a gap counts through.
 */
gap: number,
/**
 * Evidence older than this proves nothing.
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
 * So much may be missing.
 */
tol: number,
/**
 * Below this share there is no credit.
 */
min_share: Share,
/**
 * Teaching counts so long after the planned end.
 */
overrun_max: number,
/**
 * Watching the recording makes up for missed time.
 */
makeup: boolean,
/**
 * Most credit from asynchronous lessons in one day, in ch; none: no bound.
 */
daily_async_cap: number | null,
/**
 * Come late, gone early: labels.
 */
late: number, early: number, };

/**
 * What was set, and when.
 */
export type PolicyVersion = { at_ms: number, figures: PolicyFigures, };

/**
 * What the figures may be.
 */
export type PolicyLimits = {
/**
 * Of the figures that are seconds, but for `period` and `inc`.
 */
seconds: Array<PolicyLimit>,
/**
 * What `period` may be.
 */
periods: number[],
/**
 * `inc` is the period divided by one of these.
 */
steps: number[],
/**
 * The most of `daily_async_cap`, in ch.
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
 * `POST /api/programmes/{programme}/phases`: answers [`Phase`]; 409 `taken` when the number is there.
 * `PUT /api/phases/{phase}` takes the same and changes all but the number; fewer seats than the quotas
 * give away are refused. Seats that come free by another `per_school` go to the waiting lists.
 */
export type NewPhase = {
/**
 * 1 to 99.
 */
number: number, title: string, hours_ch: number, plan_seats: number, registration: Days, study: Days, tracks: Array<string>, categories: Array<string>, choose_class: boolean, per_school: PerSchool | null, };

/**
 * `GET /api/programmes/{programme}/units` (nobody need be signed in): the 37 units and the
 * programme's direct ones, in the order of national tables.
 */
export type Unit = { code: string, name: string,
/**
 * As tables abbreviate it.
 */
short: string, kind: UnitKind, };

/**
 * `POST /api/programmes/{programme}/units`: a direct unit (直属单位); answers [`Unit`], its code is the
 * next of `D01` to `D99`. 409 `taken` when the name is there.
 */
export type NewUnit = { name: string, };

/**
 * Somebody of a unit (R3): its lead (负责人) or contact (联系人).
 */
export type UnitPerson = { name: string, position: string, telephone: string, mobile: string, email: string, };

/**
 * `GET /api/programmes/{programme}/contacts` → a list of these; unit administrators get their own
 * unit's alone. `PUT` of one sets both people of its unit: exactly one lead and one contact.
 * `GET /api/programmes/{programme}/contacts/file?format=csv|gb18030|xlsx` makes R3 of them.
 */
export type UnitContacts = { unit: string, lead: UnitPerson, contact: UnitPerson, };

/**
 * `GET /api/phases/{phase}/quotas`; unit administrators get their own unit's row alone.
 */
export type Quotas = { plan_seats: number,
/**
 * Sum of all units' seats, never more than the plan.
 */
given: number, rows: Array<Quota>, };

/**
 * A unit's seats, and how its registrations stand.
 */
export type Quota = { unit: string, seats: number,
/**
 * Held: approved, placed, active, completed, failed.
 */
taken: number, submitted: number, waitlisted: number, rejected: number, withdrawn: number,
/**
 * On the unit's list of nominees.
 */
nominated: number, };

/**
 * `PUT /api/phases/{phase}/quotas`: sets the seats of the units named (others stay); answers
 * [`Quotas`]. Seats that come free by it are given to the waiting list. 422 `wrong`: `unit` with
 * `choice`, `twice`, `below_taken`; `seats` with `above_plan`. All or nothing.
 *
 * `POST /api/programmes/{programme}/quotas/file` sets those of all phases from the file 名额分配表 (R1;
 * body as it is: XLSX, CSV), answers [`Imported`]; `GET` of the same with `?format=csv|gb18030|xlsx` makes it.
 */
export type NewQuotas = { rows: Array<NewQuota>, };

export type NewQuota = { unit: string, seats: number, };

/**
 * A file was taken whole; with `?check=true` it would be, and nothing was changed yet.
 */
export type Imported = {
/**
 * Rows of the table.
 */
rows: number,
/**
 * Of these not known before.
 */
new: number,
/**
 * Known before, and changed now.
 */
changed: number,
/**
 * Name of the sheet that was read; absent when the file has only one.
 */
sheet?: string,
/**
 * What was not used, and what to look at.
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
 * Organisation that holds it; empty: none.
 */
host: string, host_kind: SchoolKind | null, };

/**
 * `POST /api/phases/{phase}/classes`: an empty class to choose or to be filled; answers [`Class`].
 * `PUT /api/classes/{class}` takes the same (the track stays while it has members).
 */
export type NewClass = { track: string, host: string, host_kind: SchoolKind | null, };

/**
 * `POST /api/phases/{phase}/classes/form` (no body): everybody approved gets a class, in the order of
 * approval, by track; nobody who has one is moved. From then on approval places at once.
 */
export type Formed = { placed: number,
/**
 * Classes that were made for it.
 */
new_classes: number, };

/**
 * Live (同步直播课堂) or asynchronous (异步精品课堂).
 */
export type CourseKind = "live" | "async";

/**
 * What a course is about.
 */
export type Nature = "theory" | "practice";

/**
 * `GET /api/phases/{phase}/courses` → a list of these (administrators, staff, trainees of the phase).
 */
export type PhaseCourse = { id: number, title: string, kind: CourseKind, nature: Nature,
/**
 * True when kind and nature do not fit (S1-04): a warning, no mistake.
 */
unusual: boolean,
/**
 * Most credit from it; none: no bound of its own.
 */
cap_ch: number | null, module: string,
/**
 * Lessons of it, over all classes.
 */
lessons: number, };

/**
 * `POST /api/phases/{phase}/courses`: answers [`PhaseCourse`].
 */
export type NewCourse = { title: string,
/**
 * None: as the nature suggests, theory asynchronous, practice live.
 */
kind: CourseKind | null, nature: Nature, cap_ch: number | null, module: string, };

/**
 * The course of a lesson that is made: the id of one, or one that is made with it by those who may. When the
 * lesson is refused, so is the course.
 */
export type OfCourse = number | NewCourse;

/**
 * `POST /api/phases/{phase}/lessons`: the same content for each of the classes, one lesson per class;
 * answers a list of [`ClassLesson`]. The planned time must lie in the study window.
 */
export type NewLessons = { course: OfCourse, title: string,
/**
 * Ids of classes; empty: all of the phase.
 */
classes: Array<string>,
/**
 * Asynchronous: from then on it may be watched.
 */
planned_start_ms: number,
/**
 * Live: 5 to 480.
 */
minutes: number,
/**
 * Asynchronous: what is watched from then on earns nothing; none: the end of the study.
 */
until_ms: number | null,
/**
 * Asynchronous: at most what its source is worth.
 */
credit_ch: number,
/**
 * Ids of people who teach it.
 */
instructors: Array<string>,
/**
 * Asynchronous: the lesson whose recording is watched, one of `GET /api/phases/{phase}/sources`.
 */
source: string | null, };

/**
 * `GET /api/classes/{class}/lessons` → a list of these in the order of their beginnings.
 */
export type ClassLesson = { lesson: string, class: string, course: number | null, kind: CourseKind, title: string, content: string, state: ClassState, planned_start_ms: number, planned_end_ms: number, credit_ch: number, source: string | null, };

/**
 * `GET /api/phases/{phase}/concerns` → a list of these: what is allowed in the live lessons ahead and yet
 * seldom meant. `POST` of [`CheckPlan`] answers the same of lessons before they are saved.
 */
export type Concern = { kind: ConcernKind,
/**
 * Who teaches more than one lesson at once; None = another kind of concern.
 */
instructor: PersonName | null,
/**
 * The first of the lessons by their beginning.
 */
lessons: Array<ConcernLesson>,
/**
 * All of them.
 */
count: number, };

export type ConcernKind = "no_instructor" | "at_once" | "too_short";

export type ConcernLesson = {
/**
 * None = it is about to be made.
 */
lesson: string | null, title: string,
/**
 * Number of the class; None = it has no class.
 */
class_name: string | null, planned_start_ms: number, planned_end_ms: number, credit_ch: number,
/**
 * What the planned time is worth by the policy.
 */
worth_ch: number, };

/**
 * Live lessons as they would be: one that is changed, or one for each of the classes.
 */
export type CheckPlan = {
/**
 * The lesson that is changed; None = new ones.
 */
lesson: string | null, title: string,
/**
 * Ids of classes; empty = all of the phase.
 */
classes: Array<string>, planned_start_ms: number, minutes: number,
/**
 * None = as it is.
 */
credit_ch: number | null, instructors: Array<string>, };

/**
 * `POST /api/phases/{phase}/studios`: a lesson of no class, in which instructors record what classes study
 * alone later; answers [`Studio`]. The course must be asynchronous. `GET` → a list of [`super::TimetableLesson`], changed
 * and cancelled like those of classes.
 */
export type NewStudio = { course: OfCourse, title: string, planned_start_ms: number,
/**
 * 5 to 480.
 */
minutes: number,
/**
 * Ids of people; at least one.
 */
instructors: Array<string>, };

/**
 * A recording session that was planned. Its instructors find it at home.
 */
export type Studio = { lesson: string, };

/**
 * `GET /api/phases/{phase}/sources` → a list of these, the newest first: published recordings of the
 * programme, and those of lessons of no class, of which asynchronous lessons may be made.
 */
export type StudySource = { lesson: string,
/**
 * Of the course as it was published.
 */
title: string,
/**
 * Number of the class that was recorded; none: it was recorded for this.
 */
class_name: string | null, length_ms: number,
/**
 * What watching all of it earns by the policy in force (CR-11); 0: it is too short.
 */
worth_ch: number, published_at_ms: number, };

/**
 * `GET /api/programmes/{programme}/notice` (nobody need be signed in): the notice that a registration
 * needs consent to. Its text comes with its version, so that nobody agrees to another text than the
 * server names.
 */
export type Notice = { version: string,
/**
 * Who handles the data: the issuers of the programme.
 */
handlers: Array<string>,
/**
 * Who runs this platform for them; may be empty.
 */
organisation: string,
/**
 * Where rights are exercised; one line each.
 */
contacts: Array<string>, zh: Array<NoticePart>, en: Array<NoticePart>, };

/**
 * One thing that the law asks a notice to say.
 */
export type NoticePart = { title: string, text: string, };

/**
 * What somebody agreed to, and when.
 */
export type Consent = {
/**
 * Of the notice.
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
 * What a trainee fills in; texts as they are typed. A draft may leave anything empty, but what is
 * filled must be right. Required to submit: name, document, unit, school, school_kind, mobile; track and
 * category where the phase has some; sex only where the document does not say it.
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
 * `PUT /api/phases/{phase}/registration`: the trainee's own, made when there is none; answers
 * [`MyRegistration`]. Taken while it is a draft or rejected, inside the window. An empty document number,
 * mobile or e-mail keeps the one that was given before.
 */
export type SaveRegistration = { form: RegistrationForm,
/**
 * False: a draft.
 */
submit: boolean,
/**
 * Version of the [`super::Notice`] that is agreed to. Submitting needs consent to the present one, given now or before
 * in this phase; else 422 `wrong`: `consent` with `missing`, `outdated`.
 */
consent?: string, };

/**
 * `GET /api/phases/{phase}/registration`: the trainee's own, 404 when there is none;
 * `GET /api/registrations/mine`: all of them, the last phase first.
 * `POST /api/phases/{phase}/registration/withdraw` (no body): for good; answers this.
 */
export type MyRegistration = { id: number, phase: string, phase_title: string, state: RegistrationState,
/**
 * As it was saved; document number, mobile and e-mail are masked.
 */
form: RegistrationForm,
/**
 * Words of whoever decided.
 */
reason: string, submitted_at_ms: number | null,
/**
 * Waitlisted: how many of the unit come before, counted from 1.
 */
waiting_place: number | null, class: MyClass | null,
/**
 * What was agreed to last, and when.
 */
consent: Consent | null, may_edit: boolean, may_withdraw: boolean,
/**
 * Where the server's now lies in the study of the phase.
 */
study: Timing, may_choose_class: boolean, };

/**
 * The class of a trainee.
 */
export type MyClass = { id: string, number: number, host: string, };

/**
 * `PUT /api/phases/{phase}/registration/class`: chooses, or changes before the study begins; answers
 * [`MyRegistration`]. 409 `no_choice` where the phase forms the classes, `class_full`,
 * `class_not_for_you` (高职 → 高职 bases, and the own track).
 */
export type ChooseClass = { class: string, };

/**
 * Whether somebody is on the units' lists.
 */
export type Nominated = "no" | "yes" | "other_unit" | "other_name";

/**
 * `GET /api/phases/{phase}/registrations?unit=&state=&track=&class=&text=&nominated=yes|no|differs&recommended=yes|no&after=&limit=`:
 * in the order of submission, drafts left out. `text` finds part of a name or a school, a whole document
 * number or mobile. At most 200 at once, 100 unless told.
 */
export type RegistrationPage = { rows: Array<RegistrationLine>,
/**
 * `after` of the next page; none: this was the last.
 */
next: number | null, };

/**
 * One registration in the list.
 */
export type RegistrationLine = { id: number, state: RegistrationState, name: string, document_kind: DocumentKind,
/**
 * Last four characters at most.
 */
document: string, mobile: string, unit: string, school: string, school_kind: SchoolKind, track: string, category: string, nominated: Nominated,
/**
 * The unit speaks for this person.
 */
recommended: boolean, submitted_at_ms: number,
/**
 * Waitlisted: the place among those of the unit, counted from 1.
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
 * `GET /api/phases/{phase}/registrations/counts?…` with the same filters: how many stand where.
 */
export type RegistrationCounts = { all: number, states: Array<StateCount>, };

export type StateCount = { state: RegistrationState, count: number, };

/**
 * `GET /api/registrations/{id}`: everything about one, masked, and its way so far.
 */
export type RegistrationDetail = { line: RegistrationLine, form: RegistrationForm, consent: Consent | null,
/**
 * The line of the units' lists with the same document, masked; None = there is none, or the asker may not
 * see the list of that unit.
 */
nomination: RegistrationForm | null,
/**
 * Why the unit speaks for this person; may be empty.
 */
attestation: string, steps: Array<RegistrationStep>, };

/**
 * One step on the way of a registration.
 */
export type RegistrationStep = { at_ms: number,
/**
 * `submit`, `approve`, …, `recommend`, `correct`, `promote`, `choose_class`.
 */
step: string, state: RegistrationState,
/**
 * Name of whoever did it; empty: the server.
 */
by: string, reason: string, };

/**
 * What the office does with registrations.
 */
export type Decision = "recommend" | "reject" | "approve" | "waitlist" | "withdraw";

/**
 * `POST /api/phases/{phase}/registrations/decide`: each has its own outcome; what is refused leaves the
 * others as they are decided. In the order given. 1 to 1,000.
 */
export type Decide = { ids: number[], decision: Decision,
/**
 * Shown to the trainee; at most 200 characters.
 */
reason: string,
/**
 * When recommending: why these people fit (S0-03), for the office; at most 500 characters. Empty: what was
 * written before stays.
 */
attestation: string, };

/**
 * Answer of [`Decide`].
 */
export type Decided = { outcomes: Array<Outcome>,
/**
 * Others who moved up from the waiting list by it.
 */
promoted: number, };

/**
 * `POST /api/phases/{phase}/registrations/compare`: asked before many are approved. At most 1,000; those
 * that the asker may not see are not counted.
 */
export type Compare = { ids: number[], };

/**
 * Answer of [`Compare`].
 */
export type Compared = {
/**
 * How many stand on a list of nominees with another name, or on the list of another unit.
 */
differ: number, };

/**
 * What became of one registration.
 */
export type Outcome = { id: number,
/**
 * The state after it; none: unknown.
 */
state: RegistrationState | null,
/**
 * `wrong_state`, `not_found`, `own_registration` (nobody decides on the own one), `quota` (waits already,
 * and no seat of the unit is free), `out_of_turn` (others of the unit have waited longer: needs a
 * reason), `school_full` (the school has as many as the phase allows it); none: done.
 */
refused: string | null,
/**
 * `school_full`: its name.
 */
school: string | null, };

/**
 * `PATCH /api/registrations/{id}`: puts fields right, whatever the state; answers [`RegistrationDetail`].
 * Fields that are absent stay. Another unit takes a seat there, or is refused with `quota`.
 */
export type Correction = { name?: string, sex?: Sex, document_kind?: DocumentKind, document_number?: string, unit?: string, school?: string, school_code?: string, school_kind?: SchoolKind, position?: string, title?: string, subject?: string, track?: string, category?: string, mobile?: string, email?: string, note?: string,
/**
 * Required; audited.
 */
reason: string, };

/**
 * `POST /api/registrations/{id}/reveal`: number and mobile in full; audited with the reason.
 */
export type RevealRegistration = { reason: string, };

/**
 * Answer of [`RevealRegistration`].
 */
export type RevealedRegistration = { document_number: string, mobile: string, email: string, };

/**
 * `GET /api/phases/{phase}/nominations?unit=&after=` → the units' lists, 200 at once, masked.
 *
 * `POST /api/programmes/{programme}/nominations/file` takes 参训信息汇总表 (R2; body as it is: XLSX, CSV in
 * UTF-8 or GB18030, at most 16 MiB), answers [`super::Imported`]; 422 `wrong` with all rows' mistakes (500 at
 * most), nothing is taken then. Again with the same people changes them, and adds nobody twice.
 *
 * `GET /api/phases/{phase}/nominations/file?format=csv|gb18030|xlsx&reason=` and
 * `GET /api/phases/{phase}/registrations/file?format=&reason=&…filters` make R2 with full numbers; audited.
 * Without `reason`: the same, masked.
 */
export type NominationPage = { rows: Array<NominationLine>, next: number | null, };

/**
 * One nominee.
 */
export type NominationLine = { id: number, name: string, document: string, mobile: string, unit: string, school: string, track: string,
/**
 * How the person's registration stands; none: there is none.
 */
registered: RegistrationState | null, };

/**
 * `POST /api/nominations/{id}/remove`: takes somebody off the list; audited. A registration stays as it is.
 */
export type RemoveNominee = { reason: string, };

/**
 * `POST /api/nominations/{id}/replace`: somebody else in the same place (phase, unit, school, direction, category);
 * audited. 422 `wrong` names the fields.
 */
export type ReplaceNominee = { name: string, sex: Sex, document_kind: DocumentKind, document_number: string, mobile: string, reason: string, };

/**
 * Roles of the programme (§7.1). What each may do: `course::role`.
 */
export type AccountRole = "trainee" | "instructor" | "class_admin" | "unit_admin" | "training_admin" | "operator" | "auditor" | "system_admin" | "security_admin" | "audit_admin";

/**
 * What a role may do or not.
 */
export type Action = "register" | "see_registrations" | "recommend" | "approve" | "nominate" | "reveal" | "set_quota" | "make_phase" | "form_classes" | "make_timetable" | "announce" | "see_reports" | "see_load" | "see_networks" | "correct_hours" | "make_accounts" | "set_roles" | "read_audit";

/**
 * A role and over what: a unit administrator has a unit, a class administrator a class. Instructors
 * have the classes whose lessons they teach; nobody else has either.
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
 * What has to be done before anything else is allowed.
 */
export type Must = "enrol_second_factor" | "change_password";

/**
 * `POST /api/account/sign-in` body. Answers [`Account`] with the cookie of the seat.
 * `wrong_sign_in` 401 (no such account, wrong password: the same text after the same time),
 * `code_needed` 401 (ask for the code, send all again), `wrong_code` 401 (or used already), `frozen` 403,
 * `locked` 429 with `Retry-After` (five failures in 15 minutes lock for 30, for the network or device they came
 * from; the right password together with the right code of a second factor is let in all the same).
 */
export type PasswordSignIn = {
/**
 * Log-in name or mobile number.
 */
login: string, password: string,
/**
 * Six digits of the authenticator, or a recovery code; where the account has a second factor.
 */
code?: string, };

/**
 * `POST /api/account/new` body: a trainee makes the own account. Answers [`Account`] with the cookie.
 * `bad_name`, `bad_login`, `bad_phone`, `weak_password` 400 (see [`WeakPassword`]), `login_taken` 409 (name or telephone).
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
 * Why a password is not taken; stands as `code` of a refusal with status 400.
 */
export type WeakPassword = "password_short" | "password_long" | "password_simple" | "password_personal" | "password_common" | "password_used_before";

/**
 * `POST /api/account/invitation/look` body: the secret after `#` of `/invited#…`; answers [`Invited`].
 * `link_unknown` 401, `link_used`, `link_expired` 410, `link_frozen` 403.
 */
export type Invitation = { secret: string, };

/**
 * Whom an invitation is for.
 */
export type Invited = { name: string, login: string,
/**
 * The stricter rules for passwords hold, and a second factor will be asked for.
 */
is_admin: boolean,
/**
 * A code of the authenticator is asked for beside the new password.
 */
needs_code: boolean, expires_at_ms: number, };

/**
 * `POST /api/account/invitation` body: uses the invitation up, sets the password, signs in. Answers
 * [`Account`] with the cookie. Codes as for [`Invitation`], [`WeakPassword`], `code_needed` 401, `wrong_code` 401.
 */
export type AcceptInvitation = { secret: string, password: string,
/**
 * Where [`Invited::needs_code`].
 */
code?: string, };

/**
 * Who is signed in with an account: answer of the sign-ins and of `GET /api/account?as={seat}`.
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
 * What these roles may do at all (over what, the server decides); for the pages' menus.
 */
may: Array<Action>,
/**
 * Empty: nothing stands in the way.
 */
must: Array<Must>, has_second_factor: boolean,
/**
 * Recovery codes that are left.
 */
recovery_codes_left: number,
/**
 * Signed out after so long without a request.
 */
idle_s: number,
/**
 * At a sign-in: what others tried in vain since the last one.
 */
wrong_tries?: WrongTries, };

/**
 * Wrong passwords and codes for an account, from places other than the one where somebody has signed in now.
 */
export type WrongTries = { tries: number,
/**
 * When the last one was, server time.
 */
last_at_ms: number, };

/**
 * `POST /api/account/password` body; 204, and every other session of the account ends.
 * `wrong_password` 403, [`WeakPassword`].
 */
export type ChangePassword = { old: string, new: string, };

/**
 * `POST /api/account/phone` body: signs in with another telephone from now on; answers [`Account`].
 * `wrong_password` 403, `bad_phone` 400, `phone_taken` 409 (another account has it).
 */
export type ChangePhone = { password: string, phone: string, };

/**
 * `POST /api/account/totp` body: begins to enrol an authenticator; answers [`TotpSetup`]. What was
 * enrolled before works until the new one is confirmed. `wrong_password` 403, `code_needed`, `wrong_code` 401.
 */
export type StartTotp = { password: string,
/**
 * Where one is enrolled already.
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
 * Each replaces the authenticator once; shown once.
 */
export type RecoveryCodes = { codes: Array<string>, };

/**
 * `GET /api/accounts?text=&role=&unit=&after=` answer, for those who make accounts or set roles, as far
 * as they reach; by id, 100 at a time. `text` is part of a name, a log-in name or a whole telephone.
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
 * False while the invitation was not used.
 */
has_password: boolean, has_second_factor: boolean, locked_until_ms: number | null, };

export type AccountState = "active" | "frozen";

/**
 * `POST /api/accounts` body: answers [`InvitationMade`]. Who may make accounts, gives `trainee` (a unit
 * administrator: of the own unit); the training administrator `instructor`, too; other roles only who
 * sets roles. `bad_name`, `bad_login`, `bad_phone`, `bad_roles`, `no_such_scope` 400, `login_taken` 409.
 */
export type NewPerson = { name: string, login: string, phone?: string, roles: Array<RoleGrant>, };

/**
 * A one-time link by which somebody sets the own password; shown once, handed over by people.
 */
export type InvitationMade = { person: string,
/**
 * `/invited#…`, to be put behind the server's address.
 */
path: string, expires_at_ms: number, };

/**
 * `POST /api/accounts/{person}/invitation` body: a new password, for somebody who forgot it; answers
 * [`InvitationMade`]. Earlier invitations stop working, the password goes on until the new one is used.
 * Administrators are invited anew by who sets roles only.
 */
export type InviteAgain = {
/**
 * The authenticator was lost, too: it is forgotten when the invitation is used. Who sets roles only.
 */
forget_second_factor: boolean, reason: string, };

/**
 * `PUT /api/accounts/{person}/roles` body: all roles from now on; answers [`AccountLine`]. Every session
 * of the account ends when something is taken away. `bad_roles` 400 (unit or class missing or too much, roles that must
 * not be in one hand), `own_roles` 403.
 */
export type SetRoles = { roles: Array<RoleGrant>, reason: string, };

/**
 * `PUT /api/accounts/{person}/state` body, by who sets roles; answers [`AccountLine`]. `own_roles` 403.
 */
export type SetAccountState = { state: AccountState, reason: string, };

/**
 * `PUT /api/accounts/{person}/phone` body: for somebody who has another telephone and cannot sign in, by whoever could
 * invite them anew; answers [`AccountLine`]. `bad_phone` 400, `phone_taken` 409, `text_length` 400, `own_roles` 403.
 */
export type SetPhone = { phone: string, reason: string, };

/**
 * `POST /api/accounts/{person}/reveal` body: the telephone in full, with a reason, which is in the audit
 * log; answers [`Revealed`]. `text_length` 400 for a reason of fewer than 2 or more than 200 characters.
 */
export type Reveal = { reason: string, };

export type Revealed = { text: string, };

/**
 * `GET /api/audit?before={seq}&actor=&act=&target=` answer, the last first, 200 at a time; all as a table:
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
 * Id of the person, or "server", "cli", "visitor" (somebody who was not let in).
 */
actor: string, actor_name: string,
/**
 * As `account.roles_set`; see `course::audit`.
 */
act: string,
/**
 * Id of what it was done to.
 */
target: string,
/**
 * Name of the person it was done to, where it was one.
 */
target_name: string | null,
/**
 * What else there is to say, as JSON; never a number or a telephone.
 */
detail: string,
/**
 * False for what was tried and refused.
 */
done: boolean,
/**
 * Hex; each is bound to the one before.
 */
hash: string, };

/**
 * Whether one may come into a lesson.
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
 * Asynchronous: from then to `planned_end_ms` what is watched counts.
 */
planned_start_ms: number, planned_end_ms: number,
/**
 * From then on one may come in.
 */
opens_at_ms: number, credit_ch: number, state: ClassState, door: Door, instructors: Array<PersonName>,
/**
 * As what whoever asks comes in; none: not at all (not placed, another class).
 */
enter_as: Role | null, };

export type PersonName = { person: string, name: string, };

/**
 * A lesson that its trainee studies alone (异步精品课堂), at `/replay/{lesson}?as={seat}` from its beginning on.
 * After its end it may still be watched, but earns nothing more.
 */
export type SelfStudy = { lesson: string, title: string, class_name: string, from_ms: number, until_ms: number, credit_ch: number, door: Door,
/**
 * How long the recording is; none: it was taken back.
 */
length_ms: number | null,
/**
 * How much of it was watched.
 */
covered_ms: number, completed: Completed | null, };

/**
 * `GET /api/home?as={seat}` answer: what somebody with an account sees first. Trainees see the lessons of
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
 * By planned start; live lessons only.
 */
timetable: Array<TimetableLesson>,
/**
 * What the asker studies alone, by the end of its time.
 */
studies: Array<SelfStudy>,
/**
 * The last first.
 */
announcements: Array<Announcement>, help: Help,
/**
 * There is a calendar address already (it was shown once).
 */
has_calendar: boolean, };

/**
 * `GET /api/help`, open to everybody: whom to ask. From the server's settings, section `support`.
 */
export type Help = {
/**
 * Name of this platform, as pages show it; may be empty.
 */
platform: string,
/**
 * Who runs it; may be empty.
 */
organisation: string,
/**
 * One line each, as "培训秘书处 010-85305090".
 */
contacts: Array<string>, };

/**
 * `GET /api/timetable/{class}` answer, for the class's people and those who make timetables.
 */
export type Timetable = { class: string, class_name: string, now_ms: number, lessons: Array<TimetableLesson>, };

/**
 * `PUT /api/timetable/lessons/{lesson}` body: another title, other instructors, another time while it has
 * not begun; answers [`TimetableLesson`]. `bad_time` 400 (ends before it starts; live: longer than 12 h; asynchronous: outside of the study),
 * `bad_title` 400, `bad_instructor` 400 (no instructor), `clash` 409 (the class has another lesson then), `begun` 409.
 */
export type ChangeLesson = { title: string, planned_start_ms: number, planned_end_ms: number, instructors: Array<string>, };

/**
 * `POST /api/timetable/lessons/{lesson}/cancel` body: nobody comes in any more; answers
 * [`TimetableLesson`]. `begun` 409.
 */
export type CancelLesson = { reason: string, };

/**
 * `POST /api/calendar` answer: the secret address of the own timetable as iCalendar; an earlier one stops
 * working. Shown once. `DELETE /api/calendar` takes it back, 204. The file itself: `GET /calendar/{secret}.ics`.
 */
export type CalendarAddress = {
/**
 * `/calendar/….ics`, to be put behind the server's address.
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
 * `POST /api/network-check?as={seat}` body, by whoever is signed in; answers [`NetworkCheckBegun`]. The leg
 * that is opened belongs to no class. `offer` 406, `too_fast` 429, `busy` 503 (as many as may be are under
 * way), both with `Retry-After`.
 */
export type BeginNetworkCheck = {
/**
 * SDP with one section, sound that is sent.
 */
offer: string, };

export type NetworkCheckBegun = { check: string,
/**
 * SDP.
 */
answer: string,
/**
 * The server ends the connection then.
 */
ends_in_ms: number, };

/**
 * `POST /api/network-check/{check}?as={seat}` body: ends the check with what the browser measured, as far
 * as it could; answers the [`NetworkCheck`] that is kept. `not_found` 404 (not yours, or over too long),
 * `bad_figure` 400. How much a browser can send it finds out by `POST /api/network-check/upload?as={seat}` of
 * up to 64 KiB, 204, and `too_fast` 429.
 */
export type MeasuredNetwork = {
/**
 * Round trip of connectivity checks over UDP, at most 60,000.
 */
rtt_ms?: number,
/**
 * Round trip of HTTP requests, at most 60,000.
 */
http_rtt_ms?: number,
/**
 * By HTTP, at most 10,000,000.
 */
down_kbps?: number, up_kbps?: number, };

/**
 * Kind of device, by what its browser says.
 */
export type DeviceKind = "phone" | "tablet" | "computer" | "other";

/**
 * A check in one word; limits: `course::network_check`.
 */
export type NetworkVerdict = "good" | "slow" | "no_udp";

/**
 * What came of somebody's last check on one kind of device; kept for seven days.
 */
export type NetworkCheck = { at_ms: number, device: DeviceKind, verdict: NetworkVerdict,
/**
 * Seen by the server: from its answer until keys were agreed over UDP; none: it never came so far.
 */
connect_ms: number | null,
/**
 * Seen by the server: the worst second of what the browser sent, 1/1000.
 */
up_loss_permille: number | null,
/**
 * What the browser says that it measured.
 */
measured: MeasuredNetwork, };

/**
 * `GET /api/network-checks?as={seat}` answer: the lessons that run or begin within a day, by planned start,
 * as far as whoever asks may see them; at most 200.
 */
export type CheckedLesson = { lesson: string, title: string, class_name: string | null, planned_start_ms: number, state: ClassState,
/**
 * Trainees who belong to the lesson, and those of them who checked in the last seven days. The last check of
 * each counts.
 */
people: number, checked: number, no_udp: number, slow: number, };

/**
 * `GET /api/network-checks/{lesson}?as={seat}` answer, for the instructors of the lesson and those who see
 * networks of its class. `not_found` 404.
 */
export type LessonChecks = { lesson: CheckedLesson,
/**
 * Everybody of the lesson, by name.
 */
lines: Array<CheckedPerson>, };

export type CheckedPerson = { person: string, name: string,
/**
 * The last one first, one for each kind of device; empty: not checked.
 */
checks: Array<NetworkCheck>, };
