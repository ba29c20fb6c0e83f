//! Seats of each unit in each phase (名额分配, R1): set, imported, exported. Σ ≤ plan.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::{Row, SqliteExecutor};

use super::super::Store;
use super::super::audit::{self, Act};
use super::catalogue::{self, find_phase};
use super::units::Units;
use super::{Answer, Keep, Refused, Writing, count, seats};
use crate::course::phase::Phase;
use crate::course::quota::{self, Row as QuotaRow};
use crate::course::quota_table;
use crate::course::role::Scope;
use crate::protocol::{Imported, Mistake, NewQuota, Quota, Quotas, Wrong};
use crate::sheet::{self, Kind};

/// What a change of quotas came to.
#[derive(Default)]
struct Set {
    new: u32,
    changed: u32,
}

impl Store {
    /// Quotas of the units that `scope` reaches, with how their registrations stand.
    pub async fn quotas(&self, phase: &str, scope: &Scope) -> Answer<Quotas> {
        let phase = self.phase(phase).await?;
        let rows = sqlx::query(
            "SELECT unit, state, count(*) AS people FROM registrations WHERE phase = ? GROUP BY unit, state",
        );
        let mut units: BTreeMap<String, Quota> = BTreeMap::new();
        for row in rows.bind(&phase.id).fetch_all(&self.readers).await? {
            let people = count(row.try_get("people")?);
            let quota = of(&mut units, row.try_get("unit")?);
            match row.try_get::<&str, _>("state")? {
                "submitted" => quota.submitted = people,
                "waitlisted" => quota.waitlisted = people,
                "rejected" => quota.rejected = people,
                "withdrawn" => quota.withdrawn = people,
                "draft" => {}
                _ => quota.taken += people,
            }
        }
        let rows = sqlx::query("SELECT unit, count(*) FROM nominations WHERE phase = ? GROUP BY unit");
        for row in rows.bind(&phase.id).fetch_all(&self.readers).await? {
            of(&mut units, row.try_get(0)?).nominated = count(row.try_get(1)?);
        }
        let rows = sqlx::query("SELECT unit, seats FROM quotas WHERE phase = ?");
        let mut given = 0;
        for row in rows.bind(&phase.id).fetch_all(&self.readers).await? {
            let quota = of(&mut units, row.try_get("unit")?);
            quota.seats = row.try_get("seats")?;
            given += quota.seats;
        }
        // In the order of national tables; units that have nothing, too.
        let known = Units::of(&self.readers, &phase.programme).await?;
        let rows = known.all().iter().filter(|unit| scope.unit(&unit.code));
        let rows = rows.map(|unit| units.remove(&unit.code).unwrap_or_else(|| empty(&unit.code)));
        Ok(Quotas { plan_seats: phase.plan_seats, given, rows: rows.collect() })
    }

    /// Sets the seats of the units named; what comes free goes to the waiting lists. All or nothing.
    pub async fn set_quotas(&self, by: &str, phase: &str, rows: &[NewQuota], now_ms: u64) -> Answer<Quotas> {
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        let units = Units::of(&mut *writing, &phase.programme).await?;
        self.set(&mut writing, by, &phase, &units, rows, now_ms).await?;
        writing.commit().await?;
        self.quotas(&phase.id, &Scope::all()).await
    }

    async fn set(
        &self,
        writing: &mut Writing,
        by: &str,
        phase: &Phase,
        units: &Units,
        rows: &[NewQuota],
        now_ms: u64,
    ) -> Answer<Set> {
        let taken = seats::taken(writing, &phase.id).await?;
        let as_row = |row: &NewQuota| QuotaRow {
            unit: row.unit.clone(),
            seats: row.seats,
            taken: taken.get(&row.unit).copied().unwrap_or_default(),
        };
        let mut table: Vec<QuotaRow> = rows.iter().map(as_row).collect();
        let named = table.len();
        let known = sqlx::query("SELECT unit, seats FROM quotas WHERE phase = ?").bind(&phase.id);
        let mut before: BTreeMap<String, u32> = BTreeMap::new();
        for row in known.fetch_all(&mut **writing).await? {
            before.insert(row.try_get(0)?, row.try_get(1)?);
        }
        // Units that are not named keep theirs, and count.
        for (unit, seats) in &before {
            if !rows.iter().any(|row| row.unit == *unit) {
                table.push(QuotaRow { unit: unit.clone(), seats: *seats, taken: 0 });
            }
        }
        let wrong = quota::check(phase.plan_seats, &table, |unit| units.is_code(unit));
        if !wrong.is_empty() {
            return Err(Refused::Wrong(wrong.into_iter().map(mistake).collect()));
        }
        let mut set = Set::default();
        for row in &table[..named] {
            match before.get(&row.unit) {
                None => set.new += 1,
                Some(seats) if *seats != row.seats => set.changed += 1,
                Some(_) => continue,
            }
            sqlx::query(
                "INSERT INTO quotas (phase, unit, seats) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seats = excluded.seats",
            )
            .bind(&phase.id)
            .bind(&row.unit)
            .bind(row.seats)
            .execute(&mut **writing)
            .await?;
            seats::promote(writing, phase, &row.unit, now_ms).await?;
        }
        let seats: BTreeMap<&str, u32> = rows.iter().map(|row| (row.unit.as_str(), row.seats)).collect();
        audit::append(writing, self.vault(), Act::done(by, "quota.set", &phase.id, json!(seats))).await?;
        Ok(set)
    }

    /// Sets the quotas of all phases that a file names.
    pub async fn import_quotas(
        &self,
        by: &str,
        programme: &str,
        file: Vec<u8>,
        keep: Keep,
        now_ms: u64,
    ) -> Answer<Imported> {
        let phases = phases_of(&self.readers, programme).await?;
        let units = Units::of(&self.readers, programme).await?;
        let numbers: Vec<u32> = phases.iter().map(|phase| phase.number).collect();
        // Reading a file takes its time: nobody waits for it, least of all who wants to write.
        let (read, units) = self.compute(move || (table_in(&file, &units, &numbers), units)).await?;
        let quota_table::Quotas { seats, sheet, remarks } = read?;
        let mut imported = Imported { rows: 0, new: 0, changed: 0, sheet, remarks: remarks.into_list() };
        let mut writing = self.writing().await?;
        for (number, seats) in seats {
            let phase = phases.iter().find(|phase| phase.number == number).ok_or(Refused::NotFound)?;
            let rows: Vec<NewQuota> =
                seats.into_iter().map(|(unit, seats)| NewQuota { unit, seats }).collect();
            imported.rows = imported.rows.max(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            let set = self.set(&mut writing, by, phase, &units, &rows, now_ms).await;
            let set = set.map_err(|refused| in_table(refused, number, &units))?;
            imported.new += set.new;
            imported.changed += set.changed;
        }
        // Not committed, everything is rolled back.
        if keep == Keep::Yes {
            writing.commit().await?;
        }
        Ok(imported)
    }

    /// The table of all phases as a file.
    pub async fn export_quotas(&self, programme: &str, kind: Kind) -> Answer<Vec<u8>> {
        let units = self.units(programme).await?;
        let phases = sqlx::query("SELECT id, number FROM phases WHERE programme = ? ORDER BY number");
        let (mut numbers, mut seats): (Vec<u32>, Vec<BTreeMap<String, u32>>) = Default::default();
        for row in phases.bind(programme).fetch_all(&self.readers).await? {
            let quotas = sqlx::query("SELECT unit, seats FROM quotas WHERE phase = ?");
            let quotas = quotas.bind(row.try_get::<String, _>(0)?).fetch_all(&self.readers).await?;
            let quotas = quotas.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
            seats.push(quotas.collect::<Result<_, sqlx::Error>>()?);
            numbers.push(row.try_get(1)?);
        }
        let of = |code: &String| seats.iter().map(|seats| seats.get(code).copied().unwrap_or(0)).collect();
        let rows: Vec<_> = units.into_iter().map(|unit| (of(&unit.code), unit)).collect();
        let rows: Vec<_> = rows.into_iter().map(|(seats, unit)| (unit.code, unit.name, seats)).collect();
        let table = quota_table::table(&numbers, &rows);
        Ok(sheet::write(&table, kind).map_err(anyhow::Error::from)?)
    }
}

/// The table in a file, or everything that is wrong with it.
fn table_in(file: &[u8], units: &Units, phases: &[u32]) -> Answer<quota_table::Quotas> {
    let unit = |text: &str| units.find(text).map(|unit| unit.code.clone());
    quota_table::read(&sheet::read(file)?, unit, |number| phases.contains(&number)).map_err(Refused::Wrong)
}

/// The phases of a programme by number; there must be some.
pub(super) async fn phases_of(executor: impl SqliteExecutor<'_>, programme: &str) -> Answer<Vec<Phase>> {
    let rows = sqlx::query("SELECT * FROM phases WHERE programme = ? ORDER BY number").bind(programme);
    let rows = rows.fetch_all(executor).await?;
    if rows.is_empty() {
        return Err(Refused::NotFound);
    }
    Ok(rows.iter().map(catalogue::phase).collect::<anyhow::Result<_>>()?)
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

/// Mistakes in the words of the table: which phase, and the name of the unit.
fn in_table(refused: Refused, phase: u32, units: &Units) -> Refused {
    let Refused::Wrong(mut wrong) = refused else { return refused };
    for mistake in &mut wrong {
        let unit = units.find(&mistake.field).map(|unit| format!("{} ", unit.name)).unwrap_or_default();
        mistake.field = format!("{unit}第{phase}期");
    }
    Refused::Wrong(wrong)
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
