//! VP9 (RFC 9628): all spatial layers of a picture become one sample. Several layers are tied
//! together by the index of a superframe (VP9 bitstream annex B), so that decoders show one picture.

use super::super::bits::Bits;
use super::{Broken, Config, Frame, Parameters, append};

/// Part of every keyframe (VP9 bitstream §7.2).
const SYNC_CODE: u32 = 0x49_83_42;
/// Most spatial layers of a superframe.
const LAYERS_MAX: usize = 8;
/// colour_space of RGB (§7.2.2).
const SRGB: u32 = 7;

/// The format of pictures, by the header of a keyframe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Format {
    pub profile: u8,
    pub bit_depth: u8,
    /// As in `vpcC`: 0 and 1 are 4:2:0, 2 is 4:2:2, 3 is 4:4:4.
    pub subsampling: u8,
    pub full_range: bool,
}

/// Collects one picture.
#[derive(Default)]
pub(in super::super) struct Assembler {
    data: Vec<u8>,
    /// The beginning of each layer's frame.
    layers: Vec<usize>,
    /// The last packet of a frame has come.
    ended: bool,
    /// The largest size in the scalability structure.
    size: (u16, u16),
}

/// The needed parts of the payload descriptor (RFC 9628 §4.2).
struct Descriptor {
    /// Length before the VP9 payload, bytes.
    len: usize,
    begins: bool,
    ends: bool,
    size: (u16, u16),
}

impl Assembler {
    pub(super) fn packet(&mut self, payload: &[u8]) -> Result<(), Broken> {
        let descriptor = Descriptor::parse(payload).ok_or(Broken)?;
        let expected = self.layers.is_empty() || self.ended;
        if descriptor.begins != expected || payload.len() == descriptor.len || self.layers.len() > LAYERS_MAX
        {
            return Err(Broken);
        }
        if descriptor.begins {
            self.layers.push(self.data.len());
        }
        self.ended = descriptor.ends;
        self.size = (self.size.0.max(descriptor.size.0), self.size.1.max(descriptor.size.1));
        append(&mut self.data, &payload[descriptor.len..])
    }

    pub(super) fn end(&mut self) -> Result<Option<Frame>, Broken> {
        if self.layers.is_empty() {
            return Ok(None);
        }
        if !self.ended || self.layers.len() > LAYERS_MAX {
            return Err(Broken);
        }
        let key = Header::parse(&self.data).ok_or(Broken)?.key.map(|(format, width, height)| Config {
            width: width.max(self.size.0),
            height: height.max(self.size.1),
            parameters: Parameters::Vp9(format),
        });
        self.tie()?;
        Ok(Some(Frame { data: std::mem::take(&mut self.data), key }))
    }

    /// Appends the index of a superframe if there are several layers.
    fn tie(&mut self) -> Result<(), Broken> {
        if self.layers.len() < 2 {
            return Ok(());
        }
        let ends = self.layers[1..].iter().copied().chain([self.data.len()]);
        let sizes: Vec<u32> = self.layers.iter().zip(ends).map(|(at, end)| (end - at) as u32).collect();
        let marker = 0b110 << 5 | 3 << 3 | (sizes.len() - 1) as u8;
        let mut index = vec![marker];
        index.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
        index.push(marker);
        append(&mut self.data, &index)
    }
}

impl Descriptor {
    fn parse(payload: &[u8]) -> Option<Descriptor> {
        let flags = *payload.first()?;
        let has = |bit: u8| flags & bit != 0;
        let flexible = has(0x10);
        let mut len = 1;
        let mut next = || {
            let byte = payload.get(len).copied();
            len += 1;
            byte
        };
        if has(0x80) && next()? & 0x80 != 0 {
            next()?;
        }
        if has(0x20) {
            next()?;
            if !flexible {
                next()?;
            }
        }
        if flexible && has(0x40) {
            // At most three references; the last bit says whether another follows.
            let more = next()? & 1 != 0 && next()? & 1 != 0 && next()? & 1 != 0;
            if more {
                return None;
            }
        }
        let size = if has(0x02) { structure(&mut next)? } else { (0, 0) };
        (len <= payload.len()).then_some(Descriptor { len, begins: has(0x08), ends: has(0x04), size })
    }
}

/// Reads the scalability structure; returns its largest size.
fn structure(next: &mut impl FnMut() -> Option<u8>) -> Option<(u16, u16)> {
    let head = next()?;
    let mut size = (0, 0);
    if head & 0x10 != 0 {
        for _ in 0..=head >> 5 {
            let width = u16::from_be_bytes([next()?, next()?]);
            let height = u16::from_be_bytes([next()?, next()?]);
            size = (size.0.max(width), size.1.max(height));
        }
    }
    if head & 0x08 != 0 {
        for _ in 0..next()? {
            for _ in 0..next()? >> 2 & 3 {
                next()?;
            }
        }
    }
    Some(size)
}

/// The beginning of a frame's uncompressed header (VP9 bitstream §6.2).
struct Header {
    key: Option<(Format, u16, u16)>,
}

impl Header {
    fn parse(frame: &[u8]) -> Option<Header> {
        let mut bits = Bits::new(frame);
        if bits.take(2)? != 2 {
            return None;
        }
        let profile = u8::from(bits.flag()?) | u8::from(bits.flag()?) << 1;
        if profile == 3 {
            bits.skip(1)?;
        }
        let shows_existing = bits.flag()?;
        if shows_existing || bits.flag()? {
            return Some(Header { key: None });
        }
        bits.skip(2)?;
        if bits.take(24)? != SYNC_CODE {
            return None;
        }
        let bit_depth = match profile {
            2 | 3 => 10 + 2 * u8::from(bits.flag()?),
            _ => 8,
        };
        let (subsampling, full_range) = colour(&mut bits, profile)?;
        let width = (bits.take(16)? + 1).try_into().ok()?;
        let height = (bits.take(16)? + 1).try_into().ok()?;
        Some(Header { key: Some((Format { profile, bit_depth, subsampling, full_range }, width, height)) })
    }
}

/// The colour configuration behind the bit depth (§6.2.2).
fn colour(bits: &mut Bits, profile: u8) -> Option<(u8, bool)> {
    let space = bits.take(3)?;
    let odd = profile & 1 == 1;
    if space == SRGB {
        bits.skip(u32::from(odd))?;
        return odd.then_some((3, true));
    }
    let full_range = bits.flag()?;
    if !odd {
        return Some((1, full_range));
    }
    let (across, down) = (bits.flag()?, bits.flag()?);
    bits.skip(1)?;
    Some((
        if down {
            1
        } else if across {
            2
        } else {
            3
        },
        full_range,
    ))
}
