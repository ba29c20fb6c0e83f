//! Synthetic media: payloads that look to a media server like VP8, H.264 and Opus (headers, key
//! frames, fragments are valid, the picture itself is noise), each carrying a [`Stamp`] at its end,
//! so that a receiver can check every single packet.

use bytes::{BufMut, Bytes, BytesMut};

/// The last bytes of every payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The stream (one layer of one source of one publisher); the publisher chooses the number.
    pub stream: u32,
    /// The number of the packet in its stream, from 0, without gaps.
    pub sequence: u64,
    /// The time at which the packet was handed to the WebRTC stack, [`crate::clock::now_ns`].
    pub sent_ns: u64,
}

/// Length of an encoded stamp.
pub const STAMP_BYTES: usize = 24;
const MAGIC: u32 = 0x4c43_5354; // "LCST"

impl Stamp {
    fn put(self, payload: &mut BytesMut) {
        payload.put_u32(MAGIC);
        payload.put_u32(self.stream);
        payload.put_u64(self.sequence);
        payload.put_u64(self.sent_ns);
    }

    /// The stamp at the end of `payload`; `None` = it is not one of ours.
    pub fn read(payload: &[u8]) -> Option<Stamp> {
        let tail = payload.last_chunk::<STAMP_BYTES>()?;
        let word = |at: usize| u64::from_be_bytes(tail[at..at + 8].try_into().expect("8 of 24 bytes"));
        let head = word(0);
        (head >> 32 == u64::from(MAGIC)).then(|| Stamp {
            stream: head as u32,
            sequence: word(8),
            sent_ns: word(16),
        })
    }
}

/// Picture codec of the synthetic video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Codec {
    #[default]
    Vp8,
    H264,
}

/// The division of a synthetic stream into frames.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Payload bytes of one frame, all packets and stamps included.
    pub frame_bytes: usize,
    pub frames_per_second: u32,
}

impl Shape {
    /// A video stream of about this bit rate at 30 frames per second.
    pub fn video(bits_per_second: u32) -> Shape {
        Shape { frame_bytes: (bits_per_second / 8 / 30) as usize, frames_per_second: 30 }
    }
}

/// The longest payload of a packet: leaves room for RTP, SRTP and extensions in a 1,200-byte datagram.
const PAYLOAD_BYTES_MAX: usize = 1_100;

/// The payloads of one frame. `picture` counts frames; `stamp` makes the stamp of the next packet.
pub fn frame(
    codec: Codec,
    shape: Shape,
    key: bool,
    picture: u16,
    mut stamp: impl FnMut() -> Stamp,
) -> Vec<Bytes> {
    // A key frame is several times larger than the others, as with a real encoder.
    let frame_bytes = shape.frame_bytes * if key { 3 } else { 1 };
    let packets = frame_bytes.div_ceil(PAYLOAD_BYTES_MAX).max(1);
    let packet_bytes = frame_bytes / packets;
    let parameter_sets = key && codec == Codec::H264;

    let mut payloads = Vec::with_capacity(packets + 1);
    if parameter_sets {
        let mut payload = BytesMut::with_capacity(64);
        put_parameter_sets(&mut payload);
        stamp().put(&mut payload);
        payloads.push(payload.freeze());
    }
    for at in 0..packets {
        let mut payload = BytesMut::with_capacity(packet_bytes.max(64));
        match codec {
            Codec::Vp8 => put_vp8_head(&mut payload, key, at == 0, picture),
            Codec::H264 => put_h264_head(&mut payload, key, at == 0, at + 1 == packets),
        }
        let filler = packet_bytes.saturating_sub(payload.len() + STAMP_BYTES);
        payload.put_bytes(0x5a, filler);
        stamp().put(&mut payload);
        payloads.push(payload.freeze());
    }
    payloads
}

/// RFC 7741: descriptor with a 15-bit picture id; the first packet carries the frame header.
fn put_vp8_head(payload: &mut BytesMut, key: bool, first: bool, picture: u16) {
    payload.put_u8(if first { 0x90 } else { 0x80 });
    payload.put_u8(0x80);
    payload.put_u16(0x8000 | (picture & 0x7fff));
    if first && key {
        // Frame tag with P=0 and show_frame=1, start code, 1280x720.
        payload.put_slice(&[0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02]);
    } else if first {
        payload.put_slice(&[0x11, 0x02, 0x00]);
    }
}

/// RFC 6184: every slice travels as FU-A; the first and the last carry the S and E bits.
fn put_h264_head(payload: &mut BytesMut, key: bool, first: bool, last: bool) {
    let (indicator, kind) = if key { (0x7c, 5) } else { (0x5c, 1) };
    payload.put_u8(indicator);
    payload.put_u8(u8::from(first) << 7 | u8::from(last && !first) << 6 | kind);
}

/// STAP-A with a constrained-baseline SPS and a PPS; the stamp stands in a third unit of filler data.
fn put_parameter_sets(payload: &mut BytesMut) {
    const SPS: &[u8] = &[0x67, 0x42, 0xe0, 0x1f, 0x8c, 0x8d, 0x40, 0x50, 0x1e, 0x90, 0x0f, 0x08, 0x84, 0x6a];
    const PPS: &[u8] = &[0x68, 0xce, 0x3c, 0x80];
    payload.put_u8(0x78);
    for unit in [SPS, PPS] {
        payload.put_u16(unit.len() as u16);
        payload.put_slice(unit);
    }
    payload.put_u16(1 + STAMP_BYTES as u16);
    payload.put_u8(0x0c);
}

/// The payload of 20 ms of Opus-like sound.
pub fn sound(stamp: Stamp) -> Bytes {
    let mut payload = BytesMut::with_capacity(96);
    payload.put_u8(0x78); // TOC: CELT fullband, 20 ms, mono.
    payload.put_bytes(0x33, 95 - STAMP_BYTES);
    stamp.put(&mut payload);
    payload.freeze()
}

/// Whether the payload starts a key frame; tells the codecs apart by the form of the first bytes
/// that [`frame`] writes.
pub fn starts_key_frame(payload: &[u8]) -> bool {
    match payload {
        [0x7c, fu, ..] => fu & 0x9f == 0x85,
        [head, rest @ ..] if head & 0x90 == 0x90 => vp8_frame(rest).is_some_and(|tag| tag & 1 == 0),
        _ => false,
    }
}

/// First byte of the VP8 frame after the descriptor whose extension byte is `rest[0]`.
fn vp8_frame(rest: &[u8]) -> Option<u8> {
    let extension = *rest.first()?;
    let mut at = 1;
    if extension & 0x80 != 0 {
        at += if rest.get(at)? & 0x80 != 0 { 2 } else { 1 };
    }
    at += usize::from(extension & 0x40 != 0);
    at += usize::from(extension & 0x30 != 0);
    rest.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamps() -> impl FnMut() -> Stamp {
        let mut sequence = 0;
        move || {
            sequence += 1;
            Stamp { stream: 7, sequence: sequence - 1, sent_ns: 1_000 + sequence }
        }
    }

    #[test]
    fn every_packet_of_a_frame_carries_the_next_stamp() {
        for codec in [Codec::Vp8, Codec::H264] {
            for key in [false, true] {
                let payloads = frame(codec, Shape::video(1_500_000), key, 5, stamps());
                let read: Vec<_> = payloads.iter().map(|p| Stamp::read(p).unwrap().sequence).collect();
                assert_eq!(read, (0..payloads.len() as u64).collect::<Vec<_>>());
                assert!(payloads.iter().all(|p| p.len() <= PAYLOAD_BYTES_MAX));
            }
        }
    }

    #[test]
    fn only_the_first_picture_packet_of_a_key_frame_starts_it() {
        for codec in [Codec::Vp8, Codec::H264] {
            let starts = |key| {
                let payloads = frame(codec, Shape::video(1_500_000), key, 5, stamps());
                payloads.iter().filter(|p| starts_key_frame(p)).count()
            };
            assert_eq!((starts(true), starts(false)), (1, 0), "{codec:?}");
        }
        assert!(!starts_key_frame(&sound(Stamp { stream: 1, sequence: 0, sent_ns: 0 })));
    }

    #[test]
    fn foreign_bytes_have_no_stamp() {
        assert_eq!(Stamp::read(&[0; 23]), None);
        assert_eq!(Stamp::read(&[0; 1_000]), None);
    }
}
