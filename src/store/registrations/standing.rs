//! The input of decisions on a registration, and the columns that they change.

use super::stored::RegistrationError;
use super::{Registration, Registrations};
use crate::programme::enrolment::State;
use crate::programme::registration::SchoolKind;
use crate::store::db::Writing;
use crate::store::dialect::{Connection, numbers, texts};
use crate::store::words::Word;
use crate::store::{signed, unsigned, word};

/// A registration before a decision.
#[derive(Debug, Clone)]
pub struct Standing {
    pub id: u64,
    pub state: State,
    /// Code of the unit.
    pub unit: String,
    pub person: String,
    pub track: String,
    /// `None` = a draft that does not say it yet.
    pub school_kind: Option<SchoolKind>,
    /// Id of the class; `None` = not placed.
    pub class: Option<String>,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    id: i64,
    state: Word<State>,
    unit: String,
    person: String,
    track: String,
    school_kind: Option<Word<SchoolKind>>,
    class: Option<String>,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Standing {
        Standing {
            id: unsigned(row.id),
            state: row.state.0,
            unit: row.unit,
            person: row.person,
            track: row.track,
            school_kind: row.school_kind.map(|word| word.0),
            class: row.class,
        }
    }
}

/// An approved person without a class.
#[derive(Debug, Clone)]
pub struct ToPlace {
    pub id: u64,
    pub track: String,
    pub school_kind: Option<SchoolKind>,
}

impl Registrations<'_> {
    /// The ids of the phase, in the order of submission.
    pub async fn by_submission(&self, phase: &str, ids: &[u64]) -> anyhow::Result<Vec<u64>> {
        let rows = sqlx::query_scalar::<_, i64>(concat!(
            "SELECT id FROM registrations WHERE phase = $1 AND id IN ",
            numbers!("$2"),
            " ORDER BY submission NULLS FIRST"
        ));
        let rows = rows.bind(phase).bind(serde_json::to_string(ids)?).fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(unsigned).collect())
    }
}

/// `None` = there is no such registration in this phase.
pub async fn standing(connection: &mut Connection, phase: &str, id: u64) -> anyhow::Result<Option<Standing>> {
    let row = sqlx::query_as::<_, StandingRow>(
        "SELECT id, state, unit, person, track, school_kind, class FROM registrations WHERE phase = $1 AND id = $2",
    );
    let row = row.bind(phase).bind(signed(id)).fetch_optional(connection).await?;
    Ok(row.map(Standing::from))
}

/// `None` = the person has no registration in this phase.
pub async fn standing_of_person(
    connection: &mut Connection,
    phase: &str,
    person: &str,
) -> anyhow::Result<Option<Standing>> {
    let row = sqlx::query_as::<_, StandingRow>(
        "SELECT id, state, unit, person, track, school_kind, class FROM registrations
         WHERE phase = $1 AND person = $2",
    );
    let row = row.bind(phase).bind(person).fetch_optional(connection).await?;
    Ok(row.map(Standing::from))
}

/// Writes the state after submitting, and the number in the order of submission; an earlier recommendation of
/// the unit is deleted.
pub async fn submit(
    writing: &mut Writing,
    registration: &Registration,
    state: State,
    now_ms: u64,
) -> Result<(), RegistrationError> {
    let done = sqlx::query(
        "UPDATE registrations SET state = $1, reason = '', submitted_at_ms = $2, recommended_at_ms = NULL,
             attestation = '',
             submission = (SELECT coalesce(max(submission), 0) + 1 FROM registrations
                 WHERE phase = $3 AND submission IS NOT NULL)
         WHERE id = $4",
    );
    let done = done.bind(word(state)).bind(signed(now_ms)).bind(&registration.phase);
    let done = done.bind(signed(registration.id));
    Ok(writing.one_row("a registration that is submitted", done).await?)
}

/// Writes a recommendation of the unit. With an empty `attestation` the earlier words stay.
pub async fn recommend(writing: &mut Writing, id: u64, attestation: &str, now_ms: u64) -> anyhow::Result<()> {
    let done = sqlx::query(
        "UPDATE registrations SET recommended_at_ms = $1,
             attestation = CASE $2 WHEN '' THEN attestation ELSE $2 END
         WHERE id = $3",
    );
    let done = done.bind(signed(now_ms)).bind(attestation).bind(signed(id));
    Ok(writing.one_row("a registration that is recommended", done).await?)
}

/// The registration of a person in the class of a lesson.
pub struct InClass {
    pub id: u64,
    pub phase: String,
    pub state: State,
    /// Reason of the last decision.
    pub reason: String,
}

/// The registrations of these people in the class of a lesson.
pub async fn in_class_of(
    connection: &mut Connection,
    lesson: &str,
    people: &[&str],
) -> anyhow::Result<Vec<InClass>> {
    let rows = sqlx::query_as::<_, (i64, String, Word<State>, String)>(concat!(
        "SELECT registrations.id, phase, registrations.state, reason
         FROM registrations JOIN lessons ON lessons.class = registrations.class
         WHERE lessons.id = $1 AND person IN ",
        texts!("$2"),
        " ORDER BY registrations.id"
    ));
    let rows = rows.bind(lesson).bind(serde_json::to_string(people)?).fetch_all(connection).await?;
    let one = |(id, phase, state, reason): (i64, String, Word<State>, String)| InClass {
        id: unsigned(id),
        phase,
        state: state.0,
        reason,
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Sets the class; `None` = out of the class.
pub async fn put_into_class(writing: &mut Writing, id: u64, class: Option<&str>) -> anyhow::Result<()> {
    let done = sqlx::query("UPDATE registrations SET class = $1 WHERE id = $2").bind(class).bind(signed(id));
    Ok(writing.one_row("the class of a registration", done).await?)
}

/// Approved people without a class, in the order of approval; with `first`, those of this kind of school come
/// before all others.
pub async fn to_place(
    connection: &mut Connection,
    phase: &str,
    first: Option<SchoolKind>,
    limit: u32,
) -> anyhow::Result<Vec<ToPlace>> {
    let rows = sqlx::query_as::<_, (i64, String, Option<Word<SchoolKind>>)>(
        "SELECT id, track, school_kind FROM registrations WHERE phase = $1 AND state = 'approved'
         ORDER BY coalesce(school_kind = $2, FALSE) DESC, approval LIMIT $3",
    );
    let rows = rows.bind(phase).bind(first.map(word)).bind(limit).fetch_all(connection).await?;
    let one = |(id, track, kind): (i64, String, Option<Word<SchoolKind>>)| ToPlace {
        id: unsigned(id),
        track,
        school_kind: kind.map(|word| word.0),
    };
    Ok(rows.into_iter().map(one).collect())
}
