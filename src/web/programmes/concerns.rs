//! What is unusual about a timetable: of all that is planned, and of lessons before they are saved.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};

use crate::course::concerns::{What, concerns};
use crate::protocol::{Action, CheckPlan, Concern, ConcernKind, ConcernLesson};
use crate::store::programmes::Planned;
use crate::web::auth::{Body, Session};
use crate::web::error::Refused;
use crate::web::{Web, now_ms};

/// `GET /api/phases/{phase}/concerns`
pub(in crate::web) async fn all(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
) -> Result<Json<Vec<Concern>>, Refused> {
    let scope = session.may(Action::MakeTimetable)?;
    Ok(Json(shown(web.store.plans_ahead(&phase, &scope, &web.policy, now_ms()).await?)))
}

/// `POST /api/phases/{phase}/concerns`
pub(in crate::web) async fn check(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(phase): Path<String>,
    Body(check): Body<CheckPlan>,
) -> Result<Json<Vec<Concern>>, Refused> {
    let scope = session.may(Action::MakeTimetable)?;
    Ok(Json(shown(web.store.plans_with(&phase, &scope, &check, &web.policy, now_ms()).await?)))
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
