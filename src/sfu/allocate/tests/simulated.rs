//! Viewers on simulated links: a link has a capacity and a queue, and the browser behind it estimates like
//! libwebrtc (its AIMD rate control and its overuse detector in plain words).

use proptest::prelude::*;

use super::*;

/// One step of the simulation.
const STEP: Duration = Duration::from_millis(100);
const STEP_S: f64 = 0.1;
/// Rate of Opus, bit/s.
const SOUND: f64 = 50_000.0;
/// Share of lost packets from which sound breaks: error correction repairs less.
const BROKEN: f64 = 0.15;
/// The round trip without a queue.
const ROUND_TRIP: Duration = Duration::from_millis(40);

/// A link with a drop-tail queue and the browser at its end.
struct Simulated {
    viewer: Allocator,
    choices: Vec<Choice>,
    now: Instant,
    steps: u64,
    carries_bps: f64,
    /// Length of the queue, in seconds of traffic.
    queue_s: f64,
    queued_bits: f64,
    sent_bits: f64,
    lost_bits: f64,
    browser: Browser,
    /// Present rate of the pictures.
    cost_bps: u64,
    /// Steps in a row with lost sound, the longest such run, and all such steps.
    breaking: u32,
    longest_break: u32,
    broken: u32,
}

/// The state of the browser's rate control.
#[derive(Default)]
struct Browser {
    estimate: Option<f64>,
    /// Recent received rate, bit/s.
    received_bps: f64,
    delay_before_s: f64,
    seen_s: f64,
    told_at_step: u64,
}

impl Browser {
    /// One step: `received` bits arrived, the queue is `delay_s` long. True = the browser reports at once.
    fn watch(&mut self, received: f64, delay_s: f64) -> bool {
        self.received_bps = self.received_bps * 0.8 + received / STEP_S * 0.2;
        self.seen_s += STEP_S;
        let growing = delay_s - self.delay_before_s > 0.008 && delay_s > 0.05;
        let draining = delay_s > 0.02 && !growing;
        self.delay_before_s = delay_s;
        let Some(estimate) = self.estimate else {
            // No report in the first 5 s unless the link complains.
            if growing || self.seen_s > 5.0 {
                self.estimate = Some(self.received_bps * if growing { 0.85 } else { 1.0 });
                return true;
            }
            return false;
        };
        if growing {
            let lower = self.received_bps * 0.85;
            self.estimate = Some(estimate.min(lower));
            return lower < estimate * 0.97;
        }
        if !draining && estimate < self.received_bps * 1.5 + 10_000.0 {
            self.estimate = Some(estimate * (1.0 + 0.08 * STEP_S));
        }
        false
    }
}

impl Simulated {
    fn new(carries_bps: f64, queue_s: f64, choices: Vec<Choice>) -> Simulated {
        Simulated {
            viewer: Allocator::default(),
            choices,
            now: Instant::now(),
            steps: 0,
            carries_bps,
            queue_s,
            queued_bits: 0.0,
            sent_bits: 0.0,
            lost_bits: 0.0,
            browser: Browser::default(),
            cost_bps: 0,
            breaking: 0,
            longest_break: 0,
            broken: 0,
        }
    }

    fn step(&mut self) {
        self.now += STEP;
        self.steps += 1;
        if self.steps.is_multiple_of(5) {
            let choices = self.choices.clone();
            let (layers, _) = self.viewer.allocate(self.now, Want::All, &choices);
            let price = |(choice, layer): (&Choice, &Option<u8>)| {
                choice.ladder.iter().find(|step| Some(step.0) == *layer).map_or(0, |step| step.1)
            };
            self.cost_bps = choices.iter().zip(&layers).map(price).sum();
        }
        let sent = (self.cost_bps as f64 + SOUND) * STEP_S;
        let can = self.carries_bps * STEP_S;
        let arrived = (self.queued_bits + sent).min(can);
        let waiting = self.queued_bits + sent - arrived;
        let lost = (waiting - self.queue_s * self.carries_bps).max(0.0);
        self.queued_bits = waiting - lost;
        self.sent_bits += sent;
        self.lost_bits += lost;
        self.breaking = if lost > sent * BROKEN { self.breaking + 1 } else { 0 };
        self.longest_break = self.longest_break.max(self.breaking);
        self.broken += u32::from(self.breaking > 0);
        let delay = self.queued_bits / self.carries_bps;
        let at_once = self.browser.watch(arrived, delay);
        self.tell(at_once, delay);
    }

    fn tell(&mut self, at_once: bool, delay_s: f64) {
        if let Some(estimate) = self.browser.estimate
            && (at_once || self.steps >= self.browser.told_at_step + 10)
        {
            self.browser.told_at_step = self.steps;
            self.viewer.link.note_estimate(self.now, estimate as u64);
        }
        // A browser reports on pictures every second, on sound every five.
        if self.steps.is_multiple_of(if self.cost_bps > 0 { 10 } else { 50 }) {
            let permille = 1000.0 * self.lost_bits / self.sent_bits;
            (self.sent_bits, self.lost_bits) = (0.0, 0.0);
            self.viewer.link.note_loss(self.now, permille as u16);
            self.viewer.link.note_round_trip(self.now, ROUND_TRIP + Duration::from_secs_f64(delay_s));
        }
    }

    fn run(&mut self, seconds: u32) {
        (0..seconds * 10).for_each(|_| self.step());
    }

    /// The rate that fits into `part` of the link.
    fn fitting(&self, part: f64) -> u64 {
        let asked: Vec<_> = self.choices.iter().enumerate().map(|(n, c)| asked(Want::All, n, c)).collect();
        fit(&asked, (self.carries_bps * part) as u64).1
    }

    /// Nothing passes for this long, and the browser reacts to that.
    fn freeze(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.queued_bits = 0.0;
        self.browser.received_bps = 0.0;
        self.browser.estimate = self.browser.estimate.map(|_| 90_000.0);
        self.viewer.link.note_estimate(self.now, 90_000);
        self.viewer.link.note_loss(self.now, 900);
        self.viewer.link.note_round_trip(self.now, Duration::from_secs(seconds));
    }
}

/// The states from which a viewer has to recover.
#[derive(Debug, Clone, Copy)]
enum From {
    Joining,
    SoundOnly,
    Lowest,
    Freeze,
    Silence,
}

/// Brings a viewer into a state on another link, and then onto the link of the test.
fn bring(from: From, carries_bps: f64, queue_s: f64, choices: &[Choice]) -> Simulated {
    let mut viewer = Simulated::new(carries_bps, queue_s, choices.to_vec());
    let lowest = choices[0].ladder[0].1 as f64;
    match from {
        From::Joining => return viewer,
        From::SoundOnly => {
            viewer.carries_bps = 70_000.0_f64.min(lowest);
            viewer.run(8);
        }
        From::Lowest => {
            viewer.carries_bps = lowest * 1.2 + SOUND_BPS as f64;
            viewer.run(8);
        }
        From::Freeze => {
            viewer.run(30);
            viewer.freeze(14);
        }
        From::Silence => {
            viewer.run(10);
            let choices = std::mem::take(&mut viewer.choices);
            viewer.run(20);
            viewer.choices = choices;
        }
    }
    viewer.carries_bps = carries_bps;
    viewer.queued_bits = viewer.queued_bits.min(queue_s * carries_bps);
    (viewer.longest_break, viewer.broken, viewer.breaking) = (0, 0, 0);
    viewer
}

fn from() -> impl Strategy<Value = From> {
    prop_oneof![
        Just(From::Joining),
        Just(From::SoundOnly),
        Just(From::Lowest),
        Just(From::Freeze),
        Just(From::Silence),
    ]
}

fn class() -> impl Strategy<Value = Vec<Choice>> {
    let screen = || Choice { is_main: true, tile: None, ladder: vec![(0, 250_000), (1, 1_200_000)] };
    prop_oneof![
        Just(vec![camera()]),
        Just(vec![screen(), camera()]),
        Just(vec![camera(), thumbnail(), thumbnail()]),
        Just(vec![screen(), camera(), thumbnail(), thumbnail(), thumbnail(), thumbnail()]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_viewer_soon_gets_what_fits_the_link(
        from in from(),
        choices in class(),
        carries_kbps in 350_u32..8_000,
        queue_ms in 100_u32..800,
    ) {
        let mut viewer = bring(from, f64::from(carries_kbps) * 1000.0, f64::from(queue_ms) / 1000.0, &choices);
        let (fits, half) = (viewer.fitting(0.75), viewer.fitting(0.5));
        let mut best = 0;
        let (mut seen, mut seen_half) = (0_u32, 0_u32);
        for step in 1..=900 {
            viewer.step();
            if step <= 100 {
                best = best.max(viewer.cost_bps);
            } else {
                seen += u32::from(viewer.cost_bps >= fits);
                seen_half += u32::from(viewer.cost_bps >= half);
            }
            if step == 100 {
                prop_assert!(best >= fits, "{best} of {fits} bit/s after 10 s");
            }
        }
        prop_assert!(seen >= 520, "what fits is there in {seen} of 800 steps");
        prop_assert!(seen_half >= 680, "what fits half of the link is there in {seen_half} of 800 steps");
        prop_assert!(viewer.longest_break <= 40, "sound breaks for {} steps", viewer.longest_break);
        prop_assert!(viewer.broken <= 150, "sound breaks in {} of 900 steps", viewer.broken);
    }

    #[test]
    fn a_link_that_carries_no_picture_keeps_its_sound(
        from in from(),
        choices in class(),
        carries_kbps in 60_u32..120,
        queue_ms in 100_u32..800,
    ) {
        let mut viewer = bring(from, f64::from(carries_kbps) * 1000.0, f64::from(queue_ms) / 1000.0, &choices);
        viewer.run(30);
        let (broken, mut lit) = (viewer.broken, 0);
        for _ in 0..1200 {
            viewer.step();
            lit += u32::from(viewer.cost_bps > 0);
        }
        prop_assert!(lit <= 180, "a picture that does not fit was sent in {lit} of 1200 steps");
        prop_assert!(viewer.longest_break <= 40, "sound breaks for {} steps", viewer.longest_break);
        prop_assert!(viewer.broken - broken <= 150, "sound breaks in {} of 1200 steps", viewer.broken - broken);
    }
}

#[test]
fn a_loss_from_before_a_freeze_keeps_nobody_waiting() {
    let choices = [camera(), thumbnail(), thumbnail()];
    let mut viewer = bring(From::Freeze, 2_232_000.0, 0.113, &choices);
    let fits = viewer.fitting(0.75);
    let costs = (0..100).map(|_| {
        viewer.step();
        viewer.cost_bps
    });
    let best = costs.max().unwrap_or_default();
    assert!(best >= fits, "{best} of {fits} bit/s after 10 s");
}
