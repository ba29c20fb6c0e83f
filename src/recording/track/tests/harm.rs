//! Packets nobody should send: whatever comes, the recording is valid.

use proptest::prelude::*;

use super::*;

/// The act of a careless or hostile sender on a packet.
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
        // Nothing is placed far from its arrival.
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
