//! Real captured packets in every order and with every loss, and packets nobody should send.

use std::io::Write;
use std::process::Command;

use mp4_atom::{Any, DecodeMaybe, Trun};
use proptest::prelude::*;

use super::*;
use crate::transport::rtp::Header;

mod senders;

const H264: Codec = Codec::H264 { profile: 0x42, mode: 1 };
/// Name of a capture, its codec, and how many samples of how many ticks it holds.
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

/// The media packets of a capture, without sender reports and arriving when their time says.
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

    /// A datagram as it was captured, RTP or RTCP.
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

/// What must be true of a recording whatever was sent.
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

/// All files one behind the other, as a player reads them.
fn file(out: &[Output]) -> Vec<u8> {
    out.iter()
        .flat_map(|output| match output {
            Output::Init { bytes, .. } | Output::Segment { bytes, .. } => bytes.clone(),
            Output::Gap { .. } => Vec::new(),
        })
        .collect()
}

/// What a program of ffmpeg says of a file: all it prints, and it must not complain.
fn ffmpeg(program: &str, before: &[&str], file: &[u8], after: &[&str]) -> Option<String> {
    Command::new(program).arg("-version").output().ok()?;
    let mut stored = tempfile::NamedTempFile::new().unwrap();
    stored.write_all(file).unwrap();
    let command = Command::new(program).args(before).arg(stored.path()).args(after).output().unwrap();
    let complaint = String::from_utf8_lossy(&command.stderr).into_owned();
    assert!(command.status.success() && complaint.is_empty(), "{program}: {complaint}");
    Some(String::from_utf8_lossy(&command.stdout).into_owned())
}

#[test]
fn every_codec_becomes_files_that_others_read() {
    for (name, codec, count, ticks) in CAPTURES {
        let out = record(codec, &capture(name));
        let found = samples(&out);
        // ffmpeg may send a last packet more or less of sound.
        assert!(found == count || codec == Codec::Opus && found.abs_diff(count) <= 1, "{name}: {found}");
        assert_eq!(gaps(&out), [], "{name}");
        let inits = out.iter().filter(|output| matches!(output, Output::Init { .. })).count();
        assert_eq!(inits, 1, "{name}");
        let file = file(&out);
        let asked = ["-v", "error", "-count_frames", "-show_entries"];
        let asked =
            [&asked[..], &["stream=nb_read_frames,width,height:format=duration", "-of", "flat"]].concat();
        let Some(said) = ffmpeg("ffprobe", &asked, &file, &[]) else { continue };
        let value = |key: &str| {
            let line =
                said.lines().find(|line| line.contains(key)).unwrap_or_else(|| panic!("{name}: {said}"));
            line.split('=').nth(1).unwrap().trim_matches('"').parse::<f64>().unwrap()
        };
        assert_eq!(value("nb_read_frames"), found as f64, "{name}");
        let expected = found as f64 * ticks as f64 / f64::from(codec.clock_hz());
        assert!((value("duration") - expected).abs() < 0.15, "{name}: {said}");
        if codec.is_video() {
            assert_eq!((value("width"), value("height")), (320.0, 180.0), "{name}");
        }
        ffmpeg("ffmpeg", &["-v", "error", "-i"], &file, &["-f", "null", "-"]);
    }
}

#[test]
fn segments_of_picture_end_at_keyframes_and_of_sound_when_they_are_full() {
    let near = |found: &[(u64, u64, bool)], wanted: &[u64]| {
        let ends: Vec<u64> = found.iter().map(|(_, end, _)| *end).collect();
        let is_near = ends.len() == wanted.len()
            && ends.iter().zip(wanted).all(|(end, wanted)| end.abs_diff(*wanted) <= 60);
        assert!(is_near, "{found:?}");
        assert!(found.iter().all(|(_, _, independent)| *independent), "{found:?}");
    };
    for (name, codec, ..) in CAPTURES {
        let found = segments(&record(codec, &media(name)), codec.clock_hz());
        let wanted: &[u64] = if codec.is_video() { &[1000, 2000, 3000] } else { &[1800, 3020] };
        near(&found, wanted);
    }
}

/// The first picture of a capture shown again every `every_us`, as a shared screen that stands still is;
/// the longest stretch before now that was in no file at any moment.
fn most_unwritten_us(every_us: u64) -> u64 {
    let captured = media("vp8");
    let first = Header::parse(&captured[0].1).unwrap().timestamp;
    let frame: Vec<_> =
        captured.iter().filter(|(_, packet)| Header::parse(packet).unwrap().timestamp == first).collect();
    let mut recorder = Recorder::new(Codec::Vp8);
    let (mut sequence, mut most_us) = (1 << 16, 0);
    for now_us in (0..20_000_000).step_by(10_000) {
        if now_us % every_us == 0 {
            for (_, packet) in &frame {
                let header = Header::parse(packet).unwrap();
                let payload = header.payload(packet).unwrap();
                sequence += 1;
                let rtp = (now_us * 9 / 100) as u32;
                recorder.packet(now_us, &Packet { stream: 0, sequence, rtp, marker: header.marker, payload });
            }
        }
        recorder.tick(now_us);
        let written_us = recorder.out.iter().rev().find_map(|output| match output {
            Output::Segment { start, duration, .. } => Some((start + duration) * 100 / 9),
            _ => None,
        });
        most_us = most_us.max(now_us.saturating_sub(written_us.unwrap_or(0)));
    }
    check(&recorder.out, recorder.track.timescale());
    most_us
}

#[test]
fn a_server_that_dies_loses_two_seconds_of_a_slow_picture_at_most() {
    for every_us in [30_000, 200_000, 500_000, 1_000_000, 1_500_000] {
        let most_us = most_unwritten_us(every_us);
        assert!(most_us <= 2_000_000, "a picture every {every_us} us: {most_us} us are in no file");
    }
}

#[test]
fn packets_in_another_order_make_the_same_frames() {
    for (name, codec, count, _) in CAPTURES {
        let mut packets = media(name);
        let end = packets.len() - 1;
        // Every fifth comes three later, 200 ms after it was due; the first stays.
        for at in (5..end - 3).step_by(5) {
            let (late, packet) = packets[at].clone();
            packets[at..at + 4].rotate_left(1);
            packets[at + 3] = (late.max(packets[at + 2].0), packet);
        }
        let out = record(codec, &packets);
        assert!(samples(&out).abs_diff(count) <= usize::from(!codec.is_video()), "{name}");
        assert_eq!(gaps(&out), [], "{name}");
    }
}

#[test]
fn a_lost_packet_is_a_gap_until_the_next_keyframe() {
    for (name, codec, ..) in CAPTURES.iter().filter(|(_, codec, ..)| codec.is_video()) {
        let mut packets = media(name);
        let at = packets.iter().position(|(at_us, _)| *at_us > 1_300_000).unwrap();
        packets.remove(at);
        let found = gaps(&record(*codec, &packets));
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        let (from, to, why) = found[0];
        assert_eq!(why, GapReason::Loss);
        assert!(from.abs_diff(1_300) < 100 && to.abs_diff(2_000) < 60, "{name}: {found:?}");
    }
}

#[test]
fn lost_sound_is_filled_when_it_is_short() {
    let mut packets = media("opus");
    packets.drain(50..60);
    let out = record(Codec::Opus, &packets);
    assert_eq!((gaps(&out), samples(&out).abs_diff(151) <= 1), (vec![], true));
    packets.drain(50..80);
    let out = record(Codec::Opus, &packets);
    let found = gaps(&out);
    assert!(matches!(found[..], [(from, to, GapReason::Loss)] if to - from == 800), "{found:?}");
}

#[test]
fn a_stream_that_begins_in_the_middle_begins_at_a_keyframe() {
    for (name, codec, ..) in CAPTURES.iter().filter(|(_, codec, ..)| codec.is_video()) {
        let packets: Vec<_> = media(name).into_iter().filter(|(at_us, _)| *at_us > 500_000).collect();
        let mut recorder = Recorder::new(*codec);
        recorder.datagram(packets[0].0, &packets[0].1);
        assert!(recorder.track.wants_keyframe(packets[0].0));
        let out = record(*codec, &packets);
        assert_eq!(gaps(&out), [], "{name}: half a second of waiting is no gap");
        let first = segments(&out, 90_000)[0];
        assert!(first.0.abs_diff(1000) < 60 && first.2, "{name}: {first:?}");
    }
}

#[test]
fn a_pause_is_no_gap_and_an_interruption_is_one() {
    for (name, codec, ..) in CAPTURES {
        let packets = media(name);
        let (before, after) = packets.split_at(packets.len() / 2);
        for interrupted in [false, true] {
            let mut recorder = Recorder::new(codec);
            before.iter().for_each(|(at_us, packet)| recorder.datagram(*at_us, packet));
            let at_us = before.last().unwrap().0;
            if interrupted {
                recorder.track.interrupt(at_us, GapReason::Overload, &mut recorder.clock);
            } else {
                recorder.track.finish(at_us, &mut recorder.clock);
            }
            // The sender went on meanwhile, and its clock with it.
            after.iter().for_each(|(at_us, packet)| recorder.datagram(*at_us, packet));
            recorder.finish(packets.last().unwrap().0);
            check(&recorder.out, codec.clock_hz());
            let found = gaps(&recorder.out);
            if interrupted && codec.is_video() {
                assert!(
                    matches!(found[..], [(_, to, GapReason::Overload)] if to.abs_diff(2000) < 60),
                    "{name}"
                );
            } else {
                assert_eq!(found, [], "{name}");
            }
        }
    }
}

#[test]
fn another_size_is_another_init_and_the_same_size_is_none() {
    let mut recorder = Recorder::new(H264);
    for (round, name) in ["h264", "h264-high", "h264"].into_iter().enumerate() {
        for (sequence, (at_us, packet)) in media(name).into_iter().enumerate() {
            let header = Header::parse(&packet).unwrap();
            let payload = header.payload(&packet).unwrap();
            let (stream, rtp, marker) = ((round % 2) as u16, header.timestamp, header.marker);
            let at_us = at_us + 3_000_000 * round as u64;
            let sequence = sequence as u64 + 1000 * round as u64;
            recorder.packet(at_us, &Packet { stream, sequence, rtp, marker, payload });
        }
    }
    recorder.finish(9_000_000);
    check(&recorder.out, 90_000);
    assert_eq!((gaps(&recorder.out), samples(&recorder.out)), (vec![], 270));
    let inits: Vec<u32> = recorder
        .out
        .iter()
        .filter_map(|output| match output {
            Output::Segment { init, .. } => Some(*init),
            _ => None,
        })
        .collect();
    assert_eq!(inits, [0, 0, 0, 1, 1, 1, 0, 0, 0]);
}

#[test]
fn a_screen_that_stands_still_is_one_stretch() {
    let mut recorder = Recorder::new(Codec::Vp8);
    let frames: Vec<_> = media("vp8").iter().map(|(_, packet)| packet.clone()).collect();
    // One frame a second: each capture packet with its time stretched thirtyfold.
    let first = Header::parse(&frames[0]).unwrap().timestamp;
    for packet in frames.iter().take(40) {
        let header = Header::parse(packet).unwrap();
        let stretched = header.timestamp.wrapping_sub(first) * 30;
        let at_us = u64::from(stretched) * 100 / 9;
        let payload = header.payload(packet).unwrap();
        let sequence = u64::from(header.sequence);
        recorder
            .packet(at_us, &Packet { stream: 0, sequence, rtp: stretched, marker: header.marker, payload });
        for after in (0..1_000).step_by(250) {
            recorder.tick(at_us + after * 1000);
        }
    }
    recorder.finish(40_000_000);
    check(&recorder.out, 90_000);
    let found = segments(&recorder.out, 90_000);
    assert!(found.windows(2).all(|pair| pair[0].1 == pair[1].0), "{found:?}");
    assert_eq!(gaps(&recorder.out), []);
}

#[test]
fn what_is_no_codec_is_one_gap_and_asks_for_a_keyframe() {
    for (_, codec, ..) in CAPTURES {
        let mut recorder = Recorder::new(codec);
        for sequence in 0..500 {
            let garbage = [0x9c, 0xff, sequence as u8, 0xff, 0x65];
            let payload = if codec == Codec::Opus { &[0xff, 0xff, 0][..] } else { &garbage };
            let packet = Packet { stream: 0, sequence, rtp: sequence as u32 * 3000, marker: true, payload };
            recorder.packet(sequence * 33_333, &packet);
        }
        recorder.finish(500 * 33_333);
        assert!(!recorder.out.iter().any(|output| matches!(output, Output::Segment { .. })), "{codec:?}");
        assert!(gaps(&recorder.out).len() <= 1, "{codec:?}: {:?}", gaps(&recorder.out));
    }
}

/// What a careless or hostile sender does to a packet.
#[derive(Debug, Clone)]
enum Harm {
    Drop,
    Late(u64),
    Twice,
    Time(u32),
    Flip(usize, u8),
    Cut(usize),
    Layer(u8),
    Jump(u32),
    Report(u64, u32),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        Just(Harm::Drop),
        (0u64..3_000_000).prop_map(Harm::Late),
        Just(Harm::Twice),
        any::<u32>().prop_map(Harm::Time),
        (0usize..1200, 1u8..).prop_map(|(at, bits)| Harm::Flip(at, bits)),
        (0usize..60).prop_map(Harm::Cut),
        (0u8..6).prop_map(Harm::Layer),
        any::<u32>().prop_map(Harm::Jump),
        (any::<u64>(), any::<u32>()).prop_map(|(ntp, rtp)| Harm::Report(ntp, rtp)),
    ]
}

/// Feeds a capture with harm done to some of its packets.
fn feed(codec: Codec, name: &str, harms: &[(usize, Harm)]) -> Recorder {
    let mut packets: Vec<(u64, u64, u8, u32, bool, Vec<u8>)> = media(name)
        .into_iter()
        .enumerate()
        .map(|(sequence, (at_us, packet))| {
            let header = Header::parse(&packet).unwrap();
            let payload = header.payload(&packet).unwrap().to_vec();
            (at_us, sequence as u64, 0, header.timestamp, header.marker, payload)
        })
        .collect();
    let mut recorder = Recorder::new(codec);
    for (at, harm) in harms {
        let at = at % packets.len();
        match harm {
            Harm::Drop => drop(packets.remove(at)),
            Harm::Late(by) => packets[at].0 += by,
            Harm::Twice => packets.push(packets[at].clone()),
            Harm::Time(rtp) => packets[at].3 = *rtp,
            Harm::Flip(byte, bits) => {
                let len = packets[at].5.len().max(1);
                if let Some(byte) = packets[at].5.get_mut(byte % len) {
                    *byte ^= bits;
                }
            }
            Harm::Cut(len) => packets[at].5.truncate(*len),
            Harm::Layer(layer) => packets[at..].iter_mut().for_each(|packet| packet.2 = *layer),
            Harm::Jump(by) => {
                packets[at..].iter_mut().for_each(|packet| packet.3 = packet.3.wrapping_add(*by))
            }
            Harm::Report(ntp, rtp) => {
                recorder.track.sender_report(at as u64 * 10_000, 0, *ntp, *rtp, &mut recorder.clock);
            }
        }
    }
    packets.sort_by_key(|packet| packet.0);
    for (at_us, sequence, stream, rtp, marker, payload) in &packets {
        let (stream, sequence, rtp, marker) = (*stream, *sequence, *rtp, *marker);
        recorder.packet(*at_us, &Packet { stream: u16::from(stream), sequence, rtp, marker, payload });
        recorder.tick(*at_us);
    }
    recorder.finish(packets.last().map_or(0, |packet| packet.0));
    recorder
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_to_packets_the_recording_is_valid(
        which in 0..CAPTURES.len(),
        harms in prop::collection::vec((any::<usize>(), harm()), 0..30),
    ) {
        let (name, codec, ..) = CAPTURES[which];
        let recorder = feed(codec, name, &harms);
        check(&recorder.out, codec.clock_hz());
        // Nothing is placed far from where it arrived.
        let furthest = segments(&recorder.out, codec.clock_hz()).last().map_or(0, |(_, end, _)| *end);
        prop_assert!(furthest <= 6_000 + 1_500, "{furthest}");
    }

    #[test]
    fn noise_makes_no_invalid_recording(
        which in 0..CAPTURES.len(),
        packets in prop::collection::vec(
            (0u64..40_000, 0u64..64, any::<u32>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)),
            0..400,
        ),
    ) {
        let (_, codec, ..) = CAPTURES[which];
        let mut recorder = Recorder::new(codec);
        let mut at_us = 0;
        for (after, sequence, rtp, marker, payload) in &packets {
            at_us += after;
            let sequence = at_us / 20_000 + sequence;
            recorder.packet(at_us, &Packet { stream: 0, sequence, rtp: *rtp, marker: *marker, payload });
        }
        recorder.finish(at_us);
        check(&recorder.out, codec.clock_hz());
        let furthest = segments(&recorder.out, codec.clock_hz()).last().map_or(0, |(_, end, _)| *end);
        prop_assert!(furthest <= at_us / 1000 + 1_500, "{furthest} of {at_us}");
    }
}
