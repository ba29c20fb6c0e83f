//! Whatever people do in whatever order: seats hold, nobody is told more than the state allows, and every
//! client that only applied deltas sees the same room as one that comes in now.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::attendance::fact::LeftReason;
use crate::attendance::fact::NewPoll;
use crate::classroom::message::OperatorAction;
use crate::lesson::ClassState;
use crate::sfu::subscriber::Want;

/// Person 0 teaches, 1 operates, the others are trainees: more than the seats.
const PEOPLE: usize = 8;

#[derive(Debug, Clone)]
enum Step {
    Join { person: usize, resume: bool, reload: bool },
    Http { person: usize, publish: bool },
    Fetched { person: usize, piece: Fetched },
    Disconnect { nth: usize },
    Leave { nth: usize },
    Offer { nth: usize },
    Ask { nth: usize, command: Command },
    Sends { leg: u64, kinds: Vec<SourceKind> },
    Gone { leg: u64 },
    Report { upto: u64, loss: u16 },
    Speaking { people: Vec<ParticipantId> },
    Operator { action: OperatorAction },
    Storing(bool),
    Pass { seconds: u64 },
}

fn kinds() -> impl Strategy<Value = Vec<SourceKind>> {
    proptest::sample::subsequence(ALL_KINDS.to_vec(), 0..=3)
}

fn check() -> impl Strategy<Value = String> {
    prop_oneof![Just("r1"), Just("r2"), Just("b1"), Just("b1+"), Just("nonsense")].prop_map(str::to_owned)
}

fn new_poll() -> impl Strategy<Value = NewPoll> {
    let places = || proptest::collection::vec(0..4_u8, 0..2);
    (proptest::collection::vec("[ab\u{7}]{0,3}", 1..4), any::<bool>(), places()).prop_map(
        |(options, multiple, right)| NewPoll { question: "听懂了吗？".into(), options, multiple, right },
    )
}

fn poll_command() -> impl Strategy<Value = Command> {
    let poll = || 0..4_u32;
    prop_oneof![
        4 => new_poll().prop_map(|poll| Command::OpenPoll { poll }),
        8 => (poll(), proptest::collection::vec(0..4_u8, 0..3))
            .prop_map(|(poll, choices)| Command::AnswerPoll { poll, choices }),
        3 => poll().prop_map(|poll| Command::ClosePoll { poll }),
        3 => (poll(), any::<bool>()).prop_map(|(poll, on)| Command::ShowPoll { poll, on }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let someone = || (0..PEOPLE as u32 + 2).prop_map(ParticipantId);
    prop_oneof![
        2 => Just(Command::StartClass),
        2 => Just(Command::PauseClass),
        1 => Just(Command::EndClass),
        8 => "[ a-z\n\u{7}]{0,8}".prop_map(|text| Command::Chat { text }),
        4 => (0..9_u64).prop_map(|line| Command::ChatRemove { line }),
        4 => (someone(), any::<bool>())
            .prop_map(|(participant, muted)| Command::ChatMute { participant, muted }),
        8 => any::<bool>().prop_map(|up| Command::Hand { up }),
        4 => someone().prop_map(|participant| Command::LowerHand { participant }),
        12 => (someone(), any::<bool>())
            .prop_map(|(participant, camera)| Command::BringOnStage { participant, camera }),
        4 => someone().prop_map(|participant| Command::TakeOffStage { participant }),
        12 => kinds().prop_map(|kinds| Command::Sending { kinds }),
        4 => someone().prop_map(|participant| Command::Mute { participant }),
        4 => someone().prop_map(|participant| Command::Unmute { participant }),
        4 => Just(Command::MuteAll),
        2 => any::<bool>().prop_map(|on| Command::OffRecord { on }),
        2 => someone().prop_map(|participant| Command::Remove { participant }),
        2 => someone().prop_map(|participant| Command::Readmit { participant }),
        4 => prop_oneof![Just(Want::Sound), Just(Want::Main), Just(Want::All)]
            .prop_map(|want| Command::Want { want }),
        4 => Just(Command::CallRoll),
        4 => check().prop_map(|check| Command::AnswerCheck { check }),
        1 => check().prop_map(|check| Command::VoidCheck { check }),
        12 => poll_command(),
        2 => Just(Command::Leave),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let nth = || 0..20_usize;
    let leg = || 0..30_u64;
    prop_oneof![
        20 => (0..PEOPLE, any::<bool>(), any::<bool>())
            .prop_map(|(person, resume, reload)| Step::Join { person, resume, reload }),
        4 => (0..PEOPLE, any::<bool>()).prop_map(|(person, publish)| Step::Http { person, publish }),
        4 => (0..PEOPLE, 0..20_000_u64, 0..70_000_u64).prop_map(|(person, to_ms, behind_ms)| {
            Step::Fetched { person, piece: Fetched { to_ms, behind_ms } }
        }),
        8 => nth().prop_map(|nth| Step::Disconnect { nth }),
        4 => nth().prop_map(|nth| Step::Leave { nth }),
        12 => nth().prop_map(|nth| Step::Offer { nth }),
        40 => (nth(), command()).prop_map(|(nth, command)| Step::Ask { nth, command }),
        16 => (leg(), kinds()).prop_map(|(leg, kinds)| Step::Sends { leg, kinds }),
        4 => leg().prop_map(|leg| Step::Gone { leg }),
        8 => (leg(), 0..500_u16).prop_map(|(upto, loss)| Step::Report { upto, loss }),
        4 => proptest::collection::vec((0..9_u32).prop_map(ParticipantId), 0..3)
            .prop_map(|people| Step::Speaking { people }),
        2 => prop_oneof![
            Just(OperatorAction::MuteAll),
            Just(OperatorAction::Message { text: "hello".into() }),
        ].prop_map(|action| Step::Operator { action }),
        2 => any::<bool>().prop_map(Step::Storing),
        8 => (1..90_u64).prop_map(|seconds| Step::Pass { seconds }),
    ]
}

fn person(n: usize) -> (String, Role) {
    let role = [Role::Instructor, Role::Operator].get(n).copied().unwrap_or(Role::Trainee);
    (format!("person {n}"), role)
}

struct Play {
    class: Class,
    /// Sockets that were let in, closed ones included: their late inputs must do no harm.
    sockets: Vec<(usize, ConnectionId)>,
    closed: HashSet<ConnectionId>,
}

impl Play {
    fn act(&mut self, step: Step) {
        let class = &mut self.class;
        let socket = |nth: usize| self.sockets.get(nth % self.sockets.len().max(1)).map(|(_, at)| *at);
        match step {
            Step::Join { person: n, resume, reload } => self.join(n, resume, reload),
            Step::Http { person: n, publish } => {
                let (name, role) = person(n);
                let _ = class.try_http(&name, role, publish);
            }
            Step::Fetched { person: n, piece } => {
                let (name, role) = person(n);
                let effects = class.room.fetched(class.now, &who(&name, role), piece);
                class.take(effects);
            }
            Step::Disconnect { nth } => {
                if let Some(connection) = socket(nth) {
                    class.disconnect(connection);
                    self.closed.insert(connection);
                }
            }
            Step::Leave { nth } => {
                if let Some(connection) = socket(nth) {
                    let effects = class.room.leave(class.now, connection);
                    class.take(effects);
                }
            }
            Step::Offer { nth } => {
                if let Some(connection) = socket(nth) {
                    let new = class.new_leg(&ALL_KINDS, nth % 6);
                    let effects = class.room.offer_answered(class.now, connection, 0, new, "answer".into());
                    class.take(effects);
                }
            }
            Step::Ask { nth, command } => {
                if let Some(connection) = socket(nth) {
                    class.last_id += 1;
                    let message = ClientMessage::Command { id: class.last_id, command };
                    let effects = class.room.message(class.now, connection, message);
                    class.take(effects);
                }
            }
            Step::Sends { leg, kinds } => class.arrives(LegId(leg), &kinds),
            Step::Gone { leg } => class.media(MediaEvent::Gone { leg: LegId(leg) }),
            Step::Report { upto, loss } => {
                let legs = (0..upto).map(|leg| LegReport {
                    down_loss_permille: Some(loss),
                    ..healthy(LegId(leg), &[SourceKind::Mic])
                });
                class.report(legs.collect());
            }
            Step::Speaking { people } => class.media(MediaEvent::Speaking { people }),
            Step::Operator { action } => {
                if let Ok(effects) = class.room.operator(class.now, &who("op", Role::Operator), &action) {
                    class.take(effects);
                }
            }
            Step::Storing(storing) => class.room.set_storing(storing),
            Step::Pass { seconds } => class.pass(seconds),
        }
    }

    fn join(&mut self, n: usize, resume: bool, reload: bool) {
        let (name, role) = person(n);
        let earlier = self.sockets.iter().rev().find(|(owner, _)| *owner == n && resume);
        let earlier = earlier.map(|(_, connection)| self.class.resume(*connection));
        let earlier = earlier.map(|resume| Resume { seq: resume.seq.filter(|_| !reload), ..resume });
        let Ok(connection) = self.class.try_join(&name, role, earlier.as_ref()) else { return };
        // A page that resumed without a snapshot goes on from its state.
        if matches!(self.class.clients[&connection].welcome, Some((true, _))) {
            let (_, before) = *self.sockets.iter().rev().find(|(owner, _)| *owner == n).unwrap();
            let mut state = self.class.clients[&before].state.clone().unwrap();
            let client = self.class.clients.get_mut(&connection).unwrap();
            for message in &client.messages {
                if let ServerMessage::Delta { event, .. } = message {
                    apply(&mut state, event.clone());
                }
            }
            client.state = Some(state);
        }
        self.sockets.push((n, connection));
    }

    fn check(&self) {
        let room = &self.class.room;
        let here = |trainee: bool| {
            room.roster.lines().filter(move |line| line.here && (line.role == Role::Trainee) == trainee)
        };
        assert!(here(true).count() <= TRAINEES_MAX as usize);
        assert!(here(true).filter(|line| line.on_stage).count() <= STAGE_MAX as usize);
        for line in room.roster.lines() {
            let devices = room.roster.devices_of(line.id).count();
            assert_eq!(line.here, devices > 0, "{line:?}");
            assert!(devices <= super::super::roster::DEVICES_MAX);
            assert!(line.here || (line.sending.is_empty() && !line.on_stage), "{line:?}");
            let publishes = line.role == Role::Instructor || line.on_stage;
            assert!(publishes || line.sending.is_empty(), "{line:?}");
        }
        for hand in room.hands.queue() {
            assert!(room.roster.line(*hand).is_some_and(|line| line.here && !line.on_stage));
        }
        for device in room.roster.devices().filter(|device| device.is_socket()) {
            let Some(connection) = device.connection else { continue };
            assert!(!self.closed.contains(&connection));
            let client = &self.class.clients[&connection];
            assert_eq!(client.bye, None);
            let state = client.state.as_ref().expect("welcome brings a state");
            assert!(state.participants.iter().eq(room.roster.lines()));
            assert!(state.chat.iter().eq(room.chat.lines()));
            assert_eq!(state.hands, room.hands.queue());
            assert_eq!(state.speaking, room.stage.speaking());
            assert_eq!((state.class, state.started_at_ms), (room.life.state(), room.life.started_at_ms()));
            let staff = room.roster.listener(device).staff;
            assert_eq!(state.not_counting, room.not_counting().filter(|_| staff));
            assert_eq!(state.check, room.checks.open_of(self.class.now, &room.key(device.person)));
            assert_eq!(state.poll, room.polls.on_screen());
            let mut answers = state.poll_answers.clone();
            answers.sort_by_key(|answer| answer.poll);
            assert!(answers.into_iter().eq(room.polls.answers_of(&room.key(device.person))));
            assert!(staff || state.polls.is_empty(), "who chose what is for staff alone");
            if let Some(leg) = &device.leg {
                assert_eq!(Some(&state.slots), leg.slots.as_ref());
            }
        }
        if room.life.state() == ClassState::Ended {
            assert!(room.is_empty());
        }
    }

    /// Devices come in once, leave once, and are proven only in between.
    fn check_facts(&self) {
        let mut open = HashSet::new();
        let mut seen = HashSet::new();
        for fact in &self.class.facts {
            match &fact.what {
                What::Joined { device, .. } => assert!(open.insert(*device) && seen.insert(*device)),
                What::Left { device, reason } => {
                    assert!(open.remove(device), "{fact:?}");
                    assert!(*reason == LeftReason::Lost || fact.at_ms <= self.class.now);
                }
                What::Alive { device, from_ms } | What::Teaching { device, from_ms, .. } => {
                    assert!(open.contains(device), "{fact:?}");
                    assert!(*from_ms < fact.at_ms && fact.at_ms <= self.class.now, "{fact:?}");
                }
                _ => {}
            }
        }
        assert_eq!(open.len(), self.class.room.roster.devices().count());
        // Facts alone rebuild the same room.
        let again = Class::again(&self.class.facts).room;
        assert_eq!(again.polls.on_screen(), self.class.room.polls.on_screen());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_inputs_breaks_the_room(steps in proptest::collection::vec(step(), 1..150)) {
        let mut play = Play { class: Class::new(), sockets: Vec::new(), closed: HashSet::new() };
        for step in steps {
            play.act(step);
            play.check();
        }
        play.check_facts();
    }
}
