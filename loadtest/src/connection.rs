//! One peer connection of a simulated participant, on the async `webrtc` crate: the offer with its
//! fixed sections, the answer, what is sent and what arrives. Signalling is somebody else's.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use rtc::interceptor::Slot as Place;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::{
    MIME_TYPE_H264, MIME_TYPE_OPUS, MIME_TYPE_RTX, MIME_TYPE_VP8,
};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters,
    RTCRtpEncodingParameters, RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use tokio::sync::watch;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
    RTCConfigurationBuilder, RTCPeerConnectionState, RTCSessionDescription, Registry,
    SettingEngineBuilder, SrtpProtectionProfile, configure_nack, configure_rtcp_reports,
    configure_simulcast_extension_headers, configure_twcc,
};

use crate::clock::{Window, now_ns};
use crate::media::{Codec, Shape};
use crate::meter::{Meter, Received};
use crate::sdp::{self, Section};
use crate::sending::{self, Counters, KeyframeRequests, Layer, PictureLayer, Sending};

const AUDIO_LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

/// What the offer has sections for, in the order of the fields.
#[derive(Debug, Clone)]
pub struct PeerMedia {
    pub microphone: bool,
    /// RIDs of the camera's simulcast layers, best first; one empty RID: a single layer.
    pub camera: Option<Vec<String>>,
    pub screen: bool,
    /// Receiving sections.
    pub audio_slots: usize,
    pub video_slots: usize,
    /// Codec of everything sent.
    pub codec: Codec,
    /// Codecs of the receiving sections.
    pub receive: Vec<Codec>,
    pub srtp: Vec<SrtpProtectionProfile>,
}

impl Default for PeerMedia {
    /// Somebody who may come on stage: sends microphone, camera and screen, receives 4 + 6 slots.
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
        }
    }
}

impl PeerMedia {
    /// Only receives, as operators and viewers do.
    pub fn viewer(audio_slots: usize, video_slots: usize) -> PeerMedia {
        let nothing = PeerMedia { microphone: false, camera: None, screen: false, ..PeerMedia::default() };
        PeerMedia { audio_slots, video_slots, ..nothing }
    }

    /// Only sends one microphone and one camera, as a WHIP encoder does.
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

/// What a local section sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outlet {
    Microphone,
    Camera,
    Screen,
}

struct LocalTrack {
    outlet: Outlet,
    track: Arc<TrackLocalStaticRTP>,
    /// RID and SSRC of each layer.
    layers: Vec<(String, u32)>,
    /// Position of the section in the offer.
    section: usize,
}

/// One peer connection.
pub struct Connection {
    pc: Arc<dyn PeerConnection>,
    locals: Vec<LocalTrack>,
    codec: Codec,
    answer: OnceLock<Vec<Section>>,
    incoming: Arc<Incoming>,
    state: watch::Receiver<RTCPeerConnectionState>,
}

/// The receiving half, shared with the crate's event handler.
struct Incoming {
    slots: Vec<(Slot, usize)>,
    meters: HashMap<Slot, Arc<Mutex<Meter>>>,
    /// Whose SSRC it is; known before the first packet.
    by_ssrc: OnceLock<HashMap<u32, Slot>>,
    state: watch::Sender<RTCPeerConnectionState>,
}

impl Connection {
    /// Builds a connection whose packets are counted inside `window`; returns it with its offer.
    pub async fn offer(media: &PeerMedia, window: &Arc<Window>) -> anyhow::Result<(Connection, String)> {
        let sending = usize::from(media.microphone)
            + usize::from(media.camera.is_some())
            + usize::from(media.screen);
        let slots: Vec<_> = (0..media.audio_slots)
            .map(Slot::Audio)
            .chain((0..media.video_slots).map(Slot::Video))
            .enumerate()
            .map(|(at, slot)| (slot, sending + at))
            .collect();
        let meter = |(slot, _): &(Slot, usize)| {
            (*slot, Arc::new(Mutex::new(Meter::new(Arc::clone(window)))))
        };
        let (state, watched) = watch::channel(RTCPeerConnectionState::New);
        let meters = slots.iter().map(meter).collect();
        let incoming = Arc::new(Incoming { slots, meters, by_ssrc: OnceLock::new(), state });

        let pc: Arc<dyn PeerConnection> = Arc::new(build(media, Arc::clone(&incoming)).await?);
        let locals = add_sections(pc.as_ref(), media, &incoming.slots).await?;
        let offer = pc.create_offer(None).await.context("create the offer")?;
        let sdp = offer.sdp.clone();
        pc.set_local_description(offer).await.context("apply the own offer")?;
        let codec = media.codec;
        let answer = OnceLock::new();
        Ok((Connection { pc, locals, codec, answer, incoming, state: watched }, sdp))
    }

    /// Applies the server's answer.
    pub async fn answer(&self, sdp: String) -> anyhow::Result<()> {
        let sections = sdp::sections(&sdp);
        let owner = |(slot, at): &(Slot, usize)| {
            let ssrcs = sections.get(*at).map(|section| section.ssrcs.clone());
            ssrcs.unwrap_or_default().into_iter().map(|ssrc| (ssrc, *slot)).collect::<Vec<_>>()
        };
        let by_ssrc = self.incoming.slots.iter().flat_map(owner).collect();
        self.incoming.by_ssrc.set(by_ssrc).ok().context("a second answer")?;
        self.answer.set(sections).ok().context("a second answer")?;
        let answer = RTCSessionDescription::answer(sdp).context("read the answer")?;
        self.pc.set_remote_description(answer).await.context("apply the answer")
    }

    /// The sections of the answer; empty before it came.
    pub fn answered(&self) -> &[Section] {
        self.answer.get().map_or(&[], Vec::as_slice)
    }

    /// Waits until keys are agreed and media can flow.
    pub async fn connected(&self, within: Duration) -> anyhow::Result<()> {
        let mut state = self.state.clone();
        let reached = state.wait_for(|state| {
            matches!(
                state,
                RTCPeerConnectionState::Connected
                    | RTCPeerConnectionState::Failed
                    | RTCPeerConnectionState::Closed
            )
        });
        let reached = tokio::time::timeout(within, reached).await;
        let reached = reached.with_context(|| format!("no connection within {within:?}"))??;
        match *reached {
            RTCPeerConnectionState::Connected => Ok(()),
            state => bail!("the connection is {state}"),
        }
    }

    /// The connection's state now.
    pub fn state(&self) -> RTCPeerConnectionState {
        *self.state.borrow()
    }

    /// Starts sending sound.
    pub fn publish_audio(&self, stream: u32, window: &Arc<Window>) -> anyhow::Result<Sending> {
        let (local, section) = self.local(Outlet::Microphone)?;
        let payload_type = section.payload_type("OPUS").context("the answer has no Opus")?;
        let layer = self.layers(local, section, payload_type).remove(0);
        let counters = Counters::new(stream, Arc::clone(window));
        Ok(sending::sound(Arc::clone(&local.track), layer, counters))
    }

    /// Starts sending a picture; `shapes` are its layers, best first, streams `stream`, `stream`+1, …
    pub fn publish_video(
        &self,
        outlet: Outlet,
        stream: u32,
        shapes: &[Shape],
        window: &Arc<Window>,
    ) -> anyhow::Result<Sending> {
        let (local, section) = self.local(outlet)?;
        let name = match self.codec {
            Codec::Vp8 => "VP8",
            Codec::H264 => "H264",
        };
        let payload_type = section.payload_type(name);
        let payload_type = payload_type.with_context(|| format!("the answer has no {name}"))?;
        let layers = self.layers(local, section, payload_type).into_iter().zip(shapes).zip(stream..);
        let layers = layers.map(|((layer, shape), stream)| PictureLayer {
            layer,
            shape: *shape,
            counters: Counters::new(stream, Arc::clone(window)),
        });
        Ok(sending::picture(Arc::clone(&local.track), self.codec, layers.collect()))
    }

    /// What a slot received so far.
    pub fn received(&self, slot: Slot) -> Received {
        self.incoming.meters.get(&slot).map_or_else(Received::default, |meter| {
            meter.lock().expect("no holder of a meter panics").received()
        })
    }

    /// Every receiving slot, in the order of the offer.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.incoming.slots.iter().map(|(slot, _)| *slot)
    }

    /// Closes the connection.
    pub async fn close(&self) {
        // Closing twice or after a failure is what the caller wants, too.
        let _ = self.pc.close().await;
    }

    fn local(&self, outlet: Outlet) -> anyhow::Result<(&LocalTrack, &Section)> {
        let local = self.locals.iter().find(|local| local.outlet == outlet);
        let local = local.with_context(|| format!("the offer has no {outlet:?}"))?;
        let section = self.answered().get(local.section).context("no answer yet")?;
        if section.rejected || section.direction == "inactive" {
            bail!("the answer refuses {outlet:?}");
        }
        Ok((local, section))
    }

    fn layers(&self, local: &LocalTrack, section: &Section, payload_type: u8) -> Vec<Layer> {
        let layer = |(rid, ssrc): &(String, u32)| {
            let mut extensions = Vec::new();
            if let (false, Some(mid_id), Some(rid_id)) =
                (rid.is_empty(), section.extension(MID_URI), section.extension(RID_URI))
            {
                extensions.push((mid_id, Bytes::from(section.mid.clone())));
                extensions.push((rid_id, Bytes::from(rid.clone())));
            }
            let level_id = section.extension(AUDIO_LEVEL_URI);
            Layer { ssrc: *ssrc, payload_type, extensions, level_id }
        };
        local.layers.iter().map(layer).collect()
    }
}

async fn build(media: &PeerMedia, handler: Arc<Incoming>) -> anyhow::Result<impl PeerConnection> {
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
    // After every interceptor that acts on RTCP itself.
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
        .with_handler(handler as Arc<dyn PeerConnectionEventHandler>)
        .with_udp_addrs(vec![SocketAddr::from(([127, 0, 0, 1], 0))])
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
        Codec::H264 => (
            MIME_TYPE_H264,
            "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        ),
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
async fn add_sections(
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
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Sendonly,
            ..Default::default()
        };
        pc.add_transceiver_from_track(Arc::clone(&local.track) as _, Some(init)).await?;
        locals.push(local);
    }
    for (slot, _) in slots {
        let kind = match slot {
            Slot::Audio(_) => RtpCodecKind::Audio,
            Slot::Video(_) => RtpCodecKind::Video,
        };
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Recvonly,
            ..Default::default()
        };
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

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Incoming {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let ssrcs = track.ssrcs().await;
        let by_ssrc = self.by_ssrc.get();
        let slot = ssrcs.iter().find_map(|ssrc| by_ssrc?.get(ssrc).map(|slot| (*ssrc, *slot)));
        let Some((ssrc, slot)) = slot else {
            tracing::warn!("a track of {ssrcs:?}, which the answer does not declare");
            return;
        };
        tokio::spawn(measure(track, ssrc, slot, Arc::clone(&self.meters[&slot])));
    }
}

/// Feeds a slot's meter; asks for a keyframe as a decoder without one would.
async fn measure(track: Arc<dyn TrackRemote>, ssrc: u32, slot: Slot, meter: Arc<Mutex<Meter>>) {
    /// How long a picture may go without its first key frame before the receiver asks.
    const PATIENCE_NS: u64 = 300_000_000;
    let picture = matches!(slot, Slot::Video(_));
    let mut ask_at_ns = now_ns() + PATIENCE_NS;
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
        let now_ns = now_ns();
        let started = {
            let mut meter = meter.lock().expect("no holder of a meter panics");
            meter.packet(now_ns, packet.header.sequence_number, &packet.payload);
            meter.started()
        };
        if picture && !started && now_ns >= ask_at_ns {
            ask_at_ns = now_ns + PATIENCE_NS;
            let request = PictureLossIndication { sender_ssrc: 0, media_ssrc: ssrc };
            // A connection that has just closed asks nobody.
            let _ = track.write_rtcp(vec![Box::new(request)]).await;
        }
    }
}
