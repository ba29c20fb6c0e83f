//! The lists of a phase as masked pages, and as a file.

use super::super::registrations::export::{LinesOf, note, written};
use super::super::registrations::listing::{Filter, sought};
use super::super::{Answer, phases, units};
use crate::account::role::Scope;
use crate::programme::columns::{Column, Line};
use crate::programme::unit::Units;
use crate::protocol::{NominationLine, NominationPage};
use crate::sheet::Kind;
use crate::store::nominations::{Nomination, SealedNomination};
use crate::store::{Private, Store};

const PAGE: u32 = 200;

/// One masked page of a phase's lists; unit, text (without mobiles) and beginning of the filter count.
pub async fn page(
    store: &Store,
    phase: &str,
    scope: &Scope,
    filter: &Filter,
    now_ms: u64,
) -> Answer<NominationPage> {
    let phase = phases::find(store, phase).await?;
    let sought = filter.text().map(|text| sought(text, now_ms));
    let (unit, after) = (filter.unit.as_deref(), filter.after.unwrap_or(0));
    let sealed = store.nominations().page(&phase.id, scope, unit, sought.as_ref(), after, PAGE + 1).await?;
    let more = sealed.len() > PAGE as usize;
    let open = |one: SealedNomination| anyhow::Ok(shown(one.open(store.vault())?));
    let rows: Vec<NominationLine> =
        sealed.into_iter().take(PAGE as usize).map(open).collect::<anyhow::Result<_>>()?;
    Ok(NominationPage { next: rows.last().filter(|_| more).map(|row| row.id), rows })
}

fn shown(one: Nomination) -> NominationLine {
    let private = Private { email: String::new(), ..one.private }.masked();
    let of = |column: &Column| one.rest.get(column).cloned().unwrap_or_default();
    NominationLine {
        id: one.id,
        document: private.number,
        mobile: private.mobile,
        school: of(&Column::School),
        track: of(&Column::Track),
        unit: one.unit,
        registered: one.registered,
        name: one.name,
    }
}

/// The lists as R2; with full numbers if a reason is given, which is audited.
pub async fn export(store: &Store, phase: &str, asked: &LinesOf<'_>, kind: Kind) -> Answer<Vec<u8>> {
    let phase = phases::find(store, phase).await?;
    let units = units::of_programme(store, &phase.programme).await?;
    let place = store.place_at_desk().await;
    let sealed = store.nominations().of_phase(&phase.id).await?;
    let (vault, number, is_masked) = (store.vault().clone(), phase.number, asked.reason.is_none());
    let scope = asked.scope.clone();
    let build = move || {
        let mut lines = Vec::with_capacity(sealed.len());
        for one in sealed {
            let one = one.open(&vault)?;
            if scope.unit(&one.unit) {
                lines.push(exported(one, number, &units, is_masked));
            }
        }
        anyhow::Ok((lines.len(), written(&lines, kind)?))
    };
    let (rows, file) = place.work(build).await??;
    note(store, asked, "nomination.exported", &phase.id, rows).await?;
    Ok(file)
}

/// A line as exported.
fn exported(one: Nomination, phase: u32, units: &Units, is_masked: bool) -> Line {
    let private = if is_masked { one.private.masked() } else { one.private };
    let mut rest = one.rest;
    if is_masked {
        // The month of birth is the middle of a resident's number.
        rest.remove(&Column::Born);
    } else if !private.email.is_empty() {
        rest.insert(Column::Email, private.email);
    }
    Line {
        name: one.name,
        sex: one.sex,
        document_kind: one.document_kind,
        document_number: private.number,
        mobile: private.mobile,
        unit: units.name(&one.unit),
        phase,
        rest,
    }
}
