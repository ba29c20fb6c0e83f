//! The negotiated plan of a test's devices: three streams to send, and slots to receive on.

use crate::lesson::SourceKind;
use crate::sfu::scene::LegId;
use crate::transport::answer::{ExtensionIds, LegPlan, SlotCodec, SlotPlan, UplinkPlan};
use crate::transport::codec::Codec;

pub(super) const H264: Codec = Codec::H264 { profile: 0x42, mode: 1 };
/// RIDs of a camera's layers, lowest first.
pub(super) const RIDS: [&str; 3] = ["l", "m", "h"];
pub(super) const MID_ID: u8 = 1;
pub(super) const RID_ID: u8 = 2;
pub(super) const LEVEL_ID: u8 = 3;

/// The abilities of a test's device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kit {
    pub(super) video_slots: usize,
    pub(super) audio_slots: usize,
    pub(super) plays_vp8: bool,
    /// Retransmissions come on streams of their own.
    pub(super) has_rtx: bool,
}

pub(super) const ALL: Kit = Kit { video_slots: 4, audio_slots: 2, plays_vp8: true, has_rtx: true };

/// SSRC of a stream or slot of a leg; no two are alike.
pub(super) fn ssrc(leg: LegId, number: u32) -> u32 {
    leg.0 as u32 * 1000 + number
}

/// Number of a stream's SSRC within its leg.
pub(super) fn stream_number(kind: SourceKind, layer: u8) -> u32 {
    kind as u32 * 10 + u32::from(layer)
}

pub(super) fn plan(leg: LegId, kit: Kit) -> LegPlan {
    let uplink = |kind, mid: &str, codec, payload_type, rids: &[&str]| UplinkPlan {
        kind,
        mid: mid.into(),
        codec,
        payload_type,
        rtx_payload_type: None,
        nack: codec != Codec::Opus,
        ssrcs: if rids.is_empty() { vec![(ssrc(leg, stream_number(kind, 0)), None)] } else { Vec::new() },
        rids: rids.iter().map(|rid| (*rid).to_owned()).collect(),
        parameter_sets: Vec::new(),
    };
    let codec = |codec, payload_type, rtx: u8| SlotCodec {
        codec,
        payload_type,
        rtx_payload_type: (kit.has_rtx && codec != Codec::Opus).then_some(rtx),
    };
    let slot = |number: usize, video| SlotPlan {
        video,
        ssrc: ssrc(leg, 100 + number as u32),
        rtx_ssrc: ssrc(leg, 200 + number as u32),
        codecs: match video {
            true if kit.plays_vp8 => vec![codec(H264, 96, 97), codec(Codec::Vp8, 98, 99)],
            true => vec![codec(H264, 96, 97)],
            false => vec![codec(Codec::Opus, 111, 0)],
        },
        abs_send_time: number.is_multiple_of(2).then_some(4),
    };
    let video = (0..kit.video_slots).map(|number| slot(number, true));
    let audio = (0..kit.audio_slots).map(|number| slot(kit.video_slots + number, false));
    LegPlan {
        ufrag: *b"abcdefgh",
        password: "secret".into(),
        peer_ufrag: "peer".into(),
        peer_password: "secret".into(),
        peer_fingerprint: [0; 32],
        dtls_client: false,
        uplinks: vec![
            uplink(SourceKind::Mic, "m", Codec::Opus, 111, &[]),
            uplink(SourceKind::Camera, "c", H264, 96, &RIDS),
            uplink(SourceKind::Screen, "s", Codec::Vp8, 98, &[]),
        ],
        slots: video.chain(audio).collect(),
        extensions: ExtensionIds {
            mid: Some(MID_ID),
            rid: Some(RID_ID),
            repaired_rid: None,
            audio_level: Some(LEVEL_ID),
            transport_cc: None,
        },
    }
}
