//! Whether what is taught counts at all, and what it would be worth. An instructor who forgot to start the
//! class or to switch the microphone on, or goes on for long after the planned end, is told of it while it can
//! be helped: nobody in the class earns anything.

use super::deltas::Audience;
use super::room::Room;
use crate::attendance::credit::delivered_ch;
use crate::attendance::interval::{ServerInstant, Spans};
use crate::protocol::{ClassState, NotCounting, RoomEvent, Worth};

/// Who begins has so long to switch something on.
const FIRST_MS: u64 = 60_000;

/// The worth is looked at so often, and told when it or its minutes have changed.
const WORTH_EVERY_MS: u64 = 5_000;

impl Room {
    /// Once a second: tells staff when it changes.
    pub(super) fn tick_counting(&mut self, now: u64) {
        self.tick_worth(now);
        let not_counting = self.why_not(now);
        if not_counting != self.told.not_counting {
            self.told.not_counting = not_counting;
            self.delta(Audience::Staff, RoomEvent::Counting { not_counting });
        }
    }

    /// What was told last of it, for the operators' wall.
    pub fn not_counting(&self) -> Option<NotCounting> {
        self.told.not_counting
    }

    /// What the lesson would be worth if it ended now.
    pub fn worth(&self) -> Worth {
        let (plan, taught_s) = (&self.hours.plan, self.taught().seconds());
        let planned_s = plan.planned_end.ms().saturating_sub(plan.planned_start.ms()) / 1000;
        let worth_ch = delivered_ch(&self.hours.policy, taught_s, plan.credit_ch);
        Worth { planned_s, taught_s, worth_ch, credit_ch: plan.credit_ch }
    }

    fn tick_worth(&mut self, now: u64) {
        if now.abs_diff(self.told.worth_ms) < WORTH_EVERY_MS {
            return;
        }
        self.told.worth_ms = now;
        let worth = self.worth();
        let told = |worth: &Worth| (worth.worth_ch, worth.taught_s / 60);
        if self.told.worth.as_ref().map(told) != Some(told(&worth)) {
            self.told.worth = Some(worth);
            self.delta(Audience::Staff, RoomEvent::Worth { worth });
        }
    }

    /// Why the instruction window (CR-3) does not grow, though somebody teaches.
    fn why_not(&self, now: u64) -> Option<NotCounting> {
        let (live_ms, not_started) = (self.life.live_since_ms(), self.not_started(now));
        if live_ms.is_none() && not_started.is_none() {
            return None;
        }
        let (plan, policy) = (&self.hours.plan, &self.hours.policy);
        let overrun_s = policy.overrun_max;
        let latest_ms = plan.planned_end.plus_ms(overrun_s * 1000).ms();
        if now >= latest_ms {
            return Some(NotCounting::PlannedTimeOver { since_ms: latest_ms, overrun_s });
        }
        let Some(live_ms) = live_ms else { return not_started };
        let (since_ms, patience_ms) = match self.last_sent().map(ServerInstant::ms) {
            // A shorter gap will be bridged, and what proves the last seconds may be under way.
            Some(last_ms) => (last_ms.max(live_ms), policy.gap.max(policy.hb_timeout) * 1000),
            None => (live_ms, FIRST_MS),
        };
        let is_silent = now.saturating_sub(since_ms) > patience_ms;
        is_silent.then_some(NotCounting::NothingSent { since_ms })
    }

    /// An instructor teaches in the planned time, but nobody has started the class.
    fn not_started(&self, now: u64) -> Option<NotCounting> {
        if self.life.state() != ClassState::Open {
            return None;
        }
        let planned = Spans::one(self.hours.plan.planned_start, ServerInstant::MAX);
        let sent = self.sent().and(&planned);
        let (first_ms, last_ms) = (sent.first()?.ms(), sent.last()?.ms());
        let is_sent = now.saturating_sub(last_ms) <= self.hours.policy.hb_timeout * 1000;
        let minutes = u32::try_from(now.saturating_sub(first_ms) / 60_000).unwrap_or(u32::MAX);
        is_sent.then_some(NotCounting::NotStarted { since_ms: first_ms, minutes })
    }
}
