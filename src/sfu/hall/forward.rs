//! ★ The hot path: the fresh packets of a batch become one copy per subscriber.
//!
//! Nothing here waits, locks, allocates per copy, or looks anything up by name: the receivers of a source are
//! a list of indices, the differences between subscribers were negotiated once, and the [`Outbox`] is known
//! at compile time. Measured by `make bench`.

use std::time::Instant;

use super::member::Member;
use super::{Hall, Outbox};
use crate::sfu::ring::Stored;
use crate::sfu::slot::{Numbers, Resend};
use crate::sfu::source::Source;
use crate::transport::rtp::FIXED;
use crate::transport::srtp::Session;

/// Bytes of a header extension block that holds abs-send-time alone.
const ABS_SEND_TIME_LEN: usize = 8;
/// Bytes of the original sequence number before a retransmitted payload (RFC 4588 §4).
const ORIGINAL_LEN: usize = 2;

impl Hall {
    /// Whether a packet waits for [`Hall::fan_out`].
    pub fn has_fresh(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// Sends the fresh packets of every source to its subscribers.
    pub fn fan_out(&mut self, now: Instant, out: &mut impl Outbox) {
        let abs_send_time = self.abs_send_time(now);
        while let Some(index) = self.dirty.pop() {
            let Some(source) = self.sources[index as usize].as_mut() else { continue };
            // 1. Alike in length, a subscriber's packets leave in one call.
            source.even_out();
            for (member, slot) in &source.subscribers {
                let Some(Member { leg, slots, .. }) = &mut self.members[*member as usize] else { continue };
                let Some((session, route)) = leg.outbound() else { continue };
                let down = &mut slots[usize::from(*slot)];
                for (layer, sequence) in &source.fresh {
                    let Some((stored, payload)) = source.packet(*layer, *sequence) else { continue };
                    // 2. Is it for this slot, and under which numbers?
                    let clock = |layer| source.rtp_time(layer, now);
                    let Some(numbers) = down.slot.forward(now, *layer, stored, abs_send_time, clock) else {
                        continue;
                    };
                    // 3. Written and encrypted in its place in the outbox.
                    let extension = down.abs_send_time.map(|id| (id, abs_send_time));
                    let packet = Packet { numbers, extension, original: None, stored, payload };
                    let room = out.room(route, packet.len() + session.rtp_tag_len());
                    packet.write(room, session);
                }
                // 4. Off it goes.
                out.flush(route);
            }
            source.fresh.clear();
        }
        if self.newly_sending {
            self.announce(now);
        }
    }

    /// Sends a packet again that a subscriber asked for.
    pub(super) fn resend(
        &mut self,
        now: Instant,
        member: u32,
        slot: usize,
        wanted: &[u16],
        out: &mut impl Outbox,
    ) {
        let abs_send_time = self.abs_send_time(now);
        let Some(Member { leg, slots, .. }) = &mut self.members[member as usize] else { return };
        let Some((session, route)) = leg.outbound() else { return };
        let down = &mut slots[slot];
        let Some(source) = down.slot.source().and_then(|index| self.sources[index as usize].as_ref()) else {
            return;
        };
        for sequence in wanted {
            let Some(again) = down.slot.resend(now, abs_send_time, *sequence) else { continue };
            let extension = down.abs_send_time.map(|id| (id, again.abs_send_time));
            if let Some(packet) = Packet::again(source, &again, extension) {
                let room = out.room(route, packet.len() + session.rtp_tag_len());
                packet.write(room, session);
            }
        }
        out.flush(route);
    }
}

/// The parts of an outgoing packet.
struct Packet<'a> {
    numbers: Numbers,
    /// Id and value of abs-send-time, if negotiated.
    extension: Option<(u8, u32)>,
    /// The original number of a retransmission on its own stream.
    original: Option<u16>,
    stored: &'a Stored,
    payload: &'a [u8],
}

impl<'a> Packet<'a> {
    fn again(source: &'a Source, again: &Resend, extension: Option<(u8, u32)>) -> Option<Packet<'a>> {
        let (stored, payload) = source.packet(again.layer, again.source_sequence)?;
        Some(Packet { numbers: again.numbers, extension, original: again.original, stored, payload })
    }

    fn header_len(&self) -> usize {
        FIXED + if self.extension.is_some() { ABS_SEND_TIME_LEN } else { 0 }
    }

    fn len(&self) -> usize {
        self.header_len() + if self.original.is_some() { ORIGINAL_LEN } else { 0 } + self.payload.len()
    }

    /// Fills `room`, which is exactly the packet and its tag.
    #[inline]
    fn write(&self, room: &mut [u8], session: &Session) {
        let Numbers { payload_type, ssrc, sequence, timestamp, picture } = self.numbers;
        room[0] = 0x80 | (u8::from(self.stored.padding > 0) << 5) | (u8::from(self.extension.is_some()) << 4);
        room[1] = payload_type | (u8::from(self.stored.marker) << 7);
        room[2..4].copy_from_slice(&(sequence as u16).to_be_bytes());
        room[4..8].copy_from_slice(&timestamp.to_be_bytes());
        room[8..12].copy_from_slice(&ssrc.to_be_bytes());
        if let Some((id, value)) = self.extension {
            let [_, a, b, c] = value.to_be_bytes();
            room[12..20].copy_from_slice(&[0xbe, 0xde, 0, 1, (id << 4) | 2, a, b, c]);
        }
        let mut at = self.header_len();
        if let Some(original) = self.original {
            room[at..at + ORIGINAL_LEN].copy_from_slice(&original.to_be_bytes());
            at += ORIGINAL_LEN;
        }
        let body = &mut room[at..at + self.payload.len()];
        body.copy_from_slice(self.payload);
        if let (Some((id, tl0)), Some(known)) = (picture, self.stored.picture) {
            let at = usize::from(known.id_at);
            body[at..at + 2].copy_from_slice(&(id | 0x8000).to_be_bytes());
            if known.tl0_at > 0 {
                body[usize::from(known.tl0_at)] = tl0;
            }
        }
        session.seal_rtp(room, self.header_len(), ssrc, sequence);
    }
}
