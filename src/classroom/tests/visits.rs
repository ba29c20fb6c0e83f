//! No pattern of visits earns a block without an answered question or another proof (CR-6): one person comes
//! and goes at will, on any devices, and answers nothing. Another, whose line drops again and again, answers
//! every shown check and loses nothing.

use proptest::prelude::*;

use super::lesson::{Lesson, policy};
use super::*;
use crate::attendance::decision::Attention;
use crate::attendance::fact::Excuse;
use crate::time::{ServerInstant, Spans};

/// The visitor, and the person who answers.
const NAMES: [&str; 2] = ["影", "勤"];

/// A stay, and its beginning.
#[derive(Debug, Clone)]
struct Visit {
    away_s: u64,
    stay_s: u64,
    by: By,
    /// The device stays silently connected until its room forgets it, or leaves in order.
    in_order: bool,
}

#[derive(Debug, Clone, Copy)]
enum By {
    SamePage,
    NewPage,
    Player,
    PageAndPlayer,
}

fn visit() -> impl Strategy<Value = Visit> {
    // Mostly gaps that are bridged, and short ones.
    let away = prop_oneof![6 => 1..60_u64, 2 => 55..70_u64, 1 => 60..900_u64];
    let stay = prop_oneof![6 => 1..7_u64, 3 => 5..60_u64, 1 => 60..800_u64];
    let by = prop::sample::select(vec![By::SamePage, By::NewPage, By::Player, By::PageAndPlayer]);
    (away, stay, by, any::<bool>()).prop_map(|(away_s, stay_s, by, in_order)| Visit {
        away_s,
        stay_s,
        by,
        in_order,
    })
}

/// Seconds until the line of the other person drops, its length, and the time to answer.
fn drop() -> impl Strategy<Value = (u64, u64, u64)> {
    (20..300_u64, 1..13_u64, 0..70_u64)
}

struct Play {
    lesson: Lesson,
    /// The pages and players of the visitor.
    devices: Vec<ConnectionId>,
    last_page: Option<ConnectionId>,
    diligent: ConnectionId,
    drops: Vec<(u64, u64, u64)>,
    /// Seconds since the line came back.
    since_s: u64,
}

impl Play {
    fn visit(&mut self, visit: &Visit) {
        self.pass(visit.away_s);
        let lesson = &mut self.lesson;
        match (visit.by, self.last_page) {
            (By::SamePage, Some(page)) => self.devices.push(lesson.returns(NAMES[0], page)),
            (By::Player, _) => self.devices.push(lesson.plays(NAMES[0])),
            (By::SamePage | By::NewPage, _) => self.devices.push(lesson.comes(NAMES[0], Role::Trainee)),
            (By::PageAndPlayer, _) => {
                self.devices.push(lesson.comes(NAMES[0], Role::Trainee));
                self.devices.push(lesson.plays(NAMES[0]));
            }
        }
        let is_page = |device: &&ConnectionId| lesson.class.clients.contains_key(device);
        self.last_page = self.devices.iter().find(is_page).copied().or(self.last_page);
        self.pass(visit.stay_s);
        for device in std::mem::take(&mut self.devices) {
            let is_page = self.lesson.class.clients.contains_key(&device);
            if is_page && !visit.in_order {
                self.lesson.vanishes(device);
            } else {
                self.lesson.leaves(device);
            }
        }
    }

    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            let (after_s, for_s, patience_s) = self.drops[0];
            self.since_s += 1;
            if self.since_s == after_s {
                self.lesson.vanishes(self.diligent);
            } else if self.since_s == after_s + for_s {
                self.diligent = self.lesson.returns(NAMES[1], self.diligent);
                self.drops.rotate_left(1);
                self.since_s = 0;
            }
            self.lesson.live(1);
            if !self.lesson.is_here(self.diligent) {
                continue;
            }
            let left_ms = |deadline_ms: u64| deadline_ms - self.lesson.class.now;
            if let Some(check) = self.lesson.check(self.diligent)
                && left_ms(check.deadline_ms) + patience_s * 1000 <= policy().answer * 1000
            {
                self.lesson.answers(self.diligent, &check.check).unwrap();
            }
        }
    }

    /// A block that was missed or never answered does not count, unless nobody could be asked.
    fn check(&self) {
        let (facts, result) = self.lesson.class.room.judge().unwrap();
        let Some((_, decision)) =
            result.decisions.iter().find(|(person, _)| Some(person) == id_of(NAMES[0]).as_ref())
        else {
            return;
        };
        let excused = |block: u32| {
            let own = self.lesson.class.facts.iter().filter(|fact| fact.person == id_of(NAMES[0]));
            own.filter_map(|fact| match &fact.what {
                What::CheckVoid { check, why: Some(Excuse::Class), .. } => Some(check),
                _ => None,
            })
            .any(|check| check.trim_end_matches('+') == format!("b{block}"))
        };
        let fresh_ms = policy().hb_timeout * 1000;
        let there = facts.people[&id_of(NAMES[0]).unwrap()].proven().bridged(fresh_ms);
        for (block, state) in (1..).zip(&decision.attention) {
            let present: Spans = decision.present.and(&result.blocks.time_of(|own| own == block));
            let end = result.window.last().unwrap();
            let due = facts.due.get(&block);
            assert!(due.is_some() || block == result.blocks.count(), "every block asks");
            let was_due = due.is_some_and(|at| at.plus_ms(policy().answer * 1000) <= end);
            // The end excuses people who were there from the question on, and nobody else.
            let stayed = due.is_some_and(|at| {
                let by_end = ServerInstant::of_fact(end.ms().saturating_sub(fresh_ms + 2_000)).max(*at);
                Spans::one(*at, by_end).and(&result.window).minus(&there).is_empty()
            });
            let earns = !present.is_empty() && !state.is_void();
            assert!(
                !earns || !was_due || excused(block) && stayed,
                "block {block}: {state:?} {:#?}",
                self.lesson.told()
            );
            assert_ne!(*state, Attention::Proven);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_pattern_of_visits_earns_a_block_and_no_pattern_of_drops_costs_one(
        visits in prop::collection::vec(visit(), 1..40),
        drops in prop::collection::vec(drop(), 1..10),
        seconds in 900..2_700_u64,
    ) {
        let (lesson, [diligent]) = Lesson::begun([NAMES[1]]);
        let mut play = Play { lesson, devices: vec![], last_page: None, diligent, drops, since_s: 0 };
        let start = play.lesson.class.now;
        for visit in visits.iter().cycle() {
            if play.lesson.class.now - start > seconds * 1000 {
                break;
            }
            play.visit(visit);
        }
        play.lesson.ask_staff(Command::EndClass);
        play.check();
        prop_assert_eq!(play.lesson.void_blocks(NAMES[1]), Vec::<u32>::new(), "{:#?}", play.lesson.told());
    }
}
