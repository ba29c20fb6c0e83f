//! Essays: authors write their own, reviewers read those given to them, the training administrator names the
//! reviewers. The person comes from the session, never from the request.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;

use super::Web;
use super::auth::{Body, Session};
use super::error::Refused;
use super::names::attachment;
use super::programmes::Asked;
use super::rate::Act;
use crate::account::role::Action;
use crate::essay::{file, review, way};
use crate::office::essays::reviewing::{self, Sees};
use crate::office::essays::{self, best, sharing, writing};
use crate::office::{phases, requirements};
use crate::programme::requirement::AskedFor;
use crate::protocol::{
    AskSecondOpinion, DistinguishEssay, EssayDuty, EssayLine, EssayReviewers, EssayToReview, EssaysToReview,
    MyEssay, NameEssayReviewers, NewRequirements, PublishEssay, Requirements, ReviewEssay, SaveEssay,
    SavedEssay, UploadedEssay,
};
use crate::time::clock::now_ms;

type App = State<Arc<Web>>;

/// Longest body with a text, bytes: 20,000 characters as JSON may take six bytes each.
pub(super) const BODY_BYTES_MAX: usize = 256 * 1024;

/// `GET /api/phases/{phase}/requirements`
pub(super) async fn requirements(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Requirements>, Refused> {
    session.grants()?;
    Ok(Json(Requirements::of(&phase, &requirements::of(&web.store, &phase).await?)))
}

/// `PUT /api/phases/{phase}/requirements`
pub(super) async fn set_requirements(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewRequirements>,
) -> Result<Json<Requirements>, Refused> {
    session.may(Action::MakePhase)?;
    let by = &session.person.person_id;
    let NewRequirements { essay, quiz, survey } = new;
    let asked = AskedFor { essay, quiz, survey };
    let set = requirements::set(&web.store, by, &phase, &asked, now_ms()).await?;
    Ok(Json(Requirements::of(&phase, &set)))
}

/// `GET /api/phases/{phase}/essay`
pub(super) async fn show(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyEssay>, Refused> {
    session.may(Action::WriteEssay)?;
    Ok(Json(writing::mine(&web.store, &session.person.person_id, &phase, now_ms()).await?))
}

/// `PUT /api/phases/{phase}/essay`
pub(super) async fn save(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<SaveEssay>,
) -> Result<Json<SavedEssay>, Refused> {
    session.may(Action::WriteEssay)?;
    Ok(Json(writing::save(&web.store, &session.person.person_id, &phase, &new, now_ms()).await?))
}

/// `POST /api/phases/{phase}/essay/hand-in`
pub(super) async fn hand_in(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<SaveEssay>,
) -> Result<Json<SavedEssay>, Refused> {
    // The arrival of the request counts, not its turn to write.
    let now_ms = now_ms();
    session.may(Action::WriteEssay)?;
    Ok(Json(writing::hand_in(&web.store, &session.person.person_id, &phase, &new, now_ms).await?))
}

/// `POST /api/phases/{phase}/essay/take-back`
pub(super) async fn take_back(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<MyEssay>, Refused> {
    session.may(Action::WriteEssay)?;
    Ok(Json(writing::take_back(&web.store, &session.person.person_id, &phase, now_ms()).await?))
}

/// The file name given by the author.
#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// `POST /api/phases/{phase}/essay/file?name=`
pub(super) async fn upload(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
    Asked(Named { name }): Asked<Named>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<UploadedEssay>, Refused> {
    session.may(Action::WriteEssay)?;
    let person = &session.person.person_id;
    web.allow(Act::Document, person)?;
    let bytes = body.map_err(|_| Refused::from(essays::Refused::File(file::Unreadable::TooMuch)))?;
    Ok(Json(writing::upload(&web.store, person, &phase, &name, bytes.into(), now_ms()).await?))
}

/// `GET /api/essays/duties`
pub(super) async fn duties(State(web): App, session: Session) -> Result<Json<Vec<EssayDuty>>, Refused> {
    Ok(Json(reviewing::duties(&web.store, session.reviews()?).await?))
}

/// `GET /api/phases/{phase}/essays`
pub(super) async fn list(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<EssaysToReview>, Refused> {
    Ok(Json(reviewing::list(&web.store, session.reviews()?, &phase).await?))
}

/// `GET /api/essays/{id}`
pub(super) async fn open(
    State(web): App,
    session: Session,
    Path(id): Path<u64>,
) -> Result<Json<EssayToReview>, Refused> {
    Ok(Json(reviewing::open(&web.store, session.reviews()?, id).await?))
}

/// `GET /api/essays/{id}/file`: always as a download, so that no browser shows it as a page of ours.
pub(super) async fn file(
    State(web): App,
    session: Session,
    Path(id): Path<u64>,
) -> Result<impl IntoResponse, Refused> {
    let (name, bytes) = reviewing::file(&web.store, session.reviews()?, id).await?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, "txt"));
    let ending = if ending.eq_ignore_ascii_case("docx") { "docx" } else { "txt" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, attachment(&format!("essay-{id}"), stem, ending)),
    ];
    Ok((headers, bytes))
}

/// `POST /api/essays/{id}/review`
pub(super) async fn review(
    State(web): App,
    session: Session,
    Path(id): Path<u64>,
    Body(new): Body<ReviewEssay>,
) -> Result<Json<EssayLine>, Refused> {
    session.may(Action::ReviewEssays)?;
    Ok(Json(reviewing::review(&web.store, &session.person.person_id, id, &new, now_ms()).await?))
}

/// `POST /api/essays/{id}/second-opinion`
pub(super) async fn second_opinion(
    State(web): App,
    session: Session,
    Path(id): Path<u64>,
    Body(asked): Body<AskSecondOpinion>,
) -> Result<StatusCode, Refused> {
    session.may(Action::ReviewEssays)?;
    let by = &session.person.person_id;
    reviewing::second_opinion(&web.store, by, id, asked.version, &asked.question, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/essays/{id}/distinction`
pub(super) async fn distinguish(
    State(web): App,
    session: Session,
    Path(id): Path<u64>,
    Body(asked): Body<DistinguishEssay>,
) -> Result<StatusCode, Refused> {
    best::distinguish(&web.store, session.reviews()?, id, asked.excellent, now_ms()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/phases/{phase}/essay/consent`
pub(super) async fn publish(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
    Body(asked): Body<PublishEssay>,
) -> Result<Json<MyEssay>, Refused> {
    session.may(Action::WriteEssay)?;
    let person = &session.person.person_id;
    Ok(Json(best::publish(&web.store, person, &phase, asked.public, now_ms()).await?))
}

/// `GET /api/phases/{phase}/essays/reviewers`
pub(super) async fn reviewers(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<EssayReviewers>, Refused> {
    session.may(Action::NameReviewers)?;
    Ok(Json(sharing::reviewers(&web.store, &phase).await?))
}

/// `PUT /api/phases/{phase}/essays/reviewers`
pub(super) async fn name_reviewers(
    State(web): App,
    session: Session,
    Path(phase): Path<String>,
    Body(named): Body<NameEssayReviewers>,
) -> Result<Json<EssayReviewers>, Refused> {
    session.may(Action::NameReviewers)?;
    let by = &session.person.person_id;
    phases::find(&web.store, &phase).await?;
    Ok(Json(sharing::name(&web.store, by, &phase, &named.reviewers, now_ms()).await?))
}

impl Session {
    /// The essays this person may see.
    fn reviews(&self) -> Result<Sees<'_>, Refused> {
        let person = &self.person.person_id;
        let sees_all = self.may(Action::ReviewEssays)?.everything;
        Ok(if sees_all { Sees::All(person) } else { Sees::Own(person) })
    }
}

impl From<essays::Refused> for Refused {
    fn from(refused: essays::Refused) -> Refused {
        use essays::Refused as R;
        let (code, message) = match refused {
            R::Store(error) => return Refused::store(error),
            R::NotFound => return Refused::not_found("There is no such essay for you."),
            R::Way(way::Refused::WrongState) => {
                ("wrong_state", "This does not fit the state of the essay; load the page anew.".into())
            }
            R::Way(way::Refused::Late) => ("essay_late", "The time to hand in is over.".into()),
            R::Way(way::Refused::TooShort { count, least }) => {
                ("essay_too_short", format!("The essay has {count} of {least} characters."))
            }
            R::Way(way::Refused::TooOften) => (
                "essay_too_often",
                format!(
                    "It was handed in {} times, which is the most; ask the class administrator.",
                    way::HAND_INS_MAX
                ),
            ),
            R::Length(_) => ("essay_too_long", "The text is longer than an essay can be.".into()),
            R::File(why) => (file_code(why), format!("{why}.")),
            R::Review(bad) => (review_code(bad), format!("{bad}.")),
            R::Changed => (
                "essay_changed",
                "This is not the text that is to be reviewed any more; load it anew.".into(),
            ),
            R::Nobody => ("nobody", "There is nobody else who may review this essay.".into()),
            R::NoReviewer(name) => ("no_reviewer", format!("{name} has no role that reviews.")),
            R::Question => ("question", "Say in a few words what the other reviewer should look at.".into()),
        };
        Refused::new(StatusCode::CONFLICT, code, message)
    }
}

fn file_code(why: file::Unreadable) -> &'static str {
    use file::Unreadable as U;
    match why {
        U::Damaged => "file_damaged",
        U::OldFormat => "file_old_format",
        U::Macros => "file_macros",
        U::OtherFormat => "file_other_format",
        U::TooMuch => "file_too_large",
        U::TooLong => "essay_too_long",
        U::Empty => "file_empty",
    }
}

fn review_code(bad: review::Bad) -> &'static str {
    match bad {
        review::Bad::Marks => "review_marks",
        review::Bad::NoWords => "review_words",
        review::Bad::TooLong => "review_too_long",
    }
}
