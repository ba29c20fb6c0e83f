//! Appeals (CR-20): a trainee asks for a review, an operator decides.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::db::{Lane, Writing};
use super::super::{Lesson, from_word, signed, unsigned, word};
use super::Books;
use super::completions::Completion;
use super::corrections::{Act, Asked, Contested};
use crate::attendance::posting::Uncorrectable;
use crate::protocol::{Appeal, AppealDecision, AppealState, Corrected, NewAppeal, Stage};

/// Longest text of an appeal, an answer, a correction, in characters.
pub(super) const TEXT_MAX: usize = 1000;
/// Longest list.
pub(super) const LIST_MAX: i64 = 500;

/// Why it cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such result or appeal, or it is not yours")]
    NotFound,
    #[error("the lesson was not judged yet")]
    NotJudged,
    #[error("the time for appeals is over")]
    TooLate,
    #[error("your appeal about this lesson is being looked at")]
    AppealOpen,
    #[error("it was decided already")]
    Decided,
    #[error("the balance is another one than the one that was seen")]
    Changed,
    #[error("the same correction waits for a second person already")]
    AskedAlready,
    #[error("nothing of the instructor arrived at the start or the end that was declared")]
    NotShown,
    #[error("write 1 to 1000 characters")]
    TextLength,
    #[error("{0}")]
    Uncorrectable(#[from] Uncorrectable),
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Refused {
        Refused::Store(error)
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Refused {
        Refused::Store(error.into())
    }
}

impl Books {
    /// A trainee asks for a review of the own result.
    pub async fn appeal(&self, person: &str, new: &NewAppeal, now_ms: u64) -> Result<Appeal, Refused> {
        let text = checked(&new.text)?;
        let (_, result) = self.result_about(&new.lesson, person, now_ms).await?;
        if result.stage == Stage::Final || now_ms > result.provisional_at_ms + self.times.appeals_ms {
            return Err(Refused::TooLate);
        }
        let mut writing = self.store.db.write(Lane::Books).await?;
        let done = sqlx::query(
            "INSERT INTO appeals (lesson, person, text, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(&new.lesson)
        .bind(person)
        .bind(text)
        .bind(signed(now_ms))
        .fetch_optional(&mut *writing)
        .await?;
        writing.commit().await?;
        let id: i64 = done.ok_or(Refused::AppealOpen)?.try_get(0)?;
        let row = sqlx::query("SELECT * FROM shown_appeals WHERE id = ?").bind(id);
        Ok(appeal(&row.fetch_one(&self.store.readers).await?)?)
    }

    /// For operators: all open ones first, the oldest of them first; then the newest that were decided.
    pub async fn appeals(&self) -> anyhow::Result<Vec<Appeal>> {
        let rows = sqlx::query(
            "SELECT * FROM shown_appeals
             ORDER BY state <> 'open', state <> 'waits', iif(state IN ('open', 'waits'), id, -id) LIMIT ?",
        )
        .bind(LIST_MAX)
        .fetch_all(&self.store.readers)
        .await?;
        rows.iter().map(appeal).collect()
    }

    /// The person's own, the newest first. What one operator wrote is told when it is decided for good:
    /// the second one may see it otherwise.
    pub(super) async fn appeals_of(&self, person: &str) -> anyhow::Result<Vec<Appeal>> {
        let rows = sqlx::query("SELECT * FROM shown_appeals WHERE person = ? ORDER BY id DESC LIMIT ?")
            .bind(person)
            .bind(LIST_MAX)
            .fetch_all(&self.store.readers)
            .await?;
        let told = |row| {
            let mut appeal = appeal(row)?;
            appeal.answer.take_if(|_| matches!(appeal.state, AppealState::Open | AppealState::Waits));
            Ok(appeal)
        };
        rows.iter().map(told).collect()
    }

    /// An operator decides about an appeal.
    pub async fn decide(
        &self,
        id: u64,
        by: &str,
        decision: &AppealDecision,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let answer = checked(&decision.answer)?;
        let _alone = self.alone.lock().await;
        let row = sqlx::query("SELECT lesson, person, state FROM appeals WHERE id = ?").bind(signed(id));
        let row = row.fetch_optional(&self.store.readers).await?.ok_or(Refused::NotFound)?;
        let (lesson, person): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if from_word::<AppealState>(row.try_get(2)?)? != AppealState::Open {
            return Err(Refused::Decided);
        }
        if person == by {
            return Err(Uncorrectable::OwnResult.into());
        }
        let (lesson, result) = self.result_about(&lesson, &person, now_ms).await?;
        let mut transaction = self.store.db.write(Lane::Books).await?;
        let mut entry = None;
        let (state, corrected) = match &decision.correction {
            None => (AppealState::Dismissed, Corrected::Entered),
            Some(figures) => {
                let (lesson, result, appeal) = (&lesson, &result, Some(signed(id)));
                let asked = Asked {
                    lesson,
                    result,
                    person: &person,
                    act: Act::Adjust,
                    figures,
                    appeal,
                    actor: by,
                    approver: None,
                };
                let done = self.correct_in(&mut transaction, &asked, now_ms).await?;
                entry = done.entry;
                match done.corrected {
                    Corrected::Entered => (AppealState::Granted, Corrected::Entered),
                    Corrected::Waits => (AppealState::Waits, Corrected::Waits),
                }
            }
        };
        settle(&mut transaction, signed(id), state, Some(answer), by, now_ms).await?;
        let detail = json!({ "lesson": lesson.id, "appeal": id, "outcome": state, "entry": entry });
        self.log(&mut transaction, by, "hours.appeal_decided", &person, detail).await?;
        transaction.commit().await?;
        Ok(corrected)
    }

    /// The result of a lesson to which a person belongs, or which they watched as a course: then the time
    /// for appeals runs from when they had watched it.
    pub(super) async fn result_about(
        &self,
        lesson: &str,
        person: &str,
        now_ms: u64,
    ) -> Result<(Lesson, Contested), Refused> {
        let completion = self.store.completion(lesson, person).await?;
        if completion.is_none() && self.store.approved_at(lesson, person).await?.is_none() {
            return Err(Refused::NotFound);
        }
        let known = self.store.lesson(lesson).await?.ok_or(Refused::NotFound)?;
        let contested = match completion {
            Some(done) => Contested {
                stage: self.stage_of(&done, now_ms),
                policy_version: done.policy_version.clone(),
                input_digest: done.digest(),
                provisional_at_ms: done.at_ms,
            },
            None => self.store.result_of(lesson).await?.ok_or(Refused::NotJudged)?.into(),
        };
        Ok((known, contested))
    }

    /// Nothing computes a completed course again; it is final when its time for appeals is over.
    pub(super) fn stage_of(&self, done: &Completion, now_ms: u64) -> Stage {
        let is_over = now_ms > done.at_ms.saturating_add(self.times.appeals_ms);
        if is_over { Stage::Final } else { Stage::Provisional }
    }
}

/// Notes what became of an appeal; without an answer the one that is there stays.
pub(super) async fn settle(
    transaction: &mut Writing,
    appeal: i64,
    state: AppealState,
    answer: Option<&str>,
    by: &str,
    now_ms: u64,
) -> Result<(), Refused> {
    sqlx::query(
        "UPDATE appeals SET state = ?1, answer = CASE ?1 WHEN 'open' THEN NULL ELSE coalesce(?2, answer) END,
             decided_by = ?3, decided_at_ms = ?4 WHERE id = ?5",
    )
    .bind(word(state))
    .bind(answer)
    .bind(by)
    .bind(signed(now_ms))
    .bind(appeal)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

pub(super) fn checked(text: &str) -> Result<&str, Refused> {
    let text = text.trim();
    if (1..=TEXT_MAX).contains(&text.chars().count()) { Ok(text) } else { Err(Refused::TextLength) }
}

fn appeal(row: &SqliteRow) -> anyhow::Result<Appeal> {
    Ok(Appeal {
        id: unsigned(row.try_get("id")?),
        lesson: row.try_get("lesson")?,
        title: row.try_get("title")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        text: row.try_get("text")?,
        at_ms: unsigned(row.try_get("at_ms")?),
        state: from_word(row.try_get("state")?)?,
        answer: row.try_get("answer")?,
        balance_ch: row.try_get("balance_ch")?,
    })
}
