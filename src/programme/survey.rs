//! The survey of a phase (网上问卷): questions as data, the check of answers, and the tallies. [`form`]: how a
//! survey is filled in.

use serde::{Deserialize, Serialize};

use self::form::SurveyForm;
use super::stored::{self, Unreadable};
use crate::text::visible;
use crate::time::{LocalDate, ServerInstant};

pub mod form;

const WORDS_CHARS_MAX: usize = 2_000;
/// Fewest answers from which results of an anonymous survey are shown: fewer would tell who said what.
pub const ANSWERS_MIN: u32 = 5;

/// Stored: the words are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// A point from 1 to `points`.
    Scale {
        points: u8,
        /// Words of the lowest point; may be empty.
        low: String,
        /// Words of the highest point; may be empty.
        high: String,
    },
    Choice {
        options: Vec<String>,
        /// Whether more than one option may be chosen.
        several: bool,
    },
    Text,
}

/// Stored: the fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    pub ask: Ask,
    /// Whether the survey cannot be handed in without an answer to it.
    pub needed: bool,
}

/// Stored: the words are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// The question was passed over.
    Nothing,
    /// Point of the scale, from 1.
    Points {
        points: u8,
    },
    /// Places in the list of options, from 0, in rising order.
    Chosen {
        options: Vec<u8>,
    },
    Words {
        text: String,
    },
}

/// The survey of a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    pub title: String,
    /// Whether only the names of those who answered are known, and nobody learns who answered what.
    pub anonymous: bool,
    /// The last day to answer, in Shanghai.
    pub due: LocalDate,
    pub questions: Vec<Question>,
}

/// The reason why a set of answers is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("the survey is closed")]
    Closed,
    /// The questions changed meanwhile: the number of answers differs, or an answer does not fit its
    /// question.
    #[error("these are no answers to these questions")]
    Other,
    /// Place of the question, from 0.
    #[error("question {0} needs an answer")]
    Needed(usize),
    /// Place of the question, from 0.
    #[error("the answer to question {0} is too long")]
    TooLong(usize),
}

/// The sum of the answers to one question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Number of people who did not pass the question over.
    pub answered: u32,
    /// Scale: by point from 1; choice: by option; text: empty.
    pub counts: Vec<u32>,
    /// The texts that people wrote.
    pub texts: Vec<String>,
}

impl Survey {
    /// The survey in the form of a page.
    pub fn filled_in(&self) -> SurveyForm {
        SurveyForm {
            title: self.title.clone(),
            anonymous: self.anonymous,
            due: self.due.to_string(),
            questions: self.questions.clone(),
        }
    }

    /// The first instant at which an answer is too late.
    pub fn closes(&self) -> ServerInstant {
        self.due.end()
    }

    /// Checks a set of answers; returns the form to keep, one answer for each question, in their order.
    pub fn take(&self, answers: &[Answer], now: ServerInstant) -> Result<Vec<Answer>, NotTaken> {
        if now >= self.closes() {
            return Err(NotTaken::Closed);
        }
        if answers.len() != self.questions.len() {
            return Err(NotTaken::Other);
        }
        let both = self.questions.iter().zip(answers).enumerate();
        both.map(|(at, (question, answer))| taken(at, question, answer)).collect()
    }

    /// The tallies of all answers, one for each question.
    pub fn tally(&self, all: &[Vec<Answer>]) -> Vec<Tally> {
        let questions = self.questions.iter().enumerate();
        questions
            .map(|(at, question)| {
                let mut tally = Tally { counts: vec![0; question.ask.places()], ..Tally::default() };
                all.iter().filter_map(|answers| answers.get(at)).for_each(|answer| tally.add(answer));
                tally
            })
            .collect()
    }

    /// The text for the database.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        stored::write(StoredV1 {
            title: self.title.clone(),
            anonymous: self.anonymous,
            due: self.due.to_string(),
            questions: self.questions.clone(),
        })
    }

    /// Reads the text of [`Survey::to_stored`]; the error says what is wrong with it.
    pub fn from_stored(text: &str) -> Result<Survey, Unreadable> {
        let StoredV1 { title, anonymous, due, questions } = stored::read(text)?;
        Ok(Survey { title, anonymous, due: stored::day(due)?, questions })
    }
}

impl Ask {
    /// Number of places in a tally.
    fn places(&self) -> usize {
        match self {
            Ask::Scale { points, .. } => usize::from(*points),
            Ask::Choice { options, .. } => options.len(),
            Ask::Text => 0,
        }
    }
}

impl Tally {
    fn add(&mut self, answer: &Answer) {
        let mut count = |place: usize| {
            if let Some(count) = self.counts.get_mut(place) {
                *count += 1;
            }
        };
        match answer {
            Answer::Nothing => return,
            Answer::Points { points } => count(usize::from(*points).wrapping_sub(1)),
            Answer::Chosen { options } => options.iter().for_each(|place| count(usize::from(*place))),
            Answer::Words { text } => self.texts.push(text.clone()),
        }
        self.answered += 1;
    }
}

/// The form in the database.
#[derive(Serialize, Deserialize)]
struct StoredV1 {
    title: String,
    anonymous: bool,
    due: String,
    questions: Vec<Question>,
}

/// Checks the answer to the question in place `at`, from 0.
fn taken(at: usize, question: &Question, answer: &Answer) -> Result<Answer, NotTaken> {
    let kept = match (&question.ask, answer) {
        (_, Answer::Nothing) => Answer::Nothing,
        (Ask::Scale { points: most, .. }, Answer::Points { points }) if (1..=*most).contains(points) => {
            answer.clone()
        }
        (Ask::Choice { options, several }, Answer::Chosen { options: chosen }) => {
            let is_known = chosen.iter().all(|place| usize::from(*place) < options.len());
            let is_rising = chosen.windows(2).all(|two| two[0] < two[1]);
            if !is_known || !is_rising || (!several && chosen.len() > 1) {
                return Err(NotTaken::Other);
            }
            if chosen.is_empty() { Answer::Nothing } else { answer.clone() }
        }
        (Ask::Text, Answer::Words { text }) => {
            let text = visible(text).trim().to_owned();
            if text.chars().count() > WORDS_CHARS_MAX {
                return Err(NotTaken::TooLong(at));
            }
            if text.is_empty() { Answer::Nothing } else { Answer::Words { text } }
        }
        _ => return Err(NotTaken::Other),
    };
    if question.needed && kept == Answer::Nothing { Err(NotTaken::Needed(at)) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::form::tests::survey;
    use super::*;

    fn answers(points: u8, chosen: &[u8], words: &str) -> Vec<Answer> {
        vec![
            Answer::Points { points },
            Answer::Chosen { options: chosen.to_vec() },
            Answer::Words { text: words.into() },
        ]
    }

    /// 2020-11-21T23:06:40Z.
    fn now() -> ServerInstant {
        ServerInstant::of_fact(1_606_000_000_000)
    }

    #[test]
    fn answers_fit_their_questions_or_are_refused() {
        let survey = survey();
        let kept = survey.take(&answers(5, &[0, 2], " 好\u{202e} "), now()).expect("answers");
        assert_eq!(kept, answers(5, &[0, 2], "好"));
        assert_eq!(
            survey.take(&answers(1, &[], ""), now()).expect("answers")[1..],
            [Answer::Nothing, Answer::Nothing]
        );
        for (wrong, why) in [
            (answers(0, &[], ""), NotTaken::Other),
            (answers(6, &[], ""), NotTaken::Other),
            (answers(1, &[3], ""), NotTaken::Other),
            (answers(1, &[1, 1], ""), NotTaken::Other),
            (answers(1, &[1, 0], ""), NotTaken::Other),
            (answers(1, &[], "")[..2].to_vec(), NotTaken::Other),
            (answers(1, &[], &"长".repeat(2_001)), NotTaken::TooLong(2)),
            (vec![Answer::Nothing; 3], NotTaken::Needed(0)),
            (vec![Answer::Words { text: "5".into() }, Answer::Nothing, Answer::Nothing], NotTaken::Other),
        ] {
            assert_eq!(survey.take(&wrong, now()), Err(why), "{wrong:?}");
        }
        let mut one = survey.clone();
        one.questions[1].ask = Ask::Choice { options: vec!["是".into(), "否".into()], several: false };
        assert_eq!(one.take(&answers(1, &[0, 1], ""), now()), Err(NotTaken::Other));
        // 2020-11-30T16:00:00Z.
        let closes = ServerInstant::of_fact(1_606_752_000_000);
        assert_eq!(survey.closes(), closes);
        assert_eq!(survey.take(&answers(1, &[], ""), closes), Err(NotTaken::Closed));
    }

    #[test]
    fn a_tally_counts_points_options_and_words() {
        let all = [answers(5, &[0, 2], "好"), answers(4, &[0], "很好"), answers(5, &[1], "")];
        let all: Vec<_> = all.iter().map(|one| survey().take(one, now()).expect("answers")).collect();
        let tally = survey().tally(&all);
        assert_eq!(tally[0], Tally { answered: 3, counts: vec![0, 0, 0, 1, 2], texts: vec![] });
        assert_eq!(tally[1], Tally { answered: 3, counts: vec![2, 1, 1], texts: vec![] });
        assert_eq!(tally[2], Tally { answered: 2, counts: vec![], texts: vec!["好".into(), "很好".into()] });
    }

    #[test]
    fn what_was_stored_before_is_read_for_ever() {
        let stored = r#"{"format":"1","title":"问卷","anonymous":true,"due":"2020-11-30","questions":[{"text":"一","ask":{"ask":"scale","points":5,"low":"","high":"好"},"needed":true},{"text":"二","ask":{"ask":"choice","options":["甲","乙"],"several":false},"needed":false},{"text":"三","ask":{"ask":"text"},"needed":false}]}"#;
        assert_eq!(Survey::from_stored(stored).expect("format 1").to_stored().expect("JSON"), stored);
        let answers = r#"[{"answer":"points","points":5},{"answer":"chosen","options":[0,2]},{"answer":"words","text":"好"},{"answer":"nothing"}]"#;
        let read: Vec<Answer> = serde_json::from_str(answers).expect("answers");
        assert_eq!(serde_json::to_string(&read).expect("JSON"), answers);
        for broken in ["", "{}", r#"{"format":"9"}"#, &stored.replace("11-30", "11-31")] {
            assert!(Survey::from_stored(broken).is_err(), "{broken}");
        }
    }

    proptest! {
        /// Every answer taken is counted once, and nothing else.
        #[test]
        fn counts_add_up(all in prop::collection::vec((1u8..=5, prop::collection::btree_set(0u8..3, 0..3)), 0..30)) {
            let survey = survey();
            let all: Vec<Vec<Answer>> = all
                .into_iter()
                .map(|(points, chosen)| answers(points, &chosen.into_iter().collect::<Vec<_>>(), ""))
                .map(|one| survey.take(&one, now()).expect("answers"))
                .collect();
            let tally = survey.tally(&all);
            prop_assert_eq!(tally[0].counts.iter().sum::<u32>() as usize, all.len());
            prop_assert!(tally[1].counts.iter().all(|count| *count <= tally[1].answered));
            prop_assert!(tally[1].answered as usize <= all.len());
        }
    }
}
