//! The messages of clients over the WebSocket.
#![no_main]

use libfuzzer_sys::fuzz_target;
use fuzzed::protocol::ClientMessage;

fuzz_target!(|text: &str| {
    let Ok(message) = serde_json::from_str::<ClientMessage>(text) else { return };
    let again = serde_json::to_string(&message).expect("messages are plain data");
    assert_eq!(serde_json::from_str::<ClientMessage>(&again).expect("it was just written"), message);
});
