//! The log: to standard error, as text or as JSON.

use std::io::{IsTerminal, stderr};

use anyhow::Context;
use live_classroom::config::{LogConfig, LogFormat};
use tracing_subscriber::EnvFilter;

/// Fails with a sentence when the level cannot be read.
pub(super) fn check(config: &LogConfig) -> anyhow::Result<EnvFilter> {
    EnvFilter::builder()
        .parse(&config.level)
        .with_context(|| format!("log.level = {:?} is not usable", config.level))
}

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
