//! `GET /signal/{lesson}?as=`: one WebSocket carries a device's conversation with its room. This file
//! turns frames into messages and back, keeps the limits (size, speed, silence, slow readers) and
//! says goodbye properly; what the messages mean is the room's business.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};

use super::auth::Session;
use super::error::Refused;
use super::rate::Bucket;
use super::{Web, now_ms};
use crate::config::LimitsConfig;
use crate::live::room::{Identity, Joined, RoomHandle};
use crate::protocol::{Bye, ClientMessage, PROTOCOL_VERSION, Refusal, Resume, ServerMessage, TICK_MS};

/// Where a socket's bytes wait on their way in and out; longer messages make it grow.
const WS_BUFFER_BYTES: usize = 4096;

/// How long a closing handshake may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Upgrades the connection; who may not enter at all learns it by a status, who may not enter now
/// learns why by a message, since browsers hide the status from pages.
pub(super) async fn signal(
    State(web): State<Arc<Web>>,
    Path(lesson): Path<String>,
    session: Session,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refused> {
    let who = web.entrant(&session, &lesson).await?;
    let bytes_max = web.limits.ws_message_bytes;
    let upgrade = upgrade
        .max_message_size(bytes_max)
        .max_frame_size(bytes_max)
        // The default of 128 KiB each would be most of what a participant costs.
        .read_buffer_size(WS_BUFFER_BYTES)
        .write_buffer_size(WS_BUFFER_BYTES)
        .max_write_buffer_size(web.limits.ws_write_buffer_bytes);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let room = web.rooms.open(&lesson).await;
        let seat = session.account.map(|_| session.seat);
        let alive = || seat.iter().for_each(|seat| web.idle.used(seat, now_ms()));
        converse(Line::new(socket, &web.limits, &alive), room, who).await;
    }))
}

/// How a conversation ends.
enum End {
    /// The other side is gone or does not answer; nothing more can be said.
    Gone,
    /// The room has said goodbye; the frame follows.
    Said(u16),
    /// We say goodbye with this reason and close code.
    Bye(Bye, u16),
    /// The other side broke the WebSocket protocol or its limits.
    Broken(u16),
}

/// What came in.
enum Heard {
    Message(ClientMessage),
    /// Not a message of this protocol; the id, if there was one.
    Unreadable(Option<u32>),
    Pong,
    /// The answer to our tick, a ping, the rest of a message: that it came is all it says.
    Nothing,
}

async fn converse(mut line: Line<'_>, room: Result<RoomHandle, Refusal>, who: Identity) {
    let end = match line.enter(room, who).await {
        Ok((room, mut joined)) => {
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
    socket: WebSocket,
    limits: &'a LimitsConfig,
    allowance: Bucket,
    /// Ticks since the last frame came. Counted and not measured by the clock: after a standstill of this server
    /// everybody has been silent for long, and nobody is gone.
    unanswered: u64,
    /// Whoever is in class is using the own account.
    alive: &'a (dyn Fn() + Send + Sync),
}

impl<'a> Line<'a> {
    fn new(socket: WebSocket, limits: &'a LimitsConfig, alive: &'a (dyn Fn() + Send + Sync)) -> Line<'a> {
        let per_s = limits.ws_messages_per_s;
        let allowance = Bucket::new(Instant::now().into_std(), per_s * 2, per_s.into());
        Line { socket, limits, allowance, unanswered: 0, alive }
    }

    /// Waits for `hello` and joins.
    async fn enter(
        &mut self,
        room: Result<RoomHandle, Refusal>,
        who: Identity,
    ) -> Result<(RoomHandle, Joined), End> {
        let patience = Duration::from_secs(self.limits.ws_hello_s.into());
        let late = |_| End::Bye(Bye::Refused, close_code::POLICY);
        let resume = timeout(patience, self.hello()).await.map_err(late)??;
        let joined = match room {
            Ok(room) => room.join(who, resume).await.map(|joined| (room, joined)),
            Err(refusal) => Err(refusal),
        };
        match joined {
            Ok(joined) => Ok(joined),
            Err(reason) => Err(self.turn_away(reason, close_code::NORMAL).await),
        }
    }

    /// The first message must be `hello` of our version.
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
            return Err(self.turn_away(reason, close_code::POLICY).await);
        }
    }

    async fn turn_away(&mut self, reason: Refusal, code: u16) -> End {
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
        // The welcome comes before the first one.
        ticks.reset();
        let mut last: Option<Arc<str>> = None;
        loop {
            tokio::select! {
                text = joined.outgoing.recv() => match text {
                    Some(text) => {
                        self.send(Message::Text((&*text).into())).await?;
                        last = Some(text);
                    }
                    None => return Ok(End::Said(last.map_or(close_code::ERROR, |last| code_of(&last)))),
                },
                heard = self.hear() => match heard? {
                    Heard::Message(ClientMessage::Hello { .. }) => self.refuse(None, Refusal::WrongState).await?,
                    Heard::Message(message) => room.message(joined.connection, message).await,
                    Heard::Unreadable(id) => self.refuse(id, Refusal::Malformed).await?,
                    Heard::Pong => {
                        (self.alive)();
                        room.alive(joined.connection).await;
                    }
                    Heard::Nothing => {}
                },
                _ = ticks.tick() => self.tick().await?,
                _ = pings.tick() => self.send(Message::Ping(Default::default())).await?,
            }
        }
    }

    /// The next frame. May be cancelled at any time without losing one.
    async fn hear(&mut self) -> Result<Heard, End> {
        let frame = match self.socket.recv().await {
            None | Some(Ok(Message::Close(_))) => return Err(End::Gone),
            Some(Err(error)) => return Err(broken(error)),
            Some(Ok(frame)) => frame,
        };
        self.unanswered = 0;
        // Every frame counts, a flood of pings too.
        if !self.allowance.take(Instant::now().into_std()) {
            return Err(End::Bye(Bye::TooFast, close_code::POLICY));
        }
        Ok(match frame {
            Message::Text(text) => match understand(&text) {
                Heard::Message(ClientMessage::Tick) => Heard::Nothing,
                heard => heard,
            },
            Message::Pong(_) => Heard::Pong,
            Message::Binary(_) => return Err(End::Broken(close_code::UNSUPPORTED)),
            Message::Ping(_) | Message::Close(_) => Heard::Nothing,
        })
    }

    /// Tells the page that we live, unless it fell silent.
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

    /// The last message. What was too fast is refused first, as everything that is not carried out.
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

    /// Sends within the time a reader may take; who is slower is gone and may resume.
    async fn send(&mut self, frame: Message) -> Result<(), End> {
        let patience = Duration::from_secs(self.limits.ws_send_s.into());
        match timeout(patience, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// Says why, closes, and reads on until the other side has closed too: otherwise the last words
    /// could be lost in a reset of the connection.
    async fn close(&mut self, end: End) {
        let code = match end {
            End::Gone => return,
            End::Said(code) | End::Broken(code) => code,
            End::Bye(reason, code) => match self.bye(reason).await {
                Ok(()) => code,
                Err(_) => return,
            },
        };
        let frame = Message::Close(Some(CloseFrame { code, reason: Default::default() }));
        let farewell = async {
            if self.socket.send(frame).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        // Not in time: the connection is dropped, which is what was wanted anyway.
        let _ = timeout(CLOSE_TIMEOUT, farewell).await;
    }
}

/// Begins at once, and catches up with nothing.
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
    match serde_json::from_str(text) {
        Ok(message) => Heard::Message(message),
        Err(_) => Heard::Unreadable(serde_json::from_str(text).ok().and_then(|Numbered { id }| id)),
    }
}

/// The close code that goes with the room's last message.
fn code_of(last: &str) -> u16 {
    match serde_json::from_str(last) {
        Ok(ServerMessage::Bye { reason: Bye::TooSlow }) => close_code::AGAIN,
        Ok(ServerMessage::Bye { reason: Bye::TooFast | Bye::Refused }) => close_code::POLICY,
        Ok(ServerMessage::Bye { reason: Bye::Restarting }) => close_code::RESTART,
        Ok(ServerMessage::Bye { .. }) => close_code::NORMAL,
        _ => close_code::ERROR,
    }
}

fn broken(error: axum::Error) -> End {
    use tungstenite::Error;
    match error.into_inner().downcast::<Error>().map(|error| *error) {
        Ok(Error::Capacity(_)) => End::Broken(close_code::SIZE),
        Ok(Error::Protocol(_)) => End::Broken(close_code::PROTOCOL),
        Ok(Error::Utf8(_)) => End::Broken(close_code::INVALID),
        _ => End::Gone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_close_code_follows_the_last_words() {
        assert_eq!(code_of(r#"{"type":"bye","reason":"too_slow"}"#), 1013);
        assert_eq!(code_of(r#"{"type":"bye","reason":"restarting"}"#), 1012);
        assert_eq!(code_of(r#"{"type":"bye","reason":"ended"}"#), 1000);
        assert_eq!(code_of(r#"{"type":"ack","id":1}"#), 1011);
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
}
