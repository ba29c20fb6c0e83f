//! Registrations as the table of the units' lists (R2): masked, or with full numbers if a reason is given,
//! which is audited.

use std::collections::BTreeMap;

use serde_json::json;

use super::listing::Filter;
use crate::account::document::DocumentKind;
use crate::account::role::Scope;
use crate::office::{Answer, phases, reason, units};
use crate::programme::columns::{self, Column, Line};
use crate::programme::registration::Sex;
use crate::programme::unit::Units;
use crate::sheet::{self, Kind};
use crate::store::audit::{self, Act};
use crate::store::registrations::{OpenLine, Registration, SealedLine};
use crate::store::{Lane, Store};

/// The lines of a file, and the person who asks for it.
pub struct LinesOf<'a> {
    pub by: &'a str,
    pub scope: &'a Scope,
    /// The reason why full numbers are needed; `None` = they are masked.
    pub reason: Option<&'a str>,
}

/// The registrations of a phase as R2.
pub async fn export(
    store: &Store,
    phase: &str,
    asked: &LinesOf<'_>,
    filter: &Filter,
    kind: Kind,
    now_ms: u64,
) -> Answer<Vec<u8>> {
    let phase = phases::find(store, phase).await?;
    let units = units::of_programme(store, &phase.programme).await?;
    let place = store.place_at_desk().await;
    let sealed = store.registrations().list(&filter.wanted(&phase.id, asked.scope, now_ms), None).await?;
    let (vault, number, is_masked) = (store.vault().clone(), phase.number, asked.reason.is_none());
    let build = move || {
        let open = |one: SealedLine| anyhow::Ok(exported(one.open(&vault)?, &units, number, is_masked));
        let lines = sealed.into_iter().map(open).collect::<anyhow::Result<Vec<Line>>>()?;
        anyhow::Ok((lines.len(), written(&lines, kind)?))
    };
    let (rows, file) = place.work(build).await??;
    note(store, asked, "registration.exported", &phase.id, rows).await?;
    Ok(file)
}

/// A list as a file.
pub(in crate::office) fn written(lines: &[Line], kind: Kind) -> anyhow::Result<Vec<u8>> {
    Ok(sheet::write(&columns::table(lines), kind)?)
}

/// Writes into the log who exported full numbers, and why. Masked numbers need no event.
pub(in crate::office) async fn note(
    store: &Store,
    asked: &LinesOf<'_>,
    act: &'static str,
    phase: &str,
    rows: usize,
) -> Answer<()> {
    let Some(text) = asked.reason else { return Ok(()) };
    let detail = json!({ "reason": reason(text, true)?, "rows": rows });
    let mut writing = store.write(Lane::Office).await?;
    audit::append(&mut writing, store.vault(), Act::done(asked.by, act, phase, detail)).await?;
    Ok(writing.commit().await?)
}

fn exported(line: OpenLine, units: &Units, phase: u32, is_masked: bool) -> Line {
    let OpenLine { mut registration, mut listed, .. } = line;
    // The unit's list has these beside the form.
    listed.retain(|column, _| matches!(column, Column::Nation | Column::Born | Column::Attestation));
    if !registration.attestation.is_empty() {
        listed.insert(Column::Attestation, std::mem::take(&mut registration.attestation));
    }
    if is_masked {
        registration.private = registration.private.masked();
        listed.remove(&Column::Born);
    }
    line_of(registration, listed, units, phase)
}

fn line_of(one: Registration, listed: BTreeMap<Column, String>, units: &Units, phase: u32) -> Line {
    let form = one.form;
    let kind = form.school_kind.map(columns::school_word).unwrap_or_default();
    let mut rest: BTreeMap<Column, String> = [
        (Column::School, form.school),
        (Column::SchoolCode, form.school_code),
        (Column::SchoolKind, kind.to_owned()),
        (Column::Position, form.position),
        (Column::Title, form.title),
        (Column::Subject, form.subject),
        (Column::Track, form.track),
        (Column::Email, one.private.email),
        (Column::Category, form.category),
        (Column::Note, form.note),
    ]
    .into();
    rest.extend(listed);
    Line {
        name: form.name,
        sex: form.sex.unwrap_or(Sex::Unsaid),
        document_kind: form.document_kind.unwrap_or(DocumentKind::Resident),
        document_number: one.private.number,
        mobile: one.private.mobile,
        unit: units.name(&form.unit),
        phase,
        rest,
    }
}
