//! Classes of a phase, its courses, and the lessons of the classes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SchoolKind;

/// `GET /api/phases/{phase}/classes` → a list of these, for administrators and for trainees of the
/// phase who may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Class {
    /// `{phase}-{number}`, three digits.
    pub id: String,
    pub number: u32,
    pub track: String,
    pub capacity: u32,
    pub members: u32,
    /// Organisation that holds it; empty: none.
    pub host: String,
    pub host_kind: Option<SchoolKind>,
}

/// `POST /api/phases/{phase}/classes`: an empty class to choose or to be filled; answers [`Class`].
/// `PUT /api/classes/{class}` takes the same (the track stays while it has members).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewClass {
    #[serde(default)]
    pub track: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub host_kind: Option<SchoolKind>,
}

/// `POST /api/phases/{phase}/classes/form` (no body): everybody approved gets a class, in the order of
/// approval, by track; nobody who has one is moved. From then on approval places at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Formed {
    pub placed: u32,
    /// Classes that were made for it.
    pub new_classes: u32,
}

/// Live (同步直播课堂) or asynchronous (异步精品课堂).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    Live,
    Async,
}

/// What a course is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// 理论及政策解读.
    Theory,
    /// 实践性课程.
    Practice,
}

/// `GET /api/phases/{phase}/courses` → a list of these (administrators, staff, trainees of the phase).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhaseCourse {
    #[ts(type = "number")]
    pub id: u64,
    pub title: String,
    pub kind: CourseKind,
    pub nature: Nature,
    /// True when kind and nature do not fit (S1-04): a warning, no mistake.
    pub unusual: bool,
    /// Most credit from it; none: no bound of its own.
    #[ts(type = "number | null")]
    pub cap_ch: Option<u64>,
    pub module: String,
    /// Lessons of it, over all classes.
    pub lessons: u32,
}

/// `POST /api/phases/{phase}/courses`: answers [`PhaseCourse`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewCourse {
    pub title: String,
    /// None: as the nature suggests, theory asynchronous, practice live.
    #[serde(default)]
    pub kind: Option<CourseKind>,
    pub nature: Nature,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub cap_ch: Option<u64>,
    #[serde(default)]
    pub module: String,
}

/// The course of a lesson that is made: the id of one, or one that is made with it by those who may. When the
/// lesson is refused, so is the course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum OfCourse {
    Known(#[ts(type = "number")] u64),
    New(NewCourse),
}

/// `POST /api/phases/{phase}/lessons`: the same content for each of the classes, one lesson per class;
/// answers a list of [`ClassLesson`]. The planned time must lie in the study window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewLessons {
    pub course: OfCourse,
    pub title: String,
    /// Ids of classes; empty: all of the phase.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Asynchronous: from then on it may be watched.
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    /// Live: 5 to 480.
    #[serde(default)]
    pub minutes: u32,
    /// Asynchronous: what is watched from then on earns nothing; none: the end of the study.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub until_ms: Option<u64>,
    /// Asynchronous: at most what its source is worth.
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// Ids of people who teach it.
    #[serde(default)]
    pub instructors: Vec<String>,
    /// Asynchronous: the lesson whose recording is watched, one of `GET /api/phases/{phase}/sources`.
    #[serde(default)]
    pub source: Option<String>,
}

/// `POST /api/phases/{phase}/studios`: a lesson of no class, in which instructors record what classes study
/// alone later; answers [`Studio`]. The course must be asynchronous. `GET` → a list of [`super::TimetableLesson`], changed
/// and cancelled like those of classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewStudio {
    pub course: OfCourse,
    pub title: String,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    /// 5 to 480.
    pub minutes: u32,
    /// Ids of people; at least one.
    pub instructors: Vec<String>,
}

/// A recording session that was planned. Its instructors find it at home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Studio {
    pub lesson: String,
}

/// `GET /api/phases/{phase}/sources` → a list of these, the newest first: published recordings of the
/// programme, and those of lessons of no class, of which asynchronous lessons may be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StudySource {
    pub lesson: String,
    /// Of the course as it was published.
    pub title: String,
    /// Number of the class that was recorded; none: it was recorded for this.
    pub class_name: Option<String>,
    #[ts(type = "number")]
    pub length_ms: u64,
    /// What watching all of it earns by the policy in force (CR-11); 0: it is too short.
    #[ts(type = "number")]
    pub worth_ch: u64,
    #[ts(type = "number")]
    pub published_at_ms: u64,
}

/// `GET /api/classes/{class}/lessons` → a list of these in the order of their beginnings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassLesson {
    pub lesson: String,
    pub class: String,
    #[ts(type = "number | null")]
    pub course: Option<u64>,
    pub kind: CourseKind,
    pub title: String,
    pub content: String,
    pub state: super::ClassState,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    pub source: Option<String>,
}

/// `GET /api/phases/{phase}/concerns` → a list of these: what is allowed in the live lessons ahead and yet
/// seldom meant. `POST` of [`CheckPlan`] answers the same of lessons before they are saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Concern {
    pub kind: ConcernKind,
    /// Who teaches more than one lesson at once; None = another kind of concern.
    pub instructor: Option<super::PersonName>,
    /// The first of the lessons by their beginning.
    pub lessons: Vec<ConcernLesson>,
    /// All of them.
    pub count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConcernKind {
    NoInstructor,
    /// One person teaches lessons that overlap.
    AtOnce,
    /// The lesson is to earn more than its planned time is worth.
    TooShort,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcernLesson {
    /// None = it is about to be made.
    pub lesson: Option<String>,
    pub title: String,
    /// Number of the class; None = it has no class.
    pub class_name: Option<String>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// What the planned time is worth by the policy.
    #[ts(type = "number")]
    pub worth_ch: u64,
}

/// Live lessons as they would be: one that is changed, or one for each of the classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckPlan {
    /// The lesson that is changed; None = new ones.
    pub lesson: Option<String>,
    pub title: String,
    /// Ids of classes; empty = all of the phase.
    #[serde(default)]
    pub classes: Vec<String>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    pub minutes: u32,
    /// None = as it is.
    #[ts(type = "number | null")]
    pub credit_ch: Option<u64>,
    pub instructors: Vec<String>,
}
