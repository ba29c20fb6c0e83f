//! Making a backup beside a running server.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use ring::digest;

use super::{
    DATABASE, LIST, List, Listed, PARTIAL, Progress, changed_ns, copy, folders, hashed, is_name, newest,
    present, read,
};
use crate::files::recordings::{MANIFEST, make_folder, sync_dir, write_synced};
use crate::time::{ServerInstant, rfc3339};

/// Folders of the data folder whose files are copied.
const FOLDERS: [&str; 3] = ["recordings", "certificates", "reports"];
/// At most 256.
const READ_AGAIN_DAYS: u64 = 32;
const DAY_MS: u64 = 86_400_000;

/// A backup that is being made.
pub struct Making {
    root: PathBuf,
    name: String,
    /// The backup before; None = this is the first one.
    before: Option<(PathBuf, BTreeMap<String, Listed>)>,
    files: Vec<Listed>,
    progress: Progress,
    /// Days since the Unix epoch.
    day: u64,
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
        for name in folders(root)? {
            if name.strip_suffix(PARTIAL).is_some_and(is_name) {
                fs::remove_dir_all(root.join(name))?;
            }
        }
        // Without a list that can be read everything is copied.
        let before = newest(root)?.and_then(|folder| {
            let files = read(&folder).ok()?.files.into_iter();
            Some((folder, files.map(|file| (file.name.clone(), file)).collect()))
        });
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
            day: at.ms() / DAY_MS,
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
        if !data.join(name).is_dir() {
            return Ok(());
        }
        make_folder(&self.folder().join(name))?;
        // Before the others are listed: a recording that goes on lists its files after they are written, so that each file that
        // this copy names is copied, too.
        self.take_file(data, &format!("{name}/{MANIFEST}"))
            .with_context(|| format!("cannot copy {name}/{MANIFEST}"))?;
        let Some(entries) = present(fs::read_dir(data.join(name)))? else { return Ok(()) };
        let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let inside = entry.file_name().into_string().ok().context("a file's name is no text")?;
            let (name, kind) = (format!("{name}/{inside}"), entry.file_type()?);
            if inside == MANIFEST {
                continue;
            }
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
        if let Some(known) = self.linked(name, about.len(), changed_ns, &to) {
            self.progress.linked += 1;
            self.note(known);
            return Ok(());
        }
        let Some(from) = present(File::open(data.join(name)))? else { return Ok(()) };
        let (bytes, sha256) = copy(from, &to)?;
        File::options().write(true).open(&to)?.set_modified(about.modified()?)?;
        self.note(Listed { name: name.to_owned(), bytes, sha256, changed_ns });
        Ok(())
    }

    /// Links a file of the backup before, if it is the same and whole; None = it must be copied.
    fn linked(&self, name: &str, bytes: u64, changed_ns: u64, to: &Path) -> Option<Listed> {
        let (folder, files) = self.before.as_ref()?;
        let (known, copy) = (files.get(name)?, folder.join(name));
        let is_same = (known.bytes, known.changed_ns) == (bytes, changed_ns);
        let is_whole = || match self.is_read_again(name) {
            true => hashed(&copy, name).is_ok_and(|now| now.sha256 == known.sha256),
            false => fs::metadata(&copy).is_ok_and(|now| now.len() == known.bytes),
        };
        // Some file systems have no links.
        (is_same && is_whole() && fs::hard_link(&copy, to).is_ok()).then(|| known.clone())
    }

    /// A disk forgets: each copy is read again once in [`READ_AGAIN_DAYS`] days, and copied anew if it has changed.
    fn is_read_again(&self, name: &str) -> bool {
        let hash = digest::digest(&digest::SHA256, name.as_bytes());
        u64::from(hash.as_ref()[0]) % READ_AGAIN_DAYS == self.day % READ_AGAIN_DAYS
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
