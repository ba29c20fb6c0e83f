//! The trainee's own registration. Whose it is, says the session and never the request.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use crate::course::notice;
use crate::protocol::{Action, ChooseClass, MyRegistration, Notice, SaveRegistration};
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;
use crate::web::rate::Act;
use crate::web::{Web, now_ms};

/// `GET /api/programmes/{programme}/notice`
pub(in crate::web) async fn notice(
    State(web): State<Arc<Web>>,
    Path(programme): Path<String>,
) -> Result<Json<Notice>, Refused> {
    let support = web.support.clone();
    Ok(Json(Notice {
        version: notice::VERSION.to_owned(),
        handlers: web.store.programme(&programme, now_ms()).await?.issuers,
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
    Ok(Json(web.store.my_registrations(&session.person.person_id, now_ms()).await?))
}

/// `GET /api/phases/{phase}/registration`
pub(in crate::web) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyRegistration>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(web.store.my_registration(&session.person.person_id, &phase, now_ms()).await?))
}

/// `PUT /api/phases/{phase}/registration`
pub(in crate::web) async fn save(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(save): Body<SaveRegistration>,
) -> Result<Json<MyRegistration>, Refused> {
    // The moment that counts is when the request came, not when its turn to write does.
    let now_ms = now_ms();
    session.may(Action::Register)?;
    let person = &session.person.person_id;
    // Whoever tries many numbers learns which of them are registered.
    web.allow(Act::Save, person)?;
    Ok(Json(web.store.save_registration(person, &phase, &save, now_ms).await?))
}

/// `POST /api/phases/{phase}/registration/withdraw`
pub(in crate::web) async fn withdraw(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyRegistration>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(web.store.withdraw_registration(&session.person.person_id, &phase, now_ms()).await?))
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
    Ok(Json(web.store.choose_class(person, &phase, &choice.class, now_ms()).await?))
}
