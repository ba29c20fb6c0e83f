//! Requests to the routes of pages, as a person who is signed in.

use live_classroom::protocol::ApiError;
use loadtest::http::{SignedIn, client};
use reqwest::header::{COOKIE, ORIGIN};
use reqwest::{Method, Response};
use serde::Serialize;

pub(crate) async fn ask(
    who: &SignedIn,
    method: Method,
    path: &str,
    body: Option<&impl Serialize>,
) -> Response {
    let url = format!("{}{path}?as={}", who.base_url, who.me.seat);
    let request = client().request(method, url).header(COOKIE, &who.cookie).header(ORIGIN, &who.base_url);
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    request.send().await.expect("the server answers")
}

pub(crate) async fn get(who: &SignedIn, path: &str) -> Response {
    ask(who, Method::GET, path, None::<&()>).await
}

pub(crate) async fn code(response: Response) -> (u16, String) {
    (response.status().as_u16(), response.json::<ApiError>().await.expect("a refusal has a body").code)
}
