//! The token that lets monitoring systems see `/metrics`: a file beside the database, readable for exactly
//! those who may read the data folder.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::store::{random_hex, read_or_make};

const FILE: &str = "metrics.token";

/// Shortest token; a shorter one could be guessed.
const CHARS_MIN: usize = 16;

/// The token, made at the first start. The operator's own is used as it is.
pub(super) fn token(data: &Path) -> anyhow::Result<String> {
    let path = data.join(FILE);
    // Earlier versions left an empty one if the disk was full.
    if fs::metadata(&path).is_ok_and(|file| file.len() == 0) {
        fs::remove_file(&path)
            .with_context(|| format!("cannot remove {}, which is empty", path.display()))?;
    }
    let text = read_or_make(&path, || Ok(random_hex::<32>()?.into_bytes()))?;
    let text = String::from_utf8(text).with_context(|| format!("{} holds no text", path.display()))?;
    let token = text.trim();
    ensure!(token.len() >= CHARS_MIN, "{} holds less than {CHARS_MIN} characters", path.display());
    Ok(token.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_token_is_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = token(folder.path()).expect("made");
        assert_eq!(token(folder.path()).expect("read"), made);
        let mode = fs::metadata(folder.path().join(FILE)).expect("there").permissions().mode();
        assert_eq!((made.len(), mode & 0o777), (64, 0o600));
        fs::write(folder.path().join(FILE), "short\n").expect("written");
        assert!(token(folder.path()).is_err(), "a short token can be guessed");
    }

    #[test]
    fn an_empty_token_that_a_full_disk_left_is_made_anew() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join(FILE), "").expect("written");
        let made = token(folder.path()).expect("made anew");
        assert_eq!((made.len(), token(folder.path()).expect("read")), (64, made));
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1, "nothing else is left");
    }
}
