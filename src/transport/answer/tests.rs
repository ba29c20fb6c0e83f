use super::*;

/// Microphone, camera in three layers and screen up, one audio and one video slot down.
const CHROMIUM: &str = include_str!("../fixtures/chromium-156-offer.sdp");

fn answered(offer: &str) -> Result<(String, LegPlan), SdpError> {
    let Answer { text, plan, .. } = answered_for(Purpose::Class, offer)?;
    Ok((text, plan))
}

fn answered_for(purpose: Purpose, offer: &str) -> Result<Answer, SdpError> {
    let candidates = ["192.0.2.7:5000".parse().unwrap(), "[2001:db8::7]:5000".parse().unwrap()];
    let server =
        ServerSide { ufrag: *b"abcdefgh", password: "secret", fingerprint: "AB:CD", candidates: &candidates };
    let mut next = 100;
    answer(&Offer::parse(offer)?, purpose, &server, || {
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
        (CHROMIUM.replace("actpass", "holdconn"), "a=setup"),
        (CHROMIUM.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), "RTP/AVP"),
        (CHROMIUM.replace("send q;h;f", "send a;b:c;d"), "simulcast"),
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

/// An offer made by somebody's tool, its purpose, and the texts required in the answer or the refusal.
type Case = (&'static str, &'static str, Purpose, Result<&'static [&'static str], &'static str>);

macro_rules! faults {
    ($($name:literal => $purpose:ident $expected:expr,)*) => {
        [$(($name, include_str!(concat!("../../../tests/faults/sdp/", $name)), Purpose::$purpose, $expected),)*]
    };
}

#[test]
fn what_other_tools_offer_is_taken_or_refused_with_a_sentence() {
    let cases: [Case; 6] = faults! {
        "4-simulcast-rids.sdp" => Publish Ok(&["a=simulcast:recv a;b;c\r\n", "a=rid:c recv\r\n"]),
        "PCMA-only-camera.sdp" => Publish Ok(&["m=audio 0 ", "m=video 9 "]),
        "ffmpeg8-setup-passive.sdp" => Publish Ok(&["a=setup:active\r\n"]),
        "mid-with-dot-braces.sdp" => Publish Ok(&["a=group:BUNDLE {audio.0} video:0\r\n", "a=mid:{audio.0}\r\n"]),
        "obs-HEVC-only.sdp" => Publish Err("no picture: it is offered as H265"),
        "whep-sendrecv.sdp" => View Ok(&["a=sendonly\r\n", "a=msid:slot-1 track-1\r\n"]),
    };
    for (name, offer, purpose, expected) in cases {
        match (answered_for(purpose, offer), expected) {
            (Ok(answer), Ok(lines)) => {
                for line in lines {
                    assert!(answer.text.contains(line), "{name}: {line:?} is missing in\n{}", answer.text);
                }
                let (way, other) = if purpose == Purpose::View {
                    ("sendonly", "recvonly")
                } else {
                    ("recvonly", "sendonly")
                };
                assert!(answer.text.contains(&format!("a={way}")), "{name}");
                assert!(!answer.text.contains(&format!("a={other}")), "{name}");
                assert_eq!(answer.plan.dtls_client, name.contains("passive"), "{name}");
                let sound_only = ["no sound: it is offered as PCMA, and only Opus can be served".to_owned()];
                let left_out: &[String] = if name.contains("PCMA") { &sound_only } else { &[] };
                assert_eq!(answer.left_out, left_out, "{name}");
            }
            (Err(refused), Err(sentence)) => assert!(refused.0.contains(sentence), "{name}: {refused:?}"),
            (got, _) => panic!("{name}: {got:?}"),
        }
    }
}

#[test]
fn directions_profiles_and_names_that_the_standards_allow_are_taken() {
    let sdp = include_str!("../../../tests/faults/sdp/whep-sendrecv.sdp");
    // An offer without a direction means the same, and so does one without AVPF.
    let undirected = sdp.replace("a=sendrecv\r\n", "").replace("a=sendrecv\n", "");
    assert!(!undirected.contains("sendrecv"));
    assert_eq!(answered_for(Purpose::View, &undirected).unwrap().plan.slots.len(), 2);
    assert_eq!(answered_for(Purpose::Publish, &undirected).unwrap().plan.uplinks.len(), 2);
    let savp = answered_for(Purpose::View, &sdp.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVP")).unwrap();
    assert!(savp.text.contains("m=audio 9 RTP/SAVP 111\r\n"), "{}", savp.text);
    let long = "x".repeat(255);
    let named = sdp.replace("a=mid:0", &format!("a=mid:{long}"));
    assert!(answered_for(Purpose::View, &named).unwrap().text.contains(&long));
    let longer = sdp.replace("a=mid:0", &format!("a=mid:{long}x"));
    assert!(answered_for(Purpose::View, &longer).is_err());
    // A player without any codec of ours hears, and reads why it does not see.
    let hevc = sdp.replace("H264/90000", "H265/90000");
    let answer = answered_for(Purpose::View, &hevc).unwrap();
    assert!(
        answer.left_out[0].contains("no picture") && answer.plan.slots.len() == 1,
        "{:?}",
        answer.left_out
    );
}

#[test]
fn parameter_sets_of_the_offer_are_read() {
    let offer = include_str!("../../../tests/faults/sdp/ffmpeg8-setup-passive.sdp");
    let with =
        |sets: &str| offer.replace("profile-level-id=42e01f", &format!("profile-level-id=42e01f;{sets}"));
    let sets =
        |offer: &str| answered_for(Purpose::Publish, offer).unwrap().plan.uplinks[1].parameter_sets.clone();
    assert_eq!(sets(offer), [[0_u8; 0]; 0]);
    assert_eq!(
        sets(&with("sprop-parameter-sets=Z0LA,aM48gA==")),
        [vec![0x67, 0x42, 0xc0], vec![0x68, 0xce, 0x3c, 0x80]]
    );
    let too_long = format!("sprop-parameter-sets={}", "Z0LA".repeat(1000));
    for odd in ["sprop-parameter-sets=", "sprop-parameter-sets=Z0LA,", "sprop-parameter-sets=Z0*A", &too_long]
    {
        assert_eq!(sets(&with(odd)), [[0_u8; 0]; 0], "{odd}");
    }
}
