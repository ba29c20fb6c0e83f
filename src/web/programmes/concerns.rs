//! Concerns about a timetable: of all planned lessons, and of lessons before they are saved.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use crate::account::role::Action;
use crate::office;
use crate::office::lessons::plans::Planned;
use crate::programme::concerns::{What, concerns};
use crate::protocol::{CheckPlan, Concern, ConcernKind, ConcernLesson};
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;

/// `GET /api/phases/{phase}/concerns`
pub(in crate::web) async fn all(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<Concern>>, Refused> {
    let scope = session.may(Action::MakeTimetable)?;
    Ok(Json(shown(office::lessons::plans::ahead(&web.store, &phase, &scope, &web.policy, now_ms()).await?)))
}

/// `POST /api/phases/{phase}/concerns`
pub(in crate::web) async fn check(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(check): Body<CheckPlan>,
) -> Result<Json<Vec<Concern>>, Refused> {
    let scope = session.may(Action::MakeTimetable)?;
    Ok(Json(shown(
        office::lessons::plans::with(&web.store, &phase, &scope, &check, &web.policy, now_ms()).await?,
    )))
}

fn shown(planned: Planned) -> Vec<Concern> {
    let Planned { plans, names } = planned;
    let found = concerns(plans).into_iter().map(|concern| {
        let (kind, instructor) = match concern.what {
            What::NoInstructor => (ConcernKind::NoInstructor, None),
            What::AtOnce { instructor } => (ConcernKind::AtOnce, names.get(&instructor).cloned()),
            What::TooShort => (ConcernKind::TooShort, None),
        };
        let lessons = concern.lessons.into_iter().map(|plan| ConcernLesson {
            lesson: plan.lesson,
            title: plan.title,
            class_name: plan.class.map(|number| format!("{number:03}")),
            planned_start_ms: plan.time.from.ms(),
            planned_end_ms: plan.time.to.ms(),
            credit_ch: plan.credit_ch,
            worth_ch: plan.worth_ch,
        });
        let count = u32::try_from(concern.count).unwrap_or(u32::MAX);
        Concern { kind, instructor, lessons: lessons.collect(), count }
    });
    found.collect()
}
