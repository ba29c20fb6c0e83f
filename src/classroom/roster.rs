//! The people in the room, and their devices. [`seats`]: who may take a seat.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::answers::Answers;
use super::chat::clean_name;
use super::deltas::{Audience, Listener};
use super::evidence::{Presence, Teaching};
use super::kinds::Kinds;
use super::network::{Link, severity};
use super::{ConnectionId, Identity};
use crate::classroom::message::{Network, Participant, PictureState, Slots};
use crate::lesson::{Role, SourceKind};
use crate::sfu::scene::LegId;
use crate::sfu::subscriber::{ParticipantId, Want};

pub(super) mod seats;

/// Most devices of one person at once: a computer, a phone, and two more in transition.
pub(super) const DEVICES_MAX: usize = 4;

/// Most lines of the roster, people who left included; beyond it the person gone longest is forgotten.
const LINES_MAX: usize = 1_000;

/// The way by which a device came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Access {
    /// A socket; the token proves that a page is this device.
    Socket {
        token: String,
    },
    Whip,
    Whep,
    /// A player of the recording, and the point to which it fetched it, ms.
    Hls {
        seen_ms: u64,
    },
}

#[derive(Debug)]
struct Person {
    /// The stable id in facts.
    key: String,
    line: Participant,
    gone_at_ms: u64,
}

/// One tab, phone or encoder.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) id: u64,
    pub(super) person: ParticipantId,
    pub(super) access: Access,
    /// The sign-in of its socket.
    pub(super) session: Option<String>,
    /// The open socket, or a number in place of one for a device that has none.
    pub(super) connection: Option<ConnectionId>,
    pub(super) socket_lost_at_ms: u64,
    pub(super) answers: Answers,
    pub(super) leg: Option<Leg>,
    /// The kinds its client says it sends; `None` = it has said nothing yet.
    pub(super) claim: Option<Kinds>,
    /// Muted by staff until its client sends the microphone again.
    pub(super) mic_muted: bool,
    pub(super) want: Want,
    /// The heights of its video slots on the screen, device pixels; 0 = not told.
    pub(super) tiles: Vec<u16>,
    pub(super) link: Link,
    pub(super) presence: Presence,
    pub(super) teaching: Teaching,
}

/// A device's transport.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) id: LegId,
    pub(super) opened_at_ms: u64,
    pub(super) video_slots: usize,
    pub(super) can_send: Kinds,
    pub(super) permitted: Kinds,
    /// The kinds that the media worker sees arriving.
    pub(super) arriving: Kinds,
    /// Whether the media worker sees B-frames in it.
    pub(super) b_frames: bool,
    /// The kinds that count as being sent, and when each began.
    pub(super) sending: Kinds,
    pub(super) began_ms: [u64; 3],
    /// The slots last told to its client; `None` = the leg is new.
    pub(super) slots: Option<Slots>,
    /// Its slots may have changed, though the scene has not.
    pub(super) slots_due: bool,
}

impl Leg {
    pub(super) fn began_ms(&self, kind: SourceKind) -> u64 {
        self.began_ms[kind as usize]
    }
}

impl Device {
    pub(super) fn is_socket(&self) -> bool {
        matches!(self.access, Access::Socket { .. })
    }

    /// The instant since which a device that goes without a word is silent; `None` = it is here, or the media
    /// side notices.
    pub(super) fn silent_since(&self) -> Option<u64> {
        match self.access {
            Access::Socket { .. } => self.connection.is_none().then_some(self.socket_lost_at_ms),
            Access::Hls { .. } => Some(self.presence.last_ms()),
            Access::Whip | Access::Whep => None,
        }
    }

    pub(super) fn sending(&self) -> Kinds {
        self.leg.as_ref().map_or(Kinds::NONE, |leg| leg.sending)
    }
}

#[derive(Debug, Default)]
pub(super) struct Roster {
    people: BTreeMap<ParticipantId, Person>,
    by_key: HashMap<String, ParticipantId>,
    removed: HashSet<String>,
    devices: BTreeMap<u64, Device>,
    by_connection: HashMap<ConnectionId, u64>,
    by_leg: HashMap<LegId, u64>,
    changed: BTreeSet<ParticipantId>,
    last_person: u32,
    last_device: u64,
    last_connection: u64,
    /// Age from which evidence of a device proves nothing, ms.
    fresh_ms: u64,
}

impl Roster {
    pub(super) fn new(fresh_ms: u64) -> Roster {
        Roster { fresh_ms, ..Roster::default() }
    }

    /// Number of people with such roles who are here.
    pub(super) fn here(&self, role: impl Fn(Role) -> bool) -> usize {
        self.lines().filter(|line| line.here && role(line.role)).count()
    }

    /// Returns the person's line, made if missing, with the present name and role.
    pub(super) fn enter(&mut self, who: &Identity, here: bool) -> ParticipantId {
        let id = match self.by_key.get(&who.person) {
            Some(id) => *id,
            None => self.add_person(who),
        };
        self.update(id, |line| {
            line.name = clean_name(&who.name);
            line.role = who.role;
            line.here = here;
            let teaches = who.role == Role::Instructor;
            line.on_stage = here && (line.on_stage || teaches);
            line.camera_allowed = here && (line.camera_allowed || teaches);
        });
        id
    }

    fn add_person(&mut self, who: &Identity) -> ParticipantId {
        self.forget_one();
        self.last_person += 1;
        let id = ParticipantId(self.last_person);
        let line = Participant {
            id,
            name: String::new(),
            role: who.role,
            here: false,
            on_stage: false,
            camera_allowed: false,
            sending: Vec::new(),
            picture: PictureState::default(),
            network: Network::Unknown,
            chat_muted: false,
            encoder_muted: false,
            removed: false,
            b_frames: false,
        };
        self.people.insert(id, Person { key: who.person.clone(), line, gone_at_ms: 0 });
        self.by_key.insert(who.person.clone(), id);
        id
    }

    /// Makes room for one more line.
    fn forget_one(&mut self) {
        if self.people.len() < LINES_MAX {
            return;
        }
        // Removed people are forgotten last: their line is the way back in.
        let gone = self.people.values().filter(|person| !person.line.here);
        let longest = gone.min_by_key(|person| (person.line.removed, person.gone_at_ms));
        let Some(longest) = longest.map(|person| person.line.id) else {
            return; // Everybody is here, which the seats bound.
        };
        if let Some(person) = self.people.remove(&longest) {
            self.by_key.remove(&person.key);
        }
        self.changed.remove(&longest);
    }

    /// Changes a person's line; everybody here hears of it if it really changed.
    pub(super) fn update(&mut self, id: ParticipantId, change: impl FnOnce(&mut Participant)) {
        let Some(person) = self.people.get_mut(&id) else { return };
        let before = person.line.clone();
        change(&mut person.line);
        if person.line != before {
            self.changed.insert(id);
        }
    }

    pub(super) fn line(&self, id: ParticipantId) -> Option<&Participant> {
        self.people.get(&id).map(|person| &person.line)
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Participant> {
        self.people.values().map(|person| &person.line)
    }

    /// The stable id of a person, for facts; empty = the person was forgotten.
    pub(super) fn key(&self, id: ParticipantId) -> String {
        self.people.get(&id).map(|person| person.key.clone()).unwrap_or_default()
    }

    pub(super) fn person_of_key(&self, key: &str) -> Option<ParticipantId> {
        self.by_key.get(key).copied()
    }

    /// Keeps the person with this key out, until [`Roster::readmit`].
    pub(super) fn ban(&mut self, key: &str) {
        self.removed.insert(key.to_owned());
        self.mark_removed(key, true);
    }

    pub(super) fn readmit(&mut self, key: &str) {
        self.removed.remove(key);
        self.mark_removed(key, false);
    }

    fn mark_removed(&mut self, key: &str, removed: bool) {
        if let Some(id) = self.person_of_key(key) {
            self.update(id, |line| line.removed = removed);
        }
    }

    /// The lines changed since the last call.
    pub(super) fn take_changed(&mut self) -> Vec<Participant> {
        let changed = std::mem::take(&mut self.changed);
        changed.iter().filter_map(|id| self.line(*id).cloned()).collect()
    }

    // Devices.

    /// A new connection id; none is given twice.
    pub(super) fn next_connection(&mut self) -> ConnectionId {
        self.last_connection += 1;
        ConnectionId(self.last_connection)
    }

    pub(super) fn add_device(
        &mut self,
        now: u64,
        person: ParticipantId,
        access: Access,
        connection: ConnectionId,
    ) -> u64 {
        self.last_device += 1;
        let device = Device {
            id: self.last_device,
            person,
            presence: Presence::new(now, !matches!(access, Access::Socket { .. }), self.fresh_ms),
            access,
            session: None,
            connection: Some(connection),
            socket_lost_at_ms: now,
            answers: Answers::default(),
            leg: None,
            claim: None,
            mic_muted: false,
            want: Want::All,
            tiles: Vec::new(),
            link: Link::new(),
            teaching: Teaching::new(self.fresh_ms),
        };
        self.devices.insert(device.id, device);
        self.by_connection.insert(connection, self.last_device);
        self.last_device
    }

    /// Notes a device number in the facts: new numbers go on after it.
    pub(super) fn device_was(&mut self, id: u64) {
        self.last_device = self.last_device.max(id);
    }

    pub(super) fn device(&self, id: u64) -> Option<&Device> {
        self.devices.get(&id)
    }

    pub(super) fn device_mut(&mut self, id: u64) -> Option<&mut Device> {
        self.devices.get_mut(&id)
    }

    pub(super) fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }

    pub(super) fn devices_mut(&mut self) -> impl Iterator<Item = &mut Device> {
        self.devices.values_mut()
    }

    pub(super) fn devices_of(&self, person: ParticipantId) -> impl Iterator<Item = &Device> {
        self.devices.values().filter(move |device| device.person == person)
    }

    pub(super) fn by_connection(&self, connection: ConnectionId) -> Option<u64> {
        self.by_connection.get(&connection).copied()
    }

    pub(super) fn by_leg(&self, leg: LegId) -> Option<u64> {
        self.by_leg.get(&leg).copied()
    }

    pub(super) fn by_token(&self, token: &str) -> Option<u64> {
        // At most a few hundred devices, and only on a reconnect: an index is not worth keeping.
        let same = |device: &&Device| matches!(&device.access, Access::Socket { token: own } if own == token);
        self.devices.values().find(same).map(|device| device.id)
    }

    /// Gives a device another connection; returns the earlier one.
    pub(super) fn connect(&mut self, device: u64, connection: Option<ConnectionId>) -> Option<ConnectionId> {
        let held = self.devices.get_mut(&device)?;
        let before = std::mem::replace(&mut held.connection, connection);
        before.map(|before| self.by_connection.remove(&before));
        connection.map(|connection| self.by_connection.insert(connection, device));
        before
    }

    /// Gives a device another leg; returns the earlier one.
    pub(super) fn set_leg(&mut self, device: u64, leg: Option<Leg>) -> Option<LegId> {
        let held = self.devices.get_mut(&device)?;
        let new = leg.as_ref().map(|leg| leg.id);
        let before = std::mem::replace(&mut held.leg, leg).map(|leg| leg.id);
        before.map(|before| self.by_leg.remove(&before));
        new.map(|new| self.by_leg.insert(new, device));
        before
    }

    /// Takes a device out; its person is gone with the last device.
    pub(super) fn remove_device(&mut self, now: u64, id: u64) -> Option<Device> {
        let device = self.devices.remove(&id)?;
        device.connection.map(|connection| self.by_connection.remove(&connection));
        device.leg.as_ref().map(|leg| self.by_leg.remove(&leg.id));
        if self.devices_of(device.person).next().is_none() {
            self.update(device.person, |line| {
                line.here = false;
                line.on_stage = false;
                line.camera_allowed = false;
                line.sending.clear();
                line.network = Network::Unknown;
            });
            if let Some(person) = self.people.get_mut(&device.person) {
                person.gone_at_ms = now;
            }
        }
        Some(device)
    }

    /// The open sockets of an audience.
    pub(super) fn connections(&self, audience: &Audience) -> Vec<ConnectionId> {
        let heard_by = |device: &&Device| device.is_socket() && audience.includes(self.listener(device));
        self.devices.values().filter(heard_by).filter_map(|device| device.connection).collect()
    }

    pub(super) fn listener(&self, device: &Device) -> Listener {
        let staff = self.line(device.person).is_some_and(|line| line.role.is_staff());
        Listener { device: device.id, person: device.person, staff }
    }

    /// Sets a person's network to that of the best device in use.
    pub(super) fn refresh_network(&mut self, person: ParticipantId) {
        let words = self.devices_of(person).filter(|device| device.leg.is_some());
        let known = words.map(|device| device.link.overall()).filter(|word| *word != Network::Unknown);
        let best = known.min_by_key(|word| severity(*word)).unwrap_or(Network::Unknown);
        if self.line(person).is_some_and(|line| line.network != best) {
            self.update(person, |line| line.network = best);
        }
    }
}
