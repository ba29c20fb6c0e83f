//! The lessons among which [`crate::course::concerns`] looks for what is unusual.

use std::collections::BTreeMap;

use sqlx::Row;

use super::super::{Store, signed, unsigned};
use super::making::policy_of;
use super::{Answer, Refused};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::{ServerInstant, Span};
use crate::attendance::policy::Policy;
use crate::course::concerns::Plan;
use crate::course::role::Scope;
use crate::protocol::{CheckPlan, PersonName, Wrong};

/// Lessons that are looked at; more are not planned ahead on one server.
const LESSONS_MAX: u32 = 20_000;

/// Lessons, and the names of those who teach them.
pub struct Planned {
    pub plans: Vec<Plan>,
    pub names: BTreeMap<String, PersonName>,
}

impl Store {
    /// Every live lesson that has not ended by `now_ms`, of all phases, since people teach in more than one.
    /// Those of `phase` whose class `scope` reaches are asked for. `policy` is of the server, for programmes
    /// without one.
    pub async fn plans_ahead(
        &self,
        phase: &str,
        scope: &Scope,
        policy: &Policy,
        now_ms: u64,
    ) -> Answer<Planned> {
        let phase = self.phase(phase).await?;
        let mut reader = self.readers.acquire().await?;
        let policy = policy_of(&mut reader, &phase.programme, policy).await?;
        let rows = sqlx::query(
            "SELECT lessons.id, title, number, class, classes.phase, planned_start_ms, planned_end_ms, credit_ch
             FROM lessons LEFT JOIN classes ON classes.id = lessons.class
             WHERE kind = 'live' AND cancelled_at_ms IS NULL AND state <> 'ended' AND planned_end_ms > ?
             ORDER BY planned_start_ms LIMIT ?",
        );
        let rows = rows.bind(signed(now_ms)).bind(LESSONS_MAX).fetch_all(&mut *reader).await?;
        let mut teaching: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut names = BTreeMap::new();
        let people = sqlx::query(
            "SELECT lesson, person, name FROM lesson_instructors JOIN people ON people.id = person
             JOIN lessons ON lessons.id = lesson WHERE planned_end_ms > ?",
        );
        for row in people.bind(signed(now_ms)).fetch_all(&mut *reader).await? {
            let name = PersonName { person: row.try_get("person")?, name: row.try_get("name")? };
            teaching.entry(row.try_get("lesson")?).or_default().push(name.person.clone());
            names.insert(name.person.clone(), name);
        }
        let mut plans = Vec::with_capacity(rows.len());
        for row in &rows {
            let lesson: String = row.try_get("id")?;
            let time = Span {
                from: ServerInstant::of_fact(unsigned(row.try_get("planned_start_ms")?)),
                to: ServerInstant::of_fact(unsigned(row.try_get("planned_end_ms")?)),
            };
            let class: Option<&str> = row.try_get("class")?;
            let of_phase = row.try_get::<Option<&str>, _>("phase")? == Some(phase.id.as_str());
            plans.push(Plan {
                title: row.try_get("title")?,
                class: row.try_get("number")?,
                time,
                credit_ch: unsigned(row.try_get("credit_ch")?),
                worth_ch: policy.steps_ch(time.length_ms() / 1000),
                instructors: teaching.remove(&lesson).unwrap_or_default(),
                is_asked_for: of_phase && class.is_some_and(|class| scope.class(class)),
                lesson: Some(lesson),
            });
        }
        Ok(Planned { plans, names })
    }

    /// The same with lessons as they would be once `check` is saved; only these are asked for then.
    pub async fn plans_with(
        &self,
        phase: &str,
        scope: &Scope,
        check: &CheckPlan,
        policy: &Policy,
        now_ms: u64,
    ) -> Answer<Planned> {
        let mut planned = self.plans_ahead(phase, scope, policy, now_ms).await?;
        let phase = self.phase(phase).await?;
        let policy = policy_of(&mut *self.readers.acquire().await?, &phase.programme, policy).await?;
        let before =
            planned.plans.iter().position(|plan| plan.lesson.is_some() && plan.lesson == check.lesson);
        let before = before.map(|at| planned.plans.swap_remove(at));
        let numbers: Vec<Option<u32>> = match &before {
            Some(plan) => vec![plan.class],
            None => self.numbers_of(&phase.id, scope, &check.classes).await?.into_iter().map(Some).collect(),
        };
        if numbers.is_empty() {
            return Err(Refused::field("classes", Wrong::Choice));
        }
        let from = ServerInstant::of_fact(check.planned_start_ms);
        let time = Span { from, to: from.plus_ms(u64::from(check.minutes) * 60_000) };
        // What would be refused is told first: nobody thinks about concerns of a lesson that cannot be.
        let study = LocalDate::window(phase.study.first, phase.study.last);
        if before.is_none() && (time.from < study.from || time.to > study.to) {
            return Err(Refused::field("planned_start_ms", Wrong::Value));
        }
        let clashes = |plan: &Plan| {
            let same_class = plan.is_asked_for && numbers.contains(&plan.class);
            same_class && plan.time.from < time.to && time.from < plan.time.to
        };
        if planned.plans.iter().any(clashes) {
            return Err(Refused::field("planned_start_ms", Wrong::Taken));
        }
        planned.plans.iter_mut().for_each(|plan| plan.is_asked_for = false);
        planned.plans.extend(numbers.into_iter().map(|class| Plan {
            lesson: check.lesson.clone(),
            title: check.title.clone(),
            class,
            time,
            credit_ch: check.credit_ch.or_else(|| before.as_ref().map(|plan| plan.credit_ch)).unwrap_or(0),
            worth_ch: policy.steps_ch(time.length_ms() / 1000),
            instructors: check.instructors.clone(),
            is_asked_for: true,
        }));
        for person in &check.instructors {
            let row = sqlx::query("SELECT name FROM people WHERE id = ?").bind(person);
            if let Some(row) = row.fetch_optional(&self.readers).await? {
                let name = PersonName { person: person.clone(), name: row.try_get(0)? };
                planned.names.insert(person.clone(), name);
            }
        }
        Ok(planned)
    }

    /// Numbers of the classes that are named, or of all in reach.
    async fn numbers_of(&self, phase: &str, scope: &Scope, named: &[String]) -> Answer<Vec<u32>> {
        let rows = sqlx::query("SELECT id, number FROM classes WHERE phase = ? ORDER BY number").bind(phase);
        let mut numbers = Vec::new();
        for row in rows.fetch_all(&self.readers).await? {
            let id: String = row.try_get(0)?;
            if scope.class(&id) && (named.is_empty() || named.contains(&id)) {
                numbers.push(row.try_get(1)?);
            }
        }
        Ok(numbers)
    }
}
