//! One published stream: paces synthetic packets into a local track and answers keyframe requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_local::{TrackLocal, TrackLocalEvent};

use crate::clock::{Window, now_ns};
use crate::media::{self, Codec, Shape, Stamp};

/// The interval between sound packets.
const SOUND_INTERVAL: Duration = Duration::from_millis(20);

/// One layer of a local track: the fields of its RTP packets.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) ssrc: u32,
    pub(crate) payload_type: u8,
    /// Header extensions of every packet: id and value.
    pub(crate) extensions: Vec<(u8, Bytes)>,
    /// Id of the audio-level extension, when offered.
    pub(crate) level_id: Option<u8>,
}

/// Counters and switches of a running stream.
#[derive(Debug)]
pub struct Counters {
    /// Stream id in the stamps.
    pub stream: u32,
    sent: AtomicU64,
    sent_in_window: AtomicU64,
    keyframe_requests: AtomicU64,
    want_keyframe: AtomicBool,
    /// Loudness of the sound, -dBov: 0 = loudest, 127 = silence.
    level: AtomicU16,
    window: Arc<Window>,
}

impl Counters {
    pub(crate) fn new(stream: u32, window: Arc<Window>) -> Arc<Counters> {
        Arc::new(Counters {
            stream,
            sent: AtomicU64::new(0),
            sent_in_window: AtomicU64::new(0),
            keyframe_requests: AtomicU64::new(0),
            want_keyframe: AtomicBool::new(true),
            level: AtomicU16::new(20),
            window,
        })
    }

    /// The packets sent so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The packets sent inside the measured window.
    pub fn sent_in_window(&self) -> u64 {
        self.sent_in_window.load(Ordering::Relaxed)
    }

    /// The keyframe requests (PLI or FIR) that came back.
    pub fn keyframe_requests(&self) -> u64 {
        self.keyframe_requests.load(Ordering::Relaxed)
    }

    /// Sets the loudness of the sound from now on, in -dBov (0 = loudest, 127 = silence).
    pub fn set_level(&self, level: u8) {
        self.level.store(u16::from(level.min(127)), Ordering::Relaxed);
    }

    fn stamp(&self) -> Stamp {
        let sent_ns = now_ns();
        if self.window.contains(sent_ns) {
            self.sent_in_window.fetch_add(1, Ordering::Relaxed);
        }
        Stamp { stream: self.stream, sequence: self.sent.fetch_add(1, Ordering::Relaxed), sent_ns }
    }
}

/// A running stream; dropping it stops the stream.
#[derive(Debug)]
pub struct Sending {
    counters: Vec<Arc<Counters>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Sending {
    /// Counters of the first (or only) layer.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters[0]
    }

    /// Counters of all layers, smallest picture first.
    pub fn layers(&self) -> &[Arc<Counters>] {
        &self.counters
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Starts sending 50 sound packets per second.
pub(crate) fn sound(track: Arc<TrackLocalStaticRTP>, layer: Layer, counters: Arc<Counters>) -> Sending {
    let running = Arc::clone(&counters);
    let task = tokio::spawn(async move {
        let mut ticks = ticks(SOUND_INTERVAL);
        let mut rtp = Rtp::new(layer);
        loop {
            ticks.tick().await;
            let payload = media::sound(running.stamp());
            let level = running.level.load(Ordering::Relaxed) as u8;
            if track.write_rtp(rtp.packet(payload, false, Some(level))).await.is_err() {
                return;
            }
            rtp.timestamp = rtp.timestamp.wrapping_add(960);
        }
    });
    Sending { counters: vec![counters], tasks: vec![task] }
}

/// One layer of a picture to send.
pub(crate) struct PictureLayer {
    pub(crate) layer: Layer,
    pub(crate) shape: Shape,
    pub(crate) counters: Arc<Counters>,
}

/// Starts sending the layers of a picture.
pub(crate) fn picture(track: Arc<TrackLocalStaticRTP>, codec: Codec, layers: Vec<PictureLayer>) -> Sending {
    let counters: Vec<_> = layers.iter().map(|layer| Arc::clone(&layer.counters)).collect();
    let by_ssrc = layers.iter().map(|l| (l.layer.ssrc, Arc::clone(&l.counters))).collect();
    let mut tasks = vec![tokio::spawn(answer_requests(Arc::clone(&track), by_ssrc))];
    for layer in layers {
        tasks.push(tokio::spawn(send_layer(Arc::clone(&track), codec, layer)));
    }
    Sending { counters, tasks }
}

async fn send_layer(track: Arc<TrackLocalStaticRTP>, codec: Codec, layer: PictureLayer) {
    let PictureLayer { layer, shape, counters } = layer;
    let mut ticks = ticks(Duration::from_secs(1) / shape.frames_per_second);
    let mut rtp = Rtp::new(layer);
    for picture in 0u16.. {
        ticks.tick().await;
        let key = counters.want_keyframe.swap(false, Ordering::Relaxed);
        let payloads = media::frame(codec, shape, key, picture & 0x7fff, || counters.stamp());
        let last = payloads.len() - 1;
        for (at, payload) in payloads.into_iter().enumerate() {
            if track.write_rtp(rtp.packet(payload, at == last, None)).await.is_err() {
                return;
            }
        }
        rtp.timestamp = rtp.timestamp.wrapping_add(90_000 / shape.frames_per_second);
    }
}

/// Makes the next frame of a layer a keyframe when a PLI or FIR asks for it.
async fn answer_requests(track: Arc<TrackLocalStaticRTP>, layers: Vec<(u32, Arc<Counters>)>) {
    while let Some(event) = track.poll().await {
        let TrackLocalEvent::OnRtcpPacket(packets) = event else { continue };
        for ssrc in packets.iter().flat_map(|packet| packet.destination_ssrc()) {
            if let Some((_, counters)) = layers.iter().find(|(own, _)| *own == ssrc) {
                counters.keyframe_requests.fetch_add(1, Ordering::Relaxed);
                counters.want_keyframe.store(true, Ordering::Relaxed);
            }
        }
    }
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval_at(Instant::now(), every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// The header state of one RTP stream.
struct Rtp {
    layer: Layer,
    sequence: u16,
    timestamp: u32,
}

impl Rtp {
    fn new(layer: Layer) -> Rtp {
        // Below half the range, so that a first late packet is not mistaken for a rollover.
        Rtp { sequence: layer.ssrc as u16 & 0x7fff, timestamp: layer.ssrc, layer }
    }

    fn packet(&mut self, payload: Bytes, marker: bool, level: Option<u8>) -> rtc::rtp::Packet {
        let mut header = rtc::rtp::Header {
            version: 2,
            marker,
            payload_type: self.layer.payload_type,
            sequence_number: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.layer.ssrc,
            ..Default::default()
        };
        for (id, value) in &self.layer.extensions {
            header.set_extension(*id, value.clone()).expect("ids are 1..=14 and values short");
        }
        if let (Some(id), Some(level)) = (self.layer.level_id, level) {
            let value = Bytes::copy_from_slice(&[0x80 | level]);
            header.set_extension(id, value).expect("ids are 1..=14 and the value is one byte");
        }
        self.sequence = self.sequence.wrapping_add(1);
        rtc::rtp::Packet { header, payload }
    }
}

/// Hands keyframe requests to the application; the crate keeps all inbound RTCP to itself otherwise.
#[derive(Default)]
pub(crate) struct KeyframeRequests {
    reads: std::collections::VecDeque<TaggedPacket>,
    writes: std::collections::VecDeque<TaggedPacket>,
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for KeyframeRequests {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = std::time::Instant;

    fn handle_read(&mut self, mut message: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &mut message.message.packet {
            packets.retain(|packet| {
                let packet = packet.as_any();
                packet.is::<PictureLossIndication>() || packet.is::<FullIntraRequest>()
            });
            if packets.is_empty() {
                return Ok(());
            }
            message.message.add(Attribute::DeliverToApplication);
        }
        self.reads.push_back(message);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, message: TaggedPacket) -> Result<(), Error> {
        self.writes.push_back(message);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for KeyframeRequests {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}
