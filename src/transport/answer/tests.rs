use super::*;

/// Microphone, camera in three layers and screen up, one audio and one video slot down.
const CHROMIUM: &str = include_str!("../fixtures/chromium-156-offer.sdp");

fn answered(offer: &str) -> Result<(String, LegPlan), SdpError> {
    let candidates = ["192.0.2.7:5000".parse().unwrap(), "[2001:db8::7]:5000".parse().unwrap()];
    let server =
        ServerSide { ufrag: *b"abcdefgh", password: "secret", fingerprint: "AB:CD", candidates: &candidates };
    let mut next = 100;
    answer(&Offer::parse(offer)?, &server, || {
        next += 1;
        next
    })
}

#[test]
fn chromiums_offer_becomes_a_plan_with_h264_first() {
    let (_, plan) = answered(CHROMIUM).unwrap();
    let kinds: Vec<_> = plan.uplinks.iter().map(|uplink| uplink.kind).collect();
    assert_eq!(kinds, [SourceKind::Mic, SourceKind::Camera, SourceKind::Screen]);
    let [mic, camera, screen] = &plan.uplinks[..] else { panic!("three uplinks") };
    assert_eq!((mic.codec, mic.ssrcs.len(), mic.rtx_payload_type), (Codec::Opus, 1, None));
    assert_eq!(camera.codec, Codec::H264 { profile: 0x42, mode: 1 });
    assert_eq!((camera.rids.join(" "), camera.ssrcs.len(), camera.nack), ("q h f".into(), 0, true));
    assert!(camera.rtx_payload_type.is_some() && screen.ssrcs[0].1.is_some());
    assert_eq!(plan.extensions.transport_cc, Some(3));

    let [sound, picture] = &plan.slots[..] else { panic!("two slots") };
    assert!(!sound.video && picture.video && picture.abs_send_time == Some(2));
    let has =
        |codec| picture.codecs.iter().any(|slot| slot.codec == codec && slot.rtx_payload_type.is_some());
    assert!(has(Codec::Vp8) && has(Codec::Av1) && has(camera.codec));
}

#[test]
fn the_answer_is_an_offer_seen_from_the_other_side() {
    let (text, plan) = answered(CHROMIUM).unwrap();
    for wanted in [
        "a=ice-lite",
        "a=group:BUNDLE 0 1 2 3 4",
        "a=setup:passive",
        "a=simulcast:recv q;h;f",
        "a=candidate:1 1 udp 2130706431 192.0.2.7 5000 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::7 5000 typ host",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
    assert_eq!(text.matches("a=recvonly\r\n").count(), 3);
    assert_eq!(text.matches("a=sendonly\r\n").count(), 2);
    assert!(text.contains(&format!("a=ssrc-group:FID {} {}", plan.slots[1].ssrc, plan.slots[1].rtx_ssrc)));
    let slot = text.split("m=").last().unwrap();
    assert!(slot.contains("goog-remb") && !slot.contains("transport-cc"), "viewers report by REMB");
}

#[test]
fn what_cannot_be_served_is_refused_with_a_sentence() {
    let without = |line: &str| {
        CHROMIUM.lines().filter(|l| !l.starts_with(line)).map(|l| format!("{l}\r\n")).collect::<String>()
    };
    let cases = [
        (String::new(), "not SDP"),
        ("v=0\r\nhello".into(), "not SDP"),
        (CHROMIUM.replace("minptime=10", "minptime=10\ra=candidate:1"), "control characters"),
        (without("a=fingerprint"), "fingerprint"),
        (without("a=ice-ufrag"), "ICE credentials"),
        (without("a=mid"), "a=mid"),
        (CHROMIUM.replace("a=mid:1\r\n", "a=mid:0\r\n"), "own a=mid"),
        (CHROMIUM.replace("actpass", "passive"), "DTLS server"),
        (CHROMIUM.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "RTP/AVP"),
        (CHROMIUM.replace("send q;h;f", "send a;b;c;d"), "simulcast"),
        (without("a=rtpmap"), "Opus"),
        (format!("{CHROMIUM}{}", "a=x:y\r\n".repeat(10_000)), "longer than"),
    ];
    for (offer, sentence) in cases {
        let refused = answered(&offer).unwrap_err();
        assert!(refused.0.contains(sentence), "{sentence:?} is not in {refused:?}");
    }
}

#[test]
fn damaged_offers_never_panic() {
    let mut seed = 7_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for _ in 0..500 {
        let mut offer = CHROMIUM.as_bytes().to_vec();
        for _ in 0..=random(8) {
            let at = random(offer.len());
            match random(3) {
                0 => offer[at] = random(256) as u8,
                1 => drop(offer.drain(at..(at + random(40)).min(CHROMIUM.len()).min(offer.len()))),
                _ => offer.insert(at, b"\r\n:; 09"[random(7)]),
            }
        }
        let _ = answered(&String::from_utf8_lossy(&offer));
    }
}
