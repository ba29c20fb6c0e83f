//! The five years of one person (R8): the own ones, those of people in the own reach; and the rule by which hours become credits.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Web;
use super::auth::{Body, Session};
use super::error::Refused;
use super::names::attachment;
use crate::account::role::Action;
use crate::office::reports::paper;
use crate::protocol::{Conversion, Statement};
use crate::time::clock::now_ms;

/// `GET /api/hours/statement`
pub(super) async fn mine(State(web): State<Arc<Web>>, session: Session) -> Result<Json<Statement>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(web.reporter.statement(&session.person.person_id, now_ms()).await?))
}

/// `GET /api/hours/statement/file`
pub(super) async fn my_file(State(web): State<Arc<Web>>, session: Session) -> Result<Response, Refused> {
    session.may(Action::Register)?;
    let statement = web.reporter.statement(&session.person.person_id, now_ms()).await?;
    web.printed(&statement).await
}

/// `GET /api/registrations/{id}/statement`
pub(super) async fn of_registration(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
) -> Result<Json<Statement>, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    Ok(Json(web.reporter.statement_of(id, &scope, now_ms()).await?))
}

/// `GET /api/registrations/{id}/statement/file`
pub(super) async fn file_of_registration(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
) -> Result<Response, Refused> {
    let scope = session.over_others(Action::SeeReports)?;
    let statement = web.reporter.statement_of(id, &scope, now_ms()).await?;
    web.printed(&statement).await
}

/// `GET /api/programmes/{programme}/conversion`
pub(super) async fn conversion(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
) -> Result<Json<Conversion>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(web.reporter.conversion(&programme).await?.into()))
}

/// `PUT /api/programmes/{programme}/conversion`
pub(super) async fn set_conversion(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<Conversion>,
) -> Result<StatusCode, Refused> {
    session.may(Action::MakePhase)?;
    let by = &session.person.person_id;
    web.reporter.set_conversion(by, &programme, &new.into(), now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Web {
    async fn printed(&self, statement: &Statement) -> Result<Response, Refused> {
        let pdf = self.certifier.paper(paper(statement)).await?;
        let name = attachment("statement", &format!("五年学时证明 {}", statement.name), "pdf");
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        ];
        Ok((headers, pdf).into_response())
    }
}
