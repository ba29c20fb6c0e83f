//! The admission of packets, and the count of drops. Drops are silent towards the sender: an answer would
//! serve an attacker.
//!
//! The order of the checks (see [`super::leg::Leg`] and `live::worker`): STUN must name one of our legs and
//! prove its password, or answer one of our own checks; everything else must come from the leg's route; DTLS
//! is capped per handshake; RTP must bear an SSRC of the offer or authenticate under a MID/RID of it, before
//! any state is made; RTCP must authenticate.

use std::time::{Duration, Instant};

macro_rules! drops {
    ($($(#[$doc:meta])* $name:ident => $text:literal,)*) => {
        /// The reason why a packet was dropped.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Drop { $($(#[$doc])* $name,)* }

        impl Drop {
            /// All reasons, in the order of [`Counters`].
            pub const ALL: &'static [Drop] = &[$(Drop::$name,)*];

            /// The reason's name in metrics.
            pub fn name(self) -> &'static str {
                match self { $(Drop::$name => $text,)* }
            }
        }
    };
}

drops! {
    /// Not STUN, DTLS, RTP or RTCP by its first bytes, or cut short.
    Unknown => "unknown",
    /// Neither a binding request nor a success response of our form.
    StunMalformed => "stun_malformed",
    /// Names no leg and answers none of our checks.
    StunUnknown => "stun_unknown",
    /// Its MESSAGE-INTEGRITY is not made with the leg's password, or the answer comes from elsewhere.
    StunForged => "stun_forged",
    /// DTLS, RTP or RTCP from an address no leg has proven.
    Stranger => "stranger",
    /// RTP or RTCP before the keys are agreed.
    TooEarly => "too_early",
    /// RTP that does not parse, before or after decryption.
    RtpMalformed => "rtp_malformed",
    /// An SSRC that is neither in the offer nor admitted by MID and RID.
    UnknownSsrc => "unknown_ssrc",
    /// Padding or a repetition on a retransmission stream, sent to measure the bandwidth: nothing to forward.
    Probe => "probe",
    /// Seen before, or too old to say.
    Replayed => "replayed",
    /// Does not decrypt.
    Forged => "forged",
    /// A payload type that was not agreed.
    UnknownPayload => "unknown_payload",
    /// A publisher above its share of the server.
    Policed => "policed",
    /// It waited in the system until it was useless: the server stood still.
    Stale => "stale",
    /// Sent by a participant who may not send it, or no longer.
    NotPermitted => "not_permitted",
    /// The socket did not take it at once.
    SendFull => "send_full",
}

/// Drops since start, by reason.
#[derive(Debug, Clone, Default)]
pub struct Counters([u64; Drop::ALL.len()]);

impl Counters {
    pub fn count(&mut self, why: Drop) {
        self.add(why, 1);
    }

    pub fn add(&mut self, why: Drop, packets: u64) {
        self.0[why as usize] += packets;
    }

    /// Every reason with its count.
    pub fn iter(&self) -> impl Iterator<Item = (Drop, u64)> {
        Drop::ALL.iter().copied().zip(self.0)
    }
}

/// Rate allowed to one leg, bytes/s: far above three simulcast layers and a screen, far below a flood.
const UPLINK_BYTES_PER_SECOND: f64 = 20_000_000.0 / 8.0;
/// Burst allowed to one leg, bytes: a keyframe of a large screen.
const UPLINK_BURST: f64 = 1_500_000.0;

/// Limits one leg's ingress by bytes (token bucket).
#[derive(Debug)]
pub struct Police {
    tokens: f64,
    refilled: Instant,
}

impl Police {
    pub fn new(now: Instant) -> Police {
        Police { tokens: UPLINK_BURST, refilled: now }
    }

    /// Whether `bytes` more may come in.
    pub fn admit(&mut self, now: Instant, bytes: usize) -> bool {
        let passed = now.saturating_duration_since(self.refilled);
        if passed > Duration::from_millis(1) {
            self.tokens = (self.tokens + passed.as_secs_f64() * UPLINK_BYTES_PER_SECOND).min(UPLINK_BURST);
            self.refilled = now;
        }
        let admitted = self.tokens >= bytes as f64;
        if admitted {
            self.tokens -= bytes as f64;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_to_the_agreed_rate() {
        let start = Instant::now();
        let mut police = Police::new(start);
        let admitted = |police: &mut Police, ms| {
            (0..100_000).take_while(|_| police.admit(start + Duration::from_millis(ms), 1000)).count()
        };
        assert_eq!(admitted(&mut police, 0), 1500);
        assert_eq!(admitted(&mut police, 100), 250);
        assert_eq!(admitted(&mut police, 60_000), 1500, "silence saves up one burst at most");
    }

    #[test]
    fn every_reason_has_its_own_name_and_counter() {
        let mut counters = Counters::default();
        Drop::ALL.iter().enumerate().for_each(|(n, why)| counters.add(*why, n as u64));
        let mut names: Vec<_> = counters.iter().map(|(why, _)| why.name()).collect();
        assert!(counters.iter().enumerate().all(|(n, (_, count))| count == n as u64));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Drop::ALL.len());
    }
}
