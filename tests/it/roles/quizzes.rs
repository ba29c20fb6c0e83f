//! Routes of self-tests.

use serde_json::json;

use super::Action::{MakePhase, Register, SeeReports};
use super::Who::{All, One};
use super::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    let answer = json!({ "answer": { "answer": "nothing" }, "times": 0 });
    let question = json!({ "text": "", "ask": { "ask": "truth", "right": true }, "explanation": "" });
    let rule = json!({ "draws": [], "pass": 1, "tries": 1, "minutes": 1, "due": "", "reveal": true });
    vec![
        row("GET", "/api/phases/{phase}/quiz", None, One(&[Register])),
        row("GET", "/api/phases/{phase}/quiz/tries/{try}", None, One(&[Register])),
        row("POST", "/api/phases/{phase}/quiz/tries/{try}", None, One(&[Register])),
        row("PUT", "/api/phases/{phase}/quiz/tries/{try}/answers/{place}", answer, One(&[Register])),
        row("POST", "/api/phases/{phase}/quiz/tries/{try}/hand-in", None, One(&[Register])),
        row("GET", "/api/phases/{phase}/quiz/bank", None, One(&[MakePhase])),
        row("PUT", "/api/phases/{phase}/quiz/rule", rule, One(&[MakePhase])),
        row("POST", "/api/phases/{phase}/quiz/questions", question.clone(), One(&[MakePhase])),
        row("PUT", "/api/phases/{phase}/quiz/questions/{id}", question, One(&[MakePhase])),
        row("DELETE", "/api/phases/{phase}/quiz/questions/{id}", None, One(&[MakePhase])),
        row("GET", "/api/phases/{phase}/quiz/questions/file", None, One(&[MakePhase])),
        row("POST", "/api/phases/{phase}/quiz/questions/file", None, One(&[MakePhase])),
        row("GET", "/api/phases/{phase}/quiz/results", None, All(SeeReports)),
        row("GET", "/api/phases/{phase}/quiz/results/file", None, All(SeeReports)),
    ]
}
