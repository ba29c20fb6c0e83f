//! The route of a leg's datagrams, and the peer's consent to receive them (RFC 7675).
//!
//! The first authentic check chooses the route. A check from elsewhere is answered, but moves the route only
//! once the peer has answered a check of ours there: somebody who captured a check on the wire can replay it
//! from any address, but cannot answer one.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use ring::hmac;

use super::answer::LegPlan;
use super::gate::Drop;
use super::stun::{self, Request, Response, Transaction};

/// Time without an authentic check on the route after which the leg is gone (RFC 7675 §5.1).
pub const CONSENT_TIMEOUT: Duration = Duration::from_secs(30);
/// Time without anything authentic from a route after which it may be left without a nomination: peers that
/// do not notice a new port of their NAT never nominate again. Longer than the second between two receiver
/// reports.
const SILENCE: Duration = Duration::from_secs(2);
/// Time after which an unanswered check of ours is repeated ...
const PROBE_EVERY: Duration = Duration::from_millis(200);
/// ... up to this many times in all ...
const PROBES_MAX: u8 = 3;
/// ... and during which no other address is checked: three small datagrams a second are no use for flooding
/// somebody.
const PROBE_TIME: Duration = Duration::from_secs(1);

/// The destination of datagrams, and our source address if there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    pub address: SocketAddr,
    pub from: Option<IpAddr>,
}

/// The route of one leg.
pub struct Path {
    /// The key of our password: for the peer's checks and our answers.
    ours: hmac::Key,
    /// The key of the peer's password: for our checks and its answers.
    theirs: hmac::Key,
    /// USERNAME of our checks, "theirs:ours".
    username: String,
    route: Option<Route>,
    consent_at: Instant,
    /// Time of the last authentic datagram of any kind on the route.
    pub heard_at: Instant,
    probe: Option<Probe>,
}

/// A check of ours that waits for an answer.
struct Probe {
    route: Route,
    transaction: Transaction,
    began: Instant,
    sent_at: Instant,
    sent: u8,
}

/// The effect of a datagram on the route.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// No change.
    Stays,
    /// The leg has a new route; `before` is the earlier one.
    Moved { before: Option<Route> },
    /// A check of ours is on its way; its answer will have this transaction.
    Probes(Transaction),
}

impl Path {
    pub fn new(plan: &LegPlan, now: Instant) -> Path {
        Path {
            ours: stun::integrity_key(&plan.password),
            theirs: stun::integrity_key(&plan.peer_password),
            username: format!("{}:{}", plan.peer_ufrag, String::from_utf8_lossy(&plan.ufrag)),
            route: None,
            consent_at: now,
            heard_at: now,
            probe: None,
        }
    }

    pub fn route(&self) -> Option<Route> {
        self.route
    }

    /// Whether the peer has not proven its consent for too long.
    pub fn is_lost(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.consent_at) >= CONSENT_TIMEOUT
    }

    /// Takes a check that came on `route`; `taken` = another leg has that address. `random` makes the
    /// transaction of a check of ours, `send` sends datagrams.
    pub fn check(
        &mut self,
        now: Instant,
        route: Route,
        taken: bool,
        request: &Request<'_>,
        random: impl FnOnce() -> Transaction,
        mut send: impl FnMut(Route, &[u8]),
    ) -> Result<Step, Drop> {
        if !request.is_authentic(&self.ours) {
            return Err(Drop::StunForged);
        }
        let step = if self.route == Some(route) {
            self.consent_at = now;
            self.heard_at = now;
            Step::Stays
        } else if self.route.is_none() && !taken {
            self.take(now, route)
        } else if self.route.is_none() || request.nominates || self.is_silent(now) {
            self.begin_probe(now, route, random, &mut send)
        } else {
            // Another of the peer's ways to us, kept open as a reserve.
            Step::Stays
        };
        // After our own check, so that the peer has proven its address at its first use.
        let mut response = Vec::with_capacity(stun::RESPONSE_MAX);
        request.write_success(route.address, &self.ours, &mut response);
        send(route, &response);
        Ok(step)
    }

    /// Takes an answer that came on `route`: only the awaited one moves the leg.
    pub fn answered(&mut self, now: Instant, route: Route, response: &Response<'_>) -> Result<Step, Drop> {
        let fits = |probe: &mut Probe| {
            probe.route == route
                && probe.transaction == response.transaction
                && response.is_authentic(&self.theirs)
        };
        self.probe.take_if(fits).ok_or(Drop::StunForged)?;
        Ok(self.take(now, route))
    }

    /// Repeats the check that is due.
    pub fn tick(&mut self, now: Instant, mut send: impl FnMut(Route, &[u8])) {
        let due = |probe: &&mut Probe| {
            probe.sent < PROBES_MAX && now.saturating_duration_since(probe.sent_at) >= PROBE_EVERY
        };
        if let Some(probe) = self.probe.as_mut().filter(due) {
            probe.sent += 1;
            probe.sent_at = now;
            send(probe.route, &stun::request(&self.username, &probe.transaction, &self.theirs));
        }
    }

    fn take(&mut self, now: Instant, route: Route) -> Step {
        self.consent_at = now;
        self.heard_at = now;
        Step::Moved { before: self.route.replace(route) }
    }

    fn is_silent(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.heard_at) >= SILENCE
    }

    fn begin_probe(
        &mut self,
        now: Instant,
        route: Route,
        random: impl FnOnce() -> Transaction,
        send: &mut impl FnMut(Route, &[u8]),
    ) -> Step {
        let waits = |probe: &Probe| now.saturating_duration_since(probe.began) < PROBE_TIME;
        if self.probe.as_ref().is_some_and(waits) {
            return Step::Stays;
        }
        let transaction = random();
        self.probe = Some(Probe { route, transaction, began: now, sent_at: now, sent: 1 });
        send(route, &stun::request(&self.username, &transaction, &self.theirs));
        Step::Probes(transaction)
    }
}

#[cfg(test)]
impl Path {
    /// Begins on a route without a check.
    pub(crate) fn begin(&mut self, now: Instant, route: Route) {
        self.take(now, route);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::stun::tests::{request, response};

    const HOME: Route = Route { address: SocketAddr::V4(address(1)), from: None };
    const AWAY: Route = Route { address: SocketAddr::V4(address(2)), from: None };
    const THIRD: Route = Route { address: SocketAddr::V4(address(3)), from: None };
    const MS: Duration = Duration::from_millis(1);

    const fn address(host: u8) -> std::net::SocketAddrV4 {
        std::net::SocketAddrV4::new(std::net::Ipv4Addr::new(192, 0, 2, host), 4000)
    }

    /// A path, its clock, and the datagrams it sent.
    struct Bench {
        path: Path,
        now: Instant,
        sent: Vec<(Route, Vec<u8>)>,
        drawn: u8,
    }

    impl Bench {
        fn new() -> Bench {
            let plan = LegPlan {
                ufrag: *b"abcdefgh",
                password: "server-password".into(),
                peer_ufrag: "peer".into(),
                peer_password: "peer-password".into(),
                peer_fingerprint: [0; 32],
                dtls_client: false,
                uplinks: Vec::new(),
                slots: Vec::new(),
                extensions: Default::default(),
            };
            let now = Instant::now();
            Bench { path: Path::new(&plan, now), now, sent: Vec::new(), drawn: 0 }
        }

        /// A bench whose path has the route [`HOME`].
        fn at_home() -> Bench {
            let mut bench = Bench::new();
            assert_eq!(bench.check(HOME, false, false), Ok(Step::Moved { before: None }));
            bench.sent.clear();
            bench
        }

        fn check(&mut self, route: Route, taken: bool, nominate: bool) -> Result<Step, Drop> {
            let raw = request("abcdefgh:peer", "server-password", nominate);
            let request = Request::parse(&raw).expect("well-formed");
            self.drawn = self.drawn.wrapping_add(1);
            let (drawn, sent) = ([self.drawn; 12], &mut self.sent);
            self.path.check(
                self.now,
                route,
                taken,
                &request,
                || drawn,
                |to, bytes| {
                    sent.push((to, bytes.to_vec()));
                },
            )
        }

        fn answer(&mut self, route: Route, transaction: Transaction, password: &str) -> Result<Step, Drop> {
            let raw = response(transaction, password);
            self.path.answered(self.now, route, &Response::parse(&raw).expect("well-formed"))
        }

        fn pass(&mut self, time: Duration) {
            self.now += time;
            let sent = &mut self.sent;
            self.path.tick(self.now, |to, bytes| sent.push((to, bytes.to_vec())));
        }

        /// Number of our own checks sent to `route`.
        fn probes_to(&self, route: Route) -> usize {
            self.sent.iter().filter(|(to, bytes)| *to == route && bytes[..2] == [0, 1]).count()
        }
    }

    #[test]
    fn a_new_address_must_answer_before_the_route_moves() {
        let mut bench = Bench::at_home();
        let Ok(Step::Probes(transaction)) = bench.check(AWAY, false, true) else { panic!("no probe") };
        assert_eq!(bench.path.route(), Some(HOME));
        let [(to, probe), (_, answer)] = &bench.sent[..] else { panic!("a check and an answer") };
        assert_eq!((*to, &answer[..2]), (AWAY, &[1, 1][..]));
        assert!(probe.len() <= request("abcdefgh:peer", "server-password", true).len(), "no amplification");

        assert_eq!(bench.answer(AWAY, transaction, "server-password"), Err(Drop::StunForged));
        assert_eq!(bench.answer(THIRD, transaction, "peer-password"), Err(Drop::StunForged));
        assert_eq!(bench.answer(AWAY, [0; 12], "peer-password"), Err(Drop::StunForged));
        assert_eq!(bench.path.route(), Some(HOME));
        let moved = bench.answer(AWAY, transaction, "peer-password");
        assert_eq!((moved, bench.path.route()), (Ok(Step::Moved { before: Some(HOME) }), Some(AWAY)));
        assert_eq!(bench.answer(AWAY, transaction, "peer-password"), Err(Drop::StunForged), "only once");
    }

    #[test]
    fn a_flood_of_replayed_checks_costs_three_probes_a_second_and_no_consent() {
        let mut bench = Bench::at_home();
        for _ in 0..10_000 {
            bench.check(AWAY, false, true).expect("it is authentic");
            bench.pass(MS);
        }
        assert_eq!(bench.probes_to(AWAY), 30);
        assert_eq!(bench.path.route(), Some(HOME));
        bench.pass(CONSENT_TIMEOUT - 10_000 * MS - MS);
        assert!(!bench.path.is_lost(bench.now));
        bench.pass(MS);
        assert!(bench.path.is_lost(bench.now), "what came from elsewhere proved nothing");
    }

    #[test]
    fn the_newest_address_wins_after_a_short_time() {
        let mut bench = Bench::at_home();
        assert!(matches!(bench.check(THIRD, false, true), Ok(Step::Probes(_))));
        bench.pass(PROBE_TIME - MS);
        assert_eq!(bench.check(AWAY, false, true), Ok(Step::Stays));
        bench.pass(MS);
        let Ok(Step::Probes(transaction)) = bench.check(AWAY, false, true) else { panic!("no probe") };
        assert!(bench.answer(AWAY, transaction, "peer-password").is_ok());
    }

    #[test]
    fn a_peer_that_never_nominates_again_is_followed_once_its_route_is_silent() {
        let mut bench = Bench::at_home();
        assert_eq!(bench.check(AWAY, false, false), Ok(Step::Stays), "a spare way");
        bench.pass(SILENCE);
        assert_eq!(bench.check(HOME, false, false), Ok(Step::Stays));
        assert_eq!(bench.check(AWAY, false, false), Ok(Step::Stays), "the route lives");
        bench.pass(SILENCE);
        assert!(matches!(bench.check(AWAY, false, false), Ok(Step::Probes(_))));
    }

    #[test]
    fn the_address_of_another_leg_must_be_proven_even_by_the_first_check() {
        let mut bench = Bench::new();
        let Ok(Step::Probes(transaction)) = bench.check(HOME, true, false) else { panic!("no probe") };
        assert_eq!(bench.path.route(), None);
        let moved = bench.answer(HOME, transaction, "peer-password");
        assert_eq!(moved, Ok(Step::Moved { before: None }));
    }

    #[test]
    fn a_check_with_another_password_is_not_answered() {
        let mut bench = Bench::at_home();
        let raw = request("abcdefgh:peer", "guessed", true);
        let request = Request::parse(&raw).unwrap();
        let nothing = |_, _: &[u8]| panic!("nothing is sent");
        let refused = bench.path.check(bench.now, AWAY, false, &request, || [1; 12], nothing);
        assert_eq!(refused, Err(Drop::StunForged));
    }
}
