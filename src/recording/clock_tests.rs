//! A class of ninety minutes, faster than real time: clocks that drift, packets that are late, and false
//! reports.

use mp4_atom::{Any, DecodeMaybe};

use super::SenderClock;
use crate::recording::track::{Output, Packet, Track};
use crate::transport::codec::Codec;

/// Pseudo-random numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// A sender whose clocks run by themselves.
struct Sender {
    /// Gain of its wall clock, its microphone and its camera, millionths.
    ppm: [f64; 3],
    delay_us: u64,
    jitter_us: u64,
    /// Time of the first report.
    reports_from_us: u64,
    /// Error of a report.
    lie: fn(u64) -> i64,
}

const HONEST: Sender =
    Sender { ppm: [0.0; 3], delay_us: 40_000, jitter_us: 30_000, reports_from_us: 0, lie: |_| 0 };

#[derive(Clone, Copy)]
enum What {
    Media,
    Report,
}

/// The packets and reports of one stream, with arrival and capture.
fn events(sender: &Sender, seed: u64, step_us: u64, extra_us: u64, length_us: u64) -> Vec<(u64, u64, What)> {
    let mut random = Random(seed);
    let mut events = Vec::new();
    for captured in (0..length_us).step_by(step_us as usize) {
        let late = sender.delay_us + extra_us + random.below(sender.jitter_us);
        events.push((captured + late, captured, What::Media));
    }
    for captured in (sender.reports_from_us + seed * 700_000..length_us).step_by(5_000_000) {
        let late = sender.delay_us + random.below(sender.jitter_us);
        events.push((captured + late, captured, What::Report));
    }
    events.sort_by_key(|event| event.0);
    events
}

fn gained(us: u64, ppm: f64) -> u64 {
    (us as f64 * (1.0 + ppm / 1e6)) as u64
}

/// Placement of each picture and each piece of sound: capture and recording time, microseconds.
type Placed = Vec<(u64, u64)>;

fn placed(track: &mut Track, into: &mut Placed, captured: impl Fn(u32) -> u64) {
    let hz = u64::from(track.timescale());
    for output in track.drain() {
        let Output::Segment { bytes, .. } = output else { continue };
        let mut rest = &bytes[..];
        let Some(Any::Moof(moof)) = Any::decode_maybe(&mut rest).unwrap() else { panic!("no moof") };
        let Some(Any::Mdat(mdat)) = Any::decode_maybe(&mut rest).unwrap() else { panic!("no mdat") };
        let mut at = moof.traf[0].tfdt.as_ref().unwrap().base_media_decode_time;
        let mut data = &mdat.data[..];
        for sample in moof.traf[0].trun[0].samples.iter() {
            let (one, after) = data.split_at(sample.size.unwrap() as usize);
            // The last four bytes are its number; silence has fewer.
            if let Some(number) = one.last_chunk::<4>().filter(|_| one.len() > 4) {
                into.push((captured(u32::from_be_bytes(*number)), at * 1_000_000 / hz));
            }
            (at, data) = (at + u64::from(sample.duration.unwrap()), after);
        }
    }
}

const FRAME_US: u64 = 66_667;
const PIECE_US: u64 = 20_000;

/// Records picture and sound of one sender.
fn class(sender: &Sender, length_us: u64) -> (Placed, Placed) {
    let mut clock = SenderClock::new();
    let mut tracks = [Track::new(Codec::Vp8), Track::new(Codec::Opus)];
    let mut result = (Vec::new(), Vec::new());
    let picture = events(sender, 1, FRAME_US, 60_000, length_us);
    let sound = events(sender, 2, PIECE_US, 0, length_us);
    let mut all: Vec<_> = picture.into_iter().map(|event| (0, event)).collect();
    all.extend(sound.into_iter().map(|event| (1, event)));
    all.sort_by_key(|(_, event)| event.0);
    let mut until_tick = 0;
    for (which, (at_us, captured, what)) in all {
        let (hz, ppm, step_us) =
            [(90_000, sender.ppm[2], FRAME_US), (48_000, sender.ppm[1], PIECE_US)][which];
        let rtp = (u128::from(gained(captured, ppm)) * hz / 1_000_000) as u32;
        let rtp = rtp.wrapping_add(4_000_000_000);
        let track = &mut tracks[which];
        match what {
            What::Report => {
                let ntp_us =
                    3_900_000_000_000_000 + gained(captured, sender.ppm[0]) as i64 + (sender.lie)(at_us);
                let ntp_us = ntp_us as u128;
                let ntp = (((ntp_us / 1_000_000) << 32) | (((ntp_us % 1_000_000) << 32) / 1_000_000)) as u64;
                track.sender_report(at_us, 0, ntp, rtp, &mut clock);
            }
            What::Media => {
                let sequence = captured / step_us;
                let number = (sequence as u32).to_be_bytes();
                let key = [0x10, 0x10, 0, 0, 0x9d, 1, 0x2a, 64, 1, 180, 0];
                let payload = match (which, sequence % 15) {
                    (0, 0) => [&key[..], &number].concat(),
                    (0, _) => [&[0x10, 0x11][..], &number].concat(),
                    _ => [&[0xfc][..], &number].concat(),
                };
                let packet = Packet { stream: 0, sequence, rtp, marker: true, payload: &payload };
                track.packet(at_us, &packet, &mut clock);
            }
        }
        if at_us >= until_tick {
            until_tick = at_us + 500_000;
            tracks.iter_mut().for_each(|track| track.tick(at_us, &mut clock));
            placed(&mut tracks[0], &mut result.0, |number| u64::from(number) * FRAME_US);
            placed(&mut tracks[1], &mut result.1, |number| u64::from(number) * PIECE_US);
        }
    }
    tracks.iter_mut().for_each(|track| track.finish(length_us + 500_000, &mut clock));
    placed(&mut tracks[0], &mut result.0, |number| u64::from(number) * FRAME_US);
    placed(&mut tracks[1], &mut result.1, |number| u64::from(number) * PIECE_US);
    result
}

/// Distance of picture and sound, second by second, microseconds.
fn apart(picture: &Placed, sound: &Placed) -> Vec<i64> {
    let shift = |placed: &Placed, at_us: u64| {
        let at = placed.partition_point(|(captured, _)| *captured < at_us);
        placed.get(at).map(|(captured, recorded)| *recorded as i64 - *captured as i64)
    };
    let seconds = picture.last().map_or(0, |(captured, _)| captured / 1_000_000);
    (0..seconds)
        .filter_map(|second| Some(shift(picture, second * 1_000_000)? - shift(sound, second * 1_000_000)?))
        .collect()
}

#[test]
fn picture_and_sound_agree_at_minute_ninety_whatever_drifts() {
    let minutes = |minutes: u64| minutes * 60_000_000;
    let drifting =
        Sender { ppm: [150.0, -120.0, 90.0], jitter_us: 120_000, reports_from_us: 3_000_000, ..HONEST };
    let (picture, sound) = class(&drifting, minutes(91));
    let apart = apart(&picture, &sound);
    assert!(apart.len() > 90 * 60, "{} seconds", apart.len());
    let worst = apart[15..].iter().map(|us| us.abs()).max().unwrap();
    assert!(worst <= 80_000, "{worst} us apart");
    // And both are in their places of the class.
    for placed in [&picture, &sound] {
        let off =
            placed[placed.len() / 2..].iter().map(|(captured, at)| at.abs_diff(*captured)).max().unwrap();
        assert!(off < 250_000, "{off} us away");
    }
    // Nothing was left out needlessly: a slow microphone is filled, not cut.
    assert!(sound.len() as u64 >= minutes(91) / PIECE_US - 200, "{} pieces", sound.len());
}

#[test]
fn without_reports_arrival_counts() {
    let silent = Sender { reports_from_us: u64::MAX / 2, ..HONEST };
    let (picture, sound) = class(&silent, 120_000_000);
    let apart = apart(&picture, &sound);
    // The camera's own delay cannot be known.
    assert!(apart.iter().all(|us| us.abs() < 60_000 + 80_000), "{:?}", apart.iter().max());
}

#[test]
fn reports_that_lie_move_media_no_further_than_a_second() {
    type Lie = fn(u64) -> i64;
    let lies: [(&str, Lie); 5] = [
        ("an hour ahead", |_| 3_600_000_000),
        ("running away", |at_us| at_us as i64 / 2),
        ("running back", |at_us| -(at_us as i64) / 3),
        ("to and fro", |at_us| if at_us / 5_000_000 % 2 == 0 { 900_000 } else { -900_000 }),
        ("anything", |at_us| (at_us.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) as i64 - (1 << 43)),
    ];
    for (what, lie) in lies {
        let (picture, sound) = class(&Sender { lie, ..HONEST }, 180_000_000);
        for placed in [&picture, &sound] {
            assert!(placed.windows(2).all(|pair| pair[0].1 < pair[1].1), "{what}: time runs on");
            let off = placed.iter().map(|(captured, at)| at.abs_diff(*captured)).max().unwrap();
            assert!(off < 1_300_000, "{what}: {off} us");
            let wanted = 180_000_000 / if std::ptr::eq(placed, &picture) { FRAME_US } else { PIECE_US };
            assert!(placed.len() as u64 > wanted * 8 / 10, "{what}: {} of {wanted}", placed.len());
        }
    }
}

#[test]
fn rtp_clocks_that_lie_move_media_no_further_than_they_may() {
    for ppm in [1_000_000.0, -500_000.0, 100_000.0] {
        let (picture, sound) = class(&Sender { ppm: [0.0, ppm, ppm], ..HONEST }, 60_000_000);
        for placed in [&picture, &sound] {
            assert!(placed.windows(2).all(|pair| pair[0].1 < pair[1].1), "{ppm}: time runs on");
            let off = placed.iter().map(|(captured, at)| at.abs_diff(*captured)).max().unwrap();
            assert!(off < 3_300_000, "{ppm}: {off} us");
        }
    }
}
