use proptest::prelude::*;

use super::*;

const HEAD: &str = "序号|姓名*|性别*|证件类型*|证件号码*|单位全称*|省份*|培训期次*|手机号*|备注";
const GOOD: &str = "1|王丽|女|居民身份证|11010519491231002X|北京信息职业技术学院|北京|第1期|13812345678|";

fn today() -> LocalDate {
    LocalDate::parse("2020-10-28").expect("a day")
}

fn table(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

fn list(book: &Book) -> Result<List, Vec<Mistake>> {
    let unit = |text: &str| crate::programme::unit::find(text).map(|unit| unit.code.to_owned());
    let (tracks, categories) = (["5G".to_owned(), "人工智能".to_owned()], ["骨干教师".to_owned()]);
    // Only the third phase has choices.
    let phase = |number| match number {
        3 => Some(Offer { tracks: &tracks, categories: &categories }),
        1..3 => Some(Offer::default()),
        _ => None,
    };
    super::read(book, &Known { today: today(), unit: &unit, phase: &phase, may_send: &|_| true })
}

fn book(rows: Vec<Vec<String>>) -> Book {
    Book { sheets: vec![Sheet::from(rows)] }
}

fn read(rows: &[Vec<String>]) -> Result<Vec<Nominee>, Vec<Mistake>> {
    list(&book(rows.to_vec())).map(|list| list.nominees)
}

/// Number of nominees of a good list, and its remarks.
fn remarks(book: &Book) -> (usize, Vec<(u32, String, Wrong)>) {
    let list = list(book).expect("the list is good");
    let place = |one: Mistake| (one.row.unwrap_or(0), one.column.unwrap_or_default(), one.wrong);
    (list.nominees.len(), list.remarks.into_list().into_iter().map(place).collect())
}

fn check(lines: &[&str], expected: &[(u32, &str, &str, Wrong)]) {
    let found = read(&table(lines)).expect_err("something is wrong");
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.row.unwrap(), one.column.as_deref().unwrap_or(""), one.field.as_str(), one.wrong))
        .collect();
    assert_eq!(found, expected, "{lines:?}");
}

#[test]
fn a_list_as_units_send_it() {
    let lines = [
        "参训信息汇总表",
        HEAD,
        GOOD,
        "|||||||||",
        "2|𠮷䶮|男|护照|E12345678|某校|兵团|二|+86 138-1234-5679|=1+1",
        "填报单位（盖章）：|||||||||",
        "负责人：李||||||||",
    ];
    let people = read(&table(&lines)).expect("all is well");
    assert_eq!(people.len(), 2);
    assert_eq!((people[0].unit.as_str(), people[0].phase, people[0].sex), ("11", 1, Sex::Female));
    assert_eq!(
        (people[1].unit.as_str(), people[1].phase, people[1].mobile.as_str()),
        ("66", 2, "13812345679")
    );
    assert_eq!(people[1].rest[&Column::Note], "=1+1", "a text, kept as one");
    assert_eq!(people[1].rest[&Column::School], "某校");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    check(
        &[
            HEAD,
            GOOD,
            "2|王1|她|身份证|11010519491231002|某校|火星|零期|12|",
            "3||男|学生证||||||",
            "4|王丽|女|居民身份证|11010519491231002x|某校|北京|1|13812345678|",
            "5|王力|男|居民身份证|11010519491231002X|某校|北京|1|13812345678|",
        ],
        &[
            (3, "B", "姓名", Wrong::Character),
            (3, "C", "性别", Wrong::Choice),
            (3, "E", "证件号码", Wrong::Length),
            (3, "G", "省份", Wrong::Choice),
            (3, "H", "培训期次", Wrong::Choice),
            (3, "I", "手机号", Wrong::Phone),
            (4, "B", "姓名", Wrong::Missing),
            (4, "D", "证件类型", Wrong::Choice),
            (4, "F", "单位全称", Wrong::Missing),
            (4, "G", "省份", Wrong::Missing),
            (4, "H", "培训期次", Wrong::Missing),
            (4, "I", "手机号", Wrong::Missing),
            (5, "E", "证件号码", Wrong::Twice),
            (6, "C", "性别", Wrong::SexOfDocument),
        ],
    );
}

#[test]
fn a_file_that_is_no_such_table_says_so() {
    check(&[], &[(1, "", "", Wrong::NoTable)]);
    check(&["a|b|c"], &[(1, "", "", Wrong::NoTable)]);
    check(&[HEAD], &[(1, "", "", Wrong::NoTable)]);
    check(
        &["姓名|证件号码|性别|证件类型|单位全称|手机号"],
        &[(1, "", "省份", Wrong::NoColumn), (1, "", "培训期次", Wrong::NoColumn)],
    );
    let mut formula = book(table(&[HEAD, GOOD]));
    formula.sheets[0].rows[1][1] = Cell::formula("A1", 1u64);
    let found = list(&formula).expect_err("a formula is no name");
    assert_eq!((found[0].row, found[0].column.as_deref()), (Some(2), Some("B")));
    assert_eq!(found[0].wrong, Wrong::Formula);
    let none = read(&table(&["a|b"])).expect_err("no table");
    assert!(none[0].value.as_deref().is_some_and(|value| value.contains("姓名、性别")), "{none:?}");
}

#[test]
fn nothing_is_dropped_in_silence() {
    let other = GOOD
        .replace("11010519491231002X", "E12345678")
        .replace("居民身份证", "护照")
        .replace("|王丽|", "|王莉|");
    let unnamed = format!("{GOOD}||多出来的");
    let lines = [
        "参训信息汇总表",
        "填报单位：|某校|日期",
        &format!("{HEAD}|血型"),
        &unnamed,
        "7",
        "负责人：李|||联系人：张",
        &other,
        "合计|2",
        "注：以上人员均已核对",
        HEAD,
        &other.replace("E12345678", "E12345679"),
    ];
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let (people, told) = remarks(&book(table(&lines)));
    assert_eq!(people, 3, "those below a foot line and below a second line of headings, too");
    let expected = [
        (2, "", Wrong::UnusedRow),
        (3, "K", Wrong::UnusedColumn),
        (6, "", Wrong::FootRow),
        (8, "", Wrong::FootRow),
        (9, "", Wrong::FootRow),
        (10, "L", Wrong::UnusedColumn),
    ];
    assert_eq!(told, expected.map(|(row, column, wrong)| (row, column.to_owned(), wrong)));
}

#[test]
fn headings_have_many_names() {
    let head = "编号|学员姓名|性 别|身份证号码（必填）|工作单位★|省份|期次|手机号码|邮箱|学科|方向";
    let row = "1|王丽|女|11010519491231002X|某校|北京|1|13812345678|li＠example.cn|数学|";
    let (people, told) = remarks(&book(table(&[head, row])));
    assert_eq!((people, told), (1, vec![]), "the kind of the document is said by its heading");
    let nominee = read(&table(&[head, row])).unwrap().remove(0);
    assert_eq!(nominee.rest[&Column::Email], "li@example.cn");
    assert_eq!((&nominee.rest[&Column::Subject][..], &nominee.rest[&Column::School][..]), ("数学", "某校"));
    // A missing column is told together with columns that may only have another name.
    let wrong = read(&table(&[&head.replace("省份", "地方"), row])).expect_err("no province");
    let wrong: Vec<_> = wrong.iter().map(|one| (one.field.as_str(), one.wrong)).collect();
    assert_eq!(wrong, [("省份", Wrong::NoColumn), ("地方", Wrong::UnusedColumn)]);
}

#[test]
fn the_sheet_with_the_table_is_chosen() {
    let sheet = |name: &str, hidden: bool, lines: &[&str]| Sheet {
        name: name.into(),
        hidden,
        ..Sheet::from(table(lines))
    };
    let more = GOOD.replace("1|王丽", "2|王莉");
    let book = Book {
        sheets: vec![
            sheet("字典", true, &["民族", "汉族"]),
            sheet("旧", true, &[HEAD, &more]),
            sheet("说明", false, &["请填写下一张表"]),
            sheet("名单", false, &[HEAD, GOOD]),
        ],
    };
    let found = list(&book).expect("the list is good");
    assert_eq!((found.sheet.as_deref(), found.nominees[0].name.as_str()), (Some("名单"), "王丽"));
    let told = found.remarks.into_list();
    assert_eq!((told.len(), told[0].wrong, told[0].value.as_deref()), (1, Wrong::UnusedSheet, Some("旧")));
}

#[test]
fn directions_and_categories_are_those_of_the_phase() {
    let head = format!("{HEAD}|方向|参训类别");
    let one = |phase: &str, rest: &str| {
        read(&table(&[&head, &format!("{}|{rest}", GOOD.replace("第1期", phase))]))
            .map(|mut people| people.remove(0).rest)
    };
    let kept = one("第3期", "５Ｇ|骨干 教师").expect("both are offered");
    assert_eq!((&kept[&Column::Track][..], &kept[&Column::Category][..]), ("5G", "骨干教师"));
    assert!(one("第3期", "|").is_ok() && one("第1期", "6G|校长").is_ok(), "empty, or not asked for");
    let wrong = one("第3期", "6G|校长").expect_err("neither is offered");
    let told: Vec<_> =
        wrong.iter().map(|one| (one.field.as_str(), one.wrong, one.choices.join(" "))).collect();
    assert_eq!(
        told,
        [
            ("方向", Wrong::Choice, "5G 人工智能".to_owned()),
            ("参训类别", Wrong::Choice, "骨干教师".to_owned())
        ]
    );
    assert_eq!(wrong[0].value.as_deref(), Some("6G"));
}

#[test]
fn numbers_that_a_spreadsheet_has_rounded_are_told() {
    let with = |cell: Cell| {
        let mut book = book(table(&[HEAD, GOOD]));
        book.sheets[0].rows[1][4] = cell;
        list(&book).map(|list| list.nominees.len()).map_err(|wrong| wrong[0].wrong)
    };
    assert_eq!(with(Cell::Number("110105194912310000".into())), Err(Wrong::Rounded));
    assert_eq!(with(Cell::Number("1.10105194912310E+17".into())), Err(Wrong::Rounded));
    assert_eq!(with(Cell::from("110105194912310000")), Err(Wrong::Rounded), "as a program saved it in CSV");
}

#[test]
fn a_list_of_mistakes_says_how_many_more_there_are() {
    let bad = GOOD.replace("|女|", "|她|");
    let lines: Vec<&str> = std::iter::once(HEAD).chain(std::iter::repeat_n(bad.as_str(), 700)).collect();
    let wrong = read(&table(&lines)).expect_err("all are wrong");
    assert_eq!(wrong.len(), Told::MAX + 1);
    assert_eq!((wrong[500].wrong, &wrong[500].figures[..]), (Wrong::More, &[200][..]));
}

#[test]
fn nation_and_month_of_birth_have_one_form_and_fit_the_document() {
    let head = format!("{HEAD}|民族|出生年月");
    let one = |nation: &str, born: &str| {
        let row = format!("{GOOD}|{nation}|{born}");
        read(&table(&[&head, &row])).map(|people| {
            let of = |column| people[0].rest.get(&column).cloned().unwrap_or_default();
            (of(Column::Nation), of(Column::Born))
        })
    };
    for (nation, born) in
        [("汉族", "1949-12"), ("01", "194912"), ("汉", "1949年12月"), ("1", "１９４９．１２")]
    {
        assert_eq!(one(nation, born), Ok(("汉族".into(), "194912".into())), "{nation} {born}");
    }
    assert_eq!(one("", ""), Ok((String::new(), String::new())), "both are optional");
    let wrong = |nation: &str, born: &str| -> Vec<(String, Wrong)> {
        let found = one(nation, born).expect_err("something is wrong");
        found.into_iter().map(|one| (one.field, one.wrong)).collect()
    };
    assert_eq!(wrong("57", "1949-13"), [("民族".into(), Wrong::Choice), ("出生年月".into(), Wrong::Value)]);
    assert_eq!(wrong("汉族", "1949-11"), [("出生年月".into(), Wrong::BornOfDocument)]);
}

#[test]
fn codes_kinds_of_schools_and_addresses_have_a_form() {
    let head = format!("{HEAD}|学校标识码|学校类型|电子邮箱");
    let one = |code: &str, kind: &str, email: &str| {
        read(&table(&[&head, &format!("{GOOD}|{code}|{kind}|{email}")]))
    };
    let good = one("4133000001", "高等职业学校", "li@example.cn").expect("all is well");
    let kept = |column| good[0].rest.get(&column).map(String::as_str);
    assert_eq!(
        [Column::SchoolCode, Column::SchoolKind, Column::Email].map(kept),
        [Some("4133000001"), Some("高职"), Some("li@example.cn")]
    );
    assert!(one("", "", "").is_ok(), "all are optional");
    let wrong: Vec<_> = one("41330", "大学", "li@")
        .expect_err("all are wrong")
        .into_iter()
        .map(|one| (one.column.unwrap_or_default(), one.field, one.wrong))
        .collect();
    let expected = [
        ("K", "学校标识码", Wrong::Length),
        ("L", "学校类型", Wrong::Choice),
        ("M", "电子邮箱", Wrong::Email),
    ];
    assert_eq!(wrong, expected.map(|(column, field, wrong)| (column.into(), field.into(), wrong)));
}

proptest! {
    #[test]
    fn no_table_upsets_the_reader(
        lines in prop::collection::vec("([a-z0-9|\u{0}-\u{ff}]|姓名|证件号码|男|第|期){0,30}", 0..20),
        with_head in any::<bool>(),
    ) {
        let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        if with_head {
            lines.insert(0, HEAD);
        }
        match read(&table(&lines)) {
            Ok(people) => prop_assert!(!people.is_empty()),
            Err(mistakes) => prop_assert!(!mistakes.is_empty() && mistakes.len() <= Told::MAX + 1),
        }
    }
}

#[test]
fn the_client_knows_the_limit_of_attestations() {
    assert_eq!(ATTESTATION_CHARS_MAX as u64, crate::protocol::shared::limit("attestation_chars_max"));
}
