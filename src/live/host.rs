//! A hall in its worker, with its ways out: to the task of its room, and to the recorder.

use std::time::Instant;

use tokio::sync::mpsc;

use super::tap::Tap;
use crate::sfu::hall::Hall;
use crate::sfu::report::MediaEvent;
use crate::transport::gate::Drop;

/// A hall and its listeners.
pub struct Host {
    pub hall: Hall,
    events: mpsc::Sender<MediaEvent>,
    /// `Some` while the class is recorded.
    tap: Option<Tap>,
}

impl Host {
    pub fn new(events: mpsc::Sender<MediaEvent>, now: Instant) -> Host {
        Host { hall: Hall::new(now), events, tap: None }
    }

    /// Sets where published streams are recorded from now on; `None` = nowhere.
    pub fn record(&mut self, tap: Option<Tap>, now: Instant) {
        self.hall.record(tap.is_some(), now);
        self.tap = tap;
        self.deliver();
    }

    /// Gives the hall an RTP datagram. One that is too late for its viewers is missing in the recording, too.
    pub fn rtp(&mut self, now: Instant, index: u32, datagram: &mut [u8], stale: bool) -> Result<(), Drop> {
        let taken = self.hall.handle_rtp(now, index, datagram, stale);
        if let (Err(Drop::Stale), Some(tap)) = (&taken, &mut self.tap) {
            tap.lose();
        }
        taken
    }

    /// Hands on the hall's output. Call it after every input of the hall.
    pub fn deliver(&mut self) {
        while let Some(capture) = self.hall.poll_capture() {
            if let Some(tap) = &mut self.tap {
                tap.take(&capture);
            }
        }
        while let Some(event) = self.hall.poll_event() {
            // An event without room in the room task's queue is repeated by the next report.
            let _ = self.events.try_send(event);
        }
    }
}
