//! The layers around the handlers: origin check, security headers, panics, wrong methods.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Web;
use super::error::Refused;
use super::metrics::LIVENESS;
use super::origin::may_come_from;
use crate::config::Tls;

/// Smallest body that is compressed; a smaller one fits into one packet.
pub(super) const WORTH_COMPRESSING_BYTES: u64 = 1024;

/// Refuses requests that another site's page sends in the visitor's name (CSRF, WebSocket hijacking).
///
/// Changing requests of programs without any `Origin` pass, since a program carries no other visitor's
/// cookies; a WebSocket must always name its origin, as every browser does.
pub(super) async fn own_origin(
    State(web): State<Arc<Web>>,
    request: Request,
    next: Next,
) -> Result<Response, Refused> {
    let upgrade = request.headers().contains_key(header::UPGRADE);
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if upgrade || changes {
        check_origin(request.headers(), upgrade, &web.server.origins)?;
    }
    Ok(next.run(request).await)
}

fn check_origin(headers: &HeaderMap, needed: bool, allowed: &[String]) -> Result<(), Refused> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let foreign = || {
        Refused::new(
            StatusCode::FORBIDDEN,
            "origin",
            "The Origin header must name this server, or an origin in its setting server.origins.",
        )
    };
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) if may_come_from(origin, host, allowed) => Ok(()),
        (None, _) if !needed && !headers.contains_key("sec-fetch-site") => Ok(()),
        _ => Err(foreign()),
    }
}

/// The kind of place of a connection; the server sets it for every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Usual,
    /// Beyond the limit, only for the liveness question.
    Spare,
}

/// Refuses everything but the liveness question while all usual places are taken.
pub(super) async fn spare_places(request: Request, next: Next) -> Response {
    if request.extensions().get::<Place>() != Some(&Place::Spare) {
        return next.run(request).await;
    }
    let mut response = if request.uri().path() == LIVENESS {
        next.run(request).await
    } else {
        let message = "All connections of this server are taken; try again.";
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, "full", message).into_response()
    };
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Longest head of a request, bytes. Browsers send some hundred bytes, and a cookie of 80 for each seat.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Refuses heads that are too long: the server below stops reading at the limit, but accepts the bytes of its
/// last read.
pub(super) async fn short_head(request: Request, next: Next) -> Result<Response, Refused> {
    const SEPARATORS: usize = ": \r\n".len();
    let headers = request.headers().iter();
    let bytes = headers.map(|(name, value)| name.as_str().len() + value.len() + SEPARATORS);
    let line = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    if line + bytes.sum::<usize>() > HEAD_BYTES_MAX {
        let message = "The headers of the request are too long.";
        return Err(Refused::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "long_head", message));
    }
    Ok(next.run(request).await)
}

/// Requires one valid Host (RFC 9112 §3.2): a proxy in front may have read another one, and the origin of
/// pages is compared with it. HTTP/1.0 has none.
pub(super) async fn one_host(request: Request, next: Next) -> Result<Response, Refused> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let proper = match (hosts.next(), hosts.next()) {
        // An authority may contain a user, a host may not.
        (Some(host), None) => {
            host.to_str().is_ok_and(|host| !host.contains('@') && host.parse::<Authority>().is_ok())
        }
        (None, None) => request.version() == Version::HTTP_10,
        (_, Some(_)) => false,
    };
    if !proper {
        let message = "A request needs the Host header, once.";
        return Err(Refused::new(StatusCode::BAD_REQUEST, "host", message));
    }
    Ok(next.run(request).await)
}

/// Allows any origin: bearer tokens and tickets are shown on purpose, so any page may use WHIP, WHEP and HLS
/// with one; cookies give it nothing.
pub(super) async fn any_origin(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let shown = HeaderValue::from_static("Location, ETag, Warning, Accept-Ranges, Content-Range");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, shown);
    response
}

/// Scripts, styles and connections of this server only; no framing; no leaks by the Referer; camera,
/// microphone and screen for our own pages.
const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), \
         screen-wake-lock=(self), autoplay=(self), geolocation=(), payment=(), usb=()",
    ),
];

/// Half a year, from the last answer.
const HSTS: &str = "max-age=15552000";

pub(super) async fn security_headers(State(web): State<Arc<Web>>, mut response: Response) -> Response {
    if web.server.tls != Tls::Off {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    // Answers about people are only for the asking person; files say themselves how long they keep.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether an answer is text: answers of the interface and tables shrink to a fifth; pictures, films and
/// compressed data do not shrink. Files of the client are compressed once and for all ([`super::assets`]).
pub(super) fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("application/json") || kind.starts_with("text/")
}

pub(super) async fn method_not_allowed() -> Refused {
    Refused::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method",
        "This address does not answer that method; the Allow header names those it does.",
    )
}

/// The answer after a panic in a handler: our fault. That request fails, the server goes on.
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!("a request handler panicked: {text}");
    Refused::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "The server made a mistake; it is in its log.",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_page_is_refused_and_a_socket_must_name_its_origin() {
        let check = |headers: &[(&'static str, &str)], needed: bool, expected: bool| {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a value")))
                .collect();
            assert_eq!(check_origin(&map, needed, &[]).is_ok(), expected, "{headers:?} {needed}");
        };
        let host = ("host", "localhost:8080");
        check(&[host, ("origin", "http://localhost:8080")], true, true);
        check(&[host, ("origin", "http://evil.example")], true, false);
        check(&[host, ("origin", "http://evil.example")], false, false);
        check(&[host, ("origin", "null")], false, false);
        check(&[host], true, false);
        check(&[host], false, true);
        check(&[host, ("sec-fetch-site", "cross-site")], false, false);
        check(&[("origin", "http://localhost:8080")], false, false);
    }
}
