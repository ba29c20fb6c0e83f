//! Declarations of when a class was held, if nobody started it or it was ended by mistake: a member of staff
//! declares the time from the instructor's picture and sound, another one confirms it. Then it is a fact of
//! the lesson, and the class is judged again.

use serde_json::json;

use super::Books;
use super::refusal::{Refused, checked};
use crate::attendance::audit::Seen;
use crate::attendance::fact::{Fact, What};
use crate::attendance::posting::Uncorrectable;
use crate::attendance::record::Stage;
use crate::protocol::{Approval, Declaration, Held, NewDeclaration, WaitingDeclaration};
use crate::store::credit::corrections::DecisionState;
use crate::store::credit::declarations::{self, ShownDeclaration};
use crate::store::credit::{StoredResult, asking, judged};
use crate::store::{Lane, Lesson};
use crate::time::Stretch;
use crate::time::{ServerInstant, Spans};

impl Books {
    /// The possible and existing declarations of a lesson, in the view of `viewer`.
    pub async fn held(&self, lesson: &Lesson, viewer: &str, now_ms: u64) -> anyhow::Result<Held> {
        let (mut waiting, mut declared) = (None, Vec::new());
        for row in self.store.declarations().of_lesson(&lesson.id).await? {
            let state = row.row.state;
            let one = shown(row, viewer);
            match state {
                DecisionState::Waits => waiting = Some(one),
                DecisionState::Entered | DecisionState::Refused => declared.push(one),
            }
        }
        let result = self.store.results().standing(&lesson.id).await?;
        Ok(Held {
            media: stretches(&self.media_of(lesson).await?),
            planned_start_ms: lesson.plan.planned_start.ms(),
            planned_end_ms: lesson.plan.planned_end.ms(),
            until_ms: result.map(|result| self.until_ms(&result)).filter(|until_ms| now_ms <= *until_ms),
            waiting,
            declared,
            may_declare: false,
            may_confirm: false,
        })
    }

    /// Declarations of all lessons that wait for a second person, oldest first.
    pub async fn waiting_declarations(&self, viewer: &str) -> anyhow::Result<Vec<WaitingDeclaration>> {
        let one = |row: ShownDeclaration| WaitingDeclaration {
            lesson: row.row.lesson.clone(),
            title: row.title.clone(),
            declaration: shown(row, viewer),
        };
        Ok(self.store.declarations().waiting().await?.into_iter().map(one).collect())
    }

    /// Takes a declaration by a member of staff; it waits for a second person.
    pub async fn declare(
        &self,
        lesson: &Lesson,
        by: &str,
        new: &NewDeclaration,
        now_ms: u64,
    ) -> Result<(), Refused> {
        let text = checked(&new.text)?;
        let _alone = self.alone.lock().await;
        self.may_decide(lesson, by, now_ms).await?;
        let media = self.media_of(lesson).await?;
        let is_shown = |ms| media.iter().any(|span| (span.from.ms()..=span.to.ms()).contains(&ms));
        if new.from_ms >= new.to_ms || !is_shown(new.from_ms) || !is_shown(new.to_ms) {
            return Err(Refused::NotShown);
        }
        let mut writing = self.store.write(Lane::Books).await?;
        let (from_ms, to_ms) = (new.from_ms, new.to_ms);
        let row = declarations::NewDeclaration {
            lesson: &lesson.id,
            from_ms,
            to_ms,
            text,
            asked_by: by,
            at_ms: now_ms,
        };
        let id = declarations::insert(&mut writing, &row).await?.ok_or(Refused::AskedAlready)?;
        let detail = json!({ "from_ms": from_ms, "to_ms": to_ms, "declaration": id });
        self.log(&mut writing, by, "hours.declared", &lesson.id, detail).await?;
        Ok(writing.commit().await?)
    }

    /// Takes the confirmation or refusal by another person.
    pub async fn decide_declaration(
        &self,
        id: u64,
        by: &str,
        approval: &Approval,
        now_ms: u64,
    ) -> Result<(), Refused> {
        let _alone = self.alone.lock().await;
        let row = self.store.declarations().find(id).await?.ok_or(Refused::NotFound)?;
        if row.state != DecisionState::Waits {
            return Err(Refused::Decided);
        }
        if approval.approve && row.asked_by == by {
            return Err(Uncorrectable::SamePerson.into());
        }
        let lesson = self.store.lessons().find(&row.lesson).await?.ok_or(Refused::NotFound)?;
        if approval.approve {
            // It was made in time; while it waits, the result does not become final.
            self.may_decide(&lesson, by, row.at_ms).await?;
        }
        let mut writing = self.store.write(Lane::Books).await?;
        let whose = (id, lesson.id.as_str(), row.asked_by.as_str());
        let times = [row.from_ms, row.to_ms];
        if approval.approve && !asking::has_declared(&mut writing, self.store.vault(), whose, times).await? {
            tracing::error!(
                "declaration {id} waits, and the audit log does not say that anybody asked for it: run `ledger verify`"
            );
            return Err(Refused::NotAsked);
        }
        let state = if approval.approve { DecisionState::Entered } else { DecisionState::Refused };
        declarations::decide(&mut writing, id, state, by, now_ms).await?;
        if approval.approve {
            let [from_ms, to_ms] = times;
            let what = What::ClassDeclared { by: row.asked_by, approver: by.to_owned(), from_ms, to_ms };
            let fact = Fact { lesson: lesson.id.clone(), person: None, at_ms: now_ms, what };
            self.store.facts().append_in(&mut writing, &fact).await?;
            judged::note_due(&mut writing, &lesson.id).await?;
        }
        let words = approval.text.as_deref().map_or("", str::trim);
        let detail = json!({ "declaration": id, "approve": approval.approve, "text": words });
        self.log(&mut writing, by, "hours.declaration_decided", &lesson.id, detail).await?;
        Ok(writing.commit().await?)
    }

    /// Checks the days for appeals, and that the person does not belong to the class.
    async fn may_decide(&self, lesson: &Lesson, by: &str, now_ms: u64) -> Result<(), Refused> {
        if self.store.enrolments().approved_at(&lesson.id, by).await?.is_some() {
            return Err(Uncorrectable::OwnResult.into());
        }
        let result = self.store.results().standing(&lesson.id).await?.ok_or(Refused::NotJudged)?;
        if result.stage == Stage::Final || now_ms > self.until_ms(&result) {
            return Err(Refused::TooLate);
        }
        Ok(())
    }

    fn until_ms(&self, result: &StoredResult) -> u64 {
        match result.stage {
            Stage::Provisional => result.provisional_at_ms.saturating_add(self.times.appeals_ms),
            Stage::Final => 0,
        }
    }

    /// The time in which something of the instructor arrived and could count, with gaps bridged as in the
    /// class.
    async fn media_of(&self, lesson: &Lesson) -> anyhow::Result<Spans> {
        let policy = match self.store.results().standing(&lesson.id).await? {
            Some(result) => result.policy,
            None => self.policy_for(&lesson.id).await?,
        };
        let mut seen = Seen::default();
        self.store.facts().of(&lesson.id).await?.iter().for_each(|fact| seen.take(fact));
        let latest = lesson.plan.planned_end.plus_ms(policy.overrun_max * 1000);
        let countable = Spans::one(ServerInstant::default(), latest);
        Ok(seen.teaching().bridged(policy.gap * 1000).and(&countable))
    }
}

fn stretches(spans: &Spans) -> Vec<Stretch> {
    spans.iter().map(|span| Stretch { from_ms: span.from.ms(), to_ms: span.to.ms() }).collect()
}

fn shown(ShownDeclaration { row, name, .. }: ShownDeclaration, viewer: &str) -> Declaration {
    Declaration {
        id: row.id,
        from_ms: row.from_ms,
        to_ms: row.to_ms,
        text: row.text,
        by: name,
        own: row.asked_by == viewer,
        at_ms: row.at_ms,
    }
}
