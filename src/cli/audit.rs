//! `live-classroom audit`: whether the audit log is still what was written. Works beside a running server.

use anyhow::Context;
use clap::Subcommand;

use super::StoreArgs;

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Look through the database for damaged pages and check every event of the audit log; fails and names the
    /// first that is not what was written.
    Verify {
        /// The head that an earlier `audit verify` printed, as 17:3f…, kept in another place: fails if the log
        /// was another one then, or if its end was cut off since.
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Carries out the command.
pub(super) async fn run(command: AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify { head, store } = command;
    let kept = head.map(|head| {
        let (seq, hash) =
            head.split_once(':').context("--head takes SEQ:HASH, as `audit verify` prints it")?;
        let seq: u64 = seq.parse().context("--head begins with a number")?;
        anyhow::Ok((seq, hash.to_owned()))
    });
    let store = store.look().await?;
    store.check_integrity().await?;
    match store.audit().verify(kept.transpose()?.as_ref()).await? {
        Some((seq, hash)) => super::print(&format!("sound: {seq} events, head {seq}:{hash}\n")),
        None => super::print("sound: no events yet\n"),
    }
}
