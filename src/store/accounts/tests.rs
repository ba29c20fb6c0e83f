use super::*;
use crate::protocol::Action;
use crate::store::{LinkError, now_ms};

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
    store.make_account(&new).await.unwrap()
}

#[tokio::test]
async fn an_account_is_found_by_its_name_and_its_telephone_and_neither_is_given_twice() {
    let (data, store) = store().await;
    let person = made(&store, "wang.li", Some("13812345678"), AccountRole::Trainee).await;
    for text in ["wang.li", " Wang.Li ", "13812345678", "+86 138 1234 5678"] {
        let found = store.account_by_login(text).await.unwrap();
        assert_eq!(found.map(|account| account.person).as_ref(), Some(&person), "{text}");
    }
    assert!(store.account_by_login("13812345679").await.unwrap().is_none());
    let grants = [grant(AccountRole::Trainee)];
    for (login, phone) in [("wang.li", None), ("other", Some("13812345678"))] {
        let new = NewAccount { name: "王丽", login, phone, password: None, grants: &grants, by: None };
        assert!(matches!(store.make_account(&new).await, Err(MakeError::Taken)), "{login}");
    }
    // The telephone is nowhere in the files.
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
    let invite =
        async |ttl_ms: u64| store.invite(&person, false, now_ms() + ttl_ms, "cli", "").await.unwrap();
    let accept =
        async |secret: &str| store.accept_invitation(secret, "hash", &SecondFactor::None, DAY_MS).await;
    let (first, second) = (invite(DAY_MS).await, invite(DAY_MS).await);
    assert!(matches!(accept(&first).await, Err(LinkError::Unknown)));
    let session = accept(&second).await.unwrap().unwrap();
    assert!(store.session(&session.seat, &session.secret, now_ms()).await.unwrap().is_some());
    assert!(matches!(accept(&second).await, Err(LinkError::Used)));
    assert!(matches!(accept("nonsense").await, Err(LinkError::Unknown)));
    assert!(matches!(accept(&invite(0).await).await, Err(LinkError::Expired)));
    // A one-click link is no invitation, nor the other way round.
    assert!(matches!(
        store.redeem_link(&invite(DAY_MS).await, now_ms(), DAY_MS).await,
        Err(LinkError::Unknown)
    ));
    // The password is new: whoever was signed in is not any more.
    accept(&invite(DAY_MS).await).await.unwrap().unwrap();
    assert!(store.session(&session.seat, &session.secret, now_ms()).await.unwrap().is_none());
}

#[tokio::test]
async fn codes_work_once() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::TrainingAdmin).await;
    let begin = async |factor: SecondFactor| {
        store.begin_session(&person, &factor, "192.0.2.1", DAY_MS).await.unwrap().is_some()
    };
    assert!(begin(SecondFactor::None).await);
    assert!(!store.confirm_totp(&person, 1, &[]).await.unwrap(), "nothing is being enrolled");
    store.begin_totp(&person, b"12345678901234567890").await.unwrap();
    let account = store.account(&person).await.unwrap().unwrap();
    assert_eq!(account.totp_next.as_deref(), Some(&b"12345678901234567890"[..]));
    assert!(account.totp.is_none());
    assert!(store.confirm_totp(&person, 100, &["AAAA".into(), "BBBB".into()]).await.unwrap());
    assert!(!begin(SecondFactor::None).await, "it is needed now");
    for (step, works) in [(99, false), (100, false), (101, true), (101, false), (103, true), (102, false)] {
        assert_eq!(begin(SecondFactor::Code(step)).await, works, "{step}");
    }
    for (code, works) in [("AAAA", true), ("AAAA", false), ("CCCC", false), ("BBBB", true)] {
        assert_eq!(begin(SecondFactor::Recovery(code.into())).await, works, "{code}");
    }
    // Who lost it is invited anew.
    let secret = store.invite(&person, true, now_ms() + DAY_MS, "cli", "lost").await.unwrap();
    store.accept_invitation(&secret, "hash", &SecondFactor::None, DAY_MS).await.unwrap().unwrap();
    assert!(store.account(&person).await.unwrap().unwrap().totp.is_none());
}

#[tokio::test]
async fn old_passwords_are_remembered_five_back() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    for number in 0..7 {
        store.change_password(&person, &format!("hash {number}"), "").await.unwrap();
    }
    // Some were changed within the same millisecond.
    let old = store.old_passwords(&person).await.unwrap();
    assert_eq!(old, ["hash 6", "hash 5", "hash 4", "hash 3", "hash 2"]);
}

#[tokio::test]
async fn taking_a_role_away_or_freezing_ends_sessions_at_once() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    store.change_password(&person, "hash", "").await.unwrap();
    let begin =
        async || store.begin_session(&person, &SecondFactor::None, "", DAY_MS).await.unwrap().unwrap();
    let grants = async |session: &NewSession| {
        let seat = store.session(&session.seat, &session.secret, now_ms()).await.unwrap();
        seat.map(|seat| seat.account.unwrap().grants)
    };
    let session = begin().await;
    assert_eq!(grants(&session).await, Some(vec![grant(AccountRole::Trainee)]));
    let both = [grant(AccountRole::Trainee), grant(AccountRole::TrainingAdmin)];
    store.set_roles(&person, &both, "boss", "more").await.unwrap();
    assert_eq!(grants(&session).await.map(|grants| grants.len()), Some(2), "nothing was taken away");
    // The password was made by the rules for trainees.
    assert_eq!(store.account(&person).await.unwrap().unwrap().password_at_ms, Some(0));
    store.set_roles(&person, &both[..1], "boss", "less").await.unwrap();
    assert_eq!(grants(&session).await, None);
    let session = begin().await;
    store.set_account_state(&person, AccountState::Frozen, "boss", "left").await.unwrap();
    assert_eq!(grants(&session).await, None);
    assert_eq!(grants(&begin().await).await, None, "a frozen account has no sessions");
    let forged = [RoleGrant { unit: Some("99".into()), ..grant(AccountRole::UnitAdmin) }];
    assert!(matches!(store.set_roles(&person, &forged, "boss", "x").await, Err(OfficeError::NoSuchScope)));
    let forged = [RoleGrant { class: Some("none".into()), ..grant(AccountRole::ClassAdmin) }];
    assert!(matches!(store.set_roles(&person, &forged, "boss", "x").await, Err(OfficeError::NoSuchScope)));
}

#[tokio::test]
async fn lists_show_what_was_asked_for_and_no_telephone() {
    let (_data, store) = store().await;
    let own = made(&store, "zhang.san", Some("13812345678"), AccountRole::Trainee).await;
    made(&store, "li.si", None, AccountRole::Instructor).await;
    let of_unit = [RoleGrant { unit: Some("33".into()), ..grant(AccountRole::Trainee) }];
    store.set_roles(&own, &of_unit, "boss", "unit").await.unwrap();
    let list = async |filter: AccountFilter| {
        let page = store.accounts(&filter).await.unwrap();
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
    let shown = store.accounts(&usual()).await.unwrap();
    let phones: Vec<_> = shown.accounts.iter().filter_map(|line| line.phone.as_deref()).collect();
    assert_eq!(phones, ["138****5678"]);
}

#[tokio::test]
async fn the_audit_log_cannot_be_written_over_and_a_change_is_found() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    for number in 0..4 {
        store.set_account_state(&person, AccountState::Active, "boss", &format!("{number}")).await.unwrap();
    }
    let head = store.verify_audit(None).await.unwrap().unwrap();
    assert_eq!(head.0, 5);
    for statement in [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
    ] {
        assert!(sqlx::query(statement).execute(&store.writer).await.is_err(), "{statement}");
    }
    // Who owns the file can do more, and is found out.
    for trigger in ["audit_is_not_changed", "audit_is_not_deleted"] {
        let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"));
        sqlx::query(drop).execute(&store.writer).await.unwrap();
    }
    for (statement, undo, expected) in [
        (
            "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
            "UPDATE audit SET actor = 'boss' WHERE seq = 2",
            "event 2",
        ),
        ("UPDATE audit SET done = 0 WHERE seq = 4", "UPDATE audit SET done = 1 WHERE seq = 4", "event 4"),
    ] {
        sqlx::query(statement).execute(&store.writer).await.unwrap();
        let error = store.verify_audit(None).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        sqlx::query(undo).execute(&store.writer).await.unwrap();
        assert_eq!(store.verify_audit(None).await.unwrap(), Some(head.clone()));
    }
    sqlx::query("DELETE FROM audit WHERE seq = 5").execute(&store.writer).await.unwrap();
    assert_eq!(store.verify_audit(None).await.unwrap().unwrap().0, 4, "a cut end looks whole");
    assert!(store.verify_audit(Some(&head)).await.unwrap_err().to_string().contains("cut off"));
    sqlx::query("DELETE FROM audit WHERE seq = 3").execute(&store.writer).await.unwrap();
    assert!(store.verify_audit(None).await.unwrap_err().to_string().contains("event 3"));
}

#[tokio::test]
async fn what_cannot_be_logged_is_not_done() {
    let (_data, store) = store().await;
    let person = made(&store, "wang.li", None, AccountRole::Trainee).await;
    let stop = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE (ABORT, 'full'); END";
    sqlx::query(stop).execute(&store.writer).await.unwrap();
    assert!(store.set_account_state(&person, AccountState::Frozen, "boss", "x").await.is_err());
    assert!(store.set_roles(&person, &[grant(AccountRole::Auditor)], "boss", "x").await.is_err());
    assert!(store.change_password(&person, "hash", "").await.is_err());
    let account = store.account(&person).await.unwrap().unwrap();
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.grants, [grant(AccountRole::Trainee)]);
    assert_eq!(account.password, None);
}

#[tokio::test]
async fn instructors_reach_the_classes_they_teach() {
    let grants = serde_json::to_string(&[grant(AccountRole::Instructor)]).unwrap();
    let reaching = reaching(&grants, r#"["c1","c2"]"#).unwrap();
    let scope = crate::course::role::scope(&reaching, Action::Announce);
    assert!(scope.class("c1") && scope.class("c2") && !scope.class("c3") && !scope.everything);
}

#[tokio::test]
async fn another_telephone_signs_in_and_the_old_one_no_longer() {
    let (data, store) = store().await;
    let (old, new) = ("13812345678", "13987654321");
    let person = made(&store, "wang.li", Some(old), AccountRole::Trainee).await;
    made(&store, "li.si", Some("13700000000"), AccountRole::Trainee).await;
    let taken = store.change_phone(&person, "13700000000").await;
    assert!(matches!(taken, Err(OfficeError::PhoneTaken)), "{taken:?}");
    store.change_phone(&person, new).await.unwrap();
    store.change_phone(&person, new).await.expect("the own number is not taken");
    let found = async |phone: &str| {
        let account = store.account_by_login(phone).await.unwrap();
        account.map(|account| (account.person, account.phone))
    };
    assert_eq!(found(new).await, Some((person.clone(), Some(new.to_owned()))));
    assert_eq!(found(old).await, None);
    store.set_phone(&person, old, "boss", "换了号").await.unwrap();
    assert_eq!((found(old).await.map(|(person, _)| person), found(new).await), (Some(person.clone()), None));
    assert!(matches!(store.set_phone("nobody", new, "boss", "x").await, Err(OfficeError::NotFound)));

    let filter = crate::store::audit::Filter { target: Some(person.clone()), ..Default::default() };
    let events = store.audit_page(&filter).await.unwrap().events;
    let acts: Vec<_> = events.iter().map(|event| (event.act.as_str(), event.actor.as_str())).collect();
    let own = ("account.phone_changed", person.as_str());
    assert_eq!(acts[..3], [("account.phone_set", "boss"), own, own]);
    assert!(!events.iter().any(|event| event.detail.contains(old) || event.detail.contains(new)));
    let bytes = std::fs::read(data.path().join("classroom.db-wal")).unwrap();
    for secret in [old.as_bytes(), new.as_bytes()] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "it is sealed");
    }
}
