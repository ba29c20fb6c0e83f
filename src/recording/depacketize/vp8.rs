//! VP8 (RFC 7741): the payloads of a frame one after the other.

use super::{Broken, Config, Frame, Parameters, append};
use crate::transport::codec::Vp8Descriptor;

/// Part of every keyframe (RFC 6386 §9.1).
const START_CODE: [u8; 3] = [0x9d, 0x01, 0x2a];

/// Collects one frame.
#[derive(Default)]
pub(in super::super) struct Assembler {
    data: Vec<u8>,
}

impl Assembler {
    pub(super) fn packet(&mut self, payload: &[u8]) -> Result<(), Broken> {
        let descriptor = Vp8Descriptor::parse(payload).ok_or(Broken)?;
        if descriptor.starts_frame != self.data.is_empty() || payload.len() == descriptor.len {
            return Err(Broken);
        }
        append(&mut self.data, &payload[descriptor.len..])
    }

    pub(super) fn end(&mut self) -> Result<Option<Frame>, Broken> {
        let key = match self.data.first() {
            Some(tag) if tag & 1 == 0 => Some(config(&self.data).ok_or(Broken)?),
            Some(_) => None,
            None => return Ok(None),
        };
        Ok(Some(Frame { data: std::mem::take(&mut self.data), key }))
    }
}

/// Width and height of the picture that begins with this payload.
pub(super) fn size(payload: &[u8]) -> Option<(u16, u16)> {
    let descriptor = Vp8Descriptor::parse(payload).filter(|descriptor| descriptor.starts_frame)?;
    let frame =
        payload.get(descriptor.len..).filter(|frame| frame.first().is_some_and(|tag| tag & 1 == 0))?;
    config(frame).map(|config| (config.width, config.height))
}

/// Configuration in a keyframe's header (RFC 6386 §9.1).
fn config(frame: &[u8]) -> Option<Config> {
    let header: &[u8; 10] = frame.first_chunk()?;
    let side = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]) & 0x3fff;
    let (width, height) = (side(6), side(8));
    let makes_sense = header[3..6] == START_CODE && width > 0 && height > 0;
    makes_sense.then_some(Config { width, height, parameters: Parameters::Vp8 })
}
