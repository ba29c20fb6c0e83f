//! The inputs from the media side.

use super::deltas::Audience;
use super::effect::{Effect, MediaOrder};
use super::kinds::Kinds;
use super::room::Room;
use crate::attendance::fact::LeftReason;
use crate::classroom::message::{Bye, RoomEvent};
use crate::lesson::SourceKind;
use crate::sfu::report::{LegReport, MediaEvent, RoomReport};
use crate::sfu::scene::LegId;
use crate::sfu::subscriber::ParticipantId;

/// Age of a leg from which every report covers it, ms: an earlier report may have been on its way when the
/// leg was opened.
const REPORT_LAG_MS: u64 = 3_000;

impl Room {
    pub fn media(&mut self, now: u64, event: &MediaEvent) -> Vec<Effect> {
        match event {
            MediaEvent::Connected { leg } => self.sign_of_life(*leg, now),
            MediaEvent::Gone { leg } => self.lose_leg(*leg),
            MediaEvent::Sending { leg, kinds } => self.arriving(*leg, kinds),
            MediaEvent::Speaking { people } => self.speaking(people),
            MediaEvent::Report(report) => self.report(now, report),
        }
        let effects = self.finish(now);
        self.observe_teaching(now);
        // Facts about this second follow from the settled state.
        effects.into_iter().chain(self.out.take()).collect()
    }

    fn sign_of_life(&mut self, leg: LegId, at: u64) {
        let Some(id) = self.roster.by_leg(leg) else { return };
        let ended = self.roster.device_mut(id).and_then(|device| device.presence.media(at));
        if let Some(span) = ended {
            self.write_alive(id, span);
        }
    }

    /// A lost leg: a device with a socket waits for its next offer; one without is gone.
    fn lose_leg(&mut self, leg: LegId) {
        let Some(id) = self.roster.by_leg(leg) else { return };
        self.roster.set_leg(id, None);
        let Some(device) = self.roster.device(id) else { return };
        if device.is_socket() {
            self.roster.refresh_network(device.person);
        } else {
            self.departures.push(id, LeftReason::Lost, Bye::Left);
        }
    }

    fn arriving(&mut self, leg: LegId, kinds: &[SourceKind]) {
        let device = self.roster.by_leg(leg).and_then(|id| self.roster.device_mut(id));
        if let Some(leg) = device.and_then(|device| device.leg.as_mut()) {
            leg.arriving = Kinds::from(kinds);
        }
    }

    fn speaking(&mut self, people: &[ParticipantId]) {
        if let Some(speaking) = self.stage.hear(&self.roster, people) {
            self.delta(Audience::All, RoomEvent::Speaking { speaking });
        }
    }

    fn report(&mut self, now: u64, report: &RoomReport) {
        for leg in &report.legs {
            self.measure(now, leg);
            self.arriving(leg.leg, &leg.sending);
            let device = self.roster.by_leg(leg.leg).and_then(|id| self.roster.device_mut(id));
            if let Some(known) = device.and_then(|device| device.leg.as_mut()) {
                known.b_frames = leg.b_frames;
            }
        }
        let unknown = |leg: LegId| !report.legs.iter().any(|known| known.leg == leg);
        let legs = self.roster.devices().filter_map(|device| device.leg.as_ref());
        let old = legs.filter(|leg| now.saturating_sub(leg.opened_at_ms) > REPORT_LAG_MS);
        let gone: Vec<LegId> = old.map(|leg| leg.id).filter(|leg| unknown(*leg)).collect();
        for leg in gone {
            self.lose_leg(leg);
            self.out.media(MediaOrder::Close(leg));
        }
    }

    fn measure(&mut self, now: u64, report: &LegReport) {
        if report.connected {
            self.sign_of_life(report.leg, now.saturating_sub(u64::from(report.evidence_age_ms)));
        }
        let Some(id) = self.roster.by_leg(report.leg) else { return };
        let Some(device) = self.roster.device_mut(id) else { return };
        let person = device.person;
        if !device.link.measure(report) {
            return;
        }
        let (down, up, doing) = device.link.words();
        if device.is_socket() {
            self.delta(Audience::Devices(vec![id]), RoomEvent::Link { down, up, doing });
        }
        self.roster.refresh_network(person);
    }

    fn observe_teaching(&mut self, now: u64) {
        let staff: Vec<(u64, Kinds)> = self
            .roster
            .devices()
            .filter(|device| self.roster.line(device.person).is_some_and(|line| line.role.is_staff()))
            .map(|device| (device.id, device.sending()))
            .collect();
        for (id, kinds) in staff {
            let due = self.roster.device_mut(id).and_then(|device| device.teaching.observe(now, kinds));
            if let Some((span, kinds)) = due {
                self.write_teaching(id, span, kinds);
            }
        }
    }
}
