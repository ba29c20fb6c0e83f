//! Secret addresses of calendars.

use crate::store::{Lane, Store, calendars, random_hex};

/// Makes a secret address for a person's calendar; the earlier one stops working.
pub async fn make(store: &Store, person: &str) -> anyhow::Result<String> {
    let secret = random_hex::<32>()?;
    let mut writing = store.write(Lane::Office).await?;
    calendars::put(&mut writing, person, &secret).await?;
    writing.commit().await?;
    Ok(secret)
}
