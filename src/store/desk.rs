//! The desk: long work on whole lists (reading a file, sealing, building one). It has few places, so that
//! memory and cores are left for classes, and its threads run after all others of the machine: neither a fact
//! being written nor a short request waits for them.

use std::sync::Arc;
use std::thread;

use anyhow::Context;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Steps of `nice` by which a thread of the desk steps back.
const STEPS_BACK: i32 = 10;

/// The places at the desk. Cheap to clone.
#[derive(Clone)]
pub(super) struct Desk(Arc<Semaphore>);

/// A place at the desk. Take it before reading the first of many rows for a list.
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Default for Desk {
    /// One place for every two cores.
    fn default() -> Desk {
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get() / 2);
        Desk(Arc::new(Semaphore::new(cores.max(1))))
    }
}

impl Desk {
    /// Waits for a place; first come, first served.
    pub(super) async fn place(&self) -> Place {
        let permit = self.0.clone().acquire_owned().await;
        Place { _permit: permit.expect("nobody closes the desk") }
    }
}

impl Place {
    /// Works on a thread of its own and gives the place back, even if nobody waits for the result any more.
    pub async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let (told, done) = oneshot::channel();
        let alone = move || {
            // Where that is not allowed the work has the same priority as everything else.
            let own = rustix::process::getpriority_process(None).unwrap_or_default();
            let _ = rustix::process::setpriority_process(None, own + STEPS_BACK);
            let result = work();
            drop(self);
            // The caller may have gone away.
            let _ = told.send(result);
        };
        thread::Builder::new().name("desk".into()).spawn(alone).context("cannot start a thread")?;
        done.await.context("the work ended badly")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn no_more_work_at_once_than_there_are_places_and_it_comes_after_others() {
        let (desk, at_once) = (Desk(Arc::new(Semaphore::new(2))), Arc::new(AtomicUsize::new(0)));
        let tasks = (0..8).map(|number| {
            let (desk, at_once) = (desk.clone(), at_once.clone());
            async move {
                let work = move || {
                    let others = at_once.fetch_add(1, Ordering::SeqCst);
                    thread::yield_now();
                    at_once.fetch_sub(1, Ordering::SeqCst);
                    (number, others, rustix::process::getpriority_process(None).unwrap())
                };
                desk.place().await.work(work).await.unwrap()
            }
        });
        let done = futures_util::future::join_all(tasks).await;
        assert!(
            done.iter().enumerate().all(|(n, (number, others, _))| n == *number && *others < 2),
            "{done:?}"
        );
        let own = rustix::process::getpriority_process(None).unwrap();
        assert!(done.iter().all(|(.., nice)| *nice == (own + STEPS_BACK).min(19)), "{done:?} beside {own}");
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_its_place_is_free_again() {
        let desk = Desk(Arc::new(Semaphore::new(1)));
        let broken = desk.place().await.work(|| panic!("a list that nobody thought of")).await;
        assert!(broken.is_err());
        assert_eq!(desk.place().await.work(|| 7).await.unwrap(), 7);
    }
}
