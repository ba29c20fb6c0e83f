//! The known facts about people of a phase: their recognised hours, as [`super::phases`] adds them up, for
//! many at once.

use std::collections::{BTreeMap, BTreeSet};

use super::Books;
use super::mine::{Content, Piece};
use super::phases::place_content;
use crate::attendance::account::{PhaseRules, account};
use crate::attendance::ledger::Kind;
use crate::essay::way;
use crate::programme::attainment::PhaseHours;
use crate::programme::conclusion::{AlsoSet, Asked, Essay, Known};
use crate::programme::phase::Phase;
use crate::store::conclusions::known::{Candidate, KnownEntry};
use crate::store::credit::account::ContentPlace;

/// A content of somebody, and where it belongs.
type Placed = (Content, Option<ContentPlace>);

/// A phase whose people are looked at.
pub(in crate::office) struct Looked {
    pub(in crate::office) phase: Phase,
    pub(in crate::office) asked: Asked,
    /// What every content is worth.
    worths: BTreeMap<String, u64>,
    daily_async_cap_ch: Option<u64>,
}

impl Books {
    /// Reads the data shared by everybody of a phase.
    pub(in crate::office) async fn looked(&self, phase: Phase) -> anyhow::Result<Looked> {
        let requirements = super::super::requirements::of_phase(&self.store, &phase).await;
        let quiz = self.store.quizzes().rule(&phase.id).await?;
        let survey = self.store.surveys().of_phase(&phase.id).await?.map(|kept| kept.survey);
        let set = AlsoSet { quiz: quiz.as_ref(), survey: survey.as_ref() };
        let asked = Asked::of(&phase, &requirements.map_err(anyhow::Error::from)?, set);
        let policy = self.store.policies().in_force(&phase.programme).await?;
        let daily_async_cap_ch = policy.as_ref().unwrap_or(&self.policy).daily_async_cap;
        let worths = self.store.conclusions().worths().await?;
        Ok(Looked { phase, asked, worths, daily_async_cap_ch })
    }

    /// Reads the known facts about some people of a phase.
    pub(super) async fn known(
        &self,
        looked: &Looked,
        ids: &[u64],
        now_ms: u64,
    ) -> anyhow::Result<Vec<(Candidate, Known)>> {
        let conclusions = self.store.conclusions();
        let candidates = conclusions.candidates(ids).await?;
        let appeals_ms = self.times.appeals_ms;
        let open = conclusions.open_lessons(&looked.phase.id, ids, appeals_ms, now_ms).await?;
        let entries = conclusions.entries(ids).await?;
        let mut by_person: BTreeMap<&str, &[KnownEntry]> = BTreeMap::new();
        for own in entries.chunk_by(|one, other| one.person == other.person) {
            by_person.insert(&own[0].person, own);
        }
        let open_of: BTreeSet<&str> = open.iter().map(|(person, _)| person.as_str()).collect();
        let known = |candidate: Candidate| {
            let own = by_person.get(candidate.person.as_str()).copied().unwrap_or_default();
            let is_final = |entry: &KnownEntry| {
                let lesson = entry.lesson.clone().unwrap_or_default();
                !open.contains(&(candidate.person.clone(), lesson))
            };
            let known = Known {
                hours_ch: looked.hours_ch(own, |_| true),
                settled_ch: looked.hours_ch(own, is_final),
                is_open: candidate.waits || open_of.contains(candidate.person.as_str()),
                essay: essay(candidate.essay),
                quiz: candidate.quiz,
                survey: candidate.survey,
            };
            (candidate, known)
        };
        Ok(candidates.into_iter().map(known).collect())
    }
}

impl Looked {
    /// Recognised hours in the phase by some of a person's entries, newest first, ch.
    fn hours_ch(&self, entries: &[KnownEntry], counts: impl Fn(&KnownEntry) -> bool) -> u64 {
        self.recognised_ch(&self.contents(entries, counts))
    }

    /// Hours in the phase by all of somebody's entries, the newest first, and where they came from.
    pub(in crate::office) fn hours(&self, entries: &[KnownEntry]) -> PhaseHours {
        let contents = self.contents(entries, |_| true);
        let recognised_ch = self.recognised_ch(&contents);
        let mut hours = PhaseHours { recognised_ch, ..PhaseHours::default() };
        for entry in entries.iter().filter(|entry| contents.contains_key(entry.content.as_str())) {
            let part = match entry.kind.0 {
                Kind::Live => &mut hours.live_ch,
                Kind::Async => &mut hours.async_ch,
                Kind::Makeup => &mut hours.makeup_ch,
                Kind::Adjust | Kind::Revoke | Kind::Reverse => &mut hours.adjusted_ch,
            };
            *part += entry.delta_ch;
        }
        hours
    }

    /// The contents that belong to the phase, from the entries that count.
    fn contents<'a>(
        &self,
        entries: &'a [KnownEntry],
        counts: impl Fn(&KnownEntry) -> bool,
    ) -> BTreeMap<&'a str, Placed> {
        let mut contents: BTreeMap<&str, Placed> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| counts(entry)) {
            let (content, place) = contents.entry(&entry.content).or_default();
            content.add(&Piece {
                kind: entry.kind.0,
                delta_ch: entry.delta_ch,
                lesson: entry.lesson.as_deref(),
                planned_start: entry.planned_start(),
                completed: entry.completed(),
                content_ch: self.worths.get(&entry.content).copied().unwrap_or_default(),
            });
            // A content belongs to the place where it was earned first.
            *place = self.place(entry).or_else(|| place.take());
        }
        let is_here =
            |place: &Option<ContentPlace>| place.as_ref().is_some_and(|place| place.phase == self.phase.id);
        contents.retain(|_, (_, place)| is_here(place));
        contents
    }

    fn recognised_ch(&self, contents: &BTreeMap<&str, Placed>) -> u64 {
        let mut rules = PhaseRules {
            hours_ch: self.phase.hours_ch,
            daily_async_cap_ch: self.daily_async_cap_ch,
            ..PhaseRules::default()
        };
        for (name, (content, place)) in contents {
            place_content(&mut rules, name, content.credit_ch, place.as_ref());
        }
        let earnings = contents.iter().flat_map(|(name, (content, _))| content.earnings(name));
        account(&rules, earnings).recognised_ch
    }

    fn place(&self, entry: &KnownEntry) -> Option<ContentPlace> {
        Some(ContentPlace {
            phase: entry.phase.clone()?,
            hours_ch: self.phase.hours_ch,
            course: entry.course,
            course_cap_ch: entry.cap_ch(),
            lesson: entry.lesson.clone()?,
        })
    }
}

/// Where an essay stands; None = it was never begun.
pub(in crate::office) fn essay(state: Option<way::State>) -> Essay {
    match state {
        None | Some(way::State::Draft) => Essay::Missing,
        Some(way::State::Submitted) => Essay::Waiting,
        Some(way::State::Returned) => Essay::Returned,
        Some(way::State::Accepted) => Essay::Accepted,
    }
}
