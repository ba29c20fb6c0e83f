//! The commands of the program. Standard output carries the result (a token, links, a configuration), the log
//! goes to standard error.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use live_classroom::config::{self, Config};
use live_classroom::lesson::Role;
use live_classroom::server;
use live_classroom::store::{Home, Store, without_password};
use live_classroom::time::clock::now_ms;

mod audit;
mod backup;
mod certificate;
mod doctor;
mod hours;
mod invite;
mod keys;
mod ledger;
mod lesson;
mod links;
mod log;
mod node;
mod phase;
mod recording;
mod serve;
mod settings;
mod token;

use settings::SettingArgs;

/// Live classes of 100: one server, nothing else to install.
#[derive(Parser)]
#[command(name = "live-classroom", version, about)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server. On an empty store it makes a demo lesson and prints sign-in links.
    Serve(SettingArgs),
    /// Run the server with the lesson `demo` already open and its sign-in links printed; on a store
    /// that is not empty it goes on with what is there and prints fresh links.
    Demo {
        /// A whole phase instead: 1,000 people in 10 classes, and invitations for some of them.
        #[arg(long)]
        phase: bool,
        #[command(flatten)]
        size: phase::Size,
        #[command(flatten)]
        settings: SettingArgs,
    },
    /// Look at this machine and the settings for what would be in the way of a class: disk, database, clock, limits, ports, certificate,
    /// ffmpeg, fonts. Each finding says what to do; fails if something is wrong. Also while the server runs.
    Doctor(SettingArgs),
    /// Print fresh one-click sign-in links; also while a server runs on the same data folder.
    Links {
        /// Lesson the links are for; default: the demo lesson, with --person the last one of the person.
        #[arg(long, value_name = "ID")]
        lesson: Option<String>,
        /// One link for somebody who has been here, also after the end of the lesson.
        #[arg(long, value_name = "ID", conflicts_with = "trainees")]
        person: Option<String>,
        /// How many trainees.
        #[arg(long, value_name = "N", default_value_t = links::TRAINEES, value_parser = clap::value_parser!(u32).range(0..=1000))]
        trainees: u32,
        /// Print JSON: a list of {"role", "name", "url"}.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Make a lesson; without --title, move one that has not begun.
    Lesson(lesson::LessonArgs),
    /// Print a bearer token for WHIP (role instructor) or WHEP (any role); also while a server runs.
    Token {
        /// Lesson the token is for.
        #[arg(long, value_name = "ID")]
        lesson: String,
        #[arg(long)]
        role: TokenRole,
        /// Shown in the roster; default: everybody who uses the token is a guest.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Make somebody with an account and print a one-time link to set the own password; also while a server runs.
    Invite(invite::InviteArgs),
    /// The audit log; also while a server runs.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Compute the credit hours of one lesson from a file of its facts; needs no server and no store.
    Hours(hours::HoursArgs),
    /// The credit ledger; also while a server runs.
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    /// Certificates of completion (结业证书).
    #[command(subcommand)]
    Certificate(certificate::CertificateCommand),
    /// The keys in the data folder.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Copy the database as of one moment, recordings, certificates and reports into a new folder in DIR; also while a server
    /// runs. The copy is looked through for damage, and the audit log names it.
    Backup(backup::BackupArgs),
    /// Make a data folder of a backup: checks every file, then the ledger and the audit log.
    Restore(backup::RestoreArgs),
    /// The servers of one PostgreSQL database; also while they run.
    #[command(subcommand)]
    Node(node::NodeCommand),
    /// The recordings; also while a server runs.
    #[command(subcommand)]
    Recording(recording::RecordingCommand),
    /// The configuration file.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print a file with every setting, its meaning, its limits and its default.
    Sample,
    /// Check a file (and the environment) and print the settings that would be used.
    Check {
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Where the store is.
#[derive(Default, clap::Args)]
struct StoreArgs {
    /// Configuration file.
    #[arg(long, value_name = "FILE", env = "CLASSROOM_CONFIG")]
    config: Option<PathBuf>,
    /// Data folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Roles a bearer token can have.
#[derive(Clone, Copy, ValueEnum)]
enum TokenRole {
    Instructor,
    Trainee,
}

impl From<TokenRole> for Role {
    fn from(role: TokenRole) -> Role {
        match role {
            TokenRole::Instructor => Role::Instructor,
            TokenRole::Trainee => Role::Trainee,
        }
    }
}

impl StoreArgs {
    /// Reads the configuration; the data folder must exist.
    fn read(self) -> anyhow::Result<Config> {
        let data = self.data.map(|data| ("server.data".to_string(), data.display().to_string()));
        let config = config::read(self.config.as_deref(), std::env::vars(), &data.into_iter().collect())?;
        let folder = &config.server.data;
        if !folder.is_dir() {
            anyhow::bail!("there is no data folder {}; give the server's own with --data", folder.display());
        }
        Ok(config)
    }

    /// Reads the configuration, and opens the store for `work`. An error tells the remedy if the disk is the
    /// cause.
    async fn with(self, work: impl AsyncFnOnce(&Config, &Store) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let config = self.read()?;
        let data = &config.server.data;
        let store = match server::running_at(data) {
            Some(_) => Store::open_beside(Home::of(&config)).await?,
            None => Store::open(Home::of(&config)).await?,
        };
        work(&config, &store).await.map_err(|error| store.explained(error))
    }

    /// Reads the configuration, and opens the store for reading only.
    async fn look(self) -> anyhow::Result<Store> {
        Store::open_to_look(Home::of(&self.read()?)).await
    }
}

/// Carries out the command.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    match args.command {
        Command::Serve(settings) => serve::run(settings.read()?, serve::Occasion::Serve).await,
        Command::Demo { phase: false, settings, .. } => {
            serve::run(settings.read_demo()?, serve::Occasion::Demo).await
        }
        Command::Demo { phase: true, size, settings } => {
            let mut config = settings.read_demo()?;
            phase::settle(&mut config);
            serve::run(config, serve::Occasion::Phase(size)).await
        }
        Command::Doctor(settings) => doctor::run(settings).await,
        Command::Links { lesson, person, trainees, json, store } => {
            let work = async |config: &Config, store: &Store| match person {
                Some(person) => links::again(config, store, &person, lesson, json).await,
                None => links::run(config, store, lesson, trainees, json).await,
            };
            store.with(work).await
        }
        Command::Lesson(args) => lesson::run(args).await,
        Command::Token { lesson, role, name, store } => {
            store
                .with(async |config, store| token::run(config, store, &lesson, role.into(), name).await)
                .await
        }
        Command::Invite(args) => invite::run(args).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Hours(args) => hours::run(&args),
        Command::Ledger(command) => ledger::run(command).await,
        Command::Certificate(command) => certificate::run(command),
        Command::Keys(command) => keys::run(command).await,
        Command::Backup(args) => backup::make(args).await,
        Command::Restore(args) => backup::put_back(args).await,
        Command::Node(command) => node::run(command).await,
        Command::Recording(command) => recording::run(command).await,
        Command::Config(ConfigCommand::Sample) => print(&config::sample()),
        Command::Config(ConfigCommand::Check { file }) => check(file.as_deref()),
    }
}

fn check(file: Option<&Path>) -> anyhow::Result<()> {
    let mut config = config::read(file, std::env::vars(), &Vec::new())?;
    // The output is for people, who paste it into mails.
    config.store.url = without_password(&config.store.url);
    log::check(&config.log)?;
    print(&config.to_toml())
}

/// Prints to standard output; a reader that has gone away is an error, not a crash.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
    Ok(())
}

/// The program as called, for hints that can be copied.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "live-classroom".into())
}

/// Milliseconds since the Unix epoch, `hours` from now.
fn in_hours_ms(hours: u32) -> u64 {
    now_ms().saturating_add(u64::from(hours) * 60 * 60 * 1000)
}
