//! The sockets of the web server. HTTP/1.1 only: few files, one socket each; HTTP/2 would open more ways to
//! attack. The loop is our own: axum-server can have either HTTP/1 alone or WebSockets, and detects the
//! version without a deadline.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use anyhow::anyhow;
use axum::Extension;
use axum::extract::ConnectInfo;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tower::Layer;

use super::connection::Capped;
use crate::config::Config;
use crate::web::{HEAD_BYTES_MAX, Place};

/// Time for open requests when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);

/// Pause after a failed accept: mostly all file handles are in use.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

type App = AddExtension<axum::Router, ConnectInfo<SocketAddr>>;

pub(super) async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "cannot listen on {address}: another program uses this port; stop it, or choose another port with --listen"
        ),
        ErrorKind::PermissionDenied => {
            anyhow!("cannot listen on {address}: ports below 1024 need the right to do so; choose another with --listen")
        }
        _ => anyhow!(error).context(format!("cannot listen on {address}; server.listen is ADDRESS:PORT")),
    })
}

/// The task that serves.
pub(super) struct Serving {
    stopping: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Serving {
    pub(super) fn start(
        listener: TcpListener,
        tls: Option<RustlsConfig>,
        app: axum::Router,
        config: &Config,
    ) -> Serving {
        let patience = Duration::from_secs(config.limits.http_timeout_s.into());
        let limits = (config.server.connections_max, config.limits.connections_per_address);
        let this_machine = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let capped =
            Capped::new(limits, this_machine.iter().chain(&config.server.proxies).copied().collect());
        let (stopping, stopped) = watch::channel(false);
        let accepting = match tls {
            Some(tls) => {
                let acceptor = RustlsAcceptor::new(tls).handshake_timeout(patience).acceptor(capped);
                tokio::spawn(accept(listener, acceptor, app, patience, stopped))
            }
            None => tokio::spawn(accept(listener, capped, app, patience, stopped)),
        };
        Serving { stopping, accepting }
    }

    /// Accepts no more connections; idle ones are closed, others end with their request.
    pub(super) fn begin_stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits until every connection has ended, or its time is over.
    pub(super) async fn stopped(self) {
        if let Err(error) = self.accepting.await {
            tracing::error!("the web server ended badly: {error}");
        }
    }
}

async fn accept<A>(
    listener: TcpListener,
    acceptor: A,
    app: axum::Router,
    patience: Duration,
    stopping: watch::Receiver<bool>,
) where
    A: Accept<TcpStream, App, Service = AddExtension<App, Place>>,
    A::Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    A::Future: Send + 'static,
{
    let mut http = http1::Builder::new();
    // The time for a head counts from the accepted connection, even if no byte comes, and again for each
    // further request.
    http.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(HEAD_BYTES_MAX);
    let (cut, _) = watch::channel(false);
    let mut stop = stopping.clone();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stopping| *stopping) => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let accepted = acceptor.accept(stream, Extension(ConnectInfo(peer)).layer(app.clone()));
        let (http, stopping, mut cut) = (http.clone(), stopping.clone(), cut.subscribe());
        tokio::spawn(async move {
            let serve = async {
                if let Ok((stream, service)) = accepted.await {
                    carry(&http, stream, service, stopping).await;
                }
            };
            tokio::select! {
                _ = cut.wait_for(|cut| *cut) => {}
                () = serve => {}
            }
        });
    }
    // The system refuses new connections at once; otherwise they would wait for a stopped server.
    drop(listener);
    // Every connection holds a receiver.
    if timeout(STOP_TIMEOUT, cut.closed()).await.is_err() {
        cut.send_replace(true);
    }
}

/// Carries one connection to its end, or until it becomes something else, such as a WebSocket.
async fn carry<I>(
    http: &http1::Builder,
    stream: I,
    service: AddExtension<App, Place>,
    mut stopping: watch::Receiver<bool>,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = pin!(connection.with_upgrades());
    // The way it ended does not matter.
    tokio::select! {
        _ = &mut connection => return,
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
