//! What a trainee sees of the own account.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::{from_word, unsigned};
use super::Books;
use super::completions::Completion;
use super::entries::entry;
use crate::attendance::account::{Account, Certified, Dated, Earning, five_years};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::attendance::ledger::Kind;
use crate::attendance::posting::Standing;
use crate::attendance::record::LineRecord;
use crate::attendance::sheet::{Line, Who};
use crate::protocol::{LedgerLine, MyHours, MyLesson, Stage};

/// Lessons and entries that are shown, the newest: far more than five years hold.
const LIST_MAX: i64 = 2000;

/// What the ledger says about one content of a person.
#[derive(Default)]
pub(super) struct Content {
    standing: Standing,
    async_ch: i64,
    pub(super) credit_ch: u64,
    lesson: String,
    planned_start: ServerInstant,
    completed: Option<ServerInstant>,
}

impl Books {
    /// Everything of one person.
    pub async fn mine(&self, person: &str, name: &str, now_ms: u64) -> anyhow::Result<MyHours> {
        let rows = sqlx::query(
            "SELECT entries.*, people.name AS by_name, planned_start_ms, completions.at_ms AS completed_at_ms,
                 (SELECT max(credit_ch) FROM lessons AS one WHERE one.content = entries.content) AS content_ch
             FROM entries LEFT JOIN people ON people.id = actor LEFT JOIN lessons ON lessons.id = entries.lesson
             LEFT JOIN completions ON completions.lesson = entries.lesson AND completions.person = entries.person
             WHERE entries.person = ? ORDER BY seq DESC LIMIT ?",
        )
        .bind(person)
        .bind(LIST_MAX)
        .fetch_all(&self.store.readers)
        .await?;
        let entries = rows.iter().map(ledger_line).collect::<anyhow::Result<_>>()?;
        let contents = contents(&rows)?;
        let accounts = self.accounts(person, &contents).await?;
        let certified: Vec<Certified> = accounts.iter().flat_map(dated).collect();
        let five_years = five_years(LocalDate::of(ServerInstant::of_fact(now_ms)), &certified);
        Ok(MyHours {
            lessons: self.lessons_of(person, name, &rows, &contents, now_ms).await?,
            entries,
            recognised_ch: accounts.iter().map(|account| account.recognised_ch).sum(),
            uncapped_ch: accounts.iter().map(|account| account.uncapped_ch).sum(),
            five_years_ch: five_years.sum_ch,
            five_years_short_ch: five_years.short_ch,
            appeals: self.appeals_of(person).await?,
        })
    }

    /// Lessons that were judged, also those to which the person did not come, and courses that were watched.
    async fn lessons_of(
        &self,
        person: &str,
        name: &str,
        entries: &[SqliteRow],
        contents: &BTreeMap<String, Content>,
        now_ms: u64,
    ) -> anyhow::Result<Vec<MyLesson>> {
        let by_lesson = by_lesson(entries)?;
        let rows = sqlx::query(
            "SELECT own.lesson, title, content, planned_start_ms, stage, provisional_at_ms, taught_s,
                 effective_ch, line, completions.lesson IS NOT NULL AS is_course, completions.person,
                 completions.at_ms, completions.credit_ch, completions.policy_version, completions.covered
             FROM (SELECT lesson, person FROM enrolments WHERE person = ?1
                   UNION SELECT lesson, person FROM completions WHERE person = ?1) AS own
             JOIN lessons ON lessons.id = own.lesson
             LEFT JOIN judged ON judged.lesson = own.lesson LEFT JOIN results ON results.id = judged.result
             LEFT JOIN result_lines ON result_lines.result = judged.result AND result_lines.person = own.person
             LEFT JOIN completions ON completions.lesson = own.lesson AND completions.person = own.person
             WHERE results.id IS NOT NULL OR is_course
             ORDER BY planned_start_ms DESC, own.lesson LIMIT ?2",
        )
        .bind(person)
        .bind(LIST_MAX)
        .fetch_all(&self.store.readers)
        .await?;
        let own = || Who { id: person.to_owned(), name: name.to_owned(), ..Who::default() };
        let one = |row: &SqliteRow| {
            let content: &str = row.try_get("content")?;
            let standing = contents.get(content).map_or_else(Standing::default, |content| content.standing);
            let line: Option<&str> = row.try_get("line")?;
            let line = line.map(LineRecord::read).transpose()?;
            let mut line: Line = line.map(Into::into).unwrap_or_default();
            let course = row.try_get::<bool, _>("is_course")?.then(|| Completion::read(row)).transpose()?;
            let (stage, from_ms, effective_ch) = match &course {
                Some(done) => {
                    line.credit_ch = done.credit_ch;
                    (self.stage_of(done, now_ms), done.at_ms, done.credit_ch)
                }
                None => (
                    from_word(row.try_get("stage")?)?,
                    unsigned(row.try_get("provisional_at_ms")?),
                    unsigned(row.try_get("effective_ch")?),
                ),
            };
            let until_ms = from_ms + self.times.appeals_ms;
            let is_open = stage == Stage::Provisional && now_ms <= until_ms;
            let lesson: String = row.try_get("lesson")?;
            let of_lesson = by_lesson.get(&lesson).copied().unwrap_or_default();
            Ok(MyLesson {
                lesson,
                title: row.try_get("title")?,
                stage,
                planned_start_ms: unsigned(row.try_get("planned_start_ms")?),
                taught_s: unsigned(row.try_get::<Option<i64>, _>("taught_s")?.unwrap_or_default()),
                effective_ch,
                line: line.shown(own(), standing, of_lesson),
                completed_at_ms: course.map(|done| done.at_ms),
                appeal_until_ms: is_open.then_some(until_ms),
            })
        };
        rows.iter().map(one).collect()
    }
}

impl Content {
    /// What was watched counts on the day it was completed, all else on the day of the lesson (CR-15).
    pub(super) fn earnings(&self, id: &str) -> Vec<Earning> {
        let balance_ch = self.standing.balance_ch.max(0);
        let watched_ch = self.async_ch.clamp(0, balance_ch);
        let earning = |date, ch: i64| Earning {
            lesson: self.lesson.clone(),
            content: id.to_owned(),
            date,
            ch: ch.unsigned_abs(),
        };
        let completed = Dated::Completed(self.completed.unwrap_or(self.planned_start));
        let both = [
            earning(Dated::PlannedStart(self.planned_start), balance_ch - watched_ch),
            earning(completed, watched_ch),
        ];
        both.into_iter().filter(|earning| earning.ch > 0).collect()
    }
}

fn contents(rows: &[SqliteRow]) -> anyhow::Result<BTreeMap<String, Content>> {
    let mut contents: BTreeMap<String, Content> = BTreeMap::new();
    for row in rows {
        let entry = entry(row)?.posting;
        let content = contents.entry(entry.content).or_default();
        content.standing.add(entry.kind, entry.delta_ch);
        content.credit_ch = unsigned(row.try_get::<Option<i64>, _>("content_ch")?.unwrap_or(0));
        // The newest comes first, so the first lesson of a content stays in the end.
        let instant = |column| {
            Ok::<_, sqlx::Error>(
                row.try_get::<Option<i64>, _>(column)?.map(unsigned).map(ServerInstant::of_fact),
            )
        };
        if let Some(planned_start) = instant("planned_start_ms")? {
            content.planned_start = planned_start;
            content.lesson = entry.lesson.unwrap_or_default();
        }
        if entry.kind == Kind::Async {
            content.async_ch += entry.delta_ch;
            content.completed = instant("completed_at_ms")?.or(content.completed);
        }
    }
    Ok(contents)
}

/// What the entries of each lesson come to.
fn by_lesson(rows: &[SqliteRow]) -> anyhow::Result<BTreeMap<String, Standing>> {
    let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
    for row in rows {
        let entry = entry(row)?.posting;
        standings.entry(entry.lesson.unwrap_or_default()).or_default().add(entry.kind, entry.delta_ch);
    }
    Ok(standings)
}

/// What is recognised by its dates; what is beyond the hours of the phase is not.
fn dated(account: &Account) -> Vec<Certified> {
    let mut left_ch = account.recognised_ch;
    let one = |line: &crate::attendance::account::Line| {
        let ch = line.recognised_ch.min(left_ch);
        left_ch -= ch;
        Certified { issued: LocalDate::of(line.earning.date.at()), ch, revoked: false }
    };
    account.lines.iter().map(one).collect()
}

fn ledger_line(row: &SqliteRow) -> anyhow::Result<LedgerLine> {
    let entry = entry(row)?;
    Ok(LedgerLine {
        seq: entry.seq,
        at_ms: entry.posting.at_ms,
        lesson: entry.posting.lesson,
        kind: row.try_get("kind")?,
        delta_ch: entry.posting.delta_ch,
        reason: entry.posting.reason,
        by: row.try_get("by_name")?,
        policy_version: entry.posting.policy_version,
        hash: entry.hash,
    })
}
