//! The parts of recordings sent to each person since the server started: nothing else can have been watched
//! (CR-11). Every heartbeat writes them to the store with the watched parts. So a restart forgets only the
//! fetches since the last heartbeat; and those are repeated, since browsers revalidate their files, and a
//! file counts as unchanged only for a person known to have been sent it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::time::Stretch;
use crate::time::{MediaMs, Spans};

/// Most pairs of recording and person remembered: far more than watch at the same time. The pair with the
/// oldest fetch is forgotten; the store knows what was watched up to then.
const KNOWN_MAX: usize = 20_000;
/// Most pieces of one recording: nobody who jumps about that much is watching.
const PIECES_MAX: usize = 1_000;
/// Age from which an entry is forgotten: no heartbeat comes later than this.
const OLD: Duration = Duration::from_secs(3_600);

#[derive(Debug, Default)]
pub(in crate::web) struct Served {
    /// The sent parts, by person and recording.
    known: HashMap<(String, String), Sent>,
}

#[derive(Debug)]
struct Sent {
    stretches: Spans<MediaMs>,
    at: Instant,
}

impl Served {
    /// Notes a segment that goes out.
    pub(super) fn note(&mut self, now: Instant, person: &str, recording: &str, segment: Stretch) {
        let key = (person.to_owned(), recording.to_owned());
        if !self.known.contains_key(&key) {
            self.make_room(now);
        }
        let sent = self.known.entry(key).or_insert_with(|| Sent { stretches: Spans::default(), at: now });
        sent.at = now;
        if sent.stretches.iter().count() < PIECES_MAX {
            sent.stretches = sent.stretches.or(&span(segment));
        }
    }

    /// Whether the whole of a segment was sent to this person before.
    pub(super) fn has(&self, person: &str, recording: &str, segment: Stretch) -> bool {
        let known = self.known.get(&(person.to_owned(), recording.to_owned()));
        known.is_some_and(|sent| span(segment).minus(&sent.stretches).is_empty())
    }

    /// The parts of a recording that were sent to a person.
    pub(super) fn of(&self, person: &str, recording: &str) -> Spans<MediaMs> {
        let known = self.known.get(&(person.to_owned(), recording.to_owned()));
        known.map(|sent| sent.stretches.clone()).unwrap_or_default()
    }

    fn make_room(&mut self, now: Instant) {
        if self.known.len() < KNOWN_MAX {
            return;
        }
        self.known.retain(|_, sent| now.saturating_duration_since(sent.at) < OLD);
        if self.known.len() < KNOWN_MAX {
            return;
        }
        let oldest = self.known.iter().min_by_key(|(_, sent)| sent.at).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            self.known.remove(&oldest);
        }
    }
}

fn span(segment: Stretch) -> Spans<MediaMs> {
    Spans::one(MediaMs(segment.from_ms), MediaMs(segment.to_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(from: u64, to: u64) -> Stretch {
        Stretch { from_ms: from * 1000, to_ms: to * 1000 }
    }

    #[test]
    fn what_was_sent_is_known_of_each_person_and_recording() {
        let (mut served, now) = (Served::default(), Instant::now());
        served.note(now, "ann", "r1", s(0, 2));
        served.note(now, "ann", "r1", s(2, 4));
        served.note(now, "ann", "r2", s(8, 10));
        assert_eq!(served.of("ann", "r1"), span(s(0, 4)));
        assert!(served.has("ann", "r1", s(1, 3)) && !served.has("ann", "r1", s(3, 5)));
        assert!(served.of("bob", "r1").is_empty() && !served.has("bob", "r1", s(0, 2)));
        assert_eq!(served.of("ann", "r2"), span(s(8, 10)));
    }

    #[test]
    fn memory_is_bounded_and_the_longest_silent_is_forgotten() {
        let (mut served, start) = (Served::default(), Instant::now());
        for number in 0..KNOWN_MAX + 10 {
            let now = start + Duration::from_millis(number as u64);
            served.note(now, &format!("person {number}"), "r", s(0, 2));
            served.note(now, "person 0", "r", s(0, 2));
        }
        assert_eq!(served.known.len(), KNOWN_MAX);
        assert!(served.has("person 0", "r", s(0, 2)), "heard of lately");
        assert!(!served.has("person 1", "r", s(0, 2)));
        for piece in 0..2 * PIECES_MAX as u64 {
            served.note(start, "jumper", "r", s(10 * piece, 10 * piece + 2));
        }
        assert_eq!(served.of("jumper", "r").iter().count(), PIECES_MAX);
    }
}
