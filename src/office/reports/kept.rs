//! Reports kept as files: requested by people, made by the server one after the other, also those left waiting when
//! it stopped. A file is written before its report is noted as made, and never changes; a later request makes
//! another report.

use std::collections::BTreeSet;

use anyhow::Context;
use serde_json::json;

use super::pack::Made;
use super::{Filter, Reporter};
use crate::account::role::Scope;
use crate::chain::sha256;
use crate::office::{Answer, OfficeRefusal, units};
use crate::programme::kept_report::{ReportFormat, ReportKind};
use crate::programme::phase::Phase;
use crate::protocol::{KeptReport, KeptReports};
use crate::sheet::Kind;
use crate::store::audit::{self, Act};
use crate::store::reports::{self, NewReport, Report, ReportFile};
use crate::store::{Lane, Writing};
use crate::text::mistake::Wrong;

/// Reports that wait, of all phases: twice every unit of two phases.
const WAITING_MAX: u64 = 150;
/// Reports that are shown at once.
const SHOWN: u32 = 100;
const SERVER: &str = "server";

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub kind: ReportKind,
    pub format: ReportFormat,
    /// Code of the unit; None = of all together, or of each.
    pub unit: Option<String>,
    /// Whether to make one report for each unit with people or seats; ignored if `unit` is given.
    pub each: bool,
}

/// Why a report is not made, or not given out.
#[derive(Debug, thiserror::Error)]
pub enum NotAsked {
    #[error(transparent)]
    Office(#[from] OfficeRefusal),
    /// The report is about people outside of the caller's scope; the refusal is in the audit log.
    #[error("these people are outside of the own scope")]
    NotAllowed,
    #[error("the same report waits already")]
    Waits,
    #[error("too many reports wait")]
    Busy,
    /// No unit has people or seats.
    #[error("there is nobody to report on")]
    Nobody,
    /// It waits, or could not be made.
    #[error("the report has no file")]
    NoFile,
}

impl From<anyhow::Error> for NotAsked {
    fn from(error: anyhow::Error) -> NotAsked {
        NotAsked::Office(error.into())
    }
}

/// Whether `scope` may see a report about `unit`; `None` = about all units.
fn reaches(scope: &Scope, unit: Option<&str>) -> bool {
    unit.map_or(scope.everything, |unit| scope.unit(unit))
}

impl Reporter {
    /// Notes what somebody asks for; returns how many files will be made.
    pub async fn ask(
        &self,
        by: &str,
        phase: &str,
        scope: &Scope,
        asked: &Asked,
        now_ms: u64,
    ) -> Result<usize, NotAsked> {
        let phase = self.phase(phase).await?;
        if !asked.kind.has(asked.format) {
            return Err(OfficeRefusal::field("format", Wrong::Value).into());
        }
        let units = self.units_of(&phase, scope, asked).await?;
        if let Some(unit) = units.iter().find(|unit| !reaches(scope, unit.as_deref())) {
            return Err(self.refused(by, &phase.id, unit.as_deref()).await?);
        }
        let mut writing = self.store().write(Lane::Office).await?;
        if reports::all_waiting(&mut writing).await? + units.len() as u64 > WAITING_MAX {
            return Err(NotAsked::Busy);
        }
        let mut new = 0;
        for unit in units {
            let report = NewReport { phase: phase.id.clone(), kind: asked.kind, unit, format: asked.format };
            new += usize::from(reports::ask(&mut writing, &report, by, now_ms).await?);
        }
        if new == 0 {
            return Err(NotAsked::Waits);
        }
        let detail = json!({ "kind": asked.kind, "unit": asked.unit, "count": new });
        audit::append(&mut writing, self.store().vault(), Act::done(by, "report.asked", &phase.id, detail))
            .await?;
        writing.commit().await?;
        self.asked.notify_one();
        Ok(new)
    }

    /// Waits until somebody asks for files.
    pub async fn asked(&self) {
        self.asked.notified().await;
    }

    /// The units to report on, one report each; `None` = one report about all units.
    async fn units_of(
        &self,
        phase: &Phase,
        scope: &Scope,
        asked: &Asked,
    ) -> Result<Vec<Option<String>>, NotAsked> {
        let names = units::of_programme(self.store(), &phase.programme).await?;
        match &asked.unit {
            Some(unit) if !names.is_code(unit) => Err(OfficeRefusal::field("unit", Wrong::Value).into()),
            Some(unit) => Ok(vec![Some(unit.clone())]),
            None if asked.each => {
                let mut snapshot = self.store().snapshot().await?;
                let known = snapshot.registered(&phase.id).await?.into_iter().map(|row| row.unit);
                let mut known: BTreeSet<String> = known.collect();
                known.extend(snapshot.seats(&phase.id).await?.into_keys());
                let own = names.all().iter().map(|unit| unit.code.clone());
                let own: Vec<_> =
                    own.filter(|code| known.contains(code) && scope.unit(code)).map(Some).collect();
                if own.is_empty() { Err(NotAsked::Nobody) } else { Ok(own) }
            }
            None if asked.kind == ReportKind::Pack => {
                Err(OfficeRefusal::field("unit", Wrong::Missing).into())
            }
            None => Ok(vec![None]),
        }
    }

    /// Writes the refusal into the audit log.
    async fn refused(&self, by: &str, phase: &str, unit: Option<&str>) -> anyhow::Result<NotAsked> {
        let mut writing = self.store().write(Lane::Office).await?;
        let detail = json!({ "unit": unit });
        let act = Act { done: false, ..Act::done(by, "report.refused", phase, detail) };
        audit::append(&mut writing, self.store().vault(), act).await?;
        writing.commit().await?;
        Ok(NotAsked::NotAllowed)
    }

    /// Kept reports that `scope` reaches, the newest first; `before`: None = from the newest on.
    pub async fn kept(&self, phase: &str, scope: &Scope, before: Option<u64>) -> Answer<KeptReports> {
        let phase = self.phase(phase).await?;
        let reports = self.store().reports();
        let mut rows = reports.of_phase(&phase.id, scope, before, SHOWN + 1).await?;
        let is_more = rows.len() > SHOWN as usize;
        rows.truncate(SHOWN as usize);
        Ok(KeptReports {
            next: rows.last().filter(|_| is_more).map(|last| last.id),
            rows: rows.into_iter().map(shown).collect(),
            waiting: reports.waiting(&phase.id, scope).await?,
        })
    }

    /// A kept report with its file, as it was made.
    pub async fn kept_file(&self, by: &str, scope: &Scope, id: u64) -> Result<(Report, Vec<u8>), NotAsked> {
        let report = self.store().reports().find(id).await?.ok_or(OfficeRefusal::NotFound)?;
        if !reaches(scope, report.of.unit.as_deref()) {
            return Err(self.refused(by, &report.of.phase, report.of.unit.as_deref()).await?);
        }
        let Some(file) = &report.file else { return Err(NotAsked::NoFile) };
        let bytes = self.files.read(id).context("a kept report cannot be read")?.unwrap_or_default();
        if sha256(&bytes) != file.sha256 {
            let why = anyhow::anyhow!("the file of report {id} is gone or was changed outside of the server");
            return Err(why.into());
        }
        Ok((report, bytes))
    }

    /// Makes the next report that waits; false = none does. What cannot be made is noted as failed, so that it keeps no other
    /// one from being made.
    pub async fn make_next(&self, now_ms: u64) -> anyhow::Result<bool> {
        let _alone = self.alone.lock().await;
        let Some(report) = self.store().reports().next().await? else { return Ok(false) };
        let file = match self.make(&report.of, now_ms).await {
            Ok(Made { bytes, source }) => {
                self.files.write(report.id, &bytes).context("cannot write the file of a report")?;
                Some(ReportFile { source, bytes: bytes.len() as u64, sha256: sha256(&bytes) })
            }
            Err(error) => {
                tracing::error!(report = report.id, "a report cannot be made: {error}");
                None
            }
        };
        let vault = self.store().vault();
        let mut writing = self.store().write(Lane::Books).await?;
        reports::end(&mut writing, vault, report.id, file.as_ref(), now_ms).await?;
        note_end(&mut writing, self, &report, file.as_ref()).await?;
        writing.commit().await?;
        Ok(true)
    }

    async fn make(&self, of: &NewReport, now_ms: u64) -> Answer<Made> {
        let phase = self.phase(&of.phase).await?;
        let kind = match of.format {
            ReportFormat::Csv => Kind::Csv,
            ReportFormat::Gb18030 => Kind::Gb18030,
            ReportFormat::Xlsx | ReportFormat::Zip => Kind::Xlsx,
        };
        let (reporter, unit, what) = (self.clone(), of.unit.clone(), of.kind);
        if let (ReportKind::Pack, Some(unit)) = (what, &unit) {
            return self.pack(phase, unit.clone(), now_ms).await;
        }
        let work = async move {
            if what == ReportKind::Sheets {
                return reporter.all_sheets(&phase, unit).await;
            }
            let (scope, filter) = (Scope::all(), Filter { unit, ..Filter::default() });
            let mut snapshot = reporter.store().snapshot().await?;
            let source = snapshot.source().await?;
            let bytes = match what {
                ReportKind::Summary => {
                    let summary = reporter.by_unit(&mut snapshot, &phase, &scope, &filter).await?;
                    super::written(&summary.table(), kind)?
                }
                _ => reporter.completion(&mut snapshot, &phase, &scope, &filter, kind).await?.0,
            };
            Ok(Made { bytes, source })
        };
        self.at_desk(work).await
    }
}

async fn note_end(
    writing: &mut Writing,
    reporter: &Reporter,
    report: &Report,
    file: Option<&ReportFile>,
) -> anyhow::Result<()> {
    let detail = json!({
        "report": report.id,
        "kind": report.of.kind,
        "unit": report.of.unit,
        "sha256": file.map(|file| &file.sha256),
        "source": file.map(|file| file.source.seq),
    });
    let act = Act { done: file.is_some(), ..Act::done(SERVER, reports::MADE, &report.of.phase, detail) };
    audit::append(writing, reporter.store().vault(), act).await
}

fn shown(report: Report) -> KeptReport {
    KeptReport {
        id: report.id,
        kind: report.of.kind,
        unit: report.of.unit,
        format: report.of.format,
        by: report.by_name,
        at_ms: report.at_ms,
        state: report.state,
        source: report.file.as_ref().map(|file| file.source.into()),
        bytes: report.file.as_ref().map(|file| file.bytes),
        sha256: report.file.map(|file| file.sha256),
    }
}
