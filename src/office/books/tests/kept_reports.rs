//! Reports that are kept: made in the background, one after the other, with hashes that hold; never changed.

use std::io::{Cursor, Read};

use serde_json::Value;
use zip::ZipArchive;

use super::concluding::run;
use super::reports::{ended, revoke};
use super::*;
use crate::account::role::{Action, Role as AccountRole, RoleGrant, Scope, scope};
use crate::chain::sha256;
use crate::office::reports::{Asked, NotAsked, Reporter};
use crate::programme::kept_report::{ReportFormat, ReportKind, ReportState};
use crate::programme::unit::UNITS;
use crate::protocol::KeptReport;
use crate::sheet;

const PHASE: &str = "td-1";
const NOW: u64 = T + 10 * DAY;

fn asked(kind: ReportKind, format: ReportFormat, unit: Option<&str>, each: bool) -> Asked {
    Asked { kind, format, unit: unit.map(str::to_owned), each }
}

fn pack_of(unit: &str) -> Asked {
    asked(ReportKind::Pack, ReportFormat::Zip, Some(unit), false)
}

fn of_unit(unit: &str) -> Scope {
    let grant = RoleGrant { role: AccountRole::UnitAdmin, unit: Some(unit.into()), class: None };
    scope(&[grant], Action::SeeReports)
}

async fn all(reporter: &Reporter, now: u64) -> Vec<KeptReport> {
    while reporter.make_next(now).await.unwrap() {}
    reporter.kept(PHASE, &Scope::all(), None).await.unwrap().rows
}

fn unpacked(bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.push((file.name().unwrap().into_owned(), bytes));
    }
    files
}

/// Every unit has a seat.
async fn every_unit_has_seats(desk: &Desk) {
    for unit in UNITS {
        run(desk, &format!("INSERT INTO quotas (phase, unit, seats) VALUES ('td-1', '{}', 1)", unit.code))
            .await;
    }
}

#[tokio::test]
async fn a_pack_has_every_table_of_its_unit_and_says_the_hash_of_each() {
    let (desk, reporter, by) = ended().await;
    let own = of_unit("33");
    assert_eq!(reporter.ask(&by, PHASE, &own, &pack_of("33"), NOW).await.unwrap(), 1);
    assert!(matches!(reporter.ask(&by, PHASE, &own, &pack_of("33"), NOW).await, Err(NotAsked::Waits)));
    assert_eq!(reporter.kept(PHASE, &own, None).await.unwrap().waiting, 1);
    let report = all(&reporter, NOW).await.remove(0);
    assert_eq!((report.state, report.unit.as_deref()), (ReportState::Made, Some("33")));
    let (_, bytes) = reporter.kept_file(&by, &own, report.id).await.unwrap();
    assert_eq!(Some(sha256(&bytes)), report.sha256);
    let files = unpacked(bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = [
        "R2-参训信息汇总表.xlsx",
        "R4-结业情况表.xlsx",
        "R5-汇总.xlsx",
        "规则说明.txt",
        "R6-考勤与学时.xlsx",
        "manifest.json",
    ];
    assert_eq!(names, wanted);
    let manifest: Value = serde_json::from_slice(&files[5].1).unwrap();
    let source = report.source.unwrap();
    assert_eq!((&manifest["unit"], &manifest["source_seq"]), (&"33".into(), &source.seq.into()));
    for ((name, bytes), said) in files.iter().zip(manifest["files"].as_array().unwrap()) {
        assert_eq!((&said["name"], &said["sha256"]), (&name.as_str().into(), &sha256(bytes).into()));
    }
    let rows = |at: usize| sheet::read(&files[at].1).unwrap().sheets.remove(0).texts();
    assert_eq!((rows(0).len(), rows(1).len(), rows(2).len()), (3, 4, 4));
    let sheets = rows(4);
    // Two people in two lessons; 乙 was not in the second one.
    let marks = |row: &Vec<String>| row.get(14).cloned().unwrap_or_default();
    assert_eq!((sheets.len(), sheets[4][0].as_str(), sheets[4][4].as_str()), (5, "1班", "甲"));
    assert_eq!(marks(&sheets[4]), "");
    assert_eq!(sheets.iter().filter(|row| marks(row) == "缺勤").count(), 1);
    let rules = String::from_utf8(files[3].1.clone()).unwrap();
    for line in ["结业要求：认定学时不少于 4 学时；不要求提交小论文。", "1 学时 = 45 分钟"]
    {
        assert!(rules.contains(line), "{rules}");
    }
    desk.verified().await.unwrap();
}

#[tokio::test]
async fn what_was_kept_stays_as_it_was_when_a_later_report_differs() {
    let (desk, reporter, by) = ended().await;
    let ask = async |what: &Asked| reporter.ask(&by, PHASE, &Scope::all(), what, NOW).await;
    let completion = asked(ReportKind::Completion, ReportFormat::Csv, None, false);
    let summary = asked(ReportKind::Summary, ReportFormat::Xlsx, None, false);
    let sheets = asked(ReportKind::Sheets, ReportFormat::Zip, None, false);
    for what in [&completion, &summary, &sheets] {
        assert_eq!(ask(what).await.unwrap(), 1);
    }
    let first = all(&reporter, NOW).await;
    assert_eq!(first.len(), 3);
    let kept = async |id| reporter.kept_file(&by, &Scope::all(), id).await.unwrap().1;
    let mut before = Vec::new();
    for one in &first {
        before.push(kept(one.id).await);
    }
    // The same books make the same bytes, in another file.
    ask(&completion).await.unwrap();
    let again = all(&reporter, NOW + 1).await.remove(0);
    let of_completion = first.iter().find(|one| one.kind == ReportKind::Completion).unwrap();
    assert!(again.id != of_completion.id && again.sha256 == of_completion.sha256);

    revoke(&desk, &by, NOW).await;
    ask(&completion).await.unwrap();
    let later = all(&reporter, NOW + 2).await.remove(0);
    assert!(later.source.unwrap().seq > again.source.unwrap().seq && later.sha256 != again.sha256);
    for (one, bytes) in first.iter().zip(&before) {
        assert_eq!(&kept(one.id).await, bytes);
    }
    // A file that somebody changes is not given out as the one that was made.
    std::fs::write(desk.data.path().join("reports").join(later.id.to_string()), b"other").unwrap();
    assert!(matches!(
        reporter.kept_file(&by, &Scope::all(), later.id).await,
        Err(NotAsked::Office(crate::office::OfficeRefusal::Store(_)))
    ));
}

#[tokio::test]
async fn verification_names_a_report_that_was_changed_or_taken_away() {
    let (desk, reporter, by) = ended().await;
    reporter.ask(&by, PHASE, &of_unit("33"), &pack_of("33"), NOW).await.unwrap();
    let id = all(&reporter, NOW).await[0].id;
    desk.verified().await.unwrap();
    for trigger in ["reports_end_once", "reports_are_not_deleted"] {
        run(&desk, &format!("DROP TRIGGER {trigger}")).await;
    }
    for (change, said) in [
        ("UPDATE reports SET sha256 = 'ab' || substr(sha256, 3)", "was changed outside of the server"),
        ("DELETE FROM reports", "is not there as it was made"),
    ] {
        run(&desk, change).await;
        let found = desk.verified().await.unwrap_err().to_string();
        assert!(found.contains(&format!("report {id}")) && found.contains(said), "{found}");
    }
}

#[tokio::test]
async fn reports_are_of_ones_own_units_and_what_is_refused_is_written_down() {
    let (desk, reporter, by) = ended().await;
    for (scope, what) in [
        (of_unit("11"), pack_of("33")),
        (of_unit("33"), asked(ReportKind::Summary, ReportFormat::Csv, None, false)),
    ] {
        assert!(matches!(reporter.ask(&by, PHASE, &scope, &what, NOW).await, Err(NotAsked::NotAllowed)));
    }
    let everybody = Scope::all();
    reporter.ask(&by, PHASE, &everybody, &pack_of("33"), NOW).await.unwrap();
    let id = all(&reporter, NOW).await[0].id;
    assert!(matches!(reporter.kept_file(&by, &of_unit("11"), id).await, Err(NotAsked::NotAllowed)));
    assert!(reporter.kept(PHASE, &of_unit("11"), None).await.unwrap().rows.is_empty());
    assert!(reporter.kept_file(&by, &of_unit("33"), id).await.is_ok());
    let refused: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit WHERE act = 'report.refused' AND NOT done")
            .fetch_one(desk.store.by_hand())
            .await
            .unwrap();
    assert_eq!(refused, 3);
    for (what, wrong) in [
        (asked(ReportKind::Pack, ReportFormat::Csv, Some("33"), false), "format"),
        (asked(ReportKind::Summary, ReportFormat::Zip, None, false), "format"),
        (asked(ReportKind::Pack, ReportFormat::Zip, None, false), "unit"),
        (pack_of("nowhere"), "unit"),
    ] {
        let Err(NotAsked::Office(crate::office::OfficeRefusal::Wrong(found))) =
            reporter.ask(&by, PHASE, &everybody, &what, NOW).await
        else {
            panic!("{what:?} was taken")
        };
        assert_eq!(found[0].field, wrong, "{what:?}");
    }
}

#[tokio::test]
async fn a_list_of_packs_goes_on_after_a_stop_and_is_bounded() {
    let (desk, reporter, by) = ended().await;
    every_unit_has_seats(&desk).await;
    let each = asked(ReportKind::Pack, ReportFormat::Zip, None, true);
    assert_eq!(reporter.ask(&by, PHASE, &Scope::all(), &each, NOW).await.unwrap(), 37);
    let again = reporter.ask(&by, PHASE, &of_unit("33"), &each, NOW).await;
    assert!(matches!(again, Err(NotAsked::Waits)), "the own one waits already");
    assert!(reporter.make_next(NOW).await.unwrap());
    // The server stops while it writes the second one.
    drop(reporter);
    let half = desk.data.path().join("reports/2");
    std::fs::write(&half, b"half").unwrap();
    let reporter = super::reports::reporter(&desk);
    assert_eq!(reporter.kept(PHASE, &Scope::all(), None).await.unwrap().waiting, 36);
    let made = all(&reporter, NOW).await;
    assert_eq!(made.iter().filter(|one| one.state == ReportState::Made).count(), 37);
    for one in &made {
        reporter.kept_file(&by, &Scope::all(), one.id).await.unwrap();
    }
    assert!(!reporter.make_next(NOW).await.unwrap());
    // Four lists of every unit wait at once, and no fifth one.
    for (kind, format, is_taken) in [
        (ReportKind::Pack, ReportFormat::Zip, true),
        (ReportKind::Sheets, ReportFormat::Zip, true),
        (ReportKind::Completion, ReportFormat::Csv, true),
        (ReportKind::Completion, ReportFormat::Xlsx, true),
        (ReportKind::Summary, ReportFormat::Csv, false),
    ] {
        let each = asked(kind, format, None, true);
        let answer = reporter.ask(&by, PHASE, &Scope::all(), &each, NOW).await;
        assert_eq!(answer.is_ok(), is_taken, "{kind:?} {format:?}");
        assert!(is_taken || matches!(answer, Err(NotAsked::Busy)));
    }
}
