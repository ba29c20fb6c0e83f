//! A media worker: an OS thread that owns one UDP port and whole rooms. Nothing of a room's media is
//! shared with another thread; orders come in by a channel and a wake-up.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token, Waker};
use tracing::error;

use crate::protocol::{DropCount, WorkerLoad};
use crate::sfu::report::MediaEvent;
use crate::sfu::scene::LegId;
use crate::transport::dtls::Identity;
use crate::transport::gate::{Counters, Drop};
use crate::transport::path::{Path, Route};
use crate::transport::rtp::{self, Class};
use crate::transport::stun::{Request, Response};

use super::faults::FaultLog;
use super::feedback::{TICK, Tools, WATCH_TICKS};
use super::hall::Hall;
use super::member::Member;
use super::order::{HallId, Order};
use super::routes::{Routes, Seat, random_transaction};
use super::udp::{Burst, Datagram, Inbox, Socket};

const SOCKET: Token = Token(0);
pub(super) const WAKE: Token = Token(1);
/// Batches read before the clock and the orders get their turn again.
const BATCHES_PER_TURN: usize = 8;

/// One worker thread's state.
pub struct Worker {
    socket: Socket,
    poll: Poll,
    orders: Receiver<Order>,
    identity: Arc<Identity>,
    halls: HashMap<HallId, Hall>,
    routes: Routes,
    burst: Burst,
    scratch: Vec<u8>,
    drops: Counters,
    faults: FaultLog,
    packets_in: u64,
    bytes_in: u64,
    /// The hall being worked on: a bug met there ends that room, not the others.
    at_hall: Option<HallId>,
    /// Nothing waits at the socket.
    drained: bool,
    ticks: u64,
    next_tick: Instant,
    measured: Measured,
    load: Arc<Mutex<WorkerLoad>>,
}

/// Totals at the last measurement.
struct Measured {
    at: Instant,
    cpu_ns: u64,
    bytes_in: u64,
    bytes_out: u64,
}

impl Worker {
    /// Takes a bound socket; the waker for its orders.
    pub fn new(
        mut socket: Socket,
        orders: Receiver<Order>,
        identity: Arc<Identity>,
        load: Arc<Mutex<WorkerLoad>>,
    ) -> anyhow::Result<(Worker, Arc<Waker>)> {
        let poll = Poll::new()?;
        poll.registry().register(socket.source(), SOCKET, Interest::READABLE)?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let now = Instant::now();
        let worker = Worker {
            socket,
            poll,
            orders,
            identity,
            halls: HashMap::new(),
            routes: Routes::default(),
            burst: Burst::default(),
            scratch: Vec::with_capacity(2048),
            drops: Counters::default(),
            faults: FaultLog::new(now),
            packets_in: 0,
            bytes_in: 0,
            at_hall: None,
            drained: true,
            ticks: 0,
            next_tick: now + TICK,
            measured: Measured { at: now, cpu_ns: 0, bytes_in: 0, bytes_out: 0 },
            load,
        };
        Ok((worker, waker))
    }

    /// Runs until the last sender of orders is gone.
    pub fn run(mut self) {
        let mut inbox = Inbox::default();
        let mut events = Events::with_capacity(8);
        loop {
            // The poll tells of a readable socket once: what was left waiting is fetched without it.
            let wait = if self.drained {
                self.next_tick.saturating_duration_since(Instant::now())
            } else {
                Duration::ZERO
            };
            if let Err(failed) = self.poll.poll(&mut events, Some(wait))
                && failed.kind() != std::io::ErrorKind::Interrupted
            {
                error!(error = %failed, "the media worker cannot wait for its socket");
                return;
            }
            let turn = catch_unwind(AssertUnwindSafe(|| self.turn(&mut inbox)));
            match turn {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => self.close_faulty_hall(),
            }
        }
    }

    /// Orders, packets, clock; false when it is time to end.
    fn turn(&mut self, inbox: &mut Inbox) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(order) => self.obey(order),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        self.drained = false;
        for _ in 0..BATCHES_PER_TURN {
            let Ok(filled) = self.socket.receive(inbox) else {
                self.drained = true;
                break;
            };
            let now = Instant::now();
            for datagram in inbox.datagrams(filled) {
                self.packets_in += 1;
                self.bytes_in += datagram.bytes.len() as u64;
                if let Err(why) = self.datagram(now, datagram) {
                    self.drops.count(why);
                }
            }
            self.fan_out(now);
        }
        let now = Instant::now();
        if now >= self.next_tick {
            self.tick(now);
        }
        true
    }

    fn fan_out(&mut self, now: Instant) {
        for (id, hall) in self.halls.iter_mut().filter(|(_, hall)| !hall.dirty.is_empty()) {
            self.at_hall = Some(*id);
            let before = self.burst.bytes_sent;
            hall.fan_out(now, &self.socket, &mut self.burst);
            hall.bytes_out += self.burst.bytes_sent - before;
            if hall.newly_sending {
                hall.announce(now);
            }
        }
        self.at_hall = None;
    }

    /// The gate: STUN proves itself, everything else comes from a leg's route.
    fn datagram(&mut self, now: Instant, datagram: Datagram<'_>) -> Result<(), Drop> {
        let Datagram { from, to, stale, bytes: datagram } = datagram;
        self.at_hall = None;
        let class = rtp::classify(datagram);
        match class {
            Class::Unknown => return Err(Drop::Unknown),
            Class::Stun => return self.stun(now, from, to, datagram),
            _ => {}
        }
        let (id, index) = self.routes.of_address(&from).ok_or(Drop::Stranger)?;
        let hall = self.halls.get_mut(&id).ok_or(Drop::Stranger)?;
        let member = hall.members[index as usize].as_mut().ok_or(Drop::Stranger)?;
        self.at_hall = Some(id);
        match class {
            Class::Rtp => {
                let received = member.leg.rtp(now, datagram)?;
                if stale {
                    hall.pass_over(index, &received);
                    return Err(Drop::Stale);
                }
                hall.receive(now, index, datagram, &received)?;
            }
            Class::Rtcp => {
                let packet = member.leg.rtcp(now, datagram)?;
                let tools = &mut Tools {
                    now,
                    socket: &self.socket,
                    burst: &mut self.burst,
                    scratch: &mut self.scratch,
                };
                hall.told(index, packet, stale, tools);
            }
            _ => self.dtls(now, id, index, datagram),
        }
        Ok(())
    }

    fn stun(
        &mut self,
        now: Instant,
        from: SocketAddr,
        to: Option<IpAddr>,
        datagram: &[u8],
    ) -> Result<(), Drop> {
        let route = Route { address: from, from: to.filter(|_| self.socket.wildcard) };
        let (seat, step) = if let Some(response) = Response::parse(datagram) {
            let seat = self.routes.of_transaction(&response.transaction).ok_or(Drop::StunUnknown)?;
            (seat, path_of(&mut self.halls, seat)?.answered(now, route, &response)?)
        } else {
            let request = Request::parse(datagram).ok_or(Drop::StunMalformed)?;
            let seat = self.routes.of_ufrag(&request.ufrag).ok_or(Drop::StunUnknown)?;
            let taken = self.routes.of_address(&from).is_some_and(|holder| holder != seat);
            let send = |route, datagram: &[u8]| {
                self.socket.send(route, datagram);
            };
            let path = path_of(&mut self.halls, seat)?;
            (seat, path.check(now, route, taken, &request, random_transaction, send)?)
        };
        self.routes.follow(seat, route, step);
        Ok(())
    }

    fn dtls(&mut self, now: Instant, id: HallId, index: u32, datagram: &[u8]) {
        let Some(hall) = self.halls.get_mut(&id) else { return };
        let Some(member) = &mut hall.members[index as usize] else { return };
        let (socket, route, leg) = (&self.socket, member.leg.path.route(), member.id);
        let send = |datagram: &[u8]| {
            if let Some(route) = route {
                socket.send(route, datagram);
            }
        };
        match member.leg.dtls(now, datagram, send) {
            Ok(true) => hall.tell(MediaEvent::Connected { leg }),
            Ok(false) => {}
            Err(ended) => {
                self.faults.leg(now, leg, &ended);
                self.remove(id, index, true);
            }
        }
    }

    fn obey(&mut self, order: Order) {
        let now = Instant::now();
        match order {
            Order::OpenHall { hall, events } => {
                self.halls.insert(hall, Hall::new(events, now));
            }
            Order::CloseHall { hall } => self.close_hall(hall, false),
            Order::OpenLeg { hall: id, leg, person, plan } => {
                let Some(hall) = self.halls.get_mut(&id) else { return };
                let index = hall.enter(Member::new(leg, person, &plan, &self.identity, now), now);
                hall.aim_all(now);
                self.routes.enter(plan.ufrag, (id, index));
            }
            Order::CloseLeg { hall, leg } => {
                if let Some(index) = self.halls.get(&hall).and_then(|hall| hall.find(leg)) {
                    self.remove(hall, index, false);
                }
            }
            Order::Permit { hall, leg, kinds } => {
                let Some(hall) = self.halls.get_mut(&hall) else { return };
                if let Some(index) = hall.find(leg) {
                    hall.permit(index, &kinds, now);
                }
            }
            Order::Show { hall, scene } => {
                if let Some(hall) = self.halls.get_mut(&hall) {
                    hall.show(scene, now);
                }
            }
            Order::Record { hall, tap } => {
                if let Some(hall) = self.halls.get_mut(&hall) {
                    hall.record(tap, now);
                }
            }
            Order::Want { hall, leg, want } => {
                self.change_member(now, hall, leg, |member| member.want = want);
            }
            Order::Tiles { hall, leg, heights } => {
                self.change_member(now, hall, leg, |member| member.tiles = heights);
            }
        }
    }

    /// Changes what a member is to get.
    fn change_member(&mut self, now: Instant, hall: HallId, leg: LegId, change: impl FnOnce(&mut Member)) {
        let Some(hall) = self.halls.get_mut(&hall) else { return };
        if let Some(member) = hall.find(leg).and_then(|index| hall.members[index as usize].as_mut()) {
            change(member);
            hall.aim_all(now);
        }
    }

    /// Takes a member out of its hall and the routing tables.
    fn remove(&mut self, id: HallId, index: u32, tell: bool) {
        let Some(hall) = self.halls.get_mut(&id) else { return };
        let Some(member) = hall.leave(index, Instant::now()) else { return };
        if tell {
            hall.tell(MediaEvent::Gone { leg: member.id });
        }
        self.routes.forget(|seat| *seat == (id, index));
    }

    fn close_hall(&mut self, id: HallId, tell: bool) {
        let Some(hall) = self.halls.remove(&id) else { return };
        if tell {
            hall.legs().for_each(|(_, member)| hall.tell(MediaEvent::Gone { leg: member.id }));
        }
        self.routes.forget(|seat| seat.0 == id);
    }

    /// After a panic: what was being worked on may be half done, so that room's legs end and its
    /// people reconnect; the other rooms go on.
    fn close_faulty_hall(&mut self) {
        self.burst = Burst::default();
        let Some(id) = self.at_hall.take() else { return };
        error!(hall = id.0, "a bug in the media of a room; its legs are closed and will reconnect");
        let Some(hall) = self.halls.get_mut(&id) else { return };
        let seats: Vec<u32> = hall.legs().map(|(index, _)| index).collect();
        seats.into_iter().for_each(|index| self.remove(id, index, true));
    }

    fn tick(&mut self, now: Instant) {
        self.ticks += 1;
        self.next_tick = (self.next_tick + TICK).max(now);
        let ids: Vec<HallId> = self.halls.keys().copied().collect();
        for id in ids {
            self.at_hall = Some(id);
            let Some(hall) = self.halls.get_mut(&id) else { continue };
            let tools =
                &mut Tools { now, socket: &self.socket, burst: &mut self.burst, scratch: &mut self.scratch };
            let before = tools.burst.bytes_sent;
            hall.tick(self.ticks, tools);
            let gone = if self.ticks.is_multiple_of(WATCH_TICKS) { hall.watch(tools) } else { Vec::new() };
            hall.bytes_out += tools.burst.bytes_sent - before;
            for (index, leg, ended) in gone {
                if let Some(ended) = ended {
                    self.faults.leg(now, leg, &ended);
                }
                self.remove(id, index, true);
            }
        }
        self.at_hall = None;
        if self.ticks.is_multiple_of(50) {
            self.measure(now);
        }
    }

    /// Every second: reports to the rooms and this worker's own load.
    fn measure(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.measured.at);
        self.halls.values_mut().for_each(|hall| hall.report(now, passed));
        self.drops.add(Drop::SendFull, std::mem::take(&mut self.burst.packets_dropped));
        let cpu_ns = thread_cpu_ns();
        let bps = |bytes: u64| (bytes as f64 * 8.0 / passed.as_secs_f64().max(0.001)) as u64;
        let mut load = self.load.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        load.rooms = self.halls.len() as u32;
        load.legs = self.routes.legs() as u32;
        load.cpu_permille =
            (cpu_ns.saturating_sub(self.measured.cpu_ns) as u128 * 1000 / passed.as_nanos().max(1)) as u32;
        load.in_bps = bps(self.bytes_in - self.measured.bytes_in);
        load.out_bps = bps(self.burst.bytes_sent - self.measured.bytes_out);
        load.packets_in = self.packets_in;
        load.packets_out = self.burst.packets_sent;
        load.drops = self
            .drops
            .iter()
            .map(|(why, packets)| DropCount { reason: why.name().to_owned(), packets })
            .collect();
        self.measured =
            Measured { at: now, cpu_ns, bytes_in: self.bytes_in, bytes_out: self.burst.bytes_sent };
    }
}

/// The path of the member on a seat.
fn path_of(halls: &mut HashMap<HallId, Hall>, (id, index): Seat) -> Result<&mut Path, Drop> {
    let member = halls.get_mut(&id).and_then(|hall| hall.members[index as usize].as_mut());
    Ok(&mut member.ok_or(Drop::StunUnknown)?.leg.path)
}

/// CPU time of this thread; 0 where the system does not tell.
fn thread_cpu_ns() -> u64 {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedstat.split_ascii_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}
