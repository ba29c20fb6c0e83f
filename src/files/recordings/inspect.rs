//! Checks recordings in the background, gently: at the start of the server that all files of every recording
//! exist, and once after a recording was closed that every byte is right. Faults are remembered in
//! [`Objects`], so that those files are skipped and never served.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::verify::{Pace, Report, listed, look};
use super::{MANIFEST, Recordings, write_synced};
use crate::files::objects::upload::Note;
use crate::files::objects::{Depth, FileState, Objects};

/// Name of the note in a recording's folder.
const NOTE: &str = "checked.json";

/// The result of the full check of a closed recording.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Checked {
    /// Hash of the closing line up to which everything was checked.
    seal: String,
    /// Names of the files that were not as written.
    bad: Vec<String>,
}

/// The task. Dropping its future stops it at any point.
pub struct Inspector {
    recordings: Recordings,
    objects: Objects,
    /// Interval of looking for closed recordings.
    every: Duration,
    /// Length of each manifest at the last look.
    seen: HashMap<String, u64>,
}

impl Inspector {
    pub fn new(recordings: Recordings, objects: Objects, every: Duration) -> Inspector {
        Inspector { recordings, objects, every, seen: HashMap::new() }
    }

    /// Runs until it is dropped.
    pub async fn run(mut self) {
        loop {
            if let Err(error) = self.round().await {
                tracing::error!("cannot look through the recordings: {error}");
            }
            tokio::time::sleep(self.every).await;
        }
    }

    async fn round(&mut self) -> io::Result<()> {
        let recordings = self.recordings.clone();
        for id in spawn_blocking(move || recordings.ids()).await?? {
            let manifest = self.recordings.folder(&id).join(MANIFEST);
            let Ok(length) = tokio::fs::metadata(manifest).await.map(|meta| meta.len()) else { continue };
            if self.seen.get(&id) == Some(&length) {
                continue;
            }
            match self.inspect(&id).await {
                Ok(true) => drop(self.seen.insert(id, length)),
                Ok(false) => {}
                Err(error) => tracing::error!(recording = id, "cannot look through a recording: {error}"),
            }
        }
        Ok(())
    }

    /// Checks one recording. False = try again: the bucket did not answer.
    async fn inspect(&self, id: &str) -> io::Result<bool> {
        let is_new = !self.seen.contains_key(id);
        let (recordings, folder, name) = (self.recordings.clone(), self.recordings.folder(id), id.to_owned());
        let read = move || {
            let checked = std::fs::read(folder.join(NOTE)).unwrap_or_default();
            let checked: Checked = serde_json::from_slice(&checked).unwrap_or_default();
            io::Result::Ok((listed(&recordings, &name)?, checked, Note::read(&folder)))
        };
        let (mut report, checked, uploaded) = spawn_blocking(read).await??;
        if is_new {
            for damage in &report.damaged_lines {
                tracing::error!(recording = id, line = damage.line, "a line of a manifest is damaged");
            }
        }
        let Some(seal) = report.seal.clone() else {
            // It is being recorded: the files that existed at the start are checked.
            return if is_new { self.look(&mut report, Depth::Size).await } else { Ok(true) };
        };
        if checked.seal != seal {
            return self.check(&mut report, seal).await;
        }
        checked.bad.iter().for_each(|name| self.objects.note_damaged(id, name));
        if is_new && uploaded.settled != Some(seal) {
            return self.look(&mut report, Depth::Size).await;
        }
        Ok(true)
    }

    /// Checks every byte of a closed recording, once.
    async fn check(&self, report: &mut Report, seal: String) -> io::Result<bool> {
        if !self.look(report, Depth::Hash).await? {
            return Ok(false);
        }
        let bad: Vec<String> = report.bad().map(|bad| bad.file.name.clone()).collect();
        tracing::info!(recording = report.recording, bad = bad.len(), "a recording was checked");
        let note = serde_json::to_vec(&Checked { seal, bad })?;
        let folder = self.recordings.folder(&report.recording);
        spawn_blocking(move || write_synced(&folder, NOTE, &note)).await??;
        Ok(true)
    }

    /// Notes damaged or missing files. False = something could not be reached.
    async fn look(&self, report: &mut Report, depth: Depth) -> io::Result<bool> {
        look(report, &self.objects, depth, Pace::Gentle).await;
        let (unreachable, bad): (Vec<_>, Vec<_>) =
            report.bad().partition(|bad| bad.state == FileState::Unreachable);
        bad.iter().for_each(|bad| self.objects.note_damaged(&report.recording, &bad.file.name));
        Ok(unreachable.is_empty())
    }
}

#[cfg(test)]
mod tests;
