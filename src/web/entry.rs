//! Who comes into the room of a lesson, and as whom. People of one-click links come into the lesson of their
//! link; for people with accounts the server decides at the door, by roles, place and time (I-11, I-12).

use axum::http::StatusCode;

use super::auth::Session;
use super::error::Refused;
use super::{Web, now_ms};
use crate::attendance::interval::ServerInstant;
use crate::course::timetable::{Door, Outside, Tie, enter};
use crate::live::room::Identity;
use crate::protocol::{AccountRole, CourseKind, Refusal, Role, RoleGrant};
use crate::store::timetable::Planned;

impl Web {
    /// Whoever is signed in, as somebody of this lesson.
    pub(super) async fn entrant(&self, session: &Session, lesson: &str) -> Result<Identity, Refused> {
        let person = &session.person;
        let Some(account) = &session.account else {
            if person.role != Role::Operator && person.lesson.as_deref() != Some(lesson) {
                return Err(Refused::not_allowed("Your sign-in is for another lesson."));
            }
            if self.store.is_cancelled(lesson).await.map_err(Refused::store)? {
                return Err(closed(Outside::Door(Door::Cancelled)));
            }
            return Ok(person.clone().into());
        };
        let plan = self.store.planned(lesson, &person.person_id).await.map_err(Refused::store)?;
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

/// What binds somebody with these roles to the lesson. Class administrators watch over their classes.
pub(super) fn tie(plan: &Planned, grants: &[RoleGrant]) -> Tie {
    let class = plan.class.as_ref().map(|(class, _)| class);
    let watches = grants.iter().any(|grant| match grant.role {
        AccountRole::Operator => true,
        AccountRole::ClassAdmin => class.is_some() && grant.class.as_ref() == class,
        _ => false,
    });
    Tie { watches, ..plan.tie }
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
