//! Data that must not be read from a copy of the database: document numbers, mobile numbers, e-mail
//! addresses. Sealed together, per person; shown masked, or in full to a person who gave a reason.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Row;

use super::dialect::StoredRow;
use super::{Vault, read_json, word};
use crate::account::document::Document;
use crate::account::document::DocumentKind;
use crate::account::telephone;
use crate::programme::registration::masked_email;

/// Numbers and addresses of one person. Empty = not given.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Private {
    pub number: String,
    pub mobile: String,
    pub email: String,
}

impl Private {
    /// Opens sealed data; `context` binds it to its owner.
    pub(super) fn open(vault: &Vault, context: &str, sealed: &[u8]) -> anyhow::Result<Private> {
        read_json(&vault.open_text(context, sealed)?)
    }

    pub(super) fn seal(&self, vault: &Vault, context: &str) -> anyhow::Result<Vec<u8>> {
        vault.seal(context, &json!(self).to_string())
    }

    /// The same with all but the last four characters masked.
    pub fn masked(&self) -> Private {
        let hidden = self.number.len().saturating_sub(4);
        let tail = self.number.get(hidden..).unwrap_or_default();
        Private {
            number: format!("{}{tail}", "*".repeat(hidden)),
            mobile: if self.mobile.is_empty() {
                String::new()
            } else {
                telephone::masked_mobile(&self.mobile)
            },
            email: masked_email(&self.email),
        }
    }
}

/// The masked number in a row with a registration's `phase` and `private`, which are NULL without a
/// registration.
pub(super) fn masked_document(vault: &Vault, row: &StoredRow, person: &str) -> anyhow::Result<String> {
    let (phase, sealed): (Option<String>, Option<Vec<u8>>) = (row.try_get("phase")?, row.try_get("private")?);
    let (Some(phase), Some(sealed)) = (phase, sealed) else { return Ok(String::new()) };
    Ok(Private::open(vault, &of_registration(&phase, person), &sealed)?.masked().number)
}

/// The context of a registration's data.
pub(super) fn of_registration(phase: &str, person: &str) -> String {
    format!("registration {phase} {person}")
}

pub(super) fn of_nomination(phase: &str) -> String {
    format!("nomination {phase}")
}

/// Keyed hash of a document, to search by.
pub(super) fn document_print(vault: &Vault, document: &Document) -> Vec<u8> {
    print_of(vault, document.kind(), document.number())
}

fn print_of(vault: &Vault, kind: DocumentKind, number: &str) -> Vec<u8> {
    vault.fingerprint("document", &format!("{} {number}", word(kind)))
}

pub(super) fn mobile_print(vault: &Vault, mobile: &str) -> Vec<u8> {
    vault.fingerprint("mobile", mobile)
}
