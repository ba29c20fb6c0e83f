//! One received stream: numbering, missing packets, loss and jitter.

use std::time::{Duration, Instant};

use rtc_rtcp::reception_report::ReceptionReport;

use super::srtp::ReplayWindow;

/// Delay after which a packet is requested again: reordering on one path is shorter.
const ASK_AFTER: Duration = Duration::from_millis(15);
/// Interval between requests without an answer: somewhat above a round trip across the country.
const ASK_EVERY: Duration = Duration::from_millis(80);
/// Most requests for a packet; together they last a second, the tolerance of the viewers' buffers.
const ASKS_MAX: u8 = 10;
/// Most missing packets; more is an outage, mended by a keyframe and not packet by packet.
const MISSING_MAX: usize = 200;

/// Receiving side of one SSRC.
pub struct Receiver {
    window: ReplayWindow,
    clock_hz: u32,
    missing: Vec<Missing>,
    first: u64,
    received: u64,
    /// Packets expected and received as of the last report, for its fraction lost (RFC 3550 §6.4.1).
    at_report: (u64, u64),
    jitter: f64,
    last_transit: Option<f64>,
    started: Instant,
    /// Middle bits of the NTP time of the last sender report, and its arrival.
    sender_report: Option<(u32, Instant)>,
    outage: bool,
    /// The last packet was passed over: packets missing behind it are not requested.
    passed_over: bool,
}

struct Missing {
    sequence: u64,
    since: Instant,
    asked_at: Option<Instant>,
    asks: u8,
}

impl Receiver {
    pub fn new(clock_hz: u32, now: Instant) -> Receiver {
        Receiver {
            window: ReplayWindow::default(),
            clock_hz,
            missing: Vec::new(),
            first: 0,
            received: 0,
            at_report: (0, 0),
            jitter: 0.0,
            last_transit: None,
            started: now,
            sender_report: None,
            outage: false,
            passed_over: false,
        }
    }

    /// The highest extended number so far; `None` = nothing arrived yet.
    pub fn highest(&self) -> Option<u64> {
        self.window.highest()
    }

    /// The last accepted packet came too late to be used, and so would everything missing around it: none of
    /// it is requested again.
    pub fn pass_over(&mut self) {
        self.missing.clear();
        self.passed_over = true;
    }

    /// The extended number of `sequence`, and whether it is new here.
    pub fn place(&self, sequence: u16) -> (u64, bool) {
        let number = self.window.extend(sequence);
        (number, self.window.is_fresh(number))
    }

    /// Takes note of an authenticated packet.
    pub fn accept(&mut self, now: Instant, number: u64, rtp_time: u32) {
        let passed_over = std::mem::take(&mut self.passed_over);
        match self.window.highest() {
            None => self.first = number,
            Some(highest) if number > highest => {
                self.note_holes(now, highest + 1, number, passed_over);
                self.note_jitter(now, rtp_time);
            }
            Some(_) => self.missing.retain(|missing| missing.sequence != number),
        }
        self.window.accept(number);
        self.received += 1;
    }

    fn note_holes(&mut self, now: Instant, from: u64, to: u64, passed_over: bool) {
        let too_many = (to - from) as usize + self.missing.len() > MISSING_MAX;
        if too_many || passed_over && to > from {
            self.missing.clear();
            self.outage = true;
            return;
        }
        let hole = |sequence| Missing { sequence, since: now, asked_at: None, asks: 0 };
        self.missing.extend((from..to).map(hole));
    }

    /// Interarrival jitter of RFC 3550 §6.4.1.
    fn note_jitter(&mut self, now: Instant, rtp_time: u32) {
        let arrived = now.saturating_duration_since(self.started).as_secs_f64() * f64::from(self.clock_hz);
        let transit = arrived - f64::from(rtp_time);
        if let Some(last) = self.last_transit {
            let difference = (transit - last).abs();
            // A jump of seconds is a new clock, not jitter.
            if difference < f64::from(self.clock_hz) * 2.0 {
                self.jitter += (difference - self.jitter) / 16.0;
            }
        }
        self.last_transit = Some(transit);
    }

    /// Sequence numbers to request again now.
    pub fn nacks(&mut self, now: Instant) -> Vec<u16> {
        self.missing.retain(|missing| missing.asks < ASKS_MAX);
        let mut due = Vec::new();
        for missing in &mut self.missing {
            let waits = match missing.asked_at {
                None => now.saturating_duration_since(missing.since) < ASK_AFTER,
                Some(asked) => now.saturating_duration_since(asked) < ASK_EVERY,
            };
            if !waits {
                missing.asked_at = Some(now);
                missing.asks += 1;
                due.push(missing.sequence as u16);
            }
        }
        due
    }

    /// True once after a loss so large that only a fresh start helps.
    pub fn take_outage(&mut self) -> bool {
        std::mem::take(&mut self.outage)
    }

    /// Notes the publisher's sender report for the round trip it measures.
    pub fn note_sender_report(&mut self, now: Instant, ntp: u64) {
        self.sender_report = Some(((ntp >> 16) as u32, now));
    }

    /// The report block on stream `ssrc` since the last one, and the loss in 1/1000 before repair.
    pub fn report(&mut self, now: Instant, ssrc: u32) -> Option<(ReceptionReport, u16)> {
        let highest = self.window.highest()?;
        let expected = highest - self.first + 1;
        let (expected_before, received_before) = self.at_report;
        let expected_now = expected - expected_before;
        let lost_now = expected_now.saturating_sub(self.received - received_before);
        self.at_report = (expected, self.received);
        let (last_sender_report, delay) = match self.sender_report {
            Some((ntp, at)) => (ntp, (now.saturating_duration_since(at).as_secs_f64() * 65_536.0) as u32),
            None => (0, 0),
        };
        let block = ReceptionReport {
            ssrc,
            fraction_lost: (lost_now * 256).checked_div(expected_now).unwrap_or(0).min(255) as u8,
            total_lost: expected.saturating_sub(self.received).min(0x7f_ffff) as u32,
            last_sequence_number: highest as u32,
            jitter: self.jitter as u32,
            last_sender_report,
            delay,
        };
        Some((block, (lost_now * 1000).checked_div(expected_now).unwrap_or(0) as u16))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_hole_is_asked_for_after_a_while_again_and_not_once_it_is_filled() {
        let start = Instant::now();
        let mut receiver = Receiver::new(90_000, start);
        for number in [65_534_u64, 65_535, 65_538] {
            receiver.accept(start, number, 0);
        }
        assert_eq!(receiver.nacks(start + 10 * MS), [] as [u16; 0], "may just be reordered");
        assert_eq!(receiver.nacks(start + 20 * MS), [0, 1]);
        assert_eq!(receiver.nacks(start + 40 * MS), [] as [u16; 0], "the answer is on its way");
        receiver.accept(start + 50 * MS, 65_536, 0);
        assert_eq!(receiver.nacks(start + 110 * MS), [1]);
        for round in 2..=20 {
            receiver.nacks(start + round * 100 * MS);
        }
        assert_eq!(receiver.nacks(start + 9000 * MS), [] as [u16; 0], "given up");
    }

    #[test]
    fn an_outage_is_one_request_for_a_fresh_start() {
        let start = Instant::now();
        let mut receiver = Receiver::new(90_000, start);
        receiver.accept(start, 1, 0);
        receiver.accept(start, 1000, 0);
        assert!(receiver.take_outage() && !receiver.take_outage());
        assert!(receiver.nacks(start + 100 * MS).is_empty());
    }

    #[test]
    fn nothing_is_asked_for_that_was_missing_while_packets_were_passed_over() {
        let start = Instant::now();
        let mut receiver = Receiver::new(90_000, start);
        for number in [1, 5] {
            receiver.accept(start, number, 0);
        }
        receiver.pass_over();
        receiver.accept(start, 9, 0);
        assert!(receiver.take_outage());
        assert!(receiver.nacks(start + 100 * MS).is_empty());
        receiver.accept(start, 11, 0);
        assert_eq!(receiver.nacks(start + 100 * MS), [10], "asked for as ever afterwards");
    }

    #[test]
    fn the_report_counts_loss_since_the_last_one() {
        let start = Instant::now();
        let mut receiver = Receiver::new(90_000, start);
        (10..20).filter(|n| n % 5 != 3).for_each(|number| receiver.accept(start, number, 0));
        let (block, loss) = receiver.report(start, 9).unwrap();
        assert_eq!((block.total_lost, block.last_sequence_number, loss), (2, 19, 200));
        (20..30).for_each(|number| receiver.accept(start, number, 0));
        let (block, loss) = receiver.report(start, 9).unwrap();
        assert_eq!((block.fraction_lost, block.total_lost, loss), (0, 2, 0));
    }

    #[test]
    fn a_number_is_fresh_once() {
        let mut receiver = Receiver::new(48_000, Instant::now());
        assert_eq!(receiver.place(7), (7, true));
        receiver.accept(Instant::now(), 7, 0);
        assert_eq!(receiver.place(7), (7, false));
    }
}
