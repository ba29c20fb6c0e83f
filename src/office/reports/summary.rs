//! 分省汇总 (R5): what became of each unit's people.

use std::collections::BTreeMap;

use super::attainments::{self, Documents};
use super::{Filter, Reporter, written};
use crate::account::role::Scope;
use crate::office::{Answer, units};
use crate::programme::attainment::Source;
use crate::programme::phase::Phase;
use crate::programme::summary::{Counts, by_unit, table};
use crate::protocol::{SummaryLine, UnitSummary};
use crate::sheet::{Kind, Table};
use crate::store::attainments::Snapshot;

/// Units of a phase with their people, in the order of national tables.
pub(super) struct Summary {
    /// Code, name and people.
    pub(super) units: Vec<(String, String, Counts)>,
    pub(super) source: Source,
}

impl Summary {
    pub(super) fn table(self) -> Table {
        let rows: Vec<_> = self.units.into_iter().map(|(code, name, counts)| (name, code, counts)).collect();
        table(&rows, self.source)
    }
}

impl Reporter {
    /// The units that `scope` reaches.
    pub async fn summary(&self, phase: &str, scope: &Scope) -> Answer<UnitSummary> {
        let Summary { units, source } = self.summed(phase, scope).await?;
        let total = Counts::sum(units.iter().map(|(_, _, counts)| *counts));
        Ok(UnitSummary {
            rows: units.into_iter().map(|(code, _, counts)| line(code, counts)).collect(),
            total: line(String::new(), total),
            source: source.into(),
        })
    }

    /// The same as a file.
    pub async fn summary_file(&self, phase: &str, scope: &Scope, kind: Kind) -> Answer<Vec<u8>> {
        written(&self.summed(phase, scope).await?.table(), kind)
    }

    async fn summed(&self, phase: &str, scope: &Scope) -> Answer<Summary> {
        let phase = self.phase(phase).await?;
        let (reporter, scope) = (self.clone(), scope.clone());
        let work = async move {
            let mut snapshot = reporter.store().snapshot().await?;
            reporter.by_unit(&mut snapshot, &phase, &scope, &Filter::default()).await
        };
        self.at_desk(work).await
    }

    /// Units that `scope` reaches; with a unit in `filter`, that one.
    pub(super) async fn by_unit(
        &self,
        snapshot: &mut Snapshot,
        phase: &Phase,
        scope: &Scope,
        filter: &Filter,
    ) -> Answer<Summary> {
        let names = units::of_programme(self.store(), &phase.programme).await?;
        let looked = self.books.looked(phase.clone()).await?;
        let reading = self.reading(&looked, Documents::LeftOut);
        let mut people = reading.read(snapshot, &filter.wanted(phase, scope), None).await?;
        attainments::add_presence(snapshot, &phase.id, &mut people).await?;
        let (known, none) = registered(snapshot, &phase.id).await?;
        let counts = by_unit(known, none, &people);
        let of = |code: &str| counts.get(code).copied().unwrap_or(none);
        let is_shown = |code: &str| scope.unit(code) && filter.unit.as_deref().is_none_or(|one| one == code);
        let shown = names.all().iter().filter(|unit| is_shown(&unit.code));
        let units = shown.map(|unit| (unit.code.clone(), unit.name.clone(), of(&unit.code))).collect();
        Ok(Summary { units, source: snapshot.source().await? })
    }
}

/// The counts of each unit by registrations and quotas, and the counts of a unit without either.
async fn registered(
    snapshot: &mut Snapshot,
    phase: &str,
) -> anyhow::Result<(BTreeMap<String, Counts>, Counts)> {
    let rows = snapshot.registered(phase).await?;
    // As long as nobody's end is decided, nobody has passed or failed.
    let is_decided = rows.iter().any(|row| row.decided > 0);
    let none = Counts { passed: is_decided.then_some(0), ..Counts::default() };
    let of = |registered, approved| Counts { registered, approved, ..none };
    let mut known: BTreeMap<String, Counts> =
        rows.into_iter().map(|row| (row.unit, of(row.registered, row.approved))).collect();
    for (unit, seats) in snapshot.seats(phase).await? {
        known.entry(unit).or_insert(none).quota = seats.into();
    }
    Ok((known, none))
}

pub(super) fn line(unit: String, counts: Counts) -> SummaryLine {
    let rates = counts.rates();
    SummaryLine {
        unit,
        quota: counts.quota,
        registered: counts.registered,
        approved: counts.approved,
        attended: counts.attended,
        passed: counts.passed,
        certificates: counts.certificates,
        attended_rate: rates.attended,
        passed_rate: rates.passed,
        hours_each: rates.hours,
        present_rate: rates.present,
        interactions_each: rates.interactions,
    }
}
