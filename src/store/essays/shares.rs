//! The tables `essay_reviewers` and `essay_shares`: the reviewers of each phase, and the texts given to each.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{from_word, signed, unsigned};
use super::Essays;
use crate::essay::share::{Reviewer, Waiting};
use crate::essay::way::State;
use crate::store::dialect::{json_list, texts};

/// A reviewer of a phase, with their progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub reviewer: Reviewer,
    pub name: String,
    /// Reviewed texts; [`Reviewer::given`] counts these, too.
    pub done: u32,
}

#[derive(FromRow)]
struct NamedRow {
    person: String,
    name: String,
    units: String,
    given: u32,
    done: u32,
}

impl NamedRow {
    fn read(self) -> anyhow::Result<Named> {
        let units = serde_json::from_str(&self.units)?;
        let reviewer = Reviewer { person: self.person, units, given: self.given };
        Ok(Named { reviewer, name: self.name, done: self.done })
    }
}

const NAMED: &str = "SELECT essay_reviewers.person, people.name, units,
         (SELECT count(*) FROM essay_shares JOIN essays ON essays.id = essay
          WHERE reviewer = essay_reviewers.person AND essays.phase = essay_reviewers.phase
              AND essay_shares.state <> 'passed_on') AS given,
         (SELECT count(*) FROM essay_shares JOIN essays ON essays.id = essay
          WHERE reviewer = essay_reviewers.person AND essays.phase = essay_reviewers.phase
              AND essay_shares.state = 'reviewed') AS done
     FROM essay_reviewers JOIN people ON people.id = essay_reviewers.person
     WHERE essay_reviewers.phase = $1 ORDER BY essay_reviewers.id";

/// A text that was given to a reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub essay: u64,
    pub version: u32,
    pub reviewer: String,
    pub is_open: bool,
    /// Question of the person who asks for a second opinion; `None` = this is the first share.
    pub question: Option<String>,
}

#[derive(FromRow)]
struct ShareRow {
    essay: i64,
    version: u32,
    reviewer: String,
    state: String,
    question: Option<String>,
}

impl From<ShareRow> for Share {
    fn from(row: ShareRow) -> Share {
        let ShareRow { essay, version, reviewer, state, question } = row;
        Share { essay: unsigned(essay), version, reviewer, is_open: state == "open", question }
    }
}

const OF_VERSION: &str = "SELECT essay, version, reviewer, state, question FROM essay_shares
     WHERE essay = $1 AND version = $2 ORDER BY id";

/// An essay in a list of those handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: u64,
    pub state: State,
    pub count: u32,
    pub handed_in_at_ms: u64,
    pub is_second: bool,
    /// Marked as one of the best.
    pub excellent: bool,
}

#[derive(FromRow)]
struct ListedRow {
    id: i64,
    state: String,
    count: u32,
    at_ms: i64,
    is_second: bool,
    excellent: bool,
}

impl ListedRow {
    fn read(self) -> anyhow::Result<Listed> {
        Ok(Listed {
            id: unsigned(self.id),
            state: from_word(self.state)?,
            count: self.count,
            handed_in_at_ms: unsigned(self.at_ms),
            is_second: self.is_second,
            excellent: self.excellent,
        })
    }
}

/// A phase for which a person reviews.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Duty {
    pub phase: String,
    pub title: String,
    pub waiting: u32,
    pub done: u32,
}

impl Essays<'_> {
    /// The reviewers of a phase, in the order of naming.
    pub async fn reviewers(&self, phase: &str) -> anyhow::Result<Vec<Named>> {
        let rows = sqlx::query_as::<_, NamedRow>(NAMED).bind(phase);
        rows.fetch_all(&self.0.readers).await?.into_iter().map(NamedRow::read).collect()
    }

    /// The shares of a text, oldest first.
    pub async fn shares(&self, essay: u64, version: u32) -> anyhow::Result<Vec<Share>> {
        let rows = sqlx::query_as::<_, ShareRow>(OF_VERSION).bind(signed(essay)).bind(version);
        Ok(rows.fetch_all(&self.0.readers).await?.into_iter().map(Share::from).collect())
    }

    /// Handed-in essays of a phase: those given to this reviewer at any time; `None` = all of them. Waiting
    /// ones come first.
    pub async fn listed(&self, phase: &str, reviewer: Option<&str>) -> anyhow::Result<Vec<Listed>> {
        let rows = sqlx::query_as::<_, ListedRow>(
            "SELECT essays.id, essays.state, count, one.at_ms, EXISTS (SELECT 1 FROM essay_shares
                 WHERE essay = essays.id AND version = number AND question IS NOT NULL) AS is_second,
                 EXISTS (SELECT 1 FROM best_essays WHERE essay = essays.id) AS excellent
             FROM essays JOIN essay_versions AS one ON one.essay = essays.id
                 AND number = (SELECT max(number) FROM essay_versions WHERE essay = essays.id)
             WHERE phase = $1 AND essays.state <> 'draft' AND ($2 IS NULL OR EXISTS (SELECT 1 FROM essay_shares
                 WHERE essay = essays.id AND version = number AND reviewer = $2 AND essay_shares.state <> 'passed_on'))
             ORDER BY essays.state = 'submitted' DESC, one.at_ms, essays.id",
        );
        let rows = rows.bind(phase).bind(reviewer).fetch_all(&self.0.readers).await?;
        rows.into_iter().map(ListedRow::read).collect()
    }

    /// The phases for which a person reviews, `None` = all with an essay: how many essays wait there for this
    /// person, or for anybody, and how many were reviewed.
    pub async fn duties(&self, reviewer: Option<&str>) -> anyhow::Result<Vec<Duty>> {
        let rows = sqlx::query_as(
            "SELECT phases.id AS phase, title,
                 (SELECT count(*) FROM essays WHERE phase = phases.id AND state = 'submitted' AND ($1 IS NULL OR
                     EXISTS (SELECT 1 FROM essay_shares WHERE essay = essays.id AND reviewer = $1
                         AND essay_shares.state = 'open'))) AS waiting,
                 (SELECT count(*) FROM essay_reviews JOIN essays ON essays.id = essay
                  WHERE phase = phases.id AND ($1 IS NULL OR reviewer = $1)) AS done
             FROM phases WHERE CASE WHEN $1 IS NULL
                 THEN EXISTS (SELECT 1 FROM requirements WHERE phase = phases.id)
                 ELSE EXISTS (SELECT 1 FROM essay_reviewers WHERE phase = phases.id AND person = $1) END
             ORDER BY phases.id",
        );
        Ok(rows.bind(reviewer).fetch_all(&self.0.readers).await?)
    }

    /// Number of texts of a phase that wait for a reviewer.
    pub async fn unshared(&self, phase: &str) -> anyhow::Result<u32> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM ({WAITING}) AS waiting"));
        Ok(sqlx::query_scalar(sql).bind(phase).fetch_one(&self.0.readers).await?)
    }
}

/// Handed-in texts that no reviewer has.
const WAITING: &str = concat!(
    "SELECT essays.id, essays.person, registrations.unit, number,
         (SELECT ",
    json_list!("reviewer"),
    " FROM essay_shares WHERE essay = essays.id AND version = number) AS seen_by
     FROM essays JOIN essay_versions ON essay_versions.essay = essays.id
         AND number = (SELECT max(number) FROM essay_versions WHERE essay = essays.id)
     JOIN registrations ON registrations.phase = essays.phase AND registrations.person = essays.person
     WHERE essays.phase = $1 AND essays.state = 'submitted' AND NOT EXISTS (SELECT 1 FROM essay_shares
         WHERE essay = essays.id AND version = number AND state = 'open')"
);

#[derive(FromRow)]
struct WaitingRow {
    id: i64,
    person: String,
    unit: String,
    number: u32,
    seen_by: String,
}

impl WaitingRow {
    /// The text, with the number of its version.
    fn read(self) -> anyhow::Result<(Waiting, u32)> {
        let seen_by = serde_json::from_str(&self.seen_by)?;
        let waiting = Waiting { essay: unsigned(self.id), author: self.person, unit: self.unit, seen_by };
        Ok((waiting, self.number))
    }
}

/// The texts of a phase that wait for a reviewer, each with the number of its version.
pub async fn waiting(writing: &mut Writing, phase: &str) -> anyhow::Result<Vec<(Waiting, u32)>> {
    let rows = sqlx::query_as::<_, WaitingRow>(WAITING).bind(phase);
    rows.fetch_all(&mut **writing).await?.into_iter().map(WaitingRow::read).collect()
}

pub async fn reviewers(writing: &mut Writing, phase: &str) -> anyhow::Result<Vec<Named>> {
    let rows = sqlx::query_as::<_, NamedRow>(NAMED).bind(phase);
    rows.fetch_all(&mut **writing).await?.into_iter().map(NamedRow::read).collect()
}

/// Replaces the reviewers of a phase. Texts of former reviewers, and those now of a reviewer's own unit, wait
/// again.
pub async fn name_reviewers(writing: &mut Writing, phase: &str, all: &[Reviewer]) -> anyhow::Result<()> {
    let people: Vec<&str> = all.iter().map(|one| one.person.as_str()).collect();
    let people = serde_json::to_string(&people)?;
    for sql in [
        concat!("DELETE FROM essay_reviewers WHERE phase = $1 AND person NOT IN ", texts!("$2")),
        concat!(
            "DELETE FROM essay_shares WHERE state = 'open' AND reviewer NOT IN ",
            texts!("$2"),
            " AND essay IN (SELECT id FROM essays WHERE phase = $1)"
        ),
    ] {
        sqlx::query(sql).bind(phase).bind(&people).execute(&mut **writing).await?;
    }
    for one in all {
        let insert = sqlx::query(
            "INSERT INTO essay_reviewers (phase, person, units) VALUES ($1, $2, $3)
             ON CONFLICT (phase, person) DO UPDATE SET units = excluded.units",
        )
        .bind(phase)
        .bind(&one.person)
        .bind(serde_json::to_string(&one.units)?);
        writing.one_row("a reviewer of a phase", insert).await?;
    }
    sqlx::query(concat!(
        "DELETE FROM essay_shares WHERE state = 'open' AND EXISTS (
             SELECT 1 FROM essays JOIN registrations USING (phase, person) JOIN essay_reviewers AS named USING (phase)
             WHERE essays.id = essay AND phase = $1 AND named.person = reviewer
                 AND unit IN ",
        texts!("named.units"),
        ")"
    ))
    .bind(phase)
    .execute(&mut **writing)
    .await?;
    Ok(())
}

pub async fn of_version(writing: &mut Writing, essay: u64, version: u32) -> anyhow::Result<Vec<Share>> {
    let rows = sqlx::query_as::<_, ShareRow>(OF_VERSION).bind(signed(essay)).bind(version);
    Ok(rows.fetch_all(&mut **writing).await?.into_iter().map(Share::from).collect())
}

/// Gives a text to a reviewer.
pub async fn give(writing: &mut Writing, share: &Share, at_ms: u64) -> anyhow::Result<()> {
    let insert = sqlx::query(
        "INSERT INTO essay_shares (essay, version, reviewer, state, question, at_ms)
         VALUES ($1, $2, $3, 'open', $4, $5)",
    )
    .bind(signed(share.essay))
    .bind(share.version)
    .bind(&share.reviewer)
    .bind(&share.question)
    .bind(signed(at_ms));
    Ok(writing.one_row("a share of a reviewer", insert).await?)
}

/// The end of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Reviewed,
    /// Another person is asked.
    PassedOn,
}

/// Ends the open share of a text.
pub async fn end(writing: &mut Writing, essay: u64, version: u32, end: End) -> anyhow::Result<()> {
    let state = match end {
        End::Reviewed => "reviewed",
        End::PassedOn => "passed_on",
    };
    let update = sqlx::query(
        "UPDATE essay_shares SET state = $1 WHERE essay = $2 AND version = $3 AND state = 'open'",
    )
    .bind(state)
    .bind(signed(essay))
    .bind(version);
    Ok(writing.one_row("the end of a share", update).await?)
}

/// Takes a text out of its reviewer's hands, because its author took it back.
pub async fn withdraw(writing: &mut Writing, essay: u64) -> anyhow::Result<()> {
    let open = sqlx::query("DELETE FROM essay_shares WHERE essay = $1 AND state = 'open'");
    open.bind(signed(essay)).execute(&mut **writing).await?;
    Ok(())
}
