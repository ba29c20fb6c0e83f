//! Notices possible changes of rights: rights read before one must be read again.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Tables without rights in their rows. Any table missing here counts as one with rights. (Sessions and
/// tokens are looked up for each request.) SQLite reports no rows of tables WITHOUT ROWID: a table with
/// rights must not be one, which a test checks.
const SILENT: [&str; 31] = [
    "appeals",
    "audit",
    "audit_end",
    "best_essays",
    "completions",
    "corrections",
    "entries",
    "essay_files",
    "essay_reviews",
    "essay_shares",
    "essay_versions",
    "essays",
    "facts",
    "facts_end",
    "fact_chains",
    "heads",
    "judged",
    "leases",
    "nodes",
    "old_passwords",
    "pulse",
    "quiz_answers",
    "quiz_papers",
    "quiz_results",
    "reports",
    "result_lines",
    "results",
    "sealing",
    "secrets",
    "served",
    "watched",
];

/// Counts the commits after which rights may have changed.
#[derive(Debug, Default)]
pub(super) struct Rights {
    /// The running transaction has written a row with rights.
    touched: AtomicBool,
    changes: AtomicU64,
}

impl Rights {
    /// Notes that a row of this table is being written.
    pub(super) fn row(&self, table: &str) {
        if !SILENT.contains(&table) {
            self.touched();
        }
    }

    /// Notes that the running transaction may have written a row with rights.
    pub(super) fn touched(&self) {
        self.touched.store(true, Ordering::Relaxed);
    }

    /// Notes that the transaction has ended, and may be read. Rights read before it began have an older
    /// count.
    pub(super) fn committed(&self) {
        if self.touched.swap(false, Ordering::Relaxed) {
            self.changes.fetch_add(1, Ordering::Release);
        }
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::super::Store;
    use super::SILENT;

    /// Tables WITHOUT ROWID, whose rows SQLite does not report. None holds rights.
    const UNHEARD: [&str; 5] =
        ["fact_chains", "familiar_places", "network_checks", "sign_in_failures", "survey_takers"];

    #[tokio::test]
    async fn every_table_about_rights_is_heard() {
        crate::store::testing::only_in_a_file!();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data")).await.unwrap();
        let listed = "SELECT name, wr FROM pragma_table_list WHERE type = 'table' AND schema = 'main'";
        let tables: Vec<(String, bool)> = sqlx::query_as(listed).fetch_all(&store.readers).await.unwrap();
        let names: BTreeSet<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
        for name in SILENT {
            assert!(names.contains(name), "{name} is no table");
        }
        for (name, _) in tables.iter().filter(|(_, is_unheard)| *is_unheard) {
            assert!(
                UNHEARD.contains(&name.as_str()),
                "{name} is WITHOUT ROWID: does it say who may see what?"
            );
        }
    }
}
