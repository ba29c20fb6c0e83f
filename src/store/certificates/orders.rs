//! The tables `certificate_batches` and `certificate_orders`: the certificates to be issued.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::private::{Private, of_registration};
use super::super::{signed, unsigned};
use super::Certificates;
use crate::programme::conclusion::Conclusion;
use crate::programme::unit::UNITS;
use crate::store::Vault;
use crate::store::dialect::{Connection, numbers, numbers_in_order};

/// People who have completed a phase and have no certificate for it. Each conclusion gives one certificate: a
/// person who loses it gets another one when the phase is completed again.
const READY: &str = "own.state = 'completed'
     AND NOT EXISTS (SELECT 1 FROM certificates WHERE certificates.registration = own.id
         AND (certificates.state = 'valid' OR certificates.conclusion = (SELECT max(id) FROM conclusions WHERE registration = own.id)))
     AND NOT EXISTS (SELECT 1 FROM certificate_orders AS o WHERE o.registration = own.id AND o.state = 'waits')";

/// The content of the certificate of a person who has completed a phase.
#[derive(Debug, Clone)]
pub struct Graduate {
    pub registration: u64,
    /// Number of the conclusion.
    pub conclusion: u64,
    pub concluded: Conclusion,
    pub name: String,
    /// Unmasked; only its last characters leave the store.
    pub document: String,
    /// Code of the unit.
    pub unit: String,
    pub unit_name: String,
    pub school: String,
}

#[derive(FromRow)]
struct GraduateRow {
    registration: i64,
    conclusion: i64,
    body: String,
    phase: String,
    person: String,
    name: String,
    private: Vec<u8>,
    unit: String,
    direct: Option<String>,
    school: String,
}

impl GraduateRow {
    fn read(self, vault: &Vault) -> anyhow::Result<Graduate> {
        let private = Private::open(vault, &of_registration(&self.phase, &self.person), &self.private)?;
        let fixed = UNITS.iter().find(|unit| unit.code == self.unit).map(|unit| unit.name.to_owned());
        Ok(Graduate {
            registration: unsigned(self.registration),
            conclusion: unsigned(self.conclusion),
            concluded: Conclusion::from_stored(&self.body)?,
            name: self.name,
            document: private.number,
            unit_name: fixed.or(self.direct).unwrap_or_else(|| self.unit.clone()),
            unit: self.unit,
            school: self.school,
        })
    }
}

const GRADUATES: &str = concat!(
    "SELECT own.id AS registration, conclusions.id AS conclusion, conclusions.body, own.phase,
         own.person, own.name, own.private, own.unit, direct_units.name AS direct, own.school
     FROM registrations AS own
     JOIN phases ON phases.id = own.phase
     JOIN conclusions ON conclusions.id = (SELECT max(id) FROM conclusions WHERE registration = own.id)
     LEFT JOIN direct_units ON direct_units.programme = phases.programme AND direct_units.code = own.unit
     WHERE own.state = 'completed' AND own.id IN ",
    numbers!("$1")
);

/// An order for one person's certificate.
#[derive(Debug, Clone, FromRow)]
pub struct Order {
    #[sqlx(try_from = "i64")]
    pub id: u64,
    #[sqlx(try_from = "i64")]
    pub batch: u64,
    pub phase: String,
    /// The printed date.
    pub issued_on: String,
    #[sqlx(try_from = "i64")]
    pub registration: u64,
}

/// The progress of a released list.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Batch {
    #[sqlx(try_from = "i64")]
    pub id: u64,
    #[sqlx(try_from = "i64")]
    pub at_ms: u64,
    /// Name of the person who released it.
    pub by_name: String,
    pub total: u32,
    pub issued: u32,
    pub left_out: u32,
}

/// A person who was left out, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct LeftOut {
    pub name: String,
    pub reason: String,
}

impl Certificates<'_> {
    /// The registrations of a phase for which certificates can be released.
    pub async fn ready(&self, phase: &str) -> anyhow::Result<Vec<u64>> {
        ready(&mut *self.0.readers.acquire().await?, phase).await
    }

    /// The contents of these people's certificates; people who have not completed are absent.
    pub async fn graduates(&self, registrations: &[u64]) -> anyhow::Result<Vec<Graduate>> {
        graduates(&mut *self.0.readers.acquire().await?, self.0.vault(), registrations).await
    }

    /// The next orders of one phase, in their order.
    pub async fn waiting(&self, most: u32) -> anyhow::Result<Vec<Order>> {
        let mut rows: Vec<Order> = sqlx::query_as(
            "SELECT certificate_orders.id, batch, phase, issued_on, registration FROM certificate_orders
             JOIN certificate_batches ON certificate_batches.id = batch
             WHERE state = 'waits' ORDER BY certificate_orders.id LIMIT $1",
        )
        .bind(most)
        .fetch_all(&self.0.readers)
        .await?;
        let batch = rows.first().map(|order| order.batch);
        rows.retain(|order| Some(order.batch) == batch);
        Ok(rows)
    }

    /// Lists released for a phase, newest first.
    pub async fn batches(&self, phase: &str) -> anyhow::Result<Vec<Batch>> {
        let rows = sqlx::query_as(
            "SELECT certificate_batches.id, at_ms, people.name AS by_name, count(*) AS total,
                 count(*) FILTER (WHERE state = 'issued') AS issued,
                 count(*) FILTER (WHERE state = 'left_out') AS left_out
             FROM certificate_batches JOIN certificate_orders ON batch = certificate_batches.id
             JOIN people ON people.id = by
             WHERE phase = $1 GROUP BY certificate_batches.id, by_name ORDER BY certificate_batches.id DESC",
        );
        Ok(rows.bind(phase).fetch_all(&self.0.readers).await?)
    }

    /// Numbers of valid certificates of a phase whose owners no longer count as having completed it.
    pub async fn unfounded(&self, phase: &str, most: u32) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query_scalar(
            "SELECT number FROM certificates JOIN registrations ON registrations.id = registration
             WHERE phase = $1 AND certificates.state = 'valid' AND registrations.state <> 'completed'
             ORDER BY number LIMIT $2",
        );
        Ok(rows.bind(phase).bind(most).fetch_all(&self.0.readers).await?)
    }

    /// The people left out of the last list of a phase.
    pub async fn left_out(&self, phase: &str, most: u32) -> anyhow::Result<Vec<LeftOut>> {
        let rows = sqlx::query_as(
            "SELECT registrations.name, certificate_orders.reason FROM certificate_orders
             JOIN registrations ON registrations.id = registration
             WHERE certificate_orders.state = 'left_out'
                 AND batch = (SELECT max(id) FROM certificate_batches WHERE phase = $1)
             ORDER BY certificate_orders.id LIMIT $2",
        );
        Ok(rows.bind(phase).bind(most).fetch_all(&self.0.readers).await?)
    }
}

/// See [`Certificates::ready`].
pub async fn ready(reader: &mut Connection, phase: &str) -> anyhow::Result<Vec<u64>> {
    let sql =
        format!("SELECT id FROM registrations AS own WHERE phase = $1 AND {READY} ORDER BY unit, name, id");
    let rows: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(phase).fetch_all(reader).await?;
    Ok(rows.into_iter().map(unsigned).collect())
}

/// See [`Certificates::graduates`].
pub async fn graduates(
    reader: &mut Connection,
    vault: &Vault,
    registrations: &[u64],
) -> anyhow::Result<Vec<Graduate>> {
    let rows: Vec<GraduateRow> =
        sqlx::query_as(GRADUATES).bind(serde_json::to_string(registrations)?).fetch_all(reader).await?;
    rows.into_iter().map(|row| row.read(vault)).collect()
}

/// Releases a list; returns its number.
pub async fn release(
    writing: &mut Writing,
    phase: &str,
    registrations: &[u64],
    by: &str,
    issued_on: &str,
    now_ms: u64,
) -> anyhow::Result<u64> {
    let batch: i64 = sqlx::query_scalar(
        "INSERT INTO certificate_batches (phase, by, at_ms, issued_on) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(phase)
    .bind(by)
    .bind(signed(now_ms))
    .bind(issued_on)
    .fetch_one(&mut **writing)
    .await?;
    let ordered = sqlx::query(concat!(
        "INSERT INTO certificate_orders (batch, registration, state, reason)
         SELECT $1, value, 'waits', '' FROM ",
        numbers_in_order!("$2"),
        " ORDER BY key"
    ))
    .bind(batch)
    .bind(serde_json::to_string(registrations)?)
    .execute(&mut **writing)
    .await?;
    anyhow::ensure!(
        ordered.rows_affected() == u64::try_from(registrations.len())?,
        "not all orders were written"
    );
    Ok(unsigned(batch))
}

/// Notes that a waiting order was carried out, or why it was not.
pub async fn done(writing: &mut Writing, order: u64, left_out: Option<&str>) -> anyhow::Result<()> {
    let done = sqlx::query(
        "UPDATE certificate_orders SET state = CASE WHEN $2 IS NULL THEN 'issued' ELSE 'left_out' END,
             reason = coalesce($2, '')
         WHERE id = $1 AND state = 'waits'",
    );
    Ok(writing.one_row("what became of an order", done.bind(signed(order)).bind(left_out)).await?)
}
