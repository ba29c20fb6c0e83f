//! What somebody's five years are made of: phases in which the person studied, and the certificates of them.

use sqlx::FromRow;

use super::private::{Private, of_registration};
use super::words::Word;
use super::{Store, signed};
use crate::certificate::state::State as CertificateState;

/// A phase of somebody, with the newest certificate of it.
#[derive(FromRow)]
pub struct StatementRow {
    pub phase: String,
    pub programme: String,
    pub programme_title: String,
    pub number: u32,
    pub title: String,
    /// As it was registered.
    pub name: String,
    private: Vec<u8>,
    person: String,
    pub certificate: Option<String>,
    certificate_state: Option<Word<CertificateState>>,
    /// As it is printed: hours in ch, and the day.
    certified_ch: Option<i64>,
    pub issued_on: Option<String>,
}

/// The person of a registration, and who may see that.
#[derive(FromRow)]
pub struct Whose {
    /// Id of the person.
    pub person: String,
    /// As it was registered.
    pub name: String,
    pub phase: String,
    pub unit: String,
    /// None = there is no class yet.
    pub class: Option<String>,
}

impl StatementRow {
    /// None = there is no certificate.
    pub fn certificate_state(&self) -> Option<CertificateState> {
        self.certificate_state.as_ref().map(|state| state.0)
    }

    pub fn certified_ch(&self) -> u64 {
        self.certified_ch.map_or(0, super::unsigned)
    }

    /// The number of the document, masked.
    pub fn document(&self, store: &Store) -> anyhow::Result<String> {
        let context = of_registration(&self.phase, &self.person);
        Ok(Private::open(store.vault(), &context, &self.private)?.masked().number)
    }
}

impl Store {
    /// The phases in which somebody has a class, the earliest study first.
    pub async fn statement(&self, person: &str) -> anyhow::Result<Vec<StatementRow>> {
        let rows = sqlx::query_as(
            "SELECT own.phase, phases.programme, programmes.title AS programme_title, phases.number, phases.title,
                 own.name, own.private, own.person, certificates.number AS certificate,
                 certificates.state AS certificate_state, cast(content ->> 'hours_ch' AS bigint) AS certified_ch,
                 content ->> 'issued_on' AS issued_on
             FROM registrations AS own JOIN phases ON phases.id = own.phase
             JOIN programmes ON programmes.id = phases.programme
             LEFT JOIN certificates ON certificates.id =
                 (SELECT max(id) FROM certificates WHERE certificates.registration = own.id)
             WHERE own.person = $1 AND own.state IN ('placed', 'active', 'completed', 'failed')
             ORDER BY study_first, own.phase",
        );
        Ok(rows.bind(person).fetch_all(&self.readers).await?)
    }

    /// The person of a registration; None = there is none, or nobody has submitted it.
    pub async fn whose(&self, registration: u64) -> anyhow::Result<Option<Whose>> {
        let row = sqlx::query_as(
            "SELECT person, name, phase, unit, class FROM registrations WHERE id = $1 AND submission IS NOT NULL",
        );
        Ok(row.bind(signed(registration)).fetch_optional(&self.readers).await?)
    }
}
