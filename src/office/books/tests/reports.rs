//! Reports over judged hours: rows, sums and the ledger say the same; what is done later is in a later report only.

use super::concluding::{closed, judged, run};
use super::*;
use crate::account::role::{Action, Role as AccountRole, RoleGrant, Scope, scope};
use crate::files::reports::ReportFiles;
use crate::office::reports::{Filter, Reporter};
use crate::office::{OfficeRefusal, goals};
use crate::programme::pace::Pace;
use crate::protocol::AttainmentCounts;
use crate::sheet::{self, Kind};

const PHASE: &str = "td-1";

pub(super) fn reporter(desk: &Desk) -> Reporter {
    Reporter::new(desk.books.clone(), ReportFiles::new(desk.data.path()))
}

/// The first people of the phase have ended.
pub(super) async fn ended() -> (Desk, Reporter, String) {
    let (desk, whole, _) = judged().await;
    closed(&desk).await;
    desk.books.conclude(T + 9 * DAY).await.unwrap();
    let reporter = reporter(&desk);
    (desk, reporter, whole)
}

fn rows(file: &[u8]) -> Vec<Vec<String>> {
    sheet::read(file).unwrap().sheets.remove(0).texts()
}

async fn completion(reporter: &Reporter, kind: Kind) -> Vec<u8> {
    reporter.attainments_file(PHASE, &Scope::all(), &Filter::default(), kind).await.unwrap()
}

async fn summary(reporter: &Reporter) -> Vec<u8> {
    reporter.summary_file(PHASE, &Scope::all(), Kind::Csv).await.unwrap()
}

/// Takes the hours of a lesson from somebody, by two people.
pub(super) async fn revoke(desk: &Desk, person: &str, now: u64) {
    let one = desk.store.people().add("一", Role::Operator).await.unwrap();
    let other = desk.store.people().add("二", Role::Operator).await.unwrap();
    let new = NewRevocation { person: person.into(), text: "录像显示他人代课".into() };
    assert_eq!(desk.books.revoke("a", &one, &new, now).await.unwrap(), Corrected::Waits);
    let waiting = desk.books.waiting_corrections(&other, now).await.unwrap();
    let yes = Approval { approve: true, text: None };
    desk.books.approve(waiting[0].id, &other, &yes, now).await.unwrap();
    desk.books.conclude(now).await.unwrap();
}

#[tokio::test]
async fn rows_sums_and_ledger_say_the_same_and_equal_books_make_equal_files() {
    let (desk, reporter, _) = ended().await;
    let seq = desk.entries().await.last().unwrap().seq;
    for kind in [Kind::Xlsx, Kind::Csv, Kind::Gb18030] {
        let file = completion(&reporter, kind).await;
        assert_eq!(file, completion(&reporter, kind).await);
        let rows = rows(&file);
        assert_eq!(rows.len(), 4);
        let of = |row: usize| rows[row][7..14].join(" ").replace(".00", "");
        assert_eq!(
            &rows[1][1..7],
            ["甲", "**************002X", "浙江省", "杭州职业技术学院", "第1期", "1班"]
        );
        assert_eq!((of(1), of(2)), ("4 0 0 0 4 — 合格".to_owned(), "2 0 0 0 2 — —".to_owned()));
        assert!(rows[3][0].starts_with(&format!("数据来源：学时账第 {seq} 条")), "{rows:?}");
    }
    // I-16: totals = sum of the rows = the ledger up to there.
    let file = summary(&reporter).await;
    assert_eq!(file, summary(&reporter).await);
    let rows = rows(&file);
    let of = |code: &str| rows.iter().find(|row| row.get(2).is_some_and(|one| one == code)).unwrap().clone();
    let ledger: i64 = sqlx::query_scalar("SELECT cast(sum(delta_ch) AS bigint) FROM entries WHERE seq <= $1")
        .bind(seq as i64)
        .fetch_one(desk.store.by_hand())
        .await
        .unwrap();
    assert_eq!(ledger, 600);
    // Two of two took part, one of two has passed; 6 hours of two, and three of four seats in class were taken.
    let zhejiang = ["0", "2", "2", "2", "1", "0", "100.00%", "50.00%", "3.00", "75.00%", "0.00"];
    assert_eq!(of("33")[3..], zhejiang);
    assert_eq!(of("")[3..], zhejiang, "the sums");
    assert_eq!(rows[rows.len() - 2][1], "合计");
}

#[tokio::test]
async fn what_is_taken_away_later_is_in_a_later_report() {
    let (desk, reporter, whole) = ended().await;
    let before = completion(&reporter, Kind::Csv).await;
    let source = |file: &[u8]| rows(file).pop().unwrap()[0].clone();
    revoke(&desk, &whole, T + 10 * DAY).await;
    let after = completion(&reporter, Kind::Csv).await;
    assert_ne!(source(&before), source(&after));
    assert_eq!(rows(&after)[1][7..14], ["4.00", "0.00", "0.00", "-2.00", "2.00", "—", "—"]);
}

#[tokio::test]
async fn who_is_behind_the_timetable_is_found_while_something_can_be_done() {
    let (desk, whole, half) = judged().await;
    let reporter = reporter(&desk);
    let (all, of_unit) = (Scope::all(), Filter { unit: Some("33".into()), ..Filter::default() });
    let behind_at = |now_ms| Filter { behind_at_ms: Some(now_ms), ..Filter::default() };
    // 乙 missed the second of two lessons. Its result must be there a day later; its recording makes up for it for 30 days.
    for (now_ms, pace, behind) in
        [(T + DAY + HOUR, Pace::OnTrack, 0), (T + 3 * DAY, Pace::Behind, 1), (T + 40 * DAY, Pace::Short, 1)]
    {
        let page =
            async |filter: &Filter| reporter.attainments(PHASE, &all, filter, 0, None, now_ms).await.unwrap();
        let whole_phase = page(&Filter::default()).await;
        let paces: Vec<_> = whole_phase.rows.iter().map(|row| (row.name.as_str(), row.pace)).collect();
        assert_eq!(paces, [("甲", Some(Pace::Done)), ("乙", Some(pace))]);
        assert_eq!(whole_phase.counts.behind, None, "everybody's entries are not read for a page");
        assert_eq!(page(&of_unit).await.counts.behind, Some(behind));
        let found = page(&behind_at(now_ms)).await;
        assert_eq!((found.counts.open, found.counts.behind), (2, Some(behind)));
        assert_eq!(found.rows.len() as u64, behind);
        let file = reporter.attainments_file(PHASE, &all, &behind_at(now_ms), Kind::Csv).await.unwrap();
        assert_eq!(rows(&file).len() as u64, 2 + behind, "a head, and the source");
        // The own page says the same.
        for (person, expected) in [(&whole, Pace::Done), (&half, pace)] {
            let goals = goals::of(&desk.store, &desk.books, person, now_ms).await.unwrap();
            assert_eq!(goals[0].pace, expected);
        }
    }
    closed(&desk).await;
    desk.books.conclude(T + 9 * DAY).await.unwrap();
    let now_ms = T + 60 * DAY;
    desk.books.conclude(now_ms).await.unwrap();
    let page = reporter.attainments(PHASE, &all, &behind_at(now_ms), 0, None, now_ms).await.unwrap();
    assert_eq!(page.counts.behind, Some(0), "it is decided");
}

#[tokio::test]
async fn the_account_of_somebody_is_that_of_the_phase_for_who_reaches_it() {
    let (desk, whole, _) = judged().await;
    desk.taught("elsewhere", "elsewhere", T + 2 * DAY).await;
    desk.enrol("elsewhere", &whole).await;
    desk.present("elsewhere", &whole, T + 2 * DAY, (0, 90)).await;
    assert!(desk.judge("elsewhere", T + 2 * DAY + 3 * HOUR).await);
    assert_eq!(desk.books.mine(&whole, "甲", T + 3 * DAY).await.unwrap().recognised_ch, 600);
    let reporter = reporter(&desk);
    let own = reporter.hours_of(PHASE, 1, &Scope::all(), T + 3 * DAY).await.unwrap();
    let lessons: Vec<_> = own.lessons.iter().map(|lesson| lesson.lesson.as_str()).collect();
    assert_eq!((own.recognised_ch, own.entries.len(), lessons), (400, 2, vec!["b", "a"]));
    let grant = RoleGrant { role: AccountRole::UnitAdmin, unit: Some("11".into()), class: None };
    let other = scope(&[grant], Action::SeeReports);
    for (phase, registration, scope) in
        [(PHASE, 1, other), (PHASE, 99, Scope::all()), ("td-2", 1, Scope::all())]
    {
        let refused = reporter.hours_of(phase, registration, &scope, T).await;
        assert!(matches!(refused, Err(OfficeRefusal::NotFound)), "{phase} {registration}");
    }
    // A lesson of another class with the content of lesson `a`: its entry belongs to this phase, where `a` was earned first.
    run(&desk, "UPDATE lessons SET content = 'a' WHERE id = 'elsewhere'").await;
    run(&desk, "DROP TRIGGER entries_are_not_changed").await;
    run(&desk, "UPDATE entries SET content = 'a' WHERE lesson = 'elsewhere'").await;
    let own = reporter.hours_of(PHASE, 1, &Scope::all(), T + 3 * DAY).await.unwrap();
    let r4 =
        reporter.attainments(PHASE, &Scope::all(), &Filter::default(), 0, None, T + 3 * DAY).await.unwrap();
    let sum: i64 = own.entries.iter().map(|entry| entry.delta_ch).sum();
    assert_eq!((sum, own.entries.len()), (r4.rows[0].live_ch, 3));
}

#[tokio::test]
async fn each_sees_the_people_of_the_own_unit_or_class_and_finds_them() {
    let (_desk, reporter, _) = ended().await;
    let of_unit = |unit: &str| {
        let grant = RoleGrant { role: AccountRole::UnitAdmin, unit: Some(unit.into()), class: None };
        scope(&[grant], Action::SeeReports)
    };
    let grant = RoleGrant { role: AccountRole::ClassAdmin, unit: None, class: Some("td-1-001".into()) };
    let of_class = scope(&[grant], Action::SeeReports);
    let page = async |scope: &Scope, filter: Filter, skipped| {
        reporter.attainments(PHASE, scope, &filter, skipped, Some(1), T + 9 * DAY).await.unwrap()
    };
    for (scope, people) in [(Scope::all(), 2), (of_unit("33"), 2), (of_unit("11"), 0), (of_class, 2)] {
        let page = page(&scope, Filter::default(), 0).await;
        let AttainmentCounts { passed, failed, open, .. } = page.counts;
        assert_eq!((passed + failed + open, page.rows.len()), (people, people.min(1) as usize), "{scope:?}");
    }
    let all = Scope::all();
    let first = page(&all, Filter::default(), 0).await;
    assert_eq!((first.rows[0].name.as_str(), first.rows[0].passed, first.next), ("甲", Some(true), Some(1)));
    let second = page(&all, Filter::default(), 1).await;
    assert_eq!((second.rows[0].name.as_str(), second.rows[0].passed, second.next), ("乙", None, None));
    for (filter, names) in [
        (Filter { passed: Some(None), ..Filter::default() }, "乙"),
        (Filter { passed: Some(Some(true)), ..Filter::default() }, "甲"),
        (Filter { passed: Some(Some(false)), ..Filter::default() }, ""),
        (Filter { text: Some(" 乙 ".into()), ..Filter::default() }, "乙"),
        (Filter { class: Some("td-1-002".into()), ..Filter::default() }, ""),
        (Filter { unit: Some("11".into()), ..Filter::default() }, ""),
    ] {
        let told = format!("{filter:?}");
        let found = page(&all, filter, 0).await;
        let found: Vec<&str> = found.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(found.concat(), names, "{told}");
    }
    let own = rows(&reporter.summary_file(PHASE, &of_unit("11"), Kind::Csv).await.unwrap());
    assert_eq!(
        own.iter().map(|row| row.get(2).map_or("", String::as_str)).collect::<Vec<_>>(),
        ["单位代码", "11", "", ""]
    );
}

#[tokio::test]
async fn the_summary_of_a_phase_says_who_came_when_and_is_a_document_to_be_edited() {
    let (desk, reporter, whole) = ended().await;
    let essay = format!(
        "INSERT INTO essays (id, phase, person, state, revision, text, saved_at_ms)
         VALUES (1, 'td-1', '{whole}', 'accepted', 1, '', 0)"
    );
    run(&desk, &essay).await;
    let review = format!(
        "INSERT INTO essay_reviews (essay, version, reviewer, verdict, theme, ordering, structure, logic, words, at_ms)
         VALUES (1, 1, '{whole}', 'accept', 5, 4, 5, 4, '条理清晰', 0)"
    );
    run(&desk, &review).await;
    let found = reporter.overview(PHASE).await.unwrap();
    assert_eq!((found.classes, found.live_lessons, found.self_studies, found.instructors), (1, 2, 0, 0));
    // T is the evening of 21 September in Shanghai.
    let days: Vec<(&str, u64)> = found.days.iter().map(|one| (one.day.as_str(), one.live)).collect();
    assert_eq!(days, [("2026-09-21", 2), ("2026-09-22", 1)]);
    let hours: Vec<u64> = found.hours.iter().map(|one| one.people).collect();
    assert_eq!(hours, [0, 0, 1, 0, 0, 1], "half of it, and all of it");
    assert_eq!(found.units.iter().map(|one| one.unit.as_str()).collect::<Vec<_>>(), ["33"]);
    assert_eq!((found.essays[0].name.as_str(), found.essays[0].points), ("甲", 18));
    assert!(found.survey.is_none());
    let file = reporter.overview_file(PHASE).await.unwrap();
    assert_eq!(file, reporter.overview_file(PHASE).await.unwrap());
    // As our own reader of documents finds it.
    let (text, _) = crate::essay::file::read(&file).unwrap();
    for words in ["第1期 第一期 培训总结", "合格率 50.00%", "浙江省", "条理清晰", "数据来源：学时账第"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
}
