//! Payloads: where keyframes begin, and the running numbers of VP8.
#![no_main]

use libfuzzer_sys::fuzz_target;
use fuzzed::transport::codec::{Codec, Vp8Descriptor};

fuzz_target!(|payload: &[u8]| {
    let codecs = [
        Codec::Opus,
        Codec::H264 { profile: 0x42, mode: 1 },
        Codec::Vp8,
        Codec::Vp9 { profile: 0 },
        Codec::Av1,
    ];
    for codec in codecs {
        codec.starts_keyframe(payload);
    }
    if let Some(descriptor) = Vp8Descriptor::parse(payload) {
        descriptor.picture_id(payload);
        descriptor.tl0(payload);
    }
    if let Ok(text) = std::str::from_utf8(payload) {
        let (rtpmap, fmtp) = text.split_once(' ').unwrap_or((text, ""));
        Codec::parse(rtpmap, fmtp);
    }
});
