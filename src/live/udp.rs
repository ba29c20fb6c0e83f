//! One UDP socket: batches of datagrams in (recvmmsg, GRO), bursts out (UDP_SEGMENT), by `quinn-udp`.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};
use socket2::{Domain, Protocol, Type};

use crate::sfu::hall::Outbox;
pub use crate::transport::path::Route;

/// Buffer of a socket, bytes. A keyframe for a whole class is some 5 MB; datagrams without room are dropped
/// and counted.
pub const SOCKET_BUFFER: usize = 8 * 1024 * 1024;
/// Largest datagram with all segments that the kernel may join.
const GLUED_MAX: usize = 65_535;
/// Most bytes of one burst: the capacity of an IPv4 datagram, without its headers.
const BURST_MAX: usize = 65_000;

/// A worker's socket.
pub struct Socket {
    io: mio::net::UdpSocket,
    state: UdpSocketState,
    segments_max: usize,
    /// Bound to all addresses: answers must say from which of them they come.
    pub wildcard: bool,
}

impl Socket {
    /// Binds `port` on the one address of `ips`, or on all addresses if there are several.
    pub fn bind(ips: &[IpAddr], port: u16) -> anyhow::Result<Socket> {
        let ip = match ips {
            [one] => *one,
            several if several.iter().any(IpAddr::is_ipv6) => Ipv6Addr::UNSPECIFIED.into(),
            _ => Ipv4Addr::UNSPECIFIED.into(),
        };
        let address = SocketAddr::new(ip, port);
        let open = || -> io::Result<socket2::Socket> {
            let socket =
                socket2::Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
            if ip.is_ipv6() {
                socket.set_only_v6(!ip.is_unspecified())?;
            }
            // Best effort: the system's limit may be lower.
            let _ = socket.set_recv_buffer_size(SOCKET_BUFFER);
            let _ = socket.set_send_buffer_size(SOCKET_BUFFER);
            socket.bind(&address.into())?;
            Ok(socket)
        };
        let socket = open()
            .with_context(|| format!("cannot listen for media on UDP {address}; is the port taken?"))?;
        let state = UdpSocketState::new((&socket).into()).context("cannot set up the UDP socket")?;
        socket.set_nonblocking(true).context("cannot set up the UDP socket")?;
        let segments_max = state.max_gso_segments();
        let io = mio::net::UdpSocket::from_std(socket.into());
        Ok(Socket { io, state, segments_max, wildcard: ip.is_unspecified() })
    }

    pub fn port(&self) -> io::Result<u16> {
        Ok(self.io.local_addr()?.port())
    }

    /// The source to register with the poll.
    pub fn source(&mut self) -> &mut mio::net::UdpSocket {
        &mut self.io
    }

    /// Receives a batch; returns the number of filled entries of `inbox`. `WouldBlock` = nothing waits.
    pub fn receive(&self, inbox: &mut Inbox) -> io::Result<usize> {
        let mut buffers = inbox.buffers.iter_mut();
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(buffers.next().expect("one buffer per entry")));
        self.state.recv((&self.io).into(), &mut slices, &mut inbox.metas)
    }

    /// Sends one datagram; false = the socket did not take it at once.
    pub fn send(&self, to: Route, datagram: &[u8]) -> bool {
        self.transmit(to, datagram, None)
    }

    fn transmit(&self, to: Route, contents: &[u8], segment_size: Option<usize>) -> bool {
        let transmit =
            Transmit { destination: to.address, ecn: None, contents, segment_size, src_ip: to.from };
        self.state.try_send((&self.io).into(), &transmit).is_ok()
    }
}

/// Age from which a waiting datagram is useless: the server stood still (it was stopped, or moved to another
/// machine), and viewers have given up what they waited for.
const STALE_AFTER: Duration = Duration::from_millis(500);

/// A received datagram.
pub struct Datagram<'a> {
    pub from: SocketAddr,
    /// Our address to which it was sent, if the system tells.
    pub to: Option<IpAddr>,
    /// Whether it waited in the system for longer than [`STALE_AFTER`].
    pub stale: bool,
    pub bytes: &'a mut [u8],
}

/// Buffers for one batch.
pub struct Inbox {
    buffers: Vec<Vec<u8>>,
    metas: Vec<RecvMeta>,
}

impl Default for Inbox {
    fn default() -> Inbox {
        Inbox { buffers: vec![vec![0; GLUED_MAX]; BATCH_SIZE], metas: vec![RecvMeta::default(); BATCH_SIZE] }
    }
}

impl Inbox {
    /// The datagrams of the first `filled` entries.
    pub fn datagrams(&mut self, filled: usize) -> impl Iterator<Item = Datagram<'_>> {
        // The kernel notes the arrival of each on the wall clock.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let entries = self.buffers.iter_mut().zip(&self.metas).take(filled);
        entries.flat_map(move |(buffer, meta)| {
            let stale = meta.timestamp.is_some_and(|at| now.saturating_sub(at) > STALE_AFTER);
            let segments = buffer[..meta.len].chunks_mut(meta.stride.max(1));
            segments.map(move |bytes| Datagram { from: meta.addr, to: meta.dst_ip, stale, bytes })
        })
    }
}

/// Packets for one subscriber, collected until they leave in one call: all of one length except a shorter
/// last one, as UDP_SEGMENT requires.
pub struct Burst {
    bytes: Vec<u8>,
    segment: usize,
    count: usize,
    /// A shorter packet ended the run; it lacks `short_by` bytes of a segment.
    closed: bool,
    short_by: usize,
    pub packets_sent: u64,
    pub bytes_sent: u64,
    pub packets_dropped: u64,
}

impl Default for Burst {
    fn default() -> Burst {
        Burst {
            bytes: vec![0; GLUED_MAX],
            segment: 0,
            count: 0,
            closed: false,
            short_by: 0,
            packets_sent: 0,
            bytes_sent: 0,
            packets_dropped: 0,
        }
    }
}

impl Burst {
    /// Room for a packet of `len` bytes; the collected packets leave first if it does not fit their run.
    #[inline]
    pub fn room(&mut self, socket: &Socket, to: Route, len: usize) -> &mut [u8] {
        let fits = !self.closed
            && len <= self.segment
            && self.count < socket.segments_max
            && self.segment * self.count + len <= BURST_MAX;
        if self.count > 0 && !fits {
            self.flush(socket, to);
        }
        if self.count == 0 {
            self.segment = len;
        }
        self.short_by = self.segment - len;
        self.closed = self.short_by > 0;
        let at = self.segment * self.count;
        self.count += 1;
        self.bytes_sent += len as u64;
        &mut self.bytes[at..at + len]
    }

    /// Sends the collected packets.
    #[inline]
    pub fn flush(&mut self, socket: &Socket, to: Route) {
        if self.count == 0 {
            return;
        }
        let len = self.segment * self.count - self.short_by;
        let segment = (self.count > 1).then_some(self.segment);
        if socket.transmit(to, &self.bytes[..len], segment) {
            self.packets_sent += self.count as u64;
        } else {
            self.packets_dropped += self.count as u64;
        }
        self.count = 0;
        self.closed = false;
    }
}

/// A hall's way out: bursts for media, single datagrams for everything else.
pub struct Outgoing<'a> {
    pub socket: &'a Socket,
    pub burst: &'a mut Burst,
}

impl Outbox for Outgoing<'_> {
    #[inline]
    fn room(&mut self, to: Route, len: usize) -> &mut [u8] {
        self.burst.room(self.socket, to, len)
    }

    #[inline]
    fn flush(&mut self, to: Route) {
        self.burst.flush(self.socket, to);
    }

    fn send(&mut self, to: Route, datagram: &[u8]) {
        self.socket.send(to, datagram);
    }
}
