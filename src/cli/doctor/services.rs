//! What the server uses beside the machine: ports, the certificate, programs, fonts.

use std::net::{TcpListener, UdpSocket};
use std::process::Command;

use anyhow::Context;
use live_classroom::config::{Config, Tls};
use live_classroom::server;
use live_classroom::store::Home;
use live_classroom::time::clock::now_ms;
use live_classroom::time::{LocalDate, ServerInstant};

use super::Finding;

const DAY_MS: u64 = 86_400_000;
/// From so many days before its end a certificate is worth a warning.
const EXPIRES_DAYS: u64 = 21;

pub(super) async fn database(config: &Config) -> Finding {
    const WHAT: &str = "database";
    match Home::of(config).try_server().await {
        Ok(None) => Finding::good(WHAT, "a file in the data folder"),
        Ok(Some(at)) => Finding::good(WHAT, format!("{at} answers")),
        Err(error) => {
            Finding::wrong(WHAT, format!("{error:#}; look at store.url, and whether PostgreSQL runs"))
        }
    }
}

pub(super) fn ports(config: &Config) -> Finding {
    let data = &config.server.data;
    if let Some(url) = server::running_at(data) {
        return Finding::good("ports", format!("used by the running server {url}"));
    }
    match taken(config) {
        Ok(said) => Finding::good("ports", format!("{said} are free")),
        Err(error) => {
            Finding::wrong("ports", format!("{error:#}; stop what uses it, or choose another port"))
        }
    }
}

/// The ports, if all are free.
fn taken(config: &Config) -> anyhow::Result<String> {
    let listen = &config.server.listen;
    TcpListener::bind(listen).with_context(|| format!("TCP {listen} cannot be used"))?;
    let (first, workers) = (config.media.port, server::workers(&config.media));
    if first == 0 {
        return Ok(format!("TCP {listen}, any UDP"));
    }
    let last = first.saturating_add(u16::try_from(workers - 1).unwrap_or(u16::MAX));
    for port in first..=last {
        UdpSocket::bind(("0.0.0.0", port)).with_context(|| format!("UDP port {port} cannot be used"))?;
    }
    Ok(format!("TCP {listen}, UDP {first} to {last}"))
}

pub(super) fn certificate(config: &Config) -> Finding {
    const WHAT: &str = "certificate";
    let files = match config.server.tls {
        Tls::Off => {
            let said = "server.tls is off: browsers give camera and microphone to https and to localhost alone, so a proxy must have \
                        the certificate";
            return Finding::good(WHAT, said);
        }
        Tls::SelfSigned => {
            let said = "self-signed: every browser warns; a certificate of a known authority goes into server.cert and server.key";
            return Finding::warning(WHAT, said);
        }
        Tls::Files => &config.server,
    };
    let end = match server::certificate_end(files) {
        Ok(end) => end.ms(),
        Err(error) => return Finding::wrong(WHAT, format!("{error:#}")),
    };
    let (now, day) = (now_ms(), LocalDate::of(ServerInstant::of_fact(end)));
    if end <= now {
        Finding::wrong(WHAT, format!("expired on {day}: nobody can sign in; renew it"))
    } else if end <= now + EXPIRES_DAYS * DAY_MS {
        Finding::warning(WHAT, format!("expires on {day}: renew it; the server reads it at its start"))
    } else {
        Finding::good(WHAT, format!("valid until {day}"))
    }
}

pub(super) fn ffmpeg() -> Finding {
    match Command::new("ffmpeg").arg("-version").output() {
        Ok(output) if output.status.success() => {
            let said = String::from_utf8_lossy(&output.stdout);
            let version = said.split_whitespace().nth(2).unwrap_or("present");
            Finding::good("ffmpeg", version)
        }
        _ => Finding::warning(
            "ffmpeg",
            "missing, so that no recording can be saved as MP4: apt-get install ffmpeg",
        ),
    }
}

pub(super) fn fonts(config: &Config) -> Finding {
    let ready = match server::press(&config.certificates) {
        Ok(ready) => ready,
        Err(error) if config.certificates.site.is_empty() => {
            return Finding::warning("fonts", format!("no certificates can be printed: {error:#}"));
        }
        Err(error) => return Finding::wrong("fonts", format!("no certificates can be printed: {error:#}")),
    };
    let names = ready.fonts.join(", ");
    if ready.lacking.is_empty() {
        return Finding::good("fonts", names);
    }
    let lacking: String = ready.lacking.iter().collect();
    Finding::warning(
        "fonts",
        format!(
            "{names}: without {lacking}, so people with such names are left out; apt-get install fonts-noto-cjk-extra"
        ),
    )
}
