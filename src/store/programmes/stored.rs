//! A registration as it is stored, sealed where it must be.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::{Store, from_word, unsigned, word};
use super::private::{Private, document_print, mobile_print, of_registration};
use super::{Answer, Refused, Writing, json};
use crate::course::enrolment::State;
use crate::course::registration::Checked;
use crate::course::school_limit;
use crate::protocol::RegistrationForm;

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

/// A registration as it is stored, opened.
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) phase: String,
    pub(super) person: String,
    pub(super) state: State,
    pub(super) document: Option<Vec<u8>>,
    pub(super) private: Private,
    /// Number, mobile and e-mail are left empty.
    pub(super) form: RegistrationForm,
    pub(super) submitted_at_ms: Option<u64>,
    pub(super) recommended: bool,
    /// Why the unit speaks for this person.
    pub(super) attestation: String,
    pub(super) reason: String,
    pub(super) class: Option<String>,
}

impl Stored {
    pub(super) fn read(store: &Store, row: &SqliteRow) -> anyhow::Result<Stored> {
        let (phase, person): (String, String) = (row.try_get("phase")?, row.try_get("person")?);
        let sealed: Vec<u8> = row.try_get("private")?;
        let private = Private::open(store.vault(), &of_registration(&phase, &person), &sealed)?;
        let rest: Rest = json(row.try_get("rest")?)?;
        let form = RegistrationForm {
            name: row.try_get("name")?,
            sex: optional(row, "sex")?,
            document_kind: optional(row, "document_kind")?,
            unit: row.try_get("unit")?,
            school: row.try_get("school")?,
            school_code: rest.school_code,
            school_kind: optional(row, "school_kind")?,
            position: rest.position,
            title: rest.title,
            subject: rest.subject,
            track: row.try_get("track")?,
            category: row.try_get("category")?,
            note: rest.note,
            ..RegistrationForm::default()
        };
        let (submitted, recommended): (Option<i64>, Option<i64>) =
            (row.try_get("submitted_at_ms")?, row.try_get("recommended_at_ms")?);
        Ok(Stored {
            id: row.try_get("id")?,
            state: from_word(row.try_get("state")?)?,
            document: row.try_get("document")?,
            private,
            form,
            submitted_at_ms: submitted.map(unsigned),
            recommended: recommended.is_some(),
            attestation: row.try_get("attestation")?,
            reason: row.try_get("reason")?,
            class: row.try_get("class")?,
            phase,
            person,
        })
    }

    /// The form as it is shown.
    pub(super) fn masked_form(&self) -> RegistrationForm {
        let Private { number, mobile, email } = self.private.masked();
        RegistrationForm { document_number: number, mobile, email, ..self.form.clone() }
    }

    pub(super) async fn find(store: &Store, connection: &mut SqliteConnection, id: i64) -> Answer<Stored> {
        let row = sqlx::query("SELECT * FROM registrations WHERE id = ?").bind(id);
        let row = row.fetch_optional(connection).await?.ok_or(Refused::NotFound)?;
        Ok(Stored::read(store, &row)?)
    }

    /// Takes what was checked; what was not given again stays.
    pub(super) fn take(&mut self, store: &Store, checked: Checked) {
        if let Some(document) = &checked.document {
            self.document = Some(document_print(store.vault(), document));
            self.private.number = document.number().to_owned();
        }
        if !checked.mobile.is_empty() {
            self.private.mobile = checked.mobile;
        }
        if !checked.email.is_empty() {
            self.private.email = checked.email;
        }
        let sex = checked.form.sex.or(self.form.sex);
        let document_kind = checked.form.document_kind.or(self.form.document_kind);
        self.form = RegistrationForm { sex, document_kind, ..checked.form };
    }

    /// Writes all that a form holds. A document that another has is refused by the database.
    pub(super) async fn write(&self, store: &Store, writing: &mut Writing) -> Answer<()> {
        let form = &self.form;
        let rest = Rest {
            school_code: form.school_code.clone(),
            position: form.position.clone(),
            title: form.title.clone(),
            subject: form.subject.clone(),
            note: form.note.clone(),
        };
        let mobile =
            (!self.private.mobile.is_empty()).then(|| mobile_print(store.vault(), &self.private.mobile));
        let done = sqlx::query(
            "UPDATE registrations SET unit = ?, name = ?, sex = ?, document_kind = ?, document = ?, mobile = ?,
                 private = ?, school = ?, school_key = ?, school_code = ?, school_kind = ?, track = ?, category = ?,
                 rest = ?
             WHERE id = ?",
        )
        .bind(&form.unit)
        .bind(&form.name)
        .bind(form.sex.map(word))
        .bind(form.document_kind.map(word))
        .bind(&self.document)
        .bind(mobile)
        .bind(self.private.seal(store.vault(), &of_registration(&self.phase, &self.person))?)
        .bind(&form.school)
        .bind(school_limit::key(&form.school))
        .bind(&form.school_code)
        .bind(form.school_kind.map(word))
        .bind(&form.track)
        .bind(&form.category)
        .bind(json!(rest).to_string())
        .bind(self.id)
        .execute(&mut **writing)
        .await;
        done.map_err(registered_already)?;
        Ok(())
    }
}

/// The index that keeps one person once in a phase.
pub(super) fn registered_already(error: sqlx::Error) -> Refused {
    match error.as_database_error() {
        Some(inner) if inner.is_unique_violation() => Refused::RegisteredAlready,
        _ => error.into(),
    }
}

fn optional<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> anyhow::Result<Option<T>> {
    row.try_get::<Option<String>, _>(column)?.map(from_word).transpose()
}
