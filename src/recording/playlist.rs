//! HLS playlists (RFC 8216) of a recording: written from the manifest, never stored.
//!
//! Playlist time is recording time: every playlist begins at 0 and lists missing parts of a track as
//! `EXT-X-GAP`. Segments carry their recording time themselves, so tracks stay together whatever a player
//! does with a playlist. That is also why a new stretch is no `EXT-X-DISCONTINUITY`: its timestamps go on.
//!
//! Other parameters (a picture of another size) are another `EXT-X-MAP`, and in the playlist of one track an
//! `EXT-X-DISCONTINUITY`, as RFC 8216 §4.3.2.3 requires. Not so in the main picture beside the sound: players
//! match discontinuities between renditions by counting them, and the sound has none where a picture changes
//! its size; there only another codec is one, for which the RFC requires it. Players that keep the first map
//! find the parameters in the samples.

use std::fmt::Write;

use super::manifest::{Init, Manifest, Segment, Track};
use crate::lesson::SourceKind;
use crate::time::Stretch;
use crate::time::{ServerInstant, rfc3339};

mod group;
mod row;

use self::group::{Group, groups};
pub use self::group::{Served, served};

/// File name of the playlist of [`main`].
pub const MAIN: &str = "main.m3u8";
/// File name of the playlist of [`sound`].
pub const SOUND: &str = "sound.m3u8";
/// Address in a gap. Players must not load anything there, but some that do not know `EXT-X-GAP` (GStreamer,
/// FFmpeg) do, and give up if it is missing.
pub const NOTHING: &str = "gap.m4s";
/// The content of [`NOTHING`]: one empty `free` box, which every player skips (ISO/IEC 14496-12 §8.1.2).
pub const NOTHING_BYTES: &[u8] = b"\0\0\0\x08free";

/// Length of the pieces of a gap, and the least length counted for a segment.
const SEGMENT_US: u64 = 2_000_000;
/// Length of a segment of picture if keyframes come when requested, and the least counted for one, so that
/// the target does not change while a class runs.
const PICTURE_US: u64 = 4_000_000;
/// Shortest hole that is listed; a shorter one is a few frames.
const TOUCH_US: u64 = 100_000;
/// Least new time in a segment; one with less is left out.
const NEW_MIN_US: u64 = 200_000;

/// Options of a playlist.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Only this part is shown, to the nearest segments; times stay those of the recording.
    pub window: Option<Stretch>,
    /// Appended to every address, with its question mark: `?ticket=…`.
    pub suffix: &'a str,
}

/// A file of a row.
#[derive(Clone, Copy)]
struct Item<'a> {
    from_us: u64,
    to_us: u64,
    track: &'a Track,
    segment: &'a Segment,
    init: &'a Init,
}

/// The media playlist of one track; `None` = there is no such track.
pub fn track(manifest: &Manifest, track: u32, options: Options) -> Option<String> {
    let track = manifest.track(track)?;
    let of = Of { picture: track.kind != SourceKind::Mic, alone: true };
    Some(write(manifest, row::track(manifest, track, options), of, options))
}

/// The media playlist of the main picture: the instructor's screen while there is one, the camera
/// otherwise. For players without our client.
pub fn main(manifest: &Manifest, options: Options) -> String {
    write(manifest, row::main(manifest, options), Of { picture: true, alone: false }, options)
}

/// The media playlist of the instructor's sound. For players without our client.
pub fn sound(manifest: &Manifest, options: Options) -> String {
    write(manifest, row::sound(manifest, options), Of { picture: false, alone: false }, options)
}

/// The multivariant playlist over [`MAIN`] and [`SOUND`], for players without our client.
pub fn multivariant(manifest: &Manifest, options: Options) -> String {
    let (main, sound) = (row::main(manifest, options), row::sound(manifest, options));
    let mut codecs: Vec<&str> = Vec::new();
    for item in main.iter().chain(&sound).rev() {
        if !codecs.contains(&item.init.codecs.as_str()) {
            codecs.push(&item.init.codecs);
        }
    }
    let mut out = String::from("#EXTM3U\n#EXT-X-VERSION:8\n");
    let (suffix, mut audio, mut resolution, mut name) = (options.suffix, "", String::new(), SOUND);
    if !main.is_empty() {
        name = MAIN;
        let side = |side: fn(&Init) -> u32| main.iter().map(|item| side(item.init)).max().unwrap_or(0);
        resolution = format!(",RESOLUTION={}x{}", side(|init| init.width), side(|init| init.height));
    }
    if !main.is_empty() && !sound.is_empty() {
        audio = ",AUDIO=\"sound\"";
        let media = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"sound\",DEFAULT=YES,AUTOSELECT=YES";
        line(&mut out, format_args!("{media},URI=\"{SOUND}{suffix}\""));
    }
    if !codecs.is_empty() {
        let bandwidth = bits_per_second(&main) + bits_per_second(&sound);
        let codecs = codecs.join(",");
        let stream = format!("BANDWIDTH={bandwidth},CODECS=\"{codecs}\"{resolution}{audio}");
        line(&mut out, format_args!("#EXT-X-STREAM-INF:{stream}\n{name}{suffix}"));
    }
    out
}

/// Highest rate of any run of segments that is half a target duration long, or a little longer (RFC 8216
/// §4.1): a segment of few frames that are all one keyframe says nothing.
fn bits_per_second(items: &[Item]) -> u64 {
    const RUN_US: u64 = SEGMENT_US / 2;
    let (mut most, mut from, mut bytes, mut length_us) = (0, 0, 0_u64, 0);
    let us = |item: &Item| {
        item.segment.duration.saturating_mul(1_000_000) / u64::from(item.track.timescale).max(1)
    };
    for item in items {
        (bytes, length_us) = (bytes + item.segment.file.bytes, length_us + us(item));
        while length_us - us(&items[from]) >= RUN_US {
            (bytes, length_us) = (bytes - items[from].segment.file.bytes, length_us - us(&items[from]));
            from += 1;
        }
        // The first run may be the only one; its rate counts as if it were as long as the others.
        most = most.max(bytes.saturating_mul(8_000_000) / length_us.max(RUN_US));
    }
    most
}

/// The kind of a playlist.
#[derive(Clone, Copy)]
struct Of {
    picture: bool,
    /// No other playlist is played beside this one.
    alone: bool,
}

fn write(manifest: &Manifest, items: Vec<Item>, of: Of, options: Options) -> String {
    let mut writer = Writer {
        body: String::new(),
        started_at_us: manifest.started_at_ms.saturating_mul(1000),
        at_us: 0,
        longest_us: if of.picture { PICTURE_US } else { SEGMENT_US },
        was_gap: None,
        init: None,
        alone: of.alone,
        independent: true,
        suffix: options.suffix,
    };
    for group in groups(manifest, items, TOUCH_US) {
        // A small hole belongs to the segment behind it: listed lines must not change. Behind a discontinuity
        // players restart their time, so there must be no hole.
        let touch_us = if writer.is_discontinuity(group.init) { 0 } else { TOUCH_US };
        if group.from_us > writer.at_us + touch_us {
            writer.gap(group.from_us);
        }
        writer.segment(&group);
    }
    if !manifest.open {
        let end_ms = options.window.map_or(u64::MAX, |window| window.to_ms).min(manifest.duration_ms);
        writer.gap(end_ms.saturating_mul(1000));
    }
    writer.end(manifest.open, options.window)
}

struct Writer<'a> {
    body: String,
    started_at_us: u64,
    /// The end of the playlist so far.
    at_us: u64,
    longest_us: u64,
    was_gap: Option<bool>,
    init: Option<&'a Init>,
    alone: bool,
    /// Whether every segment begins with a keyframe.
    independent: bool,
    suffix: &'a str,
}

impl<'a> Writer<'a> {
    /// Lists a gap up to `to_us`.
    fn gap(&mut self, to_us: u64) {
        while self.at_us < to_us {
            self.date(true);
            self.body.push_str("#EXT-X-GAP\n");
            let end_us = to_us.min(self.at_us + SEGMENT_US);
            self.entry(end_us, NOTHING);
        }
    }

    fn is_discontinuity(&self, init: &Init) -> bool {
        let family = |init: &Init| init.codecs.split('.').next().map(str::to_owned);
        let differs =
            |before: &Init| !std::ptr::eq(before, init) && (self.alone || family(before) != family(init));
        self.init.is_some_and(differs)
    }

    fn segment(&mut self, group: &Group<'a>) {
        if !self.init.is_some_and(|init| std::ptr::eq(init, group.init)) {
            if self.is_discontinuity(group.init) {
                self.body.push_str("#EXT-X-DISCONTINUITY\n");
            }
            let (name, suffix) = (&group.init.file.name, self.suffix);
            line(&mut self.body, format_args!("#EXT-X-MAP:URI=\"{name}{suffix}\""));
            self.init = Some(group.init);
        }
        self.independent &= group.independent();
        self.date(false);
        self.entry(group.to_us, &group.name());
    }

    /// Writes the wall clock at the start of a stretch.
    fn date(&mut self, is_gap: bool) {
        if self.was_gap.replace(is_gap) != Some(is_gap) {
            let at_ms = (self.started_at_us + self.at_us) / 1000;
            let date = rfc3339::written(ServerInstant::of_fact(at_ms));
            line(&mut self.body, format_args!("#EXT-X-PROGRAM-DATE-TIME:{date}"));
        }
    }

    fn entry(&mut self, to_us: u64, name: &str) {
        let length_us = to_us.saturating_sub(self.at_us);
        let (seconds, fraction) = (length_us / 1_000_000, length_us % 1_000_000);
        line(&mut self.body, format_args!("#EXTINF:{seconds}.{fraction:06},\n{name}{}", self.suffix));
        self.longest_us = self.longest_us.max(length_us);
        self.at_us = to_us;
    }

    fn end(self, is_open: bool, window: Option<Stretch>) -> String {
        let target = (self.longest_us + 500_000) / 1_000_000;
        let kind = if is_open { "EVENT" } else { "VOD" };
        let mut out = String::from("#EXTM3U\n#EXT-X-VERSION:8\n");
        line(&mut out, format_args!("#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:0"));
        line(&mut out, format_args!("#EXT-X-PLAYLIST-TYPE:{kind}"));
        if self.independent {
            out.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
        }
        if let Some(from_ms) = window.map(|window| window.from_ms).filter(|from_ms| *from_ms > 0) {
            let (seconds, fraction) = (from_ms / 1000, from_ms % 1000);
            line(&mut out, format_args!("#EXT-X-START:TIME-OFFSET={seconds}.{fraction:03},PRECISE=YES"));
        }
        out.push_str(&self.body);
        if !is_open {
            out.push_str("#EXT-X-ENDLIST\n");
        }
        out
    }
}

fn line(out: &mut String, text: std::fmt::Arguments) {
    writeln!(out, "{text}").expect("a string takes everything");
}

#[cfg(test)]
mod tests;
