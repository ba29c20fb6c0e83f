//! Accepting TCP connections, up to a limit: a connection holds a place from its first byte to its
//! last, also after it became a WebSocket. Without a free place it is closed at once.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long the other side may leave what we sent unread or unconfirmed.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Lets connections in while there are places.
#[derive(Clone)]
pub(super) struct Capped {
    places: Arc<Semaphore>,
}

impl Capped {
    pub(super) fn new(connections_max: usize) -> Capped {
        Capped { places: Arc::new(Semaphore::new(connections_max)) }
    }
}

impl<S> Accept<TcpStream, S> for Capped {
    type Stream = Placed;
    type Service = S;
    type Future = Ready<io::Result<(Placed, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            tracing::warn!("a connection was closed: all places are taken (server.connections_max)");
            return ready(Err(io::ErrorKind::QuotaExceeded.into()));
        };
        let ready_made = prepare(&stream).map(|()| (Placed { stream, _place: place }, service));
        ready(ready_made)
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    // Signalling messages are small and wait for nobody.
    stream.set_nodelay(true)?;
    // Who asks for a file and never reads it would keep the place for ever.
    SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT))
}

/// A connection with its place.
pub(super) struct Placed {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
}

impl AsyncRead for Placed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
