//! The number of the last row of a growing table, noted in another table with a keyed hash: rows removed at
//! the end are missed. Nothing inside of the database can find an older mark that was restored together with
//! the rows of its time before a restart of the server.

use sqlx::Row;

use super::Vault;
use super::db::Writing;
use super::dialect::Connection;

/// The place of a table's mark.
pub(crate) struct EndMark {
    /// First field of the keyed hash.
    label: &'static str,
    read: &'static str,
    write: &'static str,
}

/// The mark of `facts`.
pub(super) const FACTS_END: EndMark = EndMark {
    label: "facts end 1",
    read: "SELECT seq, mac FROM facts_end",
    write: "INSERT INTO facts_end (id, seq, mac) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, mac = excluded.mac",
};

/// The mark of `audit`.
pub(crate) const AUDIT_END: EndMark = EndMark {
    label: "audit end 1",
    read: "SELECT seq, mac FROM audit_end",
    write: "INSERT INTO audit_end (id, seq, mac) VALUES (1, $1, $2)
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, mac = excluded.mac",
};

/// The content of an [`EndMark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// The last number.
    At(i64),
    /// Not as the server wrote it.
    Changed,
    Missing,
}

impl EndMark {
    pub(super) async fn noted(&self, reader: &mut Connection, vault: &Vault) -> Result<Noted, sqlx::Error> {
        let Some(row) = sqlx::query(self.read).fetch_optional(reader).await? else {
            return Ok(Noted::Missing);
        };
        let seq: i64 = row.try_get("seq")?;
        let is_own = row.try_get::<&str, _>("mac")? == self.mac(vault, seq);
        Ok(if is_own { Noted::At(seq) } else { Noted::Changed })
    }

    pub(crate) async fn note(
        &self,
        transaction: &mut Writing,
        vault: &Vault,
        seq: i64,
    ) -> Result<(), sqlx::Error> {
        let query = sqlx::query(self.write).bind(seq).bind(self.mac(vault, seq));
        transaction.one_row("the end of a log", query).await
    }

    fn mac(&self, vault: &Vault, seq: i64) -> String {
        vault.mac(&[self.label, &seq.to_string()])
    }
}
