//! The policy of a programme: every figure of the credit rules, as data with a version. Two results
//! compare only when their policy versions are equal; another version makes another result.

use std::fmt;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::event::Plan;
use super::policy_form::HoursRules;

/// A fraction from 0 to 1. Stored: the fields are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Share {
    pub part: u64,
    pub whole: u64,
}

/// The figures of the rules. Seconds are whole, credit is ch (100 ch = 1 学时).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Policy {
    /// Name of this set of figures in every result.
    pub version: String,
    /// Length of one 学时, seconds.
    pub period: u64,
    /// Length of the step in which credit below the whole is given, seconds.
    pub inc: u64,
    /// Longest gap in presence or in the instructor's media that counts through, seconds.
    pub gap: u64,
    /// Age from which evidence proves nothing, seconds (used where evidence is taken, not here).
    pub hb_timeout: u64,
    /// Length of an attention block, seconds.
    pub block: u64,
    /// Time to answer a check, seconds.
    pub answer: u64,
    /// Teaching time that may be missing from a lesson, seconds; never more than a tenth of the lesson.
    pub tol: u64,
    /// Share of the lesson below which there is no credit.
    pub min_share: Share,
    /// The time for which teaching counts after the planned end, seconds.
    pub overrun_max: u64,
    /// Whether watching the recording makes up for missed time.
    pub makeup: MakeUp,
    /// Most credit from asynchronous lessons in one local day, ch; `None` = no bound.
    pub daily_async_cap: Option<u64>,
    /// Time after which a person is marked as late or as gone early, seconds. Only a label; no credit depends
    /// on it.
    pub late: u64,
    pub early: u64,
}

impl Share {
    /// Whether `amount` is less than this share of `all`.
    pub fn is_missed(self, amount: u64, all: u64) -> bool {
        u128::from(amount) * u128::from(self.whole) < u128::from(all) * u128::from(self.part)
    }
}

/// Whether watching the recording makes up for missed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MakeUp {
    None,
    Union,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            version: "CR-1".into(),
            period: 2700,
            inc: 270,
            gap: 60,
            hb_timeout: 15,
            block: 900,
            answer: 90,
            tol: TOL_MAX,
            min_share: Share { part: 1, whole: 2 },
            overrun_max: 1800,
            makeup: MakeUp::Union,
            daily_async_cap: Some(800),
            late: 300,
            early: 300,
        }
    }
}

/// Highest tolerance, seconds; a tenth of the needed time bounds it, too.
const TOL_MAX: u64 = 300;

/// The possible lengths of a 学时, in seconds.
pub const PERIODS: [u64; 3] = [2700, 3000, 3600];
/// The divisors of the period that make a step of credit.
pub const STEPS: [u64; 4] = [10, 5, 2, 1];
/// Highest `overrun_max`, seconds.
pub const OVERRUN_SECONDS_MAX: u64 = 3600;
/// The figures in seconds: key, least, most.
pub const LIMITS: [(&str, u64, u64); 8] = [
    ("gap", 0, 120),
    ("hb_timeout", 5, 30),
    ("block", 600, 1500),
    ("answer", 30, 180),
    ("tol", 0, TOL_MAX),
    ("overrun_max", 0, OVERRUN_SECONDS_MAX),
    ("late", 0, 86_400),
    ("early", 0, 86_400),
];
/// Highest `daily_async_cap`: 100 学时.
pub const DAILY_CAP_CH_MAX: u64 = 10_000;
/// Longest name of a policy, bytes.
pub const VERSION_BYTES_MAX: usize = 64;

/// The fault of a policy: the key, and the condition that its value must meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("not TOML: {0}")]
    NotToml(String),
    #[error("policy key `{key}`: {why}")]
    Key { key: String, why: String },
}

fn wrong(key: &str, why: impl fmt::Display) -> PolicyError {
    PolicyError::Key { key: key.into(), why: why.to_string() }
}

impl Policy {
    /// Reads a policy; absent keys have their defaults, `inc` that of the period. The error is the first
    /// mistake.
    pub fn from_toml(text: &str) -> Result<Policy, PolicyError> {
        Policy::read(text).map_err(|mut wrong| wrong.swap_remove(0))
    }

    /// Reads a policy; the error lists all mistakes and is never empty.
    pub fn read(text: &str) -> Result<Policy, Vec<PolicyError>> {
        let table = text.parse::<Table>();
        Policy::from_table(table.map_err(|error| vec![PolicyError::NotToml(error.message().into())])?)
    }

    /// Makes a policy of keys and values; the error lists all mistakes.
    pub fn from_table(table: Table) -> Result<Policy, Vec<PolicyError>> {
        let mut keys = Keys { table, wrong: Vec::new() };
        let usual = Policy::default();
        let period = keys.one_of("period", usual.period, &PERIODS);
        let policy = Policy {
            version: keys.version(usual.version),
            period,
            inc: keys.one_of("inc", period / 10, &STEPS.map(|steps| period / steps)),
            gap: keys.within("gap", usual.gap),
            hb_timeout: keys.within("hb_timeout", usual.hb_timeout),
            block: keys.within("block", usual.block),
            answer: keys.within("answer", usual.answer),
            tol: keys.within("tol", usual.tol),
            min_share: keys.share("min_share", usual.min_share),
            overrun_max: keys.within("overrun_max", usual.overrun_max),
            makeup: keys.make_up("makeup", usual.makeup),
            daily_async_cap: keys.cap("daily_async_cap", usual.daily_async_cap),
            late: keys.within("late", usual.late),
            early: keys.within("early", usual.early),
        };
        keys.wrong.extend(keys.table.keys().map(|key| wrong(key, "there is no such key")));
        if keys.wrong.is_empty() { Ok(policy) } else { Err(keys.wrong) }
    }

    /// Teaching time for `credit_ch`, seconds.
    pub fn need_seconds(&self, credit_ch: u64) -> u64 {
        self.period / 100 * credit_ch
    }

    /// Part of `need` that may be missing, seconds.
    pub fn tolerance_seconds(&self, need: u64) -> u64 {
        self.tol.min(need / 10)
    }

    /// The rules of a lesson in the words of the pages (CR-22).
    pub fn rules(&self, plan: &Plan) -> HoursRules {
        let need = self.need_seconds(plan.credit_ch);
        HoursRules {
            credit_ch: plan.credit_ch,
            planned_start_ms: plan.planned_start.ms(),
            planned_end_ms: plan.planned_end.ms(),
            full_from_s: need - self.tolerance_seconds(need),
            least_s: (need * self.min_share.part).div_ceil(self.min_share.whole),
            block_s: self.block,
            answer_s: self.answer,
            gap_s: self.gap,
            policy_version: self.version.clone(),
        }
    }

    /// Credit of the whole steps in `seconds`, ch.
    pub fn steps_ch(&self, seconds: u64) -> u64 {
        seconds / self.inc * (self.inc * 100 / self.period)
    }
}

/// The keys of a file that are not read yet, and the mistakes in the others.
struct Keys {
    table: Table,
    wrong: Vec<PolicyError>,
}

impl Keys {
    /// Takes the value of a key through `read`; the usual value if it is absent or wrong.
    fn take<T>(&mut self, key: &str, usual: T, read: impl FnOnce(Value) -> Result<T, String>) -> T {
        match self.table.remove(key).map(read) {
            None => usual,
            Some(Ok(value)) => value,
            Some(Err(why)) => {
                self.wrong.push(wrong(key, why));
                usual
            }
        }
    }

    fn within(&mut self, key: &str, usual: u64) -> u64 {
        let limit = LIMITS.iter().find(|(limited, ..)| *limited == key);
        let &(_, min, max) = limit.expect("every figure in seconds has limits");
        self.take(key, usual, |value| match seconds(&value)? {
            number if (min..=max).contains(&number) => Ok(number),
            number => Err(format!("{number} is not in {min} to {max} seconds")),
        })
    }

    fn one_of(&mut self, key: &str, usual: u64, allowed: &[u64]) -> u64 {
        self.take(key, usual, |value| match seconds(&value)? {
            number if allowed.contains(&number) => Ok(number),
            number => Err(format!("{number} is none of {allowed:?} seconds")),
        })
    }

    /// Takes the version as text; a number becomes its digits.
    fn version(&mut self, usual: String) -> String {
        self.take("version", usual, |value| {
            let version = match value {
                Value::String(text) => text,
                Value::Integer(number) => number.to_string(),
                other => return Err(format!("{other} is not a text")),
            };
            let fits = (1..=VERSION_BYTES_MAX).contains(&version.len());
            if fits { Ok(version) } else { Err(format!("1 to {VERSION_BYTES_MAX} bytes of text")) }
        })
    }

    /// Takes a share as "1/2", 0.5, 0 or 1; decimals are rounded to the millionth, so that no float decides.
    fn share(&mut self, key: &str, usual: Share) -> Share {
        const MILLION: u64 = 1_000_000;
        self.take(key, usual, |value| {
            let share = match value {
                Value::Integer(number) => u64::try_from(number).ok().map(|part| Share { part, whole: 1 }),
                Value::Float(number) if (0.0..=1.0).contains(&number) => {
                    Some(Share { part: (number * MILLION as f64).round() as u64, whole: MILLION })
                }
                Value::String(text) => text.split_once('/').and_then(|(part, whole)| {
                    Some(Share { part: part.trim().parse().ok()?, whole: whole.trim().parse().ok()? })
                }),
                _ => None,
            };
            share
                .filter(|share| share.whole > 0 && share.part <= share.whole)
                .ok_or_else(|| "a share from 0 to 1 is needed, like \"1/2\" or 0.5".to_owned())
        })
    }

    fn make_up(&mut self, key: &str, usual: MakeUp) -> MakeUp {
        self.take(key, usual, |value| match value.as_str() {
            Some("none") => Ok(MakeUp::None),
            Some("union") => Ok(MakeUp::Union),
            _ => Err(format!("{value} is neither \"none\" nor \"union\"")),
        })
    }

    fn cap(&mut self, key: &str, usual: Option<u64>) -> Option<u64> {
        self.take(key, usual, |value| match value {
            Value::String(text) if text == "none" => Ok(None),
            Value::Integer(ch) if u64::try_from(ch).is_ok_and(|ch| ch <= DAILY_CAP_CH_MAX) => {
                Ok(Some(ch.unsigned_abs()))
            }
            other => Err(format!("{other} is neither 0 to {DAILY_CAP_CH_MAX} ch nor \"none\"")),
        })
    }
}

fn seconds(value: &Value) -> Result<u64, String> {
    match value {
        Value::Integer(number) => u64::try_from(*number).map_err(|_| format!("{number} is negative")),
        other => Err(format!("{other} is not a whole number of seconds")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_means_the_defaults() {
        assert_eq!(Policy::from_toml("# nothing\n"), Ok(Policy::default()));
    }

    #[test]
    fn every_key_is_read() {
        let text = r#"
            version = "hard"
            period = 3600
            inc = 1800
            gap = 0
            hb_timeout = 5
            block = 600
            answer = 30
            tol = 0
            min_share = 1
            overrun_max = 0
            makeup = "none"
            daily_async_cap = "none"
            late = 0
            early = 60
        "#;
        let expected = Policy {
            version: "hard".into(),
            period: 3600,
            inc: 1800,
            gap: 0,
            hb_timeout: 5,
            block: 600,
            answer: 30,
            tol: 0,
            min_share: Share { part: 1, whole: 1 },
            overrun_max: 0,
            makeup: MakeUp::None,
            daily_async_cap: None,
            late: 0,
            early: 60,
        };
        assert_eq!(Policy::from_toml(text), Ok(expected));
        let share = |text: &str| Policy::from_toml(text).expect("a policy").min_share;
        assert!(
            !share("min_share = 0.75").is_missed(75, 100) && share("min_share = 0.75").is_missed(74, 100)
        );
        assert!(!share("min_share = \"1/3\"").is_missed(1, 3));
        assert_eq!(Policy::from_toml("version = 7").expect("a policy").version, "7");
    }

    #[test]
    fn the_step_follows_the_period() {
        assert_eq!(Policy::from_toml("period = 3000").expect("a policy").inc, 300);
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let cases = [
            ("period = 2400", "period"),
            ("inc = 100", "inc"),
            ("gap = 121", "gap"),
            ("gap = -1", "gap"),
            ("gap = \"60\"", "gap"),
            ("gap = 60.0", "gap"),
            ("hb_timeout = 31", "hb_timeout"),
            ("block = 599", "block"),
            ("answer = 181", "answer"),
            ("tol = 301", "tol"),
            ("min_share = 1.5", "min_share"),
            ("min_share = nan", "min_share"),
            ("min_share = \"1/0\"", "min_share"),
            ("min_share = \"3/2\"", "min_share"),
            ("overrun_max = 3601", "overrun_max"),
            ("makeup = \"sum\"", "makeup"),
            ("makeup = true", "makeup"),
            ("daily_async_cap = -1", "daily_async_cap"),
            ("version = \"\"", "version"),
            ("blok = 900", "blok"),
        ];
        for (text, key) in cases {
            match Policy::from_toml(text) {
                Err(PolicyError::Key { key: named, .. }) => assert_eq!(named, key, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert!(matches!(Policy::from_toml("gap = = 1"), Err(PolicyError::NotToml(_))));
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let wrong = Policy::read("gap = 121\nblok = 900\nmin_share = 2\ntol = 0\nperiod = 1\ninc = 270");
        let keys = wrong.expect_err("much is wrong").into_iter().map(|error| match error {
            PolicyError::Key { key, .. } => key,
            PolicyError::NotToml(why) => why,
        });
        assert_eq!(keys.collect::<Vec<_>>(), ["period", "gap", "min_share", "blok"]);
    }
}
