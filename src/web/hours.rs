//! Credit hours (学时): the trainee's own account, and for staff the class sheet of a lesson, as a page and as
//! files. [`appeals`]: the decisions of people.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Web;
use super::auth::Session;
use super::error::Refused;
use super::names::attachment;
use crate::account::role::Action;
use crate::attendance::export;
use crate::attendance::policy_form::HoursRules;
use crate::attendance::sheet::LessonHours;
use crate::lesson::Role;
use crate::protocol::{self, MyHours};
use crate::sheet::{self, Kind};
use crate::store::Lesson;
use crate::time::clock::now_ms;

pub(super) mod appeals;
pub(super) mod held;

/// `GET /api/hours/mine`
pub(super) async fn mine(State(web): State<Arc<Web>>, session: Session) -> Result<Json<MyHours>, Refused> {
    let person = &session.person;
    if !session.is_trainee() {
        return Err(Refused::not_allowed("Only trainees have an account of credit hours."));
    }
    let mine = web.books.mine(&person.person_id, &person.name, now_ms()).await;
    Ok(Json(mine.map_err(Refused::store)?))
}

/// `GET /api/hours/{lesson}`
pub(super) async fn sheet(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Json<protocol::LessonHours>, Refused> {
    let lesson = web.taught(&session, &lesson).await?;
    Ok(Json(web.class_sheet(lesson).await?.into()))
}

/// `GET /api/hours/{lesson}/events.jsonl`: the audit file.
pub(super) async fn events(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Response, Refused> {
    let lesson = web.taught(&session, &lesson).await?;
    let file = web.books.events(&lesson).await.map_err(Refused::store)?;
    Ok(download(&lesson, "jsonl", "application/jsonl", file.into_bytes()))
}

/// `GET /api/hours/{lesson}/sheet.csv`
pub(super) async fn csv(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Response, Refused> {
    let lesson = web.taught(&session, &lesson).await?;
    let table = export::class_sheet(&web.class_sheet(lesson.clone()).await?);
    let file = sheet::write(&table, Kind::Csv).map_err(|error| Refused::store(error.into()))?;
    Ok(download(&lesson, "csv", "text/csv; charset=utf-8", file))
}

/// `GET /api/hours/{lesson}/sheet.xlsx`
pub(super) async fn xlsx(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
) -> Result<Response, Refused> {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let lesson = web.taught(&session, &lesson).await?;
    let table = export::class_sheet(&web.class_sheet(lesson.clone()).await?);
    let file = sheet::write(&table, Kind::Xlsx).map_err(|error| Refused::store(error.into()))?;
    Ok(download(&lesson, "xlsx", XLSX, file))
}

impl Web {
    /// A lesson, for its instructor and for operators.
    async fn taught(&self, session: &Session, lesson: &str) -> Result<Lesson, Refused> {
        let may = match (&session.account, session.person.role) {
            (Some(_), _) => {
                let scope = session.scope(Action::SeeReports);
                let plan = self.store.timetable().lesson(lesson, &session.person.person_id).await;
                plan.map_err(Refused::store)?.is_some_and(|plan| {
                    let of_class = plan.class.is_some_and(|(class, _)| scope.class(&class));
                    scope.everything || plan.tie.teaches || of_class
                })
            }
            (None, Role::Operator) => true,
            (None, Role::Instructor) => session.person.lesson.as_deref() == Some(lesson),
            (None, Role::Trainee) => false,
        };
        if !may {
            return Err(Refused::not_allowed(
                "Only the instructor of this lesson and operators may do that.",
            ));
        }
        let lesson = self.store.lessons().find(lesson).await.map_err(Refused::store)?;
        lesson.ok_or_else(|| Refused::not_found("There is no such lesson."))
    }

    /// The rules of a lesson, by its programme's policy or the server's.
    pub(super) async fn rules_of(&self, lesson: &Lesson) -> Result<HoursRules, Refused> {
        let own = self.store.policies().of_lesson(&lesson.id).await.map_err(Refused::store)?;
        Ok(own.as_ref().unwrap_or(&self.policy).rules(&lesson.plan))
    }

    /// The class sheet with everybody of the lesson, sorted by name.
    async fn class_sheet(&self, lesson: Lesson) -> Result<LessonHours, Refused> {
        let rules = self.rules_of(&lesson).await?;
        let sheet = self.books.sheet(&lesson).await.map_err(Refused::store)?;
        let mut lines: BTreeMap<_, _> = sheet.lines.into_iter().collect();
        let people = self
            .store
            .class_lists()
            .of_lesson(&lesson.id, &lesson.plan.content)
            .await
            .map_err(Refused::store)?;
        let lines = people.into_iter().map(|one| {
            let line = lines.remove(&one.who.id).unwrap_or_default();
            line.shown(one.who, one.of_content, one.of_lesson)
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort_by(|one, other| (&one.name, &one.person).cmp(&(&other.name, &other.person)));
        Ok(LessonHours {
            kind: sheet.kind,
            rules,
            lesson: lesson.id,
            title: lesson.title,
            stage: sheet.stage.map(|(stage, _)| stage),
            computed_at_ms: sheet.stage.map(|(_, computed_at_ms)| computed_at_ms),
            taught_s: sheet.taught_s,
            effective_ch: sheet.effective_ch,
            lines,
        })
    }
}

/// A file to be saved, named after the lesson.
fn download(lesson: &Lesson, ending: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = attachment(&format!("hours-{}", lesson.id), &format!("学时 {}", lesson.title), ending);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, bytes).into_response()
}
