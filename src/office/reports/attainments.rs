//! What people of a phase came to, in one snapshot of the database.

use std::collections::BTreeMap;

use super::Reporter;
use crate::office::books::conclusions::{Looked, essay};
use crate::programme::attainment::{Attainment, Certified, PhaseHours};
use crate::programme::enrolment::State;
use crate::programme::pace::{Deadlines, Offered, Pace, Planned, Standing};
use crate::store::attainments::{OfferedRow, PersonRow, Snapshot, Wanted};
use crate::store::conclusions::known::KnownEntry;

/// People whose entries are read at once.
const AT_ONCE: usize = 1000;

/// Whether numbers of documents are opened, which takes as long as all else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Documents {
    Masked,
    LeftOut,
}

/// How people of a phase are looked at.
pub(super) struct Reading<'a> {
    reporter: &'a Reporter,
    looked: &'a Looked,
    documents: Documents,
    /// The deadlines by which the pace is judged; `None` = no pace is computed.
    deadlines: Option<Deadlines>,
    /// Only people who are behind the timetable are returned.
    only_behind: bool,
}

impl Reporter {
    pub(super) fn reading<'a>(&'a self, looked: &'a Looked, documents: Documents) -> Reading<'a> {
        Reading { reporter: self, looked, documents, deadlines: None, only_behind: false }
    }
}

impl Reading<'_> {
    /// With everybody's pace at this instant.
    pub(super) fn at(self, now_ms: u64) -> Self {
        Reading { deadlines: Some(self.reporter.books.deadlines(now_ms)), ..self }
    }

    pub(super) fn only_behind(self) -> Self {
        Reading { only_behind: true, ..self }
    }

    /// Everybody who is wanted, by unit and class; `page` is how many to leave out and how many to give, None = all.
    pub(super) async fn read(
        &self,
        snapshot: &mut Snapshot,
        wanted: &Wanted<'_>,
        page: Option<(u32, u32)>,
    ) -> anyhow::Result<Vec<Attainment>> {
        let timetables = snapshot.offered(&self.looked.phase.id).await?;
        let timetables: BTreeMap<&str, &[OfferedRow]> = timetables
            .chunk_by(|one, other| one.class == other.class)
            .map(|of_class| (of_class[0].class.as_str(), of_class))
            .collect();
        let people = snapshot.people(wanted, page).await?;
        let mut all = Vec::with_capacity(people.len());
        for part in people.chunks(AT_ONCE) {
            let ids: Vec<u64> = part.iter().map(|one| one.registration).collect();
            let entries = snapshot.entries(&ids).await?;
            let by_person: BTreeMap<&str, &[KnownEntry]> = entries
                .chunk_by(|one, other| one.person == other.person)
                .map(|own| (own[0].person.as_str(), own))
                .collect();
            for one in part {
                let own = by_person.get(one.person.as_str()).copied().unwrap_or_default();
                let hours = self.looked.hours(own);
                let timetable = timetables.get(one.class.as_str()).copied().unwrap_or_default();
                let pace = self.pace(one.state(), hours.recognised_ch, own, timetable);
                if !self.only_behind || pace.is_some_and(Pace::is_behind) {
                    all.push(self.attainment(one, hours, pace)?);
                }
            }
        }
        Ok(all)
    }

    /// The pace of a person; `None` = the end of the phase is decided, or no pace is computed.
    fn pace(
        &self,
        state: State,
        recognised_ch: u64,
        entries: &[KnownEntry],
        timetable: &[OfferedRow],
    ) -> Option<Pace> {
        let deadlines = self.deadlines.filter(|_| matches!(state, State::Placed | State::Active))?;
        let mut earned: BTreeMap<&str, i64> = BTreeMap::new();
        for entry in entries {
            *earned.entry(&entry.content).or_default() += entry.delta_ch;
        }
        let earned_of = |content: Option<&str>| content.and_then(|content| earned.get(content)).copied();
        let offered = timetable.iter().map(|row| Offered {
            credit_ch: row.credit_ch,
            until_ms: row.until_ms,
            earned_ch: earned_of(row.content.as_deref()).unwrap_or_default(),
        });
        let timetable = Planned::of(offered, deadlines);
        Some(Standing { asked_ch: self.looked.asked.hours_ch, recognised_ch, timetable }.pace())
    }

    fn attainment(
        &self,
        one: &PersonRow,
        hours: PhaseHours,
        pace: Option<Pace>,
    ) -> anyhow::Result<Attainment> {
        let document = match self.documents {
            Documents::Masked => one.document(self.reporter.store().vault(), &self.looked.phase.id)?,
            Documents::LeftOut => String::new(),
        };
        let certificate = one.certificate.clone().zip(one.issued_on.clone());
        Ok(Attainment {
            registration: one.registration,
            person: one.person.clone(),
            name: one.name.clone(),
            document,
            unit: one.unit.clone(),
            school: one.school.clone(),
            class: one.class.clone(),
            class_number: one.class_number,
            state: one.state(),
            hours,
            pace,
            essay: self.looked.asked.essay_closes_ms.map(|_| essay(one.essay())),
            certificate: certificate.map(|(number, issued_on)| Certified { number, issued_on }),
            took_part: false,
            held: 0,
            present: 0,
            interactions: 0,
        })
    }
}

/// Adds the presence in live lessons, and the number of interactions.
pub(super) async fn add_presence(
    snapshot: &mut Snapshot,
    phase: &str,
    people: &mut [Attainment],
) -> anyhow::Result<()> {
    let spoken = snapshot.spoken(phase).await?;
    for part in people.chunks_mut(AT_ONCE) {
        let ids: Vec<u64> = part.iter().map(|one| one.registration).collect();
        let presence = snapshot.presence(&ids).await?;
        for one in part {
            let was = presence.get(&one.registration).copied().unwrap_or_default();
            one.took_part = was.took_part;
            (one.held, one.present) = (was.held, was.present);
            one.interactions = was.answered + spoken.get(&one.person).copied().unwrap_or_default();
        }
    }
    Ok(())
}
