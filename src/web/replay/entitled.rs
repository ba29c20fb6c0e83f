//! Rights to recordings, remembered for half a minute: a class that watches asks for a hundred segments a
//! second, and the answer takes five statements. A session is looked up for each request; people who ended
//! it, or lost a role by a write of the office, are refused from then on: see
//! [`Store::rights_changes`](crate::store::Store).

use std::time::{Duration, Instant};

use dashmap::DashMap;

use super::access::{Access, Viewer};
use crate::protocol::Course;

/// Longest validity of an answer: another process, the command line, may have changed it.
const KEPT: Duration = Duration::from_secs(30);
/// Most answers remembered at once: far more people than watch at the same time.
const KNOWN_MAX: usize = 4_096;

/// The rights of a viewer to a requested recording.
#[derive(Debug, Clone)]
pub(super) struct Entitlement {
    /// The viewer in the view of the lesson.
    pub(super) viewer: Viewer,
    pub(super) lesson: String,
    /// Name of the lesson's recording; requested files are looked up only in it.
    pub(super) recording: String,
    pub(super) course: Option<Course>,
    pub(super) access: Access,
}

#[derive(Debug)]
struct Kept {
    entitlement: Entitlement,
    /// The count of rights changes at the time of the lookup.
    changes: u64,
    until: Instant,
}

/// The answers, by viewer (as it came) and recording.
#[derive(Debug, Default)]
pub(in crate::web) struct Entitlements(DashMap<(Viewer, String), Kept>);

impl Entitlements {
    /// The remembered answer, if no right has changed since.
    pub(super) fn get(
        &self,
        now: Instant,
        changes: u64,
        viewer: &Viewer,
        recording: &str,
    ) -> Option<Entitlement> {
        let kept = self.0.get(&(viewer.clone(), recording.to_owned()))?;
        (kept.changes == changes && now < kept.until).then(|| kept.entitlement.clone())
    }

    /// Remembers an answer looked up after `changes` changes of rights.
    pub(super) fn keep(
        &self,
        now: Instant,
        changes: u64,
        viewer: Viewer,
        recording: String,
        entitlement: Entitlement,
    ) {
        if self.0.len() >= KNOWN_MAX {
            self.0.retain(|_, kept| kept.changes == changes && now < kept.until);
        }
        if self.0.len() < KNOWN_MAX {
            self.0.insert((viewer, recording), Kept { entitlement, changes, until: now + KEPT });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entitlement() -> Entitlement {
        let access = Access { edit: false, window: None, own: true };
        let (lesson, recording) = ("maths".into(), "r1".into());
        Entitlement { viewer: Viewer::default(), lesson, recording, course: None, access }
    }

    #[test]
    fn an_answer_holds_for_half_a_minute_and_until_rights_change() {
        let (known, now, nobody) = (Entitlements::default(), Instant::now(), Viewer::default());
        known.keep(now, 7, nobody.clone(), "r1".into(), entitlement());
        let holds = |at: Instant, changes, recording| known.get(at, changes, &nobody, recording).is_some();
        assert!(holds(now, 7, "r1") && holds(now + KEPT - Duration::from_millis(1), 7, "r1"));
        assert!(!holds(now + KEPT, 7, "r1"), "half a minute is over");
        assert!(!holds(now, 8, "r1"), "a right has changed");
        assert!(!holds(now, 7, "r2"), "another recording");
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let (known, now) = (Entitlements::default(), Instant::now());
        let keep = |changes, number: usize| {
            known.keep(now, changes, Viewer::default(), format!("r{number}"), entitlement());
        };
        (0..KNOWN_MAX + 10).for_each(|number| keep(1, number));
        assert_eq!(known.0.len(), KNOWN_MAX);
        keep(2, 0);
        assert_eq!(known.0.len(), 1, "what holds no longer makes room");
    }
}
