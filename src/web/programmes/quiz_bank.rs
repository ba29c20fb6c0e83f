//! The self-test of a phase as the office sets it and reads it.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Asked;
use super::files::{FileQuery, ImportQuery, download};
use super::surveys::reads_results;
use crate::account::role::Action;
use crate::office::quizzes::{bank, importing, results};
use crate::protocol::{Imported, QuizBank, QuizBanked, QuizQuestion, QuizResults, QuizRule};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;

/// `GET /api/phases/{phase}/quiz/bank`
pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<QuizBank>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(bank::of_phase(&web.store, &phase).await?))
}

/// `PUT /api/phases/{phase}/quiz/rule`
pub(in crate::web) async fn set_rule(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(form): Body<QuizRule>,
) -> Result<Json<QuizBank>, Refused> {
    session.may(Action::MakePhase)?;
    bank::set_rule(&web.store, &session.person.person_id, &phase, &form.into(), now_ms()).await?;
    Ok(Json(bank::of_phase(&web.store, &phase).await?))
}

/// `POST /api/phases/{phase}/quiz/questions`
pub(in crate::web) async fn add(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<QuizQuestion>,
) -> Result<Json<QuizBanked>, Refused> {
    session.may(Action::MakePhase)?;
    let by = &session.person.person_id;
    Ok(Json(bank::put(&web.store, by, &phase, None, &new.into(), now_ms()).await?))
}

/// `PUT /api/phases/{phase}/quiz/questions/{id}`
pub(in crate::web) async fn change(
    State(web): State<Arc<Web>>,
    session: Session,
    Path((phase, id)): Path<(String, u64)>,
    Body(new): Body<QuizQuestion>,
) -> Result<Json<QuizBanked>, Refused> {
    session.may(Action::MakePhase)?;
    let by = &session.person.person_id;
    Ok(Json(bank::put(&web.store, by, &phase, Some(id), &new.into(), now_ms()).await?))
}

/// `DELETE /api/phases/{phase}/quiz/questions/{id}`
pub(in crate::web) async fn remove(
    State(web): State<Arc<Web>>,
    session: Session,
    Path((phase, id)): Path<(String, u64)>,
) -> Result<StatusCode, Refused> {
    session.may(Action::MakePhase)?;
    bank::remove(&web.store, &session.person.person_id, &phase, id, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/phases/{phase}/quiz/questions/file`
pub(in crate::web) async fn import(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<ImportQuery>,
    body: Bytes,
) -> Result<Json<Imported>, Refused> {
    session.may(Action::MakePhase)?;
    let by = &session.person.person_id;
    let (file, _turn) = web.imports.place(by)?.file(body).await?;
    Ok(Json(importing::import(&web.store, by, &phase, file, query.keep(), now_ms()).await?))
}

/// `GET /api/phases/{phase}/quiz/questions/file`
pub(in crate::web) async fn export(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    session.may(Action::MakePhase)?;
    let file = importing::export(&web.store, &phase, query.kind()).await?;
    Ok(download("quiz", &phase, query.kind(), file))
}

/// `GET /api/phases/{phase}/quiz/results`
pub(in crate::web) async fn show_results(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<QuizResults>, Refused> {
    reads_results(&session)?;
    Ok(Json(results::of_phase(&web.store, &phase, now_ms()).await?))
}

/// `GET /api/phases/{phase}/quiz/results/file`
pub(in crate::web) async fn export_results(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    reads_results(&session)?;
    let file = results::export(&web.store, &phase, query.kind(), now_ms()).await?;
    Ok(download("quiz-results", &phase, query.kind(), file))
}
