//! The progress of a person against the timetable of a phase: told early, while something can still be done
//! about it.

use serde::{Deserialize, Serialize};

/// Smallest shortfall worth telling: one credit hour, in ch.
const WORTH_SAYING_CH: u64 = 100;

/// The credit hours of one person in one phase, in ch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Hours that the phase asks for.
    pub asked_ch: u64,
    /// Recognised hours, after every cap.
    pub recognised_ch: u64,
    pub timetable: Planned,
}

/// One content of the timetable of a person's class. Lessons of the same content count once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// Worth of the content, ch.
    pub credit_ch: u64,
    /// The end of its last lesson.
    pub until_ms: u64,
    /// The person's balance for the content, ch; below 0 = corrections took more than was entered.
    pub earned_ch: i64,
}

/// The instants that divide a timetable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Lessons that ended by then are past: their results must be there.
    pub past_ms: u64,
    /// Lessons that ended by then can no longer be earned.
    pub over_ms: u64,
}

/// The worth of the timetable of a person's class, in ch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Planned {
    /// All lessons that are not cancelled.
    pub planned_ch: u64,
    /// The part of it that was held or due by now.
    pub past_ch: u64,
    /// The part that this person can still earn, missed lessons included as long as their recordings make up
    /// for them.
    pub still_ch: u64,
}

impl Planned {
    pub fn of(offered: impl IntoIterator<Item = Offered>, deadlines: Deadlines) -> Planned {
        let mut planned = Planned::default();
        for Offered { credit_ch, until_ms, earned_ch } in offered {
            planned.planned_ch += credit_ch;
            if until_ms <= deadlines.past_ms {
                planned.past_ch += credit_ch;
            }
            if until_ms > deadlines.over_ms {
                planned.still_ch += credit_ch.saturating_sub_signed(earned_ch).min(credit_ch);
            }
        }
        planned
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// The hours are reached.
    Done,
    OnTrack,
    /// Hours of past lessons are missing; those that can still be earned suffice.
    Behind,
    /// The hours that can still be earned do not suffice.
    Short,
}

impl Pace {
    /// Whether something has to be done about it.
    pub fn is_behind(self) -> bool {
        matches!(self, Pace::Behind | Pace::Short)
    }
}

impl Standing {
    pub fn pace(&self) -> Pace {
        if self.recognised_ch >= self.asked_ch {
            return Pace::Done;
        }
        let Planned { planned_ch, past_ch, still_ch } = self.timetable;
        // An incomplete timetable says nothing about the person.
        let suffices = planned_ch >= self.asked_ch;
        if suffices && self.recognised_ch.saturating_add(still_ch) < self.asked_ch {
            return Pace::Short;
        }
        let missed_ch = past_ch.min(self.asked_ch).saturating_sub(self.recognised_ch);
        if missed_ch >= WORTH_SAYING_CH { Pace::Behind } else { Pace::OnTrack }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_behind_hears_of_it_and_nobody_else() {
        let check = |recognised_ch, planned_ch, past_ch, still_ch, expected| {
            let timetable = Planned { planned_ch, past_ch, still_ch };
            let standing = Standing { asked_ch: 1_000, recognised_ch, timetable };
            assert_eq!(standing.pace(), expected, "{standing:?}");
        };
        check(0, 0, 0, 0, Pace::OnTrack);
        check(0, 600, 0, 600, Pace::OnTrack);
        check(0, 1_200, 0, 1_200, Pace::OnTrack);
        check(301, 1_200, 400, 800, Pace::OnTrack);
        check(300, 1_200, 400, 800, Pace::Behind);
        check(200, 1_200, 400, 800, Pace::Behind);
        check(199, 1_200, 400, 800, Pace::Short);
        check(0, 600, 400, 200, Pace::Behind);
        check(999, 1_200, 1_200, 0, Pace::Short);
        check(1_000, 1_200, 1_200, 0, Pace::Done);
        // Hours beyond those asked for cannot be missed.
        check(950, 2_000, 1_500, 500, Pace::OnTrack);
    }

    #[test]
    fn a_lesson_is_past_first_and_over_later() {
        let deadlines = Deadlines { past_ms: 2_000, over_ms: 1_000 };
        let worth = |until_ms, earned_ch| {
            let Planned { planned_ch, past_ch, still_ch } =
                Planned::of([Offered { credit_ch: 200, until_ms, earned_ch }], deadlines);
            assert_eq!(planned_ch, 200);
            (past_ch, still_ch)
        };
        assert_eq!(worth(1_000, 0), (200, 0));
        assert_eq!(worth(1_001, 0), (200, 200));
        assert_eq!(worth(2_000, 50), (200, 150));
        assert_eq!(worth(2_001, 200), (0, 0));
        // A correction may give more than the content is worth, or take more than was earned.
        assert_eq!(worth(2_001, 250), (0, 0));
        assert_eq!(worth(2_001, -100), (0, 200));
    }
}
