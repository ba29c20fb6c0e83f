//! What is fuzzed: the parsing modules of the server themselves (by link), without the server around
//! them, whose four hundred dependencies would be built for the fuzzer as well.
#![allow(dead_code)]

pub mod protocol;
pub mod transport;
