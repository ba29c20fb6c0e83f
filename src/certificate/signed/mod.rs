//! Signatures: a proof in the PDF, a badge for wallets (Open Badges 3.0), and the list of withdrawn badges.
//! One key signs all of them, and is published as `did:web` and as a set of keys; the key alone verifies
//! without a network.
//!
//! [`keys`] public keys and their publication · [`jws`] signed texts · [`proof`] of a PDF · [`badge`] ·
//! [`status_list`] of withdrawn badges.

pub mod badge;
pub mod jws;
pub mod keys;
pub mod proof;
pub mod status_list;

/// The context of Verifiable Credentials 2.0.
const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
/// The purpose of credentials, in the head of their signature.
const JWT: &str = "JWT";
