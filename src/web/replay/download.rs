//! A recording as one MP4 file: requested, waited for, fetched. For people who may edit it.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::access::{Viewer, not_here};
use super::{Found, Web};
use crate::protocol::DownloadState;
use crate::web::error::Refused;
use crate::web::names::attachment;

/// The beginning of the names of finished downloads.
pub(super) const PREFIX: &str = "download-";

/// `GET /api/replay/{lesson}/download`
pub(in crate::web) async fn state(
    State(web): State<Arc<Web>>,
    viewer: Viewer,
    Path(lesson): Path<String>,
) -> Result<Json<DownloadState>, Refused> {
    let found = edited(&web, &viewer, &lesson).await?;
    let downloads = web.downloads.clone();
    off_the_loop(move || downloads.state(&found.manifest, found.shown())).await.map(Json)
}

/// `POST /api/replay/{lesson}/download`: has it made, unless it exists.
pub(in crate::web) async fn request(
    State(web): State<Arc<Web>>,
    viewer: Viewer,
    Path(lesson): Path<String>,
) -> Result<Json<DownloadState>, Refused> {
    let found = edited(&web, &viewer, &lesson).await?;
    let downloads = web.downloads.clone();
    match off_the_loop(move || downloads.request(&found.manifest, found.shown())).await? {
        Ok(state) => Ok(Json(state)),
        Err(busy) => Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "busy", busy.to_string())),
    }
}

/// The recording of a lesson, for those who may edit it.
async fn edited(web: &Web, viewer: &Viewer, lesson: &str) -> Result<Found, Refused> {
    let viewer = web.viewer_of(viewer, lesson).await?;
    viewer.edit(lesson)?;
    web.find(&viewer, lesson).await
}

/// The finished file; an interrupted download goes on where it stopped (Range).
pub(super) async fn file(web: &Web, found: &Found, request: Request) -> Result<Response, Refused> {
    if !found.access.edit {
        return Err(not_here());
    }
    let (downloads, manifest, shown) = (web.downloads.clone(), found.manifest.clone(), found.shown());
    let made = off_the_loop(move || downloads.file(&manifest, shown)).await?;
    let (name, path) = made.ok_or_else(not_here)?;
    if !request.uri().path().ends_with(&name) {
        return Err(not_here());
    }
    let sent = ServeFile::new(path).oneshot(request).await;
    let mut response = sent.unwrap_or_else(|never| match never {}).map(Body::new);
    let title = match &found.course {
        Some(course) => course.title.clone(),
        None => web
            .store
            .lessons()
            .find(&found.manifest.lesson)
            .await
            .map_err(Refused::store)?
            .map_or_else(String::new, |lesson| lesson.title),
    };
    response.headers_mut().insert(header::CONTENT_DISPOSITION, attachment(&found.manifest.id, &title, "mp4"));
    Ok(response)
}

/// Runs disk work on a thread where it holds up nobody.
async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Refused::store(error.into()))
}
