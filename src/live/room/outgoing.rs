//! The queue of one connection's messages to its client: bounded, and the writer never waits. A client that
//! reads too slowly loses its queue, and its last message is `bye: too_slow`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Most messages that wait; a full class talking makes that many in some 10 s.
const MESSAGES_MAX: usize = 256;

/// Most bytes that wait: room for the largest snapshot and the deltas behind it.
const BYTES_MAX: usize = 1024 * 1024;

/// The reading end, held by the socket's task. Dropping this makes the room forget the connection.
#[derive(Debug)]
pub struct Outgoing {
    shared: Arc<Shared>,
}

/// The writing end, held by the room's task.
#[derive(Debug)]
pub(super) struct OutgoingQueue {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    texts: VecDeque<Arc<str>>,
    bytes: usize,
    closed: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can panic half-way; a poisoned queue is still a good queue.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both ends of a new queue.
pub(super) fn queue() -> (OutgoingQueue, Outgoing) {
    let shared = Arc::new(Shared::default());
    (OutgoingQueue { shared: shared.clone() }, Outgoing { shared })
}

impl Outgoing {
    /// The next message, one JSON text shared by all its recipients; `None` = the room has closed the
    /// connection, after its last message. Cancel-safe.
    pub async fn recv(&mut self) -> Option<Arc<str>> {
        loop {
            {
                let mut state = self.shared.state();
                if let Some(text) = state.texts.pop_front() {
                    state.bytes -= text.len();
                    return Some(text);
                }
                if state.closed {
                    return None;
                }
            }
            self.shared.changed.notified().await;
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.shared.state().closed = true;
    }
}

impl OutgoingQueue {
    /// Queues a message. False = it does not fit: the caller then closes the connection.
    pub(super) fn push(&self, text: Arc<str>) -> bool {
        let mut state = self.shared.state();
        if state.closed {
            return true; // The reader is gone and will say so by `disconnected`.
        }
        if state.texts.len() >= MESSAGES_MAX || state.bytes + text.len() > BYTES_MAX {
            return false;
        }
        state.bytes += text.len();
        state.texts.push_back(text);
        drop(state);
        self.shared.changed.notify_one();
        true
    }

    /// Whether the reading end was dropped.
    pub(super) fn is_abandoned(&self) -> bool {
        self.shared.state().closed
    }

    /// Ends the connection after the queued messages and this last one.
    pub(super) fn close(self, last: Arc<str>) {
        let mut state = self.shared.state();
        if !state.closed {
            state.bytes += last.len();
            state.texts.push_back(last);
        }
    }

    /// Ends the connection at once with this message; queued messages are dropped.
    pub(super) fn abort(self, last: Arc<str>) {
        {
            let mut state = self.shared.state();
            state.texts.clear();
            state.bytes = 0;
        }
        self.close(last);
    }
}

impl Drop for OutgoingQueue {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_arrive_in_order_and_the_last_one_ends_it() {
        let (queue, mut outgoing) = queue();
        assert!(queue.push("a".into()));
        assert!(queue.push("b".into()));
        queue.close("bye".into());
        for expected in ["a", "b", "bye"] {
            assert_eq!(outgoing.recv().await.as_deref(), Some(expected));
        }
        assert_eq!(outgoing.recv().await, None);
    }

    #[tokio::test]
    async fn a_waiting_reader_wakes_for_a_message_and_for_the_end() {
        let (queue, mut outgoing) = queue();
        let reader = tokio::spawn(async move {
            let mut seen = Vec::new();
            while let Some(text) = outgoing.recv().await {
                seen.push(text);
            }
            seen
        });
        tokio::task::yield_now().await;
        assert!(queue.push("a".into()));
        tokio::task::yield_now().await;
        drop(queue);
        assert_eq!(reader.await.unwrap(), [Arc::from("a")]);
    }

    #[tokio::test]
    async fn a_slow_reader_is_cut_off_by_count_and_by_bytes() {
        for (size, fits) in [(1, MESSAGES_MAX), (BYTES_MAX / 4, 4)] {
            let (queue, mut outgoing) = queue();
            let text: Arc<str> = "x".repeat(size).into();
            for _ in 0..fits {
                assert!(queue.push(text.clone()));
            }
            assert!(!queue.push(text.clone()));
            queue.abort("too slow".into());
            assert_eq!(outgoing.recv().await.as_deref(), Some("too slow"));
            assert_eq!(outgoing.recv().await, None);
        }
    }
}
