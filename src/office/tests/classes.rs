use super::*;
use crate::attendance::policy::Policy;
use crate::lesson::CourseKind;
use crate::office;
use crate::programme::course::Nature;
use crate::protocol::{NewClass, NewCourse, NewLessons, OfCourse};

impl Office {
    async fn class_of(&self, id: u64) -> Option<String> {
        office::registrations::one(&self.store, id, &Scope::all()).await.unwrap().line.class
    }
}

#[tokio::test]
async fn classes_of_100_in_the_order_of_approval_and_nobody_moves() {
    let office = Office::open().await;
    let ids = office.approved(0..210).await;
    let formed = office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    assert_eq!((formed.placed, formed.new_classes), (210, 3));
    let members: Vec<u32> =
        office::classes::all(&office.store, PHASE).await.unwrap().iter().map(|class| class.members).collect();
    assert_eq!(members, [100, 100, 10]);
    assert_eq!(office.class_of(ids[99]).await.as_deref(), Some("td2020-1-001"));
    assert_eq!(office.class_of(ids[100]).await.as_deref(), Some("td2020-1-002"));
    let again = office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    assert_eq!((again.placed, again.new_classes), (0, 0));

    // The next approval fills the gap at once; everybody else stays.
    office.decide(&[ids[0]], Decision::Withdraw).await;
    let late = office.submitted(300, "33").await;
    let decided = office.decide_at(&[late], Decision::Approve, STUDY_MS).await;
    assert_eq!(decided.outcomes[0].state, Some(State::Placed));
    assert_eq!(office.class_of(late).await.as_deref(), Some("td2020-1-001"));
    assert_eq!(office.class_of(ids[100]).await.as_deref(), Some("td2020-1-002"));
    assert_eq!(office.class_of(ids[0]).await, None);
}

#[tokio::test]
async fn whoever_is_placed_belongs_to_the_lessons_since_the_approval() {
    let office = Office::open().await;
    let first = office.approved(0..1).await[0];
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    let course = NewCourse {
        title: "课堂革命".into(),
        kind: None,
        nature: Nature::Practice,
        cap_ch: None,
        module: String::new(),
    };
    let course = office::courses::make(&office.store, &office.admin, PHASE, &course).await.unwrap();
    assert_eq!((course.kind, course.unusual), (CourseKind::Live, false));
    let mut new = NewLessons {
        course: OfCourse::Known(course.id),
        title: "第一讲".into(),
        classes: vec![],
        planned_start_ms: STUDY_MS + 19 * 3_600_000,
        minutes: 90,
        until_ms: None,
        credit_ch: 200,
        instructors: vec![],
        source: None,
    };
    let make = async |new: &NewLessons| {
        let (all, policy) = (Scope::all(), Policy::default());
        office::lessons::make(&office.store, &office.admin, &all, PHASE, new, &policy, 0).await
    };
    let made = make(&new).await.unwrap();
    assert_eq!((made.len(), made[0].class.as_str()), (1, "td2020-1-001"));
    let lesson = made[0].lesson.clone();
    let since = async |id: u64| {
        office.store.enrolments().approved_at(&lesson, &office.person_of(id).await).await.unwrap()
    };
    assert_eq!(since(first).await, Some(CLOSED_MS));
    let late = office.submitted(5, "33").await;
    office.decide_at(&[late], Decision::Approve, STUDY_MS + DAY_MS).await;
    assert_eq!(since(late).await, Some(STUDY_MS + DAY_MS), "approved during the class");
    office.decide_at(&[late], Decision::Withdraw, STUDY_MS + DAY_MS).await;
    assert_eq!(since(late).await, None);

    let again = make(&new).await;
    assert_eq!(fields(again), [("planned_start_ms".into(), Wrong::Taken)], "the class has one then");
    new.planned_start_ms = STUDY_MS - 1;
    let early = make(&new).await;
    assert_eq!(fields(early), [("planned_start_ms".into(), Wrong::Value)]);
}

#[tokio::test]
async fn a_lesson_is_judged_by_the_policy_of_its_programme() {
    let office = Office::open().await;
    office.approved(0..1).await;
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    let course = NewCourse {
        title: "政策解读".into(),
        kind: Some(CourseKind::Live),
        nature: Nature::Theory,
        cap_ch: Some(100),
        module: "A".into(),
    };
    let course = office::courses::make(&office.store, &office.admin, PHASE, &course).await.unwrap();
    let new = NewLessons {
        course: OfCourse::Known(course.id),
        title: "讲".into(),
        classes: vec![format!("{PHASE}-001")],
        planned_start_ms: STUDY_MS,
        minutes: 45,
        until_ms: None,
        credit_ch: 100,
        instructors: vec![],
        source: None,
    };
    let lesson = office::lessons::make(
        &office.store,
        &office.admin,
        &Scope::all(),
        PHASE,
        &new,
        &Policy::default(),
        0,
    )
    .await
    .unwrap()
    .remove(0);
    assert_eq!((lesson.kind, course.unusual), (CourseKind::Live, true));
    assert_eq!(office.store.policies().of_lesson(&lesson.lesson).await.unwrap(), None);
    for (version, tol) in [("v1", 0), ("v2", 60)] {
        let toml = format!("version = \"{version}\"\ntol = {tol}");
        let toml = crate::protocol::NewPolicy::Toml { toml };
        office::policies::set(&office.store, &office.admin, PROGRAMME, &toml, 0).await.unwrap();
        let policy = office.store.policies().of_lesson(&lesson.lesson).await.unwrap().unwrap();
        assert_eq!((policy.version.as_str(), policy.tol), (version, tol));
    }
    office::timetable::make_usual(&office.store, "demo", "演示").await.unwrap();
    assert_eq!(office.store.policies().of_lesson("demo").await.unwrap(), None);
}

#[tokio::test]
async fn where_the_phase_allows_it_classes_are_chosen() {
    let office = Office::with(NewPhase { choose_class: true, ..phase_1() }, &[("33", 320)]).await;
    let host = |name: &str, kind| NewClass { track: String::new(), host: name.into(), host_kind: Some(kind) };
    let make = async |new: NewClass| {
        office::classes::make(&office.store, &office.admin, PHASE, &new).await.unwrap().id
    };
    let secondary = make(host("某中职", SchoolKind::Secondary)).await;
    let higher = make(host("某高职", SchoolKind::Higher)).await;
    let person = office.person().await;
    let id = office.save(&person, form(1, "33"), true, OPEN_MS).await.unwrap();
    let choose = async |class: &str, now_ms| {
        office::classes::choose(&office.store, &person, PHASE, class, now_ms).await
    };
    assert!(matches!(choose(&higher, OPEN_MS).await, Err(Refused::Step(_))), "not approved yet");
    office.decide(&[id], Decision::Approve).await;
    assert!(matches!(choose(&secondary, OPEN_MS).await, Err(Refused::ClassNotForYou)));
    assert!(matches!(choose("td2020-1-099", OPEN_MS).await, Err(Refused::NotFound)));
    let mine = choose(&higher, STUDY_MS - 1).await.unwrap();
    assert_eq!((mine.state, mine.class.unwrap().id), (State::Placed, higher.clone()));
    assert!(mine.may_choose_class);
    assert!(matches!(choose(&higher, STUDY_MS).await, Err(Refused::Step(_))), "the study has begun");

    sqlx::query("UPDATE classes SET capacity = 1").execute(office.store.by_hand()).await.unwrap();
    let late = office.person().await;
    let id = office.save(&late, form(2, "33"), true, OPEN_MS).await.unwrap();
    office.decide(&[id], Decision::Approve).await;
    let full = office::classes::choose(&office.store, &late, PHASE, &higher, OPEN_MS).await;
    assert!(matches!(full, Err(Refused::ClassFull)));
    let none = Office::open().await;
    let person = none.person().await;
    none.save(&person, form(1, "33"), true, OPEN_MS).await.unwrap();
    let refused = office::classes::choose(&none.store, &person, PHASE, "x", OPEN_MS).await;
    assert!(matches!(refused, Err(Refused::NoChoice)));
}
