//! What a viewer's browser tells about its link, and when that is a complaint.
//!
//! Three things are told: an estimate of what the link can take (REMB), loss, and the round trip. The
//! estimate follows what is received: it rarely exceeds 1.5 × the received rate and grows by some 8 % a
//! second. After more is sent it is therefore too low for a while on a perfect link, and while nothing
//! but sound is sent it says nothing about pictures at all. It complains when it falls, or when it
//! stays below what is sent although it had time to grow.

use std::time::{Duration, Instant};

/// An estimate a little below what the pictures take is noise, not congestion.
const TOLERANCE: f64 = 0.85;
/// Browsers estimate at least once a second while pictures arrive.
const ESTIMATE_KEPT: Duration = Duration::from_secs(5);
/// An estimate that has not grown for so long has caught up with what it can say.
const STALLED_AFTER: Duration = Duration::from_secs(6);
/// An estimate this far below its own peak fell; browsers go down to 0.85 × of what arrives.
const FALL: f64 = 0.9;
/// A growth of what is sent that the estimate has to follow first.
const GROWTH: f64 = 1.2;
/// Lost packets that mean congestion whatever the estimate says, 1/1000.
const LOSS_PERMILLE_MAX: u16 = 100;
/// Lost packets with which nothing more is sent, 1/1000: a class hears them.
const LOSS_PERMILLE_GROWING: u16 = 30;
/// A round trip this much longer than without pictures means packets that queue.
const QUEUE_MAX: Duration = Duration::from_millis(400);
/// Part of a longer round trip that is taken over into the usual one with every report: another path
/// (Wi-Fi to 4G) is not taken for a queue for ever.
const USUAL_MOVES: u32 = 16;
/// What is reported within this time after less is sent is about the time before.
const SETTLING: Duration = Duration::from_secs(1);
/// A report of loss older than this says nothing; browsers report on sound about every 5 s.
const LOSS_KEPT: Duration = Duration::from_secs(10);

/// What is known of one viewer's link.
#[derive(Debug, Default)]
pub struct Link {
    estimate: Option<Estimate>,
    /// 1/1000, and when it was reported.
    loss: Option<(Instant, u16)>,
    round_trip: Option<(Instant, Duration)>,
    /// The shortest of late: without a queue.
    usual: Option<Duration>,
    /// What the pictures take, bit/s, as the complaints see it.
    cost_bps: u64,
    /// Reports from then on are about what is sent now. `None` before the first choice.
    settled_at: Option<Instant>,
}

/// What the viewer's browser says its link can take.
#[derive(Debug, Clone, Copy)]
struct Estimate {
    at: Instant,
    bps: u64,
    /// The highest since more was sent, and when it was reached. `None`: it has caught up.
    peak: Option<(Instant, u64)>,
}

impl Link {
    /// The viewer's browser says what its link can take, bit/s.
    pub fn note_estimate(&mut self, now: Instant, bps: u64) {
        let is_of_sound = self.settled_at.is_some() && self.cost_bps == 0;
        let peak = match self.estimate {
            None => is_of_sound.then_some((now, bps)),
            Some(before) => before.peak.map(|(at, peak)| if bps > peak { (now, bps) } else { (at, peak) }),
        };
        self.estimate = Some(Estimate { at: now, bps, peak });
    }

    /// The viewer reports loss of what we send, 1/1000.
    pub fn note_loss(&mut self, now: Instant, permille: u16) {
        self.loss = Some((now, permille));
    }

    /// A report of the viewer took so long to come and go.
    pub fn note_round_trip(&mut self, now: Instant, took: Duration) {
        self.round_trip = Some((now, took));
        self.usual = Some(match self.usual {
            Some(usual) if took > usual && self.cost_bps > 0 => usual + (took - usual) / USUAL_MOVES,
            Some(usual) if took > usual => usual + (took - usual) / 2,
            _ => took,
        });
    }

    /// From now on the pictures take so much, bit/s. Rates move by themselves, too: every choice is told.
    pub fn send(&mut self, now: Instant, cost_bps: u64) {
        let grew = cost_bps as f64 > self.cost_bps as f64 * GROWTH;
        let shrank = self.cost_bps as f64 > cost_bps as f64 * GROWTH;
        if grew || shrank || self.settled_at.is_none() {
            // A complaint right after more was sent is a complaint about that.
            self.settled_at = Some(if shrank { now + SETTLING } else { now });
            if let Some(estimate) = &mut self.estimate
                && (grew || estimate.peak.is_some())
            {
                estimate.peak = Some((now, estimate.bps));
            }
        }
        // Slow growth is measured from where it began.
        if grew || cost_bps < self.cost_bps {
            self.cost_bps = cost_bps;
        }
    }

    /// What the link can take by its own complaint, bit/s; `None` = it does not complain. `sending_bps`: pictures
    /// and sound.
    pub fn complaint(&mut self, now: Instant, sending_bps: u64) -> Option<u64> {
        if self.cost_bps == 0 {
            return None;
        }
        let is_new = |at: Instant| self.settled_at.is_none_or(|settled| at > settled);
        if let Some((at, permille)) = self.loss
            && permille > LOSS_PERMILLE_MAX
            && is_new(at)
        {
            return Some(sending_bps * u64::from(1000 - permille.min(1000)) / 1000 * 9 / 10);
        }
        if let (Some((at, took)), Some(usual)) = (self.round_trip, self.usual)
            && took > usual + QUEUE_MAX
            && is_new(at)
        {
            return Some(sending_bps * 7 / 10);
        }
        let cost = self.cost_bps as f64;
        let estimate =
            self.estimate.as_mut().filter(|e| now.saturating_duration_since(e.at) < ESTIMATE_KEPT)?;
        // The estimate may not have seen any sound: it is held against the pictures alone.
        if estimate.bps as f64 >= cost * TOLERANCE {
            estimate.peak = None;
            return None;
        }
        match estimate.peak {
            Some((_, peak)) if (estimate.bps as f64) < peak as f64 * FALL => {}
            Some((at, _)) if now.saturating_duration_since(at) < STALLED_AFTER => return None,
            // It was never near what arrives: it tells that this is too much, and not what would fit.
            Some(_) => return Some(sending_bps * 7 / 10),
            None => {}
        }
        Some(estimate.bps.min(sending_bps * 9 / 10))
    }

    /// The estimate, bit/s, if it was made lately with pictures on the link.
    pub fn estimate(&self, now: Instant) -> Option<u64> {
        let fresh = self.estimate.filter(|e| now.saturating_duration_since(e.at) < ESTIMATE_KEPT)?;
        (self.cost_bps > 0).then_some(fresh.bps)
    }

    /// So much was lost lately that this is no time to send more: with pictures more than a little, without them
    /// what means congestion.
    pub fn is_lossy(&self, now: Instant, with_pictures: bool) -> bool {
        let most = if with_pictures { LOSS_PERMILLE_GROWING } else { LOSS_PERMILLE_MAX };
        self.loss
            .is_some_and(|(at, permille)| permille > most && now.saturating_duration_since(at) < LOSS_KEPT)
    }
}
