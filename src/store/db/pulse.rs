//! The pulse: a small write of the server's own that shows whether the storage works.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::super::signed;
use super::{Db, Lane};
use crate::protocol::StorageTrouble;
use crate::time::clock::now_ms;

/// Longest age of the last proof while all is well. A quiet server must notice a full disk within 5 s; facts
/// of running classes are proofs themselves.
const WELL_EVERY: Duration = Duration::from_secs(3);
/// Pause after a failure.
const ILL_EVERY: Duration = Duration::from_secs(1);
/// Time after which a write is reported as a failing disk, or a locked database; it may still succeed.
const PATIENCE: Duration = Duration::from_secs(4);

/// Room required before a failed storage counts as well again, bytes: some hundred facts.
const ROOM_AFTER_FAILURE: usize = 128 * 1024;

impl Db {
    /// Writes, and waits until it is on disk: the only act that makes the storage well again after a failure.
    ///
    /// The reason why a sync after a failed one (EIO) can be believed: the kernel may drop the pages of the
    /// failed one and never report their error again, so nothing may rely on them. Nothing does. Every commit
    /// syncs the WAL, so before the failed commit everything in it was on disk. The failed commit is rolled
    /// back; the next one writes its frames over those of the failed one, also over the block that they share
    /// with the last good frame. That makes these pages dirty again, and its own sync has to bring them to
    /// the disk. Remaining frames of the failed commit behind them do not count: each frame's checksum
    /// continues the one before it. A failed checkpoint has not moved its mark and copies all its pages
    /// again. Only one act could bring a failed commit back: reading the WAL without its index, as the first
    /// opener of the database does; so one connection stays open while the server runs ([`super::Inner`]).
    pub(in crate::store) async fn prove(&self) -> bool {
        self.0.health.tried();
        if !self.is_in_place().await {
            return false;
        }
        let trouble = self.trouble().is_some_and(|trouble| trouble != StorageTrouble::Damaged);
        let filler = trouble.then_some(ROOM_AFTER_FAILURE);
        let update = sqlx::query("UPDATE pulse SET at_ms = $1, filler = $2");
        let update = update.bind(signed(now_ms())).bind(vec![0; filler.unwrap_or_default()]);
        match self.execute(Lane::Facts, update).await {
            Ok(_) => {
                self.0.health.proved();
                true
            }
            // A statement can fail where beginning and committing succeed.
            Err(error) => {
                self.0.health.failed_by(&error).await;
                false
            }
        }
    }

    /// False if a file of the database is not where it was opened: a write is lost with it.
    async fn is_in_place(&self) -> bool {
        let site = self.0.site.clone();
        let looking = tokio::task::spawn_blocking(move || site.lost().map(|file| file.display().to_string()));
        match looking.await {
            Ok(Some(file)) => {
                self.0.health.is_gone(&file);
                false
            }
            _ => {
                self.0.health.is_back();
                true
            }
        }
    }

    /// Keeps the knowledge about the storage fresh until it is dropped.
    pub(in crate::store) async fn watch(&self) {
        loop {
            // Facts of running classes prove that writing works, but not where.
            if !self.is_in_place().await {
                sleep(ILL_EVERY).await;
                continue;
            }
            let every = match self.trouble() {
                None | Some(StorageTrouble::Damaged) => WELL_EVERY,
                Some(_) => ILL_EVERY,
            };
            let pause = every.saturating_sub(self.0.health.since_tried());
            if !pause.is_zero() {
                tokio::select! {
                    // Others may have written meanwhile.
                    () = sleep(pause) => continue,
                    () = self.0.health.failure() => sleep(ILL_EVERY).await,
                }
            }
            let mut proof = std::pin::pin!(self.prove());
            if timeout(PATIENCE, &mut proof).await.is_err() {
                self.0.health.is_silent();
                proof.await;
            }
        }
    }
}
