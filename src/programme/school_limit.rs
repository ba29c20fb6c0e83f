//! The seats of a school in a phase (S0-02), and which names mean the same school.

use serde::{Deserialize, Serialize};

use crate::text::mistake::{Mistake, Wrong};
use crate::text::plain::half_width;

/// Stored: the fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategorySeats {
    pub category: String,
    pub seats: u32,
}

/// The most trainees that a school may send to a phase (S0-02). Nobody is approved beyond it. Stored: the
/// fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerSchool {
    /// 1 to 1,000, all categories together.
    pub seats: u32,
    /// Bounds of some categories of the phase, none above `seats`; the others are bound by `seats` alone.
    #[serde(default)]
    pub categories: Vec<CategorySeats>,
}

const SEATS_MAX: u32 = 1000;

/// The name of a school in its form for comparison: half-width, without blanks, in small letters.
pub fn key(name: &str) -> String {
    half_width(name).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Checks a limit for a phase with these categories; the error lists all mistakes.
pub fn check(limit: &PerSchool, categories: &[String]) -> Result<PerSchool, Vec<Mistake>> {
    let mut wrong = Vec::new();
    if !(1..=SEATS_MAX).contains(&limit.seats) {
        wrong.push(Mistake::field("per_school.seats", Wrong::Value));
    }
    let trimmed = |one: &CategorySeats| CategorySeats { category: one.category.trim().to_owned(), ..*one };
    let limits: Vec<CategorySeats> = limit.categories.iter().map(trimmed).collect();
    for (at, one) in limits.iter().enumerate() {
        let why = if !categories.contains(&one.category) {
            Wrong::Choice
        } else if limits[..at].iter().any(|before| before.category == one.category) {
            Wrong::Twice
        } else if one.seats > limit.seats {
            Wrong::Value
        } else {
            continue;
        };
        wrong.push(Mistake::field(format!("per_school.categories.{}", one.category), why));
    }
    if wrong.is_empty() { Ok(PerSchool { seats: limit.seats, categories: limits }) } else { Err(wrong) }
}

/// Whether a school whose seats are held by trainees of the categories `held` may send one more trainee of
/// `category`.
pub fn has_room(limit: &PerSchool, category: &str, held: &[String]) -> bool {
    let count = |fits: &dyn Fn(&String) -> bool| held.iter().filter(|one| fits(one)).count();
    let below = |seats: u32, held: usize| u32::try_from(held).is_ok_and(|held| held < seats);
    let of_category = limit.categories.iter().find(|one| one.category == category);
    below(limit.seats, held.len())
        && of_category.is_none_or(|one| below(one.seats, count(&|held| held == category)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "校长";
    const BACKBONE: &str = "骨干教师";

    fn one_and_two() -> PerSchool {
        let of = |category: &str, seats| CategorySeats { category: category.into(), seats };
        PerSchool { seats: 3, categories: vec![of(HEAD, 1), of(BACKBONE, 2)] }
    }

    #[test]
    fn a_school_sends_one_head_and_two_teachers() {
        let held = |categories: &[&str]| categories.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        for (category, has, fits) in [
            (HEAD, held(&[]), true),
            (HEAD, held(&[HEAD]), false),
            (BACKBONE, held(&[HEAD, BACKBONE]), true),
            (BACKBONE, held(&[BACKBONE, BACKBONE]), false),
            (HEAD, held(&[BACKBONE, BACKBONE]), true),
            ("CIO", held(&[HEAD, BACKBONE]), true),
            ("CIO", held(&["CIO", HEAD, BACKBONE]), false),
        ] {
            assert_eq!(has_room(&one_and_two(), category, &has), fits, "{category} beside {has:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_limit_is_named() {
        let categories = [HEAD.to_owned(), BACKBONE.to_owned()];
        assert_eq!(check(&one_and_two(), &categories), Ok(one_and_two()));
        let of = |category: &str, seats| CategorySeats { category: category.into(), seats };
        let wrong = PerSchool { seats: 0, categories: vec![of(HEAD, 1), of("CIO", 0), of(" 校长 ", 0)] };
        let wrong = check(&wrong, &categories).expect_err("much is wrong");
        let wrong: Vec<_> = wrong.iter().map(|one| (one.field.as_str(), one.wrong)).collect();
        assert_eq!(
            wrong,
            [
                ("per_school.seats", Wrong::Value),
                ("per_school.categories.校长", Wrong::Value),
                ("per_school.categories.CIO", Wrong::Choice),
                ("per_school.categories.校长", Wrong::Twice),
            ]
        );
    }

    #[test]
    fn one_school_has_one_name_however_it_is_typed() {
        let same = ["宁波职院（东校区）", " 宁波 职院(东校区)", "宁波　职院（东校区)"];
        assert!(same.iter().all(|name| key(name) == key(same[0])));
        assert_eq!(key("ＡＢＣ College"), "abccollege");
        assert_ne!(key("宁波职院"), key("宁波职业技术学院"));
    }

    proptest! {
        /// In whatever order people come, no bound is passed.
        #[test]
        fn no_bound_is_ever_passed(
            asked in prop::collection::vec(prop::sample::select(vec![HEAD, BACKBONE, "CIO"]), 0..40),
        ) {
            let mut held: Vec<String> = Vec::new();
            for category in asked {
                if has_room(&one_and_two(), category, &held) {
                    held.push(category.to_owned());
                }
            }
            let count = |category: &str| held.iter().filter(|one| *one == category).count();
            prop_assert!(held.len() <= 3 && count(HEAD) <= 1 && count(BACKBONE) <= 2);
        }
    }
}
