//! Recordings told line by line.

use super::*;
use crate::lesson::ClassState;
use crate::recording::playlist;

fn file(name: String) -> StoredFile {
    StoredFile { name, bytes: 1, sha256: String::new() }
}

fn track(track: u32) -> Entry {
    let (person, name) = ("p".into(), "老师".into());
    Entry::Track {
        track,
        at_ms: 0,
        person,
        name,
        role: Role::Instructor,
        kind: SourceKind::Mic,
        timescale: 48_000,
    }
}

/// A segment from and to a millisecond.
fn segment(track: u32, number: u32, from_ms: u64, to_ms: u64) -> Entry {
    let (start, duration) = (from_ms * 48, (to_ms - from_ms) * 48);
    let file = file(format!("{track}-{number}.m4s"));
    Entry::Segment { track, number, init: 0, start, duration, independent: true, file }
}

fn off_record(at_ms: u64, on: bool) -> Entry {
    Entry::Event { at_ms, event: Event::OffRecord { on } }
}

fn fold(entries: &[Entry]) -> Manifest {
    let mut manifest = Manifest::default();
    entries.iter().for_each(|entry| manifest.apply(entry));
    manifest
}

fn shown(manifest: &Manifest, window: Option<Stretch>) -> Vec<u32> {
    let track = &manifest.tracks[0];
    let is_shown = |segment: &&Segment| manifest.is_shown(track, segment, window);
    track.segments.iter().filter(is_shown).map(|segment| segment.number).collect()
}

#[test]
fn a_recording_is_open_until_it_is_closed() {
    let closed = |at_ms, why| Entry::Closed { at_ms, why, off_record: vec![] };
    let mut entries = vec![Entry::Opened { at_ms: 0 }, track(1), segment(1, 0, 0, 2_000)];
    let manifest = fold(&entries);
    assert_eq!((manifest.open, manifest.closed, manifest.duration_ms), (true, None, 2_000));
    entries.push(closed(2_500, CloseReason::Recovered));
    let manifest = fold(&entries);
    assert_eq!(
        (manifest.open, manifest.closed, manifest.duration_ms),
        (false, Some(CloseReason::Recovered), 2_500)
    );
    entries.extend([Entry::Opened { at_ms: 9_000 }, closed(10_000, CloseReason::Ended)]);
    let manifest = fold(&entries);
    assert_eq!((manifest.open, manifest.duration_ms), (false, 10_000));
    let gap = ReplayGap { track: 1, from_ms: 2_000, to_ms: 9_000, why: GapReason::Restart };
    assert_eq!(manifest.gaps, [gap]);
}

#[test]
fn only_what_was_being_sent_is_missing_after_a_restart() {
    let opened = |at_ms| Entry::Opened { at_ms };
    let segments = [segment(1, 0, 0, 2_000), segment(2, 0, 58_000, 60_000)];
    let manifest = fold(&[&[opened(0), track(1), track(2)][..], &segments, &[opened(70_000)]].concat());
    let gap = ReplayGap { track: 2, from_ms: 60_000, to_ms: 70_000, why: GapReason::Restart };
    assert_eq!(manifest.gaps, [gap]);
}

#[test]
fn nothing_off_the_record_is_shown() {
    let segments: Vec<_> =
        (0..10).map(|at| segment(1, at, u64::from(at) * 2_000, u64::from(at) * 2_000 + 2_000)).collect();
    let entries = [&[track(1)], &segments[..], &[off_record(5_000, true)]].concat();
    let manifest = fold(&entries);
    assert_eq!(shown(&manifest, None), [0, 1, 2], "still off the record");
    let manifest = fold(&[&entries[..], &[off_record(12_500, false)]].concat());
    assert_eq!(shown(&manifest, None), [0, 1, 2, 6, 7, 8, 9]);
    let is_served = |name| playlist::served(&manifest, name, None).is_some();
    assert!(is_served("1-6.m4s") && !is_served("1-4.m4s"));
    // The seal says so, too, if the event's line is damaged.
    let sealed = Entry::Closed {
        at_ms: 20_000,
        why: CloseReason::Ended,
        off_record: vec![Stretch { from_ms: 5_000, to_ms: 12_500 }],
    };
    assert_eq!(shown(&fold(&[&[track(1)], &segments[..], &[sealed]].concat()), None), [0, 1, 2, 6, 7, 8, 9]);
}

#[test]
fn a_window_takes_the_nearest_segments() {
    let segments: Vec<_> =
        (0..5).map(|at| segment(1, at, u64::from(at) * 2_000, u64::from(at) * 2_000 + 2_000)).collect();
    let manifest = fold(&[&[track(1)], &segments[..]].concat());
    let window = |from_ms, to_ms| shown(&manifest, Some(Stretch { from_ms, to_ms }));
    assert_eq!(window(0, 10_000), [0, 1, 2, 3, 4]);
    assert_eq!(window(2_500, 7_500), [1, 2, 3]);
    assert_eq!(window(3_500, 6_500), [2]);
    assert!(window(20_000, 30_000).is_empty());
}

#[test]
fn a_damaged_segment_is_a_gap_and_not_shown() {
    let mut manifest = fold(&[track(1), segment(1, 0, 0, 2_000), segment(1, 1, 2_000, 4_000)]);
    assert!(manifest.mark_damaged(1, 0) && manifest.mark_damaged(1, 0));
    assert!(!manifest.mark_damaged(1, 9) && !manifest.mark_damaged(7, 0));
    assert_eq!(shown(&manifest, None), [1]);
    let gap = ReplayGap { track: 1, from_ms: 0, to_ms: 2_000, why: GapReason::Damaged };
    assert_eq!(manifest.gaps, [gap]);
}

#[test]
fn segments_that_cannot_be_are_passed_over() {
    let manifest = fold(&[
        track(1),
        segment(1, 3, 4_000, 6_000),
        segment(1, 3, 6_000, 8_000),
        segment(1, 4, 5_000, 7_000),
        segment(1, 5, 6_000, 8_000),
        segment(9, 0, 0, 1_000),
        Entry::Event { at_ms: 1, event: Event::Class { class: ClassState::Live } },
    ]);
    let numbers: Vec<u32> = manifest.tracks[0].segments.iter().map(|segment| segment.number).collect();
    assert_eq!(numbers, [3, 5]);
}
