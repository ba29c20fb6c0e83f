//! The work of reviewers: read the essays given to them, without names; accept or return them; ask somebody
//! else first.

use serde_json::json;

use super::{Answer, Refused, alike, read_review, shown_review, shown_state};
use crate::essay::share::share_out;
use crate::programme::requirement::EssayRule;
use crate::protocol::{EssayDuty, EssayLine, EssayToReview, EssaysToReview, ReviewEssay};
use crate::store::audit::{self, Act};
use crate::store::essays::reviews::{self, Reviewed};
use crate::store::essays::shares::{self, Duty, End, Listed, Share};
use crate::store::essays::versions::{self, Version};
use crate::store::essays::{self, Essay};
use crate::store::{Lane, Store, Writing};
use crate::text::visible;

/// Longest question to another reviewer, characters.
const QUESTION_CHARS_MAX: usize = 500;

/// The essays a person may see.
#[derive(Debug, Clone, Copy)]
pub enum Sees<'a> {
    /// The essays given to this person.
    Own(&'a str),
    /// All essays except this person's own: for the training administrator.
    All(&'a str),
}

impl<'a> Sees<'a> {
    pub(super) fn person(self) -> &'a str {
        match self {
            Sees::Own(person) | Sees::All(person) => person,
        }
    }
}

/// The phases in which a person has something to review.
pub async fn duties(store: &Store, sees: Sees<'_>) -> Answer<Vec<EssayDuty>> {
    let reviewer = match sees {
        Sees::Own(person) => Some(person),
        Sees::All(_) => None,
    };
    let duties = store.essays().duties(reviewer).await?;
    let shown = |Duty { phase, title, waiting, done }| EssayDuty { phase, title, waiting, done };
    Ok(duties.into_iter().map(shown).collect())
}

/// The essays to review in a phase.
pub async fn list(store: &Store, sees: Sees<'_>, phase: &str) -> Answer<EssaysToReview> {
    let rule = rule(store, phase).await?;
    let reviewer = match sees {
        Sees::Own(person) => Some(person),
        Sees::All(_) => None,
    };
    let listed = store.essays().listed(phase, reviewer).await?;
    Ok(EssaysToReview { closes_ms: rule.closes().ms(), essays: listed.iter().map(line).collect() })
}

fn line(listed: &Listed) -> EssayLine {
    EssayLine {
        id: listed.id,
        state: shown_state(listed.state),
        count: listed.count,
        handed_in_at_ms: listed.handed_in_at_ms,
        is_second: listed.is_second,
        excellent: listed.excellent,
    }
}

/// An essay with everything its reviewer needs.
pub async fn open(store: &Store, sees: Sees<'_>, id: u64) -> Answer<EssayToReview> {
    let (essay, version, given) = seen(store, sees, id).await?;
    let rule = rule(store, &essay.phase).await?;
    let programme = store.phases().find(&essay.phase).await?.ok_or(Refused::NotFound)?.programme;
    let (repeated, shared) = alike::of(store, &programme, essay.id, &version.text).await?;
    let reviews = store.essays().reviews(id).await?;
    let own = given.iter().find(|share| share.reviewer == sees.person());
    Ok(EssayToReview {
        line: line(&Listed {
            id,
            state: essay.state,
            count: version.count,
            handed_in_at_ms: version.at_ms,
            is_second: given.iter().any(|share| share.question.is_some()),
            excellent: store.essays().distinction(id).await?.is_some(),
        }),
        phase: essay.phase,
        rule: rule.filled_in(),
        version: version.number,
        text: version.text,
        file: version.file.map(|(_, name)| name),
        repeated,
        shared,
        reviews: reviews.iter().map(shown_review).collect(),
        question: own.and_then(|share| share.question.clone()),
        may_review: own.is_some_and(|share| share.is_open),
    })
}

/// Name and bytes of the upload from which an essay came.
pub async fn file(store: &Store, sees: Sees<'_>, id: u64) -> Answer<(String, Vec<u8>)> {
    let (_, version, _) = seen(store, sees, id).await?;
    let (file, _) = version.file.ok_or(Refused::NotFound)?;
    store.essays().file(file).await?.ok_or(Refused::NotFound)
}

/// An essay that was handed in, and the reviewers it was given to.
async fn seen(store: &Store, sees: Sees<'_>, id: u64) -> Answer<(Essay, Version, Vec<Share>)> {
    let essay = store.essays().of_number(id).await?.ok_or(Refused::NotFound)?;
    let version = store.essays().last_version(id).await?.ok_or(Refused::NotFound)?;
    let given = store.essays().shares(id, version.number).await?;
    let is_seen = match sees {
        Sees::Own(person) => given.iter().any(|share| share.reviewer == person),
        // Nobody reads the own essay as a reviewer.
        Sees::All(person) => essay.person != person,
    };
    if is_seen { Ok((essay, version, given)) } else { Err(Refused::NotFound) }
}

async fn rule(store: &Store, phase: &str) -> Answer<EssayRule> {
    store.requirements(phase).await?.and_then(|set| set.essay).ok_or(Refused::NotFound)
}

/// Accepts or returns an essay.
pub async fn review(store: &Store, by: &str, id: u64, new: &ReviewEssay, now_ms: u64) -> Answer<EssayLine> {
    let review = read_review(new)?;
    let mut writing = store.write(Lane::Office).await?;
    let (essay, version, given) = in_hand(&mut writing, by, id, new.version).await?;
    let state = essay.state.after(review.verdict.step())?;
    let (verdict, marks) = (review.verdict, review.marks);
    let reviewed = Reviewed { version: version.number, reviewer: by.to_owned(), review, at_ms: now_ms };
    reviews::append(&mut writing, id, &reviewed).await?;
    shares::end(&mut writing, id, version.number, End::Reviewed).await?;
    essays::set_state(&mut writing, id, state).await?;
    let detail = json!({
        "phase": essay.phase, "version": version.number, "verdict": verdict, "marks": marks,
    });
    let target = id.to_string();
    audit::append(&mut writing, store.vault(), Act::done(by, "essay.reviewed", &target, detail)).await?;
    writing.commit().await?;
    Ok(line(&Listed {
        id,
        state,
        count: version.count,
        handed_in_at_ms: version.at_ms,
        is_second: given.question.is_some(),
        excellent: false,
    }))
}

/// Gives an essay to another reviewer, who decides.
pub async fn second_opinion(
    store: &Store,
    by: &str,
    id: u64,
    version: u32,
    question: &str,
    now_ms: u64,
) -> Answer<()> {
    let question = visible(question).trim().to_owned();
    if question.is_empty() || question.chars().count() > QUESTION_CHARS_MAX {
        return Err(Refused::Question);
    }
    let mut writing = store.write(Lane::Office).await?;
    let (essay, version, _) = in_hand(&mut writing, by, id, version).await?;
    shares::end(&mut writing, id, version.number, End::PassedOn).await?;
    let waiting = shares::waiting(&mut writing, &essay.phase).await?;
    let waiting: Vec<_> = waiting.into_iter().map(|(one, _)| one).filter(|one| one.essay == id).collect();
    let reviewers: Vec<_> =
        shares::reviewers(&mut writing, &essay.phase).await?.into_iter().map(|one| one.reviewer).collect();
    let (_, at) = share_out(&reviewers, &waiting).pop().ok_or(Refused::Nobody)?;
    let reviewer = reviewers[at].person.clone();
    let detail = json!({ "phase": essay.phase, "version": version.number, "asked": reviewer });
    let share =
        Share { essay: id, version: version.number, reviewer, is_open: true, question: Some(question) };
    shares::give(&mut writing, &share, now_ms).await?;
    let target = id.to_string();
    audit::append(&mut writing, store.vault(), Act::done(by, "essay.second_opinion", &target, detail))
        .await?;
    Ok(writing.commit().await?)
}

/// An essay in a reviewer's hands now, with the text to be reviewed.
async fn in_hand(
    writing: &mut Writing,
    reviewer: &str,
    id: u64,
    number: u32,
) -> Answer<(Essay, Version, Share)> {
    let essay = essays::of_number(writing, id).await?.ok_or(Refused::NotFound)?;
    let version = versions::last(writing, id).await?.ok_or(Refused::NotFound)?;
    let given = shares::of_version(writing, id, version.number).await?;
    let own = given.into_iter().find(|share| share.reviewer == reviewer);
    match own {
        Some(share) if share.is_open && version.number == number && essay.person != reviewer => {
            Ok((essay, version, share))
        }
        Some(_) => Err(Refused::Changed),
        None => Err(Refused::NotFound),
    }
}
