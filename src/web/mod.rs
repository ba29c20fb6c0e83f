//! WEB: the only place with routes and status codes. [`routes`] is the table; [`auth`] finds the person of a
//! request, [`entry`] the role in a room, [`account`] signs in with passwords, [`accounts`] and [`audit`] are
//! the office, [`programmes`] the way to a class, [`home`] and [`timetable`] the lessons of a person;
//! [`signal`] carries the WebSocket, [`whip`] the media over plain HTTP, [`operator`] the wall and the
//! metrics, [`network_check`] the check before a class, [`replay`] the recordings, [`hours`] credit hours,
//! [`essays`] the texts of trainees, [`conclusions`] the ends of phases, [`certificates`] of completion, [`statements`] of five years,
//! [`assets`] the pages. Decisions are made elsewhere: this module checks requests, hands them on, and turns
//! refusals into answers ([`error`]).

use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::attendance::policy::Policy;
use crate::config::{LimitsConfig, ServerConfig, SupportConfig};
use crate::live::check::Checks;
use crate::live::download::Downloads;
use crate::live::media::Media;
use crate::live::room::Rooms;
use crate::office::books::Books;
use crate::office::certificates::Certifier;
use crate::office::passwords::Hasher;
use crate::office::reports::Reporter;
use crate::protocol::Refusal;
use crate::store::Store;

mod account;
mod accounts;
mod assets;
mod audit;
mod auth;
mod certificates;
mod class_end;
mod conclusions;
mod cookies;
mod entry;
mod error;
mod essays;
mod guard;
mod home;
mod hours;
mod idle;
mod metrics;
mod names;
mod network_check;
mod open;
mod operator;
mod origin;
mod programmes;
mod rate;
mod ready;
pub mod replay;
pub mod routes;
mod session;
pub(crate) mod signal;
mod statements;
mod timetable;
mod upgrade;
mod visitor;
mod whip;

pub use guard::{HEAD_BYTES_MAX, Place};
pub(crate) use rate::network;

/// The parts of the server that the handlers use.
pub struct Parts {
    pub store: Store,
    pub rooms: Rooms,
    pub books: Books,
    pub certifier: Certifier,
    pub reporter: Reporter,
    pub media: Arc<Media>,
    pub shelf: replay::Shelf,
    pub downloads: Downloads,
    pub server: ServerConfig,
    pub limits: LimitsConfig,
    pub support: SupportConfig,
    pub hasher: Hasher,
    pub policy: Arc<Policy>,
    /// Token that lets monitoring systems see `/metrics`.
    pub metrics_token: String,
}

/// The shared state of the handlers.
pub struct Web {
    store: Store,
    rooms: Rooms,
    books: Books,
    certifier: Certifier,
    reporter: Reporter,
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
    entitlements: replay::entitled::Entitlements,
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
            certifier,
            reporter,
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
            entitlements: replay::entitled::Entitlements::default(),
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
            certifier,
            reporter,
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
    /// The path below which the pages are; empty, or without a slash at its end.
    fn base_path(&self) -> &str {
        self.server.base_path.trim_end_matches('/')
    }

    /// Takes one from an allowance of `who`, or refuses before anything is done, hashed or written.
    fn allow(&self, act: rate::Act, who: &str) -> Result<(), error::Refused> {
        if self.allowances.take(Instant::now(), act, who) { Ok(()) } else { Err(Refusal::TooFast.into()) }
    }
}
