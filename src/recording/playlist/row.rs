//! The files of one row: those of a track, or the instructor's main picture or sound from all tracks.

use super::{Item, NEW_MIN_US, Options};
use crate::lesson::{Role, SourceKind};
use crate::recording::manifest::{Manifest, Segment, Track};

/// Age of a source's last segment after which it does not go on: a segment, and its way to the disk.
const GOES_ON_US: u64 = 2_200_000;

/// The files of one track.
pub(super) fn track<'a>(manifest: &'a Manifest, track: &'a Track, options: Options) -> Vec<Item<'a>> {
    track.segments.iter().filter_map(|segment| item(manifest, track, segment, options)).collect()
}

fn item<'a>(
    manifest: &Manifest,
    track: &'a Track,
    segment: &'a Segment,
    options: Options,
) -> Option<Item<'a>> {
    let init = track.init(segment.init).filter(|_| manifest.is_shown(track, segment, options.window))?;
    let (from_us, to_us) = track.span_us(segment);
    Some(Item { from_us, to_us, track, segment, init })
}

/// The instructor's screen while there is one, the camera otherwise.
pub(super) fn main<'a>(manifest: &'a Manifest, options: Options) -> Vec<Item<'a>> {
    combined(manifest, options, |kind| match kind {
        SourceKind::Screen => Some(0),
        SourceKind::Camera => Some(1),
        SourceKind::Mic => None,
    })
}

/// The instructor's sound.
pub(super) fn sound<'a>(manifest: &'a Manifest, options: Options) -> Vec<Item<'a>> {
    combined(manifest, options, |kind| (kind == SourceKind::Mic).then_some(0))
}

/// One row of segments from all the instructor's tracks of some kinds, smaller rank first.
fn combined<'a>(
    manifest: &'a Manifest,
    options: Options,
    rank: impl Fn(SourceKind) -> Option<u8>,
) -> Vec<Item<'a>> {
    let mut listed: Vec<(u8, Item)> = Vec::new();
    for track in manifest.tracks.iter().filter(|track| track.role == Role::Instructor) {
        let Some(rank) = rank(track.kind) else { continue };
        let items = track.segments.iter().filter_map(|one| item(manifest, track, one, options));
        listed.extend(items.map(|item| (rank, item)));
    }
    listed.sort_by_key(|(_, item)| item.segment.order);
    let mut row = Row::default();
    listed.into_iter().for_each(|(rank, item)| row.listed(rank, item));
    row.items
}

/// Decides segment by segment in the order of listing, so that a live playlist only grows: a segment is taken
/// if it continues its track, if its kind goes before, or if the shown track does not go on. Another track
/// begins with a keyframe. Its segments from before the shown one is known to have ended (an encoder that
/// came back, a screen no longer shared) are taken, too.
#[derive(Default)]
struct Row<'a> {
    items: Vec<Item<'a>>,
    /// Rank and track that are shown.
    shown: Option<(u8, u32)>,
    end_us: u64,
    /// Segments of other tracks, behind the end of the shown one.
    waiting: Vec<(u8, Item<'a>)>,
}

impl<'a> Row<'a> {
    fn listed(&mut self, rank: u8, item: Item<'a>) {
        let track = item.track.track;
        match self.shown {
            Some((_, shown)) if shown == track => self.take(rank, item),
            Some((known, _)) if rank >= known => {
                let has_ended = item.to_us > self.end_us + GOES_ON_US;
                self.waiting.push((rank, item));
                if has_ended {
                    self.take_over(track);
                }
            }
            _ if item.segment.independent && self.is_new(&item) => self.take(rank, item),
            _ => {}
        }
        let end_us = self.end_us;
        self.waiting.retain(|(_, item)| item.to_us >= end_us + NEW_MIN_US);
    }

    fn is_new(&self, item: &Item) -> bool {
        item.to_us >= self.end_us + NEW_MIN_US
    }

    /// Shows another track, from its first keyframe behind the end on.
    fn take_over(&mut self, track: u32) {
        let (own, others) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(_, one)| one.track.track == track);
        self.waiting = others;
        let own: Vec<(u8, Item)> = own;
        own.into_iter()
            .skip_while(|(_, item)| !item.segment.independent)
            .for_each(|(rank, item)| self.take(rank, item));
    }

    fn take(&mut self, rank: u8, mut item: Item<'a>) {
        if item.to_us <= self.end_us {
            return;
        }
        item.from_us = item.from_us.max(self.end_us);
        (self.shown, self.end_us) = (Some((rank, item.track.track)), item.to_us);
        self.items.push(item);
    }
}
