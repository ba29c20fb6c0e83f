use super::*;

/// Rows of the file without the first column, and without the line about its source.
async fn table(office: &Office, scope: &Scope) -> Vec<Vec<String>> {
    let file = office.reporter().summary_file(PHASE, scope, Kind::Xlsx).await.unwrap();
    let mut rows = rows_of(&file);
    assert_eq!(rows.pop().unwrap()[0], "数据来源：学时账尚无记录");
    rows.into_iter().map(|row| row[1..].to_vec()).collect()
}

#[tokio::test]
async fn each_unit_has_a_row_of_what_became_of_its_people() {
    let office = Office::with(phase_1(), &[("33", 3), ("11", 1)]).await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(office.submitted(n, "33").await);
    }
    office.decide(&ids[..1], Decision::Reject).await;
    office.decide(&ids[1..], Decision::Approve).await;
    office.save(&office.person().await, form(9, "11"), false, OPEN_MS).await.unwrap();
    office::classes::form(&office.store, &office.admin, PHASE, CLOSED_MS).await.unwrap();
    let class = format!("{PHASE}-001");
    // One millisecond less than a minute is no minute.
    for (at, watched_ms) in [(1, 60_000), (2, 59_999)] {
        let lesson = format!("alone-{at}");
        for sql in [
            format!(
                "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, class, kind)
                 VALUES ('{lesson}', 't', 0, 'c', 10, '{class}', 'async')"
            ),
            format!(
                "INSERT INTO watched (lesson, person, covered, position_ms, heard_at_ms, unchecked_ms)
                 VALUES ('{lesson}', '{}', '[{{\"from_ms\":0,\"to_ms\":{watched_ms}}}]', 0, 0, 0)",
                office.person_of(ids[at]).await
            ),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(office.store.by_hand()).await.unwrap();
        }
    }
    let rows = table(&office, &Scope::all()).await;
    let of = |code: &str| rows.iter().find(|row| row[1] == code).map(|row| row[2..].join(" "));
    assert_eq!(rows.len(), 1 + 37 + 1);
    assert_eq!(of("33").as_deref(), Some("3 5 3 1 — 0 0.3333 — 0 — 0"));
    assert_eq!(of("11").as_deref(), Some("1 0 0 0 — 0 — — — — —"), "a draft is no registration");
    assert_eq!(of("").as_deref(), Some("4 5 3 1 — 0 0.3333 — 0 — 0"), "the sums");
    let own = table(&office, &unit_admin("11", Action::SeeReports)).await;
    assert_eq!(own.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["单位代码", "11", ""]);
}
