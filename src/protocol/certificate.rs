//! Certificates of completion. Routes: `src/web/routes.rs`. Codes beside the usual ones: 409 `not_ready` (a setting or a
//! font is missing; its sentence says which), `changed`, `nobody`, `superseded`, `revoked`, `one_person`, `own`,
//! `asked_already`, `not_asked`, `same_name`, `unprintable`; 422 `wrong`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CertificateState {
    Valid,
    /// Replaced by one with a corrected name.
    Superseded,
    Revoked,
}

/// `GET /api/phases/{phase}/certificate`: the own certificate, the newest one. Its file is at `…/certificate/file`, its
/// badge at `…/certificate/badge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyCertificate {
    pub number: String,
    pub state: CertificateState,
    /// The name as printed.
    pub name: String,
    /// Day of issue.
    pub issued_on: String,
    /// Address for checking it, to be passed on.
    pub address: String,
    /// SHA-256 of the file, in hex.
    pub pdf: String,
}

/// `GET /api/certificates/{number}?k={key}`, without a sign-in: the answer to the holder of a certificate. A
/// wrong key is answered like an unknown number: 404.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedCertificate {
    pub number: String,
    pub state: CertificateState,
    /// The first character of the name, and a star for each further one.
    pub name: String,
    pub programme: String,
    pub phase: String,
    #[ts(type = "number")]
    pub hours_ch: u64,
    /// Length of one 学时, minutes.
    pub hour_minutes: u32,
    pub issuers: Vec<String>,
    /// Day of issue.
    pub issued_on: String,
    /// SHA-256 of the file, in hex, to compare with another copy.
    pub pdf: String,
    /// The time of the revocation or replacement.
    #[ts(type = "number | null")]
    pub ended_at_ms: Option<u64>,
    /// Address of the page of the certificate that supersedes it.
    pub replaced_by: Option<String>,
}

/// A person who gets no certificate. The reason is a word and its object: `not_completed`, `number`,
/// `characters:䶮` (no font has them), `field:…`, `pdf:…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftOut {
    pub name: String,
    pub why: String,
}

/// A released list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CertificateBatch {
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Name of the person who released it.
    pub by: String,
    pub total: u32,
    pub issued: u32,
    pub left_out: u32,
}

/// A revocation that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitingRevocation {
    pub number: String,
    pub reason: String,
    pub by: String,
    /// Whether the viewer asked for it: then another person decides.
    pub own: bool,
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// `GET /api/phases/{phase}/certificates`: the view of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CertificateDesk {
    /// Number of people who have completed the phase and have no released certificate for it.
    pub ready: u32,
    /// The obstacle to issuing any of them, for the person who runs the server; `None` = there is none.
    pub trouble: Option<String>,
    /// The ready people who would be left out, at most 200.
    pub unprintable: Vec<LeftOut>,
    /// Newest first.
    pub batches: Vec<CertificateBatch>,
    /// The people left out of the newest list, at most 200.
    pub left_out: Vec<LeftOut>,
    /// Numbers of valid certificates whose owners have lost hours since and no longer count as having
    /// completed the phase: they should be revoked. At most 200.
    pub unfounded: Vec<String>,
    #[ts(type = "number")]
    pub valid: u64,
    #[ts(type = "number")]
    pub superseded: u64,
    #[ts(type = "number")]
    pub revoked: u64,
    pub revocations: Vec<WaitingRevocation>,
}

/// `POST /api/phases/{phase}/certificates`: releases the certificates of everybody who is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReleaseCertificates {
    /// Number of ready people that the person saw: others are not released unseen.
    pub seen: u32,
}

/// `POST /api/certificates/{number}/revocation`: a second person must agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevokeCertificate {
    /// At most 500 characters; not shown to the public.
    pub reason: String,
}

/// `POST /api/certificates/{number}/revocation/decide`, by another person than the one who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DecideRevocation {
    pub approve: bool,
}

/// Answer of `POST /api/certificates/{number}/reissue`, after the name of a registration was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reissued {
    /// Number of the new certificate.
    pub number: String,
}
