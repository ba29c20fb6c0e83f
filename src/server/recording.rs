//! The recording side of a server: the recorder, the files wherever they are, their background tasks, and
//! downloads.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::files::objects::upload::Uploader;
use crate::files::objects::{Bucket, Objects};
use crate::files::recordings::inspect::Inspector;
use crate::files::recordings::{Recordings, recover};
use crate::live::download::{DownloadSettings, Downloads};
use crate::live::recorder::Recorder;

/// Everybody else goes before a download, but it does not starve.
const DOWNLOAD_NICE: u8 = 10;
/// Interval of looking for finished segments to upload to the bucket.
const UPLOAD_EVERY: Duration = Duration::from_secs(5);
/// Interval of looking for closed recordings to check.
const INSPECT_EVERY: Duration = Duration::from_secs(10);

/// The running parts of the recording side.
pub(super) struct RecordingSide {
    pub(super) recordings: Recordings,
    pub(super) objects: Objects,
    pub(super) downloads: Downloads,
    /// `None` = this server does not record.
    pub(super) recorder: Option<Arc<Recorder>>,
    background: Vec<JoinHandle<()>>,
}

impl RecordingSide {
    /// Closes recordings left open by a server that died, and starts.
    pub(super) fn start(config: &Config) -> anyhow::Result<RecordingSide> {
        let recordings = Recordings::new(&config.server.data, config.recording.disk_reserve_mb << 20);
        let bucket = Bucket::configured(&config.recording, |name| std::env::var(name).ok())?;
        let objects = Objects::new(recordings.root(), bucket)?;
        for (id, closed) in recover(&recordings).context("cannot look through the recordings")? {
            match closed {
                Ok(()) => tracing::warn!(recording = id, "closed a recording that the last server left open"),
                Err(error) => tracing::error!(recording = id, "cannot close what was left open: {error}"),
            }
        }
        let recorder = if config.recording.enabled {
            let recorder = Recorder::start(Box::new(recordings.clone()));
            Some(Arc::new(recorder.context("cannot start the recorder")?))
        } else {
            None
        };
        let longest = Duration::from_secs(60 * u64::from(config.recording.download_max_min));
        let settings = DownloadSettings { ffmpeg: "ffmpeg".into(), longest, nice: DOWNLOAD_NICE };
        let downloads = Downloads::start(recordings.clone(), objects.clone(), settings)
            .context("cannot start the thread that makes downloads")?;
        let inspector = Inspector::new(recordings.clone(), objects.clone(), INSPECT_EVERY);
        let mut background = vec![tokio::spawn(inspector.run())];
        let keep_local = config.recording.keep_local;
        let uploader = Uploader::new(recordings.clone(), objects.clone(), keep_local, UPLOAD_EVERY);
        background.extend(uploader.map(|uploader| tokio::spawn(uploader.run())));
        Ok(RecordingSide { recordings, objects, downloads, recorder, background })
    }

    /// Writes the last lines and ends everything; waits for the disk.
    pub(super) async fn stop(self) {
        self.background.iter().for_each(JoinHandle::abort);
        let stopped = tokio::task::spawn_blocking(move || {
            self.downloads.stop();
            if let Some(recorder) = self.recorder {
                recorder.stop();
            }
        });
        if stopped.await.is_err() {
            tracing::error!("the recorder ended badly");
        }
    }
}
