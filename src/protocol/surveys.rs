//! The survey of a phase. Routes: `src/web/routes.rs`. Questions and answers are named by their place, from
//! 0: a survey that somebody has answered is not changed any more. Refusals beside the usual ones: 422
//! `wrong` (fields as `questions.3.options.1`), 409 `survey_closed`, `survey_changed` (load it again),
//! `survey_answered` (once is enough; for the office: it is not changed any more), `answer_needed`,
//! `answer_too_long`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::programme::survey;
use crate::wire::{self, mirror};

mirror! {
    /// The kind of a question.
    #[serde(tag = "ask", rename_all = "snake_case")]
    enum SurveyAsk for survey::Ask {
        /// A point from 1 to `points`; the words of both ends may be empty.
        Scale { points: u8, low: String, high: String },
        /// One option, or more with `several`.
        Choice { options: Vec<String>, several: bool },
        Text,
    }
}

mirror! {
    struct SurveyQuestion for survey::Question {
        text: String,
        #[serde(with = "wire")]
        #[ts(as = "SurveyAsk")]
        ask: survey::Ask,
        /// Whether the survey cannot be handed in without an answer to it.
        needed: bool,
    }
}

mirror! {
    #[serde(tag = "answer", rename_all = "snake_case")]
    enum SurveyAnswer for survey::Answer {
        /// The question was passed over.
        Nothing,
        /// Point of the scale, from 1.
        Points { points: u8 },
        /// Places of options, from 0, in rising order.
        Chosen { options: Vec<u8> },
        Words { text: String },
    }
}

mirror! {
    /// `PUT /api/phases/{phase}/survey`: sets the survey of the phase, until somebody has answered it; answers
    /// [`PhaseSurvey`].
    struct SurveyForm for survey::form::SurveyForm {
        title: String,
        /// Whether only the names of those who answered are known, and nobody learns who answered what.
        anonymous: bool,
        /// The last day to answer.
        due: String,
        #[serde(with = "wire")]
        #[ts(as = "Vec<SurveyQuestion>")]
        questions: Vec<survey::Question>,
    }
}

/// `GET /api/phases/{phase}/survey`: for the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhaseSurvey {
    /// `None` = there is none.
    #[serde(with = "wire")]
    #[ts(as = "Option<SurveyForm>")]
    pub survey: Option<survey::form::SurveyForm>,
    /// Number of people who have answered it.
    pub answered: u32,
}

/// `GET /api/surveys/mine`: the surveys of the phases in which a person studies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SurveyAsked {
    pub phase: String,
    #[serde(with = "wire")]
    #[ts(as = "SurveyForm")]
    pub survey: survey::form::SurveyForm,
    /// The first instant at which an answer is too late.
    #[ts(type = "number")]
    pub closes_ms: u64,
    /// Whether this person has answered it.
    pub answered: bool,
}

/// `POST /api/phases/{phase}/survey/answers`: once; an answer for each question. Answers 204.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerSurvey {
    #[serde(with = "wire")]
    #[ts(as = "Vec<SurveyAnswer>")]
    pub answers: Vec<survey::Answer>,
}

/// The sum of the answers to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SurveyTally {
    /// Number of people who did not pass the question over.
    pub answered: u32,
    /// Scale: by point from 1; choice: by option; text: empty.
    pub counts: Vec<u32>,
    /// The texts that people wrote; at most 200 here, all in the file.
    pub texts: Vec<String>,
}

/// `GET /api/phases/{phase}/survey/results`; as a file: `GET /api/phases/{phase}/survey/file?format=xlsx|csv|gb18030`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SurveyResults {
    #[serde(with = "wire")]
    #[ts(as = "SurveyForm")]
    pub survey: survey::form::SurveyForm,
    /// Number of people who study in the phase.
    pub asked: u32,
    pub answered: u32,
    /// A tally for each question. `None` = too few have answered an anonymous survey, and the tallies would
    /// tell who said what.
    pub tallies: Option<Vec<SurveyTally>>,
}
