use super::*;

#[tokio::test]
async fn the_window_is_open_to_the_millisecond() {
    let office = Office::open().await;
    for (n, now_ms, code) in [
        (1, OPEN_MS - 1, Some("NotOpen")),
        (2, OPEN_MS, None),
        (3, CLOSED_MS - 1, None),
        (4, CLOSED_MS, Some("Closed")),
    ] {
        let person = office.person().await;
        for submit in [false, true] {
            let saved = office.save(&person, form(n, "33"), submit, now_ms).await;
            match (saved, code) {
                (Ok(_), None) => {}
                (Err(Refused::Step(why)), Some(code)) => assert_eq!(format!("{why:?}"), code),
                (other, _) => panic!("{now_ms}: {other:?}"),
            }
        }
    }
    assert_eq!(office.count(State::Submitted).await, 2);
}

#[tokio::test]
async fn zhejiang_fills_its_320_seats_and_its_waiting_list_moves_up() {
    let office = Office::open().await;
    let mut ids = Vec::new();
    for n in 0..335 {
        ids.push(office.submitted(n, "33").await);
    }
    let rejected = office.decide(&ids[..6], Decision::Reject).await;
    assert!(rejected.outcomes.iter().all(|one| one.state == Some(State::Rejected)));
    office.decide(&ids[6..], Decision::Approve).await;
    let counts = async || (office.count(State::Approved).await, office.count(State::Waitlisted).await);
    assert_eq!((office.count(State::Rejected).await, counts().await), (6, (320, 9)));
    let mine = office::registrations::one(&office.store, ids[334], &Scope::all()).await.unwrap();
    assert_eq!(mine.line.state, State::Waitlisted);

    // Two withdraw before the study begins: the first two of the list have their seats.
    let decided = office.decide_at(&[ids[10], ids[20]], Decision::Withdraw, STUDY_MS - 1).await;
    assert_eq!((decided.promoted, counts().await), (2, (320, 7)));
    assert_eq!(office.state(ids[326]).await, State::Approved);
    assert_eq!(office.state(ids[327]).await, State::Approved);
    assert_eq!(office.state(ids[328]).await, State::Waitlisted);

    // From then on a seat stays empty until a person is approved.
    let decided = office.decide_at(&[ids[30]], Decision::Withdraw, STUDY_MS).await;
    assert_eq!((decided.promoted, counts().await), (0, (319, 7)));
    office.decide_at(&[ids[330], ids[331]], Decision::Approve, STUDY_MS).await;
    assert_eq!(
        (office.state(ids[330]).await, office.state(ids[331]).await),
        (State::Approved, State::Waitlisted)
    );
}

#[tokio::test]
async fn more_seats_go_to_the_waiting_list_at_once() {
    let office = Office::with(phase_1(), &[("33", 1)]).await;
    let ids =
        [office.submitted(1, "33").await, office.submitted(2, "33").await, office.submitted(3, "33").await];
    office.decide(&ids, Decision::Approve).await;
    assert_eq!(office.count(State::Waitlisted).await, 2);
    office.quotas(&[("33", 2)]).await.unwrap();
    assert_eq!(
        (office.state(ids[1]).await, office.state(ids[2]).await),
        (State::Approved, State::Waitlisted)
    );
    assert_eq!(fields(office.quotas(&[("33", 1)]).await), [("33".into(), Wrong::BelowTaken)]);
    let above = office.quotas(&[("33", 9_000), ("11", 1_001)]).await;
    assert_eq!(fields(above), [("seats".into(), Wrong::AbovePlan)]);
    let unknown = office.quotas(&[("99", 1), ("11", 1), ("11", 1)]).await;
    assert_eq!(fields(unknown), [("99".into(), Wrong::Choice), ("11".into(), Wrong::Twice)]);
    assert_eq!(
        office::quotas::all(&office.store, PHASE, &Scope::all()).await.unwrap().given,
        2,
        "nothing half-done"
    );
}
