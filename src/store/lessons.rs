//! Lessons, their plans, and who belongs to them.

use anyhow::Context;
use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::audit::{self, Act};
use super::db::Lane;
use super::{Store, from_word, now_ms, random_hex, signed, unsigned, word};
use crate::attendance::event::Plan;
use crate::attendance::interval::ServerInstant;
use crate::protocol::{ClassState, Role};

/// What a lesson is planned as, unless it is said: 90 minutes from now, 2 学时.
const USUAL_LENGTH_MS: u64 = 90 * 60 * 1000;
const USUAL_CREDIT_CH: u64 = 200;

/// One timetabled meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub id: String,
    pub title: String,
    pub state: ClassState,
    pub created_at_ms: u64,
    /// When the class went live first.
    pub started_at_ms: Option<u64>,
    pub plan: Plan,
}

/// The last end of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub at_ms: u64,
    /// Who ended it; none in facts of earlier versions.
    pub by: Option<String>,
}

impl Store {
    /// A lesson as usual, planned from now. Fails when the id is taken.
    pub async fn create_lesson(&self, id: &str, title: &str) -> anyhow::Result<()> {
        let now = ServerInstant::of_fact(now_ms());
        let plan = Plan {
            lesson: id.to_owned(),
            content: id.to_owned(),
            credit_ch: USUAL_CREDIT_CH,
            planned_start: now,
            planned_end: now.plus_ms(USUAL_LENGTH_MS),
        };
        self.create_planned(title, &plan).await
    }

    /// A lesson of the command line as planned. Fails when its id is taken.
    pub async fn create_planned(&self, title: &str, plan: &Plan) -> anyhow::Result<()> {
        let mut transaction = self.db.write(Lane::Office).await?;
        sqlx::query(
            "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&plan.lesson)
        .bind(title)
        .bind(signed(now_ms()))
        .bind(&plan.content)
        .bind(signed(plan.credit_ch))
        .bind(signed(plan.planned_start.ms()))
        .bind(signed(plan.planned_end.ms()))
        .execute(&mut *transaction)
        .await
        .with_context(|| format!("cannot make lesson {:?}", plan.lesson))?;
        let act = Act::done("cli", "lesson.made", &plan.lesson, json!({ "title": title }));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn lesson(&self, id: &str) -> anyhow::Result<Option<Lesson>> {
        let row = sqlx::query(
            "SELECT id, title, state, created_at_ms, started_at_ms, content, credit_ch, planned_start_ms,
                 planned_end_ms
             FROM lessons WHERE id = ?",
        )
        .bind(id)
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| lesson(&row)).transpose()
    }

    /// The end of a class that has ended.
    pub async fn end_of(&self, lesson: &Lesson) -> anyhow::Result<Option<End>> {
        if lesson.state != ClassState::Ended {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT at_ms, body ->> '$.by' FROM facts WHERE lesson = ? AND type = 'class_ended'
             ORDER BY seq DESC LIMIT 1",
        );
        let row = row.bind(&lesson.id).fetch_optional(&self.readers).await?;
        row.map(|row| Ok(End { at_ms: unsigned(row.try_get(0)?), by: row.try_get(1)? })).transpose()
    }

    /// Gives a lesson that has not begun another time, from the command line; false when it has, or is not there.
    pub async fn move_plan(
        &self,
        id: &str,
        planned_start: ServerInstant,
        planned_end: ServerInstant,
    ) -> anyhow::Result<bool> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let done = sqlx::query(
            "UPDATE lessons SET planned_start_ms = ?, planned_end_ms = ?
             WHERE id = ? AND started_at_ms IS NULL AND state = 'open'",
        )
        .bind(signed(planned_start.ms()))
        .bind(signed(planned_end.ms()))
        .bind(id)
        .execute(&mut *transaction)
        .await
        .with_context(|| format!("cannot move lesson {id:?}"))?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let detail = json!({ "from_ms": planned_start.ms(), "to_ms": planned_end.ms() });
        audit::append(&mut transaction, self.vault(), Act::done("cli", "lesson.changed", id, detail)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Name and role of somebody.
    pub async fn person(&self, id: &str) -> anyhow::Result<Option<(String, Role)>> {
        let row = sqlx::query("SELECT name, role FROM people WHERE id = ?").bind(id);
        let row = row.fetch_optional(&self.readers).await?;
        row.map(|row| Ok((row.try_get(0)?, from_word(row.try_get(1)?)?))).transpose()
    }

    /// Lessons to which somebody belongs or came, the last one first. Looks through all facts.
    pub async fn lessons_of_person(&self, person: &str) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT id FROM lessons
             WHERE id IN (SELECT lesson FROM enrolments WHERE person = ?1
                 UNION SELECT lesson FROM facts WHERE person = ?1 AND type = 'joined'
                 UNION SELECT lesson FROM secrets WHERE person = ?1)
             ORDER BY planned_start_ms DESC, id",
        );
        let rows = rows.bind(person).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Returns the new person's id.
    pub async fn create_person(&self, name: &str, role: Role) -> anyhow::Result<String> {
        let id = random_hex::<16>()?;
        let insert = sqlx::query("INSERT INTO people (id, name, role) VALUES (?, ?, ?)");
        let insert = insert.bind(&id).bind(name).bind(word(role));
        self.db.execute(Lane::Office, insert).await.with_context(|| format!("cannot add {name:?}"))?;
        Ok(id)
    }

    /// Since when a person belongs to a lesson; none for guests and strangers (CR-1).
    pub async fn approved_at(&self, lesson: &str, person: &str) -> anyhow::Result<Option<u64>> {
        let row = sqlx::query("SELECT approved_at_ms FROM enrolments WHERE lesson = ? AND person = ?")
            .bind(lesson)
            .bind(person)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| Ok(unsigned(row.try_get(0)?))).transpose()
    }
}

fn lesson(row: &SqliteRow) -> anyhow::Result<Lesson> {
    let started_at_ms: Option<i64> = row.try_get("started_at_ms")?;
    let instant = |column| Ok::<_, sqlx::Error>(ServerInstant::of_fact(unsigned(row.try_get(column)?)));
    let id: String = row.try_get("id")?;
    Ok(Lesson {
        title: row.try_get("title")?,
        state: from_word(row.try_get("state")?)?,
        created_at_ms: unsigned(row.try_get("created_at_ms")?),
        started_at_ms: started_at_ms.map(unsigned),
        plan: Plan {
            lesson: id.clone(),
            content: row.try_get("content")?,
            credit_ch: unsigned(row.try_get("credit_ch")?),
            planned_start: instant("planned_start_ms")?,
            planned_end: instant("planned_end_ms")?,
        },
        id,
    })
}
