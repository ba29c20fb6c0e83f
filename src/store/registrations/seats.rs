//! The holders of seats of a phase, by unit and by school, and the waiting lists.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use crate::store::dialect::Connection;
use crate::store::{count, signed, unsigned};

/// States that hold a seat ([`State::holds_seat`](crate::programme::enrolment::State::holds_seat)).
const HOLDS_SEAT: &str = "state IN ('approved', 'placed', 'active', 'completed', 'failed')";

/// A registration in the count of its school.
#[derive(Debug, Clone)]
pub struct Member {
    pub id: u64,
    /// Code of the unit.
    pub unit: String,
    pub school: String,
    /// The school's name in its form for comparison.
    pub key: String,
    /// The school's code; empty = not given.
    pub code: String,
    pub category: String,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: i64,
    unit: String,
    school: String,
    school_key: String,
    school_code: String,
    category: String,
}

const MEMBER: &str = "SELECT id, unit, school, school_key, school_code, category FROM registrations";

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Member {
        Member {
            id: unsigned(row.id),
            unit: row.unit,
            school: row.school,
            key: row.school_key,
            code: row.school_code,
            category: row.category,
        }
    }
}

/// Number of taken seats of a unit.
pub async fn seats_taken(connection: &mut Connection, phase: &str, unit: &str) -> anyhow::Result<u32> {
    let sql = format!("SELECT count(*) FROM registrations WHERE phase = $1 AND unit = $2 AND {HOLDS_SEAT}");
    let taken = sqlx::query_scalar(AssertSqlSafe(sql)).bind(phase).bind(unit);
    Ok(count(taken.fetch_one(connection).await?))
}

/// Number of taken seats of all units that have some.
pub async fn seats_taken_by_unit(
    connection: &mut Connection,
    phase: &str,
) -> anyhow::Result<BTreeMap<String, u32>> {
    let sql =
        format!("SELECT unit, count(*) FROM registrations WHERE phase = $1 AND {HOLDS_SEAT} GROUP BY unit");
    let rows = sqlx::query_as::<_, (String, i64)>(AssertSqlSafe(sql)).bind(phase);
    let rows = rows.fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(unit, taken)| (unit, count(taken))).collect())
}

/// Everybody who holds a seat of the phase.
pub async fn seat_holders(connection: &mut Connection, phase: &str) -> anyhow::Result<Vec<Member>> {
    let sql = format!("{MEMBER} WHERE phase = $1 AND {HOLDS_SEAT}");
    let rows = sqlx::query_as::<_, MemberRow>(AssertSqlSafe(sql)).bind(phase);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Member::from).collect())
}

/// The waiting list of a unit, in the order of submission.
pub async fn waiting(connection: &mut Connection, phase: &str, unit: &str) -> anyhow::Result<Vec<Member>> {
    let sql = format!("{MEMBER} WHERE phase = $1 AND unit = $2 AND state = 'waitlisted' ORDER BY submission");
    let rows = sqlx::query_as::<_, MemberRow>(AssertSqlSafe(sql)).bind(phase).bind(unit);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Member::from).collect())
}

/// The registrations of the same unit that have waited longer than a registration.
pub async fn waiting_before(
    connection: &mut Connection,
    phase: &str,
    id: u64,
) -> anyhow::Result<Vec<Member>> {
    let sql = format!(
        "{MEMBER} WHERE phase = $1 AND state = 'waitlisted'
             AND unit = (SELECT unit FROM registrations WHERE id = $2)
             AND submission < (SELECT submission FROM registrations WHERE id = $2)"
    );
    let rows = sqlx::query_as::<_, MemberRow>(AssertSqlSafe(sql)).bind(phase).bind(signed(id));
    Ok(rows.fetch_all(connection).await?.into_iter().map(Member::from).collect())
}

/// Codes of the units with a waiting list.
pub async fn units_waiting(connection: &mut Connection, phase: &str) -> anyhow::Result<Vec<String>> {
    let units = sqlx::query_scalar(
        "SELECT DISTINCT unit FROM registrations WHERE phase = $1 AND state = 'waitlisted' ORDER BY unit",
    );
    Ok(units.bind(phase).fetch_all(connection).await?)
}

/// Fails if there is no such registration.
pub async fn member(connection: &mut Connection, id: u64) -> anyhow::Result<Member> {
    let row = sqlx::query_as::<_, MemberRow>(AssertSqlSafe(format!("{MEMBER} WHERE id = $1")));
    Ok(row.bind(signed(id)).fetch_one(connection).await?.into())
}

/// Categories of the seat holders of the school of `one`, without itself: those with the same name in the
/// same unit, or with the same code.
pub async fn held_by_school(
    connection: &mut Connection,
    phase: &str,
    one: &Member,
) -> anyhow::Result<Vec<String>> {
    let sql = format!(
        "SELECT category FROM registrations WHERE phase = $1 AND id <> $2 AND {HOLDS_SEAT}
             AND ((school_key = $3 AND unit = $4) OR (school_code = $5 AND school_code <> ''))"
    );
    let held = sqlx::query_scalar(AssertSqlSafe(sql)).bind(phase).bind(signed(one.id));
    Ok(held.bind(&one.key).bind(&one.unit).bind(&one.code).fetch_all(connection).await?)
}
