//! STORAGE: the only place with SQL and files.

use crate::attendance::fact::Fact;

/// The embedded store (SQLite in one data folder). Cheap to clone.
#[derive(Clone)]
pub struct Store {}

impl Store {
    /// Appends facts; returns once they are committed and synced. Concurrent calls share one commit.
    pub async fn append(&self, _facts: Vec<Fact>) -> anyhow::Result<()> {
        todo!()
    }
}
