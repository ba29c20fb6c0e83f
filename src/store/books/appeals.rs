//! What people decide: appeals, corrections, the second person (CR-20).

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use super::super::{Lesson, from_word, signed, unsigned, word};
use super::results::Stored;
use super::{Books, entries};
use crate::attendance::ledger::{Kind, Posting};
use crate::attendance::posting::{Correction, Uncorrectable, check_correction};
use crate::protocol::{
    Appeal, AppealDecision, AppealState, Corrected, CorrectionFigures, NewAppeal, NewCorrection, Stage,
    WaitingCorrection,
};

/// Longest text of an appeal, an answer, a correction, in characters.
const TEXT_MAX: usize = 1000;
/// Longest list.
const LIST_MAX: i64 = 500;

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

/// A correction, by whom, and who agrees.
struct Asked<'a> {
    lesson: &'a Lesson,
    result: &'a Stored,
    person: &'a str,
    figures: &'a CorrectionFigures,
    appeal: Option<i64>,
    actor: &'a str,
    approver: Option<&'a str>,
}

impl Books {
    /// A trainee asks for a review of the own result.
    pub async fn appeal(&self, person: &str, new: &NewAppeal, now_ms: u64) -> Result<Appeal, Refused> {
        let text = checked(&new.text)?;
        let (_, result) = self.result_about(&new.lesson, person).await?;
        if result.stage == Stage::Final || now_ms > result.provisional_at_ms + self.times.appeals_ms {
            return Err(Refused::TooLate);
        }
        let done = sqlx::query(
            "INSERT INTO appeals (lesson, person, text, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(&new.lesson)
        .bind(person)
        .bind(text)
        .bind(signed(now_ms))
        .fetch_optional(&self.store.writer)
        .await?;
        let id: i64 = done.ok_or(Refused::AppealOpen)?.try_get(0)?;
        let row = sqlx::query("SELECT * FROM shown_appeals WHERE id = ?").bind(id);
        Ok(appeal(&row.fetch_one(&self.store.readers).await?)?)
    }

    /// For operators: all open ones first, the newest first.
    pub async fn appeals(&self) -> anyhow::Result<Vec<Appeal>> {
        let rows = sqlx::query(
            "SELECT * FROM shown_appeals ORDER BY state <> 'open', state <> 'waits', at_ms DESC, id DESC LIMIT ?",
        )
        .bind(LIST_MAX)
        .fetch_all(&self.store.readers)
        .await?;
        rows.iter().map(appeal).collect()
    }

    /// The person's own, the newest first.
    pub(super) async fn appeals_of(&self, person: &str) -> anyhow::Result<Vec<Appeal>> {
        let rows = sqlx::query("SELECT * FROM shown_appeals WHERE person = ? ORDER BY id DESC LIMIT ?")
            .bind(person)
            .bind(LIST_MAX)
            .fetch_all(&self.store.readers)
            .await?;
        rows.iter().map(appeal).collect()
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
        let (lesson, result) = self.result_about(&lesson, &person).await?;
        let mut transaction = self.store.writer.begin_with("BEGIN IMMEDIATE").await?;
        let (state, corrected) = match &decision.correction {
            None => (AppealState::Dismissed, Corrected::Entered),
            Some(figures) => {
                let (lesson, result, appeal) = (&lesson, &result, Some(signed(id)));
                let asked =
                    Asked { lesson, result, person: &person, figures, appeal, actor: by, approver: None };
                match self.correct_in(&mut transaction, &asked, now_ms).await? {
                    Corrected::Entered => (AppealState::Granted, Corrected::Entered),
                    Corrected::Waits => (AppealState::Waits, Corrected::Waits),
                }
            }
        };
        settle(&mut transaction, signed(id), state, Some(answer), by, now_ms).await?;
        transaction.commit().await?;
        Ok(corrected)
    }

    /// An operator corrects a result without an appeal.
    pub async fn correct(&self, by: &str, new: &NewCorrection, now_ms: u64) -> Result<Corrected, Refused> {
        let _alone = self.alone.lock().await;
        let (lesson, result) = self.result_about(&new.lesson, &new.person).await?;
        let mut transaction = self.store.writer.begin_with("BEGIN IMMEDIATE").await?;
        let (person, figures) = (&new.person, &new.figures);
        let asked = Asked {
            lesson: &lesson,
            result: &result,
            person,
            figures,
            appeal: None,
            actor: by,
            approver: None,
        };
        let corrected = self.correct_in(&mut transaction, &asked, now_ms).await?;
        transaction.commit().await?;
        Ok(corrected)
    }

    /// Corrections that wait for a second person, the oldest first, as `viewer` sees them.
    pub async fn waiting_corrections(&self, viewer: &str) -> anyhow::Result<Vec<WaitingCorrection>> {
        let rows = sqlx::query(
            "SELECT corrections.*, title, people.name, asking.name AS by_name FROM corrections
             JOIN lessons ON lessons.id = lesson JOIN people ON people.id = person
             JOIN people AS asking ON asking.id = asked_by
             WHERE corrections.state = 'waits' ORDER BY corrections.id LIMIT ?",
        )
        .bind(LIST_MAX)
        .fetch_all(&self.store.readers)
        .await?;
        rows.iter().map(|row| waiting(row, viewer)).collect()
    }

    /// Another operator approves or refuses a correction.
    pub async fn approve(&self, id: u64, by: &str, approve: bool, now_ms: u64) -> Result<Corrected, Refused> {
        let _alone = self.alone.lock().await;
        let row = sqlx::query("SELECT * FROM corrections WHERE id = ?").bind(signed(id));
        let row = row.fetch_optional(&self.store.readers).await?.ok_or(Refused::NotFound)?;
        if row.try_get::<&str, _>("state")? != "waits" {
            return Err(Refused::Decided);
        }
        let (lesson, person): (String, String) = (row.try_get("lesson")?, row.try_get("person")?);
        let (actor, appeal): (String, Option<i64>) = (row.try_get("asked_by")?, row.try_get("appeal")?);
        let figures = figures(&row)?;
        if approve && actor == by {
            return Err(Uncorrectable::SamePerson.into());
        }
        let (lesson, result) = self.result_about(&lesson, &person).await?;
        let mut transaction = self.store.writer.begin_with("BEGIN IMMEDIATE").await?;
        if approve {
            let (lesson, result, person, figures) = (&lesson, &result, &person, &figures);
            let (actor, approver) = (actor.as_str(), Some(by));
            let asked = Asked { lesson, result, person, figures, appeal, actor, approver };
            self.correct_in(&mut transaction, &asked, now_ms).await?;
        }
        let done =
            sqlx::query("UPDATE corrections SET state = ?, decided_by = ?, decided_at_ms = ? WHERE id = ?");
        done.bind(if approve { "entered" } else { "refused" })
            .bind(by)
            .bind(signed(now_ms))
            .bind(signed(id))
            .execute(&mut *transaction)
            .await?;
        if let Some(appeal) = appeal {
            // What a second person refuses is open again; somebody decides anew.
            let state = if approve { AppealState::Granted } else { AppealState::Open };
            settle(&mut transaction, appeal, state, None, by, now_ms).await?;
        }
        transaction.commit().await?;
        Ok(Corrected::Entered)
    }

    /// The result of a lesson to which a person belongs.
    async fn result_about(&self, lesson: &str, person: &str) -> Result<(Lesson, Stored), Refused> {
        if self.store.approved_at(lesson, person).await?.is_none() {
            return Err(Refused::NotFound);
        }
        let known = self.store.lesson(lesson).await?.ok_or(Refused::NotFound)?;
        let result = self.store.result_of(lesson).await?.ok_or(Refused::NotJudged)?;
        Ok((known, result))
    }

    /// Enters a correction, or keeps it for a second person.
    async fn correct_in(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
        asked: &Asked<'_>,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let CorrectionFigures { delta_ch, code, text } = asked.figures;
        if text.chars().count() > TEXT_MAX {
            return Err(Refused::TextLength);
        }
        if asked.actor == asked.person {
            return Err(Uncorrectable::OwnResult.into());
        }
        let content = &asked.lesson.plan.content;
        let standing = entries::standing(transaction, asked.person, content).await?;
        let most_ch = most_ch(transaction, asked.person, content).await?;
        let correction = Correction {
            delta_ch: *delta_ch,
            code: *code,
            text,
            actor: asked.actor,
            approver: asked.approver,
            person: asked.person,
            settled: asked.result.stage == Stage::Final,
        };
        match check_correction(standing, most_ch, &correction) {
            Ok(()) => {
                let posting = posting(asked);
                entries::append(transaction, self.store.keys.ledger(), vec![posting], now_ms).await?;
                Ok(Corrected::Entered)
            }
            Err(Uncorrectable::NeedsApproval) => {
                wait(transaction, asked, now_ms).await?;
                Ok(Corrected::Waits)
            }
            Err(why) => Err(why.into()),
        }
    }
}

fn posting(asked: &Asked) -> Posting {
    let code = word(asked.figures.code);
    let words = asked.figures.text.trim();
    let mut reason = if words.is_empty() { code } else { format!("{code}: {words}") };
    if let Some(appeal) = asked.appeal {
        reason += &format!(" (appeal {appeal})");
    }
    Posting {
        person: asked.person.to_owned(),
        content: asked.lesson.plan.content.clone(),
        lesson: Some(asked.lesson.id.clone()),
        kind: Kind::Adjust,
        delta_ch: asked.figures.delta_ch,
        policy_version: asked.result.policy.version.clone(),
        input_digest: asked.result.input_digest.clone(),
        reason,
        actor: asked.actor.to_owned(),
        approver: asked.approver.map(str::to_owned),
        at_ms: 0,
    }
}

async fn wait(
    transaction: &mut Transaction<'_, Sqlite>,
    asked: &Asked<'_>,
    now_ms: u64,
) -> Result<(), Refused> {
    sqlx::query(
        "INSERT INTO corrections (lesson, person, appeal, delta_ch, code, text, asked_by, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&asked.lesson.id)
    .bind(asked.person)
    .bind(asked.appeal)
    .bind(asked.figures.delta_ch)
    .bind(word(asked.figures.code))
    .bind(asked.figures.text.trim())
    .bind(asked.actor)
    .bind(signed(now_ms))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// What a content can be worth to a person at most: what its lessons delivered, and never more than
/// the content.
async fn most_ch(
    transaction: &mut Transaction<'_, Sqlite>,
    person: &str,
    content: &str,
) -> Result<u64, Refused> {
    let row = sqlx::query(
        "SELECT coalesce(sum(effective_ch), 0), (SELECT max(credit_ch) FROM lessons WHERE content = ?1)
         FROM lessons
         JOIN enrolments ON enrolments.lesson = lessons.id AND enrolments.person = ?2
         JOIN judged ON judged.lesson = lessons.id JOIN results ON results.id = judged.result
         WHERE content = ?1",
    )
    .bind(content)
    .bind(person)
    .fetch_one(&mut **transaction)
    .await?;
    Ok(unsigned(row.try_get(0)?).min(unsigned(row.try_get(1)?)))
}

/// Notes what became of an appeal; without an answer the one that is there stays.
async fn settle(
    transaction: &mut Transaction<'_, Sqlite>,
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

fn checked(text: &str) -> Result<&str, Refused> {
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
    })
}

fn figures(row: &SqliteRow) -> anyhow::Result<CorrectionFigures> {
    Ok(CorrectionFigures {
        delta_ch: row.try_get("delta_ch")?,
        code: from_word(row.try_get("code")?)?,
        text: row.try_get("text")?,
    })
}

fn waiting(row: &SqliteRow, viewer: &str) -> anyhow::Result<WaitingCorrection> {
    Ok(WaitingCorrection {
        id: unsigned(row.try_get("id")?),
        lesson: row.try_get("lesson")?,
        title: row.try_get("title")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        figures: figures(row)?,
        by: row.try_get("by_name")?,
        own: row.try_get::<&str, _>("asked_by")? == viewer,
        at_ms: unsigned(row.try_get("at_ms")?),
    })
}
