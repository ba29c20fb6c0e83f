//! The text of a text file, in any of the usual encodings.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::Unreadable;

/// The text, and whether its encoding lacks simplified characters. Without a byte order mark strict UTF-8 is
/// tried first: hardly any text of another encoding is valid UTF-8.
pub(crate) fn decoded(bytes: &[u8]) -> Result<(String, bool), Unreadable> {
    let strictly = |encoding: &'static Encoding, bytes| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        text.map(std::borrow::Cow::into_owned)
    };
    let text = if let Some(marked) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        std::str::from_utf8(marked).ok().map(str::to_owned)
    } else if let Some(marked) = bytes.strip_prefix(b"\xff\xfe") {
        strictly(UTF_16LE, marked)
    } else if let Some(marked) = bytes.strip_prefix(b"\xfe\xff") {
        strictly(UTF_16BE, marked)
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        Some(text.to_owned())
    } else if looks_like_big5(bytes) {
        return strictly(BIG5, bytes).map(|text| (text, true)).ok_or(Unreadable::Format);
    } else {
        strictly(GB18030, bytes)
    };
    text.map(|text| (text, false)).ok_or(Unreadable::Format)
}

/// Whether it looks like a table of Taiwan or Hong Kong: more of its pairs of bytes are frequent characters
/// of Big5 (level 1) than of GB 2312 (level 1), and all of them are Big5.
fn looks_like_big5(bytes: &[u8]) -> bool {
    let (mut big5, mut gb, mut rest) = (0u32, 0u32, bytes);
    while let [lead, more @ ..] = rest {
        rest = match (lead, more.first()) {
            (0x81.., Some(trail)) => {
                let is_high = *trail >= 0xa1;
                big5 += u32::from((0xa4..=0xc6).contains(lead) && (is_high || (0x40..=0x7e).contains(trail)));
                gb += u32::from((0xb0..=0xd7).contains(lead) && is_high);
                &more[1..]
            }
            _ => more,
        };
    }
    big5 > gb && BIG5.decode_without_bom_handling_and_without_replacement(bytes).is_some()
}
