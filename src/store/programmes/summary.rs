//! 分省汇总 (R5): what became of each unit's people.

use std::collections::BTreeMap;

use sqlx::Row;

use super::super::{Store, unsigned};
use super::Answer;
use crate::course::role::Scope;
use crate::course::summary::{self, Counts};
use crate::sheet::{self, Kind};

/// By unit of phase `?1`. A minute counts in class, with its replay, or of what is studied alone.
const COUNTS: &str = "WITH came AS (
         SELECT person, lessons.class FROM result_lines JOIN judged USING (result)
         JOIN lessons ON lessons.id = judged.lesson JOIN classes ON classes.id = lessons.class
         WHERE classes.phase = ?1 AND line ->> '$.with_replay_s' >= 60
         UNION
         SELECT person, lessons.class FROM watched
         JOIN lessons ON lessons.id = watched.lesson JOIN classes ON classes.id = lessons.class
         WHERE classes.phase = ?1 AND kind = 'async' AND 60000 <=
             (SELECT sum((value ->> '$.to_ms') - (value ->> '$.from_ms')) FROM json_each(covered)))
     SELECT unit, count(*) AS registered,
         count(*) FILTER (WHERE state IN ('approved', 'placed', 'active', 'completed', 'failed')) AS approved,
         count(came.person) FILTER (WHERE state IN ('placed', 'active', 'completed', 'failed')) AS attended,
         count(*) FILTER (WHERE state = 'completed') AS passed,
         count(*) FILTER (WHERE state IN ('completed', 'failed')) AS decided
     FROM registrations LEFT JOIN came ON came.person = registrations.person AND came.class = registrations.class
     WHERE phase = ?1 AND state <> 'draft' GROUP BY unit";

impl Store {
    /// The table of a phase, of the units that `scope` reaches, as a file.
    pub async fn export_summary(&self, phase: &str, scope: &Scope, kind: Kind) -> Answer<Vec<u8>> {
        let phase = self.phase(phase).await?;
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        let rows = sqlx::query(COUNTS).bind(&phase.id).fetch_all(&self.readers).await?;
        let decided = rows.iter().map(|row| row.try_get::<i64, _>("decided"));
        let is_decided = decided.collect::<Result<Vec<_>, _>>()?.into_iter().any(|decided| decided > 0);
        let none = Counts { passed: is_decided.then_some(0), ..Counts::default() };
        for row in &rows {
            let number = |column: &str| row.try_get(column).map(unsigned);
            let of = Counts {
                quota: 0,
                registered: number("registered")?,
                approved: number("approved")?,
                attended: number("attended")?,
                passed: is_decided.then(|| number("passed")).transpose()?,
            };
            counts.insert(row.try_get("unit")?, of);
        }
        for quota in self.quotas(&phase.id, scope).await?.rows {
            counts.entry(quota.unit).or_insert(none).quota = quota.seats.into();
        }
        let units = self.units(&phase.programme).await?.into_iter().filter(|unit| scope.unit(&unit.code));
        let of = |code: &str| counts.get(code).copied().unwrap_or(none);
        let rows: Vec<_> = units.map(|unit| (unit.name, unit.code.clone(), of(&unit.code))).collect();
        Ok(sheet::write(&summary::table(&rows), kind).map_err(anyhow::Error::from)?)
    }
}
