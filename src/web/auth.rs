//! The person behind a request: extractors that turn a session cookie or a bearer token into a person.

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
use super::{Web, cookies};
use crate::account::password;
use crate::account::password::Must;
use crate::account::role::{self, Scope};
use crate::account::role::{Action, Role as AccountRole, RoleGrant};
use crate::lesson::Role;
use crate::live::room::Identity;
use crate::store::{AccountSeat, Seat, Signed, TokenGrant};
use crate::text;
use crate::time::clock::now_ms;

/// Most cookies that are tried if the request does not name its seat.
const SEATS_TRIED_MAX: usize = 8;

/// A signed-in person, by a one-click link or with an account, without open duties.
pub(super) struct Session {
    pub(super) seat: String,
    pub(super) person: Signed,
    pub(super) account: Option<AccountSeat>,
}

impl Session {
    /// The range of an action for this person; refused if it is nothing. The roles come from the store with
    /// every request, never from the request.
    pub(super) fn may(&self, action: Action) -> Result<Scope, Refused> {
        let scope = self.scope(action);
        if scope.is_nothing() {
            return Err(Refused::not_allowed("Your roles do not allow this."));
        }
        Ok(scope)
    }

    /// The range for the office; one's own record alone is refused.
    pub(super) fn over_others(&self, action: Action) -> Result<Scope, Refused> {
        let scope = self.may(action)?;
        if !scope.reaches_others() {
            return Err(Refused::not_allowed("Your roles do not allow this."));
        }
        Ok(scope)
    }

    /// The range of an action for this person, perhaps nothing.
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

    /// Whether the person has an account of credit hours.
    pub(super) fn is_trainee(&self) -> bool {
        match &self.account {
            Some(account) => account.grants.iter().any(|grant| grant.role == AccountRole::Trainee),
            None => self.person.role == Role::Trainee,
        }
    }

    /// The grants of an account; one-click links are refused.
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
        find(parts, web).await?.ready()
    }
}

impl Session {
    /// The session; refused while the account has an open duty.
    fn ready(self) -> Result<Session, Refused> {
        match self.account.as_ref().map(musts).unwrap_or_default().first() {
            None => Ok(self),
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

/// The open duties of an account.
pub(super) fn musts(account: &AccountSeat) -> Vec<Must> {
    let is_admin = is_admin(&account.grants);
    password::musts(is_admin, account.has_second_factor, account.password_at_ms, now_ms())
}

pub(super) fn is_admin(grants: &[RoleGrant]) -> bool {
    grants.iter().any(|grant| grant.role.is_admin())
}

/// A session of an account, perhaps with open duties: only for the routes about the own account.
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

/// A session of either kind, with or without open duties: for signing out.
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
        let session = web.store.secrets().session(seat, secret, now_ms()).await.map_err(Refused::store)?;
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

/// Routes with an allowance of their own.
const OWN_ALLOWANCE: [&str; 2] = ["/api/replay/{lesson}/watched", "/api/network-check/upload"];

/// Whether the request changes something, according to its method.
fn changes(parts: &Parts) -> bool {
    let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) && !OWN_ALLOWANCE.contains(&route)
}

impl Web {
    /// The session on a seat, for work that it began, without its secret. The same as in a request with the
    /// cookie, but it does not count as use of the account.
    pub(super) async fn session_of(&self, seat: &str) -> Result<Option<Session>, Refused> {
        let found = self.store.secrets().session_of(seat, now_ms()).await.map_err(Refused::store)?;
        let Some(Seat { person, account }) = found else { return Ok(None) };
        Session { seat: seat.to_owned(), person, account }.ready().map(Some)
    }

    /// Notes a use of an account; a session idle for too long is signed out.
    async fn keep_awake(&self, session: &Session) -> Result<(), Refused> {
        let Some(account) = &session.account else { return Ok(()) };
        let idle_ms = self.idle_ms(is_admin(&account.grants));
        if self.idle.touch(&session.seat, now_ms(), idle_ms) {
            return Ok(());
        }
        self.end_session(&session.seat).await?;
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

/// A session of a person who corrects credit hours.
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
        let grant = web.store.secrets().token(secret, now_ms()).await.map_err(Refused::store)?;
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

/// A JSON body; an unreadable one is refused in our own words. Texts come without the characters that
/// disguise others, as other people will read them.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Body<T>, Refused> {
        let Exact(mut value) = Exact::<Value>::from_request(request, web).await?;
        text::undisguise(&mut value);
        serde_json::from_value(value).map(Body).map_err(|_| malformed(NOT_EXPECTED))
    }
}

/// A JSON body as sent: passwords are compared and never shown.
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

/// The parser's own words would repeat the text, which may hold a person's document number (I-18).
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
