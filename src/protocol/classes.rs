//! Classes of a phase, its courses, and the lessons of the classes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SchoolKind;
use crate::wire::{self, mirror};
use crate::{lesson, programme};

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
    /// Hosting organisation; empty = none.
    pub host: String,
    #[serde(default, with = "wire")]
    #[ts(as = "Option<SchoolKind>")]
    pub host_kind: Option<programme::registration::SchoolKind>,
}

/// `POST /api/phases/{phase}/classes`: an empty class to be chosen or filled; answers [`Class`].
/// `PUT /api/classes/{class}` takes the same (the track stays while it has members).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewClass {
    #[serde(default)]
    pub track: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    #[serde(with = "wire")]
    #[ts(as = "Option<SchoolKind>")]
    pub host_kind: Option<programme::registration::SchoolKind>,
}

/// `POST /api/phases/{phase}/classes/form` (no body): gives every approved trainee a class, in the order of
/// approval, by track; nobody with a class is moved. Later approvals get a class at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Formed {
    pub placed: u32,
    /// Number of new classes.
    pub new_classes: u32,
}

mirror! {
    /// Live (同步直播课堂) or asynchronous (异步精品课堂).
    #[serde(rename_all = "snake_case")]
    enum CourseKind for lesson::CourseKind {
        Live,
        Async,
    }
}

mirror! {
    /// The subject matter of a course.
    #[serde(rename_all = "snake_case")]
    enum Nature for programme::course::Nature {
        /// 理论及政策解读.
        Theory,
        /// 实践性课程.
        Practice,
    }
}

/// `GET /api/phases/{phase}/courses` → a list of these (administrators, staff, trainees of the phase).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhaseCourse {
    #[ts(type = "number")]
    pub id: u64,
    pub title: String,
    #[serde(with = "wire")]
    #[ts(as = "CourseKind")]
    pub kind: lesson::CourseKind,
    #[serde(with = "wire")]
    #[ts(as = "Nature")]
    pub nature: programme::course::Nature,
    /// Whether kind and nature do not fit (S1-04): a warning, no mistake.
    pub unusual: bool,
    /// Most credit from it, ch; `None` = no bound of its own.
    #[ts(type = "number | null")]
    pub cap_ch: Option<u64>,
    pub module: String,
    /// Number of its lessons, over all classes.
    pub lessons: u32,
}

/// `POST /api/phases/{phase}/courses`: answers [`PhaseCourse`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewCourse {
    pub title: String,
    /// `None` = the default of the nature: theory asynchronous, practice live.
    #[serde(default)]
    #[serde(with = "wire")]
    #[ts(as = "Option<CourseKind>")]
    pub kind: Option<lesson::CourseKind>,
    #[serde(with = "wire")]
    #[ts(as = "Nature")]
    pub nature: programme::course::Nature,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub cap_ch: Option<u64>,
    #[serde(default)]
    pub module: String,
}

/// The course of a new lesson: the id of an existing one, or a new one made with it by people who may. If the
/// lesson is refused, so is the course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum OfCourse {
    Known(#[ts(type = "number")] u64),
    New(NewCourse),
}

/// `POST /api/phases/{phase}/lessons`: the same content for each of the classes, one lesson per class;
/// answers a list of [`ClassLesson`]. The planned time must be within the study window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewLessons {
    pub course: OfCourse,
    pub title: String,
    /// Ids of classes; empty = all of the phase.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Asynchronous: the beginning of the time for watching.
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    /// Live: 5 to 480 minutes.
    #[serde(default)]
    pub minutes: u32,
    /// Asynchronous: the time from which watching earns nothing; `None` = the end of the study.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub until_ms: Option<u64>,
    /// Asynchronous: at most the worth of its source.
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// Ids of the instructors.
    #[serde(default)]
    pub instructors: Vec<String>,
    /// Asynchronous: the lesson whose recording is watched, one of `GET /api/phases/{phase}/sources`.
    #[serde(default)]
    pub source: Option<String>,
}

/// `POST /api/phases/{phase}/studios`: a lesson without a class, in which instructors record material for
/// self-study; answers [`Studio`]. The course must be asynchronous. `GET` → a list of
/// [`super::TimetableLesson`], changed and cancelled like those of classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewStudio {
    pub course: OfCourse,
    pub title: String,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    /// 5 to 480 minutes.
    pub minutes: u32,
    /// Ids of the instructors; at least one.
    pub instructors: Vec<String>,
}

/// A planned recording session. Its instructors find it at home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Studio {
    pub lesson: String,
}

/// `GET /api/phases/{phase}/sources` → a list of these, newest first: published recordings of the programme,
/// and those of lessons without a class, for asynchronous lessons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StudySource {
    pub lesson: String,
    /// Title of the published course.
    pub title: String,
    /// Number of the recorded class; `None` = it was recorded for this.
    pub class_name: Option<String>,
    #[ts(type = "number")]
    pub length_ms: u64,
    /// Credit for watching all of it by the policy in force (CR-11); 0 = it is too short.
    #[ts(type = "number")]
    pub worth_ch: u64,
    #[ts(type = "number")]
    pub published_at_ms: u64,
}

/// `GET /api/classes/{class}/lessons` → a list of these, sorted by beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassLesson {
    pub lesson: String,
    pub class: String,
    #[ts(type = "number | null")]
    pub course: Option<u64>,
    #[serde(with = "wire")]
    #[ts(as = "CourseKind")]
    pub kind: lesson::CourseKind,
    pub title: String,
    pub content: String,
    #[serde(with = "wire")]
    #[ts(as = "super::ClassState")]
    pub state: lesson::ClassState,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    pub source: Option<String>,
}

/// `GET /api/phases/{phase}/concerns` → a list of these: things in the live lessons ahead that are allowed
/// but seldom meant. `POST` of [`CheckPlan`] answers the same for lessons before they are saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Concern {
    pub kind: ConcernKind,
    /// The person who teaches more than one lesson at once; `None` = another kind of concern.
    pub instructor: Option<super::PersonName>,
    /// The first of the lessons by their beginning.
    pub lessons: Vec<ConcernLesson>,
    /// Number of all lessons.
    pub count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConcernKind {
    NoInstructor,
    /// One person teaches lessons that overlap.
    AtOnce,
    /// The planned credit is more than the planned time is worth.
    TooShort,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConcernLesson {
    /// `None` = the lesson is not saved yet.
    pub lesson: Option<String>,
    pub title: String,
    /// Number of the class; `None` = the lesson has no class.
    pub class_name: Option<String>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// Worth of the planned time by the policy, ch.
    #[ts(type = "number")]
    pub worth_ch: u64,
}

/// The plan of live lessons before saving: a changed one, or a new one for each of the classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckPlan {
    /// The lesson to change; `None` = new ones.
    pub lesson: Option<String>,
    pub title: String,
    /// Ids of classes; empty = all of the phase.
    #[serde(default)]
    pub classes: Vec<String>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    pub minutes: u32,
    /// `None` = unchanged.
    #[ts(type = "number | null")]
    pub credit_ch: Option<u64>,
    pub instructors: Vec<String>,
}
