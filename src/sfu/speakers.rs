//! The speakers, from the levels that the microphones report (RFC 6464). A claim, good enough to mark a name
//! and to choose who is heard; never a proof of presence.

use std::time::{Duration, Instant};

/// Level of a quiet room; louder is speech. 0 is loudest, 127 silence (−dBov).
const SPEECH_LEVEL: f32 = 50.0;
/// The time for which a speaker keeps the mark after the last word, over the pauses of speech.
const HOLD: Duration = Duration::from_millis(1200);
/// Weight of a new level: at 50 packets a second half of the change within 100 ms.
const SMOOTHING: f32 = 0.15;
/// Most speaking marks shown at once.
pub const MARKS_MAX: usize = 4;

/// One microphone's loudness.
#[derive(Debug, Clone, Copy)]
pub struct Loudness {
    level: f32,
    spoke_at: Option<Instant>,
}

impl Default for Loudness {
    fn default() -> Loudness {
        Loudness { level: 127.0, spoke_at: None }
    }
}

impl Loudness {
    /// Notes the level of one packet.
    pub fn note(&mut self, now: Instant, level: u8) {
        self.level += (f32::from(level.min(127)) - self.level) * SMOOTHING;
        if self.level < SPEECH_LEVEL {
            self.spoke_at = Some(now);
        }
    }

    /// Whether it is speaking now, or was a moment ago.
    pub fn is_speaking(&self, now: Instant) -> bool {
        self.spoke_at.is_some_and(|at| now.saturating_duration_since(at) < HOLD)
    }

    /// Order of loudness: smaller is louder; those not speaking come last.
    pub fn rank(&self, now: Instant) -> u32 {
        let silent = u32::from(!self.is_speaking(now)) * 1000;
        silent + self.level as u32
    }
}

/// The `candidates` (with their ranks) that take `slots` audio slots, given the present holders. A holder
/// keeps its slot until someone clearly louder wants it: a change costs a syllable.
pub fn choose<T: Copy + PartialEq>(candidates: &[(T, u32)], holders: &[T], slots: usize) -> Vec<T> {
    const MARGIN: u32 = 8;
    let mut ranked: Vec<(T, u32)> = candidates
        .iter()
        .map(|(who, rank)| (*who, if holders.contains(who) { rank.saturating_sub(MARGIN) } else { *rank }))
        .collect();
    ranked.sort_by_key(|(_, rank)| *rank);
    ranked.into_iter().take(slots).map(|(who, _)| who).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_marks_after_a_moment_and_holds_over_a_pause() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut loudness = Loudness::default();
        loudness.note(at(0), 20);
        assert!(!loudness.is_speaking(at(0)), "one loud packet is a click");
        (1..20).for_each(|n| loudness.note(at(20 * n), 20));
        assert!(loudness.is_speaking(at(400)));
        (20..60).for_each(|n| loudness.note(at(20 * n), 127));
        assert!(loudness.is_speaking(at(1200)) && !loudness.is_speaking(at(2000)));
    }

    #[test]
    fn the_loudest_take_the_slots_and_holders_are_not_pushed_out_by_a_breath() {
        assert_eq!(choose(&[('a', 40), ('b', 20), ('c', 30)], &[], 2), ['b', 'c']);
        assert_eq!(choose(&[('a', 34), ('b', 20), ('c', 30)], &['a', 'b'], 2), ['b', 'a']);
        assert_eq!(choose(&[('a', 60), ('b', 20), ('c', 30)], &['a', 'b'], 2), ['b', 'c']);
    }
}
