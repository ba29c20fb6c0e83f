//! The self-test of a phase as trainees take it. The person comes from the session, never from the request. (The
//! office's side: [`super::quiz_bank`].)

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::account::role::Action;
use crate::office::quizzes::{QuizRefusal, taking};
use crate::programme::quiz::paper::NotTaken;
use crate::programme::quiz::way::NotBegun;
use crate::protocol::{MyQuiz, QuizReview, QuizSaved, SaveQuizAnswer};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;

/// `GET /api/phases/{phase}/quiz`
pub(in crate::web) async fn mine(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyQuiz>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(taking::mine(&web.store, &session.person.person_id, &phase, now_ms()).await?))
}

/// `POST /api/phases/{phase}/quiz/tries/{try}`
pub(in crate::web) async fn begin(
    State(web): State<Arc<Web>>,
    session: Session,
    Path((phase, number)): Path<(String, u32)>,
) -> Result<Json<MyQuiz>, Refused> {
    let now_ms = now_ms();
    session.may(Action::Register)?;
    Ok(Json(taking::begin(&web.store, &session.person.person_id, &phase, number, now_ms).await?))
}

/// `PUT /api/phases/{phase}/quiz/tries/{try}/answers/{place}`
pub(in crate::web) async fn answer(
    State(web): State<Arc<Web>>,
    session: Session,
    Path((phase, number, place)): Path<(String, u32, u32)>,
    Body(new): Body<SaveQuizAnswer>,
) -> Result<Json<QuizSaved>, Refused> {
    // The moment that counts is when the request came, not when its turn to write does.
    let now_ms = now_ms();
    session.may(Action::Register)?;
    let person = &session.person.person_id;
    Ok(Json(taking::answer(&web.store, person, &phase, (number, place), &new, now_ms).await?))
}

/// `POST /api/phases/{phase}/quiz/tries/{try}/hand-in`
pub(in crate::web) async fn hand_in(
    State(web): State<Arc<Web>>,
    session: Session,
    Path((phase, number)): Path<(String, u32)>,
) -> Result<Json<MyQuiz>, Refused> {
    let now_ms = now_ms();
    session.may(Action::Register)?;
    Ok(Json(taking::hand_in(&web.store, &session.person.person_id, &phase, number, now_ms).await?))
}

/// `GET /api/phases/{phase}/quiz/tries/{try}`
pub(in crate::web) async fn review(
    State(web): State<Arc<Web>>,
    session: Session,
    Path((phase, number)): Path<(String, u32)>,
) -> Result<Json<QuizReview>, Refused> {
    session.may(Action::Register)?;
    Ok(Json(taking::review(&web.store, &session.person.person_id, &phase, number, now_ms()).await?))
}

impl From<QuizRefusal> for Refused {
    fn from(refusal: QuizRefusal) -> Refused {
        use QuizRefusal as R;
        let (code, message) = match refusal {
            R::Office(refusal) => return refusal.into(),
            R::NotBegun(NotBegun::Closed) => ("quiz_closed", "The time of this self-test is over."),
            R::NotBegun(NotBegun::Passed) => ("quiz_passed", "You have passed this self-test."),
            R::NotBegun(NotBegun::NoTry) => ("quiz_no_try", "No try is left; ask the office."),
            R::OtherTry => ("quiz_other_try", "Another try is running, or the next one; load the page anew."),
            R::Ended => ("quiz_ended", "This try has ended; what was saved before counts."),
            R::Elsewhere => (
                "quiz_elsewhere",
                "This question was answered on another device meanwhile; load the page anew.",
            ),
            R::Often => ("quiz_often", "This answer was changed too often; the last one counts."),
            R::NotTaken(NotTaken::Other) => ("quiz_answer", "This is no answer to this question."),
            R::NotTaken(NotTaken::TooLong) => ("quiz_answer", "The answer is longer than 200 characters."),
            R::NotShown => ("quiz_not_shown", "What was right is shown when it is of no use any more."),
            R::BankSmall(small) => {
                let message = format!(
                    "The bank has {} questions of this kind, and a paper {}; draw fewer of them first.",
                    small.has, small.needs
                );
                return Refused::new(StatusCode::CONFLICT, "quiz_bank_small", message);
            }
            R::Taken => ("quiz_taken", "The bank has a question with this text already."),
        };
        Refused::new(StatusCode::CONFLICT, code, message)
    }
}
