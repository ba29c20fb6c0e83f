//! RTP and RTCP: what an authenticated but hostile peer can send, behind the decryption.
#![no_main]

use libfuzzer_sys::fuzz_target;
use fuzzed::transport::rtp::{Class, Header, classify};
use fuzzed::transport::srtp::{Profile, Session};
use fuzzed::transport::{rtcp, twcc};

const PROFILES: [Profile; 3] =
    [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1_80];

fuzz_target!(|data: &[u8]| {
    let Some((first, packet)) = data.split_first() else { return };
    let profile = PROFILES[usize::from(*first) % PROFILES.len()];
    let (key, salt) = profile.key_and_salt_len();
    let session = Session::new(profile, &vec![7; key], &vec![8; salt]);
    // A packet that does not authenticate must not open, whatever it is.
    let mut stranger = packet.to_vec();
    assert!(session.open_rtcp(&mut stranger).is_none());
    match classify(packet) {
        Class::Rtcp => rtcp::read(packet, |_| {}),
        Class::Rtp => rtp(packet, &session),
        _ => {}
    }
});

fn rtp(packet: &[u8], session: &Session) {
    let Some(header) = Header::parse(packet) else { return };
    for id in 0..=15 {
        header.extension(packet, id);
    }
    header.payload(packet);
    let sequence = u64::from(header.sequence);
    let mut sealed = packet.to_vec();
    assert!(session.open_rtp(&mut sealed, header.len, header.ssrc, sequence).is_none(), "forged");
    let mut sealed = packet.to_vec();
    sealed.resize(packet.len() + session.rtp_tag_len(), 0);
    session.seal_rtp(&mut sealed, header.len, header.ssrc, sequence);
    let plain = session.open_rtp(&mut sealed, header.len, header.ssrc, sequence);
    assert_eq!(plain.map(|len| &sealed[..len]), Some(packet), "what was sealed opens again");
    let now = std::time::Instant::now();
    let mut recorder = twcc::Recorder::new(now);
    packet.chunks_exact(2).for_each(|pair| recorder.note(now, u16::from_be_bytes([pair[0], pair[1]])));
    recorder.write_feedback(header.ssrc, &mut Vec::new());
}
