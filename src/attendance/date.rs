//! Local dates: Shanghai time, always +08:00 (CR-15). A window "a to b" of dates is half-open:
//! from a 00:00 to the day after b 00:00.

use std::fmt;

use super::interval::{ServerInstant, Span};

const DAY_MS: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// A day in Shanghai, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate(i64);

impl LocalDate {
    pub fn of(at: ServerInstant) -> LocalDate {
        let ms = i64::try_from(at.ms()).expect("an instant is before the year 10000");
        LocalDate((ms + SHANGHAI_MS).div_euclid(DAY_MS))
    }

    /// Reads "2020-11-17"; the day must exist.
    pub fn parse(text: &str) -> Option<LocalDate> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if (year.len(), month.len(), day.len()) != (4, 2, 2) || ![year, month, day].into_iter().all(digits) {
            return None;
        }
        let date = LocalDate::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        (date.to_string() == text).then_some(date)
    }

    /// Days from 1970-01-01, by counting in years that begin in March, so that a leap day comes last
    /// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    fn new(year: i64, month: i64, day: i64) -> LocalDate {
        let year = if month <= 2 { year - 1 } else { year };
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        LocalDate(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month and day; the way back of [`LocalDate::new`].
    fn parts(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        (era * 400 + year_of_era + i64::from(month <= 2), month, day)
    }

    #[must_use]
    pub fn next(self) -> LocalDate {
        LocalDate(self.0 + 1)
    }

    /// The same day so many years before; 29 February becomes 1 March where there is none.
    #[must_use]
    pub fn years_before(self, years: i64) -> LocalDate {
        let (year, month, day) = self.parts();
        LocalDate::new(year - years, month, day)
    }

    /// Its midnight in Shanghai.
    pub fn start(self) -> ServerInstant {
        let ms = (self.0 * DAY_MS - SHANGHAI_MS).max(0);
        ServerInstant::of_fact(ms.unsigned_abs())
    }

    /// The instants of the days `first` to `last`, both included.
    pub fn window(first: LocalDate, last: LocalDate) -> Span {
        Span { from: first.start(), to: last.next().start() }
    }
}

/// Date and time of day in Shanghai, to the second: 2020-11-17 19:00:00.
pub fn local_time(at: ServerInstant) -> String {
    let seconds = (at.ms() + SHANGHAI_MS.unsigned_abs()) % DAY_MS.unsigned_abs() / 1000;
    format!("{} {:02}:{:02}:{:02}", LocalDate::of(at), seconds / 3600, seconds / 60 % 60, seconds % 60)
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
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
    fn years_back() {
        assert_eq!(date("2020-11-17").years_before(5), date("2015-11-17"));
        assert_eq!(date("2020-02-29").years_before(5), date("2015-03-01"));
    }

    proptest! {
        #[test]
        fn every_instant_is_in_its_day(ms in 0u64..=253_402_214_400_000 ) {
            let at = ServerInstant::of_fact(ms);
            let day = LocalDate::of(at);
            prop_assert!(LocalDate::window(day, day).contains(at) || day.0 == 0);
            prop_assert_eq!(LocalDate::parse(&day.to_string()), Some(day));
        }
    }
}
