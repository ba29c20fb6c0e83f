//! The content of a certificate, and its words.

use super::content::{Content, Essay};
use super::testing::{content, day};
use super::wording::{Wording, hours};
use crate::text::mistake::Wrong;

/// The wrong fields after a change.
fn wrong(change: impl FnOnce(&mut Content)) -> Vec<(String, Wrong)> {
    let mut content = content();
    change(&mut content);
    content.mistakes().into_iter().map(|mistake| (mistake.field, mistake.wrong)).collect()
}

#[test]
fn the_record_is_frozen() {
    let bytes = content().to_bytes();
    let expected = r#"{"version":1,"number":"ZP202000101330001236","name":"欧阳䶮","document_end":"002X","unit":"浙江省","school":"杭州职业技术学院","programme":"全国职业院校教师教学创新团队建设在线培训示范班","phase":"第一期 教学创新团队建设","first_day":"2020-11-17","last_day":"2020-11-27","hours_ch":1000,"hour_minutes":45,"essay":"accepted","issuers":["示例省教育厅","示例职业教育教师培训中心"],"seal":null,"issued_on":"2020-12-01","pages":"https://class.example.org/v","key":"YQV7DXJGXNSJA"}"#;
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
    // printf '%s' '…' | sha256sum
    assert_eq!(content().digest(), "2354f411df7a57eda0e332a39bb89736bb6d2e2867ec9e942f68823a4bf5ebda");
    assert_eq!(serde_json::from_slice::<Content>(&bytes).expect("a record"), content());
    assert!(serde_json::from_str::<Content>(&expected.replace("\"unit\"", "\"province\"")).is_err());
    assert!(serde_json::from_str::<Content>(&expected.replace("1236", "1237")).is_err(), "a wrong number");
    assert!(serde_json::from_str::<Content>(&expected.replace("11-27", "11-31")).is_err(), "no day");
}

#[test]
fn what_cannot_be_printed_is_said_by_field() {
    assert_eq!(wrong(|_| {}), []);
    let one = |field: &str, wrong| vec![(field.to_owned(), wrong)];
    assert_eq!(wrong(|content| content.version = 2), one("version", Wrong::Value));
    assert_eq!(wrong(|content| content.name = "长".repeat(51)), one("name", Wrong::TooLong));
    assert_eq!(wrong(|content| content.name = " 张三".into()), one("name", Wrong::Character));
    assert_eq!(wrong(|content| content.name = "张\u{202e}三".into()), one("name", Wrong::Character));
    assert_eq!(wrong(|content| content.name = "\n".into()), one("name", Wrong::Missing));
    assert_eq!(
        wrong(|content| content.document_end = Some("0001234".into())),
        one("document_end", Wrong::Length)
    );
    assert_eq!(wrong(|content| content.school = String::new()), []);
    assert_eq!(wrong(|content| content.programme = String::new()), one("programme", Wrong::Missing));
    assert_eq!(wrong(|content| content.last_day = day("2020-11-16")), one("last_day", Wrong::Order));
    assert_eq!(wrong(|content| content.hours_ch = 0), one("hours_ch", Wrong::Value));
    assert_eq!(wrong(|content| content.issuers = vec![]), one("issuers", Wrong::Value));
    assert_eq!(wrong(|content| content.issuers = vec!["厅".into(); 5]), one("issuers", Wrong::Value));
    assert_eq!(wrong(|content| content.issuers = vec!["".into()]), one("issuers", Wrong::Missing));
    assert_eq!(wrong(|content| content.seal = Some("A".repeat(64))), one("seal", Wrong::Value));
    assert_eq!(wrong(|content| content.issued_on = day("2020-11-16")), one("issued_on", Wrong::Order));
    for pages in [
        "",
        "class.example.org/v",
        "https://",
        "https://a/v/",
        "https://a/v?x",
        "javascript:alert(1)",
        "https://例/v",
    ] {
        assert_eq!(wrong(|content| content.pages = pages.into()), one("pages", Wrong::Value), "{pages}");
    }
    assert_eq!(
        wrong(|content| content.pages = format!("https://{}", "a".repeat(99))),
        one("pages", Wrong::TooLong)
    );
    assert_eq!(wrong(|content| content.key = "short".into()), one("key", Wrong::Value));
}

/// The sentences, without their styles.
fn sentences(content: &Content) -> Vec<String> {
    let paragraphs = Wording::of(content).paragraphs;
    paragraphs.iter().map(|spans| spans.iter().map(|span| span.text.as_str()).collect()).collect()
}

#[test]
fn the_words_say_who_did_what_when() {
    let mut content = content();
    assert_eq!(
        sentences(&content),
        [
            "兹证明欧阳䶮（证件号码后四位002X，浙江省 杭州职业技术学院）于2020年11月17日至27日参加“全国职业院校教师教学创新团队建设在线培训示范班”第一期 教学创新团队建设，修满10.0学时（每学时45分钟），学习心得经评审合格，考核合格，准予结业。",
            "特发此证。"
        ]
    );
    let wording = Wording::of(&content);
    assert_eq!(wording.date, "二〇二〇年十二月一日");
    assert_eq!(wording.issuers, ["示例省教育厅", "示例职业教育教师培训中心"]);
    assert_eq!(wording.foot[0], "证书编号　ZP202000101330001236");
    assert_eq!(wording.foot[2], "class.example.org/v");
    assert_eq!(content.address(), "https://class.example.org/v/ZP202000101330001236?k=YQV7DXJGXNSJA");

    (content.document_end, content.school, content.essay) = (None, String::new(), Essay::None);
    assert!(sentences(&content)[0].starts_with("兹证明欧阳䶮（浙江省）于2020年11月17日至27日参加"));
    assert!(sentences(&content)[0].ends_with("修满10.0学时（每学时45分钟），考核合格，准予结业。"));
    content.essay = Essay::Excellent;
    assert!(sentences(&content)[0].ends_with("学习心得经评审为优秀，考核合格，准予结业。"));
}

#[test]
fn days_are_said_once_and_hours_are_never_rounded_up() {
    let days = |first: &str, last: &str| {
        let mut content = content();
        (content.first_day, content.last_day) = (day(first), day(last));
        let sentence = &sentences(&content)[0];
        let from = sentence.find("）于").expect("days") + "）于".len();
        sentence[from..sentence.find("参加").expect("days")].to_owned()
    };
    assert_eq!(days("2020-11-17", "2020-11-17"), "2020年11月17日");
    assert_eq!(days("2020-11-17", "2020-12-01"), "2020年11月17日至12月1日");
    assert_eq!(days("2020-12-27", "2021-12-27"), "2020年12月27日至2021年12月27日");
    for (ch, text) in [(1000, "10.0"), (2050, "20.5"), (999, "9.9"), (9, "0.0"), (100_000, "1000.0")] {
        assert_eq!(hours(ch), text);
    }
    let date = |text: &str| {
        let mut content = content();
        content.issued_on = day(text);
        Wording::of(&content).date
    };
    assert_eq!(date("2026-10-20"), "二〇二六年十月二十日");
    assert_eq!(date("2031-11-11"), "二〇三一年十一月十一日");
    assert_eq!(date("2031-01-31"), "二〇三一年一月三十一日");
}
