//! Token buckets: how often something is allowed per second, with a burst. Told the time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

/// One allowance that refills.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    burst: f64,
    per_s: f64,
    left: f64,
    at: Instant,
}

impl Bucket {
    /// An allowance that is full at `now`.
    pub(super) fn new(now: Instant, burst: u32, per_s: f64) -> Bucket {
        Bucket { burst: f64::from(burst), per_s, left: f64::from(burst), at: now }
    }

    /// Takes one; false = none is left.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let there = self.left(now) >= 1.0;
        if there {
            self.left = self.left(now) - 1.0;
            self.at = now;
        }
        there
    }

    fn left(&self, now: Instant) -> f64 {
        let refilled = now.saturating_duration_since(self.at).as_secs_f64() * self.per_s;
        (self.left + refilled).min(self.burst)
    }
}

/// An act with a limited rate per person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Act {
    /// Reporting watched media.
    Heartbeat,
    /// Saving a registration.
    Save,
    /// A player's fetch that is noted as a sign of life.
    Fetch,
    /// Beginning a network check.
    Check,
    /// Uploading for a network check.
    Upload,
    /// Uploading a document, which is unpacked and kept.
    Document,
    /// Looking a certificate up without a sign-in.
    LookUp,
    /// Searching the open catalogue, from one network.
    Browse,
    /// Opening a WHIP or WHEP session with a trainee's token.
    Leg,
    /// Opening one with a token of staff.
    StaffLeg,
    /// Trying a password or a code, which is hashed and written down.
    Prove,
    /// Trying a password or a code at a place that is locked for the account.
    ProveLocked,
    /// Anything else that changes something or is written into the audit log.
    Change,
}

impl Act {
    /// The burst, and the rate per second from then on.
    fn allowance(self) -> (u32, f64) {
        match self {
            // Players send one every 15 s, and at every jump.
            Act::Heartbeat => (12, 0.5),
            Act::Save => (20, 0.1),
            // One sign of life proves the presence of a device for many seconds, and a flood of requests must
            // not flood the class.
            Act::Fetch => (4, 1.0),
            // One takes some ten seconds.
            Act::Check => (6, 0.1),
            // Checking a pile of them by hand is slower, and guessing gets nowhere.
            Act::LookUp => (30, 0.5),
            // A whole school may stand behind one address; each search reads the catalogue.
            Act::Browse => (200, 10.0),
            // A check sends 36 at most.
            Act::Upload => (120, 2.0),
            // Each may be some MB.
            Act::Document => (10, 0.05),
            // A household's players behind one token start at once.
            Act::Leg => (16, 0.5),
            // So does a hall of screens; each costs a handshake.
            Act::StaffLeg => (200, 50.0),
            Act::Prove => (20, 0.2),
            // Enough for a person who mistypes both proofs; a guesser fills neither the log nor the owner's
            // notice.
            Act::ProveLocked => (10, 0.02),
            // A clerk clicking through a list is slower; a program that asks without end fills no disk.
            Act::Change => (300, 2.0),
        }
    }
}

/// Most allowances remembered at once; a full one need not be remembered.
const ALLOWANCES_MAX: usize = 100_000;

/// Everybody's allowances.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    buckets: Mutex<HashMap<(Act, String), Bucket>>,
}

impl Allowances {
    /// Takes one from the allowance of `who`; false = none is left.
    pub(super) fn take(&self, now: Instant, act: Act, who: &str) -> bool {
        let mut buckets = self.buckets.lock().expect("no holder of this lock panics");
        if buckets.len() >= ALLOWANCES_MAX {
            buckets.retain(|_, bucket| bucket.left(now) < bucket.burst);
        }
        let (burst, per_s) = act.allowance();
        let bucket = buckets.entry((act, who.to_owned()));
        bucket.or_insert_with(|| Bucket::new(now, burst, per_s)).take(now)
    }
}

/// Most addresses remembered; beyond it the one with the oldest failure is forgotten.
const ADDRESSES_MAX: usize = 4096;

/// An address, and the one that an unlisted proxy claims to ask for.
pub(super) type Counted = (IpAddr, Option<IpAddr>);

/// Factor from the failures of one address to those of all addresses claimed by one unlisted proxy: anybody
/// can pretend to be one.
const UNLISTED_TIMES: u32 = 20;

/// Counts refused sign-ins per address. Successful ones are free: a whole class may sit behind one
/// address.
#[derive(Debug)]
pub(super) struct Failures {
    per_min: u32,
    buckets: HashMap<Counted, Bucket>,
}

impl Failures {
    /// `per_min` failures at once, and as many again every minute.
    pub(super) fn new(per_min: u32) -> Failures {
        Failures { per_min, buckets: HashMap::new() }
    }

    /// Whether the address may try now.
    pub(super) fn may_try(&self, now: Instant, from: Counted) -> bool {
        let full = |from: Counted| self.buckets.get(&from).is_none_or(|bucket| bucket.left(now) >= 1.0);
        full(from) && full((from.0, None))
    }

    /// Counts a refused sign-in of this address.
    pub(super) fn failed(&mut self, now: Instant, from: Counted) {
        let times = if from.1.is_some() { UNLISTED_TIMES } else { 1 };
        self.take(now, (from.0, None), times);
        if from.1.is_some() {
            self.take(now, from, 1);
        }
    }

    fn take(&mut self, now: Instant, from: Counted, times: u32) {
        if !self.buckets.contains_key(&from) && self.buckets.len() >= ADDRESSES_MAX {
            self.forget(now);
        }
        let burst = self.per_min.saturating_mul(times);
        let bucket = self.buckets.entry(from);
        bucket.or_insert_with(|| Bucket::new(now, burst, f64::from(burst) / 60.0)).take(now);
    }

    fn forget(&mut self, now: Instant) {
        self.buckets.retain(|_, bucket| bucket.left(now) < bucket.burst);
        if self.buckets.len() < ADDRESSES_MAX {
            return;
        }
        let oldest = self.buckets.iter().min_by_key(|(_, bucket)| bucket.at).map(|(address, _)| *address);
        oldest.map(|address| self.buckets.remove(&address));
    }
}

/// The network that counts as one address: a household has a whole /64 of IPv6.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_rules() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start, 3, 2.0);
        let passed = |bucket: &mut Bucket, ms: u64| bucket.take(start + Duration::from_millis(ms));

        assert_eq!([0, 0, 0, 0].map(|ms| passed(&mut bucket, ms)), [true, true, true, false]);
        assert_eq!([499, 500, 500].map(|ms| passed(&mut bucket, ms)), [false, true, false]);
        assert_eq!([90_000; 4].map(|ms| passed(&mut bucket, ms)), [true, true, true, false]);
    }

    #[test]
    fn everybody_has_an_allowance_of_each_kind() {
        let (start, allowances) = (Instant::now(), Allowances::default());
        let taken = |act, who: &str, ms| allowances.take(start + Duration::from_millis(ms), act, who);
        assert!((0..4).all(|_| taken(Act::Fetch, "ann", 0)));
        assert!(!taken(Act::Fetch, "ann", 0));
        assert!(taken(Act::Fetch, "bob", 0));
        assert!(taken(Act::Check, "ann", 0));
        assert!(taken(Act::Fetch, "ann", 1000));
    }

    #[test]
    fn the_memory_for_allowances_is_bounded_by_those_who_use_theirs() {
        let (start, allowances) = (Instant::now(), Allowances::default());
        for number in 0..=ALLOWANCES_MAX {
            allowances.take(start, Act::Fetch, &number.to_string());
        }
        allowances.take(start + Duration::from_secs(10), Act::Fetch, "late");
        assert_eq!(allowances.buckets.lock().unwrap().len(), 1, "full ones are forgotten");
    }

    #[test]
    fn an_address_that_fails_often_waits_and_others_do_not() {
        let start = Instant::now();
        let mut failures = Failures::new(2);
        let [ann, bob]: [IpAddr; 2] =
            ["2001:db8::1", "2001:db8:0:1::1"].map(|text| text.parse().expect("an address"));
        let ann_next_door: IpAddr = "2001:db8::ffff".parse().expect("an address");

        let [ann, bob, ann_next_door] = [ann, bob, ann_next_door].map(|address| (network(address), None));
        failures.failed(start, ann);
        assert!(failures.may_try(start, ann));
        failures.failed(start, ann_next_door);
        assert!(!failures.may_try(start, ann));
        assert!(failures.may_try(start, bob));
        assert!(failures.may_try(start + Duration::from_secs(30), ann));
    }

    #[test]
    fn behind_an_unlisted_proxy_one_does_not_lock_out_all_but_many_do() {
        let (start, mut failures) = (Instant::now(), Failures::new(2));
        let proxy: IpAddr = "10.0.0.1".parse().expect("an address");
        let visitor = |number: u32| (proxy, Some(IpAddr::V4(number.into())));
        for _ in 0..2 {
            failures.failed(start, visitor(1));
        }
        assert!(!failures.may_try(start, visitor(1)));
        assert!(failures.may_try(start, visitor(2)));
        for number in 2..=39 {
            failures.failed(start, visitor(number));
        }
        assert!(
            !failures.may_try(start, visitor(99)),
            "whoever makes addresses up has no more than 20 of them"
        );
    }

    #[test]
    fn the_memory_for_addresses_is_bounded() {
        let start = Instant::now();
        let mut failures = Failures::new(2);
        for number in 0..2 * ADDRESSES_MAX as u32 {
            failures
                .failed(start + Duration::from_micros(u64::from(number)), (IpAddr::V4(number.into()), None));
        }
        assert_eq!(failures.buckets.len(), ADDRESSES_MAX);
        assert!(failures.buckets.contains_key(&(IpAddr::V4((2 * ADDRESSES_MAX as u32 - 1).into()), None)));
    }
}
