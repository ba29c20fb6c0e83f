//! Accepting TCP connections, up to a limit in total and one per address: a connection holds a place from its
//! first byte to its last, also after it became a WebSocket. Without a free place it is closed at once; this
//! machine and the proxies have some spare ones, for the liveness question. A connection with a place
//! receives the server's last bytes: it lingers when closed.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, Shutdown};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tower::Layer;

use crate::live::seldom::Seldom;
use crate::web::{Place, network};

/// The time for which the other side may leave sent bytes unread or unconfirmed.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The time, and the number of bytes, for which the server reads on after its own end of a connection.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);
const LINGER_BYTES_MAX: usize = 1024 * 1024;

/// Places beyond all others: monitoring hears that the server lives and is merely full.
const SPARE: usize = 8;

/// Admits connections while there are places.
#[derive(Clone)]
pub(super) struct Capped {
    places: Arc<Semaphore>,
    spare: Arc<Semaphore>,
    lines: Arc<Mutex<Seldom>>,
    addresses: Arc<Addresses>,
}

impl Capped {
    /// The most connections in total, and of one address; `free` addresses count in the total only.
    pub(super) fn new((in_all, per_address): (u32, u32), free: Vec<IpAddr>) -> Capped {
        let addresses = Addresses { per_address, free, open: Mutex::default() };
        Capped {
            places: Arc::new(Semaphore::new(in_all as usize)),
            spare: Arc::new(Semaphore::new(SPARE)),
            lines: Arc::new(Mutex::new(Seldom::new(Instant::now()))),
            addresses: Arc::new(addresses),
        }
    }

    fn place(&self, stream: TcpStream) -> io::Result<(Placed, Place)> {
        let full = || io::Error::from(io::ErrorKind::QuotaExceeded);
        let of_address = self.addresses.enter(stream.peer_addr()?.ip()).ok_or_else(full)?;
        let (permit, place) = match self.places.clone().try_acquire_owned() {
            Ok(permit) => (permit, Place::Usual),
            Err(_) => {
                self.tell_full();
                let watches = of_address.counted.is_none();
                let permit = watches.then(|| self.spare.clone().try_acquire_owned().ok()).flatten();
                (permit.ok_or_else(full)?, Place::Spare)
            }
        };
        prepare(&stream)?;
        Ok((Placed { stream: Some(stream), places: Some((permit, of_address)) }, place))
    }

    fn tell_full(&self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept_back) = lines.may(Instant::now()) {
            tracing::warn!(
                kept_back,
                "a connection came when all places were taken (server.connections_max)"
            );
        }
    }
}

impl<S> Accept<TcpStream, S> for Capped {
    type Stream = Placed;
    type Service = AddExtension<S, Place>;
    type Future = Ready<io::Result<(Placed, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.place(stream).map(|(placed, place)| (placed, Extension(place).layer(service))))
    }
}

/// Number of open connections of each address. No more addresses than places.
struct Addresses {
    per_address: u32,
    free: Vec<IpAddr>,
    open: Mutex<HashMap<IpAddr, u32>>,
}

impl Addresses {
    /// Takes a place of this address; `None` = none is left.
    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<OfAddress> {
        let address = address.to_canonical();
        if self.free.contains(&address) {
            return Some(OfAddress { addresses: self.clone(), counted: None });
        }
        let counted = network(address);
        let mut all = self.open();
        let open = all.entry(counted).or_default();
        if *open >= self.per_address {
            tracing::debug!(%address, "a connection was closed: its address has too many");
            return None;
        }
        *open += 1;
        if *open == self.per_address {
            // Once, not for every connection that is closed from now on.
            tracing::warn!(%address, "this address has all its connections (limits.connections_per_address)");
        }
        Some(OfAddress { addresses: self.clone(), counted: Some(counted) })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        // Nothing under the lock can panic half-way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One place of an address, given back when dropped.
struct OfAddress {
    addresses: Arc<Addresses>,
    counted: Option<IpAddr>,
}

impl Drop for OfAddress {
    fn drop(&mut self) {
        let Some(counted) = self.counted else { return };
        let mut all = self.addresses.open();
        if let Some(open) = all.get_mut(&counted) {
            *open -= 1;
            if *open == 0 {
                all.remove(&counted);
            }
        }
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Signalling messages are small and must not be delayed.
    stream.set_nodelay(true)?;
    // A client that requests a file and never reads it would keep the place for ever.
    SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT))
}

type Places = (OwnedSemaphorePermit, OfAddress);

/// A connection with its places.
pub(super) struct Placed {
    /// `Some` until it is dropped.
    stream: Option<TcpStream>,
    places: Option<Places>,
}

impl Placed {
    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.stream.as_mut().expect("only dropping takes it"))
    }
}

impl Drop for Placed {
    /// A socket closed with unread bytes resets the connection, and a reset overtakes the last bytes sent: an
    /// answer to a request that is too large, a close code. So it closes in one direction first.
    fn drop(&mut self) {
        let (Some(stream), Ok(runtime)) = (self.stream.take(), Handle::try_current()) else { return };
        let places = self.places.take();
        if SockRef::from(&stream).shutdown(Shutdown::Write).is_ok() {
            runtime.spawn(async move {
                // After the timeout it is reset, as an endless talker deserves.
                let _ = timeout(LINGER_TIMEOUT, linger(&stream)).await;
                drop((stream, places));
            });
        }
    }
}

/// Reads until the other side has closed, too, and discards the bytes.
async fn linger(stream: &TcpStream) {
    let mut unread = [0; 4096];
    let mut bytes = 0;
    while bytes < LINGER_BYTES_MAX && stream.readable().await.is_ok() {
        match stream.try_read(&mut unread) {
            Ok(0) => return,
            Ok(read) => bytes += read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

impl AsyncRead for Placed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(TcpStream::is_write_vectored)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::task::yield_now;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn addresses(per_address: u32, free: &[&str]) -> Arc<Addresses> {
        let free = free.iter().map(|text| address(text)).collect();
        Arc::new(Addresses { per_address, free, open: Mutex::default() })
    }

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let all = addresses(2, &["192.0.2.9"]);
        let [ann, bob] = ["192.0.2.1", "192.0.2.2"].map(address);
        let held = [all.enter(ann), all.enter(address("::ffff:192.0.2.1"))];
        assert!(held.iter().all(Option::is_some));
        assert!(all.enter(ann).is_none(), "written as IPv6 it is the same address");
        assert!(all.enter(bob).is_some());
        let proxy: Vec<_> = (0..9).map(|_| all.enter(address("192.0.2.9"))).collect();
        assert!(proxy.iter().all(Option::is_some), "a proxy stands for many");
        drop(held);
        assert!(all.enter(ann).is_some());
        assert!(all.open().is_empty(), "who is gone costs nothing");
    }

    #[test]
    fn a_household_of_ipv6_is_one_address() {
        let all = addresses(1, &[]);
        let _held = all.enter(address("2001:db8::1")).expect("the first");
        assert!(all.enter(address("2001:db8::2")).is_none());
        assert!(all.enter(address("2001:db8:0:1::2")).is_some());
    }

    #[tokio::test]
    async fn a_connection_holds_its_places_until_it_is_dropped() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = listener.local_addr().expect("bound");
        let capped = Capped::new((3, 2), Vec::new());
        let come = async || {
            let client = TcpStream::connect(at).await.expect("connects");
            (client, capped.place(listener.accept().await.expect("accepted").0))
        };
        let (client, first) = come().await;
        let _second = come().await;
        assert!(come().await.1.is_err());
        assert_eq!(capped.places.available_permits(), 1, "who is refused takes no place from others");
        drop(first.expect("a place"));
        assert!(come().await.1.is_err(), "it lingers while the other side is there");
        drop(client);
        let freed = async {
            while capped.places.available_permits() < 2 {
                yield_now().await;
            }
        };
        timeout(Duration::from_secs(10), freed)
            .await
            .expect("the other side is gone, and so is the connection");
        come().await.1.expect("the place of the first");
    }

    #[tokio::test]
    async fn who_watches_over_a_full_server_finds_a_spare_place() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = listener.local_addr().expect("bound");
        let come = async |capped: &Capped| {
            let client = TcpStream::connect(at).await.expect("connects");
            capped.place(listener.accept().await.expect("accepted").0).map(|placed| (client, placed))
        };
        let watched = Capped::new((1, 9), vec![at.ip()]);
        let _usual = come(&watched).await.expect("a place");
        let mut spare = Vec::new();
        for _ in 0..SPARE {
            let one = come(&watched).await.expect("a spare place");
            assert_eq!(one.1.1, Place::Spare);
            spare.push(one);
        }
        assert!(come(&watched).await.is_err(), "they are few");

        let unknown = Capped::new((1, 9), Vec::new());
        let _usual = come(&unknown).await.expect("a place");
        assert!(come(&unknown).await.is_err(), "and for nobody else");
    }

    #[tokio::test]
    async fn last_words_are_heard_by_whoever_is_still_talking() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let mut client = TcpStream::connect(listener.local_addr().expect("bound")).await.expect("connects");
        let stream = listener.accept().await.expect("accepted").0;
        let (mut server, _) = Capped::new((1, 1), Vec::new()).place(stream).expect("a place");

        client.write_all(&[b'x'; 20_000]).await.expect("sent");
        server.write_all(b"too large").await.expect("sent");
        drop(server);
        // Without lingering the first of these would be answered by a reset and the second fail.
        for _ in 0..2 {
            client.write_all(&[b'x'; 20_000]).await.expect("still taken");
        }
        let mut heard = String::new();
        client.read_to_string(&mut heard).await.expect("an end, not a reset");
        assert_eq!(heard, "too large");
    }
}
