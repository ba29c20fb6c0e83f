//! The answer to an offer, as text for the peer and as a [`LegPlan`] for the media worker. Everything
//! that would need a look-up later (payload types, SSRCs, extension ids) is decided here, once: there
//! is no renegotiation.
//!
//! Parts that cannot be served are told in words, so that the person who set up an encoder or player learns
//! why half of it is missing. A publisher without any picture that we can take is refused: nobody would
//! notice in time.
//!
//! Sections are told apart by their order: of those the peer sends on, the first audio is the microphone, the
//! first video the camera, the second the screen; those it receives on are slots.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

use super::codec::Codec;
use super::sdp::{Direction, Extension, Offer, OfferedCodec, SdpError, Section};
use super::stun::Ufrag;
use crate::lesson::SourceKind;

/// Most slots of one kind for a leg; more sections are answered inactive.
pub const SLOTS_MAX: usize = 12;

/// The purpose of an offer. It decides about sections that would send and receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// WHIP.
    Publish,
    /// WHEP.
    View,
    /// A page of ours; its sections go one way each.
    Class,
}

/// An offer, answered.
#[derive(Debug)]
pub struct Answer {
    /// For the peer.
    pub text: String,
    /// For the media worker.
    pub plan: LegPlan,
    /// A sentence for each section left out because of its codecs.
    pub left_out: Vec<String>,
}

/// Our side of the exchange.
pub struct ServerSide<'a> {
    pub ufrag: Ufrag,
    pub password: &'a str,
    /// Our certificate's SHA-256 as "AB:CD:…".
    pub fingerprint: &'a str,
    /// The addresses of the leg's worker.
    pub candidates: &'a [SocketAddr],
}

/// The negotiated properties of a leg.
#[derive(Debug, Clone)]
pub struct LegPlan {
    pub ufrag: Ufrag,
    pub password: String,
    /// The peer's own credentials, for checks of ours.
    pub peer_ufrag: String,
    pub peer_password: String,
    pub peer_fingerprint: [u8; 32],
    /// Whether we begin the DTLS handshake.
    pub dtls_client: bool,
    pub uplinks: Vec<UplinkPlan>,
    pub slots: Vec<SlotPlan>,
    pub extensions: ExtensionIds,
}

/// Extension ids in the peer's packets.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExtensionIds {
    pub mid: Option<u8>,
    pub rid: Option<u8>,
    pub repaired_rid: Option<u8>,
    pub audio_level: Option<u8>,
    pub transport_cc: Option<u8>,
}

/// A section the peer sends on.
#[derive(Debug, Clone)]
pub struct UplinkPlan {
    pub kind: SourceKind,
    pub mid: String,
    pub codec: Codec,
    pub payload_type: u8,
    pub rtx_payload_type: Option<u8>,
    /// Whether retransmissions may be requested.
    pub nack: bool,
    /// SSRCs named in the offer with their retransmission SSRCs; empty when layers go by RID.
    pub ssrcs: Vec<(u32, Option<u32>)>,
    pub rids: Vec<String>,
    /// NAL units needed by a decoder of its stream, if the offer gave them (H.264).
    pub parameter_sets: Vec<Vec<u8>>,
}

/// A section the peer receives on.
#[derive(Debug, Clone)]
pub struct SlotPlan {
    pub video: bool,
    pub ssrc: u32,
    pub rtx_ssrc: u32,
    pub codecs: Vec<SlotCodec>,
    pub abs_send_time: Option<u8>,
}

/// One codec the peer can play in a slot.
#[derive(Debug, Clone, Copy)]
pub struct SlotCodec {
    pub codec: Codec,
    pub payload_type: u8,
    pub rtx_payload_type: Option<u8>,
}

/// The answer to one section of the offer.
enum Taken<'a> {
    Uplink(&'a OfferedCodec),
    Slot(SlotPlan),
    Rejected,
}

/// Answers `offer`; `ssrc` gives fresh random SSRCs.
pub fn answer(
    offer: &Offer,
    purpose: Purpose,
    server: &ServerSide<'_>,
    mut ssrc: impl FnMut() -> u32,
) -> Result<Answer, SdpError> {
    let mut plan = LegPlan {
        ufrag: server.ufrag,
        password: server.password.to_owned(),
        peer_ufrag: offer.ufrag.clone(),
        peer_password: offer.password.clone(),
        peer_fingerprint: offer.fingerprint,
        dtls_client: offer.peer_is_dtls_server,
        uplinks: Vec::new(),
        slots: Vec::new(),
        extensions: ExtensionIds::default(),
    };
    let mut taken = Vec::new();
    for section in &offer.sections {
        taken.push(match (section.direction, purpose) {
            (Direction::Receives, _) | (Direction::Both, Purpose::View) => {
                take_slot(section, &mut plan, &mut ssrc)
            }
            (Direction::Sends | Direction::Both, _) => take_uplink(section, &mut plan),
            (Direction::Inactive, _) => Taken::Rejected,
        });
    }
    let unserved = |section: &&Section| {
        section.direction != Direction::Inactive && section.codecs.is_empty() && !section.names.is_empty()
    };
    let left_out: Vec<String> = offer.sections.iter().filter(unserved).filter_map(sentence).collect();
    let sends_picture = plan.uplinks.iter().any(|uplink| uplink.codec.is_video());
    let lacks_picture = offer.sections.iter().filter(unserved).find(|section| section.media == "video");
    if let (Purpose::Publish, false, Some(sentence)) =
        (purpose, sends_picture, lacks_picture.and_then(sentence))
    {
        return Err(SdpError(sentence));
    }
    if plan.uplinks.is_empty() && plan.slots.is_empty() {
        return Err(SdpError(
            "no section of the offer can be served: Opus for sound and one of H.264, VP8, VP9, AV1 for video are"
                .into(),
        ));
    }
    Ok(Answer { text: write(offer, server, &taken), plan, left_out })
}

/// The reason why a section of sound or picture is left out: it has no codec of ours.
fn sentence(section: &Section) -> Option<String> {
    let (what, served) = match section.media.as_str() {
        "audio" => ("sound", "Opus"),
        "video" => ("picture", "H.264, VP8, VP9 or AV1"),
        _ => return None,
    };
    let offered: Vec<&str> = section.names.iter().take(8).map(String::as_str).collect();
    Some(format!("no {what}: it is offered as {}, and only {served} can be served", offered.join(", ")))
}

fn take_uplink<'a>(section: &'a Section, plan: &mut LegPlan) -> Taken<'a> {
    let has = |kind| plan.uplinks.iter().any(|uplink| uplink.kind == kind);
    let kind = match section.media.as_str() {
        "audio" if !has(SourceKind::Mic) => SourceKind::Mic,
        "video" if !has(SourceKind::Camera) => SourceKind::Camera,
        "video" if !has(SourceKind::Screen) => SourceKind::Screen,
        _ => return Taken::Rejected,
    };
    // One codec only: then a stream's codec never changes under its viewers.
    let Some(best) = section.codecs.iter().min_by_key(|offered| offered.codec.preference()) else {
        return Taken::Rejected;
    };
    for (id, extension) in &section.extensions {
        let place = match extension {
            Extension::Mid => &mut plan.extensions.mid,
            Extension::Rid => &mut plan.extensions.rid,
            Extension::RepairedRid => &mut plan.extensions.repaired_rid,
            Extension::AudioLevel => &mut plan.extensions.audio_level,
            Extension::TransportCc => &mut plan.extensions.transport_cc,
            Extension::AbsSendTime => continue,
        };
        *place = Some(*id);
    }
    let rtx = |media: &u32| section.fid.iter().find(|(of, _)| of == media).map(|(_, rtx)| *rtx);
    let is_rtx = |ssrc: &u32| section.fid.iter().any(|(_, rtx)| rtx == ssrc);
    let mut ssrcs: Vec<_> = section.ssrcs.iter().filter(|ssrc| !is_rtx(ssrc)).map(|s| (*s, rtx(s))).collect();
    ssrcs.truncate(if section.rids.is_empty() { 1 } else { 0 });
    plan.uplinks.push(UplinkPlan {
        kind,
        mid: section.mid.clone(),
        codec: best.codec,
        payload_type: best.payload_type,
        rtx_payload_type: best.rtx,
        nack: best.feedback.iter().any(|feedback| feedback == "nack"),
        ssrcs,
        rids: section.rids.clone(),
        parameter_sets: best.parameter_sets.clone(),
    });
    Taken::Uplink(best)
}

fn take_slot<'a>(section: &'a Section, plan: &mut LegPlan, ssrc: &mut impl FnMut() -> u32) -> Taken<'a> {
    let video = section.media == "video";
    let alike = plan.slots.iter().filter(|slot| slot.video == video).count();
    if section.codecs.is_empty() || alike >= SLOTS_MAX {
        return Taken::Rejected;
    }
    let mut fresh = || {
        let used = |candidate: u32| plan.slots.iter().any(|s| s.ssrc == candidate || s.rtx_ssrc == candidate);
        std::iter::repeat_with(&mut *ssrc)
            .find(|candidate| !used(*candidate))
            .expect("the iterator is endless")
    };
    let (media_ssrc, mut rtx_ssrc) = (fresh(), fresh());
    if rtx_ssrc == media_ssrc {
        rtx_ssrc = media_ssrc.wrapping_add(1);
    }
    let abs_send_time =
        section.extensions.iter().find(|(_, e)| *e == Extension::AbsSendTime).map(|(id, _)| *id);
    let slot = SlotPlan {
        video,
        ssrc: media_ssrc,
        rtx_ssrc,
        codecs: section
            .codecs
            .iter()
            .map(|offered| SlotCodec {
                codec: offered.codec,
                payload_type: offered.payload_type,
                rtx_payload_type: offered.rtx,
            })
            .collect(),
        abs_send_time,
    };
    plan.slots.push(slot.clone());
    Taken::Slot(slot)
}

/// The lines that every section of the answer has.
struct Head<'a> {
    server: &'a ServerSide<'a>,
    setup: &'static str,
    /// No section is written yet: the candidates go into the first.
    first: bool,
}

fn write(offer: &Offer, server: &ServerSide<'_>, taken: &[Taken<'_>]) -> String {
    let sections = || offer.sections.iter().zip(taken);
    let bundled: Vec<_> =
        sections().filter(|(_, t)| !matches!(t, Taken::Rejected)).map(|(s, _)| s.mid.as_str()).collect();
    let mut out = String::with_capacity(1024 * offer.sections.len());
    out.push_str("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n");
    line(&mut out, format_args!("a=group:BUNDLE {}", bundled.join(" ")));
    out.push_str("a=msid-semantic: WMS *\r\n");
    let setup = if offer.peer_is_dtls_server { "active" } else { "passive" };
    let mut head = Head { server, setup, first: true };
    for (number, (section, taken)) in sections().enumerate() {
        match taken {
            Taken::Rejected => {
                line(&mut out, format_args!("m={} 0 {} 0", section.media, section.protocol));
                out.push_str("c=IN IP4 0.0.0.0\r\n");
                line(&mut out, format_args!("a=mid:{}\r\na=inactive", section.mid));
            }
            Taken::Uplink(best) => {
                write_head(&mut out, section, std::slice::from_ref(*best), &mut head);
                out.push_str("a=recvonly\r\n");
                write_extensions(&mut out, section, |extension| extension != Extension::AbsSendTime);
                let wanted =
                    |fb: &str| matches!(fb, "nack" | "nack pli" | "ccm fir" | "transport-cc" | "goog-remb");
                write_codec(&mut out, best, wanted);
                if !section.rids.is_empty() {
                    for rid in &section.rids {
                        line(&mut out, format_args!("a=rid:{rid} recv"));
                    }
                    line(&mut out, format_args!("a=simulcast:recv {}", section.rids.join(";")));
                }
            }
            Taken::Slot(slot) => {
                write_head(&mut out, section, &section.codecs, &mut head);
                out.push_str("a=sendonly\r\n");
                write_extensions(&mut out, section, |extension| extension == Extension::AbsSendTime);
                for codec in &section.codecs {
                    // No transport-cc: the viewer's browser estimates and reports one number (REMB).
                    write_codec(&mut out, codec, |fb| {
                        matches!(fb, "nack" | "nack pli" | "ccm fir" | "goog-remb")
                    });
                }
                write_ssrcs(&mut out, number, slot);
            }
        }
    }
    out
}

fn write_head(out: &mut String, section: &Section, codecs: &[OfferedCodec], head: &mut Head<'_>) {
    let server = head.server;
    let _ = write!(out, "m={} 9 {}", section.media, section.protocol);
    for codec in codecs {
        let _ = write!(out, " {}", codec.payload_type);
        if let Some(rtx) = codec.rtx {
            let _ = write!(out, " {rtx}");
        }
    }
    out.push_str("\r\nc=IN IP4 0.0.0.0\r\na=rtcp-mux\r\na=rtcp-rsize\r\n");
    line(out, format_args!("a=mid:{}", section.mid));
    let ufrag = String::from_utf8_lossy(&server.ufrag);
    line(out, format_args!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:{}", server.password));
    line(out, format_args!("a=fingerprint:sha-256 {}\r\na=setup:{}", server.fingerprint, head.setup));
    if std::mem::take(&mut head.first) {
        for (index, candidate) in server.candidates.iter().enumerate() {
            line(out, format_args!("{}", host_candidate(index, candidate)));
        }
        out.push_str("a=end-of-candidates\r\n");
    }
}

/// Host candidates prefer IPv6 a little and others in the order given (RFC 8445 §5.1.2.1).
fn host_candidate(index: usize, address: &SocketAddr) -> String {
    let local: u32 = 65_535 - 2 * index as u32 + u32::from(matches!(address.ip(), IpAddr::V6(_)));
    let priority = (126 << 24) + (local << 8) + 255;
    format!("a=candidate:{} 1 udp {priority} {} {} typ host", index + 1, address.ip(), address.port())
}

fn write_extensions(out: &mut String, section: &Section, wanted: impl Fn(Extension) -> bool) {
    for (id, extension) in section.extensions.iter().filter(|(_, extension)| wanted(*extension)) {
        line(out, format_args!("a=extmap:{id} {}", extension.uri()));
    }
}

fn write_codec(out: &mut String, codec: &OfferedCodec, wanted: impl Fn(&str) -> bool) {
    let pt = codec.payload_type;
    line(out, format_args!("a=rtpmap:{pt} {}", codec.rtpmap));
    for feedback in codec.feedback.iter().filter(|feedback| wanted(feedback)) {
        line(out, format_args!("a=rtcp-fb:{pt} {feedback}"));
    }
    if !codec.fmtp.is_empty() {
        line(out, format_args!("a=fmtp:{pt} {}", codec.fmtp));
    }
    if let Some(rtx) = codec.rtx {
        line(out, format_args!("a=rtpmap:{rtx} rtx/{}\r\na=fmtp:{rtx} apt={pt}", codec.codec.clock_hz()));
    }
}

/// `number` is the section's place in the offer; a MID may be longer than a name here.
fn write_ssrcs(out: &mut String, number: usize, slot: &SlotPlan) {
    let (media, rtx) = (slot.ssrc, slot.rtx_ssrc);
    line(out, format_args!("a=msid:slot-{number} track-{number}"));
    if slot.codecs.iter().any(|codec| codec.rtx_payload_type.is_some()) {
        line(
            out,
            format_args!(
                "a=ssrc-group:FID {media} {rtx}\r\na=ssrc:{media} cname:room\r\na=ssrc:{rtx} cname:room"
            ),
        );
    } else {
        line(out, format_args!("a=ssrc:{media} cname:room"));
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = write!(out, "{text}\r\n");
}

#[cfg(test)]
mod tests;
