//! The types of the engine by the names that the store uses for them, and the SQL that needs a spelling of its own.
//!
//! A statement of the store is written once, in SQL that SQLite and PostgreSQL 15 both understand, with `$1` for its
//! values. The few words of SQLite in it (`json_each`, `instr`, `->>` of a text …) are functions and operators that the
//! first migration of PostgreSQL makes; what cannot be made there is in `engine::spelling`. Each macro here gives a piece
//! of text for `concat!` and `format!`, each function adds to a [`QueryBuilder`]. `db` (the writer, its locks, its files)
//! and `migrations` are written once for each engine. `tests/it/dialect.rs` keeps words of one engine out of all other
//! files.
//!
//! Both engines understand, so these are the spellings of the store:
//! - `body ->> 'by'`, `report -> 'planned' ->> 0`; never a path as in `'$.by'`. PostgreSQL gives a text, SQLite a number where
//!   there is one: `cast(… AS bigint)`, `cast(… AS boolean)` wherever it is not compared as a text. A text that is no number
//!   is 0 for SQLite and an error for PostgreSQL: test it first;
//! - `cast(sum(…) AS bigint)`: PostgreSQL's sum of a BIGINT is no BIGINT;
//! - `IS DISTINCT FROM` and `IS NOT DISTINCT FROM` between two values that may both be absent; `IS` before `NULL` only;
//! - `CASE` for a choice, `cast`, `||`, `coalesce`, `nullif`, `EXISTS`, `FILTER (WHERE …)`, `FULL JOIN`, `RETURNING`,
//!   `ON CONFLICT … DO`, a name for each subquery after `FROM`, and after `GROUP BY` every column that is shown;
//! - `LIKE` with small letters on both sides: SQLite's does not tell capitals apart, PostgreSQL's does;
//! - `NULLS FIRST` where an ordered value may be absent: SQLite puts it first, PostgreSQL last;
//! - a list for `IN` begins with `NULL` if it may be empty.
//!
//! Numbers of rows are in the order of commits because one lock is held by all who write them (`db`). A statement that
//! fails ends a transaction of PostgreSQL's: nothing goes on after one.

pub(super) use super::engine::connection::Connection;
pub(super) use super::engine::rows::Row as StoredRow;
pub(super) use super::engine::values::Arguments;
pub(super) use super::engine::{Done, Engine};

/// Connections that are shared.
pub(super) type Pool = sqlx::Pool<Engine>;
/// A statement with its values.
pub(super) type Query<'q> = sqlx::query::Query<'q, Engine, Arguments>;
/// A statement that is put together from pieces.
pub(super) type QueryBuilder = sqlx::QueryBuilder<Engine>;

/// The texts of a JSON list, for `IN`.
macro_rules! texts {
    ($json:literal) => {
        concat!("(SELECT value FROM json_each(", $json, "))")
    };
}

/// The whole numbers of a JSON list, for `IN`.
macro_rules! numbers {
    ($json:literal) => {
        concat!("(SELECT cast(value AS bigint) FROM json_each(", $json, "))")
    };
}

/// The elements of a JSON list as rows with one column `value` each, for `FROM`; an absent list has none.
macro_rules! elements {
    ($json:literal) => {
        concat!("json_each(", $json, ")")
    };
}

/// The whole numbers of a JSON list as rows `value`, for `FROM`; `key` tells their order.
macro_rules! numbers_in_order {
    ($json:literal) => {
        concat!("(SELECT key, cast(value AS bigint) AS value FROM json_each(", $json, ")) AS listed")
    };
}

/// A JSON list of a column's values in many rows, in no certain order.
macro_rules! json_list {
    ($value:expr) => {
        concat!("coalesce(json_group_array(", $value, "), '[]')")
    };
}

/// A JSON object of names and values.
macro_rules! json_object {
    ($names_and_values:literal) => {
        concat!("json_object(", $names_and_values, ")")
    };
}

/// The smaller of two numbers; none is absent.
macro_rules! smaller {
    ($one:literal, $other:literal) => {
        concat!("min(", $one, ", ", $other, ")")
    };
}

/// The larger of two numbers; none is absent.
macro_rules! larger {
    ($one:literal, $other:literal) => {
        concat!("max(", $one, ", ", $other, ")")
    };
}

pub(super) use {elements, json_list, json_object, larger, numbers, numbers_in_order, smaller, texts};

/// Adds the condition that a column's text contains this part, letter by letter.
pub(super) fn push_contains(query: &mut QueryBuilder, text: &str, part: String) {
    query.push("instr(").push(text).push(", ").push_bind(part).push(") > 0");
}

/// Adds the rows of `numbers!`.
pub(super) fn push_numbers(query: &mut QueryBuilder, numbers: &[u64]) {
    let json = format!("[{}]", numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(","));
    query.push("(SELECT cast(value AS bigint) FROM json_each(").push_bind(json).push("))");
}

/// The condition that a column's text has a sign that is no Chinese character.
pub(super) fn has_other_signs(text: &str) -> String {
    format!("glob('*[^一-龥]*', {text})")
}
