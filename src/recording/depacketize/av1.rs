//! AV1 (RTP payload format for AV1, version 1.0.0): the OBUs of a temporal unit with their sizes,
//! without temporal delimiters. The sequence header goes into the init segment as well.

use super::super::bits::Bits;
use super::{Broken, Config, Frame, Parameters, append};

const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;
const TILE_LIST: u8 = 8;
const PADDING: u8 = 15;

/// Longest sequence header, bytes.
const SEQUENCE_BYTES_MAX: usize = 1024;

/// The fields of a sequence header (AV1 bitstream §5.5) for `av1C`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Sequence {
    pub profile: u8,
    pub level: u8,
    pub tier: bool,
    pub bit_depth: u8,
    pub monochrome: bool,
    pub subsampling: (bool, bool),
    pub chroma_position: u8,
    /// The OBU itself, with its size.
    pub obu: Vec<u8>,
}

/// Collects one temporal unit.
#[derive(Default)]
pub(in super::super) struct Assembler {
    data: Vec<u8>,
    /// An OBU that goes on in the next packet.
    open: Option<Vec<u8>>,
    sequence: Option<(Sequence, u16, u16)>,
    /// Whether the first frame is a keyframe; `None` before it.
    key: Option<bool>,
}

impl Assembler {
    pub(super) fn packet(&mut self, payload: &[u8]) -> Result<(), Broken> {
        let [header, rest @ ..] = payload else { return Err(Broken) };
        let (continues, goes_on, count) = (header & 0x80 != 0, header & 0x40 != 0, header >> 4 & 3);
        if continues != self.open.is_some() || rest.is_empty() {
            return Err(Broken);
        }
        let mut rest = rest;
        let mut number = 0;
        while !rest.is_empty() {
            number += 1;
            let (element, after) = if number == count { (rest, &[][..]) } else { element(rest)? };
            let mut obu = self.open.take().unwrap_or_default();
            append(&mut obu, element)?;
            if after.is_empty() && goes_on {
                self.open = Some(obu);
            } else {
                self.obu(&obu)?;
            }
            rest = after;
        }
        if count == 0 || number == count { Ok(()) } else { Err(Broken) }
    }

    pub(super) fn end(&mut self) -> Result<Option<Frame>, Broken> {
        if self.open.is_some() {
            return Err(Broken);
        }
        let Some(is_key) = self.key else { return Ok(None) };
        let sequence = self.sequence.take().filter(|_| is_key);
        if is_key && sequence.is_none() {
            return Err(Broken);
        }
        let key = sequence.map(|(sequence, width, height)| Config {
            width,
            height,
            parameters: Parameters::Av1(sequence),
        });
        Ok(Some(Frame { data: std::mem::take(&mut self.data), key }))
    }

    /// A whole OBU, with or without its size.
    fn obu(&mut self, obu: &[u8]) -> Result<(), Broken> {
        let [head, rest @ ..] = obu else { return Ok(()) };
        let kind = head >> 3 & 0x0f;
        if head & 0x80 != 0 {
            return Err(Broken);
        }
        let (extension, body) = rest.split_at_checked(usize::from(head >> 2 & 1)).ok_or(Broken)?;
        let body = if head & 2 != 0 { element(body)?.0 } else { body };
        match kind {
            TEMPORAL_DELIMITER | TILE_LIST | PADDING => return Ok(()),
            FRAME | FRAME_HEADER if self.key.is_none() => {
                // show_existing_frame, then frame_type: 0 is a keyframe (§5.9.2).
                let first = body.first().ok_or(Broken)?;
                self.key = Some(first >> 5 == 0);
            }
            _ => {}
        }
        let at = self.data.len();
        append(&mut self.data, &[head | 2])?;
        append(&mut self.data, extension)?;
        append(&mut self.data, &leb128(body.len()))?;
        append(&mut self.data, body)?;
        if kind == SEQUENCE_HEADER {
            let obu = self.data[at..].to_vec();
            self.sequence = Some(sequence(body, obu).ok_or(Broken)?);
        }
        Ok(())
    }
}

/// Splits off an element: a length in leb128 and as many bytes; returns it and the rest.
fn element(bytes: &[u8]) -> Result<(&[u8], &[u8]), Broken> {
    let mut len = 0;
    for (at, byte) in bytes.iter().take(4).enumerate() {
        len |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return bytes[at + 1..].split_at_checked(len).ok_or(Broken);
        }
    }
    Err(Broken)
}

fn leb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// Reads a sequence header (§5.5.1); also returns width and height of the largest frame.
fn sequence(body: &[u8], obu: Vec<u8>) -> Option<(Sequence, u16, u16)> {
    if obu.len() > SEQUENCE_BYTES_MAX {
        return None;
    }
    let mut bits = Bits::new(body);
    let profile = bits.take(3)? as u8;
    bits.skip(1)?;
    let reduced = bits.flag()?;
    let (level, tier) = if reduced { (bits.take(5)? as u8, false) } else { operating_points(&mut bits)? };
    let (width_bits, height_bits) = (bits.take(4)? + 1, bits.take(4)? + 1);
    let width = (bits.take(width_bits)? + 1).try_into().ok()?;
    let height = (bits.take(height_bits)? + 1).try_into().ok()?;
    if !reduced && bits.flag()? {
        bits.skip(7)?;
    }
    skip_tools(&mut bits, reduced)?;
    let mut sequence = Sequence {
        profile,
        level,
        tier,
        bit_depth: 8,
        monochrome: false,
        subsampling: (true, true),
        chroma_position: 0,
        obu,
    };
    colour(&mut bits, &mut sequence)?;
    Some((sequence, width, height))
}

/// Reads timing and operating points; returns level and tier of the first.
fn operating_points(bits: &mut Bits) -> Option<(u8, bool)> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.skip(64)?;
        if bits.flag()? {
            bits.exp_golomb()?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.take(5)? + 1);
            bits.skip(42)?;
        }
    }
    let initial_delay = bits.flag()?;
    let mut first = None;
    for _ in 0..=bits.take(5)? {
        bits.skip(12)?;
        let level = bits.take(5)? as u8;
        let tier = level > 7 && bits.flag()?;
        first.get_or_insert((level, tier));
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * delay_bits + 1)?;
        }
        if initial_delay && bits.flag()? {
            bits.skip(4)?;
        }
    }
    first
}

/// From use_128x128_superblock to enable_restoration.
fn skip_tools(bits: &mut Bits, reduced: bool) -> Option<()> {
    bits.skip(3)?;
    if !reduced {
        bits.skip(4)?;
        let order_hint = bits.flag()?;
        if order_hint {
            bits.skip(2)?;
        }
        let screen_content = bits.flag()? || bits.flag()?;
        if screen_content && !bits.flag()? {
            bits.skip(1)?;
        }
        if order_hint {
            bits.skip(3)?;
        }
    }
    bits.skip(3)
}

/// The colour configuration (§5.5.2).
fn colour(bits: &mut Bits, sequence: &mut Sequence) -> Option<()> {
    let high = bits.flag()?;
    sequence.bit_depth = match (high, sequence.profile) {
        (true, 2) => 10 + 2 * u8::from(bits.flag()?),
        (true, _) => 10,
        (false, _) => 8,
    };
    sequence.monochrome = sequence.profile != 1 && bits.flag()?;
    let description = if bits.flag()? { bits.take(24)? } else { 0 };
    if sequence.monochrome {
        return bits.skip(1);
    }
    if description == 0x01_0d_00 {
        sequence.subsampling = (false, false);
        return Some(());
    }
    bits.skip(1)?;
    sequence.subsampling = match (sequence.profile, sequence.bit_depth) {
        (0, _) => (true, true),
        (1, _) => (false, false),
        (_, 12) => {
            let across = bits.flag()?;
            (across, across && bits.flag()?)
        }
        _ => (true, false),
    };
    if sequence.subsampling == (true, true) {
        sequence.chroma_position = bits.take(2)? as u8;
    }
    Some(())
}
