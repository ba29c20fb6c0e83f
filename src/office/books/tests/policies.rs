//! The policy of each result, and results that cannot be entered.

use super::*;

#[tokio::test]
async fn what_cannot_be_entered_leaves_no_result_behind() {
    crate::store::testing::only_in_a_file!();
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    let person = desk.trainee("甲", &["L1"]).await;
    desk.present("L1", &person, T, (0, 90)).await;
    let refuse = "CREATE TRIGGER refused BEFORE INSERT ON entries BEGIN SELECT RAISE (ABORT, 'refused'); END";
    sqlx::query(refuse).execute(desk.store.by_hand()).await.unwrap();
    assert!(desk.books.judge("L1", T + DAY, false).await.is_err());
    assert_eq!(desk.store.results().standing("L1").await.unwrap(), None);
    sqlx::query("DROP TRIGGER refused").execute(desk.store.by_hand()).await.unwrap();
    assert!(desk.judge("L1", T + DAY).await);
    assert_eq!(desk.account(&person).await, [(Kind::Live, 200)]);
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn another_policy_makes_another_result_when_asked_and_only_then() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    desk.taught("L2", "C2", T + DAY).await;
    let person = desk.trainee("乙", &["L1", "L2"]).await;
    desk.present("L1", &person, T, (12, 90)).await;
    desk.present("L2", &person, T + DAY, (12, 90)).await;
    desk.judge("L1", T + 2 * HOUR).await;
    let strict = Policy::from_toml("version = \"strict\"\ntol = 0\nmin_share = 1").unwrap();
    let recordings = Recordings::new(desk.data.path(), 0);
    let books = Books::new(desk.store.clone(), recordings, Arc::new(strict.clone()), TIMES);
    assert!(!books.judge("L1", T + DAY, false).await.unwrap(), "it stays under its policy");
    assert!(books.judge_by_present_policy("L2", T + DAY).await.is_err(), "not judged yet");
    assert!(books.judge("L2", T + 2 * DAY, false).await.unwrap());
    assert_eq!(desk.account(&person).await, [(Kind::Live, 170)]);
    assert!(books.judge_by_present_policy("L1", T + 3 * DAY).await.unwrap());
    assert!(!books.judge_by_present_policy("L1", T + 3 * DAY).await.unwrap());
    assert_eq!(desk.account(&person).await, [(Kind::Live, 170), (Kind::Reverse, -170)]);
    assert_eq!(desk.store.results().standing("L1").await.unwrap().unwrap().policy, strict);
    let results = desk.verified().await.unwrap().results;
    assert_eq!(results, 3, "the first result is still there");
}
