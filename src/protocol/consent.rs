//! The notice about personal data, and who has agreed to it (个人信息保护法 6, 7, 14, 17).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `GET /api/programmes/{programme}/notice` (nobody need be signed in): the notice that a registration
/// needs consent to. Its text comes with its version, so that nobody agrees to another text than the
/// server names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    pub version: String,
    /// Who handles the data: the issuers of the programme.
    pub handlers: Vec<String>,
    /// Who runs this platform for them; may be empty.
    pub organisation: String,
    /// Where rights are exercised; one line each.
    pub contacts: Vec<String>,
    pub zh: Vec<NoticePart>,
    pub en: Vec<NoticePart>,
}

/// One thing that the law asks a notice to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoticePart {
    pub title: String,
    pub text: String,
}

/// What somebody agreed to, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Consent {
    /// Of the notice.
    pub version: String,
    #[ts(type = "number")]
    pub at_ms: u64,
}
