//! A whole registration: a row, sealed in part, and opened.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::account::document::Document;
use crate::account::document::DocumentKind;
use crate::programme::enrolment::State;
use crate::programme::registration::{RegistrationForm, SchoolKind, Sex};
use crate::programme::school_limit;
use crate::store::db::Writing;
use crate::store::dialect::Connection;
use crate::store::private::{Private, document_print, mobile_print, of_registration};
use crate::store::words::Word;
use crate::store::{Vault, read_json, signed, unsigned, word};

/// Fields that are only kept.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Rest {
    school_code: String,
    position: String,
    title: String,
    subject: String,
    note: String,
}

/// A row of `registrations`.
#[derive(sqlx::FromRow)]
pub struct SealedRegistration {
    id: i64,
    phase: String,
    person: String,
    state: Word<State>,
    unit: String,
    name: String,
    sex: Option<Word<Sex>>,
    document_kind: Option<Word<DocumentKind>>,
    document: Option<Vec<u8>>,
    private: Vec<u8>,
    school: String,
    school_kind: Option<Word<SchoolKind>>,
    track: String,
    category: String,
    /// JSON of [`Rest`].
    rest: String,
    submitted_at_ms: Option<i64>,
    recommended_at_ms: Option<i64>,
    attestation: String,
    reason: String,
    class: Option<String>,
}

/// A registration, opened.
pub struct Registration {
    pub id: u64,
    pub phase: String,
    pub person: String,
    pub state: State,
    /// Keyed hash of kind and number; `None` = a draft without a number.
    pub document: Option<Vec<u8>>,
    pub private: Private,
    /// The form, without number, mobile and e-mail.
    pub form: RegistrationForm,
    pub submitted_at_ms: Option<u64>,
    pub recommended: bool,
    /// The unit's recommendation.
    pub attestation: String,
    pub reason: String,
    /// Id of the class; `None` = not placed.
    pub class: Option<String>,
}

/// The reason why a registration is not written.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// The index that allows a person once in a phase.
    #[error("this document is registered in the phase already")]
    RegisteredAlready,
    #[error(transparent)]
    Store(#[from] anyhow::Error),
}

impl From<sqlx::Error> for RegistrationError {
    fn from(error: sqlx::Error) -> RegistrationError {
        match error.as_database_error() {
            Some(inner) if inner.is_unique_violation() => RegistrationError::RegisteredAlready,
            _ => RegistrationError::Store(error.into()),
        }
    }
}

/// Other registrations with the document of a registration, or of the same person with another one. Drafts
/// and rejections do not count.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct DocumentUses {
    /// Another person in the same phase has the document.
    pub in_phase: bool,
    /// Another person in any phase has the document.
    pub by_another: bool,
    /// This person has registered with another document.
    pub other_document: bool,
}

impl SealedRegistration {
    pub fn open(self, vault: &Vault) -> anyhow::Result<Registration> {
        let private = Private::open(vault, &of_registration(&self.phase, &self.person), &self.private)?;
        let rest: Rest = read_json(&self.rest)?;
        let form = RegistrationForm {
            name: self.name,
            sex: self.sex.map(|word| word.0),
            document_kind: self.document_kind.map(|word| word.0),
            unit: self.unit,
            school: self.school,
            school_code: rest.school_code,
            school_kind: self.school_kind.map(|word| word.0),
            position: rest.position,
            title: rest.title,
            subject: rest.subject,
            track: self.track,
            category: self.category,
            note: rest.note,
            ..RegistrationForm::default()
        };
        Ok(Registration {
            id: unsigned(self.id),
            phase: self.phase,
            person: self.person,
            state: self.state.0,
            document: self.document,
            private,
            form,
            submitted_at_ms: self.submitted_at_ms.map(unsigned),
            recommended: self.recommended_at_ms.is_some(),
            attestation: self.attestation,
            reason: self.reason,
            class: self.class,
        })
    }
}

impl Registration {
    pub fn set_document(&mut self, vault: &Vault, document: &Document) {
        self.document = Some(document_print(vault, document));
        self.private.number = document.number().to_owned();
    }
}

/// `None` = there is no such registration.
pub async fn find(
    connection: &mut Connection,
    vault: &Vault,
    id: u64,
) -> anyhow::Result<Option<Registration>> {
    let row = sqlx::query_as::<_, SealedRegistration>("SELECT * FROM registrations WHERE id = $1");
    let row = row.bind(signed(id)).fetch_optional(connection).await?;
    row.map(|row| row.open(vault)).transpose()
}

/// `None` = the person has none in this phase.
pub async fn of_person(
    connection: &mut Connection,
    vault: &Vault,
    phase: &str,
    person: &str,
) -> anyhow::Result<Option<Registration>> {
    let row = sqlx::query_as::<_, SealedRegistration>(
        "SELECT * FROM registrations WHERE phase = $1 AND person = $2",
    );
    let row = row.bind(phase).bind(person).fetch_optional(connection).await?;
    row.map(|row| row.open(vault)).transpose()
}

/// Writes an empty draft, unless the person has a registration in this phase.
pub async fn begin_draft(
    writing: &mut Writing,
    vault: &Vault,
    phase: &str,
    person: &str,
) -> anyhow::Result<()> {
    let nothing = Private::default().seal(vault, &of_registration(phase, person))?;
    sqlx::query(
        "INSERT INTO registrations (phase, person, state, unit, name, private, school, track, category, rest, reason)
         VALUES ($1, $2, 'draft', '', '', $3, '', '', '', '{}', '') ON CONFLICT DO NOTHING",
    )
    .bind(phase)
    .bind(person)
    .bind(nothing)
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Writes all fields of a form.
pub async fn write(
    writing: &mut Writing,
    vault: &Vault,
    registration: &Registration,
) -> Result<(), RegistrationError> {
    let Registration { form, private, .. } = registration;
    let rest = Rest {
        school_code: form.school_code.clone(),
        position: form.position.clone(),
        title: form.title.clone(),
        subject: form.subject.clone(),
        note: form.note.clone(),
    };
    let mobile = (!private.mobile.is_empty()).then(|| mobile_print(vault, &private.mobile));
    let update = sqlx::query(
        "UPDATE registrations SET unit = $1, name = $2, sex = $3, document_kind = $4, document = $5, mobile = $6,
             private = $7, school = $8, school_key = $9, school_code = $10, school_kind = $11, track = $12,
             category = $13, rest = $14
         WHERE id = $15",
    )
    .bind(&form.unit)
    .bind(&form.name)
    .bind(form.sex.map(word))
    .bind(form.document_kind.map(word))
    .bind(&registration.document)
    .bind(mobile)
    .bind(private.seal(vault, &of_registration(&registration.phase, &registration.person))?)
    .bind(&form.school)
    .bind(school_limit::key(&form.school))
    .bind(&form.school_code)
    .bind(form.school_kind.map(word))
    .bind(&form.track)
    .bind(&form.category)
    .bind(json!(rest).to_string())
    .bind(signed(registration.id));
    Ok(writing.one_row("a registration's form", update).await?)
}

/// See [`DocumentUses`].
pub async fn document_uses(
    connection: &mut Connection,
    registration: &Registration,
) -> anyhow::Result<DocumentUses> {
    let row = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM registrations WHERE document = $1 AND person <> $2 AND phase = $3
                 AND state NOT IN ('draft', 'rejected')) AS in_phase,
             EXISTS (SELECT 1 FROM registrations WHERE document = $1 AND person <> $2
                 AND state NOT IN ('draft', 'rejected')) AS by_another,
             EXISTS (SELECT 1 FROM registrations WHERE person = $2 AND document <> $1 AND id <> $4
                 AND state NOT IN ('draft', 'rejected')) AS other_document",
    );
    let row = row.bind(&registration.document).bind(&registration.person).bind(&registration.phase);
    Ok(row.bind(signed(registration.id)).fetch_one(connection).await?)
}
