//! Timetables: the lessons of a class or of a person, what binds somebody to a lesson, changes of the plan,
//! and the secret addresses of calendars.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::audit::{self, Act};
use super::db::{Lane, Writing};
use super::secrets::hash;
use super::{Store, from_word, now_ms, random_hex, signed, unsigned};
use crate::attendance::interval::ServerInstant;
use crate::course::enrolment::State;
use crate::course::timetable::{Slot, Tie};
use crate::protocol::PersonName;

/// Lessons of one timetable.
const LESSONS_MAX: u32 = 1000;

/// A lesson of a timetable, and what binds to it whoever asks.
#[derive(Debug, Clone)]
pub struct Planned {
    pub slot: Slot,
    pub title: String,
    /// Id and number of the class; lessons of the command line have none.
    pub class: Option<(String, u32)>,
    pub credit_ch: u64,
    pub instructors: Vec<PersonName>,
    /// Without [`Tie::watches`], which comes from roles.
    pub tie: Tie,
    /// Since when whoever asks belongs to the lesson as a trainee (CR-1).
    pub approved_at_ms: Option<u64>,
}

/// A new plan of a lesson.
#[derive(Debug, Clone)]
pub struct NewPlan<'a> {
    pub title: &'a str,
    pub from: ServerInstant,
    pub to: ServerInstant,
    pub instructors: &'a [String],
}

/// Why a plan is not changed.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("there is no such lesson")]
    NotFound,
    #[error("it has begun, is over or was cancelled")]
    Begun,
    #[error("the class has another lesson then")]
    Clash,
    #[error("this person is no instructor")]
    NoInstructor,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for PlanError {
    fn from(error: anyhow::Error) -> PlanError {
        PlanError::Store(error)
    }
}

impl From<sqlx::Error> for PlanError {
    fn from(error: sqlx::Error) -> PlanError {
        PlanError::Store(error.into())
    }
}

/// Which lessons.
enum Of<'a> {
    Lesson(&'a str),
    Class(&'a str),
    /// Recording sessions of a phase.
    Studios(&'a str),
    /// What the person attends, teaches, or looks after as class administrator.
    Person,
}

impl Store {
    /// A lesson, and what binds `person` to it.
    pub async fn planned(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Planned>> {
        Ok(self.plans(Of::Lesson(lesson), person).await?.pop())
    }

    /// The lessons of a class by planned start, as `person` sees them.
    pub async fn class_timetable(&self, class: &str, person: &str) -> anyhow::Result<Vec<Planned>> {
        self.plans(Of::Class(class), person).await
    }

    /// The recording sessions of a phase by planned start: its lessons without a class.
    pub async fn studios(&self, phase: &str, person: &str) -> anyhow::Result<Vec<Planned>> {
        self.plans(Of::Studios(phase), person).await
    }

    /// The live lessons of a person by planned start.
    pub async fn own_timetable(&self, person: &str) -> anyhow::Result<Vec<Planned>> {
        self.plans(Of::Person, person).await
    }

    async fn plans(&self, of: Of<'_>, person: &str) -> anyhow::Result<Vec<Planned>> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT lessons.id, title, kind, lessons.state, cancelled_at_ms IS NOT NULL AS cancelled, credit_ch,
                 planned_start_ms, planned_end_ms, lessons.class, number, registrations.state AS standing,
                 teaching.person IS NOT NULL AS teaches, enrolments.approved_at_ms
             FROM lessons LEFT JOIN classes ON classes.id = lessons.class
             LEFT JOIN registrations ON registrations.class = lessons.class AND registrations.person = ",
        );
        query.push_bind(person);
        query.push(" LEFT JOIN lesson_instructors AS teaching ON teaching.lesson = lessons.id AND teaching.person = ");
        query.push_bind(person);
        query.push(" LEFT JOIN enrolments ON enrolments.lesson = lessons.id AND enrolments.person = ");
        query.push_bind(person);
        match of {
            Of::Lesson(lesson) => query.push(" WHERE lessons.id = ").push_bind(lesson),
            Of::Class(class) => query.push(" WHERE lessons.class = ").push_bind(class),
            Of::Studios(phase) => {
                query.push(
                    " WHERE lessons.class IS NULL AND course IN (SELECT id FROM phase_courses WHERE phase = ",
                );
                query.push_bind(phase).push(")")
            }
            Of::Person => {
                query.push(" WHERE kind = 'live' AND (teaching.person IS NOT NULL
                     OR lessons.class IN (SELECT class FROM registrations WHERE class IS NOT NULL AND person = ");
                query.push_bind(person);
                query.push(") OR lessons.class IN (SELECT class FROM account_roles WHERE role = 'class_admin' AND person = ");
                query.push_bind(person).push("))")
            }
        };
        query.push(" ORDER BY planned_start_ms, lessons.id LIMIT ").push_bind(LESSONS_MAX);
        let rows = query.build().fetch_all(&self.readers).await?;
        let mut plans: Vec<Planned> = rows.iter().map(planned).collect::<anyhow::Result<_>>()?;
        let mut instructors = self.instructors(&plans).await?;
        for plan in &mut plans {
            plan.instructors = instructors.remove(&plan.slot.lesson).unwrap_or_default();
        }
        Ok(plans)
    }

    async fn instructors(&self, plans: &[Planned]) -> anyhow::Result<BTreeMap<String, Vec<PersonName>>> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT lesson, person, name FROM lesson_instructors JOIN people ON id = person WHERE lesson IN (",
        );
        let mut list = query.separated(", ");
        plans.iter().for_each(|plan| {
            list.push_bind(plan.slot.lesson.clone());
        });
        query.push(") ORDER BY name, person");
        let mut found: BTreeMap<String, Vec<PersonName>> = BTreeMap::new();
        for row in query.build().fetch_all(&self.readers).await? {
            let name = PersonName { person: row.try_get("person")?, name: row.try_get("name")? };
            found.entry(row.try_get("lesson")?).or_default().push(name);
        }
        Ok(found)
    }

    /// Gives a lesson another title, other instructors, and another time while it has not begun.
    pub async fn change_plan(&self, lesson: &str, plan: &NewPlan<'_>, by: &str) -> Result<(), PlanError> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let (class, from_ms, to_ms) = open_plan(&mut transaction, lesson, plan).await?;
        if (from_ms, to_ms) != (plan.from.ms(), plan.to.ms()) {
            let clash = sqlx::query(
                "SELECT EXISTS (SELECT 1 FROM lessons WHERE class = ?1 AND id <> ?2 AND cancelled_at_ms IS NULL
                     AND kind = 'live' AND planned_start_ms < ?3 AND planned_end_ms > ?4
                     AND ?2 IN (SELECT id FROM lessons WHERE kind = 'live'))",
            );
            let clash =
                clash.bind(class).bind(lesson).bind(signed(plan.to.ms())).bind(signed(plan.from.ms()));
            if clash.fetch_one(&mut *transaction).await?.try_get(0)? {
                return Err(PlanError::Clash);
            }
        }
        sqlx::query("UPDATE lessons SET title = ?, planned_start_ms = ?, planned_end_ms = ? WHERE id = ?")
            .bind(plan.title)
            .bind(signed(plan.from.ms()))
            .bind(signed(plan.to.ms()))
            .bind(lesson)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM lesson_instructors WHERE lesson = ?")
            .bind(lesson)
            .execute(&mut *transaction)
            .await?;
        for person in plan.instructors {
            let insert = sqlx::query(
                "INSERT INTO lesson_instructors (lesson, person)
                 SELECT ?, person FROM account_roles WHERE person = ? AND role = 'instructor'",
            );
            let done = insert.bind(lesson).bind(person).execute(&mut *transaction).await?;
            if done.rows_affected() == 0 {
                return Err(PlanError::NoInstructor);
            }
        }
        let detail = json!({ "title": plan.title, "from_ms": plan.from.ms(), "to_ms": plan.to.ms(), "instructors": plan.instructors });
        audit::append(&mut transaction, self.vault(), Act::done(by, "lesson.changed", lesson, detail))
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Cancels a lesson that has not begun.
    pub async fn cancel_lesson(&self, lesson: &str, by: &str, reason: &str) -> Result<(), PlanError> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let done = sqlx::query(
            "UPDATE lessons SET cancelled_at_ms = ?
             WHERE id = ? AND state = 'open' AND started_at_ms IS NULL AND cancelled_at_ms IS NULL",
        );
        if done.bind(signed(now_ms())).bind(lesson).execute(&mut *transaction).await?.rows_affected() == 0 {
            return Err(PlanError::Begun);
        }
        let act = Act::done(by, "lesson.cancelled", lesson, json!({ "reason": reason }));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn is_cancelled(&self, lesson: &str) -> anyhow::Result<bool> {
        let row =
            sqlx::query("SELECT EXISTS (SELECT 1 FROM lessons WHERE id = ? AND cancelled_at_ms IS NOT NULL)");
        Ok(row.bind(lesson).fetch_one(&self.readers).await?.try_get(0)?)
    }

    /// Number of a class and its phase.
    pub async fn class(&self, class: &str) -> anyhow::Result<Option<(u32, String)>> {
        let row = sqlx::query("SELECT number, phase FROM classes WHERE id = ?").bind(class);
        let row = row.fetch_optional(&self.readers).await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }

    pub async fn has_phase(&self, phase: &str) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM phases WHERE id = ?)").bind(phase);
        Ok(row.fetch_one(&self.readers).await?.try_get(0)?)
    }

    /// Classes and phases in which somebody studies now.
    pub async fn studies_in(&self, person: &str) -> anyhow::Result<Vec<(String, String)>> {
        let rows = sqlx::query(
            "SELECT class, phase, state FROM registrations WHERE person = ? AND class IS NOT NULL",
        );
        let rows = rows.bind(person).fetch_all(&self.readers).await?;
        let mut found = Vec::new();
        for row in rows {
            if from_word::<State>(row.try_get("state")?)?.studies() {
                found.push((row.try_get("class")?, row.try_get("phase")?));
            }
        }
        Ok(found)
    }

    /// Makes a secret address for somebody's calendar; the one before stops working.
    pub async fn new_calendar(&self, person: &str) -> anyhow::Result<String> {
        let secret = random_hex::<32>()?;
        let insert = sqlx::query(
            "INSERT INTO calendars (person, hash) VALUES (?1, ?2) ON CONFLICT (person) DO UPDATE SET hash = ?2",
        );
        self.db.execute(Lane::Office, insert.bind(person).bind(hash(&secret))).await?;
        Ok(secret)
    }

    /// Takes the address back.
    pub async fn forget_calendar(&self, person: &str) -> anyhow::Result<()> {
        let delete = sqlx::query("DELETE FROM calendars WHERE person = ?").bind(person);
        self.db.execute(Lane::Office, delete).await?;
        Ok(())
    }

    pub async fn has_calendar(&self, person: &str) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM calendars WHERE person = ?)").bind(person);
        Ok(row.fetch_one(&self.readers).await?.try_get(0)?)
    }

    /// Whose calendar this is; none once the account is frozen.
    pub async fn calendar_of(&self, secret: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query(
            "SELECT calendars.person FROM calendars JOIN accounts ON accounts.person = calendars.person
             WHERE hash = ? AND state = 'active'",
        );
        let row = row.bind(hash(secret)).fetch_optional(&self.readers).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }
}

/// Class and times of a lesson that may still be changed like this: once it has begun, its time stays.
async fn open_plan(
    transaction: &mut Writing,
    lesson: &str,
    plan: &NewPlan<'_>,
) -> Result<(Option<String>, u64, u64), PlanError> {
    let row = sqlx::query(
        "SELECT class, planned_start_ms, planned_end_ms,
             state = 'open' AND started_at_ms IS NULL AND cancelled_at_ms IS NULL AS waits
         FROM lessons WHERE id = ?",
    );
    let row = row.bind(lesson).fetch_optional(&mut **transaction).await?.ok_or(PlanError::NotFound)?;
    let (from_ms, to_ms) = (unsigned(row.try_get(1)?), unsigned(row.try_get(2)?));
    let waits: bool = row.try_get("waits")?;
    if !waits && (from_ms, to_ms) != (plan.from.ms(), plan.to.ms()) {
        return Err(PlanError::Begun);
    }
    Ok((row.try_get("class")?, from_ms, to_ms))
}

fn planned(row: &SqliteRow) -> anyhow::Result<Planned> {
    let instant = |column| Ok::<_, sqlx::Error>(ServerInstant::of_fact(unsigned(row.try_get(column)?)));
    let standing: Option<String> = row.try_get("standing")?;
    let placed = match standing {
        Some(word) => from_word::<State>(word)?.studies(),
        None => false,
    };
    let class: Option<String> = row.try_get("class")?;
    let number: Option<u32> = row.try_get("number")?;
    let approved_at_ms: Option<i64> = row.try_get("approved_at_ms")?;
    Ok(Planned {
        slot: Slot {
            lesson: row.try_get("id")?,
            kind: from_word(row.try_get("kind")?)?,
            planned_start: instant("planned_start_ms")?,
            planned_end: instant("planned_end_ms")?,
            state: from_word(row.try_get("state")?)?,
            cancelled: row.try_get("cancelled")?,
        },
        title: row.try_get("title")?,
        class: class.zip(number),
        credit_ch: unsigned(row.try_get("credit_ch")?),
        instructors: Vec::new(),
        tie: Tie { teaches: row.try_get("teaches")?, placed, watches: false },
        approved_at_ms: approved_at_ms.map(unsigned),
    })
}
