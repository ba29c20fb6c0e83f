//! `live-classroom doctor`: what of this machine and of the settings will be in the way, before a class finds out. Each finding
//! says what to do. Works beside a running server; it changes nothing.

use std::fmt;

use anyhow::bail;
use live_classroom::config::Config;

use super::settings::SettingArgs;

mod machine;
mod services;

/// The verdict of one check of the machine or of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    /// A class runs, but something in it will be worse or missing.
    Warning,
    /// The server does not start, or cannot hold a class.
    Wrong,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Good => "good",
            Verdict::Warning => "warning",
            Verdict::Wrong => "wrong",
        })
    }
}

/// One line of the report.
struct Finding {
    verdict: Verdict,
    /// What was looked at.
    what: &'static str,
    /// What was found, and what to do.
    said: String,
}

impl Finding {
    fn good(what: &'static str, said: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Good, what, said: said.into() }
    }

    fn warning(what: &'static str, said: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Warning, what, said: said.into() }
    }

    fn wrong(what: &'static str, said: impl Into<String>) -> Finding {
        Finding { verdict: Verdict::Wrong, what, said: said.into() }
    }
}

/// Carries out the command. Fails if something is wrong, so that a script can ask.
pub(super) async fn run(settings: SettingArgs) -> anyhow::Result<()> {
    let config = settings.read()?;
    let mut findings = findings(&config);
    findings.insert(2, services::database(&config).await);
    for Finding { verdict, what, said } in &findings {
        super::print(&format!("{verdict:<8} {what:<12} {said}\n"))?;
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    match (count(Verdict::Wrong), count(Verdict::Warning)) {
        (0, 0) => super::print("\nReady for classes.\n"),
        (0, 1) => super::print("\nReady for classes, with a warning.\n"),
        (0, warnings) => super::print(&format!("\nReady for classes, with {warnings} warnings.\n")),
        (wrong, _) => bail!("{wrong} of {} checks found something wrong", findings.len()),
    }
}

/// The findings about machine and settings; the database's, which may keep one waiting, is added by [`run`].
fn findings(config: &Config) -> Vec<Finding> {
    vec![
        machine::space(config),
        machine::syncing(config),
        machine::clock(),
        machine::open_files(config),
        machine::udp_buffers(),
        services::ports(config),
        services::certificate(config),
        services::ffmpeg(),
        services::fonts(config),
    ]
}
