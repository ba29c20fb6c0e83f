use super::files::list;
use super::*;
use crate::programme::registration::Sex;
use crate::protocol::ReplaceNominee;

async fn names(office: &Office) -> Vec<(u64, String, String)> {
    let page = office::nominations::page(&office.store, PHASE, &Scope::all(), &Filter::default(), OPEN_MS)
        .await
        .unwrap();
    page.rows.into_iter().map(|row| (row.id, row.name, row.school)).collect()
}

fn other(document_number: &str) -> ReplaceNominee {
    ReplaceNominee {
        name: "李雷".into(),
        sex: Sex::Male,
        document_kind: DocumentKind::Passport,
        document_number: document_number.into(),
        mobile: "13912345678".into(),
        reason: "借调，换人".into(),
    }
}

#[tokio::test]
async fn a_nominee_is_removed_or_replaced_with_a_reason() {
    let office = Office::open().await;
    let all = Scope::all();
    let file = file_of(&list(&[(1, "王丽", "浙江"), (2, "韩梅梅", "浙江")]), Kind::Csv);
    office.import(&all, file).await.unwrap();
    let before = names(&office).await;
    let (first, second) = (before[0].0, before[1].0);

    let foreign = unit_admin("11", Action::Nominate);
    let refused = office::nominations::remove(&office.store, "u", &foreign, first, "x").await;
    assert!(matches!(refused, Err(Refused::NotFound)), "another unit's");
    assert!(matches!(
        office::nominations::remove(&office.store, "u", &all, first, " ").await,
        Err(Refused::Reason)
    ));
    office::nominations::remove(&office.store, &office.admin, &all, first, "本人放弃").await.unwrap();
    assert_eq!(names(&office).await, [before[1].clone()]);

    let replace = async |new| {
        office::nominations::replace(&office.store, &office.admin, &all, second, &new, OPEN_MS).await
    };
    let bad = ReplaceNominee { name: "1".into(), mobile: "1".into(), ..other("E1") };
    let wrong = fields(replace(bad).await);
    assert_eq!(
        wrong,
        [
            ("name".to_owned(), Wrong::Character),
            ("document_number".to_owned(), Wrong::Length),
            ("mobile".to_owned(), Wrong::Phone)
        ]
    );
    let taken =
        ReplaceNominee { document_kind: DocumentKind::Resident, sex: Sex::Unsaid, ..other(&number(2)) };
    assert_eq!(fields(replace(taken).await), [("document_number".to_owned(), Wrong::Taken)]);
    replace(other("E12345678")).await.unwrap();
    let after = names(&office).await;
    assert_eq!(
        (after.len(), &after[0].1[..], &after[0].2[..]),
        (1, "李雷", "某校"),
        "the place keeps its school"
    );
    let audit = office.store.audit().page(&crate::store::audit::Filter::default()).await.unwrap();
    let acts: Vec<_> = audit.events.iter().map(|event| event.act.as_str()).collect();
    assert_eq!(acts[..2], ["nomination.replaced", "nomination.removed"]);
    assert!(audit.events[0].detail.contains("借调，换人"), "{}", audit.events[0].detail);
}
