//! `live-classroom backup` and `restore`: a copy of the data folder that is whole and checked, and the way back.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use live_classroom::chain::sha256;
use live_classroom::files::backup::{self, Damaged, Making, Progress};
use live_classroom::store::audit::{self, Act};
use live_classroom::store::credit::Kept;
use live_classroom::store::{Home, Lane, Store};
use live_classroom::time::ServerInstant;
use live_classroom::time::clock::now_ms;
use serde_json::json;

use super::StoreArgs;

/// How often the progress is told.
const TOLD_EVERY: Duration = Duration::from_secs(2);
/// The actor in the audit log for the command line.
const BY: &str = "cli";

#[derive(clap::Args)]
pub(super) struct BackupArgs {
    /// Folder of the backups; each gets a folder of its own in it. What the backup before holds already is linked.
    #[arg(value_name = "DIR")]
    to: PathBuf,
    /// Also copy the keys into this folder. Whoever has backup and keys can read everything: keep them apart.
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(clap::Args)]
pub(super) struct RestoreArgs {
    /// A backup, or a folder of backups: the newest of them.
    #[arg(value_name = "DIR")]
    from: PathBuf,
    /// Folder with the keys: vault.key, ledger.key, checks.key, certificates.key, books.sealed.
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// The new data folder; it must not exist, or be empty.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Go on without files that are damaged or missing in the backup, and name them; the database is always needed.
    #[arg(long)]
    without_damaged: bool,
}

/// Makes a backup.
pub(super) async fn make(args: BackupArgs) -> anyhow::Result<()> {
    let BackupArgs { to, keys, store } = args;
    let config = store.read()?;
    let data = &config.server.data;
    let store = Store::open_to_look(Home::of(&config)).await?;
    if let Some(keys) = &keys {
        backup::copy_keys(data, keys)?;
    }
    let at = ServerInstant::of_fact(now_ms());
    let mut making = Making::begin(&to, at)?;
    let ends = store.copy_to(&making.database()).await.context("cannot copy the database")?;
    making.take(data, telling("copied"))?;
    let ledger = ends.ledger.as_ref().map(Kept::to_string);
    let audit = ends.audit.map(|(seq, hash)| format!("{seq}:{hash}"));
    let (folder, progress) = making.finish(at, ledger, audit)?;
    note(&store, &folder, progress).await?;
    let Progress { files, linked, bytes } = progress;
    let new = files - linked;
    super::print(&format!(
        "{}: {files} files, {} MB; {new} of them are new\n",
        folder.display(),
        bytes / 1_000_000
    ))?;
    if keys.is_none() {
        eprintln!("note: the keys are not in it; without copies of them it cannot be read (--keys)");
    }
    Ok(())
}

/// Copies of personal data are written into the audit log.
async fn note(store: &Store, folder: &Path, progress: Progress) -> anyhow::Result<()> {
    let list = sha256(&std::fs::read(folder.join(backup::LIST))?);
    let detail = json!({ "files": progress.files, "bytes": progress.bytes, "list": list });
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut writing = store.write(Lane::Office).await?;
    audit::append(&mut writing, store.vault(), Act::done(BY, "backup.made", name, detail)).await?;
    writing.commit().await
}

/// Puts a backup back, and verifies all books.
pub(super) async fn put_back(args: RestoreArgs) -> anyhow::Result<()> {
    let RestoreArgs { from, keys, data, without_damaged } = args;
    let folder = match backup::newest(&from)? {
        Some(newest) => newest,
        None => from,
    };
    let damaged = if without_damaged { Damaged::LeftOut } else { Damaged::Refused };
    let (list, left_out) = backup::put_back(&folder, &keys, &data, damaged, telling("put back"))?;
    for name in &left_out {
        eprintln!("left out: {name} is damaged or missing in the backup");
    }
    let store = Store::open(&data).await?;
    let kept = list.ledger.as_deref().and_then(Kept::parse);
    let books = store.verify_books(kept.as_ref()).await?;
    let audit = list.audit.as_deref().and_then(|end| end.split_once(':'));
    let audit = audit.and_then(|(seq, hash)| Some((seq.parse().ok()?, hash.to_owned())));
    store.audit().verify(audit.as_ref()).await?;
    super::print(&format!(
        "{} is as it was at {}: {} files; {} entries of the ledger, {} results, audit log: sound\n",
        data.display(),
        list.made_at,
        list.files.len() - left_out.len(),
        books.entries,
        books.results
    ))
}

/// Tells how far it is, on standard error.
fn telling(what: &'static str) -> impl FnMut(Progress) {
    let mut told = Instant::now();
    move |progress| {
        if told.elapsed() >= TOLD_EVERY {
            told = Instant::now();
            eprintln!("{what} {} files, {} MB", progress.files, progress.bytes / 1_000_000);
        }
    }
}
