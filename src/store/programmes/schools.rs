//! What the schools of a phase hold of its seats (S0-02). One school is the same name in the same unit, or
//! the same code.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Answer, Writing};
use crate::course::phase::Phase;
use crate::course::school_limit;
use crate::protocol::PerSchool;

/// A registration, as its school counts it.
pub(super) struct Member {
    pub(super) id: i64,
    unit: String,
    key: String,
    code: String,
    category: String,
}

/// Columns of a [`Member`].
pub(super) const MEMBER: &str = "id, unit, school_key, school_code, category";

impl Member {
    pub(super) fn read(row: &SqliteRow) -> Result<Member, sqlx::Error> {
        Ok(Member {
            id: row.try_get("id")?,
            unit: row.try_get("unit")?,
            key: row.try_get("school_key")?,
            code: row.try_get("school_code")?,
            category: row.try_get("category")?,
        })
    }
}

/// Who holds a seat, by school, read once: to ask about many who wait. Nothing where a phase has no bound.
pub(super) struct Schools<'a> {
    limit: Option<&'a PerSchool>,
    /// Ids and categories, by unit and name.
    by_name: BTreeMap<(String, String), Vec<(i64, String)>>,
    by_code: BTreeMap<String, Vec<(i64, String)>>,
}

impl<'a> Schools<'a> {
    pub(super) async fn of(writing: &mut Writing, phase: &'a Phase) -> Answer<Schools<'a>> {
        let limit = phase.per_school.as_ref();
        let mut schools = Schools { limit, by_name: BTreeMap::new(), by_code: BTreeMap::new() };
        if limit.is_none() {
            return Ok(schools);
        }
        let sql = format!(
            "SELECT {MEMBER} FROM registrations
             WHERE phase = ? AND state IN ('approved', 'placed', 'active', 'completed', 'failed')"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&phase.id);
        for row in rows.fetch_all(&mut **writing).await? {
            schools.seat(Member::read(&row)?);
        }
        Ok(schools)
    }

    /// Somebody has got a seat.
    pub(super) fn seat(&mut self, one: Member) {
        let held = (one.id, one.category);
        if !one.code.is_empty() {
            self.by_code.entry(one.code).or_default().push(held.clone());
        }
        self.by_name.entry((one.unit, one.key)).or_default().push(held);
    }

    /// Whether the school may have one more seat for somebody.
    pub(super) fn has_room(&self, one: &Member) -> bool {
        let Some(limit) = self.limit else { return true };
        let by_name = self.by_name.get(&(one.unit.clone(), one.key.clone()));
        let by_code = self.by_code.get(&one.code);
        let held: BTreeSet<&(i64, String)> = by_name.into_iter().chain(by_code).flatten().collect();
        let held: Vec<String> = held.into_iter().map(|(_, category)| category.clone()).collect();
        school_limit::has_room(limit, &one.category, &held)
    }
}

/// The school of a registration when it has as many seats, beside this one, as the phase allows it; none:
/// it has room.
pub(super) async fn full_school(writing: &mut Writing, phase: &Phase, id: i64) -> Answer<Option<String>> {
    let Some(limit) = &phase.per_school else { return Ok(None) };
    let sql = format!("SELECT {MEMBER}, school FROM registrations WHERE id = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_one(&mut **writing).await?;
    let one = Member::read(&row)?;
    let held = sqlx::query(
        "SELECT category FROM registrations WHERE phase = ?1 AND id <> ?2
             AND state IN ('approved', 'placed', 'active', 'completed', 'failed')
             AND ((school_key = ?3 AND unit = ?4) OR (school_code = ?5 AND school_code <> ''))",
    );
    let held = held.bind(&phase.id).bind(id).bind(one.key).bind(one.unit).bind(one.code);
    let held = held.fetch_all(&mut **writing).await?;
    let held: Vec<String> = held.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let has_room = school_limit::has_room(limit, &one.category, &held);
    Ok(if has_room { None } else { Some(row.try_get("school")?) })
}
