//! The media side of one room: its members, the sources they publish, and who receives what. It is told what
//! arrives and when, and it answers: packets go into an [`Outbox`], events for the classroom and captures for
//! the recording wait until they are polled. No socket, clock or task is in it, so a test can be its network.
//!
//! Reading order: [`member`] (one device) → `intake` (published packets) → `forward` (★ the hot path, one
//! page) → `reconcile` (who receives which source in which quality) → [`feedback`] (requests in the peers'
//! RTCP) → [`tick`] (periodic work).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use self::member::Member;
use super::capture::{BestLayers, Capture, CaptureRef};
use super::report::{MediaEvent, RoomReport};
use super::scene::{LegId, Scene, SourceId};
use super::sets::Sets;
use super::source::Source;
use crate::lesson::SourceKind;
use crate::sfu::subscriber::{ParticipantId, Want};
use crate::transport::codec::Codec;
use crate::transport::dtls::Ended;
use crate::transport::path::Route;

pub mod feedback;
mod forward;
mod intake;
pub mod member;
mod reconcile;
#[cfg(test)]
mod tests;
pub mod tick;

/// The way out for a hall's packets. It never waits: a packet that cannot leave at once is lost, and the
/// outbox counts it.
pub trait Outbox {
    /// Room for exactly `len` bytes of a packet to `to`. It leaves with the next [`Outbox::flush`], or before.
    fn room(&mut self, to: Route, len: usize) -> &mut [u8];

    /// Sends all that was written for `to`.
    fn flush(&mut self, to: Route);

    /// Sends a datagram that is already written (RTCP, DTLS, STUN).
    fn send(&mut self, to: Route, datagram: &[u8]);
}

/// A member whose leg has ended: the caller takes it out with [`Hall::lose`].
#[derive(Debug, PartialEq, Eq)]
pub struct Gone {
    pub index: u32,
    pub leg: LegId,
    /// The failure of its handshake, or its peer left; `None` = its consent is lost.
    pub ended: Option<Ended>,
}

/// The media side of one room.
pub struct Hall {
    /// By member index; a place is reused after its member left.
    members: Vec<Option<Member>>,
    /// By source index; a place is reused after its source ended.
    sources: Vec<Option<Source>>,
    /// Sources with fresh packets.
    dirty: Vec<u32>,
    scene: Scene,
    /// A source began to arrive: tell the classroom after this batch.
    newly_sending: bool,
    /// The speakers last told to the classroom.
    speaking: Vec<ParticipantId>,
    /// Bytes since the last report.
    bytes_in: u64,
    bytes_out: u64,
    /// Zero of the abs-send-time clock.
    started: Instant,
    /// While the class is recorded: the taken layers, and the captures not polled yet.
    best_layers: Option<BestLayers>,
    captured: VecDeque<CaptureRef>,
    events: VecDeque<MediaEvent>,
    /// The RTCP packet being written.
    scratch: Vec<u8>,
}

impl Hall {
    pub fn new(now: Instant) -> Hall {
        Hall {
            members: Vec::new(),
            sources: Vec::new(),
            dirty: Vec::new(),
            scene: Scene::default(),
            newly_sending: false,
            speaking: Vec::new(),
            bytes_in: 0,
            bytes_out: 0,
            started: now,
            best_layers: None,
            captured: VecDeque::new(),
            events: VecDeque::new(),
            scratch: Vec::with_capacity(2048),
        }
    }

    /// The member at `index`, while it is here.
    pub fn member_mut(&mut self, index: u32) -> Option<&mut Member> {
        self.members.get_mut(index as usize)?.as_mut()
    }

    /// The index of a leg.
    pub fn find(&self, leg: LegId) -> Option<u32> {
        let place = |member: &Option<Member>| member.as_ref().is_some_and(|member| member.id == leg);
        self.members.iter().position(place).map(|index| index as u32)
    }

    /// The indices of all present members.
    pub fn indices(&self) -> Vec<u32> {
        let here = self.members.iter().enumerate().filter(|(_, member)| member.is_some());
        here.map(|(index, _)| index as u32).collect()
    }

    /// The next event for the classroom.
    pub fn poll_event(&mut self) -> Option<MediaEvent> {
        self.events.pop_front()
    }

    /// The next capture for the recording. Poll after every packet: it lies in the ring of its layer, which
    /// turns.
    pub fn poll_capture(&mut self) -> Option<Capture<'_>> {
        let captured = self.captured.pop_front()?;
        captured.resolve(self.sources[captured.key as usize].as_ref()?)
    }

    /// Lets a member in; returns its index.
    pub fn enter(&mut self, mut member: Member, now: Instant) -> u32 {
        for uplink in &member.leg.uplinks {
            let id = SourceId { leg: member.id, person: member.person, kind: uplink.plan.kind };
            let mut source = Source::new(id, uplink.plan.codec, uplink.layers.len());
            if uplink.layers.len() == 1 && matches!(uplink.plan.codec, Codec::H264 { .. }) {
                source.sets = Sets::new(&uplink.plan.parameter_sets);
            }
            member.sources.push(place(&mut self.sources, source));
        }
        let index = place(&mut self.members, member);
        self.reconcile(now);
        self.aim_all(now);
        index
    }

    /// Takes a member out; returns its leg.
    pub fn leave(&mut self, index: u32, now: Instant) -> Option<LegId> {
        let member = self.members.get_mut(index as usize)?.take()?;
        for source in &member.sources {
            self.sources[*source as usize] = None;
        }
        self.dirty.retain(|source| !member.sources.contains(source));
        self.captured.retain(|captured| !member.sources.contains(&captured.key));
        // Before others can take the places of its sources.
        self.reconcile(now);
        Some(member.id)
    }

    /// Takes out a member whose leg ended without an order, and tells the classroom.
    pub fn lose(&mut self, index: u32, now: Instant) {
        if let Some(leg) = self.leave(index, now) {
            self.events.push_back(MediaEvent::Gone { leg });
        }
    }

    /// Sets the scene.
    pub fn show(&mut self, scene: Scene, now: Instant) {
        self.scene = scene;
        self.reconcile(now);
        self.aim_all(now);
    }

    /// Sets whether published streams are recorded. A recording begins with a keyframe of everything.
    pub fn record(&mut self, on: bool, now: Instant) {
        self.best_layers = on.then(BestLayers::default);
        self.aim_recording(now);
    }

    /// Sets the kinds that a member may publish.
    pub fn permit(&mut self, index: u32, kinds: &[SourceKind], now: Instant) {
        let Some(member) = &self.members[index as usize] else { return };
        for source in &member.sources {
            let source =
                self.sources[*source as usize].as_mut().expect("a member's sources live as long as it");
            source.permitted = kinds.contains(&source.id.kind);
        }
        self.reconcile(now);
        self.announce(now);
    }

    /// Sets how much a member wants to receive.
    pub fn want(&mut self, index: u32, want: Want, now: Instant) {
        if let Some(member) = self.member_mut(index) {
            member.want = want;
            self.aim_all(now);
        }
    }

    /// Sets the heights of a member's video slots on the screen, device pixels; 0 or missing = not known.
    pub fn tiles(&mut self, index: u32, heights: Vec<u16>, now: Instant) {
        if let Some(member) = self.member_mut(index) {
            member.tiles = heights;
            self.aim_all(now);
        }
    }

    /// Takes a DTLS datagram of a member. An error means that its leg has ended.
    pub fn handle_dtls(
        &mut self,
        now: Instant,
        index: u32,
        datagram: &[u8],
        out: &mut impl Outbox,
    ) -> Result<(), Gone> {
        let Some(member) = self.member_mut(index) else { return Ok(()) };
        let (leg, route) = (member.id, member.leg.path.route());
        let send = |datagram: &[u8]| {
            if let Some(route) = route {
                out.send(route, datagram);
            }
        };
        match member.leg.dtls(now, datagram, send) {
            Ok(true) => self.events.push_back(MediaEvent::Connected { leg }),
            Ok(false) => {}
            Err(ended) => return Err(Gone { index, leg, ended: Some(ended) }),
        }
        Ok(())
    }

    /// Counts bytes sent to this hall's subscribers, as the outbox reports them.
    pub fn note_sent(&mut self, bytes: u64) {
        self.bytes_out += bytes;
    }

    /// Every second: bitrates, and the complete state for the classroom.
    pub fn report(&mut self, now: Instant, passed: Duration) {
        self.sources.iter_mut().flatten().for_each(|source| source.measure(passed));
        let bps = |bytes: u64| (bytes as f64 * 8.0 / passed.as_secs_f64().max(0.001)) as u64;
        let legs = self.members.iter().flatten().map(|member| member.report(now, self.b_frames(member)));
        let legs = legs.collect();
        let report = RoomReport {
            in_bps: bps(std::mem::take(&mut self.bytes_in)),
            out_bps: bps(std::mem::take(&mut self.bytes_out)),
            legs,
        };
        self.events.push_back(MediaEvent::Report(report));
    }

    fn b_frames(&self, member: &Member) -> bool {
        let mut sources = member.sources.iter().filter_map(|key| self.sources[*key as usize].as_ref());
        sources.any(|source| source.has_b_frames)
    }

    /// 6.18 fixed-point seconds for the abs-send-time extension.
    fn abs_send_time(&self, now: Instant) -> u32 {
        let micros = now.saturating_duration_since(self.started).as_micros() as u64;
        (((micros << 18) / 1_000_000) & 0xff_ffff) as u32
    }
}

/// Puts `item` into the first free place.
fn place<T>(places: &mut Vec<Option<T>>, item: T) -> u32 {
    let free = places.iter().position(Option::is_none).unwrap_or(places.len());
    if free == places.len() {
        places.push(None);
    }
    places[free] = Some(item);
    free as u32
}
