//! Packets that members publish: each is kept for the fan-out, and noted for the recording.

use std::time::Instant;

use super::Hall;
use crate::sfu::capture::{CaptureRef, CapturedRef};
use crate::sfu::ring::{Picture, Stored};
use crate::sfu::sets::Before;
use crate::transport::codec::{Codec, Vp8Descriptor};
use crate::transport::gate::Drop;
use crate::transport::leg::Received;

impl Hall {
    /// Takes an RTP datagram of a member: authenticates it, decrypts it in place, and keeps it for the coming
    /// fan-out. A `stale` one is too late to be of use: nobody gets it, and everybody goes on with the next
    /// keyframe.
    pub fn handle_rtp(
        &mut self,
        now: Instant,
        index: u32,
        datagram: &mut [u8],
        stale: bool,
    ) -> Result<(), Drop> {
        let member = self.member_mut(index).ok_or(Drop::Stranger)?;
        let received = member.leg.rtp(now, datagram)?;
        if stale {
            self.pass_over(index, &received);
            return Err(Drop::Stale);
        }
        self.take_in(now, index, datagram, &received)
    }

    fn take_in(&mut self, now: Instant, index: u32, packet: &[u8], received: &Received) -> Result<(), Drop> {
        let member = self.members[index as usize].as_mut().expect("its leg has just taken the packet");
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
        let codec = source.codec;
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
        let (keyframe, picture) = beginning(codec, payload);
        let stored = Stored { picture, ..Stored::arrived(sequence, timestamp, marker, keyframe) };
        self.keep(now, (key, layer), stored, payload)
    }

    /// Keeps a packet of a source's layer for the coming fan-out, and notes it for the recording.
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
        if let Some(best_layers) = &mut self.best_layers
            && best_layers.takes(now, key, source, (layer, &packet, payload))
        {
            let what = CapturedRef::Packet { sequence: packet.sequence };
            self.captured.push_back(CaptureRef { key, at: now, layer, what });
        }
        Ok(())
    }

    fn pass_over(&mut self, index: u32, received: &Received) {
        let Some(member) = &mut self.members[index as usize] else { return };
        member.leg.pass_over(received);
        member.publishing = true;
        if let Some(source) = &mut self.sources[member.sources[received.uplink] as usize] {
            source.interrupt(received.layer);
        }
    }
}

/// Whether a keyframe begins with this payload, and VP8's running numbers if it carries them.
fn beginning(codec: Codec, payload: &[u8]) -> (bool, Option<Picture>) {
    if codec != Codec::Vp8 {
        return (codec.starts_keyframe(payload), None);
    }
    // Parsed once for both: every packet of a picture passes here.
    let Some(descriptor) = Vp8Descriptor::parse(payload) else { return (false, None) };
    (descriptor.starts_keyframe(payload), picture(&descriptor, payload))
}

fn picture(descriptor: &Vp8Descriptor, payload: &[u8]) -> Option<Picture> {
    Some(Picture {
        id_at: descriptor.picture_id_at? as u8,
        id: descriptor.picture_id(payload)?,
        tl0_at: descriptor.tl0_at.unwrap_or(0) as u8,
        tl0: descriptor.tl0(payload).unwrap_or(0),
    })
}
