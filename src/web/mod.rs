//! WEB: the only place with routes and status codes. [`routes`] is the table; [`auth`] says who asks,
//! [`entry`] who comes into a room, [`account`] signs in with passwords, [`accounts`] and [`audit`] are the
//! office, [`programmes`] the way to a class, [`home`] and [`timetable`] what people see there; [`signal`]
//! carries the WebSocket, [`whip`] the media over plain HTTP, [`operator`] the wall and the metrics,
//! [`network_check`] the check before a class, [`replay`] the recordings, [`hours`] credit hours, [`assets`] the pages. What is decided, is
//! decided elsewhere: here requests are checked, handed on, and refusals become answers ([`error`]).

use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::attendance::policy::Policy;
use crate::config::{LimitsConfig, ServerConfig, SupportConfig};
use crate::live::check::Checks;
use crate::live::download::Downloads;
use crate::live::media::Media;
use crate::live::room::Rooms;
use crate::protocol::Refusal;
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
mod names;
mod network_check;
mod operator;
mod origin;
mod programmes;
mod rate;
mod ready;
pub mod replay;
pub mod routes;
mod session;
pub(crate) mod signal;
mod timetable;
mod upgrade;
mod visitor;
mod whip;

pub use guard::{HEAD_BYTES_MAX, Place};
pub(crate) use rate::network;

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
    /// Lets monitoring systems see `/metrics`.
    pub metrics_token: String,
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
    metrics_token: String,
    hasher: Hasher,
    tries: account::Tries,
    idle: idle::Idle,
    sign_in_failures: Mutex<rate::Failures>,
    new_accounts: Mutex<rate::Failures>,
    unlisted: visitor::Told,
    busy: visitor::Told,
    allowances: rate::Allowances,
    served: Mutex<replay::served::Served>,
    checks: Checks,
    imports: programmes::imports::Imports,
    legs: whip::Legs,
    shelf: Arc<replay::Shelf>,
    downloads: Downloads,
    assets: assets::Assets,
}

impl Web {
    pub fn new(parts: Parts) -> Web {
        let Parts {
            store,
            rooms,
            books,
            media,
            shelf,
            downloads,
            server,
            limits,
            support,
            hasher,
            policy,
            metrics_token,
        } = parts;
        Web {
            allowances: rate::Allowances::default(),
            served: Mutex::default(),
            checks: Checks::new(media.clone(), limits.network_checks_max),
            sign_in_failures: Mutex::new(rate::Failures::new(limits.sign_in_failures_per_min)),
            unlisted: visitor::Told::new(visitor::UNLISTED),
            busy: visitor::Told::new(visitor::BUSY),
            new_accounts: Mutex::new(rate::Failures::new(limits.new_accounts_per_min)),
            imports: programmes::imports::Imports::default(),
            tries: account::Tries::default(),
            idle: idle::Idle::default(),
            legs: whip::Legs::new(limits.http_legs_max),
            assets: assets::Assets::load(server.base_path.trim_end_matches('/')),
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
            metrics_token,
        }
    }
}

impl Web {
    /// Below which the pages stand; empty or without a slash at the end.
    fn base_path(&self) -> &str {
        self.server.base_path.trim_end_matches('/')
    }

    /// Takes one from somebody's allowance; refused before anything is done, hashed or written down.
    fn allow(&self, act: rate::Act, who: &str) -> Result<(), error::Refused> {
        if self.allowances.take(Instant::now(), act, who) { Ok(()) } else { Err(Refusal::TooFast.into()) }
    }
}

/// Server time, milliseconds since the Unix epoch.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    u64::try_from(since.as_millis()).expect("milliseconds fit 64 bits for 500 million years")
}
