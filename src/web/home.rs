//! The home of people with accounts: the lesson that is now or next, the timetable, announcements, help; and
//! the same timetable as a calendar file at a secret address.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::auth::{Peer, Session};
use super::entry::tie;
use super::error::Refused;
use super::origin::Outside;
use super::{Web, origin};
use crate::account::role::RoleGrant;
use crate::config::Tls;
use crate::office;
use crate::office::goals;
use crate::programme::calendar::{self, Meeting};
use crate::programme::timetable::{Slot, now_or_next};
use crate::protocol::{CalendarAddress, Help, Home, SelfStudy, TimetableLesson};
use crate::store::studies::Study;
use crate::store::timetable::Planned;
use crate::time::clock::now_ms;
use crate::time::{ServerInstant, Spans};

/// `GET /api/home`
pub(super) async fn home(State(web): State<Arc<Web>>, session: Session) -> Result<Json<Home>, Refused> {
    let grants = session.grants()?;
    let person = &session.person.person_id;
    let now = ServerInstant::of_fact(now_ms());
    let plans = web.own_plans(person, grants).await?;
    let slots: Vec<Slot> = plans.iter().map(|plan| plan.slot.clone()).collect();
    let next = now_or_next(&slots, now).map(|slot| slot.lesson.clone());
    let timetable: Vec<TimetableLesson> = plans.iter().map(|plan| shown(plan, grants, now)).collect();
    Ok(Json(Home {
        now_ms: now.ms(),
        now_or_next: timetable.iter().find(|lesson| Some(&lesson.lesson) == next.as_ref()).cloned(),
        announcements: web.announced_to(&session).await?,
        timetable,
        studies: web.own_studies(person, now).await?,
        goals: goals::of(&web.store, &web.books, person, now.ms()).await?,
        help: web.help(),
        has_calendar: web.store.calendars().has(person).await.map_err(Refused::store)?,
    }))
}

/// `GET /api/help`
pub(super) async fn help(State(web): State<Arc<Web>>) -> Json<Help> {
    Json(web.help())
}

/// `POST /api/calendar`
pub(super) async fn new_calendar(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Json<CalendarAddress>, Refused> {
    session.grants()?;
    let secret =
        office::calendars::make(&web.store, &session.person.person_id).await.map_err(Refused::store)?;
    Ok(Json(CalendarAddress { path: format!("/calendar/{secret}.ics") }))
}

/// `DELETE /api/calendar`
pub(super) async fn forget_calendar(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<StatusCode, Refused> {
    session.grants()?;
    web.store.calendars().delete(&session.person.person_id).await.map_err(Refused::store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /calendar/{secret}.ics`
pub(super) async fn calendar(
    State(web): State<Arc<Web>>,
    Path(file): Path<String>,
    Peer(peer): Peer,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let not_here = || Refused::not_found("There is no such calendar; its address may have been taken back.");
    let secret = file.strip_suffix(".ics").ok_or_else(not_here)?;
    let person = web.store.calendars().person(secret).await.map_err(Refused::store)?.ok_or_else(not_here)?;
    let account = web.store.accounts().of(&person).await.map_err(Refused::store)?.ok_or_else(not_here)?;
    let plans = web.own_plans(&person, &account.grants).await?;
    let base = web.base(peer, &headers);
    let meeting = |plan: Planned| Meeting {
        uid: format!("{}@live-classroom", plan.slot.lesson),
        url: format!("{base}/lesson/{}", plan.slot.lesson),
        details: details(&plan),
        title: plan.title,
        from: plan.slot.planned_start,
        to: plan.slot.planned_end,
        cancelled: plan.slot.cancelled,
    };
    let meetings: Vec<Meeting> = plans.into_iter().map(meeting).collect();
    let text = calendar::file(&web.support.platform, ServerInstant::of_fact(now_ms()), &meetings);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300")),
    ];
    Ok((headers, text).into_response())
}

/// A calendar's details of a lesson beside its title. Calendars are read in Chinese.
fn details(plan: &Planned) -> String {
    let class = plan.class.as_ref().map(|(_, number)| format!("班级：{number} 班"));
    let names: Vec<&str> = plan.instructors.iter().map(|instructor| instructor.name.as_str()).collect();
    let instructors = (!names.is_empty()).then(|| format!("讲师：{}", names.join("、")));
    class.into_iter().chain(instructors).collect::<Vec<_>>().join("\n")
}

impl Web {
    fn help(&self) -> Help {
        let support = self.support.clone();
        Help { platform: support.platform, organisation: support.organisation, contacts: support.contacts }
    }

    /// The lessons of a person with these roles, by planned start.
    async fn own_plans(&self, person: &str, grants: &[RoleGrant]) -> Result<Vec<Planned>, Refused> {
        let mut plans = self.store.timetable().of_person(person).await.map_err(Refused::store)?;
        plans.retain(|plan| tie(plan, grants).role().is_some());
        Ok(plans)
    }

    /// The self-study lessons of a person, with the progress.
    async fn own_studies(&self, person: &str, now: ServerInstant) -> Result<Vec<SelfStudy>, Refused> {
        let studies = self.store.studies().of_person(person).await.map_err(Refused::store)?;
        let shown = |study: Study| SelfStudy {
            door: study.slot.door(now),
            from_ms: study.slot.planned_start.ms(),
            until_ms: study.slot.planned_end.ms(),
            length_ms: study.course.as_ref().map(Spans::length_ms),
            covered_ms: study.course.as_ref().map_or(0, |course| study.covered.and(course).length_ms()),
            lesson: study.slot.lesson,
            title: study.title,
            class_name: format!("{:03}", study.class),
            credit_ch: study.credit_ch,
            completed: study.completed,
        };
        Ok(studies.into_iter().map(shown).collect())
    }

    /// The address at which the visitor reaches this server.
    pub(super) fn base(&self, peer: SocketAddr, headers: &HeaderMap) -> String {
        let outside = match self.server.origins.first() {
            Some(origin) => origin.trim_end_matches('/').to_owned(),
            None => {
                let Outside { scheme, host } = self.outside(peer, headers);
                format!("{scheme}://{host}")
            }
        };
        outside + self.base_path()
    }

    pub(super) fn outside(&self, peer: SocketAddr, headers: &HeaderMap) -> Outside {
        origin::outside(peer, headers, &self.server.proxies, self.server.tls != Tls::Off)
    }
}

/// A lesson in the view of a person with these roles.
pub(super) fn shown(plan: &Planned, grants: &[RoleGrant], now: ServerInstant) -> TimetableLesson {
    let slot = &plan.slot;
    TimetableLesson {
        lesson: slot.lesson.clone(),
        kind: slot.kind,
        title: plan.title.clone(),
        class: plan.class.as_ref().map(|(class, _)| class.clone()),
        class_name: plan.class.as_ref().map(|(_, number)| format!("{number:03}")),
        planned_start_ms: slot.planned_start.ms(),
        planned_end_ms: slot.planned_end.ms(),
        opens_at_ms: slot.opens_at().ms(),
        credit_ch: plan.credit_ch,
        state: slot.state,
        door: slot.door(now),
        instructors: plan.instructors.clone(),
        enter_as: tie(plan, grants).role(),
    }
}
