//! Every row of `tests/faults/hours/tampering.md` on a copy of a small data folder.

use std::fs;
use std::path::Path;

use sqlx::Row;

use super::tampering::{disarmed, text};
use super::*;
use crate::attendance::ledger::Posting;
use crate::chain::{hex, netstrings};
use crate::office;
use crate::store::credit::body::{Body, raw_lines};

const TABLE: &str = include_str!("../../../../tests/faults/hours/tampering.md");

/// The tables of the books.
const BOOKS: [&str; 14] = [
    "entries",
    "heads",
    "results",
    "result_lines",
    "facts",
    "fact_chains",
    "completions",
    "judged",
    "watched",
    "enrolments",
    "audit",
    "sealing",
    "served",
    "facts_end",
];

struct Folders {
    /// Before and after a decision about the first lesson.
    old: TempDir,
    new: TempDir,
    head: Kept,
}

async fn folders() -> Folders {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    let late = desk.trainee("乙", &["L1"]).await;
    desk.present("L1", &late, T, (12, 90)).await;
    desk.judge("L1", T + 2 * HOUR).await;
    desk.taught("L2", "C2", T + DAY).await;
    for (name, from) in [("甲", 0), ("丙", 12)] {
        let person = desk.trainee(name, &["L2"]).await;
        desk.present("L2", &person, T + DAY, (from, 90)).await;
    }
    desk.judge("L2", T + DAY + 2 * HOUR).await;
    desk.books.judge("L1", T + 8 * DAY, true).await.unwrap();
    desk.taught("L3", "C3", T + 2 * DAY).await;
    desk.present("L3", &late, T + 2 * DAY, (0, 90)).await;
    let watcher = desk.trainee("丁", &[]).await;
    desk.store.recordings().name("L1").await.unwrap();
    let shown = Stretch { from_ms: 0, to_ms: 45 * MINUTE };
    let course = Course {
        title: "课".into(),
        description: String::new(),
        speaker: String::new(),
        tags: vec![],
        listed: false,
        shown,
        audience: Audience::Everybody,
    };
    office::publications::publish(&desk.store, "L1", &course, &[], &desk.teacher, T).await.unwrap();
    desk.watched("L1", &watcher, (0, 45), T + 8 * DAY).await;
    let old = copy(&desk.data, &desk).await;
    let one = desk.store.people().add("运维甲", Role::Operator).await.unwrap();
    let person = desk.entries().await[1].posting.person.clone();
    let seen_balance_ch = desk.store.entries().standing(&person, "C2").await.unwrap().balance_ch;
    let figures = CorrectionFigures {
        delta_ch: -10,
        code: ReasonCode::DataError,
        text: String::new(),
        seen_balance_ch,
    };
    let new = NewCorrection { lesson: "L2".into(), person, figures };
    assert_eq!(desk.books.correct(&one, &new, T + 8 * DAY).await.unwrap(), Corrected::Entered);
    let head = Kept::of(&desk.verified().await.unwrap().last_head.unwrap());
    assert!(desk.store.verify_books(Some(&head)).await.is_ok());
    Folders { old, new: copy(&desk.data, &desk).await, head }
}

async fn copy(from: &TempDir, desk: &Desk) -> TempDir {
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(desk.store.by_hand()).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 0, "nobody else reads");
    again(from.path())
}

/// A copy of the files only: the recordings are no part of the books.
fn again(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    for file in ["classroom.db", "vault.key", "ledger.key", "checks.key", "certificates.key", "books.sealed"]
    {
        fs::copy(from.join(file), to.path().join(file)).unwrap();
    }
    to
}

#[tokio::test]
async fn every_tampering_of_the_table_is_found_or_the_table_says_why_not() {
    crate::store::testing::only_in_a_file!();
    let folders = folders().await;
    let rows = TABLE.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut performed = 0;
    for row in rows {
        let row = row.replace("\\|", "\u{1}");
        let [_, what, should, how, _] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let how = how.replace('\u{1}', "|");
        let steps: Vec<&str> = how.split('`').skip(1).step_by(2).collect();
        assert!(!steps.is_empty(), "{what}");
        if steps == ["FLIP"] {
            flips(&folders).await;
        } else {
            let said = perform(&folders, &steps).await;
            match should.trim().strip_prefix('—') {
                Some(why) => {
                    assert!(
                        said.is_none() && why.len() > 20,
                        "{what}: it is found, the table says it is not: {said:?}"
                    );
                }
                None => {
                    let said = said.unwrap_or_else(|| panic!("{what}: not found"));
                    assert!(said.contains(should.trim()), "{what}: {said}");
                }
            }
        }
        performed += 1;
    }
    assert!(performed > 60, "{performed}");
}

/// The finding of verification after these steps; `None` = the books are sound.
async fn perform(folders: &Folders, steps: &[&str]) -> Option<String> {
    let is_old = steps.contains(&"OLD COPY");
    let folder = again(if is_old { folders.old.path() } else { folders.new.path() });
    let mut desk = Desk::on(folder).await;
    let mut kept = steps.contains(&"HEAD").then(|| folders.head.clone());
    for (seq, hash) in steps.iter().filter_map(|step| step.strip_prefix("HEAD ")?.split_once(':')) {
        // The missing one is taken from the books: a head of an earlier version, written without the
        // signature.
        let entries = desk.entries().await;
        let seq: u64 = seq.parse().unwrap();
        let genuine = || entries.iter().find(|entry| entry.seq == seq).unwrap().hash.clone();
        let hash = if hash.is_empty() { genuine() } else { hash.to_owned() };
        kept = Some(Kept { seq, hash, signature: String::new() });
    }
    let kept = kept.as_ref();
    if is_old {
        return desk.store.verify_books(kept).await.err().map(|error| format!("{error:#}"));
    }
    let mut raw = disarmed(&desk).await;
    for step in steps {
        match step.split_once(' ') {
            None if *step == "ADJUST" => appended(&desk, &mut raw, None).await,
            None if *step == "DIGEST" => digest(&mut raw).await,
            None if *step == "APPROVE" => {
                let id = sqlx::query_scalar::<_, i64>("SELECT max(id) FROM corrections");
                let id = u64::try_from(id.fetch_one(&mut raw).await.unwrap()).unwrap();
                let second = desk.store.people().add("运维乙", Role::Operator).await.unwrap();
                let yes = Approval { approve: true, text: None };
                let refused = desk.books.approve(id, &second, &yes, T + 8 * DAY).await;
                assert!(matches!(refused, Err(Refused::NotAsked)), "{refused:?}");
            }
            None if *step == "RESTART" => desk = Desk::on(again(desk.data.path())).await,
            None | Some(("HEAD", _)) => {}
            Some(("GO", lesson)) => desk.facts(lesson, [(None, T + 3 * DAY, What::ClassPaused)]).await,
            Some(("FORGE", seq)) => appended(&desk, &mut raw, Some(seq.parse().unwrap())).await,
            // It may refuse.
            Some(("JUDGE", lesson)) => drop(desk.books.judge(lesson, T + 9 * DAY, false).await),
            Some(("REHASH", seq)) => rehash(&desk, &mut raw, seq.parse().unwrap()).await,
            Some(_) => {
                sqlx::query(text((*step).to_owned())).execute(&mut raw).await.expect(step);
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut raw).await.unwrap();
            }
        }
    }
    desk.store.verify_books(kept).await.err().map(|error| format!("{error:#}"))
}

/// Computes the hashes again from an entry on, as anybody can.
async fn rehash(desk: &Desk, raw: &mut Raw, from: u64) {
    let entries = desk.entries().await;
    let mut last = entries.iter().rfind(|entry| entry.seq < from).cloned();
    for entry in entries.into_iter().filter(|entry| entry.seq >= from) {
        let entry = Entry::after(last.as_ref(), entry.posting);
        sqlx::query("UPDATE entries SET prev_hash = $1, hash = $2 WHERE seq = $3")
            .bind(&entry.prev_hash)
            .bind(&entry.hash)
            .bind(i64::try_from(entry.seq).unwrap())
            .execute(&mut *raw)
            .await
            .unwrap();
        last = Some(entry);
    }
}

/// Appends an adjustment without a decision, or a copy of an existing entry.
async fn appended(desk: &Desk, raw: &mut Raw, like: Option<u64>) {
    let entries = desk.entries().await;
    let last = entries.last().unwrap().clone();
    let like = entries.into_iter().find(|entry| entry.seq == like.unwrap_or(last.seq)).unwrap();
    let (seq, from) = (last.seq, like.seq);
    let entry =
        Entry::after(Some(&last), Posting { delta_ch: 10, at_ms: last.posting.at_ms, ..like.posting });
    sqlx::query(
        "INSERT INTO entries (seq, person, content, lesson, kind, delta_ch, policy_version, input_digest, reason, actor,
             approver, at_ms, prev_hash, hash)
         SELECT $1, person, content, lesson, kind, 10, policy_version, input_digest, reason, actor, approver, $2, $3, $4
         FROM entries WHERE seq = $5",
    )
    .bind(i64::try_from(seq + 1).unwrap())
    .bind(i64::try_from(entry.posting.at_ms).unwrap())
    .bind(&entry.prev_hash)
    .bind(&entry.hash)
    .bind(i64::try_from(from).unwrap())
    .execute(raw)
    .await
    .unwrap();
}

/// Gives the forged row its right digest.
async fn digest(raw: &mut Raw) {
    let row =
        sqlx::query("SELECT * FROM results WHERE digest = 'x'").fetch_optional(&mut *raw).await.unwrap();
    if let Some(row) = row {
        let lines = raw_lines(raw, row.get("id")).await.unwrap();
        let digest = Body::read(&row).unwrap().digest(&lines).unwrap();
        let query = sqlx::query("UPDATE results SET digest = $1 WHERE digest = 'x'").bind(digest);
        query.execute(raw).await.unwrap();
        return;
    }
    let row = sqlx::query("SELECT * FROM completions WHERE digest = 'x'").fetch_one(&mut *raw).await.unwrap();
    let numbers = ["at_ms", "credit_ch"].map(|column| row.get::<i64, _>(column).to_string());
    let fields = [
        row.get::<&str, _>("lesson"),
        row.get("person"),
        &numbers[0],
        &numbers[1],
        row.get("policy_version"),
        row.get("covered"),
    ];
    let digest = ring::digest::digest(&ring::digest::SHA256, &netstrings(&fields));
    let digest = hex(digest.as_ref());
    let query = sqlx::query("UPDATE completions SET digest = $1 WHERE digest = 'x'").bind(digest);
    query.execute(raw).await.unwrap();
}

/// Flips single bits of the file: each is found, or nothing in the books reads otherwise.
async fn flips(folders: &Folders) {
    let file = folders.new.path().join("classroom.db");
    let bytes = fs::read(&file).unwrap();
    let whole = dump(folders.new.path()).await.expect("a whole file");
    let mut found = 0;
    let mut place: usize = 7;
    for number in 0..42 {
        place = (place * 1_103_515_245 + 12_345) % bytes.len();
        // Most of a small file is empty.
        place = (place..bytes.len()).chain(0..place).find(|place| bytes[*place] != 0).unwrap();
        let mut other = bytes.clone();
        other[place] ^= 1 << (number % 8);
        let folder = again(folders.new.path());
        fs::write(folder.path().join("classroom.db"), other).unwrap();
        let is_found = match Store::open(folder.path()).await {
            Ok(store) => store.verify_books(None).await.is_err(),
            Err(_) => true,
        };
        let reads_alike = || async { dump(folder.path()).await.is_some_and(|dump| dump == whole) };
        assert!(is_found || reads_alike().await, "bit {} of byte {place}", number % 8);
        found += usize::from(is_found);
    }
    assert!(found >= 5, "{found}");
}

/// The whole content of the books; `None` = it cannot be read.
async fn dump(folder: &Path) -> Option<Vec<String>> {
    let options = SqliteConnectOptions::new().filename(folder.join("classroom.db"));
    let mut raw = SqliteConnection::connect_with(&options).await.ok()?;
    let mut dump = Vec::new();
    for table in BOOKS {
        let columns = sqlx::query_scalar::<_, String>("SELECT name FROM pragma_table_xinfo($1)").bind(table);
        let columns = columns.fetch_all(&mut raw).await.ok()?;
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let sql = format!("SELECT concat_ws(',', {}) FROM {table} ORDER BY 1", quoted.join(", "));
        dump.extend(sqlx::query_scalar::<_, String>(text(sql)).fetch_all(&mut raw).await.ok()?);
    }
    Some(dump)
}
