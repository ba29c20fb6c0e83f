//! Links, sessions and tokens on a real database.

use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;
use crate::office;
use crate::store::SecretKind;

const LESSON: &str = "lesson";
const DAY_MS: u64 = 24 * 3_600_000;

async fn open() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    office::timetable::make_usual(&store, LESSON, "A lesson").await.unwrap();
    (dir, store)
}

async fn reopen(dir: &TempDir) -> Store {
    Store::open(&dir.path().join("data")).await.unwrap()
}

async fn link(store: &Store, expires_at_ms: u64) -> String {
    let person = Some(store.people().add("学员1", Role::Trainee).await.unwrap());
    let lesson = Some(LESSON.to_owned());
    let new = NewSecret { kind: SecretKind::Link, person, role: Role::Trainee, lesson, expires_at_ms };
    office::links::make(store, new).await.unwrap()
}

#[tokio::test]
async fn a_link_signs_in_once_whoever_races_for_it() {
    let (_dir, store) = open().await;
    let secret = link(&store, 1_000).await;
    let race = (0..10).map(|_| {
        let (store, secret) = (store.clone(), secret.clone());
        tokio::spawn(async move { office::links::redeem(&store, &secret, 500, DAY_MS).await })
    });
    let mut won = Vec::new();
    for racer in race.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Ok(signed_in) => won.push(signed_in),
            Err(error) => assert!(matches!(error, LinkError::Used), "{error}"),
        }
    }
    let [signed_in] = won.as_slice() else { panic!("{} sessions for one link", won.len()) };
    assert_eq!(signed_in.person.name, "学员1");
    assert_eq!(signed_in.person.lesson.as_deref(), Some(LESSON));
}

#[tokio::test]
async fn a_link_that_is_of_no_use_says_why() {
    let (_dir, store) = open().await;
    let secret = link(&store, 1_000).await;
    assert!(matches!(office::links::redeem(&store, "guess", 1, DAY_MS).await, Err(LinkError::Unknown)));
    assert!(matches!(office::links::redeem(&store, &secret, 1_000, DAY_MS).await, Err(LinkError::Expired)));
    office::links::redeem(&store, &secret, 999, DAY_MS).await.unwrap();
    assert!(matches!(office::links::redeem(&store, &secret, 999, DAY_MS).await, Err(LinkError::Used)));
}

#[tokio::test]
async fn a_session_needs_seat_and_secret_and_ends() {
    let (dir, store) = open().await;
    let now = now_ms();
    let first = office::links::redeem(&store, &link(&store, now + 1).await, now, DAY_MS).await.unwrap();
    let second = office::links::redeem(&store, &link(&store, now + 1).await, now, DAY_MS).await.unwrap();
    drop(store);
    let store = reopen(&dir).await;
    let session = async |seat: &str, secret: &str, now| {
        store.secrets().session(seat, secret, now).await.unwrap().map(|seat| seat.person)
    };
    let (seat, secret) = (&first.seat, &first.session_secret);
    assert_eq!(session(seat, secret, now).await.as_ref(), Some(&first.person));
    assert_eq!(session(seat, &second.session_secret, now).await, None);
    assert_eq!(session(&second.seat, secret, now).await, None);
    assert_eq!(first.expires_at_ms, now + DAY_MS);
    assert_eq!(session(seat, secret, first.expires_at_ms - 1).await, Some(first.person.clone()));
    assert_eq!(session(seat, secret, first.expires_at_ms).await, None);
    store.secrets().end_session(seat).await.unwrap();
    assert_eq!(session(seat, secret, now).await, None);
    assert_eq!(session(&second.seat, &second.session_secret, now).await, Some(second.person.clone()));
}

#[tokio::test]
async fn what_expired_long_ago_is_forgotten_and_what_expired_lately_is_told() {
    let (dir, store) = open().await;
    let now = now_ms();
    let (old, late) = (link(&store, 1_000).await, link(&store, now - 1_000).await);
    drop(store);
    let store = reopen(&dir).await;
    assert!(matches!(office::links::redeem(&store, &old, now, DAY_MS).await, Err(LinkError::Unknown)));
    assert!(matches!(office::links::redeem(&store, &late, now, DAY_MS).await, Err(LinkError::Expired)));
}

#[tokio::test]
async fn tokens_work_until_they_expire() {
    let (_dir, store) = open().await;
    let named = Some(store.people().add("王老师", Role::Instructor).await.unwrap());
    for person in [None, named] {
        let (role, lesson) = (Role::Instructor, Some(LESSON.to_owned()));
        let new =
            NewSecret { kind: SecretKind::Token, person: person.clone(), role, lesson, expires_at_ms: 1_000 };
        let secret = office::links::make(&store, new).await.unwrap();
        for _ in 0..2 {
            let grant = store.secrets().token(&secret, 999).await.unwrap().unwrap();
            assert_eq!((grant.role, grant.lesson.as_deref()), (role, Some(LESSON)));
            assert_eq!(grant.person.map(|signed| signed.person_id), person);
        }
        assert_eq!(store.secrets().token(&secret, 1_000).await.unwrap(), None);
        assert!(matches!(office::links::redeem(&store, &secret, 1, DAY_MS).await, Err(LinkError::Unknown)));
    }
    let secret = link(&store, 1_000).await;
    assert_eq!(store.secrets().token(&secret, 1).await.unwrap(), None, "a link is no token");
}

#[tokio::test]
async fn no_clear_secret_is_in_the_files_and_nobody_else_reads_them() {
    let (dir, store) = open().await;
    let secret = link(&store, u64::MAX).await;
    let session = office::links::redeem(&store, &secret, 500, DAY_MS).await.unwrap();
    let folder = dir.path().join("data");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let bytes = std::fs::read(&path).unwrap();
        for clear in [&secret, &session.session_secret] {
            assert!(!bytes.windows(clear.len()).any(|window| window == clear.as_bytes()));
        }
        files += 1;
    }
    assert!(files >= 2, "the database and its log");
}
