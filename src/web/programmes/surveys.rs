//! The survey of a phase. The person comes from the session, never from the request.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Asked;
use super::files::{FileQuery, download};
use crate::account::role::Action;
use crate::office::surveys::{self, SurveyRefusal};
use crate::programme::survey::NotTaken;
use crate::protocol::{AnswerSurvey, PhaseSurvey, SurveyAsked, SurveyForm, SurveyResults};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;

/// `GET /api/surveys/mine`
pub(in crate::web) async fn mine(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Json<Vec<SurveyAsked>>, Refused> {
    session.may(Action::Register)?;
    let asked = surveys::asked(&web.store, &session.person.person_id).await;
    Ok(Json(asked.map_err(Refused::store)?))
}

/// `POST /api/phases/{phase}/survey/answers`
pub(in crate::web) async fn answer(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<AnswerSurvey>,
) -> Result<StatusCode, Refused> {
    // The arrival of the request counts, not its turn to write.
    let now_ms = now_ms();
    session.may(Action::Register)?;
    surveys::answer(&web.store, &session.person.person_id, &phase, &new.answers, now_ms).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/phases/{phase}/survey`
pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<PhaseSurvey>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(surveys::of_phase(&web.store, &phase).await?))
}

/// `PUT /api/phases/{phase}/survey`
pub(in crate::web) async fn set(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(form): Body<SurveyForm>,
) -> Result<Json<PhaseSurvey>, Refused> {
    session.may(Action::MakePhase)?;
    surveys::set(&web.store, &session.person.person_id, &phase, &form.into(), now_ms()).await?;
    Ok(Json(surveys::of_phase(&web.store, &phase).await?))
}

/// `GET /api/phases/{phase}/survey/results`
pub(in crate::web) async fn results(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<SurveyResults>, Refused> {
    reads_results(&session)?;
    Ok(Json(surveys::results(&web.store, &phase).await?))
}

/// `GET /api/phases/{phase}/survey/file`
pub(in crate::web) async fn export(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<FileQuery>,
) -> Result<Response, Refused> {
    reads_results(&session)?;
    let file = surveys::export(&web.store, &phase, query.kind()).await?;
    Ok(download("survey", &phase, query.kind(), file))
}

/// Checks the right to read answers, which are of people of all units: a person who sees only one unit or
/// class reads none.
pub(super) fn reads_results(session: &Session) -> Result<(), Refused> {
    if session.may(Action::SeeReports)?.everything {
        return Ok(());
    }
    Err(Refused::not_allowed("Only who sees the reports of all units reads the survey."))
}

impl From<SurveyRefusal> for Refused {
    fn from(refusal: SurveyRefusal) -> Refused {
        let (code, message) = match refusal {
            SurveyRefusal::Office(refusal) => return refusal.into(),
            SurveyRefusal::Answered => ("survey_answered", "This survey was answered already."),
            SurveyRefusal::NotTaken(NotTaken::Closed) => ("survey_closed", "The survey is closed."),
            SurveyRefusal::NotTaken(NotTaken::Other) => {
                ("survey_changed", "The questions were changed meanwhile; load the page anew.")
            }
            SurveyRefusal::NotTaken(NotTaken::Needed(_)) => {
                ("answer_needed", "One question that needs an answer has none.")
            }
            SurveyRefusal::NotTaken(NotTaken::TooLong(_)) => {
                ("answer_too_long", "An answer is longer than 2,000 characters.")
            }
        };
        Refused::new(StatusCode::CONFLICT, code, message)
    }
}
