//! Entitlement to stay: devices go when their sign-in has ended, trainees when they are off the roster of the
//! class, staff when they no longer teach the lesson or watch over it.

use std::collections::{BTreeMap, BTreeSet};

use super::ConnectionId;
use super::effect::Effect;
use super::room::Room;
use super::roster::Device;
use crate::attendance::fact::LeftReason;
use crate::classroom::message::Bye;
use crate::lesson::Role;

/// Sign-ins that have ended; their devices must go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedOut {
    /// One sign-in, by its public name.
    Session(String),
    /// Every sign-in of a person except `but`.
    Sessions { person: String, but: Option<String> },
    /// Everything of a person, tokens included.
    Person(String),
}

/// Those in class whose right to be there can end while it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entitled {
    /// Stable ids of the trainees with a device here, also one that lost its socket and may resume.
    pub trainees: Vec<String>,
    /// Sign-ins by which devices of staff came, each with the role it gave.
    pub staff: Vec<(String, Role)>,
}

/// Those whose right to be in class has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Displaced {
    /// Stable ids of trainees.
    pub trainees: Vec<String>,
    /// Sign-ins of staff.
    pub staff: Vec<String>,
}

impl Displaced {
    pub fn is_empty(&self) -> bool {
        self.trainees.is_empty() && self.staff.is_empty()
    }
}

impl Room {
    /// Notes the sign-in of a socket.
    pub fn came_by(&mut self, connection: ConnectionId, session: String) {
        let device = self.roster.by_connection(connection);
        if let Some(device) = device.and_then(|device| self.roster.device_mut(device)) {
            device.session = Some(session);
        }
    }

    /// Removes every device of the ended sign-ins, also those that lost their socket and may resume.
    pub fn signed_out(&mut self, now: u64, whose: &SignedOut, reason: LeftReason) -> Vec<Effect> {
        let is_of = |device: &Device, key: &str| self.roster.person_of_key(key) == Some(device.person);
        let is_over = |device: &&Device| match (whose, &device.session) {
            (SignedOut::Person(person), _) => is_of(device, person),
            (SignedOut::Session(over), session) => session.as_ref() == Some(over),
            (SignedOut::Sessions { person, but }, Some(session)) => {
                is_of(device, person) && but.as_ref() != Some(session)
            }
            (SignedOut::Sessions { .. }, None) => false,
        };
        let over = self.roster.devices().filter(is_over);
        over.for_each(|device| self.departures.push(device.id, reason, Bye::SignedOut));
        self.finish(now)
    }

    /// The people whose right to be here can end. Staff with a token are absent: nobody can take their right away.
    pub fn entitled(&self) -> Entitled {
        let mut trainees = BTreeSet::new();
        let mut staff = BTreeMap::new();
        for (device, role) in self.devices_with_roles() {
            match (role, &device.session) {
                (Role::Trainee, _) => {
                    trainees.insert(self.key(device.person));
                }
                (_, Some(session)) => {
                    staff.insert(session.clone(), role);
                }
                (_, None) => {}
            }
        }
        Entitled { trainees: trainees.into_iter().collect(), staff: staff.into_iter().collect() }
    }

    /// Removes every device of these trainees, and of staff those that came by these sign-ins.
    pub fn displace(&mut self, now: u64, displaced: &Displaced) -> Vec<Effect> {
        let goes = |(device, role): &(&Device, Role)| match role {
            Role::Trainee => displaced.trainees.contains(&self.key(device.person)),
            _ => device.session.as_ref().is_some_and(|session| displaced.staff.contains(session)),
        };
        let going: Vec<u64> = self.devices_with_roles().filter(goes).map(|(device, _)| device.id).collect();
        going.into_iter().for_each(|id| self.departures.push(id, LeftReason::Removed, Bye::NotPlaced));
        self.finish(now)
    }

    fn devices_with_roles(&self) -> impl Iterator<Item = (&Device, Role)> {
        self.roster.devices().filter_map(|device| Some((device, self.roster.line(device.person)?.role)))
    }
}
