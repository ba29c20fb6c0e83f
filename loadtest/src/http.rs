//! The HTTP half of a participant: signing in by a one-click link, WHIP (publish) and WHEP (watch).

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use live_classroom::protocol::{ApiError, Me, SignIn};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, StatusCode};

use crate::clock::Window;
use crate::connection::{Connection, PeerMedia};

/// The time that any request may take.
const REQUEST_TIME: Duration = Duration::from_secs(15);

/// A client that follows no redirects and accepts the self-signed certificates of test servers.
pub fn client() -> Client {
    // A second call finds the provider already there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .tls_danger_accept_invalid_certs(true)
        .timeout(REQUEST_TIME)
        .build()
        .expect("the options contradict nothing")
}

/// A refusal of the server: the status and, where the body was one, the API error.
#[derive(Debug, thiserror::Error)]
#[error("{status}: {body}")]
pub struct HttpRefused {
    pub status: StatusCode,
    pub body: String,
}

impl HttpRefused {
    /// The API's error, if the body is one.
    pub fn api(&self) -> Option<ApiError> {
        serde_json::from_str(&self.body).ok()
    }
}

/// The response if it is a success, else the refusal.
pub async fn accepted(response: Response) -> Result<Response, HttpRefused> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.text().await.unwrap_or_default();
    Err(HttpRefused { status, body })
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub base_url: String,
    pub me: Me,
    /// Value of the `Cookie` header.
    pub cookie: String,
}

/// Redeems the secret of a one-click link.
pub async fn sign_in(base_url: &str, secret: &str) -> anyhow::Result<SignedIn> {
    let base_url = base_url.trim_end_matches('/').to_owned();
    let request = client()
        .post(format!("{base_url}/api/sign-in"))
        .header(ORIGIN, &base_url)
        .json(&SignIn { secret: secret.to_owned() });
    let response = accepted(request.send().await.context("sign in")?).await?;
    let cookie = response
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .collect::<Vec<_>>()
        .join("; ");
    Ok(SignedIn { base_url, me: response.json().await.context("read who we are")?, cookie })
}

/// A WHIP or WHEP session.
pub struct HttpLeg {
    pub connection: Connection,
    /// The address that `DELETE` ends.
    pub resource: String,
    client: Client,
    token: String,
}

/// Publishes to `{base_url}/whip/{lesson}`.
pub async fn whip(
    base_url: &str,
    lesson: &str,
    token: &str,
    media: &PeerMedia,
    window: &Arc<Window>,
) -> anyhow::Result<HttpLeg> {
    open_leg(base_url, &format!("/whip/{lesson}"), token, media, window).await
}

/// Watches `{base_url}/whep/{lesson}`.
pub async fn whep(
    base_url: &str,
    lesson: &str,
    token: &str,
    media: &PeerMedia,
    window: &Arc<Window>,
) -> anyhow::Result<HttpLeg> {
    open_leg(base_url, &format!("/whep/{lesson}"), token, media, window).await
}

async fn open_leg(
    base_url: &str,
    path: &str,
    token: &str,
    media: &PeerMedia,
    window: &Arc<Window>,
) -> anyhow::Result<HttpLeg> {
    let base_url = base_url.trim_end_matches('/');
    let client = client();
    let (connection, offer) = Connection::offer(media, window).await?;
    let response = post_offer(&client, &format!("{base_url}{path}"), token, offer).await;
    let response = match response {
        Ok(response) => response,
        Err(refused) => {
            connection.close().await;
            return Err(refused);
        }
    };
    if response.status() != StatusCode::CREATED {
        bail!("{path} answered {} instead of 201", response.status());
    }
    let location = response.headers().get(LOCATION).context("no Location in the answer")?;
    let location = location.to_str().context("Location is not text")?;
    let resource = response.url().join(location).context("Location is not an address")?.to_string();
    let answer = response.text().await.context("read the answer")?;
    connection.answer(answer).await?;
    Ok(HttpLeg { connection, resource, client, token: token.to_owned() })
}

/// Posts an SDP offer as RFC 9725 wants it.
pub async fn post_offer(client: &Client, url: &str, token: &str, offer: String) -> anyhow::Result<Response> {
    let request = client
        .post(url)
        .header(CONTENT_TYPE, "application/sdp")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(offer);
    Ok(accepted(request.send().await.with_context(|| format!("post to {url}"))?).await?)
}

impl HttpLeg {
    /// Ends the session with `DELETE` and closes the connection.
    pub async fn delete(&self) -> anyhow::Result<()> {
        let request =
            self.client.delete(&self.resource).header(AUTHORIZATION, format!("Bearer {}", self.token));
        accepted(request.send().await.context("delete the session")?).await?;
        self.connection.close().await;
        Ok(())
    }
}
