//! The token that lets monitoring systems see `/metrics`: a file beside the database, so that whoever may read the
//! data folder may read it, and nobody else.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::store::random_hex;

const FILE: &str = "metrics.token";

/// Shorter ones can be guessed.
const CHARS_MIN: usize = 16;

/// The token; made at the first start. One of your own is taken as it is.
pub(super) fn read_or_make(data: &Path) -> anyhow::Result<String> {
    let path = data.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => {
            let token = text.trim();
            ensure!(token.len() >= CHARS_MIN, "{} holds less than {CHARS_MIN} characters", path.display());
            return Ok(token.to_owned());
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
    let token = random_hex::<32>()?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let written = file.and_then(|mut file| file.write_all(token.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_token_is_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let token = read_or_make(folder.path()).expect("made");
        assert_eq!(read_or_make(folder.path()).expect("read"), token);
        let mode = fs::metadata(folder.path().join(FILE)).expect("there").permissions().mode();
        assert_eq!((token.len(), mode & 0o777), (64, 0o600));
        fs::write(folder.path().join(FILE), "short\n").expect("written");
        assert!(read_or_make(folder.path()).is_err(), "an empty token lets everybody in");
    }
}
