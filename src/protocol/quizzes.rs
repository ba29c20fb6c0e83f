//! The self-test of a phase. Routes: `src/web/routes.rs`. Right answers go to the office, and to trainees in
//! [`QuizReview`] only. Refusals beside the usual ones: 409 `quiz_closed`, `quiz_passed`, `quiz_no_try`,
//! `quiz_other_try` (load it again), `quiz_ended` (the try is over; saved answers count), `quiz_elsewhere` (the
//! question was answered on another device meanwhile; load it again), `quiz_often` (the answer was changed too
//! often), `quiz_answer` (no answer to this question), `quiz_not_shown` (right answers are not shown yet),
//! `quiz_bank_small` (the bank would have fewer questions than a paper), `quiz_taken` (the bank has this question).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::programme::quiz;
use crate::wire::{self, mirror};

mirror! {
    #[serde(rename_all = "snake_case")]
    enum QuizKind for quiz::Kind {
        /// 单选题.
        One,
        /// 多选题.
        Several,
        /// 判断题.
        Truth,
        /// 填空题.
        Blank,
    }
}

mirror! {
    /// What a question asks for, with what is right: for the office only. Places of options are from 0.
    #[serde(tag = "ask", rename_all = "snake_case")]
    enum QuizAsk for quiz::Ask {
        One { options: Vec<String>, right: u8 },
        Several { options: Vec<String>, right: Vec<u8> },
        Truth { right: bool },
        /// Every spelling that counts.
        Blank { right: Vec<String> },
    }
}

mirror! {
    /// `POST /api/phases/{phase}/quiz/questions` puts one into the bank, `PUT /api/phases/{phase}/quiz/questions/{id}` one in
    /// place of another; both answer [`QuizBanked`]. 422 `wrong` by field, as `options.1`.
    struct QuizQuestion for quiz::Question {
        text: String,
        #[serde(with = "wire")]
        #[ts(as = "QuizAsk")]
        ask: quiz::Ask,
        /// Why this is right; may be empty.
        explanation: String,
    }
}

mirror! {
    struct QuizDraw for quiz::Draw {
        #[serde(with = "wire")]
        #[ts(as = "QuizKind")]
        kind: quiz::Kind,
        /// Questions of a paper.
        count: u32,
        /// Of each right answer.
        points: u32,
    }
}

mirror! {
    /// `PUT /api/phases/{phase}/quiz/rule`: how papers are made from now on; answers [`QuizBank`]. 422 `wrong` by field, as
    /// `draws.one.count`.
    struct QuizRule for quiz::form::RuleForm {
        #[serde(with = "wire")]
        #[ts(as = "Vec<QuizDraw>")]
        draws: Vec<quiz::Draw>,
        /// Points to pass.
        pass: u32,
        tries: u32,
        /// Of one try.
        minutes: u32,
        /// The last day.
        due: String,
        /// Right answers are shown to whoever has passed or has no try left.
        reveal: bool,
    }
}

/// A question of the bank. `DELETE /api/phases/{phase}/quiz/questions/{id}` takes it out, 204.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizBanked {
    #[ts(type = "number")]
    pub id: u64,
    #[serde(with = "wire")]
    #[ts(as = "QuizQuestion")]
    pub question: quiz::Question,
}

/// `GET /api/phases/{phase}/quiz/bank`: for the office. As a file: `GET /api/phases/{phase}/quiz/questions/file?format=xlsx|csv|gb18030`
/// (an empty bank makes one that shows how it is filled in); `POST` of the same takes it, answers [`super::Imported`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizBank {
    /// None: the phase has no self-test yet.
    #[serde(with = "wire")]
    #[ts(as = "Option<QuizRule>")]
    pub rule: Option<quiz::form::RuleForm>,
    pub questions: Vec<QuizBanked>,
}

mirror! {
    /// What a trainee answers.
    #[serde(tag = "answer", rename_all = "snake_case")]
    enum QuizAnswer for quiz::paper::Answer {
        Nothing,
        /// Places of options as they are shown, from 0, in rising order.
        Chosen { options: Vec<u8> },
        Truth { value: bool },
        Words { text: String },
    }
}

/// What a self-test is, before it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizAbout {
    pub questions: u32,
    pub points: u32,
    /// Points to pass.
    pub pass: u32,
    pub tries: u32,
    /// Of one try.
    pub minutes: u32,
    /// The first instant at which it is too late.
    #[ts(type = "number")]
    pub closes_ms: u64,
    /// Right answers are shown to whoever has passed or has no try left.
    pub reveal: bool,
    /// The phase asks for it.
    pub required: bool,
}

/// A try that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizTry {
    /// From 1.
    pub number: u32,
    pub points: u32,
    /// Points of the whole paper.
    pub of: u32,
    pub passed: bool,
    /// Its time was over; false: it was handed in.
    pub by_time: bool,
    #[ts(type = "number")]
    pub ended_at_ms: u64,
}

/// A question as a trainee sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizAsked {
    #[serde(with = "wire")]
    #[ts(as = "QuizKind")]
    pub kind: quiz::Kind,
    /// Of a right answer.
    pub points: u32,
    pub text: String,
    /// In the order of this paper; empty where there is nothing to choose from.
    pub options: Vec<String>,
    #[serde(with = "wire")]
    #[ts(as = "QuizAnswer")]
    pub answer: quiz::paper::Answer,
    /// How often it was answered.
    pub times: u32,
}

/// The try that is running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizPaper {
    pub number: u32,
    #[ts(type = "number")]
    pub begun_at_ms: u64,
    /// When it ends by itself, by the server's clock.
    #[ts(type = "number")]
    pub closes_ms: u64,
    pub questions: Vec<QuizAsked>,
}

/// `GET /api/phases/{phase}/quiz`: the trainee's own; 404 where the phase has none or the person does not study in it.
/// `POST /api/phases/{phase}/quiz/tries/{try}` begins the next try, `POST /api/phases/{phase}/quiz/tries/{try}/hand-in`
/// ends it; both answer this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyQuiz {
    pub phase: String,
    /// Of the phase.
    pub title: String,
    /// By the server's clock; count down from here.
    #[ts(type = "number")]
    pub now_ms: u64,
    pub about: QuizAbout,
    pub tries_left: u32,
    pub passed: bool,
    /// What was right is shown now: [`QuizReview`].
    pub reveals: bool,
    /// By number.
    pub tries: Vec<QuizTry>,
    pub running: Option<QuizPaper>,
}

/// `PUT /api/phases/{phase}/quiz/tries/{try}/answers/{place}`, place from 0: answers [`QuizSaved`]. What is answered is on
/// disk. The same again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveQuizAnswer {
    #[serde(with = "wire")]
    #[ts(as = "QuizAnswer")]
    pub answer: quiz::paper::Answer,
    /// How often the question was answered before, as far as this device knows.
    pub times: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizSaved {
    pub times: u32,
    #[ts(type = "number")]
    pub now_ms: u64,
    #[ts(type = "number")]
    pub closes_ms: u64,
}

/// A question with what was right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizReviewed {
    pub asked: QuizAsked,
    /// The trainee's answer was right.
    pub is_right: bool,
    /// Places of the right options as they were shown.
    pub options: Vec<u8>,
    /// None: it was not to be judged true or false.
    pub truth: Option<bool>,
    /// What could stand in the blank.
    pub spellings: Vec<String>,
    pub explanation: String,
}

/// `GET /api/phases/{phase}/quiz/tries/{try}`: a try with what was right, for whoever has passed or has no try left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizReview {
    pub number: u32,
    pub questions: Vec<QuizReviewed>,
}

/// How often a question was answered right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizShare {
    #[ts(type = "number")]
    pub id: u64,
    #[serde(with = "wire")]
    #[ts(as = "QuizKind")]
    pub kind: quiz::Kind,
    pub text: String,
    /// It is not in the bank any more.
    pub removed: bool,
    /// Papers that have ended with it.
    pub asked: u32,
    pub right: u32,
}

/// What somebody has reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizReached {
    pub name: String,
    /// Code of the unit.
    pub unit: String,
    /// None: not placed in one.
    pub class: Option<String>,
    /// Tries that have ended.
    pub tries: u32,
    /// Points of the best one, and of its paper. None: no try has ended.
    pub best: Option<u32>,
    pub of: Option<u32>,
    pub passed: bool,
    /// A try is running.
    pub running: bool,
}

/// `GET /api/phases/{phase}/quiz/results`; the people as a file: `GET /api/phases/{phase}/quiz/results/file?format=xlsx|csv|gb18030`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizResults {
    pub pass: u32,
    pub points: u32,
    pub tries: u32,
    /// Those that were in a paper that has ended.
    pub questions: Vec<QuizShare>,
    /// Everybody who studies in the phase.
    pub people: Vec<QuizReached>,
}

/// The self-test in [`super::Goal`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuizGoal {
    pub about: QuizAbout,
    pub passed: bool,
    /// A try is running.
    pub running: bool,
    pub tries_left: u32,
    /// Points of the best try. None: none has ended.
    pub best: Option<u32>,
}
