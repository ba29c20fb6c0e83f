//! Entering the room of a lesson, and the role there. People of one-click links enter the lesson of their
//! link; for people with accounts the server decides at the door, by roles, place and time (I-11, I-12).

use axum::http::StatusCode;

use super::Web;
use super::auth::Session;
use super::error::Refused;
use crate::account::role::RoleGrant;
use crate::lesson::{CourseKind, Role};
use crate::live::room::Identity;
use crate::programme::timetable::{Door, Outside, Tie, enter};
use crate::protocol::Refusal;
use crate::store::timetable::Planned;
use crate::time::ServerInstant;
use crate::time::clock::now_ms;

impl Web {
    /// The identity of the session's person in this lesson.
    pub(super) async fn entrant(&self, session: &Session, lesson: &str) -> Result<Identity, Refused> {
        let person = &session.person;
        let Some(account) = &session.account else {
            if person.role != Role::Operator && person.lesson.as_deref() != Some(lesson) {
                return Err(Refused::not_allowed("Your sign-in is for another lesson."));
            }
            if self.store.lessons().is_cancelled(lesson).await.map_err(Refused::store)? {
                return Err(closed(Outside::Door(Door::Cancelled)));
            }
            return Ok(person.clone().into());
        };
        let plan = self.store.timetable().lesson(lesson, &person.person_id).await.map_err(Refused::store)?;
        let plan = plan
            .filter(|plan| plan.slot.kind == CourseKind::Live)
            .ok_or_else(|| Refused::from(Refusal::NotFound))?;
        let tie = tie(&plan, &account.grants);
        let role = enter(&plan.slot, tie, ServerInstant::of_fact(now_ms())).map_err(closed)?;
        Ok(Identity {
            person: person.person_id.clone(),
            name: person.name.clone(),
            role,
            approved_at_ms: plan.approved_at_ms,
        })
    }
}

/// The tie of a person with these roles to the lesson.
pub(super) fn tie(plan: &Planned, grants: &[RoleGrant]) -> Tie {
    plan.tie.with_roles(plan.class.as_ref().map(|(class, _)| class.as_str()), grants)
}

fn closed(outside: Outside) -> Refused {
    let (status, code, message) = match outside {
        Outside::NotPlaced => {
            (StatusCode::FORBIDDEN, "not_placed", "You have no place in the class of this lesson.")
        }
        Outside::Door(Door::NotYet) => {
            (StatusCode::FORBIDDEN, "not_yet", "The doors open 30 minutes before the lesson.")
        }
        Outside::Door(Door::Cancelled) => (StatusCode::GONE, "cancelled", "This lesson was cancelled."),
        Outside::Door(Door::Over | Door::Open) => return Refusal::Ended.into(),
    };
    Refused::new(status, code, message)
}
