//! Attention blocks (CR-6) and the hidden moment of each block's check (CR-7). Blocks are cut from
//! the instruction timeline: a break inside a block makes it longer on the wall clock, not in class.

use ring::hmac;

use crate::time::{ServerInstant, Span, Spans};

/// Shortest tail that is a block of its own; a shorter one joins the block before.
const TAIL_MIN_MS: u64 = 300_000;

/// Earliest moment of a check in its block, and the least rest of the block after the end of its answer time.
const CHECK_FIRST_S: u64 = 90;
const CHECK_REST_S: u64 = 30;

/// Most blocks of a lesson: more than a week of teaching, the rest is in the last block. It bounds the memory
/// that a nonsense file can take for each person.
const COUNT_MAX: u32 = 1_000;

/// The blocks of a window, numbered from 1. Together they are the window, and none overlaps another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks {
    /// Stretches in order of time, each with the number of its block.
    pieces: Vec<(Span, u32)>,
    count: u32,
}

impl Blocks {
    pub fn cut(window: &Spans, block_seconds: u64) -> Blocks {
        let block_ms = block_seconds * 1000;
        let (whole, tail) = (window.length_ms() / block_ms, window.length_ms() % block_ms);
        let alone = tail >= TAIL_MIN_MS || (whole == 0 && tail > 0);
        let count = u32::try_from(whole + u64::from(alone)).unwrap_or(u32::MAX).min(COUNT_MAX);
        let (mut pieces, mut number, mut room_ms) = (Vec::new(), 1, block_ms);
        for mut span in window.iter() {
            // The last block takes the rest.
            while number < count && span.length_ms() >= room_ms {
                let to = span.from.plus_ms(room_ms);
                pieces.push((Span { from: span.from, to }, number));
                (span.from, number, room_ms) = (to, number + 1, block_ms);
            }
            if span.from < span.to {
                room_ms = room_ms.saturating_sub(span.length_ms());
                pieces.push((span, number));
            }
        }
        Blocks { pieces, count }
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    /// The block that a check named `number` counts for: a number beyond the last block means the last one.
    /// `None` = there are no blocks.
    pub fn named(&self, number: u32) -> Option<u32> {
        (self.count > 0 && number > 0).then(|| number.min(self.count))
    }

    /// The block at an instant; `None` = outside the window.
    pub fn holding(&self, at: ServerInstant) -> Option<u32> {
        let after = self.pieces.partition_point(|(span, _)| span.from <= at);
        let (span, number) = self.pieces.get(after.checked_sub(1)?)?;
        span.contains(at).then_some(*number)
    }

    /// The time of the blocks with a number that `chosen` accepts.
    pub fn time_of(&self, chosen: impl Fn(u32) -> bool) -> Spans {
        self.pieces.iter().filter(|(_, number)| chosen(*number)).map(|(span, _)| *span).collect()
    }
}

/// Whether a block of this length has room for its check and the time to answer it.
pub fn has_moment(length_seconds: u64, answer_seconds: u64) -> bool {
    length_seconds >= CHECK_FIRST_S + CHECK_REST_S + answer_seconds
}

/// Seconds of instruction into block `number` at which its check is issued (CR-7). Reproducible with the
/// lesson's secret, and unguessable without it: HMAC-SHA256 of the block number as eight bytes, its first
/// eight bytes taken as a number, big-endian both.
pub fn check_offset_seconds(
    lesson_secret: &[u8],
    number: u32,
    length_seconds: u64,
    answer_seconds: u64,
) -> u64 {
    let key = hmac::Key::new(hmac::HMAC_SHA256, lesson_secret);
    let tag = hmac::sign(&key, &u64::from(number).to_be_bytes());
    let first = tag.as_ref()[..8].try_into().expect("a tag of SHA-256 has 32 bytes");
    let room = length_seconds.saturating_sub(CHECK_FIRST_S + CHECK_REST_S + answer_seconds).max(1);
    CHECK_FIRST_S + u64::from_be_bytes(first) % room
}
