//! The requirements of a trainee's phases, and how far each is met: shown from the first day.

use super::books::Books;
use super::essays::{self, writing};
use super::quizzes::taking;
use super::{OfficeRefusal, requirements};
use crate::programme::enrolment::State;
use crate::programme::pace::Standing;
use crate::protocol::Goal;
use crate::store::Store;

/// One goal for each phase in which the person studies.
pub async fn of(store: &Store, books: &Books, person: &str, now_ms: u64) -> essays::Answer<Vec<Goal>> {
    let mut standings = store.essays().standings(person).await?;
    // People who failed stay in the list: the reasons are shown there.
    standings.retain(|standing| standing.state.studies() || standing.state == State::Failed);
    if standings.is_empty() {
        return Ok(Vec::new());
    }
    let surveys = store.surveys().of_person(person).await?;
    let recognised = books.recognised(person).await?;
    let mut goals = Vec::new();
    for standing in standings {
        let asked = match requirements::of(store, &standing.phase).await {
            Ok(asked) => asked,
            Err(OfficeRefusal::Store(error)) => return Err(error.into()),
            Err(_) => continue,
        };
        let Some(phase) = store.phases().find(&standing.phase).await? else { continue };
        let timetable = books.planned(person, &standing.phase, now_ms).await?;
        let recognised_ch = recognised.get(&standing.phase).copied().unwrap_or_default();
        let hours = Standing { asked_ch: asked.hours_ch, recognised_ch, timetable };
        let essay = match &asked.essay {
            Some(rule) => Some(writing::asked(store, person, &standing, rule).await?),
            None => None,
        };
        let quiz = taking::goal(store, person, &standing.phase, asked.quiz, now_ms).await?;
        let survey =
            asked.survey.then(|| surveys.iter().any(|one| one.phase == standing.phase && one.answered));
        goals.push(Goal {
            phase: standing.phase,
            title: standing.title,
            hours_ch: asked.hours_ch,
            recognised_ch,
            still_ch: timetable.still_ch,
            pace: hours.pace(),
            study_ends_ms: phase.study.last.end().ms(),
            essay,
            quiz,
            survey,
        });
    }
    Ok(goals)
}
