//! Appeals (申诉), corrections and revocations (CR-20, CR-21).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::attendance::posting::Uncorrectable;
use crate::office::books;
use crate::protocol::{
    Appeal, AppealDecision, Approval, Corrected, NewAppeal, NewCorrection, NewRevocation, Refusal,
    WaitingCorrection,
};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Corrector, Session};
use crate::web::error::Refused;

/// `POST /api/hours/appeals`
pub(in crate::web) async fn open(
    State(web): State<Arc<Web>>,
    session: Session,
    Body(new): Body<NewAppeal>,
) -> Result<Json<Appeal>, Refused> {
    if !session.is_trainee() {
        return Err(Refused::not_allowed("Only trainees appeal, about their own results."));
    }
    Ok(Json(web.books.appeal(&session.person.person_id, &new, now_ms()).await?))
}

/// `GET /api/hours/appeals`
pub(in crate::web) async fn all(
    State(web): State<Arc<Web>>,
    Corrector(_): Corrector,
) -> Result<Json<Vec<Appeal>>, Refused> {
    Ok(Json(web.books.appeals().await.map_err(Refused::store)?))
}

/// `POST /api/hours/appeals/{id}`
pub(in crate::web) async fn decide(
    State(web): State<Arc<Web>>,
    Corrector(session): Corrector,
    Path(id): Path<u64>,
    Body(decision): Body<AppealDecision>,
) -> Result<Json<Corrected>, Refused> {
    Ok(Json(web.books.decide(id, &session.person.person_id, &decision, now_ms()).await?))
}

/// `POST /api/hours/corrections`
pub(in crate::web) async fn correct(
    State(web): State<Arc<Web>>,
    Corrector(session): Corrector,
    Body(new): Body<NewCorrection>,
) -> Result<Json<Corrected>, Refused> {
    Ok(Json(web.books.correct(&session.person.person_id, &new, now_ms()).await?))
}

/// `POST /api/hours/{lesson}/revocations`
pub(in crate::web) async fn revoke(
    State(web): State<Arc<Web>>,
    Corrector(session): Corrector,
    Path(lesson): Path<String>,
    Body(new): Body<NewRevocation>,
) -> Result<Json<Corrected>, Refused> {
    Ok(Json(web.books.revoke(&lesson, &session.person.person_id, &new, now_ms()).await?))
}

/// `GET /api/hours/corrections`
pub(in crate::web) async fn waiting(
    State(web): State<Arc<Web>>,
    Corrector(session): Corrector,
) -> Result<Json<Vec<WaitingCorrection>>, Refused> {
    let waiting = web.books.waiting_corrections(&session.person.person_id, now_ms()).await;
    Ok(Json(waiting.map_err(Refused::store)?))
}

/// `POST /api/hours/corrections/{id}`
pub(in crate::web) async fn approve(
    State(web): State<Arc<Web>>,
    Corrector(session): Corrector,
    Path(id): Path<u64>,
    Body(approval): Body<Approval>,
) -> Result<Json<Corrected>, Refused> {
    Ok(Json(web.books.approve(id, &session.person.person_id, &approval, now_ms()).await?))
}

impl From<books::Refused> for Refused {
    fn from(refused: books::Refused) -> Refused {
        use StatusCode as S;
        use books::Refused as R;
        let (status, code, message) = match refused {
            R::NotFound => {
                return Refused::not_found("There is no such result or appeal, or it is not yours.");
            }
            R::TextLength => return Refusal::TextLength.into(),
            R::Store(error) => return Refused::store(error),
            R::NotJudged => {
                (S::CONFLICT, "not_judged", "This lesson was not judged yet; wait for its result.")
            }
            R::TooLate => (S::CONFLICT, "appeal_over", "The time for appeals about this lesson is over."),
            R::AppealOpen => {
                (S::CONFLICT, "appeal_open", "Your appeal about this lesson is being looked at already.")
            }
            R::Decided => (S::CONFLICT, "decided", "Somebody has decided that already; load the page anew."),
            R::Changed => (
                S::CONFLICT,
                "changed",
                "The balance has changed meanwhile; load the page anew and decide again.",
            ),
            R::AskedAlready => (S::CONFLICT, "asked_already", "The same waits for a second person already."),
            R::NotAsked => (
                S::CONFLICT,
                "not_asked",
                "The audit log does not say that the first person asked for this; refuse it and tell the operator of the server.",
            ),
            R::NotShown => (
                S::BAD_REQUEST,
                "not_shown",
                "Choose a start and an end at which the instructor was seen or heard.",
            ),
            R::Uncorrectable(why) => return uncorrectable(why),
        };
        Refused::new(status, code, message)
    }
}

fn uncorrectable(why: Uncorrectable) -> Refused {
    use StatusCode as S;
    let (status, code, message) = match why {
        Uncorrectable::Nothing => (S::BAD_REQUEST, "nothing", "A correction of 0 changes nothing."),
        Uncorrectable::OutOfBounds => (
            S::CONFLICT,
            "out_of_bounds",
            "The result would be below 0 or above what the lesson delivered; correct by less.",
        ),
        Uncorrectable::NoText => (S::BAD_REQUEST, "no_text", "The reason OTHER needs words."),
        Uncorrectable::NeedsApproval => {
            (S::CONFLICT, "needs_approval", "A second person must approve this correction.")
        }
        Uncorrectable::SamePerson => {
            (S::FORBIDDEN, "same_person", "Another operator must approve what you have asked for.")
        }
        Uncorrectable::OwnResult => {
            (S::FORBIDDEN, "own_result", "Nobody corrects or approves the own result.")
        }
        Uncorrectable::Revoked => {
            (S::CONFLICT, "revoked", "The credit of this content was revoked; it cannot be corrected.")
        }
    };
    Refused::new(status, code, message)
}
