//! HLS playlists (RFC 8216) of a recording: written from the manifest, never stored.
//!
//! Playlist time is recording time: every playlist begins at 0 and lists what a track does not have
//! as `EXT-X-GAP`. Segments carry their recording time themselves, so tracks stay together whatever
//! a player does with a playlist. That is also why a new stretch is no `EXT-X-DISCONTINUITY`: its
//! timestamps go on. Players match discontinuities between renditions by counting them, and the
//! sound has none where a picture changes its size; only another codec is one.

use std::fmt::Write;

use super::manifest::{Init, Manifest, Segment, StoredFile, Track};
use crate::protocol::{Role, SourceKind, Stretch};

/// File name of what [`main`] gives.
pub const MAIN: &str = "main.m3u8";
/// File name of what [`sound`] gives.
pub const SOUND: &str = "sound.m3u8";
/// Stands where an address is asked for; nothing is to be loaded in a gap.
const NOTHING: &str = "gap.m4s";

/// Length of a segment, and of the pieces of a gap.
const SEGMENT_US: u64 = 2_000_000;
/// A shorter hole is not listed: a few frames.
const TOUCH_US: u64 = 100_000;
/// A source whose last segment ended so long ago does not go on: a segment, and its way to the disk.
const GOES_ON_US: u64 = 2_200_000;
/// A segment that shows less that is new is left out.
const NEW_MIN_US: u64 = 200_000;

/// How a playlist is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Only this is shown, to the nearest segments; times stay those of the recording.
    pub window: Option<Stretch>,
    /// Put behind every address, with its question mark: `?ticket=…`.
    pub suffix: &'a str,
}

/// A segment in a playlist.
#[derive(Clone, Copy)]
struct Item<'a> {
    from_us: u64,
    to_us: u64,
    track: &'a Track,
    segment: &'a Segment,
    init: &'a Init,
}

/// The media playlist of one track; `None` when there is no such track.
pub fn track(manifest: &Manifest, track: u32, options: Options) -> Option<String> {
    let track = manifest.track(track)?;
    let items = track.segments.iter().filter_map(|segment| item(manifest, track, segment, options.window));
    Some(write(manifest, &items.collect::<Vec<_>>(), options))
}

/// The media playlist of the main picture: the instructor's screen while there is one, the camera
/// otherwise. For players without our client.
pub fn main(manifest: &Manifest, options: Options) -> String {
    write(manifest, &main_items(manifest, options), options)
}

/// The media playlist of the instructor's sound. For players without our client.
pub fn sound(manifest: &Manifest, options: Options) -> String {
    write(manifest, &sound_items(manifest, options), options)
}

/// The multivariant playlist over [`MAIN`] and [`SOUND`], for players without our client.
pub fn multivariant(manifest: &Manifest, options: Options) -> String {
    let (main, sound) = (main_items(manifest, options), sound_items(manifest, options));
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

/// The file of this name, if playlists of this window list it: what is off the record, damaged or
/// trimmed away is not served.
pub fn served<'a>(manifest: &'a Manifest, name: &str, window: Option<Stretch>) -> Option<&'a StoredFile> {
    manifest.tracks.iter().find_map(|track| {
        let shown =
            |segment: &&Segment| segment.file.name == name && manifest.is_shown(track, segment, window);
        let init = || track.inits.iter().map(|init| &init.file).find(|file| file.name == name);
        track.segments.iter().find(shown).map(|segment| &segment.file).or_else(init)
    })
}

fn item<'a>(
    manifest: &Manifest,
    track: &'a Track,
    segment: &'a Segment,
    window: Option<Stretch>,
) -> Option<Item<'a>> {
    let init = track.init(segment.init).filter(|_| manifest.is_shown(track, segment, window))?;
    let (from_us, to_us) = track.span_us(segment);
    Some(Item { from_us, to_us, track, segment, init })
}

fn main_items<'a>(manifest: &'a Manifest, options: Options) -> Vec<Item<'a>> {
    combined(manifest, options, |kind| match kind {
        SourceKind::Screen => Some(0),
        SourceKind::Camera => Some(1),
        SourceKind::Mic => None,
    })
}

fn sound_items<'a>(manifest: &'a Manifest, options: Options) -> Vec<Item<'a>> {
    combined(manifest, options, |kind| (kind == SourceKind::Mic).then_some(0))
}

/// One row of segments from all the instructor's tracks of some kinds, the smaller rank first.
///
/// Decides segment by segment in the order in which they were listed, so that a live playlist only
/// ever grows: a segment is taken when it goes on with its track, when its kind goes before, or when
/// what was shown does not go on. Another track begins with a keyframe.
fn combined<'a>(
    manifest: &'a Manifest,
    options: Options,
    rank: impl Fn(SourceKind) -> Option<u8>,
) -> Vec<Item<'a>> {
    let mut listed: Vec<(u8, Item)> = Vec::new();
    for track in manifest.tracks.iter().filter(|track| track.role == Role::Instructor) {
        let Some(rank) = rank(track.kind) else { continue };
        let items = track.segments.iter().filter_map(|one| item(manifest, track, one, options.window));
        listed.extend(items.map(|item| (rank, item)));
    }
    listed.sort_by_key(|(_, item)| item.segment.order);
    let mut row: Vec<Item> = Vec::new();
    // Rank, track and end of what is shown.
    let mut shown: Option<(u8, u32, u64)> = None;
    for (rank, mut item) in listed {
        let at_us = shown.map_or(0, |(.., end_us)| end_us);
        let goes_on = shown.is_some_and(|(_, track, _)| track == item.track.track);
        let is_free =
            shown.is_none_or(|(known, _, end_us)| rank < known || end_us + GOES_ON_US < item.from_us);
        let is_new = item.to_us >= at_us + NEW_MIN_US;
        if is_new && (goes_on || is_free && item.segment.independent) {
            item.from_us = item.from_us.max(at_us);
            shown = Some((rank, item.track.track, item.to_us));
            row.push(item);
        }
    }
    row
}

/// The most that any segment takes.
fn bits_per_second(items: &[Item]) -> u64 {
    let rate = |item: &Item| {
        let ticks = item.segment.duration.max(1);
        item.segment.file.bytes.saturating_mul(8 * u64::from(item.track.timescale)) / ticks
    };
    items.iter().map(rate).max().unwrap_or(0)
}

fn write(manifest: &Manifest, items: &[Item], options: Options) -> String {
    let mut writer = Writer {
        body: String::new(),
        started_at_us: manifest.started_at_ms.saturating_mul(1000),
        at_us: 0,
        longest_us: SEGMENT_US,
        was_gap: None,
        init: None,
        suffix: options.suffix,
    };
    for item in items {
        // A small hole belongs to the segment behind it: what is listed already must not change.
        if item.from_us > writer.at_us + TOUCH_US {
            writer.gap(item.from_us);
        }
        writer.segment(item);
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
    /// Where the playlist has come to.
    at_us: u64,
    longest_us: u64,
    was_gap: Option<bool>,
    init: Option<&'a Init>,
    suffix: &'a str,
}

impl<'a> Writer<'a> {
    /// Nothing is there up to `to_us`.
    fn gap(&mut self, to_us: u64) {
        while self.at_us < to_us {
            self.date(true);
            self.body.push_str("#EXT-X-GAP\n");
            let end_us = to_us.min(self.at_us + SEGMENT_US);
            self.entry(end_us, NOTHING);
        }
    }

    fn segment(&mut self, item: &Item<'a>) {
        if !self.init.is_some_and(|init| std::ptr::eq(init, item.init)) {
            let family = |init: &Init| init.codecs.split('.').next().map(str::to_owned);
            if self.init.is_some_and(|init| family(init) != family(item.init)) {
                self.body.push_str("#EXT-X-DISCONTINUITY\n");
            }
            let (name, suffix) = (&item.init.file.name, self.suffix);
            line(&mut self.body, format_args!("#EXT-X-MAP:URI=\"{name}{suffix}\""));
            self.init = Some(item.init);
        }
        self.date(false);
        self.entry(item.to_us, &item.segment.file.name);
    }

    /// The wall clock, where something begins.
    fn date(&mut self, is_gap: bool) {
        if self.was_gap.replace(is_gap) != Some(is_gap) {
            let date = date((self.started_at_us + self.at_us) / 1000);
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

/// A moment of the wall clock as ISO 8601, UTC.
fn date(at_ms: u64) -> String {
    let (days, ms) = (at_ms / 86_400_000, at_ms % 86_400_000);
    // Howard Hinnant's civil_from_days, for days after 1970: years begin in March, so that the leap
    // day is the last.
    let day = days + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

#[cfg(test)]
mod tests;
