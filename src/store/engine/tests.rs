//! Both engines take and give the same values. Without PostgreSQL the tests run on SQLite alone, and print that.

use sqlx::{Column as _, ConnectOptions, Connection as _, Row as _};

use super::connection::{Connection, Options};
use super::spelling;

/// A connection to each engine that is here.
async fn both() -> Vec<Connection> {
    let mut urls = vec!["sqlite::memory:".to_owned()];
    match loadtest::postgres::database("engine") {
        Some(url) => urls.push(url),
        None => eprintln!("PostgreSQL is not installed: half of this test was left out"),
    }
    let mut connections = Vec::new();
    for url in urls {
        connections.push(url.parse::<Options>().unwrap().connect().await.unwrap());
    }
    connections
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_was_bound() {
    for mut connection in both().await {
        let asked = sqlx::query_as(
            "SELECT cast($1 AS bigint), cast($2 AS text), cast($3 AS boolean), $4, cast($5 AS double precision)",
        );
        type Values = (u32, String, bool, Vec<u8>, f64);
        let bound = asked.bind(u32::MAX).bind("安\"'%").bind(true).bind(&[0_u8, 255][..]).bind(0.5);
        let found: Values = bound.fetch_one(&mut connection).await.unwrap();
        assert_eq!(found, (u32::MAX, "安\"'%".into(), true, vec![0, 255], 0.5));
        let absent = sqlx::query_as("SELECT cast($1 AS bigint), cast($2 AS text), cast($3 AS boolean), $4");
        let absent = absent.bind(None::<i64>).bind(None::<&str>).bind(None::<bool>).bind(None::<Vec<u8>>);
        type Absent = (Option<i64>, Option<String>, Option<bool>, Option<Vec<u8>>);
        let found: Absent = absent.fetch_one(&mut connection).await.unwrap();
        assert_eq!(found, (None, None, None, None));
        let too_large =
            sqlx::query_scalar::<_, u32>("SELECT cast(-1 AS bigint)").fetch_one(&mut connection).await;
        assert!(too_large.is_err());
        let wrong_kind =
            sqlx::query_scalar::<_, i64>("SELECT cast('a' AS text)").fetch_one(&mut connection).await;
        assert!(wrong_kind.is_err());
        connection.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_text_with_a_nul_is_no_error() {
    for mut connection in both().await {
        let asked = sqlx::query_scalar("SELECT cast($1 AS text) = 'a'").bind("a\0");
        assert!(!asked.fetch_one::<_>(&mut connection).await.map(|is_same: bool| is_same).unwrap());
    }
}

#[tokio::test]
async fn rows_are_counted_named_and_rolled_back_alike() {
    for mut connection in both().await {
        sqlx::query("CREATE TEMPORARY TABLE t (a BIGINT, b TEXT)").execute(&mut connection).await.unwrap();
        let mut transaction = connection.begin().await.unwrap();
        let insert = sqlx::query("INSERT INTO t VALUES (1, 'x'), (2, 'y')").execute(&mut *transaction).await;
        assert_eq!(insert.unwrap().rows_affected(), 2);
        let row =
            sqlx::query("SELECT b, a AS other FROM t ORDER BY a").fetch_one(&mut *transaction).await.unwrap();
        assert_eq!(row.columns().iter().map(|one| one.name()).collect::<Vec<_>>(), ["b", "other"]);
        assert_eq!(row.try_get::<String, _>("b").unwrap(), "x");
        assert!(row.try_get::<String, _>("c").is_err() && row.try_get::<String, _>(2).is_err());
        transaction.rollback().await.unwrap();
        let left: i64 =
            sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&mut connection).await.unwrap();
        assert_eq!(left, 0);
    }
}

#[test]
fn only_statements_with_words_of_sqlite_are_spelled_anew() {
    assert_eq!(spelling::of_postgres("SELECT 1"), None);
    let spelled = spelling::of_postgres("SELECT json_group_array(json_object('a', 1))");
    assert_eq!(spelled.as_deref(), Some("SELECT json_agg(json_build_object('a', 1))"));
}
