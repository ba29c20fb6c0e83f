//! The distribution of essays to reviewers. A text is given to a reviewer at hand-in: to its last reviewer
//! after a return, else to the one with the fewest. A text that nobody can take waits until reviewers are
//! named.

use std::collections::HashMap;

use serde_json::json;

use super::{Answer, Refused};
use crate::account::role;
use crate::account::role::Action;
use crate::essay::share::{Reviewer, Waiting, may_review, share_out};
use crate::protocol::{EssayReviewer, EssayReviewers, NamedEssayReviewer};
use crate::store::audit::{self, Act};
use crate::store::essays::reviews;
use crate::store::essays::shares::{self, Named, Share};
use crate::store::{Lane, Store, Writing};

/// The reviewers of a phase and their progress.
pub async fn reviewers(store: &Store, phase: &str) -> Answer<EssayReviewers> {
    let named = store.essays().reviewers(phase).await?;
    let shown = |Named { reviewer, name, done }| EssayReviewer {
        person: reviewer.person,
        name,
        units: reviewer.units,
        given: reviewer.given,
        done,
    };
    Ok(EssayReviewers {
        reviewers: named.into_iter().map(shown).collect(),
        unshared: store.essays().unshared(phase).await?,
    })
}

/// Names the reviewers of a phase, and gives them the waiting texts.
pub async fn name(
    store: &Store,
    by: &str,
    phase: &str,
    named: &[NamedEssayReviewer],
    now_ms: u64,
) -> Answer<EssayReviewers> {
    let mut all: Vec<Reviewer> = Vec::new();
    for one in named {
        if all.iter().all(|other| other.person != one.person) {
            all.push(reviewer(store, one).await?);
        }
    }
    let mut writing = store.write(Lane::Office).await?;
    shares::name_reviewers(&mut writing, phase, &all).await?;
    let given = give(&mut writing, phase, None, now_ms).await?;
    let people: Vec<&str> = all.iter().map(|one| one.person.as_str()).collect();
    let detail = json!({ "reviewers": people, "given": given });
    audit::append(&mut writing, store.vault(), Act::done(by, "essay.reviewers_named", phase, detail)).await?;
    writing.commit().await?;
    reviewers(store, phase).await
}

/// A named reviewer: with an account that may review, and the units that were given, those of the account,
/// and those in which the person has a seat.
async fn reviewer(store: &Store, named: &NamedEssayReviewer) -> Answer<Reviewer> {
    let account = store.accounts().of(&named.person).await?;
    let account = account.ok_or_else(|| Refused::NoReviewer(named.person.clone()))?;
    if role::scope(&account.grants, Action::ReviewEssays).is_nothing() {
        return Err(Refused::NoReviewer(account.name));
    }
    let of_roles = account.grants.iter().filter_map(|grant| grant.unit.clone());
    let mut units: Vec<String> = named.units.iter().cloned().chain(of_roles).chain(account.units).collect();
    units.sort_unstable();
    units.dedup();
    Ok(Reviewer { person: named.person.clone(), units, given: 0 })
}

/// Gives the waiting texts of a phase, or the one of `only`, to reviewers; returns their number.
pub(super) async fn give(
    writing: &mut Writing,
    phase: &str,
    only: Option<u64>,
    now_ms: u64,
) -> anyhow::Result<usize> {
    let mut waiting = shares::waiting(writing, phase).await?;
    waiting.retain(|(essay, _)| only.is_none_or(|only| only == essay.essay));
    let reviewers: Vec<Reviewer> =
        shares::reviewers(writing, phase).await?.into_iter().map(|one| one.reviewer).collect();
    let mut given: Vec<(u64, usize)> = Vec::new();
    for (essay, _) in &waiting {
        let last = reviews::last_reviewer(writing, essay.essay).await?;
        let again =
            reviewers.iter().position(|one| Some(&one.person) == last.as_ref() && may_review(one, essay));
        given.extend(again.map(|at| (essay.essay, at)));
    }
    let known: HashMap<u64, u32> = waiting.iter().map(|(essay, number)| (essay.essay, *number)).collect();
    waiting.retain(|(essay, _)| given.iter().all(|(other, _)| *other != essay.essay));
    let others: Vec<Waiting> = waiting.into_iter().map(|(essay, _)| essay).collect();
    given.extend(share_out(&reviewers, &others));
    for (essay, at) in &given {
        let reviewer = reviewers[*at].person.clone();
        let share = Share { essay: *essay, version: known[essay], reviewer, is_open: true, question: None };
        shares::give(writing, &share, now_ms).await?;
    }
    Ok(given.len())
}
