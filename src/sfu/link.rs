//! The reports of a viewer's browser about its link, and the complaints in them.
//!
//! A browser reports three things: an estimate of what the link can take (REMB), loss, and the round trip.
//! The estimate follows the received rate: it rarely exceeds 1.5 × that rate and grows by some 8 % a second.
//! After an increase it is therefore too low for a while on a perfect link, and while only sound is sent it
//! says nothing about pictures. It is a complaint when it falls, or when it stays below the sent rate
//! although it had time to grow.

use std::time::{Duration, Instant};

/// Share of the pictures' rate down to which a lower estimate is noise, not congestion.
const TOLERANCE: f64 = 0.85;
/// The time for which an estimate is valid. Browsers estimate at least once a second while pictures arrive.
const ESTIMATE_KEPT: Duration = Duration::from_secs(5);
/// Time without growth after which an estimate has caught up.
const STALLED_AFTER: Duration = Duration::from_secs(6);
/// Share of its own peak below which an estimate has fallen; browsers go down to 0.85 × the received rate.
const FALL: f64 = 0.9;
/// Growth of the sent rate that the estimate has to follow first.
const GROWTH: f64 = 1.2;
/// Loss that means congestion whatever the estimate says, 1/1000.
const LOSS_PERMILLE_MAX: u16 = 100;
/// Loss from which on nothing more is sent, 1/1000: a class hears it.
const LOSS_PERMILLE_GROWING: u16 = 30;
/// Increase of the round trip over that without pictures that means queueing.
const QUEUE_MAX: Duration = Duration::from_millis(400);
/// Divisor of a longer round trip that is taken over into the usual one with every report: another path
/// (Wi-Fi to 4G) does not count as a queue for ever.
const USUAL_MOVES: u32 = 16;
/// Time after a decrease in which reports are about the time before it.
const SETTLING: Duration = Duration::from_secs(1);
/// The time for which a report of loss is valid; browsers report on sound about every 5 s.
const LOSS_KEPT: Duration = Duration::from_secs(10);
/// The same while no picture is sent. The report was about pictures that are gone; browsers report on sound only every
/// 5 s, and a viewer should not wait for that.
const LOSS_KEPT_DARK: Duration = Duration::from_secs(3);

/// One viewer's link: its estimate, and its reaction to the sent rate.
#[derive(Debug, Default)]
pub struct Link {
    estimate: Option<Estimate>,
    /// Loss, 1/1000, and the time of its report.
    loss: Option<(Instant, u16)>,
    round_trip: Option<(Instant, Duration)>,
    /// The shortest recent round trip: without a queue.
    usual: Option<Duration>,
    /// The pictures' rate for judging complaints, bit/s.
    cost_bps: u64,
    /// The time from which reports are about the present rate. `None` = before the first choice.
    settled_at: Option<Instant>,
}

/// The browser's estimate of what the viewer's link can take.
#[derive(Debug, Clone, Copy)]
struct Estimate {
    at: Instant,
    bps: u64,
    /// The highest estimate since the last increase, and its time. `None` = it has caught up.
    peak: Option<(Instant, u64)>,
}

impl Link {
    /// Notes the browser's estimate, bit/s.
    pub fn note_estimate(&mut self, now: Instant, bps: u64) {
        let is_of_sound = self.settled_at.is_some() && self.cost_bps == 0;
        let peak = match self.estimate {
            None => is_of_sound.then_some((now, bps)),
            Some(before) => before.peak.map(|(at, peak)| if bps > peak { (now, bps) } else { (at, peak) }),
        };
        self.estimate = Some(Estimate { at: now, bps, peak });
    }

    /// Notes loss of our packets, 1/1000.
    pub fn note_loss(&mut self, now: Instant, permille: u16) {
        self.loss = Some((now, permille));
    }

    /// Notes the round-trip time of a report.
    pub fn note_round_trip(&mut self, now: Instant, took: Duration) {
        self.round_trip = Some((now, took));
        self.usual = Some(match self.usual {
            Some(usual) if took > usual && self.cost_bps > 0 => usual + (took - usual) / USUAL_MOVES,
            Some(usual) if took > usual => usual + (took - usual) / 2,
            _ => took,
        });
    }

    /// Notes the new rate of the pictures, bit/s. Rates change by themselves, too: report every choice.
    pub fn send(&mut self, now: Instant, cost_bps: u64) {
        let grew = cost_bps as f64 > self.cost_bps as f64 * GROWTH;
        let shrank = self.cost_bps as f64 > cost_bps as f64 * GROWTH;
        if grew || shrank || self.settled_at.is_none() {
            // A complaint right after an increase is about that increase.
            self.settled_at = Some(if shrank { now + SETTLING } else { now });
            if let Some(estimate) = &mut self.estimate
                && (grew || estimate.peak.is_some())
            {
                estimate.peak = Some((now, estimate.bps));
            }
        }
        // Slow growth is measured from its beginning.
        if grew || cost_bps < self.cost_bps {
            self.cost_bps = cost_bps;
        }
    }

    /// The rate that the link can take according to its complaint, bit/s; `None` = no complaint.
    /// `sending_bps`: pictures and sound.
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
        // The estimate may not cover any sound: it is compared with the pictures alone.
        if estimate.bps as f64 >= cost * TOLERANCE {
            estimate.peak = None;
            return None;
        }
        match estimate.peak {
            Some((_, peak)) if (estimate.bps as f64) < peak as f64 * FALL => {}
            Some((at, _)) if now.saturating_duration_since(at) < STALLED_AFTER => return None,
            // The estimate was never near the received rate: it says that this is too much, but not what
            // would fit.
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

    /// Whether recent loss forbids sending more: with pictures more than a little, without them a loss that
    /// means congestion.
    pub fn is_lossy(&self, now: Instant, with_pictures: bool) -> bool {
        let (most, kept) = match with_pictures {
            true => (LOSS_PERMILLE_GROWING, LOSS_KEPT),
            false => (LOSS_PERMILLE_MAX, LOSS_KEPT_DARK),
        };
        self.loss.is_some_and(|(at, permille)| permille > most && now.saturating_duration_since(at) < kept)
    }
}
