//! The end of a phase for one person (结业): completed, failed, or not decided yet, by one function of the
//! requirements and the known facts. Nobody decides it by hand: a person who disagrees has hours or an essay
//! decided again, and the end follows.

use serde::{Deserialize, Serialize};

use super::enrolment::{State, Step};
use super::phase::Phase;
use super::quiz::{Rule, way};
use super::requirement::Requirements;
use super::stored::{self, Unreadable};
use super::survey::Survey;
use crate::time::ServerInstant;

/// The requirements of a phase at the time of the conclusion. Stored: the fields are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Version of the [`Requirements`].
    pub version: u32,
    /// Recognised hours, ch.
    pub hours_ch: u64,
    /// The first instant after the study.
    pub study_ends_ms: u64,
    /// The first instant at which an essay is too late; `None` = no essay.
    pub essay_closes_ms: Option<u64>,
    /// None = no self-test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiz: Option<AskedQuiz>,
    /// The first instant at which the survey is closed; None = nobody need answer one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey_closes_ms: Option<u64>,
}

/// What a phase asks for of its self-test.
/// As it is stored: its fields are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedQuiz {
    /// The version of its rule.
    pub version: u32,
    pub tries: u32,
    /// The first instant at which no try can be running.
    pub ended_ms: u64,
}

/// The self-test and the survey of a phase, as they are set; None = there is none.
#[derive(Debug, Clone, Copy, Default)]
pub struct AlsoSet<'a> {
    pub quiz: Option<&'a Rule>,
    pub survey: Option<&'a Survey>,
}

impl Asked {
    pub fn of(phase: &Phase, requirements: &Requirements, set: AlsoSet<'_>) -> Asked {
        let quiz = set.quiz.filter(|_| requirements.quiz);
        let survey = set.survey.filter(|_| requirements.survey);
        Asked {
            version: requirements.version,
            // Hours above those of the phase are never recognised.
            hours_ch: requirements.hours_ch.min(phase.hours_ch),
            study_ends_ms: phase.study.last.end().ms(),
            essay_closes_ms: requirements.essay.map(|rule| rule.closes().ms()),
            quiz: quiz.map(|rule| AskedQuiz {
                version: rule.version,
                tries: rule.tries,
                ended_ms: way::all_ended(rule).ms(),
            }),
            survey_closes_ms: survey.map(|survey| survey.closes().ms()),
        }
    }
}

/// The state of the essay. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Essay {
    /// Never handed in, or taken back.
    #[default]
    Missing,
    /// Handed in and not reviewed yet.
    Waiting,
    Returned,
    Accepted,
}

/// The known facts about one person. Stored: the fields are never renamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Recognised hours by all ledger entries, ch.
    pub hours_ch: u64,
    /// Recognised hours without lessons that are not final, ch.
    pub settled_ch: u64,
    /// Whether hours may change: a lesson is not final, or an appeal or a correction waits for a decision.
    pub is_open: bool,
    pub essay: Essay,
    #[serde(default, skip_serializing_if = "Quiz::is_untouched")]
    pub quiz: Quiz,
    /// The survey was answered.
    #[serde(default, skip_serializing_if = "is_false")]
    pub survey: bool,
}

/// Tries of a self-test that have ended.
/// As it is stored: its fields are never renamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiz {
    pub tries: u32,
    pub passed: bool,
}

impl Quiz {
    fn is_untouched(&self) -> bool {
        *self == Quiz::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Completed,
    Failed,
    /// There is still time.
    Undecided,
}

/// One step of the reasoning. Stored: the words are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The recognised hours suffice.
    Hours {
        has_ch: u64,
        needed_ch: u64,
    },
    HoursShort {
        has_ch: u64,
        needed_ch: u64,
    },
    /// Of the hours, `settled_ch` are final; the rest may change until the time for appeals is over.
    HoursOpen {
        settled_ch: u64,
    },
    /// The study goes on until `until_ms`.
    StudyGoesOn {
        until_ms: u64,
    },
    EssayAccepted,
    /// The essay is not handed in; there is time until `until_ms`.
    EssayMissing {
        until_ms: u64,
    },
    /// The essay is not reviewed yet.
    EssayWaiting,
    /// The essay is returned and may be handed in again until `until_ms`.
    EssayReturned {
        until_ms: u64,
    },
    /// The essay was not handed in, or not again after its return, when the time was over.
    EssayLate,
    QuizPassed,
    /// The self-test is not passed; `tries_left` tries are left until `until_ms`.
    QuizMissing {
        tries_left: u32,
        until_ms: u64,
    },
    /// Not passed, and no try is left.
    QuizSpent,
    /// Not passed when its time was over.
    QuizLate,
    SurveyAnswered,
    /// The survey is not answered; there is time until `until_ms`.
    SurveyMissing {
        until_ms: u64,
    },
    /// Not answered when it was closed.
    SurveyLate,
}

/// The end of a phase for one person, with every reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    pub asked: Asked,
    pub known: Known,
    pub verdict: Verdict,
    /// Whether hours may still change, and the verdict with them.
    pub is_provisional: bool,
    pub reasons: Vec<Reason>,
}

/// Whether one requirement is met.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Yes,
    /// There is still time.
    NotYet,
    No,
}

/// Concludes. The same input gives the same conclusion.
pub fn conclude(asked: Asked, known: Known, now: ServerInstant) -> Conclusion {
    let mut reasons = Vec::new();
    let is_over = now.ms() >= asked.study_ends_ms;
    let hours = hours(asked, known, is_over, &mut reasons);
    let rest = [
        essay(asked, known.essay, now, &mut reasons),
        quiz(asked, known.quiz, now, &mut reasons),
        survey(asked, known.survey, now, &mut reasons),
    ];
    let lacks = rest.contains(&Met::No);
    let verdict = if hours == Met::Yes && rest.iter().all(|one| *one == Met::Yes) {
        Verdict::Completed
    } else if is_over && (hours == Met::No || lacks) {
        Verdict::Failed
    } else {
        // Before the end of the study the office may still give more time.
        Verdict::Undecided
    };
    let is_provisional = match verdict {
        Verdict::Completed => known.settled_ch < asked.hours_ch,
        // Hours do not make up for an essay that is too late, or for a self-test.
        Verdict::Failed => known.is_open && !lacks,
        Verdict::Undecided => true,
    };
    if is_provisional && verdict != Verdict::Undecided {
        reasons.push(Reason::HoursOpen { settled_ch: known.settled_ch });
    }
    Conclusion { asked, known, verdict, is_provisional, reasons }
}

fn hours(asked: Asked, known: Known, is_over: bool, reasons: &mut Vec<Reason>) -> Met {
    let (has_ch, needed_ch) = (known.hours_ch, asked.hours_ch);
    if has_ch >= needed_ch {
        reasons.push(Reason::Hours { has_ch, needed_ch });
        return Met::Yes;
    }
    reasons.push(Reason::HoursShort { has_ch, needed_ch });
    if is_over {
        return Met::No;
    }
    reasons.push(Reason::StudyGoesOn { until_ms: asked.study_ends_ms });
    Met::NotYet
}

fn essay(asked: Asked, essay: Essay, now: ServerInstant, reasons: &mut Vec<Reason>) -> Met {
    let Some(until_ms) = asked.essay_closes_ms else { return Met::Yes };
    let is_late = now.ms() >= until_ms;
    let (reason, met) = match essay {
        Essay::Accepted => (Reason::EssayAccepted, Met::Yes),
        Essay::Waiting => (Reason::EssayWaiting, Met::NotYet),
        Essay::Missing | Essay::Returned if is_late => (Reason::EssayLate, Met::No),
        Essay::Missing => (Reason::EssayMissing { until_ms }, Met::NotYet),
        Essay::Returned => (Reason::EssayReturned { until_ms }, Met::NotYet),
    };
    reasons.push(reason);
    met
}

fn quiz(asked: Asked, known: Quiz, now: ServerInstant, reasons: &mut Vec<Reason>) -> Met {
    let Some(AskedQuiz { tries, ended_ms, .. }) = asked.quiz else { return Met::Yes };
    let tries_left = tries.saturating_sub(known.tries);
    let (reason, met) = if known.passed {
        (Reason::QuizPassed, Met::Yes)
    } else if tries_left == 0 {
        (Reason::QuizSpent, Met::No)
    } else if now.ms() >= ended_ms {
        (Reason::QuizLate, Met::No)
    } else {
        (Reason::QuizMissing { tries_left, until_ms: ended_ms }, Met::NotYet)
    };
    reasons.push(reason);
    met
}

fn survey(asked: Asked, is_answered: bool, now: ServerInstant, reasons: &mut Vec<Reason>) -> Met {
    let Some(until_ms) = asked.survey_closes_ms else { return Met::Yes };
    let (reason, met) = match is_answered {
        true => (Reason::SurveyAnswered, Met::Yes),
        false if now.ms() >= until_ms => (Reason::SurveyLate, Met::No),
        false => (Reason::SurveyMissing { until_ms }, Met::NotYet),
    };
    reasons.push(reason);
    met
}

impl Conclusion {
    /// The step that follows for a registration; `None` = none. A completed registration stays completed
    /// whatever the phase requires later (`asked` holds the requirements of then); a loss of hours opens the
    /// end again (CR-21). A failed registration is opened again by more hours or more time.
    pub fn step(&self, state: State) -> Option<Step> {
        match (state, self.verdict) {
            (State::Active, Verdict::Completed) if !self.is_provisional => Some(Step::Complete),
            (State::Active, Verdict::Failed) if !self.is_provisional => Some(Step::Fail),
            (State::Completed, Verdict::Failed | Verdict::Undecided) => Some(Step::Reopen),
            (State::Failed, Verdict::Completed | Verdict::Undecided) => Some(Step::Reopen),
            _ => None,
        }
    }

    /// The text for the database.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        let Conclusion { asked, known, verdict, is_provisional, reasons } = self.clone();
        stored::write(StoredV1 { asked, known, verdict, provisional: is_provisional, reasons })
    }

    /// Reads the text of [`Conclusion::to_stored`]; the error says what is wrong with it.
    pub fn from_stored(text: &str) -> Result<Conclusion, Unreadable> {
        let StoredV1 { asked, known, verdict, provisional, reasons } = stored::read(text)?;
        Ok(Conclusion { asked, known, verdict, is_provisional: provisional, reasons })
    }
}

/// The form in the database.
#[derive(Serialize, Deserialize)]
struct StoredV1 {
    asked: Asked,
    known: Known,
    verdict: Verdict,
    provisional: bool,
    reasons: Vec<Reason>,
}

#[cfg(test)]
mod tests;
