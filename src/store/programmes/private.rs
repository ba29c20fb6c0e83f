//! What must not be read from a copy of the database: numbers of documents, mobiles, e-mail addresses.
//! Sealed together, per person; shown masked, or in full to whoever gave a reason.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{Vault, word};
use super::json;
use crate::course::person::{self, Document};
use crate::course::registration::masked_email;
use crate::protocol::DocumentKind;

/// Empty texts were not given.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Private {
    pub(super) number: String,
    pub(super) mobile: String,
    pub(super) email: String,
}

impl Private {
    /// `context` binds it to its place: whose it is.
    pub(super) fn open(vault: &Vault, context: &str, sealed: &[u8]) -> anyhow::Result<Private> {
        json(&vault.open_text(context, sealed)?)
    }

    pub(super) fn seal(&self, vault: &Vault, context: &str) -> anyhow::Result<Vec<u8>> {
        vault.seal(context, &json!(self).to_string())
    }

    /// Only the last four characters.
    pub(super) fn masked(&self) -> Private {
        let hidden = self.number.len().saturating_sub(4);
        let tail = self.number.get(hidden..).unwrap_or_default();
        Private {
            number: format!("{}{tail}", "*".repeat(hidden)),
            mobile: if self.mobile.is_empty() { String::new() } else { person::masked_mobile(&self.mobile) },
            email: masked_email(&self.email),
        }
    }
}

/// Whose registration it is.
pub(super) fn of_registration(phase: &str, person: &str) -> String {
    format!("registration {phase} {person}")
}

pub(super) fn of_nomination(phase: &str) -> String {
    format!("nomination {phase}")
}

/// Equal for equal documents.
pub(super) fn document_print(vault: &Vault, document: &Document) -> Vec<u8> {
    print_of(vault, document.kind(), document.number())
}

fn print_of(vault: &Vault, kind: DocumentKind, number: &str) -> Vec<u8> {
    vault.fingerprint("document", &format!("{} {number}", word(kind)))
}

pub(super) fn mobile_print(vault: &Vault, mobile: &str) -> Vec<u8> {
    vault.fingerprint("mobile", mobile)
}
