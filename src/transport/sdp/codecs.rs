//! The codecs offered in a section: its payload types with their properties.

use rtc_sdp::description::media::MediaDescription;

use super::{OfferedCodec, values};
use crate::transport::codec::Codec;

/// Payload types are 7 bits.
const CODECS_MAX: usize = 128;
/// Bytes of all parameter sets of a codec together: they go into one packet.
const SETS_BYTES_MAX: usize = 1200;

/// The attributes of one payload type.
#[derive(Clone, Default)]
struct Described<'a> {
    rtpmap: Option<&'a str>,
    fmtp: &'a str,
    feedback: Vec<&'a str>,
}

pub(super) fn codecs(media: &MediaDescription) -> Vec<OfferedCodec> {
    let mut described = vec![Described::default(); CODECS_MAX];
    let mut for_all = Vec::new();
    for attribute in &media.attributes {
        let Some((name, rest)) = attribute.value.as_deref().and_then(|value| value.split_once(' ')) else {
            continue;
        };
        if (attribute.key.as_str(), name) == ("rtcp-fb", "*") {
            for_all.push(rest);
        }
        let Some(entry) = name.parse().ok().and_then(|pt: usize| described.get_mut(pt)) else { continue };
        match attribute.key.as_str() {
            "rtpmap" => entry.rtpmap = Some(rest),
            "fmtp" => entry.fmtp = rest.trim(),
            "rtcp-fb" => entry.feedback.push(rest),
            _ => {}
        }
    }
    // Retransmission payload types, by the one they repeat.
    let mut rtx = vec![None; CODECS_MAX];
    for (pt, entry) in described.iter().enumerate() {
        let is_rtx = entry.rtpmap.is_some_and(|map| map.to_ascii_lowercase().starts_with("rtx/"));
        let apt = entry.fmtp.strip_prefix("apt=").and_then(|apt| apt.parse::<usize>().ok());
        if let Some(of) = apt.filter(|apt| is_rtx && *apt < CODECS_MAX) {
            rtx[of] = Some(pt as u8);
        }
    }
    let is_video = media.media_name.media == "video";
    let formats = media.media_name.formats.iter().take(CODECS_MAX);
    formats
        .filter_map(|format| {
            let payload_type = format.parse::<u8>().ok().filter(|pt| usize::from(*pt) < CODECS_MAX)?;
            let entry = &described[usize::from(payload_type)];
            let codec =
                Codec::parse(entry.rtpmap?, entry.fmtp).filter(|codec| codec.is_video() == is_video)?;
            Some(OfferedCodec {
                payload_type,
                codec,
                rtpmap: entry.rtpmap?.to_owned(),
                fmtp: entry.fmtp.to_owned(),
                parameter_sets: parameter_sets(entry.fmtp),
                rtx: rtx[usize::from(payload_type)],
                feedback: entry
                    .feedback
                    .iter()
                    .chain(&for_all)
                    .map(|&feedback| feedback.to_owned())
                    .collect(),
            })
        })
        .collect()
}

/// The names of everything offered in a section; a payload type without one by its number.
pub(super) fn names(media: &MediaDescription) -> Vec<String> {
    let name = |format: &String| {
        let mut described = values(media, "rtpmap").filter_map(|value| value.split_once(' '));
        let name = described.find(|(number, _)| number == format).and_then(|(_, map)| map.split('/').next());
        let name = name.map_or_else(|| format!("payload type {format}"), str::to_owned);
        // It is repeated in sentences and headers.
        name.chars().filter(|c| c.is_ascii_alphanumeric() || " -_.".contains(*c)).take(32).collect()
    };
    let mut names: Vec<String> = media.media_name.formats.iter().take(CODECS_MAX).map(name).collect();
    names.retain(|name| {
        !matches!(name.to_ascii_lowercase().as_str(), "rtx" | "red" | "ulpfec" | "flexfec-03")
    });
    names.sort_unstable();
    names.dedup();
    names
}

/// `sprop-parameter-sets=Z0LA…,aM4…`: NAL units in base64. Empty if one is invalid, or all are too long.
fn parameter_sets(fmtp: &str) -> Vec<Vec<u8>> {
    let value = fmtp.split(';').find_map(|pair| pair.trim().strip_prefix("sprop-parameter-sets="));
    let sets: Option<Vec<Vec<u8>>> =
        value.map_or(Some(Vec::new()), |list| list.split(',').map(base64).collect());
    let sets = sets.unwrap_or_default();
    let bytes: usize = sets.iter().map(Vec::len).sum();
    if bytes > SETS_BYTES_MAX || sets.iter().any(Vec::is_empty) { Vec::new() } else { sets }
}

/// Base64 of RFC 4648 §4.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let six = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, held) = ((bits << 6 | u32::from(six)) & 0xffff, held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}
