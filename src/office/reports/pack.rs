//! What a unit is sent of a phase, as one ZIP: registrations (R2, masked), completion (R4), summary (R5), class sheets (R6), the
//! rules, and a manifest with the hash of each file.

use serde::Serialize;

use super::{Filter, Reporter, rules, written};
use crate::account::role::Scope;
use crate::chain::sha256;
use crate::office::registrations::{self, LinesOf};
use crate::office::{Answer, requirements, units};
use crate::programme::attainment::Source;
use crate::programme::phase::Phase;
use crate::sheet::{Kind, NamedFile, archive};
use crate::time::{ServerInstant, rfc3339};

/// A finished file, and up to where the ledger was read for it.
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    pub(super) source: Source,
}

impl Reporter {
    pub(super) async fn pack(&self, phase: Phase, unit: String, now_ms: u64) -> Answer<Made> {
        let listed = registrations::Filter { unit: Some(unit.clone()), ..registrations::Filter::default() };
        // `by` names nobody, since reading masked document numbers is not audited.
        let asked = LinesOf { by: "", scope: &Scope::all(), reason: None };
        let registered =
            registrations::export(self.store(), &phase.id, &asked, &listed, Kind::Xlsx, now_ms).await?;
        let reporter = self.clone();
        self.at_desk(async move { reporter.packed(&phase, unit, registered).await }).await
    }

    async fn packed(&self, phase: &Phase, unit: String, registered: Vec<u8>) -> Answer<Made> {
        let (scope, names) = (Scope::all(), units::of_programme(self.store(), &phase.programme).await?);
        let asked = requirements::of_phase(self.store(), phase).await?;
        let policy = self.books.policy_in_force(&phase.programme).await?;
        let filter = Filter { unit: Some(unit.clone()), ..Filter::default() };
        let mut snapshot = self.store().snapshot().await?;
        let source = snapshot.source().await?;
        let (completion, people) = self.completion(&mut snapshot, phase, &scope, &filter, Kind::Xlsx).await?;
        let summary = self.by_unit(&mut snapshot, phase, &scope, &filter).await?.table();
        let sheets = self.sheets(&mut snapshot, phase, Some(&unit), &people, &names).await?;
        drop(snapshot);
        let file = |name: &str, bytes| NamedFile { name: name.into(), bytes };
        let mut files = vec![
            file("R2-参训信息汇总表.xlsx", registered),
            file("R4-结业情况表.xlsx", completion),
            file("R5-汇总.xlsx", written(&summary, Kind::Xlsx)?),
            file("规则说明.txt", rules::statement(phase, &asked, &policy, source).into_bytes()),
        ];
        files.extend(sheets);
        files.push(file("manifest.json", manifest(phase, Some(&unit), source, &files)?));
        Ok(Made { bytes: archive(&files).map_err(anyhow::Error::from)?, source })
    }

    /// Class sheets of a phase alone; `unit`: None = of all.
    pub(super) async fn all_sheets(&self, phase: &Phase, unit: Option<String>) -> Answer<Made> {
        let (scope, names) = (Scope::all(), units::of_programme(self.store(), &phase.programme).await?);
        let filter = Filter { unit: unit.clone(), ..Filter::default() };
        let mut snapshot = self.store().snapshot().await?;
        let source = snapshot.source().await?;
        let people = self.people(&mut snapshot, phase, &scope, &filter).await?;
        let mut files = self.sheets(&mut snapshot, phase, unit.as_deref(), &people, &names).await?;
        drop(snapshot);
        let manifest = manifest(phase, unit.as_deref(), source, &files)?;
        files.push(NamedFile { name: "manifest.json".into(), bytes: manifest });
        Ok(Made { bytes: archive(&files).map_err(anyhow::Error::from)?, source })
    }
}

/// The manifest of an archive: its hashes show whether a file was changed.
#[derive(Serialize)]
struct Manifest<'a> {
    phase: &'a str,
    title: &'a str,
    /// Code of the unit; None = of all.
    unit: Option<&'a str>,
    /// Number and time of the last entry of the ledger.
    source_seq: u64,
    source_at: String,
    files: Vec<ManifestFile<'a>>,
}

#[derive(Serialize)]
struct ManifestFile<'a> {
    name: &'a str,
    bytes: usize,
    sha256: String,
}

impl ManifestFile<'_> {
    fn of(file: &NamedFile) -> ManifestFile<'_> {
        ManifestFile { name: &file.name, bytes: file.bytes.len(), sha256: sha256(&file.bytes) }
    }
}

fn manifest(
    phase: &Phase,
    unit: Option<&str>,
    source: Source,
    files: &[NamedFile],
) -> anyhow::Result<Vec<u8>> {
    let manifest = Manifest {
        phase: &phase.id,
        title: &phase.title,
        unit,
        source_seq: source.seq,
        source_at: rfc3339::written(ServerInstant::of_fact(source.at_ms)),
        files: files.iter().map(ManifestFile::of).collect(),
    };
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    Ok(text)
}
