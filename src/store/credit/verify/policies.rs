//! The policies of lessons: each was set by somebody, as the audit log says.

use anyhow::bail;
use sqlx::Row;

use crate::chain::sha256;
use crate::store::dialect::Connection;

/// Checks every policy: the audit log, which was checked before, names the digest of its text. For policies
/// of earlier versions it names only the version.
pub(super) async fn check(reader: &mut Connection) -> anyhow::Result<()> {
    let rows = sqlx::query(
        "SELECT programme, version, toml, audit.seq IS NOT NULL AS was_set, detail ->> 'digest' AS digest
         FROM policies LEFT JOIN audit ON act = 'programme.policy_set' AND target = programme AND done
             AND detail ->> 'version' = version
         ORDER BY policies.seq",
    );
    for row in rows.fetch_all(reader).await? {
        let digest: Option<&str> = row.try_get("digest")?;
        let own = sha256(row.try_get::<&str, _>("toml")?.as_bytes());
        let is_text = digest.is_none_or(|digest| digest == own);
        if !row.try_get::<bool, _>("was_set")? || !is_text {
            let (programme, version): (&str, &str) = (row.try_get("programme")?, row.try_get("version")?);
            bail!(
                "policy {version:?} of programme {programme:?} is not what the audit log says that was set"
            );
        }
    }
    Ok(())
}
