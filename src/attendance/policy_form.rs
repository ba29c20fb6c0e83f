//! A policy as a form shows it and sends it back: the same figures, each by its key.

use toml::{Table, Value};

use super::policy::{
    DAILY_CAP_CH_MAX, LIMITS, MakeUp, PERIODS, Policy, PolicyError, STEPS, Share, VERSION_BYTES_MAX,
};
use crate::protocol::{PolicyFigures, PolicyLimit, PolicyLimits};

/// What each figure may be.
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

/// The file that holds these figures, whatever they are.
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

/// The policy of these figures, or everything that is wrong with them.
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
