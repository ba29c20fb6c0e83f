//! Routes about reports.

use live_classroom::account::role::Action;
use serde_json::json;

use super::{Row, Who, row};

pub(super) fn rows() -> Vec<Row> {
    use Action::{MakePhase, Register, SeeReports};
    use Who::{All, One, Others};
    // Refused by everybody's scope alike where a unit is named: none is, and no unit has people.
    let asked = json!({ "kind": "pack", "format": "zip", "unit": null, "each": true });
    let conversion = json!({ "hours_per_credit": 10, "category": "", "year_cap_tenths": null });
    vec![
        row("GET", "/api/phases/{phase}/attainments", None, Others(&[SeeReports])),
        row("GET", "/api/phases/{phase}/attainments/file", None, Others(&[SeeReports])),
        row("GET", "/api/phases/{phase}/reports", None, Others(&[SeeReports])),
        row("POST", "/api/phases/{phase}/reports", asked, Others(&[SeeReports])),
        row("GET", "/api/reports/{id}/file", None, Others(&[SeeReports])),
        row("GET", "/api/hours/statement", None, One(&[Register])),
        row("GET", "/api/hours/statement/file", None, One(&[Register])),
        row("GET", "/api/phases/{phase}/attainments/{id}", None, Others(&[SeeReports])),
        row("GET", "/api/registrations/{id}/statement", None, Others(&[SeeReports])),
        row("GET", "/api/registrations/{id}/statement/file", None, Others(&[SeeReports])),
        row("GET", "/api/programmes/{programme}/conversion", None, One(&[MakePhase])),
        row("PUT", "/api/programmes/{programme}/conversion", conversion, One(&[MakePhase])),
        row("GET", "/api/phases/{phase}/overview", None, All(SeeReports)),
        row("GET", "/api/phases/{phase}/overview/file", None, All(SeeReports)),
        row("GET", "/api/phases/{phase}/summary", None, Others(&[SeeReports])),
        row("GET", "/api/phases/{phase}/summary/file", None, Others(&[SeeReports])),
    ]
}
