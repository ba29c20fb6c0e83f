//! WEB: the only place with routes and status codes. [`routes`] is the table; [`auth`] says who asks,
//! [`entry`] who comes into a room, [`account`] signs in with passwords, [`accounts`] and [`audit`] are the
//! office, [`programmes`] the way to a class, [`home`] and [`timetable`] what people see there; [`signal`]
//! carries the WebSocket, [`whip`] the media over plain HTTP, [`operator`] the wall and the metrics,
//! [`network_check`] the check before a class, [`replay`] the recordings, [`hours`] credit hours, [`assets`] the pages. What is decided, is
//! decided elsewhere: here requests are checked, handed on, and refusals become answers ([`error`]).

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::attendance::policy::Policy;
use crate::config::{LimitsConfig, ServerConfig, SupportConfig};
use crate::live::check::Checks;
use crate::live::download::Downloads;
use crate::live::media::Media;
use crate::live::room::Rooms;
use crate::store::Store;
use crate::store::books::Books;
use crate::store::passwords::Hasher;

mod account;
mod accounts;
mod assets;
mod audit;
mod auth;
mod class_end;
mod cookies;
mod entry;
mod error;
mod guard;
mod home;
mod hours;
mod idle;
mod metrics;
mod network_check;
mod operator;
mod origin;
mod programmes;
mod rate;
pub mod replay;
pub mod routes;
mod session;
pub(crate) mod signal;
mod timetable;
mod whip;

pub(crate) use rate::network;

/// Heartbeats of one person who watches recordings: players send one every 15 s, and at every jump.
const HEARTBEATS: u32 = 12;
const HEARTBEATS_PER_S: f64 = 0.5;

/// Registrations that one person saves.
const SAVES: u32 = 20;
const SAVES_PER_S: f64 = 0.1;

/// How often it is noted that somebody's player fetches a class: a device is proven to be there for
/// many seconds by one sign of life, and a flood of requests must not flood the class.
const FETCHES: u32 = 4;
const FETCHES_PER_S: f64 = 1.0;

/// Network checks that one person begins; one takes some ten seconds.
const CHECKS: u32 = 6;
const CHECKS_PER_S: f64 = 0.1;

/// Uploads of one person's checks; a check sends 36 at most.
const UPLOADS: u32 = 120;
const UPLOADS_PER_S: f64 = 2.0;

/// The parts of the server that the handlers talk to.
pub struct Parts {
    pub store: Store,
    pub rooms: Rooms,
    pub books: Books,
    pub media: Arc<Media>,
    pub shelf: replay::Shelf,
    pub downloads: Downloads,
    pub server: ServerConfig,
    pub limits: LimitsConfig,
    pub support: SupportConfig,
    pub hasher: Hasher,
    pub policy: Arc<Policy>,
}

/// What the handlers work with.
pub struct Web {
    store: Store,
    rooms: Rooms,
    books: Books,
    media: Arc<Media>,
    server: ServerConfig,
    limits: LimitsConfig,
    support: SupportConfig,
    policy: Arc<Policy>,
    hasher: Hasher,
    tries: account::Tries,
    idle: idle::Idle,
    sign_in_failures: Mutex<rate::Failures>,
    new_accounts: Mutex<rate::Failures>,
    heartbeats: Mutex<rate::PerPerson>,
    saves: Mutex<rate::PerPerson>,
    fetches: Mutex<rate::PerPerson>,
    served: Mutex<replay::served::Served>,
    checks_begun: Mutex<rate::PerPerson>,
    uploads: Mutex<rate::PerPerson>,
    checks: Checks,
    legs: whip::Legs,
    shelf: Arc<replay::Shelf>,
    downloads: Downloads,
    assets: assets::Assets,
}

impl Web {
    pub fn new(parts: Parts) -> Web {
        let Parts { store, rooms, books, media, shelf, downloads, server, limits, support, hasher, policy } =
            parts;
        Web {
            heartbeats: Mutex::new(rate::PerPerson::new(HEARTBEATS, HEARTBEATS_PER_S)),
            saves: Mutex::new(rate::PerPerson::new(SAVES, SAVES_PER_S)),
            fetches: Mutex::new(rate::PerPerson::new(FETCHES, FETCHES_PER_S)),
            served: Mutex::default(),
            checks_begun: Mutex::new(rate::PerPerson::new(CHECKS, CHECKS_PER_S)),
            uploads: Mutex::new(rate::PerPerson::new(UPLOADS, UPLOADS_PER_S)),
            checks: Checks::new(media.clone(), limits.network_checks_max),
            sign_in_failures: Mutex::new(rate::Failures::new(limits.sign_in_failures_per_min)),
            new_accounts: Mutex::new(rate::Failures::new(limits.new_accounts_per_min)),
            tries: account::Tries::default(),
            idle: idle::Idle::default(),
            legs: whip::Legs::new(limits.http_legs_max),
            assets: assets::Assets::load(),
            shelf: Arc::new(shelf),
            downloads,
            store,
            rooms,
            books,
            media,
            server,
            limits,
            support,
            hasher,
            policy,
        }
    }
}

/// Server time, milliseconds since the Unix epoch.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    u64::try_from(since.as_millis()).expect("milliseconds fit 64 bits for 500 million years")
}
