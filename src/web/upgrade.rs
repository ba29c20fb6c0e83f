//! The upgrade to a WebSocket with a count of its frames. The library below joins the parts of a message by
//! itself: a flood of empty parts never becomes a message, and would not be noticed above it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, StatusCode, Version, header};
use axum::response::Response;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::{Role, WebSocketConfig};

use super::Web;
use super::error::Refused;
use super::rate::Bucket;

/// A WebSocket, server side.
pub(super) type Socket = WebSocketStream<Counted<TokioIo<Upgraded>>>;

/// The connection sent more frames than it may.
#[derive(Debug, thiserror::Error)]
#[error("too many frames")]
pub(super) struct TooManyFrames;

/// A request to become a WebSocket (RFC 6455 §4.2.1).
pub(super) struct Upgrade {
    /// The answer to the client's key.
    accept: String,
    upgraded: OnUpgrade,
}

impl FromRequestParts<Arc<Web>> for Upgrade {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Web>) -> Result<Upgrade, Refused> {
        let accept = accept(parts).ok_or_else(needed)?;
        let upgraded = parts.extensions.remove::<OnUpgrade>().ok_or_else(needed)?;
        Ok(Upgrade { accept, upgraded })
    }
}

fn needed() -> Refused {
    Refused::new(StatusCode::UPGRADE_REQUIRED, "upgrade", "This address speaks WebSocket, version 13, only.")
}

/// The answer to the key of a valid opening handshake.
fn accept(parts: &Parts) -> Option<String> {
    const KEY_CHARS: usize = 24;
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let holds = |name: HeaderName, wanted: &str| {
        text(name).is_some_and(|value| value.split(',').any(|word| word.trim().eq_ignore_ascii_case(wanted)))
    };
    let key = text(header::SEC_WEBSOCKET_KEY).filter(|key| key.len() == KEY_CHARS)?;
    let proper = parts.method == Method::GET
        && parts.version == Version::HTTP_11
        && holds(header::CONNECTION, "upgrade")
        && holds(header::UPGRADE, "websocket")
        && text(header::SEC_WEBSOCKET_VERSION) == Some("13");
    proper.then(|| derive_accept_key(key.as_bytes()))
}

impl Upgrade {
    /// Answers, and runs `converse` on the socket. Every incoming frame takes one of `frames`; if none is
    /// left, reading fails with [`TooManyFrames`].
    pub(super) fn on<F>(
        self,
        config: WebSocketConfig,
        frames: Bucket,
        converse: impl FnOnce(Socket) -> F + Send + 'static,
    ) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let upgraded = self.upgraded;
        tokio::spawn(async move {
            // The client was gone before it began.
            let Ok(stream) = upgraded.await else { return };
            let stream = Counted { stream: TokioIo::new(stream), frames: Frames::default(), allowed: frames };
            converse(WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await).await;
        });
        let answer = Response::builder()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_ACCEPT, self.accept);
        answer.body(Body::empty()).expect("these headers are plain ASCII")
    }
}

/// A stream that counts the frames it reads.
pub(super) struct Counted<S> {
    stream: S,
    frames: Frames,
    allowed: Bucket,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let begun = self.frames.count(&buffer.filled()[before..]);
        if begun > 0 {
            let now = Instant::now();
            if !(0..begun).all(|_| self.allowed.take(now)) {
                return Poll::Ready(Err(io::Error::other(TooManyFrames)));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
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
}

/// The longest head: two bytes, eight of a length, four of a mask.
const HEAD_BYTES_MAX: usize = 14;

/// The place of the next byte within the frames (RFC 6455 §5.2).
#[derive(Default)]
struct Frames {
    head: [u8; HEAD_BYTES_MAX],
    /// Number of bytes of the head so far.
    have: usize,
    /// Number of bytes of the payload to come.
    left: u64,
}

impl Frames {
    /// Moves on by `bytes`; returns the number of heads that ended within.
    fn count(&mut self, mut bytes: &[u8]) -> u32 {
        let mut heads = 0;
        while let [first, rest @ ..] = bytes {
            if self.left > 0 {
                let skipped = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
                self.left -= skipped as u64;
                bytes = &bytes[skipped..];
                continue;
            }
            self.head[self.have] = *first;
            self.have += 1;
            bytes = rest;
            if self.have == self.head_bytes() {
                heads += 1;
                self.left = self.payload_bytes();
                self.have = 0;
            }
        }
        heads
    }

    fn length_bytes(&self) -> usize {
        match self.head[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        }
    }

    fn head_bytes(&self) -> usize {
        if self.have < 2 {
            return 2;
        }
        let mask = if self.head[1] & 0x80 == 0 { 0 } else { 4 };
        2 + self.length_bytes() + mask
    }

    fn payload_bytes(&self) -> u64 {
        match self.length_bytes() {
            0 => u64::from(self.head[1] & 0x7f),
            bytes => self.head[2..2 + bytes].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use proptest::prelude::*;
    use tungstenite::Message;
    use tungstenite::protocol::WebSocketContext;

    use super::*;

    /// Frames as a client sends them.
    fn sent(sizes: &[usize]) -> Vec<u8> {
        let mut stream = io::Cursor::new(Vec::new());
        let mut client = WebSocketContext::new(Role::Client, None);
        for size in sizes {
            let message = Message::binary(vec![0xff; *size]);
            client.write(&mut stream, message).expect("written to memory");
            client.flush(&mut stream).expect("written to memory");
        }
        stream.into_inner()
    }

    proptest! {
        #[test]
        fn frames_are_counted_however_their_bytes_come(
            sizes in proptest::collection::vec(prop_oneof![0..200_usize, 60_000..70_000_usize], 0..8),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let bytes = sent(&sizes);
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let (mut frames, mut from, mut counted) = (Frames::default(), 0, 0);
            for to in cuts {
                counted += frames.count(&bytes[from..to]);
                from = to;
            }
            prop_assert_eq!(counted as usize, sizes.len());
            prop_assert_eq!((frames.have, frames.left), (0, 0));
        }
    }

    #[test]
    fn a_handshake_is_answered_as_the_rfc_does() {
        let check = |headers: &[(&str, &str)], expected: Option<&str>| {
            let mut request = Request::get("/signal/demo");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            assert_eq!(accept(&parts).as_deref(), expected, "{headers:?}");
        };
        let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let [connection, upgrade, version] = [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
        ];
        check(&[connection, upgrade, version, key], Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        check(&[upgrade, version, key], None);
        check(&[connection, version, key], None);
        check(&[connection, upgrade, key], None);
        check(&[connection, upgrade, ("sec-websocket-version", "8"), key], None);
        check(&[connection, upgrade, version], None);
        check(&[connection, upgrade, version, ("sec-websocket-key", "short")], None);
    }
}
