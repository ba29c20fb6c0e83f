//! Stores of tests, on the engine that the run is for: `CLASSROOM_TEST_ENGINE=postgres`, else SQLite.

use std::path::Path;

use loadtest::postgres;

pub(crate) use super::engine::connection::Connection as Raw;
use crate::chain::sha256;

/// Whether the run is for PostgreSQL.
pub(crate) fn is_on_server() -> bool {
    std::env::var("CLASSROOM_TEST_ENGINE").is_ok_and(|engine| engine == "postgres")
}

/// Ends a test of SQLite's file, or with SQL of its own, in a run for PostgreSQL.
macro_rules! only_in_a_file {
    () => {
        if $crate::store::testing::is_on_server() {
            return;
        }
    };
}

pub(crate) use only_in_a_file;

/// Address of the database for the store in this folder; `None` = SQLite.
pub(super) fn server_for(folder: &Path) -> Option<String> {
    let name = format!("of_{}", &sha256(folder.as_os_str().as_encoded_bytes())[..32]);
    is_on_server().then(|| postgres::database(&name).expect("PostgreSQL is installed for this run"))
}
