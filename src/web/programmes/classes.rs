//! Classes, courses, lessons.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use crate::protocol::{
    Action, Class, ClassLesson, Formed, NewClass, NewCourse, NewLessons, NewStudio, OfCourse, PhaseCourse,
    Studio, StudySource,
};
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;
use crate::web::{Web, now_ms};

/// `GET /api/phases/{phase}/classes`
pub(in crate::web) async fn all(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<Class>>, Refused> {
    web.belongs(&session, &phase).await?;
    Ok(Json(web.store.classes(&phase).await?))
}

/// `POST /api/phases/{phase}/classes`
pub(in crate::web) async fn make(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewClass>,
) -> Result<Json<Class>, Refused> {
    session.may(Action::FormClasses)?;
    Ok(Json(web.store.new_class(&session.person.person_id, &phase, &new).await?))
}

/// `PUT /api/classes/{class}`
pub(in crate::web) async fn change(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(class): Path<String>,
    Body(new): Body<NewClass>,
) -> Result<Json<Class>, Refused> {
    session.may(Action::FormClasses)?;
    Ok(Json(web.store.change_class(&session.person.person_id, &class, &new).await?))
}

/// `POST /api/phases/{phase}/classes/form`
pub(in crate::web) async fn form(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Formed>, Refused> {
    session.may(Action::FormClasses)?;
    Ok(Json(web.store.form_classes(&session.person.person_id, &phase, now_ms()).await?))
}

/// `GET /api/phases/{phase}/courses`
pub(in crate::web) async fn courses(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<PhaseCourse>>, Refused> {
    web.belongs(&session, &phase).await?;
    Ok(Json(web.store.courses_of_phase(&phase).await?))
}

/// `POST /api/phases/{phase}/courses`
pub(in crate::web) async fn make_course(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewCourse>,
) -> Result<Json<PhaseCourse>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(web.store.new_course(&session.person.person_id, &phase, &new).await?))
}

/// `POST /api/phases/{phase}/lessons`
pub(in crate::web) async fn make_lessons(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewLessons>,
) -> Result<Json<Vec<ClassLesson>>, Refused> {
    let scope = session.may(Action::MakeTimetable)?;
    may_make(&session, &new.course)?;
    let by = &session.person.person_id;
    Ok(Json(web.store.new_lessons(by, &scope, &phase, &new, &web.policy, now_ms()).await?))
}

/// `POST /api/phases/{phase}/studios`
pub(in crate::web) async fn make_studio(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewStudio>,
) -> Result<Json<Studio>, Refused> {
    session.may_plan_studios()?;
    may_make(&session, &new.course)?;
    let lesson = web.store.new_studio(&session.person.person_id, &phase, &new, now_ms()).await?;
    Ok(Json(Studio { lesson }))
}

/// `GET /api/phases/{phase}/sources`
pub(in crate::web) async fn sources(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<StudySource>>, Refused> {
    session.may(Action::MakeTimetable)?;
    Ok(Json(web.store.study_sources(&phase, &web.policy).await?))
}

/// `GET /api/classes/{class}/lessons`
pub(in crate::web) async fn lessons(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(class): Path<String>,
) -> Result<Json<Vec<ClassLesson>>, Refused> {
    let reaches = [Action::MakeTimetable, Action::SeeRegistrations]
        .into_iter()
        .any(|action| session.may(action).is_ok_and(|scope| scope.class(&class)));
    let person = &session.person.person_id;
    if !reaches && !web.store.is_in_class(&class, person).await.map_err(Refused::store)? {
        return Err(Refused::not_found("There is no such class for you."));
    }
    Ok(Json(web.store.lessons_of_class(&class).await?))
}

/// Courses are made by those who make phases.
fn may_make(session: &Session, course: &OfCourse) -> Result<(), Refused> {
    match course {
        OfCourse::Known(_) => Ok(()),
        OfCourse::New(_) => session.may(Action::MakePhase).map(|_| ()),
    }
}

impl Web {
    /// Staff of the office, and trainees who have a registration in the phase.
    async fn belongs(&self, session: &Session, phase: &str) -> Result<(), Refused> {
        let is_staff = [Action::SeeRegistrations, Action::MakeTimetable]
            .into_iter()
            .any(|action| session.may(action).is_ok_and(|scope| scope.everything || has_some(&scope)));
        if !is_staff {
            self.store.my_registration(&session.person.person_id, phase, now_ms()).await?;
        }
        Ok(())
    }
}

fn has_some(scope: &crate::course::role::Scope) -> bool {
    scope.units().next().is_some() || scope.classes().next().is_some()
}
