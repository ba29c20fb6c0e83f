//! Essays (学习心得, 教学研究文章). Routes: `src/web/routes.rs`. A text travels as text and is shown as text; places in
//! it are characters (code points) from 0, the end not included. Rights: `src/account/role.rs`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::programme;
use crate::wire::{self, mirror};

mirror! {
    /// The kind of essay that a phase requires.
    #[serde(rename_all = "snake_case")]
    enum EssayKind for programme::requirement::EssayKind {
        /// 学习心得.
        Reflection,
        /// 教学研究文章.
        Article,
        Either,
    }
}

mirror! {
    /// The essay that a phase requires.
    struct EssayRule for programme::requirement::AskedEssay {
        #[serde(with = "wire")]
        #[ts(as = "EssayKind")]
        kind: programme::requirement::EssayKind,
        /// Least characters, counted by E-1 (`web-client/src/essay/count.ts`).
        least: u32,
        /// The last day to hand in.
        due: String,
    }
}

/// `GET /api/phases/{phase}/requirements`: the requirements of the phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Requirements {
    pub phase: String,
    /// 0 = nobody has set any.
    pub version: u32,
    #[ts(type = "number")]
    pub hours_ch: u64,
    /// `None` = no essay.
    #[serde(with = "wire")]
    #[ts(as = "Option<EssayRule>")]
    pub essay: Option<programme::requirement::AskedEssay>,
    /// The self-test has to be passed.
    pub quiz: bool,
    /// The survey has to be answered.
    pub survey: bool,
}

impl Requirements {
    /// The requirements of a phase, as everybody may see them.
    pub fn of(phase: &str, asked: &programme::requirement::Requirements) -> Requirements {
        Requirements {
            phase: phase.to_owned(),
            version: asked.version,
            hours_ch: asked.hours_ch,
            essay: asked.essay.map(|rule| rule.filled_in()),
            quiz: asked.quiz,
            survey: asked.survey,
        }
    }
}

/// `PUT /api/phases/{phase}/requirements`: makes the next version; answers [`Requirements`]. What the phase does not have yet cannot be asked for: 422
/// `quiz` or `survey` with `missing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewRequirements {
    #[serde(default, with = "wire")]
    #[ts(as = "Option<EssayRule>")]
    pub essay: Option<programme::requirement::AskedEssay>,
    #[serde(default)]
    pub quiz: bool,
    #[serde(default)]
    pub survey: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EssayState {
    Draft,
    /// Handed in, and not reviewed yet.
    Submitted,
    /// It may be handed in again until the due date.
    Returned,
    Accepted,
}

/// The essay that a phase requires of a trainee, written or not: in [`super::Goal`] and [`MyEssay`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayAsked {
    pub phase: String,
    pub title: String,
    #[serde(with = "wire")]
    #[ts(as = "EssayRule")]
    pub rule: programme::requirement::AskedEssay,
    /// The first instant at which an essay is too late.
    #[ts(type = "number")]
    pub closes_ms: u64,
    pub state: EssayState,
    /// Length of the text on the server.
    pub count: u32,
    /// It is one of the best, and the author has not said yet whether everybody may read it.
    pub asks_consent: bool,
}

/// `GET /api/phases/{phase}/essay`: the trainee's own. 404 if the phase requires none or the person does not
/// study in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyEssay {
    pub asked: EssayAsked,
    /// The server's clock.
    #[ts(type = "number")]
    pub now_ms: u64,
    /// Grows with each save; a save names the one that was changed. 0 = nothing is saved yet.
    pub revision: u32,
    pub text: String,
    #[ts(type = "number | null")]
    pub saved_at_ms: Option<u64>,
    #[ts(type = "number | null")]
    pub handed_in_at_ms: Option<u64>,
    /// Whether it is handed in, not reviewed yet, and there is time to hand it in again.
    pub may_take_back: bool,
    /// Name of the last uploaded file.
    pub file: Option<String>,
    /// Newest first.
    pub reviews: Vec<EssayReview>,
    /// None = it is not marked as one of the best.
    pub distinction: Option<EssayDistinction>,
}

/// The mark of one of the best essays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayDistinction {
    /// Number of the essay.
    #[ts(type = "number")]
    pub essay: u64,
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Whether the author lets everybody read it; None = not answered yet.
    pub public: Option<bool>,
}

/// `PUT /api/phases/{phase}/essay/consent`: the author's answer, which may change at any time. 404 without the mark; answers
/// [`MyEssay`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PublishEssay {
    pub public: bool,
}

/// `PUT /api/essays/{id}/distinction`: marks an accepted essay as one of the best, or takes the mark away, and with it the essay
/// from the public list. 409 `wrong_state` = it is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DistinguishEssay {
    pub excellent: bool,
}

/// An essay that everybody may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenEssay {
    #[ts(type = "number")]
    pub id: u64,
    #[serde(with = "wire")]
    #[ts(as = "EssayKind")]
    pub kind: programme::requirement::EssayKind,
    pub name: String,
    /// Name of the unit.
    pub unit: String,
    pub school: String,
    /// Title of the phase, and of its programme.
    pub phase: String,
    pub programme: String,
    pub count: u32,
    /// The first characters of its text, with … where it goes on.
    pub begins: String,
}

/// `GET /api/open/essays?page=`: the newest first; pages count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenEssays {
    pub essays: Vec<OpenEssay>,
    #[ts(type = "number")]
    pub total: u64,
    /// `page` of the next ones; None = these are the last.
    pub next: Option<u32>,
}

/// `GET /api/open/essays/{id}`; 404 = it is not public, or no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenEssayText {
    pub essay: OpenEssay,
    pub text: String,
}

/// `PUT /api/phases/{phase}/essay` saves a draft; `POST /api/phases/{phase}/essay/hand-in` also hands it in.
/// Both answer [`SavedEssay`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveEssay {
    /// Revision of the text that was changed.
    pub revision: u32,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SavedEssay {
    Saved {
        essay: MyEssay,
    },
    /// Another device saved meanwhile: nothing was written. This is its text.
    Conflict {
        essay: MyEssay,
    },
}

/// `POST /api/phases/{phase}/essay/file?name=`: the body is a .docx or .txt file, which is kept. Its text is
/// not a draft yet: the author looks at it first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UploadedEssay {
    pub name: String,
    pub text: String,
    pub count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EssayVerdict {
    Accept,
    Return,
}

/// Marks by the four criteria, from 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayMarks {
    /// 主题鲜明.
    pub theme: u8,
    /// 条理清晰.
    pub order: u8,
    /// 结构完整.
    pub structure: u8,
    /// 逻辑严谨.
    pub logic: u8,
}

/// A review, without its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayReview {
    pub verdict: EssayVerdict,
    pub marks: EssayMarks,
    pub words: String,
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// A reviewer of the essays of a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayReviewer {
    pub person: String,
    pub name: String,
    /// Codes of the own units, whose essays this person does not review.
    pub units: Vec<String>,
    /// Number of essays given to this person.
    pub given: u32,
    /// Number of reviewed ones.
    pub done: u32,
}

/// `GET /api/phases/{phase}/essays/reviewers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayReviewers {
    pub reviewers: Vec<EssayReviewer>,
    /// Number of handed-in essays without a reviewer.
    pub unshared: u32,
}

/// `PUT /api/phases/{phase}/essays/reviewers`: the whole list. Unreviewed essays of people who are no longer
/// on it are distributed again. Answers [`EssayReviewers`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NameEssayReviewers {
    pub reviewers: Vec<NamedEssayReviewer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamedEssayReviewer {
    pub person: String,
    /// Own units besides those that the server knows (by role and by registration).
    #[serde(default)]
    pub units: Vec<String>,
}

/// `GET /api/phases/{phase}/essays`: the essays for the reviewer; for the training administrator all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssaysToReview {
    /// The first instant at which nobody can hand in any more.
    #[ts(type = "number")]
    pub closes_ms: u64,
    /// Waiting ones first, in the order of handing in.
    pub essays: Vec<EssayLine>,
}

/// An essay in a list. Reviewers read without names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayLine {
    #[ts(type = "number")]
    pub id: u64,
    pub state: EssayState,
    pub count: u32,
    #[ts(type = "number")]
    pub handed_in_at_ms: u64,
    /// Another person was asked first, and wants a second opinion.
    pub is_second: bool,
    /// Marked as one of the best.
    pub excellent: bool,
}

/// `GET /api/essays/{id}`: an essay with what its reviewer needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayToReview {
    pub line: EssayLine,
    pub phase: String,
    #[serde(with = "wire")]
    #[ts(as = "EssayRule")]
    pub rule: programme::requirement::AskedEssay,
    /// Number of the handed-in text; a review names it.
    pub version: u32,
    pub text: String,
    /// Name of the uploaded file, at `GET /api/essays/{id}/file`.
    pub file: Option<String>,
    /// The repetitions within the text.
    pub repeated: EssayOverlap,
    /// The passages shared with others of the programme, most first.
    pub shared: Vec<EssayOverlap>,
    /// Reviews of earlier versions, newest first.
    pub reviews: Vec<EssayReview>,
    /// Question of the person who asked for a second opinion.
    pub question: Option<String>,
    pub may_review: bool,
}

/// Passages that are elsewhere, too. Never a verdict: honest people quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayOverlap {
    /// Number of the other essay; `None` = this one.
    #[ts(type = "number | null")]
    pub essay: Option<u64>,
    /// Of 100 shingles, rounded down.
    pub percent: u32,
    /// Whether it is so much that it should be looked at (E-1).
    pub is_flagged: bool,
    pub passages: Vec<EssayPassage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayPassage {
    pub from: u32,
    pub to: u32,
}

/// `POST /api/essays/{id}/review`; answers [`EssayLine`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReviewEssay {
    pub version: u32,
    pub verdict: EssayVerdict,
    pub marks: EssayMarks,
    /// Words to the author; required to return it.
    pub words: String,
}

/// `POST /api/essays/{id}/second-opinion`: gives the essay to another reviewer. 409 `nobody` if there is
/// none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskSecondOpinion {
    pub version: u32,
    /// Question to the other reviewer.
    pub question: String,
}

/// `GET /api/essays/duties`: the phases for which a person reviews, or which a training administrator looks
/// after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EssayDuty {
    pub phase: String,
    pub title: String,
    /// Essays that wait for this person; for a training administrator all that wait.
    pub waiting: u32,
    /// Number of reviewed ones.
    pub done: u32,
}
