//! Routes of essays, and of what phases ask for.

use live_classroom::account::role::Action;
use serde_json::json;

use super::{Row, Who, row};

pub(super) fn rows() -> Vec<Row> {
    use Action::*;
    use Who::{Account, One};
    let text = json!({ "revision": 0, "text": "" });
    let marks = json!({ "theme": 3, "order": 3, "structure": 3, "logic": 3 });
    let review = json!({ "version": 1, "verdict": "accept", "marks": marks, "words": "" });
    let second = json!({ "version": 1, "question": "x" });
    vec![
        row("GET", "/api/phases/{phase}/requirements", None, Account),
        row("PUT", "/api/phases/{phase}/requirements", json!({ "essay": null }), One(&[MakePhase])),
        row("GET", "/api/phases/{phase}/essay", None, One(&[WriteEssay])),
        row("PUT", "/api/phases/{phase}/essay", text.clone(), One(&[WriteEssay])),
        row("POST", "/api/phases/{phase}/essay/hand-in", text, One(&[WriteEssay])),
        row("POST", "/api/phases/{phase}/essay/take-back", None, One(&[WriteEssay])),
        row("POST", "/api/phases/{phase}/essay/file", None, One(&[WriteEssay])),
        row("GET", "/api/essays/duties", None, One(&[ReviewEssays])),
        row("GET", "/api/phases/{phase}/essays", None, One(&[ReviewEssays])),
        row("GET", "/api/phases/{phase}/essays/reviewers", None, One(&[NameReviewers])),
        row("PUT", "/api/phases/{phase}/essays/reviewers", json!({ "reviewers": [] }), One(&[NameReviewers])),
        row("GET", "/api/essays/{id}", None, One(&[ReviewEssays])),
        row("GET", "/api/essays/{id}/file", None, One(&[ReviewEssays])),
        row("POST", "/api/essays/{id}/review", review, One(&[ReviewEssays])),
        row("POST", "/api/essays/{id}/second-opinion", second, One(&[ReviewEssays])),
        row("PUT", "/api/essays/{id}/distinction", json!({ "excellent": true }), One(&[ReviewEssays])),
        row("PUT", "/api/phases/{phase}/essay/consent", json!({ "public": true }), One(&[WriteEssay])),
    ]
}
