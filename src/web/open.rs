//! The open catalogue (公开课) and the best essays (优秀心得), for people and for search engines. Nobody signs in.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, middleware};
use serde::Deserialize;

use super::Web;
use super::auth::Peer;
use super::error::Refused;
use super::programmes::Asked;
use super::rate::Act;
use super::visitor::Visitor;
use crate::office::essays::best;
use crate::office::publications;
use crate::protocol::{OpenCourses, OpenEssayText, OpenEssays};
use crate::recording::catalogue::Search;
use crate::time::{LocalDate, ServerInstant};

/// Addresses in a site map (<https://www.sitemaps.org/protocol.html>: at most 50,000).
const SITEMAP_MAX: usize = 50_000;

/// A search of the catalogue.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    tag: String,
    /// Counted from 0.
    #[serde(default)]
    page: u32,
}

/// `GET /api/open`
pub(super) async fn search(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<OpenCourses>, Refused> {
    web.allow(Act::Browse, &visitor.counted.0.to_string())?;
    let search = Search::of(&wanted.q, &wanted.tag);
    Ok(Json(publications::search(&web.store, &search, wanted.page).await.map_err(Refused::store)?))
}

/// A page of the essays.
#[derive(Debug, Deserialize)]
pub(super) struct EssaysWanted {
    /// Counted from 0.
    #[serde(default)]
    page: u32,
}

/// `GET /api/open/essays`
pub(super) async fn essays(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Asked(wanted): Asked<EssaysWanted>,
) -> Result<Json<OpenEssays>, Refused> {
    web.allow(Act::Browse, &visitor.counted.0.to_string())?;
    Ok(Json(best::public(&web.store, wanted.page).await?))
}

/// `GET /api/open/essays/{id}`
pub(super) async fn essay(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<u64>,
) -> Result<Json<OpenEssayText>, Refused> {
    web.allow(Act::Browse, &visitor.counted.0.to_string())?;
    Ok(Json(best::read(&web.store, id).await?))
}

/// `GET /sitemap.xml`: the catalogue and each of its courses.
pub(super) async fn sitemap(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Peer(peer): Peer,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    web.allow(Act::Browse, &visitor.counted.0.to_string())?;
    let courses = web.store.publications().listed().await.map_err(Refused::store)?;
    let base = escaped(&web.base(peer, &headers));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\
         <url><loc>{base}/open</loc></url>\n"
    );
    for course in courses.iter().take(SITEMAP_MAX - 1) {
        let day = LocalDate::of(ServerInstant::of_fact(course.published_at_ms));
        let lesson = escaped(&course.lesson);
        text += &format!("<url><loc>{base}/replay/{lesson}</loc><lastmod>{day}</lastmod></url>\n");
    }
    text += "</urlset>\n";
    Ok(for_search_engines("application/xml; charset=utf-8", text))
}

/// `GET /robots.txt`: only the catalogue is for search engines, with the data that its pages load. Essays are not: an author who
/// takes one back should not find it there for months. (They come first: some engines take the first line that fits.)
pub(super) async fn robots(State(web): State<Arc<Web>>, Peer(peer): Peer, headers: HeaderMap) -> Response {
    let (path, base) = (web.base_path(), web.base(peer, &headers));
    let text = format!(
        "User-agent: *\nDisallow: {path}/open/essays\nDisallow: {path}/api/open/essays\nAllow: {path}/open\nAllow: {path}/replay/\nAllow: {path}/assets/\n\
         Allow: {path}/api/open\nAllow: {path}/api/replay/\n\
         Disallow: {path}/\n\
         Sitemap: {base}/sitemap.xml\n"
    );
    for_search_engines("text/plain; charset=utf-8", text)
}

/// Routes whose answers tell search engines to leave them out.
pub(super) fn left_out(routes: Router<Arc<Web>>) -> Router<Arc<Web>> {
    routes.layer(middleware::map_response(async |mut response: Response| {
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
        response
    }))
}

fn for_search_engines(kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, text).into_response()
}

/// A text inside an XML element. Ids of lessons and addresses are plain already; whatever host a request names is not
/// believed to be.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&apos;",
            other => safe.push(other),
        }
    }
    safe
}
