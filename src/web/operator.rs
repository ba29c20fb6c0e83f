//! The operator's wall: what all rooms and workers are doing, and acting on a room from outside.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::auth::{Body, Operator, Session};
use super::error::Refused;
use super::{Web, now_ms};
use crate::protocol::{Action, Load, OperatorAction};

impl Web {
    /// What the whole server is doing now.
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
