//! The timetable of a class, the trainee's home, announcements, the calendar's address, help. `account.rs`
//! has the codes that every route may answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ClassState, Completed, CourseKind, EssayAsked, QuizGoal, Role};
use crate::wire::{self, mirror};
use crate::{lesson, programme};

mirror! {
    /// Whether a lesson may be entered.
    #[serde(rename_all = "snake_case")]
    enum Door for programme::timetable::Door {
        /// The door opens 30 minutes before the planned start.
        NotYet,
        Open,
        Over,
        Cancelled,
    }
}

/// One lesson in a timetable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimetableLesson {
    pub lesson: String,
    #[serde(with = "wire")]
    #[ts(as = "CourseKind")]
    pub kind: lesson::CourseKind,
    pub title: String,
    /// Id of the class, and what people call it.
    pub class: Option<String>,
    pub class_name: Option<String>,
    /// Asynchronous: watching counts from then to `planned_end_ms`.
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    /// The instant from which the lesson may be entered.
    #[ts(type = "number")]
    pub opens_at_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    #[serde(with = "wire")]
    #[ts(as = "ClassState")]
    pub state: lesson::ClassState,
    #[serde(with = "wire")]
    #[ts(as = "Door")]
    pub door: programme::timetable::Door,
    pub instructors: Vec<PersonName>,
    /// The role of the asking person in the room; `None` = they may not enter (not placed, another class).
    #[serde(default, with = "wire")]
    #[ts(as = "Option<Role>")]
    pub enter_as: Option<lesson::Role>,
}

/// A self-study lesson of its trainee (异步精品课堂), at `/replay/{lesson}?as={seat}` from its beginning on. After
/// its end it may still be watched, but earns nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SelfStudy {
    pub lesson: String,
    pub title: String,
    pub class_name: String,
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub until_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    #[serde(with = "wire")]
    #[ts(as = "Door")]
    pub door: programme::timetable::Door,
    /// Length of the recording; `None` = it was taken back.
    #[ts(type = "number | null")]
    pub length_ms: Option<u64>,
    /// Length of the watched part.
    #[ts(type = "number")]
    pub covered_ms: u64,
    pub completed: Option<Completed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonName {
    pub person: String,
    pub name: String,
}

mirror! {
    /// The progress of a person against the timetable of a phase.
    #[serde(rename_all = "snake_case")]
    enum Pace for programme::pace::Pace {
        /// The hours are reached.
        Done,
        OnTrack,
        /// Hours of past lessons are missing; those that can still be earned suffice.
        Behind,
        /// The hours that can still be earned do not suffice.
        Short,
    }
}

/// The requirements of a phase for a trainee, and how far they are met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Goal {
    pub phase: String,
    pub title: String,
    /// Required and recognised hours, ch.
    #[ts(type = "number")]
    pub hours_ch: u64,
    #[ts(type = "number")]
    pub recognised_ch: u64,
    /// Hours that the timetable still offers this person, ch.
    #[ts(type = "number")]
    pub still_ch: u64,
    #[serde(with = "wire")]
    #[ts(as = "Pace")]
    pub pace: programme::pace::Pace,
    /// The first instant after the study of the phase.
    #[ts(type = "number")]
    pub study_ends_ms: u64,
    /// `None` = no essay.
    pub essay: Option<EssayAsked>,
    /// None: the phase has no self-test.
    pub quiz: Option<QuizGoal>,
    /// Whether the survey was answered. None: nobody need answer one.
    pub survey: Option<bool>,
}

/// `GET /api/home?as={seat}` answer: the first page of a person with an account. Trainees see the lessons of
/// their classes, instructors the ones they teach, class administrators those of their classes. The state of
/// one's registrations is `GET /api/registrations/mine`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Home {
    /// By the server's clock; count down from here.
    #[ts(type = "number")]
    pub now_ms: u64,
    /// The lesson that is now or next. Enter it at `/lesson/{lesson}?as={seat}` while its door is open.
    pub now_or_next: Option<TimetableLesson>,
    /// Sorted by planned start; live lessons only.
    pub timetable: Vec<TimetableLesson>,
    /// The self-study lessons of the asking person, sorted by the end of their time.
    pub studies: Vec<SelfStudy>,
    /// The goals of the asking person's phases.
    pub goals: Vec<Goal>,
    /// Newest first.
    pub announcements: Vec<Announcement>,
    pub help: Help,
    /// Whether there is a calendar address already (it was shown once).
    pub has_calendar: bool,
}

/// `GET /api/help`, open to everybody: contacts for help. From the server's settings, section `support`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Help {
    /// Name of this platform, as pages show it; may be empty.
    pub platform: String,
    /// The organisation that runs it; may be empty.
    pub organisation: String,
    /// One line each, as "培训秘书处 010-85305090".
    pub contacts: Vec<String>,
}

/// `GET /api/timetable/{class}` answer, for the class's people and people who make timetables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Timetable {
    pub class: String,
    pub class_name: String,
    #[ts(type = "number")]
    pub now_ms: u64,
    pub lessons: Vec<TimetableLesson>,
}

/// `PUT /api/timetable/lessons/{lesson}` body: another title, other instructors, another time while it has
/// not begun; answers [`TimetableLesson`]. `bad_time` 400 (ends before it starts; live: longer than 12 h; asynchronous: outside of the study),
/// `bad_title` 400, `bad_instructor` 400 (no instructor), `clash` 409 (the class has another lesson then), `begun` 409.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeLesson {
    pub title: String,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    pub instructors: Vec<String>,
}

/// `POST /api/timetable/lessons/{lesson}/cancel` body: nobody can enter any more; answers
/// [`TimetableLesson`]. `begun` 409.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CancelLesson {
    pub reason: String,
}

/// `POST /api/calendar` answer: the secret address of the own timetable as iCalendar; an earlier one stops
/// working. Shown once. `DELETE /api/calendar` takes it back, 204. The file itself: `GET /calendar/{secret}.ics`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CalendarAddress {
    /// `/calendar/….ics`, to be appended to the server's address.
    pub path: String,
}

/// An announcement to a phase or a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Announcement {
    #[ts(type = "number")]
    pub id: u64,
    /// Id of the phase or of the class; one of the two.
    pub phase: Option<String>,
    pub class: Option<String>,
    pub title: String,
    pub text: String,
    pub by: String,
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// `POST /api/announcements` body; answers [`Announcement`]. `bad_title`, `text_length` 400. To a phase only
/// by the training administrator, to a class by its administrator and instructors, too.
/// `GET /api/announcements?class=|phase=` lists them, `DELETE /api/announcements/{id}` takes one back, 204.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewAnnouncement {
    #[serde(default)]
    #[ts(optional)]
    pub phase: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub class: Option<String>,
    pub title: String,
    pub text: String,
}
