//! A track under test: real captures, their files, and the properties of the output.

use std::io::Write;
use std::process::Command;

use mp4_atom::{Any, DecodeMaybe, Trun};

use super::*;
use crate::transport::rtp::Header;

mod captures;
mod harm;
mod senders;

const H264: Codec = Codec::H264 { profile: 0x42, mode: 1 };
/// Name and codec of a capture, the number of its samples, and their length in ticks.
const CAPTURES: [(&str, Codec, usize, u64); 6] = [
    ("h264", H264, 90, 3_000),
    ("h264-high", H264, 90, 3_000),
    ("vp8", Codec::Vp8, 90, 3_000),
    ("vp9", Codec::Vp9 { profile: 0 }, 90, 3_000),
    ("av1", Codec::Av1, 90, 3_000),
    ("opus", Codec::Opus, 151, 960),
];

/// A datagram of a capture with the microsecond of its arrival.
type Captured = (u64, Vec<u8>);

fn capture(name: &str) -> Vec<Captured> {
    let path = format!("{}/src/recording/testdata/{name}.rtp", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut rest = &bytes[..];
    let mut packets = Vec::new();
    while let [a, b, c, d, high, low, tail @ ..] = rest {
        let (packet, after) = tail.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        packets.push((u64::from(u32::from_be_bytes([*a, *b, *c, *d])), packet.to_vec()));
        rest = after;
    }
    packets
}

/// The media packets of a capture, without sender reports and arriving at the time they state.
fn media(name: &str) -> Vec<Captured> {
    let is_media = |packet: &Captured| !(192..=223).contains(&packet.1[1]);
    let mut packets: Vec<_> = capture(name).into_iter().filter(is_media).collect();
    let time = |packet: &[u8]| Header::parse(packet).unwrap().timestamp;
    let (first, hz) = (time(&packets[0].1), if name == "opus" { 48_000 } else { 90_000 });
    for (at_us, packet) in &mut packets {
        *at_us = u64::from(time(packet).wrapping_sub(first)) * 1_000_000 / hz;
    }
    packets
}

fn be32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().unwrap())
}

/// A track with its sender's clock; sequence numbers as the transport extends them.
struct Recorder {
    track: Track,
    clock: SenderClock,
    newest: u64,
    out: Vec<Output>,
}

impl Recorder {
    fn new(codec: Codec) -> Recorder {
        Recorder { track: Track::new(codec), clock: SenderClock::new(), newest: 1 << 16, out: Vec::new() }
    }

    /// Takes a captured datagram, RTP or RTCP.
    fn datagram(&mut self, at_us: u64, datagram: &[u8]) {
        if (192..=223).contains(&datagram[1]) {
            if datagram[1] == 200 {
                let ntp = u64::from(be32(&datagram[8..12])) << 32 | u64::from(be32(&datagram[12..16]));
                self.track.sender_report(at_us, 0, ntp, be32(&datagram[16..20]), &mut self.clock);
            }
            return;
        }
        let header = Header::parse(datagram).expect("a captured packet");
        let ahead = header.sequence.wrapping_sub(self.newest as u16) as i16;
        let sequence = self.newest.wrapping_add_signed(i64::from(ahead));
        self.newest = self.newest.max(sequence);
        let payload = header.payload(datagram).expect("a captured payload");
        let packet = Packet { stream: 0, sequence, rtp: header.timestamp, marker: header.marker, payload };
        self.packet(at_us, &packet);
    }

    fn packet(&mut self, at_us: u64, packet: &Packet) {
        self.track.packet(at_us, packet, &mut self.clock);
        self.out.extend(self.track.drain());
    }

    fn tick(&mut self, at_us: u64) {
        self.track.tick(at_us, &mut self.clock);
        self.out.extend(self.track.drain());
    }

    fn finish(&mut self, at_us: u64) {
        self.track.finish(at_us, &mut self.clock);
        self.out.extend(self.track.drain());
    }
}

fn record(codec: Codec, packets: &[Captured]) -> Vec<Output> {
    let mut recorder = Recorder::new(codec);
    for (at_us, packet) in packets {
        recorder.datagram(*at_us, packet);
        recorder.tick(*at_us);
    }
    let end_us = packets.last().map_or(0, |(at_us, _)| *at_us);
    recorder.finish(end_us);
    check(&recorder.out, recorder.track.timescale());
    recorder.out
}

/// The samples of a fragment and where it begins.
fn fragment(bytes: &[u8]) -> (u64, Trun, usize) {
    let mut rest = bytes;
    let Some(Any::Moof(moof)) = Any::decode_maybe(&mut rest).unwrap() else { panic!("no moof") };
    let Some(Any::Mdat(mdat)) = Any::decode_maybe(&mut rest).unwrap() else { panic!("no mdat") };
    assert!(rest.is_empty());
    let traf = &moof.traf[0];
    let offset = traf.trun[0].data_offset.unwrap() as usize;
    assert_eq!(offset, bytes.len() - mdat.data.len(), "the data lies where the fragment says");
    (traf.tfdt.as_ref().unwrap().base_media_decode_time, traf.trun[0].clone(), mdat.data.len())
}

/// Properties of every recording, whatever was sent.
fn check(out: &[Output], timescale: u32) {
    let mut inits = 0;
    let mut end = 0;
    for output in out {
        match output {
            Output::Init { init, .. } => {
                assert_eq!(*init, inits);
                inits += 1;
            }
            Output::Segment { init, start, duration, independent, bytes } => {
                assert!(*init < inits, "its init comes first");
                assert!(*start >= end, "segments overlap: {start} after {end}");
                assert!(*duration > 0 && *duration <= u64::from(timescale) * 2_100 / 1000, "{duration}");
                end = start + duration;
                let (tfdt, trun, len) = fragment(bytes);
                assert_eq!(tfdt, *start);
                let samples: Vec<_> = trun.samples.iter().collect();
                assert!(samples.iter().all(|sample| sample.duration.unwrap() > 0));
                let sum = samples.iter().map(|sample| u64::from(sample.duration.unwrap())).sum::<u64>();
                assert_eq!(sum, *duration);
                let sum = samples.iter().map(|sample| sample.size.unwrap() as usize).sum::<usize>();
                assert_eq!(sum, len);
                assert_eq!(samples[0].flags == Some(0x0200_0000), *independent);
            }
            Output::Gap { from_ms, to_ms, .. } => assert!(from_ms < to_ms),
        }
    }
}

/// Segments as start, end and whether they begin with a keyframe, milliseconds.
fn segments(out: &[Output], timescale: u32) -> Vec<(u64, u64, bool)> {
    let ms = |ticks: u64| ticks * 1000 / u64::from(timescale);
    out.iter()
        .filter_map(|output| match output {
            Output::Segment { start, duration, independent, .. } => {
                Some((ms(*start), ms(start + duration), *independent))
            }
            _ => None,
        })
        .collect()
}

fn gaps(out: &[Output]) -> Vec<(u64, u64, GapReason)> {
    out.iter()
        .filter_map(|output| match output {
            Output::Gap { from_ms, to_ms, why } => Some((*from_ms, *to_ms, *why)),
            _ => None,
        })
        .collect()
}

fn samples(out: &[Output]) -> usize {
    let count = |output: &Output| match output {
        Output::Segment { bytes, .. } => fragment(bytes).1.samples.len(),
        _ => 0,
    };
    out.iter().map(count).sum()
}

/// All files one behind the other, like a player reads them.
fn file(out: &[Output]) -> Vec<u8> {
    out.iter()
        .flat_map(|output| match output {
            Output::Init { bytes, .. } | Output::Segment { bytes, .. } => bytes.clone(),
            Output::Gap { .. } => Vec::new(),
        })
        .collect()
}

/// The output of an ffmpeg program about a file; it must not complain.
fn ffmpeg(program: &str, before: &[&str], file: &[u8], after: &[&str]) -> Option<String> {
    Command::new(program).arg("-version").output().ok()?;
    let mut stored = tempfile::NamedTempFile::new().unwrap();
    stored.write_all(file).unwrap();
    let command = Command::new(program).args(before).arg(stored.path()).args(after).output().unwrap();
    let complaint = String::from_utf8_lossy(&command.stderr).into_owned();
    assert!(command.status.success() && complaint.is_empty(), "{program}: {complaint}");
    Some(String::from_utf8_lossy(&command.stdout).into_owned())
}
