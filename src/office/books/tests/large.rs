//! How long reports of a large phase take. Measured, not asserted: run with `--ignored --nocapture`.

use std::time::Instant;

use super::certificates::certifier;
use super::concluding::run;
use super::phases::phase;
use super::reports::reporter;
use super::*;
use crate::account::role::Scope;
use crate::office::reports::{Asked, Filter};
use crate::programme::kept_report::{ReportFormat, ReportKind};
use crate::programme::unit::UNITS;
use crate::sheet::Kind;

const PEOPLE: usize = 30_000;
const PRIVATE: &str = r#"{"number":"11010519491231002X","mobile":"13812345678","email":""}"#;
/// As it is stored.
const LINE: &str = r#"{"first_ms":1,"last_ms":2,"present_s":5400,"counted_s":5400,"with_replay_s":5400,"asked":6,"answered":6,"void_blocks":[],"live_ch":200,"credit_ch":200,"reasons":[],"reactions_ms":[4000,4000,4000,4000,4000,4000]}"#;

/// 300 classes of 100 people of 37 units; three live lessons each, and four that are studied alone: 210,000 entries and 450,000
/// lines of chat.
async fn large(desk: &Desk) {
    phase(desk, 1_000, None).await;
    let by = desk.store.people().add("管理员", Role::Operator).await.unwrap();
    run(
        desk,
        "WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < 300)
         INSERT INTO classes SELECT printf('td-1-%03d', n), 'td-1', n, '', 100, '', NULL FROM n",
    )
    .await;
    run(
        desk,
        "WITH RECURSIVE k (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM k WHERE k < 7)
         INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms, class, kind)
         SELECT id || '-' || k, '第' || k || '课', 0, 'c' || k, CASE WHEN k < 4 THEN 200 ELSE 100 END,
             1790000000000 + k * 86400000, 1790005400000 + k * 86400000, id, CASE WHEN k < 4 THEN 'live' ELSE 'async' END
         FROM classes, k",
    )
    .await;
    let mut writer = desk.store.by_hand().begin().await.unwrap();
    for n in 0..PEOPLE {
        let person = format!("person{n}");
        let private = desk.store.vault().seal(&format!("registration td-1 {person}"), PRIVATE).unwrap();
        sqlx::query("INSERT INTO people (id, name, role) VALUES ($1, '王丽', 'trainee')")
            .bind(&person)
            .execute(&mut *writer)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO registrations (id, phase, person, state, unit, name, document, private, school, track, category,
                 rest, submission, submitted_at_ms, approval, approved_at_ms, reason, class)
             VALUES ($1, 'td-1', $2, 'active', $3, '王丽', CAST($2 AS BLOB), $4, '杭州职业技术学院', '', '', '{}', $1, 0, $1,
                 0, '', printf('td-1-%03d', $5))",
        )
        .bind(n as i64 + 1)
        .bind(&person)
        .bind(UNITS[n % UNITS.len()].code)
        .bind(private)
        .bind((n / 100 + 1) as i64)
        .execute(&mut *writer)
        .await
        .unwrap();
    }
    writer.commit().await.unwrap();
    for sql in what_they_did(&by) {
        run(desk, &sql).await;
    }
}

/// Lessons, results, entries, lines of chat and states, as statements.
fn what_they_did(by: &str) -> Vec<String> {
    vec![
        "INSERT INTO enrolments SELECT lessons.id, person, 0 FROM registrations
             JOIN lessons ON lessons.class = registrations.class".to_owned(),
        "INSERT INTO results (lesson, stage, policy_version, input_digest, computed_at_ms, taught_s, effective_ch, report,
             events, digest) SELECT id, 'final', 'CR-1', '', 0, 5400, 200, '{}', x'00', '' FROM lessons WHERE kind = 'live'".to_owned(),
        "INSERT INTO judged SELECT lesson, id, 0, 1, 0, 0 FROM results".to_owned(),
        format!(
            "INSERT INTO result_lines (result, person, line) SELECT results.id, person, '{LINE}' FROM results
                 JOIN enrolments ON enrolments.lesson = results.lesson"
        ),
        "INSERT INTO entries (person, content, lesson, kind, delta_ch, policy_version, input_digest, reason, actor, at_ms,
             prev_hash, hash)
         SELECT person, content, lessons.id, kind, credit_ch, 'CR-1', '', '', 'server', 1790000000000, '', ''
         FROM registrations JOIN lessons ON lessons.class = registrations.class".to_owned(),
        "WITH RECURSIVE k (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM k WHERE k < 5)
         INSERT INTO facts (lesson, person, at_ms, body) SELECT lesson, person, 1790000000000, '{\"type\":\"chat\"}'
             FROM k, enrolments JOIN lessons ON lessons.id = lesson WHERE kind = 'live'".to_owned(),
        "INSERT INTO completions SELECT lessons.id, person, 1790100000000, 100, 'CR-1', '[]', ''
             FROM registrations JOIN lessons ON lessons.class = registrations.class WHERE kind = 'async'".to_owned(),
        "INSERT INTO quotas SELECT 'td-1', unit, count(*) FROM registrations GROUP BY unit".to_owned(),
        format!(
            "UPDATE registrations SET reason = '{by}', state =
                 CASE WHEN id % 3 = 0 THEN 'active' WHEN id % 20 = 1 THEN 'failed' ELSE 'completed' END"
        ),
        "DROP TRIGGER entries_are_not_deleted".to_owned(),
        "DELETE FROM entries WHERE person IN (SELECT person FROM registrations WHERE state = 'active')".to_owned(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures for minutes"]
async fn how_long_reports_of_30_000_people_take() {
    let desk = Desk::new().await;
    let begun = Instant::now();
    large(&desk).await;
    println!("made {PEOPLE} people in {:.1?}", begun.elapsed());
    let reporter = reporter(&desk);
    let (all, filter) = (Scope::all(), Filter::default());
    let begun = Instant::now();
    let page = reporter.attainments("td-1", &all, &filter, 0, None, T).await.unwrap();
    println!("R4, one page of {}: {:.2?}", page.rows.len(), begun.elapsed());
    let begun = Instant::now();
    let behind = Filter { behind_at_ms: Some(T + 30 * DAY), ..Filter::default() };
    let page = reporter.attainments("td-1", &all, &behind, 0, None, T + 30 * DAY).await.unwrap();
    println!("R4, {} who are behind: {:.2?}", page.counts.behind.unwrap(), begun.elapsed());
    assert_eq!(page.counts.behind, Some(PEOPLE as u64 / 3));
    for kind in [Kind::Csv, Kind::Xlsx] {
        let begun = Instant::now();
        let file = reporter.attainments_file("td-1", &all, &filter, kind).await.unwrap();
        println!("R4, {kind:?} of {} bytes: {:.2?}", file.len(), begun.elapsed());
    }
    let begun = Instant::now();
    let summary = reporter.summary("td-1", &all).await.unwrap();
    println!(
        "R5, {} of {} have passed: {:.2?}",
        summary.total.passed.unwrap(),
        summary.total.approved,
        begun.elapsed()
    );
    let by: String = sqlx::query_scalar("SELECT id FROM people WHERE name = '管理员'")
        .fetch_one(desk.store.by_hand())
        .await
        .unwrap();
    let asked = Asked { kind: ReportKind::Pack, format: ReportFormat::Zip, unit: None, each: true };
    assert_eq!(reporter.ask(&by, "td-1", &all, &asked, T).await.unwrap(), UNITS.len());
    let begun = Instant::now();
    while reporter.make_next(T).await.unwrap() {}
    let kept = reporter.kept("td-1", &all, None).await.unwrap();
    let bytes: u64 = kept.rows.iter().filter_map(|row| row.bytes).sum();
    println!("packs of {} units, {bytes} bytes: {:.1?}", kept.rows.len(), begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures for minutes"]
async fn how_long_the_end_of_30_000_people_takes() {
    const NOW: u64 = T + 60 * DAY;
    const CERTIFICATES: usize = 10_000;
    let desk = Desk::new().await;
    large(&desk).await;
    run(&desk, "UPDATE registrations SET state = 'active'").await;
    let begun = Instant::now();
    assert_eq!(desk.books.conclude(NOW).await.unwrap(), PEOPLE);
    println!("decided how {PEOPLE} people end: {:.1?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(desk.books.conclude(NOW).await.unwrap(), 0);
    println!("looked again, nothing changed: {:.2?}", begun.elapsed());

    let (by, certifier) = (desk.store.people().add("一", Role::Operator).await.unwrap(), certifier(&desk));
    let begun = Instant::now();
    let ready = certifier.desk("td-1", &by, NOW).await.unwrap().ready;
    certifier.release(&by, "td-1", ready, NOW).await.unwrap();
    println!("released {ready} certificates: {:.1?}", begun.elapsed());
    let (begun, mut issued) = (Instant::now(), 0);
    while issued < CERTIFICATES {
        issued += certifier.issue_some(NOW).await.unwrap();
    }
    println!("issued {issued} of them: {:.1?}", begun.elapsed());
}
