//! `live-classroom hours`: reads the facts of one lesson and prints what everybody earned. It needs
//! no server and no store, so that an auditor can check ours.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use live_classroom::attendance::event::{Broken, Event, LINE_BYTES_MAX};
use live_classroom::attendance::lesson::{LessonFacts, Unfit, digest_of};
use live_classroom::attendance::policy::Policy;
use live_classroom::attendance::{credit, report};

#[derive(clap::Args)]
pub(super) struct HoursArgs {
    /// The facts of one lesson, one JSON object per line.
    #[arg(long, value_name = "FILE.jsonl")]
    events: PathBuf,
    /// Figures of the rules, where they differ from the defaults.
    #[arg(long, value_name = "FILE.toml")]
    policy: Option<PathBuf>,
    /// Add the instruction window, the blocks and everybody's state in them, the policy and the
    /// digest of the facts.
    #[arg(long)]
    explain: bool,
}

pub(super) fn run(args: &HoursArgs) -> anyhow::Result<()> {
    let policy = match &args.policy {
        Some(file) => read_policy(file).with_context(|| file.display().to_string())?,
        None => Policy::default(),
    };
    let (events, lines) = read_events(&args.events)?;
    let digest = args.explain.then(|| digest_of(&events));
    let facts = LessonFacts::gather(events).map_err(|unfit| match unfit {
        Unfit::NoLesson => anyhow!("{}: {unfit}", args.events.display()),
        Unfit::Contradiction { place, what } => {
            anyhow!("{}, line {}: {what}", args.events.display(), lines[place])
        }
    })?;
    let result = credit::assess(&policy, &facts);
    super::print(&match digest {
        Some(digest) => report::explained(&policy, &result, &digest),
        None => report::json(&policy, &result),
    })
}

fn read_policy(file: &Path) -> anyhow::Result<Policy> {
    Ok(Policy::from_toml(&std::fs::read_to_string(file)?)?)
}

/// All facts of a file, and the line that each stands on. Empty lines mean nothing.
fn read_events(path: &Path) -> anyhow::Result<(Vec<Event>, Vec<u64>)> {
    let mut file = BufReader::new(File::open(path).with_context(|| path.display().to_string())?);
    let (mut events, mut lines) = (Vec::new(), Vec::new());
    let mut line = Vec::new();
    for number in 1.. {
        let place = || format!("{}, line {number}", path.display());
        line.clear();
        // One byte more than is allowed is enough to see that a line is too long.
        let mut bounded = Read::by_ref(&mut file).take(LINE_BYTES_MAX as u64 + 2);
        if bounded.read_until(b'\n', &mut line).with_context(place)? == 0 {
            break;
        }
        let bytes = line.trim_ascii_end();
        if bytes.len() > LINE_BYTES_MAX {
            return Err(Broken::TooLong).with_context(place);
        }
        if bytes.is_empty() {
            continue;
        }
        let text = std::str::from_utf8(bytes).map_err(|_| anyhow!("{}: not UTF-8 text", place()))?;
        events.push(Event::parse(text).with_context(place)?);
        lines.push(number);
    }
    Ok((events, lines))
}
