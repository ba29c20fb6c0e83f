//! Token buckets: how much of something is allowed per second, with a burst. Told the time.

use std::collections::HashMap;
use std::net::IpAddr;
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
    /// Full at `now`.
    pub(super) fn new(now: Instant, burst: u32, per_s: f64) -> Bucket {
        Bucket { burst: f64::from(burst), per_s, left: f64::from(burst), at: now }
    }

    /// Takes one if there is one.
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

/// People whose allowance is remembered at once; a full one is the same as none.
const PEOPLE_MAX: usize = 100_000;

/// An allowance per person for what writes to the store.
#[derive(Debug)]
pub(super) struct PerPerson {
    burst: u32,
    per_s: f64,
    buckets: HashMap<String, Bucket>,
}

impl PerPerson {
    pub(super) fn new(burst: u32, per_s: f64) -> PerPerson {
        PerPerson { burst, per_s, buckets: HashMap::new() }
    }

    /// Takes one from the person's allowance, if there is one.
    pub(super) fn take(&mut self, now: Instant, person: &str) -> bool {
        if let Some(bucket) = self.buckets.get_mut(person) {
            return bucket.take(now);
        }
        if self.buckets.len() >= PEOPLE_MAX {
            let full = f64::from(self.burst);
            self.buckets.retain(|_, bucket| bucket.left(now) < full);
        }
        let mut bucket = Bucket::new(now, self.burst, self.per_s);
        let there = bucket.take(now);
        self.buckets.insert(person.to_owned(), bucket);
        there
    }
}

/// Addresses remembered at once; beyond that the one that failed longest ago is forgotten.
const ADDRESSES_MAX: usize = 4096;

/// Counts refused sign-ins per address. Successful ones are free: a whole class may sit behind one
/// address.
#[derive(Debug)]
pub(super) struct Failures {
    per_min: u32,
    buckets: HashMap<IpAddr, Bucket>,
}

impl Failures {
    /// `per_min` failures at once, and as many again every minute.
    pub(super) fn new(per_min: u32) -> Failures {
        Failures { per_min, buckets: HashMap::new() }
    }

    /// False while the address has to wait.
    pub(super) fn may_try(&self, now: Instant, address: IpAddr) -> bool {
        self.buckets.get(&network(address)).is_none_or(|bucket| bucket.left(now) >= 1.0)
    }

    /// One more sign-in of this address was refused.
    pub(super) fn failed(&mut self, now: Instant, address: IpAddr) {
        let address = network(address);
        if !self.buckets.contains_key(&address) && self.buckets.len() >= ADDRESSES_MAX {
            self.forget(now);
        }
        let per_s = f64::from(self.per_min) / 60.0;
        self.buckets.entry(address).or_insert_with(|| Bucket::new(now, self.per_min, per_s)).take(now);
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

/// One household holds a whole /64 of IPv6.
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
    fn an_address_that_fails_often_waits_and_others_do_not() {
        let start = Instant::now();
        let mut failures = Failures::new(2);
        let [ann, bob]: [IpAddr; 2] =
            ["2001:db8::1", "2001:db8:0:1::1"].map(|text| text.parse().expect("an address"));
        let ann_next_door: IpAddr = "2001:db8::ffff".parse().expect("an address");

        failures.failed(start, ann);
        assert!(failures.may_try(start, ann));
        failures.failed(start, ann_next_door);
        assert!(!failures.may_try(start, ann));
        assert!(failures.may_try(start, bob));
        assert!(failures.may_try(start + Duration::from_secs(30), ann));
    }

    #[test]
    fn the_memory_for_addresses_is_bounded() {
        let start = Instant::now();
        let mut failures = Failures::new(2);
        for number in 0..2 * ADDRESSES_MAX as u32 {
            failures.failed(start + Duration::from_micros(u64::from(number)), IpAddr::V4(number.into()));
        }
        assert_eq!(failures.buckets.len(), ADDRESSES_MAX);
        assert!(failures.buckets.contains_key(&IpAddr::V4((2 * ADDRESSES_MAX as u32 - 1).into())));
    }
}
