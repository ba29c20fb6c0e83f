//! The files of kept reports: one for each, by number, in a folder beside the database. A file is written before its report is
//! noted as made; one whose report was not noted is written over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::recordings::{make_folder, write_synced};

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct ReportFiles {
    folder: PathBuf,
}

impl ReportFiles {
    /// In the data folder.
    pub fn new(data: &Path) -> ReportFiles {
        ReportFiles { folder: data.join("reports") }
    }

    /// Writes the file of a report, synced.
    pub fn write(&self, id: u64, bytes: &[u8]) -> io::Result<()> {
        make_folder(&self.folder)?;
        write_synced(&self.folder, &id.to_string(), bytes)
    }

    /// `None` = it is not there.
    pub fn read(&self, id: u64) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.folder.join(id.to_string())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let files = ReportFiles::new(data.path());
        assert_eq!(files.read(7).expect("no file"), None);
        for bytes in [b"half".as_slice(), b"whole"] {
            files.write(7, bytes).expect("written");
        }
        assert_eq!(files.read(7).expect("a file").as_deref(), Some(&b"whole"[..]));
    }
}
