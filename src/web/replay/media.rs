//! `/media/{recording}/{file}`: playlists and segments, each request authorised. Names are compared with
//! those in the manifest; no path is ever made from a request.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::access::{Viewer, not_here};
use super::{Found, Web, download};
use crate::files::objects::ObjectError;
use crate::lesson::Role;
use crate::live::room::Fetched;
use crate::recording::manifest::Manifest;
use crate::recording::playlist::{self, Options};
use crate::time::Stretch;
use crate::web::error::Refused;
use crate::web::rate::Act;

const PLAYLIST: HeaderValue = HeaderValue::from_static("application/vnd.apple.mpegurl");
const SEGMENT: HeaderValue = HeaderValue::from_static("video/mp4");
/// A segment never changes; only this browser may keep it, and revalidates it each time: media played without
/// a request to the server would not count.
const KEEP: HeaderValue = HeaderValue::from_static("private, no-cache");
/// The playlist for players that do not know our tracks.
const INDEX: &str = "index.m3u8";

/// The viewer, for players that cannot set a header.
#[derive(Deserialize)]
pub(in crate::web) struct MediaQuery {
    ticket: Option<String>,
}

/// `OPTIONS` of all addresses here: the rights of a player on a page of another origin. No cookies come from
/// there.
pub(in crate::web) async fn options() -> impl IntoResponse {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Range"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers)
}

/// `GET /media/{recording}/{file}`
pub(in crate::web) async fn file(
    State(web): State<Arc<Web>>,
    Path((recording, file)): Path<(String, String)>,
    Query(query): Query<MediaQuery>,
    request: Request,
) -> Result<Response, Refused> {
    let (mut parts, body) = request.into_parts();
    let viewer = match &query.ticket {
        Some(ticket) => web.holder(ticket, &recording).await?,
        None => Viewer::from_request_parts(&mut parts, &web).await?,
    };
    let request = Request::from_parts(parts, body);
    let entitlement = web.entitled(viewer, recording).await?;
    let viewer = entitlement.viewer.clone();
    let found = web.open(entitlement).await?;
    if file.starts_with(download::PREFIX) {
        return download::file(&web, &found, request).await;
    }
    if file.ends_with(".m3u8") {
        let ticket = query.ticket.as_ref().map(|ticket| format!("?ticket={ticket}"));
        let seat = || viewer.seat.as_ref().map(|seat| format!("?as={seat}"));
        let suffix = ticket.or_else(seat).unwrap_or_default();
        let text = playlist(&found, &file, &suffix).ok_or_else(not_here)?;
        return Ok(([(header::CONTENT_TYPE, PLAYLIST)], text).into_response());
    }
    if file == playlist::NOTHING {
        return Ok(([(header::CONTENT_TYPE, SEGMENT)], playlist::NOTHING_BYTES).into_response());
    }
    let served = playlist::served(&found.manifest, &file, found.access.window).ok_or_else(not_here)?;
    // The name of a file is never used twice.
    let tag = HeaderValue::from_str(&format!("\"{file}\"")).map_err(|_| not_here())?;
    let kept = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, KEEP)];
    let segment = served.shows;
    if is_kept(&request, &tag) && web.was_sent(&found, &viewer, segment) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let mut parts = Vec::new();
    for stored in served.files {
        let read = web.shelf.objects.read(&found.recording, stored).await;
        parts.push(read.map_err(|error| match error {
            ObjectError::Missing | ObjectError::Damaged => not_here(),
            ObjectError::Unavailable(error) => Refused::store(error.into()),
        })?);
    }
    let bytes = if parts.len() == 1 { parts.remove(0) } else { parts.concat().into() };
    if request.method() == Method::GET {
        if let (Some(person), Some(segment)) = (&viewer.person, segment) {
            web.served().note(Instant::now(), person, &found.recording, segment);
        }
        web.note_fetch(&found, viewer, segment).await;
    }
    Ok(([(header::CONTENT_TYPE, SEGMENT)], kept, bytes).into_response())
}

/// Whether the browser has the file.
fn is_kept(request: &Request, tag: &HeaderValue) -> bool {
    let (known, tag) = (request.headers().get(header::IF_NONE_MATCH), tag.to_str().unwrap_or_default());
    let known = known.and_then(|known| known.to_str().ok()).unwrap_or_default();
    known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

impl Web {
    /// Whether this viewer is known to have been sent the file, where that matters.
    fn was_sent(&self, found: &Found, viewer: &Viewer, segment: Option<Stretch>) -> bool {
        match (&viewer.person, segment) {
            (Some(person), Some(segment)) => self.served().has(person, &found.recording, segment),
            _ => viewer.player.is_none(),
        }
    }

    /// Notes a fetch by a named player of a running class: a sign of life of its person (CR-2). (Signed-in
    /// pages have signs of life of their own.)
    async fn note_fetch(&self, found: &Found, viewer: Viewer, segment: Option<Stretch>) {
        let manifest = &found.manifest;
        let (Some(player), Some(Stretch { to_ms, .. }), true) = (viewer.player, segment, manifest.open)
        else {
            return;
        };
        if player.role == Role::Trainee && self.allow(Act::Fetch, &player.person_id).is_ok() {
            let piece = Fetched { to_ms, behind_ms: manifest.duration_ms.saturating_sub(to_ms) };
            self.rooms.fetched(&manifest.lesson, player.into(), piece).await;
        }
    }
}

fn playlist(found: &Found, file: &str, suffix: &str) -> Option<String> {
    let manifest: &Manifest = &found.manifest;
    let options = Options { window: found.access.window, suffix };
    match file {
        INDEX => Some(playlist::multivariant(manifest, options)),
        playlist::MAIN => Some(playlist::main(manifest, options)),
        playlist::SOUND => Some(playlist::sound(manifest, options)),
        track => playlist::track(manifest, track.strip_suffix(".m3u8")?.parse().ok()?, options),
    }
}
