//! Lists of trainees (参训信息汇总表, R2) from files. Everything slow comes before the write.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::{Row, SqliteConnection};

use super::super::audit::{self, Act};
use super::super::{Store, signed, word};
use super::private::{Private, document_print, of_nomination};
use super::quotas::phases_of;
use super::units::Units;
use super::{Answer, Keep, Refused, count};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::course::columns::Column;
use crate::course::nomination::{self, Known, List, Nominee, Offer};
use crate::course::phase::Phase;
use crate::course::role::Scope;
use crate::course::told::Told;
use crate::protocol::{Imported, Mistake, Wrong};
use crate::sheet;

/// Rows of one transaction.
const AT_ONCE: usize = 200;

/// A list that is to be written, and whose it is.
struct Import<'a> {
    by: &'a str,
    scope: &'a Scope,
    programme: &'a str,
    entries: &'a [Entry],
    now_ms: u64,
}

impl Store {
    /// Takes a file whole, or says everything that is wrong with it. The same people again are changed,
    /// nobody is there twice in a phase.
    pub async fn import_nominations(
        &self,
        by: &str,
        scope: &Scope,
        programme: &str,
        file: Vec<u8>,
        keep: Keep,
        now_ms: u64,
    ) -> Answer<Imported> {
        let phases = phases_of(&self.readers, programme).await?;
        let units = Units::of(&self.readers, programme).await?;
        let (known, own, now) = (phases.clone(), scope.clone(), ServerInstant::of_fact(now_ms));
        let store = self.clone();
        // Reading a file and sealing take their time: nobody waits for it, least of all who wants to write.
        let read = move || {
            let List { nominees, sheet, remarks } = list(&file, &units, &known, &own, now)?;
            let entries = nominees.into_iter().map(|nominee| store.entry(&phases, nominee));
            Answer::Ok((entries.collect::<Answer<Vec<Entry>>>()?, sheet, remarks, units))
        };
        let (entries, sheet, remarks, units) = self.compute(read).await??;
        let mut reading = self.readers.acquire().await?;
        let changes = self.compare(&mut reading, &entries, scope).await?;
        let crowded = crowded(&mut reading, &entries, &changes, &units).await?;
        drop(reading);
        let (rows, new, changed) = counts(&changes);
        if keep == Keep::Yes {
            let import = Import { by, scope, programme, entries: &entries, now_ms };
            self.enter_nominees(&import, &changes).await?;
        }
        Ok(Imported { rows, new, changed, sheet, remarks: with(remarks, crowded) })
    }

    pub(super) fn entry(&self, phases: &[Phase], mut nominee: Nominee) -> Answer<Entry> {
        let phase = phases.iter().find(|phase| phase.number == nominee.phase).ok_or(Refused::NotFound)?;
        let private = Private {
            number: nominee.document.number().to_owned(),
            mobile: nominee.mobile.clone(),
            email: nominee.rest.remove(&Column::Email).unwrap_or_default(),
        };
        let sealed = private.seal(self.vault(), &of_nomination(&phase.id))?;
        Ok(Entry {
            phase: phase.id.clone(),
            print: document_print(self.vault(), &nominee.document),
            rest: json!(nominee.rest).to_string(),
            private,
            sealed,
            nominee,
        })
    }

    /// What each entry changes; refused when some are another unit's.
    async fn compare(
        &self,
        connection: &mut SqliteConnection,
        entries: &[Entry],
        scope: &Scope,
    ) -> Answer<Vec<Change>> {
        let (mut changes, mut wrong) = (Vec::with_capacity(entries.len()), Told::default());
        for Entry { phase, print, private, rest, nominee, .. } in entries {
            let row = sqlx::query(
                "SELECT unit, name, sex, private, rest FROM nominations WHERE phase = ? AND document = ?",
            );
            let row = row.bind(phase).bind(print).fetch_optional(&mut *connection).await?;
            let Some(row) = row else {
                changes.push(Change::New);
                continue;
            };
            let unit: &str = row.try_get("unit")?;
            if !scope.unit(unit) {
                let mistake = Mistake::field("证件号码", Wrong::OtherUnit);
                wrong.push(Mistake { row: Some(nominee.row), ..mistake });
                continue;
            }
            let known = Private::open(self.vault(), &of_nomination(phase), row.try_get("private")?)?;
            let is_same = known == *private
                && unit == nominee.unit
                && row.try_get::<&str, _>("name")? == nominee.name
                && row.try_get::<&str, _>("sex")? == word(nominee.sex)
                && row.try_get::<&str, _>("rest")? == rest;
            changes.push(if is_same { Change::Same } else { Change::Changed });
        }
        if wrong.is_empty() { Ok(changes) } else { Err(Refused::Wrong(wrong.into_list())) }
    }

    /// Writes those that are new or changed, some hundred in each transaction, so that facts of running
    /// classes wait for no long list. What a failure in the middle leaves out is written when the same file is
    /// taken again.
    async fn enter_nominees(&self, import: &Import<'_>, changes: &[Change]) -> Answer<()> {
        let changed = import.entries.iter().zip(changes).filter(|(_, change)| **change != Change::Same);
        let changed: Vec<&Entry> = changed.map(|(entry, _)| entry).collect();
        let parts = changed.chunks(AT_ONCE).count().max(1);
        for part in 0..parts {
            let entries = changed.chunks(AT_ONCE).nth(part).unwrap_or_default();
            let mut writing = self.writing().await?;
            for entry in entries {
                let unit = sqlx::query("SELECT unit FROM nominations WHERE phase = ? AND document = ?");
                let unit = unit.bind(&entry.phase).bind(&entry.print).fetch_optional(&mut *writing).await?;
                let unit: Option<&str> = unit.as_ref().map(|row| row.try_get(0)).transpose()?;
                if unit.is_some_and(|unit| !import.scope.unit(unit)) {
                    // Another unit has sent this person since the list was looked through.
                    return Err(Refused::field("证件号码", Wrong::OtherUnit));
                }
                self.enter_nominee(&mut writing, entry, import.now_ms).await?;
            }
            // The whole file is one event of the log, written with its last rows.
            if part + 1 == parts {
                let (rows, new, changed) = counts(changes);
                let detail = json!({ "rows": rows, "new": new, "changed": changed });
                let act = Act::done(import.by, "nomination.imported", import.programme, detail);
                audit::append(&mut writing, self.vault(), act).await?;
            }
            writing.commit().await?;
        }
        Ok(())
    }

    pub(super) async fn enter_nominee(
        &self,
        connection: &mut SqliteConnection,
        entry: &Entry,
        now_ms: u64,
    ) -> Answer<()> {
        let Entry { phase, print, rest, sealed, nominee, .. } = entry;
        sqlx::query(
            "INSERT INTO nominations (phase, unit, document, name, sex, document_kind, private, rest, at_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (phase, document) DO UPDATE SET unit = excluded.unit, name = excluded.name,
                 sex = excluded.sex, document_kind = excluded.document_kind, private = excluded.private,
                 rest = excluded.rest, at_ms = excluded.at_ms",
        )
        .bind(phase)
        .bind(&nominee.unit)
        .bind(print)
        .bind(&nominee.name)
        .bind(word(nominee.sex))
        .bind(word(nominee.document.kind()))
        .bind(sealed)
        .bind(rest)
        .bind(signed(now_ms))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Everybody in a file, or everything that is wrong with it.
fn list(file: &[u8], units: &Units, phases: &[Phase], scope: &Scope, now: ServerInstant) -> Answer<List> {
    let offer = |number| {
        let phase = phases.iter().find(|phase| phase.number == number)?;
        Some(Offer { tracks: &phase.tracks, categories: &phase.categories })
    };
    let known = Known {
        today: LocalDate::of(now),
        unit: &|text| units.find(text).map(|unit| unit.code.clone()),
        phase: &offer,
        may_send: &|unit| scope.unit(unit),
    };
    nomination::read(&sheet::read(file)?, &known).map_err(Refused::Wrong)
}

/// Units that send more people than they have seats, once the entries that are new are stored. A phase
/// whose seats nobody has given yet says nothing.
async fn crowded(
    connection: &mut SqliteConnection,
    entries: &[Entry],
    changes: &[Change],
    units: &Units,
) -> Answer<Vec<Mistake>> {
    let mut new: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let is_new = changes[at] == Change::New;
        *new.entry((&entry.phase, &entry.nominee.unit)).or_default() += u32::from(is_new);
    }
    let numbers: BTreeMap<&str, u32> =
        entries.iter().map(|entry| (entry.phase.as_str(), entry.nominee.phase)).collect();
    let mut remarks = Vec::new();
    for ((phase, unit), new) in new {
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM nominations WHERE phase = ?1 AND unit = ?2),
                 coalesce((SELECT seats FROM quotas WHERE phase = ?1 AND unit = ?2), 0)
             WHERE EXISTS (SELECT 1 FROM quotas WHERE phase = ?1)",
        );
        let Some(row) = row.bind(phase).bind(unit).fetch_optional(&mut *connection).await? else { continue };
        let (people, seats) = (count(row.try_get(0)?).saturating_add(new), count(row.try_get(1)?));
        if people > seats {
            let number = numbers.get(phase).copied().unwrap_or_default();
            let field = format!("{} 第{number}期", units.name(unit));
            let remark = Mistake::field(field, Wrong::MoreThanSeats);
            remarks.push(Mistake { figures: vec![people, seats], ..remark });
        }
    }
    Ok(remarks)
}

fn with(mut told: Told, more: Vec<Mistake>) -> Vec<Mistake> {
    more.into_iter().for_each(|remark| told.push(remark));
    told.into_list()
}

/// Rows, and those of them that are new and changed.
fn counts(changes: &[Change]) -> (u32, u32, u32) {
    let of = |wanted: &[Change]| {
        u32::try_from(changes.iter().filter(|change| wanted.contains(change)).count()).unwrap_or(u32::MAX)
    };
    (of(&[Change::New, Change::Changed, Change::Same]), of(&[Change::New]), of(&[Change::Changed]))
}

/// A nominee, ready to be stored.
pub(super) struct Entry {
    /// Id of the phase.
    phase: String,
    pub(super) print: Vec<u8>,
    private: Private,
    sealed: Vec<u8>,
    rest: String,
    nominee: Nominee,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    New,
    Changed,
    Same,
}
