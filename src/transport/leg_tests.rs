//! A leg with a real handshake behind it: the packets it accepts, and their numbers.

use std::time::Duration;

use super::*;
use crate::transport::answer::{Purpose, ServerSide, answer};
use crate::transport::sdp::Offer;

/// Opus 111 and H.264 96; neither SSRCs nor header extensions.
const BARE: &str = include_str!("../../tests/faults/sdp/whep-sendrecv.sdp");
const MID: &str = "a=mid:1";

/// A leg, and the keys of its peer.
struct Bench {
    leg: Leg,
    peer: Session,
    now: Instant,
}

impl Bench {
    fn new(offer: &str) -> Bench {
        let now = Instant::now();
        let (ours, theirs) = (Identity::generate().unwrap(), Identity::generate().unwrap());
        let mut offer = Offer::parse(offer).unwrap();
        offer.fingerprint = theirs.sha256();
        let server =
            ServerSide { ufrag: *b"abcdefgh", password: "secret", fingerprint: "AB", candidates: &[] };
        let plan = answer(&offer, Purpose::Publish, &server, || 1).unwrap().plan;
        let mut leg = Leg::new(&plan, &ours, now);
        let mut peer = Handshake::new(&theirs, ours.sha256(), true, now);
        let (mut to_leg, mut to_peer, mut keys) = (Vec::<Vec<u8>>::new(), Vec::<Vec<u8>>::new(), None);
        for _ in 0..100 {
            for datagram in std::mem::take(&mut to_peer) {
                let agreed = peer.receive(now, &datagram, |out| to_leg.push(out.to_vec())).unwrap();
                keys = keys.or(agreed);
            }
            let agreed = peer.tick(now, |out| to_leg.push(out.to_vec())).unwrap();
            keys = keys.or(agreed);
            for datagram in std::mem::take(&mut to_leg) {
                leg.dtls(now, &datagram, |out| to_peer.push(out.to_vec())).unwrap();
            }
        }
        assert!(leg.is_connected());
        Bench { leg, peer: keys.expect("keys").outbound, now }
    }

    /// A packet of a picture arrives; returns its number, and whether its sender restarts with it.
    fn arrive(&mut self, ssrc: u32, sequence: u16, payload_type: u8) -> Result<(u64, bool), Drop> {
        self.now += Duration::from_millis(10);
        let mut packet = vec![0x80, payload_type];
        packet.extend_from_slice(&sequence.to_be_bytes());
        packet.extend_from_slice(&[0, 0, 0, 9]);
        packet.extend_from_slice(&ssrc.to_be_bytes());
        packet.extend_from_slice(&[0x41, 0x9a, 1]);
        packet.resize(packet.len() + self.peer.rtp_tag_len(), 0);
        self.peer.seal_rtp(&mut packet, 12, ssrc, sequence.into());
        self.leg.rtp(self.now, &mut packet).map(|received| (received.sequence, received.anew))
    }
}

#[test]
fn streams_without_mid_and_ssrc_are_told_apart_by_their_payload_types() {
    let mut bench = Bench::new(BARE);
    assert_eq!(bench.arrive(7, 100, 96), Ok((100, false)));
    assert_eq!(bench.arrive(8, 5, 111), Ok((5, false)));
    assert_eq!(bench.arrive(7, 101, 96), Ok((101, false)));
    assert_eq!(bench.arrive(9, 5, 100), Err(Drop::UnknownSsrc), "a type that was not agreed");
    // A section that named its streams takes no other.
    let named = BARE.replacen(MID, "a=mid:1\r\na=ssrc:7 cname:a", 1);
    let mut bench = Bench::new(&named);
    assert_eq!(bench.arrive(7, 100, 96), Ok((100, false)));
    assert_eq!(bench.arrive(8, 5, 96), Err(Drop::UnknownSsrc));
    // Two sections of one type cannot be told apart.
    let (head, picture) = BARE.split_once("m=video").unwrap();
    let second = picture.replace("a=mid:1", "a=mid:2");
    let both = format!("{}m=video{picture}m=video{second}", head.replace("BUNDLE 0 1", "BUNDLE 0 1 2"));
    assert_eq!(Bench::new(&both).arrive(7, 100, 96), Err(Drop::UnknownSsrc));
}

#[test]
fn a_sender_that_starts_anew_with_lower_numbers_goes_on_behind_what_it_sent() {
    let mut bench = Bench::new(BARE);
    for sequence in [50_000, 50_001] {
        assert_eq!(bench.arrive(7, sequence, 96), Ok((u64::from(sequence), false)));
    }
    let (first, anew) = bench.arrive(8, 20, 96).unwrap();
    assert!(anew && first > 50_001, "{first}");
    assert_eq!(bench.arrive(8, 21, 96), Ok((first + 1, false)));
    assert_eq!(bench.arrive(8, 21, 96), Err(Drop::Replayed));
    // Another restart, with higher numbers.
    let (third, anew) = bench.arrive(9, 60_000, 96).unwrap();
    assert!(anew && third > first + 1);
    assert_eq!(bench.arrive(9, 60_002, 96), Ok((third + 2, false)));
}
