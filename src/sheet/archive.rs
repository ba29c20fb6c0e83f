//! Several files as one ZIP. Equal files make equal archives: nothing of the day or of the machine is in it. Tables are
//! compressed already, so nothing is compressed twice.

use std::io::{Cursor, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// With folders, as `R6/001.xlsx`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Packs files in their order.
pub fn archive(files: &[NamedFile]) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    for file in files {
        zip.start_file(file.name.as_str(), options)?;
        zip.write_all(&file.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_was_packed_is_unpacked_and_equal_files_make_equal_archives() {
        let file = |name: &str, bytes: &[u8]| NamedFile { name: name.into(), bytes: bytes.into() };
        let files = [
            file("R4-结业情况表.xlsx", b"PK table"),
            file("R6/001.xlsx", b""),
            file("规则.txt", "一学时".as_bytes()),
        ];
        let packed = archive(&files).expect("an archive");
        assert_eq!(packed, archive(&files).expect("an archive"));
        let mut zip = zip::ZipArchive::new(Cursor::new(packed)).expect("an archive");
        assert_eq!(zip.len(), 3);
        for wanted in &files {
            let mut bytes = Vec::new();
            zip.by_name(&wanted.name).expect("it is there").read_to_end(&mut bytes).expect("it is read");
            assert_eq!(bytes, wanted.bytes, "{}", wanted.name);
        }
    }
}
