//! Keeping the results of network checks.

use crate::protocol::NetworkCheck;
use crate::store::network_checks::{self, KEPT_MS};
use crate::store::{Lane, Store};

/// Keeps a check in place of the person's earlier one on that kind of device, and forgets everybody's old
/// checks.
pub async fn keep(store: &Store, person: &str, check: &NetworkCheck) -> anyhow::Result<()> {
    let mut writing = store.write(Lane::Office).await?;
    network_checks::delete_older(&mut writing, check.at_ms.saturating_sub(KEPT_MS)).await?;
    network_checks::put(&mut writing, person, check).await?;
    writing.commit().await
}
