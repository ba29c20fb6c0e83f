//! The office: lists, decisions, corrections.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::Asked;
use crate::account::role::Action;
use crate::office;
use crate::office::registrations::{Filter, Listed};
use crate::programme::enrolment::State as RegistrationState;
use crate::protocol::{
    Compare, Compared, Correction, Decide, Decided, Decision, NominationPage, RegistrationCounts,
    RegistrationDetail, RegistrationPage, RemoveNominee, ReplaceNominee, RevealRegistration,
    RevealedRegistration,
};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;
use crate::wire;

/// The query of a list; an empty value is none.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ListQuery {
    unit: String,
    #[serde(with = "wire")]
    state: Option<RegistrationState>,
    track: String,
    class: String,
    text: String,
    nominated: Option<Listed>,
    recommended: Option<YesNo>,
    after: Option<u64>,
    limit: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum YesNo {
    Yes,
    No,
}

impl From<ListQuery> for Filter {
    fn from(query: ListQuery) -> Filter {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let yes = |answer: Option<YesNo>| answer.map(|answer| answer == YesNo::Yes);
        Filter {
            unit: some(query.unit),
            state: query.state,
            track: some(query.track),
            class: some(query.class),
            text: some(query.text),
            nominated: query.nominated,
            recommended: yes(query.recommended),
            after: query.after,
            limit: query.limit,
        }
    }
}

/// `GET /api/phases/{phase}/registrations`
pub(in crate::web) async fn list(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<RegistrationPage>, Refused> {
    let scope = session.over_others(Action::SeeRegistrations)?;
    Ok(Json(office::registrations::page(&web.store, &phase, &scope, &query.into(), now_ms()).await?))
}

/// `GET /api/phases/{phase}/registrations/counts`
pub(in crate::web) async fn counts(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<RegistrationCounts>, Refused> {
    let scope = session.over_others(Action::SeeRegistrations)?;
    Ok(Json(office::registrations::counts(&web.store, &phase, &scope, &query.into(), now_ms()).await?))
}

/// `POST /api/phases/{phase}/registrations/decide`
pub(in crate::web) async fn decide(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(decide): Body<Decide>,
) -> Result<Json<Decided>, Refused> {
    let scope = session.may(match decide.decision {
        Decision::Recommend | Decision::Reject => Action::Recommend,
        Decision::Approve | Decision::Waitlist | Decision::Withdraw => Action::Approve,
    })?;
    let by = &session.person.person_id;
    let decided = office::registrations::decide(&web.store, by, &scope, &phase, &decide, now_ms()).await;
    // Some of them may be written even if a later one failed.
    if decide.decision == Decision::Withdraw {
        web.rooms.recheck_rosters().await;
    }
    Ok(Json(decided?))
}

/// `POST /api/phases/{phase}/registrations/compare`
pub(in crate::web) async fn compare(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(compare): Body<Compare>,
) -> Result<Json<Compared>, Refused> {
    let scope = session.over_others(Action::SeeRegistrations)?;
    let differ = office::registrations::differing(&web.store, &phase, &scope, &compare.ids, now_ms()).await?;
    Ok(Json(Compared { differ }))
}

/// `GET /api/registrations/{id}`
pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
) -> Result<Json<RegistrationDetail>, Refused> {
    let scope = session.over_others(Action::SeeRegistrations)?;
    Ok(Json(office::registrations::one(&web.store, id, &scope).await?))
}

/// `PATCH /api/registrations/{id}`
pub(in crate::web) async fn correct(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
    Body(correction): Body<Correction>,
) -> Result<Json<RegistrationDetail>, Refused> {
    let scope = session.may(Action::Recommend)?;
    let by = &session.person.person_id;
    Ok(Json(office::registrations::correct(&web.store, by, &scope, id, &correction, now_ms()).await?))
}

/// `POST /api/registrations/{id}/reveal`
pub(in crate::web) async fn reveal(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
    Body(reveal): Body<RevealRegistration>,
) -> Result<Json<RevealedRegistration>, Refused> {
    let scope = session.over_others(Action::Reveal)?;
    let by = &session.person.person_id;
    Ok(Json(office::registrations::reveal(&web.store, by, &scope, id, &reveal.reason).await?))
}

/// `GET /api/phases/{phase}/nominations`
pub(in crate::web) async fn nominations(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<NominationPage>, Refused> {
    let scope = session.may(Action::Nominate)?;
    Ok(Json(office::nominations::page(&web.store, &phase, &scope, &query.into(), now_ms()).await?))
}

/// `POST /api/nominations/{id}/remove`
pub(in crate::web) async fn remove_nominee(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
    Body(remove): Body<RemoveNominee>,
) -> Result<StatusCode, Refused> {
    let scope = session.may(Action::Nominate)?;
    office::nominations::remove(&web.store, &session.person.person_id, &scope, id, &remove.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/nominations/{id}/replace`
pub(in crate::web) async fn replace_nominee(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
    Body(replace): Body<ReplaceNominee>,
) -> Result<StatusCode, Refused> {
    let scope = session.may(Action::Nominate)?;
    office::nominations::replace(&web.store, &session.person.person_id, &scope, id, &replace, now_ms())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
