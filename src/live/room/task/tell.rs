//! The end of a batch: facts to disk, then messages to people.

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

/// Most facts of one room kept in memory while the store fails, some 20 MB: a full class of 100 makes some
/// 600 a minute, so more than two hours. The oldest are kept, since presence is proved from its beginning;
/// later ones are lost, and the log says how many. docs/operating.md tells this bound.
const UNSTORED_MAX: usize = 100_000;

/// Most facts of one append. A long backlog is stored in pieces, so that other rooms get their turns.
const APPEND_MAX: usize = 1_000;

/// The time for which a stopping server tries to store the waiting facts; then it logs how many are lost.
const LAST_FACTS_TIMEOUT: Duration = Duration::from_secs(10);

/// Interval between two of these tries.
const LAST_FACTS_EVERY: Duration = Duration::from_millis(250);

/// Interval between two lines of the log about the failure.
const FAILURE_TOLD_EVERY: Duration = Duration::from_secs(60);

/// The time for which the messages of a batch with unstored facts are held back. Nobody should hear of what a
/// restart would forget, so a short trouble of the store (a busy disk, space that is freed) passes unheard. A
/// longer one is told: the room has changed and its media with it, and a class that goes on must see who is
/// in it. Joins are then taken back, and instead of an ack the sender hears that the fact waits; the facts
/// are kept.
const HOLD_MAX: Duration = Duration::from_secs(3);

/// Most messages that are held back: as many as a full class can cause in that time.
const HELD_MAX: usize = 10_000;

/// The state while the store takes no facts.
pub(super) struct Waiting {
    since: Instant,
    /// Number of the first held messages that were decided before the failure was known.
    unsure: usize,
}

/// A message to be sent once the batch's facts are on disk.
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
                    let _ = reply.send(if stored { Ok(()) } else { Err(Refusal::Waits) });
                }
            }
        }
        self.cut_off(slow);
    }

    /// Handles facts that wait for the store. Refusals, which tell of no change, go out; everything else is
    /// held back for a while. Returns the number of messages, once they are due, that were decided before the
    /// failure was known.
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

    /// Ends the connections that read too slowly.
    fn cut_off(&mut self, slow: HashSet<ConnectionId>) {
        for connection in slow {
            if let Some(queue) = self.connections.remove(&connection) {
                queue.abort(text(&ServerMessage::Bye { reason: Bye::TooSlow }));
            }
            self.disconnect(self.clock.now_ms(), connection);
        }
    }

    /// Stores the facts; returns whether every fact so far is on disk.
    async fn store_facts(&mut self) -> bool {
        while !self.facts.is_empty() && !self.failing {
            let next = self.facts[..self.facts.len().min(APPEND_MAX)].to_vec();
            match self.store.facts().append(next.clone()).await {
                Ok(()) => {
                    if let Some(recorder) = &self.recorder {
                        record::tell(recorder, &self.room, &next, self.switched_at.take());
                    }
                    self.facts.drain(..next.len());
                    self.failure_told = None;
                }
                Err(error) => {
                    self.tell_failure(&error);
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

    /// Logs the failure at once, and then seldom: every room tries every second.
    fn tell_failure(&mut self, error: &anyhow::Error) {
        if self.failure_told.is_none_or(|told| told.elapsed() >= FAILURE_TOLD_EVERY) {
            self.failure_told = Some(Instant::now());
            tracing::error!(lesson = self.room.lesson(), facts = self.facts.len(), "{error:#}");
        }
    }

    /// The room closes: tries for a while to store the remaining facts.
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

    /// Sends one text to everybody. An `ack` promises storage: while that fails the sender hears that the
    /// fact waits.
    fn send(
        &self,
        to: &[ConnectionId],
        message: &ServerMessage,
        stored: bool,
        slow: &mut HashSet<ConnectionId>,
    ) {
        let text = match message {
            ServerMessage::Ack { id } if !stored => {
                text(&ServerMessage::Refused { id: Some(*id), reason: Refusal::Waits })
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
