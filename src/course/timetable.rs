//! The timetable (课表) of a class: what is now or next, and whether one may come in. A lesson that is studied
//! alone has no room; its door says whether what is watched counts.

use crate::attendance::interval::ServerInstant;
use crate::protocol::{ClassState, CourseKind, Role};

pub use crate::protocol::Door;

/// Doors open so long before the planned start (S1-23).
pub const EARLY_MS: u64 = 30 * 60 * 1000;
/// A class that nobody started or ended is over so long after its planned end.
const LATE_MS: u64 = 30 * 60 * 1000;

/// One lesson in the timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub lesson: String,
    pub kind: CourseKind,
    pub planned_start: ServerInstant,
    pub planned_end: ServerInstant,
    pub state: ClassState,
    pub cancelled: bool,
}

impl Slot {
    /// From then on one may come in.
    pub fn opens_at(&self) -> ServerInstant {
        match self.kind {
            CourseKind::Live => ServerInstant::of_fact(self.planned_start.ms().saturating_sub(EARLY_MS)),
            CourseKind::Async => self.planned_start,
        }
    }

    pub fn door(&self, now: ServerInstant) -> Door {
        match self.kind {
            CourseKind::Live => self.room(now),
            _ if self.cancelled => Door::Cancelled,
            CourseKind::Async if now < self.opens_at() => Door::NotYet,
            // To the millisecond: nothing counts at or after the close (CR-15).
            CourseKind::Async if now >= self.planned_end => Door::Over,
            CourseKind::Async => Door::Open,
        }
    }

    fn room(&self, now: ServerInstant) -> Door {
        let over = || now >= self.planned_end.plus_ms(LATE_MS);
        match self.state {
            _ if self.cancelled => Door::Cancelled,
            ClassState::Ended => Door::Over,
            // A class that runs may run late.
            ClassState::Live | ClassState::Paused => Door::Open,
            ClassState::Open if over() => Door::Over,
            ClassState::Open if now < self.opens_at() => Door::NotYet,
            ClassState::Open => Door::Open,
        }
    }
}

/// What binds somebody with an account to a lesson.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tie {
    /// Teaches it.
    pub teaches: bool,
    /// Has a place in its class, by a registration that is approved (I-11).
    pub placed: bool,
    /// Watches over all classes.
    pub watches: bool,
}

impl Tie {
    /// As what one comes in, if at all.
    pub fn role(self) -> Option<Role> {
        match self {
            Tie { teaches: true, .. } => Some(Role::Instructor),
            Tie { placed: true, .. } => Some(Role::Trainee),
            Tie { watches: true, .. } => Some(Role::Operator),
            _ => None,
        }
    }
}

/// Why somebody does not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    NotPlaced,
    Door(Door),
}

/// Whether somebody comes in at `now`, and as what. Who watches over classes may look in before.
pub fn enter(slot: &Slot, tie: Tie, now: ServerInstant) -> Result<Role, Outside> {
    let role = tie.role().ok_or(Outside::NotPlaced)?;
    match slot.door(now) {
        Door::Open => Ok(role),
        Door::NotYet if role == Role::Operator => Ok(role),
        closed => Err(Outside::Door(closed)),
    }
}

/// The lesson that one looks for: one that runs, else one whose door is open, else the next.
pub fn now_or_next(slots: &[Slot], now: ServerInstant) -> Option<&Slot> {
    let rank = |slot: &&Slot| match (slot.state, slot.door(now)) {
        (ClassState::Live | ClassState::Paused, Door::Open) => Some(0),
        (_, Door::Open) => Some(1),
        (_, Door::NotYet) => Some(2),
        (_, Door::Over | Door::Cancelled) => None,
    };
    let ranked = slots.iter().filter_map(|slot| Some((rank(&slot)?, slot)));
    ranked.min_by_key(|(rank, slot)| (*rank, slot.planned_start, slot.lesson.as_str())).map(|(_, slot)| slot)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    fn slot(lesson: &str, start_min: u64, state: ClassState) -> Slot {
        let planned_start = ServerInstant::of_fact(start_min * MINUTE);
        let planned_end = planned_start.plus_ms(90 * MINUTE);
        let kind = CourseKind::Live;
        Slot { lesson: lesson.into(), kind, planned_start, planned_end, state, cancelled: false }
    }

    #[test]
    fn what_is_studied_alone_counts_from_its_first_millisecond_to_its_last() {
        let lesson = Slot { kind: CourseKind::Async, ..slot("a", 100, ClassState::Open) };
        for (now_ms, door) in [
            (100 * MINUTE - 1, Door::NotYet),
            (100 * MINUTE, Door::Open),
            (190 * MINUTE - 1, Door::Open),
            (190 * MINUTE, Door::Over),
        ] {
            assert_eq!(lesson.door(ServerInstant::of_fact(now_ms)), door, "{now_ms}");
        }
        let cancelled = Slot { cancelled: true, ..lesson };
        assert_eq!(cancelled.door(ServerInstant::of_fact(150 * MINUTE)), Door::Cancelled);
    }

    #[test]
    fn the_door_opens_half_an_hour_before() {
        use ClassState::{Ended, Live, Open, Paused};
        for (state, now_ms, door) in [
            (Open, 70 * MINUTE - 1, Door::NotYet),
            (Open, 70 * MINUTE, Door::Open),
            (Open, 220 * MINUTE - 1, Door::Open),
            (Open, 220 * MINUTE, Door::Over),
            (Live, 10 * MINUTE, Door::Open),
            (Paused, 500 * MINUTE, Door::Open),
            (Ended, 100 * MINUTE, Door::Over),
        ] {
            let found = slot("a", 100, state).door(ServerInstant::of_fact(now_ms));
            assert_eq!(found, door, "{state:?} {now_ms}");
        }
        let cancelled = Slot { cancelled: true, ..slot("a", 100, Open) };
        assert_eq!(cancelled.door(ServerInstant::of_fact(100 * MINUTE)), Door::Cancelled);
    }

    #[test]
    fn only_those_of_the_class_come_in_and_only_in_time() {
        let lesson = slot("a", 100, ClassState::Open);
        let [placed, teaches, watches] = [(true, false, false), (false, true, false), (false, false, true)]
            .map(|(placed, teaches, watches)| Tie { teaches, placed, watches });
        let opens_ms = lesson.planned_start.ms() - EARLY_MS;
        let over_ms = lesson.planned_end.ms() + LATE_MS;
        let (shut, over) = (Err(Outside::Door(Door::NotYet)), Err(Outside::Door(Door::Over)));
        for (tie, before, within, after) in [
            (Tie::default(), Err(Outside::NotPlaced), Err(Outside::NotPlaced), Err(Outside::NotPlaced)),
            (placed, shut, Ok(Role::Trainee), over),
            (teaches, shut, Ok(Role::Instructor), over),
            (watches, Ok(Role::Operator), Ok(Role::Operator), over),
            (Tie { watches: true, ..placed }, shut, Ok(Role::Trainee), over),
        ] {
            for (at_ms, expected) in
                [(opens_ms - 1, before), (opens_ms, within), (over_ms - 1, within), (over_ms, after)]
            {
                let found = enter(&lesson, tie, ServerInstant::of_fact(at_ms));
                assert_eq!(found, expected, "{tie:?} {at_ms}");
            }
            let cancelled = Slot { cancelled: true, ..lesson.clone() };
            assert!(enter(&cancelled, tie, ServerInstant::of_fact(opens_ms)).is_err());
        }
    }

    #[test]
    fn what_runs_comes_first_then_what_opens_then_what_is_next() {
        use ClassState::{Ended, Live, Open};
        let found = |slots: &[Slot], now_min: u64| {
            now_or_next(slots, ServerInstant::of_fact(now_min * MINUTE)).map(|slot| slot.lesson.clone())
        };
        let day = [slot("c", 1000, Open), slot("a", 100, Open), slot("b", 120, Open)];
        assert_eq!(found(&day, 0).as_deref(), Some("a"));
        assert_eq!(found(&day, 95).as_deref(), Some("a"));
        assert_eq!(found(&day, 225).as_deref(), Some("b"));
        assert_eq!(found(&day, 300).as_deref(), Some("c"));
        assert_eq!(found(&day, 5000), None);
        let running = [slot("a", 100, Open), slot("b", 120, Live), slot("z", 90, Ended)];
        assert_eq!(found(&running, 121).as_deref(), Some("b"));
    }
}
