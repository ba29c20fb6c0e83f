//! Appeals (CR-20): a trainee asks for a review, an operator decides.

use serde_json::json;

use super::Books;
use super::corrections::{Act, Asked, Contested};
use super::refusal::{Refused, checked};
use crate::attendance::posting::AppealState;
use crate::attendance::posting::Uncorrectable;
use crate::attendance::record::Stage;
use crate::protocol::{Appeal, AppealDecision, Corrected, NewAppeal};
use crate::store::credit::appeals::{self, AppealRow};
use crate::store::credit::completions::Completion;
use crate::store::{Lane, Lesson};

impl Books {
    /// Takes a trainee's request for a review of the own result.
    pub async fn appeal(&self, person: &str, new: &NewAppeal, now_ms: u64) -> Result<Appeal, Refused> {
        let text = checked(&new.text)?;
        let (_, result) = self.result_about(&new.lesson, person, now_ms).await?;
        if result.stage == Stage::Final || now_ms > result.provisional_at_ms + self.times.appeals_ms {
            return Err(Refused::TooLate);
        }
        let mut writing = self.store.write(Lane::Books).await?;
        let id = appeals::insert(&mut writing, (&new.lesson, person), text, now_ms).await?;
        writing.commit().await?;
        let id = id.ok_or(Refused::AppealOpen)?;
        Ok(shown(self.store.appeals().find(id).await?.ok_or(Refused::NotFound)?))
    }

    /// The appeals for operators: the open ones first, oldest first; then the decided ones, newest first.
    pub async fn appeals(&self) -> anyhow::Result<Vec<Appeal>> {
        Ok(self.store.appeals().of_all().await?.into_iter().map(shown).collect())
    }

    /// The person's own appeals, newest first. The words of one operator are shown after the final decision
    /// only: the second one may see it otherwise.
    pub(super) async fn appeals_of(&self, person: &str) -> anyhow::Result<Vec<Appeal>> {
        let told = |row| {
            let mut appeal = shown(row);
            appeal.answer.take_if(|_| matches!(appeal.state, AppealState::Open | AppealState::Waits));
            appeal
        };
        Ok(self.store.appeals().of_person(person).await?.into_iter().map(told).collect())
    }

    /// Takes an operator's decision about an appeal.
    pub async fn decide(
        &self,
        id: u64,
        by: &str,
        decision: &AppealDecision,
        now_ms: u64,
    ) -> Result<Corrected, Refused> {
        let answer = checked(&decision.answer)?;
        let _alone = self.alone.lock().await;
        let appeal = self.store.appeals().find(id).await?.ok_or(Refused::NotFound)?;
        let person = appeal.person.as_str();
        if appeal.state.0 != AppealState::Open {
            return Err(Refused::Decided);
        }
        if person == by {
            return Err(Uncorrectable::OwnResult.into());
        }
        let (lesson, result) = self.result_about(&appeal.lesson, person, now_ms).await?;
        let mut writing = self.store.write(Lane::Books).await?;
        let (mut entry, mut correction) = (None, None);
        let (state, corrected) = match &decision.correction {
            None => (AppealState::Dismissed, Corrected::Entered),
            Some(figures) => {
                let asked = Asked {
                    lesson: &lesson,
                    result: &result,
                    person,
                    act: Act::Adjust,
                    figures,
                    appeal: Some(id),
                    actor: by,
                    approver: None,
                };
                let done = self.correct_in(&mut writing, &asked, now_ms).await?;
                (entry, correction) = (done.entry, done.waits);
                match done.corrected {
                    Corrected::Entered => (AppealState::Granted, Corrected::Entered),
                    Corrected::Waits => (AppealState::Waits, Corrected::Waits),
                }
            }
        };
        appeals::settle(&mut writing, id, (state, Some(answer)), by, now_ms).await?;
        let delta_ch = decision.correction.as_ref().map(|figures| figures.delta_ch);
        let detail = json!({
            "lesson": lesson.id, "appeal": id, "outcome": state, "entry": entry, "correction": correction, "delta_ch": delta_ch,
        });
        self.log(&mut writing, by, "hours.appeal_decided", person, detail).await?;
        writing.commit().await?;
        Ok(corrected)
    }

    /// The result of a lesson that the person belongs to, or watched as a course; for a course the time for
    /// appeals starts at its completion.
    pub(super) async fn result_about(
        &self,
        lesson: &str,
        person: &str,
        now_ms: u64,
    ) -> Result<(Lesson, Contested), Refused> {
        let completion = self.store.completions().find(lesson, person).await?;
        if completion.is_none() && self.store.enrolments().approved_at(lesson, person).await?.is_none() {
            return Err(Refused::NotFound);
        }
        let known = self.store.lessons().find(lesson).await?.ok_or(Refused::NotFound)?;
        let contested = match completion {
            Some(done) => Contested {
                stage: self.stage_of(&done, now_ms),
                policy_version: done.policy_version.clone(),
                input_digest: done.digest(),
                provisional_at_ms: done.at_ms,
            },
            None => self.store.results().standing(lesson).await?.ok_or(Refused::NotJudged)?.into(),
        };
        Ok((known, contested))
    }

    /// The stage of a completed course, which is never computed again: final when its time for appeals is
    /// over.
    pub(super) fn stage_of(&self, done: &Completion, now_ms: u64) -> Stage {
        let is_over = now_ms > done.at_ms.saturating_add(self.times.appeals_ms);
        if is_over { Stage::Final } else { Stage::Provisional }
    }
}

fn shown(row: AppealRow) -> Appeal {
    Appeal {
        id: row.id,
        lesson: row.lesson,
        title: row.title,
        person: row.person,
        name: row.name,
        text: row.text,
        at_ms: row.at_ms,
        state: row.state.0,
        answer: row.answer,
        balance_ch: row.balance_ch,
    }
}
