//! Classes, courses, lessons.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use crate::account::role::Action;
use crate::office;
use crate::protocol::{
    Class, ClassLesson, Formed, NewClass, NewCourse, NewLessons, NewStudio, OfCourse, PhaseCourse, Studio,
    StudySource,
};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;

/// `GET /api/phases/{phase}/classes`
pub(in crate::web) async fn all(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<Class>>, Refused> {
    web.belongs(&session, &phase).await?;
    Ok(Json(office::classes::all(&web.store, &phase).await?))
}

/// `POST /api/phases/{phase}/classes`
pub(in crate::web) async fn make(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewClass>,
) -> Result<Json<Class>, Refused> {
    session.may(Action::FormClasses)?;
    Ok(Json(office::classes::make(&web.store, &session.person.person_id, &phase, &new).await?))
}

/// `PUT /api/classes/{class}`
pub(in crate::web) async fn change(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(class): Path<String>,
    Body(new): Body<NewClass>,
) -> Result<Json<Class>, Refused> {
    session.may(Action::FormClasses)?;
    Ok(Json(office::classes::change(&web.store, &session.person.person_id, &class, &new).await?))
}

/// `POST /api/phases/{phase}/classes/form`
pub(in crate::web) async fn form(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Formed>, Refused> {
    session.may(Action::FormClasses)?;
    Ok(Json(office::classes::form(&web.store, &session.person.person_id, &phase, now_ms()).await?))
}

/// `GET /api/phases/{phase}/courses`
pub(in crate::web) async fn courses(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<PhaseCourse>>, Refused> {
    web.belongs(&session, &phase).await?;
    Ok(Json(office::courses::all(&web.store, &phase).await?))
}

/// `POST /api/phases/{phase}/courses`
pub(in crate::web) async fn make_course(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(new): Body<NewCourse>,
) -> Result<Json<PhaseCourse>, Refused> {
    session.may(Action::MakePhase)?;
    Ok(Json(office::courses::make(&web.store, &session.person.person_id, &phase, &new).await?))
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
    Ok(Json(office::lessons::make(&web.store, by, &scope, &phase, &new, &web.policy, now_ms()).await?))
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
    let lesson =
        office::lessons::make_studio(&web.store, &session.person.person_id, &phase, &new, now_ms()).await?;
    Ok(Json(Studio { lesson }))
}

/// `GET /api/phases/{phase}/sources`
pub(in crate::web) async fn sources(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<StudySource>>, Refused> {
    session.may(Action::MakeTimetable)?;
    Ok(Json(office::lessons::sources(&web.store, &phase, &web.policy).await?))
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
    if !reaches && !web.store.classes().has(&class, person).await.map_err(Refused::store)? {
        return Err(Refused::not_found("There is no such class for you."));
    }
    Ok(Json(office::lessons::of_class(&web.store, &class).await?))
}

/// Checks the right to make a course, which is that to make phases.
fn may_make(session: &Session, course: &OfCourse) -> Result<(), Refused> {
    match course {
        OfCourse::Known(_) => Ok(()),
        OfCourse::New(_) => session.may(Action::MakePhase).map(|_| ()),
    }
}

impl Web {
    /// Checks that the person is staff of the office, or a trainee with a registration in the phase.
    async fn belongs(&self, session: &Session, phase: &str) -> Result<(), Refused> {
        let is_staff = [Action::SeeRegistrations, Action::MakeTimetable]
            .into_iter()
            .any(|action| session.may(action).is_ok_and(|scope| scope.everything || has_some(&scope)));
        if !is_staff {
            office::registrations::own::find(&self.store, &session.person.person_id, phase, now_ms()).await?;
        }
        Ok(())
    }
}

fn has_some(scope: &crate::account::role::Scope) -> bool {
    scope.units().next().is_some() || scope.classes().next().is_some()
}
