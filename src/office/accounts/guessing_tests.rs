//! Counting wrong passwords by account and place.

use tempfile::TempDir;

use super::guessing::{Meant, Origin, UNKNOWN_KEPT_MS};
use super::{NewAccount, SecondFactor};
use crate::account::password::{ELSEWHERE_MAX, HERE_MAX, LOCKED_MS};
use crate::account::role::{Role as AccountRole, RoleGrant};
use crate::office;
use crate::store::Store;
use crate::time::clock::now_ms;

const DAY_MS: u64 = 24 * 3600 * 1000;

/// A store with the account "wang.li", whose owner has signed in from `home`.
async fn store(home: &Origin) -> (TempDir, Store, String) {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(data.path()).await.unwrap();
    let grants = [RoleGrant { role: AccountRole::Trainee, unit: None, class: None }];
    let new = NewAccount {
        name: "王丽",
        login: "wang.li",
        phone: None,
        password: Some("hash"),
        grants: &grants,
        by: None,
    };
    let person = office::accounts::make(&store, &new).await.unwrap();
    office::accounts::begin_session(&store, &person, &SecondFactor::None, home.clone(), DAY_MS)
        .await
        .unwrap()
        .unwrap();
    (data, store, person)
}

fn device(network: &str, print: &str) -> Origin {
    Origin { network: network.into(), device: Some(print.into()) }
}

async fn fail(store: &Store, meant: &Meant, from: &Origin) -> bool {
    let place = office::accounts::place(store, &meant.subject, from, now_ms()).await.unwrap();
    office::accounts::sign_in_failed(store, meant, &place, &from.network).await.unwrap()
}

async fn is_locked(store: &Store, meant: &Meant, from: &Origin) -> bool {
    office::accounts::place(store, &meant.subject, from, now_ms()).await.unwrap().locked_until_ms.is_some()
}

#[tokio::test]
async fn a_stranger_elsewhere_locks_out_nobody_but_strangers() {
    let home = device("192.0.2.1", "phone");
    let (_data, store, _person) = store(&home).await;
    let meant = office::accounts::meant(&store, "Wang.Li").await.unwrap();
    for number in 1..=HERE_MAX {
        assert_eq!(fail(&store, &meant, &"203.0.113.1".into()).await, number == HERE_MAX);
    }
    assert!(is_locked(&store, &meant, &"203.0.113.1".into()).await);
    assert!(!is_locked(&store, &meant, &"203.0.113.2".into()).await);
    // All places together have ten tries.
    for number in HERE_MAX + 1..=ELSEWHERE_MAX {
        fail(&store, &meant, &format!("203.0.113.{number}").as_str().into()).await;
    }
    assert!(is_locked(&store, &meant, &"203.0.113.99".into()).await);
    // The owner comes in: at home, and with the own device anywhere.
    for own in [home.clone(), "192.0.2.1".into(), device("198.51.100.7", "phone")] {
        assert!(!is_locked(&store, &meant, &own).await, "{own:?}");
    }
    assert!(is_locked(&store, &meant, &device("198.51.100.7", "another")).await);
    // Another person beside the owner locks the network, not the device.
    for _ in 0..HERE_MAX {
        fail(&store, &meant, &"192.0.2.1".into()).await;
    }
    assert!(is_locked(&store, &meant, &"192.0.2.1".into()).await);
    assert!(!is_locked(&store, &meant, &home).await);
    for _ in 0..HERE_MAX {
        fail(&store, &meant, &home).await;
    }
    assert!(is_locked(&store, &meant, &home).await, "a stolen device guesses no better");
}

#[tokio::test]
async fn the_owner_is_told_once_of_what_was_tried_elsewhere() {
    let home = device("192.0.2.1", "phone");
    let (_data, store, person) = store(&home).await;
    let meant = office::accounts::meant(&store, "wang.li").await.unwrap();
    let sign_in = async || {
        let session =
            office::accounts::begin_session(&store, &person, &SecondFactor::None, home.clone(), DAY_MS)
                .await
                .unwrap();
        session.unwrap().wrong_tries.map(|wrong| wrong.tries)
    };
    fail(&store, &meant, &home).await;
    assert_eq!(sign_in().await, None, "own mistakes are no news");
    for from in ["203.0.113.1", "203.0.113.1", "203.0.113.2", "192.0.2.1"] {
        fail(&store, &meant, &from.into()).await;
    }
    assert_eq!(sign_in().await, Some(4));
    assert_eq!(sign_in().await, None);
}

#[tokio::test]
async fn locks_outlast_a_restart_and_a_new_password_opens_them() {
    let (data, store, person) = store(&"192.0.2.1".into()).await;
    let meant = office::accounts::meant(&store, "wang.li").await.unwrap();
    let here: Origin = "192.0.2.1".into();
    for _ in 0..HERE_MAX {
        fail(&store, &meant, &here).await;
    }
    drop(store);
    let store = Store::open(data.path()).await.unwrap();
    let place = office::accounts::place(&store, &meant.subject, &here, now_ms()).await.unwrap();
    let until_ms = place.locked_until_ms.unwrap();
    assert!(until_ms > now_ms() && until_ms <= now_ms() + LOCKED_MS);
    assert_eq!(
        office::accounts::place(&store, &meant.subject, &here, until_ms).await.unwrap().locked_until_ms,
        None
    );
    let secret =
        office::accounts::invite(&store, &person, false, now_ms() + DAY_MS, "cli", "").await.unwrap();
    office::accounts::accept_invitation(&store, &secret, "hash", &SecondFactor::None, DAY_MS)
        .await
        .unwrap()
        .unwrap();
    assert!(!is_locked(&store, &meant, &here).await);
}

#[tokio::test]
async fn a_name_that_nobody_has_costs_the_same_and_is_forgotten() {
    let (_data, store, _) = store(&"192.0.2.1".into()).await;
    let rows = async |table: &str| -> i64 {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(count).fetch_one(store.by_hand()).await.unwrap()
    };
    let mut grown = Vec::new();
    for login in ["wang.li", "nobody", "13800138000"] {
        let meant = office::accounts::meant(&store, login).await.unwrap();
        let before = (rows("sign_in_failures").await, rows("audit").await);
        let mut locks = Vec::new();
        for _ in 0..HERE_MAX {
            locks.push(fail(&store, &meant, &"203.0.113.1".into()).await);
        }
        let after = (rows("sign_in_failures").await, rows("audit").await);
        grown.push((after.0 - before.0, after.1 - before.1, locks));
        assert!(!meant.subject.contains(login) || login == "wang.li", "what was typed may be a password");
    }
    assert_eq!(grown[0], grown[1]);
    assert_eq!(grown[0], grown[2]);
    office::retention::forget(&store, now_ms() + UNKNOWN_KEPT_MS + 1000).await.unwrap();
    assert_eq!(rows("sign_in_failures").await, 2, "of the account: the place, and all places together");
}
