//! The recorder: one thread that turns the taps' packets into files. It may be slow, the class is not:
//! packets wait in a bounded queue, and one that finds it full is missing in the recording (and marked as
//! missing), never in the class.
//!
//! A room holds a [`RoomRecorder`]; a recording begins with the first packet or the start of the
//! class, whichever comes first, and goes on in the same files after a restart of the server.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use self::lesson::LessonRecording;
use super::tap::{Tap, TapId, Tapped};
use crate::classroom::Identity;
use crate::files::recordings::Shelf;
use crate::recording::manifest::{CloseReason, Event};
use crate::sfu::scene::LegId;

mod lesson;
#[cfg(test)]
mod tests;
mod writing;

/// Most packets that wait: some 10 s of ten classes, 20 MB at the most.
const PACKETS_MAX: usize = 16_384;
/// Most notices that wait; rooms make a few per second.
const NOTICES_MAX: usize = 16_384;
/// Packets taken before notices and the clock get their turn.
const BATCH_MAX: usize = 256;
/// Priority of the thread, as `nice` counts: a late class is worse than a late file.
const NICE: i32 = 10;
/// Interval of looking for frames that waited long enough, and tracks that fell silent.
const TICK: Duration = Duration::from_millis(50);

/// The health of a recording, for its room and the operator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether it cannot write at present.
    pub failing: bool,
    /// Whether the last line of the manifest is written; nothing will follow.
    pub closed: bool,
}

/// Totals since the room opened, for the operator.
#[derive(Debug, Default)]
pub struct Totals {
    /// Bytes written to files.
    pub bytes: AtomicU64,
    /// Packets that found the queue full.
    pub lost: Arc<AtomicU64>,
}

/// The recorder of the whole server.
pub struct Recorder {
    packets: SyncSender<Tapped>,
    notices: SyncSender<Notice>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The notices of rooms to the recorder.
enum Notice {
    Open {
        tap: TapId,
        recording: String,
        lesson: String,
        health: watch::Sender<Health>,
        totals: Arc<Totals>,
    },
    /// The sender of a leg.
    Sender {
        tap: TapId,
        leg: LegId,
        who: Identity,
    },
    Event {
        tap: TapId,
        at: Instant,
        event: Event,
    },
    Close {
        tap: TapId,
        at: Instant,
        why: CloseReason,
    },
    /// Closes everything and ends the thread.
    Stop,
}

static NEXT_TAP: AtomicU64 = AtomicU64::new(1);

impl Recorder {
    /// Starts the thread; files go to `shelf`.
    pub fn start(shelf: Box<dyn Shelf>) -> std::io::Result<Recorder> {
        let (packets, taken) = sync_channel(PACKETS_MAX);
        let (notices, heard) = sync_channel(NOTICES_MAX);
        let writer = Writer { shelf, recordings: HashMap::new(), next_tick: Instant::now() + TICK };
        let thread = std::thread::Builder::new().name("recorder".into()).spawn(move || {
            // On Linux the priority of this thread alone. A media worker on the same core goes first.
            if let Err(error) = rustix::process::setpriority_process(None, NICE) {
                tracing::warn!("the recorder keeps its full priority: {error}");
            }
            writer.run(&taken, &heard);
        })?;
        Ok(Recorder { packets, notices, thread: Mutex::new(Some(thread)) })
    }

    /// Prepares to record a lesson under the name `recording`; nothing is written yet.
    pub fn open(&self, recording: &str, lesson: &str) -> RoomRecorder {
        let tap = TapId(NEXT_TAP.fetch_add(1, Ordering::Relaxed));
        let (health, shown) = watch::channel(Health::default());
        let totals = Arc::new(Totals::default());
        let room = RoomRecorder {
            tap,
            packets: self.packets.clone(),
            notices: self.notices.clone(),
            totals: totals.clone(),
            health: shown,
        };
        room.notice(Notice::Open { tap, recording: recording.into(), lesson: lesson.into(), health, totals });
        room
    }

    /// Writes its remaining packets, closes every recording, ends the thread.
    pub fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && self.notices.send(Notice::Stop).is_ok()
        {
            let _ = thread.join();
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The recorder in the view of one room. Dropping this closes the recording.
pub struct RoomRecorder {
    tap: TapId,
    packets: SyncSender<Tapped>,
    notices: SyncSender<Notice>,
    pub totals: Arc<Totals>,
    pub health: watch::Receiver<Health>,
}

impl RoomRecorder {
    /// The tap for the room's media side.
    pub fn tap(&self) -> Tap {
        Tap::new(self.tap, self.packets.clone(), self.totals.lost.clone())
    }

    /// Notes the sender of a leg; call it before the leg may publish.
    pub fn sender(&self, leg: LegId, who: Identity) {
        self.notice(Notice::Sender { tap: self.tap, leg, who });
    }

    /// Notes an event of the room.
    pub fn event(&self, at: Instant, event: Event) {
        self.notice(Notice::Event { tap: self.tap, at, event });
    }

    /// Notes the end of the class.
    pub fn end(&self) {
        self.notice(Notice::Close { tap: self.tap, at: Instant::now(), why: CloseReason::Ended });
    }

    fn notice(&self, notice: Notice) {
        if let Err(TrySendError::Full(_)) = self.notices.try_send(notice) {
            // Thousands wait: the disk has hung for minutes. The facts themselves are in the store.
            tracing::error!("the recorder has fallen behind; an event is missing in the recording");
        }
    }
}

impl Drop for RoomRecorder {
    fn drop(&mut self) {
        self.notice(Notice::Close { tap: self.tap, at: Instant::now(), why: CloseReason::Stopped });
    }
}

/// The thread's state.
struct Writer {
    shelf: Box<dyn Shelf>,
    recordings: HashMap<TapId, LessonRecording>,
    next_tick: Instant,
}

impl Writer {
    fn run(mut self, packets: &Receiver<Tapped>, notices: &Receiver<Notice>) {
        loop {
            let mut first = match packets.recv_timeout(TICK) {
                Ok(tapped) => Some(tapped),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // A notice sent before a packet is handled before it; the end comes after both.
            let mut stop = false;
            while let Ok(notice) = notices.try_recv() {
                if matches!(notice, Notice::Close { .. } | Notice::Stop) {
                    first.take().into_iter().chain(packets.try_iter()).for_each(|tapped| self.take(&tapped));
                }
                stop |= matches!(notice, Notice::Stop);
                self.heed(notice);
            }
            for tapped in first.into_iter().chain(packets.try_iter().take(BATCH_MAX)) {
                self.take(&tapped);
            }
            let now = Instant::now();
            if stop {
                self.each(|recording, _| recording.close(now, CloseReason::Stopped));
                return;
            }
            if now >= self.next_tick {
                self.next_tick = now + TICK;
                self.each(|recording, _| recording.tick(now));
                self.forget_closed();
            }
        }
    }

    fn take(&mut self, tapped: &Tapped) {
        self.guarded(tapped.tap, |recording, shelf| recording.take(tapped, shelf));
    }

    fn heed(&mut self, notice: Notice) {
        match notice {
            Notice::Open { tap, recording, lesson, health, totals } => {
                // This recording takes over lines of the earlier one that the disk still refused: two never
                // write at once.
                self.recordings.retain(|_, before| before.id() != recording);
                self.recordings.insert(tap, LessonRecording::new(recording, lesson, health, totals));
            }
            Notice::Sender { tap, leg, who } => {
                self.guarded(tap, |recording, _| recording.sender(leg, who));
            }
            Notice::Event { tap, at, event } => {
                self.guarded(tap, |recording, shelf| recording.event(at, event, shelf));
            }
            Notice::Close { tap, at, why } => {
                self.guarded(tap, |recording, _| recording.close(at, why));
                self.forget_closed();
            }
            Notice::Stop => {}
        }
    }

    fn each(&mut self, mut act: impl FnMut(&mut LessonRecording, &dyn Shelf)) {
        let taps: Vec<TapId> = self.recordings.keys().copied().collect();
        taps.into_iter().for_each(|tap| self.guarded(tap, &mut act));
    }

    fn forget_closed(&mut self) {
        self.recordings.retain(|_, recording| !recording.is_over());
    }

    /// Runs an act on one recording; a bug there ends that recording, not the others.
    fn guarded(&mut self, tap: TapId, act: impl FnOnce(&mut LessonRecording, &dyn Shelf)) {
        let Some(recording) = self.recordings.get_mut(&tap) else { return };
        let shelf = &*self.shelf;
        if catch_unwind(AssertUnwindSafe(|| act(recording, shelf))).is_err() {
            tracing::error!(recording = recording.id(), "a bug in the recorder; this recording stops here");
            recording.give_up();
            self.recordings.remove(&tap);
        }
    }
}
