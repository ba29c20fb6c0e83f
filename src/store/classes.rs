//! The table `classes` (班) of the phases.

use sqlx::AssertSqlSafe;

use super::db::Writing;
use super::dialect::Connection;
use super::words::Word;
use super::{Store, count, word};
use crate::programme::registration::SchoolKind;

/// Reads classes.
pub struct Classes<'a>(&'a Store);

/// A class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub id: String,
    pub phase: String,
    /// Number within the phase, from 1.
    pub number: u32,
    /// Direction (方向) of its trainees; empty = the class has none.
    pub track: String,
    /// Most trainees.
    pub capacity: u32,
    /// Present trainees.
    pub members: u32,
    /// Hosting school; may be empty.
    pub host: String,
    pub host_kind: Option<SchoolKind>,
}

#[derive(sqlx::FromRow)]
struct ClassRow {
    id: String,
    phase: String,
    number: u32,
    track: String,
    capacity: u32,
    members: i64,
    host: String,
    host_kind: Option<Word<SchoolKind>>,
}

impl From<ClassRow> for Class {
    fn from(row: ClassRow) -> Class {
        Class {
            id: row.id,
            phase: row.phase,
            number: row.number,
            track: row.track,
            capacity: row.capacity,
            members: count(row.members),
            host: row.host,
            host_kind: row.host_kind.map(|word| word.0),
        }
    }
}

const CLASS: &str = "SELECT classes.*,
     (SELECT count(*) FROM registrations WHERE class = classes.id
         AND state IN ('placed', 'active', 'completed', 'failed')) AS members FROM classes ";

impl Store {
    pub fn classes(&self) -> Classes<'_> {
        Classes(self)
    }
}

impl Classes<'_> {
    /// `None` = there is no such class.
    pub async fn find(&self, id: &str) -> anyhow::Result<Option<Class>> {
        find(&mut *self.0.readers.acquire().await?, id).await
    }

    /// The classes of a phase, sorted by number.
    pub async fn of_phase(&self, phase: &str) -> anyhow::Result<Vec<Class>> {
        of_phase(&mut *self.0.readers.acquire().await?, phase).await
    }

    /// Ids and numbers of the classes of a phase, sorted by number.
    pub async fn numbers(&self, phase: &str) -> anyhow::Result<Vec<(String, u32)>> {
        numbers(&mut *self.0.readers.acquire().await?, phase).await
    }

    /// Whether a person is in a class, in a state that studies.
    pub async fn has(&self, class: &str, person: &str) -> anyhow::Result<bool> {
        let is_in = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM registrations WHERE class = $1 AND person = $2
                 AND state IN ('placed', 'active', 'completed'))",
        );
        Ok(is_in.bind(class).bind(person).fetch_one(&self.0.readers).await?)
    }
}

/// `None` = there is no such class.
pub async fn find(connection: &mut Connection, id: &str) -> anyhow::Result<Option<Class>> {
    let row = sqlx::query_as::<_, ClassRow>(AssertSqlSafe(format!("{CLASS} WHERE classes.id = $1")));
    Ok(row.bind(id).fetch_optional(connection).await?.map(Class::from))
}

/// The classes of a phase, sorted by number.
pub async fn of_phase(connection: &mut Connection, phase: &str) -> anyhow::Result<Vec<Class>> {
    let sql = format!("{CLASS} WHERE classes.phase = $1 ORDER BY number");
    let rows = sqlx::query_as::<_, ClassRow>(AssertSqlSafe(sql)).bind(phase);
    Ok(rows.fetch_all(connection).await?.into_iter().map(Class::from).collect())
}

/// Ids and numbers of the classes of a phase, sorted by number.
pub async fn numbers(connection: &mut Connection, phase: &str) -> anyhow::Result<Vec<(String, u32)>> {
    let rows = sqlx::query_as("SELECT id, number FROM classes WHERE phase = $1 ORDER BY number");
    Ok(rows.bind(phase).fetch_all(connection).await?)
}

/// Writes a class; its `members` are ignored.
pub async fn insert(writing: &mut Writing, class: &Class) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO classes (id, phase, number, track, capacity, host, host_kind)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&class.id)
    .bind(&class.phase)
    .bind(class.number)
    .bind(&class.track)
    .bind(class.capacity)
    .bind(&class.host)
    .bind(class.host_kind.map(word))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Writes host and track. False = nothing is written, as the track would change and somebody is in the class.
pub async fn change(
    writing: &mut Writing,
    id: &str,
    track: &str,
    host: &str,
    host_kind: Option<SchoolKind>,
) -> anyhow::Result<bool> {
    let done = sqlx::query(
        "UPDATE classes SET track = $1, host = $2, host_kind = $3 WHERE id = $4
             AND (track = $1 OR NOT EXISTS (SELECT 1 FROM registrations WHERE class = $4))",
    );
    let done = done.bind(track).bind(host).bind(host_kind.map(word)).bind(id);
    Ok(done.execute(&mut **writing).await?.rows_affected() == 1)
}
