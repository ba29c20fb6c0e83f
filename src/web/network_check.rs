//! The network check before a class, and the people who see its results. The media of a check: `live::check`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};

use super::Web;
use super::auth::{Body, Session};
use super::error::Refused;
use super::rate::Act;
use crate::account::role::Action;
use crate::classroom::network_check::{bad_figure, device_kind, verdict};
use crate::lesson::Role;
use crate::live::check::{CHECK_TIME, CheckRefused};
use crate::office;
use crate::protocol::{
    BeginNetworkCheck, CheckedLesson, LessonChecks, MeasuredNetwork, NetworkCheck, NetworkCheckBegun,
};
use crate::time::clock::now_ms;

/// Seconds until a retry when all places are taken: a check lasts some seconds.
const BUSY_AGAIN_S: u64 = 5;
/// The longest body of [`upload`], bytes.
pub(super) const UPLOAD_BYTES_MAX: usize = 64 * 1024;

/// `POST /api/network-check`
pub(super) async fn begin(
    State(web): State<Arc<Web>>,
    session: Session,
    Body(body): Body<BeginNetworkCheck>,
) -> Result<Json<NetworkCheckBegun>, Refused> {
    let person = &session.person.person_id;
    web.allow(Act::Check, person)?;
    let begun = web.checks.begin(person, &body.offer).await?;
    let ends_in_ms = u32::try_from(CHECK_TIME.as_millis()).unwrap_or(u32::MAX);
    Ok(Json(NetworkCheckBegun { check: begun.id, answer: begun.answer, ends_in_ms }))
}

/// `POST /api/network-check/{check}`
pub(super) async fn end(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(check): Path<String>,
    headers: HeaderMap,
    Body(measured): Body<MeasuredNetwork>,
) -> Result<Json<NetworkCheck>, Refused> {
    let measured = measured.into();
    if let Some(field) = bad_figure(&measured) {
        let message = format!("{field} is more than any network has.");
        return Err(Refused::new(StatusCode::BAD_REQUEST, "bad_figure", message));
    }
    let person = &session.person.person_id;
    let seen = web.checks.end(person, &check).await;
    let seen = seen.ok_or_else(|| Refused::not_found("There is no such check; begin a new one."))?;
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let kept = NetworkCheck {
        at_ms: now_ms(),
        device: device_kind(agent),
        verdict: verdict(seen.connect_ms, seen.up_loss_permille, &measured),
        connect_ms: seen.connect_ms,
        up_loss_permille: seen.up_loss_permille,
        measured,
    };
    office::network_checks::keep(&web.store, person, &kept).await.map_err(Refused::store)?;
    Ok(Json(kept))
}

/// `POST /api/network-check/upload`: reads the body and discards it.
pub(super) async fn upload(
    State(web): State<Arc<Web>>,
    session: Session,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Refused> {
    body.map_err(|_| Refused::too_large())?;
    web.allow(Act::Upload, &session.person.person_id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/network-checks`
pub(super) async fn lessons(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Json<Vec<CheckedLesson>>, Refused> {
    let scope = session.may(Action::SeeNetworks)?;
    Ok(Json(web.store.network_checks().lessons(&scope, now_ms()).await.map_err(Refused::store)?))
}

/// `GET /api/network-checks/{lesson}`
pub(super) async fn lesson(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Json<LessonChecks>, Refused> {
    if !web.sees_networks(&session, &lesson).await? {
        return Err(not_here());
    }
    let found = web.store.network_checks().lesson(&lesson, now_ms()).await.map_err(Refused::store)?;
    let (lesson, lines) = found.ok_or_else(not_here)?;
    Ok(Json(LessonChecks { lesson, lines }))
}

impl Web {
    /// Whether a person sees the networks of a lesson's people: its instructor, and people who see those of
    /// its class or of all.
    async fn sees_networks(&self, session: &Session, lesson: &str) -> Result<bool, Refused> {
        if session.account.is_none() && session.person.role == Role::Instructor {
            return Ok(session.person.lesson.as_deref() == Some(lesson));
        }
        let scope = session.scope(Action::SeeNetworks);
        if scope.everything {
            return Ok(true);
        }
        let plan =
            self.store.timetable().lesson(lesson, &session.person.person_id).await.map_err(Refused::store)?;
        Ok(plan
            .is_some_and(|plan| plan.tie.teaches || plan.class.is_some_and(|(class, _)| scope.class(&class))))
    }
}

/// A refusal that does not tell whether the lesson exists.
fn not_here() -> Refused {
    Refused::not_found("There is no such lesson, or it is not yours.")
}

impl From<CheckRefused> for Refused {
    fn from(refused: CheckRefused) -> Refused {
        match refused {
            CheckRefused::Busy => {
                let message = "Many people check their network at this moment; try again in some seconds.";
                Refused::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message).retry_after_s(BUSY_AGAIN_S)
            }
            CheckRefused::Offer(refused) => {
                Refused::new(StatusCode::NOT_ACCEPTABLE, "offer", refused.to_string())
            }
        }
    }
}
