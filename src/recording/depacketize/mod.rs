//! Frames from the payloads of packets, one depacketizer per codec.
//!
//! Why not those of `rtc-rtp`, which is linked anyway: its H.264 one indexes behind the end of a STAP-A of
//! odd length and its VP8 one reads from an empty buffer (both panic on input that anybody may send),
//! fragments are collected without a bound, and a fragment whose beginning was lost is taken for a whole NAL
//! unit. None reports keyframes, sizes or codec parameters.
//!
//! The packets given to a [`Frames`] follow each other without a hole; after a hole the caller calls
//! [`Frames::reset`]. All packets of a frame have one RTP time; the caller marks its end.

mod av1;
mod h264;
pub(super) mod opus;
mod sps;
mod vp8;
mod vp9;

use crate::transport::codec::Codec;

/// Largest accepted frame, bytes.
const FRAME_BYTES_MAX: usize = 4 << 20;

/// A frame in its stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub data: Vec<u8>,
    /// `Some` for keyframes: the decoder's configuration. A frame without it is no keyframe.
    pub key: Option<Config>,
}

/// The configuration that a decoder needs before a keyframe; a different one means a new init segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Config {
    pub width: u16,
    pub height: u16,
    pub parameters: Parameters,
}

/// The part of the configuration that depends on the codec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parameters {
    H264 { sps: Vec<u8>, pps: Vec<Vec<u8>>, chroma_format: u8, bit_depth_luma: u8, bit_depth_chroma: u8 },
    Vp8,
    Vp9(vp9::Format),
    Av1(av1::Sequence),
    Opus,
}

pub(super) use self::av1::Sequence as Av1Sequence;
pub(super) use self::vp9::Format as Vp9Format;

/// The packet's payload is not valid for its codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// Collects the packets of one frame after another.
pub(super) enum Frames {
    H264(h264::Assembler),
    Vp8(vp8::Assembler),
    Vp9(vp9::Assembler),
    Av1(av1::Assembler),
}

impl Frames {
    /// `None` for sound, whose packets are frames.
    pub(super) fn new(codec: Codec) -> Option<Frames> {
        Some(match codec {
            Codec::H264 { .. } => Frames::H264(h264::Assembler::default()),
            Codec::Vp8 => Frames::Vp8(vp8::Assembler::default()),
            Codec::Vp9 { .. } => Frames::Vp9(vp9::Assembler::default()),
            Codec::Av1 => Frames::Av1(av1::Assembler::default()),
            Codec::Opus => return None,
        })
    }

    /// The next packet of the frame.
    pub(super) fn packet(&mut self, payload: &[u8]) -> Result<(), Broken> {
        match self {
            Frames::H264(assembler) => assembler.packet(payload),
            Frames::Vp8(assembler) => assembler.packet(payload),
            Frames::Vp9(assembler) => assembler.packet(payload),
            Frames::Av1(assembler) => assembler.packet(payload),
        }
    }

    /// Ends the frame. `None` = there was nothing to show in it (parameter sets alone).
    pub(super) fn end(&mut self) -> Result<Option<Frame>, Broken> {
        let ended = match self {
            Frames::H264(assembler) => assembler.end(),
            Frames::Vp8(assembler) => assembler.end(),
            Frames::Vp9(assembler) => assembler.end(),
            Frames::Av1(assembler) => assembler.end(),
        };
        self.reset();
        ended
    }

    /// Drops the collected part of the frame; the state of the stream stays.
    pub(super) fn reset(&mut self) {
        match self {
            Frames::H264(assembler) => assembler.reset(),
            Frames::Vp8(assembler) => *assembler = vp8::Assembler::default(),
            Frames::Vp9(assembler) => *assembler = vp9::Assembler::default(),
            Frames::Av1(assembler) => *assembler = av1::Assembler::default(),
        }
    }
}

/// Pixels of the picture that begins with this payload; `None` = it is not the first packet of a keyframe
/// with its size.
pub fn picture_area(codec: Codec, payload: &[u8]) -> Option<u32> {
    let (width, height) = match codec {
        Codec::H264 { .. } => h264::size(payload)?,
        Codec::Vp8 => vp8::size(payload)?,
        Codec::Vp9 { .. } | Codec::Av1 | Codec::Opus => return None,
    };
    Some(u32::from(width) * u32::from(height))
}

/// Appends to a frame, within bounds.
fn append(frame: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Broken> {
    if frame.len() + bytes.len() > FRAME_BYTES_MAX {
        return Err(Broken);
    }
    frame.extend_from_slice(bytes);
    Ok(())
}

#[cfg(test)]
mod tests;
