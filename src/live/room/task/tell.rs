//! The end of a batch: facts to disk, then words to people.

use std::collections::HashSet;
use std::mem;
use std::sync::Arc;

use super::{Reply, Task};
use crate::classroom::ConnectionId;
use crate::live::room::outgoing::Outgoing;
use crate::live::room::{HttpLegRefused, Joined, record};
use crate::protocol::{Bye, Refusal, ServerMessage};
use crate::store::now_ms;

/// Facts kept while the store fails: hours of a full class. Beyond it, new ones are lost and said
/// to be lost in the log.
const UNSTORED_MAX: usize = 100_000;

/// Told once the batch's facts are on disk.
pub(super) enum Told {
    Send {
        to: Vec<ConnectionId>,
        message: Arc<ServerMessage>,
    },
    Bye {
        to: ConnectionId,
        reason: Bye,
    },
    Joined {
        connection: ConnectionId,
        outgoing: Outgoing,
        reply: Reply<Result<Joined, Refusal>>,
    },
    HttpLeg {
        connection: ConnectionId,
        answer: String,
        reply: Reply<Result<(ConnectionId, String), HttpLegRefused>>,
    },
    Operator {
        reply: Reply<Result<(), Refusal>>,
    },
}

impl Task {
    pub(super) async fn flush(&mut self) {
        // A room that knew before that nothing can be stored agreed only to what needs no fact.
        let stored = self.store_facts().await || self.refusing;
        self.refusing = self.failing;
        self.room.set_storing(!self.refusing);
        let mut slow = HashSet::new();
        for told in mem::take(&mut self.told) {
            match told {
                Told::Send { to, message } => self.send(&to, &message, stored, &mut slow),
                Told::Bye { to, reason } => {
                    if let Some(queue) = self.connections.remove(&to) {
                        queue.close(text(&ServerMessage::Bye { reason }));
                    }
                }
                Told::Joined { connection, outgoing, reply } => {
                    let joined = Joined { connection, outgoing };
                    let answer = if stored { Ok(joined) } else { Err(Refusal::Unavailable) };
                    if reply.send(answer).is_err() || !stored {
                        self.disconnect(now_ms(), connection);
                    }
                }
                Told::HttpLeg { connection, answer, reply } => {
                    let refused = HttpLegRefused::Room(Refusal::Unavailable);
                    let answer = if stored { Ok((connection, answer)) } else { Err(refused) };
                    if reply.send(answer).is_err() || !stored {
                        let effects = self.room.leave(now_ms(), connection);
                        self.carry_out(effects);
                    }
                }
                Told::Operator { reply } => {
                    let _ = reply.send(if stored { Ok(()) } else { Err(Refusal::Unavailable) });
                }
            }
        }
        for connection in slow {
            if let Some(queue) = self.connections.remove(&connection) {
                queue.abort(text(&ServerMessage::Bye { reason: Bye::TooSlow }));
            }
            self.disconnect(now_ms(), connection);
        }
    }

    /// True when every fact so far is on disk.
    async fn store_facts(&mut self) -> bool {
        if self.facts.is_empty() {
            return true;
        }
        if !self.failing {
            match self.store.append(self.facts.clone()).await {
                Ok(()) => {
                    if let Some(recorder) = &self.recorder {
                        record::tell(recorder, &self.room, &self.facts);
                    }
                    self.facts.clear();
                    return true;
                }
                Err(error) => {
                    tracing::error!(lesson = self.room.lesson(), facts = self.facts.len(), "{error:#}");
                    self.failing = true;
                }
            }
        }
        if self.facts.len() > UNSTORED_MAX {
            let lost = self.facts.len() - UNSTORED_MAX;
            tracing::error!(
                lesson = self.room.lesson(),
                "{lost} facts are lost: too many wait for the store"
            );
            self.facts.truncate(UNSTORED_MAX);
        }
        false
    }

    /// One text for everybody; an `ack` promises storage and is taken back when that failed.
    fn send(
        &self,
        to: &[ConnectionId],
        message: &ServerMessage,
        stored: bool,
        slow: &mut HashSet<ConnectionId>,
    ) {
        let text = match message {
            ServerMessage::Ack { id } if !stored => {
                text(&ServerMessage::Refused { id: Some(*id), reason: Refusal::Unavailable })
            }
            message => text(message),
        };
        for connection in to {
            let queue = self.connections.get(connection);
            if queue.is_some_and(|queue| !queue.push(text.clone())) {
                slow.insert(*connection);
            }
        }
    }
}

fn text(message: &ServerMessage) -> Arc<str> {
    let text = serde_json::to_string(message);
    text.expect("messages are plain data with string keys, which JSON can always hold").into()
}
