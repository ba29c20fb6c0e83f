//! Lost keys, and their renewal.

use crate::office;
use tempfile::TempDir;

use super::*;

async fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path()).await.unwrap());
    dir
}

async fn refusal(dir: &TempDir) -> String {
    format!("{:#}", Store::open(dir.path()).await.err().expect("it does not open"))
}

#[tokio::test]
async fn a_key_that_was_used_is_not_made_anew_in_silence() {
    for file in ["checks.key", "ledger.key", "certificates.key"] {
        let dir = folder().await;
        let path = dir.path().join(file);
        let key = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let said = refusal(&dir).await;
        assert!(said.contains(file) && said.contains("backup") && said.contains("keys renew"), "{said}");
        assert!(!path.exists(), "nothing was made");
        let other = tempfile::tempdir().unwrap();
        drop(Store::open(other.path()).await.unwrap());
        fs::copy(other.path().join(file), &path).unwrap();
        assert!(refusal(&dir).await.contains("is not the key that this server used"));
        fs::write(&path, key).unwrap();
        Store::open(dir.path()).await.unwrap();
    }
}

#[tokio::test]
async fn a_damaged_key_is_renewed_by_name_and_kept_aside() {
    for file in ["checks.key", "ledger.key", "certificates.key"] {
        for wrong in [&b""[..], b"short", &[7; 32], &[7; 85]] {
            let dir = folder().await;
            let path = dir.path().join(file);
            fs::write(&path, wrong).unwrap();
            let said = refusal(&dir).await;
            assert!(said.contains(file) && said.contains("backup") && said.contains("keys renew"), "{said}");
            Store::renew_key(dir.path(), file, "磁盘损坏").await.unwrap();
            Store::open(dir.path()).await.unwrap();
            let names = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
            let aside = names.filter(|path| path.to_string_lossy().contains(".key.damaged-"));
            let kept: Vec<Vec<u8>> = aside.map(|path| fs::read(path).unwrap()).collect();
            assert_eq!(kept, [wrong], "{file}");
        }
    }
}

#[tokio::test]
async fn data_of_an_earlier_version_shows_what_was_used() {
    let dir = folder().await;
    let store = Store::open(dir.path()).await.unwrap();
    sqlx::query("DELETE FROM server_keys").execute(&store.writer).await.unwrap();
    drop(store);
    fs::remove_file(dir.path().join("checks.key")).unwrap();
    let store = Store::open(dir.path()).await.expect("nothing depended on it");
    office::timetable::make_usual(&store, "a", "一课").await.unwrap();
    for change in ["DELETE FROM server_keys", "UPDATE lessons SET started_at_ms = 1"] {
        sqlx::query(change).execute(&store.writer).await.unwrap();
    }
    drop(store);
    fs::remove_file(dir.path().join("checks.key")).unwrap();
    assert!(refusal(&dir).await.contains("checks.key is missing"));
}

#[tokio::test]
async fn a_lost_key_is_renewed_by_name_and_the_audit_log_says_so() {
    let dir = folder().await;
    let store = Store::open(dir.path()).await.unwrap();
    let before = store.ledger_keys().await.unwrap();
    drop(store);
    let renew = async |file: &'static str, reason: &'static str| {
        Store::renew_key(dir.path(), file, reason).await.map_err(|error| format!("{error:#}"))
    };
    assert!(renew("ledger.key", "why").await.unwrap_err().contains("is there"));
    assert!(renew("vault.key", "why").await.unwrap_err().contains("cannot be renewed"));
    fs::remove_file(dir.path().join("ledger.key")).unwrap();
    assert!(renew("ledger.key", " ").await.unwrap_err().contains("reason"));
    renew("ledger.key", "磁盘损坏，没有备份").await.unwrap();

    let store = Store::open(dir.path()).await.unwrap();
    let keys = store.ledger_keys().await.unwrap();
    assert_eq!((keys.len(), &keys[1]), (2, &before[0]));
    let events = store.audit().page(&audit::Filter::default()).await.unwrap().events;
    assert_eq!((events[0].act.as_str(), events[0].target.as_str()), (RENEWED, "ledger.key"));
    assert!(events[0].detail.contains("磁盘损坏"));
}
