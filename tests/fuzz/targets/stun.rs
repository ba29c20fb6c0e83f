//! STUN requests and responses, as they come from the network.
#![no_main]

use libfuzzer_sys::fuzz_target;
use fuzzed::transport::stun::{Request, Response, integrity_key};

fuzz_target!(|datagram: &[u8]| {
    let key = integrity_key("a password nobody knows");
    let request = Request::parse(datagram);
    let response = Response::parse(datagram);
    assert!(request.is_none() || response.is_none(), "a message is one or the other");
    if let Some(request) = request {
        assert!(!request.is_authentic(&key));
        let mut answer = Vec::new();
        request.write_success("[2001:db8::1]:4000".parse().unwrap(), &key, &mut answer);
        assert!(Response::parse(&answer).is_some_and(|answer| answer.is_authentic(&key)));
    }
    if let Some(response) = response {
        assert!(!response.is_authentic(&key));
    }
});
