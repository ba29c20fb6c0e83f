use super::*;

/// I-13: 64 administrators approve the same people and others at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_seat_is_given_twice_by_64_at_once() {
    let office = Office::with(phase_1(), &[("33", 20), ("11", 7)]).await;
    let mut ids = Vec::new();
    for n in 0..64 {
        ids.push(office.submitted(n, if n % 2 == 0 { "33" } else { "11" }).await);
    }
    let hands: Vec<_> = (0..64)
        .map(|hand| {
            let (store, mut ids) = (office.store.clone(), ids.clone());
            ids.rotate_left(hand);
            tokio::spawn(async move {
                for id in ids.into_iter().take(8) {
                    let decide = Decide {
                        ids: vec![id],
                        decision: Decision::Approve,
                        reason: String::new(),
                        attestation: String::new(),
                    };
                    let done =
                        office::registrations::decide(&store, "a", &Scope::all(), PHASE, &decide, OPEN_MS)
                            .await;
                    done.expect("decided");
                    let quotas = office::quotas::all(&store, PHASE, &Scope::all()).await.expect("quotas");
                    assert!(quotas.rows.iter().all(|row| row.taken <= row.seats), "{:?}", quotas.rows);
                }
            })
        })
        .collect();
    for hand in hands {
        hand.await.expect("no hand panics");
    }
    assert_eq!((office.count(State::Approved).await, office.count(State::Waitlisted).await), (27, 37));
}

/// Many accounts with the same document at once: one is in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_with_the_same_document_is_in() {
    let office = Office::open().await;
    let mut tries = Vec::new();
    for _ in 0..16 {
        let (store, person) = (office.store.clone(), office.person().await);
        tries.push(tokio::spawn(async move {
            let save =
                SaveRegistration { form: form(1, "33"), submit: true, consent: Some(notice::VERSION.into()) };
            office::registrations::save(&store, &person, PHASE, &save, OPEN_MS).await.is_ok()
        }));
    }
    let mut taken = 0;
    for one in tries {
        taken += u32::from(one.await.expect("no task panics"));
    }
    assert_eq!((taken, office.count(State::Submitted).await), (1, 1));
}

/// Withdrawals and approvals at once leave no seat empty while somebody waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn seats_that_come_free_are_taken_by_whoever_waits() {
    let office = Office::with(phase_1(), &[("33", 10)]).await;
    let mut ids = Vec::new();
    for n in 0..40 {
        ids.push(office.submitted(n, "33").await);
    }
    office.decide(&ids[..20], Decision::Approve).await;
    let decide = |ids: &[u64], decision| {
        let (store, ids) = (office.store.clone(), ids.to_vec());
        tokio::spawn(async move {
            for id in ids {
                let decide =
                    Decide { ids: vec![id], decision, reason: "退出".into(), attestation: String::new() };
                office::registrations::decide(&store, "a", &Scope::all(), PHASE, &decide, OPEN_MS)
                    .await
                    .expect("decided");
            }
        })
    };
    let (out, more) = (decide(&ids[..5], Decision::Withdraw), decide(&ids[20..], Decision::Approve));
    out.await.expect("done");
    more.await.expect("done");
    assert_eq!((office.count(State::Approved).await, office.count(State::Waitlisted).await), (10, 25));
}
