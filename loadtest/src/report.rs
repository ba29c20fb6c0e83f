//! The result of a run: one table for people, one JSON line for machines, and the verdict.

use serde::Serialize;

use crate::crowd::{Tally, quantile};

/// The limits that must hold for a run to pass.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The missing packets per thousand.
    pub loss_permille_max: f64,
    /// The time within which all have sound and picture, ms.
    pub join_ms_max: u64,
    /// The time within which 99 of 100 packets arrive, ms.
    pub latency_p99_ms_max: u64,
}

/// The cost of the server over the measured window.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ServerCost {
    pub cpu_us_per_packet: f64,
    /// The share of one core.
    pub cpu_cores: f64,
    pub rss_kb: u64,
    /// The growth from before the first join to the end, per trainee.
    pub rss_kb_per_trainee: f64,
}

/// The result of a run.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub classes: usize,
    /// The trainees or viewers whose join was timed.
    pub trainees: usize,
    pub seconds: f64,
    /// The time from the start of a join to its first sound.
    pub sound_p50_ms: u64,
    pub sound_max_ms: u64,
    /// The time from the start of a join to sound and picture.
    pub join_p50_ms: u64,
    pub join_p95_ms: u64,
    pub join_max_ms: u64,
    pub joins_failed: usize,
    pub without_media: u64,
    pub packets_expected: u64,
    pub packets_received: u64,
    pub megabits_per_second: f64,
    pub loss_permille: f64,
    pub rtp_holes: u64,
    pub out_of_order: u64,
    pub duplicates: u64,
    pub foreign: u64,
    pub keyframe_requests: u64,
    pub latency_p50_ms: f64,
    pub latency_p99_ms: f64,
    pub latency_max_ms: f64,
    pub server: Option<ServerCost>,
    /// The cores that this client used itself; near the machine's limit the latencies are its own.
    pub client_cpu_cores: f64,
    /// Sentences about the limits that did not hold; empty = passed.
    pub failed: Vec<String>,
}

impl Report {
    pub fn new(classes: usize, seconds: f64, tally: &Tally, failures: &[String]) -> Report {
        let ms = |us: u64| us as f64 / 1_000.0;
        Report {
            classes,
            trainees: tally.joins_ms.len() + tally.waiting as usize,
            seconds,
            sound_p50_ms: quantile(&tally.sounds_ms, 0.5),
            sound_max_ms: quantile(&tally.sounds_ms, 1.0),
            join_p50_ms: quantile(&tally.joins_ms, 0.5),
            join_p95_ms: quantile(&tally.joins_ms, 0.95),
            join_max_ms: quantile(&tally.joins_ms, 1.0),
            joins_failed: failures.len(),
            without_media: tally.waiting,
            packets_expected: tally.expected,
            packets_received: tally.received,
            megabits_per_second: tally.bytes as f64 * 8.0 / 1e6 / seconds,
            loss_permille: tally.loss_permille(),
            rtp_holes: tally.lost,
            out_of_order: tally.out_of_order,
            duplicates: tally.duplicates,
            foreign: tally.foreign,
            keyframe_requests: tally.keyframe_requests,
            latency_p50_ms: ms(tally.latency_us.quantile(0.5)),
            latency_p99_ms: ms(tally.latency_us.quantile(0.99)),
            latency_max_ms: ms(tally.latency_us.max()),
            server: None,
            client_cpu_cores: 0.0,
            failed: Vec::new(),
        }
    }

    /// Fills [`Report::failed`].
    pub fn judge(&mut self, limits: Limits) {
        let mut require = |holds: bool, sentence: String| {
            if !holds {
                self.failed.push(sentence);
            }
        };
        require(self.joins_failed == 0, format!("{} joins failed", self.joins_failed));
        require(self.trainees > 0, "nobody watched".to_owned());
        require(
            self.without_media == 0,
            format!("{} trainees have no sound or no picture", self.without_media),
        );
        require(
            self.join_max_ms <= limits.join_ms_max,
            format!("the slowest join took {} ms, allowed are {}", self.join_max_ms, limits.join_ms_max),
        );
        require(self.packets_received > 0, "no packet arrived".to_owned());
        require(
            self.packets_received <= self.packets_expected,
            "more packets arrived than were sent".to_owned(),
        );
        require(
            self.loss_permille <= limits.loss_permille_max,
            format!(
                "{:.3} ‰ of the packets are missing, allowed are {} ‰",
                self.loss_permille, limits.loss_permille_max
            ),
        );
        require(self.foreign == 0, format!("{} packets that nobody of us sent", self.foreign));
        require(self.duplicates == 0, format!("{} packets came twice", self.duplicates));
        require(
            self.latency_p99_ms <= limits.latency_p99_ms_max as f64,
            format!(
                "the p99 latency is {:.1} ms, allowed are {}",
                self.latency_p99_ms, limits.latency_p99_ms_max
            ),
        );
    }

    /// The table for people.
    pub fn table(&self) -> String {
        let mut rows = vec![
            ("classes, trainees", format!("{}, {}", self.classes, self.trainees)),
            ("measured", format!("{:.1} s", self.seconds)),
            ("sound after", format!("p50 {}  max {} ms", self.sound_p50_ms, self.sound_max_ms)),
            (
                "sound and picture after",
                format!("p50 {}  p95 {}  max {} ms", self.join_p50_ms, self.join_p95_ms, self.join_max_ms),
            ),
            ("packets expected", self.packets_expected.to_string()),
            (
                "packets received",
                format!("{} ({:.0} Mbit/s)", self.packets_received, self.megabits_per_second),
            ),
            ("loss", format!("{:.3} ‰ (RTP holes {})", self.loss_permille, self.rtp_holes)),
            (
                "out of order, twice, foreign",
                format!("{}, {}, {}", self.out_of_order, self.duplicates, self.foreign),
            ),
            ("keyframe requests", self.keyframe_requests.to_string()),
            (
                "latency",
                format!(
                    "p50 {:.2}  p99 {:.2}  max {:.2} ms",
                    self.latency_p50_ms, self.latency_p99_ms, self.latency_max_ms
                ),
            ),
        ];
        if let Some(server) = self.server {
            rows.push(("server CPU per forwarded packet", format!("{:.2} µs", server.cpu_us_per_packet)));
            rows.push(("server CPU", format!("{:.2} cores", server.cpu_cores)));
            rows.push((
                "server memory",
                format!("{} MB, {:.0} kB per trainee", server.rss_kb / 1024, server.rss_kb_per_trainee),
            ));
        }
        rows.push(("this client's CPU", format!("{:.2} cores", self.client_cpu_cores)));
        let mut table = String::new();
        for (name, value) in rows {
            table += &format!("{name:<32} {value}\n");
        }
        match self.failed.as_slice() {
            [] => table += "passed\n",
            failed => failed.iter().for_each(|sentence| table += &format!("FAILED: {sentence}\n")),
        }
        table
    }
}
