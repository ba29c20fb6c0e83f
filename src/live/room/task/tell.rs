//! The end of a batch: facts to disk, then words to people.

use std::collections::HashSet;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::{Reply, Task};
use crate::classroom::ConnectionId;
use crate::live::room::outgoing::Outgoing;
use crate::live::room::{HttpLeg, HttpLegRefused, Joined, record};
use crate::protocol::{Bye, Refusal, ServerMessage};

/// Facts of one room kept in memory while the store fails, some 20 MB: a full class of 100 makes some 600 a minute,
/// so more than two hours. The oldest are kept, since presence is proved from its beginning; what comes later is lost,
/// and the log says how many. README.md tells this bound.
const UNSTORED_MAX: usize = 100_000;

/// Facts of one append. What has waited for long is stored in pieces, so that other rooms get their turns.
const APPEND_MAX: usize = 1_000;

/// So long a stopping server goes on trying to store what waits; then it says in the log how much is lost.
const LAST_FACTS_TIMEOUT: Duration = Duration::from_secs(10);

/// Between two of these tries.
const LAST_FACTS_EVERY: Duration = Duration::from_millis(250);

/// So long a batch whose facts could not be stored is told to nobody. Nobody should hear of what a
/// restart would forget, so a short trouble of the store (a busy disk, space that is freed) passes
/// unheard. A longer one is told: the room has changed and its media with it, and a class that goes
/// on must see who is in it. Promises (acks, joins) are then taken back; the facts are kept.
const HOLD_MAX: Duration = Duration::from_secs(3);

/// More than this is not held back: what a full class can be told of in that time.
const HELD_MAX: usize = 10_000;

/// The store does not take facts.
pub(super) struct Waiting {
    since: Instant,
    /// How many of the first words held back were decided before that was known.
    unsure: usize,
}

/// Told once the batch's facts are on disk.
pub(super) enum Told {
    Send { to: Vec<ConnectionId>, message: Arc<ServerMessage> },
    Bye { to: ConnectionId, reason: Bye },
    Joined { connection: ConnectionId, outgoing: Outgoing, reply: Reply<Result<Joined, Refusal>> },
    HttpLeg { opened: HttpLeg, reply: Reply<Result<HttpLeg, HttpLegRefused>> },
    Operator { reply: Reply<Result<(), Refusal>> },
}

impl Task {
    pub(super) async fn flush(&mut self) {
        let unsure = if self.store_facts().await {
            self.waiting = None;
            self.room.set_storing(true);
            0
        } else {
            let Some(unsure) = self.hold() else { return };
            unsure
        };
        let mut slow = HashSet::new();
        for (number, told) in mem::take(&mut self.told).into_iter().enumerate() {
            let stored = number >= unsure;
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
                        self.disconnect(self.clock.now_ms(), connection);
                    }
                }
                Told::HttpLeg { opened, reply } => {
                    let connection = opened.connection;
                    let refused = HttpLegRefused::Room(Refusal::Unavailable);
                    let answer = if stored { Ok(opened) } else { Err(refused) };
                    if reply.send(answer).is_err() || !stored {
                        let effects = self.room.leave(self.clock.now_ms(), connection);
                        self.carry_out(effects);
                    }
                }
                Told::Operator { reply } => {
                    let _ = reply.send(if stored { Ok(()) } else { Err(Refusal::Unavailable) });
                }
            }
        }
        self.cut_off(slow);
    }

    /// Facts wait for the store. Refusals, which tell of no change, go out; everything else waits a
    /// while, and what will be said then is how much of it was decided before the failure was known.
    fn hold(&mut self) -> Option<usize> {
        self.room.set_storing(false);
        let mut slow = HashSet::new();
        for told in mem::take(&mut self.told) {
            match told {
                Told::Send { to, message } if matches!(*message, ServerMessage::Refused { .. }) => {
                    self.send(&to, &message, true, &mut slow);
                }
                told => self.told.push(told),
            }
        }
        self.cut_off(slow);
        let told = self.told.len();
        let waiting = self.waiting.get_or_insert_with(|| Waiting { since: Instant::now(), unsure: told });
        let holds = waiting.since.elapsed() < HOLD_MAX && told < HELD_MAX && !self.stopping;
        (!holds).then(|| mem::take(&mut waiting.unsure))
    }

    /// Ends the connections that do not read fast enough.
    fn cut_off(&mut self, slow: HashSet<ConnectionId>) {
        for connection in slow {
            if let Some(queue) = self.connections.remove(&connection) {
                queue.abort(text(&ServerMessage::Bye { reason: Bye::TooSlow }));
            }
            self.disconnect(self.clock.now_ms(), connection);
        }
    }

    /// True when every fact so far is on disk.
    async fn store_facts(&mut self) -> bool {
        while !self.facts.is_empty() && !self.failing {
            let next = self.facts[..self.facts.len().min(APPEND_MAX)].to_vec();
            match self.store.append(next.clone()).await {
                Ok(()) => {
                    if let Some(recorder) = &self.recorder {
                        record::tell(recorder, &self.room, &next, self.switched_at.take());
                    }
                    self.facts.drain(..next.len());
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
        self.facts.is_empty()
    }

    /// The room closes: what could not be stored yet is tried for a while.
    pub(super) async fn store_last_facts(&mut self) {
        let trying = async {
            self.failing = false;
            while !self.store_facts().await {
                sleep(LAST_FACTS_EVERY).await;
                self.failing = false;
            }
        };
        if timeout(LAST_FACTS_TIMEOUT, trying).await.is_err() {
            let lesson = self.room.lesson();
            let lost = self.facts.len();
            tracing::error!(lesson, lost, "{lost} facts are lost: they could not be stored before the end");
        }
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
