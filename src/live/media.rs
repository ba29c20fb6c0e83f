//! The media side in the view of the rest of the server: worker threads that own rooms. Orders go in through
//! [`RoomMedia`], events come out as [`MediaEvent`].

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use mio::Waker;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::mpsc;

use crate::lesson::SourceKind;
use crate::protocol::{ParticipantId, Want, WorkerLoad};
pub use crate::sfu::report::{LegReport, MediaEvent, RoomReport};
pub use crate::sfu::scene::{LegId, Scene, SourceId};
use crate::transport::answer::{self, Answer, Purpose, ServerSide};
use crate::transport::dtls::Identity;
use crate::transport::rtcp::OUR_SSRC;
use crate::transport::sdp::Offer;
use crate::transport::stun::UFRAG_LEN;

use super::order::{HallId, Order};
use super::tap::Tap;
use super::udp::Socket;
use super::worker::Worker;

/// Most events that a room may fall behind: a class of 100 joining at once makes some 300.
const EVENTS_MAX: usize = 1024;
/// Characters of an ICE password: 24 of 64 are 144 bits (RFC 8445 §5.3 asks for 128).
const PASSWORD_LEN: usize = 24;

/// Settings of the media side (section `[media]` of the configuration).
#[derive(Debug, Clone)]
pub struct MediaSettings {
    /// Addresses for host candidates in answers, on which the workers listen. IPv4 or IPv6.
    pub ips: Vec<IpAddr>,
    /// UDP port of the first worker, followed by those of the others; 0 = the system chooses.
    pub port: u16,
    /// Worker threads.
    pub workers: usize,
}

/// The worker threads. Dropping this stops them.
pub struct Media {
    identity: Arc<Identity>,
    workers: Vec<Arc<WorkerHandle>>,
    threads: Vec<JoinHandle<()>>,
}

/// A worker's handle.
struct WorkerHandle {
    /// Taken out when the media side stops: the worker ends with its last sender.
    orders: Mutex<Option<Sender<Order>>>,
    waker: Arc<Waker>,
    candidates: Vec<SocketAddr>,
    load: Arc<Mutex<WorkerLoad>>,
    /// Number of rooms given to it: up to date at once, while the load is a second late.
    rooms: AtomicUsize,
}

/// Next id of a hall or leg; unique in the process.
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

impl WorkerHandle {
    fn order(&self, order: Order) {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(orders) = &*orders
            && orders.send(order).is_ok()
        {
            // If the wake-up fails, the worker still reads its orders at every tick.
            let _ = self.waker.wake();
        }
    }
}

impl Media {
    /// Binds the sockets and starts the threads; fails with a sentence naming the port or address.
    pub fn start(settings: &MediaSettings) -> anyhow::Result<Media> {
        anyhow::ensure!(!settings.ips.is_empty(), "no address to listen on for media (media.ips)");
        let identity = Arc::new(Identity::generate().context("cannot make a certificate for media")?);
        let mut media = Media { identity, workers: Vec::new(), threads: Vec::new() };
        for number in 0..settings.workers.max(1) as u16 {
            let port = if settings.port == 0 { 0 } else { settings.port.saturating_add(number) };
            media.start_worker(number, &settings.ips, port)?;
        }
        Ok(media)
    }

    fn start_worker(&mut self, number: u16, ips: &[IpAddr], port: u16) -> anyhow::Result<()> {
        let socket = Socket::bind(ips, port)?;
        let port = socket.port()?;
        let load = Arc::new(Mutex::new(WorkerLoad {
            worker: number.into(),
            port,
            rooms: 0,
            legs: 0,
            cpu_permille: 0,
            in_bps: 0,
            out_bps: 0,
            packets_in: 0,
            packets_out: 0,
            drops: Vec::new(),
        }));
        let (orders, received) = std::sync::mpsc::channel();
        let (worker, waker) = Worker::new(socket, received, self.identity.clone(), load.clone())?;
        let thread =
            std::thread::Builder::new().name(format!("media-{number}")).spawn(move || worker.run())?;
        self.threads.push(thread);
        self.workers.push(Arc::new(WorkerHandle {
            orders: Mutex::new(Some(orders)),
            waker,
            candidates: ips.iter().map(|ip| SocketAddr::new(*ip, port)).collect(),
            load,
            rooms: AtomicUsize::new(0),
        }));
        Ok(())
    }

    /// Opens the media side of a room on the worker with the fewest legs. The room task must drain the
    /// receiver; it is bounded: events without room are dropped and repeated by the next
    /// [`MediaEvent::Report`].
    pub fn open_room(&self) -> (RoomMedia, mpsc::Receiver<MediaEvent>) {
        let (events, received) = mpsc::channel(EVENTS_MAX);
        let fullness = |worker: &&Arc<WorkerHandle>| {
            let legs = worker.load.lock().unwrap_or_else(PoisonError::into_inner).legs;
            (legs, worker.rooms.load(Ordering::Relaxed))
        };
        let worker = self.workers.iter().min_by_key(fullness).expect("there is at least one worker").clone();
        worker.rooms.fetch_add(1, Ordering::Relaxed);
        let hall = HallId(NEXT_ID.fetch_add(1, Ordering::Relaxed));
        worker.order(Order::OpenHall { hall, events });
        (RoomMedia { hall, worker, identity: self.identity.clone() }, received)
    }

    /// The last second of every worker.
    pub fn load(&self) -> Vec<WorkerLoad> {
        let of =
            |worker: &Arc<WorkerHandle>| worker.load.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.workers.iter().map(of).collect()
    }
}

impl Drop for Media {
    fn drop(&mut self) {
        for worker in &self.workers {
            worker.orders.lock().unwrap_or_else(PoisonError::into_inner).take();
            let _ = worker.waker.wake();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Orders to the media side of one room. Never waits. Dropping this closes the room and its legs.
pub struct RoomMedia {
    hall: HallId,
    worker: Arc<WorkerHandle>,
    identity: Arc<Identity>,
}

/// An offer that was answered.
#[derive(Debug)]
pub struct OpenedLeg {
    pub leg: LegId,
    /// The SDP answer, returned to the client unchanged.
    pub answer: String,
    /// Receiving video slots of the leg, for [`Scene::video_slots`].
    pub video_slots: usize,
    /// Kinds for which the offer has sending sections.
    pub can_send: Vec<SourceKind>,
    /// Sentences about sections left out; see [`answer::Answer`].
    pub left_out: Vec<String>,
}

/// The reason why an offer cannot be answered; the sentence names the line or codec.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OfferRefused(pub String);

impl RoomMedia {
    /// Answers an offer and opens its leg. Takes some 100 µs of the caller's thread.
    /// `person` owns the leg; nothing is published before [`RoomMedia::permit`].
    pub fn open_leg(
        &self,
        person: ParticipantId,
        purpose: Purpose,
        offer: &str,
    ) -> Result<OpenedLeg, OfferRefused> {
        let offer = Offer::parse(offer).map_err(|refused| OfferRefused(refused.0))?;
        let random = SystemRandom::new();
        let ufrag: [u8; UFRAG_LEN] = random_text(&random);
        let password: [u8; PASSWORD_LEN] = random_text(&random);
        let server = ServerSide {
            ufrag,
            password: &String::from_utf8_lossy(&password),
            fingerprint: &self.identity.fingerprint,
            candidates: &self.worker.candidates,
        };
        let Answer { text: answer, plan, left_out } =
            answer::answer(&offer, purpose, &server, || random_ssrc(&random))
                .map_err(|refused| OfferRefused(refused.0))?;
        let leg = LegId(NEXT_ID.fetch_add(1, Ordering::Relaxed));
        let opened = OpenedLeg {
            leg,
            answer,
            video_slots: plan.slots.iter().filter(|slot| slot.video).count(),
            can_send: plan.uplinks.iter().map(|uplink| uplink.kind).collect(),
            left_out,
        };
        self.worker.order(Order::OpenLeg { hall: self.hall, leg, person, plan: Box::new(plan) });
        Ok(opened)
    }

    /// Closes a leg; unknown legs are ignored. No [`MediaEvent::Gone`] follows.
    pub fn close_leg(&self, leg: LegId) {
        self.worker.order(Order::CloseLeg { hall: self.hall, leg });
    }

    /// Sets the kinds that the leg may publish; anything else it sends is dropped and counted.
    pub fn permit(&self, leg: LegId, kinds: &[SourceKind]) {
        self.worker.order(Order::Permit { hall: self.hall, leg, kinds: kinds.to_vec() });
    }

    /// Sets the scene, in place of the earlier one.
    pub fn show(&self, scene: Scene) {
        self.worker.order(Order::Show { hall: self.hall, scene });
    }

    /// Sets the tap through which published streams go to the recorder; `None` = none.
    pub fn record(&self, tap: Option<Tap>) {
        self.worker.order(Order::Record { hall: self.hall, tap });
    }

    /// Sets the heights of the leg's video slots on the screen, device pixels; 0 = not known.
    pub fn tiles(&self, leg: LegId, heights: Vec<u16>) {
        self.worker.order(Order::Tiles { hall: self.hall, leg, heights });
    }

    /// Sets how much the leg wants to receive.
    pub fn want(&self, leg: LegId, want: Want) {
        self.worker.order(Order::Want { hall: self.hall, leg, want });
    }
}

impl Drop for RoomMedia {
    fn drop(&mut self) {
        self.worker.rooms.fetch_sub(1, Ordering::Relaxed);
        self.worker.order(Order::CloseHall { hall: self.hall });
    }
}

/// Random characters of the 64 that ICE allows without quoting.
fn random_text<const LEN: usize>(random: &SystemRandom) -> [u8; LEN] {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = [0; LEN];
    random.fill(&mut text).expect("the system has randomness");
    text.map(|byte| ALPHABET[usize::from(byte) % 64])
}

/// A random SSRC, neither zero nor that of our own reports.
fn random_ssrc(random: &SystemRandom) -> u32 {
    let mut bytes = [0; 4];
    random.fill(&mut bytes).expect("the system has randomness");
    u32::from_be_bytes(bytes).max(OUR_SSRC + 1)
}
