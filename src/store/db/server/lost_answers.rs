//! A PostgreSQL server behind a line that loses answers, or falls silent.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::lesson::Role;
use crate::protocol::StorageTrouble;
use crate::store::{Home, Store};

/// State of a line: it carries everything.
const CARRIES: u8 = 0;
/// State of a line: it carries the next COMMIT to the server, and closes before the answer; then it carries again.
const LOSES_A_COMMIT: u8 = 1;
/// State of a line: it carries nothing, and closes no connection.
const IS_SILENT: u8 = 2;

/// A line to the server, as an address for the store.
struct Line {
    state: Arc<AtomicU8>,
    home: Home,
    _folder: TempDir,
}

/// `None` = PostgreSQL is not installed.
async fn line(database: &str) -> Option<Line> {
    let Some(url) = loadtest::postgres::database(database) else {
        eprintln!("PostgreSQL is not installed: no answer is lost");
        return None;
    };
    let folder = url.split_once("host=").and_then(|(_, rest)| rest.split('&').next()).expect("a folder");
    let socket = PathBuf::from(folder).join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let state = Arc::new(AtomicU8::new(CARRIES));
    let shared = state.clone();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = UnixStream::connect(&socket).await.expect("the server");
            tokio::spawn(carry(near, far, shared.clone()));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://classroom@127.0.0.1:{port}/{database}?sslmode=disable");
    Some(Line { state, home: Home::on_server(folder.path(), &url), _folder: folder })
}

async fn carry(near: TcpStream, far: UnixStream, state: Arc<AtomicU8>) {
    let (mut from_store, mut to_store) = near.into_split();
    let (mut from_server, mut to_server) = far.into_split();
    tokio::select! {
        () = one_way(&mut from_store, &mut to_server, &state, true) => {}
        () = one_way(&mut from_server, &mut to_store, &state, false) => {}
    }
}

async fn one_way(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    state: &AtomicU8,
    asks: bool,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if state.load(Ordering::SeqCst) == IS_SILENT {
            return std::future::pending().await;
        }
        let sent = to.write_all(&bytes[..count]).await;
        let is_commit = asks && bytes[..count].windows(8).any(|part| part == b"; COMMIT");
        let loses = || state.compare_exchange(LOSES_A_COMMIT, CARRIES, Ordering::SeqCst, Ordering::SeqCst);
        if sent.is_err() || (is_commit && loses().is_ok()) {
            return;
        }
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_looked_up_and_has_happened_once() {
    let Some(Line { state, home, _folder }) = line("lost_commit").await else { return };
    let store = Store::open(home).await.unwrap();
    state.store(LOSES_A_COMMIT, Ordering::SeqCst);
    let person = store.people().add("甲", Role::Trainee).await.expect("it was committed");
    assert_eq!(state.load(Ordering::SeqCst), CARRIES, "an answer was lost");
    assert!(store.people().find(&person).await.unwrap().is_some());
    assert_eq!(store.trouble(), None);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_an_error_in_bounded_time_and_trouble_until_it_answers() {
    let Some(Line { state, home, _folder }) = line("silent").await else { return };
    let store = Store::open(home).await.unwrap();
    state.store(IS_SILENT, Ordering::SeqCst);
    // The test's own runner bounds what waits for ever.
    assert!(store.people().add("甲", Role::Trainee).await.is_err());
    assert_eq!(store.trouble(), Some(StorageTrouble::Unreachable));
    state.store(CARRIES, Ordering::SeqCst);
    store.people().add("乙", Role::Trainee).await.expect("on another connection");
}
