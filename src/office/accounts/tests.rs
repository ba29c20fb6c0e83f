use super::*;
use crate::account::role::{AccountState, Role as AccountRole, RoleGrant};
use crate::office;
use crate::office::links::LinkError;

const DAY_MS: u64 = 24 * 3600 * 1000;

async fn store() -> (tempfile::TempDir, Store) {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(data.path()).await.unwrap();
    (data, store)
}

fn grant(role: AccountRole) -> RoleGrant {
    RoleGrant { role, unit: None, class: None }
}

async fn made(store: &Store, login: &str, phone: Option<&str>, role: AccountRole) -> String {
    let grants = [grant(role)];
    let new = NewAccount { name: "王丽", login, phone, password: None, grants: &grants, by: Some("cli") };
    office::accounts::make(store, &new).await.unwrap()
}

#[tokio::test]
async fn an_account_is_found_by_its_name_and_its_telephone_and_neither_is_given_twice() {
    let (data, store) = store().await;
    let person = made(&store, "wang.li", Some("13812345678"), AccountRole::Trainee).await;
    for text in ["wang.li", " Wang.Li ", "13812345678", "+86 138 1234 5678"] {
        let found = store.accounts().by_login(text).await.unwrap();
        assert_eq!(found.map(|account| account.person).as_ref(), Some(&person), "{text}");
    }
    assert!(store.accounts().by_login("13812345679").await.unwrap().is_none());
    let grants = [grant(AccountRole::Trainee)];
    for (login, phone) in [("wang.li", None), ("other", Some("13812345678"))] {
        let new = NewAccount { name: "王丽", login, phone, password: None, grants: &grants, by: None };
        assert!(matches!(office::accounts::make(&store, &new).await, Err(MakeError::Taken)), "{login}");
    }
    // The telephone number is in none of the files.
    drop(store);
    for file in std::fs::read_dir(data.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|part| part == b"13812345678"));
    }
}

#[tokio::test]
async fn an_invitation_works_once_and_the_last_one_alone() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    let invite = async |ttl_ms: u64| {
        office::accounts::invite(&store, &person, false, now_ms() + ttl_ms, "cli", "").await.unwrap()
    };
    let accept = async |secret: &str| {
        office::accounts::accept_invitation(&store, secret, "hash", &SecondFactor::None, DAY_MS).await
    };
    let (first, second) = (invite(DAY_MS).await, invite(DAY_MS).await);
    assert!(matches!(accept(&first).await, Err(LinkError::Unknown)));
    let session = accept(&second).await.unwrap().unwrap();
    assert!(store.secrets().session(&session.seat, &session.secret, now_ms()).await.unwrap().is_some());
    assert!(matches!(accept(&second).await, Err(LinkError::Used)));
    assert!(matches!(accept("nonsense").await, Err(LinkError::Unknown)));
    assert!(matches!(accept(&invite(0).await).await, Err(LinkError::Expired)));
    // A one-click link is no invitation, nor the reverse.
    assert!(matches!(
        office::links::redeem(&store, &invite(DAY_MS).await, now_ms(), DAY_MS).await,
        Err(LinkError::Unknown)
    ));
    // The password is new: all earlier sessions have ended.
    accept(&invite(DAY_MS).await).await.unwrap().unwrap();
    assert!(store.secrets().session(&session.seat, &session.secret, now_ms()).await.unwrap().is_none());
}

#[tokio::test]
async fn codes_work_once() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::TrainingAdmin).await;
    let begin = async |factor: SecondFactor| {
        office::accounts::begin_session(&store, &person, &factor, "192.0.2.1", DAY_MS)
            .await
            .unwrap()
            .is_some()
    };
    assert!(begin(SecondFactor::None).await);
    assert!(
        !office::accounts::confirm_totp(&store, &person, 1, &[]).await.unwrap(),
        "nothing is being enrolled"
    );
    office::accounts::begin_totp(&store, &person, b"12345678901234567890").await.unwrap();
    let account = store.accounts().of(&person).await.unwrap().unwrap();
    assert_eq!(account.totp_next.as_deref(), Some(&b"12345678901234567890"[..]));
    assert!(account.totp.is_none());
    assert!(
        office::accounts::confirm_totp(&store, &person, 100, &["AAAA".into(), "BBBB".into()]).await.unwrap()
    );
    assert!(!begin(SecondFactor::None).await, "it is needed now");
    for (step, works) in [(99, false), (100, false), (101, true), (101, false), (103, true), (102, false)] {
        assert_eq!(begin(SecondFactor::Code(step)).await, works, "{step}");
    }
    for (code, works) in [("AAAA", true), ("AAAA", false), ("CCCC", false), ("BBBB", true)] {
        assert_eq!(begin(SecondFactor::Recovery(code.into())).await, works, "{code}");
    }
    // A person who lost it is invited again.
    let secret =
        office::accounts::invite(&store, &person, true, now_ms() + DAY_MS, "cli", "lost").await.unwrap();
    office::accounts::accept_invitation(&store, &secret, "hash", &SecondFactor::None, DAY_MS)
        .await
        .unwrap()
        .unwrap();
    assert!(store.accounts().of(&person).await.unwrap().unwrap().totp.is_none());
}

#[tokio::test]
async fn old_passwords_are_remembered_five_back() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    for number in 0..7 {
        office::accounts::change_password(&store, &person, &format!("hash {number}"), "").await.unwrap();
    }
    // Some changes fell into the same millisecond.
    let old = office::accounts::old_passwords(&store, &person).await.unwrap();
    assert_eq!(old, ["hash 6", "hash 5", "hash 4", "hash 3", "hash 2"]);
}

#[tokio::test]
async fn taking_a_role_away_or_freezing_ends_sessions_at_once() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    office::accounts::change_password(&store, &person, "hash", "").await.unwrap();
    let begin = async || {
        office::accounts::begin_session(&store, &person, &SecondFactor::None, "", DAY_MS)
            .await
            .unwrap()
            .unwrap()
    };
    let grants = async |session: &NewSession| {
        let seat = store.secrets().session(&session.seat, &session.secret, now_ms()).await.unwrap();
        seat.map(|seat| seat.account.unwrap().grants)
    };
    let session = begin().await;
    assert_eq!(grants(&session).await, Some(vec![grant(AccountRole::Trainee)]));
    let both = [grant(AccountRole::Trainee), grant(AccountRole::TrainingAdmin)];
    office::accounts::set_roles(&store, &person, &both, "boss", "more").await.unwrap();
    assert_eq!(grants(&session).await.map(|grants| grants.len()), Some(2), "nothing was taken away");
    // The password was made by the rules for trainees.
    assert_eq!(store.accounts().of(&person).await.unwrap().unwrap().password_at_ms, Some(0));
    office::accounts::set_roles(&store, &person, &both[..1], "boss", "less").await.unwrap();
    assert_eq!(grants(&session).await, None);
    let session = begin().await;
    office::accounts::set_state(&store, &person, AccountState::Frozen, "boss", "left").await.unwrap();
    assert_eq!(grants(&session).await, None);
    assert_eq!(grants(&begin().await).await, None, "a frozen account has no sessions");
    let forged = [RoleGrant { unit: Some("99".into()), ..grant(AccountRole::UnitAdmin) }];
    assert!(matches!(
        office::accounts::set_roles(&store, &person, &forged, "boss", "x").await,
        Err(AccountError::NoSuchScope)
    ));
    let forged = [RoleGrant { class: Some("none".into()), ..grant(AccountRole::ClassAdmin) }];
    assert!(matches!(
        office::accounts::set_roles(&store, &person, &forged, "boss", "x").await,
        Err(AccountError::NoSuchScope)
    ));
}

#[tokio::test]
async fn lists_show_what_was_asked_for_and_no_telephone() {
    let (_data, store) = store().await;
    let own = made(&store, "zhang.san", Some("13812345678"), AccountRole::Trainee).await;
    made(&store, "li.si", None, AccountRole::Instructor).await;
    let of_unit = [RoleGrant { unit: Some("33".into()), ..grant(AccountRole::Trainee) }];
    office::accounts::set_roles(&store, &own, &of_unit, "boss", "unit").await.unwrap();
    let list = async |filter: AccountFilter| {
        let page = office::accounts::list(&store, &filter).await.unwrap();
        page.accounts.into_iter().map(|line| line.login).collect::<Vec<_>>()
    };
    let usual = AccountFilter::default;
    assert_eq!(list(usual()).await.len(), 2);
    for (text, expected) in
        [("ZHANG", 1), ("王", 2), ("13812345678", 1), ("1381234567", 0), ("%", 0), ("", 2)]
    {
        let found = list(AccountFilter { text: Some(text.into()), ..usual() }).await;
        assert_eq!(found.len(), expected, "{text}");
    }
    let whole = AccountFilter { text: Some("13812345678".into()), names_only: true, ..usual() };
    assert!(list(whole).await.is_empty(), "who asks for a name alone learns no number");
    let units = |code: &str| AccountFilter { units: Some(vec![code.into()]), ..usual() };
    assert_eq!(list(units("33")).await, ["zhang.san"]);
    assert!(list(units("11")).await.is_empty());
    assert_eq!(list(AccountFilter { role: Some(AccountRole::Instructor), ..usual() }).await, ["li.si"]);
    let shown = office::accounts::list(&store, &usual()).await.unwrap();
    let phones: Vec<_> = shown.accounts.iter().filter_map(|line| line.phone.as_deref()).collect();
    assert_eq!(phones, ["138****5678"]);
}

#[tokio::test]
async fn the_audit_log_cannot_be_written_over_and_a_change_is_found() {
    crate::store::testing::only_in_a_file!();
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    for number in 0..4 {
        office::accounts::set_state(&store, &person, AccountState::Active, "boss", &format!("{number}"))
            .await
            .unwrap();
    }
    let head = store.audit().verify(None).await.unwrap().unwrap();
    assert_eq!(head.0, 5);
    for statement in [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
    ] {
        assert!(sqlx::query(statement).execute(store.by_hand()).await.is_err(), "{statement}");
    }
    // The owner of the file can do more, but it is found out.
    for trigger in ["audit_is_not_changed", "audit_is_not_deleted"] {
        let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"));
        sqlx::query(drop).execute(store.by_hand()).await.unwrap();
    }
    for (statement, undo, expected) in [
        (
            "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
            "UPDATE audit SET actor = 'boss' WHERE seq = 2",
            "event 2",
        ),
        ("UPDATE audit SET done = 0 WHERE seq = 4", "UPDATE audit SET done = 1 WHERE seq = 4", "event 4"),
    ] {
        sqlx::query(statement).execute(store.by_hand()).await.unwrap();
        let error = store.audit().verify(None).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        sqlx::query(undo).execute(store.by_hand()).await.unwrap();
        assert_eq!(store.audit().verify(None).await.unwrap(), Some(head.clone()));
    }
    sqlx::query("DELETE FROM audit WHERE seq = 5").execute(store.by_hand()).await.unwrap();
    let cut = async || store.audit().verify(None).await.unwrap_err().to_string();
    assert_eq!(cut().await, "the audit log ends with event 4, but event 5 was written last");
    assert!(store.audit().verify(Some(&head)).await.unwrap_err().to_string().contains("cut off"));
    // Later events do not hide it: no number is given twice.
    office::accounts::set_state(&store, &person, AccountState::Active, "boss", "later").await.unwrap();
    assert!(cut().await.contains("event 5"));
    sqlx::query("UPDATE audit_end SET seq = 6").execute(store.by_hand()).await.unwrap();
    office::accounts::set_state(&store, &person, AccountState::Active, "boss", "later still").await.unwrap();
    assert!(cut().await.contains("event 5"));
    sqlx::query("DELETE FROM audit WHERE seq = 3").execute(store.by_hand()).await.unwrap();
    assert!(store.audit().verify(None).await.unwrap_err().to_string().contains("event 3"));
}

#[tokio::test]
async fn what_cannot_be_logged_is_not_done() {
    crate::store::testing::only_in_a_file!();
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    let stop = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE (ABORT, 'full'); END";
    sqlx::query(stop).execute(store.by_hand()).await.unwrap();
    assert!(office::accounts::set_state(&store, &person, AccountState::Frozen, "boss", "x").await.is_err());
    assert!(
        office::accounts::set_roles(&store, &person, &[grant(AccountRole::Auditor)], "boss", "x")
            .await
            .is_err()
    );
    assert!(office::accounts::change_password(&store, &person, "hash", "").await.is_err());
    let account = store.accounts().of(&person).await.unwrap().unwrap();
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.grants, [grant(AccountRole::Trainee)]);
    assert_eq!(account.password, None);
}

#[tokio::test]
async fn another_telephone_signs_in_and_the_old_one_no_longer() {
    let (data, store) = store().await;
    let (old, new) = ("13812345678", "13987654321");
    let person = made(&store, "wang.li", Some(old), AccountRole::Trainee).await;
    made(&store, "li.si", Some("13700000000"), AccountRole::Trainee).await;
    let taken = office::accounts::change_phone(&store, &person, "13700000000").await;
    assert!(matches!(taken, Err(AccountError::PhoneTaken)), "{taken:?}");
    office::accounts::change_phone(&store, &person, new).await.unwrap();
    office::accounts::change_phone(&store, &person, new).await.expect("the own number is not taken");
    let found = async |phone: &str| {
        let account = store.accounts().by_login(phone).await.unwrap();
        account.map(|account| (account.person, account.phone))
    };
    assert_eq!(found(new).await, Some((person.clone(), Some(new.to_owned()))));
    assert_eq!(found(old).await, None);
    office::accounts::set_phone(&store, &person, old, "boss", "换了号").await.unwrap();
    assert_eq!((found(old).await.map(|(person, _)| person), found(new).await), (Some(person.clone()), None));
    assert!(matches!(
        office::accounts::set_phone(&store, "nobody", new, "boss", "x").await,
        Err(AccountError::NotFound)
    ));

    let filter = crate::store::audit::Filter { target: Some(person.clone()), ..Default::default() };
    let events = store.audit().page(&filter).await.unwrap().events;
    let acts: Vec<_> = events.iter().map(|event| (event.act.as_str(), event.actor.as_str())).collect();
    let own = ("account.phone_changed", person.as_str());
    assert_eq!(acts[..3], [("account.phone_set", "boss"), own, own]);
    assert!(!events.iter().any(|event| event.detail.contains(old) || event.detail.contains(new)));
    crate::store::testing::only_in_a_file!();
    let bytes = std::fs::read(data.path().join("classroom.db-wal")).unwrap();
    for secret in [old.as_bytes(), new.as_bytes()] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "it is sealed");
    }
}

#[tokio::test]
async fn an_event_that_a_trigger_swallows_is_an_error_and_nothing_is_done() {
    crate::store::testing::only_in_a_file!();
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    let swallow = "CREATE TRIGGER evil BEFORE INSERT ON audit WHEN NEW.act LIKE 'account.%' BEGIN SELECT RAISE (IGNORE); END";
    sqlx::query(swallow).execute(store.by_hand()).await.unwrap();
    assert!(office::accounts::set_state(&store, &person, AccountState::Frozen, "boss", "x").await.is_err());
    assert_eq!(store.accounts().of(&person).await.unwrap().unwrap().state, AccountState::Active);
}
