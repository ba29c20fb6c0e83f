//! The contents of an offer that matter for the answer. `rtc-sdp` splits the text; this file gives it meaning
//! and refuses, with a sentence, offers that cannot be served. The text is hostile until it has passed here.

use std::io::Cursor;

use rtc_sdp::description::media::MediaDescription;
use rtc_sdp::description::session::SessionDescription;

use super::codec::Codec;

mod codecs;

use self::codecs::{codecs, names};

/// Longest offer: more bytes than any browser needs for a classroom's sections (some 60 bytes × codecs ×
/// sections).
pub const OFFER_BYTES_MAX: usize = 64 * 1024;
/// Most sections: a classroom has 3 up, and 4 audio and 6 video down; the rest is room for others.
const SECTIONS_MAX: usize = 32;
/// Most simulcast layers of one section; of more, the first ones are used.
pub const LAYERS_MAX: usize = 3;
/// A name must fit a header extension (RFC 8285 §4.3).
const NAME_CHARS_MAX: usize = 255;

/// The reason why an offer cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SdpError(pub String);

fn refuse<T>(sentence: impl Into<String>) -> Result<T, SdpError> {
    Err(SdpError(sentence.into()))
}

/// A parsed offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub ufrag: String,
    pub password: String,
    /// SHA-256 of the peer's certificate.
    pub fingerprint: [u8; 32],
    /// Whether the peer wants to be the DTLS server (`a=setup:passive`), so that we are the client.
    pub peer_is_dtls_server: bool,
    pub sections: Vec<Section>,
}

/// One m-line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub mid: String,
    /// The m-line's media and protocol, echoed when the section is rejected.
    pub media: String,
    pub protocol: String,
    pub direction: Direction,
    /// In the order of the offer; empty for sections that cannot be served (data channels, unknown codecs).
    pub codecs: Vec<OfferedCodec>,
    /// Names of everything offered ("H265"), for sentences about parts that cannot be served.
    pub names: Vec<String>,
    pub extensions: Vec<(u8, Extension)>,
    pub ssrcs: Vec<u32>,
    /// (media, retransmission) pairs of `a=ssrc-group:FID`.
    pub fid: Vec<(u32, u32)>,
    /// Simulcast layers by RID in the order of `a=simulcast:send`; empty without simulcast.
    pub rids: Vec<String>,
}

/// In the offerer's view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Sends,
    Receives,
    /// `sendrecv`, or nothing said. A section is one-way here: the purpose of the offer decides.
    Both,
    Inactive,
}

/// One payload type of a section, with its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedCodec {
    pub payload_type: u8,
    pub codec: Codec,
    pub rtpmap: String,
    pub fmtp: String,
    /// Payload type of its retransmissions (RFC 4588).
    pub rtx: Option<u8>,
    /// Values of its `a=rtcp-fb` lines.
    pub feedback: Vec<String>,
    /// NAL units of `sprop-parameter-sets` (RFC 6184 §8.1).
    pub parameter_sets: Vec<Vec<u8>>,
}

/// Header extensions we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    Mid,
    Rid,
    RepairedRid,
    AudioLevel,
    AbsSendTime,
    TransportCc,
}

impl Extension {
    const ALL: [(Extension, &'static str); 6] = [
        (Extension::Mid, "urn:ietf:params:rtp-hdrext:sdes:mid"),
        (Extension::Rid, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
        (Extension::RepairedRid, "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
        (Extension::AudioLevel, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
        (Extension::AbsSendTime, "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
        (Extension::TransportCc, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
    ];

    pub fn uri(self) -> &'static str {
        Extension::ALL.iter().find(|(known, _)| *known == self).expect("all variants are listed").1
    }

    fn from_uri(uri: &str) -> Option<Extension> {
        Extension::ALL.iter().find(|(_, known)| *known == uri).map(|(extension, _)| *extension)
    }
}

impl Offer {
    /// Reads an offer.
    pub fn parse(text: &str) -> Result<Offer, SdpError> {
        if text.len() > OFFER_BYTES_MAX {
            return refuse(format!("the offer is longer than {OFFER_BYTES_MAX} bytes"));
        }
        // Lines are echoed in the answer: none may hide another one in it.
        let hides = |line: &str| line.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t');
        if text.split('\n').any(|line| hides(line.strip_suffix('\r').unwrap_or(line))) {
            return refuse("the offer is not SDP: it has control characters within a line");
        }
        let session = SessionDescription::unmarshal(&mut Cursor::new(text.as_bytes()))
            .map_err(|error| SdpError(format!("the offer is not SDP: {error}")))?;
        let media = &session.media_descriptions;
        if media.is_empty() || media.len() > SECTIONS_MAX {
            return refuse(format!(
                "an offer has 1 to {SECTIONS_MAX} media sections, this one {}",
                media.len()
            ));
        }
        let setup = anywhere(&session, "setup").unwrap_or("actpass");
        if !matches!(setup, "actpass" | "active" | "passive") {
            return refuse("a=setup must be actpass, active or passive");
        }
        if session.has_attribute("ice-lite") {
            return refuse("the offer is ICE-lite; one side must be a full ICE agent");
        }
        let fingerprints =
            session.attributes.iter().chain(media.iter().flat_map(|section| &section.attributes));
        let Some(fingerprint) = fingerprints
            .filter(|attribute| attribute.key == "fingerprint")
            .find_map(|attribute| sha256_fingerprint(attribute.value.as_deref()?))
        else {
            return refuse("the offer has no a=fingerprint:sha-256; media must be encrypted by DTLS");
        };
        let (Some(ufrag), Some(password)) = (anywhere(&session, "ice-ufrag"), anywhere(&session, "ice-pwd"))
        else {
            return refuse("the offer has no ICE credentials (a=ice-ufrag, a=ice-pwd)");
        };
        if ufrag.len() > 256 || password.len() > 256 {
            return refuse("the ICE credentials are longer than 256 characters");
        }
        let sections = media.iter().map(section).collect::<Result<Vec<_>, _>>()?;
        let mut mids: Vec<_> = sections.iter().map(|section| &section.mid).collect();
        mids.sort();
        mids.dedup();
        if mids.len() != sections.len() {
            return refuse("every media section needs its own a=mid");
        }
        let peer_is_dtls_server = setup == "passive";
        let (ufrag, password) = (ufrag.into(), password.into());
        Ok(Offer { ufrag, password, fingerprint, peer_is_dtls_server, sections })
    }
}

/// An attribute of the session or, failing that, of the first section that has it (they are bundled).
fn anywhere<'a>(session: &'a SessionDescription, key: &'a str) -> Option<&'a str> {
    let in_session = session.attribute(key).map(|value| value.trim());
    in_session.or_else(|| session.media_descriptions.iter().find_map(|section| value(section, key)))
}

fn section(media: &MediaDescription) -> Result<Section, SdpError> {
    let mid = value(media, "mid").unwrap_or_default();
    // Wider than a token of SDP: colons are sent, too.
    let is_name =
        (1..=NAME_CHARS_MAX).contains(&mid.len()) && mid.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_name {
        return refuse("a media section has no usable a=mid (1 to 255 visible ASCII characters)");
    }
    let has = |key: &str| media.attributes.iter().any(|attribute| attribute.key == key);
    let protocol = media.media_name.protos.join("/");
    let rejected = media.media_name.port.value == 0 && !has("bundle-only");
    let direction = match () {
        () if rejected || has("inactive") => Direction::Inactive,
        () if has("recvonly") => Direction::Receives,
        () if has("sendonly") => Direction::Sends,
        () => Direction::Both,
    };
    let is_rtp = matches!(media.media_name.media.as_str(), "audio" | "video");
    if is_rtp && !protocol.ends_with("RTP/SAVPF") && !protocol.ends_with("RTP/SAVP") {
        return refuse(format!(
            "section {mid} asks for {protocol}; only UDP/TLS/RTP/SAVPF and …/SAVP are served"
        ));
    }
    Ok(Section {
        mid: mid.to_owned(),
        media: media.media_name.media.clone(),
        protocol,
        direction,
        codecs: if is_rtp { codecs(media) } else { Vec::new() },
        names: names(media),
        extensions: extensions(media),
        ssrcs: ssrcs(media),
        fid: fid(media),
        rids: rids(media)?,
    })
}

fn extensions(media: &MediaDescription) -> Vec<(u8, Extension)> {
    values(media, "extmap")
        .filter_map(|value| {
            let (id, uri) = value.split_once(' ')?;
            let id = id.split('/').next()?.parse().ok().filter(|id| (1..=14).contains(id))?;
            Some((id, Extension::from_uri(uri.split(' ').next()?)?))
        })
        .collect()
}

fn ssrcs(media: &MediaDescription) -> Vec<u32> {
    let mut found: Vec<u32> =
        values(media, "ssrc").filter_map(|value| value.split(' ').next()?.parse().ok()).collect();
    found.dedup();
    found.truncate(2 * LAYERS_MAX);
    found
}

fn fid(media: &MediaDescription) -> Vec<(u32, u32)> {
    values(media, "ssrc-group")
        .filter_map(|value| {
            let mut words = value.split_ascii_whitespace();
            (words.next()? == "FID").then_some(())?;
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
        })
        .take(LAYERS_MAX)
        .collect()
}

fn rids(media: &MediaDescription) -> Result<Vec<String>, SdpError> {
    let Some(simulcast) = value(media, "simulcast") else { return Ok(Vec::new()) };
    let mut words = simulcast.split_ascii_whitespace();
    let list = loop {
        match (words.next(), words.next()) {
            (Some("send"), Some(list)) => break list,
            (Some(_), Some(_)) => {}
            _ => return Ok(Vec::new()),
        }
    };
    // "a;b;~c" are three layers, "a,b" alternatives of one; "~" marks a paused one (RFC 8853 §5.1).
    let mut rids: Vec<String> = list
        .split(';')
        .filter_map(|layer| layer.split(',').next())
        .map(|rid| rid.trim_start_matches('~').to_owned())
        .collect();
    // The most preferred ones come first (RFC 8853 §5.2).
    rids.truncate(LAYERS_MAX);
    if rids.iter().any(|rid| !is_rid(rid)) {
        return refuse("the layers of a simulcast have names of 1 to 255 letters, digits, - or _");
    }
    Ok(rids)
}

/// RFC 8851 §10.
fn is_rid(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn values<'a>(media: &'a MediaDescription, key: &'a str) -> impl Iterator<Item = &'a str> {
    media.attributes.iter().filter(move |attribute| attribute.key == key).filter_map(|a| a.value.as_deref())
}

fn value<'a>(media: &'a MediaDescription, key: &'a str) -> Option<&'a str> {
    values(media, key).next().map(str::trim)
}

/// "sha-256 AB:CD:…" as bytes.
fn sha256_fingerprint(value: &str) -> Option<[u8; 32]> {
    let (algorithm, hex) = value.trim().split_once(' ')?;
    if !algorithm.eq_ignore_ascii_case("sha-256") {
        return None;
    }
    let bytes: Vec<u8> =
        hex.trim().split(':').map(|byte| u8::from_str_radix(byte, 16).ok()).collect::<Option<_>>()?;
    bytes.try_into().ok()
}
