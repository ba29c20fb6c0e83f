//! Corrections and revocations (CR-20, CR-21), and the second person.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use super::super::{Lesson, from_word, signed, unsigned, word};
use super::appeals::{LIST_MAX, Refused, TEXT_MAX, checked, settle};
use super::results::Stored;
use super::{Books, entries};
use crate::attendance::ledger::{Kind, Posting};
use crate::attendance::posting::{Correction, Standing, Uncorrectable, check_correction, revocation};
use crate::protocol::{
    AppealState, Corrected, CorrectionFigures, NewCorrection, NewRevocation, ReasonCode, Stage,
    WaitingCorrection,
};

/// What is done to a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Adjust,
    /// Somebody else sat there: the content is worth nothing to this person from here on.
    Revoke,
}

impl Act {
    fn kind(self) -> Kind {
        match self {
            Act::Adjust => Kind::Adjust,
            Act::Revoke => Kind::Revoke,
        }
    }
}

/// A correction, by whom, and who agrees.
pub(super) struct Asked<'a> {
    pub(super) lesson: &'a Lesson,
    pub(super) result: &'a Stored,
    pub(super) person: &'a str,
    pub(super) act: Act,
    pub(super) figures: &'a CorrectionFigures,
    pub(super) appeal: Option<i64>,
    pub(super) actor: &'a str,
    pub(super) approver: Option<&'a str>,
}

impl Books {
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
            act: Act::Adjust,
            figures,
            appeal: None,
            actor: by,
            approver: None,
        };
        let corrected = self.correct_in(&mut transaction, &asked, now_ms).await?;
        transaction.commit().await?;
        Ok(corrected)
    }

    /// An operator has proof that somebody else attended in this person's name. A second person must
    /// approve it, always (CR-21).
    pub async fn revoke(
        &self,
        lesson: &str,
        by: &str,
        new: &NewRevocation,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let text = checked(&new.text)?.to_owned();
        let _alone = self.alone.lock().await;
        let (lesson, result) = self.result_about(lesson, &new.person).await?;
        let mut transaction = self.store.writer.begin_with("BEGIN IMMEDIATE").await?;
        let standing = entries::standing(&mut transaction, &new.person, &lesson.plan.content).await?;
        let figures = CorrectionFigures { delta_ch: -standing.balance_ch, code: ReasonCode::Other, text };
        let asked = Asked {
            lesson: &lesson,
            result: &result,
            person: &new.person,
            act: Act::Revoke,
            figures: &figures,
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
        let (act, figures) = (act(&row)?, figures(&row)?);
        if approve && actor == by {
            return Err(Uncorrectable::SamePerson.into());
        }
        let (lesson, result) = self.result_about(&lesson, &person).await?;
        let mut transaction = self.store.writer.begin_with("BEGIN IMMEDIATE").await?;
        if approve {
            let (lesson, result, person, figures) = (&lesson, &result, &person, &figures);
            let (actor, approver) = (actor.as_str(), Some(by));
            let asked = Asked { lesson, result, person, act, figures, appeal, actor, approver };
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

    /// Enters a correction, or keeps it for a second person.
    pub(super) async fn correct_in(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
        asked: &Asked<'_>,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        if asked.figures.text.chars().count() > TEXT_MAX {
            return Err(Refused::TextLength);
        }
        if asked.person == asked.actor || Some(asked.person) == asked.approver {
            return Err(Uncorrectable::OwnResult.into());
        }
        let content = &asked.lesson.plan.content;
        let standing = entries::standing(transaction, asked.person, content).await?;
        let delta_ch = match (asked.act, asked.approver) {
            (Act::Adjust, _) => {
                let most_ch = most_ch(transaction, asked.person, content).await?;
                check_correction(standing, most_ch, &correction(asked)).map(|()| asked.figures.delta_ch)
            }
            (Act::Revoke, Some(approver)) => revocation(standing, asked.actor, approver),
            (Act::Revoke, None) => may_be_revoked(standing).and(Err(Uncorrectable::NeedsApproval)),
        };
        match delta_ch {
            Ok(delta_ch) => {
                let posting = posting(asked, delta_ch);
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

fn correction<'a>(asked: &Asked<'a>) -> Correction<'a> {
    Correction {
        delta_ch: asked.figures.delta_ch,
        code: asked.figures.code,
        text: &asked.figures.text,
        actor: asked.actor,
        approver: asked.approver,
        person: asked.person,
        settled: asked.result.stage == Stage::Final,
    }
}

fn may_be_revoked(standing: Standing) -> Result<i64, Uncorrectable> {
    if standing.revoked { Err(Uncorrectable::Revoked) } else { Ok(0) }
}

fn posting(asked: &Asked, delta_ch: i64) -> Posting {
    let code = match asked.act {
        Act::Adjust => word(asked.figures.code),
        Act::Revoke => "CR-21".into(),
    };
    let words = asked.figures.text.trim();
    let mut reason = if words.is_empty() { code } else { format!("{code}: {words}") };
    if let Some(appeal) = asked.appeal {
        reason += &format!(" (appeal {appeal})");
    }
    Posting {
        person: asked.person.to_owned(),
        content: asked.lesson.plan.content.clone(),
        lesson: Some(asked.lesson.id.clone()),
        kind: asked.act.kind(),
        delta_ch,
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
        "INSERT INTO corrections (lesson, person, act, appeal, delta_ch, code, text, asked_by, at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&asked.lesson.id)
    .bind(asked.person)
    .bind(word(asked.act.kind()))
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

fn act(row: &SqliteRow) -> anyhow::Result<Act> {
    Ok(if from_word::<Kind>(row.try_get("act")?)? == Kind::Revoke { Act::Revoke } else { Act::Adjust })
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
