//! A manifest cut anywhere, and changed anywhere.

use proptest::prelude::*;

use super::super::{CloseReason, Event, StoredFile};
use super::*;
use crate::lesson::{Role, SourceKind};
use crate::recording::manifest::GapReason;
use crate::time::Stretch;

fn entries() -> Vec<Entry> {
    let file = |name: &str| StoredFile { name: name.into(), bytes: 12, sha256: "ab".repeat(32) };
    let (person, name) = ("人-1".to_owned(), "老师 \"\\ \u{2028}".to_owned());
    vec![
        Entry::Recording { v: 1, id: "r".into(), lesson: "l".into(), started_at_ms: 1_700_000_000_000 },
        Entry::Opened { at_ms: 0 },
        Entry::Track {
            track: 1,
            at_ms: 10,
            person: person.clone(),
            name: name.clone(),
            role: Role::Instructor,
            kind: SourceKind::Camera,
            timescale: 90_000,
        },
        Entry::Init {
            track: 1,
            init: 0,
            file: file("1-0.mp4"),
            codecs: "avc1.42e01f".into(),
            width: 640,
            height: 360,
        },
        Entry::Segment {
            track: 1,
            number: 0,
            init: 0,
            start: 900,
            duration: 180_000,
            independent: true,
            file: file("1-0.m4s"),
        },
        Entry::Gap { track: 1, from_ms: 2_010, to_ms: 2_500, why: GapReason::Loss },
        Entry::Event {
            at_ms: 2_600,
            event: Event::Chat { line: 1, person, name, role: Role::Trainee, text: "好\\n".into() },
        },
        Entry::Event { at_ms: 2_700, event: Event::OffRecord { on: true } },
        Entry::Closed {
            at_ms: 3_000,
            why: CloseReason::Ended,
            off_record: vec![Stretch { from_ms: 2_700, to_ms: 3_000 }],
        },
    ]
}

fn written() -> (Vec<u8>, Vec<usize>, Chain) {
    let (mut bytes, mut ends, mut chain) = (Vec::new(), Vec::new(), Chain::start());
    for entry in entries() {
        bytes.extend_from_slice(chain.line(&entry).as_bytes());
        ends.push(bytes.len());
    }
    (bytes, ends, chain)
}

fn good(lines: &Lines) -> Vec<Entry> {
    lines.good.iter().map(|listed| listed.entry.clone()).collect()
}

#[test]
fn what_was_written_is_read() {
    let (bytes, _, chain) = written();
    let lines = read(&bytes);
    assert_eq!(good(&lines), entries());
    assert_eq!((lines.torn, lines.damaged.len(), lines.whole), (0, 0, bytes.len()));
    assert_eq!(lines.chain, chain);
}

#[test]
fn a_manifest_cut_at_any_byte_gives_the_whole_lines_before_the_cut_and_goes_on() {
    let (bytes, ends, _) = written();
    for cut in 0..=bytes.len() {
        let lines = read(&bytes[..cut]);
        let whole = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(good(&lines), entries()[..whole], "cut at {cut}");
        assert!(lines.damaged.is_empty(), "cut at {cut}");
        assert_eq!(
            (lines.whole, lines.torn),
            (ends[..whole].last().map_or(0, |end| *end), cut - lines.whole)
        );
        // A line appended after the torn part was cut off belongs to the chain.
        let mut chain = lines.chain.clone();
        let mut again = bytes[..lines.whole].to_vec();
        again.extend_from_slice(chain.line(&Entry::Opened { at_ms: 9 }).as_bytes());
        let lines = read(&again);
        assert_eq!((lines.good.len(), lines.damaged.len(), lines.torn), (whole + 1, 0, 0), "cut at {cut}");
    }
}

#[test]
fn any_flipped_byte_is_noticed_and_hurts_no_more_than_its_neighbours() {
    let (bytes, ends, _) = written();
    for at in 0..bytes.len() {
        for bits in [0x01, 0xff] {
            let mut changed = bytes.clone();
            changed[at] ^= bits;
            let lines = read(&changed);
            let line = ends.iter().filter(|end| **end <= at).count();
            assert!(!lines.damaged.is_empty() || lines.torn > 0, "{at} {bits:02x}");
            assert_eq!(good(&lines)[..line], entries()[..line], "{at} {bits:02x}");
            assert!(lines.good[..line].iter().all(|listed| !listed.after_damage));
            // Lost: a line, its neighbour if the end of the line is hit, and the one that cannot be told.
            assert!(lines.good.len() + 3 >= ends.len(), "{at} {bits:02x}: {}", lines.good.len());
            assert!(lines.good[line..].iter().all(|listed| listed.after_damage));
            assert!(good(&lines).iter().all(|entry| entries().contains(entry)), "nothing is made up");
        }
    }
}

#[test]
fn lines_that_were_moved_taken_out_or_doubled_are_noticed() {
    let (bytes, ends, _) = written();
    let line = |at: usize| bytes[if at == 0 { 0 } else { ends[at - 1] }..ends[at]].to_vec();
    let rows: [&[usize]; 4] = [&[0, 2, 1, 3], &[0, 1, 3, 4], &[0, 1, 1, 2], &[1, 2, 3]];
    for row in rows {
        let changed: Vec<u8> = row.iter().flat_map(|at| line(*at)).collect();
        assert!(!read(&changed).damaged.is_empty(), "{row:?}");
    }
}

#[test]
fn a_damaged_manifest_can_be_appended_to() {
    let (mut bytes, ends, _) = written();
    let last = ends[ends.len() - 2] + 50;
    bytes[last] ^= 1;
    let lines = read(&bytes);
    assert_eq!((lines.damaged.len(), lines.torn), (1, 0));
    let mut chain = lines.chain;
    bytes.extend_from_slice(chain.line(&Entry::Opened { at_ms: 9 }).as_bytes());
    let lines = read(&bytes);
    assert_eq!((lines.damaged.len(), lines.good.len()), (1, ends.len()));
    assert!(lines.good.last().unwrap().after_damage);
}

proptest! {
    #[test]
    fn whatever_is_in_the_file_reading_ends(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let lines = read(&bytes);
        prop_assert!(lines.good.is_empty());
        prop_assert_eq!(lines.whole + lines.torn, bytes.len());
    }
}
