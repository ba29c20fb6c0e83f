//! `live-classroom hours`: reads the facts of one lesson and prints everybody's credit. It needs no server
//! and no store, so that an auditor can check ours.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use live_classroom::attendance::event::{Broken, Event, LINE_BYTES_MAX};
use live_classroom::attendance::lesson::{LessonFacts, Unfit, digest_of};
use live_classroom::attendance::policy::Policy;
use live_classroom::attendance::policy_fact::PolicyFact;
use live_classroom::attendance::{credit, report};

/// Written by editors before the first line of a text in UTF-8; it has no meaning.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

#[derive(clap::Args)]
pub(super) struct HoursArgs {
    /// The facts of one lesson, one JSON object per line.
    #[arg(long, value_name = "FILE.jsonl")]
    events: PathBuf,
    /// Figures of the rules, instead of those that the facts name; where they differ from the defaults.
    #[arg(long, value_name = "FILE.toml")]
    policy: Option<PathBuf>,
    /// Add the instruction window, the blocks and everybody's state in them, the policy and the
    /// digest of the facts.
    #[arg(long)]
    explain: bool,
}

pub(super) fn run(args: &HoursArgs) -> anyhow::Result<()> {
    let given = match &args.policy {
        Some(file) => Some(read_policy(file).with_context(|| file.display().to_string())?),
        None => None,
    };
    let (events, lines) = read_events(&args.events)?;
    let digest = args.explain.then(|| digest_of(&events));
    let facts = LessonFacts::gather(events).map_err(|unfit| match unfit {
        Unfit::NoLesson => anyhow!("{}: {unfit}", args.events.display()),
        Unfit::Contradiction { place, what } => {
            anyhow!("{}, line {}: {what}", args.events.display(), lines[place])
        }
    })?;
    let policy = policy_for(given, facts.policy.clone());
    let result = credit::assess(&policy, &facts);
    super::print(&match digest {
        Some(digest) => report::explained(&policy, &result, &digest),
        None => report::json(&policy, &result),
    })
}

/// The given policy, else the one named by the facts, else the default one. Reports a difference between two.
fn policy_for(given: Option<Policy>, named: Option<Policy>) -> Policy {
    if let (Some(given), Some(named)) = (&given, &named)
        && given != named
    {
        let name =
            |policy: &Policy| format!("{:?} ({})", policy.version, PolicyFact::of(policy.clone()).digest());
        let (given, named) = (name(given), name(named));
        eprintln!("warning: the facts name the policy {named}; computed by {given} of --policy instead");
    }
    given.or(named).unwrap_or_default()
}

fn read_policy(file: &Path) -> anyhow::Result<Policy> {
    Ok(Policy::from_toml(&std::fs::read_to_string(file)?)?)
}

/// All facts of a file, each with the number of its line. Empty lines are ignored.
fn read_events(path: &Path) -> anyhow::Result<(Vec<Event>, Vec<u64>)> {
    let mut file = BufReader::new(File::open(path).with_context(|| path.display().to_string())?);
    let (mut events, mut lines) = (Vec::new(), Vec::new());
    let mut line = Vec::new();
    for number in 1.. {
        let place = || format!("{}, line {number}", path.display());
        line.clear();
        // Room for the longest line, its end and a mark before it; a line that is cut off here is longer.
        let most = LINE_BYTES_MAX + BYTE_ORDER_MARK.len() + b"\r\n".len();
        let mut bounded = Read::by_ref(&mut file).take(most as u64 + 1);
        if bounded.read_until(b'\n', &mut line).with_context(place)? == 0 {
            break;
        }
        let is_cut = line.len() > most;
        let bytes = line.strip_prefix(BYTE_ORDER_MARK).filter(|_| number == 1).unwrap_or(&line);
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if is_cut || bytes.len() > LINE_BYTES_MAX {
            return Err(Broken::TooLong).with_context(place);
        }
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            continue;
        }
        let text = std::str::from_utf8(bytes).map_err(|_| anyhow!("{}: not UTF-8 text", place()))?;
        events.push(Event::parse(text).with_context(place)?);
        lines.push(number);
    }
    Ok((events, lines))
}
