//! The recording of one lesson: its streams become tracks, their output becomes files, and everything written
//! becomes lines of the manifest.
//!
//! While the disk refuses, segments are given up and become gaps, lines wait, and the disk is tried again
//! every second.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::writing::{Made, Writing};
use super::{Health, Totals};
use crate::classroom::Identity;
use crate::files::recordings::Shelf;
use crate::lesson::ClassState;
use crate::live::tap::{Tapped, What};
use crate::recording::clock::SenderClock;
use crate::recording::manifest::GapReason;
use crate::recording::manifest::{CloseReason, Entry, Event, VERSION};
use crate::recording::track::{Packet, Track};
use crate::sfu::scene::{LegId, SourceId};
use crate::time::Stretch;
use crate::time::clock::now_ms;

/// Time without tries after a refusal by the disk.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Silence after which a stream is finished; it may begin again.
const SILENT_MAX: Duration = Duration::from_secs(10);
/// Silence after which the same person's stream of the same kind continues a track: the page was reloaded, or
/// the network changed.
const TAKE_OVER_AFTER: Duration = Duration::from_millis(500);

pub(super) struct LessonRecording {
    id: String,
    lesson: String,
    health: watch::Sender<Health>,
    totals: Arc<Totals>,
    senders: HashMap<LegId, Identity>,
    opened: Option<Opened>,
    /// The last refusal by the disk.
    refused_at: Option<Instant>,
    /// The disk refused a segment, and has taken none since: a line that it takes (lines may use its reserve)
    /// does not mean that it records again.
    no_room: bool,
    /// Nothing more will come; lines may still wait.
    ended: bool,
}

/// A recording that has begun.
struct Opened {
    writing: Writing,
    /// The instant of `base_us` on the recording's time line.
    base: Instant,
    base_us: u64,
    clocks: HashMap<LegId, SenderClock>,
    streams: HashMap<SourceId, Stream>,
    off_record: Vec<Stretch>,
    off_since_ms: Option<u64>,
    /// The unwritten output of finished streams.
    left: Vec<Made>,
    /// Number of streams so far.
    streams_seen: u32,
}

/// A source that is being published.
struct Stream {
    number: u32,
    track: Track,
    /// Index in [`Writing::tracks`].
    lines: usize,
    last_at: Instant,
}

impl LessonRecording {
    pub(super) fn new(
        id: String,
        lesson: String,
        health: watch::Sender<Health>,
        totals: Arc<Totals>,
    ) -> LessonRecording {
        LessonRecording {
            id,
            lesson,
            health,
            totals,
            senders: HashMap::new(),
            opened: None,
            refused_at: None,
            no_room: false,
            ended: false,
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn sender(&mut self, leg: LegId, who: Identity) {
        self.senders.insert(leg, who);
    }

    /// Takes a packet or report of a stream.
    pub(super) fn take(&mut self, tapped: &Tapped, shelf: &dyn Shelf) {
        if !self.begin(tapped.at, shelf) {
            return;
        }
        let (Some(opened), Some(who)) = (&mut self.opened, self.senders.get(&tapped.source.leg)) else {
            return;
        };
        let at_us = opened.at_us(tapped.at);
        let clock = opened.clocks.entry(tapped.source.leg).or_default();
        let number = u16::from_be_bytes([tapped.epoch, tapped.layer]);
        match &tapped.what {
            What::Report { ntp, rtp } => {
                if let Some(stream) = opened.streams.get_mut(&tapped.source) {
                    stream.track.sender_report(at_us, number, *ntp, *rtp, clock);
                }
            }
            What::Packet { sequence, rtp, marker, payload, after_loss } => {
                if !opened.streams.contains_key(&tapped.source) {
                    opened.start_stream(tapped, who);
                }
                if *after_loss {
                    opened.each(|stream, clock| stream.track.interrupt(at_us, GapReason::Overload, clock));
                }
                let clock = opened.clocks.entry(tapped.source.leg).or_default();
                let Some(stream) = opened.streams.get_mut(&tapped.source) else { return };
                stream.last_at = tapped.at;
                let packet =
                    Packet { stream: number, sequence: *sequence, rtp: *rtp, marker: *marker, payload };
                stream.track.packet(at_us, &packet, clock);
            }
        }
    }

    /// Takes an event of the room. The start of the class begins the recording.
    pub(super) fn event(&mut self, at: Instant, event: Event, shelf: &dyn Shelf) {
        let starts = event == Event::Class { class: ClassState::Live };
        if self.opened.is_none() && !(starts && self.begin(at, shelf)) {
            return;
        }
        let Some(opened) = &mut self.opened else { return };
        let at_ms = opened.at_us(at) / 1000;
        if let Event::OffRecord { on } = event {
            opened.mark_off_record(at_ms, on);
        }
        opened.writing.line(Entry::Event { at_ms, event });
    }

    /// Handles frames that waited long enough, streams that fell silent, and waiting lines.
    pub(super) fn tick(&mut self, now: Instant) {
        let Some(opened) = &mut self.opened else { return };
        let at_us = opened.at_us(now);
        opened.each(|stream, clock| stream.track.tick(at_us, clock));
        self.put_away(now, |stream| now.saturating_duration_since(stream.last_at) >= SILENT_MAX);
        self.write_lines(now);
        self.tell();
    }

    /// Writes the last lines; those that the disk refuses wait for a later try.
    pub(super) fn close(&mut self, at: Instant, why: CloseReason) {
        self.refused_at = None;
        self.put_away(at, |_| true);
        self.refused_at = None; // For the lines, one more try.
        if let Some(opened) = self.opened.as_mut().filter(|_| !self.ended) {
            let at_ms = opened.at_us(at) / 1000;
            let mut off_record = opened.off_record.clone();
            off_record.extend(opened.off_since_ms.map(|from_ms| Stretch { from_ms, to_ms: at_ms }));
            opened.writing.line(Entry::Closed { at_ms, why, off_record });
        }
        self.ended = true;
        self.write_lines(at);
        if !self.is_over() {
            tracing::error!(
                recording = self.id,
                "the disk refuses the end of the recording; it is tried again"
            );
        }
        self.tell();
    }

    /// Whether the recording is closed, and nothing waits to be written.
    pub(super) fn is_over(&self) -> bool {
        self.ended && self.opened.as_ref().is_none_or(|opened| opened.writing.waiting() == 0)
    }

    /// After a bug: reports that nothing more will come.
    pub(super) fn give_up(&mut self) {
        self.health.send_modify(|health| (health.failing, health.closed) = (true, true));
    }

    /// Begins the recording if it has not begun; returns whether it has.
    fn begin(&mut self, at: Instant, shelf: &dyn Shelf) -> bool {
        if self.opened.is_none() && !self.refused_lately(at) {
            match Opened::begin(&self.id, &self.lesson, at, shelf) {
                Ok(opened) => {
                    self.opened = Some(opened);
                    self.write_lines(at);
                }
                Err(error) => self.refused(at, &error),
            }
        }
        self.opened.is_some()
    }

    /// Writes the output of the tracks, and finishes those that `end`.
    fn put_away(&mut self, now: Instant, end: impl Fn(&Stream) -> bool) {
        let lately = self.refused_lately(now);
        let Some(opened) = &mut self.opened else { return };
        let at_us = opened.at_us(now);
        let (mut refusal, mut took) = (None, false);
        let ended: Vec<SourceId> =
            opened.streams.iter().filter(|(_, stream)| end(stream)).map(|(source, _)| *source).collect();
        ended.iter().for_each(|source| opened.finish_stream(*source, at_us));
        let mut made = std::mem::take(&mut opened.left);
        opened.streams.values_mut().for_each(|stream| stream.hand_over(&mut made));
        for made in made {
            if lately || refusal.is_some() {
                opened.writing.give_up(made);
                continue;
            }
            match opened.writing.put(made) {
                Ok(bytes) => {
                    self.totals.bytes.fetch_add(bytes, Ordering::Relaxed);
                    took |= bytes > 0;
                }
                Err(error) => refusal = Some(error),
            }
        }
        match refusal {
            Some(error) => {
                self.no_room = true;
                self.refused(now, &error);
            }
            None if took => (self.no_room, self.refused_at) = (false, None),
            None => {}
        }
    }

    fn write_lines(&mut self, now: Instant) {
        if self.refused_lately(now) {
            return;
        }
        let Some(opened) = &mut self.opened else { return };
        if opened.writing.waiting() == 0 {
            return;
        }
        match opened.writing.list() {
            Ok(()) if self.no_room => {}
            Ok(()) => self.refused_at = None,
            Err(error) => self.refused(now, &error),
        }
    }

    fn refused_lately(&self, now: Instant) -> bool {
        self.refused_at.is_some_and(|at| now.saturating_duration_since(at) < RETRY_AFTER)
    }

    fn refused(&mut self, now: Instant, error: &io::Error) {
        if self.refused_at.is_none() {
            tracing::error!(recording = self.id, lesson = self.lesson, "cannot record: {error}");
        }
        self.refused_at = Some(now);
    }

    /// Tells the room about changes of the health.
    fn tell(&self) {
        let failing = self.refused_at.is_some();
        let now = Health { failing, closed: self.is_over() };
        self.health.send_if_modified(|health| std::mem::replace(health, now) != now);
    }
}

impl Opened {
    /// Begins a recording, or goes on with one that a restart interrupted.
    fn begin(id: &str, lesson: &str, at: Instant, shelf: &dyn Shelf) -> io::Result<Opened> {
        let folder = shelf.open(id)?;
        let manifest = folder.manifest().clone();
        let mut writing = Writing::new(folder);
        let now = now_ms().saturating_sub(at.elapsed().as_millis() as u64);
        let base_ms = if manifest.id.is_empty() {
            // A new recording; or its first lines are damaged, and it goes on after everything known of it.
            let base_ms = manifest.duration_ms;
            let (id, lesson, started_at_ms) = (id.to_owned(), lesson.to_owned(), now.saturating_sub(base_ms));
            writing.twice(Entry::Recording { v: VERSION, id, lesson, started_at_ms });
            base_ms
        } else {
            // The wall clock may have been set back meanwhile; the time line never goes back.
            now.saturating_sub(manifest.started_at_ms).max(manifest.duration_ms)
        };
        writing.line(Entry::Opened { at_ms: base_ms });
        let mut off_record = manifest.off_record;
        // Nothing comes while the class is off the record; a missing end of such a stretch is no reason to
        // hide the present.
        if let Some(lasting) = off_record.last_mut().filter(|stretch| stretch.to_ms > base_ms) {
            lasting.to_ms = base_ms;
            writing.line(Entry::Event { at_ms: base_ms, event: Event::OffRecord { on: false } });
        }
        Ok(Opened {
            writing,
            base: at,
            base_us: base_ms * 1000,
            clocks: HashMap::new(),
            streams: HashMap::new(),
            off_record,
            off_since_ms: None,
            left: Vec::new(),
            streams_seen: 0,
        })
    }

    /// An instant on the recording's time line, µs.
    fn at_us(&self, at: Instant) -> u64 {
        self.base_us + at.saturating_duration_since(self.base).as_micros() as u64
    }

    fn start_stream(&mut self, tapped: &Tapped, who: &Identity) {
        let kind = tapped.source.kind;
        let lives = |stream: &Stream| tapped.at.saturating_duration_since(stream.last_at) < TAKE_OVER_AFTER;
        let is_busy = |index| self.streams.values().any(|stream| stream.lines == index && lives(stream));
        let tracks = self.writing.tracks.iter().enumerate();
        let mut same = tracks.filter(|(_, track)| track.person == who.person && track.kind == kind);
        let free = same.find(|(index, _)| !is_busy(*index)).map(|(index, _)| index);
        let lines = match free {
            Some(index) => {
                // If its earlier stream is still there, that one has fallen silent.
                let before = self.streams.iter().find(|(_, stream)| stream.lines == index);
                if let Some(source) = before.map(|(source, _)| *source) {
                    self.finish_stream(source, self.at_us(tapped.at));
                }
                index
            }
            None => {
                let at_ms = self.at_us(tapped.at) / 1000;
                self.writing.add_track(at_ms, kind, tapped.codec.clock_hz(), who)
            }
        };
        self.streams_seen += 1;
        let (number, track) = (self.streams_seen, Track::new(tapped.codec));
        self.streams.insert(tapped.source, Stream { number, track, lines, last_at: tapped.at });
    }

    /// Acts on every stream with the clock of its sender.
    fn each(&mut self, mut act: impl FnMut(&mut Stream, &mut SenderClock)) {
        for (source, stream) in &mut self.streams {
            act(stream, self.clocks.entry(source.leg).or_default());
        }
    }

    fn finish_stream(&mut self, source: SourceId, at_us: u64) {
        if let Some(mut stream) = self.streams.remove(&source) {
            stream.track.finish(at_us, self.clocks.entry(source.leg).or_default());
            stream.hand_over(&mut self.left);
        }
        if !self.streams.keys().any(|other| other.leg == source.leg) {
            self.clocks.remove(&source.leg);
        }
    }

    fn mark_off_record(&mut self, at_ms: u64, on: bool) {
        match self.off_since_ms {
            None if on => self.off_since_ms = Some(at_ms),
            Some(from_ms) if !on => {
                self.off_record.push(Stretch { from_ms, to_ms: at_ms });
                self.off_since_ms = None;
            }
            _ => {}
        }
    }
}

impl Stream {
    fn hand_over(&mut self, to: &mut Vec<Made>) {
        let (stream, lines) = (self.number, self.lines);
        to.extend(self.track.drain().map(|output| Made { stream, lines, output }));
    }
}
