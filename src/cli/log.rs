//! The log: to standard error, as text or as JSON.

use std::io::{IsTerminal, stderr};

use anyhow::Context;
use live_classroom::config::{LogConfig, LogFormat};
use tracing_subscriber::EnvFilter;

/// Checks the level; the error is a sentence.
pub(super) fn check(config: &LogConfig) -> anyhow::Result<EnvFilter> {
    let filter = EnvFilter::builder().parse(&config.level);
    let filter = filter.with_context(|| format!("log.level = {:?} is not usable", config.level))?;
    if config.level.contains(DTLS) {
        return Ok(filter);
    }
    // It prints whole queues for packets that anybody can send; our own line says which leg ended and why.
    Ok(filter.add_directive(format!("{DTLS}=off").parse().context("a fixed directive")?))
}

/// The library of the handshakes.
const DTLS: &str = "dimpl";

/// Starts the log.
pub(super) fn start(config: &LogConfig) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(check(config)?)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal());
    let started = match config.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start the log: {error}"))
}
