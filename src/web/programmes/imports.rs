//! Admission of file imports. Reading a file takes memory and a core, so one is read at a time; a few wait,
//! each person's once, and the others are told to try again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::sheet::{FILE_BYTES_MAX, Unreadable};
use crate::web::error::Refused;

/// Most files on the server at once, the one being read and those that wait: 16 MiB each.
const PLACES: usize = 6;
/// Most imports of one person: one being read and one that waits.
const PLACES_OF_ONE: usize = 2;
/// Longest wait for a turn.
const WAIT: Duration = Duration::from_secs(25);

/// The places of the server.
pub(in crate::web) struct Imports {
    taken: Arc<Mutex<HashMap<String, usize>>>,
    turn: Arc<Semaphore>,
}

impl Default for Imports {
    fn default() -> Imports {
        Imports { taken: Arc::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

/// One person's place, given back when dropped.
pub(in crate::web) struct Place {
    taken: Arc<Mutex<HashMap<String, usize>>>,
    turn: Arc<Semaphore>,
    person: String,
}

/// The turn to read a file.
pub(in crate::web) struct Turn {
    _place: Place,
    _permit: OwnedSemaphorePermit,
}

impl Imports {
    /// Takes a place for a person's file, before its first byte is read.
    pub(in crate::web) fn place(&self, person: &str) -> Result<Place, Refused> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(person).copied().unwrap_or(0);
        if own >= PLACES_OF_ONE {
            let message = "Two of your files are being imported; wait until one is done, then try again.";
            return Err(Refused::new(StatusCode::TOO_MANY_REQUESTS, "import_waits", message));
        }
        if taken.values().sum::<usize>() >= PLACES {
            return Err(busy());
        }
        *taken.entry(person.to_owned()).or_default() += 1;
        drop(taken);
        Ok(Place { taken: self.taken.clone(), turn: self.turn.clone(), person: person.to_owned() })
    }
}

impl Place {
    /// Reads the file, then waits for the turn.
    pub(in crate::web) async fn file(self, body: Body) -> Result<(Vec<u8>, Turn), Refused> {
        // A file that is too large is refused like one that is too large when unpacked.
        let file = to_bytes(body, FILE_BYTES_MAX).await;
        let file = file.map_err(|_| Refused::wrong(vec![Unreadable::TooMuch.into()]))?;
        let permit = timeout(WAIT, self.turn.clone().acquire_owned()).await.map_err(|_| busy())?;
        let permit = permit.map_err(|_| busy())?;
        Ok((file.into(), Turn { _place: self, _permit: permit }))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.person);
            }
        }
    }
}

fn busy() -> Refused {
    let message =
        "Other files are being imported; nothing was taken of this one. Try again in half a minute.";
    Refused::new(StatusCode::SERVICE_UNAVAILABLE, "imports_busy", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(refused: Option<Refused>, status: StatusCode, code: &str) -> bool {
        refused.is_some_and(|refused| refused.is(status, code))
    }

    #[tokio::test]
    async fn one_file_is_read_at_a_time_and_each_person_waits_once() {
        let imports = Imports::default();
        let (file, turn) = imports.place("a").unwrap().file(Body::from("x")).await.unwrap();
        assert_eq!(file, b"x");
        let waiting = imports.place("a").unwrap();
        assert!(is(imports.place("a").err(), StatusCode::TOO_MANY_REQUESTS, "import_waits"));
        let mut waiting = Box::pin(waiting.file(Body::from("y")));
        assert!(futures_util::poll!(waiting.as_mut()).is_pending(), "one at a time");
        let others: Vec<_> = ["b", "c", "d", "e"].map(|person| imports.place(person).unwrap()).into();
        assert!(is(imports.place("f").err(), StatusCode::SERVICE_UNAVAILABLE, "imports_busy"));
        drop(others);
        drop(turn);
        let (file, _turn) = waiting.await.unwrap();
        assert_eq!(file, b"y");
        assert!(imports.place("a").is_ok() && imports.place("f").is_ok(), "places are given back");
    }

    #[tokio::test]
    async fn a_body_without_end_is_refused_and_gives_its_place_back() {
        let imports = Imports::default();
        let long = Body::from(vec![b'a'; FILE_BYTES_MAX + 1]);
        let refused = imports.place("a").unwrap().file(long).await.err();
        assert!(is(refused, StatusCode::UNPROCESSABLE_ENTITY, "wrong"));
        assert!(imports.taken.lock().unwrap().is_empty());
    }
}
