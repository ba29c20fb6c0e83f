//! The layer of each of a viewer's slots, so that the sum fits the link. Sound is never paused; then come the
//! main pictures, then the stage.
//!
//! Nobody can say what a link carries before it is tried. A step up is therefore a *trial*: taken when the
//! link has not complained for a while, and taken back if it then does. A rate that was too much is
//! remembered with a growing patience; everything below is reached in quick steps. A viewer without any
//! picture soon gets a trial of the smallest one, however low the estimate: it was made from sound alone.

use std::time::{Duration, Instant};

use super::link::Link;
use super::scene::wants_slot;
use crate::sfu::subscriber::{Doing, Want};

/// Rate kept free for sound, bit/s.
const SOUND_BPS: u64 = 100_000;
/// Time between two steps: two reports of the viewer.
const STEP_EVERY: Duration = Duration::from_secs(2);
/// A step up costs this many times the present rate, or the next layer if that is more: eight pictures come
/// back in a few steps.
const STEP_UP: u64 = 3;
/// Time without a complaint after which the link is known to carry a rate.
const PROVEN: Duration = Duration::from_secs(3);
/// Time without a complaint after which a trial succeeds.
const TRIAL: Duration = Duration::from_secs(10);
/// Time without another try of a rate that was too much; it doubles with every failed trial.
const PATIENCE_MIN: Duration = Duration::from_secs(2);
const PATIENCE_MAX: Duration = Duration::from_secs(60);
/// Longest patience for a viewer without pictures: the smallest picture is a small risk, and a black one
/// teaches nothing.
const PATIENCE_MAX_DARK: Duration = Duration::from_secs(30);
/// Time without any picture after which the rates that were too much are forgotten.
const SILENCE: Duration = Duration::from_secs(5);
/// Assumed height of the best of several layers: browsers send 720 lines, and half of that with every step
/// down.
const BEST_LINES: u32 = 720;
/// Enlargement of a picture beyond which it looks soft, in tenths.
const STRETCH_TENTHS: u32 = 12;
/// Highest step of the ladder for thumbnails.
const STAGE_STEP_MAX: usize = 1;

/// One video slot's choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub is_main: bool,
    /// Height on the screen, device pixels; `None` = not known.
    pub tile: Option<u16>,
    /// The source's layers with their bit/s, lowest first; empty for a dark slot.
    pub ladder: Vec<(u8, u64)>,
}

/// One viewer's pictures, and the budget for them.
#[derive(Debug)]
pub struct Allocator {
    pub link: Link,
    /// Budget for the steps together, with sound, bit/s.
    budget_bps: u64,
    /// The layers of the last choice.
    given: Vec<Option<u8>>,
    stepped_at: Option<Instant>,
    trial: Option<Trial>,
    too_much: Option<TooMuch>,
    patience: Duration,
    complained_at: Option<Instant>,
    /// The time since which there is nothing to show.
    silent_since: Option<Instant>,
}

/// A step up that may have to be taken back.
#[derive(Debug, Clone, Copy)]
struct Trial {
    since: Instant,
    /// The budget before the trial.
    before_bps: u64,
    /// The budget has worked for a while: no hurried estimate takes it away.
    is_proven: bool,
    /// No picture was shown before.
    from_dark: bool,
}

/// A rate that the link did not carry.
#[derive(Debug, Clone, Copy)]
struct TooMuch {
    bps: u64,
    until: Instant,
}

impl Default for Allocator {
    fn default() -> Allocator {
        Allocator {
            link: Link::default(),
            budget_bps: u64::MAX,
            given: Vec::new(),
            stepped_at: None,
            trial: None,
            too_much: None,
            patience: PATIENCE_MIN,
            complained_at: None,
            silent_since: None,
        }
    }
}

impl Allocator {
    /// The layer for each slot (`None` = dark), and the result in words. Main slots come first.
    pub fn allocate(&mut self, now: Instant, want: Want, choices: &[Choice]) -> (Vec<Option<u8>>, Doing) {
        let asked: Vec<&[(u8, u64)]> = choices.iter().enumerate().map(|(n, c)| asked(want, n, c)).collect();
        let full: u64 = asked.iter().filter_map(|ladder| ladder.last()).map(|step| step.1).sum();
        self.follow_link(now, &asked, full);
        let (steps, cost) = fit(&asked, self.budget_bps);
        self.link.send(now, cost);

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
        let layers: Vec<_> = asked.iter().zip(steps).map(|(ladder, step)| Some(ladder[step?].0)).collect();
        self.given.clone_from(&layers);
        (layers, doing)
    }

    /// Moves the budget: down when the link complains, up by one step as a trial. `full`: the rate of
    /// everything.
    fn follow_link(&mut self, now: Instant, asked: &[&[(u8, u64)]], full: u64) {
        if full == 0 {
            if now.saturating_duration_since(*self.silent_since.get_or_insert(now)) >= SILENCE {
                *self = Allocator { link: std::mem::take(&mut self.link), ..Allocator::default() };
            }
            return;
        }
        self.silent_since = None;
        let given = self.price_of_given(asked);
        self.link.send(now, given);
        if let Some(fits) = self.link.complaint(now, given + SOUND_BPS) {
            self.step_down(now, asked, given, fits);
            return;
        }
        // A rate that does no harm may go on, even if it has grown.
        self.budget_bps = self.budget_bps.max(given + SOUND_BPS);
        self.end_trial(now);
        let (steps, cost) = fit(asked, self.budget_bps);
        let next = next_cost(asked, &steps, cost);
        let estimate = self.link.estimate(now);
        if estimate.is_some_and(|bps| bps >= full + SOUND_BPS) {
            (self.budget_bps, self.too_much, self.patience) = (u64::MAX, None, PATIENCE_MIN);
        } else if next > cost {
            self.try_more(now, asked, cost, next);
        } else if self.budget_bps == u64::MAX
            && let Some(bps) = estimate
        {
            // The first estimate of a link that carries everything so far: keep what works.
            self.budget_bps = bps.max(cost + SOUND_BPS);
        }
    }

    /// The present rate of the layers of the last choice.
    fn price_of_given(&self, asked: &[&[(u8, u64)]]) -> u64 {
        let price = |(ladder, layer): (&&[(u8, u64)], &Option<u8>)| {
            ladder.iter().find(|step| Some(step.0) == *layer).map(|step| step.1)
        };
        asked.iter().zip(&self.given).filter_map(price).sum()
    }

    /// Takes one step up, if it is time for one. `cost`, `next`: the rate of the pictures now and after the
    /// smallest step.
    fn try_more(&mut self, now: Instant, asked: &[&[(u8, u64)]], cost: u64, next: u64) {
        let rested = self.stepped_at.is_none_or(|at| now.saturating_duration_since(at) >= STEP_EVERY);
        if !rested || self.link.is_lossy(now, cost > 0) {
            return;
        }
        let mut budget = next.max(cost * STEP_UP) + SOUND_BPS;
        if let Some(limit) = self.too_much.filter(|limit| now < limit.until) {
            // Half way to it, so that few trials find what fits. If the next step is too much, a smaller one of another
            // picture may not be.
            let half_way = u64::midpoint(cost, limit.bps).max(next);
            budget = budget.min(half_way.min(limit.bps.saturating_sub(1)) + SOUND_BPS);
        }
        if fit(asked, budget).1 <= cost {
            return;
        }
        let is_proven = self.stepped_at.is_some_and(|at| now.saturating_duration_since(at) >= PROVEN);
        self.trial = Some(Trial { since: now, before_bps: self.budget_bps, is_proven, from_dark: cost == 0 });
        self.stepped_at = Some(now);
        self.budget_bps = budget;
    }

    /// Ends a trial that went well, and forgets the rates that were too much before.
    fn end_trial(&mut self, now: Instant) {
        if self.trial.is_none_or(|trial| now.saturating_duration_since(trial.since) < TRIAL) {
            return;
        }
        self.trial = None;
        if self.too_much.is_some_and(|limit| limit.bps + SOUND_BPS <= self.budget_bps) {
            (self.too_much, self.patience) = (None, PATIENCE_MIN);
        }
    }

    /// Takes a step down: the pictures take `cost`, the link carries `fits`.
    fn step_down(&mut self, now: Instant, asked: &[&[(u8, u64)]], cost: u64, fits: u64) {
        let failed = self.trial.take();
        self.budget_bps = match failed {
            Some(Trial { before_bps, is_proven: true, .. }) => before_bps,
            Some(Trial { before_bps, .. }) => before_bps.min(fits),
            None => fits,
        };
        let is_dark = fit(asked, self.budget_bps).1 == 0;
        self.grow_patient(now, cost, failed, is_dark);
        self.too_much = Some(TooMuch { bps: cost, until: now + self.patience });
        (self.stepped_at, self.complained_at) = (Some(now), Some(now));
    }

    /// Only a rate that failed before and fails again makes us more patient. A far lower one, or the same after a good while,
    /// is tried again soon, and so is the first picture after a black one. A complaint without a trial makes us half as patient
    /// as before; right after another one it belongs to that one.
    fn grow_patient(&mut self, now: Instant, cost: u64, failed: Option<Trial>, is_dark: bool) {
        let is_alone = self.complained_at.is_none_or(|at| now.saturating_duration_since(at) >= TRIAL);
        let is_other = self.too_much.is_none_or(|limit| cost * 2 < limit.bps);
        let (doubled, most) = match failed {
            Some(trial) if is_dark => (trial.from_dark, PATIENCE_MAX_DARK),
            Some(_) => (!(is_alone && is_other), PATIENCE_MAX),
            None if is_dark => (false, PATIENCE_MIN),
            // A link that is filled to the brim complains late: what failed above this is not forgotten at once.
            None if is_alone => {
                self.patience = (self.patience / 2).max(PATIENCE_MIN);
                return;
            }
            None => return,
        };
        self.patience = if doubled { (self.patience * 2).min(most) } else { PATIENCE_MIN };
    }
}

/// The part of a slot's ladder that the viewer wants.
fn asked(want: Want, slot: usize, choice: &Choice) -> &[(u8, u64)] {
    let all = choice.ladder.len();
    let most = if choice.is_main { all } else { all.min(STAGE_STEP_MAX + 1) };
    let steps = choice.tile.map_or(most, |tile| most.min(steps_for(tile, all)));
    if wants_slot(want, slot) { &choice.ladder[..steps] } else { &[] }
}

/// Number of a source's `all` layers worth sending for a picture that is shown `tile` pixels high.
fn steps_for(tile: u16, all: usize) -> usize {
    let lines = |step: usize| BEST_LINES >> (all - 1 - step);
    let is_enough = |step: &usize| lines(*step) * STRETCH_TENTHS >= u32::from(tile) * 10;
    (0..all).find(is_enough).map_or(all, |step| step + 1)
}

/// The step of each ladder that fits `budget`: first the lowest of each in order of importance, then the more
/// important ones climb. A main picture that exists in one quality only is kept at up to 1.6 × the budget: a
/// stuttering blackboard teaches more than a black one.
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

/// The rate of all slots after the next step up; the same rate if there is none.
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
mod tests;
