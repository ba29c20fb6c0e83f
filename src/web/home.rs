//! The home of people with accounts: what is now or next, the timetable, announcements, help; and the same
//! timetable as a calendar file at a secret address.

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
use super::{Web, now_ms, origin};
use crate::attendance::interval::{ServerInstant, Spans};
use crate::config::Tls;
use crate::course::calendar::{self, Meeting};
use crate::course::timetable::{Slot, now_or_next};
use crate::protocol::{CalendarAddress, Help, Home, RoleGrant, SelfStudy, TimetableLesson};
use crate::store::studies::Study;
use crate::store::timetable::Planned;

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
        help: web.help(),
        has_calendar: web.store.has_calendar(person).await.map_err(Refused::store)?,
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
    let secret = web.store.new_calendar(&session.person.person_id).await.map_err(Refused::store)?;
    Ok(Json(CalendarAddress { path: format!("/calendar/{secret}.ics") }))
}

/// `DELETE /api/calendar`
pub(super) async fn forget_calendar(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<StatusCode, Refused> {
    session.grants()?;
    web.store.forget_calendar(&session.person.person_id).await.map_err(Refused::store)?;
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
    let person = web.store.calendar_of(secret).await.map_err(Refused::store)?.ok_or_else(not_here)?;
    let account = web.store.account(&person).await.map_err(Refused::store)?.ok_or_else(not_here)?;
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

/// What a calendar says about a lesson beside its title. Calendars are read in Chinese.
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

    /// The lessons that somebody with these roles enters, by planned start.
    async fn own_plans(&self, person: &str, grants: &[RoleGrant]) -> Result<Vec<Planned>, Refused> {
        let mut plans = self.store.own_timetable(person).await.map_err(Refused::store)?;
        plans.retain(|plan| tie(plan, grants).role().is_some());
        Ok(plans)
    }

    /// What somebody studies alone, with what was done of it.
    async fn own_studies(&self, person: &str, now: ServerInstant) -> Result<Vec<SelfStudy>, Refused> {
        let studies = self.store.own_studies(person).await.map_err(Refused::store)?;
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

    /// How the asker reaches this server.
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

/// A lesson as whoever has these roles sees it.
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
