//! The survey of a phase: set by the training administrator, answered once by each trainee, read as tallies
//! and as a table. An anonymous one keeps the people who answered apart from the answers: nothing joins the
//! two.

use serde_json::json;

use super::{Answer, OfficeRefusal, phases};
use crate::programme::enrolment::State;
use crate::programme::survey::form::SurveyForm;
use crate::programme::survey::{self, ANSWERS_MIN, Ask, NotTaken};
use crate::protocol::{PhaseSurvey, SurveyAsked, SurveyResults, SurveyTally};
use crate::sheet::{self, Cell, Kind, Table};
use crate::store::audit::{self, Act};
use crate::store::surveys::{self, Kept};
use crate::store::{Lane, Store};
use crate::time::ServerInstant;

/// Most texts of one question shown on the page; the file has all.
const TEXTS_SHOWN: usize = 200;

/// The reason why a survey is not set, or answers are refused.
#[derive(Debug, thiserror::Error)]
pub enum SurveyRefusal {
    #[error(transparent)]
    Office(#[from] OfficeRefusal),
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    /// By this person; for the office: by somebody, so that the survey cannot be changed any more.
    #[error("the survey was answered")]
    Answered,
}

impl From<anyhow::Error> for SurveyRefusal {
    fn from(error: anyhow::Error) -> SurveyRefusal {
        SurveyRefusal::Office(error.into())
    }
}

/// Whether a person in this state is asked.
pub(super) fn is_asked(state: State) -> bool {
    state.studies() || state == State::Failed
}

/// The surveys of the phases in which a person studies.
pub async fn asked(store: &Store, person: &str) -> anyhow::Result<Vec<SurveyAsked>> {
    let mine = store.surveys().of_person(person).await?.into_iter().filter(|mine| is_asked(mine.state));
    let asked = mine.map(|mine| SurveyAsked {
        closes_ms: mine.survey.closes().ms(),
        phase: mine.phase,
        survey: mine.survey.filled_in(),
        answered: mine.answered,
    });
    Ok(asked.collect())
}

/// The survey of a phase, for the person who sets it.
pub async fn of_phase(store: &Store, phase: &str) -> Answer<PhaseSurvey> {
    let phase = phases::find(store, phase).await?;
    let kept = store.surveys().of_phase(&phase.id).await?;
    let answered = kept.as_ref().map_or(0, |kept| kept.answered);
    Ok(PhaseSurvey { survey: kept.map(|kept| kept.survey.filled_in()), answered })
}

/// Sets the survey of a phase. Refused once somebody has answered it: answers belong to their questions.
pub async fn set(
    store: &Store,
    by: &str,
    phase: &str,
    form: &SurveyForm,
    now_ms: u64,
) -> Result<(), SurveyRefusal> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let survey = form.check(phase.study).map_err(OfficeRefusal::Wrong)?;
    if surveys::of_phase(&mut writing, &phase.id).await?.is_some_and(|kept| kept.answered > 0) {
        return Err(SurveyRefusal::Answered);
    }
    surveys::set(&mut writing, &phase.id, &survey, by, now_ms).await?;
    let detail =
        json!({ "title": survey.title, "questions": survey.questions.len(), "anonymous": survey.anonymous });
    audit::append(&mut writing, store.vault(), Act::done(by, "phase.survey_set", &phase.id, detail)).await?;
    writing.commit().await?;
    Ok(())
}

/// Takes a person's answers, once. `now_ms` is the arrival of the request.
pub async fn answer(
    store: &Store,
    person: &str,
    phase: &str,
    answers: &[survey::Answer],
    now_ms: u64,
) -> Result<(), SurveyRefusal> {
    let mut writing = store.write(Lane::Office).await?;
    let state = surveys::state(&mut writing, phase, person).await?;
    let kept = surveys::of_phase(&mut writing, phase).await?.filter(|_| state.is_some_and(is_asked));
    let kept = kept.ok_or(OfficeRefusal::NotFound)?;
    let answers = kept.survey.take(answers, ServerInstant::of_fact(now_ms))?;
    if !surveys::note_taker(&mut writing, kept.id, person).await? {
        return Err(SurveyRefusal::Answered);
    }
    let person = Some(person).filter(|_| !kept.survey.anonymous);
    surveys::insert_answers(&mut writing, kept.id, person, &answers).await?;
    writing.commit().await?;
    Ok(())
}

/// The tallies of the answers.
pub async fn results(store: &Store, phase: &str) -> Answer<SurveyResults> {
    let kept = find(store, phase).await?;
    let states = store.surveys().states(phase).await?;
    let asked = states.into_iter().filter(|state| is_asked(*state)).count();
    let tallies = match is_shown(&kept) {
        true => Some(tallies(store, &kept).await?),
        false => None,
    };
    Ok(SurveyResults {
        asked: u32::try_from(asked).unwrap_or(u32::MAX),
        answered: kept.answered,
        survey: kept.survey.filled_in(),
        tallies,
    })
}

async fn tallies(store: &Store, kept: &Kept) -> anyhow::Result<Vec<SurveyTally>> {
    let answers: Vec<_> =
        store.surveys().answers(kept.id).await?.into_iter().map(|(_, answers)| answers).collect();
    let tallies = kept.survey.tally(&answers).into_iter();
    let shown = tallies.map(|survey::Tally { answered, counts, mut texts }| {
        texts.truncate(TEXTS_SHOWN);
        SurveyTally { answered, counts, texts }
    });
    Ok(shown.collect())
}

/// Every answer as a row of a file; for an anonymous survey without names.
pub async fn export(store: &Store, phase: &str, kind: Kind) -> Answer<Vec<u8>> {
    let kept = find(store, phase).await?;
    let mut headings: Vec<&str> = if kept.survey.anonymous { vec![] } else { vec!["姓名"] };
    headings.extend(kept.survey.questions.iter().map(|question| question.text.as_str()));
    let mut table = Table::new("问卷", &headings);
    if is_shown(&kept) {
        for (name, answers) in store.surveys().answers(kept.id).await? {
            let name = name.filter(|_| !kept.survey.anonymous).map(|name| Cell::from(name.as_str()));
            let both = kept.survey.questions.iter().zip(&answers);
            let cells = both.map(|(question, answer)| cell(&question.ask, answer));
            table.rows.push(name.into_iter().chain(cells).collect());
        }
    }
    Ok(sheet::write(&table, kind).map_err(anyhow::Error::from)?)
}

fn cell(ask: &Ask, answer: &survey::Answer) -> Cell {
    match (answer, ask) {
        (survey::Answer::Points { points }, _) => Cell::number(*points),
        (survey::Answer::Chosen { options: chosen }, Ask::Choice { options, .. }) => {
            let words = chosen.iter().filter_map(|place| options.get(usize::from(*place)));
            Cell::from(words.map(String::as_str).collect::<Vec<_>>().join("；").as_str())
        }
        (survey::Answer::Words { text }, _) => Cell::from(text.as_str()),
        _ => Cell::from(""),
    }
}

/// Few answers to an anonymous survey would tell who said what.
fn is_shown(kept: &Kept) -> bool {
    !kept.survey.anonymous || kept.answered >= ANSWERS_MIN
}

async fn find(store: &Store, phase: &str) -> Answer<Kept> {
    store.surveys().of_phase(phase).await?.ok_or(OfficeRefusal::NotFound)
}
