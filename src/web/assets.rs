//! The web client, built into the binary: browsers revalidate pages each time (by ETag), and keep files with
//! a hash in their name for ever. Files were compressed when the client was built, and are served from
//! memory.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::Embed;

use super::Web;
use super::error::Refused;
use crate::chain::sha256;

#[derive(Embed)]
#[folder = "web-client/dist"]
#[allow_missing = true]
struct Dist;

/// Shown when the binary was built without the web client.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>live-classroom</title>\
    <p>网页客户端尚未构建：请运行 <code>make run</code>。</p>\
    <p>The web client is not built in: run <code>make run</code>.</p>";

/// All files, by path.
pub(super) struct Assets {
    files: HashMap<String, Asset>,
}

struct Asset {
    plain: Bytes,
    kind: &'static str,
    etag: String,
    /// `None` = compression is not worth it.
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

/// `GET` of every address that is a page of the client.
pub(super) async fn page(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response {
    match web.assets.files.get("index.html") {
        Some(index) => index.answer("index.html", &headers),
        None => (StatusCode::NOT_FOUND, Html(NOT_BUILT)).into_response(),
    }
}

/// Every address without a route: a file of the client, or nothing. A browser with a mistyped address gets a
/// page that says so; a caller of an interface gets the usual error of interfaces.
pub(super) async fn file(
    State(web): State<Arc<Web>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let path = uri.path().trim_start_matches('/');
    match web.assets.files.get(path) {
        Some(asset) if matches!(method, Method::GET | Method::HEAD) => Ok(asset.answer(path, &headers)),
        Some(_) => Err(super::guard::method_not_allowed().await),
        None if matches!(method, Method::GET | Method::HEAD) && is_page(path, &headers) => {
            // Whole and uncached: a page known to the browser is no answer to a wrong address.
            let mut asked = headers;
            asked.remove(header::IF_NONE_MATCH);
            let mut response = page(State(web), asked).await;
            *response.status_mut() = StatusCode::NOT_FOUND;
            response.headers_mut().remove(header::ETAG);
            Ok(response)
        }
        None => Err(Refused::not_found("There is nothing at this address.")),
    }
}

/// Whether a person opened this address: the browser accepts pages, and no interface lies there.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    const INTERFACES: [&str; 5] = ["api", "signal", "media", "whip", "whep"];
    let first = path.split('/').next().unwrap_or_default();
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !INTERFACES.contains(&first) && accepts.contains("text/html")
}

impl Assets {
    /// Loads the files; pages get addresses below `base_path`.
    pub(super) fn load(base_path: &str) -> Assets {
        // Hidden files are the build's own notes.
        let is_own = |path: &str| !path.starts_with('.') && !path.ends_with(".br") && !path.ends_with(".gz");
        let files = Dist::iter().filter(|path| is_own(path)).filter_map(|path| {
            let asset = match path.as_ref() {
                "index.html" => Asset::page(below(base_path, &Dist::get(&path)?.data)),
                path => Asset::built(path)?,
            };
            Some((path.into_owned(), asset))
        });
        let assets = Assets { files: files.collect() };
        if !assets.files.contains_key("index.html") {
            tracing::warn!("this program has no pages: the web client was not built (make client)");
        }
        assets
    }
}

/// The page of the client with its files named from the root: it is served at many addresses. Scripts in it
/// read the path below which they are.
fn below(base_path: &str, page: &[u8]) -> Vec<u8> {
    let page = String::from_utf8_lossy(page).replace("=\"./", &format!("=\"{base_path}/"));
    page.replacen("<head>", &format!("<head><meta name=\"base-path\" content=\"{base_path}\" />"), 1)
        .into_bytes()
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "wasm" => "application/wasm",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

impl Asset {
    /// A file as the client's build left it, with its compressed forms.
    fn built(path: &str) -> Option<Asset> {
        let read = |path: &str| Dist::get(path).map(|file| Bytes::from(file.data.into_owned()));
        let (gzip, brotli) = (read(&format!("{path}.gz")), read(&format!("{path}.br")));
        Some(Asset { gzip, brotli, ..Asset::plain(path, read(path)?) })
    }

    /// The page itself, which depends on the path of the server.
    fn page(page: Vec<u8>) -> Asset {
        let gzip = Some(gzip(&page));
        Asset { gzip, ..Asset::plain("index.html", page.into()) }
    }

    fn plain(path: &str, plain: Bytes) -> Asset {
        let etag = sha256(&plain)[..32].to_owned();
        Asset { plain, kind: kind_of(path), etag, gzip: None, brotli: None }
    }

    fn answer(&self, path: &str, request: &HeaderMap) -> Response {
        let text =
            |name: HeaderName| request.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (encoding, body) = self.encoded(text(header::ACCEPT_ENCODING));
        // Caches need one tag per encoding.
        let etag = format!("\"{}{encoding}\"", self.etag);
        let keep =
            if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        let known =
            text(header::IF_NONE_MATCH).split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag);

        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| {
            headers.insert(name, HeaderValue::from_str(value).expect("types and tags are plain ASCII"));
        };
        set(header::ETAG, &etag);
        set(header::CACHE_CONTROL, keep);
        set(header::VARY, "accept-encoding");
        if known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        set(header::CONTENT_TYPE, self.kind);
        if !encoding.is_empty() {
            set(header::CONTENT_ENCODING, encoding);
        }
        (headers, body).into_response()
    }

    /// The best encoding that the browser accepts (empty = none), and the bytes in it.
    fn encoded(&self, accepted: &str) -> (&'static str, Bytes) {
        let takes = |encoding: &str| {
            accepted.split(',').any(|one| {
                let (name, parameters) = one.split_once(';').unwrap_or((one, ""));
                name.trim() == encoding && !parameters.trim().starts_with("q=0")
            })
        };
        match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if takes("br") => ("br", brotli.clone()),
            (_, Some(gzip)) if takes("gzip") => ("gzip", gzip.clone()),
            _ => ("", self.plain.clone()),
        }
    }
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(plain).expect("writing to memory does not fail");
    writer.finish().expect("writing to memory does not fail").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset() -> Asset {
        Asset {
            plain: Bytes::from("let answer = 42;\n"),
            kind: kind_of("app.js"),
            etag: "abc".into(),
            gzip: Some("by gzip".into()),
            brotli: Some("by brotli".into()),
        }
    }

    fn ask(path: &str, request: &[(HeaderName, &str)]) -> Response {
        let request = request.iter().map(|(name, value)| (name.clone(), value.parse().expect("a value")));
        asset().answer(path, &request.collect())
    }

    #[test]
    fn a_page_names_its_files_below_the_path_of_the_proxy() {
        let page = br#"<html><head><link href="./assets/a.css"><script src="./assets/a.js"></script>"#;
        let below = |base| String::from_utf8(below(base, page)).expect("text");
        assert_eq!(
            below("/class"),
            r#"<html><head><meta name="base-path" content="/class" /><link href="/class/assets/a.css"><script src="/class/assets/a.js"></script>"#
        );
        assert!(below("").contains(r#"content="" />"#) && below("").contains(r#"src="/assets/a.js""#));
    }

    #[test]
    fn the_best_encoding_the_browser_takes_is_used() {
        let check = |accepted: &str, expected: Option<&str>| {
            let response = ask("app.js", &[(header::ACCEPT_ENCODING, accepted)]);
            let encoding =
                response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().expect("text"));
            assert_eq!(encoding, expected, "{accepted}");
        };
        check("gzip, deflate, br", Some("br"));
        check("gzip;q=1.0, br;q=0", Some("gzip"));
        check("identity", None);
        check("", None);
        assert_eq!([asset().encoded("br").1, asset().encoded("gzip").1], ["by brotli", "by gzip"]);
        let small = Asset { gzip: None, brotli: None, ..asset() };
        assert_eq!(small.encoded("br, gzip").0, "", "not compressed: not worth it");
        let page = Asset::page(b"<html>".repeat(200));
        assert_eq!(page.encoded("br, gzip").0, "gzip");
    }

    #[test]
    fn a_known_page_is_not_sent_again_and_hashed_files_are_kept() {
        let known = [(header::IF_NONE_MATCH, "W/\"x\", W/\"abcbr\""), (header::ACCEPT_ENCODING, "br")];
        assert_eq!(ask("index.html", &known).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask("index.html", &known[1..]).status(), StatusCode::OK);

        let keep = |path| ask(path, &[]).headers()[header::CACHE_CONTROL].to_str().expect("text").to_string();
        assert_eq!(keep("sw.js"), "no-cache");
        assert!(keep("assets/app-1a2b.js").contains("immutable"));
    }
}
