//! A registration beside the line of the units' lists with the same document.

use crate::account::name;
use crate::account::role::Scope;
use crate::account::telephone;
use crate::office::Answer;
use crate::programme::columns::{self, Column};
use crate::programme::registration::{RegistrationForm, Sex};
use crate::programme::school_limit;
use crate::protocol::RevealedNominee;
use crate::store::registrations::Registration;
use crate::store::{Private, Store};

/// A nominee's line in the list.
pub(super) struct Nominee {
    /// The form without the numbers.
    form: RegistrationForm,
    private: Private,
}

/// The line, for people who may see its list.
pub(super) async fn nominee(store: &Store, beside: &Registration, scope: &Scope) -> Answer<Option<Nominee>> {
    let listed = store.nominations().with_document(&beside.phase, beside.document.as_deref()).await?;
    let Some(listed) = listed.filter(|listed| scope.unit(&listed.unit)) else { return Ok(None) };
    let mut rest = listed.rest;
    let mut of = |column| rest.remove(&column).unwrap_or_default();
    let form = RegistrationForm {
        name: listed.name,
        sex: Some(listed.sex),
        document_kind: Some(listed.document_kind),
        unit: listed.unit,
        school: of(Column::School),
        school_code: of(Column::SchoolCode),
        school_kind: columns::school_kind_of(&of(Column::SchoolKind)),
        position: of(Column::Position),
        title: of(Column::Title),
        subject: of(Column::Subject),
        track: of(Column::Track),
        category: of(Column::Category),
        note: of(Column::Note),
        ..RegistrationForm::default()
    };
    Ok(Some(Nominee { form, private: listed.private }))
}

impl Nominee {
    /// The form for display.
    pub(super) fn masked(self) -> RegistrationForm {
        let Private { number, mobile, email } = self.private.masked();
        RegistrationForm { document_number: number, mobile, email, ..self.form }
    }

    pub(super) fn revealed(self) -> RevealedNominee {
        let Private { number, mobile, email } = self.private;
        RevealedNominee { document_number: number, mobile, email }
    }

    /// The fields in which a registration differs from the line, compared in full; a field that the list
    /// leaves open never differs, nor does another spelling.
    pub(super) fn differs(&self, own: &Registration) -> Vec<String> {
        let (private, own, listed) = (&own.private, &own.form, &self.form);
        let plain = |one: &str, other: &str| one.trim() == other.trim();
        let mobile = |text: &str| telephone::mobile(text).unwrap_or_else(|_| text.to_owned());
        let mobiles = |one: &str, other: &str| mobile(one) == mobile(other);
        let schools = |one: &str, other: &str| school_limit::key(one) == school_limit::key(other);
        let coded = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
        let texts = [
            ("name", listed.name.as_str(), name::same(&own.name, &listed.name)),
            ("document_number", self.private.number.as_str(), coded(&private.number, &self.private.number)),
            ("unit", listed.unit.as_str(), plain(&own.unit, &listed.unit)),
            ("school", listed.school.as_str(), schools(&own.school, &listed.school)),
            ("school_code", listed.school_code.as_str(), coded(&own.school_code, &listed.school_code)),
            ("position", listed.position.as_str(), plain(&own.position, &listed.position)),
            ("title", listed.title.as_str(), plain(&own.title, &listed.title)),
            ("subject", listed.subject.as_str(), plain(&own.subject, &listed.subject)),
            ("track", listed.track.as_str(), plain(&own.track, &listed.track)),
            ("category", listed.category.as_str(), plain(&own.category, &listed.category)),
            ("mobile", self.private.mobile.as_str(), mobiles(&private.mobile, &self.private.mobile)),
            ("email", self.private.email.as_str(), coded(&private.email, &self.private.email)),
            ("note", listed.note.as_str(), plain(&own.note, &listed.note)),
        ];
        let texts = texts.into_iter().filter(|(_, listed, same)| !listed.is_empty() && !same);
        let choices = [
            ("sex", !matches!(listed.sex, None | Some(Sex::Unsaid)) && own.sex != listed.sex),
            ("document_kind", listed.document_kind.is_some() && own.document_kind != listed.document_kind),
            ("school_kind", listed.school_kind.is_some() && own.school_kind != listed.school_kind),
        ];
        let choices = choices.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field);
        texts.map(|(field, ..)| field).chain(choices).map(str::to_owned).collect()
    }
}
