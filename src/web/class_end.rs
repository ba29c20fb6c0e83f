//! The end of a class, for the people it sent out: the person who ended it may take that back for a while,
//! and the pages of the others ask whether that happened.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::Web;
use super::auth::Session;
use super::entry::tie;
use super::error::Refused;
use crate::classroom::TAKE_BACK_MS;
use crate::lesson::{ClassState, Role};
use crate::protocol::{ClassEnd, Refusal};
use crate::store::Lesson;
use crate::time::clock::now_ms;

/// `GET /api/lessons/{lesson}/end`
pub(super) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Json<ClassEnd>, Refused> {
    let lesson = web.visited(&session, &lesson).await?;
    let end = web.store.lessons().end_of(&lesson).await.map_err(Refused::store)?;
    let own = end.filter(|end| end.by.as_deref() == Some(&session.person.person_id));
    let until_ms = own.map(|end| end.at_ms + TAKE_BACK_MS).filter(|until_ms| now_ms() <= *until_ms);
    let judged = web.store.results().standing(&lesson.id).await.map_err(Refused::store)?.is_some();
    Ok(Json(ClassEnd {
        ended: lesson.state == ClassState::Ended,
        began: lesson.started_at_ms.is_some(),
        take_back_until_ms: until_ms.filter(|_| !judged),
    }))
}

/// `POST /api/lessons/{lesson}/end/take-back`
pub(super) async fn take_back(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<StatusCode, Refused> {
    let lesson = web.visited(&session, &lesson).await?;
    match web.rooms.reopen(&lesson.id, &session.person.into()).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(Refusal::TooLate) => Err(Refused::new(
            StatusCode::CONFLICT,
            "too_late",
            "The end can be taken back for ten minutes, and no more once the class was judged.",
        )),
        Err(refusal) => Err(refusal.into()),
    }
}

impl Web {
    /// A lesson, for people who may enter its room while its doors are open.
    async fn visited(&self, session: &Session, lesson: &str) -> Result<Lesson, Refused> {
        let may = match &session.account {
            Some(account) => {
                let plan = self.store.timetable().lesson(lesson, &session.person.person_id).await;
                plan.map_err(Refused::store)?.is_some_and(|plan| {
                    let tie = tie(&plan, &account.grants);
                    tie.placed || tie.teaches || tie.watches
                })
            }
            None => session.person.role == Role::Operator || session.person.lesson.as_deref() == Some(lesson),
        };
        if !may {
            return Err(Refused::not_allowed("Your sign-in is for another lesson."));
        }
        let lesson = self.store.lessons().find(lesson).await.map_err(Refused::store)?;
        lesson.ok_or_else(|| Refused::from(Refusal::NotFound))
    }
}
