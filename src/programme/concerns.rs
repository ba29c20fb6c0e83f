//! Concerns (排课提醒): things in a timetable that are allowed but seldom meant. They are shown in an overview
//! and before lessons are saved, and forbid nothing: a lesson may find its instructor later.

use std::collections::BTreeMap;

use crate::time::Span;

/// Most lessons named in one concern; of more, only the number is told.
const NAMED_MAX: usize = 20;

/// The plan of a live lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Id; `None` = the lesson is not saved yet.
    pub lesson: Option<String>,
    pub title: String,
    /// Number of the class; `None` = the lesson has no class.
    pub class: Option<u32>,
    pub time: Span,
    /// Planned credit, ch.
    pub credit_ch: u64,
    /// Worth of the planned time by the policy, ch.
    pub worth_ch: u64,
    /// Ids of the instructors.
    pub instructors: Vec<String>,
    /// Whether the overview or the form is about this lesson; the other lessons only show clashes.
    pub is_asked_for: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    NoInstructor,
    /// One person teaches lessons that overlap.
    AtOnce {
        instructor: String,
    },
    /// The planned credit is more than the planned time is worth.
    TooShort,
}

/// A concern about one or more lessons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concern {
    pub what: What,
    /// The first lessons by their beginning, at most [`NAMED_MAX`].
    pub lessons: Vec<Plan>,
    /// Number of all lessons.
    pub count: usize,
}

/// The concerns about the lessons that are asked for, by kind.
pub fn concerns(mut plans: Vec<Plan>) -> Vec<Concern> {
    plans.sort_by(|one, other| {
        (one.time.from, one.class, &one.lesson).cmp(&(other.time.from, other.class, &other.lesson))
    });
    let those = |fits: fn(&Plan) -> bool| plans.iter().filter(move |plan| plan.is_asked_for && fits(plan));
    let mut found = Vec::new();
    found.extend(concern(What::NoInstructor, those(|plan| plan.instructors.is_empty())));
    for (instructor, own) in by_instructor(&plans) {
        found.extend(concern(
            What::AtOnce { instructor: instructor.to_owned() },
            overlapping(&own).into_iter(),
        ));
    }
    found.extend(concern(What::TooShort, those(|plan| plan.credit_ch > plan.worth_ch)));
    found
}

fn concern<'a>(what: What, lessons: impl Iterator<Item = &'a Plan>) -> Option<Concern> {
    let lessons: Vec<&Plan> = lessons.collect();
    (!lessons.is_empty()).then(|| Concern {
        what,
        count: lessons.len(),
        lessons: lessons.into_iter().take(NAMED_MAX).cloned().collect(),
    })
}

fn by_instructor(plans: &[Plan]) -> BTreeMap<&str, Vec<&Plan>> {
    let mut own: BTreeMap<&str, Vec<&Plan>> = BTreeMap::new();
    for plan in plans {
        for instructor in &plan.instructors {
            own.entry(instructor).or_default().push(plan);
        }
    }
    own
}

/// The lessons of one person that overlap others of theirs, in groups with at least one lesson that is asked
/// for. `own` is sorted by beginning: a group ends where a lesson begins after all before it have ended.
fn overlapping<'a>(own: &[&'a Plan]) -> Vec<&'a Plan> {
    let mut found = Vec::new();
    let mut group: Vec<&Plan> = Vec::new();
    let mut take = |group: &mut Vec<&'a Plan>| {
        if group.len() > 1 && group.iter().any(|plan| plan.is_asked_for) {
            found.append(group);
        }
        group.clear();
    };
    for plan in own {
        let ended = group.iter().all(|before| before.time.to <= plan.time.from);
        if ended {
            take(&mut group);
        }
        group.push(plan);
    }
    take(&mut group);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::ServerInstant;

    const MINUTE: u64 = 60_000;

    fn plan(lesson: &str, from_min: u64, minutes: u64, instructors: &[&str]) -> Plan {
        let from = ServerInstant::of_fact(from_min * MINUTE);
        Plan {
            lesson: Some(lesson.into()),
            title: lesson.into(),
            class: Some(1),
            time: Span { from, to: from.plus_ms(minutes * MINUTE) },
            credit_ch: 200,
            worth_ch: minutes * 100 / 45,
            instructors: instructors.iter().map(ToString::to_string).collect(),
            is_asked_for: true,
        }
    }

    fn told(found: &[Concern]) -> Vec<(What, Vec<&str>)> {
        found.iter().map(|concern| (concern.what.clone(), titles(concern))).collect()
    }

    fn titles(concern: &Concern) -> Vec<&str> {
        concern.lessons.iter().map(|plan| plan.title.as_str()).collect()
    }

    fn at_once(instructor: &str) -> What {
        What::AtOnce { instructor: instructor.into() }
    }

    #[test]
    fn a_usual_timetable_has_no_concerns() {
        // One lesson ends when the next begins, and another person teaches at the same time.
        let plans =
            vec![plan("a", 0, 90, &["wang"]), plan("b", 90, 90, &["wang"]), plan("c", 0, 90, &["li"])];
        assert_eq!(concerns(plans), []);
    }

    #[test]
    fn lessons_without_instructor_and_two_hours_of_credit_in_one_are_told() {
        let found = concerns(vec![plan("a", 0, 90, &[]), plan("b", 100, 60, &["wang"])]);
        assert_eq!(told(&found), [(What::NoInstructor, vec!["a"]), (What::TooShort, vec!["b"])]);
    }

    #[test]
    fn one_instructor_in_ninety_lessons_at_once_is_one_concern() {
        let all = (0..90).map(|n| plan(&format!("{n:02}"), 0, 90, &["wang"])).collect();
        let found = concerns(all);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&found[0].what, found[0].count, found[0].lessons.len()),
            (&at_once("wang"), 90, NAMED_MAX)
        );
    }

    #[test]
    fn an_overlap_among_others_only_is_not_told() {
        let other = |lesson, from| Plan { is_asked_for: false, ..plan(lesson, from, 90, &["wang"]) };
        assert_eq!(concerns(vec![other("a", 0), other("b", 30), plan("c", 200, 90, &["wang"])]), []);
        let found = concerns(vec![other("a", 0), plan("b", 89, 90, &["wang", "li"])]);
        assert_eq!(told(&found), [(at_once("wang"), vec!["a", "b"])]);
    }

    proptest! {
        /// Every overlap of one person's lessons is found, and nothing else.
        #[test]
        fn overlaps_are_found_and_no_others(times in prop::collection::vec((0_u64..600, 5_u64..200, 0_u8..3), 0..12)) {
            let names = ["a", "b", "c"];
            let plans: Vec<Plan> = times
                .iter()
                .enumerate()
                .map(|(at, (from, minutes, who))| plan(&at.to_string(), *from, *minutes, &[names[usize::from(*who)]]))
                .collect();
            let clash = |one: &Plan, other: &Plan| {
                one.lesson != other.lesson && one.instructors == other.instructors
                    && one.time.from < other.time.to && other.time.from < one.time.to
            };
            let mut expected: Vec<&str> = plans
                .iter()
                .filter(|one| plans.iter().any(|other| clash(one, other)))
                .map(|one| one.title.as_str())
                .collect();
            let found = concerns(plans.clone());
            let mut at_once: Vec<&str> = found
                .iter()
                .filter(|concern| matches!(concern.what, What::AtOnce { .. }))
                .flat_map(|concern| concern.lessons.iter().map(|plan| plan.title.as_str()))
                .collect();
            expected.sort_unstable();
            at_once.sort_unstable();
            prop_assert_eq!(at_once, expected);
        }
    }
}
