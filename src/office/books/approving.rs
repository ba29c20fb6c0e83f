//! The second person: corrections that wait, requested by an operator or by the server.

use serde_json::json;

use super::Books;
use super::corrections::{Act, Asked, Contested};
use super::refusal::{Refused, checked_if_there};
use crate::attendance::ledger::{Kind, Posting};
use crate::attendance::posting::AppealState;
use crate::attendance::posting::Uncorrectable;
use crate::attendance::reason;
use crate::protocol::{Approval, Corrected, CorrectionFigures, WaitingCorrection};
use crate::store::credit::asking::{self, Asking};
use crate::store::credit::corrections::{
    self, CorrectionRow, DecisionState, NewCorrection, NewReversal, ShownCorrection,
};
use crate::store::credit::{SERVER, appeals, balances};
use crate::store::{Lane, Lesson, Vault, Writing};

/// The time for which refused corrections are shown, ms.
const REFUSED_SHOWN_MS: u64 = 7 * 86_400_000;

impl Books {
    /// Corrections that wait for a second person, oldest first, then those refused lately, in the view of
    /// `viewer`.
    pub async fn waiting_corrections(
        &self,
        viewer: &str,
        now_ms: u64,
    ) -> anyhow::Result<Vec<WaitingCorrection>> {
        let rows = self.store.corrections().waiting(now_ms.saturating_sub(REFUSED_SHOWN_MS)).await?;
        Ok(rows.into_iter().map(|row| shown(row, viewer)).collect())
    }

    /// Takes the approval or refusal of a correction by another operator.
    pub async fn approve(
        &self,
        id: u64,
        by: &str,
        approval: &Approval,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let words = checked_if_there(approval.text.as_deref())?;
        let _alone = self.alone.lock().await;
        let row = self.store.corrections().find(id).await?.ok_or(Refused::NotFound)?;
        if row.state != DecisionState::Waits {
            return Err(Refused::Decided);
        }
        let waiting = Waiting::of(row);
        let mut writing = self.store.write(Lane::Books).await?;
        if approval.approve
            && !asking::has_asked(&mut writing, self.store.vault(), &waiting.asking(id)).await?
        {
            tracing::error!(
                "correction {id} waits, and the audit log does not say that anybody asked for it: run `ledger verify`"
            );
            return Err(Refused::NotAsked);
        }
        let (state, entry) = match (approval.approve, &waiting.actor) {
            (false, _) => (DecisionState::Refused, None),
            (true, None) => {
                // The first of two people agrees with the server.
                if waiting.person == by {
                    return Err(Uncorrectable::OwnResult.into());
                }
                corrections::take_over(&mut writing, id, by).await?;
                self.log_decision(&mut writing, by, (id, approval.approve, None), &waiting).await?;
                writing.commit().await?;
                return Ok(Corrected::Waits);
            }
            (true, Some(actor)) if actor == by => return Err(Uncorrectable::SamePerson.into()),
            (true, Some(actor)) => {
                let (lesson, result) = self.result_about(&waiting.lesson, &waiting.person, now_ms).await?;
                let asked = &waiting.asked(&lesson, &result, actor, by);
                (DecisionState::Entered, self.correct_in(&mut writing, asked, now_ms).await?.entry)
            }
        };
        self.log_decision(&mut writing, by, (id, approval.approve, entry), &waiting).await?;
        corrections::decide(&mut writing, id, (state, words), by, now_ms).await?;
        if let Some(appeal) = waiting.appeal {
            // A refusal by the second person opens the appeal again for another decision.
            let state = if approval.approve { AppealState::Granted } else { AppealState::Open };
            appeals::settle(&mut writing, appeal, (state, None), by, now_ms).await?;
        }
        writing.commit().await?;
        Ok(Corrected::Entered)
    }

    async fn log_decision(
        &self,
        writing: &mut Writing,
        by: &str,
        (id, approve, entry): (u64, bool, Option<String>),
        asked: &Waiting,
    ) -> anyhow::Result<()> {
        let detail = json!({
            "lesson": asked.lesson, "correction": id, "approve": approve, "entry": entry, "delta_ch": asked.figures.delta_ch,
        });
        self.log(writing, by, "hours.correction_decided", &asked.person, detail).await
    }
}

/// Keeps a correction for a second person; returns its number.
pub(super) async fn wait(writing: &mut Writing, asked: &Asked<'_>, now_ms: u64) -> Result<u64, Refused> {
    let new = NewCorrection {
        lesson: &asked.lesson.id,
        person: asked.person,
        act: asked.act.kind(),
        appeal: asked.appeal,
        delta_ch: asked.figures.delta_ch,
        code: asked.figures.code,
        text: asked.figures.text.trim(),
        seen_balance_ch: asked.figures.seen_balance_ch,
        asked_by: asked.actor,
        at_ms: now_ms,
    };
    corrections::insert(writing, &new).await?.ok_or(Refused::AskedAlready)
}

/// Keeps the server's requests to take credit of a final result away. Its earlier requests about this lesson
/// fall, as they are computed again; a request that people refused is not repeated.
pub(super) async fn ask_to_reverse(
    writing: &mut Writing,
    vault: &Vault,
    lesson: &Lesson,
    reversals: &[Posting],
    now_ms: u64,
) -> anyhow::Result<()> {
    corrections::withdraw_reversals(writing, &lesson.id, now_ms).await?;
    for reversal in reversals {
        let standing = balances::standing(writing, &reversal.person, &reversal.content).await?;
        let new = NewReversal {
            lesson: &lesson.id,
            person: &reversal.person,
            delta_ch: reversal.delta_ch,
            reason: &reversal.reason,
            seen_balance_ch: standing.balance_ch,
            at_ms: now_ms,
        };
        if let Some(id) = corrections::insert_reversal(writing, &new).await? {
            let whose = (lesson.id.as_str(), reversal.person.as_str());
            asking::note_reversal(writing, vault, whose, id, reversal.delta_ch).await?;
        }
    }
    Ok(())
}

/// A waiting correction, as requested.
struct Waiting {
    lesson: String,
    person: String,
    act: Act,
    figures: CorrectionFigures,
    appeal: Option<u64>,
    /// `None` = the server requests it, and nobody has agreed yet.
    actor: Option<String>,
}

impl Waiting {
    fn of(row: CorrectionRow) -> Waiting {
        Waiting {
            act: act(&row),
            figures: figures(&row),
            appeal: row.appeal(),
            lesson: row.lesson,
            person: row.person,
            actor: row.asked_by,
        }
    }

    /// The details of the request for the audit log.
    fn asking(&self, id: u64) -> Asking<'_> {
        Asking {
            id,
            lesson: &self.lesson,
            person: &self.person,
            kind: self.actor.as_ref().map(|_| self.act.kind()),
            delta_ch: self.figures.delta_ch,
            asker: self.actor.as_deref().unwrap_or(SERVER),
        }
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

fn act(row: &CorrectionRow) -> Act {
    match row.act.0 {
        Kind::Revoke => Act::Revoke,
        Kind::Reverse => Act::Reverse,
        _ => Act::Adjust,
    }
}

fn figures(row: &CorrectionRow) -> CorrectionFigures {
    CorrectionFigures {
        delta_ch: row.delta_ch,
        code: row.code.0,
        text: row.text.clone(),
        seen_balance_ch: row.seen_balance_ch,
    }
}

fn shown(correction: ShownCorrection, viewer: &str) -> WaitingCorrection {
    let ShownCorrection { row, title, name, by_name } = correction;
    let mut figures = figures(&row);
    // The reason of a request by the server is a code; in rows of the first format it is a sentence, which
    // stays a text.
    let because = if act(&row) == Act::Reverse { reason::read(&row.text) } else { None };
    if because.is_some() {
        figures.text.clear();
    }
    WaitingCorrection {
        id: row.id,
        lesson: row.lesson,
        title,
        person: row.person,
        name,
        figures,
        because,
        by: by_name,
        own: row.asked_by.as_deref() == Some(viewer),
        at_ms: row.at_ms,
        refused: (row.state == DecisionState::Refused).then(|| row.decision_text.unwrap_or_default()),
    }
}
