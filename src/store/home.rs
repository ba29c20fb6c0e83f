//! The place of a store: a folder with its keys and, with SQLite, its tables; or a PostgreSQL database for the
//! tables, beside the same folder.

use std::path::{Path, PathBuf};

use super::db::server;
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

    /// Connects to the PostgreSQL database and looks at it, without a change; returns its name in sentences. `None` =
    /// the database is a file.
    pub async fn try_server(&self) -> anyhow::Result<Option<String>> {
        match &self.url {
            Some(url) => server::tried(url).await.map(Some),
            None => Ok(None),
        }
    }

    /// Whether the database is a PostgreSQL one.
    pub fn is_on_server(&self) -> bool {
        self.url.is_some()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `None` = SQLite in the folder.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

/// An address of a database as it may be shown: with stars for its password.
pub fn without_password(url: &str) -> String {
    const STARS: &str = "***";
    let (whole, query) = url.split_once('?').map_or((url, None), |(whole, query)| (whole, Some(query)));
    let (scheme, rest) = whole.split_once("://").unwrap_or(("", whole));
    // A host has no @, but a password may, if somebody forgot to write it as %40.
    let shown = match rest.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:{STARS}@{host}"),
            None => rest.to_owned(),
        },
        None => rest.to_owned(),
    };
    let mut shown = if scheme.is_empty() { shown } else { format!("{scheme}://{shown}") };
    if let Some(query) = query {
        let fields = query.split('&').map(|field| match field.split_once('=') {
            Some((name, _)) if name == "password" => format!("{name}={STARS}"),
            _ => field.to_owned(),
        });
        shown += &format!("?{}", fields.collect::<Vec<_>>().join("&"));
    }
    shown
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("", ""),
            ("postgres://db.example/x", "postgres://db.example/x"),
            ("postgres://u@db.example/x", "postgres://u@db.example/x"),
            (
                "postgres://u:p@ss:w@db.example/x?sslmode=require",
                "postgres://u:***@db.example/x?sslmode=require",
            ),
            ("postgres:///x?password=secret&host=/run", "postgres:///x?password=***&host=/run"),
            ("postgres:///x?user=u&password=secret", "postgres:///x?user=u&password=***"),
            ("postgres:///x?password=se@cret", "postgres:///x?password=***"),
            ("postgres:///x?password=a&password=b", "postgres:///x?password=***&password=***"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
