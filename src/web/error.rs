//! The only place that maps refusals to statuses. Every refused request is answered with an [`ApiError`]: a
//! stable code for programs and a sentence for people.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::live::room::HttpLegRefused;
use crate::office::links::LinkError;
use crate::protocol::{ApiError, Refusal};
use crate::text::mistake::Mistake;

/// A refused request.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    wrong: Vec<Mistake>,
    retry_after_s: u64,
}

/// Seconds until a retry after 429 and 503.
const RETRY_AFTER_S: u64 = 20;

/// Most mistakes named in the sentence; the list has all.
const SAID_MAX: usize = 3;

impl Refused {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Refused {
        Refused { status, code, message: message.into(), wrong: Vec::new(), retry_after_s: RETRY_AFTER_S }
    }

    /// The refusal of a form or a file with all its mistakes.
    pub(super) fn wrong(wrong: Vec<Mistake>) -> Refused {
        let said: Vec<String> = wrong.iter().take(SAID_MAX).map(said).collect();
        let message = format!("Nothing was taken: {}.", said.join("; "));
        Refused { wrong, ..Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong", message) }
    }

    /// Sets the seconds until a retry.
    pub(super) fn retry_after_s(self, retry_after_s: u64) -> Refused {
        Refused { retry_after_s, ..self }
    }

    /// Whether this is exactly this status and code.
    pub(super) fn is(&self, status: StatusCode, code: &str) -> bool {
        self.status == status && self.code == code
    }

    pub(super) fn signed_out() -> Refused {
        Refused::new(
            StatusCode::UNAUTHORIZED,
            "signed_out",
            "You are not signed in here. Open your sign-in link, or ask for a new one.",
        )
    }

    pub(super) fn which_seat() -> Refused {
        Refused::new(
            StatusCode::UNAUTHORIZED,
            "which_seat",
            "Several people are signed in in this browser; say which one with ?as=",
        )
    }

    pub(super) fn bad_token() -> Refused {
        Refused::new(
            StatusCode::UNAUTHORIZED,
            "bad_token",
            "A valid bearer token is needed. `live-classroom token` makes one.",
        )
    }

    pub(super) fn not_allowed(message: &'static str) -> Refused {
        Refused::new(StatusCode::FORBIDDEN, "not_allowed", message)
    }

    pub(super) fn not_found(message: &'static str) -> Refused {
        Refused::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(super) fn too_large() -> Refused {
        Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large.")
    }

    /// The refusal if the store fails; the cause goes to the log, not to the visitor.
    pub(super) fn store(error: anyhow::Error) -> Refused {
        tracing::error!("the store does not answer: {error:#}");
        Refusal::Unavailable.into()
    }
}

fn said(mistake: &Mistake) -> String {
    let Mistake { row, column, field, wrong, .. } = mistake;
    let named = if field.is_empty() { String::new() } else { format!(" ({field})") };
    match (row, column) {
        (Some(row), Some(column)) => format!("cell {column}{row}{named} {wrong}"),
        (Some(row), None) => format!("row {row}{named} {wrong}"),
        _ if field.is_empty() => format!("the file {wrong}"),
        _ => format!("{field} {wrong}"),
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Refused {
        use StatusCode as S;
        let (status, code, message) = match refusal {
            Refusal::Malformed => (S::BAD_REQUEST, "malformed", "The request cannot be read."),
            Refusal::Version => (S::BAD_REQUEST, "version", "Client and server differ; reload the page."),
            Refusal::NotAllowed => (S::FORBIDDEN, "not_allowed", "Your role may not do that."),
            Refusal::RoomFull => (S::SERVICE_UNAVAILABLE, "room_full", "All seats of this class are taken."),
            Refusal::Removed => (S::FORBIDDEN, "removed", "You were removed from this class."),
            Refusal::Ended => (S::GONE, "ended", "This class has ended."),
            Refusal::NotFound => (S::NOT_FOUND, "not_found", "There is no such class or person here."),
            Refusal::WrongState => (S::CONFLICT, "wrong_state", "That does not fit what the class is doing."),
            Refusal::ChatMuted => (S::FORBIDDEN, "chat_muted", "You may not write at present."),
            Refusal::TextLength => (S::BAD_REQUEST, "text_length", "The text is empty or too long."),
            Refusal::TooFast => (S::TOO_MANY_REQUESTS, "too_fast", "Too much too fast; wait a little."),
            Refusal::StageFull => (S::CONFLICT, "stage_full", "The stage is full."),
            Refusal::TooMany => (S::CONFLICT, "too_many", "There were as many of these as there may be."),
            Refusal::TooLate => (S::CONFLICT, "too_late", "The time to answer is over."),
            Refusal::Offer => (S::NOT_ACCEPTABLE, "offer", "The offer cannot be answered."),
            Refusal::Unavailable => {
                (S::SERVICE_UNAVAILABLE, "unavailable", "The server cannot do that now; try again.")
            }
            Refusal::Waits => (
                S::ACCEPTED,
                "waits",
                "It is done, but not stored yet: the disk is in trouble. Do not send it again.",
            ),
        };
        Refused::new(status, code, message)
    }
}

impl From<LinkError> for Refused {
    fn from(error: LinkError) -> Refused {
        let (status, code, message) = match error {
            LinkError::Unknown => {
                (StatusCode::UNAUTHORIZED, "link_unknown", "This link is not known here; copy it whole.")
            }
            LinkError::Used => {
                (StatusCode::GONE, "link_used", "This link was used before; ask for a new one.")
            }
            LinkError::Expired => {
                (StatusCode::GONE, "link_expired", "This link has expired; ask for a new one.")
            }
            LinkError::Frozen => {
                (StatusCode::FORBIDDEN, "link_frozen", "This account is frozen; ask your administrator.")
            }
            LinkError::Store(error) => return Refused::store(error),
        };
        Refused::new(status, code, message)
    }
}

impl From<HttpLegRefused> for Refused {
    fn from(refused: HttpLegRefused) -> Refused {
        match refused {
            HttpLegRefused::Room(refusal) => refusal.into(),
            HttpLegRefused::Offer(sentence) => Refused::new(StatusCode::NOT_ACCEPTABLE, "offer", sentence),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = ApiError { code: self.code.into(), message: self.message.into_owned(), wrong: self.wrong };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, self.retry_after_s.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::mistake::Wrong;

    #[test]
    fn every_sentence_has_a_subject() {
        let of = |row: Option<u32>, column: Option<&str>, field: &str| {
            let column = column.map(str::to_owned);
            said(&Mistake { row, column, ..Mistake::field(field, Wrong::Value) })
        };
        let wrong = Wrong::Value;
        assert_eq!(of(None, None, ""), format!("the file {wrong}"));
        assert_eq!(of(None, None, "reason"), format!("reason {wrong}"));
        assert_eq!(of(Some(3), None, ""), format!("row 3 {wrong}"));
        assert_eq!(of(Some(3), Some("B"), "姓名"), format!("cell B3 (姓名) {wrong}"));
    }
}
