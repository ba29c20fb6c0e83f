//! What members publish comes in here: each packet is kept for the fan-out and given to the tap.

use std::time::Instant;

use crate::sfu::ring::{Picture, Stored};
use crate::sfu::sets::Before;
use crate::transport::codec::{Codec, Vp8Descriptor};
use crate::transport::gate::Drop;
use crate::transport::leg::Received;

use super::hall::Hall;

impl Hall {
    /// Takes a packet of a member for the coming fan-out.
    pub fn receive(
        &mut self,
        now: Instant,
        index: u32,
        packet: &[u8],
        received: &Received,
    ) -> Result<(), Drop> {
        let member =
            self.members[index as usize].as_mut().expect("the worker routes to members that are here");
        self.bytes_in += packet.len() as u64;
        member.publishing = true;
        let key = member.sources[received.uplink];
        let source = self.sources[key as usize].as_mut().expect("a member's sources live as long as it");
        if !source.permitted {
            return Err(Drop::NotPermitted);
        }
        if let Some(level) = received.audio_level {
            member.loudness.note(now, level);
        }
        let codec = member.leg.uplinks[received.uplink].plan.codec;
        let payload = &packet[received.payload.clone()];
        self.newly_sending |= !member.announced.contains(&source.id.kind);
        if received.anew {
            source.interrupt(received.layer);
        }
        source.has_b_frames |= codec.is_bidirectional(payload);
        let Received { sequence, timestamp, marker, .. } = *received;
        let (sequence, sets) =
            source.sets.as_mut().map_or((sequence, None), |sets| sets.place(sequence, timestamp, payload));
        let layer = received.layer as u8;
        if let Some(Before { sequence, payload }) = sets {
            self.keep(now, (key, layer), Stored::arrived(sequence, timestamp, false, true), &payload)?;
        }
        let mut stored = Stored::arrived(sequence, timestamp, marker, codec.starts_keyframe(payload));
        if codec == Codec::Vp8 {
            stored.picture = picture(payload);
        }
        self.keep(now, (key, layer), stored, payload)
    }

    /// Keeps a packet of a source's layer for the coming fan-out, and gives it to the tap.
    fn keep(
        &mut self,
        now: Instant,
        (key, layer): (u32, u8),
        mut packet: Stored,
        payload: &[u8],
    ) -> Result<(), Drop> {
        let source = self.sources[key as usize].as_mut().expect("a member's sources live as long as it");
        packet.epoch = source.epoch(layer.into());
        if source.fresh.is_empty() {
            self.dirty.push(key);
        }
        if !source.store(now, layer.into(), packet, payload) {
            return Err(Drop::RtpMalformed);
        }
        if let Some(tap) = &mut self.tap {
            tap.packet(now, key, source, self.codecs[key as usize], (layer, &packet, payload));
        }
        Ok(())
    }

    /// A packet came too late to be of use: nobody gets it, and all go on with the next keyframe.
    pub fn pass_over(&mut self, index: u32, received: &Received) {
        let Some(member) = &mut self.members[index as usize] else { return };
        member.leg.pass_over(received);
        member.publishing = true;
        if let Some(source) = &mut self.sources[member.sources[received.uplink] as usize] {
            source.interrupt(received.layer);
        }
        if let Some(tap) = &mut self.tap {
            tap.lose();
        }
    }
}

/// VP8's running numbers, where a payload carries them.
fn picture(payload: &[u8]) -> Option<Picture> {
    let descriptor = Vp8Descriptor::parse(payload)?;
    Some(Picture {
        id_at: descriptor.picture_id_at? as u8,
        id: descriptor.picture_id(payload)?,
        tl0_at: descriptor.tl0_at.unwrap_or(0) as u8,
        tl0: descriptor.tl0(payload).unwrap_or(0),
    })
}
