//! From 学时 to 学分 (R8): how many hours make one credit, as data of a programme. Hours are never changed by it: credits are
//! computed when a statement is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::mistake::{Mistake, Wrong};

/// Hours of one credit that the provinces use are 5, 6, 8 and 10; nobody has more than this.
const HOURS_MAX: u32 = 100;
const CATEGORY_CHARS_MAX: usize = 20;
/// Tenths of a credit: 1,000 credits a year.
const YEAR_CAP_MAX: u32 = 10_000;

/// The rule of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    /// Number of 学时 (credit hours) that make one 学分 (credit).
    pub hours_per_credit: u32,
    /// Category of the credits in the credit bank, for example 专业课; empty = none. Years of one category are added up.
    pub category: String,
    /// Most credits of one year, in tenths; None = no bound.
    pub year_cap_tenths: Option<u32>,
}

impl Default for Conversion {
    fn default() -> Conversion {
        Conversion { hours_per_credit: 10, category: String::new(), year_cap_tenths: None }
    }
}

impl Conversion {
    /// Everything that is wrong with it, by field.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut wrong = Vec::new();
        if !(1..=HOURS_MAX).contains(&self.hours_per_credit) {
            wrong.push(Mistake::field("hours_per_credit", Wrong::Value));
        }
        if self.category.chars().count() > CATEGORY_CHARS_MAX || self.category.chars().any(char::is_control) {
            wrong.push(Mistake::field("category", Wrong::TooLong));
        }
        if self.year_cap_tenths.is_some_and(|cap| cap > YEAR_CAP_MAX) {
            wrong.push(Mistake::field("year_cap_tenths", Wrong::Value));
        }
        wrong
    }

    /// Credits of so many ch, in tenths, rounded down.
    fn tenths(&self, ch: u64) -> u64 {
        // 100 ch are an hour; ten tenths are a credit.
        ch / (u64::from(self.hours_per_credit) * 10)
    }
}

/// Credits of one category in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearCredits {
    pub year: String,
    pub category: String,
    /// Hours that were certified.
    pub ch: u64,
    pub tenths: u64,
    /// The cap took something away.
    pub is_capped: bool,
}

/// Credits by year and category. Each line is the year in which hours were certified, how many ch, and by which rule they are
/// converted. Hours of one rule are added up before they are rounded down; of several caps in one category the largest holds.
pub fn credits<'a>(hours: impl IntoIterator<Item = (String, u64, &'a Conversion)>) -> Vec<YearCredits> {
    let mut by_rule: BTreeMap<(String, String, u32), (u64, &Conversion)> = BTreeMap::new();
    for (year, ch, rule) in hours {
        by_rule.entry((year, rule.category.clone(), rule.hours_per_credit)).or_insert((0, rule)).0 += ch;
    }
    let mut all: Vec<(YearCredits, Vec<Option<u32>>)> = Vec::new();
    for ((year, category, _), (ch, rule)) in by_rule {
        let tenths = rule.tenths(ch);
        match all.last_mut().filter(|(last, _)| (&last.year, &last.category) == (&year, &category)) {
            Some((last, caps)) => {
                (last.ch, last.tenths) = (last.ch + ch, last.tenths + tenths);
                caps.push(rule.year_cap_tenths);
            }
            None => {
                let one = YearCredits { year, category, ch, tenths, is_capped: false };
                all.push((one, vec![rule.year_cap_tenths]));
            }
        }
    }
    let capped = |(mut one, caps): (YearCredits, Vec<Option<u32>>)| {
        let cap = caps.into_iter().collect::<Option<Vec<u32>>>().and_then(|caps| caps.into_iter().max());
        if let Some(cap) = cap.map(u64::from).filter(|cap| *cap < one.tenths) {
            (one.tenths, one.is_capped) = (cap, true);
        }
        one
    };
    all.into_iter().map(capped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(hours_per_credit: u32, category: &str, year_cap_tenths: Option<u32>) -> Conversion {
        Conversion { hours_per_credit, category: category.into(), year_cap_tenths }
    }

    fn tenths(hours: &[(&str, u64, &Conversion)]) -> Vec<(String, String, u64, bool)> {
        let hours = hours.iter().map(|(year, ch, rule)| ((*year).to_owned(), *ch, *rule));
        credits(hours).into_iter().map(|one| (one.year, one.category, one.tenths, one.is_capped)).collect()
    }

    #[test]
    fn credits_are_rounded_down_to_a_tenth_by_the_rule_of_the_programme() {
        for (hours_per_credit, ch, expected) in [
            (10, 3_000, 30),
            (10, 2_999, 29),
            (5, 3_000, 60),
            (6, 3_000, 50),
            (8, 3_000, 37),
            (8, 79, 0),
            (1, 100, 10),
        ] {
            assert_eq!(rule(hours_per_credit, "", None).tenths(ch), expected, "{hours_per_credit} {ch}");
        }
    }

    #[test]
    fn hours_of_a_year_are_added_up_before_rounding_and_capped_by_category() {
        let ten = rule(10, "专业课", Some(25));
        let eight = rule(8, "公需课", None);
        let found = tenths(&[
            ("2020", 1_050, &ten),
            ("2020", 1_550, &ten),
            ("2020", 1_000, &eight),
            ("2021", 1_000, &ten),
        ]);
        let row = |year: &str, category: &str, tenths, capped| {
            (year.to_owned(), category.to_owned(), tenths, capped)
        };
        assert_eq!(
            found,
            [
                row("2020", "专业课", 25, true),
                row("2020", "公需课", 12, false),
                row("2021", "专业课", 10, false)
            ]
        );
        // Without a bound in one of two rules there is none.
        let open = rule(5, "专业课", None);
        assert_eq!(
            tenths(&[("2020", 2_600, &ten), ("2020", 1_000, &open)]),
            [row("2020", "专业课", 46, false)]
        );
    }

    #[test]
    fn what_is_no_rule_is_said_by_field() {
        let fields =
            |rule: Conversion| rule.mistakes().into_iter().map(|mistake| mistake.field).collect::<Vec<_>>();
        assert!(Conversion::default().mistakes().is_empty());
        assert_eq!(fields(rule(0, "", None)), ["hours_per_credit"]);
        assert_eq!(
            fields(rule(101, &"长".repeat(21), Some(10_001))),
            ["hours_per_credit", "category", "year_cap_tenths"]
        );
    }
}
