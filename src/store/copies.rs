//! Copies of the whole database, for backups.

use std::path::Path;

use super::credit::{Kept, heads};
use super::{Store, audit};

/// Where the books of a copy end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    /// `None` = no head was signed yet.
    pub ledger: Option<Kept>,
    /// Number and hash of the last event; None = there is none.
    pub audit: Option<(u64, String)>,
}

impl Store {
    /// Writes a copy of the database as of one moment into a new file, synced, and looks through it for damage. Classes, sign-ins
    /// and the office go on meanwhile.
    pub async fn copy_to(&self, file: &Path) -> anyhow::Result<Ends> {
        let mut copy = self.db.write_copy(file).await?;
        let head = heads::newest(&mut copy).await?;
        Ok(Ends { ledger: head.as_ref().map(Kept::of), audit: audit::last(&mut copy).await? })
    }
}
