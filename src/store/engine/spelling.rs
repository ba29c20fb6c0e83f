//! The words of statements that PostgreSQL spells otherwise and cannot be taught: its first migration makes
//! functions and operators of SQLite's names, but none that take values of any type.

/// SQLite's word, PostgreSQL's word.
const WORDS: [(&str, &str); 2] = [("json_group_array(", "json_agg("), ("json_object(", "json_build_object(")];

/// A statement in PostgreSQL's words; `None` = as it is.
pub(super) fn of_postgres(sql: &str) -> Option<String> {
    if !WORDS.iter().any(|(word, _)| sql.contains(word)) {
        return None;
    }
    Some(WORDS.iter().fold(sql.to_owned(), |sql, (word, other)| sql.replace(word, other)))
}
