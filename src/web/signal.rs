//! `GET /signal/{lesson}?as=`: one WebSocket carries a device's conversation with its room. This file turns
//! frames into messages and back, keeps the limits (size, speed, silence, slow readers) and closes properly;
//! the room interprets the messages.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tungstenite::{Error, Message};

use super::Web;
use super::auth::Session;
use super::error::Refused;
use super::rate::Bucket;
use super::upgrade::{Socket, TooManyFrames, Upgrade};
use crate::attendance::fact::LeftReason;
use crate::config::LimitsConfig;
use crate::lesson::Role;
use crate::live::room::{Entitled, Identity, Joined, RoomHandle, SignedOut};
use crate::protocol::{Bye, ClientMessage, PROTOCOL_VERSION, Refusal, Resume, ServerMessage, TICK_MS};
use crate::text;
use crate::time::clock::now_ms;

/// Buffer of a socket's bytes on their way in and out; longer messages make it grow.
const WS_BUFFER_BYTES: usize = 4096;

/// The time that a closing handshake may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Upgrades the connection. A person who may not enter at all is refused by a status; one who may not enter
/// now is told why by a message, since browsers hide the status from pages.
pub(super) async fn signal(
    State(web): State<Arc<Web>>,
    Path(lesson): Path<String>,
    session: Session,
    upgrade: Upgrade,
) -> Result<Response, Refused> {
    let who = web.entrant(&session, &lesson).await?;
    let bytes_max = web.limits.ws_message_bytes;
    let config = WebSocketConfig::default()
        .max_message_size(Some(bytes_max))
        .max_frame_size(Some(bytes_max))
        // The default of 128 KiB each would be most of what a participant costs.
        .read_buffer_size(WS_BUFFER_BYTES)
        .write_buffer_size(WS_BUFFER_BYTES)
        .max_write_buffer_size(web.limits.ws_write_buffer_bytes);
    let per_s = web.limits.ws_messages_per_s;
    let frames = Bucket::new(std::time::Instant::now(), per_s * 2, per_s.into());
    Ok(upgrade.on(config, frames, move |socket| async move {
        let room = web.rooms.open(&lesson).await;
        let came_by = CameBy { web: &web, session: &session, lesson: &lesson, role: who.role };
        converse(Line::new(socket, &web.limits, came_by), room, who).await;
    }))
}

/// The sign-in of a socket.
struct CameBy<'a> {
    web: &'a Web,
    session: &'a Session,
    lesson: &'a str,
    role: Role,
}

impl CameBy<'_> {
    /// Notes that a person in class uses the own account.
    fn alive(&self) {
        if self.session.account.is_some() {
            self.web.idle.used(&self.session.seat, now_ms());
        }
    }

    /// Looks the sign-in and the right to be in class up again: they may have ended between the first lookup and
    /// the room's knowledge of this socket. (A failing store sends nobody away.)
    async fn look_again(&self, room: &RoomHandle) {
        let Session { seat, person, .. } = self.session;
        if matches!(self.web.store.secrets().session_of(seat, now_ms()).await, Ok(None)) {
            self.web.rooms.sign_out(SignedOut::Session(seat.clone()), LeftReason::Asked).await;
        }
        let here = match self.role {
            Role::Trainee => Entitled { trainees: vec![person.person_id.clone()], ..Entitled::default() },
            role => Entitled { staff: vec![(seat.clone(), role)], ..Entitled::default() },
        };
        self.web.rooms.recheck(self.lesson, room, here).await;
    }
}

/// The end of a conversation.
enum End {
    /// The other side is gone or does not answer; nothing more can be sent.
    Gone,
    /// The other side has closed; its frame is answered.
    Heard,
    /// The room has sent its last message; the close frame follows.
    Said(CloseCode),
    /// We close with this reason and code.
    Bye(Bye, CloseCode),
    /// The other side broke the WebSocket protocol or its limits.
    Broken(CloseCode),
}

/// An incoming frame.
enum Heard {
    Message(ClientMessage),
    /// Not a message of this protocol; the id, if there was one.
    Unreadable(Option<u32>),
    Pong,
    /// The answer to our tick, a ping, a part of a message: only its arrival matters.
    Nothing,
}

async fn converse(mut line: Line<'_>, room: Result<RoomHandle, Refusal>, who: Identity) {
    let end = match line.enter(room, who).await {
        Ok((room, mut joined)) => {
            line.came_by.look_again(&room).await;
            let end = line.relay(&room, &mut joined).await;
            room.disconnected(joined.connection).await;
            end
        }
        Err(end) => end,
    };
    line.close(end).await;
}

/// One WebSocket with its limits.
struct Line<'a> {
    socket: Socket,
    limits: &'a LimitsConfig,
    /// Ticks since the last frame. Counted, not measured by the clock: after a standstill of this server
    /// everybody seems to have been silent for long, and nobody is gone.
    unanswered: u64,
    came_by: CameBy<'a>,
}

impl<'a> Line<'a> {
    fn new(socket: Socket, limits: &'a LimitsConfig, came_by: CameBy<'a>) -> Line<'a> {
        Line { socket, limits, unanswered: 0, came_by }
    }

    /// Waits for `hello` and joins.
    async fn enter(
        &mut self,
        room: Result<RoomHandle, Refusal>,
        who: Identity,
    ) -> Result<(RoomHandle, Joined), End> {
        let patience = Duration::from_secs(self.limits.ws_hello_s.into());
        let late = |_| End::Bye(Bye::Refused, CloseCode::Policy);
        let resume = timeout(patience, self.hello()).await.map_err(late)??;
        let joined = match room {
            Ok(room) => room
                .join(who, Some(self.came_by.session.seat.clone()), resume)
                .await
                .map(|joined| (room, joined)),
            Err(refusal) => Err(refusal),
        };
        match joined {
            Ok(joined) => Ok(joined),
            Err(reason) => Err(self.turn_away(reason, CloseCode::Normal).await),
        }
    }

    /// Reads the first message, which must be `hello` of our version.
    async fn hello(&mut self) -> Result<Option<Resume>, End> {
        loop {
            let reason = match self.hear().await? {
                Heard::Message(ClientMessage::Hello { version: PROTOCOL_VERSION, resume }) => {
                    return Ok(resume);
                }
                Heard::Message(ClientMessage::Hello { .. }) => Refusal::Version,
                Heard::Message(_) => Refusal::WrongState,
                Heard::Unreadable(_) => Refusal::Malformed,
                Heard::Pong | Heard::Nothing => continue,
            };
            return Err(self.turn_away(reason, CloseCode::Policy).await);
        }
    }

    async fn turn_away(&mut self, reason: Refusal, code: CloseCode) -> End {
        match self.tell(&ServerMessage::Refused { id: None, reason }).await {
            Ok(()) => End::Bye(Bye::Refused, code),
            Err(end) => end,
        }
    }

    /// Carries messages both ways until one side ends it.
    async fn relay(&mut self, room: &RoomHandle, joined: &mut Joined) -> End {
        match self.try_relay(room, joined).await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn try_relay(&mut self, room: &RoomHandle, joined: &mut Joined) -> Result<End, End> {
        let mut pings = every(Duration::from_secs(self.limits.ws_ping_s.into()));
        let mut ticks = every(Duration::from_millis(TICK_MS));
        // The first tick follows the welcome at once: from then on the page watches for silence.
        ticks.reset();
        let mut last: Option<Arc<str>> = None;
        loop {
            tokio::select! {
                text = joined.outgoing.recv() => match text {
                    Some(text) => {
                        self.send(Message::Text((&*text).into())).await?;
                        if last.replace(text).is_none() {
                            ticks.reset_immediately();
                        }
                    }
                    None => return Ok(End::Said(last.map_or(CloseCode::Error, |last| code_of(&last)))),
                },
                heard = self.hear() => match heard? {
                    Heard::Message(ClientMessage::Hello { .. }) => self.refuse(None, Refusal::WrongState).await?,
                    Heard::Message(message) => room.message(joined.connection, message).await,
                    Heard::Unreadable(id) => self.refuse(id, Refusal::Malformed).await?,
                    Heard::Pong => {
                        self.came_by.alive();
                        room.alive(joined.connection).await;
                    }
                    Heard::Nothing => {}
                },
                _ = ticks.tick() => self.tick().await?,
                _ = pings.tick() => self.send(Message::Ping(Default::default())).await?,
            }
        }
    }

    /// Reads the next frame. May be cancelled at any time without losing one.
    async fn hear(&mut self) -> Result<Heard, End> {
        let frame = match self.socket.next().await {
            None => return Err(End::Gone),
            Some(Ok(Message::Close(_))) => return Err(End::Heard),
            Some(Err(error)) => return Err(broken(error)),
            Some(Ok(frame)) => frame,
        };
        self.unanswered = 0;
        Ok(match frame {
            Message::Text(text) => match understand(text.as_str()) {
                Heard::Message(ClientMessage::Tick) => Heard::Nothing,
                heard => heard,
            },
            Message::Pong(_) => Heard::Pong,
            Message::Binary(_) => return Err(End::Broken(CloseCode::Unsupported)),
            Message::Ping(_) | Message::Close(_) | Message::Frame(_) => Heard::Nothing,
        })
    }

    /// Tells the page that the server lives; ends if the page has been silent for too long.
    async fn tick(&mut self) -> Result<(), End> {
        if self.unanswered * TICK_MS >= u64::from(self.limits.ws_silence_s) * 1000 {
            return Err(End::Gone);
        }
        self.unanswered += 1;
        self.tell(&ServerMessage::Tick).await
    }

    async fn refuse(&mut self, id: Option<u32>, reason: Refusal) -> Result<(), End> {
        self.tell(&ServerMessage::Refused { id, reason }).await
    }

    /// Sends the last message. Messages that came too fast are refused first, like everything that is not
    /// carried out.
    async fn bye(&mut self, reason: Bye) -> Result<(), End> {
        if reason == Bye::TooFast {
            self.refuse(None, Refusal::TooFast).await?;
        }
        self.tell(&ServerMessage::Bye { reason }).await
    }

    async fn tell(&mut self, message: &ServerMessage) -> Result<(), End> {
        let text = serde_json::to_string(message).expect("messages are plain data");
        self.send(Message::Text(text.into())).await
    }

    /// Sends within the time allowed to a reader; a slower one is gone and may resume.
    async fn send(&mut self, frame: Message) -> Result<(), End> {
        let patience = Duration::from_secs(self.limits.ws_send_s.into());
        match timeout(patience, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// Sends the reason, closes, and reads on until the other side has closed, too: otherwise the last
    /// message could be lost in a reset of the connection.
    async fn close(&mut self, end: End) {
        let code = match end {
            End::Gone => return,
            End::Heard => return self.farewell().await,
            End::Said(code) | End::Broken(code) => code,
            End::Bye(reason, code) => match self.bye(reason).await {
                Ok(()) => code,
                Err(_) => return,
            },
        };
        let frame = Message::Close(Some(CloseFrame { code, reason: Default::default() }));
        if self.send(frame).await.is_ok() {
            self.farewell().await;
        }
    }

    /// Reads to the end, which also sends our answer to a close frame (1002 if its code is invalid). After
    /// the timeout the connection is dropped, which is the goal anyway.
    async fn farewell(&mut self) {
        let _ = timeout(CLOSE_TIMEOUT, async { while let Some(Ok(_)) = self.socket.next().await {} }).await;
    }
}

/// Ticks from now on, without catching up on missed ticks.
fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

fn understand(text: &str) -> Heard {
    #[derive(Deserialize)]
    struct Numbered {
        id: Option<u32>,
    }
    // U+0000 is nothing that anybody types, and PostgreSQL's JSON has no place for it.
    let message = if text.contains("\\u0000") {
        serde_json::from_str(text).and_then(|mut value| {
            text::undisguise(&mut value);
            serde_json::from_value(value)
        })
    } else {
        serde_json::from_str(text)
    };
    match message {
        Ok(message) => Heard::Message(message),
        Err(_) => Heard::Unreadable(serde_json::from_str(text).ok().and_then(|Numbered { id }| id)),
    }
}

/// The close code that goes with the room's last message.
fn code_of(last: &str) -> CloseCode {
    match serde_json::from_str(last) {
        Ok(ServerMessage::Bye { reason: Bye::TooSlow }) => CloseCode::Again,
        Ok(ServerMessage::Bye { reason: Bye::TooFast | Bye::Refused }) => CloseCode::Policy,
        Ok(ServerMessage::Bye { reason: Bye::Restarting }) => CloseCode::Restart,
        Ok(ServerMessage::Bye { .. }) => CloseCode::Normal,
        _ => CloseCode::Error,
    }
}

fn broken(error: Error) -> End {
    match error {
        Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<TooManyFrames>()) => {
            End::Bye(Bye::TooFast, CloseCode::Policy)
        }
        Error::Capacity(_) => End::Broken(CloseCode::Size),
        Error::Protocol(_) => End::Broken(CloseCode::Protocol),
        Error::Utf8(_) => End::Broken(CloseCode::Invalid),
        _ => End::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_close_code_follows_the_last_words() {
        assert_eq!(code_of(r#"{"type":"bye","reason":"too_slow"}"#), CloseCode::Again);
        assert_eq!(code_of(r#"{"type":"bye","reason":"restarting"}"#), CloseCode::Restart);
        assert_eq!(code_of(r#"{"type":"bye","reason":"ended"}"#), CloseCode::Normal);
        assert_eq!(code_of(r#"{"type":"ack","id":1}"#), CloseCode::Error);
    }

    #[test]
    fn what_cannot_be_read_keeps_its_number() {
        let check = |text: &str, expected: Option<u32>| match understand(text) {
            Heard::Unreadable(id) => assert_eq!(id, expected, "{text}"),
            _ => panic!("understood {text}"),
        };
        check(r#"{"type":"command","id":7,"command":{"do":"fly"}}"#, Some(7));
        check(r#"{"type":"fly","id":8}"#, Some(8));
        check(r#"{"type":"command","id":-1}"#, None);
        check("[]", None);
        check("", None);
        check(&"[".repeat(60_000), None);
    }

    #[test]
    fn a_text_has_no_zero_character_when_it_is_understood() {
        let text = r#"{"type":"command","id":7,"command":{"do":"chat","text":"a\u0000b"}}"#;
        let Heard::Message(message) = understand(text) else { panic!("not understood") };
        assert!(!serde_json::to_string(&message).unwrap().contains("u0000"), "{message:?}");
    }
}
