//! Every setting with its unit, default, limits and meaning, declared once in the table below.
//! The structs, the defaults, `config sample`, the range checks and the names of the environment
//! variables all come from that table. Read once at start by [`read()`]: file < environment < flag.

use std::net::IpAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

mod read;
pub use read::{ConfigError, Overrides, read};

/// One line of the table.
#[derive(Debug)]
pub struct Setting {
    pub section: &'static str,
    pub name: &'static str,
    /// Sentences for the people who run the server.
    pub doc: &'static [&'static str],
    /// Least and most value, and the unit; only for numbers.
    pub limits: Option<(i64, i64, &'static str)>,
}

macro_rules! settings {
    ($(
        $(#[doc = $section_doc:literal])* $section:ident: $Section:ident {
            $( $(#[doc = $doc:literal])* $name:ident: $type:ty = $default:expr
               $(, $min:literal ..= $max:literal $unit:literal)? ; )*
        }
    )*) => {
        /// The whole configuration.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Config { $( $(#[doc = $section_doc])* pub $section: $Section, )* }

        $(
            $(#[doc = $section_doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            pub struct $Section { $( $(#[doc = $doc])* pub $name: $type, )* }

            impl Default for $Section {
                fn default() -> Self {
                    Self { $( $name: $default, )* }
                }
            }
        )*

        /// The sections in their order, each with its description.
        const SECTIONS: &[(&str, &[&str])] = &[$( (stringify!($section), &[$( $section_doc ),*]), )*];

        /// The table, in its order.
        pub const SETTINGS: &[Setting] = &[$($(
            Setting {
                section: stringify!($section),
                name: stringify!($name),
                doc: &[$( $doc ),*],
                limits: settings!(@limits $($min, $max, $unit)?),
            },
        )*)*];
    };
    (@limits) => { None };
    (@limits $min:literal, $max:literal, $unit:literal) => { Some(($min, $max, $unit)) };
}

settings! {
    /// The web server: pages, sign-in, signalling, WHIP and WHEP.
    server: ServerConfig {
        /// Address and TCP port to listen on; "0.0.0.0:8080" for every network.
        listen: String = "127.0.0.1:8080".into();
        /// Folder of the embedded store: facts, people, lessons. One server at a time.
        data: PathBuf = "data".into();
        /// "off", "files" (cert and key below) or "self-signed" (made once, kept in the data folder).
        /// Browsers give camera and microphone only to https pages and to localhost.
        tls: Tls = Tls::Off;
        /// Certificate chain in PEM, for tls = "files".
        cert: PathBuf = PathBuf::new();
        /// Private key in PEM, for tls = "files".
        key: PathBuf = PathBuf::new();
        /// Origins besides the server's own that pages may come from, e.g. `https://class.example.org`
        /// when a proxy in front changes the Host header.
        origins: Vec<String> = Vec::new();
        /// Addresses of proxies in front whose X-Forwarded-For is believed.
        proxies: Vec<IpAddr> = Vec::new();
        /// Path below which a proxy in front shows this server, as "/class"; empty where it has a name of its own.
        /// Whether the proxy passes the path on or takes it away makes no difference.
        base_path: String = String::new();
        /// Connections open at once; further ones are closed at once.
        connections_max: u32 = 4096, 16..=1_000_000 "connections";
        /// Show /metrics to everybody, not only to signed-in operators and to whoever shows the bearer token of
        /// the file metrics.token in the data folder.
        metrics_public: bool = false;
    }
    /// The database.
    store: StoreConfig {
        /// Empty: the embedded one, SQLite in the folder server.data. Or a database of PostgreSQL 15 or newer, as
        /// postgres://user:password@host/database; keys and recordings stay in the folder.
        url: String = String::new();
    }
    /// This server among those of one PostgreSQL database, of which one serves and the others stand by.
    node: NodeConfig {
        /// Its name, which no other has. Empty: the name of the machine.
        name: String = String::new();
    }
    /// Media: UDP sockets and the threads that own them.
    media: MediaConfig {
        /// Addresses at which browsers reach this server by UDP. Empty: loopback and every address
        /// of this machine's networks. Behind NAT, give the public address.
        ips: Vec<IpAddr> = Vec::new();
        /// UDP port of the first worker; the next workers take the next ports. 0: any free port.
        port: u16 = 7880, 0..=65_000 "port";
        /// Worker threads; a room lives on one. 0: one per CPU core but one, at least one.
        workers: usize = 0, 0..=64 "threads";
    }
    /// What a class may grow to.
    room: RoomConfig {
        /// Trainee seats of a class; staff sit beyond them.
        trainees_max: u32 = 100, 1..=10_000 "people";
        /// Trainees on stage at once.
        stage_max: u32 = 6, 0..=16 "people";
        /// A device that lost its connection may come back to its state within this time.
        resume_window_s: u32 = 60, 5..=600 "seconds";
    }
    /// Credit hours (学时).
    hours: HoursConfig {
        /// File with the figures of the credit rules, as `live-classroom hours --policy` takes it; empty:
        /// the usual ones. Results say which version made them.
        policy: PathBuf = PathBuf::new();
        /// Time from the end of a class until it is judged, and from somebody's watching its recording until it
        /// is judged again.
        judge_after_s: u32 = 600, 0..=86_400 "seconds";
        /// Time for appeals from the first result on; then it is final.
        appeal_days: u32 = 7, 0..=365 "days";
        /// Time after the planned end of a class in which watching its recording makes up for it.
        makeup_days: u32 = 30, 0..=3650 "days";
    }
    /// Certificates of completion (结业证书).
    certificates: CertificatesConfig {
        /// Address at which everybody reaches the pages of this server, e.g. `https://class.example.org`: it is printed
        /// on each certificate. Empty: none are issued.
        site: String = String::new();
        /// Who issues them, in the order in which they sign, at most four; empty: as the programme says.
        issuers: Vec<String> = Vec::new();
        /// Picture of the seal: a square PNG with a transparent ground, at most 60 kB; empty: none.
        seal: PathBuf = PathBuf::new();
        /// Font files (.otf, .ttf, .ttc) of the text, in the order in which they are asked for a character; empty:
        /// what fontconfig finds.
        fonts: Vec<PathBuf> = Vec::new();
        /// The same for title and name, where certificates.fonts is given; empty: as the text.
        title_fonts: Vec<PathBuf> = Vec::new();
    }
    /// Recording: every class, from start to end, into `recordings/` in the data folder.
    recording: RecordingConfig {
        /// Record classes. Without it there is no replay.
        enabled: bool = true;
        /// What recordings leave free on the disk, so that facts can still be stored when it fills up.
        disk_reserve_mb: u64 = 256, 0..=1_048_576 "megabytes";
        /// Where recordings are kept besides: "s3://bucket/folder" of an S3-compatible service, or empty for
        /// the data folder alone. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY come from the environment.
        store: String = String::new();
        /// Address of that service, e.g. `https://s3.example.org`; empty: Amazon's of the region.
        s3_endpoint: String = String::new();
        /// Region of the bucket.
        s3_region: String = "us-east-1".into();
        /// Keep the files on this disk, too, once a recording is closed and complete in the bucket.
        keep_local: bool = false;
        /// Longest recording that is made into an MP4 for download, and longest time that making it takes.
        download_max_min: u32 = 360, 1..=1440 "minutes";
    }
    /// What pages say about this platform, and whom to ask.
    support: SupportConfig {
        /// Name of the platform, as pages and authenticators show it.
        platform: String = "直播课堂".into();
        /// Who runs it.
        organisation: String = String::new();
        /// Whom to ask, one line each, e.g. "培训秘书处 010-85305090".
        contacts: Vec<String> = Vec::new();
    }
    /// What one visitor may ask of the server.
    limits: LimitsConfig {
        /// Longest signalling message.
        ws_message_bytes: usize = 65_536, 1024..=65_536 "bytes";
        /// Signalling messages of one connection; twice as many in a burst.
        ws_messages_per_s: u32 = 50, 1..=1000 "messages per second";
        /// Bytes waiting for a connection that does not read; then it is closed.
        ws_write_buffer_bytes: usize = 1_048_576, 131_072..=16_777_216 "bytes";
        /// Time for the first message of a connection.
        ws_hello_s: u32 = 10, 1..=60 "seconds";
        /// Time after which a connection that takes no message is closed; it may resume.
        ws_send_s: u32 = 10, 1..=60 "seconds";
        /// How often a connection is asked whether it lives; the answers are proof of presence.
        ws_ping_s: u32 = 5, 1..=60 "seconds";
        /// Time after which a connection that answers nothing is closed; it may resume. Pages answer every 2 s.
        ws_silence_s: u32 = 10, 2..=300 "seconds";
        /// Longest body of other requests.
        http_body_bytes: usize = 65_536, 1024..=1_048_576 "bytes";
        /// Longest WHIP or WHEP offer.
        sdp_bytes: usize = 65_536, 4096..=262_144 "bytes";
        /// Time for the head of a request, for a TLS handshake, and for the whole of a request.
        http_timeout_s: u32 = 15, 1..=300 "seconds";
        /// WHIP and WHEP sessions that can be ended by DELETE; older ones end when they fall silent.
        http_legs_max: usize = 20_000, 1..=100_000 "sessions";
        /// Network checks under way at once, of people who look before a class whether they can take part;
        /// others are told to try again in some seconds. One takes about three seconds, at most ten.
        network_checks_max: usize = 64, 1..=1000 "checks";
        /// Connections of one address at once, where a whole school may sit behind one; further ones
        /// are closed at once. This machine and the proxies of server.proxies are free.
        connections_per_address: u32 = 200, 1..=1_000_000 "connections";
        /// Refused sign-ins of one address; further ones wait.
        sign_in_failures_per_min: u32 = 30, 1..=10_000 "sign-ins per minute";
        /// Priority of hashing passwords as `nice` counts: 19 goes after everything else on the machine, so that classes feel
        /// no storm of sign-ins; 0 is for a machine whose other programs would keep people waiting at the door.
        password_nice: u32 = 19, 0..=19 "steps";
        /// New accounts of one address, where a whole school may sit behind one; further ones wait.
        new_accounts_per_min: u32 = 120, 1..=10_000 "accounts per minute";
        /// How long an invitation works, if it is not used before.
        invitation_ttl_h: u32 = 168, 1..=720 "hours";
        /// Time without a request after which a person with an account is signed out; a running class requests.
        idle_min: u32 = 30, 1..=1440 "minutes";
        /// The same for administrators.
        admin_idle_min: u32 = 10, 1..=1440 "minutes";
        /// How long a one-click link works, if it is not used before.
        link_ttl_h: u32 = 24, 1..=720 "hours";
        /// How long a person stays signed in on a device: a day of classes.
        session_ttl_h: u32 = 12, 1..=720 "hours";
        /// How long a bearer token for WHIP or WHEP works.
        token_ttl_h: u32 = 6, 1..=24 "hours";
    }
    /// The log, on standard error. Tokens, queries and bodies are never in it.
    log: LogConfig {
        /// "text" or "json".
        format: LogFormat = LogFormat::Text;
        /// "error", "warn", "info", "debug" or "trace"; per module as in "info,live_classroom::web=debug".
        level: String = "info".into();
    }
}

/// The source of the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    Off,
    Files,
    SelfSigned,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    Text,
    Json,
}

impl Setting {
    /// The key in error messages and in `--set`: `room.trainees_max`.
    pub fn key(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The environment variable that overrides the file.
    pub fn variable(&self) -> String {
        format!("CLASSROOM__{}__{}", self.section, self.name).to_uppercase()
    }
}

impl Config {
    /// The configuration as TOML, without comments.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("settings are numbers, texts and lists of them")
    }

    fn to_table(&self) -> toml::Table {
        toml::Table::try_from(self).expect("settings are numbers, texts and lists of them")
    }
}

/// A configuration file with every setting at its default, explained.
pub fn sample() -> String {
    let defaults = Config::default().to_table();
    let mut text = String::from(
        "# Settings of live-classroom, all at their defaults.\n\
         # An environment variable overrides a line here (CLASSROOM__ROOM__TRAINEES_MAX=50),\n\
         # a flag overrides both (--trainees-max 50, or --set room.trainees_max=50 for any key).\n\n",
    );
    for (section, section_doc) in SECTIONS {
        section_doc.iter().for_each(|line| text += &format!("#{line}\n"));
        text += &format!("[{section}]\n");
        for setting in SETTINGS.iter().filter(|setting| setting.section == *section) {
            setting.doc.iter().for_each(|line| text += &format!("#{line}\n"));
            if let Some((min, max, unit)) = setting.limits {
                text += &format!("# {min} to {max} {unit}.\n");
            }
            text += &format!("{} = {}\n\n", setting.name, defaults[*section][setting.name]);
        }
    }
    text.truncate(text.trim_end().len() + 1);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_names_every_key_and_means_the_defaults() {
        let sample = sample();
        let table: toml::Table = sample.parse().expect("the sample is TOML");
        for setting in SETTINGS {
            assert!(table[setting.section].get(setting.name).is_some(), "{}", setting.key());
            assert!(!setting.doc.is_empty(), "{} is not explained", setting.key());
        }
        assert_eq!(toml::from_str::<Config>(&sample).expect("the sample is valid"), Config::default());
    }

    #[test]
    fn the_sample_file_of_the_repository_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config.sample.toml");
        let file = std::fs::read_to_string(path).unwrap_or_default();
        assert!(file == sample(), "run: cargo run -- config sample > config.sample.toml");
    }

    #[test]
    fn every_number_has_limits_and_its_default_is_within() {
        let defaults = Config::default().to_table();
        for setting in SETTINGS {
            let value = &defaults[setting.section][setting.name];
            assert_eq!(value.is_integer(), setting.limits.is_some(), "{}", setting.key());
            if let (Some(number), Some((min, max, _))) = (value.as_integer(), setting.limits) {
                assert!((min..=max).contains(&number), "{} = {number}", setting.key());
            }
        }
    }
}
