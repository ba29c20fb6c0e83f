//! Making a data folder of a backup.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};

use super::{DATABASE, LIST, List, Listed, PARTIAL, Progress, copy, copy_keys, read};
use crate::files::recordings::{make_folder, sync_dir};

/// What becomes of a backup that holds damaged files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damaged {
    Refused,
    /// They are left out. The database is always needed.
    LeftOut,
}

/// Copies a backup, and the keys, into a folder that must not exist or be empty. Every file is checked. Returns also the names of
/// what was left out; if the backup is refused, nothing is made.
pub fn put_back(
    folder: &Path,
    keys: &Path,
    data: &Path,
    damaged: Damaged,
    mut tell: impl FnMut(Progress),
) -> anyhow::Result<(List, Vec<String>)> {
    let list = read(folder)?;
    let is_new = !data.exists();
    make_folder(data).with_context(|| format!("cannot make {}", data.display()))?;
    // Inside, so that the data folder may be a mount or a link.
    let partial = data.join(PARTIAL);
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    let is_empty = fs::read_dir(data)?.next().is_none();
    ensure!(is_empty, "{} is not empty: a backup is put back into a new folder", data.display());
    make_folder(&partial)?;
    let copied = copy_back(&list, folder, &partial, damaged, &mut tell);
    let copied = copied.and_then(|left_out| copy_keys(keys, &partial).map(|()| left_out));
    if copied.is_err() {
        fs::remove_dir_all(&partial)?;
        if is_new {
            fs::remove_dir(data)?;
        }
    }
    let left_out = copied?;
    rustix::fs::syncfs(File::open(&partial)?)?;
    // The database last: without it this is no data folder.
    let mut names =
        fs::read_dir(&partial)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_by_key(|name| name == DATABASE);
    for name in names {
        fs::rename(partial.join(&name), data.join(&name))?;
    }
    fs::remove_dir(&partial)?;
    sync_dir(data)?;
    Ok((list, left_out))
}

/// Returns the names of damaged files that were left out.
fn copy_back(
    list: &List,
    folder: &Path,
    to: &Path,
    damaged: Damaged,
    tell: &mut impl FnMut(Progress),
) -> anyhow::Result<Vec<String>> {
    let (mut progress, mut left_out) = (Progress::default(), Vec::new());
    for file in &list.files {
        let is_inside = Path::new(&file.name).components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(is_inside && !file.name.is_empty(), "{LIST} is damaged: it names {:?}", file.name);
        match copy_file_back(file, folder, to) {
            Ok(()) => {}
            Err(_) if damaged == Damaged::LeftOut && file.name != DATABASE => {
                // It may not have been made.
                let _ = fs::remove_file(to.join(&file.name));
                left_out.push(file.name.clone());
            }
            Err(error) => return Err(error),
        }
        progress.files += 1;
        progress.bytes += file.bytes;
        tell(progress);
    }
    Ok(left_out)
}

fn copy_file_back(file: &Listed, folder: &Path, to: &Path) -> anyhow::Result<()> {
    let (from, to) = (folder.join(&file.name), to.join(&file.name));
    make_folder(to.parent().context("a file without a folder")?)?;
    let open = File::open(&from).with_context(|| format!("cannot read {}", from.display()))?;
    let (bytes, sha256) = copy(open, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    if (bytes, &sha256) != (file.bytes, &file.sha256) {
        bail!("the backup is damaged: {} is not what was copied", from.display());
    }
    let changed = UNIX_EPOCH + Duration::from_nanos(file.changed_ns);
    Ok(File::options().write(true).open(&to)?.set_modified(changed)?)
}
