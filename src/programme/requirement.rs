//! The requirements for completing a phase, as data with a version. Each change makes the next version;
//! decisions by an earlier version stay.

use serde::{Deserialize, Serialize};

use super::phase::{Phase, Window};
use super::stored::{self, Unreadable};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::{LocalDate, ServerInstant};

/// Highest `least`: half of the longest essay that is kept, characters.
const LEAST_CHARS_MAX: u32 = 10_000;
/// Most days from the end of the study to the due day of an essay.
const DUE_DAYS_AFTER_MAX: i64 = 90;

/// The kind of essay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EssayKind {
    /// 学习心得.
    Reflection,
    /// 教学研究文章.
    Article,
    /// One of the two.
    Either,
}

/// The essay of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EssayRule {
    pub kind: EssayKind,
    /// Least characters, counted by E-1; at least 1.
    pub least: u32,
    /// The last day to hand in, in Shanghai.
    pub due: LocalDate,
}

impl EssayRule {
    /// The first instant at which an essay is too late.
    pub fn closes(&self) -> ServerInstant {
        self.due.end()
    }

    /// The rule in the form of a page.
    pub fn filled_in(&self) -> AskedEssay {
        AskedEssay { kind: self.kind, least: self.least, due: self.due.to_string() }
    }
}

/// The essay of a phase as filled in, unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedEssay {
    pub kind: EssayKind,
    pub least: u32,
    pub due: String,
}

/// The requirements of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirements {
    /// 0 = nobody has set any; each change makes the next.
    pub version: u32,
    /// Recognised hours, ch.
    pub hours_ch: u64,
    /// `None` = no essay.
    pub essay: Option<EssayRule>,
    /// The self-test has to be passed.
    pub quiz: bool,
    /// The survey has to be answered.
    pub survey: bool,
}

/// What is asked for beside the hours, as somebody filled it in, unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskedFor {
    /// None = no essay.
    pub essay: Option<AskedEssay>,
    pub quiz: bool,
    pub survey: bool,
}

/// What a phase has by now: nothing else can be asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Has {
    /// The rule of a self-test.
    pub quiz: bool,
    pub survey: bool,
}

impl Requirements {
    /// The requirements of a phase for which nobody has set any: its hours.
    pub fn usual(hours_ch: u64) -> Requirements {
        Requirements { version: 0, hours_ch, essay: None, quiz: false, survey: false }
    }

    /// The next version, from a form; the error lists all mistakes by field.
    pub fn next(&self, asked: &AskedFor, has: Has, phase: &Phase) -> Result<Requirements, Vec<Mistake>> {
        let AskedFor { quiz, survey, .. } = *asked;
        let (essay, mut wrong) = match asked.essay.as_ref().map(|asked| essay(asked, phase.study)).transpose()
        {
            Ok(essay) => (essay, Vec::new()),
            Err(wrong) => (None, wrong),
        };
        for (field, is_missing) in [("quiz", quiz && !has.quiz), ("survey", survey && !has.survey)] {
            if is_missing {
                wrong.push(Mistake::field(field, Wrong::Missing));
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Requirements { version: self.version + 1, hours_ch: phase.hours_ch, essay, quiz, survey })
    }

    /// The fields in which the next version asks for more than this one: a person who got a certificate under this
    /// version might not complete under the next.
    pub fn fields_asking_more(&self, next: &Requirements) -> Vec<&'static str> {
        let of_essay = match (self.essay, next.essay) {
            (_, None) => [("kind", false), ("least", false), ("due", false)],
            (None, Some(_)) => [("kind", true), ("least", false), ("due", false)],
            (Some(was), Some(next)) => [
                ("kind", next.kind != was.kind && next.kind != EssayKind::Either),
                ("least", next.least > was.least),
                ("due", next.due < was.due),
            ],
        };
        let others = [("quiz", next.quiz && !self.quiz), ("survey", next.survey && !self.survey)];
        let all = of_essay.into_iter().chain(others);
        all.filter(|(_, asks_more)| *asks_more).map(|(field, _)| field).collect()
    }

    /// The text for the database.
    pub fn to_stored(&self) -> Result<String, serde_json::Error> {
        let essay = self.essay.map(|EssayRule { kind, least, due }| StoredEssay {
            kind,
            least,
            due: due.to_string(),
        });
        let Requirements { version, hours_ch, quiz, survey, .. } = *self;
        stored::write(StoredV1 { version, hours_ch, essay, quiz, survey })
    }

    /// Reads the text of [`Requirements::to_stored`]; the error says what is wrong with it.
    pub fn from_stored(text: &str) -> Result<Requirements, Unreadable> {
        let StoredV1 { version, hours_ch, essay, quiz, survey } = stored::read(text)?;
        let rule = |StoredEssay { kind, least, due }| {
            Ok::<_, Unreadable>(EssayRule { kind, least, due: stored::day(due)? })
        };
        Ok(Requirements { version, hours_ch, essay: essay.map(rule).transpose()?, quiz, survey })
    }
}

/// The form in the database.
#[derive(Serialize, Deserialize)]
struct StoredV1 {
    version: u32,
    hours_ch: u64,
    #[serde(default)]
    essay: Option<StoredEssay>,
    #[serde(default, skip_serializing_if = "is_false")]
    quiz: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    survey: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize, Deserialize)]
struct StoredEssay {
    kind: EssayKind,
    least: u32,
    due: String,
}

fn essay(asked: &AskedEssay, study: Window) -> Result<EssayRule, Vec<Mistake>> {
    let mut wrong = Vec::new();
    if !(1..=LEAST_CHARS_MAX).contains(&asked.least) {
        wrong.push(Mistake::field("least", Wrong::Value));
    }
    let latest = study.last.days_later(DUE_DAYS_AFTER_MAX).unwrap_or(study.last);
    let due = LocalDate::parse(asked.due.trim()).filter(|due| (study.first..=latest).contains(due));
    match due {
        Some(due) if wrong.is_empty() => Ok(EssayRule { kind: asked.kind, least: asked.least, due }),
        Some(_) => Err(wrong),
        None => {
            wrong.push(Mistake::field("due", Wrong::Value));
            Err(wrong)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::phase::{Days, NewPhase};

    fn phase() -> Phase {
        let days = |first: &str, last: &str| Days { first: first.into(), last: last.into() };
        let new = NewPhase {
            number: 1,
            title: "第一期".into(),
            hours_ch: 1_000,
            plan_seats: 10,
            registration: days("2020-11-06", "2020-11-09"),
            study: days("2020-11-17", "2020-11-27"),
            tracks: vec![],
            categories: vec![],
            choose_class: false,
            per_school: None,
        };
        Phase::check("td2020", &new).expect("a phase")
    }

    #[test]
    fn more_is_asked_for_by_what_somebody_with_a_certificate_may_lack() {
        let essay =
            |kind, least, due: &str| EssayRule { kind, least, due: LocalDate::parse(due).expect("a day") };
        let none = Requirements::usual(1_000);
        let of = |essay| Requirements { essay: Some(essay), ..none };
        let usual = of(essay(EssayKind::Either, 1_000, "2020-11-27"));
        let all = Requirements { quiz: true, survey: true, ..usual };
        assert_eq!(none.fields_asking_more(&all), ["kind", "quiz", "survey"]);
        let narrower = of(essay(EssayKind::Article, 1_001, "2020-11-26"));
        assert_eq!(usual.fields_asking_more(&narrower), ["kind", "least", "due"]);
        let later = of(essay(EssayKind::Either, 999, "2020-11-28"));
        for next in [none, usual, later] {
            assert_eq!(all.fields_asking_more(&next), [""; 0]);
            assert_eq!(of(essay(EssayKind::Article, 1_000, "2020-11-27")).fields_asking_more(&next), [""; 0]);
        }
    }

    fn asked(least: u32, due: &str) -> AskedEssay {
        AskedEssay { kind: EssayKind::Either, least, due: due.into() }
    }

    fn with(least: u32, due: &str) -> AskedFor {
        AskedFor { essay: Some(asked(least, due)), ..AskedFor::default() }
    }

    #[test]
    fn a_change_makes_the_next_version_and_is_read_again() {
        let first = Requirements::usual(1_000);
        let next = first.next(&with(1_000, "2020-11-27"), Has::default(), &phase()).expect("it fits");
        assert_eq!((next.version, next.hours_ch), (1, 1_000));
        let essay = next.essay.expect("an essay");
        // 2020-11-27T16:00:00Z.
        assert_eq!(essay.closes(), ServerInstant::of_fact(1_606_492_800_000));
        assert_eq!(essay.filled_in(), asked(1_000, "2020-11-27"));
        let stored = next.to_stored().expect("JSON");
        assert_eq!(Requirements::from_stored(&stored).expect("our own"), next);
        let rest = AskedFor { essay: None, quiz: true, survey: true };
        let missing = next.next(&rest, Has::default(), &phase()).expect_err("neither is set");
        assert_eq!(missing.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["quiz", "survey"]);
        let none = next.next(&rest, Has { quiz: true, survey: true }, &phase()).expect("it fits");
        assert_eq!((none.version, none.essay, none.quiz, none.survey), (2, None, true, true));
        let stored = none.to_stored().expect("JSON");
        assert_eq!(Requirements::from_stored(&stored).expect("our own"), none);
    }

    #[test]
    fn what_was_stored_before_is_read_for_ever() {
        let stored = r#"{"format":"1","version":3,"hours_ch":1000,"essay":{"kind":"reflection","least":1000,"due":"2020-11-27"}}"#;
        let read = Requirements::from_stored(stored).expect("format 1");
        assert_eq!(read.to_stored().expect("JSON"), stored);
        for broken in ["", "{}", r#"{"format":"9"}"#, &stored.replace("11-27", "11-31")] {
            assert!(Requirements::from_stored(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_nobody_can_meet_is_not_asked_for() {
        for (least, due, fields) in [
            (0, "2020-11-27", &["least"][..]),
            (10_001, "2020-11-27", &["least"]),
            (1_000, "2020-11-16", &["due"]),
            (1_000, "2021-02-26", &["due"]),
            (0, "tomorrow", &["least", "due"]),
        ] {
            let wrong = Requirements::usual(1_000)
                .next(&with(least, due), Has::default(), &phase())
                .expect_err("wrong");
            assert_eq!(
                wrong.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(),
                fields,
                "{least} {due}"
            );
        }
        assert!(Requirements::usual(1_000).next(&with(1, "2021-02-25"), Has::default(), &phase()).is_ok());
    }
}
