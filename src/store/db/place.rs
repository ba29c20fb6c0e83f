//! Whether the database's files are still those that were opened. A file that was deleted, moved away or
//! replaced stays open: writes to it succeed, and are lost when the server ends.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Device and inode.
type Identity = (u64, u64);

/// The files of a database as of its opening.
pub(super) struct Place(Vec<(PathBuf, Identity)>);

impl Place {
    /// The place of an open database, whose file and write-ahead log exist.
    pub(super) fn of(file: &Path) -> io::Result<Place> {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        let files = [file.to_owned(), log.into()];
        let with_identity = |file: PathBuf| identity(&file).map(|identity| (file, identity));
        files.into_iter().map(with_identity).collect::<io::Result<_>>().map(Place)
    }

    /// The file whose name now leads elsewhere, or nowhere. A name that cannot be looked up (the disk fails)
    /// tells nothing.
    pub(super) fn lost(&self) -> Option<&Path> {
        let is_lost = |(file, opened): &&(PathBuf, Identity)| match identity(file) {
            Ok(found) => found != *opened,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        self.0.iter().find(is_lost).map(|(file, _)| file.as_path())
    }
}

fn identity(file: &Path) -> io::Result<Identity> {
    let found = file.metadata()?;
    Ok((found.dev(), found.ino()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_lost_when_its_name_leads_elsewhere_and_found_when_it_is_put_back() {
        let dir = tempfile::tempdir().expect("a folder");
        let [file, log, aside] = ["a.db", "a.db-wal", "aside"].map(|name| dir.path().join(name));
        fs::write(&file, "a").expect("written");
        assert!(Place::of(&file).is_err(), "it has no log");
        fs::write(&log, "b").expect("written");
        let place = Place::of(&file).expect("both are there");
        for lost in [&file, &log] {
            assert_eq!(place.lost(), None);
            fs::rename(lost, &aside).expect("moved");
            assert_eq!(place.lost(), Some(lost.as_path()), "moved away");
            fs::copy(&aside, lost).expect("copied");
            assert_eq!(place.lost(), Some(lost.as_path()), "a copy is another file");
            fs::rename(&aside, lost).expect("moved");
        }
        assert_eq!(place.lost(), None);
    }
}
