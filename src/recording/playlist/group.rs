//! Segments of a playlist: the files from one keyframe to the next are one segment, so that a player may
//! begin with any of them. A single file may begin anywhere: none is longer than two seconds, to bound the
//! loss of a power cut, and keyframes are rarer. Nothing is stored for it: several files are served as one.
//!
//! The end of a segment does not depend on the time of the request, so that a live playlist only grows: a
//! segment of picture is listed when the next one begins, or when others have gone on for so long that it
//! cannot grow any more.

use super::Item;
use crate::lesson::SourceKind;
use crate::recording::manifest::{Init, Manifest, Segment, StoredFile, Track};
use crate::time::Stretch;

/// Longest segment: encoders that ignore requests send a keyframe every 250 pictures.
const LENGTH_MAX_US: u64 = 10_500_000;
/// Largest segment: it is put together in memory.
const BYTES_MAX: u64 = 32 << 20;
/// The time before the end of any other stream at which a picture's last file must have ended for it to be
/// over: a file, the time its packets are waited for, and the way to the disk.
const ENDED_US: u64 = 4_000_000;

/// A segment of a playlist.
pub(super) struct Group<'a> {
    pub(super) from_us: u64,
    pub(super) to_us: u64,
    pub(super) track: &'a Track,
    pub(super) init: &'a Init,
    /// Neighbours; not empty.
    pub(super) segments: Vec<&'a Segment>,
}

impl<'a> Group<'a> {
    fn new(item: Item<'a>) -> Group<'a> {
        let Item { from_us, to_us, track, segment, init } = item;
        Group { from_us, to_us, track, init, segments: vec![segment] }
    }

    pub(super) fn independent(&self) -> bool {
        self.segments[0].independent
    }

    pub(super) fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.file.bytes).sum()
    }

    fn last(&self) -> &'a Segment {
        self.segments[self.segments.len() - 1]
    }

    /// The name in its address.
    pub(super) fn name(&self) -> String {
        match self.segments[..] {
            [only] => only.file.name.clone(),
            _ => format!("{}-{}-{}.m4s", self.track.track, self.segments[0].number, self.last().number),
        }
    }

    /// Whether the next file belongs to it.
    fn takes(&self, next: &Item, touch_us: u64) -> bool {
        next.track.kind != SourceKind::Mic
            && !next.segment.independent
            && follows(self.track, self.last(), next.track, next.segment)
            && next.from_us <= self.to_us + touch_us
            && next.to_us <= self.from_us + LENGTH_MAX_US
            && self.bytes() + next.segment.file.bytes <= BYTES_MAX
    }
}

/// Whether a file of the same stream follows directly on another.
fn follows(track: &Track, last: &Segment, next_track: &Track, next: &Segment) -> bool {
    track.track == next_track.track && last.number + 1 == next.number && last.init == next.init
}

/// The end of the recording by the files listed before each one.
struct Reached(Vec<u64>);

impl Reached {
    fn new(manifest: &Manifest) -> Reached {
        let tracks = manifest.tracks.iter();
        let mut ends: Vec<(u32, u64)> = tracks
            .flat_map(|track| track.segments.iter().map(|one| (one.order, track.span_us(one).1)))
            .collect();
        ends.sort_unstable();
        let mut reached = vec![0];
        for (_, end_us) in ends {
            reached.push(end_us.max(reached[reached.len() - 1]));
        }
        Reached(reached)
    }

    /// The end before the file of this number among all was listed.
    fn before(&self, order: u32) -> u64 {
        self.0.get(order as usize).copied().unwrap_or_else(|| self.now())
    }

    fn now(&self) -> u64 {
        self.0[self.0.len() - 1]
    }
}

/// The segments of a row of files. While the recording is open, a last one that may still grow is left out.
pub(super) fn groups<'a>(manifest: &'a Manifest, items: Vec<Item<'a>>, touch_us: u64) -> Vec<Group<'a>> {
    let reached = Reached::new(manifest);
    let mut groups: Vec<Group> = Vec::new();
    for item in items {
        match groups.last_mut() {
            Some(group)
                if group.takes(&item, touch_us)
                    && reached.before(item.segment.order) <= group.to_us + ENDED_US =>
            {
                group.to_us = item.to_us;
                group.segments.push(item.segment);
            }
            _ => groups.push(Group::new(item)),
        }
    }
    let grows = |group: &Group| {
        let is_picture = group.track.kind != SourceKind::Mic;
        manifest.open && is_picture && reached.now() <= group.to_us + ENDED_US
    };
    groups.pop_if(|group| grows(group));
    groups
}

/// The content of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served<'a> {
    /// The files, to be sent one behind the other.
    pub files: Vec<&'a StoredFile>,
    /// The part of the recording in them; `None` = an init.
    pub shows: Option<Stretch>,
}

/// The files behind a name, if playlists of this window list it: media off the record, damaged or trimmed
/// away is not served.
pub fn served<'a>(manifest: &'a Manifest, name: &str, window: Option<Stretch>) -> Option<Served<'a>> {
    for track in &manifest.tracks {
        if let Some(init) = track.inits.iter().find(|init| init.file.name == name) {
            return Some(Served { files: vec![&init.file], shows: None });
        }
        let Some(segments) = named(track, name) else { continue };
        if !segments.iter().all(|segment| manifest.is_shown(track, segment, window)) {
            return None;
        }
        let ms = |us: u64| us / 1000;
        let from_ms = ms(track.span_us(&segments[0]).0);
        let to_ms = ms(track.span_us(&segments[segments.len() - 1]).1);
        let files = segments.iter().map(|segment| &segment.file).collect();
        return Some(Served { files, shows: Some(Stretch { from_ms, to_ms }) });
    }
    None
}

/// The neighbouring segments of a track behind a name.
fn named<'a>(track: &'a Track, name: &str) -> Option<&'a [Segment]> {
    if let Some(at) = track.segments.iter().position(|segment| segment.file.name == name) {
        return track.segments.get(at..=at);
    }
    let numbers = name.strip_prefix(&format!("{}-", track.track))?.strip_suffix(".m4s")?;
    let (first, last) = numbers.split_once('-')?;
    let at = |number: &str| {
        let number: u32 = number.parse().ok()?;
        track.segments.iter().position(|segment| segment.number == number)
    };
    let found = track.segments.get(at(first)?..=at(last)?)?;
    let neighbours = found.windows(2).all(|pair| follows(track, &pair[0], track, &pair[1]));
    let bytes: u64 = found.iter().map(|segment| segment.file.bytes).sum();
    (!found.is_empty() && neighbours && bytes <= BYTES_MAX).then_some(found)
}
