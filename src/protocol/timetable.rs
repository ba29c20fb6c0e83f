//! The timetable of a class, the trainee's home, announcements, the calendar's address, help.
//! Codes that every route may answer stand in `account.rs`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ClassState, Completed, CourseKind, Role};

/// Whether one may come into a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// It opens 30 minutes before the planned start.
    NotYet,
    Open,
    Over,
    Cancelled,
}

/// One lesson in a timetable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimetableLesson {
    pub lesson: String,
    pub kind: CourseKind,
    pub title: String,
    /// Id of the class, and what people call it.
    pub class: Option<String>,
    pub class_name: Option<String>,
    /// Asynchronous: from then to `planned_end_ms` what is watched counts.
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    /// From then on one may come in.
    #[ts(type = "number")]
    pub opens_at_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    pub state: ClassState,
    pub door: Door,
    pub instructors: Vec<PersonName>,
    /// As what whoever asks comes in; none: not at all (not placed, another class).
    pub enter_as: Option<Role>,
}

/// A lesson that its trainee studies alone (异步精品课堂), at `/replay/{lesson}?as={seat}` from its beginning on.
/// After its end it may still be watched, but earns nothing more.
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
    pub door: Door,
    /// How long the recording is; none: it was taken back.
    #[ts(type = "number | null")]
    pub length_ms: Option<u64>,
    /// How much of it was watched.
    #[ts(type = "number")]
    pub covered_ms: u64,
    pub completed: Option<Completed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonName {
    pub person: String,
    pub name: String,
}

/// `GET /api/home?as={seat}` answer: what somebody with an account sees first. Trainees see the lessons of
/// their classes, instructors the ones they teach, class administrators those of their classes. The state of
/// one's registrations is `GET /api/registrations/mine`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Home {
    /// By the server's clock; count down from here.
    #[ts(type = "number")]
    pub now_ms: u64,
    /// The lesson that is now or next. Enter it at `/lesson/{lesson}?as={seat}` while its door is open.
    pub now_or_next: Option<TimetableLesson>,
    /// By planned start; live lessons only.
    pub timetable: Vec<TimetableLesson>,
    /// What the asker studies alone, by the end of its time.
    pub studies: Vec<SelfStudy>,
    /// The last first.
    pub announcements: Vec<Announcement>,
    pub help: Help,
    /// There is a calendar address already (it was shown once).
    pub has_calendar: bool,
}

/// `GET /api/help`, open to everybody: whom to ask. From the server's settings, section `support`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Help {
    /// Name of this platform, as pages show it; may be empty.
    pub platform: String,
    /// Who runs it; may be empty.
    pub organisation: String,
    /// One line each, as "培训秘书处 010-85305090".
    pub contacts: Vec<String>,
}

/// `GET /api/timetable/{class}` answer, for the class's people and those who make timetables.
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

/// `POST /api/timetable/lessons/{lesson}/cancel` body: nobody comes in any more; answers
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
    /// `/calendar/….ics`, to be put behind the server's address.
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
