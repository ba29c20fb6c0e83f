use super::*;

#[tokio::test]
async fn one_person_is_there_once_whatever_the_spelling() {
    let office = Office::open().await;
    let (first, second) = (office.person().await, office.person().await);
    office.save(&first, form(1, "33"), true, OPEN_MS).await.unwrap();
    let spellings = [
        number(1).to_lowercase(),
        format!(" {} {} ", &number(1)[..6], &number(1)[6..]),
        number(1).chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect::<String>(),
    ];
    for document_number in spellings {
        let again = RegistrationForm { document_number, name: "汪莉".into(), ..form(1, "33") };
        let saved = office.save(&second, again, true, OPEN_MS).await;
        assert!(matches!(saved, Err(Refused::RegisteredAlready)), "{saved:?}");
    }
    assert_eq!(office.count(State::Submitted).await, 1);
    assert!(matches!(
        office::registrations::own::find(&office.store, &second, PHASE, OPEN_MS).await,
        Err(Refused::NotFound)
    ));
}

#[tokio::test]
async fn an_account_has_one_document_and_a_document_one_account() {
    let office = Office::open().await;
    let again = NewPhase { number: 2, ..phase_1() };
    office::phases::make(&office.store, &office.admin, PROGRAMME, &again).await.unwrap();
    let (first, second) = (office.person().await, office.person().await);
    office.save(&first, form(1, "33"), true, OPEN_MS).await.unwrap();
    let save =
        |n| SaveRegistration { form: form(n, "33"), submit: true, consent: Some(notice::VERSION.into()) };
    let other = office::registrations::save(&office.store, &second, "td2020-2", &save(1), OPEN_MS).await;
    assert!(matches!(other, Err(Refused::DocumentTaken)), "{other:?}");
    let other = office::registrations::save(&office.store, &first, "td2020-2", &save(2), OPEN_MS).await;
    assert!(matches!(other, Err(Refused::OtherDocument)), "{other:?}");
    office::registrations::save(&office.store, &first, "td2020-2", &save(1), OPEN_MS).await.unwrap();
    assert_eq!(office::registrations::own::all(&office.store, &first, OPEN_MS).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_draft_of_a_foreign_number_keeps_nobody_out() {
    let office = Office::open().await;
    let (squatter, owner) = (office.person().await, office.person().await);
    office.save(&squatter, form(1, "33"), false, OPEN_MS).await.unwrap();
    office.save(&owner, form(1, "33"), true, OPEN_MS).await.unwrap();
    let late = office.save(
        &squatter,
        RegistrationForm { document_number: String::new(), ..form(1, "33") },
        true,
        OPEN_MS,
    );
    assert!(matches!(late.await, Err(Refused::RegisteredAlready)));
}

#[tokio::test]
async fn wrong_fields_are_named_all_at_once_and_nothing_is_saved() {
    let office = Office::open().await;
    let person = office.person().await;
    let bad = RegistrationForm {
        name: "=cmd".into(),
        document_number: "110105491231002".into(),
        unit: "99".into(),
        mobile: "1".into(),
        school: String::new(),
        ..form(1, "33")
    };
    let saved = fields(office.save(&person, bad, true, OPEN_MS).await);
    let fields: BTreeSet<&str> = saved.iter().map(|(field, _)| field.as_str()).collect();
    let all = ["document_number", "mobile", "name", "school", "unit"];
    assert_eq!(fields, BTreeSet::from(all), "{saved:?}");
    assert!(saved.contains(&("document_number".into(), Wrong::FifteenDigits)));
    let mine = office::registrations::own::find(&office.store, &person, PHASE, OPEN_MS).await;
    assert!(matches!(mine, Err(Refused::NotFound)));
}

#[tokio::test]
async fn rare_characters_are_names() {
    let office = Office::open().await;
    for (n, name) in ["䶮", "𠮷田", "阿卜杜拉·买买提"].into_iter().enumerate() {
        let person = office.person().await;
        let form = RegistrationForm { name: name.into(), ..form(n as u32, "33") };
        let id = office.save(&person, form, true, OPEN_MS).await.unwrap();
        assert_eq!(
            office::registrations::one(&office.store, id, &Scope::all()).await.unwrap().line.name,
            name
        );
    }
}

#[tokio::test]
async fn programmes_and_phases_are_checked() {
    let office = Office::open().await;
    let new = |id: &str, title: &str| NewProgramme { id: id.into(), title: title.into(), issuers: vec![] };
    for (id, wrong) in
        [("", Wrong::Missing), ("1a", Wrong::Character), ("A", Wrong::Character), ("a/b", Wrong::Character)]
    {
        let made = office::programmes::make(&office.store, "a", &new(id, "t"), 0).await;
        assert_eq!(fields(made), [("id".into(), wrong)], "{id}");
    }
    assert!(matches!(
        office::programmes::make(&office.store, "a", &new(PROGRAMME, "t"), 0).await,
        Err(Refused::Taken)
    ));
    let bad = NewPhase {
        number: 0,
        title: String::new(),
        registration: days("2020-11-09", "2020-11-06"),
        study: days("2020-02-30", "2020-11-27"),
        tracks: vec!["5G".into(), "5G".into()],
        ..phase_1()
    };
    let wrong = fields(office::phases::make(&office.store, "a", PROGRAMME, &bad).await);
    let expected = [
        ("title", Wrong::Missing),
        ("number", Wrong::Value),
        ("registration", Wrong::Order),
        ("study", Wrong::Value),
        ("tracks", Wrong::Twice),
    ];
    assert_eq!(wrong, expected.map(|(field, wrong)| (field.to_owned(), wrong)));
    let fewer = NewPhase { plan_seats: 319, ..phase_1() };
    assert_eq!(
        fields(office::phases::change(&office.store, "a", PHASE, &fewer, OPEN_MS).await),
        [("plan_seats".into(), Wrong::AbovePlan)]
    );
    let toml = |toml: &str| crate::protocol::NewPolicy::Toml { toml: toml.into() };
    let policy = office::policies::set(&office.store, "a", PROGRAMME, &toml("period = 2701"), 0).await;
    assert_eq!(fields(policy), [("period".into(), Wrong::Policy)]);
    let policy =
        office::policies::set(&office.store, "a", PROGRAMME, &toml("version = \"CR-1a\"\ntol = 0"), 0)
            .await
            .unwrap();
    assert_eq!(policy.policy_version.as_deref(), Some("CR-1a"));
    let again = office::policies::set(&office.store, "a", PROGRAMME, &toml("version = \"CR-1a\""), 0).await;
    assert_eq!(fields(again), [("version".into(), Wrong::Taken)]);
}
