//! All that is known about one lesson, as the events that are judged: its facts, what was watched of
//! its recording, and what belongs to other lessons of the same people.

use std::collections::BTreeMap;

use anyhow::Context;
use sqlx::Row;

use super::super::{Lesson, Store, replay, signed, unsigned};
use super::Books;
use super::facts::Seal;
use crate::attendance::coverage::{Piece, media, on_the_wall};
use crate::attendance::event::Event;
use crate::attendance::interval::ServerInstant;
use crate::attendance::lesson::LessonFacts;
use crate::attendance::policy::{OVERRUN_SECONDS_MAX, Policy};
use crate::attendance::policy_fact::PolicyFact;
use crate::attendance::presence::{self, Claim};
use crate::attendance::{audit, credit};
use crate::protocol::{Role, Stretch};
use crate::recording::manifest::{self, Manifest};
use crate::recording::replay::shown;

/// Since when each trainee belongs to a lesson.
type Approved = BTreeMap<String, ServerInstant>;

/// What a lesson is judged from.
pub(super) struct Input {
    pub(super) events: Vec<Event>,
    /// Who belongs to the lesson, by person id, and since when.
    pub(super) enrolled: Vec<(String, u64)>,
    /// Of its facts.
    pub(super) seal: Seal,
}

impl Books {
    /// What is known of a lesson now, of its facts only those up to a number.
    pub(super) async fn input(
        &self,
        lesson: &Lesson,
        policy: &Policy,
        facts_upto: u64,
    ) -> anyhow::Result<Input> {
        let (facts, seal) = self.store.sealed_facts(&lesson.id, facts_upto).await?;
        let approved = self.store.approved(&lesson.id).await?;
        let since = |person: &str| approved.get(person).copied();
        let seen = audit::export(lesson.plan.clone(), &facts, [], since);
        let mut more = vec![Event::Policy(Box::new(PolicyFact::of(policy.clone())))];
        more.extend(self.elsewhere(lesson, policy, &seen).await?);
        more.extend(self.replay(lesson, policy, &approved).await?);
        let events = audit::export(lesson.plan.clone(), &facts, more, since);
        let enrolled = approved.into_iter().map(|(person, since)| (person, since.ms())).collect();
        Ok(Input { events, enrolled, seal })
    }

    /// What of the recording was watched by people of the class, as time of the lesson (CR-10).
    async fn replay(
        &self,
        lesson: &Lesson,
        policy: &Policy,
        approved: &Approved,
    ) -> anyhow::Result<Vec<Event>> {
        let watched = self.store.watchers(&lesson.id).await?;
        let watched: Vec<_> =
            watched.into_iter().filter(|watcher| approved.contains_key(&watcher.person)).collect();
        if watched.is_empty() {
            return Ok(Vec::new());
        }
        let pieces = self.pieces(&lesson.id, policy).await?;
        let events = watched.into_iter().flat_map(|watcher| {
            let spans = on_the_wall(&media(&watcher.covered), &pieces);
            let event = |span| Event::Replay { person: watcher.person.clone(), span };
            spans.iter().map(event).collect::<Vec<_>>()
        });
        Ok(events.collect())
    }

    /// Where there is something of the instructor in the recording. Holes are bridged like those in
    /// the class itself.
    async fn pieces(&self, lesson: &str, policy: &Policy) -> anyhow::Result<Vec<Piece>> {
        let Some(manifest) = self.manifest(lesson).await? else { return Ok(Vec::new()) };
        let began = ServerInstant::of_fact(manifest.started_at_ms);
        let tracks = shown(&manifest, None).tracks.into_iter();
        let taught = tracks.filter(|track| track.role == Role::Instructor);
        let taught: Vec<Stretch> = taught.flat_map(|track| track.stretches).collect();
        let taught = media(&taught).bridged(policy.gap * 1000);
        Ok(taught.iter().map(|media| Piece { media, wall_from: began.plus_ms(media.from.0) }).collect())
    }

    /// Reads a file: not for an async task that others wait for.
    async fn manifest(&self, lesson: &str) -> anyhow::Result<Option<Manifest>> {
        let Some(recording) = self.store.recording(lesson).await? else { return Ok(None) };
        let bytes = self.recordings.read_manifest_from(&recording, 0);
        let bytes = bytes.with_context(|| format!("cannot read the recording {recording}"))?;
        let manifest = manifest::read(&bytes).manifest();
        Ok((!manifest.id.is_empty()).then_some(manifest))
    }

    /// Time in this lesson that belongs to another one to which the same person came earlier (CR-12). What
    /// counts in each lesson follows from its own policy.
    async fn elsewhere(
        &self,
        lesson: &Lesson,
        policy: &Policy,
        seen: &[Event],
    ) -> anyhow::Result<Vec<Event>> {
        let others = self.store.overlapping(lesson).await?;
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let here = claims(policy, seen.iter().cloned())?;
        let mut there: Vec<(String, BTreeMap<String, Claim>)> = Vec::new();
        for id in others {
            let Some(other) = self.store.lesson(&id).await? else { continue };
            let (facts, approved) = (self.store.facts(&id).await?, self.store.approved(&id).await?);
            let events = audit::export(other.plan, &facts, [], |person| approved.get(person).copied());
            there.push((id.clone(), claims(&self.policy_of(&id).await?, events)?));
        }
        let mut events = Vec::new();
        for (person, claim) in here {
            let mut lessons = vec![(lesson.id.as_str(), claim)];
            lessons.extend(
                there.iter().filter_map(|(id, people)| Some((id.as_str(), people.get(&person)?.clone()))),
            );
            for (other, lost) in presence::elsewhere(&lessons).swap_remove(0) {
                let event = |span| {
                    let (person, lesson) = (person.clone(), Some(other.to_owned()));
                    Event::Elsewhere { person, span, lesson }
                };
                events.extend(lost.iter().map(event));
            }
        }
        Ok(events)
    }
}

/// When everybody was in a lesson, and what of it counts there.
fn claims(
    policy: &Policy,
    events: impl IntoIterator<Item = Event>,
) -> anyhow::Result<BTreeMap<String, Claim>> {
    Ok(credit::claims(policy, &LessonFacts::gather(events)?))
}

/// Somebody who watched a recording.
struct Watcher {
    person: String,
    covered: Vec<Stretch>,
}

impl Store {
    async fn approved(&self, lesson: &str) -> anyhow::Result<Approved> {
        let rows = sqlx::query("SELECT person, approved_at_ms FROM enrolments WHERE lesson = ?")
            .bind(lesson)
            .fetch_all(&self.readers)
            .await?;
        let one = |row: &sqlx::sqlite::SqliteRow| {
            Ok((row.try_get(0)?, ServerInstant::of_fact(unsigned(row.try_get(1)?))))
        };
        rows.iter().map(one).collect()
    }

    async fn watchers(&self, lesson: &str) -> anyhow::Result<Vec<Watcher>> {
        let rows = sqlx::query("SELECT * FROM watched WHERE lesson = ? AND covered <> '[]' ORDER BY person");
        let mut rows = rows.bind(lesson).fetch_all(&self.readers).await?;
        // What somebody has written there by hand makes up for nothing.
        rows.retain(|row| {
            let is_sealed = replay::is_sealed(self.vault(), row).unwrap_or(false);
            if !is_sealed {
                tracing::error!(
                    lesson,
                    "what somebody watched was changed outside of the server; it does not count"
                );
            }
            is_sealed
        });
        let one = |row: &sqlx::sqlite::SqliteRow| {
            let covered: String = row.try_get("covered")?;
            Ok(Watcher {
                person: row.try_get("person")?,
                covered: serde_json::from_str(&covered).context("a broken list of stretches")?,
            })
        };
        rows.iter().map(one).collect()
    }

    /// Lessons that were taught, or may have been, at the same time to some of the same people.
    pub(super) async fn overlapping(&self, lesson: &Lesson) -> anyhow::Result<Vec<String>> {
        let Some(started_at_ms) = lesson.started_at_ms else { return Ok(Vec::new()) };
        // Each lesson has a policy of its own, and none allows more.
        let overrun_ms = signed(OVERRUN_SECONDS_MAX * 1000);
        let rows = sqlx::query(
            "SELECT DISTINCT other.lesson
             FROM enrolments AS own
             JOIN enrolments AS other ON other.person = own.person AND other.lesson <> own.lesson
             JOIN lessons ON lessons.id = other.lesson
             WHERE own.lesson = ?1 AND lessons.started_at_ms < ?2 AND lessons.planned_end_ms + ?3 > ?4
             ORDER BY other.lesson",
        )
        .bind(&lesson.id)
        .bind(signed(lesson.plan.planned_end.ms()) + overrun_ms)
        .bind(overrun_ms)
        .bind(signed(started_at_ms))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
