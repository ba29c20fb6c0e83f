//! The words on a certificate, made from its content. Tests compare them with the text of the PDF.

use super::content::{Content, Essay};
use crate::time::LocalDate;

pub const TITLE: &str = "结业证书";
pub const TITLE_ENGLISH: &str = "CERTIFICATE OF COMPLETION";
/// Printed across a sample.
pub const SAMPLE: &str = "样张";

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// Bold, and split at the end of a line only if it is longer than one.
    Strong,
    /// Bold, with air around and within.
    Name,
}

/// All words of one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub paragraphs: Vec<Vec<Span>>,
    /// One line each.
    pub issuers: Vec<String>,
    pub date: String,
    /// Beside the QR code, one line each.
    pub foot: Vec<String>,
}

impl Wording {
    pub fn of(content: &Content) -> Wording {
        Wording {
            paragraphs: vec![certified(content), vec![plain("特发此证。")]],
            issuers: content.issuers.clone(),
            date: chinese_date(content.issued_on),
            foot: vec![
                format!("证书编号　{}", content.number),
                "扫描二维码，或凭证书编号查验真伪".into(),
                without_scheme(&content.pages).into(),
            ],
        }
    }

    /// All characters for which the fonts need letters.
    pub fn characters(&self) -> impl Iterator<Item = char> {
        let spans = self.paragraphs.iter().flatten().map(|span| span.text.as_str());
        let lines = self.issuers.iter().chain(&self.foot).map(String::as_str);
        let all = spans.chain(lines).chain([self.date.as_str(), TITLE, TITLE_ENGLISH, SAMPLE]);
        all.flat_map(str::chars).filter(|c| *c != ' ' && *c != '　')
    }
}

fn plain(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: Style::Plain }
}

fn strong(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: Style::Strong }
}

/// The sentence that certifies.
fn certified(content: &Content) -> Vec<Span> {
    let document = content.document_end.as_ref().map(|end| format!("证件号码后四位{end}，"));
    let place = if content.school.is_empty() {
        content.unit.clone()
    } else {
        format!("{} {}", content.unit, content.school)
    };
    let essay = match content.essay {
        Essay::None => "",
        Essay::Accepted => "学习心得经评审合格，",
        Essay::Excellent => "学习心得经评审为优秀，",
    };
    vec![
        plain("兹证明"),
        Span { text: content.name.clone(), style: Style::Name },
        plain(format!("（{}{place}）", document.unwrap_or_default())),
        plain(format!("于{}参加", days(content.first_day, content.last_day))),
        plain(format!("“{}”", content.programme)),
        plain(format!("{}，修满", content.phase)),
        strong(format!("{}学时", hours(content.hours_ch))),
        plain(format!("（每学时{}分钟），{essay}考核合格，准予结业。", content.hour_minutes)),
    ]
}

/// 学时 with one decimal, rounded down: 1000 → 10.0.
pub fn hours(ch: u64) -> String {
    format!("{}.{}", ch / 100, ch % 100 / 10)
}

/// 2020年11月17日至27日; equal parts are written once.
fn days(first: LocalDate, last: LocalDate) -> String {
    let ([year, month, day], [last_year, last_month, last_day]) = (parts(first), parts(last));
    let begin = format!("{year}年{month}月{day}日");
    if first == last {
        begin
    } else if (year, month) == (last_year, last_month) {
        format!("{begin}至{last_day}日")
    } else if year == last_year {
        format!("{begin}至{last_month}月{last_day}日")
    } else {
        format!("{begin}至{last_year}年{last_month}月{last_day}日")
    }
}

/// Year, month and day.
pub(super) fn parts(date: LocalDate) -> [u32; 3] {
    let mut parts = [0; 3];
    for (part, text) in parts.iter_mut().zip(date.to_string().split('-')) {
        *part = text.parse().unwrap_or(0);
    }
    parts
}

fn chinese_digit(digit: u32) -> &'static str {
    const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    DIGITS[digit as usize % 10]
}

/// A number below 100 in spoken form: 二十一.
pub fn chinese_count(number: u32) -> String {
    let tens = match number / 10 {
        0 => String::new(),
        1 => "十".into(),
        tens => format!("{}十", chinese_digit(tens)),
    };
    let ones = if number.is_multiple_of(10) { "" } else { chinese_digit(number) };
    tens + ones
}

/// A date in the form of documents: 二〇二〇年十二月一日.
fn chinese_date(date: LocalDate) -> String {
    let [year, month, day] = parts(date);
    let digits = format!("{year:04}");
    let year: String = digits.bytes().map(|byte| chinese_digit(u32::from(byte - b'0'))).collect();
    format!("{year}年{}月{}日", chinese_count(month), chinese_count(day))
}

fn without_scheme(pages: &str) -> &str {
    pages.split_once("://").map_or(pages, |(_, rest)| rest)
}
