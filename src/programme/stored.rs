//! Stored texts of requirements, rules, surveys and conclusions: JSON that names its format, so that every text can
//! always be read.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::time::LocalDate;

/// The form in the database. A later format is a further variant; a field added to a variant has a default.
#[derive(Serialize, Deserialize)]
#[serde(tag = "format")]
enum Stored<T> {
    #[serde(rename = "1")]
    V1(T),
}

/// The reason why a stored text cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("this is no text that was stored here: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0:?} is no day")]
    Day(String),
}

/// The text of a value in format 1.
pub(super) fn write<T: Serialize>(value: T) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Stored::V1(value))
}

/// The value of a text in format 1.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let Stored::V1(value) = serde_json::from_str(text)?;
    Ok(value)
}

/// A day in a stored text.
pub(super) fn day(text: String) -> Result<LocalDate, Unreadable> {
    LocalDate::parse(&text).ok_or(Unreadable::Day(text))
}
