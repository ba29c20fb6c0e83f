//! The parsing modules of the server that are fuzzed, by link and without the server around them, whose four
//! hundred dependencies would be built for the fuzzer as well.
#![allow(dead_code)]

pub mod protocol;
pub mod transport;
