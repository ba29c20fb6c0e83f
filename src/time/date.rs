//! Local dates: Shanghai time, always +08:00 (CR-15). A window "a to b" of dates is half-open:
//! from a 00:00 to the day after b 00:00.
//!
//! The calendar is that of the crate `time`, which ends with the year 9999; so does [`ServerInstant`], in
//! UTC. Its last eight hours are already the year 10000 in Shanghai, and count as its last moment here.

use std::fmt;

use ::time::macros::offset;
use ::time::{Date, Month, OffsetDateTime, SignedDuration, UtcOffset};

use super::instant::ServerInstant;
use super::spans::Span;

const DAY_S: i64 = 86_400;
const SHANGHAI: UtcOffset = offset!(+8);
/// The end of the year 9999 in Shanghai.
const LAST_MS: u64 = ServerInstant::MAX.ms() - 8 * 3_600_000;

/// The moment by UTC, to the second.
pub(super) fn utc(at: ServerInstant) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + SignedDuration::seconds((at.ms() / 1000).cast_signed())
}

/// The moment by the clocks of Shanghai, to the second.
fn shanghai(at: ServerInstant) -> OffsetDateTime {
    utc(ServerInstant::of_fact(at.ms().min(LAST_MS))).to_offset(SHANGHAI)
}

/// A day in Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate(Date);

impl LocalDate {
    pub fn of(at: ServerInstant) -> LocalDate {
        LocalDate(shanghai(at).date())
    }

    /// Reads "2020-11-17"; the day must exist.
    pub fn parse(text: &str) -> Option<LocalDate> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if (year.len(), month.len(), day.len()) != (4, 2, 2) || ![year, month, day].into_iter().all(digits) {
            return None;
        }
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok().map(LocalDate)
    }

    #[must_use]
    pub fn next(self) -> LocalDate {
        self.days_later(1).unwrap_or(self)
    }

    /// `None` = beyond the end of the calendar.
    pub fn days_later(self, days: i64) -> Option<LocalDate> {
        self.0.checked_add(SignedDuration::days(days)).map(LocalDate)
    }

    /// The same day `years` years before; 29 February becomes 1 March in other years.
    #[must_use]
    pub fn years_before(self, years: i32) -> LocalDate {
        let year = self.0.year().saturating_sub(years);
        let date = self.0.replace_year(year).or_else(|_| Date::from_calendar_date(year, Month::March, 1));
        LocalDate(date.unwrap_or(Date::MIN))
    }

    /// The midnight at its beginning, in Shanghai.
    pub fn start(self) -> ServerInstant {
        self.midnight_and(0)
    }

    /// The midnight at its end.
    pub fn end(self) -> ServerInstant {
        self.midnight_and(DAY_S)
    }

    fn midnight_and(self, seconds: i64) -> ServerInstant {
        let at_s = self.0.midnight().assume_offset(SHANGHAI).unix_timestamp() + seconds;
        ServerInstant::of_fact(at_s.max(0).unsigned_abs() * 1000)
    }

    /// The instants of the days `first` to `last`, both included.
    pub fn window(first: LocalDate, last: LocalDate) -> Span {
        Span { from: first.start(), to: last.end() }
    }
}

/// Date and time of day in Shanghai, to the second: 2020-11-17 19:00:00.
pub fn local_time(at: ServerInstant) -> String {
    let local = shanghai(at);
    format!("{} {:02}:{:02}:{:02}", LocalDate(local.date()), local.hour(), local.minute(), local.second())
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> LocalDate {
        LocalDate::parse(text).expect("a date")
    }

    #[test]
    fn a_window_of_dates_is_half_open_in_shanghai() {
        let registration = LocalDate::window(date("2020-11-06"), date("2020-11-09"));
        // 2020-11-05T16:00:00Z and 2020-11-09T16:00:00Z.
        assert_eq!(registration.from.ms(), 1_604_592_000_000);
        assert_eq!(registration.to.ms(), 1_604_937_600_000);
        assert!(!registration.contains(ServerInstant::of_fact(1_604_591_999_999)));
        assert!(registration.contains(ServerInstant::of_fact(1_604_592_000_000)));
        assert!(registration.contains(ServerInstant::of_fact(1_604_937_599_999)));
        assert!(!registration.contains(ServerInstant::of_fact(1_604_937_600_000)));
        assert_eq!(local_time(registration.from), "2020-11-06 00:00:00");
        assert_eq!(local_time(ServerInstant::of_fact(1_604_937_599_999)), "2020-11-09 23:59:59");
    }

    #[test]
    fn only_days_that_exist_are_read() {
        for good in ["1970-01-01", "2020-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(date(good).to_string(), good);
        }
        for bad in ["2021-02-29", "1900-02-29", "2020-13-01", "2020-00-10", "2020-1-1", "2020-11-31", "x", ""]
        {
            assert_eq!(LocalDate::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_calendar_has_two_ends() {
        let (first, last) = (date("1970-01-01"), date("9999-12-31"));
        assert_eq!((first.start().ms(), first.end().ms()), (0, 16 * 3_600_000));
        assert_eq!(last.end().ms(), ServerInstant::MAX.ms() + 1 - 8 * 3_600_000);
        assert_eq!((LocalDate::of(last.end()), last.next()), (last, last));
        assert_eq!(local_time(ServerInstant::MAX), "9999-12-31 23:59:59");
        assert_eq!(date("0001-01-01").years_before(20_000).start().ms(), 0);
    }

    #[test]
    fn years_back() {
        assert_eq!(date("2020-11-17").years_before(5), date("2015-11-17"));
        assert_eq!(date("2020-02-29").years_before(5), date("2015-03-01"));
    }

    proptest! {
        #[test]
        fn every_instant_is_in_its_day(ms in 0u64..=253_402_214_400_000 ) {
            let at = ServerInstant::of_fact(ms);
            let day = LocalDate::of(at);
            prop_assert!(LocalDate::window(day, day).contains(at));
            prop_assert_eq!(LocalDate::parse(&day.to_string()), Some(day));
        }
    }
}
