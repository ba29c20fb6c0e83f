//! One clock for everything: when something was captured, in time since the recording's start.
//!
//! A sender report says which NTP time of the sender an RTP time was. All tracks of a sender share
//! its NTP clock, so they share the difference to ours too ([`SenderClock`]): whatever error that
//! has, picture and sound have it alike. The difference is the smallest one seen, since a report can
//! only be late; it follows drift, slowly.
//!
//! Before the first report arrival counts, and arrival always holds a report down: one that lies
//! moves its media by [`REPORT_MAX_US`] and no further.

/// How fast a floor rises, millionths: clocks drift by less.
const RISE_PPM: u64 = 500;
/// How fast the difference to a sender's clock may move, millionths: nobody hears or sees it.
const SLEW_PPM: u64 = 10_000;
/// A report that is off by more is late, or the sender's clock was set.
const STEP_US: i64 = 1_000_000;
/// So many such reports in a row, and the sender's clock was set.
const STEP_REPORTS: u32 = 3;
/// How far a report may move media away from where its arrival puts it.
const REPORT_MAX_US: i64 = 1_000_000;
/// Media that is later than the earliest by more was not merely delayed: its RTP clock is wrong.
const LAG_MAX_US: i64 = 2_000_000;
/// An RTP clock that is off from arrival by more, from one packet to the next, was set anew.
const JUMP_US: i64 = 5_000_000;

/// The smallest of what was seen, which rises slowly so that drift is followed upwards too.
#[derive(Debug, Clone, Copy)]
struct Floor {
    value: i64,
    at_us: u64,
}

impl Floor {
    fn update(&mut self, at_us: u64, sample: i64) {
        let rise = at_us.saturating_sub(self.at_us) * RISE_PPM / 1_000_000;
        self.value = self.value.saturating_add(rise as i64).min(sample);
        // Kept until it makes a whole microsecond.
        if rise > 0 || self.value == sample {
            self.at_us = self.at_us.max(at_us);
        }
    }
}

/// The wall clock of one sender (one device), seen from the server. All its tracks share it, so that
/// whatever error it has is the same in picture and sound.
#[derive(Debug, Default)]
pub struct SenderClock {
    /// Server time less NTP time.
    floor: Option<Floor>,
    /// What is in use, and when it was moved last: follows the floor.
    offset: (i64, u64),
    /// Counts how often the sender's clock was set: a report of before says nothing any more.
    epoch: u32,
    doubtful: u32,
}

impl SenderClock {
    /// A clock that nothing is known of yet.
    pub fn new() -> SenderClock {
        SenderClock::default()
    }

    /// A report with NTP time `ntp_us` arrived. False when it is not to be believed.
    fn report(&mut self, at_us: u64, ntp_us: i64) -> bool {
        let sample = at_us as i64 - ntp_us;
        let Some(floor) = &mut self.floor else {
            self.set(at_us, sample);
            return true;
        };
        let off = sample.saturating_sub(floor.value);
        if off > STEP_US && self.doubtful + 1 < STEP_REPORTS {
            self.doubtful += 1;
            return false;
        }
        if off.abs() > STEP_US {
            self.epoch += 1;
            self.set(at_us, sample);
        } else {
            floor.update(at_us, sample);
        }
        self.doubtful = 0;
        true
    }

    fn set(&mut self, at_us: u64, sample: i64) {
        self.floor = Some(Floor { value: sample, at_us });
        self.offset = (sample, at_us);
    }

    /// What to add to a time of the sender at `now_us`.
    fn offset(&mut self, now_us: u64) -> i64 {
        let Some(floor) = self.floor else { return 0 };
        let (value, moved_us) = self.offset;
        let most = (now_us.saturating_sub(moved_us) * SLEW_PPM / 1_000_000) as i64;
        if most > 0 {
            self.offset = (value + (floor.value - value).clamp(-most, most), now_us);
        }
        self.offset.0
    }
}

/// The RTP clock of one layer of one track.
#[derive(Debug)]
pub(super) struct StreamClock {
    hz: u32,
    /// The last packet: RTP time, the same without wrapping, and when it arrived.
    last: Option<(u32, i64, u64)>,
    report: Option<Report>,
    /// Arrival less media time.
    floor: Option<Floor>,
}

#[derive(Debug, Clone, Copy)]
struct Report {
    rtp: u32,
    ntp_us: i64,
    epoch: u32,
}

/// When a packet's content was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// On the RTP clock, from anywhere.
    pub media_us: i64,
    /// Where it belongs in the recording, by what is known now: may jump a little.
    pub target_us: i64,
}

impl StreamClock {
    pub(super) fn new(hz: u32) -> StreamClock {
        StreamClock { hz, last: None, report: None, floor: None }
    }

    /// A sender report about this layer.
    pub(super) fn report(&mut self, at_us: u64, ntp: u64, rtp: u32, clock: &mut SenderClock) {
        let ntp_us = ((ntp >> 32) * 1_000_000 + (((ntp & 0xffff_ffff) * 1_000_000) >> 32)) as i64;
        // Zero: the sender has no clock (RFC 3550 §6.4.1).
        if ntp != 0 && clock.report(at_us, ntp_us) {
            self.report = Some(Report { rtp, ntp_us, epoch: clock.epoch });
        }
    }

    /// Stamps a packet that arrived at `at_us`.
    pub(super) fn stamp(&mut self, at_us: u64, rtp: u32, now_us: u64, clock: &mut SenderClock) -> Stamp {
        let ticks = self.unwrap(at_us, rtp);
        let media_us = self.us(ticks);
        let late = (at_us as i64).saturating_sub(media_us);
        let floor = self.floor.get_or_insert(Floor { value: late, at_us });
        if late.saturating_sub(floor.value) > LAG_MAX_US {
            *floor = Floor { value: late, at_us };
        }
        floor.update(at_us, late);
        let arrival = media_us.saturating_add(floor.value);
        let target_us = match self.report.filter(|report| report.epoch == clock.epoch) {
            Some(report) => {
                let since = self.us(i64::from(rtp.wrapping_sub(report.rtp) as i32));
                let captured = report.ntp_us.saturating_add(since).saturating_add(clock.offset(now_us));
                captured.clamp(arrival.saturating_sub(REPORT_MAX_US), arrival.saturating_add(REPORT_MAX_US))
            }
            None => arrival,
        };
        Stamp { media_us, target_us }
    }

    /// RTP time without wrapping; forgets what it knew when the clock was set anew.
    fn unwrap(&mut self, at_us: u64, rtp: u32) -> i64 {
        let Some((last_rtp, last_ticks, last_at_us)) = self.last else {
            self.last = Some((rtp, i64::from(rtp), at_us));
            return i64::from(rtp);
        };
        let step = i64::from(rtp.wrapping_sub(last_rtp) as i32);
        let passed = at_us as i64 - last_at_us as i64;
        if (self.us(step) - passed).abs() > JUMP_US {
            (self.floor, self.report) = (None, None);
        }
        let ticks = last_ticks + step;
        self.last = Some((rtp, ticks, at_us));
        ticks
    }

    fn us(&self, ticks: i64) -> i64 {
        (i128::from(ticks) * 1_000_000 / i128::from(self.hz)) as i64
    }
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
