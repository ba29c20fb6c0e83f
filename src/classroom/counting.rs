//! Whether the teaching counts, and the worth of the lesson. An instructor who forgot to start the class or
//! to switch the microphone on, or goes on for long after the planned end, is told while it can be mended:
//! nobody in the class earns anything meanwhile.

use super::deltas::Audience;
use super::room::Room;
use crate::attendance::credit::delivered_ch;
use crate::classroom::message::{NotCounting, RoomEvent, Worth};
use crate::lesson::ClassState;
use crate::time::{ServerInstant, Spans};

/// Time after the start in which nothing needs to be sent, ms.
const FIRST_MS: u64 = 60_000;

/// Interval of looking at the worth, ms; it is told when it or its minutes have changed.
const WORTH_EVERY_MS: u64 = 5_000;

/// The last messages to staff about time that counts; a message is sent again only when it changes.
#[derive(Debug, Default)]
pub(super) struct Counting {
    not_counting: Option<NotCounting>,
    worth: Option<Worth>,
    /// Time of the last look at the worth, ms.
    worth_ms: u64,
}

impl Counting {
    /// Keeps the reason why nothing counts; returns whether it is new.
    fn keep_not_counting(&mut self, not_counting: Option<NotCounting>) -> bool {
        std::mem::replace(&mut self.not_counting, not_counting) != not_counting
    }

    /// Whether it is time to look at the worth again.
    fn is_worth_due(&mut self, now: u64) -> bool {
        let is_due = now.abs_diff(self.worth_ms) >= WORTH_EVERY_MS;
        if is_due {
            self.worth_ms = now;
        }
        is_due
    }

    /// Keeps the worth; returns whether it or its minutes are new.
    fn keep_worth(&mut self, worth: Worth) -> bool {
        let told = |worth: &Worth| (worth.worth_ch, worth.taught_s / 60);
        let is_new = self.worth.as_ref().map(told) != Some(told(&worth));
        if is_new {
            self.worth = Some(worth);
        }
        is_new
    }
}

impl Room {
    /// Once a second: tells staff about changes.
    pub(super) fn tick_counting(&mut self, now: u64) {
        self.tick_worth(now);
        let not_counting = self.why_not(now);
        if self.counting.keep_not_counting(not_counting) {
            self.delta(Audience::Staff, RoomEvent::Counting { not_counting });
        }
    }

    /// The last state told to operators.
    pub fn not_counting(&self) -> Option<NotCounting> {
        self.counting.not_counting
    }

    /// The worth of the lesson if it ended now.
    pub fn worth(&self) -> Worth {
        let (plan, taught_s) = (self.instruction.plan(), self.instruction.taught(&self.roster).seconds());
        let planned_s = plan.planned_end.ms().saturating_sub(plan.planned_start.ms()) / 1000;
        let worth_ch = delivered_ch(self.instruction.policy(), taught_s, plan.credit_ch);
        Worth { planned_s, taught_s, worth_ch, credit_ch: plan.credit_ch }
    }

    fn tick_worth(&mut self, now: u64) {
        if !self.counting.is_worth_due(now) {
            return;
        }
        let worth = self.worth();
        if self.counting.keep_worth(worth) {
            self.delta(Audience::Staff, RoomEvent::Worth { worth });
        }
    }

    /// The reason why the instruction window (CR-3) does not grow, though somebody teaches.
    fn why_not(&self, now: u64) -> Option<NotCounting> {
        let (live_ms, not_started) = (self.life.live_since_ms(), self.not_started(now));
        if live_ms.is_none() && not_started.is_none() {
            return None;
        }
        let (plan, policy) = (self.instruction.plan(), self.instruction.policy());
        let overrun_s = policy.overrun_max;
        let latest_ms = plan.planned_end.plus_ms(overrun_s * 1000).ms();
        if now >= latest_ms {
            return Some(NotCounting::PlannedTimeOver { since_ms: latest_ms, overrun_s });
        }
        let Some(live_ms) = live_ms else { return not_started };
        let (since_ms, patience_ms) = match self.instruction.last_sent(&self.roster).map(ServerInstant::ms) {
            // A shorter gap will be bridged, and the proof of the last seconds may be on its way.
            Some(last_ms) => (last_ms.max(live_ms), policy.gap.max(policy.hb_timeout) * 1000),
            None => (live_ms, FIRST_MS),
        };
        let is_silent = now.saturating_sub(since_ms) > patience_ms;
        is_silent.then_some(NotCounting::NothingSent { since_ms })
    }

    /// `Some` = an instructor teaches in the planned time, but nobody has started the class.
    fn not_started(&self, now: u64) -> Option<NotCounting> {
        if self.life.state() != ClassState::Open {
            return None;
        }
        let planned = Spans::one(self.instruction.plan().planned_start, ServerInstant::MAX);
        let sent = self.instruction.sent(&self.roster).and(&planned);
        let (first_ms, last_ms) = (sent.first()?.ms(), sent.last()?.ms());
        let is_sent = now.saturating_sub(last_ms) <= self.instruction.policy().hb_timeout * 1000;
        let minutes = u32::try_from(now.saturating_sub(first_ms) / 60_000).unwrap_or(u32::MAX);
        is_sent.then_some(NotCounting::NotStarted { since_ms: first_ms, minutes })
    }
}
