//! Payloads as drawn in the RFCs, cut short, out of place, and at random.

use proptest::prelude::*;

use super::*;

const H264: Codec = Codec::H264 { profile: 0x42, mode: 1 };
const VP9: Codec = Codec::Vp9 { profile: 0 };
/// x264, 1280x720, and a picture parameter set 0 on it.
const SPS: &[u8] = &[
    0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40, 0x50, 0x05, 0xbb, 0x01, 0x10, 0, 0, 3, 0, 0x10, 0, 0, 3, 3,
    0x20, 0xf1, 0x83, 0x19, 0x60,
];
const PPS: &[u8] = &[0x68, 0xeb, 0xe3, 0xcb];
/// First macroblock 0, slice type 7, picture parameter set 0; and a later slice of the same picture.
const IDR: &[u8] = &[0x65, 0x88, 0x84, 0x0a];
const IDR_LATER: &[u8] = &[0x65, 0x40, 0x88, 0x84, 0x0a];
const DELTA: &[u8] = &[0x41, 0x9a, 0x02, 0x03];

fn stap(units: &[&[u8]]) -> Vec<u8> {
    let mut payload = vec![0x78];
    for unit in units {
        payload.extend_from_slice(&(unit.len() as u16).to_be_bytes());
        payload.extend_from_slice(unit);
    }
    payload
}

/// A NAL unit in fragments of two bytes.
fn fragments(unit: &[u8]) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = unit[1..].chunks(2).collect();
    let flags = |at: usize| (0x80 * u8::from(at == 0)) | (0x40 * u8::from(at + 1 == parts.len()));
    let one =
        |(at, part): (usize, &&[u8])| [&[unit[0] & 0xe0 | 28, flags(at) | unit[0] & 0x1f][..], part].concat();
    parts.iter().enumerate().map(one).collect()
}

/// A frame from payloads.
fn frame(codec: Codec, payloads: &[Vec<u8>]) -> Result<Option<Frame>, Broken> {
    let mut frames = Frames::new(codec).unwrap();
    payloads.iter().try_for_each(|payload| frames.packet(payload))?;
    frames.end()
}

fn avcc(units: &[&[u8]]) -> Vec<u8> {
    units.iter().flat_map(|unit| [&(unit.len() as u32).to_be_bytes()[..], unit].concat()).collect()
}

#[test]
fn every_packing_of_h264_gives_the_same_sample() {
    let single: Vec<Vec<u8>> = [SPS, PPS, IDR, IDR_LATER].iter().map(|unit| unit.to_vec()).collect();
    let in_fragments: Vec<_> = [SPS, PPS, IDR, IDR_LATER].iter().flat_map(|unit| fragments(unit)).collect();
    // Delimiter and filler are left out.
    let packed = vec![stap(&[&[0x09, 0x10], SPS, PPS]), IDR.to_vec(), stap(&[IDR_LATER, &[0x0c, 0xff]])];
    for payloads in [single, in_fragments, packed] {
        let frame = frame(H264, &payloads).unwrap().unwrap();
        assert_eq!(frame.data, avcc(&[SPS, PPS, IDR, IDR_LATER]), "its parameter sets stand before it");
        let config = frame.key.unwrap();
        assert_eq!((config.width, config.height), (1280, 720));
        let Parameters::H264 { sps, pps, .. } = config.parameters else { panic!("not H.264") };
        assert_eq!((&sps[..], &pps[..]), (SPS, &[PPS.to_vec()][..]));
    }
    let delta = frame(H264, &[DELTA.to_vec()]).unwrap().unwrap();
    assert_eq!((delta.data, delta.key), (avcc(&[DELTA]), None));
}

#[test]
fn parameter_sets_alone_show_nothing_and_are_remembered() {
    let mut frames = Frames::new(H264).unwrap();
    assert_eq!(frames.packet(&stap(&[SPS, PPS])), Ok(()));
    assert_eq!(frames.end(), Ok(None));
    assert_eq!(frames.packet(IDR), Ok(()));
    assert!(frames.end().unwrap().unwrap().key.is_some());
}

#[test]
fn h264_that_makes_no_sense_is_broken() {
    let first = |unit: &[u8]| fragments(unit)[0].clone();
    let cases: [(&str, Vec<Vec<u8>>); 11] = [
        ("nothing", vec![vec![]]),
        ("no parameter sets", vec![IDR.to_vec()]),
        ("no picture parameter set", vec![SPS.to_vec(), IDR.to_vec()]),
        ("no first slice", vec![SPS.to_vec(), PPS.to_vec(), IDR_LATER.to_vec()]),
        ("half a length", vec![vec![0x78, 0x00]]),
        ("a length too long", vec![vec![0x78, 0x00, 0x09, 0x65]]),
        ("an empty unit", vec![vec![0x78, 0, 0]]),
        ("a fragment without a beginning", vec![fragments(IDR)[1].clone()]),
        ("a beginning without an end", vec![SPS.to_vec(), PPS.to_vec(), first(IDR)]),
        ("another unit between fragments", vec![first(IDR), SPS.to_vec()]),
        ("a kind that nobody sends", vec![vec![0x7d, 1, 2]]),
    ];
    for (what, payloads) in cases {
        assert_eq!(frame(H264, &payloads), Err(Broken), "{what}");
    }
}

#[test]
fn what_is_collected_is_bounded() {
    let packet = [&[0x7c, 0x05][..], &[0; 1400]].concat();
    let mut frames = Frames::new(H264).unwrap();
    frames.packet(&[0x7c, 0x85, 0x88]).unwrap();
    let taken = (0..10_000).take_while(|_| frames.packet(&packet).is_ok()).count();
    assert!(taken < FRAME_BYTES_MAX / 1400 + 1, "{taken}");
    for kind in [7, 8] {
        let set = [&[0x60 | kind][..], &[0x88; 2000]].concat();
        assert_eq!(frame(H264, &[set]), Err(Broken), "a parameter set of 2000 bytes");
    }
}

#[test]
fn a_frame_of_vp8_is_its_payloads() {
    let key = [0x10, 0x50, 0x01, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x40, 7];
    let whole = frame(Codec::Vp8, &[key.to_vec(), vec![0x00, 8, 9]]).unwrap().unwrap();
    assert_eq!(whole.data, [&key[1..], &[8, 9]].concat());
    // The two upper bits of a side request scaling.
    assert_eq!(whole.key.map(|config| (config.width, config.height)), Some((320, 180)));
    let mut wrong = key;
    wrong[4] = 0;
    for payloads in
        [vec![wrong.to_vec()], vec![vec![0x00, 8]], vec![key.to_vec(), key.to_vec()], vec![vec![0x10]]]
    {
        assert_eq!(frame(Codec::Vp8, &payloads), Err(Broken), "{payloads:02x?}");
    }
}

/// Key frame header of VP9, profile 0, 320x180.
const VP9_KEY: [u8; 10] = [0x82, 0x49, 0x83, 0x42, 0x00, 0x13, 0xf0, 0x0b, 0x30, 0x00];

#[test]
fn spatial_layers_of_vp9_are_one_superframe() {
    // Picture id of 15 bits, layer indices, not flexible; the structure names two sizes.
    let base = [
        &[0x80 | 0x20 | 0x08 | 0x04 | 0x02, 0x81, 0x02, 0x00, 9][..],
        &[0x38, 1, 64, 0, 180, 2, 128, 1, 104],
    ];
    // One picture in the group, with one reference.
    let base = [&base.concat()[..], &[1, 0x04, 1], &VP9_KEY].concat();
    let upper = [&[0x80 | 0x20 | 0x08 | 0x04, 0x81, 0x02, 0x03, 9][..], &[0x86, 1, 2]].concat();
    let whole = frame(VP9, &[base.clone(), upper]).unwrap().unwrap();
    let config = whole.key.unwrap();
    assert_eq!((config.width, config.height), (640, 360));
    let index = [0b1101_1001, 10, 0, 0, 0, 3, 0, 0, 0, 0b1101_1001];
    assert_eq!(whole.data, [&VP9_KEY[..], &[0x86, 1, 2], &index].concat());
    let alone = frame(VP9, &[base]).unwrap().unwrap();
    assert_eq!(alone.data, VP9_KEY);
}

#[test]
fn vp9_of_either_mode_is_read_and_what_makes_no_sense_is_not() {
    let key = |descriptor: &[u8]| [descriptor, &VP9_KEY].concat();
    for descriptor in [&[0x0c][..], &[0x8c, 0x05], &[0x9c, 0x81, 0x05], &[0xbc, 0x05, 0x00]] {
        let config = frame(VP9, &[key(descriptor)]).unwrap().unwrap().key.unwrap();
        assert_eq!((config.width, config.height), (320, 180), "{descriptor:02x?}");
    }
    // Flexible mode, two references.
    let delta = frame(VP9, &[vec![0xdc, 0x05, 0x03, 0x04, 0x86, 1]]).unwrap().unwrap();
    assert_eq!((delta.data, delta.key), (vec![0x86, 1], None));
    let wrong: [Vec<Vec<u8>>; 6] = [
        vec![vec![]],
        vec![vec![0x0c]],
        vec![vec![0x04, 0x86]],
        vec![vec![0x08, 0x86]],
        vec![vec![0x5c, 1, 1, 1, 0x86]],
        vec![vec![0x0c, 0x82, 0x49, 0x83, 0x43, 0, 0, 0, 0, 0]],
    ];
    for payloads in wrong {
        assert_eq!(frame(VP9, &payloads), Err(Broken), "{payloads:02x?}");
    }
}

#[test]
fn av1_gets_its_sizes_and_loses_its_delimiters() {
    // A delta frame between a temporal delimiter and padding; then the same in two packets.
    let whole = vec![vec![0x00, 2, 0x12, 0x00, 3, 0x30, 0x20, 7, 2, 0x7a, 0x00]];
    let halves = vec![vec![0x50, 0x30, 0x20], vec![0x90, 7]];
    let sized = vec![vec![0x10, 0x32, 0x02, 0x20, 7]];
    for payloads in [whole, halves, sized] {
        let frame = frame(Codec::Av1, &payloads).unwrap().unwrap();
        assert_eq!((frame.data, frame.key), (vec![0x32, 2, 0x20, 7], None));
    }
    let wrong: [Vec<Vec<u8>>; 7] = [
        vec![vec![]],
        vec![vec![0x10]],
        vec![vec![0x90, 7]],
        vec![vec![0x50, 0x30, 0x20]],
        vec![vec![0x00, 9, 0x30]],
        vec![vec![0x00, 0xff, 0xff, 0xff, 0xff, 0xff]],
        // A keyframe without a sequence header.
        vec![vec![0x10, 0x30, 0x00, 7]],
    ];
    for payloads in wrong {
        assert_eq!(frame(Codec::Av1, &payloads), Err(Broken), "{payloads:02x?}");
    }
}

#[test]
fn opus_packets_say_how_long_they_last() {
    let cases: [(&[u8], Option<u32>); 10] = [
        (&opus::SILENCE, Some(960)),
        (&[0x78], Some(960)),
        (&[0x00], Some(480)),
        (&[0x18], Some(2880)),
        (&[0x80], Some(120)),
        (&[0xf9], Some(1920)),
        (&[0x1b, 0x02], Some(5760)),
        (&[0x1b, 0x03], None),
        (&[0x1b], None),
        (&[], None),
    ];
    for (packet, samples) in cases {
        assert_eq!(opus::samples(packet), samples, "{packet:02x?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_payload_hurts(
        which in 0usize..4,
        payloads in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..80), any::<bool>()), 0..40),
        heads in prop::collection::vec(
            prop::sample::select(vec![0x7cu8, 0x78, 0x67, 0x68, 0x65, 0x41, 0x10, 0x90, 0x50, 0x0c, 0xbe, 0x0a, 0x00]), 40),
    ) {
        let mut frames = Frames::new([H264, Codec::Vp8, VP9, Codec::Av1][which]).unwrap();
        for ((mut payload, ends), head) in payloads.into_iter().zip(heads) {
            // Half of them begin with a valid head.
            if let Some(first) = payload.first_mut().filter(|first| **first & 1 == 0) {
                *first = head;
            }
            if frames.packet(&payload).is_err() {
                frames.reset();
            }
            if let Some(frame) = ends.then(|| frames.end().ok().flatten()).flatten() {
                prop_assert!(!frame.data.is_empty());
                if let Some(config) = frame.key {
                    prop_assert!(config.width > 0 && config.height > 0);
                }
            }
        }
    }
}
