//! Every change of the books is found.

use std::ffi::c_int;

use libsqlite3_sys::{SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_OK, sqlite3_db_config};
use sqlx::Row;

use super::*;
use crate::attendance::ledger::Posting;
use crate::office;
use crate::store::Lane;
use crate::store::credit::heads;

async fn is_sound(desk: &Desk) -> bool {
    desk.store.verify_books(None).await.is_ok()
}

/// Days of lessons, so that there are entries, heads and results.
async fn books_of_three_days() -> Desk {
    let desk = Desk::new().await;
    for day in 0..3 {
        let (lesson, start) = (format!("L{day}"), T + day * DAY);
        desk.taught(&lesson, &lesson, start).await;
        for name in ["甲", "乙"] {
            let person = desk.trainee(name, &[&lesson]).await;
            desk.present(&lesson, &person, start, (0, 90)).await;
        }
        desk.judge(&lesson, start + 2 * HOUR).await;
    }
    desk
}

#[tokio::test]
async fn every_judgement_has_a_signed_head() {
    let desk = books_of_three_days().await;
    let head = desk.verified().await.unwrap().last_head.unwrap();
    assert_eq!((head.date.as_str(), head.seq), ("2026-09-24", 6), "judged past midnight in Shanghai");
    // Including one that enters nothing.
    assert!(desk.books.judge("L0", T + 8 * DAY, true).await.unwrap());
    let heads = desk.store.heads().await.unwrap();
    assert_eq!(heads.iter().map(|head| head.seq).collect::<Vec<_>>(), [2, 4, 6, 6]);
    assert!(heads.iter().all(|head| desk.store.is_own(head)));
    // A clock that was set back sets no entry back.
    desk.taught("L9", "L9", T).await;
    let person = desk.trainee("丙", &["L9"]).await;
    desk.present("L9", &person, T, (0, 90)).await;
    desk.judge("L9", T).await;
    let entries = desk.entries().await;
    assert_eq!(entries[6].posting.at_ms, entries[5].posting.at_ms);
    assert!(desk.is_sound().await);
}

/// Every text and blob of the books is changed by a bit here and there, every number by one.
#[tokio::test]
async fn a_changed_byte_is_found_wherever_it_is() {
    crate::store::testing::only_in_a_file!();
    let desk = books_of_three_days().await;
    let watcher = desk.trainee("丁", &[]).await;
    desk.store.recordings().name("L0").await.unwrap();
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
    office::publications::publish(&desk.store, "L0", &course, &[], &desk.teacher, T).await.unwrap();
    desk.watched("L0", &watcher, (0, 45), T + 11 * DAY).await;
    assert_eq!(desk.account(&watcher).await, [(Kind::Async, 100)]);
    assert!(is_sound(&desk).await);
    // A fact added after judging changes nothing that was judged, and is bound all the same.
    desk.facts("L0", [(None, T + 13 * DAY, What::CourseWithdrawn { by: desk.teacher.clone() })]).await;
    assert!(is_sound(&desk).await);

    let mut raw = disarmed(&desk).await;
    let mut changed = 0;
    for (table, only) in [
        ("entries", "TRUE"),
        ("heads", "TRUE"),
        ("results", "TRUE"),
        ("result_lines", "TRUE"),
        ("completions", "TRUE"),
        // The other columns say which work is due.
        ("judged", "name IN ('lesson', 'result', 'provisional_at_ms')"),
        ("facts", "TRUE"),
        ("watched", "TRUE"),
        ("enrolments", "TRUE"),
        ("lessons", "name IN ('content', 'credit_ch', 'planned_start_ms', 'planned_end_ms')"),
        // Any value but 0 says that it was done.
        ("audit", "name <> 'done'"),
        ("sealing", "name <> 'id'"),
        ("facts_end", "name <> 'id'"),
    ] {
        let columns = format!("SELECT name, type FROM pragma_table_info($1) WHERE {only}");
        let columns = sqlx::query(text(columns)).bind(table);
        let columns = columns.fetch_all(&mut raw).await.unwrap();
        let rows = sqlx::query_scalar::<_, i64>(text(format!(
            "SELECT rowid FROM {table} {}",
            // One lesson's rows are enough.
            if matches!(table, "enrolments" | "lessons") { "LIMIT 2" } else { "" }
        )));
        let rows = rows.fetch_all(&mut raw).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        for column in &columns {
            let (name, kind): (String, String) = (column.get(0), column.get(1));
            for row in &rows {
                changed += change(&desk, &mut raw, table, &name, &kind, *row).await;
            }
        }
    }
    assert!(changed > 1000, "{changed}");
    assert!(is_sound(&desk).await);
}

/// A connection on which no trigger fires, as triggers keep honest programs from changing anything. They stay
/// in the schema, where somebody who drops and makes them again leaves them, too.
pub(super) async fn disarmed(desk: &Desk) -> Raw {
    let mut raw = desk.raw().await;
    let Raw::Sqlite(file) = &mut raw else { unreachable!("tampering is with a file") };
    let mut handle = file.lock_handle().await.unwrap();
    let off: c_int = 0;
    let no_answer = std::ptr::null_mut::<c_int>();
    // SAFETY: the handle is locked and open; SQLITE_DBCONFIG_ENABLE_TRIGGER takes an int and a pointer that may be null.
    let done = unsafe {
        sqlite3_db_config(handle.as_raw_handle().as_ptr(), SQLITE_DBCONFIG_ENABLE_TRIGGER, off, no_answer)
    };
    assert_eq!(done, SQLITE_OK);
    drop(handle);
    sqlx::query("PRAGMA ignore_check_constraints = ON").execute(&mut raw).await.unwrap();
    raw
}

pub(super) fn text(sql: String) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(sql)
}

/// Changes one field in several ways, one after the other; all must be found. Returns the number of ways.
async fn change(desk: &Desk, raw: &mut Raw, table: &str, column: &str, kind: &str, row: i64) -> usize {
    let read = format!("SELECT CAST({column} AS BLOB) FROM {table} WHERE rowid = $1");
    let value: Option<Vec<u8>> = sqlx::query_scalar(text(read)).bind(row).fetch_one(&mut *raw).await.unwrap();
    let Some(value) = value.filter(|value| !value.is_empty()) else { return 0 };
    let write = format!("UPDATE {table} SET {column} = CAST($1 AS {kind}) WHERE rowid = $2");
    let mut changes = Vec::new();
    if kind == "INTEGER" {
        let number: i64 = String::from_utf8(value.clone()).unwrap().parse().unwrap();
        changes.push((number + 1_000_000).to_string().into_bytes());
    } else {
        for place in [0, value.len() / 2, value.len() - 1] {
            for bit in [0x01, 0x20, 0x80] {
                let mut other = value.clone();
                other[place] ^= bit;
                changes.push(other);
            }
        }
    }
    let count = changes.len();
    let is_row = matches!(
        (table, column),
        ("entries" | "facts" | "audit", "seq")
            | ("results", "id")
            | ("heads", "number")
            | ("lessons", "rowid")
    );
    for other in changes {
        let changed = sqlx::query(text(write.clone())).bind(&other).bind(row).execute(&mut *raw).await;
        // Some changes cannot even be written: a line's figures are computed from it, a day has one head.
        if let Err(error) = changed {
            let why = error.to_string();
            let refused = ["JSON", "NOT NULL", "UNIQUE"].iter().any(|word| why.contains(word));
            assert!(refused, "{table}.{column}: {why}");
            continue;
        }
        let sound = is_sound(desk).await;
        let place = if is_row { row + 1_000_000 } else { row };
        sqlx::query(text(write.clone())).bind(&value).bind(place).execute(&mut *raw).await.unwrap();
        assert!(!sound, "{table}.{column} of row {row}: {:?}", String::from_utf8_lossy(&other));
    }
    count
}

#[tokio::test]
async fn what_was_taken_away_is_found() {
    crate::store::testing::only_in_a_file!();
    for (attack, found) in [
        ("DELETE FROM entries WHERE seq = 6", "entry 6"),
        ("DELETE FROM entries WHERE seq = 3", "entry 3"),
        ("DELETE FROM heads WHERE number = 2", "signed head 2"),
        ("DELETE FROM heads WHERE number = 3", "entry 5"),
        ("DELETE FROM facts WHERE seq = 3", "result 1"),
        ("DELETE FROM results WHERE id = 2", "result 2"),
        ("DELETE FROM results WHERE id = 3", "result 3"),
        ("DELETE FROM result_lines WHERE result = 1", "result 1"),
    ] {
        let desk = books_of_three_days().await;
        let mut raw = desk.raw().await;
        let refused = sqlx::query(text(attack.to_owned())).execute(&mut raw).await.unwrap_err();
        assert!(refused.to_string().contains("are never deleted"), "{attack}: {refused}");
        let mut raw = disarmed(&desk).await;
        sqlx::query(text(attack.to_owned())).execute(&mut raw).await.unwrap();
        let error = format!("{:#}", desk.store.verify_books(None).await.unwrap_err());
        assert!(error.contains(found), "{attack}: {error}");
    }
}

#[tokio::test]
async fn results_and_entries_that_were_made_up_are_found() {
    crate::store::testing::only_in_a_file!();
    for (attack, found) in [
        // An earlier result is put back.
        ("UPDATE judged SET result = 1 WHERE lesson = 'L0'", "lesson \"L0\""),
        ("DELETE FROM judged WHERE lesson = 'L0'", "lesson \"L0\""),
        ("UPDATE facts SET at_ms = at_ms - 60000 WHERE lesson = 'L1' AND type = 'class_started'", "result 2"),
        (
            "INSERT INTO facts (seq, lesson, at_ms, body) VALUES (0, 'L1', 0, '{\"type\":\"class_paused\"}')",
            "result 2",
        ),
    ] {
        let desk = books_of_three_days().await;
        assert!(desk.books.judge("L0", T + 8 * DAY, true).await.unwrap());
        assert!(is_sound(&desk).await);
        let mut raw = disarmed(&desk).await;
        sqlx::query(text(attack.to_owned())).execute(&mut raw).await.unwrap();
        let error = format!("{:#}", desk.store.verify_books(None).await.unwrap_err());
        assert!(error.contains(found), "{attack}: {error}");
    }
}

/// With the server's key everything can be rewritten so that it fits together: all but the worth of results,
/// and a head kept elsewhere.
#[tokio::test]
async fn a_ledger_that_was_written_anew_is_found() {
    crate::store::testing::only_in_a_file!();
    let desk = books_of_three_days().await;
    let last = desk.entries().await.pop().unwrap();
    let kept = Kept { seq: last.seq, hash: last.hash.clone(), signature: String::new() };
    assert!(desk.store.verify_books(Some(&kept)).await.is_ok());
    let beyond = Kept { seq: 7, ..kept.clone() };
    let error = desk.store.verify_books(Some(&beyond)).await.unwrap_err().to_string();
    assert!(error.contains("entry 7"), "{error}");
    let mut raw = disarmed(&desk).await;
    rewrite(&desk, &mut raw, Posting { delta_ch: 100, ..last.posting.clone() }).await;
    let error = desk.store.verify_books(None).await.unwrap_err().to_string();
    assert!(error.contains("content \"L2\""), "{error}");
    let error = desk.store.verify_books(Some(&kept)).await.unwrap_err().to_string();
    assert!(error.contains("entry 6"), "{error}");
    rewrite(&desk, &mut raw, Posting { input_digest: "0".repeat(64), ..last.posting.clone() }).await;
    let error = desk.store.verify_books(None).await.unwrap_err().to_string();
    assert!(error.contains("entry 6: there is no result"), "{error}");
    // The same amounts at another time: only the head kept elsewhere tells.
    rewrite(&desk, &mut raw, Posting { at_ms: last.posting.at_ms + 1, ..last.posting }).await;
    assert!(is_sound(&desk).await);
    assert!(desk.store.verify_books(Some(&kept)).await.is_err());
}

/// Replaces the last entry and signs its head again.
async fn rewrite(desk: &Desk, raw: &mut Raw, posting: Posting) {
    let before = desk.entries().await.into_iter().nth_back(1).unwrap();
    let entry = Entry::after(Some(&before), posting);
    sqlx::query("UPDATE entries SET delta_ch = $1, input_digest = $2, at_ms = $3, hash = $4 WHERE seq = 6")
        .bind(entry.posting.delta_ch)
        .bind(entry.posting.input_digest)
        .bind(i64::try_from(entry.posting.at_ms).unwrap())
        .bind(entry.hash)
        .execute(&mut *raw)
        .await
        .unwrap();
    sqlx::query("DELETE FROM heads WHERE number = 3").execute(raw).await.unwrap();
    let row = sqlx::query_scalar::<_, String>("SELECT digest FROM results WHERE id = 3");
    let ground = row.fetch_one(desk.store.by_hand()).await.unwrap();
    let mut transaction = desk.store.write(Lane::Books).await.unwrap();
    heads::sign(&mut transaction, desk.store.keys().ledger(), &ground, T).await.unwrap();
    transaction.commit().await.unwrap();
}
