//! The task of one room. It takes the queued inputs, lets the room decide, appends all facts of the batch at
//! once, and only then tells anybody anything. Media orders need no fact and go at once.
//!
//! If facts cannot be stored, the class goes on as media: commands are refused `Unavailable`, and facts that
//! arise all the same (somebody drops out) are kept and appended when the store is back. [`tell`] says how
//! long messages about them are held back.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

pub(super) use self::input::Input;
use self::input::Reply;
use self::tell::{Told, Waiting};
use super::load::Gauge;
use super::outgoing::{OutgoingQueue, queue};
use super::{ConnectionId, HttpLeg, HttpLegRefused, Identity, Joined};
use crate::attendance::fact::Fact;
use crate::classroom::{Effect, MediaOrder, NewLeg, Recorder, Room};
use crate::live::clock::{Clock, Steps};
use crate::live::media::{MediaEvent, OfferRefused, OpenedLeg, RoomMedia};
use crate::live::recorder::{Health, RoomRecorder, Totals};
use crate::live::seldom::Seldom;
use crate::protocol::{Refusal, Resume, RoomLoad};
use crate::store::{Store, random_hex};
use crate::transport::answer::Purpose;

mod input;
mod tell;

/// Most inputs in one batch, so that nobody waits long for an answer behind a flood.
const BATCH_MAX: usize = 256;

const TICK: Duration = Duration::from_secs(1);

/// Time after which an empty room is closed; it costs a map entry and a worker's attention.
const EMPTY_MAX: Duration = Duration::from_secs(600);

pub(super) struct Task {
    room: Room,
    media: RoomMedia,
    store: Store,
    recorder: Option<RoomRecorder>,
    clock: Clock,
    steps: Steps,
    totals: Arc<Totals>,
    /// The time at which an input of this batch switched recording on or off.
    switched_at: Option<std::time::Instant>,
    connections: HashMap<ConnectionId, OutgoingQueue>,
    gauge: Gauge,
    load: watch::Sender<RoomLoad>,
    /// Facts of this batch, and of earlier ones that could not be stored.
    facts: Vec<Fact>,
    told: Vec<Told>,
    /// The last append failed; the next try is at the next tick.
    failing: bool,
    /// The last line of the log about it.
    failure_told: Option<Instant>,
    /// Since when facts wait for the store; meanwhile the room refuses commands that need another one.
    waiting: Option<Waiting>,
    empty_since: Option<Instant>,
    /// Lines about offers that cannot be answered.
    refusals: Seldom,
    stopping: bool,
}

impl Task {
    pub(super) fn new(
        room: Room,
        media: RoomMedia,
        store: Store,
        recorder: Option<RoomRecorder>,
        clock: Clock,
    ) -> (Task, watch::Receiver<RoomLoad>) {
        let mut gauge = Gauge::default();
        let totals = recorder.as_ref().map_or_else(Arc::default, |recorder| recorder.totals.clone());
        let (load, shown) = watch::channel(gauge.read(clock.now_ms(), &room, &totals));
        let task = Task {
            room,
            media,
            store,
            recorder,
            clock,
            steps: Steps::default(),
            totals,
            switched_at: None,
            connections: HashMap::new(),
            gauge,
            load,
            facts: Vec::new(),
            told: Vec::new(),
            failing: false,
            failure_told: None,
            waiting: None,
            empty_since: None,
            refusals: Seldom::new(std::time::Instant::now()),
            stopping: false,
        };
        (task, shown)
    }

    /// Before it runs: carries out the first effects, and answers once their facts are stored.
    pub(super) fn begin(&mut self, effects: Vec<Effect>, reply: Reply<Result<(), Refusal>>) {
        self.carry_out(effects);
        self.told.push(Told::Operator { reply });
    }

    /// Runs until the class has ended, the room stood empty for long, or the server stops.
    pub(super) async fn run(
        mut self,
        mut inputs: mpsc::Receiver<(u64, Input)>,
        mut events: mpsc::Receiver<MediaEvent>,
    ) {
        let mut ticks: Interval = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if self.recorder.is_some() {
            let effects = self.room.recorder(self.clock.now_ms(), Recorder::Works);
            self.carry_out(effects);
        }
        while !self.is_over() {
            tokio::select! {
                input = inputs.recv() => match input {
                    Some((at_ms, input)) => self.input(at_ms, input),
                    None => self.stopping = true,
                },
                Some(event) = events.recv() => self.event(event),
                health = recorder_changed(&mut self.recorder) => self.recorder_is(health),
                _ = ticks.tick() => self.tick(),
            }
            for _ in 1..BATCH_MAX {
                match (inputs.try_recv(), events.try_recv()) {
                    (Err(_), Err(_)) => break,
                    (input, event) => {
                        input.into_iter().for_each(|(at_ms, input)| self.input(at_ms, input));
                        event.into_iter().for_each(|event| self.event(event));
                    }
                }
            }
            self.flush().await;
        }
        // The consequences of the last batch.
        self.flush().await;
        self.store_last_facts().await;
        tracing::info!(lesson = self.room.lesson(), "room closed");
    }

    fn is_over(&self) -> bool {
        let empty_for_long = self.empty_since.is_some_and(|since| since.elapsed() > EMPTY_MAX);
        let waits_for_store = !self.facts.is_empty() && !self.stopping;
        (self.stopping || self.room.is_ended() || empty_for_long) && !waits_for_store
    }

    // 1. Inputs.

    fn input(&mut self, at_ms: u64, input: Input) {
        match input {
            Input::Join { who, session, resume, reply } => {
                self.join(at_ms, &who, session, resume.as_ref(), reply);
            }
            Input::Message { connection, message } => {
                let effects = self.room.message(at_ms, connection, message);
                self.carry_out(effects);
            }
            Input::Alive(connection) => {
                let effects = self.room.alive(at_ms, connection);
                self.carry_out(effects);
            }
            Input::Disconnected(connection) => self.disconnect(at_ms, connection),
            Input::HttpLeg { who, publish, offer, reply } => {
                match self.http_leg(at_ms, &who, publish, &offer) {
                    Ok(opened) => self.told.push(Told::HttpLeg { opened, reply }),
                    Err(refused) => drop(reply.send(Err(refused))),
                }
            }
            Input::Leave(connection) => {
                let effects = self.room.leave(at_ms, connection);
                self.carry_out(effects);
            }
            Input::SignedOut { whose, reason } => {
                let effects = self.room.signed_out(at_ms, &whose, reason);
                self.carry_out(effects);
            }
            Input::Displaced(displaced) => {
                let effects = self.room.displace(at_ms, &displaced);
                self.carry_out(effects);
            }
            Input::Operator { by, action, reply } => match self.room.operator(at_ms, &by, &action) {
                Ok(effects) => {
                    self.carry_out(effects);
                    self.told.push(Told::Operator { reply });
                }
                Err(refusal) => drop(reply.send(Err(refusal))),
            },
            Input::Fetched { who, piece } => {
                let effects = self.room.fetched(at_ms, &who, piece);
                self.carry_out(effects);
            }
            Input::Attends { person, reply } => drop(reply.send(self.room.attends(&person))),
            Input::Entitled(reply) => drop(reply.send(self.room.entitled())),
            Input::Stop => {
                let effects = self.room.stop(at_ms);
                self.carry_out(effects);
                self.stopping = true;
                self.failing = false; // One last try.
            }
        }
    }

    fn join(
        &mut self,
        at_ms: u64,
        who: &Identity,
        session: Option<String>,
        resume: Option<&Resume>,
        reply: Reply<Result<Joined, Refusal>>,
    ) {
        let joined = random_hex::<32>()
            .map_err(|_| Refusal::Unavailable)
            .and_then(|token| self.room.join(at_ms, who, resume, token));
        let (connection, effects) = match joined {
            Ok(joined) => joined,
            Err(refusal) => return drop(reply.send(Err(refusal))),
        };
        if let Some(session) = session {
            self.room.came_by(connection, session);
        }
        let (queue, outgoing) = queue();
        self.connections.insert(connection, queue);
        self.carry_out(effects);
        self.told.push(Told::Joined { connection, outgoing, reply });
    }

    fn http_leg(
        &mut self,
        at_ms: u64,
        who: &Identity,
        publish: bool,
        offer: &str,
    ) -> Result<HttpLeg, HttpLegRefused> {
        let person = self.room.admit_http(who, publish).map_err(HttpLegRefused::Room)?;
        let purpose = if publish { Purpose::Publish } else { Purpose::View };
        let opened = self.media.open_leg(person, purpose, offer);
        let OpenedLeg { leg, answer, video_slots, can_send, left_out } =
            opened.map_err(|OfferRefused(sentence)| HttpLegRefused::Offer(sentence))?;
        let new = NewLeg { leg, video_slots, can_send };
        match self.room.join_http(at_ms, who, publish, new) {
            Ok((connection, effects)) => {
                self.carry_out(effects);
                Ok(HttpLeg { connection, answer, left_out })
            }
            Err(refusal) => {
                self.media.close_leg(leg);
                Err(HttpLegRefused::Room(refusal))
            }
        }
    }

    fn disconnect(&mut self, at_ms: u64, connection: ConnectionId) {
        self.connections.remove(&connection);
        let effects = self.room.disconnected(at_ms, connection);
        self.carry_out(effects);
    }

    fn event(&mut self, event: MediaEvent) {
        let effects = self.room.media(self.clock.now_ms(), &event);
        self.carry_out(effects);
        if let MediaEvent::Report(report) = event {
            self.gauge.report(report);
        }
    }

    fn recorder_is(&mut self, health: Health) {
        let state = if health.failing { Recorder::Fails } else { Recorder::Works };
        let effects = self.room.recorder(self.clock.now_ms(), state);
        self.carry_out(effects);
    }

    fn tick(&mut self) {
        let now = self.clock.now_ms();
        if let Some(by_ms) = self.steps.notice(&self.clock) {
            let lesson = self.room.lesson();
            tracing::warn!(
                lesson,
                by_ms,
                "the machine's clock was set; the time of this class does not follow"
            );
            let effects = self.room.clock_stepped(now, by_ms);
            self.carry_out(effects);
        }
        // A reader that vanished without a word (its task was ended) has lost its socket.
        let abandoned = self.connections.iter().filter(|(_, queue)| queue.is_abandoned());
        let abandoned: Vec<ConnectionId> = abandoned.map(|(connection, _)| *connection).collect();
        for connection in abandoned {
            self.disconnect(now, connection);
        }
        let effects = self.room.tick(now);
        self.carry_out(effects);
        self.load.send_replace(self.gauge.read(now, &self.room, &self.totals));
        self.empty_since = self.room.is_empty().then(|| self.empty_since.unwrap_or_else(Instant::now));
        self.failing = false;
    }

    // 2. Effects.

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { to, message } => self.told.push(Told::Send { to, message }),
                Effect::Bye { to, reason } => self.told.push(Told::Bye { to, reason }),
                Effect::Append(fact) => self.facts.push(fact),
                Effect::Media(order) => self.order(order),
            }
        }
    }

    fn order(&mut self, order: MediaOrder) {
        match order {
            MediaOrder::Open { connection, id, person, offer } => {
                let effects = match self.media.open_leg(person, Purpose::Class, &offer) {
                    Ok(OpenedLeg { leg, answer, video_slots, can_send, .. }) => {
                        let new = NewLeg { leg, video_slots, can_send };
                        self.room.offer_answered(self.clock.now_ms(), connection, id, new, answer)
                    }
                    Err(OfferRefused(sentence)) => {
                        if let Some(kept_back) = self.refusals.may(std::time::Instant::now()) {
                            tracing::warn!(%person, kept_back, "offer refused: {sentence}");
                        }
                        self.room.offer_refused(connection, id)
                    }
                };
                self.carry_out(effects);
            }
            MediaOrder::Permit { leg, kinds } => {
                if let (Some(recorder), Some(who)) = (&self.recorder, self.room.sender(leg)) {
                    recorder.sender(leg, who);
                }
                self.media.permit(leg, &kinds);
            }
            MediaOrder::Show(scene) => self.media.show(scene),
            MediaOrder::Record(on) => {
                self.switched_at = Some(Instant::now().into_std());
                self.media.record(self.recorder.as_ref().filter(|_| on).map(RoomRecorder::tap));
            }
            MediaOrder::Want { leg, want } => self.media.want(leg, want),
            MediaOrder::Tiles { leg, heights } => self.media.tiles(leg, heights),
            MediaOrder::Close(leg) => self.media.close_leg(leg),
        }
    }
}

/// Waits for a change of the recorder's health; for ever, if nothing records.
async fn recorder_changed(recorder: &mut Option<RoomRecorder>) -> Health {
    if let Some(recorder) = recorder
        && recorder.health.changed().await.is_ok()
    {
        return *recorder.health.borrow_and_update();
    }
    std::future::pending().await
}
