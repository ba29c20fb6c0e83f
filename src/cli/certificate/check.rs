//! `live-classroom certificate check`: whether a PDF or a badge is genuine, by the published key alone.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use live_classroom::certificate::signed::badge::{self, Badge};
use live_classroom::certificate::signed::keys::{self, PublicKey};
use live_classroom::certificate::signed::proof::{self, FILE_BYTES_MAX};
use live_classroom::certificate::signed::status_list::StatusList;
use live_classroom::time::clock::now_ms;
use live_classroom::time::{LocalDate, ServerInstant};

#[derive(clap::Args)]
pub(in crate::cli) struct CheckArgs {
    /// A certificate (PDF), or a badge (a text file).
    file: PathBuf,
    /// The key that the issuer publishes: 64 hex digits, or a file with them, with a JWK or JWKS, or with a did.json.
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Whose badge it should be; badges hold no name that can be read.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A status list that was downloaded, to see whether the badge was withdrawn.
    #[arg(long, value_name = "FILE")]
    status_list: Option<PathBuf>,
}

/// Prints what was checked; what is not genuine is an error.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<()> {
    let keys = published(&args.key)?;
    let bytes = read(&args.file)?;
    let place = args.file.display();
    let said = if bytes.starts_with(b"%PDF") {
        let given = args.name.is_some() || args.status_list.is_some();
        ensure!(!given, "--name and --status-list are for badges; a PDF shows its name");
        pdf(&bytes, &keys)
    } else {
        let text =
            String::from_utf8(bytes).ok().with_context(|| format!("{place} is neither a PDF nor a badge"))?;
        badge(&text, &keys, args)
    };
    super::super::print(&said.with_context(|| format!("{place} is not shown to be genuine"))?)
}

fn published(key: &str) -> anyhow::Result<Vec<PublicKey>> {
    let file = Path::new(key);
    if !file.is_file() {
        return keys::published(key).with_context(|| format!("{key:?} is no key and no file"));
    }
    let text = String::from_utf8(read(file)?).unwrap_or_default();
    keys::published(&text).with_context(|| format!("{key} holds no key"))
}

/// The whole of a file, which may be anything.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(cannot)?;
    file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).with_context(cannot)?;
    Ok(bytes)
}

fn pdf(bytes: &[u8], keys: &[PublicKey]) -> anyhow::Result<String> {
    let statement = proof::check(bytes, keys)?;
    Ok(format!(
        "genuine: {number}, unchanged since it was issued\n\
         Whether it was revoked since, the page behind its QR code says.\n",
        number = statement.number,
    ))
}

fn badge(text: &str, keys: &[PublicKey], args: &CheckArgs) -> anyhow::Result<String> {
    let badge = badge::open(text, keys, ServerInstant::of_fact(now_ms()))?;
    if let Some(name) = &args.name {
        ensure!(badge.is_of(name), "it is the badge of somebody else than {name}");
    }
    let status = match &args.status_list {
        Some(file) => status(&badge, &read(file)?, keys).with_context(|| file.display().to_string())?,
        None => format!("Whether it was withdrawn since, {} says.\n", badge.list),
    };
    let of = args.name.as_ref().map(|name| format!(" of {name}")).unwrap_or_default();
    Ok(format!(
        "genuine: badge{of} for {number}\n{achievement}, {hours:.1} 学时\n{issuer}, {date} ({did})\n{status}",
        number = badge.number,
        achievement = badge.achievement,
        hours = badge.hours,
        issuer = badge.issuer_name,
        date = LocalDate::of(badge.valid_from),
        did = badge.issuer,
    ))
}

fn status(badge: &Badge, list: &[u8], keys: &[PublicKey]) -> anyhow::Result<String> {
    let list = StatusList::open(&String::from_utf8_lossy(list), &badge.issuer, keys)?;
    match list.is_set(badge.index) {
        Some(false) => Ok("It was not withdrawn when the status list was made.\n".into()),
        Some(true) => bail!("the badge was withdrawn"),
        None => bail!("the status list does not reach to this badge"),
    }
}
