//! Timetables: the lessons of a class or of a person, and a person's ties to a lesson.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row};

use super::account_roles::GRANTS;
use super::dialect::{QueryBuilder, texts};
use super::{Store, from_word, read_json, unsigned};
use crate::account::role::RoleGrant;
use crate::programme::enrolment::State;
use crate::programme::timetable::{Slot, Tie};
use crate::protocol::PersonName;
use crate::time::ServerInstant;

/// Most lessons of one timetable.
const LESSONS_MAX: u32 = 1000;

/// A lesson of a timetable, and the ties of the asking person.
#[derive(Debug, Clone)]
pub struct Planned {
    pub slot: Slot,
    pub title: String,
    /// Id and number of the class; `None` = a lesson of the command line.
    pub class: Option<(String, u32)>,
    pub credit_ch: u64,
    pub instructors: Vec<PersonName>,
    /// The ties, without [`Tie::watches`], which comes from roles.
    pub tie: Tie,
    /// The instant from which the asking person belongs to the lesson as a trainee (CR-1).
    pub approved_at_ms: Option<u64>,
}

#[derive(sqlx::FromRow)]
struct PlannedRow {
    id: String,
    title: String,
    kind: String,
    state: String,
    cancelled: bool,
    credit_ch: i64,
    planned_start_ms: i64,
    planned_end_ms: i64,
    class: Option<String>,
    number: Option<u32>,
    /// State of the asking person's registration; `None` = not registered in the class.
    standing: Option<String>,
    teaches: bool,
    approved_at_ms: Option<i64>,
}

/// The choice of lessons.
enum Of<'a> {
    Lesson(&'a str),
    Class(&'a str),
    /// The recording sessions of a phase.
    Studios(&'a str),
    /// The lessons that the person attends, teaches, or looks after as class administrator.
    Person,
}

/// Reads timetables.
pub struct Timetable<'a>(&'a Store);

impl Store {
    pub fn timetable(&self) -> Timetable<'_> {
        Timetable(self)
    }
}

impl Timetable<'_> {
    /// A lesson, and the ties of `person` to it.
    pub async fn lesson(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Planned>> {
        Ok(self.plans(Of::Lesson(lesson), person).await?.pop())
    }

    /// The lessons of a class by planned start, in the view of `person`.
    pub async fn of_class(&self, class: &str, person: &str) -> anyhow::Result<Vec<Planned>> {
        self.plans(Of::Class(class), person).await
    }

    /// The recording sessions of a phase by planned start: its lessons without a class.
    pub async fn studios(&self, phase: &str, person: &str) -> anyhow::Result<Vec<Planned>> {
        self.plans(Of::Studios(phase), person).await
    }

    /// The live lessons of a person by planned start.
    pub async fn of_person(&self, person: &str) -> anyhow::Result<Vec<Planned>> {
        self.plans(Of::Person, person).await
    }

    async fn plans(&self, of: Of<'_>, person: &str) -> anyhow::Result<Vec<Planned>> {
        let mut query = QueryBuilder::new(
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
        let rows = query.build_query_as::<PlannedRow>().fetch_all(&self.0.readers).await?;
        let mut plans: Vec<Planned> =
            rows.into_iter().map(PlannedRow::planned).collect::<anyhow::Result<_>>()?;
        let mut instructors = self.instructors(&plans).await?;
        for plan in &mut plans {
            plan.instructors = instructors.remove(&plan.slot.lesson).unwrap_or_default();
        }
        Ok(plans)
    }

    async fn instructors(&self, plans: &[Planned]) -> anyhow::Result<BTreeMap<String, Vec<PersonName>>> {
        let mut query = QueryBuilder::new(
            "SELECT lesson, person, name FROM lesson_instructors JOIN people ON id = person WHERE lesson IN (",
        );
        let mut list = query.separated(", ");
        list.push("NULL"); // PostgreSQL takes no empty list.
        plans.iter().for_each(|plan| {
            list.push_bind(plan.slot.lesson.clone());
        });
        query.push(") ORDER BY name, person");
        let mut found: BTreeMap<String, Vec<PersonName>> = BTreeMap::new();
        for row in query.build().fetch_all(&self.0.readers).await? {
            let name = PersonName { person: row.try_get("person")?, name: row.try_get("name")? };
            found.entry(row.try_get("lesson")?).or_default().push(name);
        }
        Ok(found)
    }

    /// The ones of these people who are registered in the phase of a lesson's class, but have no place in
    /// that class. A lesson without a class has no roster, and people of one-click links have no
    /// registration.
    pub async fn off_roster(&self, lesson: &str, people: &[String]) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query_as::<_, (String, String, bool)>(concat!(
            "SELECT person, registrations.state, coalesce(registrations.class = lessons.class, false) FROM lessons
             JOIN classes ON classes.id = lessons.class JOIN registrations ON registrations.phase = classes.phase
             WHERE lessons.id = $1 AND person IN ",
            texts!("$2"),
            " ORDER BY person"
        ));
        let rows = rows.bind(lesson).bind(serde_json::to_string(people)?).fetch_all(&self.0.readers).await?;
        let mut off = Vec::new();
        for (person, state, of_class) in rows {
            if !(of_class && from_word::<State>(state)?.studies()) {
                off.push(person);
            }
        }
        Ok(off)
    }

    /// The tie to the lesson of each sign-in with an account, by sign-in. Sign-ins by one-click link or token are
    /// absent: the secret itself gives the right.
    pub async fn ties(&self, lesson: &str, sessions: &[&str]) -> anyhow::Result<BTreeMap<String, Tie>> {
        let rows = sqlx::query_as::<_, (String, Option<String>, bool, String)>(AssertSqlSafe(format!(
            "SELECT seat, lessons.class, teaching.person IS NOT NULL, {GRANTS} FROM lessons
             JOIN secrets ON secrets.kind = 'session' AND secrets.role IS NULL AND seat IN {}
             JOIN accounts ON accounts.person = secrets.person
             LEFT JOIN lesson_instructors AS teaching
                 ON teaching.lesson = lessons.id AND teaching.person = secrets.person
             WHERE lessons.id = $1",
            texts!("$2")
        )));
        let rows =
            rows.bind(lesson).bind(serde_json::to_string(sessions)?).fetch_all(&self.0.readers).await?;
        let tie = |(session, class, teaches, grants): (String, Option<String>, bool, String)| {
            let grants: Vec<RoleGrant> = read_json(&grants)?;
            let tie = Tie { teaches, ..Tie::default() };
            Ok((session, tie.with_roles(class.as_deref(), &grants)))
        };
        rows.into_iter().map(tie).collect()
    }

    /// Whether a person was in a lesson, and studies in another class of its phase now.
    pub async fn attended_before_moving(&self, lesson: &str, person: &str) -> anyhow::Result<bool> {
        let states = sqlx::query_scalar::<_, String>(
            "SELECT registrations.state FROM lessons JOIN classes ON classes.id = lessons.class
             JOIN registrations ON registrations.phase = classes.phase AND registrations.class <> lessons.class
             WHERE lessons.id = $1 AND person = $2 AND EXISTS (SELECT 1 FROM facts
                 WHERE facts.lesson = lessons.id AND facts.type = 'joined' AND facts.person = $2)",
        );
        let states = states.bind(lesson).bind(person).fetch_all(&self.0.readers).await?;
        let states = states.into_iter().map(from_word::<State>).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(states.into_iter().any(State::studies))
    }

    /// Number of a class, and its phase.
    pub async fn class(&self, class: &str) -> anyhow::Result<Option<(u32, String)>> {
        let row = sqlx::query("SELECT number, phase FROM classes WHERE id = $1").bind(class);
        let row = row.fetch_optional(&self.0.readers).await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }

    pub async fn has_phase(&self, phase: &str) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM phases WHERE id = $1)").bind(phase);
        Ok(row.fetch_one(&self.0.readers).await?.try_get(0)?)
    }

    /// Classes and phases in which a person studies now.
    pub async fn studies_in(&self, person: &str) -> anyhow::Result<Vec<(String, String)>> {
        let rows = sqlx::query(
            "SELECT class, phase, state FROM registrations WHERE person = $1 AND class IS NOT NULL",
        );
        let rows = rows.bind(person).fetch_all(&self.0.readers).await?;
        let mut found = Vec::new();
        for row in rows {
            if from_word::<State>(row.try_get("state")?)?.studies() {
                found.push((row.try_get("class")?, row.try_get("phase")?));
            }
        }
        Ok(found)
    }
}

impl PlannedRow {
    fn planned(self) -> anyhow::Result<Planned> {
        let instant = |ms| ServerInstant::of_fact(unsigned(ms));
        let placed = match self.standing {
            Some(word) => from_word::<State>(word)?.studies(),
            None => false,
        };
        Ok(Planned {
            slot: Slot {
                lesson: self.id,
                kind: from_word(self.kind)?,
                planned_start: instant(self.planned_start_ms),
                planned_end: instant(self.planned_end_ms),
                state: from_word(self.state)?,
                cancelled: self.cancelled,
            },
            title: self.title,
            class: self.class.zip(self.number),
            credit_ch: unsigned(self.credit_ch),
            instructors: Vec::new(),
            tie: Tie { teaches: self.teaches, placed, watches: false },
            approved_at_ms: self.approved_at_ms.map(unsigned),
        })
    }
}
