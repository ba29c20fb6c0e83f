//! A class of 100 that lasts 90 minutes and a second: the room in accelerated time, devices that come and go
//! at random, checks that most people answer, the facts as an audit file, and a ledger that must agree with
//! the output of `live-classroom hours` for that file and with a count of each person's seconds.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command as Process;
use std::time::{Duration, Instant};

use live_classroom::attendance::audit::{export, to_jsonl};
use live_classroom::attendance::credit;
use live_classroom::attendance::event::{Event, Plan};
use live_classroom::attendance::fact::{Excuse, Fact, What};
use live_classroom::attendance::ledger::{Entry, Kind, Posting, verify};
use live_classroom::attendance::lesson::{LessonFacts, digest_of};
use live_classroom::attendance::policy::Policy;
use live_classroom::attendance::posting::{Computed, Standing, differences};
use live_classroom::classroom::{ConnectionId, Effect, Hours, Identity, NewLeg, Room, RoomSettings};
use live_classroom::lesson::{Role, SourceKind};
use live_classroom::protocol::{ClientMessage, Command, Doing, RoomEvent, ServerMessage};
use live_classroom::sfu::report::{LegReport, MediaEvent, RoomReport};
use live_classroom::sfu::scene::LegId;
use live_classroom::time::ServerInstant;

const TRAINEES: usize = 100;
const RECONNECTS: usize = 10;
/// The first second of the room, and the seconds of it that are class.
const OPEN_MS: u64 = 1_605_610_800_000 - BEGIN * 1000;
const BEGIN: u64 = 60;
const END: u64 = BEGIN + 90 * 60;

struct Class {
    room: Room,
    second: u64,
    facts: Vec<Fact>,
    /// The connections of everybody who is connected, by name.
    here: BTreeMap<String, (ConnectionId, LegId)>,
    /// The checks that are shown.
    shown: BTreeMap<ConnectionId, String>,
    /// The answered checks: person and check.
    answered: BTreeSet<(String, String)>,
    last: u64,
    /// The time that the room spent on each second.
    thought: Vec<Duration>,
}

impl Class {
    fn now(&self) -> u64 {
        OPEN_MS + self.second * 1000
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Append(fact) => self.facts.push(fact),
                Effect::Send { to, message } => to.into_iter().for_each(|at| self.hear(at, &message)),
                _ => {}
            }
        }
    }

    fn hear(&mut self, at: ConnectionId, message: &ServerMessage) {
        let check = match message {
            ServerMessage::Snapshot { room, .. } => &room.check,
            ServerMessage::Delta { event: RoomEvent::Check { check }, .. } => check,
            _ => return,
        };
        match check {
            Some(check) => _ = self.shown.insert(at, check.check.clone()),
            None => _ = self.shown.remove(&at),
        }
    }

    /// Answers every check that is shown, for everybody but the lazy.
    fn answer(&mut self) {
        for (name, (at, _)) in self.here.clone() {
            let Some(check) = self.shown.get(&at).cloned() else { continue };
            if !is_lazy(&name) {
                self.command(&name, Command::AnswerCheck { check: check.clone() });
                self.answered.insert((name, check));
            }
        }
    }

    fn come(&mut self, name: &str, role: Role) {
        self.last += 1;
        let (now, leg) = (self.now(), LegId(self.last));
        let who = Identity { person: name.into(), name: "同名".into(), role, approved_at_ms: Some(0) };
        let joined = self.room.join(now, &who, None, format!("token {}", self.last));
        let (connection, effects) = joined.expect("there is a seat");
        self.take(effects);
        let offer = ClientMessage::Offer { id: 0, sdp: "offer".into() };
        let effects = self.room.message(now, connection, offer);
        self.take(effects);
        let new = NewLeg { leg, video_slots: 4, can_send: vec![SourceKind::Mic] };
        let effects = self.room.offer_answered(now, connection, 0, new, "answer".into());
        self.take(effects);
        self.here.insert(name.into(), (connection, leg));
    }

    /// Breaks the connection; nobody says good-bye.
    fn vanish(&mut self, name: &str) {
        let (connection, _) = self.here.remove(name).expect("was here");
        self.shown.remove(&connection);
        let effects = self.room.disconnected(self.now(), connection);
        self.take(effects);
    }

    fn command(&mut self, name: &str, command: Command) {
        let (connection, _) = self.here[name];
        self.last += 1;
        let command = ClientMessage::Command { id: self.last as u32, command };
        let effects = self.room.message(self.now(), connection, command);
        self.take(effects);
    }

    /// Gives everybody's signs of life of one second.
    fn live(&mut self) {
        let legs = self.here.iter().map(|(name, (_, leg))| LegReport {
            leg: *leg,
            connected: true,
            evidence_age_ms: 0,
            down_loss_permille: Some(0),
            up_loss_permille: None,
            rtt_ms: Some(20),
            doing: Doing::Full,
            sending: if name == TEACHER { vec![SourceKind::Mic] } else { vec![] },
            b_frames: false,
        });
        let report = MediaEvent::Report(RoomReport { in_bps: 0, out_bps: 0, legs: legs.collect() });
        let now = self.now();
        let effects = self.room.media(now, &report);
        self.take(effects);
        for (connection, _) in self.here.clone().into_values() {
            let effects = self.room.alive(now, connection);
            self.take(effects);
        }
        let before = Instant::now();
        let effects = self.room.tick(now);
        self.thought.push(before.elapsed());
        self.take(effects);
    }
}

/// The middle one of the longest seconds: those in which the lesson is judged, which happens every 15 s.
fn judgement(mut thought: Vec<Duration>) -> Duration {
    thought.sort_unstable();
    thought[thought.len() - thought.len() / 30]
}

/// Whether the person answers no check; every fourth does not.
fn is_lazy(name: &str) -> bool {
    name.trim_start_matches('P').parse::<u32>().is_ok_and(|number| number.is_multiple_of(4))
}

const TEACHER: &str = "师";

/// xorshift64: the same class in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// The seconds `[from, to]` in which a person is connected, in some cases with gaps of about a minute.
fn schedule(random: &mut Random) -> Vec<(u64, u64)> {
    let mut stays = Vec::new();
    let mut from = random.below(2 * BEGIN);
    for _ in 0..=RECONNECTS {
        let to = (from + 60 + random.below(900)).min(END);
        if from < to {
            stays.push((from, to));
        }
        from = to + 1 + random.below(140);
    }
    stays
}

/// Runs the class.
fn happen(schedules: &BTreeMap<String, Vec<(u64, u64)>>) -> Class {
    let settings = RoomSettings { trainees_max: TRAINEES as u32, stage_max: 6, resume_window_s: 60 };
    let room = Room::new("A lesson", "epoch".into(), settings, Hours::usual("L1"));
    let mut class = Class {
        room,
        second: 0,
        facts: Vec::new(),
        here: BTreeMap::new(),
        shown: BTreeMap::new(),
        answered: BTreeSet::new(),
        last: 0,
        thought: Vec::new(),
    };
    class.come(TEACHER, Role::Instructor);
    for second in 0..=END {
        class.second = second;
        for (name, stays) in schedules {
            if stays.iter().any(|(from, _)| *from == second) {
                class.come(name, Role::Trainee);
            }
        }
        class.answer();
        class.live();
        if second == BEGIN {
            class.command(TEACHER, Command::StartClass);
        }
        if second == END {
            class.command(TEACHER, Command::EndClass);
        }
        for (name, stays) in schedules {
            if second < END && stays.iter().any(|(_, to)| *to == second) {
                class.vanish(name);
            }
        }
    }
    class
}

/// The second at which the check of each block was put to the people who were there.
fn moments(class: &Class) -> BTreeMap<u64, u64> {
    let due = class.facts.iter().filter_map(|fact| match fact.what {
        What::CheckDue { block } => Some((u64::from(block), (fact.at_ms - OPEN_MS) / 1000)),
        _ => None,
    });
    due.collect()
}

/// The blocks in which a person was in class and had time for the check, but gave no answer.
fn void(class: &Class, name: &str, stays: &[(u64, u64)]) -> BTreeSet<u64> {
    let mine = || class.facts.iter().filter(|fact| fact.person.as_deref() == Some(name));
    let is_about = |check: &str, block: u64| check.trim_end_matches('+') == format!("b{block}");
    let interrupted = |block: u64| {
        mine().any(|fact| match &fact.what {
            What::CheckVoid { check, why: Some(Excuse::Class), .. } => is_about(check, block),
            _ => false,
        })
    };
    let answered =
        |block: u64| class.answered.iter().any(|(person, check)| person == name && is_about(check, block));
    let was_in = |block: u64| {
        let first = BEGIN + (block - 1) * 900;
        (first..first + 900).any(|second| present(stays, second))
    };
    let asked = moments(class).into_iter().filter(|(_, at)| at + 90 <= END).map(|(block, _)| block);
    asked.filter(|block| was_in(*block) && !answered(*block) && !interrupted(*block)).collect()
}

/// Whether a person was seen after a second for long enough to be asked: 5 s to sit down, and one or two
/// more.
fn stayed_after(stays: &[(u64, u64)], second: u64) -> bool {
    stays.iter().any(|(from, to)| *to > from.max(&second) + 8)
}

/// Whether a person is connected in a second, or the second is in a gap that is bridged.
fn present(stays: &[(u64, u64)], second: u64) -> bool {
    let inside = stays.iter().any(|(from, to)| (*from..*to).contains(&second));
    let before = stays.iter().map(|(_, to)| *to).filter(|to| *to <= second).max();
    let after = stays.iter().map(|(from, _)| *from).filter(|from| *from > second).min();
    inside || before.zip(after).is_some_and(|(before, after)| after - before <= 60)
}

/// The seconds of class that count for a person, found by a look at each second.
fn counted(stays: &[(u64, u64)], void: &BTreeSet<u64>) -> u64 {
    let counts = |second: &u64| !void.contains(&((second - BEGIN) / 900 + 1));
    (BEGIN..END).filter(counts).filter(|second| present(stays, *second)).count() as u64
}

#[test]
fn the_ledger_of_a_class_of_100_is_what_the_audit_tool_says() {
    let mut random = Random(20_201_117);
    let schedules: BTreeMap<String, Vec<(u64, u64)>> =
        (0..TRAINEES).map(|number| (format!("P{number:03}"), schedule(&mut random))).collect();
    let class = happen(&schedules);
    println!("a judgement of the lesson so far: {:?} in the middle", judgement(class.thought.clone()));

    let at = |second: u64| ServerInstant::of_fact(OPEN_MS + second * 1000);
    let (planned_start, planned_end) = (at(BEGIN), at(END));
    let plan = Plan { lesson: "L1".into(), content: "C1".into(), credit_ch: 200, planned_start, planned_end };
    let events = export(plan, &class.facts, [], |_| Some(at(0)));
    let (policy, digest) = (Policy::default(), digest_of(&events));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("L1.jsonl");
    std::fs::write(&file, to_jsonl(&events)).expect("written");

    let ledger = post_twice(&policy, events, &digest);
    assert_eq!(verify(&ledger, &[], &[]), Ok(ledger.len() as u64));

    let said = Process::new(env!("CARGO_BIN_EXE_live-classroom"))
        .args(["hours", "--events"])
        .arg(&file)
        .output()
        .expect("the program runs");
    let said: serde_json::Value = serde_json::from_slice(&said.stdout).expect("one JSON object");
    assert_eq!(said["instruction_seconds"], 5400);
    let trainees = said["trainees"].as_array().expect("a list");
    assert_eq!(trainees.len(), TRAINEES);
    let moments = moments(&class);
    let (mut credits, mut missing) = (BTreeMap::new(), BTreeSet::new());
    for (trainee, (person, stays)) in trainees.iter().zip(&schedules) {
        assert_eq!(trainee["person"], person.as_str());
        let void = void(&class, person, stays);
        assert_eq!(trainee["void_blocks"], serde_json::json!(void), "{person}: {stays:?}");
        assert_eq!(trainee["effective_seconds"], counted(stays, &void), "{person}: {stays:?}");
        let asked = |block: &u64| stayed_after(stays, moments[block]);
        assert!(
            is_lazy(person) || !void.iter().any(asked),
            "{person} answered everything: {void:?} {stays:?}"
        );
        missing.extend(void.into_iter().filter(asked));
        let mine = ledger.iter().filter(|entry| entry.posting.person == *person);
        let balance: i64 = mine.map(|entry| entry.posting.delta_ch).sum();
        assert_eq!(trainee["credit_ch"], balance, "{person}");
        *credits.entry(balance).or_insert(0) += 1;
    }
    assert_eq!(missing, (1..=6).collect(), "checks are missed in every block");
    assert!(credits.len() > 5, "the class was not random enough to mean something: {credits:?}");
}

/// Computes and posts twice; the second time nothing is left to post.
fn post_twice(policy: &Policy, events: Vec<Event>, digest: &str) -> Vec<Entry> {
    let mut ledger: Vec<Entry> = Vec::new();
    for time in 1..=2 {
        let before = ledger.len();
        let result = credit::assess(policy, &LessonFacts::gather(events.clone()).expect("a lesson"));
        for (person, decision) in &result.decisions {
            let theirs =
                ledger.iter().map(|entry| &entry.posting).filter(|posting| posting.person == *person);
            let computed = Computed {
                first: (Kind::Live, decision.live_ch),
                whole_ch: decision.credit_ch,
                most_ch: result.effective_ch,
            };
            for (kind, delta_ch) in differences(Standing::of(theirs), computed) {
                let posting = Posting {
                    person: person.clone(),
                    content: result.plan.content.clone(),
                    lesson: Some(result.plan.lesson.clone()),
                    kind,
                    delta_ch,
                    policy_version: policy.version.clone(),
                    input_digest: digest.to_owned(),
                    reason: "computed".into(),
                    actor: "server".into(),
                    approver: None,
                    at_ms: result.plan.planned_end.ms() + 600_000,
                };
                ledger.push(Entry::after(ledger.last(), posting));
            }
        }
        assert!((time == 1) == (ledger.len() > before));
    }
    ledger
}
