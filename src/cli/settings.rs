//! The flags of `serve` and `demo`: short names for the usual settings, `--set` for every other.

use std::path::PathBuf;

use live_classroom::config::{self, Config, Overrides};

/// Settings on the command line; they override the environment and the file.
#[derive(clap::Args)]
pub(super) struct SettingArgs {
    /// Configuration file; `live-classroom config sample` prints one.
    #[arg(long, value_name = "FILE", env = "CLASSROOM_CONFIG")]
    config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080; every network: 0.0.0.0:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Data folder [default: data].
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
    /// HTTPS: off, files or self-signed [default: off].
    #[arg(long, value_name = "MODE")]
    tls: Option<String>,
    /// Certificate chain (PEM) for --tls files.
    #[arg(long, value_name = "FILE")]
    cert: Option<String>,
    /// Private key (PEM) for --tls files.
    #[arg(long, value_name = "FILE")]
    key: Option<String>,
    /// Address at which browsers reach the media; may be given several times [default: all of this machine].
    #[arg(long, value_name = "IP")]
    media_ip: Vec<String>,
    /// UDP port of the first media worker, 0 for any [default: 7880; demo: 0].
    #[arg(long, value_name = "PORT")]
    media_port: Option<String>,
    /// Media worker threads [default: one per core but one].
    #[arg(long, value_name = "N")]
    workers: Option<String>,
    /// Trainee seats of a class [default: 100].
    #[arg(long, value_name = "N")]
    trainees_max: Option<String>,
    /// Log lines: text or json [default: text].
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Log level [default: info].
    #[arg(long, value_name = "LEVEL")]
    log: Option<String>,
    /// Any other setting, as in the file: --set limits.link_ttl_h=2
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("KEY=VALUE is needed, e.g. room.stage_max=4")?;
    Ok((key.trim().into(), value.trim().into()))
}

impl SettingArgs {
    /// File < environment < flags.
    pub(super) fn read(self) -> anyhow::Result<Config> {
        self.read_with(std::env::vars())
    }

    /// Reads the settings of a demo, which takes any free UDP port unless told otherwise, so that several can
    /// run at once.
    pub(super) fn read_demo(self) -> anyhow::Result<Config> {
        let any_port = ("CLASSROOM__MEDIA__PORT".to_string(), "0".to_string());
        self.read_with(std::iter::once(any_port).chain(std::env::vars()))
    }

    fn read_with(self, environment: impl Iterator<Item = (String, String)>) -> anyhow::Result<Config> {
        let file = self.config.clone();
        Ok(config::read(file.as_deref(), environment, &self.overrides())?)
    }

    fn overrides(self) -> Overrides {
        let media_ips = (!self.media_ip.is_empty()).then(|| self.media_ip.join(","));
        let named = [
            ("server.listen", self.listen),
            ("server.data", self.data),
            ("server.tls", self.tls),
            ("server.cert", self.cert),
            ("server.key", self.key),
            ("media.ips", media_ips),
            ("media.port", self.media_port),
            ("media.workers", self.workers),
            ("room.trainees_max", self.trainees_max),
            ("log.format", self.log_format),
            ("log.level", self.log),
        ];
        let named = named.into_iter().filter_map(|(key, value)| Some((key.to_string(), value?)));
        self.set.into_iter().chain(named).collect()
    }
}
