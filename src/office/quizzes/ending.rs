//! The end of a try: handed in, or its time is over. No timer ends it: the next read, or the conclusion of the
//! phase, finds that its time is over.

use crate::programme::quiz::paper::{Drawn, mark};
use crate::programme::quiz::way::GRACE_MS;
use crate::programme::quiz::{Ask, Question};
use crate::store::quizzes::Bank;
use crate::store::quizzes::papers::{self, Paper};
use crate::store::quizzes::results::{self, Ended};
use crate::store::{Lane, Store, Writing};

/// Papers of one transaction: facts of running classes wait for no more.
const AT_ONCE: u32 = 100;

/// Marks every paper whose time is over; returns how many.
pub async fn settle(store: &Store, now_ms: u64) -> anyhow::Result<usize> {
    let mut settled = 0;
    loop {
        let overdue = store.quizzes().overdue(now_ms.saturating_sub(GRACE_MS), AT_ONCE).await?;
        if overdue.is_empty() {
            return Ok(settled);
        }
        let mut writing = store.write(Lane::Office).await?;
        for id in overdue {
            // Somebody else may have been first.
            let paper = papers::find(&mut writing, id).await?.filter(|paper| paper.ended.is_none());
            if let Some(paper) = paper {
                end(&mut writing, store, &paper, true, paper.closes_ms).await?;
                settled += 1;
            }
        }
        writing.commit().await?;
    }
}

/// Marks a paper.
pub(super) async fn end(
    writing: &mut Writing,
    store: &Store,
    paper: &Paper,
    by_time: bool,
    at_ms: u64,
) -> anyhow::Result<Ended> {
    let questions = papers::questions(writing, &paper.drawn).await?;
    let given = papers::answers(writing, paper).await?;
    let asked = paper.drawn.iter().zip(&given);
    let answered: Vec<_> = asked
        .map(|(drawn, given)| Ok((ask(&questions, drawn)?, drawn, &given.answer)))
        .collect::<anyhow::Result<_>>()?;
    let ended = Ended { mark: mark(&paper.rule, answered), by_time, at_ms };
    results::append(writing, store.vault(), paper.id, &ended).await?;
    Ok(ended)
}

/// The question of the bank that stands in a paper.
pub(super) fn question<'a>(bank: &'a Bank, drawn: &Drawn) -> anyhow::Result<&'a Question> {
    let missing = || anyhow::anyhow!("question {} of a paper is not in the bank", drawn.question);
    bank.get(&drawn.question).ok_or_else(missing)
}

fn ask<'a>(bank: &'a Bank, drawn: &Drawn) -> anyhow::Result<&'a Ask> {
    Ok(&question(bank, drawn)?.ask)
}
