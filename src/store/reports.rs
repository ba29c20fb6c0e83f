//! The table `reports`: reports that are kept as files. The files themselves: [`crate::files::reports`].

use anyhow::{Context, bail, ensure};
use sqlx::FromRow;

use super::db::Writing;
use super::dialect::{Connection, QueryBuilder};
use super::words::Word;
use super::{Store, Vault, signed, unsigned, word};
use crate::account::role::Scope;
use crate::programme::attainment::Source;
use crate::programme::kept_report::{ReportFormat, ReportKind, ReportState};

/// Act of the audit log: a report was made, or could not be.
pub const MADE: &str = "report.made";

/// Reads kept reports.
pub struct Reports<'a>(&'a Store);

impl Store {
    pub fn reports(&self) -> Reports<'_> {
        Reports(self)
    }
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Id of the phase.
    pub phase: String,
    pub kind: ReportKind,
    /// Code of the unit; None = of all.
    pub unit: Option<String>,
    pub format: ReportFormat,
}

/// A report that waits, or was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub id: u64,
    pub of: NewReport,
    /// Name of who asked for it, and when.
    pub by_name: String,
    pub at_ms: u64,
    pub state: ReportState,
    /// None = it was not made.
    pub file: Option<ReportFile>,
}

/// The file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    pub source: Source,
    pub bytes: u64,
    /// Hex.
    pub sha256: String,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    phase: String,
    kind: Word<ReportKind>,
    unit: Option<String>,
    format: Word<ReportFormat>,
    by: String,
    by_name: String,
    at_ms: i64,
    state: Word<ReportState>,
    source_seq: Option<i64>,
    source_ms: Option<i64>,
    bytes: Option<i64>,
    sha256: Option<String>,
    ended_at_ms: Option<i64>,
    mac: Option<String>,
}

const COLUMNS: &str = "SELECT reports.*, people.name AS by_name FROM reports JOIN people ON people.id = by";

impl Row {
    fn report(self, vault: &Vault) -> anyhow::Result<Report> {
        ensure!(
            self.state.0 != ReportState::Made || self.mac.as_ref() == Some(&self.mac(vault)),
            "report {} was changed outside of the server",
            self.id
        );
        let source = self.source_seq.zip(self.source_ms);
        let file = source.zip(self.bytes).zip(self.sha256);
        let file = file.map(|(((seq, at_ms), bytes), sha256)| ReportFile {
            source: Source { seq: unsigned(seq), at_ms: unsigned(at_ms) },
            bytes: unsigned(bytes),
            sha256,
        });
        Ok(Report {
            id: unsigned(self.id),
            of: NewReport { phase: self.phase, kind: self.kind.0, unit: self.unit, format: self.format.0 },
            by_name: self.by_name,
            at_ms: unsigned(self.at_ms),
            state: self.state.0,
            file,
        })
    }

    /// Frozen.
    fn mac(&self, vault: &Vault) -> String {
        let present = |number: Option<i64>| number.map_or_else(|| "-".into(), |number| format!("={number}"));
        let text =
            |text: &Option<String>| text.as_ref().map_or_else(|| "-".into(), |text| format!("={text}"));
        let fields = [
            "report 1".into(),
            self.id.to_string(),
            self.phase.clone(),
            word(self.kind.0),
            text(&self.unit),
            word(self.format.0),
            self.by.clone(),
            self.at_ms.to_string(),
            word(self.state.0),
            present(self.source_seq),
            present(self.source_ms),
            present(self.bytes),
            text(&self.sha256),
            present(self.ended_at_ms),
        ];
        vault.mac(&fields.each_ref().map(String::as_str))
    }
}

impl Reports<'_> {
    /// The next one to be made; None = nothing waits.
    pub async fn next(&self) -> anyhow::Result<Option<Report>> {
        let sql = format!("{COLUMNS} WHERE reports.state = 'waits' ORDER BY reports.id LIMIT 1");
        let row: Option<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_optional(&self.0.readers).await?;
        row.map(|row| row.report(self.0.vault())).transpose()
    }

    /// None = there is none with this number.
    pub async fn find(&self, id: u64) -> anyhow::Result<Option<Report>> {
        let sql = format!("{COLUMNS} WHERE reports.id = $1");
        let row: Option<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(signed(id)).fetch_optional(&self.0.readers).await?;
        row.map(|row| row.report(self.0.vault())).transpose()
    }

    /// Those of a phase that `scope` reaches, the newest first; `before`: None = from the newest on.
    pub async fn of_phase(
        &self,
        phase: &str,
        scope: &Scope,
        before: Option<u64>,
        most: u32,
    ) -> anyhow::Result<Vec<Report>> {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(" WHERE reports.phase = ").push_bind(phase.to_owned());
        within(&mut query, scope);
        if let Some(before) = before {
            query.push(" AND reports.id < ").push_bind(signed(before));
        }
        query.push(" ORDER BY reports.id DESC LIMIT ").push_bind(most);
        let rows: Vec<Row> = query.build_query_as().fetch_all(&self.0.readers).await?;
        rows.into_iter().map(|row| row.report(self.0.vault())).collect()
    }

    /// How many of these wait.
    pub async fn waiting(&self, phase: &str, scope: &Scope) -> anyhow::Result<u64> {
        let mut query =
            QueryBuilder::new("SELECT count(*) FROM reports WHERE state = 'waits' AND reports.phase = ");
        query.push_bind(phase.to_owned());
        within(&mut query, scope);
        Ok(unsigned(query.build_query_scalar().fetch_one(&self.0.readers).await?))
    }
}

/// Limits a query to the reports within `scope`. A report about all units needs a scope of everything.
fn within(query: &mut QueryBuilder, scope: &Scope) {
    if scope.everything {
        return;
    }
    query.push(" AND (FALSE");
    for unit in scope.units() {
        query.push(" OR reports.unit = ").push_bind(unit.to_owned());
    }
    query.push(")");
}

/// How many wait, of all phases.
pub async fn all_waiting(writing: &mut Writing) -> anyhow::Result<u64> {
    let count = sqlx::query_scalar("SELECT count(*) FROM reports WHERE state = 'waits'");
    Ok(unsigned(count.fetch_one(&mut **writing).await?))
}

/// Asks for a report; false = the same one waits already.
pub async fn ask(writing: &mut Writing, new: &NewReport, by: &str, now_ms: u64) -> anyhow::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO reports (phase, kind, unit, format, by, at_ms, state)
         VALUES ($1, $2, $3, $4, $5, $6, 'waits') ON CONFLICT DO NOTHING",
    )
    .bind(&new.phase)
    .bind(word(new.kind))
    .bind(&new.unit)
    .bind(word(new.format))
    .bind(by)
    .bind(signed(now_ms))
    .execute(&mut **writing)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes how the making of a report ended; `file`: None = it could not be made.
pub async fn end(
    writing: &mut Writing,
    vault: &Vault,
    id: u64,
    file: Option<&ReportFile>,
    now_ms: u64,
) -> anyhow::Result<()> {
    let sql = format!("{COLUMNS} WHERE reports.id = $1 AND reports.state = 'waits'");
    let mut row: Row = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(signed(id))
        .fetch_optional(&mut **writing)
        .await?
        .with_context(|| format!("report {id} does not wait"))?;
    row.state = Word(if file.is_some() { ReportState::Made } else { ReportState::Failed });
    row.source_seq = file.map(|file| signed(file.source.seq));
    row.source_ms = file.map(|file| signed(file.source.at_ms));
    row.bytes = file.map(|file| signed(file.bytes));
    row.sha256 = file.map(|file| file.sha256.clone());
    row.ended_at_ms = Some(signed(now_ms));
    let mac = row.mac(vault);
    let update = sqlx::query(
        "UPDATE reports SET state = $2, source_seq = $3, source_ms = $4, bytes = $5, sha256 = $6, ended_at_ms = $7,
             mac = $8
         WHERE id = $1",
    )
    .bind(row.id)
    .bind(word(row.state.0))
    .bind(row.source_seq)
    .bind(row.source_ms)
    .bind(row.bytes)
    .bind(row.sha256)
    .bind(row.ended_at_ms)
    .bind(mac);
    Ok(writing.one_row("the end of a report", update).await?)
}

/// Checks that every report that was made is as the server noted it, and that none is missing of those that the audit log names.
pub(super) async fn check(reader: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    let sql = format!("{COLUMNS} WHERE reports.state = 'made' ORDER BY reports.id");
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *reader).await?;
    for row in rows {
        row.report(vault)?;
    }
    let missing: Option<i64> = sqlx::query_scalar(
        "SELECT cast(detail ->> 'report' AS bigint) FROM audit
         LEFT JOIN reports ON reports.id = cast(detail ->> 'report' AS bigint) AND reports.sha256 = detail ->> 'sha256'
         WHERE act = $1 AND done AND reports.id IS NULL ORDER BY seq LIMIT 1",
    )
    .bind(MADE)
    .fetch_optional(reader)
    .await?;
    match missing {
        Some(id) => bail!("report {id}: it is not there as it was made"),
        None => Ok(()),
    }
}
