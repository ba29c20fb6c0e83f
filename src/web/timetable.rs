//! Timetables of classes, and announcements to classes and phases: reading and changing them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::Web;
use super::accounts::check_reason;
use super::auth::Body;
use super::auth::Session;
use super::error::Refused;
use super::home::shown;
use crate::account::role::{AccountState, Action, Role as AccountRole};
use crate::lesson::CourseKind;
use crate::office;
use crate::office::accounts::AccountFilter;
use crate::office::timetable::{NewPlan, PlanError};
use crate::protocol::{
    Announcement, CancelLesson, ChangeLesson, NewAnnouncement, PersonName, Refusal, Timetable,
    TimetableLesson,
};
use crate::store::timetable::Planned;
use crate::time::clock::now_ms;
use crate::time::{LocalDate, ServerInstant};

const TITLE_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 5000;
const LESSON_MAX_MS: u64 = 12 * 3_600_000;

/// `GET /api/timetable/{class}`
pub(super) async fn of_class(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(class): Path<String>,
) -> Result<Json<Timetable>, Refused> {
    let grants = session.grants()?;
    let number = web.seen_class(&session, &class).await?;
    let plans =
        web.store.timetable().of_class(&class, &session.person.person_id).await.map_err(Refused::store)?;
    let now = ServerInstant::of_fact(now_ms());
    let lessons = plans.iter().map(|plan| shown(plan, grants, now)).collect();
    Ok(Json(Timetable { class, class_name: format!("{number:03}"), now_ms: now.ms(), lessons }))
}

/// `GET /api/phases/{phase}/studios`
pub(super) async fn studios(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<TimetableLesson>>, Refused> {
    session.may_plan_studios()?;
    let plans =
        web.store.timetable().studios(&phase, &session.person.person_id).await.map_err(Refused::store)?;
    let (grants, now) = (session.grants()?, ServerInstant::of_fact(now_ms()));
    Ok(Json(plans.iter().map(|plan| shown(plan, grants, now)).collect()))
}

/// `PUT /api/timetable/lessons/{lesson}`
pub(super) async fn change(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
    Body(body): Body<ChangeLesson>,
) -> Result<Json<TimetableLesson>, Refused> {
    let known = web.planned_by(&session, &lesson).await?;
    web.check_time(&known, &body).await?;
    check_title(&body.title)?;
    let plan = NewPlan {
        title: body.title.trim(),
        from: ServerInstant::of_fact(body.planned_start_ms),
        to: ServerInstant::of_fact(body.planned_end_ms),
        instructors: &body.instructors,
    };
    office::timetable::change(&web.store, &lesson, &plan, &session.person.person_id).await?;
    web.rooms.recheck_rosters().await;
    web.lesson_shown(&session, &lesson).await
}

/// `POST /api/timetable/lessons/{lesson}/cancel`
pub(super) async fn cancel(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(lesson): Path<String>,
    Body(body): Body<CancelLesson>,
) -> Result<Json<TimetableLesson>, Refused> {
    web.planned_by(&session, &lesson).await?;
    check_reason(&body.reason)?;
    office::timetable::cancel(&web.store, &lesson, &session.person.person_id, &body.reason).await?;
    web.lesson_shown(&session, &lesson).await
}

/// Part of a name; empty finds everybody.
#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    text: String,
}

/// `GET /api/instructors?text=`: people who may teach, by part of a name or a log-in name; at most 100. For
/// people who make timetables, who need not see accounts for it.
pub(super) async fn instructors(
    State(web): State<Arc<Web>>,
    session: Session,
    Query(Named { text }): Query<Named>,
) -> Result<Json<Vec<PersonName>>, Refused> {
    session.may(Action::MakeTimetable)?;
    let text = Some(text).filter(|text| !text.trim().is_empty());
    let role = Some(AccountRole::Instructor);
    let filter = AccountFilter { text, names_only: true, role, ..AccountFilter::default() };
    let found = office::accounts::list(&web.store, &filter).await.map_err(Refused::store)?.accounts;
    let active = found.into_iter().filter(|one| one.state == AccountState::Active);
    Ok(Json(active.map(|one| PersonName { person: one.person, name: one.name }).collect()))
}

/// The class or phase of announcements.
#[derive(Deserialize)]
pub(super) struct To {
    class: Option<String>,
    phase: Option<String>,
}

/// `GET /api/announcements`
pub(super) async fn announcements(
    State(web): State<Arc<Web>>,
    session: Session,
    Query(to): Query<To>,
) -> Result<Json<Vec<Announcement>>, Refused> {
    session.grants()?;
    let announcements = web.store.announcements();
    let found = match (&to.class, &to.phase) {
        (Some(class), None) => {
            web.seen_class(&session, class).await?;
            announcements.to(&[class], &[]).await
        }
        (None, Some(phase)) => {
            web.sees_phase(&session, phase).await?;
            announcements.to(&[], &[phase]).await
        }
        _ => return Err(Refusal::Malformed.into()),
    };
    Ok(Json(found.map_err(Refused::store)?))
}

/// `POST /api/announcements`
pub(super) async fn announce(
    State(web): State<Arc<Web>>,
    session: Session,
    Body(new): Body<NewAnnouncement>,
) -> Result<Json<Announcement>, Refused> {
    web.announces(&session, new.class.as_deref(), new.phase.as_deref()).await?;
    check_title(&new.title)?;
    let length = new.text.trim().chars().count();
    if length == 0 || length > TEXT_CHARS_MAX {
        return Err(Refusal::TextLength.into());
    }
    let id = office::announcements::announce(&web.store, &new, &session.person.person_id)
        .await
        .map_err(Refused::store)?;
    let made = web.store.announcements().find(id).await.map_err(Refused::store)?;
    Ok(Json(made.ok_or_else(not_here)?))
}

/// `DELETE /api/announcements/{id}`
pub(super) async fn take_back(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(id): Path<u64>,
) -> Result<StatusCode, Refused> {
    session.may(Action::Announce)?;
    let known = web.store.announcements().find(id).await.map_err(Refused::store)?.ok_or_else(not_here)?;
    web.announces(&session, known.class.as_deref(), known.phase.as_deref()).await?;
    office::announcements::take_back(&web.store, &known, &session.person.person_id)
        .await
        .map_err(Refused::store)?;
    Ok(StatusCode::NO_CONTENT)
}

impl Session {
    /// Checks the right to plan recording sessions, which have no class: only people who look after all
    /// classes.
    pub(super) fn may_plan_studios(&self) -> Result<(), Refused> {
        if self.may(Action::MakeTimetable)?.everything {
            return Ok(());
        }
        Err(Refused::not_allowed("Only training administrators plan what belongs to no class."))
    }
}

impl Web {
    /// Refuses a new time of a lesson that is empty, too long, or for self-study outside of the days of the
    /// study.
    async fn check_time(&self, lesson: &Planned, plan: &ChangeLesson) -> Result<(), Refused> {
        let length_ms = plan.planned_end_ms.saturating_sub(plan.planned_start_ms);
        let fits = match lesson.slot.kind {
            CourseKind::Live => length_ms <= LESSON_MAX_MS,
            CourseKind::Async => self.is_within_study(lesson, plan).await?,
        };
        if length_ms > 0 && fits {
            return Ok(());
        }
        let message = "A lesson ends after it starts, and is at most 12 hours long; what is studied alone lies within the study.";
        Err(Refused::new(StatusCode::BAD_REQUEST, "bad_time", message))
    }

    /// Whether the new time of a lesson lies within the study of its phase.
    async fn is_within_study(&self, lesson: &Planned, plan: &ChangeLesson) -> Result<bool, Refused> {
        let Some((class, _)) = &lesson.class else { return Ok(true) };
        let (_, phase) =
            self.store.timetable().class(class).await.map_err(Refused::store)?.ok_or_else(not_here)?;
        let study = office::phases::find(&self.store, &phase).await?.study;
        let study = LocalDate::window(study.first, study.last);
        Ok(plan.planned_start_ms >= study.from.ms() && plan.planned_end_ms <= study.to.ms())
    }

    /// The announcements to the asking person, newest first.
    pub(super) async fn announced_to(&self, session: &Session) -> Result<Vec<Announcement>, Refused> {
        let (classes, phases) = self.own_classes(session).await?;
        let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        let phases: Vec<&str> = phases.iter().map(String::as_str).collect();
        self.store.announcements().to(&classes, &phases).await.map_err(Refused::store)
    }

    /// The classes in which a person studies, teaches, or which they look after; and their phases.
    async fn own_classes(&self, session: &Session) -> Result<(Vec<String>, Vec<String>), Refused> {
        let person = &session.person.person_id;
        let studies = self.store.timetable().studies_in(person).await.map_err(Refused::store)?;
        let (mut classes, mut phases): (Vec<String>, Vec<String>) = studies.into_iter().unzip();
        for class in session.scope(Action::SeeReports).classes() {
            if let Some((_, phase)) = self.store.timetable().class(class).await.map_err(Refused::store)? {
                classes.push(class.to_owned());
                phases.push(phase);
            }
        }
        Ok((classes, phases))
    }

    /// Refuses the announcements of a phase to people who neither study nor teach in it, nor see everything.
    async fn sees_phase(&self, session: &Session, phase: &str) -> Result<(), Refused> {
        let (_, phases) = self.own_classes(session).await?;
        let sees_all = session.scope(Action::SeeReports).everything;
        if sees_all || phases.iter().any(|own| own == phase) { Ok(()) } else { Err(not_here()) }
    }

    /// The number of a class that the asking person may see; others do not exist.
    async fn seen_class(&self, session: &Session, class: &str) -> Result<u32, Refused> {
        let known = self.store.timetable().class(class).await.map_err(Refused::store)?;
        let (number, _) = known.ok_or_else(not_here)?;
        let reaches =
            [Action::SeeReports, Action::MakeTimetable].map(|action| session.scope(action).class(class));
        if reaches.contains(&true) {
            return Ok(number);
        }
        let studies =
            self.store.timetable().studies_in(&session.person.person_id).await.map_err(Refused::store)?;
        if studies.iter().any(|(own, _)| own == class) { Ok(number) } else { Err(not_here()) }
    }

    /// A lesson whose plan the asking person may change.
    async fn planned_by(&self, session: &Session, lesson: &str) -> Result<Planned, Refused> {
        let scope = session.may(Action::MakeTimetable)?;
        let plan =
            self.store.timetable().lesson(lesson, &session.person.person_id).await.map_err(Refused::store)?;
        let reaches = |plan: &Planned| {
            scope.everything || plan.class.as_ref().is_some_and(|(class, _)| scope.class(class))
        };
        plan.filter(reaches).ok_or_else(not_here)
    }

    async fn lesson_shown(&self, session: &Session, lesson: &str) -> Result<Json<TimetableLesson>, Refused> {
        let plan =
            self.store.timetable().lesson(lesson, &session.person.person_id).await.map_err(Refused::store)?;
        let plan = plan.ok_or_else(not_here)?;
        Ok(Json(shown(&plan, session.grants()?, ServerInstant::of_fact(now_ms()))))
    }

    /// Checks whether a person may make announcements there.
    async fn announces(
        &self,
        session: &Session,
        class: Option<&str>,
        phase: Option<&str>,
    ) -> Result<(), Refused> {
        let scope = session.may(Action::Announce)?;
        match (class, phase) {
            (Some(class), None) if scope.class(class) => {
                let known = self.store.timetable().class(class).await.map_err(Refused::store)?;
                known.map(drop).ok_or_else(not_here)
            }
            (None, Some(phase)) if scope.everything => {
                let known = self.store.timetable().has_phase(phase).await.map_err(Refused::store)?;
                if known { Ok(()) } else { Err(not_here()) }
            }
            (Some(_), None) => Err(not_here()),
            (None, Some(_)) => Err(Refused::not_allowed("Only training administrators tell a whole phase.")),
            _ => Err(Refusal::Malformed.into()),
        }
    }
}

fn check_title(title: &str) -> Result<(), Refused> {
    let length = title.trim().chars().count();
    if (1..=TITLE_CHARS_MAX).contains(&length) && !title.contains(char::is_control) {
        return Ok(());
    }
    let message = "A title has 1 to 100 characters, in one line.";
    Err(Refused::new(StatusCode::BAD_REQUEST, "bad_title", message))
}

fn not_here() -> Refused {
    Refused::not_found("There is no such class, phase or lesson, or it is not yours.")
}

impl From<PlanError> for Refused {
    fn from(error: PlanError) -> Refused {
        let (status, code, message) = match error {
            PlanError::NotFound => return not_here(),
            PlanError::Store(error) => return Refused::store(error),
            PlanError::Begun => {
                (StatusCode::CONFLICT, "begun", "This lesson has begun, is over or was cancelled.")
            }
            PlanError::Clash => (StatusCode::CONFLICT, "clash", "The class has another lesson then."),
            PlanError::NoInstructor => {
                (StatusCode::BAD_REQUEST, "bad_instructor", "Only people with the role of instructors teach.")
            }
        };
        Refused::new(status, code, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::shared;

    #[test]
    fn the_client_knows_the_limit_of_announcements() {
        assert_eq!(TEXT_CHARS_MAX as u64, shared::limit("announcement_chars_max"));
    }
}
