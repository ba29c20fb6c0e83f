//! Tickets: for players that can set no header and have no cookie. A ticket stands in the address of one recording, is
//! for one viewer, and works for a class and its pauses. It names its holder sealed, so nothing is kept here; like every
//! query it never stands in the log.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::access::{Viewer, not_here};
use super::{Asked, Found};
use crate::attendance::ledger::unhex;
use crate::protocol::MediaTicket;
use crate::store::recordings::hex;
use crate::web::auth::Peer;
use crate::web::error::Refused;
use crate::web::rate::Act;
use crate::web::{Web, now_ms};

/// How long a ticket works.
const TTL_MS: u64 = 4 * 3_600_000;

/// What the vault seals tickets for.
const CONTEXT: &str = "media ticket";

#[derive(Serialize, Deserialize)]
struct Ticket {
    recording: String,
    expires_at_ms: u64,
    viewer: Viewer,
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
    let ticket = Ticket { recording: recording.clone(), expires_at_ms, viewer };
    let text = serde_json::to_string(&ticket).expect("plain data");
    let sealed = web.store.vault().seal(CONTEXT, &text).map_err(Refused::store)?;
    let base = web.base(peer, &headers);
    let url = format!("{base}/media/{recording}/index.m3u8?ticket={}", hex(&sealed));
    Ok(Json(MediaTicket { url, expires_at_ms }))
}

impl Web {
    /// Who holds a ticket for this recording.
    pub(super) fn holder(&self, ticket: &str, recording: &str) -> Result<Viewer, Refused> {
        let text = unhex(ticket).and_then(|sealed| self.store.vault().open_text(CONTEXT, &sealed).ok());
        let ticket = text.and_then(|text| serde_json::from_str::<Ticket>(&text).ok());
        let ticket = ticket.filter(|ticket| ticket.recording == recording && ticket.expires_at_ms > now_ms());
        let mut viewer = ticket.ok_or_else(not_here)?.viewer;
        // A ticket is no session, and no way to one.
        viewer.seat = None;
        Ok(viewer)
    }
}
