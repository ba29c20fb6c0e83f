//! Certificates on disk: the issued ones (here), [`orders`] of those to be issued, [`revocations`] that wait
//! for a second person, [`verify`] whether the server wrote all of them. The files themselves:
//! [`crate::files::certificates`].

use anyhow::Context;
use sqlx::FromRow;

use super::db::Writing;
use super::words::Word;
use super::{Store, Vault, read_json, signed, unsigned};
use crate::certificate::content::Content;
use crate::certificate::number::Number;
use crate::certificate::state::State;
use crate::store::dialect::Connection;

pub mod orders;
pub mod revocations;
pub(super) mod verify;

/// The acts in the audit log; `verify` reads them.
pub const ISSUED: &str = "certificate.issued";
pub const REVOKED: &str = "certificate.revoked";
pub const SUPERSEDED: &str = "certificate.superseded";

/// Reads certificates.
pub struct Certificates<'a>(&'a Store);

impl Store {
    pub fn certificates(&self) -> Certificates<'_> {
        Certificates(self)
    }
}

/// An issued certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub id: u64,
    pub registration: u64,
    /// Number of the conclusion of the phase.
    pub conclusion: u64,
    /// `None` = issued alone, in place of one that it supersedes.
    pub batch: Option<u64>,
    pub content: Content,
    /// SHA-256 of its file, in hex.
    pub pdf: String,
    /// The list of withdrawn badges, and the place in it.
    pub list: u32,
    pub bit: u32,
    pub salt: String,
    pub at_ms: u64,
    pub state: State,
    /// The number of the certificate that supersedes it.
    pub replaced_by: Option<Number>,
    /// `None` = it is valid.
    pub ended_at_ms: Option<u64>,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    number: String,
    registration: i64,
    conclusion: i64,
    batch: Option<i64>,
    series: String,
    serial: i64,
    content: String,
    pdf: String,
    list: i64,
    bit: i64,
    salt: String,
    at_ms: i64,
    state: Word<State>,
    replaced_by: Option<String>,
    ended_at_ms: Option<i64>,
    mac: String,
}

impl Row {
    fn certificate(self) -> anyhow::Result<Certificate> {
        let number = |text: String| text.parse().with_context(|| format!("{text:?} is no number"));
        Ok(Certificate {
            id: unsigned(self.id),
            registration: unsigned(self.registration),
            conclusion: unsigned(self.conclusion),
            batch: self.batch.map(unsigned),
            content: read_json(&self.content)?,
            pdf: self.pdf,
            list: u32::try_from(self.list)?,
            bit: u32::try_from(self.bit)?,
            salt: self.salt,
            at_ms: unsigned(self.at_ms),
            state: self.state.0,
            replaced_by: self.replaced_by.map(number).transpose()?,
            ended_at_ms: self.ended_at_ms.map(unsigned),
        })
    }

    /// The keyed hash of the row. Its form is frozen.
    fn mac(&self, vault: &Vault) -> String {
        let present = |number: Option<i64>| number.map_or_else(|| "-".into(), |number| format!("={number}"));
        let replaced_by = self.replaced_by.as_ref().map_or_else(|| "-".into(), |number| format!("={number}"));
        let fields = [
            "certificate 1".into(),
            self.id.to_string(),
            self.number.clone(),
            self.registration.to_string(),
            self.conclusion.to_string(),
            present(self.batch),
            self.series.clone(),
            self.serial.to_string(),
            self.content.clone(),
            self.pdf.clone(),
            self.list.to_string(),
            self.bit.to_string(),
            self.salt.clone(),
            self.at_ms.to_string(),
            super::word(self.state.0),
            replaced_by,
            present(self.ended_at_ms),
        ];
        vault.mac(&fields.each_ref().map(String::as_str))
    }
}

/// Programme, phase and unit, within which serial numbers have no gap.
fn series(number: Number) -> String {
    number.to_string()[6..13].to_owned()
}

impl Certificates<'_> {
    /// `None` = there is no certificate with this number.
    pub async fn find(&self, number: Number) -> anyhow::Result<Option<Certificate>> {
        find(&mut *self.0.readers.acquire().await?, number).await
    }

    /// The newest certificate of a person in a phase.
    pub async fn of_person(&self, phase: &str, person: &str) -> anyhow::Result<Option<Certificate>> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT certificates.* FROM registrations
             JOIN certificates ON certificates.registration = registrations.id
             WHERE phase = $1 AND person = $2 ORDER BY certificates.id DESC LIMIT 1",
        )
        .bind(phase)
        .bind(person)
        .fetch_optional(&self.0.readers)
        .await?;
        row.map(Row::certificate).transpose()
    }

    /// Places of withdrawn badges in a list.
    pub async fn withdrawn(&self, list: u32) -> anyhow::Result<Vec<u32>> {
        let rows = sqlx::query_scalar("SELECT bit FROM certificates WHERE list = $1 AND state <> 'valid'");
        Ok(rows.bind(list).fetch_all(&self.0.readers).await?)
    }

    /// Whether a place in a list is taken.
    pub async fn is_taken(&self, list: u32, bit: u32) -> anyhow::Result<bool> {
        let row =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM certificates WHERE list = $1 AND bit = $2)");
        Ok(row.bind(list).bind(bit).fetch_one(&self.0.readers).await?)
    }

    /// Number of certificates ever issued.
    pub async fn count(&self) -> anyhow::Result<u64> {
        let row: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM certificates")
            .fetch_one(&self.0.readers)
            .await?;
        Ok(unsigned(row))
    }

    /// The last serial number in the programme, phase and unit of `like`; 0 = none yet.
    pub async fn last_serial(&self, like: Number) -> anyhow::Result<u32> {
        let row: i64 =
            sqlx::query_scalar("SELECT coalesce(max(serial), 0) FROM certificates WHERE series = $1")
                .bind(series(like))
                .fetch_one(&self.0.readers)
                .await?;
        Ok(u32::try_from(row)?)
    }

    /// The present name on a registration.
    pub async fn name(&self, registration: u64) -> anyhow::Result<Option<String>> {
        let row = sqlx::query_scalar("SELECT name FROM registrations WHERE id = $1");
        Ok(row.bind(signed(registration)).fetch_optional(&self.0.readers).await?)
    }

    /// Number of valid, superseded and revoked certificates of a phase.
    pub async fn counts(&self, phase: &str) -> anyhow::Result<Vec<(State, u64)>> {
        let rows: Vec<(Word<State>, i64)> = sqlx::query_as(
            "SELECT certificates.state, count(*) FROM certificates
             JOIN registrations ON registrations.id = registration
             WHERE phase = $1 GROUP BY certificates.state",
        )
        .bind(phase)
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(|(state, count)| (state.0, unsigned(count))).collect())
    }
}

/// `None` = there is no certificate with this number.
pub async fn find(reader: &mut Connection, number: Number) -> anyhow::Result<Option<Certificate>> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM certificates WHERE number = $1")
        .bind(number.to_string())
        .fetch_optional(reader)
        .await?;
    row.map(Row::certificate).transpose()
}

/// Number of certificates of a phase that are valid or wait to be issued.
pub async fn in_force(writing: &mut Writing, phase: &str) -> anyhow::Result<u32> {
    let count: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM certificates JOIN registrations ON registrations.id = registration
                 WHERE phase = $1 AND certificates.state = 'valid')
             + (SELECT count(*) FROM certificate_orders JOIN registrations ON registrations.id = registration
                 WHERE phase = $1 AND certificate_orders.state = 'waits')",
    )
    .bind(phase)
    .fetch_one(&mut **writing)
    .await?;
    Ok(u32::try_from(count)?)
}

/// The number of a programme within certificate numbers, given at the first call.
pub async fn programme_number(writing: &mut Writing, programme: &str) -> anyhow::Result<u16> {
    sqlx::query(
        "INSERT INTO certificate_programmes (programme, number)
         SELECT $1, (SELECT coalesce(max(number), 0) + 1 FROM certificate_programmes) WHERE true
         ON CONFLICT (programme) DO NOTHING",
    )
    .bind(programme)
    .execute(&mut **writing)
    .await
    .context("no more than 999 programmes issue certificates")?;
    let number: i64 = sqlx::query_scalar("SELECT number FROM certificate_programmes WHERE programme = $1")
        .bind(programme)
        .fetch_one(&mut **writing)
        .await?;
    Ok(u16::try_from(number)?)
}

/// Writes a certificate as the next one, and returns its `id`, which is given here. Fails if the serial
/// number is not the next one.
pub async fn insert(writing: &mut Writing, vault: &Vault, new: &Certificate) -> anyhow::Result<u64> {
    let number = new.content.number;
    let (next, last): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT coalesce(max(id), 0) + 1 FROM certificates),
             (SELECT coalesce(max(serial), 0) FROM certificates WHERE series = $1)",
    )
    .bind(series(number))
    .fetch_one(&mut **writing)
    .await?;
    anyhow::ensure!(last + 1 == i64::from(number.serial()), "{number} is not the next number");
    let mut row = Row {
        id: next,
        number: number.to_string(),
        registration: signed(new.registration),
        conclusion: signed(new.conclusion),
        batch: new.batch.map(signed),
        series: series(number),
        serial: i64::from(number.serial()),
        content: String::from_utf8(new.content.to_bytes())?,
        pdf: new.pdf.clone(),
        list: i64::from(new.list),
        bit: i64::from(new.bit),
        salt: new.salt.clone(),
        at_ms: signed(new.at_ms),
        state: Word(State::Valid),
        replaced_by: None,
        ended_at_ms: None,
        mac: String::new(),
    };
    row.mac = row.mac(vault);
    let insert = sqlx::query(
        "INSERT INTO certificates (id, number, registration, conclusion, batch, series, serial, content, pdf, list, bit,
             salt, at_ms, state, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'valid', $14)",
    )
    .bind(row.id)
    .bind(row.number)
    .bind(row.registration)
    .bind(row.conclusion)
    .bind(row.batch)
    .bind(row.series)
    .bind(row.serial)
    .bind(row.content)
    .bind(row.pdf)
    .bind(row.list)
    .bind(row.bit)
    .bind(row.salt)
    .bind(row.at_ms)
    .bind(row.mac);
    writing.one_row("a certificate", insert).await.with_context(|| format!("cannot issue {number}"))?;
    Ok(unsigned(next))
}

/// Person and phase of a registration.
pub async fn owner(writing: &mut Writing, registration: u64) -> anyhow::Result<(String, String)> {
    let row = sqlx::query_as("SELECT person, phase FROM registrations WHERE id = $1");
    Ok(row.bind(signed(registration)).fetch_one(&mut **writing).await?)
}

/// Ends a certificate for good; `replaced_by` is the number that supersedes it.
pub async fn end(
    writing: &mut Writing,
    vault: &Vault,
    number: Number,
    state: State,
    replaced_by: Option<Number>,
    now_ms: u64,
) -> anyhow::Result<()> {
    let mut row: Row = sqlx::query_as("SELECT * FROM certificates WHERE number = $1")
        .bind(number.to_string())
        .fetch_one(&mut **writing)
        .await?;
    row.state = Word(state);
    row.replaced_by = replaced_by.map(|number| number.to_string());
    row.ended_at_ms = Some(signed(now_ms));
    let mac = row.mac(vault);
    let update = sqlx::query(
        "UPDATE certificates SET state = $2, replaced_by = $3, ended_at_ms = $4, mac = $5
         WHERE number = $1 AND state = 'valid'",
    )
    .bind(row.number)
    .bind(super::word(state))
    .bind(row.replaced_by)
    .bind(row.ended_at_ms)
    .bind(mac);
    writing.one_row("the end of a certificate", update).await.with_context(|| format!("cannot end {number}"))
}
