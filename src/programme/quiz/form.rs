//! How questions and the rule of a self-test are filled in, and what is wrong with them.

use super::{Ask, Draw, KINDS, Kind, Question, Rule};
use crate::programme::phase::Window;
use crate::text::mistake::{Mistake, Wrong};
use crate::text::{visible, visible_line};
use crate::time::LocalDate;

const QUESTION_CHARS_MAX: usize = 1_000;
const OPTION_CHARS_MAX: usize = 300;
const EXPLANATION_CHARS_MAX: usize = 2_000;
/// As many as there are columns in the file.
pub const OPTIONS_MAX: usize = 8;
/// Spellings of a blank.
const SPELLINGS_MAX: usize = 10;
const SPELLING_CHARS_MAX: usize = 100;
/// Questions of one paper.
const QUESTIONS_MAX: u32 = 200;
const POINTS_MAX: u32 = 100;
const TRIES_MAX: u32 = 20;
const MINUTES: std::ops::RangeInclusive<u32> = 1..=300;
/// Days after the end of the study by which a self-test may close.
const DUE_DAYS_AFTER_MAX: i64 = 90;

impl Question {
    /// Checks a question as filled in; returns the form to keep, or all mistakes by field.
    pub fn check(&self) -> Result<Question, Vec<Mistake>> {
        let mut wrong = Vec::new();
        let text = words(&self.text);
        lengths(&text, 1, QUESTION_CHARS_MAX, "text", &mut wrong);
        let explanation = words(&self.explanation);
        lengths(&explanation, 0, EXPLANATION_CHARS_MAX, "explanation", &mut wrong);
        let ask = match &self.ask {
            Ask::One { options, right } => {
                let options = choices(options, &mut wrong);
                if usize::from(*right) >= options.len() {
                    wrong.push(Mistake::field("right", Wrong::Missing));
                }
                Ask::One { options, right: *right }
            }
            Ask::Several { options, right } => {
                let options = choices(options, &mut wrong);
                let mut right = right.clone();
                right.sort_unstable();
                right.dedup();
                // A question with only one right answer is a single choice.
                if right.len() < 2 || right.iter().any(|place| usize::from(*place) >= options.len()) {
                    wrong.push(Mistake::field("right", Wrong::Missing));
                }
                Ask::Several { options, right }
            }
            Ask::Truth { right } => Ask::Truth { right: *right },
            Ask::Blank { right } => Ask::Blank { right: spellings(right, &mut wrong) },
        };
        if wrong.is_empty() { Ok(Question { text, ask, explanation }) } else { Err(wrong) }
    }
}

fn words(text: &str) -> String {
    visible(text).trim().to_owned()
}

fn lengths(text: &str, least: usize, most: usize, field: &str, wrong: &mut Vec<Mistake>) {
    match text.chars().count() {
        count if count < least => wrong.push(Mistake::field(field, Wrong::Missing)),
        count if count > most => wrong.push(Mistake::field(field, Wrong::TooLong)),
        _ => {}
    }
}

fn choices(options: &[String], wrong: &mut Vec<Mistake>) -> Vec<String> {
    if !(2..=OPTIONS_MAX).contains(&options.len()) {
        wrong.push(Mistake::field("options", Wrong::Value));
    }
    let lines: Vec<String> = options.iter().take(OPTIONS_MAX).map(|option| visible_line(option)).collect();
    for (place, option) in lines.iter().enumerate() {
        let field = format!("options.{place}");
        lengths(option, 1, OPTION_CHARS_MAX, &field, wrong);
        if !option.is_empty() && lines[..place].contains(option) {
            wrong.push(Mistake::field(field, Wrong::Twice));
        }
    }
    lines
}

fn spellings(right: &[String], wrong: &mut Vec<Mistake>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for spelling in right.iter().map(|one| visible_line(one)).filter(|one| !one.is_empty()) {
        if !kept.contains(&spelling) {
            kept.push(spelling);
        }
    }
    if kept.is_empty() {
        wrong.push(Mistake::field("right", Wrong::Missing));
    } else if kept.len() > SPELLINGS_MAX || kept.iter().any(|one| one.chars().count() > SPELLING_CHARS_MAX) {
        wrong.push(Mistake::field("right", Wrong::TooLong));
    }
    kept
}

/// A rule as somebody filled it in, unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleForm {
    pub draws: Vec<Draw>,
    pub pass: u32,
    pub tries: u32,
    pub minutes: u32,
    /// The last day.
    pub due: String,
    pub reveal: bool,
}

impl Rule {
    /// As somebody would fill it in.
    pub fn filled_in(&self) -> RuleForm {
        let Rule { ref draws, pass, tries, minutes, due, reveal, .. } = *self;
        RuleForm { draws: draws.clone(), pass, tries, minutes, due: due.to_string(), reveal }
    }
}

impl RuleForm {
    /// Reads a rule as filled in for a phase with this study; its version follows `before`. The error lists all
    /// mistakes by field. `has`: number of questions of a kind in the bank.
    pub fn check(&self, before: u32, study: Window, has: impl Fn(Kind) -> u32) -> Result<Rule, Vec<Mistake>> {
        let mut wrong = Vec::new();
        let draws = draws(&self.draws, has, &mut wrong);
        let latest = study.last.days_later(DUE_DAYS_AFTER_MAX).unwrap_or(study.last);
        let due = LocalDate::parse(self.due.trim()).filter(|due| (study.first..=latest).contains(due));
        let (pass, tries, minutes) = (self.pass, self.tries, self.minutes);
        let Some(due) = due else {
            wrong.push(Mistake::field("due", Wrong::Value));
            return Err(wrong);
        };
        let rule = Rule { version: before + 1, draws, pass, tries, minutes, due, reveal: self.reveal };
        let fields = [
            ("pass", (1..=rule.points()).contains(&pass)),
            ("tries", (1..=TRIES_MAX).contains(&tries)),
            ("minutes", MINUTES.contains(&minutes)),
        ];
        let bad = fields.iter().filter(|(_, fits)| !fits);
        wrong.extend(bad.map(|(field, _)| Mistake::field(*field, Wrong::Value)));
        if wrong.is_empty() { Ok(rule) } else { Err(wrong) }
    }
}

fn draws(asked: &[Draw], has: impl Fn(Kind) -> u32, wrong: &mut Vec<Mistake>) -> Vec<Draw> {
    let mut draws: Vec<Draw> = Vec::new();
    for kind in KINDS {
        let mut of_kind = asked.iter().filter(|draw| draw.kind == kind && draw.count > 0);
        let Some(draw) = of_kind.next() else { continue };
        let field = |of: &str| format!("draws.{}.{of}", word(kind));
        if of_kind.next().is_some() {
            wrong.push(Mistake::field(field("count"), Wrong::Twice));
        }
        if draw.count > has(kind) {
            let figures = vec![draw.count, has(kind)];
            wrong.push(Mistake { figures, ..Mistake::field(field("count"), Wrong::AboveBank) });
        }
        if !(1..=POINTS_MAX).contains(&draw.points) {
            wrong.push(Mistake::field(field("points"), Wrong::Value));
        }
        let points = draw.points.min(POINTS_MAX);
        draws.push(Draw { kind, count: draw.count.min(QUESTIONS_MAX + 1), points });
    }
    match draws.iter().map(|draw| draw.count).sum::<u32>() {
        0 => wrong.push(Mistake::field("draws", Wrong::Missing)),
        1..=QUESTIONS_MAX => {}
        _ => wrong.push(Mistake::field("draws", Wrong::TooLong)),
    }
    draws
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::One => "one",
        Kind::Several => "several",
        Kind::Truth => "truth",
        Kind::Blank => "blank",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(wrong: Vec<Mistake>) -> Vec<String> {
        wrong.into_iter().map(|one| one.field).collect()
    }

    fn question(ask: Ask) -> Question {
        Question { text: " 学时是几分钟？\u{200b}".into(), ask, explanation: String::new() }
    }

    fn options(all: &[&str]) -> Vec<String> {
        all.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn a_question_is_kept_as_it_was_meant_or_refused_by_field() {
        let good = question(Ask::Several { options: options(&["甲 ", "乙", "丙"]), right: vec![2, 0, 0] });
        let kept = good.check().expect("a question");
        assert_eq!(kept.text, "学时是几分钟？");
        assert_eq!(kept.ask, Ask::Several { options: options(&["甲", "乙", "丙"]), right: vec![0, 2] });
        let blank =
            question(Ask::Blank { right: options(&["45", " 45", "", "四十五"]) }).check().expect("good");
        assert_eq!(blank.ask, Ask::Blank { right: options(&["45", "四十五"]) });
        for (ask, wrong) in [
            (Ask::One { options: options(&["甲", "甲"]), right: 2 }, &["options.1", "right"][..]),
            (Ask::One { options: options(&["甲"]), right: 0 }, &["options"]),
            (Ask::Several { options: options(&["甲", "乙"]), right: vec![1] }, &["right"]),
            (Ask::Several { options: options(&["甲", ""]), right: vec![0, 7] }, &["options.1", "right"]),
            (Ask::Blank { right: options(&[" "]) }, &["right"]),
            (Ask::Blank { right: vec!["长".repeat(101)] }, &["right"]),
        ] {
            assert_eq!(fields(question(ask.clone()).check().expect_err("wrong")), wrong, "{ask:?}");
        }
        let long = Question {
            text: "长".repeat(1_001),
            explanation: "长".repeat(2_001),
            ..question(Ask::Truth { right: true })
        };
        assert_eq!(fields(long.check().expect_err("wrong")), ["text", "explanation"]);
    }

    #[test]
    fn a_rule_that_nobody_could_meet_is_refused() {
        let day = |text| LocalDate::parse(text).expect("a day");
        let study = Window { first: day("2020-11-17"), last: day("2020-11-27") };
        let draw = |kind, count, points| Draw { kind, count, points };
        let form = |draws: &[Draw], pass, tries, minutes, due: &str| RuleForm {
            draws: draws.to_vec(),
            pass,
            tries,
            minutes,
            due: due.into(),
            reveal: true,
        };
        let check = |form: RuleForm| form.check(4, study, |kind| if kind == Kind::One { 10 } else { 1 });
        let rule = check(form(
            &[draw(Kind::Truth, 1, 2), draw(Kind::Blank, 0, 9), draw(Kind::One, 10, 3)],
            32,
            1,
            30,
            "2021-02-25",
        ));
        let rule = rule.expect("a rule");
        assert_eq!((rule.version, rule.points(), rule.questions()), (5, 32, 11));
        assert_eq!(rule.draws.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::One, Kind::Truth]);
        for (form, wrong) in [
            (
                form(&[draw(Kind::One, 11, 0)], 1, 1, 1, "2020-11-30"),
                &["draws.one.count", "draws.one.points", "pass"][..],
            ),
            (form(&[draw(Kind::One, 1, 1); 2], 1, 1, 1, "2020-11-30"), &["draws.one.count"]),
            (form(&[], 1, 1, 1, "2020-11-30"), &["draws", "pass"]),
            (form(&[draw(Kind::One, u32::MAX, 1)], 1, 1, 1, "2020-11-30"), &["draws.one.count", "draws"]),
            (form(&[draw(Kind::One, 2, 5)], 11, 0, 301, "2020-11-30"), &["pass", "tries", "minutes"]),
            (form(&[draw(Kind::One, 2, 5)], 1, 1, 1, "2021-02-26"), &["due"]),
        ] {
            assert_eq!(fields(check(form.clone()).expect_err("wrong")), wrong, "{form:?}");
        }
    }
}
