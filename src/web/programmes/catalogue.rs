//! Programmes, phases, units, quotas.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::account::role::Action;
use crate::office;
use crate::protocol::{
    NewPhase, NewPolicy, NewProgramme, NewQuotas, NewUnit, Phase, Policies, Programme, Quotas, Unit,
    UnitContacts,
};
use crate::time::ServerInstant;
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;

/// `GET /api/programmes`
pub(in crate::web) async fn all(State(web): State<Arc<Web>>) -> Result<Json<Vec<Programme>>, Refused> {
    Ok(Json(office::programmes::all(&web.store, now_ms()).await?))
}

/// `POST /api/programmes`
pub(in crate::web) async fn make(
    State(web): State<Arc<Web>>,
    session: Session,
    Body(new): Body<NewProgramme>,
) -> Result<Json<Programme>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(office::programmes::make(&web.store, &session.person.person_id, &new, now_ms()).await?))
}

/// `PUT /api/programmes/{programme}`
pub(in crate::web) async fn change(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewProgramme>,
) -> Result<Json<Programme>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(
        office::programmes::change(&web.store, &session.person.person_id, &programme, &new, now_ms()).await?,
    ))
}

/// `GET /api/programmes/{programme}/policy`
pub(in crate::web) async fn list_policies(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
) -> Result<Json<Policies>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(office::policies::list(&web.store, &programme, &web.policy).await?))
}

/// `PUT /api/programmes/{programme}/policy`
pub(in crate::web) async fn set_policy(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewPolicy>,
) -> Result<Json<Programme>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(office::policies::set(&web.store, &session.person.person_id, &programme, &new, now_ms()).await?))
}

/// `POST /api/programmes/{programme}/phases`
pub(in crate::web) async fn make_phase(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewPhase>,
) -> Result<Json<Phase>, Refused> {
    session.may(Action::MakePhase)?;
    let phase = office::phases::make(&web.store, &session.person.person_id, &programme, &new.into()).await?;
    Ok(Json(Phase::of(&phase, ServerInstant::of_fact(now_ms()))))
}

/// `PUT /api/phases/{phase}`
pub(in crate::web) async fn change_phase(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewPhase>,
) -> Result<Json<Phase>, Refused> {
    session.may(Action::MakePhase)?;
    let phase =
        office::phases::change(&web.store, &session.person.person_id, &phase, &new.into(), now_ms()).await?;
    Ok(Json(Phase::of(&phase, ServerInstant::of_fact(now_ms()))))
}

/// `GET /api/programmes/{programme}/units`
pub(in crate::web) async fn units(
    State(web): State<Arc<Web>>,
    Path(programme): Path<String>,
) -> Result<Json<Vec<Unit>>, Refused> {
    let units = office::units::all(&web.store, &programme).await?;
    Ok(Json(units.into_iter().map(Unit::from).collect()))
}

/// `POST /api/programmes/{programme}/units`
pub(in crate::web) async fn make_unit(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<NewUnit>,
) -> Result<Json<Unit>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(office::units::make(&web.store, &session.person.person_id, &programme, &new).await?.into()))
}

/// `GET /api/programmes/{programme}/contacts`
pub(in crate::web) async fn contacts(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
) -> Result<Json<Vec<UnitContacts>>, Refused> {
    let scope = session.may(Action::SeeRegistrations)?;
    Ok(Json(office::units::contacts(&web.store, &programme, &scope).await?))
}

/// `PUT /api/programmes/{programme}/contacts`
pub(in crate::web) async fn set_contacts(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(programme): Path<String>,
    Body(new): Body<UnitContacts>,
) -> Result<StatusCode, Refused> {
    let scope = session.may(Action::Nominate)?;
    office::units::set_contacts(&web.store, &session.person.person_id, &programme, &scope, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/phases/{phase}/quotas`
pub(in crate::web) async fn quotas(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Quotas>, Refused> {
    let scope = session.may(Action::SeeRegistrations)?;
    Ok(Json(office::quotas::all(&web.store, &phase, &scope).await?))
}

/// `PUT /api/phases/{phase}/quotas`
pub(in crate::web) async fn set_quotas(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewQuotas>,
) -> Result<Json<Quotas>, Refused> {
    session.may(Action::SetQuota)?;
    Ok(Json(office::quotas::set(&web.store, &session.person.person_id, &phase, &new.rows, now_ms()).await?))
}
