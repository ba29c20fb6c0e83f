//! Tickets: for players that can set no header and have no cookie. A ticket is part of the address of one
//! recording, is for one viewer, and works for a class and its pauses. Sealed in it is the session or token
//! that requested it, so nothing is stored here; like every query it never gets into the log. Each request
//! looks the holder up again: a ticket is worth what that session or token is worth at that moment.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::access::{Viewer, not_here};
use super::{Asked, Found};
use crate::chain::{hex, unhex};
use crate::protocol::MediaTicket;
use crate::store::secret_hash;
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Peer, bearer};
use crate::web::error::Refused;
use crate::web::rate::Act;

/// The time for which a ticket works, ms.
const TTL_MS: u64 = 4 * 3_600_000;

/// The vault's context of tickets.
const CONTEXT: &str = "media ticket";

#[derive(Serialize, Deserialize)]
struct Ticket {
    recording: String,
    expires_at_ms: u64,
    holder: Holder,
}

/// The session or token that requested the ticket.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Holder {
    /// None: a course for everybody.
    Anybody,
    /// The public name of a session.
    Seat(String),
    /// The SHA-256 of a bearer token, in hex.
    Token(String),
}

/// `POST /api/replay/{lesson}/ticket`
pub(in crate::web) async fn make(
    State(web): State<Arc<Web>>,
    viewer: Viewer,
    Path(lesson): Path<String>,
    Peer(peer): Peer,
    headers: HeaderMap,
) -> Result<Json<MediaTicket>, Refused> {
    let Asked { found: Found { recording, .. }, .. } = web.ask(&viewer, &lesson).await?;
    web.allow(Act::Change, viewer.key().unwrap_or_default())?;
    let expires_at_ms = now_ms() + TTL_MS;
    let holder = match (viewer.seat, bearer(&headers)) {
        (Some(seat), _) => Holder::Seat(seat),
        (None, Some(token)) => Holder::Token(hex(&secret_hash(token))),
        (None, None) => Holder::Anybody,
    };
    let ticket = Ticket { recording: recording.clone(), expires_at_ms, holder };
    let text = serde_json::to_string(&ticket).expect("plain data");
    let sealed = web.store.vault().seal(CONTEXT, &text).map_err(Refused::store)?;
    let base = web.base(peer, &headers);
    let url = format!("{base}/media/{recording}/index.m3u8?ticket={}", hex(&sealed));
    Ok(Json(MediaTicket { url, expires_at_ms }))
}

impl Web {
    /// The present holder of a ticket for this recording.
    pub(super) async fn holder(&self, ticket: &str, recording: &str) -> Result<Viewer, Refused> {
        let text = unhex(ticket).and_then(|sealed| self.store.vault().open_text(CONTEXT, &sealed).ok());
        let ticket = text.and_then(|text| serde_json::from_str::<Ticket>(&text).ok());
        let ticket = ticket.filter(|ticket| ticket.recording == recording && ticket.expires_at_ms > now_ms());
        let holder = match ticket.ok_or_else(not_here)?.holder {
            Holder::Anybody => Some(Viewer::default()),
            Holder::Seat(seat) => self.session_of(&seat).await?.map(Viewer::by_session),
            Holder::Token(hash) => {
                let hash = unhex(&hash).ok_or_else(not_here)?;
                self.store
                    .secrets()
                    .token_of(&hash, now_ms())
                    .await
                    .map_err(Refused::store)?
                    .map(Viewer::by_token)
            }
        };
        // A ticket is no session, and cannot become one.
        let mut viewer = holder.ok_or_else(not_here)?;
        viewer.seat = None;
        Ok(viewer)
    }
}
