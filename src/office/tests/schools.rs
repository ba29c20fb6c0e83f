use super::*;
use crate::programme::school_limit::{CategorySeats, PerSchool};
use crate::protocol::Correction;

const HEAD: &str = "校长";
const BACKBONE: &str = "骨干教师";

/// One head and two teachers of each school (S0-02).
fn one_and_two() -> NewPhase {
    let of = |category: &str, seats| CategorySeats { category: category.into(), seats };
    let per_school = PerSchool { seats: 3, categories: vec![of(HEAD, 1), of(BACKBONE, 2)] };
    NewPhase {
        categories: [HEAD, BACKBONE, "CIO"].map(str::to_owned).into(),
        per_school: Some(per_school),
        ..phase_1()
    }
}

fn of_school(n: u32, school: &str, category: &str) -> RegistrationForm {
    RegistrationForm { school: school.into(), category: category.into(), ..form(n, "33") }
}

impl Office {
    async fn submitted_as(&self, form: RegistrationForm) -> u64 {
        let person = self.person().await;
        self.save(&person, form, true, OPEN_MS).await.expect("all is well")
    }

    /// State, refusal, and school.
    async fn approve_one(&self, id: u64) -> (Option<State>, Option<String>, Option<String>) {
        let outcome = self.decide_at(&[id], Decision::Approve, OPEN_MS).await.outcomes.remove(0);
        (outcome.state, outcome.refused, outcome.school)
    }
}

#[tokio::test]
async fn a_school_sends_no_more_than_the_phase_allows_and_is_named() {
    let office = Office::with(one_and_two(), &[("33", 100), ("11", 100)]).await;
    let (yes, full) = (State::Approved, Some("school_full".to_owned()));
    for (n, school, category, expected) in [
        (1, "宁波职院（东校区）", HEAD, None),
        (2, "宁波 职院(东校区)", HEAD, full.clone()),
        (3, "宁波职院(东校区)", BACKBONE, None),
        (4, "宁波职院（东校区）", BACKBONE, None),
        (5, "宁波职院（东校区）", BACKBONE, full.clone()),
        (6, "宁波职院（东校区）", "CIO", full.clone()),
        (7, "绍兴职院", HEAD, None),
    ] {
        let id = office.submitted_as(of_school(n, school, category)).await;
        let (state, refused, named) = office.approve_one(id).await;
        assert_eq!(refused, expected, "{n}");
        let (state_then, name_then) =
            if refused.is_some() { (State::Submitted, Some(school)) } else { (yes, None) };
        assert_eq!((state, named.as_deref()), (Some(state_then), name_then), "{n}");
    }
    // The same code is the same school, whatever its name and unit; the same name elsewhere is another
    // school.
    let code = |form: RegistrationForm| RegistrationForm { school_code: "4133000001".into(), ..form };
    let first = office.submitted_as(code(of_school(8, "温州职院", HEAD))).await;
    assert_eq!(office.approve_one(first).await.1, None);
    let renamed =
        RegistrationForm { unit: "11".into(), ..code(of_school(9, "温州职业技术学院", HEAD)) };
    let renamed = office.submitted_as(renamed).await;
    assert_eq!(office.approve_one(renamed).await.1, full);
    let elsewhere = RegistrationForm { unit: "11".into(), ..of_school(10, "绍兴职院", HEAD) };
    let elsewhere = office.submitted_as(elsewhere).await;
    assert_eq!(office.approve_one(elsewhere).await.1, None);
}

#[tokio::test]
async fn who_is_of_a_full_school_goes_on_waiting_and_holds_nobody_up() {
    let office = Office::with(one_and_two(), &[("33", 1)]).await;
    let mut ids = Vec::new();
    for (n, school) in [(1, "甲校"), (2, "甲校"), (3, "乙校"), (4, "丙校")] {
        ids.push(office.submitted_as(of_school(n, school, HEAD)).await);
    }
    // Two wait by hand, before the first takes the head's place of its school.
    office.decide_at(&ids[1..], Decision::Waitlist, OPEN_MS).await;
    assert_eq!(office.approve_one(ids[0]).await.1, None);
    office.quotas(&[("33", 2)]).await.unwrap();
    let states =
        async || [office.state(ids[1]).await, office.state(ids[2]).await, office.state(ids[3]).await];
    assert_eq!(states().await, [State::Waitlisted, State::Approved, State::Waitlisted]);
    // Nobody who could have the seat is passed over: no reason is needed.
    office.quotas(&[("33", 3)]).await.unwrap();
    assert_eq!(states().await[2], State::Approved);

    // The school's place becomes free, and the first waiting person gets it.
    office.decide_at(&ids[..1], Decision::Withdraw, OPEN_MS).await;
    assert_eq!(states().await[0], State::Approved);
}

#[tokio::test]
async fn taking_by_hand_in_turn_skips_full_schools_without_a_reason() {
    let office = Office::with(one_and_two(), &[("33", 2)]).await;
    let mut ids = Vec::new();
    for (n, school) in [(1, "甲校"), (2, "甲校"), (3, "乙校")] {
        ids.push(office.submitted_as(of_school(n, school, HEAD)).await);
    }
    office.decide_at(&ids[1..], Decision::Waitlist, OPEN_MS).await;
    office.approve_one(ids[0]).await;
    let decide = Decide {
        ids: ids[1..].to_vec(),
        decision: Decision::Approve,
        reason: String::new(),
        attestation: String::new(),
    };
    let decided =
        office::registrations::decide(&office.store, &office.admin, &Scope::all(), PHASE, &decide, STUDY_MS)
            .await;
    let outcomes = decided.unwrap().outcomes;
    let refused: Vec<_> = outcomes.iter().map(|one| one.refused.as_deref()).collect();
    assert_eq!(refused, [Some("school_full"), None]);
}

#[tokio::test]
async fn another_bound_moves_people_up_and_a_correction_does_not_pass_it() {
    let office = Office::with(one_and_two(), &[("33", 10)]).await;
    let first = office.submitted_as(of_school(1, "甲校", HEAD)).await;
    let second = office.submitted_as(of_school(2, "乙校", HEAD)).await;
    let third = office.submitted_as(of_school(3, "甲校", HEAD)).await;
    office.decide_at(&[third], Decision::Waitlist, OPEN_MS).await;
    office.decide_at(&[first, second], Decision::Approve, OPEN_MS).await;
    let correct = async |school: &str| {
        let correction =
            Correction {
                school: Some(school.into()), reason: "填错学校".into(), ..Correction::default()
            };
        office::registrations::correct(
            &office.store,
            &office.admin,
            &Scope::all(),
            second,
            &correction,
            OPEN_MS,
        )
        .await
    };
    assert_eq!(fields(correct(" 甲 校").await), [("school".into(), Wrong::SchoolFull)]);
    assert_eq!(
        office::registrations::one(&office.store, second, &Scope::all()).await.unwrap().form.school,
        "乙校"
    );
    correct("乙校（新）").await.expect("that one has room");
    // Another spelling is the same school, even when it has more than its present bound.
    let fourth = office.submitted_as(of_school(4, "乙校(新)", BACKBONE)).await;
    assert_eq!(office.approve_one(fourth).await.1, None);
    let none = PerSchool { seats: 1, categories: vec![] };
    let less = NewPhase { per_school: Some(none), ..one_and_two() };
    office::phases::change(&office.store, &office.admin, PHASE, &less, OPEN_MS).await.unwrap();
    correct("乙校 (新)").await.expect("the same school");
    correct("乙校").await.expect("an empty school");
    assert_eq!(fields(correct("甲校").await), [("school".into(), Wrong::SchoolFull)]);
    correct("乙校（新）").await.expect_err("full without this one");
    office::phases::change(&office.store, &office.admin, PHASE, &one_and_two(), OPEN_MS).await.unwrap();

    assert_eq!(office.state(third).await, State::Waitlisted);
    let free = NewPhase { per_school: None, ..one_and_two() };
    let phase = office::phases::change(&office.store, &office.admin, PHASE, &free, OPEN_MS).await.unwrap();
    assert_eq!(phase.per_school, None);
    assert_eq!(office.state(third).await, State::Approved);
    let wrong = PerSchool { seats: 0, categories: vec![] };
    let wrong = NewPhase { per_school: Some(wrong), ..one_and_two() };
    let refused = office::phases::change(&office.store, &office.admin, PHASE, &wrong, OPEN_MS).await;
    assert_eq!(fields(refused), [("per_school.seats".into(), Wrong::Value)]);
}

/// I-13, for schools: 64 administrators approve the same people at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_place_of_a_school_is_given_twice_by_64_at_once() {
    let office = Office::with(one_and_two(), &[("33", 1000)]).await;
    let mut ids = Vec::new();
    for n in 0..36 {
        let (school, category) =
            (["甲校", "乙校", "丙校"][n as usize % 3], [HEAD, BACKBONE][n as usize / 3 % 2]);
        ids.push(office.submitted_as(of_school(n, school, category)).await);
    }
    let hands = (0..64).map(|hand| {
        let (store, mut ids) = (office.store.clone(), ids.clone());
        ids.rotate_left(hand % 36);
        tokio::spawn(async move {
            for ids in ids.chunks(9) {
                let (ids, decision) = (ids.to_vec(), Decision::Approve);
                let decide = Decide { ids, decision, reason: String::new(), attestation: String::new() };
                office::registrations::decide(&store, "a", &Scope::all(), PHASE, &decide, OPEN_MS)
                    .await
                    .expect("decided");
            }
        })
    });
    for hand in hands.collect::<Vec<_>>() {
        hand.await.expect("no panic");
    }
    let approved = Filter { state: Some(State::Approved), ..Filter::default() };
    let page =
        office::registrations::page(&office.store, PHASE, &Scope::all(), &approved, OPEN_MS).await.unwrap();
    let mut held = std::collections::BTreeMap::new();
    page.rows.into_iter().for_each(|row| *held.entry((row.school, row.category)).or_insert(0) += 1);
    let expected = |school: &str| [((school.into(), BACKBONE.into()), 2), ((school.into(), HEAD.into()), 1)];
    assert_eq!(held, ["甲校", "乙校", "丙校"].iter().flat_map(|school| expected(school)).collect());
}

#[tokio::test]
async fn what_a_unit_says_for_somebody_is_kept_shown_and_written() {
    let office = Office::open().await;
    let ids = [office.submitted(1, "33").await, office.submitted(2, "33").await];
    let own = unit_admin("33", Action::Recommend);
    let recommend = async |ids: &[u64], decision, text: &str| {
        let (ids, reason) = (ids.to_vec(), "理由".to_owned());
        let decide = Decide { ids, decision, reason, attestation: text.into() };
        office::registrations::decide(&office.store, "u", &own, PHASE, &decide, OPEN_MS).await
    };
    let said =
        async |id| office::registrations::one(&office.store, id, &Scope::all()).await.unwrap().attestation;
    let text = "自愿参训，学校已建成校园网，\n分管领导重视；信息技术骨干。";
    recommend(&ids, Decision::Recommend, text).await.unwrap();
    recommend(&ids[..1], Decision::Recommend, " ").await.unwrap();
    assert_eq!(
        (said(ids[0]).await.as_str(), said(ids[1]).await.as_str()),
        (text, text),
        "both, and it stays"
    );
    let long = recommend(&ids, Decision::Recommend, &"好".repeat(501)).await;
    assert_eq!(fields(long), [("attestation".into(), Wrong::TooLong)]);
    let other = recommend(&ids, Decision::Reject, "好").await;
    assert_eq!(fields(other), [("attestation".into(), Wrong::Choice)]);

    let all = Scope::all();
    let full = LinesOf { by: &office.admin, scope: &all, reason: Some("存档") };
    for (kind, new) in [(Kind::Csv, 2), (Kind::Gb18030, 0), (Kind::Xlsx, 0)] {
        let file =
            office::registrations::export(&office.store, PHASE, &full, &Filter::default(), kind, OPEN_MS)
                .await
                .unwrap();
        let rows = rows_of(&file);
        assert_eq!(
            (rows[0].last().unwrap().as_str(), rows[1].last().unwrap().as_str()),
            ("单位推荐意见", text)
        );
        let imported =
            office::nominations::import(&office.store, "u", &all, PROGRAMME, file, Keep::Yes, OPEN_MS)
                .await
                .unwrap();
        assert_eq!((imported.new, imported.changed), (new, 0), "{kind:?}");
    }
    // A new submission needs a new recommendation.
    office.decide_at(&ids[..1], Decision::Reject, OPEN_MS).await;
    let row = sqlx::query_scalar("SELECT person FROM registrations WHERE id = $1").bind(ids[0].cast_signed());
    let person: String = row.fetch_one(office.store.by_hand()).await.unwrap();
    office.save(&person, form(1, "33"), true, OPEN_MS).await.unwrap();
    assert_eq!(said(ids[0]).await, "");
}
