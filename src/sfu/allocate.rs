//! Which layer each of a viewer's slots gets, so that the sum fits the link. Sound is never paused;
//! then come the main pictures, then the stage.
//!
//! The viewer's browser estimates its link and reports one number (REMB). That number follows what
//! it receives: it rarely grows beyond 1.5 × the received rate. A step up is therefore a *trial*: it
//! is taken when the estimate stands well above the present rate, and taken back, with growing
//! patience, when the link then complains. Who gets no picture reports no estimate any more: then the
//! last one is forgotten, and the next picture is a trial, too.

use std::time::{Duration, Instant};

use super::scene::wants_slot;
use crate::protocol::{Doing, Want};

/// Rate kept free for sound, bit/s.
const SOUND_BPS: u64 = 100_000;
/// A step up is tried when the estimate is this much above what is sent now.
const HEADROOM: f64 = 1.2;
/// An estimate a little below what the pictures take is noise, not congestion.
const TOLERANCE: f64 = 0.85;
/// Browsers estimate at least once a second while pictures arrive.
const ESTIMATE_KEPT: Duration = Duration::from_secs(5);
/// Lost packets that mean congestion whatever the estimate says, 1/1000.
const LOSS_PERMILLE_MAX: u16 = 100;
/// Between two steps up: two or three reports of the viewer.
const STEP_UP_EVERY: Duration = Duration::from_secs(3);
/// After a step down no step up for this long, doubled with every failed trial.
const PATIENCE_MIN: Duration = Duration::from_secs(6);
const PATIENCE_MAX: Duration = Duration::from_secs(60);
/// Thumbnails never get more than the second step of their ladder.
const STAGE_STEP_MAX: usize = 1;

/// One video slot's choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub is_main: bool,
    /// The source's layers with their bit/s, lowest first; empty for a dark slot.
    pub ladder: Vec<(u8, u64)>,
}

/// One viewer's link.
#[derive(Debug)]
pub struct Allocator {
    /// Bit/s, and when it came.
    estimate: Option<(Instant, u64)>,
    loss_permille: u16,
    /// What the steps together may cost now; grows by trials, shrinks to the estimate.
    budget_bps: u64,
    stepped_up_at: Option<Instant>,
    wait_until: Option<Instant>,
    patience: Duration,
}

impl Default for Allocator {
    fn default() -> Allocator {
        Allocator {
            estimate: None,
            loss_permille: 0,
            budget_bps: u64::MAX,
            stepped_up_at: None,
            wait_until: None,
            patience: PATIENCE_MIN,
        }
    }
}

impl Allocator {
    /// The viewer's browser says what its link can take.
    pub fn note_estimate(&mut self, now: Instant, bps: u64) {
        self.estimate = Some((now, bps));
    }

    /// The viewer reports loss of what we send.
    pub fn note_loss(&mut self, permille: u16) {
        self.loss_permille = permille;
    }

    /// The layer for each slot (none: dark), and what that means in words. Main slots come first.
    pub fn allocate(&mut self, now: Instant, want: Want, choices: &[Choice]) -> (Vec<Option<u8>>, Doing) {
        let asked: Vec<&[(u8, u64)]> = choices.iter().enumerate().map(|(n, c)| asked(want, n, c)).collect();
        let full: u64 = asked.iter().filter_map(|ladder| ladder.last()).map(|step| step.1).sum();
        let (steps, cost) = fit(&asked, self.budget_bps);
        self.follow_link(now, cost, full, next_cost(&asked, &steps, cost));
        let (steps, _) = fit(&asked, self.budget_bps);

        let lit = steps.iter().flatten().count();
        let wished = asked.iter().filter(|ladder| !ladder.is_empty()).count();
        let at_best =
            asked.iter().zip(&steps).all(|(ladder, step)| step.map_or(0, |s| s + 1) == ladder.len());
        let doing = match () {
            () if wished > 0 && lit == 0 => Doing::SoundOnly,
            () if !at_best => Doing::Reduced,
            () if want != Want::All => Doing::AsAsked,
            () => Doing::Full,
        };
        let layers = asked.iter().zip(steps).map(|(ladder, step)| Some(ladder[step?].0)).collect();
        (layers, doing)
    }

    /// Moves the budget: down to the estimate when the link complains, up by one step as a trial.
    /// `cost`: what the pictures take now; `full`, `next`: with everything, and after the next step up.
    fn follow_link(&mut self, now: Instant, cost: u64, full: u64, next: u64) {
        let (sending, wants_more) = (cost + SOUND_BPS, next > cost);
        let is_lossy = self.loss_permille > LOSS_PERMILLE_MAX;
        let fresh = self.estimate.filter(|(at, _)| now.saturating_duration_since(*at) < ESTIMATE_KEPT);
        let Some((_, estimate)) = fresh else {
            // No estimate from this viewer, or no more: go by loss alone.
            if is_lossy {
                self.step_down(now, sending * 7 / 10);
            } else if full == 0 {
                self.budget_bps = u64::MAX;
            } else if wants_more && self.may_step_up(now) {
                self.step_up(now, next + SOUND_BPS);
            }
            return;
        };
        // The estimate may not have seen any sound: it is held against the pictures alone.
        if is_lossy || (estimate as f64) < cost as f64 * TOLERANCE {
            self.step_down(now, estimate.min(sending * 9 / 10));
        } else if estimate >= full + SOUND_BPS {
            self.budget_bps = u64::MAX;
            self.patience = PATIENCE_MIN;
        } else if wants_more && estimate as f64 >= sending as f64 * HEADROOM && self.may_step_up(now) {
            self.step_up(now, next + SOUND_BPS);
        } else if self.budget_bps == u64::MAX {
            // The first estimate of a link that carries everything so far: hold what works.
            self.budget_bps = sending.max(estimate);
        }
    }

    fn may_step_up(&self, now: Instant) -> bool {
        let rested = self.stepped_up_at.is_none_or(|at| now.saturating_duration_since(at) >= STEP_UP_EVERY);
        rested && self.wait_until.is_none_or(|until| now >= until)
    }

    fn step_up(&mut self, now: Instant, bps: u64) {
        self.stepped_up_at = Some(now);
        self.budget_bps = bps;
    }

    fn step_down(&mut self, now: Instant, bps: u64) {
        // Only a trial that failed makes us more patient; a link that simply got worse does not.
        let failed_trial =
            self.stepped_up_at.take().is_some_and(|at| now.saturating_duration_since(at) < PATIENCE_MAX);
        self.patience = if failed_trial { (self.patience * 2).min(PATIENCE_MAX) } else { PATIENCE_MIN };
        self.wait_until = Some(now + self.patience);
        self.budget_bps = bps;
    }
}

/// The part of a slot's ladder that the viewer's wish allows.
fn asked(want: Want, slot: usize, choice: &Choice) -> &[(u8, u64)] {
    let steps =
        if choice.is_main { choice.ladder.len() } else { choice.ladder.len().min(STAGE_STEP_MAX + 1) };
    if wants_slot(want, slot) { &choice.ladder[..steps] } else { &[] }
}

/// The step of each ladder that fits `budget`: first everyone's lowest in order of importance, then
/// the more important ones climb. A main picture that exists in one quality only is kept at up to
/// 1.6 × the budget: a stuttering blackboard teaches more than a black one.
fn fit(asked: &[&[(u8, u64)]], budget: u64) -> (Vec<Option<usize>>, u64) {
    let video = budget.saturating_sub(SOUND_BPS);
    let mut steps = vec![None; asked.len()];
    let mut cost = 0_u64;
    for (slot, ladder) in asked.iter().enumerate() {
        let Some((_, lowest)) = ladder.first() else { continue };
        let stretch = if slot == 0 && ladder.len() == 1 { video.saturating_mul(8) / 5 } else { video };
        if cost.saturating_add(*lowest) <= stretch {
            steps[slot] = Some(0);
            cost += lowest;
        }
    }
    for (slot, ladder) in asked.iter().enumerate() {
        while let Some(step) = steps[slot]
            && let Some((_, bps)) = ladder.get(step + 1)
            && cost - ladder[step].1 + bps <= video
        {
            cost = cost - ladder[step].1 + bps;
            steps[slot] = Some(step + 1);
        }
    }
    (steps, cost)
}

/// What all slots cost after the next step up, or the same when all is given.
fn next_cost(asked: &[&[(u8, u64)]], steps: &[Option<usize>], cost: u64) -> u64 {
    for (ladder, step) in asked.iter().zip(steps) {
        let (have, next) = match step {
            None => (0, ladder.first()),
            Some(step) => (ladder[*step].1, ladder.get(step + 1)),
        };
        if let Some((_, bps)) = next {
            return cost - have + bps;
        }
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera() -> Choice {
        Choice { is_main: true, ladder: vec![(0, 150_000), (1, 500_000), (2, 1_500_000)] }
    }

    fn thumbnail() -> Choice {
        Choice { is_main: false, ..camera() }
    }

    #[test]
    fn without_complaints_everyone_gets_everything() {
        let (layers, doing) =
            Allocator::default().allocate(Instant::now(), Want::All, &[camera(), thumbnail()]);
        assert_eq!((layers, doing), (vec![Some(2), Some(1)], Doing::Full));
    }

    #[test]
    fn the_low_data_switch_is_obeyed() {
        let now = Instant::now();
        let slots = [camera(), camera(), thumbnail()];
        assert_eq!(
            Allocator::default().allocate(now, Want::Main, &slots),
            (vec![Some(2), None, None], Doing::AsAsked)
        );
        assert_eq!(
            Allocator::default().allocate(now, Want::Sound, &slots),
            (vec![None, None, None], Doing::AsAsked)
        );
    }

    #[test]
    fn a_slow_link_loses_the_stage_first_and_the_picture_last() {
        let now = Instant::now();
        let at = |bps| {
            let mut allocator = Allocator::default();
            allocator.note_estimate(now, bps);
            allocator.allocate(now, Want::All, &[camera(), thumbnail(), thumbnail()])
        };
        assert_eq!(at(800_000), (vec![Some(0), Some(0), Some(0)], Doing::Reduced));
        assert_eq!(at(420_000).0, [Some(0), Some(0), None]);
        assert_eq!(at(260_000).0, [Some(0), None, None]);
        assert_eq!(at(120_000), (vec![None, None, None], Doing::SoundOnly));
    }

    #[test]
    fn a_step_up_is_tried_and_taken_back_with_growing_patience() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut link = Allocator::default();
        // When, what the browser estimates, and the layer that comes of it.
        let mut then = |seconds, estimate, layer, why: &str| {
            link.note_estimate(at(seconds), estimate);
            assert_eq!(link.allocate(at(seconds), Want::All, &[camera()]).0, [Some(layer)], "{why}");
        };
        then(0, 300_000, 0, "what fits");
        then(5, 375_000, 0, "patience"); // 1.5 × what it receives: it cannot say more
        then(7, 375_000, 1, "trial");
        then(9, 330_000, 0, "failed");
        then(20, 375_000, 0, "twice the patience");
        then(22, 375_000, 1, "another trial");
        then(26, 900_000, 2, "one more step");
        then(30, 2_000_000, 2, "all of it");
        assert_eq!(link.allocate(at(30), Want::All, &[camera()]), (vec![Some(2)], Doing::Full));
    }

    #[test]
    fn an_estimate_that_saw_one_small_picture_does_not_switch_it_off() {
        let now = Instant::now();
        let small = Choice { is_main: false, ladder: vec![(0, 50_000)] };
        let mut link = Allocator::default();
        link.note_estimate(now, 75_000);
        assert_eq!(link.allocate(now, Want::All, std::slice::from_ref(&small)).0, [Some(0)]);
        link.note_estimate(now, 40_000);
        assert_eq!(
            link.allocate(now, Want::All, std::slice::from_ref(&small)).0,
            [None],
            "that is congestion"
        );
    }

    #[test]
    fn a_picture_that_was_switched_off_is_tried_again_though_nobody_estimates_without_one() {
        let at = |seconds| Duration::from_secs(seconds);
        let start = Instant::now();
        let mut link = Allocator::default();
        let seen = |link: &mut Allocator, seconds| {
            link.allocate(start + at(seconds), Want::All, &[camera()]).0[0].is_some()
        };
        assert!(seen(&mut link, 0));
        link.note_estimate(start, 60_000);
        assert!(!seen(&mut link, 0) && !seen(&mut link, 4), "it complained");
        assert!(seen(&mut link, 7), "a trial");
        link.note_estimate(start + at(8), 60_000);
        assert!(!seen(&mut link, 8) && !seen(&mut link, 18), "which failed");
        assert!(seen(&mut link, 21), "and another, after twice the patience");
    }

    #[test]
    fn what_a_link_could_not_carry_is_forgotten_when_nothing_is_shown_for_a_while() {
        let start = Instant::now();
        let mut link = Allocator::default();
        link.note_estimate(start, 120_000);
        assert_eq!(link.allocate(start, Want::All, &[camera()]).0, [None]);
        let later = start + Duration::from_secs(10);
        assert_eq!(link.allocate(later, Want::All, &[]).0, []);
        assert_eq!(link.allocate(later, Want::All, &[camera()]).0, [Some(2)]);
    }

    #[test]
    fn a_screen_in_one_quality_is_kept_as_long_as_it_can_be() {
        let screen = Choice { is_main: true, ladder: vec![(0, 1_000_000)] };
        let at = |bps| {
            let (mut allocator, now) = (Allocator::default(), Instant::now());
            allocator.note_estimate(now, bps);
            allocator.allocate(now, Want::All, std::slice::from_ref(&screen)).0
        };
        assert_eq!(at(750_000), [Some(0)]);
        assert_eq!(at(400_000), [None]);
    }
}
