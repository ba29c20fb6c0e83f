//! The work of authors: save, hand in, take back, upload. A save names the revision that was changed; if
//! another device saved meanwhile, nothing is overwritten and the other text comes back.

use super::{Answer, Refused, bounds, sharing, shown_review, shown_state};
use crate::essay::file;
use crate::essay::text::kept;
use crate::essay::way::{self, State, Step};
use crate::essay::{count, prints};
use crate::programme::requirement::EssayRule;
use crate::protocol::{EssayAsked, EssayDistinction, MyEssay, SaveEssay, SavedEssay, UploadedEssay};
use crate::store::essays::best::Distinction;
use crate::store::essays::versions::{self, NewVersion};
use crate::store::essays::{self, Essay, Standing, shares};
use crate::store::{Lane, Store, Writing, requirements};
use crate::text::visible_line;
use crate::time::ServerInstant;

/// Longest part of a file's name that is kept, characters.
const NAME_CHARS_MAX: usize = 100;

/// The essay that a phase requires of a person, written or not.
pub async fn asked(store: &Store, person: &str, standing: &Standing, rule: &EssayRule) -> Answer<EssayAsked> {
    let essay = store.essays().of_author(&standing.phase, person).await?;
    let distinction = match &essay {
        Some(essay) => store.essays().distinction(essay.id).await?,
        None => None,
    };
    Ok(shown_asked(standing, rule, essay.as_ref(), distinction))
}

/// A person's own essay of a phase.
pub async fn mine(store: &Store, person: &str, phase: &str, now_ms: u64) -> Answer<MyEssay> {
    let standings = store.essays().standings(person).await?;
    let essay = store.essays().of_author(phase, person).await?;
    let (mut handed_in_at_ms, mut reviews, mut distinction) = (None, Vec::new(), None);
    if let Some(essay) = &essay {
        let last = store.essays().last_version(essay.id).await?;
        handed_in_at_ms = last.filter(|_| essay.state != State::Draft).map(|last| last.at_ms);
        reviews = store.essays().reviews(essay.id).await?;
        distinction = store.essays().distinction(essay.id).await?;
    }
    // An author who has failed or left still opens a marked essay: the consent to publish it can be taken back at any time.
    let is_shown = |one: &Standing| one.phase == phase && (one.state.studies() || distinction.is_some());
    let standing = standings.into_iter().find(is_shown).ok_or(Refused::NotFound)?;
    let set = store.requirements(phase).await?;
    let rule = set.and_then(|set| set.essay).ok_or(Refused::NotFound)?;
    let now = ServerInstant::of_fact(now_ms);
    let state = essay.as_ref().map_or(State::Draft, |essay| essay.state);
    Ok(MyEssay {
        asked: shown_asked(&standing, &rule, essay.as_ref(), distinction),
        now_ms,
        revision: essay.as_ref().map_or(0, |essay| essay.revision),
        text: essay.as_ref().map(|essay| essay.text.clone()).unwrap_or_default(),
        saved_at_ms: essay.as_ref().map(|essay| essay.saved_at_ms),
        handed_in_at_ms,
        may_take_back: bounds(&rule).take_back(state, now).is_ok(),
        file: essay.and_then(|essay| essay.file).map(|(_, name)| name),
        reviews: reviews.iter().map(shown_review).collect(),
        distinction: distinction.map(shown_distinction),
    })
}

fn shown_asked(
    standing: &Standing,
    rule: &EssayRule,
    essay: Option<&Essay>,
    distinction: Option<Distinction>,
) -> EssayAsked {
    EssayAsked {
        phase: standing.phase.clone(),
        title: standing.title.clone(),
        rule: rule.filled_in(),
        closes_ms: rule.closes().ms(),
        state: shown_state(essay.map_or(State::Draft, |essay| essay.state)),
        count: essay.map_or(0, |essay| count(&essay.text)),
        asks_consent: distinction.is_some_and(|one| one.public.is_none()),
    }
}

fn shown_distinction(of: Distinction) -> EssayDistinction {
    EssayDistinction { essay: of.essay, at_ms: of.at_ms, public: of.public }
}

/// Saves a draft.
pub async fn save(
    store: &Store,
    person: &str,
    phase: &str,
    new: &SaveEssay,
    now_ms: u64,
) -> Answer<SavedEssay> {
    let text = kept(&new.text)?;
    let mut writing = store.write(Lane::Office).await?;
    let (_, essay) = own(&mut writing, person, phase, now_ms).await?;
    if essay.revision != new.revision && essay.text != text {
        drop(writing);
        return Ok(SavedEssay::Conflict { essay: mine(store, person, phase, now_ms).await? });
    }
    essay.state.after(Step::Save)?;
    // A save may be repeated after a lost answer.
    if essay.text != text || essay.revision == 0 {
        essays::save(&mut writing, essay.id, &text, now_ms).await?;
        writing.commit().await?;
    }
    Ok(SavedEssay::Saved { essay: mine(store, person, phase, now_ms).await? })
}

/// Saves a text and hands it in. `now_ms` is the arrival of the request.
pub async fn hand_in(
    store: &Store,
    person: &str,
    phase: &str,
    new: &SaveEssay,
    now_ms: u64,
) -> Answer<SavedEssay> {
    let text = kept(&new.text)?;
    let (count, prints) = (count(&text), prints::of(&text));
    let mut writing = store.write(Lane::Office).await?;
    let (rule, essay) = own(&mut writing, person, phase, now_ms).await?;
    let is_same = essay.text == text;
    if essay.revision != new.revision && !is_same {
        drop(writing);
        return Ok(SavedEssay::Conflict { essay: mine(store, person, phase, now_ms).await? });
    }
    // A repeated request after a lost answer: the text is handed in already.
    if !(is_same && essay.state == State::Submitted) {
        let state = bounds(&rule).hand_in(essay.state, count, ServerInstant::of_fact(now_ms))?;
        let before = versions::last(&mut writing, essay.id).await?.map_or(0, |last| last.number);
        if before >= way::HAND_INS_MAX {
            return Err(way::Refused::TooOften.into());
        }
        if !is_same {
            essays::save(&mut writing, essay.id, &text, now_ms).await?;
        }
        let file = essay.file.as_ref().map(|(id, _)| *id);
        let version =
            NewVersion { essay: essay.id, text: &text, count, prints: &prints, file, at_ms: now_ms };
        versions::append(&mut writing, &version).await?;
        essays::set_state(&mut writing, essay.id, state).await?;
        sharing::give(&mut writing, phase, Some(essay.id), now_ms).await?;
        writing.commit().await?;
    }
    Ok(SavedEssay::Saved { essay: mine(store, person, phase, now_ms).await? })
}

/// Takes an essay back before its review, to go on writing.
pub async fn take_back(store: &Store, person: &str, phase: &str, now_ms: u64) -> Answer<MyEssay> {
    let mut writing = store.write(Lane::Office).await?;
    let (rule, essay) = own(&mut writing, person, phase, now_ms).await?;
    let state = bounds(&rule).take_back(essay.state, ServerInstant::of_fact(now_ms))?;
    shares::withdraw(&mut writing, essay.id).await?;
    essays::set_state(&mut writing, essay.id, state).await?;
    writing.commit().await?;
    mine(store, person, phase, now_ms).await
}

/// Keeps a file and returns its text. The draft is unchanged until the author saves.
pub async fn upload(
    store: &Store,
    person: &str,
    phase: &str,
    name: &str,
    bytes: Vec<u8>,
    now_ms: u64,
) -> Answer<UploadedEssay> {
    let (read, bytes) = store.place_at_desk().await.work(move || (file::read(&bytes), bytes)).await?;
    let (text, _) = read?;
    let name: String = visible_line(name).chars().take(NAME_CHARS_MAX).collect();
    let mut writing = store.write(Lane::Office).await?;
    let (_, essay) = own(&mut writing, person, phase, now_ms).await?;
    essay.state.after(Step::Save)?;
    essays::keep_file(&mut writing, essay.id, &name, &bytes, now_ms).await?;
    writing.commit().await?;
    Ok(UploadedEssay { name, count: count(&text), text })
}

/// The phase's requirement, and this person's essay for it.
async fn own(writing: &mut Writing, person: &str, phase: &str, now_ms: u64) -> Answer<(EssayRule, Essay)> {
    let standing = essays::standing(writing, phase, person).await?;
    standing.filter(|standing| standing.state.studies()).ok_or(Refused::NotFound)?;
    let set = requirements::find(writing, phase).await?;
    let rule = set.and_then(|set| set.essay).ok_or(Refused::NotFound)?;
    let essay = match essays::of_author(writing, phase, person).await? {
        Some(essay) => essay,
        None => essays::begin(writing, phase, person, now_ms).await?,
    };
    Ok((rule, essay))
}
