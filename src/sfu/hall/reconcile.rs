//! The receivers of each source, and the quality for each.
//!
//! [`Hall::reconcile`] compares the scene's wants with the present state and changes the difference; it may
//! run at any time, and repeating it does no harm. Everything that changes the room's media ends in it.

use std::time::Instant;

use super::Hall;
use super::member::Member;
use crate::lesson::SourceKind;
use crate::sfu::allocate::Choice;
use crate::sfu::report::MediaEvent;
use crate::sfu::scene::{MAIN_SLOTS, SourceId};
use crate::sfu::source::Source;
use crate::sfu::speakers::{self, MARKS_MAX};
use crate::sfu::subscriber::ParticipantId;
use crate::transport::codec::Codec;

impl Hall {
    /// Brings every slot to the state wanted by the scene and the permissions.
    pub(super) fn reconcile(&mut self, now: Instant) {
        self.sources.iter_mut().flatten().for_each(|source| source.subscribers.clear());
        let heard = self.heard(now);
        for index in 0..self.members.len() {
            let Some(member) = &self.members[index] else { continue };
            let wanted = self.wanted(member, &heard);
            let Some(member) = &mut self.members[index] else { continue };
            for (slot, (down, wanted)) in member.slots.iter_mut().zip(wanted).enumerate() {
                // A source that the peer cannot play stays dark.
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

    /// The wanted source of each of a member's slots, with its codec.
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
        // Present holders keep their slots; the others take the free ones.
        let mut waiting: Vec<u32> = chosen.iter().copied().filter(|key| !holders.contains(key)).collect();
        for slot in audio {
            let held = member.slots[slot].slot.source().filter(|key| chosen.contains(key));
            let Some(key) = held.or_else(|| waiting.pop()) else { continue };
            wanted[slot] = self.with_codec(key);
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
        self.with_codec(self.sources.iter().position(of)? as u32)
    }

    fn with_codec(&self, key: u32) -> Option<(u32, Codec)> {
        Some((key, self.sources[key as usize].as_ref()?.codec))
    }

    /// Chooses the layers of every member again.
    pub(super) fn aim_all(&mut self, now: Instant) {
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

    /// Has the recording take the best layer of everything, and requests the keyframes it needs.
    pub(super) fn aim_recording(&mut self, now: Instant) {
        let Some(best_layers) = &mut self.best_layers else { return };
        for (key, source) in self.sources.iter_mut().enumerate() {
            let (key, Some(source)) = (key as u32, source) else { continue };
            best_layers.aim(now, key, source);
            if let Some(layer) = best_layers.needs_keyframe(now, key, source) {
                source.layers[usize::from(layer)].keyframes.want();
            }
        }
    }

    /// Tells the classroom which members began or ended sending.
    pub(super) fn announce(&mut self, now: Instant) {
        self.newly_sending = false;
        let mut has_changed = false;
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
                has_changed = true;
                self.events.push_back(MediaEvent::Sending { leg: member.id, kinds: sending });
            }
        }
        if has_changed {
            self.aim_all(now);
        }
    }

    /// Tells the classroom who is speaking, if it has changed.
    pub(super) fn mark_speakers(&mut self, now: Instant) {
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
            self.events.push_back(MediaEvent::Speaking { people });
            self.reconcile(now);
        }
    }
}
