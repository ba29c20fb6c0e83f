//! Whatever the order of acts: nobody has two valid certificates of a phase, and who is issued one has completed it
//! at that moment.

use proptest::prelude::*;

use super::*;

/// An act of the office; refusals are right answers, too.
#[derive(Debug, Clone, Copy)]
enum Act {
    Release,
    Issue,
    AskToRevoke,
    Agree,
    Disagree,
    Rename,
    Reissue,
    TakeHoursAway,
}

fn act() -> impl Strategy<Value = Act> {
    use Act::{Agree, AskToRevoke, Disagree, Issue, Reissue, Release, Rename, TakeHoursAway};
    prop_oneof![
        3 => Just(Release),
        3 => Just(Issue),
        2 => Just(AskToRevoke),
        1 => Just(Agree),
        1 => Just(Disagree),
        2 => Just(Rename),
        2 => Just(Reissue),
        1 => Just(TakeHoursAway),
    ]
}

impl Case {
    /// The number of the person's newest certificate, or one that does not exist.
    async fn newest(&self) -> String {
        let mine = self.certifier.mine(PHASE, &self.graduate).await;
        mine.map_or_else(|_| "ZP20260010133000009".into(), |mine| mine.number)
    }

    async fn act(&self, act: Act, step: usize) {
        let (certifier, books) = (&self.certifier, &self.desk.books);
        let number = self.newest().await;
        match act {
            Act::Release => {
                let ready = certifier.desk(PHASE, &self.one, NOW).await.unwrap().ready;
                let _ = certifier.release(&self.one, PHASE, ready, NOW).await;
            }
            Act::Issue => drop(certifier.issue_some(NOW).await.unwrap()),
            Act::AskToRevoke => drop(certifier.ask_to_revoke(&self.one, &number, "代学", NOW).await),
            Act::Agree | Act::Disagree => {
                let agrees = matches!(act, Act::Agree);
                let _ = certifier.decide_revocation(&self.other, &number, agrees, NOW).await;
            }
            Act::Rename => {
                let name = char::from_u32(0x4e00 + u32::try_from(step).unwrap()).unwrap();
                run(&self.desk, &format!("UPDATE registrations SET name = '{name}' WHERE id = 1")).await;
            }
            Act::Reissue => drop(certifier.reissue(&self.one, &number, NOW).await),
            Act::TakeHoursAway => {
                let new = NewRevocation { person: self.graduate.clone(), text: "代课".into() };
                let _ = books.revoke("a", &self.one, &new, NOW).await;
                let yes = Approval { approve: true, text: None };
                for waiting in books.waiting_corrections(&self.other, NOW).await.unwrap() {
                    books.approve(waiting.id, &self.other, &yes, NOW).await.unwrap();
                }
                books.conclude(NOW).await.unwrap();
            }
        }
    }

    async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(self.desk.store.by_hand()).await.unwrap()
    }
}

/// People with more than one valid certificate.
const TWICE: &str = "SELECT count(*) FROM (SELECT registration FROM certificates WHERE state = 'valid'
    GROUP BY registration HAVING count(*) > 1) AS twice";
/// Certificates, and those whose person has completed by the conclusion that is the newest.
const ALL: &str = "SELECT count(*) FROM certificates";
const FOUNDED: &str =
    "SELECT count(*) FROM certificates JOIN registrations ON registrations.id = registration
    WHERE registrations.state = 'completed'
        AND conclusion = (SELECT max(id) FROM conclusions WHERE registration = registrations.id)";

async fn holds_after(acts: Vec<Act>) {
    let case = Case::new().await;
    for (act, step) in acts.into_iter().zip(0..) {
        let before = case.count(ALL).await;
        case.act(act, step).await;
        assert_eq!(case.count(TWICE).await, 0, "after {act:?}");
        let now = case.count(ALL).await;
        if now > before {
            // There is one person: if the newest is founded, so are all.
            assert_eq!(case.count(FOUNDED).await, now, "after {act:?}");
        }
    }
    case.desk.verified().await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn nobody_has_two_valid_certificates_and_who_gets_one_has_completed(
        acts in proptest::collection::vec(act(), 1..16),
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(holds_after(acts));
    }
}
