//! What reports (R4, R5, R6) read of a phase's people: everything in one snapshot, so that what is read is what the ledger said
//! at the entry that the report names. Sets at a time, never person by person.

use std::collections::BTreeMap;

use sqlx::{FromRow, Transaction};

use super::conclusions::known::{self, KnownEntry};
use super::dialect::{Connection, Engine, QueryBuilder, elements, numbers, push_contains, push_numbers};
use super::private::{Private, of_registration};
use super::words::Word;
use super::{Store, Vault, quotas, unsigned};
use crate::account::role::Scope;
use crate::attendance::record::LineRecord;
use crate::essay::way;
use crate::lesson::CourseKind;
use crate::programme::attainment::Source;
use crate::programme::enrolment::State;

/// A state of the database: what others write meanwhile is not in it.
pub struct Snapshot(Transaction<'static, Engine>);

impl Store {
    pub async fn snapshot(&self) -> anyhow::Result<Snapshot> {
        let mut snapshot = Snapshot(self.begin_reading().await?);
        // It begins with the first reading.
        snapshot.source().await?;
        Ok(snapshot)
    }
}

/// Whose results are asked for; what is absent fits all.
#[derive(Clone)]
pub struct Wanted<'a> {
    /// Id of the phase.
    pub phase: &'a str,
    /// Only those that this reaches.
    pub scope: &'a Scope,
    /// Code of the unit.
    pub unit: Option<&'a str>,
    /// Id of the class.
    pub class: Option<&'a str>,
    /// Some(None) = not decided yet.
    pub passed: Option<Option<bool>>,
    /// Part of a name or of a school.
    pub text: Option<&'a str>,
    /// Only these registrations.
    pub ids: Option<&'a [u64]>,
}

/// Somebody who studies in a phase, or did.
#[derive(FromRow)]
pub struct PersonRow {
    #[sqlx(try_from = "i64")]
    pub registration: u64,
    pub person: String,
    pub name: String,
    pub unit: String,
    pub school: String,
    pub class: String,
    pub class_number: u32,
    state: Word<State>,
    essay: Option<Word<way::State>>,
    /// Of the certificate that is valid.
    pub certificate: Option<String>,
    pub issued_on: Option<String>,
    private: Vec<u8>,
}

impl PersonRow {
    pub fn state(&self) -> State {
        self.state.0
    }

    /// None = never begun.
    pub fn essay(&self) -> Option<way::State> {
        self.essay.as_ref().map(|essay| essay.0)
    }

    /// The number of the document, masked.
    pub fn document(&self, vault: &Vault, phase: &str) -> anyhow::Result<String> {
        Ok(Private::open(vault, &of_registration(phase, &self.person), &self.private)?.masked().number)
    }
}

/// How somebody was in the live lessons of the own class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Presence {
    /// Lessons that were taught.
    pub held: u64,
    /// Lessons of `held` in which at least a minute counts.
    pub present: u64,
    /// Whether at least a minute counts in one live lesson (replay included), or was watched in one self-study
    /// lesson.
    pub took_part: bool,
    /// Checks that were answered in time.
    pub answered: u64,
}

#[derive(FromRow)]
struct PresenceRow {
    registration: i64,
    held: i64,
    present: i64,
    longest_s: i64,
    answered: i64,
}

/// A content of the timetable of a class.
#[derive(FromRow)]
pub struct OfferedRow {
    pub class: String,
    pub content: Option<String>,
    #[sqlx(try_from = "i64")]
    pub credit_ch: u64,
    /// The end of its last lesson.
    #[sqlx(try_from = "i64")]
    pub until_ms: u64,
}

/// The registrations of one unit in a phase.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RegisteredRow {
    pub unit: String,
    #[sqlx(try_from = "i64")]
    pub registered: u64,
    #[sqlx(try_from = "i64")]
    pub approved: u64,
    /// People whose end of the phase is decided: completed or failed.
    #[sqlx(try_from = "i64")]
    pub decided: u64,
}

/// One person in one lesson.
#[derive(FromRow)]
pub struct SheetRow {
    pub class_number: u32,
    pub lesson: String,
    pub title: String,
    kind: Word<CourseKind>,
    #[sqlx(try_from = "i64")]
    pub planned_start_ms: u64,
    #[sqlx(try_from = "i64")]
    pub taught_s: u64,
    #[sqlx(try_from = "i64")]
    pub registration: u64,
    line: Option<String>,
    completed_at_ms: Option<i64>,
    /// What the entries of the lesson come to.
    pub lesson_ch: i64,
    #[sqlx(try_from = "i64")]
    pub watched_ms: u64,
}

impl SheetRow {
    pub fn kind(&self) -> CourseKind {
        self.kind.0
    }

    /// What was judged; None = nothing about this person.
    pub fn line(&self) -> anyhow::Result<Option<LineRecord>> {
        Ok(self.line.as_deref().map(LineRecord::read).transpose()?)
    }

    /// None = not all of it was watched.
    pub fn completed_at_ms(&self) -> Option<u64> {
        self.completed_at_ms.map(unsigned)
    }
}

const PEOPLE: &str =
    "SELECT own.id AS registration, own.person, own.name, own.unit, own.school, own.class, classes.number AS class_number,
         own.state, essays.state AS essay, certificates.number AS certificate,
         certificates.content ->> 'issued_on' AS issued_on, own.private ";
const FROM: &str = " FROM registrations AS own JOIN classes ON classes.id = own.class
     LEFT JOIN essays ON essays.phase = own.phase AND essays.person = own.person
     LEFT JOIN certificates ON certificates.registration = own.id AND certificates.state = 'valid' ";

impl Snapshot {
    /// Up to where the ledger has come.
    pub async fn source(&mut self) -> anyhow::Result<Source> {
        let row: Option<(i64, i64)> =
            sqlx::query_as("SELECT seq, at_ms FROM entries ORDER BY seq DESC LIMIT 1")
                .fetch_optional(self.reader())
                .await?;
        let (seq, at_ms) = row.unwrap_or_default();
        Ok(Source { seq: unsigned(seq), at_ms: unsigned(at_ms) })
    }

    /// People with a class, by unit and class. `page` is how many to leave out and how many to give; None = everybody.
    pub async fn people(
        &mut self,
        wanted: &Wanted<'_>,
        page: Option<(u32, u32)>,
    ) -> anyhow::Result<Vec<PersonRow>> {
        let mut query = QueryBuilder::new(PEOPLE);
        query.push(FROM);
        filter(&mut query, wanted);
        query.push(" ORDER BY own.unit, classes.number, own.id");
        if let Some((skipped, most)) = page {
            query.push(" LIMIT ").push_bind(most).push(" OFFSET ").push_bind(skipped);
        }
        Ok(query.build_query_as().fetch_all(self.reader()).await?)
    }

    /// How many of them are in which state.
    pub async fn states(&mut self, wanted: &Wanted<'_>) -> anyhow::Result<Vec<(State, u64)>> {
        let mut query = QueryBuilder::new("SELECT own.state, count(*) FROM registrations AS own ");
        filter(&mut query, wanted);
        query.push(" GROUP BY own.state");
        let rows: Vec<(Word<State>, i64)> = query.build_query_as().fetch_all(self.reader()).await?;
        Ok(rows.into_iter().map(|(state, people)| (state.0, unsigned(people))).collect())
    }

    /// All entries of these registrations' people: by person, the newest first.
    pub(crate) async fn entries(&mut self, ids: &[u64]) -> anyhow::Result<Vec<KnownEntry>> {
        known::entries(self.reader(), ids).await
    }

    /// The contents of the timetables of a phase's classes, by class. Several lessons of one content are one row.
    pub async fn offered(&mut self, phase: &str) -> anyhow::Result<Vec<OfferedRow>> {
        let rows = sqlx::query_as(
            "SELECT class, content, max(credit_ch) AS credit_ch, max(planned_end_ms) AS until_ms
             FROM lessons JOIN classes ON classes.id = lessons.class
             WHERE classes.phase = $1 AND cancelled_at_ms IS NULL GROUP BY class, content ORDER BY class",
        );
        Ok(rows.bind(phase).fetch_all(self.reader()).await?)
    }

    /// Presence by registration. Absent = the person belongs to no taught live lesson of the class, and watched
    /// less than a minute.
    pub async fn presence(&mut self, ids: &[u64]) -> anyhow::Result<BTreeMap<u64, Presence>> {
        let ids = serde_json::to_string(ids)?;
        let rows: Vec<PresenceRow> = sqlx::query_as(concat!(
            "SELECT own.id AS registration, count(*) AS held,
                 count(*) FILTER (WHERE cast(line ->> 'counted_s' AS bigint) >= 60) AS present,
                 coalesce(max(cast(line ->> 'with_replay_s' AS bigint)), 0) AS longest_s,
                 cast(coalesce(sum(cast(line ->> 'answered' AS bigint)), 0) AS bigint) AS answered
             FROM registrations AS own JOIN enrolments ON enrolments.person = own.person
             JOIN lessons ON lessons.id = enrolments.lesson AND lessons.class = own.class
             JOIN judged ON judged.lesson = lessons.id JOIN results ON results.id = judged.result
             LEFT JOIN result_lines ON result_lines.result = results.id AND result_lines.person = own.person
             WHERE own.id IN ",
            numbers!("$1"),
            " AND lessons.kind = 'live' AND taught_s > 0 GROUP BY own.id"
        ))
        .bind(&ids)
        .fetch_all(self.reader())
        .await?;
        let one = |row: PresenceRow| {
            let took_part = row.longest_s >= 60;
            let [held, present, answered] = [row.held, row.present, row.answered].map(unsigned);
            (unsigned(row.registration), Presence { held, present, took_part, answered })
        };
        let mut all: BTreeMap<u64, Presence> = rows.into_iter().map(one).collect();
        let watched: Vec<i64> = sqlx::query_scalar(concat!(
            "SELECT DISTINCT own.id FROM registrations AS own
             JOIN lessons ON lessons.class = own.class AND lessons.kind = 'async'
             JOIN watched ON watched.lesson = lessons.id AND watched.person = own.person
             WHERE own.id IN ",
            numbers!("$1"),
            " AND 60000 <=
                 (SELECT sum(cast(value ->> 'to_ms' AS bigint) - cast(value ->> 'from_ms' AS bigint)) FROM ",
            elements!("covered"),
            " AS spans)"
        ))
        .bind(&ids)
        .fetch_all(self.reader())
        .await?;
        for id in watched {
            all.entry(unsigned(id)).or_default().took_part = true;
        }
        Ok(all)
    }

    /// Polls that were answered, hands that were raised and lines of chat, in the lessons of a phase's classes; by person.
    pub async fn spoken(&mut self, phase: &str) -> anyhow::Result<BTreeMap<String, u64>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT facts.person, count(*) FROM classes JOIN lessons ON lessons.class = classes.id
             JOIN facts ON facts.lesson = lessons.id AND facts.type IN ('chat', 'hand_raised', 'poll_answered')
             WHERE classes.phase = $1 AND facts.person IS NOT NULL GROUP BY facts.person",
        )
        .bind(phase)
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(|(person, count)| (person, unsigned(count))).collect())
    }

    /// Lines of the lessons of the own classes, by class, lesson and person: of live ones that were judged, and of those that
    /// are studied alone.
    pub async fn sheets(&mut self, wanted: &Wanted<'_>) -> anyhow::Result<Vec<SheetRow>> {
        let mut query = QueryBuilder::new(concat!(
            "SELECT classes.number AS class_number, lessons.id AS lesson, title, kind, planned_start_ms,
                 coalesce(taught_s, 0) AS taught_s, own.id AS registration, line, completions.at_ms AS completed_at_ms,
                 (SELECT cast(coalesce(sum(delta_ch), 0) AS bigint) FROM entries WHERE entries.person = own.person
                     AND entries.content = lessons.content AND entries.lesson = lessons.id) AS lesson_ch,
                 (SELECT cast(coalesce(sum(cast(value ->> 'to_ms' AS bigint) - cast(value ->> 'from_ms' AS bigint)), 0) AS bigint)
                  FROM watched, ",
            elements!("covered"),
            " AS spans WHERE watched.lesson = lessons.id AND watched.person = own.person) AS watched_ms
             FROM registrations AS own JOIN classes ON classes.id = own.class JOIN lessons ON lessons.class = own.class
             LEFT JOIN judged ON judged.lesson = lessons.id LEFT JOIN results ON results.id = judged.result
             LEFT JOIN result_lines ON result_lines.result = results.id AND result_lines.person = own.person
             LEFT JOIN completions ON completions.lesson = lessons.id AND completions.person = own.person "
        ));
        filter(&mut query, wanted);
        query.push(
            " AND cancelled_at_ms IS NULL AND (kind = 'async' OR results.id IS NOT NULL)
              ORDER BY classes.number, planned_start_ms, lessons.id, own.name, own.id",
        );
        Ok(query.build_query_as().fetch_all(self.reader()).await?)
    }

    /// What registration says of each unit's people; units whose people have only drafts are absent.
    pub async fn registered(&mut self, phase: &str) -> anyhow::Result<Vec<RegisteredRow>> {
        let rows = sqlx::query_as(
            "SELECT unit, count(*) AS registered,
                 count(*) FILTER (WHERE state IN ('approved', 'placed', 'active', 'completed', 'failed')) AS approved,
                 count(*) FILTER (WHERE state IN ('completed', 'failed')) AS decided
             FROM registrations WHERE phase = $1 AND state <> 'draft' GROUP BY unit",
        );
        Ok(rows.bind(phase).fetch_all(self.reader()).await?)
    }

    /// Seats of each unit that has some.
    pub async fn seats(&mut self, phase: &str) -> anyhow::Result<BTreeMap<String, u32>> {
        quotas::of_phase(self.reader(), phase).await
    }

    pub(super) fn reader(&mut self) -> &mut Connection {
        &mut self.0
    }
}

fn filter(query: &mut QueryBuilder, wanted: &Wanted<'_>) {
    query.push(" WHERE own.state IN ('placed', 'active', 'completed', 'failed') AND own.phase = ");
    query.push_bind(wanted.phase.to_owned());
    if !wanted.scope.everything {
        query.push(" AND (FALSE");
        for unit in wanted.scope.units() {
            query.push(" OR own.unit = ").push_bind(unit.to_owned());
        }
        for class in wanted.scope.classes() {
            query.push(" OR own.class = ").push_bind(class.to_owned());
        }
        query.push(")");
    }
    for (column, value) in [(" AND own.unit = ", wanted.unit), (" AND own.class = ", wanted.class)] {
        if let Some(value) = value {
            query.push(column).push_bind(value.to_owned());
        }
    }
    match wanted.passed {
        Some(Some(true)) => query.push(" AND own.state = 'completed'"),
        Some(Some(false)) => query.push(" AND own.state = 'failed'"),
        Some(None) => query.push(" AND own.state IN ('placed', 'active')"),
        None => query,
    };
    if let Some(ids) = wanted.ids {
        query.push(" AND own.id IN ");
        push_numbers(query, ids);
    }
    if let Some(text) = wanted.text {
        query.push(" AND (");
        push_contains(query, "own.name", text.to_owned());
        query.push(" OR ");
        push_contains(query, "own.school", text.to_owned());
        query.push(")");
    }
}
