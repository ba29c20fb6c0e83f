//! The content of a certificate: a record of its own, frozen at the issue, so that a later change of a name,
//! a school or a phase changes no certificate.

use serde::{Deserialize, Serialize};

use super::number::Number;
use super::verification;
use crate::chain::sha256;
use crate::text::is_hidden;
use crate::text::mistake::{Mistake, Wrong};
use crate::time::LocalDate;

/// Version of the record, its words and its picture. Certificates of an earlier version are printed
/// unchanged: each change of the print adds a version.
pub const VERSION: u32 = 1;

const NAME_CHARS_MAX: usize = 50;
const UNIT_CHARS_MAX: usize = 30;
const SCHOOL_CHARS_MAX: usize = 60;
const TITLE_CHARS_MAX: usize = 100;
const ISSUERS_MAX: usize = 4;
const ISSUER_CHARS_MAX: usize = 30;
const PAGES_CHARS_MAX: usize = 100;
/// 1,000 学时, as for a phase.
const HOURS_CH_MAX: u64 = 100_000;

/// One certificate. The order of the fields is part of its form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub version: u32,
    pub number: Number,
    pub name: String,
    /// The last four characters of the document number; `None` = the person showed no document.
    pub document_end: Option<String>,
    /// The province or other unit, by name.
    pub unit: String,
    /// Empty = none, as for a person who works for the unit itself.
    pub school: String,
    pub programme: String,
    pub phase: String,
    #[serde(with = "day")]
    pub first_day: LocalDate,
    #[serde(with = "day")]
    pub last_day: LocalDate,
    /// Recognised hours, ch.
    pub hours_ch: u64,
    /// Length of one 学时, minutes.
    pub hour_minutes: u32,
    pub essay: Essay,
    /// The issuing organisations, in the order of signing.
    pub issuers: Vec<String>,
    /// SHA-256 of the seal's picture, in hex; `None` = printed without a seal.
    pub seal: Option<String>,
    #[serde(with = "day")]
    pub issued_on: LocalDate,
    /// The address for looking up numbers, e.g. `https://class.example.org/v`.
    pub pages: String,
    /// The verification key; see [`verification`].
    pub key: String,
}

/// The result of the essay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Essay {
    /// The phase required none.
    None,
    Accepted,
    Excellent,
}

impl Content {
    /// All mistakes that prevent printing, by field; empty = there is none.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        let mut field = |wrong: Option<Wrong>, name: &str| {
            mistakes.extend(wrong.map(|why| Mistake::field(name, why)));
        };
        let unless = |fits: bool| (!fits).then_some(Wrong::Value);
        field(unless(self.version == VERSION), "version");
        field(unless(self.number.serial() > 0), "number");
        field(text(&self.name, NAME_CHARS_MAX), "name");
        field(self.document_end.as_deref().and_then(document_end), "document_end");
        field(text(&self.unit, UNIT_CHARS_MAX), "unit");
        field(text(&self.school, SCHOOL_CHARS_MAX).filter(|_| !self.school.is_empty()), "school");
        field(text(&self.programme, TITLE_CHARS_MAX), "programme");
        field(text(&self.phase, TITLE_CHARS_MAX), "phase");
        field((self.last_day < self.first_day).then_some(Wrong::Order), "last_day");
        field(unless((1..=HOURS_CH_MAX).contains(&self.hours_ch)), "hours_ch");
        field(unless((1..=60).contains(&self.hour_minutes)), "hour_minutes");
        field(unless((1..=ISSUERS_MAX).contains(&self.issuers.len())), "issuers");
        field(self.issuers.iter().find_map(|issuer| text(issuer, ISSUER_CHARS_MAX)), "issuers");
        field(self.seal.as_deref().and_then(digest), "seal");
        field((self.issued_on < self.first_day).then_some(Wrong::Order), "issued_on");
        field(pages(&self.pages), "pages");
        field(unless(verification::is_key(&self.key)), "key");
        mistakes
    }

    /// The stored and hashed bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// SHA-256 of [`Self::to_bytes`], in hex.
    pub fn digest(&self) -> String {
        sha256(&self.to_bytes())
    }

    /// The address in its QR code.
    pub fn address(&self) -> String {
        verification::address(&self.pages, self.number, &self.key)
    }
}

fn text(text: &str, chars_max: usize) -> Option<Wrong> {
    if text.trim().is_empty() {
        Some(Wrong::Missing)
    } else if text.chars().count() > chars_max {
        Some(Wrong::TooLong)
    } else if text.chars().any(is_hidden) || text.trim() != text {
        Some(Wrong::Character)
    } else {
        None
    }
}

fn document_end(end: &str) -> Option<Wrong> {
    let fits =
        end.chars().count() == super::person::DOCUMENT_END_CHARS && end.chars().all(char::is_alphanumeric);
    (!fits).then_some(Wrong::Length)
}

fn digest(hex: &str) -> Option<Wrong> {
    let fits = hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (!fits).then_some(Wrong::Value)
}

/// Checks an address without query: other characters would end it, or enlarge the QR code.
fn pages(address: &str) -> Option<Wrong> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let fits = rest.is_some_and(|rest| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:/[]%".contains(&byte);
        !rest.is_empty() && rest.bytes().all(plain) && !rest.ends_with('/')
    });
    if address.len() > PAGES_CHARS_MAX { Some(Wrong::TooLong) } else { (!fits).then_some(Wrong::Value) }
}

/// Days as texts, 2020-11-17.
mod day {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::time::LocalDate;

    pub(super) fn serialize<S: Serializer>(day: &LocalDate, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(day)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LocalDate, D::Error> {
        let text = String::deserialize(deserializer)?;
        LocalDate::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no day")))
    }
}
