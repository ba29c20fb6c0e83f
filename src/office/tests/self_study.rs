//! Self-study lessons: their recordings, their people, their time.

use super::*;
use crate::attendance::fact::Audience;
use crate::attendance::policy::Policy;
use crate::lesson::CourseKind;
use crate::office;
use crate::office::timetable::{NewPlan, PlanError};
use crate::programme::course::Nature;
use crate::protocol::{Course, NewCourse, NewLessons, NewPolicy, NewStudio, OfCourse};
use crate::store::studies::Bonds;
use crate::time::ServerInstant;
use crate::time::Stretch;

const MINUTE_MS: u64 = 60_000;

impl Office {
    async fn course(&self, nature: Nature) -> u64 {
        let (title, module) = ("政策解读".into(), String::new());
        let new = NewCourse { title, kind: None, nature, cap_ch: None, module };
        office::courses::make(&self.store, &self.admin, PHASE, &new).await.expect("a course").id
    }

    async fn make(&self, new: &NewLessons) -> Answer<Vec<crate::protocol::ClassLesson>> {
        office::lessons::make(&self.store, &self.admin, &Scope::all(), PHASE, new, &Policy::default(), 0)
            .await
    }

    /// Publishes so many minutes of a lesson's recording.
    async fn published(&self, lesson: &str, minutes: u64) {
        self.store.recordings().name(lesson).await.expect("a name");
        let shown = Stretch { from_ms: MINUTE_MS, to_ms: (minutes + 1) * MINUTE_MS };
        let (title, description) = ("已发布".into(), String::new());
        let course = Course {
            title,
            description,
            speaker: String::new(),
            tags: vec![],
            listed: false,
            shown,
            audience: Audience::Class,
        };
        office::publications::publish(&self.store, lesson, &course, &[], &self.admin, 0)
            .await
            .expect("a course");
    }
}

fn lessons(course: u64, source: Option<&str>) -> NewLessons {
    NewLessons {
        course: OfCourse::Known(course),
        title: "第一讲".into(),
        classes: vec![],
        planned_start_ms: STUDY_MS,
        minutes: 0,
        until_ms: None,
        credit_ch: 100,
        instructors: vec![],
        source: source.map(str::to_owned),
    }
}

/// A person with a class, as registration and as person; 45 minutes of "studio" are published.
async fn placed_beside_a_recording() -> (Office, u64, String) {
    let office = Office::open().await;
    let placed = office.approved(0..1).await[0];
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    let person = office.person_of(placed).await;
    office::timetable::make_usual(&office.store, "studio", "录课").await.unwrap();
    office.published("studio", 45).await;
    (office, placed, person)
}

#[tokio::test]
async fn they_are_made_of_what_was_published_and_is_long_enough() {
    let office = Office::open().await;
    office.approved(0..101).await;
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    let course = office.course(Nature::Theory).await;
    office::timetable::make_usual(&office.store, "studio", "录课").await.unwrap();
    for (source, wrong) in
        [(None, Wrong::Missing), (Some("nowhere"), Wrong::Choice), (Some("studio"), Wrong::Unpublished)]
    {
        assert_eq!(fields(office.make(&lessons(course, source)).await), [("source".into(), wrong)]);
    }
    office.published("studio", 4).await;
    let short = office.make(&lessons(course, Some("studio"))).await;
    assert_eq!(fields(short), [("source".into(), Wrong::TooShort)]);
    office.published("studio", 45).await;
    let sources = office::lessons::sources(&office.store, PHASE, &Policy::default()).await.unwrap();
    let source = &sources[0];
    let known = (source.lesson.as_str(), source.class_name.as_deref(), source.length_ms, source.worth_ch);
    assert_eq!((sources.len(), known), (1, ("studio", None, 45 * MINUTE_MS, 100)));

    let new = lessons(course, Some("studio"));
    let much = NewLessons { credit_ch: 110, ..new.clone() };
    assert_eq!(fields(office.make(&much).await), [("credit_ch".into(), Wrong::Value)]);
    let end_ms = STUDY_MS + 11 * DAY_MS;
    for (start_ms, until_ms, field, wrong) in [
        (STUDY_MS - 1, None, "planned_start_ms", Wrong::Value),
        (end_ms, None, "planned_start_ms", Wrong::Value),
        (STUDY_MS, Some(STUDY_MS), "until_ms", Wrong::Order),
        (STUDY_MS, Some(end_ms + 1), "until_ms", Wrong::Value),
    ] {
        let new = NewLessons { planned_start_ms: start_ms, until_ms, ..new.clone() };
        assert_eq!(fields(office.make(&new).await), [(field.into(), wrong)], "{start_ms} {until_ms:?}");
    }
    let made = office.make(&new).await.unwrap();
    let classes: Vec<_> = made.iter().map(|lesson| (lesson.class.as_str(), lesson.planned_end_ms)).collect();
    assert_eq!(classes, [("td2020-1-001", end_ms), ("td2020-1-002", end_ms)], "to the end of the study");
    assert_eq!((made[0].kind, made[0].content.as_str()), (CourseKind::Async, "td2020-of-studio"));
    let again = office.make(&new).await.unwrap();
    let known = (again[1].lesson.as_str(), again[1].content.as_str());
    assert_eq!(known, ("td2020-1-002-k1-2", "td2020-of-studio"), "another lesson, which earns nothing more");
}

#[tokio::test]
async fn what_classes_were_given_is_earned_once_live_or_not() {
    let office = Office::open().await;
    office.approved(0..1).await;
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    let (live, theory) = (office.course(Nature::Practice).await, office.course(Nature::Theory).await);
    let lecture = NewLessons { minutes: 90, ..lessons(live, None) };
    let lecture = office.make(&lecture).await.unwrap().remove(0);
    office.published(&lecture.lesson, 45).await;
    let made = office.make(&lessons(theory, Some(&lecture.lesson))).await.unwrap();
    assert_eq!(made[0].content, lecture.content);
    let other = office.make(&lessons(live, Some(&lecture.lesson))).await;
    assert_eq!(fields(other), [("minutes".into(), Wrong::Value)], "a live course has meetings");
}

#[tokio::test]
async fn a_recording_session_has_instructors_and_no_class() {
    let office = Office::open().await;
    let (live, theory) = (office.course(Nature::Practice).await, office.course(Nature::Theory).await);
    let mut new = NewStudio {
        course: OfCourse::Known(theory),
        title: "录制".into(),
        planned_start_ms: OPEN_MS,
        minutes: 60,
        instructors: vec![],
    };
    let make = async |new: &NewStudio| {
        office::lessons::make_studio(&office.store, &office.admin, PHASE, new, 0).await
    };
    assert_eq!(fields(make(&new).await), [("instructors".into(), Wrong::Missing)]);
    new.instructors = vec![office.person().await];
    assert_eq!(fields(make(&new).await), [("instructors".into(), Wrong::Choice)], "no instructor");
    let teacher = office.instructor().await;
    new.instructors = vec![teacher.clone()];
    assert_eq!(
        fields(make(&NewStudio { course: OfCourse::Known(live), ..new.clone() }).await),
        [("course".into(), Wrong::Choice)]
    );
    let lesson = make(&new).await.unwrap();
    let plan = office.store.timetable().lesson(&lesson, &teacher).await.unwrap().unwrap();
    assert_eq!((plan.tie.teaches, plan.class, plan.credit_ch), (true, None, 0));
    let all = office.store.timetable().studios(PHASE, &office.admin).await.unwrap();
    assert_eq!(all.iter().map(|one| one.slot.lesson.as_str()).collect::<Vec<_>>(), [lesson.as_str()]);
    assert!(office.store.timetable().studios("td2020-2", &office.admin).await.unwrap().is_empty());
    // It belongs to the programme all the same.
    let stranger = office.person().await;
    let bonds =
        office.store.studies().bonds(&lesson, &stranger, ServerInstant::of_fact(STUDY_MS)).await.unwrap();
    assert_eq!(bonds, Bonds::default());
    let bonds =
        office.store.studies().bonds(&lesson, &teacher, ServerInstant::of_fact(STUDY_MS)).await.unwrap();
    assert!(bonds.programme);
}

#[tokio::test]
async fn those_of_the_class_are_bound_to_the_recording_from_the_first_day_on() {
    let (office, _, person) = placed_beside_a_recording().await;
    let made = office.make(&lessons(office.course(Nature::Theory).await, Some("studio"))).await.unwrap();
    let studies = async |at_ms| {
        office.store.studies().bonds("studio", &person, ServerInstant::of_fact(at_ms)).await.unwrap().studies
    };
    assert!(!studies(STUDY_MS - 1).await && studies(STUDY_MS).await);
    assert!(studies(STUDY_MS + 100 * DAY_MS).await, "it stays readable");
    let own = office.store.studies().of_person(&person).await.unwrap();
    assert_eq!(own.iter().map(|one| one.slot.lesson.as_str()).collect::<Vec<_>>(), [made[0].lesson.as_str()]);
    assert!(own[0].placed && own[0].course.is_some());
    let [sheet] = office
        .store
        .class_lists()
        .of_lesson(&made[0].lesson, "")
        .await
        .unwrap()
        .try_into()
        .expect("one line");
    assert_eq!(sheet.who.document, format!("{}{}", "*".repeat(14), &number(0)[14..]));
    let stranger = office.person().await;
    assert!(!office.store.studies().find(&made[0].lesson, &stranger).await.unwrap().unwrap().placed);

    // People placed later study it, too; people who withdraw do not.
    let late = office.submitted(5, "33").await;
    office.decide_at(&[late], Decision::Approve, STUDY_MS).await;
    let late_person = office.person_of(late).await;
    assert_eq!(office.store.studies().of_person(&late_person).await.unwrap().len(), 1);
    office.decide_at(&[late], Decision::Withdraw, STUDY_MS).await;
    assert_eq!(office.store.studies().of_person(&late_person).await.unwrap().len(), 0);
    office::timetable::cancel(&office.store, &made[0].lesson, &office.admin, "内容有误").await.unwrap();
    assert!(!studies(STUDY_MS).await, "cancelled");
}

#[tokio::test]
async fn its_time_may_lie_across_lessons_and_is_judged_as_it_began() {
    let office = Office::open().await;
    office.approved(0..1).await;
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    office::timetable::make_usual(&office.store, "studio", "录课").await.unwrap();
    office.published("studio", 45).await;
    let practice = office.course(Nature::Practice).await;
    office.make(&NewLessons { minutes: 90, ..lessons(practice, None) }).await.unwrap();
    let made = office.make(&lessons(office.course(Nature::Theory).await, Some("studio"))).await.unwrap();
    let plan = |from_ms: u64, to_ms: u64| NewPlan {
        title: "第一讲",
        from: ServerInstant::of_fact(from_ms),
        to: ServerInstant::of_fact(to_ms),
        instructors: &[],
    };
    let longer = plan(STUDY_MS, STUDY_MS + 5 * DAY_MS);
    office::timetable::change(&office.store, &made[0].lesson, &longer, &office.admin).await.unwrap();
    let twice = NewLessons { planned_start_ms: STUDY_MS + DAY_MS, minutes: 90, ..lessons(practice, None) };
    let twice = office.make(&twice).await.unwrap().remove(0);
    let moved = plan(STUDY_MS, STUDY_MS + 90 * MINUTE_MS);
    let clash = office::timetable::change(&office.store, &twice.lesson, &moved, &office.admin).await;
    assert!(matches!(clash, Err(PlanError::Clash)), "{clash:?}");

    let set = async |version: &str, at_ms| {
        let new = NewPolicy::Toml { toml: format!("version = \"{version}\"") };
        office::policies::set(&office.store, &office.admin, PROGRAMME, &new, at_ms).await.unwrap();
    };
    set("before", STUDY_MS - 1).await;
    set("after", STUDY_MS + 1).await;
    let version =
        office.store.policies().of_lesson(&made[0].lesson).await.unwrap().map(|policy| policy.version);
    assert_eq!(version.as_deref(), Some("before"));
}

#[tokio::test]
async fn a_course_is_made_with_its_lesson_or_not_at_all() {
    let office = Office::open().await;
    office.approved(0..1).await;
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    let course = |title: &str| {
        let (title, module) = (title.into(), String::new());
        OfCourse::New(NewCourse { title, kind: None, nature: Nature::Practice, cap_ch: None, module })
    };
    let new = NewLessons { course: course("课堂革命"), ..lessons(0, None) };
    let short = NewLessons { minutes: 1, ..new.clone() };
    assert_eq!(fields(office.make(&short).await), [("minutes".into(), Wrong::Value)]);
    let untitled = NewLessons { course: course(" "), minutes: 90, ..new.clone() };
    assert_eq!(fields(office.make(&untitled).await), [("title".into(), Wrong::Missing)]);
    assert_eq!(office::courses::all(&office.store, PHASE).await.unwrap(), [], "nothing half-done");
    let made = office.make(&NewLessons { minutes: 90, ..new }).await.unwrap();
    let courses = office::courses::all(&office.store, PHASE).await.unwrap();
    assert_eq!((courses.len(), made[0].course, courses[0].lessons), (1, Some(courses[0].id), 1));
}

#[tokio::test]
async fn who_withdraws_keeps_what_was_completed_and_nothing_else() {
    let (office, placed, person) = placed_beside_a_recording().await;
    let course = office.course(Nature::Theory).await;
    let (done, open) = (
        office.make(&lessons(course, Some("studio"))).await.unwrap().remove(0),
        office.make(&lessons(course, Some("studio"))).await.unwrap().remove(0),
    );
    sqlx::query("INSERT INTO completions VALUES ($1, $2, 0, 100, 'v', '[]', 'x')")
        .bind(&done.lesson)
        .bind(&person)
        .execute(office.store.by_hand())
        .await
        .unwrap();
    office.decide_at(&[placed], Decision::Withdraw, STUDY_MS).await;
    let left = async |lesson: &str| {
        let row = sqlx::query("SELECT count(*) FROM enrolments WHERE lesson = $1 AND person = $2");
        let row = row.bind(lesson).bind(&person).fetch_one(office.store.by_hand()).await.unwrap();
        sqlx::Row::get::<i64, _>(&row, 0)
    };
    assert_eq!((left(&done.lesson).await, left(&open.lesson).await), (1, 0));
}
