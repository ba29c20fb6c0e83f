//! A phase (期) of a programme: its windows, its seats, its hours.

use super::school_limit;
use crate::programme::school_limit::PerSchool;
use crate::text::mistake::{Mistake, Wrong};
use crate::time::{LocalDate, ServerInstant};

/// A phase as filled in; [`Phase::check`] says what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhase {
    /// 1 to 99.
    pub number: u32,
    pub title: String,
    pub hours_ch: u64,
    pub plan_seats: u32,
    pub registration: Days,
    pub study: Days,
    pub tracks: Vec<String>,
    pub categories: Vec<String>,
    pub choose_class: bool,
    pub per_school: Option<PerSchool>,
}

/// Days from `first` to `last`, both included, as people type them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    pub first: String,
    pub last: String,
}

/// The place of an instant relative to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    NotOpen,
    Open,
    Closed,
}

const TITLE_CHARS_MAX: usize = 100;
/// 1,000 学时.
const HOURS_CH_MAX: u64 = 100_000;
const PLAN_SEATS_MAX: u32 = 1_000_000;
const WORDS_MAX: usize = 50;
const WORD_CHARS_MAX: usize = 50;

/// Days from `first` to `last`, both included, in Shanghai; a half-open interval of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub first: LocalDate,
    pub last: LocalDate,
}

impl Window {
    /// `None` = the window would end before it begins.
    pub fn new(first: LocalDate, last: LocalDate) -> Option<Window> {
        (first <= last).then_some(Window { first, last })
    }

    pub fn at(self, now: ServerInstant) -> Timing {
        match LocalDate::of(now) {
            day if day < self.first => Timing::NotOpen,
            day if day > self.last => Timing::Closed,
            _ => Timing::Open,
        }
    }
}

/// A phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// `{programme}-{number}`.
    pub id: String,
    pub programme: String,
    pub number: u32,
    pub title: String,
    /// Hours that the phase asks for, ch.
    pub hours_ch: u64,
    /// Seats of all units together.
    pub plan_seats: u32,
    pub registration: Window,
    pub study: Window,
    /// Directions (方向) to choose from; empty = there is no choice.
    pub tracks: Vec<String>,
    /// Categories of trainees; empty = the phase does not ask.
    pub categories: Vec<String>,
    /// Whether trainees choose their class themselves (S0-06).
    pub choose_class: bool,
    /// `None` = a school is bound only by the unit's seats.
    pub per_school: Option<PerSchool>,
    /// Whether classes were formed: later approvals get a class at once.
    pub formed: bool,
}

impl Phase {
    /// Reads a form; the error lists all mistakes by field.
    pub fn check(programme: &str, new: &NewPhase) -> Result<Phase, Vec<Mistake>> {
        let mut wrong = Vec::new();
        let mut field = |fits: bool, field: &str, why| {
            if !fits {
                wrong.push(Mistake::field(field, why));
            }
        };
        let title = new.title.trim();
        field(!title.is_empty(), "title", Wrong::Missing);
        field(title.chars().count() <= TITLE_CHARS_MAX, "title", Wrong::TooLong);
        field((1..=99).contains(&new.number), "number", Wrong::Value);
        field((1..=HOURS_CH_MAX).contains(&new.hours_ch), "hours_ch", Wrong::Value);
        field(new.plan_seats <= PLAN_SEATS_MAX, "plan_seats", Wrong::Value);
        let (registration, study) = (window(&new.registration), window(&new.study));
        field(registration.is_ok(), "registration", registration.err().unwrap_or(Wrong::Value));
        field(study.is_ok(), "study", study.err().unwrap_or(Wrong::Value));
        let study_is_over_first = registration.as_ref().ok().zip(study.as_ref().ok());
        let study_is_over_first =
            study_is_over_first.is_some_and(|(registration, study)| study.last < registration.first);
        field(!study_is_over_first, "study", Wrong::BeforeRegistration);
        let (tracks, categories) = (words(&new.tracks), words(&new.categories));
        field(tracks.is_ok(), "tracks", tracks.as_ref().err().copied().unwrap_or(Wrong::Value));
        field(categories.is_ok(), "categories", categories.as_ref().err().copied().unwrap_or(Wrong::Value));
        let per_school = new.per_school.as_ref();
        let per_school =
            per_school.map(|limit| school_limit::check(limit, categories.as_deref().unwrap_or(&[])));
        let per_school = per_school.transpose().unwrap_or_else(|mistakes| {
            wrong.extend(mistakes);
            None
        });
        match (registration, study, tracks, categories) {
            (Ok(registration), Ok(study), Ok(tracks), Ok(categories)) if wrong.is_empty() => Ok(Phase {
                per_school,
                id: format!("{programme}-{}", new.number),
                programme: programme.to_owned(),
                number: new.number,
                title: title.to_owned(),
                hours_ch: new.hours_ch,
                plan_seats: new.plan_seats,
                registration,
                study,
                tracks,
                categories,
                choose_class: new.choose_class,
                formed: false,
            }),
            _ => Err(wrong),
        }
    }
}

impl Phase {
    /// The fields of a changed phase that certificates of the present one do not allow: what they print, and
    /// more hours than their owners had to have.
    pub fn fields_against_certificates(&self, changed: &Phase) -> Vec<&'static str> {
        let against = [
            ("title", changed.title != self.title),
            ("hours_ch", changed.hours_ch > self.hours_ch),
            ("study", changed.study != self.study),
        ];
        against.into_iter().filter(|(_, is_against)| *is_against).map(|(field, _)| field).collect()
    }
}

fn window(days: &Days) -> Result<Window, Wrong> {
    let day = |text: &str| LocalDate::parse(text.trim()).ok_or(Wrong::Value);
    Window::new(day(&days.first)?, day(&days.last)?).ok_or(Wrong::Order)
}

/// Checks a list of different words to choose from.
fn words(list: &[String]) -> Result<Vec<String>, Wrong> {
    let words: Vec<String> = list.iter().map(|word| word.trim().to_owned()).collect();
    if words.len() > WORDS_MAX || words.iter().any(|word| word.chars().count() > WORD_CHARS_MAX) {
        return Err(Wrong::TooLong);
    }
    if words.iter().any(String::is_empty) {
        return Err(Wrong::Missing);
    }
    let twice = words.iter().enumerate().any(|(at, word)| words[..at].contains(word));
    if twice { Err(Wrong::Twice) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_open_to_the_millisecond() {
        // AC-4: 11-06 to 11-09 of Shanghai.
        let day = |text| LocalDate::parse(text).expect("a day");
        let window = Window::new(day("2020-11-06"), day("2020-11-09")).expect("a window");
        let open_ms = 1_604_592_000_000; // 2020-11-05T16:00:00Z
        let close_ms = open_ms + 4 * 86_400_000;
        for (ms, timing) in [
            (open_ms - 1, Timing::NotOpen),
            (open_ms, Timing::Open),
            (close_ms - 1, Timing::Open),
            (close_ms, Timing::Closed),
        ] {
            assert_eq!(window.at(ServerInstant::of_fact(ms)), timing, "{ms}");
        }
        assert_eq!(Window::new(day("2020-11-09"), day("2020-11-06")), None);
    }
}
