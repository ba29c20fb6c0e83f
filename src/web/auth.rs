//! Who asks: extractors that turn a session cookie or a bearer token into a person.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::Refused;
use super::{Web, cookies, now_ms};
use crate::live::room::Identity;
use crate::protocol::Role;
use crate::store::{Signed, TokenGrant};

/// Cookies that are looked up when the request does not say whose it is.
const SEATS_TRIED_MAX: usize = 8;

/// A person signed in by a one-click link.
pub(super) struct Session {
    pub(super) seat: String,
    pub(super) person: Signed,
}

impl Session {
    /// Whether this session may enter the room of `lesson`.
    pub(super) fn may_enter(&self, lesson: &str) -> bool {
        self.person.role == Role::Operator || self.person.lesson.as_deref() == Some(lesson)
    }
}

impl Session {
    /// Over what this person may do something; refused when over nothing.
    pub(super) fn may(&self, action: crate::protocol::Action) -> Result<crate::course::role::Scope, Refused> {
        use crate::course::role::Scope;
        let scope = match (self.person.role, action) {
            (Role::Trainee, crate::protocol::Action::Register) => crate::course::role::scope(
                &[crate::protocol::RoleGrant {
                    role: crate::protocol::AccountRole::Trainee,
                    unit: None,
                    class: None,
                }],
                action,
            ),
            (Role::Operator, _) => Scope::all(),
            _ => return Err(Refused::not_allowed("Your roles do not allow this.")),
        };
        Ok(scope)
    }
}

impl From<Signed> for Identity {
    fn from(person: Signed) -> Identity {
        Identity {
            person: person.person_id,
            name: person.name,
            role: person.role,
            approved_at_ms: person.approved_at_ms,
        }
    }
}

#[derive(Deserialize)]
struct As {
    #[serde(rename = "as")]
    seat: Option<String>,
}

impl FromRequestParts<Arc<Web>> for Session {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Session, Refused> {
        let wanted = Query::<As>::try_from_uri(&parts.uri).ok().and_then(|query| query.0.seat);
        let mut found: Option<Session> = None;
        let carried = cookies::seats(&parts.headers);
        let carried =
            carried.iter().filter(|(seat, _)| wanted.as_deref().is_none_or(|wanted| wanted == *seat));
        for (seat, secret) in carried.take(SEATS_TRIED_MAX) {
            let session = web.store.session(seat, secret, now_ms()).await.map_err(Refused::store)?;
            match (session, &found) {
                (Some(_), Some(other)) if other.seat != *seat => return Err(Refused::which_seat()),
                (Some(person), _) => found = Some(Session { seat: seat.to_string(), person }),
                (None, _) => {}
            }
        }
        found.ok_or_else(Refused::signed_out)
    }
}

/// A session of an operator.
pub(super) struct Operator(pub(super) Session);

impl FromRequestParts<Arc<Web>> for Operator {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Operator, Refused> {
        let session = Session::from_request_parts(parts, web).await?;
        if session.person.role != Role::Operator {
            return Err(Refused::not_allowed("Only operators may do that."));
        }
        Ok(Operator(session))
    }
}

/// A valid bearer token.
pub(super) struct Bearer {
    /// The token itself, to recognise its holder later.
    pub(super) secret: String,
    pub(super) grant: TokenGrant,
}

impl FromRequestParts<Arc<Web>> for Bearer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Bearer, Refused> {
        let secret = bearer(&parts.headers).ok_or_else(Refused::bad_token)?;
        let grant = web.store.token(secret, now_ms()).await.map_err(Refused::store)?;
        let grant = grant.ok_or_else(Refused::bad_token)?;
        Ok(Bearer { secret: secret.to_string(), grant })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim())
}

/// The address of the other end of the connection.
pub(super) struct Peer(pub(super) SocketAddr);

impl FromRequestParts<Arc<Web>> for Peer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Web>) -> Result<Peer, Refused> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Peer(peer.expect("the server passes the peer's address with every request").0))
    }
}

/// A JSON body; what cannot be read is refused in our own words.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Body<T>, Refused> {
        match Json::<T>::from_request(request, web).await {
            Ok(Json(body)) => Ok(Body(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Refused::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content_type",
                "The body must be application/json.",
            )),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Refused::too_large())
            }
            Err(rejection) => Err(Refused::new(StatusCode::BAD_REQUEST, "malformed", rejection.body_text())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_found_whatever_the_case_of_its_scheme() {
        let check = |value: &str, expected: Option<&str>| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().expect("a value"))]);
            assert_eq!(bearer(&headers), expected, "{value}");
        };
        check("Bearer abc", Some("abc"));
        check("bearer  abc ", Some("abc"));
        check("Basic abc", None);
        check("Bearer", None);
        check("", None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
