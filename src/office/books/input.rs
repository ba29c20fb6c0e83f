//! The input of judging a lesson, as events: its facts, the watched parts of its recording, and the time that
//! belongs to other lessons of the same people.

use std::collections::BTreeMap;

use anyhow::Context;

use super::Books;
use crate::attendance::coverage::{Piece, media, on_the_wall};
use crate::attendance::event::Event;
use crate::attendance::lesson::LessonFacts;
use crate::attendance::policy::Policy;
use crate::attendance::policy_fact::PolicyFact;
use crate::attendance::presence::{self, Claim};
use crate::attendance::{audit, credit};
use crate::lesson::Role;
use crate::recording::manifest::{self, Manifest};
use crate::recording::replay::shown;
use crate::store::Lesson;
use crate::store::credit::facts::Seal;
use crate::time::ServerInstant;
use crate::time::Stretch;

/// The instant from which each trainee belongs to a lesson.
type Approved = BTreeMap<String, ServerInstant>;

/// The input of a judgement.
pub(super) struct Input {
    pub(super) events: Vec<Event>,
    /// The people of the lesson, by id, and the instant from which they belong to it.
    pub(super) enrolled: Vec<(String, u64)>,
    /// Seal of the lesson's facts.
    pub(super) seal: Seal,
}

impl Books {
    /// The present input of a lesson, with its facts up to a number.
    pub(super) async fn input(
        &self,
        lesson: &Lesson,
        policy: &Policy,
        facts_upto: u64,
    ) -> anyhow::Result<Input> {
        let (facts, seal) = self.store.facts().sealed(&lesson.id, facts_upto).await?;
        let approved = self.store.class_lists().approved(&lesson.id).await?;
        let since = |person: &str| approved.get(person).copied();
        let seen = audit::export(lesson.plan.clone(), &facts, [], since);
        let mut more = vec![Event::Policy(Box::new(PolicyFact::of(policy.clone())))];
        more.extend(self.elsewhere(lesson, policy, &seen).await?);
        more.extend(self.replay(lesson, policy, &approved).await?);
        let events = audit::export(lesson.plan.clone(), &facts, more, since);
        let enrolled = approved.into_iter().map(|(person, since)| (person, since.ms())).collect();
        Ok(Input { events, enrolled, seal })
    }

    /// The parts of the recording watched by people of the class, as time of the lesson (CR-10).
    async fn replay(
        &self,
        lesson: &Lesson,
        policy: &Policy,
        approved: &Approved,
    ) -> anyhow::Result<Vec<Event>> {
        let watched = self.store.class_lists().watchers(&lesson.id).await?;
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

    /// The parts of the recording with something of the instructor. Holes are bridged like those in the
    /// class.
    async fn pieces(&self, lesson: &str, policy: &Policy) -> anyhow::Result<Vec<Piece>> {
        let Some(manifest) = self.manifest(lesson).await? else { return Ok(Vec::new()) };
        let began = ServerInstant::of_fact(manifest.started_at_ms);
        let tracks = shown(&manifest, None).tracks.into_iter();
        let taught = tracks.filter(|track| track.role == Role::Instructor);
        let taught: Vec<Stretch> = taught.flat_map(|track| track.stretches).collect();
        let taught = media(&taught).bridged(policy.gap * 1000);
        Ok(taught.iter().map(|media| Piece { media, wall_from: began.plus_ms(media.from.0) }).collect())
    }

    /// Reads the manifest file: not for an async task that others wait for.
    async fn manifest(&self, lesson: &str) -> anyhow::Result<Option<Manifest>> {
        let Some(recording) = self.store.recordings().of(lesson).await? else { return Ok(None) };
        let bytes = self.recordings.read_manifest_from(&recording, 0);
        let bytes = bytes.with_context(|| format!("cannot read the recording {recording}"))?;
        let manifest = manifest::read(&bytes).manifest();
        Ok((!manifest.id.is_empty()).then_some(manifest))
    }

    /// Time in this lesson that belongs to another one, to which the same person came earlier (CR-12). The
    /// part that counts in each lesson follows from its own policy.
    async fn elsewhere(
        &self,
        lesson: &Lesson,
        policy: &Policy,
        seen: &[Event],
    ) -> anyhow::Result<Vec<Event>> {
        let others = self.store.class_lists().overlapping(lesson).await?;
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let here = claims(policy, seen.iter().cloned())?;
        let mut there: Vec<(String, BTreeMap<String, Claim>)> = Vec::new();
        for id in others {
            let Some(other) = self.store.lessons().find(&id).await? else { continue };
            let (facts, approved) =
                (self.store.facts().of(&id).await?, self.store.class_lists().approved(&id).await?);
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

/// Everybody's presence in a lesson, and the part that counts there.
fn claims(
    policy: &Policy,
    events: impl IntoIterator<Item = Event>,
) -> anyhow::Result<BTreeMap<String, Claim>> {
    Ok(credit::claims(policy, &LessonFacts::gather(events)?))
}
