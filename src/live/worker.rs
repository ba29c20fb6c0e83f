//! A media worker: an OS thread that owns one UDP port and whole rooms. No media state of a room is shared
//! with another thread; orders come in by a channel and a wake-up.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mio::{Events, Interest, Poll, Token, Waker};
use tracing::error;

use crate::protocol::{DropCount, WorkerLoad};
use crate::sfu::hall::feedback::Moment;
use crate::sfu::hall::member::Member;
use crate::sfu::hall::tick::{TICK, TICKS_PER_SECOND};
use crate::sfu::hall::{Gone, Hall};
use crate::sfu::scene::LegId;
use crate::transport::dtls::Identity;
use crate::transport::gate::{Counters, Drop};
use crate::transport::path::{Path, Route};
use crate::transport::rtcp;
use crate::transport::rtp::{self, Class};
use crate::transport::stun::{Request, Response};

use super::faults::FaultLog;
use super::host::Host;
use super::order::{HallId, Order};
use super::routes::{Routes, Seat, random_transaction};
use super::udp::{Burst, Datagram, Inbox, Outgoing, Socket};

const SOCKET: Token = Token(0);
pub(super) const WAKE: Token = Token(1);
/// Most batches read before the clock and the orders get their turn again.
const BATCHES_PER_TURN: usize = 8;

/// One worker thread's state.
pub struct Worker {
    socket: Socket,
    poll: Poll,
    orders: Receiver<Order>,
    identity: Arc<Identity>,
    halls: HashMap<HallId, Host>,
    routes: Routes,
    burst: Burst,
    drops: Counters,
    faults: FaultLog,
    packets_in: u64,
    bytes_in: u64,
    /// The hall being worked on: a bug there ends that room, not the others.
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
    /// Takes a bound socket; also returns the waker for its orders.
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
            // The poll reports a readable socket once: datagrams left waiting are fetched without it.
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

    /// Handles orders, packets and the clock; false = it is time to end.
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
        for (id, host) in self.halls.iter_mut().filter(|(_, host)| host.hall.has_fresh()) {
            self.at_hall = Some(*id);
            let before = self.burst.bytes_sent;
            host.hall.fan_out(now, &mut Outgoing { socket: &self.socket, burst: &mut self.burst });
            host.hall.note_sent(self.burst.bytes_sent - before);
            host.deliver();
        }
        self.at_hall = None;
    }

    /// The gate: STUN proves itself, everything else must come from a leg's route.
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
        let host = self.halls.get_mut(&id).ok_or(Drop::Stranger)?;
        self.at_hall = Some(id);
        let out = &mut Outgoing { socket: &self.socket, burst: &mut self.burst };
        let taken = match class {
            Class::Rtp => host.rtp(now, index, datagram, stale),
            Class::Rtcp => host.hall.handle_rtcp(moment(now), index, datagram, stale, out),
            _ => match host.hall.handle_dtls(now, index, datagram, out) {
                Ok(()) => Ok(()),
                Err(gone) => {
                    self.lose(now, id, &gone);
                    return Ok(());
                }
            },
        };
        host.deliver();
        taken
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

    fn obey(&mut self, order: Order) {
        let now = Instant::now();
        match order {
            Order::OpenHall { hall, events } => {
                self.halls.insert(hall, Host::new(events, now));
            }
            Order::CloseHall { hall } => {
                self.halls.remove(&hall);
                self.routes.forget(|seat| seat.0 == hall);
            }
            Order::OpenLeg { hall: id, leg, person, plan } => {
                let Some(host) = self.halls.get_mut(&id) else { return };
                let index = host.hall.enter(Member::new(leg, person, &plan, &self.identity, now), now);
                host.deliver();
                self.routes.enter(plan.ufrag, (id, index));
            }
            Order::CloseLeg { hall: id, leg } => {
                let Some(host) = self.halls.get_mut(&id) else { return };
                let Some(index) = host.hall.find(leg) else { return };
                host.hall.leave(index, now);
                host.deliver();
                self.routes.forget(|seat| *seat == (id, index));
            }
            Order::Permit { hall, leg, kinds } => {
                self.change(hall, leg, |hall, index| hall.permit(index, &kinds, now));
            }
            Order::Want { hall, leg, want } => {
                self.change(hall, leg, |hall, index| hall.want(index, want, now));
            }
            Order::Tiles { hall, leg, heights } => {
                self.change(hall, leg, |hall, index| hall.tiles(index, heights, now));
            }
            Order::Show { hall, scene } => {
                if let Some(host) = self.halls.get_mut(&hall) {
                    host.hall.show(scene, now);
                    host.deliver();
                }
            }
            Order::Record { hall, tap } => {
                if let Some(host) = self.halls.get_mut(&hall) {
                    host.record(tap, now);
                }
            }
        }
    }

    /// Changes the rights or wants of a member of a hall.
    fn change(&mut self, hall: HallId, leg: LegId, change: impl FnOnce(&mut Hall, u32)) {
        let Some(host) = self.halls.get_mut(&hall) else { return };
        if let Some(index) = host.hall.find(leg) {
            change(&mut host.hall, index);
            host.deliver();
        }
    }

    /// Takes out a member whose leg has ended by itself.
    fn lose(&mut self, now: Instant, id: HallId, gone: &Gone) {
        if let Some(ended) = &gone.ended {
            self.faults.leg(now, gone.leg, ended);
        }
        self.remove(id, gone.index);
    }

    /// Takes a member out of its hall and the routing tables, and tells the room.
    fn remove(&mut self, id: HallId, index: u32) {
        let Some(host) = self.halls.get_mut(&id) else { return };
        host.hall.lose(index, Instant::now());
        host.deliver();
        self.routes.forget(|seat| *seat == (id, index));
    }

    /// After a panic: the hall being worked on may be half changed, so that room's legs end and its people
    /// reconnect; the other rooms go on.
    fn close_faulty_hall(&mut self) {
        self.burst = Burst::default();
        let Some(id) = self.at_hall.take() else { return };
        error!(hall = id.0, "a bug in the media of a room; its legs are closed and will reconnect");
        let Some(host) = self.halls.get_mut(&id) else { return };
        host.hall.indices().into_iter().for_each(|index| self.remove(id, index));
    }

    fn tick(&mut self, now: Instant) {
        self.ticks += 1;
        self.next_tick = (self.next_tick + TICK).max(now);
        let ids: Vec<HallId> = self.halls.keys().copied().collect();
        for id in ids {
            self.at_hall = Some(id);
            let Some(host) = self.halls.get_mut(&id) else { continue };
            let out = &mut Outgoing { socket: &self.socket, burst: &mut self.burst };
            let gone = host.hall.handle_tick(moment(now), self.ticks, out);
            host.deliver();
            gone.iter().for_each(|gone| self.lose(now, id, gone));
        }
        self.at_hall = None;
        if self.ticks.is_multiple_of(TICKS_PER_SECOND) {
            self.measure(now);
        }
    }

    /// Every second: reports to the rooms, and this worker's own load.
    fn measure(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.measured.at);
        for host in self.halls.values_mut() {
            host.hall.report(now, passed);
            host.deliver();
        }
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
fn path_of(halls: &mut HashMap<HallId, Host>, (id, index): Seat) -> Result<&mut Path, Drop> {
    let member = halls.get_mut(&id).and_then(|host| host.hall.member_mut(index));
    Ok(member.ok_or(Drop::StunUnknown)?.path_mut())
}

/// `now`, with the server's wall clock.
fn moment(now: Instant) -> Moment {
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment { now, ntp: rtcp::ntp_from_unix_ms(unix.as_millis() as u64) }
}

/// CPU time of this thread; 0 = the system does not tell.
fn thread_cpu_ns() -> u64 {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedstat.split_ascii_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}
