use super::*;

const PROFILES: [Profile; 3] = [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1_80];

fn session(profile: Profile) -> Session {
    let (key, salt) = profile.key_and_salt_len();
    Session::new(profile, &(1..=key as u8).collect::<Vec<_>>(), &(50..50 + salt as u8).collect::<Vec<_>>())
}

fn rtp(sequence: u16) -> Vec<u8> {
    let mut packet = vec![0x80, 96, 0, 0, 0, 0, 0, 1, 0xca, 0xfe, 0xba, 0xbe];
    packet[2..4].copy_from_slice(&sequence.to_be_bytes());
    packet.extend_from_slice(b"the payload of a packet");
    packet
}

#[test]
fn the_key_derivation_gives_the_vectors_of_rfc_3711_b3() {
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    };
    let cipher = Cipher::derive(
        Profile::AesCm128HmacSha1_80,
        &hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
        &hex("0EC675AD498AFEEBB6960B3AABE6"),
        0,
    );
    let Cipher::Cm { key, salt, .. } = cipher else { panic!("not counter mode") };
    assert_eq!(key.to_vec(), hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assert_eq!(salt.to_vec(), hex("30CBBC08863D8C85D49DB34A9AE1"));
}

#[test]
fn what_is_sealed_opens_again_also_across_the_rollover() {
    for profile in PROFILES {
        let session = session(profile);
        for sequence in [1_u64, 65_535, 65_536, 65_537, 3 << 16] {
            let plain = rtp(sequence as u16);
            let mut packet = plain.clone();
            packet.resize(plain.len() + session.rtp_tag_len(), 0);
            session.seal_rtp(&mut packet, 12, 0xcafe_babe, sequence);
            assert_ne!(packet[12..plain.len()], plain[12..]);
            assert_eq!(packet[..12], plain[..12]);

            let wrong_rollover = session.open_rtp(&mut packet.clone(), 12, 0xcafe_babe, sequence + (1 << 16));
            assert_eq!(wrong_rollover, None, "{profile:?}");
            assert_eq!(session.open_rtp(&mut packet, 12, 0xcafe_babe, sequence), Some(plain.len()));
            assert_eq!(packet[..plain.len()], plain);
        }
    }
}

#[test]
fn rtcp_opens_again_and_any_flipped_bit_is_noticed() {
    for profile in PROFILES {
        let session = session(profile);
        let plain = [0x80, 201, 0, 1, 0, 0, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8];
        let mut packet = plain.to_vec();
        session.seal_rtcp(&mut packet, 77);
        for bit in 0..packet.len() * 8 {
            let mut forged = packet.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(session.open_rtcp(&mut forged), None, "{profile:?} bit {bit}");
        }
        assert_eq!(session.open_rtcp(&mut packet), Some((plain.len(), 77)));
        assert_eq!(packet[..plain.len()], plain);
    }
}

#[test]
fn short_packets_are_refused_without_a_panic() {
    for profile in PROFILES {
        let session = session(profile);
        for len in 0..40 {
            assert_eq!(session.open_rtcp(&mut vec![0x80; len]), None);
            if len >= 12 {
                assert_eq!(session.open_rtp(&mut vec![0x80; len], 12, 1, 1), None);
            }
        }
    }
}

#[test]
fn the_window_refuses_replays_and_keeps_reordered_packets() {
    let mut window = ReplayWindow::default();
    for number in [65_530_u64, 65_536, 65_533, 65_700, 67_000] {
        assert!(window.is_fresh(number));
        window.accept(number);
        assert!(!window.is_fresh(number));
    }
    assert!(!window.is_fresh(65_976), "too old to tell is refused");
    assert!(window.is_fresh(65_977) && window.is_fresh(66_999));
    assert_eq!(window.extend(164), 65_700);
    assert_eq!(window.extend(65_535), 65_535);
}
