//! Storing the result of a lesson, and entering the credit that follows: one transaction, all or nothing.

use std::collections::BTreeMap;

use super::Books;
use super::approving::ask_to_reverse;
use super::postings::{Ground, postings};
use crate::attendance::judgement::Judgement;
use crate::attendance::ledger::Kind;
use crate::attendance::record::Stage;
use crate::lesson::ClassState;
use crate::office::registrations;
use crate::store::credit::facts::Seal;
use crate::store::credit::heads::Grounds;
use crate::store::credit::results::NewResult;
use crate::store::credit::{StoredResult, heads, judged, results};
use crate::store::{Lane, Lesson, Writing};

/// The outcome of looking at a lesson.
pub(super) struct Finding<'a> {
    pub(super) lesson: &'a Lesson,
    pub(super) judgement: Judgement,
    /// Seal of the judged facts.
    pub(super) seal: Seal,
    pub(super) stage: Stage,
    /// Lessons whose results this one may change.
    pub(super) overlapping: Vec<String>,
}

impl Books {
    /// Notes that there was nothing new.
    pub(super) async fn looked_at(&self, lesson: &Lesson, now_ms: u64) -> anyhow::Result<()> {
        let mut writing = self.store.write(Lane::Books).await?;
        note_look(&mut writing, lesson, now_ms).await?;
        writing.commit().await
    }

    /// Stores a finding and enters its differences to the ledger: everything or nothing.
    pub(super) async fn enter(
        &self,
        finding: Finding<'_>,
        before: Option<StoredResult>,
        now_ms: u64,
    ) -> anyhow::Result<()> {
        let Finding { lesson, judgement, seal, stage, overlapping } = finding;
        // Everything slow happens before facts have to wait for the writer.
        let lines = judgement.line_records();
        let result = NewResult::of(&judgement, &lines, seal, stage, now_ms)?;
        let ground = |reason| Ground { digest: judgement.digest.clone(), reason };
        let mut present = Vec::new();
        let mut grounds = Vec::new();
        for (person, line) in &lines {
            present.extend(line.was_present().then_some(person.as_str()));
            grounds.push((person.clone(), ground(line.decisive())));
        }
        let mut writing = self.store.write(Lane::Books).await?;
        let mut concerned: BTreeMap<String, Ground> = BTreeMap::new();
        // A person who was in the earlier result and is not in this one has no credit, either.
        if let Some(before) = &before {
            let gone = results::people(&mut writing, before.id).await?;
            concerned.extend(gone.into_iter().map(|person| (person, ground(String::new()))));
        }
        concerned.extend(grounds);
        results::insert(&mut writing, &result).await?;
        for other in &overlapping {
            judged::note_due(&mut writing, other).await?;
        }
        note_look(&mut writing, lesson, now_ms).await?;
        registrations::begin(&mut writing, &lesson.id, &present, now_ms).await?;
        let mut postings = postings(&mut writing, lesson, &judgement.policy.version, concerned).await?;
        // Final credit stays with the trainee, unless two people take it away.
        if before.is_some_and(|before| before.stage == Stage::Final) {
            let reversals: Vec<_> = postings.extract_if(.., |one| one.kind == Kind::Reverse).collect();
            ask_to_reverse(&mut writing, self.store.vault(), lesson, &reversals, now_ms).await?;
        }
        let grounds = Grounds { lesson: &lesson.id, digest: Some(result.digest()) };
        heads::enter(&self.store, &mut writing, grounds, postings, now_ms).await?;
        writing.commit().await
    }
}

async fn note_look(writing: &mut Writing, lesson: &Lesson, now_ms: u64) -> anyhow::Result<()> {
    judged::note_look(writing, &lesson.id, lesson.state == ClassState::Ended, now_ms).await
}
