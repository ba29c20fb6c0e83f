//! The registrations of one person.

use sqlx::FromRow;

use super::Registrations;
use super::stored::{Registration, SealedRegistration};
use crate::store::{count, signed};

/// A registration, with the data shown to its owner.
pub struct OwnRegistration {
    pub registration: Registration,
    /// Number and host of the class; `None` = not placed.
    pub class: Option<(u32, String)>,
    /// Place on the waiting list of the unit, as if the registration waited.
    pub place: u32,
}

#[derive(sqlx::FromRow)]
struct BesideRow {
    class_number: Option<u32>,
    class_host: Option<String>,
    place: i64,
}

impl Registrations<'_> {
    /// Number of other people who have submitted in the phase of this registration with the same mobile
    /// number.
    pub async fn with_same_mobile(&self, id: u64) -> anyhow::Result<u32> {
        let others = sqlx::query_scalar(
            "SELECT count(*) FROM registrations AS own
             JOIN registrations AS other ON other.phase = own.phase AND other.mobile = own.mobile
             WHERE own.id = $1 AND other.person <> own.person AND other.state <> 'draft'",
        );
        Ok(count(others.bind(signed(id)).fetch_one(&self.0.readers).await?))
    }

    /// All registrations of a person, or the one of a phase; latest phase first.
    pub async fn of_person(&self, person: &str, phase: Option<&str>) -> anyhow::Result<Vec<OwnRegistration>> {
        let rows = sqlx::query(
            "SELECT r.*, classes.number AS class_number, classes.host AS class_host,
                 (SELECT count(*) FROM registrations w WHERE w.phase = r.phase AND w.unit = r.unit
                     AND w.state = 'waitlisted' AND w.submission <= r.submission) AS place
             FROM registrations r JOIN phases ON phases.id = r.phase LEFT JOIN classes ON classes.id = r.class
             WHERE r.person = $1 AND ($2 IS NULL OR r.phase = $2)
             ORDER BY study_first DESC, phases.id",
        );
        let mut own = Vec::new();
        for row in rows.bind(person).bind(phase).fetch_all(&self.0.readers).await? {
            let beside = BesideRow::from_row(&row)?;
            own.push(OwnRegistration {
                registration: SealedRegistration::from_row(&row)?.open(self.0.vault())?,
                class: beside.class_number.zip(beside.class_host),
                place: count(beside.place),
            });
        }
        Ok(own)
    }
}
