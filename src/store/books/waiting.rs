//! The second person: corrections that wait, asked for by an operator or by the server.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::db::{Lane, Writing};
use super::super::{Lesson, from_word, signed, unsigned, word};
use super::appeals::{LIST_MAX, Refused, TEXT_MAX, settle};
use super::corrections::{Act, Asked, Contested};
use super::{Books, postings};
use crate::attendance::ledger::{Kind, Posting};
use crate::attendance::posting::Uncorrectable;
use crate::attendance::reason;
use crate::protocol::{
    AppealState, Approval, Corrected, CorrectionFigures, Reason, ReasonCode, WaitingCorrection,
};

/// What was refused is shown so long.
const REFUSED_SHOWN_MS: u64 = 7 * 86_400_000;

impl Books {
    /// Corrections that wait for a second person, the oldest first, then those refused lately, as `viewer`
    /// sees them.
    pub async fn waiting_corrections(
        &self,
        viewer: &str,
        now_ms: u64,
    ) -> anyhow::Result<Vec<WaitingCorrection>> {
        let rows = sqlx::query(
            "SELECT corrections.*, title, people.name, asking.name AS by_name FROM corrections
             JOIN lessons ON lessons.id = lesson JOIN people ON people.id = person
             LEFT JOIN people AS asking ON asking.id = asked_by
             WHERE corrections.state = 'waits'
                 OR (corrections.state = 'refused' AND decided_by IS NOT NULL AND decided_at_ms > ?)
             ORDER BY corrections.state <> 'waits', corrections.id LIMIT ?",
        )
        .bind(signed(now_ms.saturating_sub(REFUSED_SHOWN_MS)))
        .bind(LIST_MAX)
        .fetch_all(&self.store.readers)
        .await?;
        rows.iter().map(|row| waiting(row, viewer)).collect()
    }

    /// Another operator approves or refuses a correction.
    pub async fn approve(
        &self,
        id: u64,
        by: &str,
        approval: &Approval,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let words = approval.text.as_deref().map(str::trim).filter(|words| !words.is_empty());
        if words.is_some_and(|words| words.chars().count() > TEXT_MAX) {
            return Err(Refused::TextLength);
        }
        let _alone = self.alone.lock().await;
        let row = sqlx::query("SELECT * FROM corrections WHERE id = ?").bind(signed(id));
        let row = row.fetch_optional(&self.store.readers).await?.ok_or(Refused::NotFound)?;
        if row.try_get::<&str, _>("state")? != "waits" {
            return Err(Refused::Decided);
        }
        let asked = Waiting::read(&row)?;
        let mut transaction = self.store.db.write(Lane::Books).await?;
        let (state, entry) = match (approval.approve, &asked.actor) {
            (false, _) => ("refused", None),
            (true, None) => {
                second(&mut transaction, id, &asked.person, by).await?;
                self.log_decision(&mut transaction, by, (id, approval.approve, None), &asked).await?;
                transaction.commit().await?;
                return Ok(Corrected::Waits);
            }
            (true, Some(actor)) if actor == by => return Err(Uncorrectable::SamePerson.into()),
            (true, Some(actor)) => {
                let (lesson, result) = self.result_about(&asked.lesson, &asked.person, now_ms).await?;
                let asked = &asked.asked(&lesson, &result, actor, by);
                ("entered", self.correct_in(&mut transaction, asked, now_ms).await?.entry)
            }
        };
        self.log_decision(&mut transaction, by, (id, approval.approve, entry), &asked).await?;
        decided(&mut transaction, id, state, words, by, now_ms).await?;
        if let Some(appeal) = asked.appeal {
            // What a second person refuses is open again; somebody decides anew.
            let state = if approval.approve { AppealState::Granted } else { AppealState::Open };
            settle(&mut transaction, appeal, state, None, by, now_ms).await?;
        }
        transaction.commit().await?;
        Ok(Corrected::Entered)
    }

    async fn log_decision(
        &self,
        transaction: &mut Writing,
        by: &str,
        (id, approve, entry): (u64, bool, Option<String>),
        asked: &Waiting,
    ) -> anyhow::Result<()> {
        let detail = json!({ "lesson": asked.lesson, "correction": id, "approve": approve, "entry": entry });
        self.log(transaction, by, "hours.correction_decided", &asked.person, detail).await
    }
}

pub(super) async fn wait(transaction: &mut Writing, asked: &Asked<'_>, now_ms: u64) -> Result<(), Refused> {
    // A request that is sent again is not asked for twice.
    let done = sqlx::query(
        "INSERT INTO corrections
             (lesson, person, act, appeal, delta_ch, code, text, seen_balance_ch, asked_by, at_ms)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
         WHERE NOT EXISTS (SELECT 1 FROM corrections
             WHERE lesson = ?1 AND person = ?2 AND act = ?3 AND delta_ch = ?5 AND state = 'waits')",
    )
    .bind(&asked.lesson.id)
    .bind(asked.person)
    .bind(word(asked.act.kind()))
    .bind(asked.appeal)
    .bind(asked.figures.delta_ch)
    .bind(word(asked.figures.code))
    .bind(asked.figures.text.trim())
    .bind(asked.figures.seen_balance_ch)
    .bind(asked.actor)
    .bind(signed(now_ms))
    .execute(&mut **transaction)
    .await?;
    if done.rows_affected() == 0 { Err(Refused::AskedAlready) } else { Ok(()) }
}

/// The server asks for what would take credit of a final result away. What it asked for about this
/// lesson before is computed anew with it, so that falls; what people have refused is not asked again.
pub(super) async fn ask_to_reverse(
    transaction: &mut Writing,
    lesson: &Lesson,
    reversals: &[Posting],
    now_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query(
        "UPDATE corrections SET state = 'refused', decided_at_ms = ?
         WHERE lesson = ? AND act = 'reverse' AND state = 'waits'",
    )
    .bind(signed(now_ms))
    .bind(&lesson.id)
    .execute(&mut **transaction)
    .await?;
    for reversal in reversals {
        let standing = postings::standing(transaction, &reversal.person, &reversal.content).await?;
        sqlx::query(
            "INSERT INTO corrections (lesson, person, act, delta_ch, code, text, seen_balance_ch, at_ms)
             SELECT ?1, ?2, 'reverse', ?3, ?4, ?5, ?6, ?7
             WHERE NOT EXISTS (SELECT 1 FROM corrections
                 WHERE lesson = ?1 AND person = ?2 AND act = 'reverse' AND delta_ch = ?3
                     AND seen_balance_ch = ?6 AND decided_by IS NOT NULL)",
        )
        .bind(&lesson.id)
        .bind(&reversal.person)
        .bind(reversal.delta_ch)
        .bind(word(ReasonCode::Other))
        .bind(&reversal.reason)
        .bind(standing.balance_ch)
        .bind(signed(now_ms))
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// The first of two people agrees with the server.
async fn second(transaction: &mut Writing, id: u64, person: &str, by: &str) -> Result<(), Refused> {
    if person == by {
        return Err(Uncorrectable::OwnResult.into());
    }
    let query = sqlx::query("UPDATE corrections SET asked_by = ? WHERE id = ?");
    query.bind(by).bind(signed(id)).execute(&mut **transaction).await?;
    Ok(())
}

async fn decided(
    transaction: &mut Writing,
    id: u64,
    state: &str,
    words: Option<&str>,
    by: &str,
    now_ms: u64,
) -> Result<(), Refused> {
    sqlx::query(
        "UPDATE corrections SET state = ?, decision_text = ?, decided_by = ?, decided_at_ms = ? WHERE id = ?",
    )
    .bind(state)
    .bind(words)
    .bind(by)
    .bind(signed(now_ms))
    .bind(signed(id))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// A correction that waits, as it was asked for.
struct Waiting {
    lesson: String,
    person: String,
    act: Act,
    figures: CorrectionFigures,
    appeal: Option<i64>,
    /// None: the server asks, and nobody has agreed yet.
    actor: Option<String>,
}

impl Waiting {
    fn read(row: &SqliteRow) -> anyhow::Result<Waiting> {
        Ok(Waiting {
            lesson: row.try_get("lesson")?,
            person: row.try_get("person")?,
            act: act(row)?,
            figures: figures(row)?,
            appeal: row.try_get("appeal")?,
            actor: row.try_get("asked_by")?,
        })
    }

    fn asked<'a>(
        &'a self,
        lesson: &'a Lesson,
        result: &'a Contested,
        actor: &'a str,
        by: &'a str,
    ) -> Asked<'a> {
        Asked {
            lesson,
            result,
            person: &self.person,
            act: self.act,
            figures: &self.figures,
            appeal: self.appeal,
            actor,
            approver: Some(by),
        }
    }
}

fn act(row: &SqliteRow) -> anyhow::Result<Act> {
    Ok(match from_word::<Kind>(row.try_get("act")?)? {
        Kind::Revoke => Act::Revoke,
        Kind::Reverse => Act::Reverse,
        _ => Act::Adjust,
    })
}

/// What the server asks for has its reason as a code; in rows of the first format it is a sentence, which stays a text.
fn because(row: &SqliteRow) -> anyhow::Result<Option<Reason>> {
    Ok(if act(row)? == Act::Reverse { reason::read(row.try_get("text")?) } else { None })
}

fn figures(row: &SqliteRow) -> anyhow::Result<CorrectionFigures> {
    Ok(CorrectionFigures {
        delta_ch: row.try_get("delta_ch")?,
        code: from_word(row.try_get("code")?)?,
        text: row.try_get("text")?,
        seen_balance_ch: row.try_get("seen_balance_ch")?,
    })
}

fn waiting(row: &SqliteRow, viewer: &str) -> anyhow::Result<WaitingCorrection> {
    let refused = row.try_get::<&str, _>("state")? == "refused";
    let words: Option<String> = row.try_get("decision_text")?;
    let (because, mut figures) = (because(row)?, figures(row)?);
    if because.is_some() {
        figures.text.clear();
    }
    Ok(WaitingCorrection {
        id: unsigned(row.try_get("id")?),
        lesson: row.try_get("lesson")?,
        title: row.try_get("title")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        figures,
        because,
        by: row.try_get("by_name")?,
        own: row.try_get::<Option<&str>, _>("asked_by")? == Some(viewer),
        at_ms: unsigned(row.try_get("at_ms")?),
        refused: refused.then(|| words.unwrap_or_default()),
    })
}
