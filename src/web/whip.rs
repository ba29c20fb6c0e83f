//! Media over plain HTTP, one offer and one answer: WHIP (RFC 9725) to publish, so that OBS can
//! teach, and WHEP to view, so that any player can watch. The holder of a bearer token joins the room
//! as a device without a signalling socket; `DELETE` of the resource, or lost consent, ends it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};

use super::Web;
use super::auth::Bearer;
use super::error::Refused;
use super::rate::Act;
use crate::chain::hex;
use crate::lesson::Role;
use crate::live::room::{ConnectionId, HttpLeg, Identity, RoomHandle};
use crate::store::TokenGrant;
use crate::time::clock::now_ms;

/// `POST /whip/{lesson}`
pub(super) async fn publish(
    State(web): State<Arc<Web>>,
    Path(lesson): Path<String>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refused> {
    open(&web, Way::Publish, lesson, bearer, &headers, body).await
}

/// `POST /whep/{lesson}`
pub(super) async fn view(
    State(web): State<Arc<Web>>,
    Path(lesson): Path<String>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Refused> {
    open(&web, Way::View, lesson, bearer, &headers, body).await
}

/// `DELETE /whip/{lesson}/{resource}`
pub(super) async fn end_publish(
    State(web): State<Arc<Web>>,
    Path((lesson, resource)): Path<(String, String)>,
    bearer: Bearer,
) -> Result<StatusCode, Refused> {
    end(&web, &Way::Publish.location(&lesson, &resource), &bearer).await
}

/// `DELETE /whep/{lesson}/{resource}`
pub(super) async fn end_view(
    State(web): State<Arc<Web>>,
    Path((lesson, resource)): Path<(String, String)>,
    bearer: Bearer,
) -> Result<StatusCode, Refused> {
    end(&web, &Way::View.location(&lesson, &resource), &bearer).await
}

/// `OPTIONS` of all of them: the rights of a page of another origin.
pub(super) async fn options() -> impl IntoResponse {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, DELETE, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, If-Match"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
        (header::HeaderName::from_static("accept-post"), "application/sdp"),
    ];
    (StatusCode::NO_CONTENT, headers)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Publish,
    View,
}

impl Way {
    fn location(self, lesson: &str, resource: &str) -> String {
        match self {
            Way::Publish => format!("/whip/{lesson}/{resource}"),
            Way::View => format!("/whep/{lesson}/{resource}"),
        }
    }
}

async fn open(
    web: &Web,
    way: Way,
    lesson: String,
    bearer: Bearer,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse + use<>, Refused> {
    may(web, way, &lesson, &bearer.grant).await?;
    let offer = offer(headers, body)?;
    let holder = fingerprint(&bearer.secret);
    let act = if bearer.grant.role.is_staff() { Act::StaffLeg } else { Act::Leg };
    web.allow(act, &hex(&holder))?;
    let room = web.rooms.open(&lesson).await?;
    let who = guest(way, bearer.grant, &holder);
    let HttpLeg { connection, answer, left_out } = room.http_leg(who, way == Way::Publish, offer).await?;

    // The token may have ended between its lookup and the room's knowledge of the leg.
    if matches!(web.store.secrets().token_of(&holder, now_ms()).await, Ok(None)) {
        room.leave(connection).await;
        return Err(Refused::bad_token());
    }
    let resource = random_id();
    let location = way.location(&lesson, &resource);
    web.legs.keep(Leg { location: location.clone(), holder, room, connection });
    let mut headers = HeaderMap::new();
    let mut add = |name, value: String| {
        let value = HeaderValue::from_str(&value).expect("addresses and sentences of ours are plain ASCII");
        headers.append(name, value);
    };
    add(header::CONTENT_TYPE, "application/sdp".to_string());
    add(header::LOCATION, format!("{}{location}", web.base_path()));
    add(header::ETAG, format!("\"{resource}\""));
    for sentence in left_out {
        // RFC 7234 §5.5: 199 is a miscellaneous warning.
        add(header::WARNING, format!("199 - \"{sentence}\""));
    }
    Ok((StatusCode::CREATED, headers, answer))
}

/// Checks that the token is for this lesson; instructors publish, everybody views.
async fn may(web: &Web, way: Way, lesson: &str, grant: &TokenGrant) -> Result<(), Refused> {
    let known = web.store.lessons().find(lesson).await.map_err(Refused::store)?;
    if known.is_none() {
        return Err(Refused::not_found("There is no such lesson."));
    }
    if grant.lesson.as_deref() != Some(lesson) {
        return Err(Refused::not_allowed("This token is for another lesson."));
    }
    if way == Way::Publish && grant.role != Role::Instructor {
        return Err(Refused::not_allowed("Publishing needs an instructor's token."));
    }
    Ok(())
}

fn offer(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<String, Refused> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/sdp") {
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type",
            "The body must be an SDP offer with Content-Type: application/sdp.",
        ));
    }
    let body = body.map_err(|_| Refused::too_large())?;
    match std::str::from_utf8(&body) {
        Ok(text) if text.starts_with("v=0") => Ok(text.to_string()),
        _ => Err(Refused::new(StatusCode::BAD_REQUEST, "malformed", "The body is not an SDP offer.")),
    }
}

/// The person of the token, or a guest of its role.
fn guest(way: Way, grant: TokenGrant, holder: &Fingerprint) -> Identity {
    let name = match way {
        Way::Publish => "推流 WHIP",
        Way::View => "观看 WHEP",
    };
    match grant.person {
        Some(person) => person.into(),
        None => Identity::guest(&hex(&holder[..TOKEN_BYTES]), &random_id(), name, grant.role),
    }
}

async fn end(web: &Web, location: &str, bearer: &Bearer) -> Result<StatusCode, Refused> {
    let leg = web.legs.take(location, &fingerprint(&bearer.secret))?;
    leg.room.leave(leg.connection).await;
    Ok(StatusCode::OK)
}

/// The leg behind a resource.
struct Leg {
    location: String,
    /// Fingerprint of the token that opened it, the only one that may end it.
    holder: Fingerprint,
    room: RoomHandle,
    connection: ConnectionId,
}

type Fingerprint = [u8; 32];

/// Bytes of a token's fingerprint that tell its guests from those of others.
const TOKEN_BYTES: usize = 8;

fn fingerprint(secret: &str) -> Fingerprint {
    digest(&SHA256, secret.as_bytes()).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The resources, oldest first. Beyond the limit the oldest is forgotten: most likely it is long gone, and if
/// not, it ends like any browser that vanishes, by lost consent.
pub(super) struct Legs {
    kept_max: usize,
    kept: Mutex<VecDeque<Leg>>,
}

impl Legs {
    pub(super) fn new(kept_max: usize) -> Legs {
        Legs { kept_max, kept: Mutex::default() }
    }

    fn keep(&self, leg: Leg) {
        let mut kept = self.kept.lock().expect("no holder of this lock panics");
        if kept.len() >= self.kept_max {
            kept.pop_front();
        }
        kept.push_back(leg);
    }

    fn take(&self, location: &str, holder: &Fingerprint) -> Result<Leg, Refused> {
        let mut kept = self.kept.lock().expect("no holder of this lock panics");
        let unknown = || Refused::not_found("There is no such session; it may have ended.");
        let place = kept.iter().position(|leg| leg.location == location).ok_or_else(unknown)?;
        if kept[place].holder != *holder {
            return Err(Refused::not_allowed("Another token opened this session."));
        }
        kept.remove(place).ok_or_else(unknown)
    }
}

/// 128 random bits, in hex.
fn random_id() -> String {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).expect("the system gives random numbers");
    hex(&bytes)
}
