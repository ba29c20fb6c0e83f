//! The ends of phases: decided for people with new facts, and for everybody from time to time.

use super::conclusions::Looked;
use super::{Books, off_thread};
use crate::office::quizzes;
use crate::programme::conclusion::{Asked, Conclusion, Known, Verdict, conclude};
use crate::programme::enrolment::State;
use crate::programme::phase::Timing;
use crate::store::conclusions::known::Candidate;
use crate::store::conclusions::looks::{self, Look};
use crate::store::conclusions::{self, states};
use crate::store::registrations::{self, set_state};
use crate::store::{Lane, Writing, word};
use crate::time::ServerInstant;

/// People whose hours are read at once; judging waits meanwhile.
const READ_AT_ONCE: usize = 1000;
/// People who are written at once; facts of classes wait meanwhile.
const WRITTEN_AT_ONCE: usize = 250;
/// Longest delay before results that became final by themselves are noticed, ms.
const EVERYBODY_EVERY_MS: u64 = 3_600_000;

/// The people to look at.
#[derive(Debug, PartialEq, Eq)]
enum Whom {
    Everybody,
    /// Numbers of registrations.
    These(Vec<u64>),
}

/// A person whose end is written.
struct Ended {
    registration: u64,
    /// The state at the decision.
    from: State,
    conclusion: Conclusion,
}

impl Books {
    /// Decides how phases end, where something has changed; returns the number of people for whom something
    /// was written.
    pub async fn conclude(&self, now_ms: u64) -> anyhow::Result<usize> {
        let books = self.clone();
        off_thread(async move {
            quizzes::ending::settle(&books.store, now_ms).await?;
            let mut written = 0;
            for phase in books.store.conclusions().phases().await? {
                let Some(phase) = books.store.phases().find(&phase).await? else { continue };
                let looked = books.looked(phase).await?;
                written += books.conclude_phase(&looked, now_ms).await?;
            }
            Ok(written)
        })
        .await
    }

    async fn conclude_phase(&self, looked: &Looked, now_ms: u64) -> anyhow::Result<usize> {
        let (store, phase) = (&self.store, looked.phase.id.as_str());
        let asked = serde_json::to_string(&looked.asked)?;
        let before = store.conclusions().look(phase).await?;
        let upto = store.conclusions().upto().await?;
        let whom = self.whom(looked, before.as_ref(), &asked, now_ms).await?;
        let is_everybody = whom == Whom::Everybody;
        if !is_everybody && before.as_ref().is_some_and(|before| before.upto == upto) {
            return Ok(0);
        }
        let ids = match whom {
            Whom::Everybody => store.conclusions().everybody(phase).await?,
            Whom::These(ids) => ids,
        };
        let mut written = 0;
        for ids in ids.chunks(READ_AT_ONCE) {
            let _alone = self.alone.lock().await;
            let known = self.known(looked, ids, now_ms).await?;
            let at = ServerInstant::of_fact(now_ms);
            let ended: Vec<Ended> =
                known.into_iter().filter_map(|(one, known)| ended(looked, one, known, at)).collect();
            for part in ended.chunks(WRITTEN_AT_ONCE) {
                let mut writing = store.write(Lane::Books).await?;
                written += self.write_down(&mut writing, phase, part, now_ms).await?;
                writing.commit().await?;
            }
        }
        let all_at_ms = match before {
            Some(before) if !is_everybody => before.all_at_ms(),
            _ => now_ms,
        };
        let mut writing = store.write(Lane::Books).await?;
        looks::note(&mut writing, phase, &upto, &asked, all_at_ms).await?;
        writing.commit().await?;
        Ok(written)
    }

    async fn whom(
        &self,
        looked: &Looked,
        before: Option<&Look>,
        asked: &str,
        now_ms: u64,
    ) -> anyhow::Result<Whom> {
        let Some(before) = before.filter(|before| before.asked == asked) else { return Ok(Whom::Everybody) };
        let all_at_ms = before.all_at_ms();
        let has_passed = |at_ms: u64| all_at_ms < at_ms && at_ms <= now_ms;
        let Asked { study_ends_ms, essay_closes_ms, quiz, survey_closes_ms, .. } = looked.asked;
        let ends = [Some(study_ends_ms), essay_closes_ms, quiz.map(|quiz| quiz.ended_ms), survey_closes_ms];
        if ends.into_iter().flatten().any(has_passed) {
            return Ok(Whom::Everybody);
        }
        let conclusions = self.store.conclusions();
        let is_old = all_at_ms.saturating_add(EVERYBODY_EVERY_MS) <= now_ms;
        if is_old && conclusions.is_undecided(&looked.phase.id).await? {
            return Ok(Whom::Everybody);
        }
        Ok(Whom::These(conclusions.changed_since(&looked.phase.id, &before.upto).await?))
    }

    /// Writes how the phase ended for some people; those withdrawn meanwhile are left out.
    async fn write_down(
        &self,
        writing: &mut Writing,
        phase: &str,
        ended: &[Ended],
        now_ms: u64,
    ) -> anyhow::Result<usize> {
        let ids: Vec<u64> = ended.iter().map(|one| one.registration).collect();
        let states = states(writing, &ids).await?;
        let mut new = Vec::new();
        for one in ended {
            let Some((state, reason)) = states.get(&one.registration) else { continue };
            if *state != one.from {
                continue;
            }
            let mut state = *state;
            while let Some(step) = one.conclusion.step(state) {
                // Registration no longer matters.
                state = state.after(step, Timing::Closed)?;
                let step = registrations::Step {
                    id: one.registration,
                    step: &word(step),
                    state,
                    by: None,
                    reason,
                    now_ms,
                };
                set_state(writing, phase, &step).await?;
            }
            new.push((one.registration, one.conclusion.clone()));
        }
        conclusions::append(writing, self.store.vault(), phase, &new, now_ms).await?;
        Ok(new.len())
    }

    /// The conclusion of a phase for one person by the present facts; `None` = the person does not study in
    /// it. A decision stands until the next one.
    pub async fn conclusion_of(
        &self,
        phase: &str,
        person: &str,
        now_ms: u64,
    ) -> anyhow::Result<Option<Conclusion>> {
        let Some(id) = self.store.conclusions().registration(phase, person).await? else { return Ok(None) };
        let Some(phase) = self.store.phases().find(phase).await? else { return Ok(None) };
        quizzes::ending::settle(&self.store, now_ms).await?;
        let looked = self.looked(phase).await?;
        let Some((one, known)) = self.known(&looked, &[id], now_ms).await?.pop() else { return Ok(None) };
        Ok(Some(now(&looked, &one, known, ServerInstant::of_fact(now_ms))))
    }
}

/// A person who has completed is held to the requirements of that time.
fn now(looked: &Looked, one: &Candidate, known: Known, at: ServerInstant) -> Conclusion {
    let then = one.last.as_ref().filter(|_| one.state == State::Completed).map(|last| last.asked);
    conclude(then.unwrap_or(looked.asked), known, at)
}

/// The change to be written about a person; `None` = no change.
fn ended(looked: &Looked, one: Candidate, known: Known, at: ServerInstant) -> Option<Ended> {
    let conclusion = now(looked, &one, known, at);
    let is_new = match (conclusion.step(one.state), &one.last) {
        (Some(_), _) => true,
        (None, _) if one.state != State::Active => false,
        (None, Some(last)) => *last != conclusion,
        (None, None) => conclusion.verdict != Verdict::Undecided,
    };
    is_new.then_some(Ended { registration: one.registration, from: one.state, conclusion })
}
