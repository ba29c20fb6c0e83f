//! Programmes, phases, units, quotas.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::attendance::interval::ServerInstant;
use crate::protocol::{
    Action, NewPhase, NewPolicy, NewProgramme, NewQuotas, NewUnit, Phase, Policies, Programme, Quotas, Unit,
    UnitContacts,
};
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;
use crate::web::{Web, now_ms};

/// `GET /api/programmes`
pub(in crate::web) async fn all(State(web): State<Arc<Web>>) -> Result<Json<Vec<Programme>>, Refused> {
    Ok(Json(web.store.programmes(now_ms()).await?))
}

/// `POST /api/programmes`
pub(in crate::web) async fn make(
    State(web): State<Arc<Web>>,
    session: Session,
    Body(new): Body<NewProgramme>,
) -> Result<Json<Programme>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(web.store.new_programme(&session.person.person_id, &new, now_ms()).await?))
}

/// `PUT /api/programmes/{programme}`
pub(in crate::web) async fn change(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewProgramme>,
) -> Result<Json<Programme>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(web.store.change_programme(&session.person.person_id, &programme, &new, now_ms()).await?))
}

/// `GET /api/programmes/{programme}/policy`
pub(in crate::web) async fn policies(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
) -> Result<Json<Policies>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(web.store.policies(&programme, &web.policy).await?))
}

/// `PUT /api/programmes/{programme}/policy`
pub(in crate::web) async fn set_policy(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewPolicy>,
) -> Result<Json<Programme>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(web.store.set_policy(&session.person.person_id, &programme, &new, now_ms()).await?))
}

/// `POST /api/programmes/{programme}/phases`
pub(in crate::web) async fn make_phase(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewPhase>,
) -> Result<Json<Phase>, Refused> {
    session.may(Action::MakePhase)?;
    let phase = web.store.new_phase(&session.person.person_id, &programme, &new).await?;
    Ok(Json(phase.shown(ServerInstant::of_fact(now_ms()))))
}

/// `PUT /api/phases/{phase}`
pub(in crate::web) async fn change_phase(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewPhase>,
) -> Result<Json<Phase>, Refused> {
    session.may(Action::MakePhase)?;
    let phase = web.store.change_phase(&session.person.person_id, &phase, &new, now_ms()).await?;
    Ok(Json(phase.shown(ServerInstant::of_fact(now_ms()))))
}

/// `GET /api/programmes/{programme}/units`
pub(in crate::web) async fn units(
    State(web): State<Arc<Web>>,
    Path(programme): Path<String>,
) -> Result<Json<Vec<Unit>>, Refused> {
    Ok(Json(web.store.units(&programme).await?))
}

/// `POST /api/programmes/{programme}/units`
pub(in crate::web) async fn make_unit(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewUnit>,
) -> Result<Json<Unit>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(web.store.new_unit(&session.person.person_id, &programme, &new).await?))
}

/// `GET /api/programmes/{programme}/contacts`
pub(in crate::web) async fn contacts(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
) -> Result<Json<Vec<UnitContacts>>, Refused> {
    let scope = session.may(Action::SeeRegistrations)?;
    Ok(Json(web.store.contacts(&programme, &scope).await?))
}

/// `PUT /api/programmes/{programme}/contacts`
pub(in crate::web) async fn set_contacts(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<UnitContacts>,
) -> Result<StatusCode, Refused> {
    let scope = session.may(Action::Nominate)?;
    web.store.set_contacts(&session.person.person_id, &programme, &scope, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/phases/{phase}/quotas`
pub(in crate::web) async fn quotas(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Quotas>, Refused> {
    let scope = session.may(Action::SeeRegistrations)?;
    Ok(Json(web.store.quotas(&phase, &scope).await?))
}

/// `PUT /api/phases/{phase}/quotas`
pub(in crate::web) async fn set_quotas(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewQuotas>,
) -> Result<Json<Quotas>, Refused> {
    session.may(Action::SetQuota)?;
    Ok(Json(web.store.set_quotas(&session.person.person_id, &phase, &new.rows, now_ms()).await?))
}
