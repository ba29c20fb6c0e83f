//! GROUND: hash chains, and the hashed texts. Every module may name it; it names none. The form of hashed or
//! signed bytes is frozen: other bytes would make every stored book look tampered with.
//!
//! [`hex`] and [`unhex`] bytes as text · [`netstrings`] fields as bytes · [`bound`] and [`keyed`] the hash of
//! a link · [`End`] of a chain · [`Verifier`] of one during reading · [`Tampered`] its first fault.
//!
//! Chains: the ledger (`attendance::ledger`), the audit log (`account::audit`) and the facts of a lesson
//! (`store::fact_chains`). A recording's manifest has a chain of its own, which continues after damage.

mod link;
mod text;

pub use self::link::{End, Fault, Tampered, Verifier, bound, keyed, sha256};
pub use self::text::{hex, netstrings, unhex};
