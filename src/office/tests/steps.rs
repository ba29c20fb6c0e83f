use super::*;
use crate::programme::enrolment::{STATES, Step};
use crate::programme::phase::Timing;
use crate::store::Lane;

impl Office {
    /// Puts a registration into a state, whatever its state before.
    async fn force(&self, id: u64, state: State) {
        sqlx::query("UPDATE registrations SET state = $1, class = CASE WHEN $2 THEN $3 END WHERE id = $4")
            .bind(serde_json::to_value(state).expect("a word").as_str().map(str::to_owned))
            .bind(matches!(state, State::Placed | State::Active | State::Completed | State::Failed))
            .bind(format!("{PHASE}-001"))
            .bind(id.cast_signed())
            .execute(self.store.by_hand())
            .await
            .expect("the database takes it");
    }
}

#[tokio::test]
async fn every_step_of_the_office_is_taken_or_refused_as_the_table_says() {
    let office = Office::open().await;
    office::classes::make(&office.store, &office.admin, PHASE, &Default::default()).await.unwrap();
    let mut n = 0;
    for state in STATES {
        for (decision, step) in [
            (Decision::Approve, Step::Approve),
            (Decision::Waitlist, Step::Waitlist),
            (Decision::Reject, Step::Reject),
            (Decision::Withdraw, Step::Withdraw),
        ] {
            n += 1;
            let id = office.submitted(n, "33").await;
            office.force(id, state).await;
            let decided = office.decide(&[id], decision).await;
            let outcome = &decided.outcomes[0];
            match state.after(step, Timing::Closed) {
                // Drafts are only for their owner.
                _ if state == State::Draft => assert_eq!(outcome.refused.as_deref(), Some("not_found")),
                Ok(next) => {
                    assert_eq!((outcome.state, &outcome.refused), (Some(next), &None), "{state:?} {step:?}");
                    assert_eq!(office.state(id).await, next);
                }
                Err(_) => {
                    assert_eq!(outcome.refused.as_deref(), Some("wrong_state"), "{state:?} {step:?}");
                    assert_eq!(office.state(id).await, state);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_trainee_submits_only_from_a_draft_and_after_a_rejection() {
    let office = Office::open().await;
    office::classes::make(&office.store, &office.admin, PHASE, &Default::default()).await.unwrap();
    for (n, state) in (100..).zip(STATES) {
        let person = office.person().await;
        let id = office.save(&person, form(n, "33"), true, OPEN_MS).await.unwrap();
        office.force(id, state).await;
        let again = office.save(&person, form(n, "33"), true, CLOSED_MS - 1).await;
        match state {
            State::Draft | State::Rejected => {
                again.unwrap();
                assert_eq!(office.state(id).await, State::Submitted);
            }
            _ => assert!(matches!(again, Err(Refused::Step(enrolment::Refused::WrongState))), "{state:?}"),
        }
        let withdrawn = office::registrations::withdraw(&office.store, &person, PHASE, CLOSED_MS).await;
        let may = office_may_withdraw(state);
        assert_eq!(withdrawn.is_ok(), may, "{state:?}");
    }
}

/// Whether the office may withdraw from a state, after the submission above.
fn office_may_withdraw(state: State) -> bool {
    let now = if matches!(state, State::Draft | State::Rejected) { State::Submitted } else { state };
    now.after(Step::Withdraw, Timing::Closed).is_ok()
}

#[tokio::test]
async fn after_a_rejection_one_is_last_in_line_and_reads_why() {
    let office = Office::with(phase_1(), &[("33", 0)]).await;
    let person = office.person().await;
    let first = office.save(&person, form(1, "33"), true, OPEN_MS).await.unwrap();
    let second = office.submitted(2, "33").await;
    office.decide(&[first], Decision::Reject).await;
    let mine = office::registrations::own::find(&office.store, &person, PHASE, OPEN_MS).await.unwrap();
    assert_eq!((mine.state, mine.reason.as_str(), mine.may_edit), (State::Rejected, "不符合条件", true));
    assert!(
        !office::registrations::own::find(&office.store, &person, PHASE, CLOSED_MS).await.unwrap().may_edit
    );

    // Number and mobile number need not be given again.
    let again = RegistrationForm { document_number: String::new(), mobile: String::new(), ..form(1, "33") };
    office.save(&person, again, true, OPEN_MS).await.unwrap();
    office.decide(&[first, second], Decision::Approve).await;
    let mine = office::registrations::own::find(&office.store, &person, PHASE, OPEN_MS).await.unwrap();
    assert_eq!((mine.state, mine.waiting_place), (State::Waitlisted, Some(2)));
    let steps = office::registrations::one(&office.store, first, &Scope::all()).await.unwrap().steps;
    let steps: Vec<&str> = steps.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(steps, ["submit", "reject", "submit", "approve"]);
}

#[tokio::test]
async fn a_unit_speaks_for_its_own_and_knows_no_others() {
    let office = Office::with(phase_1(), &[("33", 10), ("11", 10)]).await;
    let (own, other) = (office.submitted(1, "33").await, office.submitted(2, "11").await);
    let scope = unit_admin("33", Action::Recommend);
    let decide = Decide {
        ids: vec![own, other, 999],
        decision: Decision::Recommend,
        reason: "推荐".into(),
        attestation: String::new(),
    };
    let decided = office::registrations::decide(&office.store, "u", &scope, PHASE, &decide, OPEN_MS);
    let outcomes = decided.await.unwrap().outcomes;
    let refused: Vec<_> = outcomes.iter().map(|one| one.refused.as_deref()).collect();
    assert_eq!(refused, [None, Some("not_found"), Some("not_found")]);
    assert_eq!(office.state(own).await, State::Submitted);

    let seen = unit_admin("33", Action::SeeRegistrations);
    let page = office::registrations::page(&office.store, PHASE, &seen, &Filter::default(), 0).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| (row.id, row.recommended)).collect::<Vec<_>>(), [(own, true)]);
    let forged = Filter { unit: Some("11".into()), ..Filter::default() };
    assert!(
        office::registrations::page(&office.store, PHASE, &seen, &forged, 0).await.unwrap().rows.is_empty()
    );
    assert!(matches!(office::registrations::one(&office.store, other, &seen).await, Err(Refused::NotFound)));
    let reveal = unit_admin("33", Action::Reveal);
    let revealed = office::registrations::reveal(&office.store, "u", &reveal, other, "核对").await;
    assert!(matches!(revealed, Err(Refused::NotFound)));
    let revealed = office::registrations::reveal(&office.store, "u", &reveal, own, "核对").await.unwrap();
    assert_eq!((revealed.document_number, revealed.mobile.as_str()), (number(1), "13800000001"));
    assert!(matches!(
        office::registrations::reveal(&office.store, "u", &reveal, own, " ").await,
        Err(Refused::Reason)
    ));
}

#[tokio::test]
async fn what_the_list_shows_is_masked_found_and_paged() {
    let office = Office::open().await;
    for n in 0..5 {
        office.submitted(n, "33").await;
    }
    let page = async |filter| {
        office::registrations::page(&office.store, PHASE, &Scope::all(), &filter, OPEN_MS).await.unwrap()
    };
    let first = page(Filter { limit: Some(2), ..Filter::default() }).await;
    assert_eq!((first.rows.len(), first.next), (2, Some(2)));
    let rest = page(Filter { after: first.next, limit: Some(10), ..Filter::default() }).await;
    assert_eq!((rest.rows.len(), rest.next), (3, None));
    assert!(first.rows[0].document.starts_with("**************") && first.rows[0].mobile == "138****0000");
    for text in [number(3), format!(" {} ", number(3)), "13800000003".into(), "第3职业".into()] {
        let found = page(Filter { text: Some(text.clone()), ..Filter::default() }).await.rows;
        assert_eq!((found.len(), found[0].school.as_str()), (1, "第3职业学院"), "{text}");
    }
    assert_eq!(page(Filter { text: Some("王丽".into()), ..Filter::default() }).await.rows.len(), 5);
    assert_eq!(page(Filter { text: Some("%".into()), ..Filter::default() }).await.rows.len(), 0);
    // Neither number nor mobile number can be read in the files of the store.
    crate::store::testing::only_in_a_file!();
    let bytes = std::fs::read(office.data.path().join("classroom.db-wal")).unwrap();
    for secret in [number(3).as_bytes(), b"13800000003"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[tokio::test]
async fn a_correction_takes_a_seat_where_it_leads_and_is_written_down() {
    let office = Office::with(phase_1(), &[("33", 1), ("11", 1)]).await;
    let ids =
        [office.submitted(1, "33").await, office.submitted(2, "33").await, office.submitted(3, "11").await];
    office.decide(&ids, Decision::Approve).await;
    let correct = async |id: u64, unit: &str| {
        let correction = crate::protocol::Correction {
            unit: Some(unit.into()),
            reason: "填错单位".into(),
            ..Default::default()
        };
        office::registrations::correct(&office.store, &office.admin, &Scope::all(), id, &correction, OPEN_MS)
            .await
    };
    assert!(matches!(correct(ids[0], "11").await, Err(Refused::Quota)));
    office.quotas(&[("11", 2)]).await.unwrap();
    assert_eq!(correct(ids[0], "11").await.unwrap().line.unit, "11");
    assert_eq!(office.state(ids[1]).await, State::Approved, "the seat that came free");
    let number = crate::protocol::Correction {
        document_number: Some(super::number(3)),
        reason: "号码".into(),
        ..Default::default()
    };
    let taken =
        office::registrations::correct(&office.store, &office.admin, &Scope::all(), ids[0], &number, OPEN_MS)
            .await;
    assert!(matches!(taken, Err(Refused::RegisteredAlready)));
    let own = unit_admin("11", Action::Recommend);
    let moved =
        crate::protocol::Correction { unit: Some("33".into()), reason: "x".into(), ..Default::default() };
    let moved = office::registrations::correct(&office.store, "u", &own, ids[0], &moved, OPEN_MS).await;
    assert_eq!(fields(moved), [("unit".into(), Wrong::OtherUnit)]);
}

#[tokio::test]
async fn every_decision_is_one_event_of_the_log_and_nobody_decides_on_the_own() {
    let office = Office::open().await;
    let ids = [office.submitted(1, "33").await, office.submitted(2, "33").await];
    let events = async || {
        let filter = crate::store::audit::Filter { act: Some("registration.".into()), ..Default::default() };
        office.store.audit().page(&filter).await.unwrap()
    };
    office.decide(&ids, Decision::Approve).await;
    office.decide(&ids, Decision::Reject).await;
    let page = events().await;
    assert_eq!(page.events.len(), 2, "what was refused changed nothing: {page:?}");
    let told = format!("{page:?}");
    assert!(!told.contains(&number(1)) && !told.contains("13800000001"), "{told}");

    let person = office.person().await;
    let own = office.save(&person, form(3, "33"), true, OPEN_MS).await.unwrap();
    let decide = Decide {
        ids: vec![own],
        decision: Decision::Approve,
        reason: String::new(),
        attestation: String::new(),
    };
    let decided =
        office::registrations::decide(&office.store, &person, &Scope::all(), PHASE, &decide, OPEN_MS).await;
    assert_eq!(decided.unwrap().outcomes[0].refused.as_deref(), Some("own_registration"));
    assert_eq!(office.state(own).await, State::Submitted);
}

#[tokio::test]
async fn who_was_in_class_has_begun_once() {
    let office = Office::open().await;
    let ids = office.approved(0..3).await;
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    office.decide_at(&[ids[2]], Decision::Withdraw, STUDY_MS).await;
    let sql =
        format!("INSERT INTO lessons (id, title, created_at_ms, class) VALUES ('l', 'L', 0, '{PHASE}-001')");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(office.store.by_hand()).await.unwrap();
    let (here, gone) = (office.person_of(ids[0]).await, office.person_of(ids[2]).await);
    for _ in 0..2 {
        let mut writing = office.store.write(Lane::Office).await.unwrap();
        office::registrations::begin(&mut writing, "l", &[&here, &gone, "nobody"], STUDY_MS + DAY_MS)
            .await
            .unwrap();
        writing.commit().await.unwrap();
    }
    let mut states = Vec::new();
    for id in &ids {
        states.push(office.state(*id).await);
    }
    assert_eq!(states, [State::Active, State::Placed, State::Withdrawn]);
    let steps = office::registrations::one(&office.store, ids[0], &Scope::all()).await.unwrap().steps;
    let begun: Vec<_> = steps.iter().filter(|step| step.step == "begin").collect();
    assert_eq!((begun.len(), begun[0].by.as_str()), (1, ""), "by the server");
}

#[tokio::test]
async fn seats_go_by_submission_whatever_the_order_of_the_request() {
    let office = Office::with(phase_1(), &[("33", 1)]).await;
    let (first, second) = (office.submitted(1, "33").await, office.submitted(2, "33").await);
    let decided = office.decide(&[999, second, first, second], Decision::Approve).await;
    let outcomes: Vec<_> = decided.outcomes.iter().map(|one| (one.id, one.state)).collect();
    let expected = [(first, Some(State::Approved)), (second, Some(State::Waitlisted)), (999, None)];
    assert_eq!(outcomes, expected);
}

#[tokio::test]
async fn the_telephone_of_the_account_needs_no_typing_again() {
    let office = Office::open().await;
    let new = NewAccount {
        name: "王丽",
        login: "wangli",
        phone: Some("13800005678"),
        password: None,
        grants: &[],
        by: None,
    };
    let person = office::accounts::make(&office.store, &new).await.unwrap();
    let without = |n| RegistrationForm { mobile: String::new(), ..form(n, "33") };
    let id = office.save(&person, without(1), true, OPEN_MS).await.unwrap();
    let shown = office::registrations::one(&office.store, id, &Scope::all()).await.unwrap();
    assert_eq!(shown.line.mobile, "138****5678");
    // Another number is taken, and stays.
    let another = NewAccount { login: "li", phone: Some("13800005679"), ..new };
    let person = office::accounts::make(&office.store, &another).await.unwrap();
    office.save(&person, form(2, "33"), false, OPEN_MS).await.unwrap();
    let id = office.save(&person, without(2), true, OPEN_MS).await.unwrap();
    let shown = office::registrations::one(&office.store, id, &Scope::all()).await.unwrap();
    assert_eq!(shown.line.mobile, "138****0002");
    let nobody = office.person().await;
    assert_eq!(fields(office.save(&nobody, without(3), true, OPEN_MS).await)[0].0, "mobile");
}

#[tokio::test]
async fn the_same_mobile_of_two_people_is_remarked_with_both() {
    let office = Office::open().await;
    let same = |n| RegistrationForm { mobile: "13812345678".into(), ..form(n, "33") };
    let mut ids = Vec::new();
    for n in 1..=2 {
        ids.push(office.save(&office.person().await, same(n), true, OPEN_MS).await.unwrap());
    }
    // A draft is for nobody else yet.
    office.save(&office.person().await, same(3), false, OPEN_MS).await.unwrap();
    ids.push(office.submitted(4, "33").await);
    let mut remarked = Vec::new();
    for id in ids {
        let one = office::registrations::one(&office.store, id, &Scope::all()).await.unwrap();
        remarked.push(one.same_mobile);
    }
    assert_eq!(remarked, [1, 1, 0]);
}
