//! Who asks: extractors that turn a session cookie or a bearer token into a person.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, MatchedPath, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::Refused;
use super::rate::Act;
use super::{Web, cookies, now_ms};
use crate::course::password;
use crate::course::role::{self, Scope};
use crate::live::room::Identity;
use crate::protocol::{AccountRole, Action, Must, Role, RoleGrant};
use crate::store::{AccountSeat, Seat, Signed, TokenGrant};
use crate::text;

/// Cookies that are looked up when the request does not say whose it is.
const SEATS_TRIED_MAX: usize = 8;

/// Somebody who is signed in, by a one-click link or with an account, and has nothing left to do before.
pub(super) struct Session {
    pub(super) seat: String,
    pub(super) person: Signed,
    pub(super) account: Option<AccountSeat>,
}

impl Session {
    /// Over what this person may do something; refused when over nothing. The roles come from the store
    /// with every request, never from the request.
    pub(super) fn may(&self, action: Action) -> Result<Scope, Refused> {
        let scope = self.scope(action);
        if scope.is_nothing() {
            return Err(Refused::not_allowed("Your roles do not allow this."));
        }
        Ok(scope)
    }

    /// The same, for what the office does: one's own record is no office.
    pub(super) fn over_others(&self, action: Action) -> Result<Scope, Refused> {
        let scope = self.may(action)?;
        if !scope.reaches_others() {
            return Err(Refused::not_allowed("Your roles do not allow this."));
        }
        Ok(scope)
    }

    /// The same; it may be nothing.
    pub(super) fn scope(&self, action: Action) -> Scope {
        match &self.account {
            Some(account) => role::scope(&account.grants, action),
            // Operators of one-click links look after everything that runs without a programme.
            None if self.person.role == Role::Operator => match action {
                Action::SeeLoad | Action::SeeNetworks | Action::SeeReports | Action::CorrectHours => {
                    Scope::all()
                }
                _ => Scope::default(),
            },
            None => Scope::default(),
        }
    }

    /// Has an account of credit hours.
    pub(super) fn is_trainee(&self) -> bool {
        match &self.account {
            Some(account) => account.grants.iter().any(|grant| grant.role == AccountRole::Trainee),
            None => self.person.role == Role::Trainee,
        }
    }

    /// The grants of an account; what is only for accounts is refused to one-click links.
    pub(super) fn grants(&self) -> Result<&[RoleGrant], Refused> {
        let account = self.account.as_ref().ok_or_else(needs_account)?;
        Ok(&account.grants)
    }
}

fn needs_account() -> Refused {
    Refused::not_allowed("This needs an account; you came by a one-click link.")
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
        let session = find(parts, web).await?;
        match session.account.as_ref().map(musts).unwrap_or_default().first() {
            None => Ok(session),
            Some(Must::EnrolSecondFactor) => Err(Refused::new(
                StatusCode::FORBIDDEN,
                "second_factor_needed",
                "Administrators need a second factor; enrol an authenticator first.",
            )),
            Some(Must::ChangePassword) => Err(Refused::new(
                StatusCode::FORBIDDEN,
                "password_too_old",
                "Your password is older than 90 days; choose another one first.",
            )),
        }
    }
}

/// What still stands in the way of an account.
pub(super) fn musts(account: &AccountSeat) -> Vec<Must> {
    let is_admin = is_admin(&account.grants);
    password::musts(is_admin, account.has_second_factor, account.password_at_ms, now_ms())
}

pub(super) fn is_admin(grants: &[RoleGrant]) -> bool {
    grants.iter().any(|grant| grant.role.is_admin())
}

/// A session of an account which may have something left to do: for the routes about the own account alone.
pub(super) struct OwnAccount {
    pub(super) seat: String,
    pub(super) person: String,
}

impl FromRequestParts<Arc<Web>> for OwnAccount {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<OwnAccount, Refused> {
        let session = find(parts, web).await?;
        session.grants()?;
        Ok(OwnAccount { seat: session.seat, person: session.person.person_id })
    }
}

/// A session of either kind, whatever is left to do: for signing out.
pub(super) struct AnySession {
    pub(super) seat: String,
}

impl FromRequestParts<Arc<Web>> for AnySession {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<AnySession, Refused> {
        Ok(AnySession { seat: find(parts, web).await?.seat })
    }
}

async fn find(parts: &mut Parts, web: &Arc<Web>) -> Result<Session, Refused> {
    let wanted = Query::<As>::try_from_uri(&parts.uri).ok().and_then(|query| query.0.seat);
    let mut found: Option<Session> = None;
    let carried = cookies::seats(&parts.headers);
    let carried = carried.iter().filter(|(seat, _)| wanted.as_deref().is_none_or(|wanted| wanted == *seat));
    for (seat, secret) in carried.take(SEATS_TRIED_MAX) {
        let session = web.store.session(seat, secret, now_ms()).await.map_err(Refused::store)?;
        match (session, &found) {
            (Some(_), Some(other)) if other.seat != *seat => return Err(Refused::which_seat()),
            (Some(Seat { person, account }), _) => {
                found = Some(Session { seat: seat.to_string(), person, account });
            }
            (None, _) => {}
        }
    }
    let session = found.ok_or_else(Refused::signed_out)?;
    if changes(parts) {
        web.allow(Act::Change, &session.person.person_id)?;
    }
    web.keep_awake(&session).await?;
    Ok(session)
}

/// Requests that take from an allowance of their own.
const OWN_ALLOWANCE: [&str; 2] = ["/api/replay/{lesson}/watched", "/api/network-check/upload"];

/// Whether the request changes something, as far as its method says.
fn changes(parts: &Parts) -> bool {
    let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) && !OWN_ALLOWANCE.contains(&route)
}

impl Web {
    /// Notes that an account is in use; one that was not for long is signed out.
    async fn keep_awake(&self, session: &Session) -> Result<(), Refused> {
        let Some(account) = &session.account else { return Ok(()) };
        let idle_ms = self.idle_ms(is_admin(&account.grants));
        if self.idle.touch(&session.seat, now_ms(), idle_ms) {
            return Ok(());
        }
        self.store.sign_out(&session.seat).await.map_err(Refused::store)?;
        Err(Refused::signed_out())
    }

    pub(super) fn idle_ms(&self, is_admin: bool) -> u64 {
        let limits = &self.limits;
        u64::from(if is_admin { limits.admin_idle_min } else { limits.idle_min }) * 60_000
    }
}

/// A session of an operator, who acts in every room.
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

/// A session of somebody who corrects credit hours.
pub(super) struct Corrector(pub(super) Session);

impl FromRequestParts<Arc<Web>> for Corrector {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Corrector, Refused> {
        let session = Session::from_request_parts(parts, web).await?;
        session.may(Action::CorrectHours)?;
        Ok(Corrector(session))
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

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
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

/// A JSON body; what cannot be read is refused in our own words. Texts come without the characters that disguise
/// others: whatever it is, others will read it.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Body<T>, Refused> {
        let Exact(mut value) = Exact::<Value>::from_request(request, web).await?;
        text::undisguise(&mut value);
        serde_json::from_value(value).map(Body).map_err(|_| malformed(NOT_EXPECTED))
    }
}

/// A JSON body as it was sent: passwords are compared and shown to nobody.
pub(super) struct Exact<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Exact<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Exact<T>, Refused> {
        match Json::<T>::from_request(request, web).await {
            Ok(Json(body)) => Ok(Exact(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Refused::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content_type",
                "The body must be application/json.",
            )),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Refused::too_large())
            }
            Err(rejection) => Err(malformed(misread(&rejection))),
        }
    }
}

fn malformed(message: &'static str) -> Refused {
    Refused::new(StatusCode::BAD_REQUEST, "malformed", message)
}

const NOT_EXPECTED: &str = "The body is JSON, but not what is expected here.";

/// Not in the parser's own words: they repeat what stands there, and that may be somebody's document
/// number (I-18).
fn misread(rejection: &JsonRejection) -> &'static str {
    match rejection {
        JsonRejection::JsonDataError(_) => NOT_EXPECTED,
        _ => "The body is no JSON.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_wrong_in_a_body_is_not_repeated() {
        let check = async |body: &'static str, expected: &str| {
            let request =
                Request::post("/").header(header::CONTENT_TYPE, "application/json").body(body.into());
            let read =
                Json::<std::collections::BTreeMap<String, u32>>::from_request(request.unwrap(), &()).await;
            assert_eq!(misread(&read.unwrap_err()), expected, "{body}");
        };
        check(r#"{"number": "110105194912310020"}"#, "The body is JSON, but not what is expected here.")
            .await;
        check(r#"{"110105194912310020""#, "The body is no JSON.").await;
    }

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
