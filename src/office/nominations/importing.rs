//! Lists of trainees (参训信息汇总表, R2) from files. Everything slow comes before the write.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::{Answer, Keep, OfficeRefusal, phases, units};
use crate::account::role::Scope;
use crate::programme::nomination::{self, Known as Table, List, Nominee, Offer};
use crate::programme::phase::Phase;
use crate::programme::told::Told;
use crate::programme::unit::Units;
use crate::protocol::Imported;
use crate::sheet;
use crate::store::audit::{self, Act};
use crate::store::nominations::{self, Known, NewNomination};
use crate::store::{Lane, Store, Vault};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::{LocalDate, ServerInstant};

/// Rows of one transaction.
const AT_ONCE: usize = 100;

/// A list to be written, and its owner.
struct Import<'a> {
    by: &'a str,
    scope: &'a Scope,
    programme: &'a str,
    entries: &'a [NewNomination],
    now_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    New,
    Changed,
    Same,
}

/// Takes a whole file, or reports all mistakes. People who are listed already are changed, and nobody is
/// listed twice in a phase.
pub async fn import(
    store: &Store,
    by: &str,
    scope: &Scope,
    programme: &str,
    file: Vec<u8>,
    keep: Keep,
    now_ms: u64,
) -> Answer<Imported> {
    let phases = phases::of_programme(store, programme).await?;
    let units = units::of_programme(store, programme).await?;
    let (own, now, vault) = (scope.clone(), ServerInstant::of_fact(now_ms), store.vault().clone());
    // Reading a file and sealing take time: nobody waits for it, least of all a writer.
    let read = move || {
        let List { nominees, sheet, remarks } = list(&file, &units, &phases, &own, now)?;
        let entries = nominees.into_iter().map(|nominee| sealed(&vault, &phases, nominee));
        Answer::Ok((entries.collect::<Answer<Vec<NewNomination>>>()?, sheet, remarks, units))
    };
    let (entries, sheet, remarks, units) = store.place_at_desk().await.work(read).await??;
    let known = store.nominations().known(&entries).await?;
    let changes = changes(&entries, known, scope)?;
    let crowded = crowded(store, &entries, &changes, &units).await?;
    let (rows, new, changed) = counts(&changes);
    if keep == Keep::Yes {
        let import = Import { by, scope, programme, entries: &entries, now_ms };
        write(store, &import, &changes).await?;
    }
    Ok(Imported { rows, new, changed, sheet, remarks: with(remarks, crowded) })
}

/// The people in a file, or all mistakes in it.
fn list(file: &[u8], units: &Units, phases: &[Phase], scope: &Scope, now: ServerInstant) -> Answer<List> {
    let offer = |number| {
        let phase = phases.iter().find(|phase| phase.number == number)?;
        Some(Offer { tracks: &phase.tracks, categories: &phase.categories })
    };
    let known = Table {
        today: LocalDate::of(now),
        unit: &|text| units.find(text).map(|unit| unit.code.clone()),
        phase: &offer,
        may_send: &|unit| scope.unit(unit),
    };
    nomination::read(&sheet::read(file)?, &known).map_err(OfficeRefusal::Wrong)
}

fn sealed(vault: &Vault, phases: &[Phase], nominee: Nominee) -> Answer<NewNomination> {
    let phase = phases.iter().find(|phase| phase.number == nominee.phase).ok_or(OfficeRefusal::NotFound)?;
    Ok(NewNomination::seal(vault, &phase.id, nominee)?)
}

/// The change by each entry; refused if some belong to another unit.
fn changes(entries: &[NewNomination], known: Vec<Known>, scope: &Scope) -> Answer<Vec<Change>> {
    let (mut changes, mut wrong) = (Vec::with_capacity(entries.len()), Told::default());
    for (entry, known) in entries.iter().zip(known) {
        let (unit, change) = match known {
            Known::No => {
                changes.push(Change::New);
                continue;
            }
            Known::Same { unit } => (unit, Change::Same),
            Known::Other { unit } => (unit, Change::Changed),
        };
        if scope.unit(&unit) {
            changes.push(change);
        } else {
            let mistake = Mistake::field("证件号码", Wrong::OtherUnit);
            wrong.push(Mistake { row: Some(entry.nominee().row), ..mistake });
        }
    }
    if wrong.is_empty() { Ok(changes) } else { Err(OfficeRefusal::Wrong(wrong.into_list())) }
}

/// Writes the new and changed entries, some hundred in each transaction, so that facts of running classes
/// wait for no long list. The rows missing after a failure in the middle are written when the same file is
/// taken again.
async fn write(store: &Store, import: &Import<'_>, changes: &[Change]) -> Answer<()> {
    let changed = import.entries.iter().zip(changes).filter(|(_, change)| **change != Change::Same);
    let changed: Vec<&NewNomination> = changed.map(|(entry, _)| entry).collect();
    let parts = changed.chunks(AT_ONCE).count().max(1);
    for part in 0..parts {
        let entries = changed.chunks(AT_ONCE).nth(part).unwrap_or_default();
        let mut writing = store.write(Lane::Office).await?;
        for entry in entries {
            let unit = nominations::unit_of(&mut writing, entry).await?;
            if unit.is_some_and(|unit| !import.scope.unit(&unit)) {
                // Another unit has listed this person since the file was checked.
                return Err(OfficeRefusal::field("证件号码", Wrong::OtherUnit));
            }
            nominations::put(&mut writing, entry, import.now_ms).await?;
        }
        // The whole file is one event of the log, written with its last rows.
        if part + 1 == parts {
            let (rows, new, changed) = counts(changes);
            let detail = json!({ "rows": rows, "new": new, "changed": changed });
            let act = Act::done(import.by, "nomination.imported", import.programme, detail);
            audit::append(&mut writing, store.vault(), act).await?;
        }
        writing.commit().await?;
    }
    Ok(())
}

/// Units that would send more people than they have seats, counting the new entries. A phase without quotas
/// is skipped.
async fn crowded(
    store: &Store,
    entries: &[NewNomination],
    changes: &[Change],
    units: &Units,
) -> Answer<Vec<Mistake>> {
    let mut new: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for (entry, change) in entries.iter().zip(changes) {
        let is_new = u32::from(*change == Change::New);
        *new.entry((entry.phase(), &entry.nominee().unit)).or_default() += is_new;
        numbers.insert(entry.phase(), entry.nominee().phase);
    }
    let mut remarks = Vec::new();
    for (phase, number) in numbers {
        let seats = store.quotas().of_phase(phase).await?;
        if seats.is_empty() {
            continue;
        }
        let known = store.nominations().people_by_unit(phase).await?;
        for ((_, unit), new) in new.iter().filter(|((of, _), _)| *of == phase) {
            let people = known.get(*unit).copied().unwrap_or(0).saturating_add(*new);
            let seats = seats.get(*unit).copied().unwrap_or(0);
            if people > seats {
                let field = format!("{} 第{number}期", units.name(unit));
                let remark = Mistake::field(field, Wrong::MoreThanSeats);
                remarks.push(Mistake { figures: vec![people, seats], ..remark });
            }
        }
    }
    Ok(remarks)
}

fn with(mut told: Told, more: Vec<Mistake>) -> Vec<Mistake> {
    more.into_iter().for_each(|remark| told.push(remark));
    told.into_list()
}

/// Number of rows, of new and of changed ones.
fn counts(changes: &[Change]) -> (u32, u32, u32) {
    let of = |wanted: &[Change]| {
        u32::try_from(changes.iter().filter(|change| wanted.contains(change)).count()).unwrap_or(u32::MAX)
    };
    (of(&[Change::New, Change::Changed, Change::Same]), of(&[Change::New]), of(&[Change::Changed]))
}
