//! Papers: which questions somebody gets in which order, what an answer must be, and what all of them are worth.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::{Ask, KINDS, Kind, Question, Rule};
use crate::text::plain::{half_width, text as plain_text};
use crate::text::visible_line;

/// Characters of what is written into a blank.
const WORDS_CHARS_MAX: usize = 200;

/// A question of the bank, as far as drawing has to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Banked {
    pub id: u64,
    pub kind: Kind,
    /// How many options it has.
    pub options: usize,
}

impl Banked {
    pub fn of(id: u64, question: &Question) -> Banked {
        Banked { id, kind: question.ask.kind(), options: question.ask.options().len() }
    }
}

/// A question in somebody's paper.
/// As it is stored: its fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Number in the bank.
    pub question: u64,
    /// The places of the bank's options in the order in which they are shown.
    pub options: Vec<u8>,
}

/// The bank has fewer questions of a kind than a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bank has {has} questions of this kind, and a paper {needs}")]
pub struct BankSmall {
    pub kind: Kind,
    pub has: u32,
    pub needs: u32,
}

/// Draws a paper. The same bank, in rising order of its numbers, and the same seed give the same paper. Frozen.
pub fn draw(rule: &Rule, bank: &[Banked], seed: &[u8]) -> Result<Vec<Drawn>, BankSmall> {
    let mut chance = Chance { seed, next: 0 };
    let mut paper = Vec::new();
    for kind in KINDS {
        let Some(draw) = rule.draws.iter().find(|draw| draw.kind == kind) else { continue };
        let mut of_kind: Vec<&Banked> = bank.iter().filter(|one| one.kind == kind).collect();
        let has = u32::try_from(of_kind.len()).unwrap_or(u32::MAX);
        if has < draw.count {
            return Err(BankSmall { kind, has, needs: draw.count });
        }
        chance.shuffle(&mut of_kind);
        for one in of_kind.into_iter().take(usize::try_from(draw.count).unwrap_or(usize::MAX)) {
            let mut options: Vec<u8> = (0..u8::try_from(one.options).unwrap_or(u8::MAX)).collect();
            chance.shuffle(&mut options);
            paper.push(Drawn { question: one.id, options });
        }
    }
    Ok(paper)
}

/// Numbers that a seed gives, one after the other.
struct Chance<'a> {
    seed: &'a [u8],
    next: u64,
}

impl Chance<'_> {
    fn number(&mut self) -> u64 {
        let block = digest(&SHA256, &[b"quiz paper 1", self.seed, &self.next.to_be_bytes()].concat());
        self.next += 1;
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&block.as_ref()[..8]);
        u64::from_be_bytes(bytes)
    }

    /// Shuffles a list. The remainder makes no place likelier than another by more than 1 part in 10^15 (2^64
    /// numbers, at most 2,000 questions).
    fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.number() % (last as u64 + 1);
            list.swap(last, usize::try_from(other).unwrap_or(last));
        }
    }
}

/// What somebody answered to one question.
/// As it is stored: its words are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    Nothing,
    /// Places of options as they were shown, from 0, in rising order.
    Chosen {
        options: Vec<u8>,
    },
    Truth {
        value: bool,
    },
    Words {
        text: String,
    },
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("this is no answer to this question")]
    Other,
    #[error("the answer is too long")]
    TooLong,
}

/// Checks an answer; returns the form to keep.
pub fn take(ask: &Ask, answer: &Answer) -> Result<Answer, NotTaken> {
    match (ask, answer) {
        (_, Answer::Nothing) => Ok(Answer::Nothing),
        (Ask::One { options, .. } | Ask::Several { options, .. }, Answer::Chosen { options: chosen }) => {
            let is_known = chosen.iter().all(|place| usize::from(*place) < options.len());
            let is_rising = chosen.windows(2).all(|two| two[0] < two[1]);
            if !is_known || !is_rising || (matches!(ask, Ask::One { .. }) && chosen.len() > 1) {
                return Err(NotTaken::Other);
            }
            Ok(if chosen.is_empty() { Answer::Nothing } else { answer.clone() })
        }
        (Ask::Truth { .. }, Answer::Truth { .. }) => Ok(answer.clone()),
        (Ask::Blank { .. }, Answer::Words { text }) => {
            let text = visible_line(text);
            if text.chars().count() > WORDS_CHARS_MAX {
                return Err(NotTaken::TooLong);
            }
            Ok(if text.is_empty() { Answer::Nothing } else { Answer::Words { text } })
        }
        _ => Err(NotTaken::Other),
    }
}

/// Whether an answer is right. With several right options all of them must be chosen and no other.
pub fn is_right(ask: &Ask, drawn: &Drawn, answer: &Answer) -> bool {
    match (ask, answer) {
        (Ask::One { right, .. }, Answer::Chosen { options }) => banked(drawn, options) == [*right],
        (Ask::Several { right, .. }, Answer::Chosen { options }) => banked(drawn, options) == *right,
        (Ask::Truth { right }, Answer::Truth { value }) => right == value,
        (Ask::Blank { right }, Answer::Words { text }) => {
            let written = folded(text);
            right.iter().any(|spelling| folded(spelling) == written)
        }
        _ => false,
    }
}

/// The bank's places of the chosen options, in rising order; `shown`: their places as shown.
fn banked(drawn: &Drawn, shown: &[u8]) -> Vec<u8> {
    let of = |place: &u8| drawn.options.get(usize::from(*place)).copied();
    let mut places: Vec<u8> = shown.iter().filter_map(of).collect();
    places.sort_unstable();
    places
}

/// The places of right options as they are shown, in rising order.
pub fn right_options(ask: &Ask, drawn: &Drawn) -> Vec<u8> {
    let is_right = |place: &u8| match ask {
        Ask::One { right, .. } => right == place,
        Ask::Several { right, .. } => right.contains(place),
        Ask::Truth { .. } | Ask::Blank { .. } => false,
    };
    (0u8..).zip(&drawn.options).filter(|(_, place)| is_right(place)).map(|(shown, _)| shown).collect()
}

/// The text of a blank in its form for comparison: composed, half-width, in small letters, with single blanks
/// inside and none at the ends.
fn folded(text: &str) -> String {
    let narrow = half_width(&plain_text(text)).to_lowercase();
    narrow.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a paper came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub points: u32,
    /// Points of the whole paper.
    pub of: u32,
    pub passed: bool,
    /// Whether each answer is right, in the order of the paper.
    pub right: Vec<bool>,
}

/// Marks a paper. The same paper and answers give the same mark.
pub fn mark<'a>(rule: &Rule, answered: impl IntoIterator<Item = (&'a Ask, &'a Drawn, &'a Answer)>) -> Mark {
    let (mut points, mut right) = (0, Vec::new());
    for (ask, drawn, answer) in answered {
        let is_right = is_right(ask, drawn, answer);
        points += if is_right { rule.points_of(ask.kind()) } else { 0 };
        right.push(is_right);
    }
    Mark { points, of: rule.points(), passed: points >= rule.pass, right }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::tests::rule;
    use super::*;

    fn bank(of_each: u64) -> Vec<Banked> {
        let of =
            |id: u64| Banked { id, kind: KINDS[(id % 4) as usize], options: if id % 4 < 2 { 4 } else { 0 } };
        (1..=of_each * 4).map(of).collect()
    }

    fn chosen(options: &[u8]) -> Answer {
        Answer::Chosen { options: options.to_vec() }
    }

    fn words(text: &str) -> Answer {
        Answer::Words { text: text.into() }
    }

    fn four() -> Vec<String> {
        ["甲", "乙", "丙", "丁"].map(String::from).to_vec()
    }

    fn plain() -> Drawn {
        Drawn { question: 1, options: vec![2, 0, 3, 1] }
    }

    /// Papers that were drawn before can be drawn again: these never change.
    #[test]
    fn a_seed_gives_the_same_paper_for_ever() {
        let rule = rule(&[(Kind::One, 2, 2), (Kind::Truth, 1, 1)]);
        let paper = draw(&rule, &bank(5), &[7; 16]).expect("enough questions");
        let stored = serde_json::to_string(&paper).expect("JSON");
        assert_eq!(
            stored,
            r#"[{"question":20,"options":[2,3,1,0]},{"question":8,"options":[0,1,2,3]},{"question":14,"options":[]}]"#
        );
        assert_ne!(draw(&rule, &bank(5), &[8; 16]).expect("enough questions"), paper);
    }

    #[test]
    fn a_bank_that_is_too_small_is_told() {
        let few = draw(&rule(&[(Kind::Several, 6, 1)]), &bank(5), &[0; 16]);
        assert_eq!(few, Err(BankSmall { kind: Kind::Several, has: 5, needs: 6 }));
    }

    #[test]
    fn what_is_right_is_right_in_any_order_and_width() {
        let drawn = plain();
        let one = Ask::One { options: four(), right: 0 };
        assert!(is_right(&one, &drawn, &chosen(&[1])) && !is_right(&one, &drawn, &chosen(&[0])));
        let several = Ask::Several { options: four(), right: vec![1, 2] };
        assert_eq!(right_options(&several, &drawn), [0, 3]);
        for (answer, right) in [(&[0, 3][..], true), (&[0], false), (&[0, 1, 3], false), (&[], false)] {
            assert_eq!(is_right(&several, &drawn, &chosen(answer)), right, "{answer:?}");
        }
        let truth = Ask::Truth { right: false };
        assert!(is_right(&truth, &drawn, &Answer::Truth { value: false }));
        assert!(!is_right(&truth, &drawn, &Answer::Nothing));
        let blank = Ask::Blank { right: vec!["Moodle 平台".into(), "45".into()] };
        for (written, right) in [
            ("４５", true),
            (" 45\u{200b} ", true),
            ("ｍｏｏｄｌｅ\u{3000} 平台", true),
            ("moodle平台", false),
            ("4 5", false),
            ("45.0", false),
            ("", false),
        ] {
            assert_eq!(is_right(&blank, &drawn, &words(written)), right, "{written}");
        }
        // é, composed or not.
        let composed = Ask::Blank { right: vec!["caf\u{e9}".into()] };
        assert!(is_right(&composed, &drawn, &words("cafe\u{301}")));
    }

    #[test]
    fn answers_fit_their_question_or_are_refused() {
        let one = Ask::One { options: four(), right: 0 };
        let several = Ask::Several { options: four(), right: vec![1, 2] };
        let blank = Ask::Blank { right: vec!["45".into()] };
        assert_eq!(take(&several, &chosen(&[0, 3])), Ok(chosen(&[0, 3])));
        assert_eq!(take(&several, &chosen(&[])), Ok(Answer::Nothing));
        assert_eq!(take(&blank, &words(" 45\u{202e}")), Ok(words("45")));
        assert_eq!(take(&blank, &words("")), Ok(Answer::Nothing));
        assert_eq!(take(&blank, &words(&"长".repeat(201))), Err(NotTaken::TooLong));
        for (ask, answer) in [
            (&one, chosen(&[0, 1])),
            (&one, chosen(&[4])),
            (&several, chosen(&[1, 1])),
            (&several, chosen(&[1, 0])),
            (&one, Answer::Truth { value: true }),
            (&blank, chosen(&[0])),
            (&Ask::Truth { right: true }, words("对")),
        ] {
            assert_eq!(take(ask, &answer), Err(NotTaken::Other), "{ask:?} {answer:?}");
        }
    }

    proptest! {
        #[test]
        fn a_paper_has_what_its_rule_says_and_nothing_twice(
            seed in prop::array::uniform16(any::<u8>()), counts in prop::array::uniform4(0u32..8),
        ) {
            let draws: Vec<_> = KINDS.into_iter().zip(counts).map(|(kind, count)| (kind, count, 1)).collect();
            let (rule, bank) = (rule(&draws), bank(8));
            let paper = draw(&rule, &bank, &seed).expect("enough questions");
            let kind_of = |drawn: &Drawn| bank.iter().find(|one| one.id == drawn.question).expect("of the bank").kind;
            for (kind, count) in KINDS.into_iter().zip(counts) {
                prop_assert_eq!(paper.iter().filter(|one| kind_of(one) == kind).count(), count as usize);
            }
            prop_assert!(paper.windows(2).all(|two| kind_of(&two[0]) <= kind_of(&two[1])));
            prop_assert_eq!(paper.iter().map(|one| one.question).collect::<BTreeSet<_>>().len(), paper.len());
            for drawn in &paper {
                let mut options = drawn.options.clone();
                options.sort_unstable();
                prop_assert!(options.is_empty() || options == [0, 1, 2, 3]);
            }
        }

        /// Whatever the order of the options, exactly the right ones are right.
        #[test]
        fn shuffled_options_are_marked_as_they_were_meant(
            seed in any::<[u8; 16]>(), right in prop::collection::btree_set(0u8..4, 2..4),
            picked in prop::collection::btree_set(0u8..4, 0..5),
        ) {
            let rule = rule(&[(Kind::Several, 1, 5)]);
            let paper = draw(&rule, &[Banked { id: 1, kind: Kind::Several, options: 4 }], &seed).expect("one");
            let ask = Ask::Several { options: four(), right: right.iter().copied().collect() };
            let picked: Vec<u8> = picked.into_iter().collect();
            let meant: BTreeSet<u8> = picked.iter().map(|place| paper[0].options[usize::from(*place)]).collect();
            let mark = mark(&rule, [(&ask, &paper[0], &chosen(&picked))]);
            prop_assert_eq!(mark.points, if meant == right { 5 } else { 0 });
            prop_assert_eq!(right_options(&ask, &paper[0]).len(), right.len());
            let shown = chosen(&right_options(&ask, &paper[0]));
            prop_assert!(is_right(&ask, &paper[0], &shown));
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,30}") {
            prop_assert_eq!(folded(&folded(&text)), folded(&text));
        }
    }
}
