//! `live-classroom ledger`: whether the books of credit hours are still what was entered. Works beside
//! a running server.

use std::sync::Arc;

use clap::Subcommand;
use live_classroom::server;
use live_classroom::store::books::{Books, Times};
use live_classroom::store::recordings::Recordings;

use super::StoreArgs;

/// Entries that are printed at once.
const PAGE: u32 = 1000;

#[derive(Subcommand)]
pub(super) enum LedgerCommand {
    /// Check every entry, every signed head and every result; fails and names the first that is not
    /// what was entered.
    Verify {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Judge a lesson again, by the policy that is set now instead of the one it was judged by. The
    /// earlier result stays in the books; what differs is entered.
    Judge {
        #[arg(value_name = "LESSON")]
        lesson: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Print every entry as a line of JSON.
    Export {
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Carries out the command.
pub(super) async fn run(command: LedgerCommand) -> anyhow::Result<()> {
    match command {
        LedgerCommand::Verify { store } => verify(store).await,
        LedgerCommand::Judge { lesson, store } => judge(&lesson, store).await,
        LedgerCommand::Export { store } => export(store).await,
    }
}

async fn verify(store: StoreArgs) -> anyhow::Result<()> {
    let (_, store) = store.open().await?;
    let books = store.verify_books().await?;
    let head = match &books.last_head {
        Some(head) => format!("last head {} of entry {}", head.date, head.seq),
        None => "no signed head yet".into(),
    };
    super::print(&format!("sound: {} entries, {head}, {} results\n", books.entries, books.results))
}

async fn judge(lesson: &str, store: StoreArgs) -> anyhow::Result<()> {
    let (config, store) = store.open().await?;
    let policy = Arc::new(server::policy(&config.hours.policy)?);
    let version = policy.version.clone();
    let recordings = Recordings::new(&config.server.data, 0);
    let books = Books::new(store, recordings, policy, Times::of(&config.hours));
    let is_new = books.judge_by_present_policy(lesson, super::in_hours_ms(0)).await?;
    let said = if is_new { "judged by" } else { "nothing new by" };
    super::print(&format!("{lesson}: {said} policy {version}\n"))
}

async fn export(store: StoreArgs) -> anyhow::Result<()> {
    let (_, store) = store.open().await?;
    let mut next = 1;
    loop {
        let entries = store.entries_from(next, PAGE).await?;
        let Some(last) = entries.last() else { return Ok(()) };
        next = last.seq + 1;
        for entry in &entries {
            super::print(&(serde_json::to_string(entry)? + "\n"))?;
        }
    }
}
