//! The messages of the server on one socket: a mirror of the room kept from snapshot and deltas, answers
//! handed to the caller who waits for them, and waiting for any of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use live_classroom::protocol::{Bye, ParticipantId, Refusal, RoomEvent, RoomState, ServerMessage};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// All that the server said, shared with the reading task.
#[derive(Default)]
pub(crate) struct Seen {
    inner: Mutex<Inner>,
    pub(crate) changed: Notify,
}

#[derive(Default)]
pub(crate) struct Inner {
    /// The messages not yet taken by [`crate::peer::Peer::next_event`].
    pub(crate) unread: Vec<ServerMessage>,
    pub(crate) answers: HashMap<u32, oneshot::Sender<Answer>>,
    pub(crate) welcome: Option<Welcome>,
    pub(crate) room: Option<RoomState>,
    pub(crate) seq: u64,
    pub(crate) bye: Option<Bye>,
    pub(crate) closed: bool,
}

/// The contents of `welcome`.
#[derive(Debug, Clone)]
pub struct Welcome {
    pub you: ParticipantId,
    pub epoch: String,
    pub token: String,
    pub resumed: bool,
    pub media: bool,
}

pub(crate) enum Answer {
    Ack,
    Refused(Refusal),
    Sdp(String),
}

/// Reads until the socket closes.
pub(crate) async fn read(mut stream: SplitStream<Socket>, seen: Arc<Seen>) {
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        match serde_json::from_str::<ServerMessage>(&text) {
            Ok(message) => seen.lock().take(message),
            Err(error) => {
                tracing::error!("a message of the server is not of the protocol: {error}")
            }
        }
        seen.changed.notify_waiters();
    }
    let mut inner = seen.lock();
    inner.closed = true;
    inner.answers.clear();
    drop(inner);
    seen.changed.notify_waiters();
}

impl Seen {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no holder of the mirror panics")
    }

    /// Waits until `find` finds something; looks after every message.
    pub(crate) async fn until<T>(
        &self,
        within: Duration,
        find: impl Fn(&mut Inner) -> Option<T>,
    ) -> Option<T> {
        let search = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                // Registered before the look, so that no message slips between.
                changed.as_mut().enable();
                let found = find(&mut self.lock());
                match found {
                    Some(found) => return found,
                    None => changed.await,
                }
            }
        };
        tokio::time::timeout(within, search).await.ok()
    }
}

/// The most messages kept for [`crate::peer::Peer::next_event`]; a load run never reads them.
const UNREAD_MAX: usize = 2_000;

impl Inner {
    fn take(&mut self, message: ServerMessage) {
        match &message {
            ServerMessage::Welcome { you, epoch, token, resumed, media, .. } => {
                let (epoch, token) = (epoch.clone(), token.clone());
                self.welcome = Some(Welcome { you: *you, epoch, token, resumed: *resumed, media: *media });
            }
            ServerMessage::Snapshot { seq, room } => {
                self.seq = *seq;
                self.room = Some((**room).clone());
            }
            ServerMessage::Delta { seq, event } => {
                assert!(*seq > self.seq, "delta {seq} after {}", self.seq);
                self.seq = *seq;
                if let Some(room) = &mut self.room {
                    apply(room, event.clone());
                }
            }
            ServerMessage::Answer { id, sdp } => self.resolve(*id, Answer::Sdp(sdp.clone())),
            ServerMessage::Ack { id } => self.resolve(*id, Answer::Ack),
            ServerMessage::Refused { id: Some(id), reason } => {
                self.resolve(*id, Answer::Refused(*reason));
            }
            ServerMessage::Refused { id: None, .. } => {}
            ServerMessage::Bye { reason } => self.bye = Some(*reason),
            ServerMessage::Tick => return,
        }
        if self.unread.len() == UNREAD_MAX {
            self.unread.drain(..UNREAD_MAX / 2);
        }
        self.unread.push(message);
    }

    fn resolve(&mut self, id: u32, answer: Answer) {
        if let Some(waiting) = self.answers.remove(&id) {
            // The caller may have given up.
            let _ = waiting.send(answer);
        }
    }
}

/// Applies a delta to the mirror.
fn apply(room: &mut RoomState, event: RoomEvent) {
    match event {
        RoomEvent::Participant { participant } => {
            match room.participants.iter_mut().find(|line| line.id == participant.id) {
                Some(line) => *line = participant,
                None => room.participants.push(participant),
            }
        }
        RoomEvent::Class { class, started_at_ms } => {
            room.class = class;
            room.started_at_ms = started_at_ms;
        }
        RoomEvent::Hands { hands } => room.hands = hands,
        RoomEvent::Chat { line } => room.chat.push(line),
        RoomEvent::ChatRemoved { line } => room.chat.retain(|kept| kept.id != line),
        RoomEvent::Speaking { speaking } => room.speaking = speaking,
        RoomEvent::Slots { slots } => room.slots = slots,
        RoomEvent::Recording { recording } => room.recording = recording,
        RoomEvent::Check { check } => room.check = check,
        RoomEvent::Minutes { minutes } => room.minutes = Some(minutes),
        RoomEvent::Round { round } => match room.rounds.iter_mut().find(|known| known.check == round.check) {
            Some(known) => *known = round,
            None => room.rounds.push(round),
        },
        RoomEvent::Sheet { lines } => {
            for line in lines {
                match room.sheet.iter_mut().find(|known| known.participant == line.participant) {
                    Some(known) => *known = line,
                    None => room.sheet.push(line),
                }
            }
        }
        RoomEvent::Counting { not_counting } => room.not_counting = not_counting,
        RoomEvent::Worth { worth } => room.worth = Some(worth),
        RoomEvent::Poll { poll } => room.poll = poll,
        RoomEvent::PollAnswer { answer } => {
            room.poll_answers.retain(|known| known.poll != answer.poll);
            room.poll_answers.push(answer);
        }
        RoomEvent::PollRound { round } => {
            match room.polls.iter_mut().find(|known| known.poll == round.poll) {
                Some(known) => *known = round,
                None => room.polls.push(round),
            }
        }
        RoomEvent::Notice { notice } => room.notices.push(notice),
        RoomEvent::Muted { .. } | RoomEvent::Link { .. } => {}
    }
}
