//! Network checks before a class: does UDP reach this server from the person's network? A check is one leg as
//! in class (ICE, DTLS, SRTP, the same ports) in a hall of its own, so that nothing in it can meet a class:
//! no room, no person, no fact, nothing forwarded, nothing recorded. It ends by itself.
//!
//! Noted is only the server's own observation: whether and how soon keys were agreed, and how much of the
//! browser's silence was lost on the way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::{Instant as TokioInstant, sleep_until, timeout_at};

use super::media::{LegId, LegReport, Media, MediaEvent, OfferRefused, RoomMedia};
use crate::lesson::SourceKind;
use crate::protocol::ParticipantId;
use crate::store::random_hex;
use crate::transport::answer::Purpose;

/// Longest check. Browsers give up on ICE later, and a class would be no use to such a network.
pub const CHECK_TIME: Duration = Duration::from_secs(10);

/// The time for which the observation is kept for a browser whose last request is slow.
const KEPT_TIME: Duration = Duration::from_secs(30);

/// The owner of the leg, which is nobody in any room.
const NOBODY: ParticipantId = ParticipantId(0);

/// The server's observation of a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Time from the answer until keys were agreed, ms; `None` = no UDP arrived, or none that could agree.
    pub connect_ms: Option<u32>,
    /// Worst second of the received stream, 1/1000 of packets lost; `None` = less than a whole second of it.
    pub up_loss_permille: Option<u16>,
}

/// The reason why no check began.
#[derive(Debug, thiserror::Error)]
pub enum CheckRefused {
    #[error("as many checks as may be are under way")]
    Busy,
    #[error(transparent)]
    Offer(#[from] OfferRefused),
}

/// A check that has begun.
#[derive(Debug)]
pub struct Begun {
    pub id: String,
    /// The SDP answer.
    pub answer: String,
}

/// The running checks: one for each person, a few at once.
pub struct Checks {
    media: Arc<Media>,
    free: Arc<Semaphore>,
    open: Arc<Open>,
}

type Open = Mutex<HashMap<String, Ticket>>;
type Asked = oneshot::Sender<Seen>;

/// The way to ask a check for its observation. When this is dropped, the check ends.
struct Ticket {
    id: String,
    ask: oneshot::Sender<Asked>,
}

impl Ticket {
    /// Ends the check and returns its observation. Its leg and its place are free then.
    async fn end(self) -> Option<Seen> {
        let (reply, seen) = oneshot::channel();
        self.ask.send(reply).ok()?;
        seen.await.ok()
    }
}

impl Checks {
    /// At most `checks_max` at once.
    pub fn new(media: Arc<Media>, checks_max: usize) -> Checks {
        Checks { media, free: Arc::new(Semaphore::new(checks_max)), open: Arc::default() }
    }

    /// Answers an offer. An earlier check of the same person ends.
    pub async fn begin(&self, person: &str, offer: &str) -> Result<Begun, CheckRefused> {
        let earlier = lock(&self.open).remove(person);
        if let Some(earlier) = earlier {
            // Its place is free once it has answered.
            earlier.end().await;
        }
        let permit = self.free.clone().try_acquire_owned().map_err(|_| CheckRefused::Busy)?;
        let (room, events) = self.media.open_room();
        let opened = room.open_leg(NOBODY, Purpose::Class, offer)?;
        // Only sound, which is enough to be counted.
        room.permit(opened.leg, &[SourceKind::Mic]);
        let check = Check { leg: opened.leg, _room: room, events, began: Instant::now(), _permit: permit };
        let id = random_hex::<16>().unwrap_or_else(|_| opened.leg.0.to_string());
        self.watch(person, &id, check);
        Ok(Begun { id, answer: opened.answer })
    }

    /// Lets a check run, and forgets it when it is over.
    fn watch(&self, person: &str, id: &str, check: Check) {
        let (ask, asked) = oneshot::channel();
        lock(&self.open).insert(person.to_owned(), Ticket { id: id.to_owned(), ask });
        let (open, person, id) = (self.open.clone(), person.to_owned(), id.to_owned());
        tokio::spawn(async move {
            check.run(asked).await;
            let mut open = lock(&open);
            if open.get(&person).is_some_and(|ticket| ticket.id == id) {
                open.remove(&person);
            }
        });
    }

    /// Ends a check and returns its observation. `None` = the person has no such check, or no longer.
    pub async fn end(&self, person: &str, id: &str) -> Option<Seen> {
        let ticket = {
            let mut open = lock(&self.open);
            if open.get(person)?.id != id {
                return None;
            }
            open.remove(person)?
        };
        ticket.end().await
    }
}

fn lock(open: &Open) -> MutexGuard<'_, HashMap<String, Ticket>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One check. Its hall closes with it.
struct Check {
    leg: LegId,
    /// The leg lives as long as this.
    _room: RoomMedia,
    events: mpsc::Receiver<MediaEvent>,
    began: Instant,
    _permit: OwnedSemaphorePermit,
}

impl Check {
    /// Watches until it is asked, nobody can ask any more, or its time is over; then only the observation is
    /// kept.
    async fn run(self, mut asked: oneshot::Receiver<Asked>) {
        let end = TokioInstant::from_std(self.began) + CHECK_TIME;
        let (seen, reply) = self.watch(&mut asked, end).await;
        let reply = match reply {
            Some(reply) => reply,
            None => timeout_at(end + KEPT_TIME, asked).await.ok().and_then(Result::ok),
        };
        if let Some(reply) = reply {
            // The caller may have gone away.
            let _ = reply.send(seen);
        }
    }

    /// Outer `None` = the media side has ended and nobody has asked yet.
    async fn watch(
        mut self,
        asked: &mut oneshot::Receiver<Asked>,
        end: TokioInstant,
    ) -> (Seen, Option<Option<Asked>>) {
        let mut seen = Seen::default();
        loop {
            tokio::select! {
                // An event before the question belongs into the answer.
                biased;
                event = self.events.recv() => match event {
                    Some(MediaEvent::Gone { .. }) | None => return (seen, None),
                    Some(event) => seen.note(self.leg, &event, self.began.elapsed()),
                },
                reply = &mut *asked => return (seen, Some(reply.ok())),
                () = sleep_until(end) => return (seen, None),
            }
        }
    }
}

impl Seen {
    fn note(&mut self, leg: LegId, event: &MediaEvent, passed: Duration) {
        match event {
            MediaEvent::Connected { .. } => self.connected(passed),
            MediaEvent::Report(report) => {
                let own = report.legs.iter().filter(|own| own.leg == leg);
                own.for_each(|own| self.report(own, passed));
            }
            MediaEvent::Gone { .. } | MediaEvent::Sending { .. } | MediaEvent::Speaking { .. } => {}
        }
    }

    fn connected(&mut self, passed: Duration) {
        let passed_ms = u32::try_from(passed.as_millis()).unwrap_or(u32::MAX);
        self.connect_ms.get_or_insert(passed_ms);
    }

    fn report(&mut self, report: &LegReport, passed: Duration) {
        if report.connected {
            self.connected(passed);
        }
        self.up_loss_permille = self.up_loss_permille.max(report.up_loss_permille);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::media::RoomReport;
    use crate::protocol::Doing;

    fn report(leg: u64, connected: bool, loss: Option<u16>) -> MediaEvent {
        let leg = LegReport {
            leg: LegId(leg),
            connected,
            evidence_age_ms: 0,
            down_loss_permille: None,
            up_loss_permille: loss,
            rtt_ms: None,
            doing: Doing::Full,
            sending: Vec::new(),
            b_frames: false,
        };
        MediaEvent::Report(RoomReport { in_bps: 0, out_bps: 0, legs: vec![leg] })
    }

    #[test]
    fn the_first_connection_and_the_worst_second_are_what_was_seen() {
        let own = LegId(7);
        let check = |events: &[(u64, MediaEvent)], expected: (Option<u32>, Option<u16>)| {
            let mut seen = Seen::default();
            events.iter().for_each(|(ms, event)| seen.note(own, event, Duration::from_millis(*ms)));
            assert_eq!((seen.connect_ms, seen.up_loss_permille), expected, "{events:?}");
        };
        check(&[], (None, None));
        check(&[(900, report(7, false, None))], (None, None));
        let connected = MediaEvent::Connected { leg: own };
        check(&[(120, connected.clone()), (900, report(7, true, Some(20)))], (Some(120), Some(20)));
        // The event was lost; the next report repeats it.
        check(&[(1000, report(7, true, None)), (2000, report(7, true, Some(0)))], (Some(1000), Some(0)));
        check(
            &[(120, connected), (1000, report(7, true, Some(40))), (2000, report(7, true, Some(0)))],
            (Some(120), Some(40)),
        );
        check(&[(1000, report(8, true, Some(40)))], (None, None));
    }
}
