//! The offer of a simulated participant: its sections, codecs and header extensions.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use rtc::interceptor::Slot as Place;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::{
    MIME_TYPE_H264, MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8,
};
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder,
    Registry, SettingEngineBuilder, SrtpProtectionProfile, configure_nack, configure_rtcp_reports,
    configure_simulcast_extension_headers, configure_twcc,
};

use crate::clock::now_ns;
use crate::media::Codec;
use crate::sending::KeyframeRequests;

pub(crate) const AUDIO_LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// The sections of the offer, in the order of the fields.
#[derive(Debug, Clone)]
pub struct PeerMedia {
    pub microphone: bool,
    /// RIDs of the camera's simulcast layers, smallest picture first; one empty RID: a single layer.
    pub camera: Option<Vec<String>>,
    pub screen: bool,
    /// Receiving sections.
    pub audio_slots: usize,
    pub video_slots: usize,
    /// Codec of everything sent.
    pub codec: Codec,
    /// Codecs of the receiving sections.
    pub receive: Vec<Codec>,
    /// SRTP profiles, preferred first.
    pub srtp: Vec<SrtpProtectionProfile>,
    /// Local address of the media socket.
    pub address: IpAddr,
}

impl Default for PeerMedia {
    /// The sections of a person who may come on stage: sends microphone, camera and screen, receives 4 + 6
    /// slots.
    fn default() -> PeerMedia {
        PeerMedia {
            microphone: true,
            camera: Some(vec![String::new()]),
            screen: true,
            audio_slots: 4,
            video_slots: 6,
            codec: Codec::Vp8,
            receive: vec![Codec::H264, Codec::Vp8],
            srtp: vec![
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
            ],
            address: Ipv4Addr::LOCALHOST.into(),
        }
    }
}

impl PeerMedia {
    /// The sections of operators and viewers, who only receive.
    pub fn viewer(audio_slots: usize, video_slots: usize) -> PeerMedia {
        let nothing = PeerMedia { microphone: false, camera: None, screen: false, ..PeerMedia::default() };
        PeerMedia { audio_slots, video_slots, ..nothing }
    }

    /// The sections of a WHIP encoder, which only sends one microphone and one camera.
    pub fn encoder() -> PeerMedia {
        PeerMedia { screen: false, audio_slots: 0, video_slots: 0, ..PeerMedia::default() }
    }
}

/// A receiving section of the offer; numbers count sections of the kind from 0. The first two video
/// slots are the main ones, the others the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    Audio(usize),
    Video(usize),
}

/// The source that a local section sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outlet {
    Microphone,
    Camera,
    Screen,
}

pub(crate) struct LocalTrack {
    pub(crate) outlet: Outlet,
    pub(crate) track: Arc<TrackLocalStaticRTP>,
    /// RID and SSRC of each layer.
    pub(crate) layers: Vec<(String, u32)>,
    /// Position of the section in the offer.
    pub(crate) section: usize,
}

/// Builds the peer connection: codecs, header extensions, RTCP and one loopback socket.
pub(crate) async fn build(
    media: &PeerMedia,
    handler: Arc<dyn PeerConnectionEventHandler>,
) -> anyhow::Result<impl PeerConnection> {
    let mut engine = MediaEngine::default();
    for (codec, kind) in codecs(media) {
        engine.register_codec(codec, kind)?;
    }
    let level = RTCRtpHeaderExtensionCapability { uri: AUDIO_LEVEL_URI.to_owned() };
    engine.register_header_extension(level, RtpCodecKind::Audio, None)?;
    configure_simulcast_extension_headers(&mut engine)?;
    let registry = configure_nack(Registry::new(), &mut engine);
    let registry = configure_rtcp_reports(registry);
    let registry = configure_twcc(registry, &mut engine)?;
    // Placed after every interceptor that acts on RTCP itself.
    let registry = registry.with(Place::from(14_000), KeyframeRequests::default());
    let settings = SettingEngineBuilder::new()
        .with_include_loopback_candidate(true)
        .with_srtp_protection_profiles(media.srtp.clone())
        .build();
    PeerConnectionBuilder::new()
        .with_configuration(RTCConfigurationBuilder::default().build())
        .with_media_engine(engine)
        .with_setting_engine(settings)
        .with_interceptor_registry(registry)
        .with_handler(handler)
        .with_udp_addrs(vec![SocketAddr::from((media.address, 0))])
        .build()
        .await
        .context("build the peer connection")
}

fn codecs(media: &PeerMedia) -> Vec<(RTCRtpCodecParameters, RtpCodecKind)> {
    let entry = |codec, payload_type| RTCRtpCodecParameters { rtp_codec: codec, payload_type };
    let repair = |primary: u8| RTCRtpCodec {
        mime_type: MIME_TYPE_RTX.to_owned(),
        clock_rate: 90_000,
        sdp_fmtp_line: format!("apt={primary}"),
        ..Default::default()
    };
    let mut all = vec![(entry(opus(), 111), RtpCodecKind::Audio)];
    let mut wanted = media.receive.clone();
    if !wanted.contains(&media.codec) {
        wanted.push(media.codec);
    }
    for codec in wanted {
        let primary = if codec == Codec::Vp8 { 96 } else { 102 };
        all.push((entry(picture_codec(codec), primary), RtpCodecKind::Video));
        all.push((entry(repair(primary), primary + 1), RtpCodecKind::Video));
    }
    all
}

fn opus() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: 48_000,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: vec![],
    }
}

fn picture_codec(codec: Codec) -> RTCRtpCodec {
    let feedback = [("nack", ""), ("nack", "pli"), ("ccm", "fir"), ("goog-remb", "")];
    let (mime_type, fmtp) = match codec {
        Codec::Vp8 => (MIME_TYPE_VP8, ""),
        Codec::H264 => {
            (MIME_TYPE_H264, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")
        }
    };
    RTCRtpCodec {
        mime_type: mime_type.to_owned(),
        clock_rate: 90_000,
        channels: 0,
        sdp_fmtp_line: fmtp.to_owned(),
        rtcp_feedback: feedback
            .iter()
            .map(|(typ, parameter)| RTCPFeedback {
                typ: (*typ).to_owned(),
                parameter: (*parameter).to_owned(),
            })
            .collect(),
    }
}

/// Adds the sections in the order of [`PeerMedia`]: what is sent, then the receiving slots.
pub(crate) async fn add_sections(
    pc: &dyn PeerConnection,
    media: &PeerMedia,
    slots: &[(Slot, usize)],
) -> anyhow::Result<Vec<LocalTrack>> {
    let single = || vec![String::new()];
    let wanted = [
        (Outlet::Microphone, media.microphone.then(single)),
        (Outlet::Camera, media.camera.clone()),
        (Outlet::Screen, media.screen.then(single)),
    ];
    let mut locals = Vec::new();
    for (outlet, rids) in wanted {
        let Some(rids) = rids else { continue };
        let local = local_track(outlet, media.codec, rids, locals.len());
        let init =
            RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Sendonly, ..Default::default() };
        pc.add_transceiver_from_track(Arc::clone(&local.track) as _, Some(init)).await?;
        locals.push(local);
    }
    for (slot, _) in slots {
        let kind = match slot {
            Slot::Audio(_) => RtpCodecKind::Audio,
            Slot::Video(_) => RtpCodecKind::Video,
        };
        let init =
            RTCRtpTransceiverInit { direction: RTCRtpTransceiverDirection::Recvonly, ..Default::default() };
        pc.add_transceiver_from_kind(kind, Some(init)).await?;
    }
    Ok(locals)
}

fn local_track(outlet: Outlet, codec: Codec, rids: Vec<String>, section: usize) -> LocalTrack {
    let (kind, codec) = match outlet {
        Outlet::Microphone => (RtpCodecKind::Audio, opus()),
        Outlet::Camera | Outlet::Screen => (RtpCodecKind::Video, picture_codec(codec)),
    };
    let layers: Vec<_> = rids.into_iter().map(|rid| (rid, random_u32())).collect();
    let encoding = |(rid, ssrc): &(String, u32)| RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters {
            rid: rid.clone(),
            ssrc: Some(*ssrc),
            ..Default::default()
        },
        active: true,
        codec: codec.clone(),
        ..Default::default()
    };
    let name = format!("{outlet:?}").to_lowercase();
    let encodings = layers.iter().map(encoding).collect();
    let track = MediaStreamTrack::new("own".to_owned(), name.clone(), name, kind, encodings);
    LocalTrack { outlet, track: Arc::new(TrackLocalStaticRTP::new(track)), layers, section }
}

/// Random enough for an SSRC or a stream id of a test.
pub(crate) fn random_u32() -> u32 {
    use std::hash::{BuildHasher, RandomState};
    (RandomState::new().hash_one(now_ns()) as u32).max(1)
}
