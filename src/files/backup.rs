//! Backups of the data folder. Each is a folder of its own with everything in it, named by its instant; `backup.json` lists the files
//! with their hashes. A file that the backup before holds with the same size and time is linked, not copied, so that a daily
//! backup costs what is new. A backup gets its name last, when all of it is on the disk: what was interrupted is none.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};
use ring::digest;
use serde::{Deserialize, Serialize};

use super::recordings::{make_folder, sync_dir, write_synced};
use crate::chain::hex;
use crate::time::{ServerInstant, rfc3339};

/// The database in a backup.
pub const DATABASE: &str = "classroom.db";
/// Files of the data folder without which a backup cannot be read; they are kept elsewhere.
pub const KEYS: [&str; 4] = ["vault.key", "ledger.key", "checks.key", "certificates.key"];
/// Proves that the books were sealed once; kept with the keys. Missing before the first seal.
pub const SEAL: &str = "books.sealed";

/// The list of the files in a backup.
pub const LIST: &str = "backup.json";
const PARTIAL: &str = ".partial";
/// Folders of the data folder whose files are copied.
const FOLDERS: [&str; 3] = ["recordings", "certificates", "reports"];
const BUFFER_BYTES: usize = 1 << 20;

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

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub files: u64,
    pub bytes: u64,
    /// How many of the files were linked.
    pub linked: u64,
}

/// A backup that is being made.
pub struct Making {
    root: PathBuf,
    name: String,
    /// The backup before; None = this is the first one.
    before: Option<(PathBuf, BTreeMap<String, Listed>)>,
    files: Vec<Listed>,
    progress: Progress,
    /// Locked: one at a time makes a backup in a folder.
    _lock: File,
}

impl Making {
    /// Begins a backup in a folder of backups, which is made when missing. The rest of an interrupted one is removed.
    pub fn begin(root: &Path, at: ServerInstant) -> anyhow::Result<Making> {
        make_folder(root).with_context(|| format!("cannot make {}", root.display()))?;
        let lock =
            File::create(root.join(".lock")).with_context(|| format!("cannot write {}", root.display()))?;
        ensure!(lock.try_lock().is_ok(), "another backup is being made in {}", root.display());
        for name in names(root)? {
            if name.ends_with(PARTIAL) {
                fs::remove_dir_all(root.join(name))?;
            }
        }
        let before = match newest(root)? {
            Some(folder) => {
                let files = read(&folder)?.files.into_iter();
                Some((folder, files.map(|file| (file.name.clone(), file)).collect()))
            }
            None => None,
        };
        let second = rfc3339::basic(at);
        let names = (2..).map(|n| format!("{second}-{n}"));
        let mut names = std::iter::once(second.clone()).chain(names);
        let name = names.find(|name| !root.join(name).exists()).context("a name")?;
        make_folder(&root.join(format!("{name}{PARTIAL}")))?;
        let making = Making {
            root: root.to_owned(),
            name,
            before,
            files: Vec::new(),
            progress: Progress::default(),
            _lock: lock,
        };
        Ok(making)
    }

    fn folder(&self) -> PathBuf {
        self.root.join(format!("{}{PARTIAL}", self.name))
    }

    /// Where the copy of the database is written.
    pub fn database(&self) -> PathBuf {
        self.folder().join(DATABASE)
    }

    /// Lists the copy of the database, and copies the files of the data folder. What is removed meanwhile is left out.
    pub fn take(&mut self, data: &Path, mut tell: impl FnMut(Progress)) -> anyhow::Result<()> {
        let database = hashed(&self.database(), DATABASE)?;
        self.note(database);
        for folder in FOLDERS {
            self.take_folder(data, folder, &mut tell)?;
        }
        Ok(())
    }

    fn take_folder(
        &mut self,
        data: &Path,
        name: &str,
        tell: &mut impl FnMut(Progress),
    ) -> anyhow::Result<()> {
        let Some(entries) = present(fs::read_dir(data.join(name)))? else { return Ok(()) };
        make_folder(&self.folder().join(name))?;
        let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let inside = entry.file_name().into_string().ok().context("a file's name is no text")?;
            let (name, kind) = (format!("{name}/{inside}"), entry.file_type()?);
            if kind.is_dir() {
                self.take_folder(data, &name, tell)?;
            } else if kind.is_file() {
                self.take_file(data, &name).with_context(|| format!("cannot copy {name}"))?;
                tell(self.progress);
            }
        }
        Ok(())
    }

    fn take_file(&mut self, data: &Path, name: &str) -> io::Result<()> {
        let Some(about) = present(fs::metadata(data.join(name)))? else { return Ok(()) };
        let changed_ns = changed_ns(&about)?;
        let to = self.folder().join(name);
        if let Some((folder, files)) = &self.before
            && let Some(known) = files.get(name)
            && (known.bytes, known.changed_ns) == (about.len(), changed_ns)
            // Some file systems have no links.
            && fs::hard_link(folder.join(name), &to).is_ok()
        {
            self.progress.linked += 1;
            let known = known.clone();
            self.note(known);
            return Ok(());
        }
        let Some(from) = present(File::open(data.join(name)))? else { return Ok(()) };
        let (bytes, sha256) = copy(from, &to)?;
        File::options().write(true).open(&to)?.set_modified(about.modified()?)?;
        self.note(Listed { name: name.to_owned(), bytes, sha256, changed_ns });
        Ok(())
    }

    fn note(&mut self, file: Listed) {
        self.progress.files += 1;
        self.progress.bytes += file.bytes;
        self.files.push(file);
    }

    /// Writes the list and gives the backup its name; returns its folder. Both ends are those of the copied database.
    pub fn finish(
        self,
        made_at: ServerInstant,
        ledger: Option<String>,
        audit: Option<String>,
    ) -> anyhow::Result<(PathBuf, Progress)> {
        let partial = self.folder();
        // All files at once: one by one would take as long as copying.
        rustix::fs::syncfs(File::open(&partial)?).context("cannot write the backup to the disk")?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let list = List { version, made_at: rfc3339::written(made_at), ledger, audit, files: self.files };
        write_synced(&partial, LIST, &serde_json::to_vec_pretty(&list)?)?;
        let folder = self.root.join(&self.name);
        fs::rename(&partial, &folder)?;
        sync_dir(&self.root)?;
        Ok((folder, self.progress))
    }
}

/// Copies the keys of a data folder, which must be kept elsewhere than backups.
pub fn copy_keys(data: &Path, to: &Path) -> anyhow::Result<()> {
    make_folder(to).with_context(|| format!("cannot make {}", to.display()))?;
    for name in KEYS.into_iter().chain([SEAL]) {
        match fs::read(data.join(name)) {
            Ok(bytes) => write_synced(to, name, &bytes)?,
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
    let names = names(root)?;
    Ok(names.into_iter().map(|name| root.join(name)).filter(|folder| folder.join(LIST).is_file()).max())
}

/// Reads the list of a backup.
pub fn read(folder: &Path) -> anyhow::Result<List> {
    let file = folder.join(LIST);
    let text = fs::read(&file).with_context(|| format!("cannot read {}: it is no backup", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is damaged", file.display()))
}

/// Copies a backup, and the keys, into a folder that must not exist or be empty. Every file is checked; if one is not as
/// listed, nothing is made.
pub fn put_back(
    folder: &Path,
    keys: &Path,
    data: &Path,
    mut tell: impl FnMut(Progress),
) -> anyhow::Result<List> {
    let list = read(folder)?;
    let is_free = fs::read_dir(data)
        .map_or_else(|error| error.kind() == io::ErrorKind::NotFound, |mut entries| entries.next().is_none());
    ensure!(is_free, "{} is not empty: a backup is put back into a new folder", data.display());
    let mut partial = data.as_os_str().to_owned();
    partial.push(PARTIAL);
    let partial = PathBuf::from(partial);
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    make_folder(&partial).with_context(|| format!("cannot make {}", partial.display()))?;
    let copied = copy_back(&list, folder, &partial, &mut tell).and_then(|()| copy_keys(keys, &partial));
    if let Err(error) = copied {
        fs::remove_dir_all(&partial)?;
        return Err(error);
    }
    rustix::fs::syncfs(File::open(&partial)?)?;
    fs::rename(&partial, data).with_context(|| format!("cannot make {}", data.display()))?;
    Ok(list)
}

fn copy_back(list: &List, folder: &Path, to: &Path, tell: &mut impl FnMut(Progress)) -> anyhow::Result<()> {
    let mut progress = Progress::default();
    for file in &list.files {
        let is_inside = Path::new(&file.name).components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(is_inside && !file.name.is_empty(), "{LIST} is damaged: it names {:?}", file.name);
        let (from, to) = (folder.join(&file.name), to.join(&file.name));
        make_folder(to.parent().context("a file without a folder")?)?;
        let open = File::open(&from).with_context(|| format!("cannot read {}", from.display()))?;
        let (bytes, sha256) = copy(open, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        if (bytes, &sha256) != (file.bytes, &file.sha256) {
            bail!("the backup is damaged: {} is not what was copied", from.display());
        }
        File::options()
            .write(true)
            .open(&to)?
            .set_modified(UNIX_EPOCH + Duration::from_nanos(file.changed_ns))?;
        progress.files += 1;
        progress.bytes += bytes;
        tell(progress);
    }
    Ok(())
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
fn names(root: &Path) -> io::Result<Vec<String>> {
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
