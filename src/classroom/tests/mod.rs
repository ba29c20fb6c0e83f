//! The room in the view of its people: commands in; messages, facts and media orders out.

use std::collections::HashMap;

use super::effect::{Effect, MediaOrder};
use super::{ConnectionId, Fetched, Hours, Identity, NewLeg, Room, RoomSettings};
use crate::attendance::decision::LessonResult;
use crate::attendance::fact::{Fact, What};
use crate::attendance::lesson::LessonFacts;
use crate::classroom::message::{
    Bye, ClientMessage, Command, Refusal, Resume, RoomEvent, RoomState, ServerMessage,
};
use crate::lesson::{Role, SourceKind};
use crate::sfu::report::{LegReport, MediaEvent, RoomReport};
use crate::sfu::scene::{LegId, Scene};
use crate::sfu::subscriber::{Doing, ParticipantId};
use crate::time::Spans;

mod answers;
mod commands;
mod diligence;
mod door;
mod lesson;
mod media;
mod minutes;
mod moments;
mod picture;
mod player;
mod polls;
mod property;
mod record;
mod visits;

const TRAINEES_MAX: u32 = 3;
const STAGE_MAX: u32 = 2;
const ALL_KINDS: [SourceKind; 3] = [SourceKind::Mic, SourceKind::Camera, SourceKind::Screen];

/// The room's own figures.
impl Room {
    fn taught(&self) -> Spans {
        self.instruction.taught(&self.roster)
    }

    fn evidence(&self, person: &str) -> Spans {
        self.instruction.evidence(&self.roster, person)
    }

    fn judge(&self) -> Option<(LessonFacts, LessonResult)> {
        self.instruction.judge(&self.roster, !self.is_ended())
    }
}

/// A client: its messages, and the room as the client can know it.
#[derive(Default)]
struct Client {
    messages: Vec<ServerMessage>,
    /// The id and token from `welcome`.
    me: Option<(ParticipantId, Resume)>,
    /// Whether it resumed, without or with a snapshot.
    welcome: Option<(bool, bool)>,
    state: Option<RoomState>,
    bye: Option<Bye>,
}

/// A room with everything that listens to it.
struct Class {
    room: Room,
    now: u64,
    clients: HashMap<ConnectionId, Client>,
    facts: Vec<Fact>,
    orders: Vec<MediaOrder>,
    last_leg: u64,
    last_id: u32,
    last_token: u32,
}

impl Class {
    fn new() -> Class {
        Class::again(&[])
    }

    /// A room that goes on from earlier facts.
    fn again(facts: &[Fact]) -> Class {
        Class::of(TRAINEES_MAX, facts)
    }

    fn of(trainees_max: u32, facts: &[Fact]) -> Class {
        let settings = RoomSettings { trainees_max, stage_max: STAGE_MAX, resume_window_s: 60 };
        let mut room = Room::new("A lesson", "epoch".into(), settings, Hours::usual("lesson"));
        room.restore(facts);
        Class {
            room,
            now: 1_000_000,
            clients: HashMap::new(),
            facts: Vec::new(),
            orders: Vec::new(),
            last_leg: 0,
            last_id: 0,
            last_token: 0,
        }
    }

    fn try_join(&mut self, name: &str, role: Role, resume: Option<&Resume>) -> Result<ConnectionId, Refusal> {
        self.enter(&who(name, role), resume)
    }

    fn enter(&mut self, who: &Identity, resume: Option<&Resume>) -> Result<ConnectionId, Refusal> {
        self.last_token += 1;
        let token = format!("token {}", self.last_token);
        let (connection, effects) = self.room.join(self.now, who, resume, token)?;
        self.clients.insert(connection, Client::default());
        self.take(effects);
        let client = self.clients.get_mut(&connection).expect("just inserted");
        if let (Some((true, _)), Some((_, now)), Some(before)) = (client.welcome, &mut client.me, resume) {
            assert!(now.seq.is_none_or(|seq| Some(seq) > before.seq), "only what was missed");
            now.seq = now.seq.or(before.seq);
        }
        Ok(connection)
    }

    fn join(&mut self, name: &str, role: Role) -> ConnectionId {
        self.try_join(name, role, None).unwrap()
    }

    fn trainee(&mut self, name: &str) -> ConnectionId {
        self.join(name, Role::Trainee)
    }

    fn instructor(&mut self) -> ConnectionId {
        self.join("王老师", Role::Instructor)
    }

    fn try_http(&mut self, name: &str, role: Role, publish: bool) -> Result<(ConnectionId, LegId), Refusal> {
        self.room.admit_http(&who(name, role), publish)?;
        let new = self.new_leg(&ALL_KINDS, 4);
        let leg = new.leg;
        let (connection, effects) = self.room.join_http(self.now, &who(name, role), publish, new)?;
        self.take(effects);
        Ok((connection, leg))
    }

    fn new_leg(&mut self, can_send: &[SourceKind], video_slots: usize) -> NewLeg {
        self.last_leg += 1;
        NewLeg { leg: LegId(self.last_leg), video_slots, can_send: can_send.to_vec() }
    }

    /// The client offers, the media side answers.
    fn leg(&mut self, connection: ConnectionId) -> LegId {
        let offer = ClientMessage::Offer { id: 0, sdp: "offer".into() };
        let effects = self.room.message(self.now, connection, offer);
        self.take(effects);
        assert!(matches!(self.orders.pop(), Some(MediaOrder::Open { .. })));
        let new = self.new_leg(&ALL_KINDS, 4);
        let leg = new.leg;
        let effects = self.room.offer_answered(self.now, connection, 0, new, "answer".into());
        self.take(effects);
        leg
    }

    /// Sends a command; returns whether it was acknowledged or refused.
    fn ask(&mut self, connection: ConnectionId, command: Command) -> Result<(), Refusal> {
        self.last_id += 1;
        self.ask_again(connection, self.last_id, command)
    }

    fn ask_again(&mut self, connection: ConnectionId, asked: u32, command: Command) -> Result<(), Refusal> {
        let message = ClientMessage::Command { id: asked, command };
        let effects = self.room.message(self.now, connection, message);
        let answers: Vec<_> = effects.iter().filter_map(|effect| answer(effect, connection, asked)).collect();
        self.take(effects);
        let [answer] = answers.as_slice() else { panic!("one command, {} answers", answers.len()) };
        *answer
    }

    fn media(&mut self, event: MediaEvent) {
        let effects = self.room.media(self.now, &event);
        self.take(effects);
    }

    fn arrives(&mut self, leg: LegId, kinds: &[SourceKind]) {
        self.media(MediaEvent::Sending { leg, kinds: kinds.to_vec() });
    }

    fn report(&mut self, legs: Vec<LegReport>) {
        self.media(MediaEvent::Report(RoomReport { in_bps: 0, out_bps: 0, legs }));
    }

    fn disconnect(&mut self, connection: ConnectionId) {
        let effects = self.room.disconnected(self.now, connection);
        self.take(effects);
    }

    /// Time passes, second by second.
    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += 1_000;
            let effects = self.room.tick(self.now);
            self.take(effects);
        }
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { to, message } => {
                    for connection in to {
                        let client = self.clients.get_mut(&connection).expect("only sockets are told");
                        assert_eq!(client.bye, None, "nothing comes after bye");
                        client.hear((*message).clone());
                    }
                }
                Effect::Bye { to, reason } => {
                    let client = self.clients.get_mut(&to).expect("only sockets are told");
                    assert_eq!(client.bye.replace(reason), None, "one bye is enough");
                }
                Effect::Append(fact) => self.facts.push(fact),
                Effect::Media(order) => self.orders.push(order),
            }
        }
    }

    fn me(&self, connection: ConnectionId) -> ParticipantId {
        self.clients[&connection].me.as_ref().unwrap().0
    }

    fn resume(&self, connection: ConnectionId) -> Resume {
        self.clients[&connection].me.clone().unwrap().1
    }

    fn bye(&self, connection: ConnectionId) -> Option<Bye> {
        self.clients[&connection].bye
    }

    /// The facts since the last call, without evidence and without times.
    fn facts(&mut self) -> Vec<(Option<String>, What)> {
        let told = |what: &What| !matches!(what, What::Alive { .. } | What::Teaching { .. });
        let facts = std::mem::take(&mut self.facts).into_iter().filter(|fact| told(&fact.what));
        facts.map(|fact| (fact.person, fact.what)).collect()
    }

    /// The events a client heard since the last call.
    fn events(&mut self, connection: ConnectionId) -> Vec<RoomEvent> {
        let client = self.clients.get_mut(&connection).unwrap();
        let event = |message| match message {
            ServerMessage::Delta { event, .. } => Some(event),
            _ => None,
        };
        std::mem::take(&mut client.messages).into_iter().filter_map(event).collect()
    }

    /// The kinds a leg may publish by the last order about it.
    fn permitted(&self, leg: LegId) -> Vec<SourceKind> {
        let about = |order: &&MediaOrder| matches!(order, MediaOrder::Permit { leg: l, .. } if *l == leg);
        match self.orders.iter().rev().find(about) {
            Some(MediaOrder::Permit { kinds, .. }) => kinds.clone(),
            _ => vec![],
        }
    }

    fn scene(&self) -> Scene {
        let shows = self.orders.iter().rev().find_map(|order| match order {
            MediaOrder::Show(scene) => Some(scene.clone()),
            _ => None,
        });
        shows.unwrap_or_default()
    }
}

impl Client {
    /// Handles a message like the web client, which keeps only what it was told.
    fn hear(&mut self, message: ServerMessage) {
        match &message {
            ServerMessage::Welcome { you, epoch, token, resumed, media, .. } => {
                let resume = Resume { token: token.clone(), epoch: epoch.clone(), seq: None };
                self.me = Some((*you, resume));
                self.welcome = Some((*resumed, *media));
            }
            ServerMessage::Snapshot { seq, room } => {
                self.saw(*seq);
                self.state = Some((**room).clone());
            }
            ServerMessage::Delta { seq, event } => {
                self.saw(*seq);
                if let Some(state) = &mut self.state {
                    apply(state, event.clone());
                }
            }
            _ => {}
        }
        self.messages.push(message);
    }

    fn saw(&mut self, seq: u64) {
        let (_, resume) = self.me.as_mut().expect("welcome comes first");
        assert!(resume.seq.is_none_or(|before| before < seq), "numbers only grow");
        resume.seq = Some(seq);
    }
}

fn apply(state: &mut RoomState, event: RoomEvent) {
    match event {
        RoomEvent::Participant { participant } => {
            match state.participants.iter_mut().find(|line| line.id == participant.id) {
                Some(line) => *line = participant,
                None => state.participants.push(participant),
            }
        }
        RoomEvent::Class { class, started_at_ms } => {
            (state.class, state.started_at_ms) = (class, started_at_ms);
        }
        RoomEvent::Hands { hands } => state.hands = hands,
        RoomEvent::Chat { line } => state.chat.push(line),
        RoomEvent::ChatRemoved { line } => state.chat.retain(|kept| kept.id != line),
        RoomEvent::Speaking { speaking } => state.speaking = speaking,
        RoomEvent::Slots { slots } => state.slots = slots,
        RoomEvent::Recording { recording } => state.recording = recording,
        RoomEvent::Check { check } => state.check = check,
        RoomEvent::Minutes { minutes } => state.minutes = Some(minutes),
        RoomEvent::Round { round } => {
            match state.rounds.iter_mut().find(|known| known.check == round.check) {
                Some(known) => *known = round,
                None => state.rounds.push(round),
            }
        }
        RoomEvent::Sheet { lines } => {
            for line in lines {
                match state.sheet.iter_mut().find(|known| known.participant == line.participant) {
                    Some(known) => *known = line,
                    None => state.sheet.push(line),
                }
            }
        }
        RoomEvent::Counting { not_counting } => state.not_counting = not_counting,
        RoomEvent::Worth { worth } => state.worth = Some(worth),
        RoomEvent::Poll { poll } => state.poll = poll,
        RoomEvent::PollAnswer { answer } => {
            state.poll_answers.retain(|known| known.poll != answer.poll);
            state.poll_answers.push(answer);
        }
        RoomEvent::PollRound { round } => match state.polls.iter_mut().find(|known| known.poll == round.poll)
        {
            Some(known) => *known = round,
            None => state.polls.push(round),
        },
        RoomEvent::Notice { notice } => state.notices.push(notice),
        RoomEvent::Muted { .. } | RoomEvent::Link { .. } => {}
    }
}

fn answer(effect: &Effect, connection: ConnectionId, asked: u32) -> Option<Result<(), Refusal>> {
    let Effect::Send { to, message } = effect else { return None };
    match **message {
        _ if *to != [connection] => None,
        ServerMessage::Ack { id } if id == asked => Some(Ok(())),
        ServerMessage::Refused { id: Some(id), reason } if id == asked => Some(Err(reason)),
        _ => None,
    }
}

fn who(name: &str, role: Role) -> Identity {
    Identity { person: format!("id of {name}"), name: name.to_owned(), role, approved_at_ms: Some(0) }
}

fn id_of(name: &str) -> Option<String> {
    Some(who(name, Role::Trainee).person)
}

/// A healthy second of a leg.
fn healthy(leg: LegId, sending: &[SourceKind]) -> LegReport {
    LegReport {
        leg,
        connected: true,
        evidence_age_ms: 0,
        down_loss_permille: Some(0),
        up_loss_permille: None,
        rtt_ms: Some(20),
        doing: Doing::Full,
        sending: sending.to_vec(),
        b_frames: false,
    }
}
