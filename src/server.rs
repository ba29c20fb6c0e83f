//! Builds the parts, hands them to each other, and stops them in reverse order:
//! data folder → term → store → media → recorder → rooms → web → listening socket.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use tokio::task::JoinHandle;

use crate::attendance::policy::Policy;
use crate::config::{Config, MediaConfig, Tls};
use crate::files::reports::ReportFiles;
use crate::live::media::{Media, MediaSettings};
use crate::live::room::{RoomSettings, Rooms};
use crate::office::books::{Books, Times};
use crate::office::certificates::Certifier;
use crate::office::passwords::Hasher;
use crate::office::reports::Reporter;
use crate::store::{Home, Store};
use crate::web::{Parts, Web, replay, routes};

mod accountant;
mod certifier;
mod connection;
mod fonts;
mod http;
mod keeper;
mod metrics_token;
mod node;
mod press;
mod recording;
mod reporter;
pub mod supervisor;
mod tls;
use http::{Serving, listen};
use node::Term;
pub use press::press;
use recording::RecordingSide;
pub use tls::certificate_end;

/// Locked while a server uses the data folder; holds the address of that server.
const LOCK_FILE: &str = "server.lock";

/// Most media addresses: more candidates only slow down the browser's checks.
const MEDIA_IPS_MAX: usize = 16;

/// A running server.
pub struct Server {
    /// The address on which it really listens, even if the system chose the port.
    pub http_addr: SocketAddr,
    /// The address for a browser on this machine, without a slash at its end.
    pub url: String,
    /// The beginning of printed links: [`Server::url`] and the path below which a proxy shows the server.
    pub links_at: String,
    pub store: Store,
    pub rooms: Rooms,
    /// Judges lessons and keeps the ledger of credit hours.
    pub books: Books,
    /// Issues certificates.
    pub certifier: Certifier,
    accountant: JoinHandle<()>,
    issuing: JoinHandle<()>,
    reporter: JoinHandle<()>,
    keeper: JoinHandle<()>,
    watch: JoinHandle<()>,
    recording: RecordingSide,
    serving: Serving,
    /// `None` = the database is a file.
    term: Option<Term>,
    /// Held until the last part has stopped.
    _lock: File,
}

impl Server {
    /// Starts everything, once no other server serves the database; the error is a sentence for the person who starts it.
    pub async fn start(config: Config) -> anyhow::Result<Server> {
        check_base_path(&config.server.base_path)?;
        let mut lock = lock(&config.server.data)?;
        let (term, store) = open_store(&config).await?;
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
        let certifier = certifier::of(&store, &config.server.data, &config.certificates, &policy);
        let reporter = Reporter::new(books.clone(), ReportFiles::new(&config.server.data));
        let listener = listen(&config.server.listen).await?;
        let http_addr = listener.local_addr().context("cannot tell the address of the listening socket")?;
        let url = url(http_addr, config.server.tls);
        let links_at = url.clone() + config.server.base_path.trim_end_matches('/');
        let told = lock.set_len(0).and_then(|()| lock.write_all(links_at.as_bytes()));
        told.context("cannot write server.lock")?;
        let tls = tls::config(&config.server)?;
        let web = Web::new(Parts {
            store: store.clone(),
            rooms: rooms.clone(),
            books: books.clone(),
            certifier: certifier.clone(),
            reporter: reporter.clone(),
            media,
            shelf: replay::Shelf::new(recording.recordings.clone(), recording.objects.clone()),
            downloads: recording.downloads.clone(),
            server: config.server.clone(),
            limits: config.limits.clone(),
            support: config.support.clone(),
            hasher: Hasher::start(config.limits.password_nice)
                .context("cannot start the threads that hash passwords")?,
            policy,
            metrics_token: metrics_token::token(&config.server.data)?,
        });
        let app = routes::routes(Arc::new(web));
        let serving = Serving::start(listener, tls, app, &config);
        supervisor::ready(&format!("serves at {links_at}"));
        let accountant = tokio::spawn(accountant::run(books.clone(), rooms.clone()));
        let issuing = tokio::spawn(certifier::run(certifier.clone()));
        let reporter = tokio::spawn(reporter::run(reporter));
        let keeper = tokio::spawn(keeper::run(store.clone()));
        let watched = store.clone();
        let watch = tokio::spawn(async move { watched.watch().await });
        Ok(Server {
            http_addr,
            url,
            links_at,
            store,
            rooms,
            books,
            certifier,
            accountant,
            issuing,
            reporter,
            keeper,
            watch,
            recording,
            serving,
            term,
            _lock: lock,
        })
    }

    /// Says goodbye to every client, writes the last facts, closes everything.
    pub async fn stop(self) {
        supervisor::stopping();
        self.serving.begin_stop();
        self.accountant.abort();
        self.issuing.abort();
        self.reporter.abort();
        self.keeper.abort();
        self.rooms.stop().await;
        self.recording.stop().await;
        self.watch.abort();
        self.serving.stopped().await;
        if let Some(term) = self.term {
            term.end().await;
        }
    }

    /// Returns once another server serves the database; never where it is a file.
    pub async fn superseded(&self) {
        match &self.term {
            Some(term) => term.superseded().await,
            None => std::future::pending().await,
        }
    }
}

/// The store, once no other server serves its database; with the term in which this one does.
async fn open_store(config: &Config) -> anyhow::Result<(Option<Term>, Store)> {
    let term = Term::begin(config).await?;
    let opened = Store::open(Home::of(config)).await;
    match (&opened, term) {
        (Ok(store), Some(term)) => {
            term.hold(store);
            Ok((Some(term), opened?))
        }
        // Another server may have what this one lacks.
        (Err(_), Some(term)) => {
            term.end().await;
            opened.map(|store| (None, store))
        }
        (_, None) => opened.map(|store| (None, store)),
    }
}

/// Checks the path, which is used unchanged in pages and addresses.
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

/// The rules by which minutes are counted; the default ones without a file.
pub fn policy(file: &Path) -> anyhow::Result<Policy> {
    if file.as_os_str().is_empty() {
        return Ok(Policy::default());
    }
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read hours.policy {}", file.display()))?;
    Policy::from_toml(&text).with_context(|| format!("hours.policy {}", file.display()))
}

/// The address of the server that runs on this data folder; `None` = none runs.
pub fn running_at(data: &Path) -> Option<String> {
    let lock = OpenOptions::new().read(true).open(data.join(LOCK_FILE)).ok()?;
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => io::read_to_string(lock).ok().filter(|url| !url.is_empty()),
        _ => None,
    }
}

/// The address of a server at `addr` for a browser on this machine.
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

/// Makes the data folder if necessary, and ensures that no other server uses it.
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

/// Number of threads of media, each with a port of its own.
pub fn workers(config: &MediaConfig) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if config.workers == 0 { (cores - 1).max(1) } else { config.workers }
}

fn media_settings(config: &MediaConfig) -> anyhow::Result<MediaSettings> {
    let mut ips = if config.ips.is_empty() { machine_ips() } else { config.ips.clone() };
    ips.truncate(MEDIA_IPS_MAX);
    let workers = workers(config);
    if config.port != 0 && usize::from(config.port) + workers - 1 > usize::from(u16::MAX) {
        bail!("media.port = {} leaves no ports for {workers} workers", config.port);
    }
    Ok(MediaSettings { ips, port: config.port, workers })
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
