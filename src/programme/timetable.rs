//! The timetable (课表) of a class: the lesson that is now or next, and whether its door is open. A self-study
//! lesson has no room; its door says whether watching counts.

use crate::account::role::{Role as AccountRole, RoleGrant};
use crate::lesson::{ClassState, CourseKind, Role};
use crate::time::ServerInstant;

/// Whether a lesson may be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The door opens 30 minutes before the planned start.
    NotYet,
    Open,
    Over,
    Cancelled,
}

/// Time from the opening of the doors to the planned start, ms (S1-23).
pub const EARLY_MS: u64 = 30 * 60 * 1000;
/// Time from its planned end after which a class that nobody started or ended is over, ms.
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
    /// The instant from which the lesson may be entered.
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
            // Exact to the millisecond: nothing counts at or after the close (CR-15).
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

/// The ties of a person to a lesson.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tie {
    /// The person teaches it.
    pub teaches: bool,
    /// The person has a place in its class, by an approved registration (I-11).
    pub placed: bool,
    /// The person watches over all classes.
    pub watches: bool,
}

impl Tie {
    /// The role in the room; `None` = the person may not enter.
    pub fn role(self) -> Option<Role> {
        match self {
            Tie { teaches: true, .. } => Some(Role::Instructor),
            Tie { placed: true, .. } => Some(Role::Trainee),
            Tie { watches: true, .. } => Some(Role::Operator),
            _ => None,
        }
    }
}

impl Tie {
    /// The tie with what these roles add for a lesson of `class`: operators watch over every lesson, class
    /// administrators over those of their classes. A person without the role of an instructor teaches nothing,
    /// whatever the timetable says.
    pub fn with_roles(self, class: Option<&str>, grants: &[RoleGrant]) -> Tie {
        let watches = grants.iter().any(|grant| match grant.role {
            AccountRole::Operator => true,
            AccountRole::ClassAdmin => class.is_some() && grant.class.as_deref() == class,
            _ => false,
        });
        let may_teach = grants.iter().any(|grant| grant.role == AccountRole::Instructor);
        Tie { watches, teaches: self.teaches && may_teach, ..self }
    }

    /// Whether somebody who came in with this role may stay with it.
    pub fn keeps(self, role: Role) -> bool {
        match role {
            Role::Instructor => self.teaches,
            Role::Trainee => self.placed,
            Role::Operator => self.watches,
        }
    }
}

/// The reason why a person may not enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    NotPlaced,
    Door(Door),
}

/// The role in which a person may enter at `now`. Operators may look in before the doors open.
pub fn enter(slot: &Slot, tie: Tie, now: ServerInstant) -> Result<Role, Outside> {
    let role = tie.role().ok_or(Outside::NotPlaced)?;
    match slot.door(now) {
        Door::Open => Ok(role),
        Door::NotYet if role == Role::Operator => Ok(role),
        closed => Err(Outside::Door(closed)),
    }
}

/// The lesson to show first: a running one, else one with an open door, else the next.
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
    fn who_is_an_instructor_no_more_teaches_nothing_and_class_administrators_watch_their_own_class() {
        let grant =
            |role, class: Option<&str>| RoleGrant { role, unit: None, class: class.map(str::to_owned) };
        let named = Tie { teaches: true, ..Tie::default() };
        for (grants, class, teaches, watches) in [
            (vec![grant(AccountRole::Instructor, None)], Some("a"), true, false),
            (vec![grant(AccountRole::Trainee, None)], Some("a"), false, false),
            (vec![grant(AccountRole::ClassAdmin, Some("a"))], Some("a"), false, true),
            (vec![grant(AccountRole::ClassAdmin, Some("a"))], Some("b"), false, false),
            (vec![grant(AccountRole::ClassAdmin, Some("a"))], None, false, false),
            (vec![grant(AccountRole::Operator, None)], None, false, true),
        ] {
            let tie = named.with_roles(class, &grants);
            assert_eq!((tie.teaches, tie.watches), (teaches, watches), "{grants:?} {class:?}");
            assert_eq!((tie.keeps(Role::Instructor), tie.keeps(Role::Operator)), (teaches, watches));
            assert!(!tie.keeps(Role::Trainee));
        }
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
