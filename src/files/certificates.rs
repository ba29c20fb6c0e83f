//! The files of certificates: a folder with one PDF for each number, beside the database. A file is written before its
//! certificate is issued; one without a certificate is written over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::recordings::{make_folder, write_synced};

/// The folder of the files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CertificateFiles {
    folder: PathBuf,
}

impl CertificateFiles {
    /// The files in a data folder.
    pub fn new(data: &Path) -> CertificateFiles {
        CertificateFiles { folder: data.join("certificates") }
    }

    /// Writes the file of a number, synced.
    pub fn write(&self, number: &str, pdf: &[u8]) -> io::Result<()> {
        let folder = self.of(number);
        make_folder(&folder)?;
        write_synced(&folder, &name(number), pdf)
    }

    /// The file of a number; `None` = it does not exist.
    pub fn read(&self, number: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.of(number).join(name(number))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }

    /// A folder for each programme, phase and unit.
    fn of(&self, number: &str) -> PathBuf {
        self.folder.join(number.get(6..13).unwrap_or("other"))
    }
}

fn name(number: &str) -> String {
    format!("{number}.pdf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written_last() {
        let data = tempfile::tempdir().expect("a temporary folder");
        let files = CertificateFiles::new(data.path());
        let number = "ZP202000101330001236";
        assert_eq!(files.read(number).expect("no file"), None);
        for pdf in [b"one".as_slice(), b"other"] {
            files.write(number, pdf).expect("written");
            assert_eq!(files.read(number).expect("a file").as_deref(), Some(pdf));
        }
        assert!(data.path().join("certificates/0010133/ZP202000101330001236.pdf").exists());
    }
}
