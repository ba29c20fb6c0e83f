//! The trainee's own registration. The person comes from the session, never from the request.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use crate::account::role::Action;
use crate::office;
use crate::programme::notice;
use crate::protocol::{ChooseClass, MyRegistration, Notice, SaveRegistration};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;
use crate::web::rate::Act;

/// `GET /api/programmes/{programme}/notice`
pub(in crate::web) async fn notice(
    State(web): State<Arc<Web>>,
    Path(programme): Path<String>,
) -> Result<Json<Notice>, Refused> {
    let support = web.support.clone();
    Ok(Json(Notice {
        version: notice::VERSION.to_owned(),
        handlers: office::programmes::find(&web.store, &programme, now_ms()).await?.issuers,
        organisation: support.organisation,
        contacts: support.contacts,
        zh: notice::chinese(),
        en: notice::english(),
    }))
}

/// `GET /api/registrations/mine`
pub(in crate::web) async fn all(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Json<Vec<MyRegistration>>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(office::registrations::own::all(&web.store, &session.person.person_id, now_ms()).await?))
}

/// `GET /api/phases/{phase}/registration`
pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyRegistration>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(office::registrations::own::find(&web.store, &session.person.person_id, &phase, now_ms()).await?))
}

/// `PUT /api/phases/{phase}/registration`
pub(in crate::web) async fn save(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(save): Body<SaveRegistration>,
) -> Result<Json<MyRegistration>, Refused> {
    // The arrival of the request counts, not its turn to write.
    let now_ms = now_ms();
    session.may(Action::Register)?;
    let person = &session.person.person_id;
    // A person who tries many numbers would learn which of them are registered.
    web.allow(Act::Save, person)?;
    Ok(Json(office::registrations::save(&web.store, person, &phase, &save, now_ms).await?))
}

/// `POST /api/phases/{phase}/registration/withdraw`
pub(in crate::web) async fn withdraw(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyRegistration>, Refused> {
    session.may(Action::Register)?;
    let own = office::registrations::withdraw(&web.store, &session.person.person_id, &phase, now_ms()).await;
    // It may be written even if it could not be read again.
    web.rooms.recheck_rosters().await;
    Ok(Json(own?))
}

/// `PUT /api/phases/{phase}/registration/class`
pub(in crate::web) async fn choose_class(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(choice): Body<ChooseClass>,
) -> Result<Json<MyRegistration>, Refused> {
    session.may(Action::Register)?;
    let person = &session.person.person_id;
    let own = office::classes::choose(&web.store, person, &phase, &choice.class, now_ms()).await;
    web.rooms.recheck_rosters().await;
    Ok(Json(own?))
}
