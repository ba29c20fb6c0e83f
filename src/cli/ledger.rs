//! `live-classroom ledger`: whether the books of credit hours are still what was entered. Works beside
//! a running server.

use std::fs;
use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::Subcommand;
use live_classroom::attendance::ledger::Head;
use live_classroom::config::Config;
use live_classroom::files::recordings::Recordings;
use live_classroom::office::books::{Books, Times};
use live_classroom::server;
use live_classroom::store::Store;
use live_classroom::store::credit::Kept;
use live_classroom::time::clock::now_ms;

use super::StoreArgs;
use live_classroom::chain::hex;

/// Entries read at once.
const PAGE: u32 = 1000;

#[derive(Subcommand)]
pub(super) enum LedgerCommand {
    /// Check the file, every entry, signed head, result and fact, and that the ledger says what results and decisions
    /// come to; fails and names the first that is not what was entered.
    Verify {
        /// A head that you kept elsewhere: SEQ:HASH or SEQ:HASH:SIGNATURE as `ledger verify` prints it, or a file with one
        /// line of `ledger export`. Fails when this ledger never had that head: entries were cut off, or all was written anew.
        #[arg(long, value_name = "SEQ:HASH|FILE")]
        head: Option<String>,
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
    /// Print every entry as a line of JSON, then every signed head and the public key of the
    /// signatures. Keep the last head elsewhere: with it, nobody can write the ledger anew unseen.
    Export {
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Carries out the command.
pub(super) async fn run(command: LedgerCommand) -> anyhow::Result<()> {
    match command {
        LedgerCommand::Verify { head, store } => verify(head.as_deref(), store).await,
        LedgerCommand::Judge { lesson, store } => {
            store.with(async |config, store| judge(&lesson, config, store).await).await
        }
        LedgerCommand::Export { store } => export(store).await,
    }
}

async fn verify(head: Option<&str>, store: StoreArgs) -> anyhow::Result<()> {
    let store = store.look().await?;
    let kept = head.map(|head| read_head(head, &store)).transpose()?;
    let books = store.verify_books(kept.as_ref()).await?;
    let head = match &books.last_head {
        Some(head) => format!("head {}", Kept::of(head)),
        None => "no signed head yet".into(),
    };
    if books.taught_unjudged > 0 {
        eprintln!(
            "warning: {} classes have ended and have no result: either the server has not judged them yet, or all results \
             were taken away",
            books.taught_unjudged
        );
    }
    if kept.is_none() && books.last_head.is_some() {
        eprintln!(
            "note: whether the end was cut off, or an old copy put back, shows only with --head and a head that you kept \
             elsewhere"
        );
    }
    if books.entries_before_sealing > 0 {
        let upto = books.entries_before_sealing;
        eprintln!("note: entries up to {upto} are of a version that signed once a day");
    }
    super::print(&format!("sound: {} entries, {head}, {} results\n", books.entries, books.results))
}

/// Reads `SEQ:HASH`, the same with the beginning of the signature, or a file with one line of
/// `ledger export`.
fn read_head(head: &str, store: &Store) -> anyhow::Result<Kept> {
    if let Some(kept) = Kept::parse(head) {
        return Ok(kept);
    }
    let text = fs::read_to_string(head).with_context(|| format!("cannot read {head}"))?;
    let read: Head = serde_json::from_str(text.trim()).with_context(|| {
        format!("{head} holds no head: it takes one line of `ledger export` that begins with {{\"date\"")
    })?;
    ensure!(store.is_own(&read), "the head in {head} was not signed by this server's key");
    Ok(Kept::of(&read))
}

async fn judge(lesson: &str, config: &Config, store: &Store) -> anyhow::Result<()> {
    let policy = Arc::new(server::policy(&config.hours.policy)?);
    let version = policy.version.clone();
    let recordings = Recordings::new(&config.server.data, 0);
    let books = Books::new(store.clone(), recordings, policy, Times::of(&config.hours));
    let is_new = books.judge_by_present_policy(lesson, now_ms()).await?;
    let said = if is_new { "judged by" } else { "nothing new by" };
    super::print(&format!("{lesson}: {said} policy {version}\n"))
}

async fn export(store: StoreArgs) -> anyhow::Result<()> {
    let store = store.look().await?;
    let mut next = 1;
    loop {
        let entries = store.entries().from(next, PAGE).await?;
        let Some(last) = entries.last() else { break };
        next = last.seq + 1;
        for entry in &entries {
            super::print(&(serde_json::to_string(entry)? + "\n"))?;
        }
    }
    for head in store.heads().await? {
        super::print(&(serde_json::to_string(&head)? + "\n"))?;
    }
    super::print(&format!("{{\"public_key\":\"{}\"}}\n", hex(store.ledger_key())))
}
