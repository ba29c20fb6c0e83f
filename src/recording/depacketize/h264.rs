//! H.264 (RFC 6184): single NAL units, STAP-A and FU-A become a sample of length-prefixed NAL units.
//! Parameter sets are kept for the init segment, and also inserted before every keyframe: players that read
//! only the first init segment (those built on FFmpeg) find the new size of the picture there.

use super::sps::{Sps, pps_ids, slice_start};
use super::{Broken, Config, Frame, Parameters, append};

const SLICE: u8 = 1;
const IDR: u8 = 5;
const SEI: u8 = 6;
const SPS: u8 = 7;
const PPS: u8 = 8;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// Longest parameter set, bytes.
const SET_BYTES_MAX: usize = 1024;
/// Most parameter sets of each kind; encoders use one or two.
const SETS_MAX: usize = 16;

/// Size of the picture whose sequence parameter set is in this payload, in pixels.
pub(super) fn size(payload: &[u8]) -> Option<(u16, u16)> {
    let (first, mut rest) = payload.split_first()?;
    if first & 0x1f == SPS {
        return Sps::parse(payload).map(|sps| (sps.width, sps.height));
    }
    if first & 0x1f != STAP_A {
        return None;
    }
    loop {
        let (len, tail) = rest.split_first_chunk()?;
        let (unit, after) = tail.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        if unit.first()? & 0x1f == SPS {
            return Sps::parse(unit).map(|sps| (sps.width, sps.height));
        }
        rest = after;
    }
}

/// Appends a NAL unit with its length before it.
fn append_unit(frame: &mut Vec<u8>, unit: &[u8]) -> Result<(), Broken> {
    append(frame, &(unit.len() as u32).to_be_bytes())?;
    append(frame, unit)
}

/// Collects one access unit; remembers the parameter sets of the stream.
#[derive(Default)]
pub(in super::super) struct Assembler {
    sps: Vec<(Sps, Vec<u8>)>,
    /// Own number, number of the sequence parameter set, NAL unit.
    pps: Vec<(u32, u32, Vec<u8>)>,
    data: Vec<u8>,
    /// Place in `data` of the NAL unit that comes in fragments.
    open: Option<usize>,
    has_slice: bool,
    /// The number of the picture parameter set of an IDR picture.
    idr: Option<u32>,
}

impl Assembler {
    pub(super) fn packet(&mut self, payload: &[u8]) -> Result<(), Broken> {
        let header = *payload.first().ok_or(Broken)?;
        let kind = header & 0x1f;
        if self.open.is_some() && kind != FU_A {
            return Err(Broken);
        }
        match kind {
            1..=23 => self.unit(payload),
            STAP_A => self.aggregate(&payload[1..]),
            FU_A => self.fragment(header, &payload[1..]),
            _ => Err(Broken),
        }
    }

    pub(super) fn end(&mut self) -> Result<Option<Frame>, Broken> {
        if self.open.is_some() {
            return Err(Broken);
        }
        if !self.has_slice {
            return Ok(None);
        }
        let key = match self.idr {
            Some(pps) => Some(self.config(pps).ok_or(Broken)?),
            None => None,
        };
        let mut data = std::mem::take(&mut self.data);
        if let Some(Config { parameters: Parameters::H264 { sps, pps, .. }, .. }) = &key {
            let mut whole = Vec::with_capacity(data.len() + 2 * SET_BYTES_MAX);
            std::iter::once(sps).chain(pps).try_for_each(|set| append_unit(&mut whole, set))?;
            append(&mut whole, &data)?;
            data = whole;
        }
        Ok(Some(Frame { data, key }))
    }

    pub(super) fn reset(&mut self) {
        self.data.clear();
        (self.open, self.has_slice, self.idr) = (None, false, None);
    }

    fn aggregate(&mut self, mut rest: &[u8]) -> Result<(), Broken> {
        while let [high, low, tail @ ..] = rest {
            let len = usize::from(u16::from_be_bytes([*high, *low]));
            let (unit, after) = tail.split_at_checked(len).ok_or(Broken)?;
            self.unit(unit)?;
            rest = after;
        }
        if rest.is_empty() { Ok(()) } else { Err(Broken) }
    }

    fn fragment(&mut self, indicator: u8, rest: &[u8]) -> Result<(), Broken> {
        let [header, rest @ ..] = rest else { return Err(Broken) };
        let (starts, ends) = (header & 0x80 != 0, header & 0x40 != 0);
        if starts == self.open.is_some() {
            return Err(Broken);
        }
        if starts {
            self.open = Some(self.data.len());
            append(&mut self.data, &[0, 0, 0, 0, indicator & 0xe0 | header & 0x1f])?;
        }
        append(&mut self.data, rest)?;
        if ends {
            // The collected unit may be of any kind: it is handled like one that came whole.
            let at = self.open.take().ok_or(Broken)?;
            let unit = self.data.split_off(at);
            self.unit(&unit[4..])?;
        }
        Ok(())
    }

    /// A whole NAL unit.
    fn unit(&mut self, unit: &[u8]) -> Result<(), Broken> {
        let header = *unit.first().ok_or(Broken)?;
        match header & 0x1f {
            SPS => return self.remember_sps(unit),
            PPS => return self.remember_pps(unit),
            SLICE | IDR => self.slice(unit)?,
            SEI => {}
            // Delimiters, filler, and extensions that no decoder of a class knows.
            _ => return Ok(()),
        }
        append_unit(&mut self.data, unit)
    }

    fn slice(&mut self, unit: &[u8]) -> Result<(), Broken> {
        let (first, pps) = slice_start(unit).ok_or(Broken)?;
        // A picture without its first slice lost it: nobody sends slices out of order.
        if !self.has_slice && first != 0 {
            return Err(Broken);
        }
        self.has_slice = true;
        if unit[0] & 0x1f == IDR {
            self.idr.get_or_insert(pps);
        }
        Ok(())
    }

    fn remember_sps(&mut self, unit: &[u8]) -> Result<(), Broken> {
        let sps = Sps::parse(unit).filter(|_| unit.len() <= SET_BYTES_MAX).ok_or(Broken)?;
        self.sps.retain(|(known, _)| known.id != sps.id);
        self.sps.truncate(SETS_MAX - 1);
        self.sps.insert(0, (sps, unit.to_vec()));
        Ok(())
    }

    fn remember_pps(&mut self, unit: &[u8]) -> Result<(), Broken> {
        let (id, sps) = pps_ids(unit).filter(|_| unit.len() <= SET_BYTES_MAX).ok_or(Broken)?;
        self.pps.retain(|(known, ..)| *known != id);
        self.pps.truncate(SETS_MAX - 1);
        self.pps.insert(0, (id, sps, unit.to_vec()));
        Ok(())
    }

    /// The parameter sets of a picture: its own, and all those of the same sequence.
    fn config(&self, pps: u32) -> Option<Config> {
        let (_, wanted, _) = self.pps.iter().find(|(id, ..)| *id == pps)?;
        let (sps, unit) = self.sps.iter().find(|(sps, _)| sps.id == *wanted)?;
        let mut sets: Vec<_> = self.pps.iter().filter(|(_, of, _)| of == wanted).collect();
        sets.sort_by_key(|(id, ..)| *id);
        let parameters = Parameters::H264 {
            sps: unit.clone(),
            pps: sets.into_iter().map(|(.., unit)| unit.clone()).collect(),
            chroma_format: sps.chroma_format,
            bit_depth_luma: sps.bit_depth_luma,
            bit_depth_chroma: sps.bit_depth_chroma,
        };
        Some(Config { width: sps.width, height: sps.height, parameters })
    }
}
