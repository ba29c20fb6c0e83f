use std::collections::BTreeSet;

use super::*;
use crate::protocol::NewUnit;

const KINDS: [Kind; 3] = [Kind::Csv, Kind::Gb18030, Kind::Xlsx];
const HEAD: [&str; 13] = [
    "序号",
    "姓名",
    "性别",
    "证件类型",
    "证件号码",
    "单位全称",
    "省份",
    "培训期次",
    "手机号",
    "电子邮箱",
    "备注",
    "民族",
    "出生年月",
];

pub(super) fn list(people: &[(u32, &str, &str)]) -> Vec<Vec<String>> {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    for (n, name, unit) in people {
        let number = number(*n);
        let sex = if number.as_bytes()[16] % 2 == 1 { "男" } else { "女" };
        let born = format!("{}年{}月", &number[6..10], number[10..12].trim_start_matches('0'));
        let cells = [
            "",
            name,
            sex,
            "居民身份证",
            &number,
            "某校",
            unit,
            "第1期",
            "13812345678",
            "a@b.cn",
            "=1+1",
            "11",
            &born,
        ];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    rows
}

impl Office {
    pub(super) async fn import(&self, scope: &Scope, file: Vec<u8>) -> Answer<crate::protocol::Imported> {
        office::nominations::import(&self.store, "u", scope, PROGRAMME, file, Keep::Yes, OPEN_MS).await
    }
}

#[tokio::test]
async fn a_list_comes_back_the_same_in_three_formats() {
    let office = Office::open().await;
    let people = [(1, "䶮", "浙江"), (2, "𠮷田", "33"), (3, "王丽", "兵团")];
    let file = file_of(&list(&people), Kind::Xlsx);
    let imported = office.import(&Scope::all(), file.clone()).await.unwrap();
    assert_eq!((imported.rows, imported.new, imported.changed), (3, 3, 0));
    let again = office.import(&Scope::all(), file).await.unwrap();
    assert_eq!((again.rows, again.new, again.changed), (3, 0, 0), "nobody twice");
    let all = Scope::all();
    let full = LinesOf { by: "u", scope: &all, reason: Some("核对") };
    let mut tables = Vec::new();
    for kind in KINDS {
        let file = office::nominations::export(&office.store, PHASE, &full, kind).await.unwrap();
        let read = rows_of(&file);
        assert_eq!(read[1][1], "䶮");
        for written in [number(2), number(2)[6..12].to_owned(), "=1+1".to_owned(), "满族".to_owned()] {
            assert!(read[2].contains(&written), "{kind:?}: {written} in {:?}", read[2]);
        }
        let again = office.import(&Scope::all(), file).await.unwrap();
        assert_eq!((again.rows, again.new, again.changed), (3, 0, 0), "{kind:?}");
        tables.push(read);
    }
    assert!(tables.iter().all(|table| *table == tables[0]));
    let masked = LinesOf { by: "u", scope: &all, reason: None };
    let file = office::nominations::export(&office.store, PHASE, &masked, Kind::Csv).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(!file.contains(&number(1)) && !file.contains(&number(1)[6..12]) && file.contains("满族"));
}

/// The nation of AC-4.
/// Roles name a unit by its code alone: if two programmes had one code, the administrator of one would see the people of the other.
#[tokio::test]
async fn no_two_direct_units_have_one_code_also_in_two_programmes() {
    let office = Office::open().await;
    let other = NewProgramme { id: "other".into(), title: "另一个项目".into(), issuers: vec![] };
    office::programmes::make(&office.store, &office.admin, &other, 0).await.unwrap();
    let mut codes = BTreeSet::new();
    for n in 0..34 {
        let programme = if n % 2 == 0 { PROGRAMME } else { "other" };
        let new = NewUnit { name: format!("直属学校{n}") };
        let made = office::units::make(&office.store, &office.admin, programme, &new).await.unwrap();
        assert!(crate::certificate::number::unit_part(&made.code).is_some(), "{}", made.code);
        codes.insert(made.code);
    }
    assert_eq!(codes.len(), 34);
    let new = NewUnit { name: "没有编号的学校".into() };
    let refused = office::units::make(&office.store, &office.admin, PROGRAMME, &new).await;
    assert!(matches!(refused, Err(office::OfficeRefusal::Wrong(_))), "its people could have no certificates");
}

#[tokio::test]
async fn ten_thousand_records_come_back_equal_in_three_formats() {
    let office = Office::open().await;
    let units = ["浙江", "11", "兵团"];
    let people: Vec<(u32, &str, &str)> =
        (0..9_950).map(|n| (n, "王丽", units[n as usize % units.len()])).collect();
    let imported = office.import(&Scope::all(), file_of(&list(&people), Kind::Csv)).await;
    assert_eq!(imported.unwrap().new, 9_950);
    let all = Scope::all();
    let full = LinesOf { by: "u", scope: &all, reason: Some("核对") };
    for kind in KINDS {
        let file = office::nominations::export(&office.store, PHASE, &full, kind).await.unwrap();
        let again = office.import(&Scope::all(), file).await.unwrap();
        assert_eq!((again.rows, again.new, again.changed), (9_950, 0, 0), "{kind:?}");
    }
}

#[tokio::test]
async fn registrations_as_r2_are_a_list_that_can_be_imported() {
    let office = Office::open().await;
    for n in 0..50 {
        office.submitted(n, "33").await;
    }
    let all = Scope::all();
    let full = LinesOf { by: &office.admin, scope: &all, reason: Some("存档") };
    for (kind, new) in KINDS.into_iter().zip([50, 0, 0]) {
        let file =
            office::registrations::export(&office.store, PHASE, &full, &Filter::default(), kind, OPEN_MS)
                .await
                .unwrap();
        let imported = office.import(&all, file).await.unwrap();
        assert_eq!((imported.rows, imported.new, imported.changed), (50, new, 0), "{kind:?}");
    }
    // The unit's columns beside the form are exported, and imported again.
    let listed = file_of(&list(&[(7, "王丽", "浙江")]), Kind::Csv);
    assert_eq!(office.import(&all, listed).await.unwrap().changed, 1);
    let of_7 = Filter { text: Some(number(7)), ..Filter::default() };
    for kind in KINDS {
        let file =
            office::registrations::export(&office.store, PHASE, &full, &of_7, kind, OPEN_MS).await.unwrap();
        let row = rows_of(&file).remove(1);
        assert!(row.contains(&"满族".to_owned()) && row.contains(&number(7)[6..12].to_owned()), "{row:?}");
    }
    let page = office::registrations::page(&office.store, PHASE, &all, &Filter::default(), 0).await.unwrap();
    assert!(page.rows.iter().all(|row| row.nominated == crate::protocol::Nominated::Yes));
}

#[tokio::test]
async fn everything_wrong_with_a_list_is_said_and_nothing_is_taken() {
    let office = Office::open().await;
    let mut rows = list(&[(1, "王丽", "浙江"), (2, "1", "火星"), (3, "王丽", "北京"), (1, "王丽", "浙江")]);
    rows[3][7] = "第9期".into();
    let file = file_of(&rows, Kind::Gb18030);
    let Err(Refused::Wrong(wrong)) = office.import(&Scope::all(), file).await else {
        panic!("much is wrong")
    };
    let wrong: Vec<_> =
        wrong.iter().map(|one| (one.row.unwrap(), one.column.clone().unwrap(), one.wrong)).collect();
    let expected = [
        (3, "B", Wrong::Character),
        (3, "G", Wrong::Choice),
        (4, "H", Wrong::NoPhase),
        (5, "E", Wrong::Twice),
    ];
    assert_eq!(wrong, expected.map(|(row, column, wrong)| (row, column.to_owned(), wrong)));
    let page = office::nominations::page(&office.store, PHASE, &Scope::all(), &Filter::default(), OPEN_MS)
        .await
        .unwrap();
    assert!(page.rows.is_empty());
}

#[tokio::test]
async fn a_unit_names_its_own_people_only() {
    let office = Office::open().await;
    let own = unit_admin("33", Action::Nominate);
    let file = |people: &[(u32, &str, &str)]| file_of(&list(people), Kind::Csv);
    let foreign = office.import(&own, file(&[(1, "王丽", "北京")])).await;
    assert_eq!(fields(foreign), [("省份".into(), Wrong::OtherUnit)]);
    office.import(&Scope::all(), file(&[(1, "王丽", "北京")])).await.unwrap();
    let taken = office.import(&own, file(&[(1, "王丽", "浙江"), (2, "李雷", "浙江")])).await;
    assert_eq!(fields(taken), [("证件号码".into(), Wrong::OtherUnit)]);
    let page =
        office::nominations::page(&office.store, PHASE, &own, &Filter::default(), OPEN_MS).await.unwrap();
    assert!(page.rows.is_empty(), "nothing half-done, and Beijing's people are not shown");
    for (text, scope, found) in [
        ("王", &Scope::all(), 1),
        ("李", &Scope::all(), 0),
        ("王", &own, 0),
        ("某校", &Scope::all(), 1),
        ("110105", &Scope::all(), 0),
    ] {
        let filter = Filter { text: Some(text.into()), ..Filter::default() };
        let page = office::nominations::page(&office.store, PHASE, scope, &filter, OPEN_MS).await.unwrap();
        assert_eq!(page.rows.len(), found, "{text}");
    }
}

#[tokio::test]
async fn what_is_no_list_is_refused_by_name() {
    let office = Office::open().await;
    for (file, wrong) in [
        (b"PK\x03\x04nonsense".to_vec(), Wrong::Format),
        (vec![0x81, 0xff], Wrong::Format),
        (b"a,b\n1,2\n".to_vec(), Wrong::NoTable),
        (b"x\n".repeat(30_000), Wrong::TooMuch),
    ] {
        let found = fields(office.import(&Scope::all(), file).await);
        assert_eq!(found, [(String::new(), wrong)]);
    }
}

#[tokio::test]
async fn quotas_go_out_and_come_in_as_r1() {
    let office = Office::open().await;
    let second = NewPhase { number: 2, plan_seats: 50, ..phase_1() };
    office::phases::make(&office.store, &office.admin, PROGRAMME, &second).await.unwrap();
    for kind in KINDS {
        let file = office::quotas::export(&office.store, PROGRAMME, kind).await.unwrap();
        let imported =
            office::quotas::import(&office.store, &office.admin, PROGRAMME, file, Keep::Yes, OPEN_MS)
                .await
                .unwrap();
        assert_eq!((imported.rows, imported.changed), (37, 0), "{kind:?}");
    }
    let file = "单位,单位代码,第1期,第2期,合计\n浙江省,33,300,30,330\n北京市,11,1,21,22\n";
    let above = office::quotas::import(
        &office.store,
        &office.admin,
        PROGRAMME,
        file.as_bytes().to_vec(),
        Keep::Yes,
        OPEN_MS,
    )
    .await;
    assert_eq!(fields(above), [("第2期".into(), Wrong::AbovePlan)]);
    let quotas = office::quotas::all(&office.store, PHASE, &Scope::all()).await.unwrap();
    assert_eq!(quotas.given, 320, "not even the phase that would have fitted");
    let file = file.replace("30,330", "29,329");
    let imported = office::quotas::import(
        &office.store,
        &office.admin,
        PROGRAMME,
        file.as_bytes().to_vec(),
        Keep::Yes,
        OPEN_MS,
    )
    .await
    .unwrap();
    assert_eq!((imported.rows, imported.changed), (2, 4));
}

#[tokio::test]
async fn each_unit_has_one_lead_and_one_contact() {
    use crate::programme::unit::UnitPerson;
    use crate::protocol::UnitContacts;
    let office = Office::open().await;
    let one = |name: &str| UnitPerson {
        name: name.into(),
        position: "处长".into(),
        telephone: "010—85305090".into(),
        ..UnitPerson::default()
    };
    let both = UnitContacts { unit: "33".into(), lead: one("王丽"), contact: one("李雷") };
    let own = unit_admin("33", Action::Nominate);
    office::units::set_contacts(&office.store, "u", PROGRAMME, &own, &both).await.unwrap();
    let bad = UnitContacts {
        contact: UnitPerson { telephone: "1".into(), email: "li@".into(), ..one("1") },
        ..both.clone()
    };
    let wrong = office::units::set_contacts(&office.store, "u", PROGRAMME, &own, &bad).await;
    assert_eq!(
        fields(wrong),
        [
            ("contact.name".into(), Wrong::Character),
            ("contact.telephone".into(), Wrong::Phone),
            ("contact.email".into(), Wrong::Email)
        ]
    );
    let foreign = office::units::set_contacts(
        &office.store,
        "u",
        PROGRAMME,
        &unit_admin("11", Action::Nominate),
        &both,
    )
    .await;
    assert!(matches!(foreign, Err(Refused::NotFound)));
    let shown = office::units::contacts(&office.store, PROGRAMME, &Scope::all()).await.unwrap();
    assert_eq!((shown.len(), shown[0].lead.telephone.as_str()), (1, "010-85305090"));
    let file =
        office::units::export_contacts(&office.store, PROGRAMME, &Scope::all(), Kind::Xlsx).await.unwrap();
    let rows = rows_of(&file);
    assert_eq!((rows.len(), rows[11][1].as_str(), rows[11][6].as_str()), (38, "王丽", "李雷"));
}

#[tokio::test]
async fn what_would_be_taken_is_said_before_anything_is() {
    let office = Office::open().await;
    let all = Scope::all();
    let people: Vec<(u32, &str, &str)> = (0..3).map(|n| (n, "王丽", "北京")).collect();
    let file = file_of(&list(&people), Kind::Xlsx);
    let look =
        office::nominations::import(&office.store, "u", &all, PROGRAMME, file.clone(), Keep::No, OPEN_MS)
            .await;
    let look = look.unwrap();
    assert_eq!((look.rows, look.new, look.changed), (3, 3, 0));
    let page =
        office::nominations::page(&office.store, PHASE, &all, &Filter::default(), OPEN_MS).await.unwrap();
    assert!(page.rows.is_empty(), "nothing is taken yet");
    let taken = office.import(&all, file).await.unwrap();
    assert_eq!(taken, look, "what was said is what was done");
    let told: Vec<_> =
        taken.remarks.iter().map(|one| (&one.field[..], one.wrong, &one.figures[..])).collect();
    assert_eq!(
        told,
        [("北京市 第1期", Wrong::MoreThanSeats, &[3, 0][..])],
        "of the seats only Zhejiang has some"
    );
    // The same for quotas.
    let file = b"\xe5\x8d\x95\xe4\xbd\x8d,1\xe6\x9c\x9f\n\xe6\xb5\x99\xe6\xb1\x9f,7\n".to_vec();
    let quotas =
        |keep| office::quotas::import(&office.store, &office.admin, PROGRAMME, file.clone(), keep, OPEN_MS);
    assert_eq!(quotas(Keep::No).await.unwrap().changed, 1);
    assert_eq!(office::quotas::all(&office.store, PHASE, &all).await.unwrap().given, 320);
    assert_eq!(quotas(Keep::Yes).await.unwrap().changed, 1);
    assert_eq!(office::quotas::all(&office.store, PHASE, &all).await.unwrap().given, 7);
}

#[tokio::test]
async fn quotas_that_were_changed_come_in_from_every_format() {
    let office = Office::open().await;
    for (kind, seats) in KINDS.into_iter().zip([11u32, 12, 13]) {
        let file = office::quotas::export(&office.store, PROGRAMME, kind).await.unwrap();
        let mut sheet = sheet::read(&file).unwrap().sheets.remove(0);
        let zhejiang = sheet.rows.iter_mut().find(|row| row.len() > 2 && row[2].text() == "33").unwrap();
        zhejiang[3] = sheet::Cell::number(seats);
        let table = Table { name: "名额分配表", rows: sheet.rows, sums: 1 };
        let file = sheet::write(&table, kind).unwrap();
        let imported =
            office::quotas::import(&office.store, &office.admin, PROGRAMME, file, Keep::Yes, OPEN_MS)
                .await
                .unwrap();
        assert_eq!((imported.rows, imported.changed), (37, 1), "{kind:?}");
        // The sums are the earlier ones: reported, and computed again.
        let told: Vec<_> = imported.remarks.iter().map(|one| one.wrong).collect();
        assert_eq!(told, [Wrong::SumDiffers; 3], "{kind:?}: of the row, of the phase and of all");
        assert_eq!(office::quotas::all(&office.store, PHASE, &Scope::all()).await.unwrap().given, seats);
    }
}
