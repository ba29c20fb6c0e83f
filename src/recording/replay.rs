//! The replay page's view of a recording, read from its manifest.

use super::manifest::{Event, Manifest, Track};
use super::stretches;
use crate::lesson::{ClassState, Role, SourceKind};
use crate::recording::manifest::ReplayGap;
use crate::time::Stretch;

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayLine {
    pub at_ms: u64,
    /// Whether it is an operator's notice to everybody, which has no name.
    pub notice: bool,
    pub name: String,
    pub role: Role,
    pub text: String,
}

/// The event at the beginning of a chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChapterKind {
    /// The class.
    Start,
    /// Teaching after a break.
    AfterBreak,
    /// A shared screen.
    Screen,
    /// Somebody came on stage.
    OnStage,
    OffStage,
    /// A question to everybody.
    Poll,
}

/// A place to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    pub at_ms: u64,
    pub kind: ChapterKind,
    /// The person it is about, if any; for a poll, the question.
    pub name: Option<String>,
}

/// One recorded stream; its media playlist is `/media/{recording}/{track}.m3u8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayTrack {
    pub track: u32,
    /// Display name of the sender.
    pub name: String,
    pub role: Role,
    pub kind: SourceKind,
    /// RFC 6381, e.g. `avc1.42e01f`, `opus`, `vp8`; of the newest stretch.
    pub codecs: String,
    pub width: u32,
    pub height: u32,
    /// The stretches with media, oldest first, never overlapping.
    pub stretches: Vec<Stretch>,
}

/// Distance below which segments are one stretch, milliseconds: a few frames.
const TOUCH_MS: u64 = 100;
/// Shortest hole that pages jump over, ms.
const HOLE_MS: u64 = 2_000;
/// Time within which a screen shared again is the same chapter, ms.
const SAME_SCREEN_MS: u64 = 10_000;

/// The parts of [`crate::protocol::Replay`] that come from the manifest, under the same names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    pub duration_ms: u64,
    pub tracks: Vec<ReplayTrack>,
    pub gaps: Vec<ReplayGap>,
    pub breaks: Vec<Stretch>,
    pub off_record: Vec<Stretch>,
    pub chapters: Vec<Chapter>,
    pub chat: Vec<ReplayLine>,
}

impl Shown {
    /// The shown stretches, oldest first, with the holes that pages play over without a jump.
    pub fn played(&self) -> Vec<Stretch> {
        let mut played = Vec::new();
        for part in self.tracks.iter().flat_map(|track| &track.stretches) {
            let (from_ms, to_ms) = (part.from_ms, part.to_ms + HOLE_MS);
            stretches::insert(&mut played, Stretch { from_ms, to_ms });
        }
        played.iter().map(|part| Stretch { to_ms: part.to_ms - HOLE_MS, ..*part }).collect()
    }

    /// The view for people outside of the class: its conversation is removed, and of trainees who were on
    /// stage only the first character of the name is shown (§5.4).
    pub fn for_others(mut self) -> Shown {
        self.chat.clear();
        let trainees = self.tracks.iter_mut().filter(|track| track.role == Role::Trainee);
        trainees.for_each(|track| track.name = masked(&track.name));
        for chapter in &mut self.chapters {
            if let (ChapterKind::OnStage | ChapterKind::OffStage, Some(name)) = (chapter.kind, &chapter.name)
            {
                chapter.name = Some(masked(name));
            }
        }
        self
    }
}

/// 张小明 as 张**.
fn masked(name: &str) -> String {
    name.chars().enumerate().map(|(nth, character)| if nth == 0 { character } else { '*' }).collect()
}

/// The view of a recording: all of it, or the part in `window`. Times stay those of the recording.
pub fn shown(manifest: &Manifest, window: Option<Stretch>) -> Shown {
    let all = Stretch { from_ms: 0, to_ms: manifest.duration_ms };
    let trimmed = window.is_some();
    let window = window.and_then(|window| stretches::common(window, all)).unwrap_or(all);
    let tracks: Vec<_> =
        manifest.tracks.iter().filter_map(|track| shown_track(manifest, track, window, trimmed)).collect();
    let gaps = manifest.gaps.iter().filter_map(|gap| shown_gap(manifest, gap, window));
    let clip = |set: &[Stretch]| set.iter().filter_map(|part| stretches::common(*part, window)).collect();
    // Words off the record are not shown either.
    let is_shown = |at_ms: u64| {
        (window.from_ms..=window.to_ms).contains(&at_ms) && !stretches::contains(&manifest.off_record, at_ms)
    };
    let mut chapters = chapters(manifest, &tracks);
    chapters.retain(|chapter| is_shown(chapter.at_ms));
    let mut chat = chat(manifest);
    chat.retain(|line| is_shown(line.at_ms));
    Shown {
        duration_ms: manifest.duration_ms,
        gaps: gaps.collect(),
        breaks: clip(&breaks(manifest)),
        off_record: clip(&manifest.off_record),
        chapters,
        chat,
        tracks,
    }
}

/// The stretches with something to send, in the order of the tracks.
pub fn recorded(manifest: &Manifest) -> Vec<Stretch> {
    let mut recorded: Vec<Stretch> = Vec::new();
    for track in &manifest.tracks {
        for segment in track.segments.iter().filter(|one| manifest.is_shown(track, one, None)) {
            let (from_us, to_us) = track.span_us(segment);
            let (from_ms, to_ms) = (from_us / 1000, to_us / 1000);
            match recorded.last_mut().filter(|last| last.from_ms <= from_ms && from_ms <= last.to_ms) {
                Some(last) => last.to_ms = last.to_ms.max(to_ms),
                None => recorded.push(Stretch { from_ms, to_ms }),
            }
        }
    }
    recorded
}

fn shown_track(manifest: &Manifest, track: &Track, window: Stretch, trimmed: bool) -> Option<ReplayTrack> {
    let init = track.inits.last()?;
    let mut shown: Vec<Stretch> = Vec::new();
    for segment in track.segments.iter().filter(|one| manifest.is_shown(track, one, Some(window))) {
        let (from_us, to_us) = track.span_us(segment);
        let (from_ms, to_ms) = (from_us / 1000, to_us / 1000);
        match shown.last_mut().filter(|last| from_ms <= last.to_ms + TOUCH_MS) {
            Some(last) => last.to_ms = to_ms,
            None => shown.push(Stretch { from_ms, to_ms }),
        }
    }
    // People who are only in the trimmed parts are not named either.
    if trimmed && shown.is_empty() {
        return None;
    }
    Some(ReplayTrack {
        track: track.track,
        name: track.name.clone(),
        role: track.role,
        kind: track.kind,
        codecs: init.codecs.clone(),
        width: init.width,
        height: init.height,
        stretches: shown,
    })
}

/// The part of a gap in the window and on the record.
fn shown_gap(manifest: &Manifest, gap: &ReplayGap, window: Stretch) -> Option<ReplayGap> {
    let stretch = Stretch { from_ms: gap.from_ms, to_ms: gap.to_ms };
    let Stretch { from_ms, to_ms } = stretches::common(stretch, window)?;
    let on_record = !stretches::missing(&manifest.off_record, Stretch { from_ms, to_ms }).is_empty();
    on_record.then_some(ReplayGap { from_ms, to_ms, ..gap.clone() })
}

/// The stretches from each pause to its end.
fn breaks(manifest: &Manifest) -> Vec<Stretch> {
    let mut breaks = Vec::new();
    let mut since_ms = None;
    for (at_ms, event) in &manifest.events {
        let Event::Class { class } = event else { continue };
        if let (Some(from_ms), true) = (since_ms, *class != ClassState::Paused) {
            stretches::insert(&mut breaks, Stretch { from_ms, to_ms: *at_ms });
            since_ms = None;
        } else if *class == ClassState::Paused {
            since_ms.get_or_insert(*at_ms);
        }
    }
    if let Some(from_ms) = since_ms {
        stretches::insert(&mut breaks, Stretch { from_ms, to_ms: manifest.duration_ms });
    }
    breaks
}

fn chapters(manifest: &Manifest, tracks: &[ReplayTrack]) -> Vec<Chapter> {
    let mut chapters = Vec::new();
    let mut has_started = false;
    for (at_ms, event) in &manifest.events {
        let (kind, name) = match event {
            Event::Class { class: ClassState::Live } if has_started => (ChapterKind::AfterBreak, None),
            Event::Class { class: ClassState::Live } => (ChapterKind::Start, None),
            Event::Stage { name, on: true, .. } => (ChapterKind::OnStage, Some(name.clone())),
            Event::Stage { name, on: false, .. } => (ChapterKind::OffStage, Some(name.clone())),
            Event::Poll { question, options, .. } if question.is_empty() => {
                (ChapterKind::Poll, Some(options.join(" / ")))
            }
            Event::Poll { question, .. } => (ChapterKind::Poll, Some(question.clone())),
            _ => continue,
        };
        has_started |= kind == ChapterKind::Start;
        chapters.push(Chapter { at_ms: *at_ms, kind, name });
    }
    let screens = tracks.iter().filter(|track| track.kind == SourceKind::Screen);
    let mut screens: Vec<_> = screens.filter_map(|track| Some((track.stretches.first()?, track))).collect();
    screens.sort_by_key(|(first, _)| first.from_ms);
    let mut shared_ms: Option<u64> = None;
    for (first, track) in screens {
        let from_ms = first.from_ms;
        if shared_ms.is_none_or(|shared_ms| from_ms > shared_ms + SAME_SCREEN_MS) {
            let (kind, name) = (ChapterKind::Screen, Some(track.name.clone()));
            chapters.push(Chapter { at_ms: from_ms, kind, name });
        }
        let last_ms = track.stretches.last().map_or(from_ms, |last| last.to_ms);
        shared_ms = Some(shared_ms.unwrap_or(0).max(last_ms));
    }
    chapters.sort_by_key(|chapter| chapter.at_ms);
    chapters
}

/// The lines that were not removed.
fn chat(manifest: &Manifest) -> Vec<ReplayLine> {
    let removed: std::collections::HashSet<u64> = manifest
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::ChatRemoved { line } => Some(*line),
            _ => None,
        })
        .collect();
    let line = |(at_ms, event): &(u64, Event)| match event {
        Event::Chat { line, name, role, text, .. } if !removed.contains(line) => {
            let (name, role, text) = (name.clone(), *role, text.clone());
            Some(ReplayLine { at_ms: *at_ms, notice: false, name, role, text })
        }
        Event::Notice { text } => {
            let (name, role, text) = (String::new(), Role::Operator, text.clone());
            Some(ReplayLine { at_ms: *at_ms, notice: true, name, role, text })
        }
        _ => None,
    };
    manifest.events.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests;
