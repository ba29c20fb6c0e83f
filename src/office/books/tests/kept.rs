//! Books of earlier versions, kept in the repository for good: they open, verify and read as they are.

use std::borrow::Cow;
use std::fs;

use super::tampering::{disarmed, text};
use super::*;
use crate::attendance::RULES_VERSION;
use crate::chain::unhex;
use crate::store::Lane;
use crate::store::credit::body::{Body, raw_lines};
use crate::store::credit::heads;
use crate::store::end_mark::AUDIT_END;

/// A data folder with the rows of a file of `tests/books`, whose head has the keys and the last migration.
async fn folder(rows: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for line in rows.lines().take_while(|line| line.starts_with("--")) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["--", "migrations", number] => last = number.parse().unwrap(),
            ["--", name, key] if name.ends_with(".key") => {
                fs::write(folder.path().join(name), unhex(key).unwrap()).unwrap();
            }
            _ => {}
        }
    }
    let file = folder.path().join("classroom.db");
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true).foreign_keys(false);
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    let mut migrator = sqlx::migrate!("src/store/migrations");
    let earlier = migrator.iter().filter(|one| one.version <= last).cloned().collect();
    migrator.migrations = Cow::Owned(earlier);
    migrator.run(&mut raw).await.unwrap();
    // The file holds the rows that migrations have made, too.
    let trigger = "SELECT sql FROM sqlite_schema WHERE name = 'sealing_is_not_deleted'";
    let trigger = sqlx::query_scalar::<_, String>(trigger).fetch_optional(&mut raw).await.unwrap();
    sqlx::raw_sql("DROP TRIGGER IF EXISTS sealing_is_not_deleted").execute(&mut raw).await.unwrap();
    if last >= 16 {
        sqlx::raw_sql("DELETE FROM sealing").execute(&mut raw).await.unwrap();
    }
    sqlx::raw_sql(text(rows.to_owned())).execute(&mut raw).await.unwrap();
    if let Some(trigger) = trigger {
        sqlx::raw_sql(text(trigger)).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
    folder
}

/// Everybody's credit in a lesson, by person id.
async fn credits(desk: &Desk, lesson: &str) -> Vec<u64> {
    let lesson = desk.store.lessons().find(lesson).await.unwrap().unwrap();
    let sheet = desk.books.sheet(&lesson).await.unwrap();
    assert!(sheet.lines.iter().all(|(_, line)| !line.reasons.is_empty()));
    sheet.lines.into_iter().map(|(_, line)| line.credit_ch).collect()
}

/// Before rules had a version: reports with English sentences, one signed head a day.
#[tokio::test]
async fn books_of_rules_1_verify_for_ever() {
    crate::store::testing::only_in_a_file!();
    let desk = Desk::on(folder(include_str!("../../../../tests/books/rules-1.sql")).await).await;
    let verified = desk.verified().await.unwrap();
    assert_eq!((verified.entries, verified.entries_before_sealing, verified.results), (10, 10, 5));
    assert_eq!(credits(&desk, "maths").await, [200, 200, 0, 130]);
    assert_eq!(credits(&desk, "second").await, [100]);
    assert_eq!(credits(&desk, "short").await, [130, 80]);
    let late = &desk.entries().await[2].posting.person;
    let mine = desk.books.mine(late, "乙", T + 30 * DAY).await.unwrap();
    assert_eq!((mine.recognised_ch, mine.lessons.len()), (220, 2));
    // Opening again seals nothing twice.
    let heads = desk.store.heads().await.unwrap().len();
    let store = Store::open(desk.data.path()).await.unwrap();
    assert_eq!(store.heads().await.unwrap().len(), heads);
    // It goes on: an earlier result is judged again, whatever the present rules.
    desk.judge("short", T + 2 * DAY).await;
    desk.taught("new", "C9", T + 40 * DAY).await;
    let person = desk.trainee("庚", &["new"]).await;
    desk.present("new", &person, T + 40 * DAY, (0, 90)).await;
    desk.judge("new", T + 41 * DAY).await;
    assert_eq!(desk.account(&person).await, [(Kind::Live, 200)]);
    assert!(desk.verified().await.unwrap().entries >= 11);
}

/// Records without sentences, chained facts, a signed head with each judgement.
#[tokio::test]
async fn books_of_rules_2_verify_for_ever() {
    crate::store::testing::only_in_a_file!();
    let desk = Desk::on(folder(include_str!("../../../../tests/books/rules-2.sql")).await).await;
    let verified = desk.verified().await.unwrap();
    assert_eq!((verified.entries, verified.entries_before_sealing, verified.results), (10, 0, 5));
    let head = verified.last_head.unwrap();
    assert_eq!((head.seq, head.bound.map(|bound| bound.number)), (10, Some(8)));
    assert_eq!(credits(&desk, "maths").await, [0, 130, 200, 200]);
    assert_eq!(credits(&desk, "second").await, [100]);
    assert_eq!(credits(&desk, "short").await, [80, 130]);
}

/// Only the server takes them over, once: a file beside the database says that it was done, and reading
/// changes nothing.
#[tokio::test]
async fn books_are_taken_over_once_and_not_by_looking() {
    crate::store::testing::only_in_a_file!();
    let earlier = folder(include_str!("../../../../tests/books/rules-1.sql")).await;
    let file = earlier.path().join("books.sealed");
    let error = Store::open_to_look(earlier.path()).await.map(drop).unwrap_err().to_string();
    assert!(error.contains("is of another version of this program"), "{error}");
    assert!(!file.exists());
    let desk = Desk::on(earlier).await;
    assert!(desk.is_sound().await && file.exists());
    let events = desk.store.audit().page(&Default::default()).await.unwrap().events;
    assert!(events.iter().any(|event| event.act == "books.taken_over"), "{events:?}");
    // A folder restored without the file gets it again, with the same content.
    let line = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    assert!(Store::open_to_look(desk.data.path()).await.unwrap().verify_books(None).await.is_ok());
    assert!(Store::open(desk.data.path()).await.unwrap().verify_books(None).await.is_ok());
    assert_eq!(fs::read(&file).unwrap(), line);
    // Without the file, anything that only this version writes forbids it.
    let mut raw = disarmed(&desk).await;
    for (attack, is_refused) in [("UPDATE sealing SET mac = ''", true), ("DELETE FROM heads", true)] {
        sqlx::query(text(attack.to_owned())).execute(&mut raw).await.unwrap();
        fs::remove_file(&file).unwrap_or_default();
        let store = Store::open(desk.data.path()).await.unwrap();
        assert_eq!(store.verify_books(None).await.is_err(), is_refused, "{attack}");
        assert!(!file.exists(), "{attack}");
    }
}

/// Earlier entries and facts are under a head now: a change of one is found.
#[tokio::test]
async fn what_was_taken_over_is_sealed() {
    crate::store::testing::only_in_a_file!();
    for attack in [
        "DELETE FROM heads",
        "DELETE FROM entries WHERE seq = 10",
        "UPDATE watched SET covered = '[]'",
        "UPDATE sealing SET entries_upto = 11",
        "DELETE FROM day_heads WHERE seq = 4",
        "UPDATE results SET report = replace(report, 'CR-5: present', 'CR-5: there') WHERE id = 1",
        "UPDATE results SET rules_version = 7 WHERE id = 1",
    ] {
        let desk = Desk::on(folder(include_str!("../../../../tests/books/rules-1.sql")).await).await;
        let mut raw = disarmed(&desk).await;
        sqlx::query(text(attack.to_owned())).execute(&mut raw).await.unwrap();
        assert!(!desk.is_sound().await, "{attack}");
    }
}

/// A final result by other rules than today's is neither doubted nor judged again.
#[tokio::test]
async fn a_final_result_of_other_rules_stays_and_a_provisional_one_is_judged_again() {
    crate::store::testing::only_in_a_file!();
    let desk = Desk::new().await;
    for (lesson, content) in [("L1", "C1"), ("L2", "C2")] {
        desk.taught(lesson, content, T).await;
    }
    let person = desk.trainee("乙", &["L1"]).await;
    let other = desk.trainee("丙", &["L2"]).await;
    desk.present("L1", &person, T, (12, 90)).await;
    desk.present("L2", &other, T, (12, 90)).await;
    desk.judge("L1", T + 2 * HOUR).await;
    desk.judge("L2", T + 2 * HOUR).await;
    assert!(desk.books.judge("L1", T + 8 * DAY, true).await.unwrap());
    let mut raw = disarmed(&desk).await;
    // As if computed by rules that nobody has here.
    let mut digests = Vec::new();
    for id in 1..=3 {
        let row =
            sqlx::query("SELECT * FROM results WHERE id = $1").bind(id).fetch_one(&mut raw).await.unwrap();
        let lines = raw_lines(&mut raw, id).await.unwrap();
        let mut body = Body::read(&row).unwrap();
        body.rules_version = 9_999;
        let rules = format!("\"rules\":{RULES_VERSION}");
        body.report = body.report.replacen(&rules, "\"rules\":9999", 1);
        let digest = body.digest(&lines).unwrap();
        sqlx::query("UPDATE results SET rules_version = 9999, report = $1, digest = $2 WHERE id = $3")
            .bind(&body.report)
            .bind(&digest)
            .bind(id)
            .execute(&mut raw)
            .await
            .unwrap();
        digests.push(digest);
    }
    assert!(!desk.is_sound().await, "no head names them");
    sqlx::query("DELETE FROM heads").execute(&mut raw).await.unwrap();
    sqlx::query("DELETE FROM audit").execute(&mut raw).await.unwrap();
    let mut transaction = desk.store.write(Lane::Books).await.unwrap();
    for digest in digests {
        heads::sign(&mut transaction, desk.store.keys().ledger(), &digest, T).await.unwrap();
    }
    AUDIT_END.note(&mut transaction, desk.store.vault(), 0).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(desk.is_sound().await, "nobody has tampered with them");
    let due = desk.due(T + 9 * DAY, &[]).await;
    assert!(due.contains(&("L2".into(), false)) && !due.iter().any(|(lesson, _)| lesson == "L1"), "{due:?}");
    sqlx::query("UPDATE judged SET due = 1").execute(&mut raw).await.unwrap();
    assert!(!desk.judge("L1", T + 9 * DAY).await, "final stays");
    assert!(desk.judge("L2", T + 9 * DAY).await, "provisional is judged by today's");
    assert_eq!(desk.store.results().standing("L2").await.unwrap().unwrap().rules_version, RULES_VERSION);
    assert_eq!(desk.store.results().standing("L1").await.unwrap().unwrap().rules_version, 9_999);
    assert_eq!(desk.account(&person).await, [(Kind::Live, 170)]);
    assert_eq!(desk.account(&other).await, [(Kind::Live, 170)]);
    assert!(desk.is_sound().await);
}
