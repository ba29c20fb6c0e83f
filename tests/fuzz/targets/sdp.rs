//! Offers, and the answer to the part of them that is understood.
#![no_main]

use libfuzzer_sys::fuzz_target;
use fuzzed::transport::answer::{Purpose, ServerSide, answer};
use fuzzed::transport::sdp::{OFFER_BYTES_MAX, Offer};

fuzz_target!(|text: &str| {
    let Ok(offer) = Offer::parse(text) else { return };
    assert!(text.len() <= OFFER_BYTES_MAX);
    let candidates = ["192.0.2.7:5000".parse().unwrap()];
    let server =
        ServerSide { ufrag: *b"abcdefgh", password: "secret", fingerprint: "AB:CD", candidates: &candidates };
    let mut ssrc = 0;
    for purpose in [Purpose::Publish, Purpose::View, Purpose::Class] {
        let answered = answer(&offer, purpose, &server, || {
            ssrc += 1;
            ssrc
        });
        let Ok(answer) = answered else { continue };
        // Nothing of the offer may smuggle a line of its own into the answer, or a header into its response.
        assert!(answer.left_out.iter().all(|sentence| sentence.is_ascii() && !sentence.contains(['\r', '\n', '"'])));
        let lines = answer.text.split("\r\n").filter(|line| !line.is_empty());
        for line in lines {
            assert!(!line.contains(['\r', '\n']), "{line:?}");
            assert_eq!(line.as_bytes().get(1), Some(&b'='), "{line:?}");
        }
    }
});
