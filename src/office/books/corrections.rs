//! Corrections and revocations (CR-20, CR-21).

use serde_json::json;

use super::Books;
use super::approving::wait;
use super::refusal::{Refused, TEXT_MAX, checked};
use crate::attendance::ledger::{Kind, Posting};
use crate::attendance::posting::ReasonCode;
use crate::attendance::posting::{Correction, Standing, Uncorrectable, check_correction, revocation};
use crate::attendance::record::Stage;
use crate::protocol::{Corrected, CorrectionFigures, NewCorrection, NewRevocation};
use crate::store::credit::heads::Grounds;
use crate::store::credit::{StoredResult, balances, heads};
use crate::store::{Lane, Lesson, Writing, word};

/// The kind of change to a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Adjust,
    /// Another person sat there: the content is worth nothing to this person from here on.
    Revoke,
    /// A final result was computed again and came to less: the server requests it, two people decide.
    Reverse,
}

impl Act {
    pub(super) fn kind(self) -> Kind {
        match self {
            Act::Adjust => Kind::Adjust,
            Act::Revoke => Kind::Revoke,
            Act::Reverse => Kind::Reverse,
        }
    }
}

/// The facts about a contested result, of a class or of a course that one person watched.
pub(super) struct Contested {
    pub(super) stage: Stage,
    pub(super) policy_version: String,
    pub(super) input_digest: String,
    /// The start of the time for appeals, ms.
    pub(super) provisional_at_ms: u64,
}

impl From<StoredResult> for Contested {
    fn from(result: StoredResult) -> Contested {
        Contested {
            stage: result.stage,
            policy_version: result.policy.version,
            input_digest: result.input_digest,
            provisional_at_ms: result.provisional_at_ms,
        }
    }
}

/// A correction with the person who requests it, and the one who agrees.
pub(super) struct Asked<'a> {
    pub(super) lesson: &'a Lesson,
    pub(super) result: &'a Contested,
    pub(super) person: &'a str,
    pub(super) act: Act,
    pub(super) figures: &'a CorrectionFigures,
    pub(super) appeal: Option<u64>,
    pub(super) actor: &'a str,
    pub(super) approver: Option<&'a str>,
}

/// The outcome of a correction.
pub(super) struct Outcome {
    pub(super) corrected: Corrected,
    /// Number and hash of its entry, as `17:3f…`; `None` = it waits.
    pub(super) entry: Option<String>,
    /// The number under which it waits.
    pub(super) waits: Option<u64>,
}

impl Outcome {
    /// The details for the audit log.
    fn told(self, lesson: &str, delta_ch: i64) -> serde_json::Value {
        let Outcome { corrected, entry, waits } = self;
        json!({ "lesson": lesson, "delta_ch": delta_ch, "outcome": corrected, "entry": entry, "correction": waits })
    }
}

impl Books {
    /// Enters an operator's correction of a result without an appeal.
    pub async fn correct(&self, by: &str, new: &NewCorrection, now_ms: u64) -> Result<Corrected, Refused> {
        let _alone = self.alone.lock().await;
        let (lesson, result) = self.result_about(&new.lesson, &new.person, now_ms).await?;
        let mut writing = self.store.write(Lane::Books).await?;
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
        let outcome = self.correct_in(&mut writing, &asked, now_ms).await?;
        let corrected = outcome.corrected;
        let detail = outcome.told(&lesson.id, figures.delta_ch);
        self.log(&mut writing, by, "hours.corrected", person, detail).await?;
        writing.commit().await?;
        Ok(corrected)
    }

    /// Requests a revocation, for an operator with proof that somebody else attended in this person's name.
    /// It always needs a second person (CR-21).
    pub async fn revoke(
        &self,
        lesson: &str,
        by: &str,
        new: &NewRevocation,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let text = checked(&new.text)?.to_owned();
        let _alone = self.alone.lock().await;
        let (lesson, result) = self.result_about(lesson, &new.person, now_ms).await?;
        let mut writing = self.store.write(Lane::Books).await?;
        let standing = balances::standing(&mut writing, &new.person, &lesson.plan.content).await?;
        let seen_balance_ch = standing.balance_ch;
        let (delta_ch, code) = (-seen_balance_ch, ReasonCode::Other);
        let figures = CorrectionFigures { delta_ch, code, text, seen_balance_ch };
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
        let outcome = self.correct_in(&mut writing, &asked, now_ms).await?;
        let corrected = outcome.corrected;
        let detail = outcome.told(&lesson.id, delta_ch);
        self.log(&mut writing, by, "hours.revoked", &new.person, detail).await?;
        writing.commit().await?;
        Ok(corrected)
    }

    /// Enters a correction, or keeps it for a second person. The caller writes the outcome into the audit
    /// log: an entry by people counts only with an event there, which needs the key.
    pub(super) async fn correct_in(
        &self,
        writing: &mut Writing,
        asked: &Asked<'_>,
        now_ms: u64,
    ) -> Result<Outcome, Refused> {
        if asked.figures.text.chars().count() > TEXT_MAX {
            return Err(Refused::TextLength);
        }
        if asked.person == asked.actor || Some(asked.person) == asked.approver {
            return Err(Uncorrectable::OwnResult.into());
        }
        let content = &asked.lesson.plan.content;
        let standing = balances::standing(writing, asked.person, content).await?;
        let is_seen = asked.figures.seen_balance_ch == standing.balance_ch;
        let delta_ch = match (asked.act, asked.approver) {
            (Act::Adjust | Act::Reverse, _) if !is_seen && !standing.revoked => return Err(Refused::Changed),
            (Act::Adjust | Act::Reverse, _) => {
                let most_ch = most_ch(writing, asked.person, content).await?;
                check_correction(standing, most_ch, &correction(asked)).map(|()| asked.figures.delta_ch)
            }
            (Act::Revoke, Some(approver)) => revocation(standing, asked.actor, approver),
            (Act::Revoke, None) => may_be_revoked(standing).and(Err(Uncorrectable::NeedsApproval)),
        };
        match delta_ch {
            Ok(delta_ch) => {
                let posting = posting(asked, delta_ch);
                let grounds = Grounds { lesson: &asked.lesson.id, digest: None };
                let entry = heads::enter(&self.store, writing, grounds, vec![posting], now_ms).await?;
                let entry = entry.map(|entry| format!("{}:{}", entry.seq, entry.hash));
                Ok(Outcome { corrected: Corrected::Entered, entry, waits: None })
            }
            Err(Uncorrectable::NeedsApproval) => {
                let waits = Some(wait(writing, asked, now_ms).await?);
                Ok(Outcome { corrected: Corrected::Waits, entry: None, waits })
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
        Act::Reverse => "CR-18".into(),
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
        policy_version: asked.result.policy_version.clone(),
        input_digest: asked.result.input_digest.clone(),
        reason,
        actor: asked.actor.to_owned(),
        approver: asked.approver.map(str::to_owned),
        at_ms: 0,
    }
}

/// The most that a content can be worth to a person.
async fn most_ch(writing: &mut Writing, person: &str, content: &str) -> anyhow::Result<u64> {
    let mut delivered = balances::delivered(writing, content, &[person]).await?;
    Ok(delivered.remove(person).unwrap_or_default())
}
