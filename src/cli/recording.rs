//! `live-classroom recording`: the recordings, and whether they are as written. Reads only the recordings'
//! folders, so it works beside a running server and without its database.

use std::fmt::Write;

use anyhow::{Context, bail};
use clap::Subcommand;
use live_classroom::config::Config;
use live_classroom::files::objects::{Bucket, Depth, FileState, Objects};
use live_classroom::files::recordings::Recordings;
use live_classroom::files::recordings::verify::{FileReport, Report, TrackReport, listed, verify};
use live_classroom::lesson::{Role, SourceKind};
use live_classroom::recording::manifest::CloseReason;
use live_classroom::time::{ServerInstant, local_time};

use super::StoreArgs;

#[derive(Subcommand)]
pub(super) enum RecordingCommand {
    /// List the recordings: id, lesson, beginning, length, state, tracks, files, bytes.
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Check every file of the recordings against what was written; fails when something is damaged.
    Verify {
        /// Lesson, or id of the recording; default: all recordings.
        #[arg(value_name = "LESSON")]
        lesson: Option<String>,
        /// List good files, too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Carries out the command.
pub(super) async fn run(command: RecordingCommand) -> anyhow::Result<()> {
    match command {
        RecordingCommand::List { store } => list(&store.read()?),
        RecordingCommand::Verify { lesson, all, store } => {
            check(&store.read()?, lesson.as_deref(), all).await
        }
    }
}

fn list(config: &Config) -> anyhow::Result<()> {
    for report in reports(&recordings(config), None)? {
        super::print(&line(&report))?;
    }
    Ok(())
}

async fn check(config: &Config, lesson: Option<&str>, all: bool) -> anyhow::Result<()> {
    let recordings = recordings(config);
    let chosen = reports(&recordings, lesson)?;
    if chosen.is_empty() {
        match lesson {
            Some(lesson) => bail!(
                "there is no recording of {lesson:?} in {}; `live-classroom recording list` shows them all",
                recordings.root().display()
            ),
            None => return super::print("no recordings\n"),
        }
    }
    let bucket = Bucket::configured(&config.recording, |name| std::env::var(name).ok())?;
    let objects = Objects::new(recordings.root(), bucket)?;
    let mut bad = 0;
    for report in &chosen {
        let report = verify(&recordings, &objects, &report.recording, Depth::Hash)
            .await
            .with_context(|| format!("cannot read the recording {}", report.recording))?;
        super::print(&text(&report, all))?;
        bad += usize::from(!report.is_sound());
    }
    if bad > 0 {
        bail!("{bad} of {} recordings are damaged; what is whole can still be watched", chosen.len());
    }
    Ok(())
}

fn recordings(config: &Config) -> Recordings {
    Recordings::new(&config.server.data, 0)
}

/// The manifests of all recordings, or of one lesson's.
fn reports(recordings: &Recordings, lesson: Option<&str>) -> anyhow::Result<Vec<Report>> {
    let root = recordings.root().display();
    let ids = recordings.ids().with_context(|| format!("cannot look through {root}"))?;
    let mut reports = Vec::new();
    for id in ids {
        let report = listed(recordings, &id).with_context(|| format!("cannot read the recording {id}"))?;
        if lesson.is_none_or(|lesson| report.lesson == lesson || id == lesson) {
            reports.push(report);
        }
    }
    reports.sort_by(|one, other| {
        (one.started_at_ms, &one.recording).cmp(&(other.started_at_ms, &other.recording))
    });
    Ok(reports)
}

/// A recording in one line.
fn line(report: &Report) -> String {
    let files = report.files().count();
    let bytes: u64 = report.files().map(|file| file.file.bytes).sum();
    let damage = match report.damaged_lines.len() {
        0 => String::new(),
        lines => format!("  {lines} damaged lines"),
    };
    format!(
        "{}  {}  {}  {}  {}  {} tracks  {files} files  {:.1} MB{damage}\n",
        report.recording,
        lesson(report),
        date(report.started_at_ms),
        time(report.duration_ms),
        state(report),
        report.tracks.len(),
        bytes as f64 / 1e6,
    )
}

/// A checked recording: a line per track, a line per bad file, the manifest, the seal.
fn text(report: &Report, all: bool) -> String {
    let mut text = format!(
        "{}  {}  {}  {}  {}\n",
        report.recording,
        lesson(report),
        date(report.started_at_ms),
        time(report.duration_ms),
        state(report)
    );
    for track in &report.tracks {
        text += &track_line(track);
        for file in track.files.iter().filter(|file| all || file.state != FileState::Ok) {
            text += &file_line(file);
        }
    }
    for damage in &report.damaged_lines {
        let _ = writeln!(text, "  manifest line {} is damaged", damage.line);
    }
    if report.torn > 0 {
        let _ = writeln!(
            text,
            "  manifest: {} bytes of an unfinished line at its end, which lists nothing",
            report.torn
        );
    }
    match (&report.seal, report.damaged_lines.is_empty()) {
        (Some(seal), true) => text += &format!("  seal {seal}\n"),
        (Some(seal), false) => text += &format!("  seal {seal}, broken by the damaged lines\n"),
        (None, _) => text += "  no seal yet\n",
    }
    text
}

fn track_line(track: &TrackReport) -> String {
    let what = match &track.what {
        Some((name, role, kind)) => {
            let role = match role {
                Role::Instructor => "instructor",
                Role::Trainee => "trainee",
                Role::Operator => "operator",
            };
            let kind = match kind {
                SourceKind::Mic => "sound",
                SourceKind::Camera => "camera",
                SourceKind::Screen => "screen",
            };
            format!("{kind} of {role} {}", name.escape_debug())
        }
        None => "(its line is damaged)".into(),
    };
    let count = |state| track.files.iter().filter(|file| file.state == state).count();
    let mut line = format!("  track {}  {what}: {} ok", track.track, count(FileState::Ok));
    for state in [FileState::Damaged, FileState::Missing, FileState::Unreachable] {
        if count(state) > 0 {
            let _ = write!(line, ", {} {}", count(state), word(state));
        }
    }
    line + "\n"
}

fn file_line(file: &FileReport) -> String {
    let span = file.span_ms.map(|(from, to)| format!("  {} to {}", time(from), time(to)));
    format!("    {}  {}{}\n", file.file.name, word(file.state), span.unwrap_or_default())
}

fn word(state: FileState) -> &'static str {
    match state {
        FileState::Ok => "ok",
        FileState::Damaged => "damaged",
        FileState::Missing => "missing",
        FileState::Unreachable => "cannot be reached",
    }
}

fn state(report: &Report) -> &'static str {
    match report.closed {
        Some(CloseReason::Ended) => "ended",
        Some(CloseReason::Stopped) => "closed by a stop of the server",
        Some(CloseReason::Recovered) => "closed after a crash",
        None => "open",
    }
}

fn lesson(report: &Report) -> String {
    if report.lesson.is_empty() { "?".into() } else { report.lesson.escape_debug().to_string() }
}

/// A time like `1:30:02.5`.
fn time(ms: u64) -> String {
    let seconds = ms / 1000;
    format!("{}:{:02}:{:02}.{}", seconds / 3600, seconds / 60 % 60, seconds % 60, ms % 1000 / 100)
}

/// A date like `2026-11-23 03:15 +08:00`.
fn date(at_ms: u64) -> String {
    let local = local_time(ServerInstant::of_fact(at_ms));
    let (minute, _seconds) = local.rsplit_once(':').unwrap_or((&local, ""));
    format!("{minute} +08:00")
}
