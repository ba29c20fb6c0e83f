//! Courses that somebody has watched from end to end (CR-11): those who study alone their lesson, others a
//! course that was made of a class to which they do not belong.

use std::collections::BTreeMap;

use anyhow::Context;
use ring::digest;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::db::{Lane, Writing};
use super::super::programmes::beginning::begin;
use super::super::{Lesson, Store, replay, signed, unsigned};
use super::postings::{Ground, postings};
use super::{Books, entries, heads};
use crate::attendance::coverage::{self, Coverage};
use crate::attendance::interval::{MediaMs, Spans};
use crate::attendance::ledger::{Kind, netstrings};
use crate::attendance::lesson::hex;
use crate::attendance::policy::Policy;
use crate::attendance::record;
use crate::protocol::{Completed, Earns};

/// When a heartbeat came, and whether it earns anything.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    pub at_ms: u64,
    pub counts: bool,
    /// Only what was sent of the recording counts; none: whoever calls knows what was watched.
    pub sent: replay::Sent<'a>,
}

/// Somebody watched a whole course.
pub(super) struct Completion {
    pub(super) lesson: String,
    pub(super) person: String,
    pub(super) at_ms: u64,
    pub(super) credit_ch: u64,
    pub(super) policy_version: String,
    /// Stretches as JSON.
    pub(super) covered: String,
}

impl Completion {
    pub(super) fn read(row: &SqliteRow) -> Result<Completion, sqlx::Error> {
        Ok(Completion {
            lesson: row.try_get("lesson")?,
            person: row.try_get("person")?,
            at_ms: unsigned(row.try_get("at_ms")?),
            credit_ch: unsigned(row.try_get("credit_ch")?),
            policy_version: row.try_get("policy_version")?,
            covered: row.try_get("covered")?,
        })
    }

    pub(super) fn digest(&self) -> String {
        let (at_ms, credit_ch) = (self.at_ms.to_string(), self.credit_ch.to_string());
        let fields = [&self.lesson, &self.person, &at_ms, &credit_ch, &self.policy_version, &self.covered];
        let bytes = netstrings(&fields.map(String::as_str));
        hex(digest::digest(&digest::SHA256, &bytes).as_ref())
    }
}

/// From `at_ms` and `entered_ch`.
pub(in crate::store) fn completed(row: &SqliteRow) -> anyhow::Result<Completed> {
    Ok(Completed { at_ms: unsigned(row.try_get("at_ms")?), entered_ch: row.try_get("entered_ch")? })
}

/// Keeps it; returns its digest.
async fn insert(transaction: &mut Writing, done: &Completion) -> anyhow::Result<String> {
    let digest = done.digest();
    sqlx::query(
        "INSERT INTO completions (lesson, person, at_ms, credit_ch, policy_version, covered, digest)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&done.lesson)
    .bind(&done.person)
    .bind(signed(done.at_ms))
    .bind(signed(done.credit_ch))
    .bind(&done.policy_version)
    .bind(&done.covered)
    .bind(&digest)
    .execute(&mut **transaction)
    .await
    .context("cannot note who watched a course")?;
    Ok(digest)
}

impl Books {
    /// Changes what somebody has watched. The heartbeat with which a course is whole enters its credit in
    /// the same transaction: what is answered is on disk. One that does not count completes nothing either,
    /// though a course that was trimmed since may have become whole.
    pub async fn watch<T>(
        &self,
        lesson: &str,
        person: &str,
        Heard { at_ms: now_ms, counts, sent }: Heard<'_>,
        change: impl FnOnce(&mut Coverage) -> T,
    ) -> anyhow::Result<(Coverage, T)> {
        let course = self.store.course_for(lesson, person).await?;
        let mut transaction = self.store.db.write(Lane::Books).await?;
        let mut is_first = false;
        let change = |coverage: &mut Coverage| {
            is_first = coverage.covered.is_empty();
            change(coverage)
        };
        let vault = self.store.vault();
        let (coverage, told) = replay::watch(&mut transaction, vault, (lesson, person), sent, change).await?;
        if is_first && !coverage.covered.is_empty() {
            begin(&mut transaction, lesson, &[person], now_ms).await?;
        }
        let is_whole = |course: &Spans<MediaMs>| counts && coverage::is_complete(&coverage.covered, course);
        if let Some(course) = course.filter(is_whole) {
            self.complete(&mut transaction, lesson, person, (&course, &coverage), now_ms).await?;
        }
        transaction.commit().await?;
        Ok((coverage, told))
    }

    /// What somebody earns by watching all of what a lesson shows; none: nothing, or the lesson is the own
    /// class's.
    pub async fn earns(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Earns>> {
        let Some(course) = self.store.course_for(lesson, person).await? else { return Ok(None) };
        let Some(known) = self.store.lesson(lesson).await? else { return Ok(None) };
        let credit_ch = self.worth(&known, &course).await?.0;
        let ends = self.store.study(lesson, person).await?.map(|study| study.slot.planned_end.ms());
        Ok((credit_ch > 0).then_some(Earns { credit_ch, until_ms: ends }))
    }

    /// Since when somebody has watched all of it, and what the ledger says of that.
    pub async fn completed(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Completed>> {
        let row = sqlx::query(
            "SELECT at_ms, (SELECT coalesce(sum(delta_ch), 0) FROM entries
                 WHERE entries.person = ?2 AND entries.lesson = ?1) AS entered_ch
             FROM completions WHERE lesson = ?1 AND person = ?2",
        );
        let row = row.bind(lesson).bind(person).fetch_optional(&self.store.readers).await?;
        row.map(|row| completed(&row)).transpose()
    }

    /// Credit for all of `course`, and by which policy: never more than the lesson is worth.
    async fn worth(&self, lesson: &Lesson, course: &Spans<MediaMs>) -> anyhow::Result<(u64, Policy)> {
        let policy = self.policy_for(&lesson.id).await?;
        let credit_ch = coverage::lesson_ch(&policy, MediaMs(course.length_ms()));
        Ok((credit_ch.min(lesson.plan.credit_ch), policy))
    }

    async fn complete(
        &self,
        transaction: &mut Writing,
        lesson: &str,
        person: &str,
        (course, coverage): (&Spans<MediaMs>, &Coverage),
        now_ms: u64,
    ) -> anyhow::Result<()> {
        let known = sqlx::query("SELECT EXISTS (SELECT 1 FROM completions WHERE lesson = ? AND person = ?)");
        let known = known.bind(lesson).bind(person).fetch_one(&mut **transaction).await?;
        let Some(lesson) = self.store.lesson(lesson).await?.filter(|_| !known.get::<bool, _>(0)) else {
            return Ok(());
        };
        let (credit_ch, policy) = self.worth(&lesson, course).await?;
        if credit_ch == 0 {
            return Ok(());
        }
        let done = Completion {
            lesson: lesson.id.clone(),
            person: person.to_owned(),
            at_ms: now_ms,
            credit_ch,
            policy_version: policy.version.clone(),
            covered: serde_json::to_string(&coverage::stretches(&coverage.covered))?,
        };
        let digest = insert(transaction, &done).await?;
        let reason = record::course_watched(credit_ch);
        let concerned = BTreeMap::from([(done.person, Ground { digest: digest.clone(), reason })]);
        let mut postings = postings(transaction, &lesson, &policy.version, concerned).await?;
        // Watching takes nothing away: what judging has to reverse, it reverses itself.
        postings.retain(|posting| posting.kind != Kind::Reverse);
        entries::append(transaction, postings, now_ms).await?;
        heads::sign(transaction, self.store.keys.ledger(), &digest, now_ms).await
    }
}

impl Store {
    /// What of a recording somebody has to watch to complete `lesson`: whoever belongs to a lesson that is
    /// studied alone, or has nothing to do with a class of which a course was made. Whoever studies that
    /// course alone earns it there, within its time, and nobody earns by what they teach.
    async fn course_for(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Spans<MediaMs>>> {
        let row = sqlx::query(
            "SELECT from_ms, to_ms, played FROM lessons JOIN courses ON courses.lesson = coalesce(source, lessons.id)
             WHERE lessons.id = ?1 AND CASE kind
                 WHEN 'async' THEN EXISTS (SELECT 1 FROM enrolments WHERE enrolments.lesson = ?1 AND person = ?2)
                 ELSE NOT EXISTS (SELECT 1 FROM lessons AS near
                     LEFT JOIN enrolments ON enrolments.lesson = near.id AND enrolments.person = ?2
                     LEFT JOIN lesson_instructors AS teaching
                         ON teaching.lesson = near.id AND teaching.person = ?2
                     WHERE (near.id = ?1 OR (near.source = ?1 AND cancelled_at_ms IS NULL))
                         AND (enrolments.person IS NOT NULL OR teaching.person IS NOT NULL)) END",
        );
        let row = row.bind(lesson).bind(person).fetch_optional(&self.readers).await?;
        row.map(|row| replay::to_watch(&row)).transpose()
    }

    /// The course that somebody has watched, if all of it.
    pub(super) async fn completion(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Completion>> {
        let row = sqlx::query("SELECT * FROM completions WHERE lesson = ? AND person = ?");
        let row = row.bind(lesson).bind(person).fetch_optional(&self.readers).await?;
        Ok(row.map(|row| Completion::read(&row)).transpose()?)
    }
}
