//! People who were not admitted are forgotten in time; people who were, never.

use sqlx::Row;

use super::*;
use crate::office;
use crate::office::retention::{Forgotten, NOT_ADMITTED_KEPT_MS};

async fn count(office: &Office, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(office.store.by_hand()).await.unwrap().get(0)
}

#[tokio::test]
async fn those_who_were_not_admitted_are_forgotten_half_a_year_later() {
    let office = Office::with(phase_1(), &[("33", 1)]).await;
    let (rejected, approved, waits) =
        (office.submitted(1, "33").await, office.submitted(2, "33").await, office.submitted(3, "33").await);
    office.decide(&[rejected], Decision::Reject).await;
    office.decide(&[approved, waits], Decision::Approve).await;
    let gone = office.submitted(4, "33").await;
    office.decide(&[gone], Decision::Withdraw).await;
    office.save(&office.person().await, form(5, "33"), false, OPEN_MS).await.unwrap();
    let forget = async |at_ms: u64| {
        let Forgotten { registrations, .. } = office::retention::forget(&office.store, at_ms).await.unwrap();
        (registrations, count(&office, "registrations").await)
    };
    let rejected_end = CLOSED_MS + NOT_ADMITTED_KEPT_MS;
    assert_eq!(forget(rejected_end).await, (0, 5), "to the millisecond");
    assert_eq!(forget(rejected_end + 1).await, (1, 4));
    // The study ends on 27 November; waiting and withdrawn registrations and drafts go then.
    let study_end = OPEN_MS + 22 * DAY_MS + NOT_ADMITTED_KEPT_MS;
    assert_eq!(forget(study_end - 1).await, (0, 4));
    assert_eq!(forget(study_end).await, (3, 1));
    assert_eq!(forget(study_end + 10_000 * DAY_MS).await, (0, 1), "whoever was admitted is not forgotten");
    let left: i64 = sqlx::query("SELECT DISTINCT registration FROM registration_steps")
        .fetch_one(office.store.by_hand())
        .await
        .unwrap()
        .get(0);
    assert_eq!(left.unsigned_abs(), approved, "nor the way");
    let refused = sqlx::query("DELETE FROM registration_steps").execute(office.store.by_hand()).await;
    assert!(refused.is_err());
    let log = office.store.audit().page(&crate::store::audit::Filter::default()).await.unwrap();
    let acts = log.events.iter().filter(|line| line.act == "people.forgotten");
    assert_eq!(acts.count(), 2);
}

#[tokio::test]
async fn nominations_that_came_to_nothing_are_forgotten_with_the_study() {
    let office = Office::open().await;
    let list = files::list(&[(1, "王丽", "浙江"), (2, "李强", "浙江")]);
    let file = file_of(&list, Kind::Xlsx);
    office.import(&Scope::all(), file).await.unwrap();
    let one = office.submitted(1, "33").await;
    office.decide(&[one], Decision::Approve).await;
    let study_end = OPEN_MS + 22 * DAY_MS + NOT_ADMITTED_KEPT_MS;
    assert_eq!(office::retention::forget(&office.store, study_end - 1).await.unwrap(), Forgotten::default());
    assert_eq!(count(&office, "nominations").await, 2);
    assert_eq!(
        office::retention::forget(&office.store, study_end).await.unwrap(),
        Forgotten { registrations: 0, nominations: 1 }
    );
}
