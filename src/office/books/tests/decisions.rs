//! Appeals, corrections, and the second person.

use super::*;
use crate::attendance::posting::Uncorrectable;

/// A judged lesson of 170 ch for one trainee, and two operators.
struct Case {
    desk: Desk,
    trainee: String,
    one: String,
    other: String,
    judged_at: u64,
}

impl Case {
    async fn new() -> Case {
        let desk = Desk::new().await;
        desk.taught("L1", "C1", T).await;
        let trainee = desk.trainee("乙", &["L1"]).await;
        desk.present("L1", &trainee, T, (12, 90)).await;
        let judged_at = T + 100 * MINUTE;
        desk.judge("L1", judged_at).await;
        let one = desk.store.people().add("运维甲", Role::Operator).await.unwrap();
        let other = desk.store.people().add("运维乙", Role::Operator).await.unwrap();
        Case { desk, trainee, one, other, judged_at }
    }

    async fn appeal(&self, text: &str, now_ms: u64) -> Result<crate::protocol::Appeal, Refused> {
        let new = NewAppeal { lesson: "L1".into(), text: text.into() };
        self.desk.books.appeal(&self.trainee, &new, now_ms).await
    }

    async fn decide(&self, id: u64, by: &str, delta_ch: Option<i64>) -> Result<Corrected, Refused> {
        let seen = self.balance().await;
        let correction = delta_ch.map(|delta_ch| figures(delta_ch, seen));
        let decision = AppealDecision { correction, answer: "已核实".into() };
        self.desk.books.decide(id, by, &decision, self.judged_at + HOUR).await
    }

    async fn correct(&self, by: &str, delta_ch: i64, now_ms: u64) -> Result<Corrected, Refused> {
        self.correct_seeing(self.balance().await, by, delta_ch, now_ms).await
    }

    async fn correct_seeing(
        &self,
        seen: i64,
        by: &str,
        delta_ch: i64,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let (lesson, person) = ("L1".to_owned(), self.trainee.clone());
        let new = NewCorrection { lesson, person, figures: figures(delta_ch, seen) };
        self.desk.books.correct(by, &new, now_ms).await
    }

    async fn balance(&self) -> i64 {
        self.desk.account(&self.trainee).await.iter().map(|(_, delta_ch)| delta_ch).sum()
    }
}

const YES: Approval = Approval { approve: true, text: None };
const NO: Approval = Approval { approve: false, text: None };

fn figures(delta_ch: i64, seen_balance_ch: i64) -> CorrectionFigures {
    CorrectionFigures { delta_ch, code: ReasonCode::PlatformFault, text: "INC-7".into(), seen_balance_ch }
}

fn why(refused: Result<Corrected, Refused>) -> Uncorrectable {
    match refused {
        Err(Refused::Uncorrectable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_decision_is_one_event_of_the_audit_log_and_a_refused_one_is_none() {
    let case = Case::new().await;
    let later = case.judged_at + HOUR;
    let appeal = case.appeal("断网", later).await.unwrap();
    assert!(case.correct_seeing(1, &case.one, 10, later).await.is_err());
    assert_eq!(case.decide(appeal.id, &case.one, Some(10)).await.unwrap(), Corrected::Entered);
    assert_eq!(case.correct(&case.one, 5, later).await.unwrap(), Corrected::Entered);
    let new = NewRevocation { person: case.trainee.clone(), text: "代学".into() };
    assert_eq!(case.desk.books.revoke("L1", &case.one, &new, later).await.unwrap(), Corrected::Waits);
    let waiting = case.desk.books.waiting_corrections(&case.other, later).await.unwrap();
    case.desk.books.approve(waiting[0].id, &case.other, &NO, later).await.unwrap();
    let filter = crate::store::audit::Filter { act: Some("hours.".into()), ..Default::default() };
    let mut page = case.desk.store.audit().page(&filter).await.unwrap();
    // The server's computations are no decisions.
    page.events.retain(|event| event.actor != "server");
    let acts: Vec<_> = page.events.iter().rev().map(|event| (event.act.as_str(), &event.actor)).collect();
    let (one, other) = (&case.one, &case.other);
    assert_eq!(
        acts,
        [
            ("hours.appeal_decided", one),
            ("hours.corrected", one),
            ("hours.revoked", one),
            ("hours.correction_decided", other)
        ]
    );
    assert!(page.events.iter().all(|event| event.target == case.trainee));
}

#[tokio::test]
async fn an_appeal_is_decided_and_entered() {
    let case = Case::new().await;
    let now = case.judged_at + HOUR;
    assert!(matches!(case.appeal(" ", now).await, Err(Refused::TextLength)));
    assert!(matches!(case.appeal(&"字".repeat(1001), now).await, Err(Refused::TextLength)));
    let over = case.judged_at + 7 * DAY + 1;
    assert!(matches!(case.appeal("断网", over).await, Err(Refused::TooLate)));
    let appeal = case.appeal(" 12 分钟前我已经在教室里 ", now).await.unwrap();
    assert_eq!((appeal.name.as_str(), appeal.state), ("乙", AppealState::Open));
    assert!(matches!(case.appeal("again", now).await, Err(Refused::AppealOpen)));
    assert_eq!(case.desk.due(over, &[]).await, [], "an open appeal keeps a result provisional");

    assert_eq!(why(case.decide(appeal.id, &case.one, Some(31)).await), Uncorrectable::OutOfBounds);
    assert_eq!(why(case.decide(appeal.id, &case.trainee, Some(30)).await), Uncorrectable::OwnResult);
    assert!(matches!(case.decide(99, &case.one, Some(30)).await, Err(Refused::NotFound)));
    assert_eq!(case.decide(appeal.id, &case.one, Some(30)).await.unwrap(), Corrected::Entered);
    assert!(matches!(case.decide(appeal.id, &case.other, None).await, Err(Refused::Decided)));
    assert_eq!(case.desk.account(&case.trainee).await, [(Kind::Live, 170), (Kind::Adjust, 30)]);
    let entries = case.desk.entries().await;
    let adjust = &entries[1].posting;
    assert_eq!((adjust.actor.as_str(), adjust.approver.as_deref()), (case.one.as_str(), None));
    assert_eq!(adjust.reason, "PLATFORM_FAULT: INC-7 (appeal 1)");
    let mine = case.desk.books.mine(&case.trainee, "乙", now).await.unwrap();
    assert_eq!((mine.recognised_ch, mine.lessons[0].line.adjusted_ch), (200, 30));
    assert_eq!(mine.entries[0].by.as_deref(), Some("运维甲"));
    assert_eq!(
        (mine.appeals[0].state, mine.appeals[0].answer.as_deref()),
        (AppealState::Granted, Some("已核实"))
    );
    // A new judgement keeps it, and the next appeal is dismissed.
    assert!(!case.desk.judge("L1", now).await);
    let appeal = case.appeal("再看", now).await.unwrap();
    assert_eq!(case.decide(appeal.id, &case.other, None).await.unwrap(), Corrected::Entered);
    assert_eq!(case.desk.entries().await, entries);
    assert!(case.desk.is_sound().await);
}

#[tokio::test]
async fn a_large_correction_needs_two_people() {
    let case = Case::new().await;
    let (books, now) = (&case.desk.books, case.judged_at + HOUR);
    let appeal = case.appeal("代课", now).await.unwrap();
    assert_eq!(case.decide(appeal.id, &case.one, Some(-150)).await.unwrap(), Corrected::Waits);
    assert_eq!(case.desk.entries().await.len(), 1);
    let waiting = books.waiting_corrections(&case.one, case.judged_at + HOUR).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].own, waiting[0].figures.delta_ch), (1, true, -150));
    assert!(!books.waiting_corrections(&case.other, case.judged_at + HOUR).await.unwrap()[0].own);
    let id = waiting[0].id;
    assert_eq!(why(books.approve(id, &case.one, &YES, now).await), Uncorrectable::SamePerson);
    assert_eq!(why(books.approve(id, &case.trainee, &YES, now).await), Uncorrectable::OwnResult);
    assert_eq!(case.desk.due(now + 8 * DAY, &[]).await, []);
    // After a refusal the appeal is open again; decided again and approved, it is entered by both.
    let mine = books.mine(&case.trainee, "乙", now).await.unwrap();
    assert_eq!((mine.appeals[0].state, &mine.appeals[0].answer), (AppealState::Waits, &None), "not told yet");
    let refusal = Approval { text: Some(" 证据不足 ".into()), ..NO };
    books.approve(id, &case.other, &refusal, now).await.unwrap();
    let shown = books.waiting_corrections(&case.one, now + HOUR).await.unwrap();
    assert_eq!((shown.len(), shown[0].refused.as_deref()), (1, Some("证据不足")));
    assert!(books.waiting_corrections(&case.one, now + 8 * DAY).await.unwrap().is_empty());
    assert_eq!(books.appeals().await.unwrap()[0].state, AppealState::Open);
    assert_eq!(books.appeals().await.unwrap()[0].answer, None);
    assert!(matches!(books.approve(id, &case.other, &YES, now).await, Err(Refused::Decided)));
    assert_eq!(case.decide(appeal.id, &case.one, Some(-150)).await.unwrap(), Corrected::Waits);
    let id = books.waiting_corrections(&case.one, case.judged_at + HOUR).await.unwrap()[0].id;
    books.approve(id, &case.other, &YES, now).await.unwrap();
    assert_eq!(case.desk.account(&case.trainee).await, [(Kind::Live, 170), (Kind::Adjust, -150)]);
    let adjust = case.desk.entries().await.pop().unwrap().posting;
    assert_eq!((adjust.actor.as_str(), adjust.approver), (case.one.as_str(), Some(case.other.clone())));
    assert_eq!(books.appeals().await.unwrap()[0].state, AppealState::Granted);
    let shown = books.waiting_corrections(&case.one, now).await.unwrap();
    assert!(shown.iter().all(|one| one.refused.is_some()), "{shown:?}");
    assert!(case.desk.is_sound().await);
}

#[tokio::test]
async fn a_final_result_is_corrected_by_two_people_only() {
    let case = Case::new().await;
    let over = case.judged_at + 7 * DAY;
    assert!(case.desk.books.judge("L1", over, true).await.unwrap());
    assert!(matches!(case.appeal("太晚", case.judged_at).await, Err(Refused::TooLate)));
    assert_eq!(case.correct(&case.one, 10, over).await.unwrap(), Corrected::Waits);
    assert_eq!(why(case.correct(&case.trainee, 10, over).await), Uncorrectable::OwnResult);
    assert_eq!(why(case.correct(&case.one, 0, over).await), Uncorrectable::Nothing);
    let id = case.desk.books.waiting_corrections(&case.one, case.judged_at + HOUR).await.unwrap()[0].id;
    case.desk.books.approve(id, &case.other, &YES, over).await.unwrap();
    assert_eq!(case.desk.account(&case.trainee).await, [(Kind::Live, 170), (Kind::Adjust, 10)]);
    let stranger = case.desk.trainee("丁", &[]).await;
    let new = NewCorrection { lesson: "L1".into(), person: stranger, figures: figures(10, 0) };
    assert!(matches!(case.desk.books.correct(&case.one, &new, over).await, Err(Refused::NotFound)));
    assert!(case.desk.is_sound().await);
}

#[tokio::test]
async fn credit_of_a_proxy_is_revoked_by_two_people_for_good() {
    let case = Case::new().await;
    let (books, now) = (&case.desk.books, case.judged_at + HOUR);
    let new = NewRevocation { person: case.trainee.clone(), text: "录像显示他人代课".into() };
    assert_eq!(why(books.revoke("L1", &case.trainee, &new, now).await), Uncorrectable::OwnResult);
    assert_eq!(books.revoke("L1", &case.one, &new, now).await.unwrap(), Corrected::Waits);
    let waiting = books.waiting_corrections(&case.one, case.judged_at + HOUR).await.unwrap();
    assert_eq!(waiting[0].figures.delta_ch, -170);
    assert_eq!(why(books.approve(waiting[0].id, &case.one, &YES, now).await), Uncorrectable::SamePerson);
    books.approve(waiting[0].id, &case.other, &YES, now).await.unwrap();
    let account = [(Kind::Live, 170), (Kind::Revoke, -170)];
    assert_eq!(case.desk.account(&case.trainee).await, account);
    // Nothing brings it back: neither computing, nor a correction, nor another revocation.
    case.desk.present("L1", &case.trainee, T, (0, 12)).await;
    assert!(case.desk.judge("L1", now).await);
    assert_eq!(why(case.correct(&case.one, 10, now).await), Uncorrectable::Revoked);
    assert_eq!(why(books.revoke("L1", &case.one, &new, now).await), Uncorrectable::Revoked);
    assert_eq!(case.desk.account(&case.trainee).await, account);
    assert_eq!(books.mine(&case.trainee, "乙", now).await.unwrap().recognised_ch, 0);
    assert!(case.desk.is_sound().await);
}

#[tokio::test]
async fn one_person_changes_little_alone_and_nothing_is_entered_twice() {
    let case = Case::new().await;
    let now = case.judged_at + HOUR;
    assert_eq!(case.correct(&case.one, -60, now).await.unwrap(), Corrected::Entered);
    // The same request again, as after a lost answer.
    assert!(matches!(case.correct_seeing(170, &case.one, -60, now).await, Err(Refused::Changed)));
    // Sixty and sixty are more than one person, or two in turn, may take away alone.
    assert_eq!(case.correct(&case.one, -60, now).await.unwrap(), Corrected::Waits);
    assert!(matches!(case.correct(&case.other, -60, now).await, Err(Refused::AskedAlready)));
    assert_eq!(case.correct(&case.other, -40, now).await.unwrap(), Corrected::Entered);
    assert_eq!(case.correct(&case.other, -10, now).await.unwrap(), Corrected::Waits);
    assert_eq!(
        case.desk.account(&case.trainee).await,
        [(Kind::Live, 170), (Kind::Adjust, -60), (Kind::Adjust, -40)]
    );
    // The waiting correction was requested about another balance.
    let waiting = case.desk.books.waiting_corrections(&case.one, now).await.unwrap();
    assert_eq!((waiting[0].figures.delta_ch, waiting[0].figures.seen_balance_ch), (-60, 110));
    let late = case.desk.books.approve(waiting[0].id, &case.other, &YES, now).await;
    assert!(matches!(late, Err(Refused::Changed)));
    // A decision by two does not count as one by a single person.
    case.desk.books.approve(waiting[1].id, &case.one, &YES, now).await.unwrap();
    assert_eq!(case.correct(&case.one, 100, now).await.unwrap(), Corrected::Entered);
    assert!(case.desk.is_sound().await);
}

#[tokio::test]
async fn appeals_are_answered_in_the_order_they_came() {
    let case = Case::new().await;
    let (books, now) = (&case.desk.books, case.judged_at + HOUR);
    let first = case.appeal("一", now).await.unwrap();
    let other = case.desk.trainee("丙", &["L1"]).await;
    let new = NewAppeal { lesson: "L1".into(), text: "二".into() };
    books.appeal(&other, &new, now + 1).await.unwrap();
    let order = async || -> Vec<String> {
        books.appeals().await.unwrap().into_iter().map(|appeal| appeal.text).collect()
    };
    assert_eq!(order().await, ["一", "二"]);
    assert_eq!(books.appeals().await.unwrap()[0].balance_ch, 170);
    case.decide(first.id, &case.one, None).await.unwrap();
    assert_eq!(order().await, ["二", "一"]);
}

#[tokio::test]
async fn a_correction_that_nobody_asked_for_is_not_entered_and_found_if_it_was() {
    crate::store::testing::only_in_a_file!();
    let case = Case::new().await;
    let (books, now) = (&case.desk.books, case.judged_at + HOUR);
    let forge = async |act: &str, delta_ch: i64, asked_by: Option<&str>| -> u64 {
        let row = sqlx::query_scalar::<_, i64>(
            "INSERT INTO corrections (lesson, person, act, delta_ch, code, text, seen_balance_ch, asked_by, at_ms)
             VALUES ('L1', $1, $2, $3, 'DATA_ERROR', '', $4, $5, 0) RETURNING id",
        );
        let row = row.bind(&case.trainee).bind(act).bind(delta_ch).bind(case.balance().await).bind(asked_by);
        u64::try_from(row.fetch_one(case.desk.store.by_hand()).await.unwrap()).unwrap()
    };
    let one = Some(case.one.as_str());
    for (act, delta_ch, asked_by) in
        [("adjust", 30, one), ("revoke", -170, one), ("reverse", -20, one), ("reverse", -30, None)]
    {
        let id = forge(act, delta_ch, asked_by).await;
        let refused = books.approve(id, &case.other, &YES, now).await;
        assert!(matches!(refused, Err(Refused::NotAsked)), "{act}: {refused:?}");
        // Its removal does no harm.
        books.approve(id, &case.other, &NO, now).await.unwrap();
    }
    // An event of another correction does not serve, nor one written without the key.
    assert_eq!(case.correct(&case.one, -150, now).await.unwrap(), Corrected::Waits);
    let genuine = books.waiting_corrections(&case.other, now).await.unwrap()[0].id;
    books.approve(genuine, &case.other, &NO, now).await.unwrap();
    let id = forge("adjust", -150, one).await;
    assert!(matches!(books.approve(id, &case.other, &YES, now).await, Err(Refused::NotAsked)));
    let copied = "INSERT INTO audit SELECT (SELECT max(seq) + 1 FROM audit), at_ms, actor, act, target,
            json_set(detail, '$.correction', $1), done, prev_hash, hash
        FROM audit WHERE act = 'hours.corrected'";
    sqlx::query(copied).bind(i64::try_from(id).unwrap()).execute(case.desk.store.by_hand()).await.unwrap();
    assert!(matches!(books.approve(id, &case.other, &YES, now).await, Err(Refused::NotAsked)));
    let mut raw = super::tampering::disarmed(&case.desk).await;
    sqlx::query("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
        .execute(&mut raw)
        .await
        .unwrap();
    assert!(case.desk.is_sound().await);

    // As entered by a version that did not ask.
    let (lesson, result) = books.result_about("L1", &case.trainee, now).await.unwrap();
    let figures = figures(-150, case.balance().await);
    let asked = corrections::Asked {
        lesson: &lesson,
        result: &result,
        person: &case.trainee,
        act: corrections::Act::Adjust,
        figures: &figures,
        appeal: None,
        actor: &case.one,
        approver: Some(&case.other),
    };
    let store = &case.desk.store;
    let mut transaction = store.write(crate::store::Lane::Books).await.unwrap();
    let entry = books.correct_in(&mut transaction, &asked, now).await.unwrap().entry;
    let detail = serde_json::json!({ "lesson": "L1", "correction": id, "approve": true, "entry": entry });
    books
        .log(&mut transaction, &case.other, "hours.correction_decided", &case.trainee, detail)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let said = store.verify_books(None).await.unwrap_err().to_string();
    assert!(said.contains("ledger entry 2") && said.contains("first one asked"), "{said}");
}
