//! Whether what is taught counts at all. An instructor who forgot the microphone, or goes on for long
//! after the planned end, is told of it while it can be helped: nobody in the class earns anything.

use super::deltas::Audience;
use super::room::Room;
use crate::attendance::interval::ServerInstant;
use crate::protocol::{NotCounting, RoomEvent};

/// Who begins has so long to switch something on.
const FIRST_MS: u64 = 60_000;

impl Room {
    /// Once a second: tells staff when it changes.
    pub(super) fn tick_counting(&mut self, now: u64) {
        let not_counting = self.not_counting(now);
        if not_counting != self.told.not_counting {
            self.told.not_counting = not_counting;
            self.delta(Audience::Staff, RoomEvent::Counting { not_counting });
        }
    }

    /// Why the instruction window (CR-3) does not grow, while the class is live.
    fn not_counting(&self, now: u64) -> Option<NotCounting> {
        let live_ms = self.life.live_since_ms()?;
        let (plan, policy) = (&self.hours.plan, &self.hours.policy);
        let overrun_s = policy.overrun_max;
        let latest_ms = plan.planned_end.plus_ms(overrun_s * 1000).ms();
        if now >= latest_ms {
            return Some(NotCounting::PlannedTimeOver { since_ms: latest_ms, overrun_s });
        }
        let (since_ms, patience_ms) = match self.last_sent().map(ServerInstant::ms) {
            // A shorter gap will be bridged, and what proves the last seconds may be under way.
            Some(last_ms) => (last_ms.max(live_ms), policy.gap.max(policy.hb_timeout) * 1000),
            None => (live_ms, FIRST_MS),
        };
        let is_silent = now.saturating_sub(since_ms) > patience_ms;
        is_silent.then_some(NotCounting::NothingSent { since_ms })
    }
}
