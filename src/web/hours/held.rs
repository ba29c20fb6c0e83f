//! Declarations by two people of when a class was held.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::account::role::Action;
use crate::lesson::Role;
use crate::protocol::{Approval, Held, NewDeclaration, WaitingDeclaration};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Corrector, Session};
use crate::web::error::Refused;

/// `GET /api/hours/{lesson}/held`
pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Json<Held>, Refused> {
    let lesson = web.taught(&session, &lesson).await?;
    let (person, now_ms) = (&session.person.person_id, now_ms());
    let held = web.books.held(&lesson, person, now_ms).await.map_err(Refused::store)?;
    let is_open = held.until_ms.is_some();
    let may_declare = is_open && web.may_declare(&session, &lesson.id).await?;
    let may_confirm = !session.scope(Action::CorrectHours).is_nothing();
    Ok(Json(Held { may_declare, may_confirm, ..held }))
}

/// `POST /api/hours/{lesson}/held`
pub(in crate::web) async fn declare(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
    Body(new): Body<NewDeclaration>,
) -> Result<StatusCode, Refused> {
    let lesson = web.taught(&session, &lesson).await?;
    if !web.may_declare(&session, &lesson.id).await? {
        return Err(Refused::not_allowed(
            "Only the instructor of this lesson and those who correct hours may do that.",
        ));
    }
    web.books.declare(&lesson, &session.person.person_id, &new, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/hours/declarations`
pub(in crate::web) async fn waiting(
    State(web): State<Arc<Web>>,
    Corrector(session): Corrector,
) -> Result<Json<Vec<WaitingDeclaration>>, Refused> {
    let waiting = web.books.waiting_declarations(&session.person.person_id).await;
    Ok(Json(waiting.map_err(Refused::store)?))
}

/// `POST /api/hours/declarations/{id}`
pub(in crate::web) async fn decide(
    State(web): State<Arc<Web>>,
    Corrector(session): Corrector,
    Path(id): Path<u64>,
    Body(approval): Body<Approval>,
) -> Result<StatusCode, Refused> {
    web.books.decide_declaration(id, &session.person.person_id, &approval, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Web {
    /// Whether the person is the instructor of the lesson, or corrects hours.
    async fn may_declare(&self, session: &Session, lesson: &str) -> Result<bool, Refused> {
        if !session.scope(Action::CorrectHours).is_nothing() {
            return Ok(true);
        }
        if session.account.is_none() {
            return Ok(session.person.role == Role::Instructor);
        }
        let plan =
            self.store.timetable().lesson(lesson, &session.person.person_id).await.map_err(Refused::store)?;
        Ok(plan.is_some_and(|plan| plan.tie.teaches))
    }
}
