//! The account of one person: their entries, results, and the places of contents.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::super::words::Word;
use super::super::{Store, unsigned};
use super::completions::Completion;
use super::entries::EntryRow;
use crate::attendance::ledger::Entry;
use crate::attendance::record::LineRecord;
use crate::attendance::record::Stage;
use crate::programme::pace::Offered;
use crate::store::dialect::StoredRow;
use crate::time::ServerInstant;

/// Most lessons and entries shown, the newest: far more than five years hold.
const SHOWN_MAX: i64 = 2000;

/// Reads the account of one person.
pub(crate) struct CreditAccount<'a> {
    store: &'a Store,
    person: &'a str,
}

/// An entry of a person with its context.
pub(crate) struct OwnEntry {
    pub(crate) entry: Entry,
    /// Name of the person who entered it; `None` = the server.
    pub(crate) by_name: Option<String>,
    /// Planned start of its lesson; `None` = the entry has no known lesson.
    pub(crate) planned_start: Option<ServerInstant>,
    /// Completion of its course; `None` = the entry is for no course.
    pub(crate) completed: Option<ServerInstant>,
    /// Worth of the content, ch.
    pub(crate) content_ch: u64,
}

#[derive(FromRow)]
struct OwnEntryRow {
    #[sqlx(flatten)]
    entry: EntryRow,
    by_name: Option<String>,
    planned_start_ms: Option<i64>,
    completed_at_ms: Option<i64>,
    content_ch: Option<i64>,
}

impl From<OwnEntryRow> for OwnEntry {
    fn from(row: OwnEntryRow) -> OwnEntry {
        let instant = |ms: Option<i64>| ms.map(unsigned).map(ServerInstant::of_fact);
        OwnEntry {
            entry: row.entry.into(),
            by_name: row.by_name,
            planned_start: instant(row.planned_start_ms),
            completed: instant(row.completed_at_ms),
            content_ch: row.content_ch.map_or(0, unsigned),
        }
    }
}

/// A judged lesson, or one with a completed course, with the result of one person.
pub(crate) struct OwnLesson {
    pub(crate) lesson: String,
    pub(crate) title: String,
    pub(crate) content: String,
    /// Phase of its class; `None` = there is none.
    pub(crate) phase: Option<String>,
    pub(crate) planned_start_ms: u64,
    /// 0 = there is no result.
    pub(crate) taught_s: u64,
    /// The person's line of the result; `None` = there is none.
    pub(crate) line: Option<LineRecord>,
    pub(crate) basis: Basis,
}

/// The basis of a person's credit for a lesson.
pub(crate) enum Basis {
    Course(Completion),
    Class { stage: Stage, provisional_at_ms: u64, effective_ch: u64 },
}

#[derive(FromRow)]
struct OwnLessonRow {
    lesson: String,
    title: String,
    content: String,
    phase: Option<String>,
    planned_start_ms: i64,
    taught_s: Option<i64>,
    line: Option<String>,
    is_course: bool,
}

#[derive(FromRow)]
struct ClassRow {
    stage: Word<Stage>,
    provisional_at_ms: i64,
    effective_ch: i64,
}

fn own_lesson(row: &StoredRow) -> anyhow::Result<OwnLesson> {
    let own = OwnLessonRow::from_row(row)?;
    let basis = if own.is_course {
        Basis::Course(Completion::from_row(row)?)
    } else {
        let ClassRow { stage, provisional_at_ms, effective_ch } = ClassRow::from_row(row)?;
        Basis::Class {
            stage: stage.0,
            provisional_at_ms: unsigned(provisional_at_ms),
            effective_ch: unsigned(effective_ch),
        }
    };
    Ok(OwnLesson {
        lesson: own.lesson,
        title: own.title,
        content: own.content,
        phase: own.phase,
        planned_start_ms: unsigned(own.planned_start_ms),
        taught_s: own.taught_s.map_or(0, unsigned),
        line: own.line.as_deref().map(LineRecord::read).transpose()?,
        basis,
    })
}

/// The phase and course in which a content was earned.
pub(crate) struct ContentPlace {
    pub(crate) phase: String,
    /// Hours that the phase asks for, ch.
    pub(crate) hours_ch: u64,
    pub(crate) course: Option<i64>,
    pub(crate) course_cap_ch: Option<u64>,
    /// One of its lessons.
    pub(crate) lesson: String,
}

impl Store {
    pub(crate) fn credit_account<'a>(&'a self, person: &'a str) -> CreditAccount<'a> {
        CreditAccount { store: self, person }
    }
}

impl CreditAccount<'_> {
    /// The person's entries, newest first.
    pub(crate) async fn entries(&self) -> anyhow::Result<Vec<OwnEntry>> {
        let rows: Vec<OwnEntryRow> = sqlx::query_as(
            "SELECT entries.*, people.name AS by_name, planned_start_ms, completions.at_ms AS completed_at_ms,
                 (SELECT max(credit_ch) FROM lessons AS one WHERE one.content = entries.content) AS content_ch
             FROM entries LEFT JOIN people ON people.id = actor LEFT JOIN lessons ON lessons.id = entries.lesson
             LEFT JOIN completions ON completions.lesson = entries.lesson AND completions.person = entries.person
             WHERE entries.person = $1 ORDER BY seq DESC LIMIT $2",
        )
        .bind(self.person)
        .bind(SHOWN_MAX)
        .fetch_all(&self.store.readers)
        .await?;
        Ok(rows.into_iter().map(OwnEntry::from).collect())
    }

    /// Judged lessons, including those that the person missed, and watched courses.
    pub(crate) async fn lessons(&self) -> anyhow::Result<Vec<OwnLesson>> {
        let rows = sqlx::query(
            "SELECT own.lesson, title, content, classes.phase, planned_start_ms, stage, provisional_at_ms, taught_s,
                 effective_ch, line, completions.lesson IS NOT NULL AS is_course, completions.person,
                 completions.at_ms, completions.credit_ch, completions.policy_version, completions.covered
             FROM (SELECT lesson, person FROM enrolments WHERE person = $1
                   UNION SELECT lesson, person FROM completions WHERE person = $1) AS own
             JOIN lessons ON lessons.id = own.lesson LEFT JOIN classes ON classes.id = lessons.class
             LEFT JOIN judged ON judged.lesson = own.lesson LEFT JOIN results ON results.id = judged.result
             LEFT JOIN result_lines ON result_lines.result = judged.result AND result_lines.person = own.person
             LEFT JOIN completions ON completions.lesson = own.lesson AND completions.person = own.person
             WHERE results.id IS NOT NULL OR completions.lesson IS NOT NULL
             ORDER BY planned_start_ms DESC, own.lesson LIMIT $2",
        );
        let rows = rows.bind(self.person).bind(SHOWN_MAX).fetch_all(&self.store.readers).await?;
        rows.iter().map(own_lesson).collect()
    }

    /// The places of the person's credit, by content. Credit earned outside of every class has no place.
    pub(crate) async fn places(&self) -> anyhow::Result<BTreeMap<String, ContentPlace>> {
        let rows: Vec<PlaceRow> = sqlx::query_as(
            "SELECT entries.content, entries.lesson, phases.id AS phase, hours_ch, course, cap_ch
             FROM entries JOIN lessons ON lessons.id = entries.lesson JOIN classes ON classes.id = lessons.class
             JOIN phases ON phases.id = classes.phase LEFT JOIN phase_courses ON phase_courses.id = course
             WHERE person = $1 ORDER BY seq",
        )
        .bind(self.person)
        .fetch_all(&self.store.readers)
        .await?;
        let mut places = BTreeMap::new();
        for row in rows {
            let place = ContentPlace {
                phase: row.phase,
                hours_ch: unsigned(row.hours_ch),
                course: row.course,
                course_cap_ch: row.cap_ch.map(unsigned),
                lesson: row.lesson,
            };
            places.entry(row.content).or_insert(place);
        }
        Ok(places)
    }

    /// The contents of the timetable of the person's class in a phase, with the credit earned of each.
    pub(crate) async fn offered(&self, phase: &str) -> anyhow::Result<Vec<Offered>> {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT max(lessons.credit_ch), max(planned_end_ms),
                 (SELECT cast(coalesce(sum(delta_ch), 0) AS bigint) FROM entries
                  WHERE entries.person = $1 AND entries.content = lessons.content)
             FROM registrations JOIN lessons ON lessons.class = registrations.class
             WHERE registrations.person = $1 AND registrations.phase = $2 AND cancelled_at_ms IS NULL
             GROUP BY content",
        )
        .bind(self.person)
        .bind(phase)
        .fetch_all(&self.store.readers)
        .await?;
        let offered = |(credit_ch, until_ms, earned_ch)| Offered {
            credit_ch: unsigned(credit_ch),
            until_ms: unsigned(until_ms),
            earned_ch,
        };
        Ok(rows.into_iter().map(offered).collect())
    }
}

#[derive(FromRow)]
struct PlaceRow {
    content: String,
    lesson: String,
    phase: String,
    hours_ch: i64,
    course: Option<i64>,
    cap_ch: Option<i64>,
}
