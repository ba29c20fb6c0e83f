//! Signing in with a one-click link, the own identity, signing out.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Deserialize;

use super::auth::{AnySession, Body, Session};
use super::error::Refused;
use super::visitor::Visitor;
use super::{Web, cookies};
use crate::account::role::Action;
use crate::attendance::fact::LeftReason;
use crate::lesson::{ClassState, Role};
use crate::live::room::SignedOut;
use crate::office;
use crate::office::links::LinkError;
use crate::protocol::{Me, SignIn};
use crate::store::Signed;
use crate::time::clock::now_ms;

/// `POST /api/sign-in`: uses up a link and begins a session in a cookie.
pub(super) async fn sign_in(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Body(body): Body<SignIn>,
) -> Result<impl IntoResponse, Refused> {
    // A right link passes, even if others have failed at this address.
    if let Err(too_fast) = web.may_try(&visitor)
        && !web.store.secrets().is_fresh_link(&body.secret, now_ms()).await.map_err(Refused::store)?
    {
        return Err(too_fast);
    }
    let ttl_ms = u64::from(web.limits.session_ttl_h) * 3_600_000;
    let signed_in = office::links::redeem(&web.store, &body.secret, now_ms(), ttl_ms).await;
    if let Err(LinkError::Unknown | LinkError::Used | LinkError::Expired) = signed_in {
        web.failed(&visitor);
    }
    let signed_in = signed_in?;
    let max_age_s = signed_in.expires_at_ms.saturating_sub(now_ms()) / 1000;
    let cookie = cookies::set_cookie(&signed_in.seat, &signed_in.session_secret, max_age_s, visitor.secure);
    tracing::info!(person = signed_in.person.person_id, role = ?signed_in.person.role, "signed in");
    let me = describe(&web, signed_in.seat, signed_in.person).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(me)))
}

/// The lesson that a person with an account is about to enter.
#[derive(Deserialize)]
pub(super) struct InLesson {
    lesson: Option<String>,
}

/// `GET /api/me?as=&lesson=`
pub(super) async fn me(
    State(web): State<Arc<Web>>,
    session: Session,
    Query(InLesson { lesson }): Query<InLesson>,
) -> Result<Json<Me>, Refused> {
    let (earns_hours, corrects_hours) =
        (session.is_trainee(), session.scope(Action::CorrectHours).everything);
    let mut person = session.person.clone();
    if let (Some(lesson), Some(_)) = (lesson, &session.account) {
        let who = web.entrant(&session, &lesson).await?;
        person =
            Signed { role: who.role, lesson: Some(lesson), approved_at_ms: who.approved_at_ms, ..person };
    }
    let me = describe(&web, session.seat, person).await?;
    Ok(Json(Me { earns_hours, corrects_hours, ..me }))
}

/// `POST /api/sign-out?as=`
pub(super) async fn sign_out(
    State(web): State<Arc<Web>>,
    session: AnySession,
) -> Result<impl IntoResponse, Refused> {
    web.end_session(&session.seat).await?;
    let forget = |secure| (header::SET_COOKIE, cookies::set_cookie(&session.seat, "", 0, secure));
    Ok((StatusCode::NO_CONTENT, AppendHeaders([forget(false), forget(true)])))
}

impl Web {
    /// Ends a session, and its devices in classes.
    pub(super) async fn end_session(&self, seat: &str) -> Result<(), Refused> {
        self.store.secrets().end_session(seat).await.map_err(Refused::store)?;
        self.rooms.sign_out(SignedOut::Session(seat.to_owned()), LeftReason::Asked).await;
        Ok(())
    }
}

async fn describe(web: &Web, seat: String, person: Signed) -> Result<Me, Refused> {
    let lesson = match &person.lesson {
        Some(lesson) => web.store.lessons().find(lesson).await.map_err(Refused::store)?,
        None => None,
    };
    let rules = match &lesson {
        Some(lesson) => Some(web.rules_of(lesson).await?),
        None => None,
    };
    Ok(Me {
        seat,
        earns_hours: person.role == Role::Trainee,
        corrects_hours: person.role == Role::Operator,
        name: person.name,
        role: person.role,
        lesson: person.lesson,
        rules,
        lesson_ended: lesson.as_ref().is_some_and(|lesson| lesson.state == ClassState::Ended),
        lesson_title: lesson.map(|lesson| lesson.title),
    })
}

/// Whether the browser uses https: by our own TLS, or by a proxy's, according to the checked origin or the
/// proxy.
pub(super) fn is_secure(web: &Web, peer: SocketAddr, headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.is_some_and(|origin| origin.starts_with("https://"))
        || web.outside(peer, headers).scheme == "https"
}
