//! The form of a survey, and its check.

use super::{Ask, Question, Survey};
use crate::programme::phase::Window;
use crate::text::mistake::{Mistake, Wrong};
use crate::text::visible_line;
use crate::time::LocalDate;

const TITLE_CHARS_MAX: usize = 60;
const QUESTIONS_MAX: usize = 40;
const QUESTION_CHARS_MAX: usize = 300;
const OPTIONS_MAX: usize = 20;
const OPTION_CHARS_MAX: usize = 100;
/// Longest words at an end of a scale, characters.
const END_CHARS_MAX: usize = 20;
/// Possible numbers of points of a scale.
const POINTS: std::ops::RangeInclusive<u8> = 3..=10;
/// Most days from the end of the study to the last day of a survey.
const DUE_DAYS_AFTER_MAX: i64 = 90;

/// A survey as filled in, unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyForm {
    pub title: String,
    pub anonymous: bool,
    /// The last day to answer.
    pub due: String,
    pub questions: Vec<Question>,
}

impl SurveyForm {
    /// Reads a form for a phase with this study; the error lists all mistakes by field.
    pub fn check(&self, study: Window) -> Result<Survey, Vec<Mistake>> {
        let mut wrong = Vec::new();
        let title = line(&self.title, TITLE_CHARS_MAX, "title", &mut wrong);
        let latest = study.last.days_later(DUE_DAYS_AFTER_MAX).unwrap_or(study.last);
        let due = LocalDate::parse(self.due.trim()).filter(|due| (study.first..=latest).contains(due));
        if due.is_none() {
            wrong.push(Mistake::field("due", Wrong::Value));
        }
        if self.questions.is_empty() {
            wrong.push(Mistake::field("questions", Wrong::Missing));
        } else if self.questions.len() > QUESTIONS_MAX {
            wrong.push(Mistake::field("questions", Wrong::TooLong));
        }
        let asked = self.questions.iter().take(QUESTIONS_MAX).enumerate();
        let questions = asked.map(|(at, question)| checked(at, question, &mut wrong)).collect();
        match due {
            Some(due) if wrong.is_empty() => Ok(Survey { title, anonymous: self.anonymous, due, questions }),
            _ => Err(wrong),
        }
    }
}

/// Reads one line that must not be empty.
fn line(text: &str, most: usize, field: &str, wrong: &mut Vec<Mistake>) -> String {
    let line = visible_line(text);
    match line.chars().count() {
        0 => wrong.push(Mistake::field(field, Wrong::Missing)),
        count if count > most => wrong.push(Mistake::field(field, Wrong::TooLong)),
        _ => {}
    }
    line
}

/// Reads the question in place `at`, from 0.
fn checked(at: usize, question: &Question, wrong: &mut Vec<Mistake>) -> Question {
    let field = |of: &str| format!("questions.{at}.{of}");
    let text = line(&question.text, QUESTION_CHARS_MAX, &field("text"), wrong);
    let ask = match &question.ask {
        Ask::Scale { points, low, high } => {
            if !POINTS.contains(points) {
                wrong.push(Mistake::field(field("points"), Wrong::Value));
            }
            let (low, high) = (visible_line(low), visible_line(high));
            if low.chars().count().max(high.chars().count()) > END_CHARS_MAX {
                wrong.push(Mistake::field(field("ends"), Wrong::TooLong));
            }
            Ask::Scale { points: *points, low, high }
        }
        Ask::Choice { options, several } => {
            if !(2..=OPTIONS_MAX).contains(&options.len()) {
                wrong.push(Mistake::field(field("options"), Wrong::Value));
            }
            let lines = options.iter().take(OPTIONS_MAX).enumerate();
            let lines: Vec<String> = lines
                .map(|(place, option)| {
                    line(option, OPTION_CHARS_MAX, &field(&format!("options.{place}")), wrong)
                })
                .collect();
            for (place, option) in lines.iter().enumerate() {
                if !option.is_empty() && lines[..place].contains(option) {
                    wrong.push(Mistake::field(field(&format!("options.{place}")), Wrong::Twice));
                }
            }
            Ask::Choice { options: lines, several: *several }
        }
        Ask::Text => Ask::Text,
    };
    Question { text, ask, needed: question.needed }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn day(text: &str) -> LocalDate {
        LocalDate::parse(text).expect("a day")
    }

    fn study() -> Window {
        Window { first: day("2020-11-17"), last: day("2020-11-27") }
    }

    fn form() -> SurveyForm {
        let question = |text: &str, ask, needed| Question { text: text.into(), ask, needed };
        let scale = Ask::Scale { points: 5, low: "不满意".into(), high: "满意".into() };
        let options = vec!["直播".to_owned(), "回放".to_owned(), "研讨".to_owned()];
        SurveyForm {
            title: "培训满意度问卷".into(),
            anonymous: true,
            due: "2020-11-30".into(),
            questions: vec![
                question("总体是否满意？", scale, true),
                question("哪些形式有帮助？", Ask::Choice { options, several: true }, false),
                question("还有什么建议？", Ask::Text, false),
            ],
        }
    }

    pub(in crate::programme::survey) fn survey() -> Survey {
        form().check(study()).expect("a survey")
    }

    #[test]
    fn everything_that_is_wrong_is_said_by_field() {
        let mut bad = form();
        bad.title = " \u{200b}".into();
        bad.due = "2020-11-31".into();
        bad.questions[0].ask = Ask::Scale { points: 2, low: "长".repeat(21), high: String::new() };
        bad.questions[1].ask = Ask::Choice { options: vec!["甲".into(), "甲 ".into()], several: false };
        bad.questions[2].text = "问".repeat(301);
        let wrong = bad.check(study()).expect_err("wrong");
        let fields: Vec<&str> = wrong.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "title",
                "due",
                "questions.0.points",
                "questions.0.ends",
                "questions.1.options.1",
                "questions.2.text"
            ]
        );
        for (questions, why) in
            [(vec![], Wrong::Missing), (vec![form().questions[2].clone(); 41], Wrong::TooLong)]
        {
            let wrong = SurveyForm { questions, ..form() }.check(study()).expect_err("wrong");
            assert_eq!(wrong, [Mistake::field("questions", why)]);
        }
    }
}
