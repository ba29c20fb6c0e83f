//! Builds the parts, hands them to each other, and stops them in reverse order:
//! data folder → store → media → recorder → rooms → web → listening socket.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use axum::extract::ConnectInfo;
use axum::middleware::AddExtension;
use axum_server::Handle;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::attendance::policy::Policy;
use crate::config::{Config, MediaConfig, Tls};
use crate::live::media::{Media, MediaSettings};
use crate::live::room::{RoomSettings, Rooms};
use crate::store::Store;
use crate::store::books::{Books, Times};
use crate::store::passwords::Hasher;
use crate::web::{HEAD_BYTES_MAX, Parts, Web, replay, routes};

mod accountant;
mod connection;
mod keeper;
mod metrics_token;
mod recording;
mod tls;
use connection::Capped;
use recording::RecordingSide;

/// How long open requests may take when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);

/// Locked while a server uses the data folder; holds the address of that server.
const LOCK_FILE: &str = "server.lock";

/// More candidates than this only slow the browser's checks down.
const MEDIA_IPS_MAX: usize = 16;

/// A running server.
pub struct Server {
    /// Where it really listens, also when the system chose the port.
    pub http_addr: SocketAddr,
    /// How a browser on this machine reaches it, without a slash at the end.
    pub url: String,
    pub store: Store,
    pub rooms: Rooms,
    /// Judges lessons and keeps the ledger of credit hours.
    pub books: Books,
    accountant: JoinHandle<()>,
    keeper: JoinHandle<()>,
    watch: JoinHandle<()>,
    recording: RecordingSide,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<io::Result<()>>,
    /// Held until the last part is stopped.
    _lock: File,
}

impl Server {
    /// Starts everything; the error is a sentence for the person who starts it.
    pub async fn start(config: Config) -> anyhow::Result<Server> {
        check_base_path(&config.server.base_path)?;
        let mut lock = lock(&config.server.data)?;
        let store = Store::open(&config.server.data).await?;
        let media = Arc::new(Media::start(&media_settings(&config.media)?)?);
        let settings = RoomSettings {
            trainees_max: config.room.trainees_max,
            stage_max: config.room.stage_max,
            resume_window_s: config.room.resume_window_s,
        };
        let policy = Arc::new(policy(&config.hours.policy)?);
        let recording = RecordingSide::start(&config)?;
        let rooms =
            Rooms::new(media.clone(), store.clone(), recording.recorder.clone(), settings, policy.clone());
        let books =
            Books::new(store.clone(), recording.recordings.clone(), policy.clone(), Times::of(&config.hours));

        let listener = listen(&config.server.listen).await?;
        let http_addr = listener.local_addr().context("cannot tell the address of the listening socket")?;
        let url = url(http_addr, config.server.tls);
        lock.set_len(0).and_then(|()| lock.write_all(url.as_bytes())).context("cannot write server.lock")?;
        let tls = tls::config(&config.server)?;
        let web = Web::new(Parts {
            store: store.clone(),
            rooms: rooms.clone(),
            books: books.clone(),
            media,
            shelf: replay::Shelf::new(recording.recordings.clone(), recording.objects.clone()),
            downloads: recording.downloads.clone(),
            server: config.server.clone(),
            limits: config.limits.clone(),
            support: config.support.clone(),
            hasher: Hasher::start().context("cannot start the threads that hash passwords")?,
            policy,
            metrics_token: metrics_token::read_or_make(&config.server.data)?,
        });
        let app = routes::routes(Arc::new(web));
        let handle = Handle::new();
        let serving = serve(listener, tls, app, &config, handle.clone())?;
        let accountant = tokio::spawn(accountant::run(books.clone(), rooms.clone()));
        let keeper = tokio::spawn(keeper::run(store.clone()));
        let watched = store.clone();
        let watch = tokio::spawn(async move { watched.watch().await });
        Ok(Server {
            http_addr,
            url,
            store,
            rooms,
            books,
            accountant,
            keeper,
            watch,
            recording,
            handle,
            serving,
            _lock: lock,
        })
    }

    /// Says goodbye to every client, writes the last facts, closes everything.
    pub async fn stop(self) {
        self.handle.graceful_shutdown(Some(STOP_TIMEOUT));
        self.accountant.abort();
        self.keeper.abort();
        self.rooms.stop().await;
        self.recording.stop().await;
        self.watch.abort();
        if let Err(error) = self.serving.await.map_err(io::Error::other).flatten() {
            tracing::error!("the web server ended badly: {error}");
        }
    }
}

/// It stands in pages and addresses as it is.
fn check_base_path(base_path: &str) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
    let fits = base_path.starts_with('/') && !base_path.contains("//") && base_path.chars().all(plain);
    if base_path.is_empty() || fits {
        return Ok(());
    }
    bail!(
        "server.base_path = {base_path:?} is not usable: a path such as \"/class\", of letters, digits and - _ . ~"
    )
}

/// The rules by which minutes are counted; the usual ones where no file is named.
pub fn policy(file: &Path) -> anyhow::Result<Policy> {
    if file.as_os_str().is_empty() {
        return Ok(Policy::default());
    }
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read hours.policy {}", file.display()))?;
    Policy::from_toml(&text).with_context(|| format!("hours.policy {}", file.display()))
}

/// The address of the server that runs on this data folder now, if one does.
pub fn running_at(data: &Path) -> Option<String> {
    let lock = OpenOptions::new().read(true).open(data.join(LOCK_FILE)).ok()?;
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => io::read_to_string(lock).ok().filter(|url| !url.is_empty()),
        _ => None,
    }
}

/// How a browser on this machine reaches a server at `addr`.
pub fn url(addr: SocketAddr, tls: Tls) -> String {
    let scheme = if tls == Tls::Off { "http" } else { "https" };
    let ip = addr.ip();
    if ip.is_unspecified() || ip.is_loopback() {
        format!("{scheme}://localhost:{}", addr.port())
    } else {
        format!("{scheme}://{addr}")
    }
}

/// The addresses of this machine, loopback first. Link-local IPv6 is left out: without the name of
/// an interface it leads nowhere.
pub fn machine_ips() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut ips: Vec<IpAddr> = interfaces.iter().map(|interface| interface.ip()).collect();
    ips.retain(|ip| !matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local()));
    ips.push(Ipv4Addr::LOCALHOST.into());
    ips.sort_by_key(|ip| (!ip.is_loopback(), ip.is_ipv6(), *ip));
    ips.dedup();
    ips
}

/// Makes the data folder if need be and makes sure that no other server uses it.
fn lock(data: &Path) -> anyhow::Result<File> {
    let hint = |doing: &str| format!("cannot {doing} the data folder {}", data.display());
    DirBuilder::new().recursive(true).mode(0o700).create(data).with_context(|| hint("make"))?;
    let path = data.join(LOCK_FILE);
    let lock = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let lock = lock.with_context(|| hint("write to"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let at = io::read_to_string(&lock).unwrap_or_default();
            bail!(
                "another live-classroom server ({at}) uses the data folder {}; stop it first, or give this one \
                 its own folder with --data",
                data.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| hint("lock")),
    }
}

fn media_settings(config: &MediaConfig) -> anyhow::Result<MediaSettings> {
    let mut ips = if config.ips.is_empty() { machine_ips() } else { config.ips.clone() };
    ips.truncate(MEDIA_IPS_MAX);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if config.workers == 0 { (cores - 1).max(1) } else { config.workers };
    if config.port != 0 && usize::from(config.port) + workers - 1 > usize::from(u16::MAX) {
        bail!("media.port = {} leaves no ports for {workers} workers", config.port);
    }
    Ok(MediaSettings { ips, port: config.port, workers })
}

async fn listen(address: &str) -> anyhow::Result<TcpListener> {
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

/// Serves on its own task until the handle is told to stop.
fn serve(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    app: axum::Router,
    config: &Config,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<JoinHandle<io::Result<()>>> {
    let patience = Duration::from_secs(config.limits.http_timeout_s.into());
    let limits = (config.server.connections_max, config.limits.connections_per_address);
    let this_machine = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let capped = Capped::new(limits, this_machine.iter().chain(&config.server.proxies).copied().collect());
    let plain = axum_server::Server::<SocketAddr>::from_listener(listener).handle(handle);
    Ok(match tls {
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(tls).handshake_timeout(patience).acceptor(capped);
            spawn(plain.acceptor(acceptor), app, patience)
        }
        None => spawn(plain.acceptor(capped), app, patience),
    })
}

fn spawn<A>(
    mut server: axum_server::Server<SocketAddr, A>,
    app: axum::Router,
    patience: Duration,
) -> JoinHandle<io::Result<()>>
where
    A: Accept<TcpStream, AddExtension<axum::Router, ConnectInfo<SocketAddr>>> + Clone + Send + Sync + 'static,
    A::Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send,
    A::Service: axum_server::service::SendService<axum::http::Request<hyper::body::Incoming>> + Send,
    A::Future: Send,
{
    // HTTP/1.1 only: few files, one socket each; HTTP/2 would bring its own ways to be attacked.
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    let mut limits = http.http1();
    limits.timer(TokioTimer::new()).header_read_timeout(patience);
    limits.max_buf_size(HEAD_BYTES_MAX);
    *server.http_builder() = http;
    tokio::spawn(server.serve(app.into_make_service_with_connect_info::<SocketAddr>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_for_browsers_follows_the_socket() {
        let check = |addr: &str, tls: Tls, expected: &str| {
            assert_eq!(url(addr.parse().expect("an address"), tls), expected);
        };
        check("127.0.0.1:8080", Tls::Off, "http://localhost:8080");
        check("0.0.0.0:8443", Tls::SelfSigned, "https://localhost:8443");
        check("[::]:80", Tls::Off, "http://localhost:80");
        check("192.0.2.7:8080", Tls::Off, "http://192.0.2.7:8080");
        check("[2001:db8::1]:8443", Tls::Files, "https://[2001:db8::1]:8443");
    }

    #[test]
    fn a_base_path_is_a_plain_path() {
        for fits in ["", "/class", "/a/b-c", "/class/"] {
            assert!(check_base_path(fits).is_ok(), "{fits}");
        }
        for wrong in ["class", "//evil.example", "/a\"b", "/a b", "https://x/y"] {
            assert!(check_base_path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn loopback_is_always_among_the_addresses_and_none_is_twice() {
        let ips = machine_ips();
        assert!(ips[0].is_loopback(), "{ips:?}");
        let mut once = ips.clone();
        once.dedup();
        assert_eq!(once, ips);
    }

    #[test]
    fn a_data_folder_has_one_server_at_a_time() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut first = lock(folder.path()).expect("free");
        assert_eq!(running_at(folder.path()), None);
        first.write_all(b"http://localhost:1").expect("written");

        let refused = lock(folder.path()).expect_err("taken").to_string();
        assert!(refused.contains("http://localhost:1") && refused.contains("--data"), "{refused}");
        assert_eq!(running_at(folder.path()).as_deref(), Some("http://localhost:1"));
        drop(first);
        assert_eq!(running_at(folder.path()), None);
        lock(folder.path()).expect("free again");
    }

    #[test]
    fn ports_of_all_workers_must_exist() {
        let config = |port, workers| MediaConfig { port, workers, ..MediaConfig::default() };
        assert!(media_settings(&config(65_000, 64)).is_ok());
        assert!(media_settings(&MediaConfig { port: 65_500, ..config(0, 64) }).is_err());
        assert!(media_settings(&config(0, 0)).expect("valid").workers >= 1);
    }
}
