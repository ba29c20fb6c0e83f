//! Seats of each unit in each phase (名额分配, R1): setting, import, export. Σ ≤ plan.

use std::collections::BTreeMap;

use serde_json::json;

use super::registrations::seats;
use super::{Answer, Keep, OfficeRefusal, phases, units};
use crate::account::role::Scope;
use crate::programme::enrolment::State;
use crate::programme::phase::Phase;
use crate::programme::quota::{self, Row};
use crate::programme::quota_table;
use crate::programme::unit::Units;
use crate::protocol::{Imported, NewQuota, Quota, Quotas};
use crate::sheet::{self, Kind};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, Writing, quotas, registrations};
use crate::text::mistake::{Mistake, Wrong};

/// The outcome of a change of quotas.
#[derive(Default)]
struct Set {
    new: u32,
    changed: u32,
}

/// The person who sets the quotas, the phase, and the time.
struct Setting<'a> {
    by: &'a str,
    phase: &'a Phase,
    units: &'a Units,
    now_ms: u64,
}

/// Quotas of the units within `scope`, with the state of their registrations.
pub async fn all(store: &Store, phase: &str, scope: &Scope) -> Answer<Quotas> {
    let phase = phases::find(store, phase).await?;
    let mut by_unit: BTreeMap<String, Quota> = BTreeMap::new();
    for (unit, state, people) in store.registrations().states_by_unit(&phase.id).await? {
        let quota = of(&mut by_unit, unit);
        match state {
            State::Submitted => quota.submitted = people,
            State::Waitlisted => quota.waitlisted = people,
            State::Rejected => quota.rejected = people,
            State::Withdrawn => quota.withdrawn = people,
            State::Draft => {}
            _ => quota.taken += people,
        }
    }
    for (unit, people) in store.nominations().people_by_unit(&phase.id).await? {
        of(&mut by_unit, unit).nominated = people;
    }
    let mut given = 0;
    for (unit, seats) in store.quotas().of_phase(&phase.id).await? {
        of(&mut by_unit, unit).seats = seats;
        given += seats;
    }
    // In the order of national tables, units without seats included.
    let known = units::of_programme(store, &phase.programme).await?;
    let rows = known.all().iter().filter(|unit| scope.unit(&unit.code));
    let rows = rows.map(|unit| by_unit.remove(&unit.code).unwrap_or_else(|| empty(&unit.code)));
    Ok(Quotas { plan_seats: phase.plan_seats, given, rows: rows.collect() })
}

/// Sets the seats of the named units; freed seats go to the waiting lists. All or nothing.
pub async fn set(store: &Store, by: &str, phase: &str, rows: &[NewQuota], now_ms: u64) -> Answer<Quotas> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let units = units::of_programme_in(&mut writing, &phase.programme).await?;
    let setting = Setting { by, phase: &phase, units: &units, now_ms };
    set_rows(store, &mut writing, &setting, rows).await?;
    writing.commit().await?;
    all(store, &phase.id, &Scope::all()).await
}

async fn set_rows(
    store: &Store,
    writing: &mut Writing,
    setting: &Setting<'_>,
    rows: &[NewQuota],
) -> Answer<Set> {
    let Setting { by, phase, units, now_ms } = *setting;
    let taken = registrations::seats_taken_by_unit(writing, &phase.id).await?;
    let before = quotas::of_phase(writing, &phase.id).await?;
    let table = table_of(rows, &taken, &before);
    let wrong = quota::check(phase.plan_seats, &table, |unit| units.is_code(unit));
    if !wrong.is_empty() {
        return Err(OfficeRefusal::Wrong(wrong.into_iter().map(mistake).collect()));
    }
    let mut set = Set::default();
    for row in &table[..rows.len()] {
        match before.get(&row.unit) {
            None => set.new += 1,
            Some(seats) if *seats != row.seats => set.changed += 1,
            Some(_) => continue,
        }
        quotas::set(writing, &phase.id, &row.unit, row.seats).await?;
        seats::promote(writing, phase, &row.unit, now_ms).await?;
    }
    let seats: BTreeMap<&str, u32> = rows.iter().map(|row| (row.unit.as_str(), row.seats)).collect();
    audit::append(writing, store.vault(), Act::done(by, "quota.set", &phase.id, json!(seats))).await?;
    Ok(set)
}

/// The whole table of the phase once `rows` are set. Units that are not named keep their seats, and count.
fn table_of(rows: &[NewQuota], taken: &BTreeMap<String, u32>, before: &BTreeMap<String, u32>) -> Vec<Row> {
    let named = rows.iter().map(|row| Row {
        unit: row.unit.clone(),
        seats: row.seats,
        taken: taken.get(&row.unit).copied().unwrap_or_default(),
    });
    let others = before
        .iter()
        .filter(|(unit, _)| !rows.iter().any(|row| row.unit == **unit))
        .map(|(unit, seats)| Row { unit: unit.clone(), seats: *seats, taken: 0 });
    named.chain(others).collect()
}

/// Sets the quotas of all phases named in a file.
pub async fn import(
    store: &Store,
    by: &str,
    programme: &str,
    file: Vec<u8>,
    keep: Keep,
    now_ms: u64,
) -> Answer<Imported> {
    let phases = phases::of_programme(store, programme).await?;
    let units = units::of_programme(store, programme).await?;
    let numbers: Vec<u32> = phases.iter().map(|phase| phase.number).collect();
    // Reading a file takes time: nobody waits for it, least of all a writer.
    let place = store.place_at_desk().await;
    let (read, units) = place.work(move || (table_in(&file, &units, &numbers), units)).await?;
    let quota_table::Quotas { seats, sheet, remarks } = read?;
    let mut imported = Imported { rows: 0, new: 0, changed: 0, sheet, remarks: remarks.into_list() };
    let mut writing = store.write(Lane::Office).await?;
    for (number, seats) in seats {
        let phase = phases.iter().find(|phase| phase.number == number).ok_or(OfficeRefusal::NotFound)?;
        let rows: Vec<NewQuota> = seats.into_iter().map(|(unit, seats)| NewQuota { unit, seats }).collect();
        imported.rows = imported.rows.max(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let setting = Setting { by, phase, units: &units, now_ms };
        let set = set_rows(store, &mut writing, &setting, &rows).await;
        let set = set.map_err(|refused| in_table(refused, number, &units))?;
        imported.new += set.new;
        imported.changed += set.changed;
    }
    // Without the commit, everything is rolled back.
    if keep == Keep::Yes {
        writing.commit().await?;
    }
    Ok(imported)
}

/// The table of all phases as a file.
pub async fn export(store: &Store, programme: &str, kind: Kind) -> Answer<Vec<u8>> {
    let units = units::all(store, programme).await?;
    let (mut numbers, mut seats): (Vec<u32>, Vec<BTreeMap<String, u32>>) = Default::default();
    for phase in store.phases().of_programme(programme).await? {
        seats.push(store.quotas().of_phase(&phase.id).await?);
        numbers.push(phase.number);
    }
    let of = |code: &String| seats.iter().map(|seats| seats.get(code).copied().unwrap_or(0)).collect();
    let rows: Vec<_> = units.into_iter().map(|unit| (of(&unit.code), unit)).collect();
    let rows: Vec<_> = rows.into_iter().map(|(seats, unit)| (unit.code, unit.name, seats)).collect();
    let table = quota_table::table(&numbers, &rows);
    Ok(sheet::write(&table, kind).map_err(anyhow::Error::from)?)
}

/// The table in a file, or all mistakes in it.
fn table_in(file: &[u8], units: &Units, phases: &[u32]) -> Answer<quota_table::Quotas> {
    let unit = |text: &str| units.find(text).map(|unit| unit.code.clone());
    quota_table::read(&sheet::read(file)?, unit, |number| phases.contains(&number))
        .map_err(OfficeRefusal::Wrong)
}

fn of(units: &mut BTreeMap<String, Quota>, unit: String) -> &mut Quota {
    units.entry(unit.clone()).or_insert_with(|| empty(&unit))
}

fn empty(unit: &str) -> Quota {
    Quota {
        unit: unit.to_owned(),
        seats: 0,
        taken: 0,
        submitted: 0,
        waitlisted: 0,
        rejected: 0,
        withdrawn: 0,
        nominated: 0,
    }
}

/// The mistakes in the words of the table: the phase, and the name of the unit.
fn in_table(refused: OfficeRefusal, phase: u32, units: &Units) -> OfficeRefusal {
    let OfficeRefusal::Wrong(mut wrong) = refused else { return refused };
    for mistake in &mut wrong {
        let unit = units.find(&mistake.field).map(|unit| format!("{} ", unit.name)).unwrap_or_default();
        mistake.field = format!("{unit}第{phase}期");
    }
    OfficeRefusal::Wrong(wrong)
}

fn mistake(refused: quota::Refused) -> Mistake {
    use quota::Refused as R;
    let of = |unit: String, wrong, figures| Mistake { figures, ..Mistake::field(unit, wrong) };
    match refused {
        R::Twice { unit } => of(unit, Wrong::Twice, Vec::new()),
        R::Unknown { unit } => of(unit, Wrong::Choice, Vec::new()),
        R::BelowTaken { unit, seats, taken } => of(unit, Wrong::BelowTaken, vec![seats, taken]),
        R::AbovePlan { sum, plan } => {
            of("seats".into(), Wrong::AbovePlan, vec![u32::try_from(sum).unwrap_or(u32::MAX), plan])
        }
    }
}
