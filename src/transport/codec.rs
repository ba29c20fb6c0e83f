//! Codecs, and the beginnings of their pictures.

/// A codec, with the properties that forwarding needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Opus,
    /// `profile` is profile_idc, `mode` packetization-mode (RFC 6184 §8.1).
    H264 {
        profile: u8,
        mode: u8,
    },
    Vp8,
    /// `profile` is profile-id (RFC 9628 §6).
    Vp9 {
        profile: u8,
    },
    Av1,
}

impl Codec {
    /// Reads the value of `a=rtpmap` ("H264/90000") and of its `a=fmtp`; `None` for codecs we do not forward.
    pub fn parse(rtpmap: &str, fmtp: &str) -> Option<Codec> {
        let name = rtpmap.split('/').next()?.to_ascii_lowercase();
        let parameter = |key: &str| {
            fmtp.split(';').find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                name.eq_ignore_ascii_case(key).then_some(value)
            })
        };
        match name.as_str() {
            "opus" => Some(Codec::Opus),
            "vp8" => Some(Codec::Vp8),
            "av1" => Some(Codec::Av1),
            "vp9" => {
                let profile = parameter("profile-id").map_or(Ok(0), str::parse).ok()?;
                Some(Codec::Vp9 { profile })
            }
            "h264" => {
                let level_id = parameter("profile-level-id").unwrap_or("42e01f");
                let profile = u8::from_str_radix(level_id.get(..2)?, 16).ok()?;
                let mode = parameter("packetization-mode").map_or(Ok(0), str::parse).ok()?;
                Some(Codec::H264 { profile, mode })
            }
            _ => None,
        }
    }

    pub fn is_video(self) -> bool {
        self != Codec::Opus
    }

    /// RTP clock, Hz.
    pub fn clock_hz(self) -> u32 {
        if self.is_video() { 90_000 } else { 48_000 }
    }

    /// Our preference among a publisher's codecs; smaller is better. H.264 plays in every browser, in
    /// hardware on phones, and goes into recordings unchanged.
    pub fn preference(self) -> u8 {
        match self {
            Codec::Opus | Codec::H264 { mode: 1, .. } => 0,
            Codec::Vp8 => 1,
            Codec::Vp9 { .. } => 2,
            Codec::Av1 => 3,
            Codec::H264 { .. } => 4,
        }
    }

    /// The rank of a decoder for `self` for a stream of `stream`; `None` = it cannot play it. H.264 decoders
    /// play other profiles of the same packetization in practice, exact is better.
    pub fn suits(self, stream: Codec) -> Option<u8> {
        match (self, stream) {
            (Codec::H264 { profile: a, mode: m }, Codec::H264 { profile: b, mode: n }) if m == n => {
                Some(u8::from(a != b))
            }
            _ => (self == stream).then_some(0),
        }
    }

    /// Whether a picture that refers to later ones (a B-frame) begins here: it is sent in another order than
    /// shown, and players of live media do not reorder.
    pub fn is_bidirectional(self, payload: &[u8]) -> bool {
        let begins = |nal: u8, slice: u8| {
            // First macroblock 0 (1), then slice type 1 (010) or 6 (00111), RFC 6184 and H.264 §7.3.3.
            nal & 0x1f == NAL_SLICE && (slice & 0xf0 == 0xa0 || slice & 0xfc == 0x9c)
        };
        match (self, payload) {
            (Codec::H264 { .. }, [first, fu, slice, ..]) if first & 0x1f == NAL_FU_A => {
                fu & 0x80 != 0 && begins(*fu, *slice)
            }
            (Codec::H264 { .. }, [first, _, _, nal, slice, ..]) if first & 0x1f == NAL_STAP_A => {
                begins(*nal, *slice)
            }
            (Codec::H264 { .. }, [nal, slice, ..]) => begins(*nal, *slice),
            _ => false,
        }
    }

    /// Whether a decoder can start with this packet: the first packet of a keyframe.
    pub fn starts_keyframe(self, payload: &[u8]) -> bool {
        match self {
            Codec::Opus => !payload.is_empty(),
            Codec::H264 { .. } => h264_keyframe(payload),
            Codec::Vp8 => vp8_keyframe(payload),
            Codec::Vp9 { .. } => vp9_keyframe(payload),
            // N bit of the aggregation header: first packet of a coded video sequence (RTP payload for AV1 §4.4).
            Codec::Av1 => payload.first().is_some_and(|header| header & 0x08 != 0),
        }
    }
}

const NAL_SLICE: u8 = 1;
const NAL_IDR: u8 = 5;
const NAL_SPS: u8 = 7;
const NAL_STAP_A: u8 = 24;
const NAL_FU_A: u8 = 28;

/// SPS or IDR slice.
fn h264_keyframe(payload: &[u8]) -> bool {
    h264_opens(payload, |kind| matches!(kind, NAL_IDR | NAL_SPS))
}

/// Whether a sequence parameter set of H.264 begins in this payload.
pub fn has_sps(payload: &[u8]) -> bool {
    h264_opens(payload, |kind| kind == NAL_SPS)
}

/// Whether a slice of a keyframe of H.264 begins in this payload.
pub fn has_idr(payload: &[u8]) -> bool {
    h264_opens(payload, |kind| kind == NAL_IDR)
}

/// Whether a NAL unit of a wanted kind is there alone, inside a STAP-A, or starts in an FU-A (RFC 6184 §5).
fn h264_opens(payload: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
    let opens = |nal: u8| wanted(nal & 0x1f);
    match payload {
        [first, rest @ ..] if first & 0x1f == NAL_STAP_A => {
            let mut rest = rest;
            while let [high, low, tail @ ..] = rest {
                let len = usize::from(u16::from_be_bytes([*high, *low]));
                if tail.first().is_some_and(|nal| opens(*nal)) {
                    return true;
                }
                let Some(after) = tail.get(len.max(1)..) else { return false };
                rest = after;
            }
            false
        }
        [first, fu, ..] if first & 0x1f == NAL_FU_A => fu & 0x80 != 0 && opens(*fu),
        [first, ..] => opens(*first),
        [] => false,
    }
}

fn vp8_keyframe(payload: &[u8]) -> bool {
    Vp8Descriptor::parse(payload).is_some_and(|descriptor| descriptor.starts_keyframe(payload))
}

/// B set, P clear, lowest spatial layer (RFC 9628 §4.2).
fn vp9_keyframe(payload: &[u8]) -> bool {
    let [first, rest @ ..] = payload else { return false };
    let (has_picture_id, inter, has_layer, begins) =
        (first & 0x80 != 0, first & 0x40 != 0, first & 0x20 != 0, first & 0x08 != 0);
    if inter || !begins {
        return false;
    }
    if !has_layer {
        return true;
    }
    let skip = match rest.first() {
        Some(id) if has_picture_id => {
            if id & 0x80 != 0 {
                2
            } else {
                1
            }
        }
        _ => 0,
    };
    rest.get(skip).is_some_and(|layer| layer & 0x0e == 0)
}

/// The VP8 payload descriptor (RFC 7741 §4.2): the places of its running numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vp8Descriptor {
    /// Bytes before the VP8 payload.
    pub len: usize,
    pub starts_frame: bool,
    /// Offset of a 15-bit picture id. 7-bit ids are left alone: no sender we know uses them.
    pub picture_id_at: Option<usize>,
    /// Offset of TL0PICIDX.
    pub tl0_at: Option<usize>,
}

impl Vp8Descriptor {
    pub fn parse(payload: &[u8]) -> Option<Vp8Descriptor> {
        let first = *payload.first()?;
        let starts_frame = first & 0x10 != 0 && first & 0x07 == 0;
        let mut found = Vp8Descriptor { len: 1, starts_frame, picture_id_at: None, tl0_at: None };
        if first & 0x80 == 0 {
            return Some(found);
        }
        let extended = *payload.get(1)?;
        found.len = 2;
        if extended & 0x80 != 0 {
            let long = payload.get(found.len)? & 0x80 != 0;
            if long {
                found.picture_id_at = Some(found.len);
            }
            found.len += 1 + usize::from(long);
        }
        if extended & 0x40 != 0 {
            found.tl0_at = Some(found.len);
            found.len += 1;
        }
        if extended & 0x30 != 0 {
            found.len += 1;
        }
        (found.len <= payload.len()).then_some(found)
    }

    /// Whether this is the start of partition 0 with P = 0 in its frame header (RFC 7741 §4.2, §4.3).
    pub fn starts_keyframe(&self, payload: &[u8]) -> bool {
        self.starts_frame && payload.get(self.len).is_some_and(|header| header & 1 == 0)
    }

    /// The 15-bit picture id of a payload this descriptor was read from.
    pub fn picture_id(&self, payload: &[u8]) -> Option<u16> {
        let at = self.picture_id_at?;
        let bytes = payload.get(at..at + 2)?;
        Some(u16::from_be_bytes([bytes[0] & 0x7f, bytes[1]]))
    }

    /// TL0PICIDX of a payload this descriptor was read from.
    pub fn tl0(&self, payload: &[u8]) -> Option<u8> {
        payload.get(self.tl0_at?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_are_read_whatever_the_case_of_their_names() {
        let cases = [
            ("opus/48000/2", "minptime=10;useinbandfec=1", Some(Codec::Opus)),
            ("VP8/90000", "", Some(Codec::Vp8)),
            ("vp9/90000", "profile-id=2", Some(Codec::Vp9 { profile: 2 })),
            ("AV1/90000", "", Some(Codec::Av1)),
            (
                "H264/90000",
                "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
                Some(Codec::H264 { profile: 0x42, mode: 1 }),
            ),
            ("H264/90000", "profile-level-id=zz", None),
            ("red/48000/2", "111/111", None),
        ];
        for (rtpmap, fmtp, want) in cases {
            assert_eq!(Codec::parse(rtpmap, fmtp), want, "{rtpmap} {fmtp}");
        }
    }

    #[test]
    fn keyframes_are_seen_in_every_packing() {
        let h264 = Codec::H264 { profile: 0x42, mode: 1 };
        let cases: [(Codec, &[u8], bool); 16] = [
            (h264, &[0x67, 1], true),
            (h264, &[0x65, 1], true),
            (h264, &[0x41, 1], false),
            (h264, &[0x78, 0, 2, 0x67, 1, 0, 1, 0x68], true),
            (h264, &[0x78, 0, 2, 0x09, 1, 0, 1, 0x65], true),
            (h264, &[0x78, 0xff, 0xff, 0x09, 1], false),
            (h264, &[0x7c, 0x85, 1], true),
            (h264, &[0x7c, 0x05, 1], false),
            (h264, &[], false),
            (Codec::Vp8, &[0x10, 0x00], true),
            (Codec::Vp8, &[0x10, 0x01], false),
            (Codec::Vp8, &[0x90, 0xe0, 0x80, 1, 2, 0, 0x00], true),
            (Codec::Vp8, &[0x00, 0x00], false),
            (Codec::Vp9 { profile: 0 }, &[0x8c, 0x81, 0x01], true),
            (Codec::Vp9 { profile: 0 }, &[0xcc, 0x81, 0x01], false),
            (Codec::Av1, &[0x18], true),
        ];
        for (codec, payload, want) in cases {
            assert_eq!(codec.starts_keyframe(payload), want, "{codec:?} {payload:02x?}");
        }
    }

    #[test]
    fn b_frames_are_seen_in_every_packing() {
        let h264 = Codec::H264 { profile: 0x64, mode: 1 };
        let cases: [(&[u8], bool); 8] = [
            (&[0x01, 0xa8, 0], true),
            (&[0x01, 0x9e, 0], true),
            (&[0x41, 0x9a, 0], false),
            (&[0x65, 0x88, 0], false),
            (&[0x1c, 0x81, 0x9e], true),
            (&[0x1c, 0x01, 0x9e], false),
            (&[0x18, 0, 2, 0x01, 0x9e], true),
            (&[], false),
        ];
        for (payload, want) in cases {
            assert_eq!(h264.is_bidirectional(payload), want, "{payload:02x?}");
        }
        assert!(!Codec::Vp8.is_bidirectional(&[0x01, 0x9e, 0]));
    }

    #[test]
    fn the_vp8_descriptor_tells_where_its_numbers_are() {
        let payload = [0x90, 0xe0, 0x81, 0x02, 7, 0x20, 0x00];
        let found = Vp8Descriptor::parse(&payload).unwrap();
        assert_eq!((found.len, found.picture_id(&payload), found.tl0(&payload)), (6, Some(0x102), Some(7)));
        for end in 0..6 {
            assert_eq!(Vp8Descriptor::parse(&payload[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn an_h264_decoder_suits_other_profiles_second_best() {
        let base = Codec::H264 { profile: 0x42, mode: 1 };
        let high = Codec::H264 { profile: 0x64, mode: 1 };
        assert_eq!((base.suits(base), high.suits(base)), (Some(0), Some(1)));
        assert_eq!(Codec::H264 { profile: 0x42, mode: 0 }.suits(base), None);
        assert_eq!(Codec::Vp8.suits(base), None);
    }
}
