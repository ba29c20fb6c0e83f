//! Makes reports that were asked for, one after the other, also those that were left when the server stopped.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::office::reports::Reporter;
use crate::time::clock::now_ms;

/// A request wakes the task at once. This is the interval of looking for reports that a failure has left.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// After the store or the disk did not answer it waits so long.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Works until it is aborted.
pub(super) async fn run(reporter: Reporter) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = reporter.asked() => {}
            _ = ticks.tick() => {}
        }
        loop {
            match reporter.make_next(now_ms()).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!("reports that were asked for cannot be kept: {error:#}");
                    tokio::time::sleep(AGAIN_AFTER).await;
                    break;
                }
            }
        }
    }
}
