//! A network of bad quality between one participant and the server: every datagram of its media passes here
//! and may be lost, and the address that the server sees can change, as behind a NAT.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use live_classroom::transport::rtp::{Class, classify};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The relay of one peer connection.
pub(crate) struct Relay {
    address: SocketAddr,
    wire: Arc<Wire>,
    rebind: mpsc::UnboundedSender<()>,
    task: JoinHandle<()>,
}

/// The state that the task and the test share.
#[derive(Default)]
struct Wire {
    server: OnceLock<SocketAddr>,
    up: Way,
    down: Way,
    /// The present source address of the participant's datagrams, as the server sees it.
    seen_from: Mutex<Option<SocketAddr>>,
    /// The last connectivity check that nominated its pair.
    nomination: Mutex<Option<Vec<u8>>>,
}

/// One direction.
#[derive(Default)]
struct Way {
    loss_permille: AtomicU32,
    media_lost: AtomicU64,
}

impl Relay {
    /// A relay that loses nothing yet; `seed` decides which datagrams it will lose.
    pub(crate) async fn start(seed: u64) -> Relay {
        let front = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let address = front.local_addr().expect("it is bound");
        let wire: Arc<Wire> = Arc::default();
        let (rebind, orders) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(front, Arc::clone(&wire), orders, seed));
        Relay { address, wire, rebind, task }
    }

    /// Leads the media of an answer through the relay.
    pub(crate) fn through(&self, answer: String) -> String {
        let line = |line: &str| {
            let mut words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            if line.starts_with("a=candidate:") {
                let server = format!("{}:{}", words[4], words[5]).parse().expect("an address");
                self.wire.server.set(server).expect("one server, one candidate");
                (words[4], words[5]) = (self.address.ip().to_string(), self.address.port().to_string());
            }
            words.join(" ") + "\r\n"
        };
        answer.lines().map(line).collect()
    }

    /// The server's media address.
    pub(crate) fn server(&self) -> SocketAddr {
        *self.wire.server.get().expect("an answer came through")
    }

    /// Loses this share of the datagrams from now on, each way.
    pub(crate) fn lose(&self, up_permille: u32, down_permille: u32) {
        self.wire.up.loss_permille.store(up_permille, Ordering::Relaxed);
        self.wire.down.loss_permille.store(down_permille, Ordering::Relaxed);
    }

    /// The media packets that were lost so far, up and down.
    pub(crate) fn media_lost(&self) -> (u64, u64) {
        let lost = |way: &Way| way.media_lost.load(Ordering::Relaxed);
        (lost(&self.wire.up), lost(&self.wire.down))
    }

    /// Changes the port that the server sees; datagrams to the old one are lost from now on.
    pub(crate) fn rebind(&self) {
        self.rebind.send(()).expect("the relay runs");
    }

    /// The participant's address as the server sees it; `None` = nothing was sent yet.
    pub(crate) fn seen_from(&self) -> Option<SocketAddr> {
        *self.wire.seen_from.lock().expect("no holder panics")
    }

    /// The last check that nominated its pair, as it was on the wire.
    pub(crate) fn nomination(&self) -> Option<Vec<u8>> {
        self.wire.nomination.lock().expect("no holder panics").clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(front: UdpSocket, wire: Arc<Wire>, mut orders: mpsc::UnboundedReceiver<()>, seed: u64) {
    let bind = async || UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let mut back = bind().await;
    let mut participant = None;
    let (mut up, mut down) = (vec![0; 2048], vec![0; 2048]);
    let (mut up_dice, mut down_dice) = (Dice(seed), Dice(!seed));
    loop {
        tokio::select! {
            Ok((len, from)) = front.recv_from(&mut up) => {
                participant = Some(from);
                wire.note_check(&up[..len]);
                *wire.seen_from.lock().expect("no holder panics") = back.local_addr().ok();
                if let Some(server) = wire.server.get().filter(|_| !wire.up.loses(&mut up_dice, &up[..len])) {
                    let _ = back.send_to(&up[..len], server).await;
                }
            }
            Ok((len, from)) = back.recv_from(&mut down) => {
                let to = participant.filter(|_| wire.server.get() == Some(&from));
                if let Some(to) = to.filter(|_| !wire.down.loses(&mut down_dice, &down[..len])) {
                    let _ = front.send_to(&down[..len], to).await;
                }
            }
            Some(()) = orders.recv() => back = bind().await,
        }
    }
}

impl Wire {
    /// Keeps a binding request that bears USE-CANDIDATE.
    fn note_check(&self, datagram: &[u8]) {
        let nominates = datagram.windows(4).any(|attribute| attribute == [0x00, 0x25, 0x00, 0x00]);
        if datagram.starts_with(&[0x00, 0x01]) && nominates {
            *self.nomination.lock().expect("no holder panics") = Some(datagram.to_vec());
        }
    }
}

impl Way {
    fn loses(&self, dice: &mut Dice, datagram: &[u8]) -> bool {
        let lost = dice.permille() < self.loss_permille.load(Ordering::Relaxed);
        self.media_lost.fetch_add(u64::from(lost && classify(datagram) == Class::Rtp), Ordering::Relaxed);
        lost
    }
}

/// A reproducible source of chance (SplitMix64).
struct Dice(u64);

impl Dice {
    fn permille(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % 1000) as u32
    }
}
