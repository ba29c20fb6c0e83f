//! AC-5: somebody with two certificates and a third phase.

use super::super::reports::reporter;
use super::*;
use crate::account::role::Scope;
use crate::office::certificates::Certifier;
use crate::office::reports::{Asked, Filter, Reporter};
use crate::programme::kept_report::{ReportFormat, ReportKind};
use crate::sheet::{self, Kind as FileKind};

/// Issues the certificate of everybody who has completed a phase by now.
async fn certified(desk: &Desk, certifier: &Certifier, phase: &Phase, lessons: &[String], now_ms: u64) {
    for lesson in lessons {
        assert!(desk.books.judge(lesson, now_ms, true).await.unwrap());
    }
    desk.books.conclude(now_ms).await.unwrap();
    certifier.release(&desk.teacher, phase.id, 1, now_ms).await.unwrap();
    assert_eq!(certifier.issue_some(now_ms).await.unwrap(), 1);
}

/// A phase of live lessons of 200 ch, all of which somebody attends, one a day.
async fn attended(desk: &Desk, phase: &Phase, person: &str, lessons: u64, from_ms: u64) -> Vec<String> {
    let named: Vec<String> = (1..=lessons).map(|n| format!("{}-L{n}", phase.id)).collect();
    for (lesson, day) in named.iter().zip(0..) {
        desk.live(phase, lesson, from_ms + day * DAY).await;
    }
    desk.place(phase, person, "己", phase.number).await;
    for (lesson, day) in named.iter().zip(0..) {
        desk.present(lesson, person, from_ms + day * DAY, (0, 90)).await;
        assert!(desk.judge(lesson, from_ms + day * DAY + 100 * MINUTE).await);
    }
    named
}

fn rows(file: &[u8]) -> Vec<Vec<String>> {
    sheet::read(file).unwrap().sheets.remove(0).texts()
}

async fn r4(reporter: &Reporter, phase: &Phase) -> Vec<Vec<String>> {
    let (all, everybody) = (Scope::all(), Filter::default());
    rows(&reporter.attainments_file(phase.id, &all, &everybody, FileKind::Csv).await.unwrap())
}

/// Asks for the class table of a phase as a kept file; returns its number.
async fn keep(reporter: &Reporter, by: &str, phase: &Phase, now_ms: u64) -> u64 {
    let asked = Asked { kind: ReportKind::Completion, format: ReportFormat::Csv, unit: None, each: false };
    reporter.ask(by, phase.id, &Scope::all(), &asked, now_ms).await.unwrap();
    while reporter.make_next(now_ms).await.unwrap() {}
    reporter.kept(phase.id, &Scope::all(), None).await.unwrap().rows[0].id
}

/// 2026-12-28T00:00 in Shanghai: the first instant after the third phase.
const P3_ENDS: u64 = 1_798_387_200_000;
const OVER: u64 = P3_ENDS + 10 * DAY;

/// Two lessons whole, of the third only 65 minutes, because the node failed; two studied alone, of the third 2,400 of 2,700 s
/// in time. The appeal is granted by one person: at most 100 ch, before the result is final.
async fn third_phase(desk: &Desk, person: &str, by: &str) {
    let first = T + 52 * DAY;
    let days = [("M1", first), ("M2", first + DAY), ("M3", first + 2 * DAY)];
    for (lesson, at) in days {
        desk.live(&P3, lesson, at).await;
    }
    for lesson in ["B1", "B2", "B3"] {
        desk.alone(&P3, lesson, first).await;
    }
    desk.place(&P3, person, "己", 3).await;
    for ((lesson, at), minutes) in days.into_iter().zip([90, 90, 65]) {
        desk.present(lesson, person, at, (0, minutes)).await;
        assert!(desk.judge(lesson, at + 100 * MINUTE).await);
    }
    desk.studied(&["B1", "B2"], person, first + 3 * DAY).await;
    desk.replayed("B3", person, (0, 2_400), P3_ENDS - 1).await;
    desk.replayed("B3", person, (2_400, 2_700), P3_ENDS + HOUR).await;
    let amounts = async || desk.amounts(person).await[15..].to_vec();
    assert_eq!(amounts().await, [200, 200, 140, 100, 100], "740");

    let at = first + 3 * DAY;
    let appeal = NewAppeal { lesson: "M3".into(), text: "20:05 起掉线".into() };
    let appeal = desk.books.appeal(person, &appeal, at).await.unwrap();
    let (code, text) = (ReasonCode::PlatformFault, "INC-7".into());
    let figures = CorrectionFigures { delta_ch: 60, code, text, seen_balance_ch: 140 };
    let decision = AppealDecision { correction: Some(figures), answer: "已核实".into() };
    assert_eq!(desk.books.decide(appeal.id, by, &decision, at).await.unwrap(), Corrected::Entered);
    for (lesson, _) in days {
        assert!(desk.books.judge(lesson, OVER, true).await.unwrap());
    }
    desk.books.conclude(OVER).await.unwrap();
    let end = desk.books.conclusion_of(P3.id, person, OVER).await.unwrap().unwrap();
    assert_eq!(end.reasons, [Reason::HoursShort { has_ch: 800, needed_ch: 1_000 }]);
}

/// Two people take 100 ch of the first phase back, because somebody else watched in the trainee's place, and then the
/// certificate. Returns the number of the certificate.
async fn take_back(
    desk: &Desk,
    certifier: &Certifier,
    person: &str,
    lesson: &str,
    [one, other]: [&str; 2],
) -> String {
    let (code, text) = (ReasonCode::Other, "录像显示他人代课".into());
    let figures = CorrectionFigures { delta_ch: -100, code, text, seen_balance_ch: 200 };
    let new = NewCorrection { lesson: lesson.into(), person: person.into(), figures };
    assert_eq!(desk.books.correct(one, &new, OVER).await.unwrap(), Corrected::Waits);
    let waiting = desk.books.waiting_corrections(other, OVER).await.unwrap();
    desk.books.approve(waiting[0].id, other, &Approval { approve: true, text: None }, OVER).await.unwrap();
    desk.books.conclude(OVER).await.unwrap();
    let mine = certifier.mine(P1.id, person).await.unwrap();
    certifier.ask_to_revoke(one, &mine.number, "代学", OVER).await.unwrap();
    certifier.decide_revocation(other, &mine.number, true, OVER).await.unwrap();
    let (_, key) = mine.address.split_once("?k=").unwrap();
    assert_eq!(certifier.check(&mine.number, key).await.unwrap().state, Shown::Revoked);
    mine.number
}

#[tokio::test]
async fn what_is_revoked_reaches_certificate_five_years_and_later_reports_and_no_earlier_one() {
    let desk = Desk::new().await;
    desk.phases(&[P1, P2, P3]).await;
    let person = desk.trainee("己", &[]).await;
    let one = desk.store.people().add("一", Role::Operator).await.unwrap();
    let other = desk.store.people().add("二", Role::Operator).await.unwrap();
    let (certifier, reporter) = (certifier(&desk), reporter(&desk));
    let p1 = attended(&desk, &P1, &person, 5, T).await;
    certified(&desk, &certifier, &P1, &p1, T + 15 * DAY).await;
    let p2 = attended(&desk, &P2, &person, 10, T + 21 * DAY).await;
    certified(&desk, &certifier, &P2, &p2, T + 40 * DAY).await;
    third_phase(&desk, &person, &one).await;
    assert!(certifier.mine(P3.id, &person).await.is_err(), "800 of 1,000 ch");

    let five_years = async || {
        let statement = reporter.statement(&person, OVER).await.unwrap();
        ((statement.sum_ch, statement.short_ch), statement.source.seq)
    };
    let (sums, seq) = five_years().await;
    assert_eq!(sums, (3_000, 2_000), "10.0 + 20.0, 20.0 short of 50");
    let kept = keep(&reporter, &one, &P1, OVER).await;
    let file = async |id| reporter.kept_file(&one, &Scope::all(), id).await.unwrap().1;
    let (old, before) = (file(kept).await, r4(&reporter, &P1).await);
    assert_eq!(rows(&old), before);
    let number = take_back(&desk, &certifier, &person, &p1[0], [&one, &other]).await;

    let (sums, later) = five_years().await;
    assert_eq!(sums, (2_000, 3_000), "20.0");
    assert!(later > seq, "made from a later entry");
    let after = r4(&reporter, &P1).await;
    assert_eq!((before[1][11].as_str(), after[1][11].as_str()), ("10.00", "9.00"));
    assert_eq!((&before[1][14], after[1].get(14)), (&number, None), "it is not valid any more");
    assert_ne!(before[2], after[2], "the source");
    assert_eq!(file(kept).await, old, "what was kept stays as it was");
    let newer = keep(&reporter, &one, &P1, OVER).await;
    assert_eq!(rows(&file(newer).await), after);

    assert_eq!(desk.verified().await.unwrap().entries, later);
    run(&desk, "DROP TRIGGER entries_are_not_changed").await;
    run(&desk, "UPDATE entries SET reason = reason || 'x' WHERE seq = 7").await;
    let found = desk.verified().await.unwrap_err().to_string();
    assert!(found.contains('7'), "{found}");
}
