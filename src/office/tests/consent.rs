use super::*;

impl Office {
    async fn submit_with(
        &self,
        person: &str,
        consent: Option<&str>,
        now_ms: u64,
    ) -> Answer<crate::protocol::MyRegistration> {
        let consent = consent.map(str::to_owned);
        let save = SaveRegistration { form: form(1, "33"), submit: true, consent };
        office::registrations::save(&self.store, person, PHASE, &save, now_ms).await
    }
}

#[tokio::test]
async fn nobody_submits_without_consent_to_the_notice_of_today() {
    let office = Office::open().await;
    let person = office.person().await;
    for (consent, wrong) in [(None, Wrong::Missing), (Some("2019-01"), Wrong::Outdated)] {
        let refused = office.submit_with(&person, consent, OPEN_MS).await;
        assert_eq!(fields(refused), [("consent".into(), wrong)]);
    }
    // All mistakes are told at once, and nothing was taken.
    let bad = RegistrationForm { school: String::new(), ..form(1, "33") };
    let save = SaveRegistration { form: bad, submit: true, consent: None };
    let refused = office::registrations::save(&office.store, &person, PHASE, &save, OPEN_MS).await;
    assert_eq!(fields(refused), [("school".into(), Wrong::Missing), ("consent".into(), Wrong::Missing)]);
    assert!(matches!(
        office::registrations::own::find(&office.store, &person, PHASE, OPEN_MS).await,
        Err(Refused::NotFound)
    ));

    let draft = SaveRegistration { form: form(1, "33"), submit: false, consent: None };
    let draft = office::registrations::save(&office.store, &person, PHASE, &draft, OPEN_MS).await.unwrap();
    assert_eq!((draft.state, draft.consent), (State::Draft, None));
    let mine = office.submit_with(&person, Some(notice::VERSION), OPEN_MS + 7).await.unwrap();
    let consent = mine.consent.expect("it is written down");
    assert_eq!((consent.version.as_str(), consent.at_ms), (notice::VERSION, OPEN_MS + 7));
    let seen = office::registrations::one(&office.store, mine.id, &Scope::all()).await.unwrap();
    assert_eq!(seen.consent, Some(consent));
}

#[tokio::test]
async fn who_has_agreed_is_asked_again_only_when_the_notice_is_another() {
    let office = Office::open().await;
    let [asked, again] = [office.person().await, office.person().await];
    let first = office.submit_with(&asked, Some(notice::VERSION), OPEN_MS).await.unwrap();
    office.decide_at(&[first.id], Decision::Reject, OPEN_MS).await;
    let second = office.submit_with(&asked, None, OPEN_MS + 9).await.unwrap();
    assert_eq!(second.consent.map(|consent| consent.at_ms), Some(OPEN_MS), "the first time counts");

    // A person who agreed to an earlier notice.
    let insert = "INSERT INTO consents (person, phase, version, at_ms) VALUES ($1, $2, '2019-01', 1)";
    let insert = sqlx::query(insert).bind(&again).bind(PHASE);
    insert.execute(office.store.by_hand()).await.unwrap();
    let refused = office.submit_with(&again, None, OPEN_MS).await;
    assert_eq!(fields(refused), [("consent".into(), Wrong::Missing)]);
}

#[tokio::test]
async fn what_somebody_agreed_to_is_never_changed_nor_deleted() {
    let office = Office::open().await;
    office.submitted(1, "33").await;
    for statement in ["UPDATE consents SET version = 'x'", "DELETE FROM consents"] {
        let error = sqlx::query(statement).execute(office.store.by_hand()).await.unwrap_err();
        assert!(error.to_string().contains("consents are never"), "{error}");
    }
}
