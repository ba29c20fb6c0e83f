//! The accountant: judges due lessons one after the other, also those that became due while the server was
//! off, and decides how phases end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::live::room::Rooms;
use crate::office::books::{Books, Due};
use crate::time::clock::now_ms;

/// Least and most time between two looks for work.
const LOOK_EVERY_MS: (u64, u64) = (200, 30_000);

/// Time until a failed judgement is tried again.
const AGAIN_AFTER_MS: u64 = 600_000;

/// Works until it is aborted.
pub(super) async fn run(books: Books, rooms: Rooms) {
    let (least_ms, most_ms) = LOOK_EVERY_MS;
    let every_ms = books.times().judge_after_ms.clamp(least_ms, most_ms);
    let mut ticks = interval(Duration::from_millis(every_ms));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // When to retry each failed lesson.
    let mut failed: BTreeMap<String, u64> = BTreeMap::new();
    loop {
        ticks.tick().await;
        if let Err(error) = look(&books, &rooms, &mut failed).await {
            tracing::error!("the credit ledger cannot be brought up to date: {error:#}");
        }
    }
}

async fn look(books: &Books, rooms: &Rooms, failed: &mut BTreeMap<String, u64>) -> anyhow::Result<()> {
    let running: BTreeSet<String> = rooms.load().into_iter().map(|room| room.lesson).collect();
    failed.retain(|_, again_at_ms| *again_at_ms > now_ms());
    for Due { lesson, to_final } in books.due(now_ms(), &running).await? {
        if failed.contains_key(&lesson) {
            continue;
        }
        match books.judge(&lesson, now_ms(), to_final).await {
            Ok(true) => tracing::info!(lesson, to_final, "judged"),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(lesson, "the lesson cannot be judged: {error:#}");
                failed.insert(lesson, now_ms() + AGAIN_AFTER_MS);
            }
        }
    }
    let concluded = books.conclude(now_ms()).await?;
    if concluded > 0 {
        tracing::info!(people = concluded, "decided how phases end");
    }
    Ok(())
}
