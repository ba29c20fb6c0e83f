//! The people of a lesson, with their ledger balances, the parts of the recording they watched, and their
//! lessons at the same time.

use std::collections::BTreeMap;

use anyhow::Context;
use sqlx::Row;

use super::super::private::masked_document;
use super::super::{Lesson, Store, signed, unsigned, watched};
use super::balances::standings;
use crate::attendance::policy::OVERRUN_SECONDS_MAX;
use crate::attendance::posting::Standing;
use crate::attendance::sheet::Who;
use crate::programme::unit::UNITS;
use crate::store::dialect::StoredRow;
use crate::time::ServerInstant;
use crate::time::Stretch;

/// A person of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classmate {
    pub who: Who,
    /// The ledger balance for the content.
    pub of_content: Standing,
    /// This lesson's part of it.
    pub of_lesson: Standing,
}

/// A person who watched a recording.
pub(crate) struct Watcher {
    pub(crate) person: String,
    pub(crate) covered: Vec<Stretch>,
}

/// Reads the people of lessons.
pub struct ClassLists<'a>(&'a Store);

impl Store {
    pub fn class_lists(&self) -> ClassLists<'_> {
        ClassLists(self)
    }
}

impl ClassLists<'_> {
    /// Everybody of a lesson, with the balance for its content, other lessons included.
    pub async fn of_lesson(&self, lesson: &str, content: &str) -> anyhow::Result<Vec<Classmate>> {
        let rows = sqlx::query(
            "SELECT people.id, people.name, unit, school, direct_units.name AS direct, private, phases.id AS phase
             FROM enrolments
             JOIN people ON people.id = enrolments.person JOIN lessons ON lessons.id = enrolments.lesson
             LEFT JOIN classes ON classes.id = lessons.class LEFT JOIN phases ON phases.id = classes.phase
             LEFT JOIN registrations AS own ON own.phase = phases.id AND own.person = people.id
             LEFT JOIN direct_units ON direct_units.programme = phases.programme AND code = unit
             WHERE enrolments.lesson = $1",
        );
        let rows = rows.bind(lesson).fetch_all(&self.0.readers).await?;
        let people: Vec<Who> = rows.iter().map(|row| self.who(row)).collect::<anyhow::Result<_>>()?;
        let ids: Vec<&str> = people.iter().map(|who| who.id.as_str()).collect();
        let mut reader = self.0.readers.acquire().await?;
        let of_content = standings(&mut reader, content, &ids, None).await?;
        let of_lesson = standings(&mut reader, content, &ids, Some(lesson)).await?;
        let classmate = |who: Who| Classmate {
            of_content: of_content.get(&who.id).copied().unwrap_or_default(),
            of_lesson: of_lesson.get(&who.id).copied().unwrap_or_default(),
            who,
        };
        Ok(people.into_iter().map(classmate).collect())
    }

    fn who(&self, row: &StoredRow) -> anyhow::Result<Who> {
        let (unit, direct): (Option<String>, Option<String>) = (row.try_get("unit")?, row.try_get("direct")?);
        let code = unit.unwrap_or_default();
        let known = UNITS.iter().find(|unit| unit.code == code).map(|unit| unit.name.to_owned());
        let id: String = row.try_get("id")?;
        Ok(Who {
            document: masked_document(self.0.vault(), row, &id)?,
            id,
            name: row.try_get("name")?,
            unit: known.or(direct).unwrap_or(code),
            school: row.try_get::<Option<String>, _>("school")?.unwrap_or_default(),
        })
    }

    /// The instant from which each trainee belongs to a lesson.
    pub(crate) async fn approved(&self, lesson: &str) -> anyhow::Result<BTreeMap<String, ServerInstant>> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT person, approved_at_ms FROM enrolments WHERE lesson = $1")
                .bind(lesson)
                .fetch_all(&self.0.readers)
                .await?;
        let one = |(person, at_ms)| (person, ServerInstant::of_fact(unsigned(at_ms)));
        Ok(rows.into_iter().map(one).collect())
    }

    /// The people who watched parts of a lesson's recording, with these parts. Rows forged by hand are left
    /// out: they make up for nothing.
    pub(crate) async fn watchers(&self, lesson: &str) -> anyhow::Result<Vec<Watcher>> {
        let rows = sqlx::query("SELECT * FROM watched WHERE lesson = $1 AND covered <> '[]' ORDER BY person");
        let mut rows = rows.bind(lesson).fetch_all(&self.0.readers).await?;
        rows.retain(|row| {
            let is_sealed = watched::is_sealed(self.0.vault(), row).unwrap_or(false);
            if !is_sealed {
                tracing::error!(
                    lesson,
                    "what somebody watched was changed outside of the server; it does not count"
                );
            }
            is_sealed
        });
        let one = |row: &StoredRow| {
            let covered: String = row.try_get("covered")?;
            Ok(Watcher {
                person: row.try_get("person")?,
                covered: serde_json::from_str(&covered).context("a broken list of stretches")?,
            })
        };
        rows.iter().map(one).collect()
    }

    /// Lessons that were taught, or may have been, at the same time to some of the same people.
    pub(crate) async fn overlapping(&self, lesson: &Lesson) -> anyhow::Result<Vec<String>> {
        let Some(started_at_ms) = lesson.started_at_ms else { return Ok(Vec::new()) };
        // Each lesson has a policy of its own, and this is the most that any allows.
        let overrun_ms = signed(OVERRUN_SECONDS_MAX * 1000);
        let rows = sqlx::query_scalar(
            "SELECT DISTINCT other.lesson
             FROM enrolments AS own
             JOIN enrolments AS other ON other.person = own.person AND other.lesson <> own.lesson
             JOIN lessons ON lessons.id = other.lesson
             WHERE own.lesson = $1 AND lessons.started_at_ms < $2 AND lessons.planned_end_ms + $3 > $4
             ORDER BY other.lesson",
        )
        .bind(&lesson.id)
        .bind(signed(lesson.plan.planned_end.ms()) + overrun_ms)
        .bind(overrun_ms)
        .bind(signed(started_at_ms));
        Ok(rows.fetch_all(&self.0.readers).await?)
    }

    /// The planned end of a lesson that the person belongs to.
    pub(crate) async fn own_planned_end(&self, lesson: &str, person: &str) -> anyhow::Result<Option<u64>> {
        let end: Option<i64> = sqlx::query_scalar(
            "SELECT planned_end_ms FROM lessons JOIN enrolments ON lesson = id WHERE id = $1 AND person = $2",
        )
        .bind(lesson)
        .bind(person)
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(end.map(unsigned))
    }
}
