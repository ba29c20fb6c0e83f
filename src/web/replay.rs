//! The replay (回放): its page, the record of watching, publishing as a course. [`access`] says who may do
//! what, [`entitled`] remembers it, [`shelf`] holds the manifests, [`media`] serves playlists and segments,
//! [`served`] remembers to whom.

use std::sync::{Arc, MutexGuard};
use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use self::access::{Access, Viewer, not_here};
use self::entitled::Entitlement;
use self::served::Served;
pub use self::shelf::Shelf;
use super::Web;
use super::auth::Body;
use super::error::Refused;
use super::rate::Act;
use crate::attendance::coverage::{Coverage, Heartbeat, Rules, media as media_of, stretches};
use crate::attendance::fact::{Audience, Fact, What};
use crate::lesson::{ClassState, Role};
use crate::office;
use crate::office::books::Heard;
use crate::programme::timetable::Door;
use crate::protocol::{Course, Progress, Replay, WatchAnswer, Watched};
use crate::recording::catalogue;
use crate::recording::manifest::Manifest;
use crate::recording::replay::{Shown, recorded, shown};
use crate::store::random_hex;
use crate::store::studies::Study;
use crate::text::plain;
use crate::time::ServerInstant;
use crate::time::Stretch;
use crate::time::clock::now_ms;

mod access;
pub(super) mod download;
pub(super) mod entitled;
pub(super) mod media;
pub(super) mod served;
mod shelf;
pub(super) mod ticket;

/// Longest title and description of a course, characters.
const TITLE_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 2000;
/// Fastest watching that counts, thousandths (CR-11: R_MAX).
const RATE_MAX_PERMILLE: u32 = 1000;

/// A recording that the viewer asked for and may watch.
struct Found {
    recording: String,
    manifest: Arc<Manifest>,
    course: Option<Course>,
    access: Access,
}

impl Found {
    /// The part of the recording in a download: that of the course, else everything.
    fn shown(&self) -> Option<Stretch> {
        self.course.as_ref().map(|course| course.shown)
    }
}

impl Web {
    /// The recording of a lesson, if this viewer may watch it.
    async fn find(&self, viewer: &Viewer, lesson: &str) -> Result<Found, Refused> {
        let entitlement = self.entitlement(viewer, lesson).await?;
        self.open(entitlement).await
    }

    /// The rights of this viewer to the recording of a lesson.
    async fn entitlement(&self, viewer: &Viewer, lesson: &str) -> Result<Entitlement, Refused> {
        let course = self.store.publications().of(lesson).await.map_err(Refused::store)?;
        let access = viewer.access(lesson, course.as_ref())?;
        let Some(recording) = self.store.recordings().of(lesson).await.map_err(Refused::store)? else {
            return Err(self.nothing(lesson).await);
        };
        Ok(Entitlement { viewer: viewer.clone(), lesson: lesson.to_owned(), recording, course, access })
    }

    /// The rights to a recording, from memory if asked before.
    async fn entitled(&self, viewer: Viewer, recording: String) -> Result<Entitlement, Refused> {
        let changes = self.store.rights_changes();
        if let Some(known) = self.entitlements.get(Instant::now(), changes, &viewer, &recording) {
            return Ok(known);
        }
        let lesson = self.store.recordings().lesson(&recording).await.map_err(Refused::store)?;
        let lesson = lesson.ok_or_else(not_here)?;
        let own = self.viewer_of(&viewer, &lesson).await?;
        let found = self.entitlement(&own, &lesson).await?;
        self.entitlements.keep(Instant::now(), changes, viewer, recording, found.clone());
        Ok(found)
    }

    /// The recording, if the viewer may watch it.
    async fn open(&self, entitlement: Entitlement) -> Result<Found, Refused> {
        let Entitlement { viewer, lesson, recording, course, access } = entitlement;
        let Some(manifest) = self.manifest(&recording).await? else {
            return Err(self.nothing(&lesson).await);
        };
        // Removed trainees may not watch the live recording.
        if let (Some(Role::Trainee), Some(person), true) = (viewer.role, viewer.key(), manifest.open)
            && self.store.facts().was_removed(&lesson, person).await.map_err(Refused::store)?
        {
            return Err(not_here());
        }
        Ok(Found { recording, manifest, course, access })
    }

    fn served(&self) -> MutexGuard<'_, Served> {
        self.served.lock().expect("no holder of this lock panics")
    }

    /// The refusal for a lesson without a recording: it says whether one may still come.
    async fn nothing(&self, lesson: &str) -> Refused {
        match self.store.lessons().find(lesson).await {
            Ok(Some(known)) if known.state != ClassState::Ended => not_ready(),
            Ok(_) => not_here(),
            Err(error) => Refused::store(error),
        }
    }

    async fn manifest(&self, recording: &str) -> Result<Option<Arc<Manifest>>, Refused> {
        let (shelf, id) = (self.shelf.clone(), recording.to_owned());
        let read = tokio::task::spawn_blocking(move || shelf.manifest(&id)).await;
        read.map_err(anyhow::Error::from).and_then(|read| read.map_err(Into::into)).map_err(Refused::store)
    }
}

/// The recording and viewer of an address with a lesson.
struct Asked {
    viewer: Viewer,
    found: Found,
    /// A self-study lesson, which shows the recording of another one.
    study: Option<Study>,
}

impl Asked {
    /// The person whose watching is counted.
    fn learner(&self) -> Option<&str> {
        let learns = match &self.study {
            Some(study) => study.placed,
            None => self.viewer.role == Some(Role::Trainee),
        };
        self.viewer.person.as_deref().filter(|_| learns)
    }
}

impl Web {
    async fn ask(&self, viewer: &Viewer, lesson: &str) -> Result<Asked, Refused> {
        let person = viewer.person.as_deref().unwrap_or_default();
        let study = self.store.studies().find(lesson, person).await.map_err(Refused::store)?;
        let Some(study) = study else {
            let viewer = self.viewer_of(viewer, lesson).await?;
            let found = self.find(&viewer, lesson).await?;
            return Ok(Asked { viewer, found, study: None });
        };
        let viewer = self.viewer_of(viewer, &study.source).await?;
        viewer.studies(&study, ServerInstant::of_fact(now_ms()))?;
        if study.course.is_none() {
            let message = "The recording of this lesson is not published.";
            return Err(Refused::new(StatusCode::NOT_FOUND, "unpublished", message));
        }
        let mut found = self.find(&viewer, &study.source).await?;
        // The recording is trimmed and published at its own lesson.
        found.access = Access { edit: false, window: found.shown(), ..found.access };
        Ok(Asked { viewer, found, study: Some(study) })
    }
}

/// `GET /api/replay/{lesson}`
pub(super) async fn show(
    State(web): State<Arc<Web>>,
    viewer: Viewer,
    Path(lesson): Path<String>,
) -> Result<Json<Replay>, Refused> {
    let asked = web.ask(&viewer, &lesson).await?;
    let known = web.store.lessons().find(&lesson).await.map_err(Refused::store)?.ok_or_else(not_here)?;
    let (mut progress, mut earns) = (None, None);
    if let Some(person) = asked.learner() {
        let coverage = web.store.watched().of(&lesson, person).await.map_err(Refused::store)?;
        progress = Some(web.progress(&lesson, person, &coverage).await?);
        earns = web.books.earns(&lesson, person).await.map_err(Refused::store)?;
    }
    let Asked { found: Found { recording, manifest, course, access }, study, .. } = asked;
    // A self-study lesson has its own title.
    let course = course.map(|course| match &study {
        Some(study) => Course { title: study.title.clone(), ..course },
        None => course,
    });
    let title = course.as_ref().map_or(known.title, |course| course.title.clone());
    let parts = shown(&manifest, access.window);
    let parts = if access.own { parts } else { parts.for_others() };
    let Shown { duration_ms, tracks, gaps, breaks, off_record, chapters, chat } = parts;
    Ok(Json(Replay {
        lesson,
        title,
        recording,
        live: manifest.open,
        started_at_ms: manifest.started_at_ms,
        duration_ms,
        tracks,
        gaps,
        breaks,
        off_record,
        chapters,
        chat,
        course,
        may_edit: access.edit,
        progress,
        earns,
    }))
}

/// `POST /api/replay/{lesson}/watched`: a heartbeat of a person who watches.
pub(super) async fn watched(
    State(web): State<Arc<Web>>,
    viewer: Viewer,
    Path(lesson): Path<String>,
    Body(body): Body<Watched>,
) -> Result<Json<WatchAnswer>, Refused> {
    let asked = web.ask(&viewer, &lesson).await?;
    let Some(person) = asked.learner() else {
        return Err(Refused::not_allowed("Only what trainees watch is counted."));
    };
    // Each is a synced write, and facts of classes wait for the same disk.
    web.allow(Act::Heartbeat, person)?;
    let Found { recording, manifest, .. } = &asked.found;
    let rules = Rules {
        duration_ms: manifest.duration_ms,
        rate_max_permille: RATE_MAX_PERMILLE,
        recorded: media_of(&recorded(manifest)),
    };
    let now_ms = now_ms();
    let closed = web.store.studies().is_over(&lesson, now_ms).await.map_err(Refused::store)?;
    let over = closed
        || match &asked.study {
            Some(study) => study.slot.door(ServerInstant::of_fact(now_ms)) != Door::Open,
            None => web.books.makeup_is_over(&lesson, person, now_ms).await.map_err(Refused::store)?,
        };
    let counts = !over && !web.rooms.attends_any(person).await;
    let played = Stretch { from_ms: body.from_ms, to_ms: body.to_ms };
    let nonce = random_hex::<16>().map_err(Refused::store)?;
    let heartbeat = Heartbeat { played, answer: body.answer, counts, nonce };
    let change = |coverage: &mut Coverage| coverage.heartbeat(now_ms, &heartbeat, &rules);
    let sent = web.served().of(person, recording);
    let heard = Heard { at_ms: now_ms, counts, sent: Some((recording, &sent)) };
    let noted = web.books.watch(&lesson, person, heard, change).await;
    let (coverage, cut) = noted.map_err(Refused::store)?;
    Ok(Json(WatchAnswer { progress: web.progress(&lesson, person, &coverage).await?, cut }))
}

/// `PUT /api/replay/{lesson}/course`: publishes a course, or changes it.
pub(super) async fn publish(
    State(web): State<Arc<Web>>,
    viewer: Viewer,
    Path(lesson): Path<String>,
    Body(mut course): Body<Course>,
) -> Result<StatusCode, Refused> {
    let viewer = web.viewer_of(&viewer, &lesson).await?;
    let by = viewer.edit(&lesson)?;
    let Found { manifest, .. } = web.find(&viewer, &lesson).await?;
    check(&mut course, manifest.duration_ms)?;
    if manifest.open {
        return Err(Refused::new(
            StatusCode::CONFLICT,
            "not_ready",
            "The class still runs; publish it after its end.",
        ));
    }
    let played = shown(&manifest, Some(course.shown)).played();
    office::publications::publish(&web.store, &lesson, &course, &played, by, now_ms())
        .await
        .map_err(Refused::store)?;
    let Course { title, shown, audience, .. } = course;
    let (from_ms, to_ms) = (shown.from_ms, shown.to_ms);
    web.note(lesson, What::CoursePublished { by: by.into(), title, audience, from_ms, to_ms }).await
}

/// `DELETE /api/replay/{lesson}/course`: takes a course back.
pub(super) async fn withdraw(
    State(web): State<Arc<Web>>,
    viewer: Viewer,
    Path(lesson): Path<String>,
) -> Result<StatusCode, Refused> {
    let viewer = web.viewer_of(&viewer, &lesson).await?;
    let by = viewer.edit(&lesson)?;
    if !office::publications::withdraw(&web.store, &lesson, by).await.map_err(Refused::store)? {
        return Err(Refused::not_found("This recording is not published."));
    }
    web.note(lesson, What::CourseWithdrawn { by: by.into() }).await
}

impl Web {
    async fn progress(&self, lesson: &str, person: &str, coverage: &Coverage) -> Result<Progress, Refused> {
        let completed = self.books.completed(lesson, person).await.map_err(Refused::store)?;
        Ok(Progress {
            covered: stretches(&coverage.covered),
            covered_ms: coverage.covered.length_ms(),
            position_ms: coverage.position_ms,
            check: coverage.check.clone(),
            completed,
        })
    }

    /// Records a privileged act.
    async fn note(&self, lesson: String, what: What) -> Result<StatusCode, Refused> {
        let fact = Fact { lesson, person: None, at_ms: now_ms(), what };
        self.store.facts().append(vec![fact]).await.map_err(Refused::store)?;
        Ok(StatusCode::NO_CONTENT)
    }
}

fn check(course: &mut Course, duration_ms: u64) -> Result<(), Refused> {
    let refused = |code, message| Err(Refused::new(StatusCode::BAD_REQUEST, code, message));
    let title = course.title.trim().chars().count();
    if title == 0 || title > TITLE_MAX {
        return refused("title_length", "A course needs a title of at most 100 characters.");
    }
    if course.description.chars().count() > DESCRIPTION_MAX {
        return refused("description_length", "The description may have at most 2000 characters.");
    }
    if course.shown.from_ms >= course.shown.to_ms || course.shown.to_ms > duration_ms {
        return refused("shown", "The start must lie before the end, and both within the recording.");
    }
    course.speaker = plain::text(&course.speaker);
    if course.speaker.chars().count() > catalogue::SPEAKER_CHARS_MAX {
        return refused("speaker_length", "The names of those who teach may have at most 60 characters.");
    }
    let Some(tags) = catalogue::tags(&course.tags) else {
        return refused("tags", "A course may have at most 8 tags, of at most 20 characters each.");
    };
    course.tags = tags;
    if course.listed && course.audience != Audience::Everybody {
        return refused(
            "not_for_everybody",
            "Only a course that everybody may watch can be in the open catalogue.",
        );
    }
    Ok(())
}

fn not_ready() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, "not_ready", "Nothing of this lesson is recorded yet.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::shared;

    #[test]
    fn the_client_knows_the_limits_of_a_course() {
        let own = [
            TITLE_MAX,
            DESCRIPTION_MAX,
            catalogue::SPEAKER_CHARS_MAX,
            catalogue::TAGS_MAX,
            catalogue::TAG_CHARS_MAX,
        ];
        let shared = [
            "course_title_chars_max",
            "course_description_chars_max",
            "course_speaker_chars_max",
            "course_tags_max",
            "course_tag_chars_max",
        ];
        assert_eq!(own.map(|limit| limit as u64), shared.map(shared::limit));
    }
}
