//! Certificates for tests.

use super::content::{Content, Essay, VERSION};
use crate::time::LocalDate;

pub(super) fn day(text: &str) -> LocalDate {
    LocalDate::parse(text).expect("a day")
}

/// A possible certificate.
pub(super) fn content() -> Content {
    Content {
        version: VERSION,
        number: "ZP202000101330001236".parse().expect("a number"),
        name: "欧阳䶮".into(),
        document_end: Some("002X".into()),
        unit: "浙江省".into(),
        school: "杭州职业技术学院".into(),
        programme: "全国职业院校教师教学创新团队建设在线培训示范班".into(),
        phase: "第一期 教学创新团队建设".into(),
        first_day: day("2020-11-17"),
        last_day: day("2020-11-27"),
        hours_ch: 1000,
        hour_minutes: 45,
        essay: Essay::Accepted,
        issuers: vec!["示例省教育厅".into(), "示例职业教育教师培训中心".into()],
        seal: None,
        issued_on: day("2020-12-01"),
        pages: "https://class.example.org/v".into(),
        key: "YQV7DXJGXNSJA".into(),
    }
}
