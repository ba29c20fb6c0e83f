//! Backups of the data folder. Each is a folder of its own with everything in it, named by its instant; `backup.json` lists the files
//! with their hashes. A file that the backup before holds with the same size and time is linked, not copied, so that a daily
//! backup costs what is new. A backup gets its name last, when all of it is on the disk: what was interrupted is none. [`making`]
//! makes one, [`restoring`] makes a data folder of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, ensure};
use ring::digest;
use serde::{Deserialize, Serialize};

use super::recordings::{make_folder, write_synced};
use crate::chain::hex;

mod making;
mod restoring;

pub use making::Making;
pub use restoring::{Damaged, put_back};

/// The database in a backup.
pub const DATABASE: &str = "classroom.db";
/// Files of the data folder without which a backup cannot be read; they are kept elsewhere.
pub const KEYS: [&str; 4] = ["vault.key", "ledger.key", "checks.key", "certificates.key"];
/// Proves that the books were sealed once; kept with the keys. Missing before the first seal.
pub const SEAL: &str = "books.sealed";

/// The list of the files in a backup.
pub const LIST: &str = "backup.json";
const PARTIAL: &str = ".partial";
const BUFFER_BYTES: usize = 1 << 20;

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub files: u64,
    pub bytes: u64,
    /// How many of the files were linked.
    pub linked: u64,
}

/// The content of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Of the program that made it.
    pub version: String,
    pub made_at: String,
    /// The end of the ledger, as `ledger verify` prints it; None = it was empty.
    pub ledger: Option<String>,
    /// The end of the audit log, SEQ:HASH; None = it was empty.
    pub audit: Option<String>,
    pub files: Vec<Listed>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// As `recordings/x/1.mp4`.
    pub name: String,
    pub bytes: u64,
    /// Hex.
    pub sha256: String,
    /// When the file was changed last, nanoseconds since the Unix epoch.
    changed_ns: u64,
}

/// Copies the keys of a data folder, which must be kept elsewhere than backups. Another key is never written over.
pub fn copy_keys(data: &Path, to: &Path) -> anyhow::Result<()> {
    make_folder(to).with_context(|| format!("cannot make {}", to.display()))?;
    for name in KEYS.into_iter().chain([SEAL]) {
        match fs::read(data.join(name)) {
            Ok(bytes) => {
                let before = present(fs::read(to.join(name)))?;
                ensure!(
                    before.is_none_or(|before| before == bytes),
                    "{} is another key: earlier backups need it, so keep it, and give another folder",
                    to.join(name).display()
                );
                write_synced(to, name, &bytes)?;
            }
            Err(error) if name == SEAL && error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", data.join(name).display()));
            }
        }
    }
    Ok(())
}

/// The newest backup in a folder of backups; None = there is none.
pub fn newest(root: &Path) -> anyhow::Result<Option<PathBuf>> {
    let names =
        folders(root)?.into_iter().filter(|name| is_name(name) && root.join(name).join(LIST).is_file());
    Ok(names.max_by(|one, other| order(one).cmp(&order(other))).map(|name| root.join(name)))
}

/// Reads the list of a backup.
pub fn read(folder: &Path) -> anyhow::Result<List> {
    let file = folder.join(LIST);
    let text = fs::read(&file).with_context(|| format!("cannot read {}: it is no backup", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is damaged", file.display()))
}

/// Bytes and hash of what was copied; synced later.
fn copy(mut from: impl Read, to: &Path) -> io::Result<(u64, String)> {
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    through(&mut from, |part| out.write_all(part))
}

fn hashed(file: &Path, name: &str) -> io::Result<Listed> {
    let mut open = File::open(file)?;
    let changed_ns = changed_ns(&open.metadata()?)?;
    let (bytes, sha256) = through(&mut open, |_| Ok(()))?;
    Ok(Listed { name: name.to_owned(), bytes, sha256, changed_ns })
}

/// Number and hash of all bytes, each part of which is given to `each`.
fn through(from: &mut impl Read, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(u64, String)> {
    let (mut buffer, mut bytes) = (vec![0; BUFFER_BYTES], 0);
    let mut hash = digest::Context::new(&digest::SHA256);
    loop {
        let part = match from.read(&mut buffer) {
            Ok(0) => return Ok((bytes, hex(hash.finish().as_ref()))),
            Ok(read) => &buffer[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(part);
        each(part)?;
        bytes += part.len() as u64;
    }
}

fn changed_ns(about: &fs::Metadata) -> io::Result<u64> {
    let since = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// None = it is not there.
fn present<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        done => done.map(Some),
    }
}

/// The folders in a folder of backups.
fn folders(root: &Path) -> io::Result<Vec<String>> {
    let Some(entries) = present(fs::read_dir(root))? else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    Ok(names)
}

/// Whether a folder has a name that this module gives: 20261130T160512Z, or 20261130T160512Z-2. Others are left alone.
fn is_name(name: &str) -> bool {
    let (second, number) = order(name);
    let is_instant = second.len() == "20261130T160512Z".len()
        && second.ends_with('Z')
        && second
            .chars()
            .enumerate()
            .all(|(at, c)| if at == 8 { c == 'T' } else { at == 15 || c.is_ascii_digit() });
    is_instant && number > 0
}

/// The second, and which backup of this second it is, from 1; 0 = this is no name.
fn order(name: &str) -> (&str, u32) {
    match name.split_once('-') {
        Some((second, number)) => (second, number.parse().unwrap_or(0)),
        None => (name, 1),
    }
}
