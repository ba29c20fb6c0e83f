//! One peer connection of a simulated participant, on the async `webrtc` crate: the offer with its fixed
//! sections, the answer, the packets sent and received. Signalling is elsewhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use tokio::sync::watch;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
pub use webrtc::peer_connection::SrtpProtectionProfile;
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionEventHandler, RTCPeerConnectionState, RTCSessionDescription,
};

use crate::clock::{Window, now_ns};
use crate::media::{Codec, Shape};
use crate::meter::{Meter, Received};
use crate::offer::{self, AUDIO_LEVEL_URI, LocalTrack};
pub use crate::offer::{Outlet, PeerMedia, Slot};
use crate::sdp::{self, Section};
use crate::sending::{self, Counters, Layer, PictureLayer, Sending};

const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

/// One peer connection.
pub struct Connection {
    pc: Arc<dyn PeerConnection>,
    locals: Vec<LocalTrack>,
    codec: Codec,
    answer: OnceLock<Answered>,
    incoming: Arc<Incoming>,
    state: watch::Receiver<RTCPeerConnectionState>,
}

struct Answered {
    sdp: String,
    sections: Vec<Section>,
}

/// The receiving half, shared with the crate's event handler.
struct Incoming {
    slots: Vec<(Slot, usize)>,
    meters: HashMap<Slot, Arc<Mutex<Meter>>>,
    /// The slot of each SSRC; known before the first packet.
    by_ssrc: OnceLock<HashMap<u32, Slot>>,
    state: watch::Sender<RTCPeerConnectionState>,
}

impl Connection {
    /// Builds a connection whose packets are counted inside `window`; returns it with its offer.
    pub async fn offer(media: &PeerMedia, window: &Arc<Window>) -> anyhow::Result<(Connection, String)> {
        let sending =
            usize::from(media.microphone) + usize::from(media.camera.is_some()) + usize::from(media.screen);
        let slots: Vec<_> = (0..media.audio_slots)
            .map(Slot::Audio)
            .chain((0..media.video_slots).map(Slot::Video))
            .enumerate()
            .map(|(at, slot)| (slot, sending + at))
            .collect();
        let meter = |(slot, _): &(Slot, usize)| (*slot, Arc::new(Mutex::new(Meter::new(Arc::clone(window)))));
        let (state, watched) = watch::channel(RTCPeerConnectionState::New);
        let meters = slots.iter().map(meter).collect();
        let incoming = Arc::new(Incoming { slots, meters, by_ssrc: OnceLock::new(), state });

        let pc: Arc<dyn PeerConnection> = Arc::new(offer::build(media, Arc::clone(&incoming) as _).await?);
        let locals = offer::add_sections(pc.as_ref(), media, &incoming.slots).await?;
        let own = pc.create_offer(None).await.context("create the offer")?;
        let sdp = own.sdp.clone();
        pc.set_local_description(own).await.context("apply the own offer")?;
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
        self.answer.set(Answered { sdp: sdp.clone(), sections }).ok().context("a second answer")?;
        let answer = RTCSessionDescription::answer(sdp).context("read the answer")?;
        self.pc.set_remote_description(answer).await.context("apply the answer")
    }

    /// The sections of the answer; empty before it came.
    pub fn answered(&self) -> &[Section] {
        self.answer.get().map_or(&[], |answer| &answer.sections)
    }

    /// The answer as it came; empty before it came.
    pub fn answer_sdp(&self) -> &str {
        self.answer.get().map_or("", |answer| &answer.sdp)
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

    /// The present state of the connection.
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

    /// Starts sending a picture; `shapes` are its layers in the order of their RIDs, streams `stream`, `stream`+1, …
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

    /// The packets that a slot received so far.
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

/// Feeds the meter of a slot; asks for a keyframe as a decoder without one would.
async fn measure(track: Arc<dyn TrackRemote>, ssrc: u32, slot: Slot, meter: Arc<Mutex<Meter>>) {
    /// The time that a picture may go without its first keyframe before the receiver asks, in nanoseconds.
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
            // A connection that has just closed has nobody to ask.
            let _ = track.write_rtcp(vec![Box::new(request)]).await;
        }
    }
}
