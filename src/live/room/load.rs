//! The operator's wall's line of a room, refreshed each second.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use crate::classroom::{Counts, Room};
use crate::live::recorder::Totals;
use crate::protocol::{RoomLoad, TrendPoint};
use crate::sfu::report::RoomReport;

/// Interval between two points of the trend line.
const TREND_EVERY_MS: u64 = 5_000;

/// Most points of the trend line: the last ten minutes.
const TREND_POINTS_MAX: usize = 120;

/// Measures of a room over more than one second.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    report: RoomReport,
    trend: VecDeque<TrendPoint>,
}

impl Gauge {
    /// Keeps the media side's report of the newest second.
    pub(super) fn report(&mut self, report: RoomReport) {
        self.report = report;
    }

    /// The wall's line as of `now`.
    pub(super) fn read(&mut self, now: u64, room: &Room, recorded: &Totals) -> RoomLoad {
        let counts = room.counts();
        let losses = self.report.legs.iter().filter_map(|leg| leg.down_loss_permille);
        let rtts = self.report.legs.iter().filter_map(|leg| leg.rtt_ms);
        let loss_permille_p90 = worst_tenth(losses.collect());
        let rtt_ms_p90 = worst_tenth(rtts.collect());
        let point = TrendPoint {
            at_ms: now,
            trainees_here: counts.trainees_here,
            out_bps: self.report.out_bps,
            loss_permille_p90,
        };
        self.plot(point);
        let Counts { class, trainees_here, staff_here, on_stage, hands, legs, weak_networks } = counts;
        RoomLoad {
            lesson: room.lesson().to_owned(),
            title: room.title().to_owned(),
            class,
            trainees_here,
            trainees_max: room.trainees_max(),
            staff_here,
            on_stage,
            hands,
            legs,
            in_bps: self.report.in_bps,
            out_bps: self.report.out_bps,
            loss_permille_p90,
            rtt_ms_p90,
            weak_networks,
            not_counting: room.not_counting(),
            worth: room.worth(),
            recording: room.recording(),
            recorded_bytes: recorded.bytes.load(Ordering::Relaxed),
            unrecorded_packets: recorded.lost.load(Ordering::Relaxed),
            trend: self.trend.iter().copied().collect(),
        }
    }

    fn plot(&mut self, point: TrendPoint) {
        let due = self.trend.back().is_none_or(|last| point.at_ms.abs_diff(last.at_ms) >= TREND_EVERY_MS);
        if !due {
            return;
        }
        if self.trend.len() == TREND_POINTS_MAX {
            self.trend.pop_front();
        }
        self.trend.push_back(point);
    }
}

/// The least value of the worst tenth; 0 = nothing measured.
fn worst_tenth(mut values: Vec<u16>) -> u32 {
    values.sort_unstable();
    let index = (values.len() * 9 / 10).min(values.len().saturating_sub(1));
    values.get(index).copied().map_or(0, u32::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classroom::RoomSettings;
    use crate::lesson::ClassState;

    fn room() -> Room {
        let settings = RoomSettings { trainees_max: 100, stage_max: 6, resume_window_s: 60 };
        Room::new("A lesson", "epoch".into(), settings, crate::classroom::Hours::usual("lesson"))
    }

    #[test]
    fn the_worst_tenth_is_where_it_begins() {
        for (values, expected) in
            [(vec![], 0), (vec![7], 7), ((1..=10).collect(), 10), ((1..=100).rev().collect(), 91)]
        {
            assert_eq!(worst_tenth(values.clone()), expected, "{values:?}");
        }
    }

    #[test]
    fn the_trend_has_a_point_each_five_seconds_and_an_end() {
        let (mut gauge, room) = (Gauge::default(), room());
        let mut load = gauge.read(0, &room, &Totals::default());
        for second in 1..=1_000 {
            load = gauge.read(second * 1_000, &room, &Totals::default());
        }
        let times: Vec<u64> = load.trend.iter().map(|point| point.at_ms / 1_000).collect();
        assert_eq!(times.len(), TREND_POINTS_MAX);
        assert_eq!((times[0], times[1], times[119]), (405, 410, 1_000));
        assert_eq!((load.class, load.trainees_max), (ClassState::Open, 100));
    }
}
