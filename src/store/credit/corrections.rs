//! The table `corrections`: requests of an operator or the server for a second person to decide (CR-20,
//! CR-21).

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::words::Word;
use super::super::{Store, signed, unsigned, word};
use super::LIST_MAX;
use crate::attendance::ledger::Kind;
use crate::attendance::posting::ReasonCode;

/// Reads corrections.
pub(crate) struct Corrections<'a>(&'a Store);

/// The state of a request that a second person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecisionState {
    Waits,
    Entered,
    Refused,
}

impl DecisionState {
    pub(super) fn word(self) -> &'static str {
        match self {
            DecisionState::Waits => "waits",
            DecisionState::Entered => "entered",
            DecisionState::Refused => "refused",
        }
    }
}

impl TryFrom<String> for DecisionState {
    type Error = anyhow::Error;

    fn try_from(word: String) -> anyhow::Result<DecisionState> {
        let states = [DecisionState::Waits, DecisionState::Entered, DecisionState::Refused];
        let state = states.into_iter().find(|state| state.word() == word);
        state.ok_or_else(|| anyhow::anyhow!("the database holds the unknown word {word:?}"))
    }
}

/// A correction as requested.
#[derive(Debug, FromRow)]
pub(crate) struct CorrectionRow {
    #[sqlx(try_from = "i64")]
    pub(crate) id: u64,
    pub(crate) lesson: String,
    pub(crate) person: String,
    /// The change of the result: `adjust`, `revoke` or `reverse`.
    pub(crate) act: Word<Kind>,
    appeal: Option<i64>,
    pub(crate) delta_ch: i64,
    pub(crate) code: Word<ReasonCode>,
    pub(crate) text: String,
    pub(crate) seen_balance_ch: i64,
    /// `None` = the server asks, and nobody has agreed yet.
    pub(crate) asked_by: Option<String>,
    #[sqlx(try_from = "i64")]
    pub(crate) at_ms: u64,
    #[sqlx(try_from = "String")]
    pub(crate) state: DecisionState,
    /// The words of the second person; `None` = there are none.
    pub(crate) decision_text: Option<String>,
}

impl CorrectionRow {
    /// Number of the appeal that it answers; `None` = there was no appeal.
    pub(crate) fn appeal(&self) -> Option<u64> {
        self.appeal.map(unsigned)
    }
}

/// A correction with the names for display.
#[derive(Debug, FromRow)]
pub(crate) struct ShownCorrection {
    #[sqlx(flatten)]
    pub(crate) row: CorrectionRow,
    /// Title of the lesson.
    pub(crate) title: String,
    /// Name of the person.
    pub(crate) name: String,
    /// Name of the requesting person; `None` = the server.
    pub(crate) by_name: Option<String>,
}

/// A correction to be kept until a second person decides.
pub(crate) struct NewCorrection<'a> {
    pub(crate) lesson: &'a str,
    pub(crate) person: &'a str,
    pub(crate) act: Kind,
    pub(crate) appeal: Option<u64>,
    pub(crate) delta_ch: i64,
    pub(crate) code: ReasonCode,
    pub(crate) text: &'a str,
    pub(crate) seen_balance_ch: i64,
    pub(crate) asked_by: &'a str,
    pub(crate) at_ms: u64,
}

/// A request by the server itself.
pub(crate) struct NewReversal<'a> {
    pub(crate) lesson: &'a str,
    pub(crate) person: &'a str,
    pub(crate) delta_ch: i64,
    /// A code with its figures, as JSON.
    pub(crate) reason: &'a str,
    pub(crate) seen_balance_ch: i64,
    pub(crate) at_ms: u64,
}

impl Store {
    pub(crate) fn corrections(&self) -> Corrections<'_> {
        Corrections(self)
    }
}

impl Corrections<'_> {
    pub(crate) async fn find(&self, id: u64) -> anyhow::Result<Option<CorrectionRow>> {
        let row = sqlx::query_as("SELECT * FROM corrections WHERE id = $1").bind(signed(id));
        Ok(row.fetch_optional(&self.0.readers).await?)
    }

    /// The waiting ones, oldest first, then those that people refused after `refused_from_ms`.
    pub(crate) async fn waiting(&self, refused_from_ms: u64) -> anyhow::Result<Vec<ShownCorrection>> {
        let rows = sqlx::query_as(
            "SELECT corrections.*, title, people.name, asking.name AS by_name FROM corrections
             JOIN lessons ON lessons.id = lesson JOIN people ON people.id = person
             LEFT JOIN people AS asking ON asking.id = asked_by
             WHERE corrections.state = 'waits'
                 OR (corrections.state = 'refused' AND decided_by IS NOT NULL AND decided_at_ms > $1)
             ORDER BY corrections.state <> 'waits', corrections.id LIMIT $2",
        );
        Ok(rows.bind(signed(refused_from_ms)).bind(LIST_MAX).fetch_all(&self.0.readers).await?)
    }
}

/// Keeps a correction; returns its number. `None` = the same one waits already: a repeated request counts
/// once.
pub(crate) async fn insert(writing: &mut Writing, new: &NewCorrection<'_>) -> anyhow::Result<Option<u64>> {
    let done: Option<i64> = sqlx::query_scalar(
        "INSERT INTO corrections
             (lesson, person, act, appeal, delta_ch, code, text, seen_balance_ch, asked_by, at_ms)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
         WHERE NOT EXISTS (SELECT 1 FROM corrections
             WHERE lesson = $1 AND person = $2 AND act = $3 AND delta_ch = $5 AND state = 'waits') RETURNING id",
    )
    .bind(new.lesson)
    .bind(new.person)
    .bind(word(new.act))
    .bind(new.appeal.map(signed))
    .bind(new.delta_ch)
    .bind(word(new.code))
    .bind(new.text)
    .bind(new.seen_balance_ch)
    .bind(new.asked_by)
    .bind(signed(new.at_ms))
    .fetch_optional(&mut **writing)
    .await?;
    Ok(done.map(unsigned))
}

/// Keeps a request by the server; returns its number. `None` = people have refused the same one.
pub(crate) async fn insert_reversal(
    writing: &mut Writing,
    new: &NewReversal<'_>,
) -> anyhow::Result<Option<u64>> {
    let done: Option<i64> = sqlx::query_scalar(
        "INSERT INTO corrections (lesson, person, act, delta_ch, code, text, seen_balance_ch, at_ms)
         SELECT $1, $2, 'reverse', $3, $4, $5, $6, $7
         WHERE NOT EXISTS (SELECT 1 FROM corrections
             WHERE lesson = $1 AND person = $2 AND act = 'reverse' AND delta_ch = $3
                 AND seen_balance_ch = $6 AND decided_by IS NOT NULL) RETURNING id",
    )
    .bind(new.lesson)
    .bind(new.person)
    .bind(new.delta_ch)
    .bind(word(ReasonCode::Other))
    .bind(new.reason)
    .bind(new.seen_balance_ch)
    .bind(signed(new.at_ms))
    .fetch_optional(&mut **writing)
    .await?;
    Ok(done.map(unsigned))
}

/// Deletes the server's undecided requests about a lesson.
pub(crate) async fn withdraw_reversals(
    writing: &mut Writing,
    lesson: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let query = sqlx::query(
        "UPDATE corrections SET state = 'refused', decided_at_ms = $1
         WHERE lesson = $2 AND act = 'reverse' AND state = 'waits'",
    );
    query.bind(signed(now_ms)).bind(lesson).execute(&mut **writing).await?;
    Ok(())
}

/// Notes the first of two people, who takes over a request by the server.
pub(crate) async fn take_over(writing: &mut Writing, id: u64, by: &str) -> anyhow::Result<()> {
    let query = sqlx::query("UPDATE corrections SET asked_by = $1 WHERE id = $2");
    Ok(writing.one_row("who asks for a correction", query.bind(by).bind(signed(id))).await?)
}

/// Notes the decision of the second person, with its words.
pub(crate) async fn decide(
    writing: &mut Writing,
    id: u64,
    (state, text): (DecisionState, Option<&str>),
    by: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let update = sqlx::query(
        "UPDATE corrections SET state = $1, decision_text = $2, decided_by = $3, decided_at_ms = $4
         WHERE id = $5",
    )
    .bind(state.word())
    .bind(text)
    .bind(by)
    .bind(signed(now_ms))
    .bind(signed(id));
    Ok(writing.one_row("the decision on a correction", update).await?)
}
