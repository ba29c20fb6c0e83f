//! Running rooms: one task per room owns a [`crate::classroom::Room`], carries out its effects and keeps the
//! order "append, sync, then tell". The web layer holds [`RoomHandle`]s, whose methods never hang: once the
//! task has ended they answer `Unavailable` at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use futures_util::future::join_all;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::time::timeout;

pub use self::outgoing::Outgoing;
use self::task::{Input, Task};
use super::clock::Clock;
use super::media::Media;
use super::recorder::Recorder;
use crate::attendance::fact::{Fact, LeftReason, What};
use crate::attendance::policy::Policy;
pub use crate::classroom::{ConnectionId, Entitled, Fetched, Identity, RoomSettings, SignedOut};
use crate::classroom::{Effect, Hours, Room};
use crate::lesson::ClassState;
use crate::protocol::{ClientMessage, OperatorAction, Refusal, Resume, RoomLoad};
use crate::store::{Lesson, Store, random_hex};

mod load;
mod outgoing;
mod record;
mod rosters;
mod task;

/// Most inputs that wait for the room's task: a full class that acts at once, several times. A later caller
/// waits, and with it only its own socket.
const INBOX: usize = 1024;

/// The time that a stopping server waits for all rooms, each of which tries for 10 s to store its last facts.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

/// All running rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms {
    shared: Arc<Shared>,
}

struct Shared {
    media: Arc<Media>,
    store: Store,
    /// `None` = this server does not record.
    recorder: Option<Arc<Recorder>>,
    settings: RoomSettings,
    policy: Arc<Policy>,
    running: Running,
    /// Held while a room is opened, so that a lesson never has two rooms.
    opening: Mutex<()>,
    stopping: AtomicBool,
}

type Running = Arc<DashMap<String, RoomHandle>>;

/// The first effects of a room, and the caller who waits until its facts are stored.
struct First {
    effects: Vec<Effect>,
    reply: oneshot::Sender<Result<(), Refusal>>,
}

impl Rooms {
    pub fn new(
        media: Arc<Media>,
        store: Store,
        recorder: Option<Arc<Recorder>>,
        settings: RoomSettings,
        policy: Arc<Policy>,
    ) -> Rooms {
        let shared = Shared {
            media,
            store,
            recorder,
            settings,
            policy,
            running: Running::default(),
            opening: Mutex::new(()),
            stopping: AtomicBool::new(false),
        };
        Rooms { shared: Arc::new(shared) }
    }

    /// The lesson's room, opened at the first use. Refused `NotFound` if the store knows no such lesson,
    /// `Ended` if it is over.
    pub async fn open(&self, lesson: &str) -> Result<RoomHandle, Refusal> {
        if let Some(handle) = self.running(lesson) {
            return Ok(handle);
        }
        let _opening = self.shared.opening.lock().await;
        if self.shared.stopping.load(Ordering::Relaxed) {
            return Err(Refusal::Unavailable);
        }
        if let Some(handle) = self.running(lesson) {
            return Ok(handle);
        }
        let lesson =
            self.shared.store.lessons().find(lesson).await.map_err(unavailable)?.ok_or(Refusal::NotFound)?;
        if lesson.state == ClassState::Ended {
            return Err(Refusal::Ended);
        }
        self.start(&lesson).await.map_err(unavailable)
    }

    /// Takes the end of a class back, for the person who ended it: its room runs again. Refused `WrongState`
    /// if it has not ended, `TooLate` if it was judged or the time for it is over, `NotAllowed` to everybody
    /// else.
    pub async fn reopen(&self, lesson: &str, by: &Identity) -> Result<(), Refusal> {
        let store = &self.shared.store;
        let stored = {
            let _opening = self.shared.opening.lock().await;
            let lesson = store.lessons().find(lesson).await.map_err(unavailable)?.ok_or(Refusal::NotFound)?;
            if lesson.state != ClassState::Ended {
                return Err(Refusal::WrongState);
            }
            if store.results().standing(&lesson.id).await.map_err(unavailable)?.is_some() {
                return Err(Refusal::TooLate);
            }
            // The room that ended may still be sending its last messages.
            let closing = self.shared.running.get(&lesson.id).map(|room| room.clone());
            if let Some(room) = closing
                && timeout(STOP_TIMEOUT, room.inbox.closed()).await.is_err()
            {
                return Err(Refusal::Unavailable);
            }
            if self.shared.stopping.load(Ordering::Relaxed) {
                return Err(Refusal::Unavailable);
            }
            let (mut room, clock) = self.restored(&lesson).await.map_err(unavailable)?;
            let effects = room.reopen(clock.now_ms(), by)?;
            let (reply, stored) = oneshot::channel();
            self.run(&lesson, room, clock, Some(First { effects, reply })).await.map_err(unavailable)?;
            stored
        };
        stored.await.unwrap_or(Err(Refusal::Unavailable))
    }

    /// Whether this person is in any running class now.
    pub async fn attends_any(&self, person: &str) -> bool {
        let rooms: Vec<RoomHandle> = self.shared.running.iter().map(|room| room.clone()).collect();
        for room in rooms {
            let person = person.to_owned();
            if room.ask(|reply| Input::Attends { person, reply }).await.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    /// Closes sockets and legs in every class for a sign-in or an account that has ended in the store. People who
    /// come later are checked against the store.
    pub async fn sign_out(&self, whose: SignedOut, reason: LeftReason) {
        let rooms: Vec<RoomHandle> = self.shared.running.iter().map(|room| room.clone()).collect();
        // A busy room does not delay the others.
        join_all(rooms.iter().map(|room| room.tell(Input::SignedOut { whose: whose.clone(), reason }))).await;
    }

    /// Notes a piece of a lesson's recording fetched by a trainee's player; without a running class it means
    /// nothing.
    pub async fn fetched(&self, lesson: &str, who: Identity, piece: Fetched) {
        if let Some(room) = self.running(lesson) {
            room.tell(Input::Fetched { who, piece }).await;
        }
    }

    /// The load of every running room, for the operator's wall and `/metrics`.
    pub fn load(&self) -> Vec<RoomLoad> {
        let mut rooms: Vec<RoomLoad> = self.shared.running.iter().map(|room| room.load()).collect();
        rooms.sort_by(|a, b| a.lesson.cmp(&b.lesson));
        rooms
    }

    /// Tells every client `bye: restarting`, writes the last facts, closes everything.
    pub async fn stop(&self) {
        let _opening = self.shared.opening.lock().await;
        self.shared.stopping.store(true, Ordering::Relaxed);
        let rooms: Vec<RoomHandle> = self.shared.running.iter().map(|room| room.clone()).collect();
        let closed = async {
            for room in &rooms {
                room.tell(Input::Stop).await;
            }
            for room in &rooms {
                room.inbox.closed().await;
            }
        };
        if timeout(STOP_TIMEOUT, closed).await.is_err() {
            tracing::error!("some rooms did not close in time: is the disk slow?");
        }
    }

    fn running(&self, lesson: &str) -> Option<RoomHandle> {
        let handle = self.shared.running.get(lesson)?;
        (!handle.inbox.is_closed()).then(|| handle.clone())
    }

    /// Starts the task of a room, which goes on from the lesson's earlier facts.
    async fn start(&self, lesson: &Lesson) -> anyhow::Result<RoomHandle> {
        let (room, clock) = self.restored(lesson).await?;
        self.run(lesson, room, clock, None).await
    }

    async fn restored(&self, lesson: &Lesson) -> anyhow::Result<(Room, Clock)> {
        let facts = self.shared.store.facts().of(&lesson.id).await?;
        let epoch = random_hex::<16>()?;
        let secret = self.shared.store.keys().lesson_secret(&lesson.id);
        let policy = match self.shared.store.policies().of_lesson(&lesson.id).await? {
            Some(policy) => Arc::new(policy),
            None => self.shared.policy.clone(),
        };
        let hours = Hours { plan: lesson.plan.clone(), policy, secret };
        let mut room = Room::new(&lesson.title, epoch, self.shared.settings.clone(), hours);
        for (person, approved_at_ms) in self.enrolled(&lesson.id, &facts).await? {
            room.enrol(&person, approved_at_ms);
        }
        room.restore(&facts);
        let clock = Clock::open(facts.iter().map(|fact| fact.at_ms).max().unwrap_or(0));
        Ok((room, clock))
    }

    async fn run(
        &self,
        lesson: &Lesson,
        room: Room,
        clock: Clock,
        first: Option<First>,
    ) -> anyhow::Result<RoomHandle> {
        let (media, events) = self.shared.media.open_room();
        let (inbox, inputs) = mpsc::channel(INBOX);
        let recorder = match &self.shared.recorder {
            Some(recorder) => {
                let recording = self.shared.store.recordings().name(&lesson.id).await?;
                Some(recorder.open(&recording, &lesson.id))
            }
            None => None,
        };
        let (mut task, load) = Task::new(room, media, self.shared.store.clone(), recorder, clock);
        if let Some(First { effects, reply }) = first {
            task.begin(effects, reply);
        }
        let handle = RoomHandle { inbox, load, clock };
        self.shared.running.insert(lesson.id.clone(), handle.clone());
        let (running, id) = (self.shared.running.clone(), lesson.id.clone());
        let watched = handle.inbox.downgrade();
        tokio::spawn(async move {
            task.run(inputs, events).await;
            // Its name may be another room's by now, if the lesson was opened again meanwhile.
            running.remove_if(&id, |_, handle| {
                watched.upgrade().is_some_and(|inbox| handle.inbox.same_channel(&inbox))
            });
        });
        tracing::info!(lesson = %lesson.id, "room opened");
        Ok(handle)
    }

    /// Everybody who was in the lesson before and belongs to it, and since when: people who come back say it
    /// again, but those who do not are on its class sheet, too.
    async fn enrolled(&self, lesson: &str, facts: &[Fact]) -> anyhow::Result<Vec<(String, u64)>> {
        let joined = facts.iter().filter(|fact| matches!(fact.what, What::Joined { .. }));
        let people: BTreeSet<&str> = joined.filter_map(|fact| fact.person.as_deref()).collect();
        let mut enrolled = Vec::new();
        for person in people {
            let approved_at_ms = self.shared.store.enrolments().approved_at(lesson, person).await?;
            enrolled.extend(approved_at_ms.map(|at_ms| (person.to_owned(), at_ms)));
        }
        Ok(enrolled)
    }
}

fn unavailable(error: anyhow::Error) -> Refusal {
    tracing::error!("cannot open a room: {error:#}");
    Refusal::Unavailable
}

/// A running room.
#[derive(Clone)]
pub struct RoomHandle {
    inbox: mpsc::Sender<(u64, Input)>,
    load: watch::Receiver<RoomLoad>,
    clock: Clock,
}

/// A socket that was admitted.
#[derive(Debug)]
pub struct Joined {
    pub connection: ConnectionId,
    /// The messages for the client, `welcome` first; they end after a `bye`. See [`Outgoing`].
    pub outgoing: Outgoing,
}

impl RoomHandle {
    /// A socket said `hello`; `session` is its sign-in. On refusal the caller sends `refused` and `bye`
    /// itself.
    pub async fn join(
        &self,
        who: Identity,
        session: Option<String>,
        resume: Option<Resume>,
    ) -> Result<Joined, Refusal> {
        self.ask(|reply| Input::Join { who, session, resume, reply })
            .await
            .unwrap_or(Err(Refusal::Unavailable))
    }

    /// A later message of that socket; answers come through `outgoing`.
    pub async fn message(&self, connection: ConnectionId, message: ClientMessage) {
        self.tell(Input::Message { connection, message }).await;
    }

    /// The socket answered a ping: proof of life of its device (CR-2).
    pub async fn alive(&self, connection: ConnectionId) {
        self.tell(Input::Alive(connection)).await;
    }

    /// The socket is closed; the device may resume within the window.
    pub async fn disconnected(&self, connection: ConnectionId) {
        self.tell(Input::Disconnected(connection)).await;
    }

    /// WHIP (`publish`) or WHEP: a device without a socket.
    pub async fn http_leg(
        &self,
        who: Identity,
        publish: bool,
        offer: String,
    ) -> Result<HttpLeg, HttpLegRefused> {
        let unavailable = Err(HttpLegRefused::Room(Refusal::Unavailable));
        self.ask(|reply| Input::HttpLeg { who, publish, offer, reply }).await.unwrap_or(unavailable)
    }

    /// DELETE of a WHIP/WHEP resource.
    pub async fn leave(&self, connection: ConnectionId) {
        self.tell(Input::Leave(connection)).await;
    }

    /// An operator acts without joining.
    pub async fn operator(&self, by: Identity, action: OperatorAction) -> Result<(), Refusal> {
        self.ask(|reply| Input::Operator { by, action, reply }).await.unwrap_or(Err(Refusal::Unavailable))
    }

    /// The room as of at most a second ago.
    pub fn load(&self) -> RoomLoad {
        self.load.borrow().clone()
    }

    /// Queues an input with its time of arrival; ignored by a room that has ended.
    async fn tell(&self, input: Input) {
        let _ = self.inbox.send((self.clock.now_ms(), input)).await;
    }

    /// Like [`RoomHandle::tell`], and waits for the answer; `None` = the room has ended.
    async fn ask<T>(&self, input: impl FnOnce(oneshot::Sender<T>) -> Input) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.tell(input(reply)).await;
        answer.await.ok()
    }
}

/// A WHIP/WHEP request that was answered.
#[derive(Debug)]
pub struct HttpLeg {
    pub connection: ConnectionId,
    /// The SDP answer.
    pub answer: String,
    /// Sentences about parts of the offer that are left out.
    pub left_out: Vec<String>,
}

/// The reason why a WHIP/WHEP request was refused.
#[derive(Debug, thiserror::Error)]
pub enum HttpLegRefused {
    #[error("{0:?}")]
    Room(Refusal),
    /// The offer is wrong; the sentence says how.
    #[error("{0}")]
    Offer(String),
}

#[cfg(test)]
mod tests;
