//! The operator's wall: the load of all rooms and workers, and acts on a room from outside.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Web;
use super::auth::{Body, Operator, Session};
use super::error::Refused;
use super::programmes::Asked;
use super::programmes::files::{FileQuery, download};
use crate::account::role::Action;
use crate::office::reports::load_table;
use crate::protocol::{Load, OperatorAction};
use crate::sheet;
use crate::time::clock::now_ms;

impl Web {
    /// The present load of the whole server.
    pub(super) fn load(&self) -> Load {
        let storage = self.store.trouble();
        Load { at_ms: now_ms(), rooms: self.rooms.load(), workers: self.media.load(), storage }
    }
}

/// `GET /api/operator/load`
pub(super) async fn load(State(web): State<Arc<Web>>, session: Session) -> Result<Json<Load>, Refused> {
    session.may(Action::SeeLoad)?;
    Ok(Json(web.load()))
}

/// `GET /api/operator/load/file`
pub(super) async fn load_file(
    State(web): State<Arc<Web>>,
    session: Session,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    session.may(Action::SeeLoad)?;
    let load = web.load();
    let file =
        sheet::write(&load_table(&load), query.kind()).map_err(|error| Refused::store(error.into()))?;
    Ok(download("load", &load.at_ms.to_string(), query.kind(), file))
}

/// `POST /api/operator/rooms/{lesson}`
pub(super) async fn act(
    State(web): State<Arc<Web>>,
    Operator(session): Operator,
    Path(lesson): Path<String>,
    Body(action): Body<OperatorAction>,
) -> Result<StatusCode, Refused> {
    let room = web.rooms.open(&lesson).await?;
    room.operator(session.person.into(), action).await?;
    Ok(StatusCode::NO_CONTENT)
}
