//! The people who may watch a recording, and the part of it for each.
//!
//! The people of a lesson may watch its replay from the first minute on; staff may edit it. Published as a
//! course it is shown trimmed, to the audience of the course, and to people who have it as self-study.
//! Operators may do everything, and so may people who make the programme.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::account::role::Action;
use crate::attendance::fact::Audience;
use crate::lesson::Role;
use crate::programme::timetable::Door;
use crate::protocol::Course;
use crate::store::studies::{Bonds, Study};
use crate::store::timetable::Planned;
use crate::store::{Signed, TokenGrant};
use crate::time::ServerInstant;
use crate::time::Stretch;
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::auth::{Bearer, Session};
use crate::web::error::Refused;

/// The viewer: signed in, with a token, or anonymous.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(in crate::web) struct Viewer {
    pub(super) role: Option<Role>,
    /// The lesson the session or token is for.
    lesson: Option<String>,
    /// Person id, of a signed-in session.
    pub(super) person: Option<String>,
    /// The person of the token, if it has one.
    pub(super) player: Option<Signed>,
    /// The seat for the addresses in playlists.
    pub(super) seat: Option<String>,
    /// Signed in with an account: role and lesson are looked up for each lesson.
    account: bool,
    /// The ties to the requested lesson.
    bonds: Bonds,
}

impl FromRequestParts<Arc<Web>> for Viewer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Arc<Web>) -> Result<Viewer, Refused> {
        if parts.headers.contains_key(axum::http::header::AUTHORIZATION) {
            return Ok(Viewer::by_token(Bearer::from_request_parts(parts, web).await?.grant));
        }
        match Session::from_request_parts(parts, web).await {
            Ok(session) => Ok(Viewer::by_session(session)),
            // A course for everybody needs no session.
            Err(refused) if refused.is(StatusCode::UNAUTHORIZED, "signed_out") => Ok(Viewer::default()),
            Err(refused) => Err(refused),
        }
    }
}

impl Viewer {
    pub(super) fn by_session(session: Session) -> Viewer {
        let makes_programmes = session.scope(Action::MakePhase).everything;
        let Session { seat, person, account } = session;
        let role = if makes_programmes { Role::Operator } else { person.role };
        Viewer {
            role: Some(role),
            lesson: person.lesson,
            person: Some(person.person_id),
            seat: Some(seat),
            account: account.is_some(),
            ..Viewer::default()
        }
    }

    pub(super) fn by_token(TokenGrant { role, lesson, person }: TokenGrant) -> Viewer {
        Viewer { role: Some(role), lesson, player: person, ..Viewer::default() }
    }
}

impl Viewer {
    /// The person id, by session or token.
    pub(super) fn key(&self) -> Option<&str> {
        let player = self.player.as_ref().map(|player| player.person_id.as_str());
        self.person.as_deref().or(player)
    }
}

/// The rights of a viewer to a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Access {
    /// Whether the viewer may trim, publish and take back.
    pub(super) edit: bool,
    /// The part that is shown; `None` = all.
    pub(super) window: Option<Stretch>,
    /// Whether the viewer belongs to the recorded class, or looks after all classes.
    pub(super) own: bool,
}

impl Web {
    /// The viewer in the view of this lesson: the role of the account in it, and the other ties to its
    /// recording.
    pub(super) async fn viewer_of(&self, viewer: &Viewer, lesson: &str) -> Result<Viewer, Refused> {
        let mut own = viewer.clone();
        if let (true, Some(person)) = (viewer.account && viewer.role != Some(Role::Operator), &viewer.person)
        {
            own.role = Some(Role::Trainee);
            if let Some(plan) = self.store.timetable().lesson(lesson, person).await.map_err(Refused::store)? {
                let belongs = self.is_on_roster(&plan, person).await?;
                own.role = Some(if plan.tie.teaches { Role::Instructor } else { Role::Trainee });
                own.lesson = (plan.tie.teaches || belongs).then(|| lesson.to_owned());
            }
        }
        if own.role.is_some() && own.lesson.as_deref() != Some(lesson) {
            let now = ServerInstant::of_fact(now_ms());
            let person = own.key().unwrap_or_default();
            own.bonds = self.store.studies().bonds(lesson, person, now).await.map_err(Refused::store)?;
        }
        Ok(own)
    }

    /// Whether a trainee belongs to a lesson by the present roster of its class; a person who was in the
    /// lesson and moved to another class since belongs to it, too. A lesson without a class goes by its
    /// enrolments.
    async fn is_on_roster(&self, plan: &Planned, person: &str) -> Result<bool, Refused> {
        if plan.class.is_none() || plan.tie.placed {
            return Ok(plan.tie.placed || plan.approved_at_ms.is_some());
        }
        let timetable = self.store.timetable();
        timetable.attended_before_moving(&plan.slot.lesson, person).await.map_err(Refused::store)
    }
}

impl Viewer {
    /// Checks whether this viewer may watch a self-study lesson as of `now`.
    pub(super) fn studies(&self, study: &Study, now: ServerInstant) -> Result<(), Refused> {
        match (self.role, study.slot.door(now)) {
            (None, _) => Err(Refused::signed_out()),
            (Some(Role::Operator), _) => Ok(()),
            _ if study.teaches => Ok(()),
            _ if !study.placed => Err(not_here()),
            (_, Door::NotYet) => Err(Refused::new(
                StatusCode::FORBIDDEN,
                "not_yet",
                "This lesson may be watched from its first day on.",
            )),
            (_, Door::Cancelled) => {
                Err(Refused::new(StatusCode::GONE, "cancelled", "This lesson was cancelled."))
            }
            (_, Door::Open | Door::Over) => Ok(()),
        }
    }
}

impl Viewer {
    /// The rights of this viewer to the recording of `lesson`, published as `course` or not at all.
    pub(super) fn access(&self, lesson: &str, course: Option<&Course>) -> Result<Access, Refused> {
        let of_lesson = self.lesson.as_deref() == Some(lesson);
        match (self.role, course) {
            (Some(Role::Operator), _) => Ok(Access { edit: true, window: None, own: true }),
            (Some(Role::Instructor), _) if of_lesson => Ok(Access { edit: true, window: None, own: true }),
            (Some(_), course) if of_lesson => {
                Ok(Access { edit: false, window: course.map(|course| course.shown), own: true })
            }
            (_, Some(course)) if self.bonds.studies || self.is_among(course.audience) => {
                Ok(Access { edit: false, window: Some(course.shown), own: false })
            }
            (None, _) => Err(Refused::signed_out()),
            // The answer does not tell whether there is a recording.
            (Some(_), _) => Err(not_here()),
        }
    }

    /// Whether a course for `audience` is open to a person of another lesson, or without a session.
    fn is_among(&self, audience: Audience) -> bool {
        match audience {
            Audience::Class => false,
            Audience::Programme => self.bonds.programme,
            Audience::Everybody => true,
        }
    }

    /// Like [`Viewer::access`], for changes.
    pub(super) fn edit(&self, lesson: &str) -> Result<&str, Refused> {
        match (&self.person, self.access(lesson, None)?) {
            (Some(person), Access { edit: true, .. }) => Ok(person),
            _ => Err(Refused::not_allowed("Only the instructor of this lesson and operators may do that.")),
        }
    }
}

pub(super) fn not_here() -> Refused {
    Refused::not_found("There is no such recording, or it is not for you.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(role: Option<Role>, lesson: Option<&str>) -> Viewer {
        let person = role.map(|_| "person".to_owned());
        Viewer { role, lesson: lesson.map(str::to_owned), person, ..Viewer::default() }
    }

    #[test]
    fn every_role_sees_exactly_this() {
        use Audience::{Class, Everybody, Programme};
        use Role::{Instructor, Operator, Trainee};
        // For lesson "maths": not published, and published to each audience. "edit": all of it, and editing;
        // "all"; "part": as trimmed; "no".
        let rows = [
            (None, None, ["no", "no", "no", "part"]),
            (Some(Trainee), Some("maths"), ["all", "part", "part", "part"]),
            (Some(Trainee), Some("music"), ["no", "no", "part", "part"]),
            (Some(Trainee), None, ["no", "no", "part", "part"]),
            (Some(Trainee), Some("of another programme"), ["no", "no", "no", "part"]),
            (Some(Instructor), Some("maths"), ["edit", "edit", "edit", "edit"]),
            (Some(Instructor), Some("music"), ["no", "no", "part", "part"]),
            (Some(Operator), None, ["edit", "edit", "edit", "edit"]),
        ];
        let shown = Stretch { from_ms: 10, to_ms: 20 };
        for (role, lesson, expected) in rows {
            let mut viewer = viewer(role, lesson);
            viewer.bonds.programme = role.is_some() && lesson != Some("of another programme");
            for (audience, expected) in
                [None, Some(Class), Some(Programme), Some(Everybody)].iter().zip(expected)
            {
                let course = audience.map(|audience| Course {
                    title: "Maths".into(),
                    description: String::new(),
                    speaker: String::new(),
                    tags: vec![],
                    listed: false,
                    shown,
                    audience,
                });
                let found = match viewer.access("maths", course.as_ref()) {
                    Ok(Access { edit: true, window: None, own: true }) => "edit",
                    Ok(Access { edit: false, window: None, own: true }) => "all",
                    Ok(Access { edit: false, window: Some(window), own }) if window == shown => {
                        assert_eq!(own, lesson == Some("maths"), "{role:?} {lesson:?}");
                        "part"
                    }
                    Ok(other) => panic!("{other:?}"),
                    Err(_) => "no",
                };
                assert_eq!(found, expected, "{role:?} {lesson:?} {audience:?}");
            }
            assert_eq!(viewer.edit("maths").is_ok(), expected[0] == "edit", "{role:?} {lesson:?}");
        }
    }

    #[test]
    fn who_studies_it_alone_sees_what_was_published_and_nothing_else() {
        let mut viewer = viewer(Some(Role::Trainee), Some("theory"));
        viewer.bonds.studies = true;
        let shown = Stretch { from_ms: 10, to_ms: 20 };
        let (title, description) = ("Maths".into(), String::new());
        let course = Course {
            title,
            description,
            speaker: String::new(),
            tags: vec![],
            listed: false,
            shown,
            audience: Audience::Class,
        };
        let access = viewer.access("maths", Some(&course)).ok();
        assert_eq!(access, Some(Access { edit: false, window: Some(shown), own: false }));
        assert!(viewer.access("maths", None).is_err(), "taken back");
    }

    #[test]
    fn a_token_watches_but_does_not_edit() {
        let mut viewer = viewer(Some(Role::Instructor), Some("maths"));
        viewer.person = None;
        assert!(viewer.access("maths", None).is_ok());
        assert!(viewer.edit("maths").is_err());
    }
}
