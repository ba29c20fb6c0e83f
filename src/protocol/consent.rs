//! The notice about personal data, and consents to it (个人信息保护法 6, 7, 14, 17).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::programme;
use crate::wire::{self, mirror};

/// `GET /api/programmes/{programme}/notice` (without a sign-in): the notice that a registration needs consent
/// to. Its text comes with its version, so that nobody agrees to another text than the server names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notice {
    pub version: String,
    /// The handlers of the data: the issuers of the programme.
    pub handlers: Vec<String>,
    /// The organisation that runs this platform for them; may be empty.
    pub organisation: String,
    /// Contacts for exercising rights, one line each.
    pub contacts: Vec<String>,
    #[serde(with = "wire")]
    #[ts(as = "Vec<NoticePart>")]
    pub zh: Vec<programme::notice::NoticePart>,
    #[serde(with = "wire")]
    #[ts(as = "Vec<NoticePart>")]
    pub en: Vec<programme::notice::NoticePart>,
}

mirror! {
    /// A part of the notice that the law requires.
    struct NoticePart for programme::notice::NoticePart {
        title: String,
        text: String,
    }
}

/// A consent: version and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Consent {
    /// Version of the notice.
    pub version: String,
    #[ts(type = "number")]
    pub at_ms: u64,
}
