//! The sequence parameter set of H.264 (§7.3.2.1.1): the few fields that a file needs. `h264-reader` reads
//! everything else, too; here the bit reader of VP9 and AV1 is enough.

use super::super::bits::Bits;

/// Longest side, pixels: level 6.2 allows less.
const SIDE_MAX: u32 = 16_384;

/// The fields of a sequence parameter set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sps {
    pub id: u32,
    pub width: u16,
    pub height: u16,
    pub chroma_format: u8,
    pub bit_depth_luma: u8,
    pub bit_depth_chroma: u8,
}

impl Sps {
    /// Reads a NAL unit of type 7.
    pub(super) fn parse(nal: &[u8]) -> Option<Sps> {
        let raw = without_emulation(nal.get(1..)?);
        let mut bits = Bits::new(&raw);
        let profile = bits.take(8)?;
        bits.skip(16)?;
        let id = bits.exp_golomb().filter(|id| *id < 32)?;
        let (mut chroma_format, mut bit_depth_luma, mut bit_depth_chroma, mut planes) = (1, 8, 8, false);
        if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135) {
            chroma_format = bits.exp_golomb().filter(|format| *format <= 3)?;
            if chroma_format == 3 {
                planes = bits.flag()?;
            }
            bit_depth_luma = 8 + bits.exp_golomb().filter(|more| *more <= 6)?;
            bit_depth_chroma = 8 + bits.exp_golomb().filter(|more| *more <= 6)?;
            bits.skip(1)?;
            if bits.flag()? {
                skip_scaling(&mut bits, if chroma_format == 3 { 12 } else { 8 })?;
            }
        }
        skip_order(&mut bits)?;
        let (width, height) = size(&mut bits, if planes { 0 } else { chroma_format })?;
        Some(Sps {
            id,
            width,
            height,
            chroma_format: chroma_format as u8,
            bit_depth_luma: bit_depth_luma as u8,
            bit_depth_chroma: bit_depth_chroma as u8,
        })
    }
}

/// Scaling matrices (§7.3.2.1.1.1).
fn skip_scaling(bits: &mut Bits, lists: usize) -> Option<()> {
    for list in 0..lists {
        if !bits.flag()? {
            continue;
        }
        let (mut last, mut next) = (8, 8);
        for _ in 0..if list < 6 { 16 } else { 64 } {
            if next != 0 {
                next = (last + bits.signed_exp_golomb()?.clamp(-128, 127) + 256) % 256;
            }
            last = if next == 0 { last } else { next };
        }
    }
    Some(())
}

/// Skips numbering and order of frames, and the number of kept ones.
fn skip_order(bits: &mut Bits) -> Option<()> {
    bits.exp_golomb()?;
    match bits.exp_golomb()? {
        0 => {
            bits.exp_golomb()?;
        }
        1 => {
            bits.skip(1)?;
            bits.signed_exp_golomb()?;
            bits.signed_exp_golomb()?;
            for _ in 0..bits.exp_golomb().filter(|frames| *frames <= 255)? {
                bits.signed_exp_golomb()?;
            }
        }
        2 => {}
        _ => return None,
    }
    bits.exp_golomb()?;
    bits.skip(1)
}

/// Width and height in pixels, cropped (§7.4.2.1.1, equations 7-13 to 7-22).
fn size(bits: &mut Bits, chroma_array: u32) -> Option<(u16, u16)> {
    let side =
        |units: Option<u32>| units.filter(|units| *units < SIDE_MAX / 16).map(|units| (units + 1) * 16);
    let width = side(bits.exp_golomb())?;
    let height = side(bits.exp_golomb())?;
    let fields = if bits.flag()? { 1 } else { 2 };
    if fields == 2 {
        bits.skip(1)?;
    }
    bits.skip(1)?;
    let (mut across, mut down) = (0, 0);
    if bits.flag()? {
        let unit_across = if matches!(chroma_array, 1 | 2) { 2 } else { 1 };
        let unit_down = fields * if chroma_array == 1 { 2 } else { 1 };
        let mut cut = || bits.exp_golomb().filter(|cut| *cut < SIDE_MAX);
        across = unit_across * (cut()? + cut()?);
        down = unit_down * (cut()? + cut()?);
    }
    let width = width.checked_sub(across).filter(|width| *width > 0)?;
    let height = (height * fields).checked_sub(down).filter(|height| *height > 0)?;
    Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?))
}

/// Drops the 3 of 00 00 03, which only keeps start codes out of a NAL unit (§7.4.1).
fn without_emulation(bytes: &[u8]) -> Vec<u8> {
    let mut raw = Vec::with_capacity(bytes.len());
    let mut zeros = 0;
    for byte in bytes {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        raw.push(*byte);
    }
    raw
}

/// The ids at the beginning of a picture parameter set: its own, and that of its sequence parameter set.
pub(super) fn pps_ids(nal: &[u8]) -> Option<(u32, u32)> {
    // Two small numbers: no emulation prevention can come so early.
    let mut bits = Bits::new(nal.get(1..)?);
    let id = bits.exp_golomb().filter(|id| *id < 256)?;
    Some((id, bits.exp_golomb().filter(|id| *id < 32)?))
}

/// The first macroblock of a slice, and the id of its picture parameter set (§7.3.3).
pub(super) fn slice_start(nal: &[u8]) -> Option<(u32, u32)> {
    let raw = without_emulation(nal.get(1..nal.len().min(16))?);
    let mut bits = Bits::new(&raw);
    let first = bits.exp_golomb()?;
    bits.exp_golomb()?;
    Some((first, bits.exp_golomb()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::unhex;

    #[test]
    fn sizes_are_read_from_real_parameter_sets() {
        let cases = [
            // x264 high, 1280x720.
            ("6764001facd9405005bb011000000300100000030320f1831960", Some((1280, 720))),
            // x264 high, 1920x1080: cropped from 1088.
            ("67640028acd940780227e5c05a808080a0000003002000000781e30632c0", Some((1920, 1080))),
            ("67", None),
            ("", None),
        ];
        for (nal, want) in cases {
            let sps = Sps::parse(&unhex(nal).unwrap()).map(|sps| (sps.width, sps.height));
            assert_eq!(sps, want, "{nal}");
        }
    }

    #[test]
    fn a_parameter_set_cut_anywhere_is_none() {
        let nal = unhex("6764001facd9405005bb011000000300100000030320f1831960").unwrap();
        for end in 0..10 {
            assert_eq!(Sps::parse(&nal[..end]), None, "cut at {end}");
        }
    }
}
