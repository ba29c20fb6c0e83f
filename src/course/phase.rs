//! A phase (期) of a programme: its windows, its seats, its hours.

use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
pub use crate::protocol::Timing;

/// Days from `first` to `last`, both included, in Shanghai; as instants half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub first: LocalDate,
    pub last: LocalDate,
}

impl Window {
    /// None when it ends before it begins.
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
    pub id: String,
    pub title: String,
    /// What it asks for, in ch.
    pub hours_ch: u64,
    /// Seats of all units together.
    pub plan_seats: u32,
    pub registration: Window,
    pub study: Window,
    /// Directions (方向) to choose from; empty where there is no choice.
    pub tracks: Vec<String>,
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
