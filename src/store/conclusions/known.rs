//! The known facts about people of a phase, read for many of them at once: their states and essays, every
//! entry of the ledger, and which of their lessons are not final.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::super::words::Word;
use super::super::{signed, unsigned};
use super::{Conclusions, Row};
use crate::attendance::ledger::Kind;
use crate::essay::way;
use crate::programme::conclusion::{Conclusion, Quiz};
use crate::programme::enrolment::State;
use crate::store::dialect::{Connection, numbers};
use crate::time::ServerInstant;

/// A person whose end is to be decided.
pub(crate) struct Candidate {
    pub(crate) registration: u64,
    pub(crate) person: String,
    pub(crate) state: State,
    /// `None` = never begun.
    pub(crate) essay: Option<way::State>,
    /// The last decision.
    pub(crate) last: Option<Conclusion>,
    /// An appeal or a correction waits for a decision.
    pub(crate) waits: bool,
    /// Tries of the self-test that have ended.
    pub(crate) quiz: Quiz,
    /// Has answered the survey.
    pub(crate) survey: bool,
}

#[derive(FromRow)]
struct CandidateRow {
    registration: i64,
    person: String,
    state: Word<State>,
    essay: Option<Word<way::State>>,
    waits: bool,
    quiz_tries: u32,
    quiz_passed: bool,
    survey: bool,
}

/// One entry of the ledger with its course and phase.
#[derive(FromRow)]
pub(crate) struct KnownEntry {
    pub(crate) person: String,
    pub(crate) content: String,
    pub(crate) kind: Word<Kind>,
    pub(crate) delta_ch: i64,
    pub(crate) lesson: Option<String>,
    planned_start_ms: Option<i64>,
    completed_at_ms: Option<i64>,
    /// Phase of its lesson's class; `None` = there is none.
    pub(crate) phase: Option<String>,
    pub(crate) course: Option<i64>,
    cap_ch: Option<i64>,
}

impl KnownEntry {
    pub(crate) fn planned_start(&self) -> Option<ServerInstant> {
        self.planned_start_ms.map(unsigned).map(ServerInstant::of_fact)
    }

    pub(crate) fn completed(&self) -> Option<ServerInstant> {
        self.completed_at_ms.map(unsigned).map(ServerInstant::of_fact)
    }

    pub(crate) fn cap_ch(&self) -> Option<u64> {
        self.cap_ch.map(unsigned)
    }
}

impl Conclusions<'_> {
    /// People of a phase, by the numbers of their registrations.
    pub(crate) async fn candidates(&self, ids: &[u64]) -> anyhow::Result<Vec<Candidate>> {
        let ids = serde_json::to_string(ids)?;
        let rows: Vec<CandidateRow> = sqlx::query_as(concat!(
            "SELECT own.id AS registration, own.person, own.state, essays.state AS essay,
                 EXISTS (SELECT 1 FROM appeals JOIN lessons ON lessons.id = lesson
                     JOIN classes ON classes.id = lessons.class
                     WHERE appeals.person = own.person AND classes.phase = own.phase
                         AND appeals.state IN ('open', 'waits'))
                 OR EXISTS (SELECT 1 FROM corrections JOIN lessons ON lessons.id = lesson
                     JOIN classes ON classes.id = lessons.class
                     WHERE corrections.state = 'waits' AND corrections.person = own.person
                         AND classes.phase = own.phase) AS waits,
                 (SELECT count(*) FROM quiz_papers JOIN quiz_results ON paper = quiz_papers.id
                     WHERE quiz_papers.phase = own.phase AND quiz_papers.person = own.person) AS quiz_tries,
                 EXISTS (SELECT 1 FROM quiz_papers JOIN quiz_results ON paper = quiz_papers.id
                     WHERE quiz_papers.phase = own.phase AND quiz_papers.person = own.person AND passed) AS quiz_passed,
                 EXISTS (SELECT 1 FROM surveys JOIN survey_takers ON survey = surveys.id
                     WHERE surveys.phase = own.phase AND survey_takers.person = own.person) AS survey
             FROM registrations AS own
             LEFT JOIN essays ON essays.phase = own.phase AND essays.person = own.person
             WHERE own.id IN ",
            numbers!("$1"),
            " ORDER BY own.id"
        ))
        .bind(&ids)
        .fetch_all(&self.0.readers)
        .await?;
        let last: Vec<Row> = sqlx::query_as(concat!(
            "SELECT * FROM conclusions WHERE id IN (SELECT max(id) FROM conclusions
                 WHERE registration IN ",
            numbers!("$1"),
            " GROUP BY registration)"
        ))
        .bind(&ids)
        .fetch_all(&self.0.readers)
        .await?;
        let read = |row: &Row| Ok((row.registration, row.conclusion()?));
        let mut last: BTreeMap<i64, Conclusion> = last.iter().map(read).collect::<anyhow::Result<_>>()?;
        let candidate = |row: CandidateRow| Candidate {
            registration: unsigned(row.registration),
            last: last.remove(&row.registration),
            person: row.person,
            state: row.state.0,
            essay: row.essay.map(|essay| essay.0),
            waits: row.waits,
            quiz: Quiz { tries: row.quiz_tries, passed: row.quiz_passed },
            survey: row.survey,
        };
        Ok(rows.into_iter().map(candidate).collect())
    }

    /// See [`entries`].
    pub(crate) async fn entries(&self, ids: &[u64]) -> anyhow::Result<Vec<KnownEntry>> {
        entries(&mut *self.0.readers.acquire().await?, ids).await
    }

    /// Lessons of a phase that are not final for these people, as person and lesson. Watching is final
    /// `appeals_ms` after its completion.
    pub(crate) async fn open_lessons(
        &self,
        phase: &str,
        ids: &[u64],
        appeals_ms: u64,
        now_ms: u64,
    ) -> anyhow::Result<BTreeSet<(String, String)>> {
        let rows: Vec<(String, String)> = sqlx::query_as(concat!(
            "SELECT own.person, lessons.id FROM registrations AS own
             JOIN enrolments ON enrolments.person = own.person
             JOIN lessons ON lessons.id = enrolments.lesson JOIN classes ON classes.id = lessons.class
             LEFT JOIN judged ON judged.lesson = lessons.id LEFT JOIN results ON results.id = judged.result
             LEFT JOIN completions ON completions.lesson = lessons.id AND completions.person = own.person
             WHERE own.id IN ",
            numbers!("$1"),
            " AND classes.phase = $2 AND cancelled_at_ms IS NULL
                 AND CASE WHEN kind = 'live' THEN results.stage IS DISTINCT FROM 'final'
                     ELSE coalesce(completions.at_ms + $3, planned_end_ms - 1) >= $4 END
             UNION
             SELECT own.person, completions.lesson FROM registrations AS own
             JOIN completions ON completions.person = own.person
             WHERE own.id IN ",
            numbers!("$1"),
            " AND completions.at_ms + $3 >= $4"
        ))
        .bind(serde_json::to_string(ids)?)
        .bind(phase)
        .bind(signed(appeals_ms))
        .bind(signed(now_ms))
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().collect())
    }

    /// The worth of every content of a phase's lessons, and of everything else its people have watched, ch.
    pub(crate) async fn worths(&self) -> anyhow::Result<BTreeMap<String, u64>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT content, max(credit_ch) FROM lessons WHERE content IS NOT NULL GROUP BY content",
        )
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(|(content, ch)| (content, unsigned(ch))).collect())
    }

    /// The registration of a person in a phase whose end is decided or to be decided.
    pub(crate) async fn registration(&self, phase: &str, person: &str) -> anyhow::Result<Option<u64>> {
        let row: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM registrations WHERE phase = $1 AND person = $2
                 AND state IN ('placed', 'active', 'completed', 'failed')",
        )
        .bind(phase)
        .bind(person)
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(row.map(unsigned))
    }
}

/// All entries of the people of these registrations: by person, the newest first.
pub(in crate::store) async fn entries(
    reader: &mut Connection,
    ids: &[u64],
) -> anyhow::Result<Vec<KnownEntry>> {
    let rows = sqlx::query_as(concat!(
        "SELECT entries.person, entries.content, entries.kind, delta_ch, entries.lesson, planned_start_ms,
             completions.at_ms AS completed_at_ms, classes.phase, lessons.course, cap_ch
         FROM registrations AS own JOIN entries ON entries.person = own.person
         LEFT JOIN lessons ON lessons.id = entries.lesson LEFT JOIN classes ON classes.id = lessons.class
         LEFT JOIN phase_courses ON phase_courses.id = lessons.course
         LEFT JOIN completions
             ON completions.lesson = entries.lesson AND completions.person = entries.person
         WHERE own.id IN ",
        numbers!("$1"),
        " ORDER BY entries.person, seq DESC"
    ));
    Ok(rows.bind(serde_json::to_string(ids)?).fetch_all(reader).await?)
}
