//! Routes about certificates.

use live_classroom::account::role::Action;
use serde_json::json;

use super::{Row, Who, row};

pub(super) fn rows() -> Vec<Row> {
    use Action::*;
    use Who::{One, Public};
    let asked = "/api/certificates/{number}/revocation";
    let decided = "/api/certificates/{number}/revocation/decide";
    vec![
        row("GET", "/api/phases/{phase}/certificate", None, One(&[Register])),
        row("GET", "/api/phases/{phase}/certificate/file", None, One(&[Register])),
        row("GET", "/api/phases/{phase}/certificate/badge", None, One(&[Register])),
        row("GET", "/api/phases/{phase}/certificates", None, One(&[IssueCertificates])),
        row("POST", "/api/phases/{phase}/certificates", json!({ "seen": 1 }), One(&[IssueCertificates])),
        row("GET", "/api/certificates/{number}", None, Public),
        row("POST", asked, json!({ "reason": "x" }), One(&[IssueCertificates])),
        row("POST", decided, json!({ "approve": true }), One(&[IssueCertificates])),
        row("POST", "/api/certificates/{number}/reissue", None, One(&[IssueCertificates])),
    ]
}
