//! The place of a store: a folder with its keys and, with SQLite, its tables; or a PostgreSQL database for the
//! tables, beside the same folder.

use std::path::{Path, PathBuf};

use crate::config::Config;

/// The place of a store.
#[derive(Debug, Clone)]
pub struct Home {
    folder: PathBuf,
    /// Address of the PostgreSQL database; `None` = SQLite in the folder.
    url: Option<String>,
}

impl Home {
    /// A store by its settings.
    pub fn of(config: &Config) -> Home {
        let url = config.store.url.trim();
        Home { folder: config.server.data.clone(), url: (!url.is_empty()).then(|| url.to_owned()) }
    }

    /// SQLite in a folder.
    pub fn in_file(folder: &Path) -> Home {
        Home { folder: folder.to_owned(), url: None }
    }

    /// A PostgreSQL database, with the keys in a folder.
    pub fn on_server(folder: &Path, url: &str) -> Home {
        Home { folder: folder.to_owned(), url: Some(url.to_owned()) }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `None` = SQLite in the folder.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

/// SQLite in a folder.
impl From<&Path> for Home {
    #[cfg(not(test))]
    fn from(folder: &Path) -> Home {
        Home::in_file(folder)
    }

    /// In tests the engine is a setting of the run, so that each of them is there once for both.
    #[cfg(test)]
    fn from(folder: &Path) -> Home {
        Home { folder: folder.to_owned(), url: super::testing::server_for(folder) }
    }
}

impl From<&PathBuf> for Home {
    fn from(folder: &PathBuf) -> Home {
        folder.as_path().into()
    }
}
