//! The end of a phase for the asking trainee. The person comes from the session, never from the request.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use super::Web;
use super::auth::Session;
use super::error::Refused;
use crate::account::role::Action;
use crate::protocol::MyConclusion;
use crate::time::clock::now_ms;

/// `GET /api/phases/{phase}/conclusion`
pub(super) async fn mine(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyConclusion>, Refused> {
    session.may(Action::Register)?;
    let unknown = || Refused::not_found("You do not study in this phase.");
    let found = web.books.conclusion_of(&phase, &session.person.person_id, now_ms()).await;
    let conclusion = found.map_err(Refused::store)?.ok_or_else(unknown)?;
    let known = web.store.phases().find(&phase).await.map_err(Refused::store)?.ok_or_else(unknown)?;
    Ok(Json(MyConclusion {
        phase,
        title: known.title,
        verdict: conclusion.verdict,
        provisional: conclusion.is_provisional,
        reasons: conclusion.reasons,
    }))
}
