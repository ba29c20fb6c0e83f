//! One clock for everything: the instant of capture, in time since the recording's start.
//!
//! A sender report relates an NTP time of the sender to an RTP time. All tracks of a sender share its NTP
//! clock, so they also share its difference to ours ([`SenderClock`]): any error of it is the same for
//! picture and sound. The difference is the smallest one observed, since a report can only be late; it
//! follows drift, slowly.
//!
//! Before the first report, arrival counts; and arrival always bounds a report: a false one moves its media
//! by [`REPORT_MAX_US`] and no further.

/// Rise of a floor, millionths: clocks drift by less.
const RISE_PPM: u64 = 500;
/// Fastest change of the difference to a sender's clock, millionths: nobody hears or sees it.
const SLEW_PPM: u64 = 10_000;
/// Error of a report beyond which it is late, or the sender's clock was set.
const STEP_US: i64 = 1_000_000;
/// Number of such reports in a row after which the sender's clock was set to another time.
const STEP_REPORTS: u32 = 3;
/// Farthest that a report may move media from the place of its arrival.
const REPORT_MAX_US: i64 = 1_000_000;
/// Delay over the earliest media beyond which media was not merely delayed: its RTP clock is wrong.
const LAG_MAX_US: i64 = 2_000_000;
/// Difference of an RTP clock to arrival, from one packet to the next, beyond which it was set.
const JUMP_US: i64 = 5_000_000;

/// The smallest value so far, which rises slowly so that upward drift is followed, too.
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

/// The wall clock of one sender (one device) in the view of the server. All its tracks share it, so that any
/// error of it is the same in picture and sound.
#[derive(Debug, Default)]
pub struct SenderClock {
    /// Server time minus NTP time.
    floor: Option<Floor>,
    /// The offset in use, and the time of its last move: follows the floor.
    offset: (i64, u64),
    /// Number of times that the sender's clock was set: an earlier report is void.
    epoch: u32,
    doubtful: u32,
}

impl SenderClock {
    /// A clock without any report.
    pub fn new() -> SenderClock {
        SenderClock::default()
    }

    /// Takes a report with NTP time `ntp_us`. False = it is not credible.
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

    /// The difference to add to a time of the sender at `now_us`.
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
    /// The last packet: RTP time, the same without wrapping, and its arrival.
    last: Option<(u32, i64, u64)>,
    report: Option<Report>,
    /// Arrival minus media time.
    floor: Option<Floor>,
}

#[derive(Debug, Clone, Copy)]
struct Report {
    rtp: u32,
    ntp_us: i64,
    epoch: u32,
}

/// The instant of a packet's capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Time on the RTP clock, from any origin.
    pub media_us: i64,
    /// Place in the recording by the present knowledge: may jump a little.
    pub target_us: i64,
}

impl StreamClock {
    pub(super) fn new(hz: u32) -> StreamClock {
        StreamClock { hz, last: None, report: None, floor: None }
    }

    /// Takes a sender report about this layer.
    pub(super) fn report(&mut self, at_us: u64, ntp: u64, rtp: u32, clock: &mut SenderClock) {
        let ntp_us = ((ntp >> 32) * 1_000_000 + (((ntp & 0xffff_ffff) * 1_000_000) >> 32)) as i64;
        // Zero = the sender has no clock (RFC 3550 §6.4.1).
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

    /// RTP time without wrapping; forgets its state if the clock was set.
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
