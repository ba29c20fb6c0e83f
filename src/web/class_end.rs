//! The end of a class as those see it who were sent out by it: whoever ended it may take that back for a while,
//! the others' pages ask whether that was done.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::auth::Session;
use super::entry::tie;
use super::error::Refused;
use super::{Web, now_ms};
use crate::classroom::TAKE_BACK_MS;
use crate::protocol::{ClassEnd, ClassState, Refusal, Role};
use crate::store::Lesson;

/// `GET /api/lessons/{lesson}/end`
pub(super) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Json<ClassEnd>, Refused> {
    let lesson = web.visited(&session, &lesson).await?;
    let end = web.store.end_of(&lesson).await.map_err(Refused::store)?;
    let own = end.filter(|end| end.by.as_deref() == Some(&session.person.person_id));
    let until_ms = own.map(|end| end.at_ms + TAKE_BACK_MS).filter(|until_ms| now_ms() <= *until_ms);
    let judged = web.store.result_of(&lesson.id).await.map_err(Refused::store)?.is_some();
    Ok(Json(ClassEnd {
        ended: lesson.state == ClassState::Ended,
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
    /// A lesson, for those who may come into its room when its doors are open.
    async fn visited(&self, session: &Session, lesson: &str) -> Result<Lesson, Refused> {
        let may = match &session.account {
            Some(account) => {
                let plan = self.store.planned(lesson, &session.person.person_id).await;
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
        let lesson = self.store.lesson(lesson).await.map_err(Refused::store)?;
        lesson.ok_or_else(|| Refused::from(Refusal::NotFound))
    }
}
