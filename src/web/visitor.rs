//! The source of a request, for counting before anybody is known.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::auth::Peer;
use super::error::Refused;
use super::session::is_secure;
use super::{Web, cookies, origin, rate};
use crate::chain::sha256;
use crate::office::accounts::Origin;
use crate::protocol::Refusal;
use crate::store::random_hex;

/// The source of a request.
pub(super) struct Visitor {
    pub(super) address: IpAddr,
    /// The key for counting refused sign-ins.
    pub(super) counted: rate::Counted,
    pub(super) secure: bool,
    /// The secret that an earlier sign-in left in this browser.
    device: Option<String>,
}

impl FromRequestParts<Arc<Web>> for Visitor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Visitor, Refused> {
        let Peer(peer) = Peer::from_request_parts(parts, web).await?;
        let headers: &HeaderMap = &parts.headers;
        let address = origin::visitor(peer, headers, &web.server.proxies);
        // An unlisted proxy: the address that it names is not believed, but kept apart from others.
        let claimed = origin::claimed(peer, headers, &web.server.proxies);
        if claimed.is_some() {
            web.unlisted.tell(address);
        }
        Ok(Visitor {
            address,
            counted: (rate::network(address), claimed.map(rate::network)),
            secure: is_secure(web, peer, headers),
            device: cookies::device(headers).map(str::to_owned),
        })
    }
}

impl Visitor {
    /// The place of a try to sign in.
    pub(super) fn origin(&self) -> Origin {
        Origin { network: rate::network(self.address).to_string(), device: self.device.as_deref().map(print) }
    }

    pub(super) fn known_device(&self) -> Result<Device, Refused> {
        match &self.device {
            Some(secret) => Ok(Device { secret: secret.clone(), is_new: false }),
            None => Ok(Device { secret: random_hex::<16>().map_err(Refused::store)?, is_new: true }),
        }
    }
}

/// The browser of a sign-in, known from now on.
pub(super) struct Device {
    secret: String,
    is_new: bool,
}

impl Device {
    pub(super) fn origin(&self, visitor: &Visitor) -> Origin {
        Origin { device: Some(print(&self.secret)), ..visitor.origin() }
    }

    /// The cookie that makes it known; `None` = it is known already.
    pub(super) fn cookie(&self, visitor: &Visitor) -> Option<String> {
        self.is_new.then(|| cookies::set_device(&self.secret, visitor.secure))
    }
}

/// Fingerprint of the secret of a device.
fn print(secret: &str) -> String {
    sha256(secret.as_bytes())
}

impl Web {
    /// Whether this address may try again.
    pub(super) fn may_try(&self, visitor: &Visitor) -> Result<(), Refused> {
        let failures = self.sign_in_failures.lock().expect("no holder of this lock panics");
        if failures.may_try(Instant::now(), visitor.counted) { Ok(()) } else { Err(Refusal::TooFast.into()) }
    }

    /// Counts a failure of this address.
    pub(super) fn failed(&self, visitor: &Visitor) {
        let now = Instant::now();
        let mut failures = self.sign_in_failures.lock().expect("no holder of this lock panics");
        failures.failed(now, visitor.counted);
        if !failures.may_try(now, visitor.counted) && self.server.proxies.is_empty() {
            self.busy.tell(visitor.address);
        }
    }
}

/// Most addresses reported in the log, each once.
const TOLD_MAX: usize = 64;

/// Reports a setting that seems to be missing to the operator.
pub(super) struct Told {
    sentence: &'static str,
    addresses: Mutex<HashSet<IpAddr>>,
}

impl Told {
    pub(super) fn new(sentence: &'static str) -> Told {
        Told { sentence, addresses: Mutex::default() }
    }

    fn tell(&self, address: IpAddr) {
        let mut addresses = self.addresses.lock().expect("no holder of this lock panics");
        if addresses.len() < TOLD_MAX && addresses.insert(address) {
            tracing::warn!(%address, "{}", self.sentence);
        }
    }
}

/// About proxies that claim to ask for others.
pub(super) const UNLISTED: &str = "requests from here carry X-Forwarded-For, but server.proxies does not list this address: if it is a proxy of \
     yours, list it there; until then all its visitors count as one address";

/// About addresses with very many failures, as behind a proxy that claims nothing.
pub(super) const BUSY: &str = "so many sign-ins from this address were refused that wrong ones have to wait; if it is a proxy, let it send \
     X-Forwarded-For and list it in server.proxies";
