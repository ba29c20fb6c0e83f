//! Figures and cases shared with the web client: the tests of both sides read the files in `tests/shared`.

use serde_json::Value;

/// A limit by its name.
pub(crate) fn limit(name: &str) -> u64 {
    let limits = read(include_str!("../../tests/shared/limits.json"));
    limits[name].as_u64().unwrap_or_else(|| panic!("{name} is no shared limit"))
}

/// Documents, names and numbers of people, each with its mistake.
pub(crate) fn person() -> Value {
    read(include_str!("../../tests/shared/person.json"))
}

/// Texts, each with its length (E-1).
pub(crate) fn essay() -> Value {
    read(include_str!("../../tests/shared/essay.json"))
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("a shared file is JSON")
}
