//! Certificates of completion: the own one, the office's, the page on which strangers check one, and the
//! interfaces for verifiers of badges. Guessing numbers gets few tries and tells nothing.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Web;
use super::auth::{Body, Session};
use super::error::Refused;
use super::names::attachment;
use super::programmes::Asked;
use super::rate::Act;
use super::visitor::Visitor;
use crate::account::role::Action;
use crate::certificate::state;
use crate::office::certificates::Refused as NotDone;
use crate::protocol::{
    CertificateDesk, CheckedCertificate, DecideRevocation, MyCertificate, Reissued, ReleaseCertificates,
    RevokeCertificate,
};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::clock::now_ms;

/// A file of the person's own, to be saved.
fn own_file(kind: &'static str, name: HeaderValue, bytes: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, bytes).into_response()
}

/// An answer for verifiers on pages of any site, who ask again after five minutes, as the lists themselves
/// say.
fn published(kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (headers, text).into_response()
}

/// `GET /api/phases/{phase}/certificate`
pub(super) async fn mine(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyCertificate>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(web.certifier.mine(&phase, &session.person.person_id).await?))
}

/// `GET /api/phases/{phase}/certificate/file`
pub(super) async fn file(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Response, Refused> {
    session.may(Action::Register)?;
    let (number, pdf) = web.certifier.file(&phase, &session.person.person_id).await?;
    let name = attachment(&number.to_string(), &format!("结业证书 {number}"), "pdf");
    Ok(own_file("application/pdf", name, pdf))
}

/// `GET /api/phases/{phase}/certificate/badge`
pub(super) async fn badge(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Response, Refused> {
    session.may(Action::Register)?;
    let badge = web.certifier.badge(&phase, &session.person.person_id).await?;
    Ok(own_file("application/vc+jwt", attachment("badge", "结业徽章", "jwt"), badge))
}

/// `GET /api/phases/{phase}/certificates`
pub(super) async fn desk(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<CertificateDesk>, Refused> {
    session.may(Action::IssueCertificates)?;
    Ok(Json(web.certifier.desk(&phase, &session.person.person_id, now_ms()).await?))
}

/// `POST /api/phases/{phase}/certificates`
pub(super) async fn release(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(release): Body<ReleaseCertificates>,
) -> Result<Json<CertificateDesk>, Refused> {
    session.may(Action::IssueCertificates)?;
    let person = &session.person.person_id;
    web.certifier.release(person, &phase, release.seen, now_ms()).await?;
    Ok(Json(web.certifier.desk(&phase, person, now_ms()).await?))
}

/// `POST /api/certificates/{number}/revocation`
pub(super) async fn revoke(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(number): Path<String>,
    Body(revoke): Body<RevokeCertificate>,
) -> Result<StatusCode, Refused> {
    session.may(Action::IssueCertificates)?;
    web.certifier.ask_to_revoke(&session.person.person_id, &number, &revoke.reason, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/certificates/{number}/revocation/decide`
pub(super) async fn decide(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(number): Path<String>,
    Body(decide): Body<DecideRevocation>,
) -> Result<StatusCode, Refused> {
    session.may(Action::IssueCertificates)?;
    web.certifier.decide_revocation(&session.person.person_id, &number, decide.approve, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/certificates/{number}/reissue`
pub(super) async fn reissue(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(number): Path<String>,
) -> Result<Json<Reissued>, Refused> {
    session.may(Action::IssueCertificates)?;
    let number = web.certifier.reissue(&session.person.person_id, &number, now_ms()).await?;
    Ok(Json(Reissued { number }))
}

/// The key of a number.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Key {
    k: String,
}

/// `GET /api/certificates/{number}?k={key}`, without a sign-in.
pub(super) async fn check(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(number): Path<String>,
    Asked(key): Asked<Key>,
) -> Result<Json<CheckedCertificate>, Refused> {
    web.allow(Act::LookUp, &visitor.counted.0.to_string())?;
    Ok(Json(web.certifier.check(&number, &key.k).await?))
}

/// `GET /certificates/status/{list}`: the list of withdrawn badges.
pub(super) async fn status_list(
    State(web): State<Arc<Web>>,
    Path(list): Path<u32>,
) -> Result<Response, Refused> {
    Ok(published("application/vc+jwt", web.certifier.status_list(list, now_ms()).await?))
}

/// `GET /.well-known/did.json`, and `GET /did.json` of a server below a path: the public keys.
pub(super) async fn did(State(web): State<Arc<Web>>) -> Result<Response, Refused> {
    Ok(published("application/did+json", web.certifier.did_document().await?.to_string()))
}

impl From<NotDone> for Refused {
    fn from(refused: NotDone) -> Refused {
        let (code, message) = match refused {
            NotDone::NotFound => return Refused::not_found("There is no such certificate here."),
            NotDone::Store(error) => return Refused::store(error),
            NotDone::State(state::Refused::Reason) => {
                return Refused::wrong(vec![Mistake::field("reason", Wrong::Missing)]);
            }
            NotDone::NotReady(why) => {
                let message = format!("Certificates cannot be issued yet: {why}.");
                return Refused::new(StatusCode::CONFLICT, "not_ready", message);
            }
            NotDone::Unprintable(why) => {
                let message = format!("It cannot be printed: {why}.");
                return Refused::new(StatusCode::CONFLICT, "unprintable", message);
            }
            NotDone::Changed => ("changed", "Other people are ready by now; look at the list again."),
            NotDone::Nobody => ("nobody", "Nobody is ready for a certificate."),
            NotDone::State(state::Refused::Superseded) => {
                ("superseded", "It is replaced by another one already.")
            }
            NotDone::State(state::Refused::Revoked) => ("revoked", "It is revoked already."),
            NotDone::State(state::Refused::OnePerson) => {
                ("one_person", "Somebody else than who asked has to agree.")
            }
            NotDone::Own => ("own", "Nobody decides about the own certificate."),
            NotDone::AskedAlready => ("asked_already", "Somebody has asked for this already."),
            NotDone::NotAsked => ("not_asked", "Nobody has asked for this."),
            NotDone::SameName => ("same_name", "Correct the name of the registration first."),
        };
        Refused::new(StatusCode::CONFLICT, code, message)
    }
}
