//! A policy in the form of a page: the same figures, each by its key.

use toml::{Table, Value};

use super::policy::{
    DAILY_CAP_CH_MAX, LIMITS, MakeUp, PERIODS, Policy, PolicyError, STEPS, Share, VERSION_BYTES_MAX,
};

/// The rules of a lesson, shown to trainees before they enter (CR-22).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursRules {
    /// Credit of the whole lesson, ch.
    pub credit_ch: u64,
    pub planned_start_ms: u64,
    pub planned_end_ms: u64,
    /// Counted time from which on all credit is given, seconds.
    pub full_from_s: u64,
    /// Counted time below which there is no credit, seconds.
    pub least_s: u64,
    /// Length of an attention block, seconds; each block asks once.
    pub block_s: u64,
    /// Time to answer a check, seconds.
    pub answer_s: u64,
    /// Longest absence that counts through, seconds.
    pub gap_s: u64,
    pub policy_version: String,
}

/// The bounds of the figures of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLimits {
    /// Limits of the figures in seconds, without `period` and `inc`.
    pub seconds: Vec<PolicyLimit>,
    /// The possible values of `period`.
    pub periods: Vec<u64>,
    /// The divisors of the period that make `inc`.
    pub steps: Vec<u64>,
    /// Highest `daily_async_cap`, ch.
    pub daily_async_cap_ch: u64,
    /// Longest version, in bytes of UTF-8.
    pub version_bytes: u32,
}

/// Least and most of one figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLimit {
    pub key: String,
    pub least: u64,
    pub most: u64,
}

/// The figures of a policy, by its keys. Seconds, unless said otherwise; signed, so that every wrong one can
/// be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFigures {
    /// Name of this set of figures in every result.
    pub version: String,
    /// Length of one 学时.
    pub period: i64,
    /// Length of a step of credit.
    pub inc: i64,
    /// Longest gap that counts through.
    pub gap: i64,
    /// Age from which evidence proves nothing.
    pub hb_timeout: i64,
    /// Length of an attention block.
    pub block: i64,
    /// Time to answer a check.
    pub answer: i64,
    /// Time that may be missing.
    pub tol: i64,
    /// Share below which there is no credit.
    pub min_share: Share,
    /// How long teaching counts after the planned end.
    pub overrun_max: i64,
    /// Whether watching the recording makes up for missed time.
    pub makeup: bool,
    /// Most credit from asynchronous lessons in one local day, ch; `None` = no bound.
    pub daily_async_cap: Option<i64>,
    /// Time after which a person is marked as late or as gone early.
    pub late: i64,
    pub early: i64,
}

/// The limits of each figure.
pub fn limits() -> PolicyLimits {
    let limit = |(key, least, most): (&str, u64, u64)| PolicyLimit { key: key.to_owned(), least, most };
    PolicyLimits {
        seconds: LIMITS.map(limit).into(),
        periods: PERIODS.into(),
        steps: STEPS.into(),
        daily_async_cap_ch: DAILY_CAP_CH_MAX,
        version_bytes: u32::try_from(VERSION_BYTES_MAX).unwrap_or(u32::MAX),
    }
}

/// The figures of a policy.
pub fn figures(policy: &Policy) -> PolicyFigures {
    let signed = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    PolicyFigures {
        version: policy.version.clone(),
        period: signed(policy.period),
        inc: signed(policy.inc),
        gap: signed(policy.gap),
        hb_timeout: signed(policy.hb_timeout),
        block: signed(policy.block),
        answer: signed(policy.answer),
        tol: signed(policy.tol),
        min_share: policy.min_share,
        overrun_max: signed(policy.overrun_max),
        makeup: policy.makeup == MakeUp::Union,
        daily_async_cap: policy.daily_async_cap.map(signed),
        late: signed(policy.late),
        early: signed(policy.early),
    }
}

/// The policy file with these figures, right or wrong.
pub fn to_toml(figures: &PolicyFigures) -> String {
    table(figures).to_string()
}

/// The keys and values of that file.
pub fn table(figures: &PolicyFigures) -> Table {
    let Share { part, whole } = figures.min_share;
    let makeup = if figures.makeup { "union" } else { "none" };
    let cap = figures.daily_async_cap.map_or_else(|| Value::from("none"), Value::from);
    Table::from_iter([
        ("version".to_owned(), Value::from(figures.version.trim())),
        ("period".to_owned(), figures.period.into()),
        ("inc".to_owned(), figures.inc.into()),
        ("gap".to_owned(), figures.gap.into()),
        ("hb_timeout".to_owned(), figures.hb_timeout.into()),
        ("block".to_owned(), figures.block.into()),
        ("answer".to_owned(), figures.answer.into()),
        ("tol".to_owned(), figures.tol.into()),
        ("min_share".to_owned(), Value::from(format!("{part}/{whole}"))),
        ("overrun_max".to_owned(), figures.overrun_max.into()),
        ("makeup".to_owned(), makeup.into()),
        ("daily_async_cap".to_owned(), cap),
        ("late".to_owned(), figures.late.into()),
        ("early".to_owned(), figures.early.into()),
    ])
}

/// The policy with these figures, or all mistakes in them.
pub fn policy(figures: &PolicyFigures) -> Result<Policy, Vec<PolicyError>> {
    Policy::read(&to_toml(figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_come_back_the_same() {
        let strange = Policy {
            version: "2026 \"新\"\n".into(),
            daily_async_cap: None,
            makeup: MakeUp::None,
            min_share: Share { part: 2, whole: 3 },
            tol: 0,
            ..Policy::default()
        };
        let plain = Policy { version: "2026 \"新\"".into(), ..strange.clone() };
        for (given, expected) in [(Policy::default(), Policy::default()), (strange, plain)] {
            assert_eq!(policy(&figures(&given)), Ok(expected));
        }
    }

    #[test]
    fn each_figure_outside_of_its_limits_is_named() {
        let usual = figures(&Policy::default());
        let wrong = PolicyFigures {
            version: " ".into(),
            gap: -1,
            block: 599,
            min_share: Share { part: 3, whole: 2 },
            daily_async_cap: Some(10_001),
            ..usual
        };
        let keys = policy(&wrong).expect_err("much is wrong").into_iter().map(|error| match error {
            PolicyError::Key { key, .. } => key,
            PolicyError::NotToml(why) => why,
        });
        assert_eq!(keys.collect::<Vec<_>>(), ["version", "gap", "block", "min_share", "daily_async_cap"]);
    }

    #[test]
    fn what_a_form_is_told_is_what_is_checked() {
        let limits = limits();
        for PolicyLimit { key, least, most } in limits.seconds {
            for (seconds, fits) in [(least, true), (most, true), (most + 1, false)] {
                let read = Policy::read(&format!("{key} = {seconds}"));
                assert_eq!(read.is_ok(), fits, "{key} = {seconds}");
            }
        }
    }
}
