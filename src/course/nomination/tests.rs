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

fn read(rows: &[Vec<String>]) -> Result<Vec<Nominee>, Vec<Mistake>> {
    let unit = |text: &str| crate::course::unit::find(text).map(|unit| unit.code.to_owned());
    let known = Known { today: today(), unit: &unit, phase: &|number| number < 4, may_send: &|_| true };
    super::read(&Sheet::from(rows.to_vec()), &known)
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
            (4, "G", "省份", Wrong::Missing),
            (4, "H", "培训期次", Wrong::Missing),
            (4, "I", "手机号", Wrong::Missing),
            (4, "F", "单位全称", Wrong::Missing),
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
    let mut formula = Sheet::from(table(&[HEAD, GOOD]));
    formula.rows[1][1] = Cell::formula("A1", 1u64);
    let unit = |text: &str| Some(text.to_owned());
    let known = Known { today: today(), unit: &unit, phase: &|_| true, may_send: &|_| true };
    let found = super::read(&formula, &known).expect_err("a formula is no name");
    assert_eq!((found[0].row, found[0].column.as_deref()), (Some(2), Some("B")));
    assert_eq!(found[0].wrong, Wrong::Formula);
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
            Err(mistakes) => prop_assert!(!mistakes.is_empty() && mistakes.len() <= MISTAKES_MAX),
        }
    }
}
