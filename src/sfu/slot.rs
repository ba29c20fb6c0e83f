//! One subscriber's copy of a source: its own numbering over whatever layer or source it carries at the
//! moment, so that the decoder behind it never sees a seam.
//!
//! The slot decides numbers; the bytes are written by `hall::forward`. Sequence numbers are extended
//! (rollover counter in the upper bits). A number is used for one packet only, for good: encrypting
//! two different packets under one number would give away the key (GCM). That is why a
//! retransmission repeats every rewritten field from the history, or travels as RTX (RFC 4588).

use std::time::{Duration, Instant};

use super::ring::{Picture, Stored};

/// Packets remembered for retransmission: over a second of 2 Mbit/s. A later repair would miss its picture,
/// and every slot of every viewer pays for this memory.
const HISTORY: usize = 256;
/// Least time between two copies of a packet: the last copy may still be on its way.
const RESEND_EVERY: Duration = Duration::from_millis(30);
/// Most retransmissions per second and slot; beyond that the link needs less, not more.
const RESENDS_PER_SECOND_MAX: u32 = 300;
/// Longest age of a retransmitted packet, as abs-send-time (1 s): an older picture was due long before.
const RESEND_AGE_MAX: u32 = 1 << 18;
/// First number of a slot, so that reordered first packets never fall below zero.
const FIRST: u64 = 1000;

/// A negotiated place to receive a source.
pub struct Slot {
    pub video: bool,
    pub ssrc: u32,
    pub rtx_ssrc: u32,
    carried: Option<Carried>,
    /// Highest number sent, its RTP time, and its time of sending.
    last: u64,
    last_timestamp: u32,
    last_at: Option<Instant>,
    last_picture: (u16, u8),
    rtx_last: u64,
    history: Vec<Sent>,
    resends_left: u32,
    /// Counted for sender reports.
    pub packets: u32,
    pub octets: u32,
}

/// The source a slot carries, and the mapping of its numbers.
#[derive(Debug, Clone, Copy)]
struct Carried {
    source: u32,
    payload_type: u8,
    rtx_payload_type: Option<u8>,
    clock_hz: u32,
    /// Numbers up to this one are of another source, whose packets are in another ring.
    after: u64,
    current: Option<u8>,
    target: Option<u8>,
    /// Ours minus the publisher's.
    offset: i64,
    timestamp_offset: u32,
    /// Older packets of the current layer belong to the time before the switch.
    from: u64,
    /// Epoch of the current layer's packets; see [`Stored::epoch`].
    epoch: u8,
    picture_offset: (u16, u8),
}

/// The parts of a sent packet to be repeated by its retransmission.
#[derive(Debug, Clone, Copy)]
struct Sent {
    number: u64,
    sequence: u64,
    timestamp: u32,
    abs_send_time: u32,
    resent_at: Option<Instant>,
    picture: (u16, u8),
    layer: u8,
}

/// The numbers of one outgoing packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    pub payload_type: u8,
    pub ssrc: u32,
    pub sequence: u64,
    pub timestamp: u32,
    /// VP8 picture id and TL0PICIDX, if they differ from the publisher's.
    pub picture: Option<(u16, u8)>,
}

/// A packet to be sent again: its place in the source, and its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resend {
    pub layer: u8,
    pub source_sequence: u64,
    pub numbers: Numbers,
    /// The value in the first copy.
    pub abs_send_time: u32,
    /// `Some` = it travels as RTX: the original number, which stands before the payload.
    pub original: Option<u16>,
}

impl Slot {
    pub fn new(video: bool, ssrc: u32, rtx_ssrc: u32) -> Slot {
        Slot {
            video,
            ssrc,
            rtx_ssrc,
            carried: None,
            last: FIRST,
            last_timestamp: 0,
            last_at: None,
            last_picture: (0, 0),
            rtx_last: FIRST,
            history: Vec::new(),
            resends_left: RESENDS_PER_SECOND_MAX,
            packets: 0,
            octets: 0,
        }
    }

    /// The index of the source it carries.
    pub fn source(&self) -> Option<u32> {
        self.carried.map(|carried| carried.source)
    }

    /// Carries `source` from its next keyframe on.
    pub fn carry(&mut self, source: u32, payload_type: u8, rtx_payload_type: Option<u8>, clock_hz: u32) {
        self.carried = Some(Carried {
            source,
            payload_type,
            rtx_payload_type,
            clock_hz,
            after: self.last,
            current: None,
            target: None,
            offset: 0,
            timestamp_offset: 0,
            from: 0,
            epoch: 0,
            picture_offset: (0, 0),
        });
    }

    /// Makes the slot dark.
    pub fn drop_source(&mut self) {
        self.carried = None;
    }

    /// Sets the wanted layer (`None` = pause at once). True = a keyframe of it is needed.
    pub fn aim(&mut self, target: Option<u8>) -> bool {
        let Some(carried) = &mut self.carried else { return false };
        carried.target = target;
        if target.is_none() {
            carried.current = None;
        }
        self.waits_for().is_some()
    }

    /// The layer whose keyframe it waits for.
    pub fn waits_for(&self) -> Option<u8> {
        let carried = self.carried.as_ref()?;
        carried.target.filter(|target| carried.current != Some(*target))
    }

    /// The layer on the wire.
    pub fn current(&self) -> Option<u8> {
        self.carried?.current
    }

    /// The numbers of an outgoing packet; `None` = it is not for this slot. `rtp_time` tells the present RTP
    /// time of a layer, if known.
    #[inline]
    pub fn forward(
        &mut self,
        now: Instant,
        layer: u8,
        packet: &Stored,
        abs_send_time: u32,
        rtp_time: impl Fn(u8) -> Option<u32>,
    ) -> Option<Numbers> {
        let mut carried = self.carried?;
        if packet.epoch != carried.epoch && carried.current == Some(layer) && packet.sequence >= carried.from
        {
            // The layer restarted, with other timestamps and a keyframe.
            carried.current = None;
            self.carried = Some(carried);
        }
        if carried.current != Some(layer) {
            if carried.target != Some(layer) || !packet.keyframe {
                return None;
            }
            self.switch(&mut carried, now, layer, packet, rtp_time);
        } else if packet.sequence < carried.from {
            return None;
        }
        let number = packet.sequence.wrapping_add_signed(carried.offset);
        let timestamp = packet.timestamp.wrapping_add(carried.timestamp_offset);
        let picture = packet.picture.map(|picture| carried.shift(picture));
        if number > self.last || self.packets == 0 {
            self.last = number;
            self.last_timestamp = timestamp;
            self.last_at = Some(now);
            self.last_picture = picture.unwrap_or_default();
        }
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(u32::from(packet.len));
        if self.video {
            self.remember(Sent {
                number,
                sequence: packet.sequence,
                timestamp,
                abs_send_time,
                resent_at: None,
                picture: picture.unwrap_or_default(),
                layer,
            });
        }
        Some(Numbers {
            payload_type: carried.payload_type,
            ssrc: self.ssrc,
            sequence: number,
            timestamp,
            picture: picture.filter(|_| carried.picture_offset != (0, 0)),
        })
    }

    /// Continues the numbering with the keyframe `packet` of another layer or source.
    #[cold]
    fn switch(
        &mut self,
        carried: &mut Carried,
        now: Instant,
        layer: u8,
        packet: &Stored,
        rtp_time: impl Fn(u8) -> Option<u32>,
    ) {
        carried.offset = (self.last as i64 + 1).wrapping_sub(packet.sequence as i64);
        carried.from = packet.sequence;
        carried.epoch = packet.epoch;
        if let Some(sent_at) = self.last_at {
            // The layers of one camera share a clock that sender reports relate; between sources, or before
            // the first reports, the time passed here relates them.
            let related = carried.current.and_then(|old| Some(rtp_time(old)?.wrapping_sub(rtp_time(layer)?)));
            let passed = now.saturating_duration_since(sent_at).as_micros() * u128::from(carried.clock_hz);
            let by_wall =
                self.last_timestamp.wrapping_add((passed / 1_000_000) as u32).wrapping_sub(packet.timestamp);
            let offset = match related {
                Some(shift) => carried.timestamp_offset.wrapping_add(shift),
                None => by_wall,
            };
            let ahead = packet.timestamp.wrapping_add(offset).wrapping_sub(self.last_timestamp) as i32;
            // Time never runs backwards, and a picture never lasts more than a second longer than it did.
            let sane = (1..=carried.clock_hz as i32 + (passed / 1_000_000) as i32).contains(&ahead);
            carried.timestamp_offset = if sane {
                offset
            } else {
                self.last_timestamp
                    .wrapping_add((passed / 1_000_000).max(1) as u32)
                    .wrapping_sub(packet.timestamp)
            };
        } else {
            carried.timestamp_offset = 0;
        }
        if let Some(picture) = packet.picture
            && self.last_at.is_some()
        {
            carried.picture_offset = (
                self.last_picture.0.wrapping_add(1).wrapping_sub(picture.id) & 0x7fff,
                self.last_picture.1.wrapping_add(1).wrapping_sub(picture.tl0),
            );
        }
        carried.current = Some(layer);
        self.carried = Some(*carried);
    }

    fn remember(&mut self, sent: Sent) {
        if self.history.is_empty() {
            self.history = vec![Sent { number: 0, ..sent }; HISTORY];
        }
        self.history[sent.number as usize % HISTORY] = sent;
    }

    /// Answers a request for `sequence` at `now`, which is `abs_send_time`; `None` = it was never sent, is
    /// too old, or was requested too often.
    pub fn resend(&mut self, now: Instant, abs_send_time: u32, sequence: u16) -> Option<Resend> {
        let carried = self.carried?;
        let ahead = sequence.wrapping_sub(self.last as u16) as i16;
        let number = self.last.checked_add_signed(i64::from(ahead)).filter(|number| *number <= self.last)?;
        // In the ring of the present source this number belongs to another packet, and one number encrypts
        // one packet.
        if number <= carried.after {
            return None;
        }
        let sent = self.history.get_mut(number as usize % HISTORY).filter(|sent| sent.number == number)?;
        let too_old = (abs_send_time.wrapping_sub(sent.abs_send_time) & 0xff_ffff) > RESEND_AGE_MAX;
        let too_soon = sent.resent_at.is_some_and(|at| now.saturating_duration_since(at) < RESEND_EVERY);
        if too_old || too_soon || self.resends_left == 0 {
            return None;
        }
        self.resends_left -= 1;
        sent.resent_at = Some(now);
        let mut resend = Resend {
            layer: sent.layer,
            source_sequence: sent.sequence,
            numbers: Numbers {
                payload_type: carried.payload_type,
                ssrc: self.ssrc,
                sequence: number,
                timestamp: sent.timestamp,
                picture: Some(sent.picture),
            },
            abs_send_time: sent.abs_send_time,
            original: None,
        };
        if let Some(payload_type) = carried.rtx_payload_type {
            self.rtx_last += 1;
            resend.original = Some(number as u16);
            resend.numbers.payload_type = payload_type;
            resend.numbers.ssrc = self.rtx_ssrc;
            resend.numbers.sequence = self.rtx_last;
        }
        Some(resend)
    }

    /// Every second: new credit for retransmissions.
    pub fn refill(&mut self) {
        self.resends_left = RESENDS_PER_SECOND_MAX;
    }

    /// RTP time of our stream at `now` for a sender report; `None` = before the first packet.
    pub fn rtp_time(&self, now: Instant, rtp_time: impl Fn(u8) -> Option<u32>) -> Option<u32> {
        let (sent_at, carried) = (self.last_at?, self.carried?);
        let by_report =
            carried.current.and_then(rtp_time).map(|time| time.wrapping_add(carried.timestamp_offset));
        Some(by_report.unwrap_or_else(|| {
            let passed = now.saturating_duration_since(sent_at).as_micros() * u128::from(carried.clock_hz);
            self.last_timestamp.wrapping_add((passed / 1_000_000) as u32)
        }))
    }
}

impl Carried {
    fn shift(&self, picture: Picture) -> (u16, u8) {
        (
            picture.id.wrapping_add(self.picture_offset.0) & 0x7fff,
            picture.tl0.wrapping_add(self.picture_offset.1),
        )
    }
}

#[cfg(test)]
mod tests;
