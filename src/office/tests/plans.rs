//! Concerns about a timetable, from stored lessons.

use super::*;
use crate::attendance::policy::Policy;
use crate::programme::concerns::{What, concerns};
use crate::protocol::{CheckPlan, NewCourse, NewLessons, OfCourse};

const HOUR_MS: u64 = 3_600_000;

fn course() -> OfCourse {
    let (title, module) = ("实践".into(), String::new());
    OfCourse::New(NewCourse {
        title,
        kind: None,
        nature: crate::programme::course::Nature::Practice,
        cap_ch: None,
        module,
    })
}

fn lessons(start_ms: u64, minutes: u32, instructors: &[&str]) -> NewLessons {
    NewLessons {
        course: course(),
        title: "第一讲".into(),
        classes: vec![],
        planned_start_ms: start_ms,
        minutes,
        until_ms: None,
        credit_ch: 200,
        instructors: instructors.iter().map(ToString::to_string).collect(),
        source: None,
    }
}

fn check(lesson: Option<&str>, start_ms: u64, minutes: u32, instructors: &[&str]) -> CheckPlan {
    CheckPlan {
        lesson: lesson.map(str::to_owned),
        title: "第二讲".into(),
        classes: vec![],
        planned_start_ms: start_ms,
        minutes,
        credit_ch: lesson.is_none().then_some(200),
        instructors: instructors.iter().map(ToString::to_string).collect(),
    }
}

impl Office {
    async fn told_of_all(&self) -> Vec<(What, usize)> {
        let planned = office::lessons::plans::ahead(&self.store, PHASE, &Scope::all(), &Policy::default(), 0)
            .await
            .unwrap();
        concerns(planned.plans).into_iter().map(|one| (one.what, one.count)).collect()
    }

    async fn told_of(&self, plan: &CheckPlan) -> Vec<(What, usize)> {
        let planned =
            office::lessons::plans::with(&self.store, PHASE, &Scope::all(), plan, &Policy::default(), 0)
                .await
                .unwrap();
        concerns(planned.plans).into_iter().map(|one| (one.what, one.count)).collect()
    }
}

#[tokio::test]
async fn one_instructor_for_three_classes_at_once_is_told_before_and_after() {
    let office = Office::open().await;
    for _ in 0..3 {
        office::classes::make(&office.store, &office.admin, PHASE, &Default::default()).await.unwrap();
    }
    let teacher = office.instructor().await;
    let at_once = What::AtOnce { instructor: teacher.clone() };
    let new = check(None, STUDY_MS, 90, &[&teacher]);
    assert_eq!(office.told_of(&new).await, [(at_once.clone(), 3)]);
    let made = lessons(STUDY_MS, 90, &[&teacher]);
    office::lessons::make(&office.store, &office.admin, &Scope::all(), PHASE, &made, &Policy::default(), 0)
        .await
        .unwrap();
    assert_eq!(office.told_of_all().await, [(at_once.clone(), 3)]);
    // Lessons at another time are no part of it.
    assert_eq!(office.told_of(&check(None, STUDY_MS + 2 * HOUR_MS, 90, &[&teacher])).await, [(at_once, 3)]);
    // Refusals come first.
    for (start_ms, wrong) in [(STUDY_MS + HOUR_MS, Wrong::Taken), (STUDY_MS - HOUR_MS, Wrong::Value)] {
        let (scope, policy, plan) = (Scope::all(), Policy::default(), check(None, start_ms, 90, &[&teacher]));
        let refused =
            office::lessons::plans::with(&office.store, PHASE, &scope, &plan, &policy, 0).await.map(|_| ());
        assert_eq!(fields(refused), [("planned_start_ms".into(), wrong)]);
    }
}

#[tokio::test]
async fn no_instructor_and_two_hours_of_credit_in_one_are_told() {
    let office = Office::open().await;
    office::classes::make(&office.store, &office.admin, PHASE, &Default::default()).await.unwrap();
    assert_eq!(
        office.told_of(&check(None, STUDY_MS, 60, &[])).await,
        [(What::NoInstructor, 1), (What::TooShort, 1)]
    );
    let new = lessons(STUDY_MS, 60, &[]);
    let (scope, policy) = (Scope::all(), Policy::default());
    let made =
        office::lessons::make(&office.store, &office.admin, &scope, PHASE, &new, &policy, 0).await.unwrap();
    let lesson = &made[0].lesson;
    assert_eq!(office.told_of_all().await, [(What::NoInstructor, 1), (What::TooShort, 1)]);
    // With an instructor and 90 minutes: no concern is left.
    let teacher = office.instructor().await;
    assert_eq!(office.told_of(&check(Some(lesson), STUDY_MS, 90, &[&teacher])).await, []);
}
