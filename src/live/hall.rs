//! The media side of one room: its members, the sources they publish, and who receives what.
//!
//! [`Hall::reconcile`] compares what the scene wants with what is and changes the difference; it may
//! run at any time and twice does no harm. Everything that changes the room's media ends in it.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::protocol::{ParticipantId, SourceKind};
use crate::sfu::allocate::Choice;
use crate::sfu::report::{MediaEvent, RoomReport};
use crate::sfu::scene::{LegId, MAIN_SLOTS, Scene, SourceId};
use crate::sfu::sets::Sets;
use crate::sfu::source::Source;
use crate::sfu::speakers::{self, MARKS_MAX};
use crate::transport::codec::Codec;

use super::member::Member;
use super::tap::Tap;

/// The media side of one room.
pub struct Hall {
    /// By member index; a place is reused after its member left.
    pub members: Vec<Option<Member>>,
    /// By source index; a place is reused after its source ended.
    pub sources: Vec<Option<Source>>,
    /// Codec of each source, by the same index.
    pub(super) codecs: Vec<Codec>,
    /// Sources with fresh packets.
    pub dirty: Vec<u32>,
    scene: Scene,
    events: mpsc::Sender<MediaEvent>,
    /// A source began to arrive: tell the classroom after this batch.
    pub newly_sending: bool,
    speaking: Vec<ParticipantId>,
    pub bytes_in: u64,
    pub bytes_out: u64,
    started: Instant,
    /// While the class is recorded.
    pub(super) tap: Option<Tap>,
}

impl Hall {
    pub fn new(events: mpsc::Sender<MediaEvent>, now: Instant) -> Hall {
        Hall {
            members: Vec::new(),
            sources: Vec::new(),
            codecs: Vec::new(),
            dirty: Vec::new(),
            scene: Scene::default(),
            events,
            newly_sending: false,
            speaking: Vec::new(),
            bytes_in: 0,
            bytes_out: 0,
            started: now,
            tap: None,
        }
    }

    /// Tells the room task; what does not fit its queue is repeated by the next report.
    pub fn tell(&self, event: MediaEvent) {
        let _ = self.events.try_send(event);
    }

    /// 6.18 fixed-point seconds for the abs-send-time extension.
    pub fn abs_send_time(&self, now: Instant) -> u32 {
        let micros = now.saturating_duration_since(self.started).as_micros() as u64;
        (((micros << 18) / 1_000_000) & 0xff_ffff) as u32
    }

    pub fn legs(&self) -> impl Iterator<Item = (u32, &Member)> {
        self.members.iter().enumerate().filter_map(|(index, member)| Some((index as u32, member.as_ref()?)))
    }

    /// Lets a member in; its index.
    pub fn enter(&mut self, mut member: Member, now: Instant) -> u32 {
        for uplink in &member.leg.uplinks {
            let id = SourceId { leg: member.id, person: member.person, kind: uplink.plan.kind };
            let mut source = Source::new(id, uplink.plan.codec.clock_hz(), uplink.layers.len());
            if uplink.layers.len() == 1 && matches!(uplink.plan.codec, Codec::H264 { .. }) {
                source.sets = Sets::new(&uplink.plan.parameter_sets);
            }
            let key = place(&mut self.sources, source);
            self.codecs.resize(self.sources.len(), uplink.plan.codec);
            self.codecs[key as usize] = uplink.plan.codec;
            member.sources.push(key);
        }
        let index = place(&mut self.members, member);
        self.reconcile(now);
        index
    }

    /// Takes a member out.
    pub fn leave(&mut self, index: u32, now: Instant) -> Option<Member> {
        let member = self.members.get_mut(index as usize)?.take()?;
        for source in &member.sources {
            self.sources[*source as usize] = None;
        }
        self.dirty.retain(|source| !member.sources.contains(source));
        // Before the places of its sources can be taken by others.
        self.reconcile(now);
        Some(member)
    }

    /// The scene from now on.
    pub fn show(&mut self, scene: Scene, now: Instant) {
        self.scene = scene;
        self.reconcile(now);
        self.aim_all(now);
    }

    /// Where what is published is recorded from now on, if anywhere.
    pub fn record(&mut self, tap: Option<Tap>, now: Instant) {
        self.tap = tap;
        self.aim_tap(now);
    }

    /// Has the tap take the best layer of everything, and asks for the keyframes it needs.
    pub fn aim_tap(&mut self, now: Instant) {
        let Some(tap) = &mut self.tap else { return };
        for (key, source) in self.sources.iter_mut().enumerate() {
            let (key, Some(source)) = (key as u32, source) else { continue };
            tap.aim(now, key, source);
            if let Some(layer) = tap.needs_keyframe(now, key, source) {
                source.layers[usize::from(layer)].keyframes.want();
            }
        }
    }

    /// Tells the tap of a sender's clock.
    pub fn tap_report(&mut self, now: Instant, key: u32, layer: usize, ntp: u64, rtp: u32) {
        if let (Some(tap), Some(source)) = (&mut self.tap, &self.sources[key as usize]) {
            tap.report(now, source, self.codecs[key as usize], layer as u8, ntp, rtp);
        }
    }

    pub fn is_recorded(&self) -> bool {
        self.tap.is_some()
    }

    /// What a member may publish from now on.
    pub fn permit(&mut self, index: u32, kinds: &[SourceKind], now: Instant) {
        let Some(member) = &mut self.members[index as usize] else { return };
        member.permitted = kinds.to_vec();
        for source in &member.sources {
            let source =
                self.sources[*source as usize].as_mut().expect("a member's sources live as long as it");
            source.permitted = kinds.contains(&source.id.kind);
        }
        self.reconcile(now);
        self.announce(now);
    }

    /// Brings every slot to what the scene and the permissions want.
    pub fn reconcile(&mut self, now: Instant) {
        self.sources.iter_mut().flatten().for_each(|source| source.subscribers.clear());
        let heard = self.heard(now);
        for index in 0..self.members.len() {
            let Some(member) = &self.members[index] else { continue };
            let wanted = self.wanted(member, &heard);
            let Some(member) = &mut self.members[index] else { continue };
            for (slot, (down, wanted)) in member.slots.iter_mut().zip(wanted).enumerate() {
                // What the peer cannot play stays dark.
                let playable = wanted.and_then(|(key, codec)| Some((key, codec, down.payload_types(codec)?)));
                match playable {
                    None => down.slot.drop_source(),
                    Some((key, _, _)) if down.slot.source() == Some(key) => {}
                    Some((key, codec, (payload_type, rtx))) => {
                        down.slot.carry(key, payload_type, rtx, codec.clock_hz());
                        if !down.slot.video {
                            down.slot.aim(Some(0));
                        }
                    }
                }
                if let Some(key) = down.slot.source() {
                    let source = self.sources[key as usize].as_mut().expect("wanted sources are here");
                    source.subscribers.push((index as u32, slot as u16));
                }
            }
        }
    }

    /// The source each of a member's slots should carry, with its codec.
    fn wanted(&self, member: &Member, heard: &[(u32, ParticipantId, u32)]) -> Vec<Option<(u32, Codec)>> {
        let mut wanted = vec![None; member.slots.len()];
        let video: Vec<usize> = member.slots_of(true).collect();
        for (slot, id) in video.iter().zip(self.scene.video_slots(member.person, video.len())) {
            wanted[*slot] = id.and_then(|id| self.permitted(id));
        }
        let audio: Vec<usize> = member.slots_of(false).collect();
        let others: Vec<(u32, u32)> = heard
            .iter()
            .filter(|(_, person, _)| *person != member.person)
            .map(|(key, _, rank)| (*key, *rank))
            .collect();
        let holders: Vec<u32> = audio.iter().filter_map(|slot| member.slots[*slot].slot.source()).collect();
        let chosen = speakers::choose(&others, &holders, audio.len());
        // Who has a slot keeps it; the others take the free ones.
        let mut waiting: Vec<u32> = chosen.iter().copied().filter(|key| !holders.contains(key)).collect();
        for slot in audio {
            let held = member.slots[slot].slot.source().filter(|key| chosen.contains(key));
            let Some(key) = held.or_else(|| waiting.pop()) else { continue };
            wanted[slot] = Some((key, self.codecs[key as usize]));
        }
        wanted
    }

    /// Microphones that may be heard with their ranks; pinned ones come before all.
    fn heard(&self, now: Instant) -> Vec<(u32, ParticipantId, u32)> {
        let mics = self.sources.iter().enumerate().filter_map(|(key, source)| {
            let source = source.as_ref().filter(|s| s.permitted && s.id.kind == SourceKind::Mic)?;
            let owner = self.members.iter().flatten().find(|member| member.id == source.id.leg)?;
            let pinned = self.scene.pinned.contains(&source.id);
            let rank = if pinned { 0 } else { 100 + owner.loudness.rank(now) };
            Some((key as u32, source.id.person, rank))
        });
        mics.collect()
    }

    fn permitted(&self, id: SourceId) -> Option<(u32, Codec)> {
        let of = |source: &Option<Source>| source.as_ref().is_some_and(|s| s.id == id && s.permitted);
        let key = self.sources.iter().position(of)? as u32;
        Some((key, self.codecs[key as usize]))
    }

    /// Chooses the layers of every member anew.
    pub fn aim_all(&mut self, now: Instant) {
        let ladders: Vec<_> =
            self.sources.iter().map(|s| s.as_ref().map_or_else(Vec::new, |s| s.ladder(now))).collect();
        for index in 0..self.members.len() {
            self.aim(now, index, &ladders);
        }
    }

    fn aim(&mut self, now: Instant, index: usize, ladders: &[Vec<(u8, u64)>]) {
        let Some(member) = &mut self.members[index] else { return };
        let video: Vec<usize> = member.slots_of(true).collect();
        let choices: Vec<Choice> = video
            .iter()
            .enumerate()
            .map(|(number, slot)| Choice {
                is_main: number < MAIN_SLOTS,
                tile: member.tiles.get(number).copied().filter(|height| *height > 0),
                ladder: member.slots[*slot]
                    .slot
                    .source()
                    .map_or_else(Vec::new, |s| ladders[s as usize].clone()),
            })
            .collect();
        let (layers, doing) = member.pictures.allocate(now, member.want, &choices);
        member.doing = doing;
        for (slot, layer) in video.into_iter().zip(layers) {
            let slot = &mut member.slots[slot].slot;
            slot.aim(layer);
            if let (Some(layer), Some(key)) = (slot.waits_for(), slot.source())
                && let Some(source) = &mut self.sources[key as usize]
            {
                source.layers[usize::from(layer)].keyframes.want();
            }
        }
    }

    /// Tells the classroom whose sending began or ended.
    pub fn announce(&mut self, now: Instant) {
        self.newly_sending = false;
        let mut changed = Vec::new();
        for member in self.members.iter_mut().flatten() {
            let sending: Vec<SourceKind> = member
                .sources
                .iter()
                .filter_map(|key| self.sources[*key as usize].as_ref())
                .filter(|source| source.permitted && source.is_alive(now))
                .map(|source| source.id.kind)
                .collect();
            if sending != member.announced {
                member.announced = sending.clone();
                changed.push(MediaEvent::Sending { leg: member.id, kinds: sending });
            }
        }
        if !changed.is_empty() {
            changed.into_iter().for_each(|event| self.tell(event));
            self.aim_all(now);
        }
    }

    /// Tells the classroom who is speaking, if that changed.
    pub fn mark_speakers(&mut self, now: Instant) {
        let permitted = |member: &&Member| member.announced.contains(&SourceKind::Mic);
        let mut speaking: Vec<_> = self
            .members
            .iter()
            .flatten()
            .filter(permitted)
            .filter(|member| member.loudness.is_speaking(now))
            .map(|member| (member.loudness.rank(now), member.person))
            .collect();
        speaking.sort();
        speaking.truncate(MARKS_MAX);
        let people: Vec<_> = speaking.into_iter().map(|(_, person)| person).collect();
        let same = people.len() == self.speaking.len() && people.iter().all(|p| self.speaking.contains(p));
        if !same {
            self.speaking = people.clone();
            self.tell(MediaEvent::Speaking { people });
            self.reconcile(now);
        }
    }

    /// Every second: bitrates, and the whole truth to the classroom.
    pub fn report(&mut self, now: Instant, passed: Duration) {
        self.sources.iter_mut().flatten().for_each(|source| source.measure(passed));
        let bps = |bytes: u64| (bytes as f64 * 8.0 / passed.as_secs_f64().max(0.001)) as u64;
        let report = RoomReport {
            in_bps: bps(std::mem::take(&mut self.bytes_in)),
            out_bps: bps(std::mem::take(&mut self.bytes_out)),
            legs: self
                .members
                .iter()
                .flatten()
                .map(|member| member.report(now, self.b_frames(member)))
                .collect(),
        };
        self.tell(MediaEvent::Report(report));
    }

    fn b_frames(&self, member: &Member) -> bool {
        let mut sources = member.sources.iter().filter_map(|key| self.sources[*key as usize].as_ref());
        sources.any(|source| source.has_b_frames)
    }

    /// The index of a leg.
    pub fn find(&self, leg: LegId) -> Option<u32> {
        self.legs().find(|(_, member)| member.id == leg).map(|(index, _)| index)
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
