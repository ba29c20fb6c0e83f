//! Forgets every day the data that the server keeps no longer.

use std::time::Duration;

use tokio::time::interval;

use crate::office;
use crate::office::retention::Forgotten;
use crate::store::Store;
use crate::time::clock::now_ms;

const EVERY: Duration = Duration::from_secs(24 * 3600);

/// Works until it is aborted, for the first time at once.
pub(super) async fn run(store: Store) {
    let mut days = interval(EVERY);
    loop {
        days.tick().await;
        match office::retention::forget(&store, now_ms()).await {
            Ok(forgotten) if forgotten == Forgotten::default() => {}
            Ok(Forgotten { registrations, nominations }) => {
                tracing::info!(registrations, nominations, "forgotten: their time is over");
            }
            Err(error) => tracing::error!("what is old cannot be forgotten: {error:#}"),
        }
    }
}
