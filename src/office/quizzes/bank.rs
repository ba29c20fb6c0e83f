//! What the office sets: how papers are made, and the questions of the bank, one at a time.

use serde_json::json;

use super::super::{OfficeRefusal, phases};
use super::{Answer, QuizRefusal};
use crate::programme::quiz::form::RuleForm;
use crate::programme::quiz::paper::BankSmall;
use crate::programme::quiz::{BANK_MAX, Kind, Question, Rule};
use crate::protocol::{QuizBank, QuizBanked};
use crate::store::audit::{self, Act};
use crate::store::quizzes::{self, Bank};
use crate::store::{Lane, Store, Writing};
use crate::text::mistake::Wrong;

/// The self-test of a phase, for whoever sets it.
pub async fn of_phase(store: &Store, phase: &str) -> Answer<QuizBank> {
    let phase = phases::find(store, phase).await?;
    let rule = store.quizzes().rule(&phase.id).await?;
    let bank = store.quizzes().bank(&phase.id).await?;
    let banked = |(id, question)| QuizBanked { id, question };
    Ok(QuizBank {
        rule: rule.map(|rule| rule.filled_in()),
        questions: bank.into_iter().map(banked).collect(),
    })
}

/// Sets how papers are made from now on, as the next version; papers that have begun keep theirs.
pub async fn set_rule(store: &Store, by: &str, phase: &str, form: &RuleForm, now_ms: u64) -> Answer<()> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let bank = quizzes::bank(&mut writing, &phase.id).await?;
    let before = quizzes::rule(&mut writing, &phase.id).await?.map_or(0, |rule| rule.version);
    let rule = form.check(before, phase.study, |kind| count(&bank, kind)).map_err(OfficeRefusal::Wrong)?;
    quizzes::append_rule(&mut writing, &phase.id, &rule, by, now_ms).await?;
    let detail = json!({
        "version": rule.version,
        "questions": rule.questions(),
        "points": rule.points(),
        "pass": rule.pass,
        "tries": rule.tries,
        "minutes": rule.minutes,
        "due": rule.due.to_string(),
        "reveal": rule.reveal,
    });
    audit::append(&mut writing, store.vault(), Act::done(by, "phase.quiz_set", &phase.id, detail)).await?;
    writing.commit().await?;
    Ok(())
}

/// Puts a question into the bank, in place of another one; `None` = beside the others. Papers that have begun keep the
/// other one.
pub async fn put(
    store: &Store,
    by: &str,
    phase: &str,
    replaces: Option<u64>,
    question: &Question,
    now_ms: u64,
) -> Answer<QuizBanked> {
    let question = question.check().map_err(OfficeRefusal::Wrong)?;
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let mut bank = quizzes::bank(&mut writing, &phase.id).await?;
    if let Some(replaces) = replaces {
        let before = bank.remove(&replaces).ok_or(OfficeRefusal::NotFound)?;
        if before == question {
            return Ok(QuizBanked { id: replaces, question });
        }
        quizzes::remove_question(&mut writing, replaces, now_ms).await?;
    }
    if bank.values().any(|other| other.text == question.text) {
        return Err(QuizRefusal::Taken);
    }
    if bank.len() >= BANK_MAX {
        return Err(OfficeRefusal::field("questions", Wrong::BankFull).into());
    }
    let id = quizzes::insert_question(&mut writing, &phase.id, &question, by, now_ms).await?;
    bank.insert(id, question.clone());
    suffices(&mut writing, &phase.id, &bank).await?;
    let detail = json!({ "question": id, "replaces": replaces });
    audit::append(&mut writing, store.vault(), Act::done(by, "phase.quiz_question", &phase.id, detail))
        .await?;
    writing.commit().await?;
    Ok(QuizBanked { id, question })
}

/// Takes a question out of the bank.
pub async fn remove(store: &Store, by: &str, phase: &str, id: u64, now_ms: u64) -> Answer<()> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let mut bank = quizzes::bank(&mut writing, &phase.id).await?;
    bank.remove(&id).ok_or(OfficeRefusal::NotFound)?;
    suffices(&mut writing, &phase.id, &bank).await?;
    quizzes::remove_question(&mut writing, id, now_ms).await?;
    let act = Act::done(by, "phase.quiz_question_removed", &phase.id, json!({ "question": id }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(())
}

/// Checks the bank as it stands in this transaction; see [`suffices`].
pub(super) async fn suffices_now(writing: &mut Writing, phase: &str) -> Answer<()> {
    let bank = quizzes::bank(writing, phase).await?;
    suffices(writing, phase, &bank).await
}

/// A bank that changes must still be enough for the papers that the rule asks for.
async fn suffices(writing: &mut Writing, phase: &str, bank: &Bank) -> Answer<()> {
    let rule: Option<Rule> = quizzes::rule(writing, phase).await?;
    for draw in rule.iter().flat_map(|rule| &rule.draws) {
        let has = count(bank, draw.kind);
        if has < draw.count {
            return Err(BankSmall { kind: draw.kind, has, needs: draw.count }.into());
        }
    }
    Ok(())
}

fn count(bank: &Bank, kind: Kind) -> u32 {
    let of_kind = bank.values().filter(|question| question.ask.kind() == kind);
    u32::try_from(of_kind.count()).unwrap_or(u32::MAX)
}
