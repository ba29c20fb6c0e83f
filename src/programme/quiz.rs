//! The self-test of a phase (网上自测): questions with their right answers, and the rule by which papers are made of them.
//! [`form`] how both are filled in · [`paper`] which questions somebody gets, and what the answers are worth · [`way`] when
//! a try begins and ends · [`table`] questions as a file.

use serde::{Deserialize, Serialize};

use super::stored::{self, Unreadable};
use crate::time::{LocalDate, ServerInstant};

pub mod form;
pub mod paper;
pub mod table;
pub mod way;

/// Questions in the bank of a phase.
pub const BANK_MAX: usize = 2_000;

/// The kind of a question, with its options and right answer. Stored: the words are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// 单选题. `right`: place of the option, from 0.
    One { options: Vec<String>, right: u8 },
    /// 多选题. `right`: places of options, from 0, in rising order.
    Several { options: Vec<String>, right: Vec<u8> },
    /// 判断题.
    Truth { right: bool },
    /// 填空题. `right`: every spelling that counts.
    Blank { right: Vec<String> },
}

/// As it is stored: its words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    One,
    Several,
    Truth,
    Blank,
}

/// Every kind, in the order of a paper.
pub const KINDS: [Kind; 4] = [Kind::One, Kind::Several, Kind::Truth, Kind::Blank];

impl Ask {
    pub fn kind(&self) -> Kind {
        match self {
            Ask::One { .. } => Kind::One,
            Ask::Several { .. } => Kind::Several,
            Ask::Truth { .. } => Kind::Truth,
            Ask::Blank { .. } => Kind::Blank,
        }
    }

    /// Options to choose from; empty where there are none.
    pub fn options(&self) -> &[String] {
        match self {
            Ask::One { options, .. } | Ask::Several { options, .. } => options,
            Ask::Truth { .. } | Ask::Blank { .. } => &[],
        }
    }
}

/// A question of the bank.
/// As it is stored: its fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    pub ask: Ask,
    /// Why this is right; may be empty.
    pub explanation: String,
}

/// How many questions of a kind a paper has, and what each is worth.
/// As it is stored: its fields are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    pub kind: Kind,
    pub count: u32,
    /// Of each right answer.
    pub points: u32,
}

/// How papers are made, and what it takes to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// From 1; each change makes the next.
    pub version: u32,
    /// In the order of [`KINDS`], each kind once at most, none with 0 questions.
    pub draws: Vec<Draw>,
    /// Points to pass.
    pub pass: u32,
    pub tries: u32,
    /// Time of one try, minutes.
    pub minutes: u32,
    /// The last day, of Shanghai.
    pub due: LocalDate,
    /// Right answers are shown to whoever has passed or has no try left.
    pub reveal: bool,
}

impl Rule {
    /// The first instant at which it is too late.
    pub fn closes(&self) -> ServerInstant {
        self.due.end()
    }

    /// Questions of a paper.
    pub fn questions(&self) -> u32 {
        self.draws.iter().map(|draw| draw.count).sum()
    }

    /// Points of a paper.
    pub fn points(&self) -> u32 {
        self.draws.iter().map(|draw| draw.count * draw.points).sum()
    }

    /// Points of a right answer to a question of this kind.
    pub fn points_of(&self, kind: Kind) -> u32 {
        self.draws.iter().find(|draw| draw.kind == kind).map_or(0, |draw| draw.points)
    }

    /// The text that is stored.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        let Rule { version, ref draws, pass, tries, minutes, due, reveal } = *self;
        let (draws, due) = (draws.clone(), due.to_string());
        stored::write(StoredV1 { version, draws, pass, tries, minutes, due, reveal })
    }

    /// The error says what is wrong with the stored text.
    pub fn from_stored(text: &str) -> Result<Rule, Unreadable> {
        let StoredV1 { version, draws, pass, tries, minutes, due, reveal } = stored::read(text)?;
        let due = stored::day(due)?;
        Ok(Rule { version, draws, pass, tries, minutes, due, reveal })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredV1 {
    version: u32,
    draws: Vec<Draw>,
    pass: u32,
    tries: u32,
    minutes: u32,
    due: String,
    reveal: bool,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn rule(draws: &[(Kind, u32, u32)]) -> Rule {
        let draws = draws.iter().map(|&(kind, count, points)| Draw { kind, count, points });
        Rule {
            version: 1,
            draws: draws.collect(),
            pass: 6,
            tries: 3,
            minutes: 30,
            due: LocalDate::parse("2020-11-30").expect("a day"),
            reveal: true,
        }
    }

    #[test]
    fn what_was_stored_before_is_read_for_ever() {
        let stored = r#"{"format":"1","version":2,"draws":[{"kind":"one","count":3,"points":2},{"kind":"blank","count":1,"points":4}],"pass":6,"tries":3,"minutes":30,"due":"2020-11-30","reveal":true}"#;
        let read = Rule::from_stored(stored).expect("format 1");
        assert_eq!((read.questions(), read.points(), read.points_of(Kind::Blank)), (4, 10, 4));
        assert_eq!(read.to_stored().expect("JSON"), stored);
        let questions = r#"[{"text":"一","ask":{"ask":"one","options":["甲","乙"],"right":1},"explanation":""},{"text":"二","ask":{"ask":"several","options":["甲","乙","丙"],"right":[0,2]},"explanation":"因为"},{"text":"三","ask":{"ask":"truth","right":false},"explanation":""},{"text":"四","ask":{"ask":"blank","right":["45","四十五"]},"explanation":""}]"#;
        let read: Vec<Question> = serde_json::from_str(questions).expect("questions");
        assert_eq!(read.iter().map(|one| one.ask.kind()).collect::<Vec<_>>(), KINDS);
        assert_eq!(serde_json::to_string(&read).expect("JSON"), questions);
        for broken in ["", "{}", r#"{"format":"9"}"#, &stored.replace("11-30", "11-31")] {
            assert!(Rule::from_stored(broken).is_err(), "{broken}");
        }
    }
}
