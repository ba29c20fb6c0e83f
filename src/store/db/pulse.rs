//! The pulse: a small write of the server's own that shows whether the storage works.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::super::{now_ms, signed};
use super::{Db, Lane};
use crate::protocol::StorageTrouble;

/// While all is well, the last proof is at most so old. A quiet server has to notice a full disk within 5 s; facts
/// of running classes are proofs themselves.
const WELL_EVERY: Duration = Duration::from_secs(3);
/// After a failure.
const ILL_EVERY: Duration = Duration::from_secs(1);
/// A write that takes longer is told as a disk that fails; it may still end well.
const PATIENCE: Duration = Duration::from_secs(4);

/// What must fit before a storage that failed is taken for well again, bytes: some hundred facts.
const ROOM_AFTER_FAILURE: u32 = 128 * 1024;

impl Db {
    /// Writes, and waits until it is on disk: the only thing that makes the storage well again after a failure.
    ///
    /// Why a later sync can be believed after one that failed (EIO): the kernel may drop the pages of the failed
    /// one and never report their error again, so nothing that they held may be relied on. Nothing is. Every commit
    /// syncs the WAL, so before the failed commit everything in it was on disk. The failed commit is rolled back; the
    /// next one writes its frames over those of the failed one, also over the block that they share with the last
    /// good frame. That makes these pages dirty again, and its own sync has to bring them to the disk. Frames of the
    /// failed commit that still stand behind do not count: each frame's checksum continues the one before it. A
    /// checkpoint that failed has not moved its mark and copies all its pages again. One thing could bring a failed
    /// commit back: reading the WAL without its index, as whoever opens the database first does; so one connection
    /// stays open while the server runs ([`super::Inner`]).
    pub(in crate::store) async fn prove(&self) -> bool {
        self.0.health.tried();
        let trouble = self.trouble().is_some_and(|trouble| trouble != StorageTrouble::Damaged);
        let filler = trouble.then_some(ROOM_AFTER_FAILURE);
        let update = sqlx::query("UPDATE pulse SET at_ms = ?, filler = zeroblob(?)");
        let update = update.bind(signed(now_ms())).bind(filler.unwrap_or_default());
        match self.execute(Lane::Facts, update).await {
            Ok(_) => {
                self.0.health.proved();
                true
            }
            // A statement can fail where neither beginning nor committing did.
            Err(error) => {
                self.0.health.failed_by(&error).await;
                false
            }
        }
    }

    /// Keeps the knowledge about the storage fresh until it is dropped.
    pub(in crate::store) async fn watch(&self) {
        loop {
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
                self.0.health.is(StorageTrouble::Failing);
                proof.await;
            }
        }
    }
}
