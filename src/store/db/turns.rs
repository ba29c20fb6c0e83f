//! Turns at a single resource, by lane.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::Lane;

/// Within a lane, first come, first served. Facts go before all others, but not twice in a row while another
/// lane waits; the other lanes alternate. So a fact waits for one other turn at most, and nobody waits for
/// ever. The number of waiting callers is bounded elsewhere: one task writes facts, one the books, and a
/// caller in the office has an open request, one of `server.connections_max`.
pub(super) struct Turns<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    /// `None` = somebody has the turn.
    free: Option<T>,
    /// The lane of the last turn, and of the last turn not for facts.
    last: Lane,
    last_other: Lane,
    facts: Queue<T>,
    office: Queue<T>,
    books: Queue<T>,
}

type Queue<T> = VecDeque<oneshot::Sender<Turn<T>>>;

impl<T> Turns<T> {
    pub(super) fn of(value: T) -> Arc<Turns<T>> {
        let state = State {
            free: Some(value),
            last: Lane::Books,
            last_other: Lane::Books,
            facts: VecDeque::new(),
            office: VecDeque::new(),
            books: VecDeque::new(),
        };
        Arc::new(Turns { state: Mutex::new(state) })
    }

    /// Waits for a turn; dropping the turn ends it.
    pub(super) async fn take(self: &Arc<Self>, lane: Lane) -> Turn<T> {
        let waiting = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(value) = state.free.take() {
                state.begins(lane);
                return Turn { value: Some(value), turns: self.clone() };
            }
            let (sender, waiting) = oneshot::channel();
            state.queue(lane).push_back(sender);
            waiting
        };
        waiting.await.expect("whoever has a turn passes it on when it ends")
    }

    /// Ends a turn.
    fn pass_on(self: &Arc<Self>, mut value: T) {
        loop {
            let (next, kept) = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                match state.next() {
                    Some(next) => (next, value),
                    None => {
                        state.free = Some(value);
                        return;
                    }
                }
            };
            match next.send(Turn { value: Some(kept), turns: self.clone() }) {
                Ok(()) => return,
                Err(mut turn) => match turn.value.take() {
                    // That caller went away in this moment.
                    Some(unused) => value = unused,
                    None => return,
                },
            }
        }
    }
}

impl<T> State<T> {
    fn begins(&mut self, lane: Lane) {
        self.last = lane;
        if lane != Lane::Facts {
            self.last_other = lane;
        }
    }

    fn queue(&mut self, lane: Lane) -> &mut Queue<T> {
        match lane {
            Lane::Facts => &mut self.facts,
            Lane::Office => &mut self.office,
            Lane::Books => &mut self.books,
        }
    }

    /// The next waiting caller; those who went away are skipped.
    fn next(&mut self) -> Option<oneshot::Sender<Turn<T>>> {
        let (first, second) = match self.last_other {
            Lane::Office => (Lane::Books, Lane::Office),
            _ => (Lane::Office, Lane::Books),
        };
        let order = match self.last {
            Lane::Facts => [first, second, Lane::Facts],
            _ => [Lane::Facts, first, second],
        };
        for lane in order {
            while let Some(next) = self.queue(lane).pop_front() {
                if !next.is_closed() {
                    self.begins(lane);
                    return Some(next);
                }
            }
        }
        None
    }
}

pub(super) struct Turn<T> {
    /// `None` only while the turn is passed on.
    value: Option<T>,
    turns: Arc<Turns<T>>,
}

const HAS: &str = "a turn has its value until it is dropped";

impl<T> Deref for Turn<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect(HAS)
    }
}

impl<T> DerefMut for Turn<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect(HAS)
    }
}

impl<T> Drop for Turn<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            self.turns.pass_on(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    /// The lanes in the order of their turns, if all of `wanted` wait in this order during a turn of `first`.
    async fn order(first: Lane, wanted: &[Lane]) -> Vec<Lane> {
        let turns = Turns::of(Vec::new());
        let held = turns.take(first).await;
        let mut tasks = Vec::new();
        for lane in wanted.iter().copied() {
            let turns = turns.clone();
            tasks.push(tokio::spawn(async move { turns.take(lane).await.push(lane) }));
            yield_now().await;
        }
        drop(held);
        for task in tasks {
            task.await.unwrap();
        }
        turns.take(first).await.clone()
    }

    use Lane::{Books, Facts, Office};

    #[tokio::test]
    async fn facts_pass_ahead_and_nobody_waits_for_ever() {
        assert_eq!(
            order(Office, &[Office, Office, Books, Facts, Facts]).await,
            [Facts, Books, Facts, Office, Office]
        );
        assert_eq!(order(Facts, &[Facts, Facts, Facts]).await, [Facts, Facts, Facts]);
        assert_eq!(order(Books, &[Books, Office, Books, Office]).await, [Office, Books, Office, Books]);
    }

    #[tokio::test]
    async fn a_fact_waits_for_one_turn_however_many_others_want_theirs() {
        let mut wanted = vec![Office; 50];
        wanted.extend([Books; 50]);
        wanted.push(Facts);
        assert_eq!(order(Office, &wanted).await[0], Facts);
    }

    #[tokio::test]
    async fn who_goes_away_keeps_no_turn() {
        let turns = Turns::of(());
        let held = turns.take(Office).await;
        let gone = tokio::spawn({
            let turns = turns.clone();
            async move { drop(turns.take(Facts).await) }
        });
        yield_now().await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        drop(held);
        drop(turns.take(Books).await);
        // A caller that went away after its turn had been sent.
        let held = turns.take(Office).await;
        let mut waiting = Box::pin(turns.take(Facts));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        drop(held);
        drop(waiting);
        drop(turns.take(Office).await);
    }
}
