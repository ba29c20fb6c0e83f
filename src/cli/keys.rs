//! `live-classroom keys`: going on after a key of the data folder was lost.

use clap::Subcommand;
use live_classroom::server;
use live_classroom::store::{Home, Store};

use super::StoreArgs;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Begin with a new key in place of one that is lost or damaged and of which there is no backup; the server must be
    /// stopped. What the lost key was, and the reason, is written into the audit log; a damaged file is kept aside.
    Renew {
        /// checks.key, ledger.key or certificates.key.
        file: String,
        /// Why, for the audit log.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Carries out the command.
pub(super) async fn run(command: KeysCommand) -> anyhow::Result<()> {
    let KeysCommand::Renew { file, reason, store } = command;
    let config = store.read()?;
    if let Some(url) = server::running_at(&config.server.data) {
        anyhow::bail!("the server {url} uses this data folder: stop it first");
    }
    Store::renew_key(Home::of(&config), &file, &reason).await?;
    super::print(&format!(
        "{file} is new, the audit log says so. Put a copy of it where your other backups are.\n"
    ))
}
