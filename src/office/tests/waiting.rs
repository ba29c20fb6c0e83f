use super::*;

impl Office {
    /// Decides with these words; returns the outcome of each.
    async fn decided(
        &self,
        ids: &[u64],
        decision: Decision,
        reason: &str,
    ) -> Vec<(Option<State>, Option<String>)> {
        let decide =
            Decide { ids: ids.to_vec(), decision, reason: reason.into(), attestation: String::new() };
        // In the study: nobody moves up by themselves any more.
        let decided =
            office::registrations::decide(&self.store, &self.admin, &Scope::all(), PHASE, &decide, STUDY_MS)
                .await;
        let outcomes = decided.expect("well formed").outcomes;
        outcomes.into_iter().map(|one| (one.state, one.refused)).collect()
    }

    async fn events(&self) -> Vec<crate::protocol::AuditLine> {
        let act = Some("registration.approved".to_owned());
        let filter = crate::store::audit::Filter { act, ..Default::default() };
        self.store.audit().page(&filter).await.expect("the log").events
    }
}

const TAKEN: (Option<State>, Option<String>) = (Some(State::Approved), None);

fn kept(code: &str) -> (Option<State>, Option<String>) {
    (Some(State::Waitlisted), Some(code.to_owned()))
}

/// Two of four have seats, two wait, and one of the two gives up during the study.
async fn two_wait() -> (Office, [u64; 4]) {
    let office = Office::with(phase_1(), &[("33", 2)]).await;
    let mut ids = [0; 4];
    for (n, id) in (0..).zip(&mut ids) {
        *id = office.submitted(n, "33").await;
    }
    office.decide(&ids, Decision::Approve).await;
    assert_eq!(office.decided(&ids[..1], Decision::Withdraw, "有事").await[0].0, Some(State::Withdrawn));
    assert_eq!(office.count(State::Waitlisted).await, 2, "nobody moved up: the study has begun");
    (office, ids)
}

#[tokio::test]
async fn who_waits_is_taken_by_hand_in_turn_or_with_a_reason() {
    let (office, ids) = two_wait().await;
    let events = office.events().await.len();
    assert_eq!(office.decided(&ids[3..], Decision::Approve, " ").await, [kept("out_of_turn")]);
    assert_eq!(office.events().await.len(), events, "nothing was done, nothing is logged");
    assert_eq!(office.decided(&ids[3..], Decision::Approve, "校长必须参训").await, [TAKEN]);
    let event = office.events().await.remove(0);
    assert!(event.detail.contains("\"passed_over\":1") && event.detail.contains("校长"), "{}", event.detail);
    let way = office::registrations::one(&office.store, ids[3], &Scope::all()).await.unwrap();
    let last = way.steps.last().expect("steps");
    assert_eq!((last.step.as_str(), last.reason.as_str()), ("approve", "校长必须参训"));

    // The seat is taken: the first in turn gets none, whatever the reason.
    assert_eq!(office.decided(&ids[2..3], Decision::Approve, "请予录取").await, [kept("quota")]);
    assert_eq!(office.count(State::Approved).await, 2);
}

#[tokio::test]
async fn the_whole_list_in_turn_needs_no_reason_and_never_passes_the_quota() {
    let (office, ids) = two_wait().await;
    assert_eq!(office.decided(&ids[2..], Decision::Approve, "").await, [TAKEN, kept("quota")]);
}

#[tokio::test]
async fn places_are_counted_by_unit_and_who_waits_can_be_turned_away() {
    let (office, ids) = two_wait().await;
    let other = office.submitted(9, "11").await;
    office.decide(&[other], Decision::Approve).await;
    let waiting = Filter { state: Some(State::Waitlisted), ..Filter::default() };
    let places = async || {
        let page = office::registrations::page(&office.store, PHASE, &Scope::all(), &waiting, OPEN_MS)
            .await
            .unwrap();
        page.rows.iter().map(|row| (row.id, row.waiting_place)).collect::<Vec<_>>()
    };
    assert_eq!(places().await, [(ids[2], Some(1)), (ids[3], Some(2)), (other, Some(1))]);
    let rejected = office.decided(&ids[2..3], Decision::Reject, "材料不全").await;
    assert_eq!(rejected, [(Some(State::Rejected), None)]);
    assert_eq!(places().await, [(ids[3], Some(1)), (other, Some(1))]);
    let withdrawn = office.decided(&[other], Decision::Withdraw, "本人不来").await;
    assert_eq!(withdrawn, [(Some(State::Withdrawn), None)]);
    let first = office::registrations::one(&office.store, ids[1], &Scope::all()).await.unwrap();
    assert_eq!(first.line.waiting_place, None, "who has a seat does not wait");
}
