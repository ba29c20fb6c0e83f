//! Putting fields right, and full numbers for whoever has a reason.

use serde_json::json;

use super::super::audit::{self, Act};
use super::super::{Store, signed};
use super::catalogue::find_phase;
use super::office::reaches;
use super::seats::{self, Taken};
use super::stored::Stored;
use super::{Answer, Refused, reason, schools};
use crate::attendance::interval::ServerInstant;
use crate::course::enrolment::State;
use crate::course::role::Scope;
use crate::course::school_limit;
use crate::protocol::{Correction, RegistrationDetail, RegistrationForm, RevealedRegistration, Wrong};

impl Store {
    /// Puts fields of a registration right. Somebody with a seat takes one in the new unit, and leaves the
    /// old one to the waiting list.
    pub async fn correct_registration(
        &self,
        by: &str,
        scope: &Scope,
        id: u64,
        correction: &Correction,
        now_ms: u64,
    ) -> Answer<RegistrationDetail> {
        let why = reason(&correction.reason, true)?;
        let now = ServerInstant::of_fact(now_ms);
        let mut writing = self.writing().await?;
        let mut stored = Stored::find(self, &mut writing, signed(id)).await?;
        if stored.state == State::Draft || !scope.unit(&stored.form.unit) {
            return Err(Refused::NotFound);
        }
        let phase = find_phase(&mut *writing, &stored.phase).await?;
        let before = stored.form.clone();
        let (form, fields) = overlaid(&stored, correction);
        if !scope.unit(&form.unit) {
            return Err(Refused::field("unit", Wrong::OtherUnit));
        }
        if stored.class.is_some() && form.track != before.track {
            // The class has the track; somebody in it goes to another by withdrawing.
            return Err(Refused::field("track", Wrong::Choice));
        }
        let checked = self.check(&mut writing, &phase, &form, &stored, true, now).await?;
        stored.take(self, checked);
        if stored.state != State::Rejected {
            self.one_person(&mut writing, &stored).await?;
        }
        let moves = stored.form.unit != before.unit && stored.state.holds_seat();
        if moves && seats::seats(&mut writing, &phase.id, &stored.form.unit).await?.free() == 0 {
            return Err(Refused::Quota);
        }
        stored.write(self, &mut writing).await?;
        let other_school = is_other_school(&before, &stored.form) && stored.state.holds_seat();
        if other_school && schools::full_school(&mut writing, &phase, stored.id).await?.is_some() {
            return Err(Refused::field("school", Wrong::SchoolFull));
        }
        if stored.state.holds_seat() && stored.form.name != before.name {
            let done = sqlx::query("UPDATE people SET name = ? WHERE id = ?");
            done.bind(&stored.form.name).bind(&stored.person).execute(&mut *writing).await?;
        }
        let (state, by_person) = (stored.state, Some(by));
        let taken = Taken { id: stored.id, step: "correct", state, by: by_person, reason: why, now_ms };
        seats::note(&mut writing, &taken).await?;
        // Names of fields alone: what stood in them may be nobody's business (I-18).
        let detail = json!({ "phase": phase.id, "fields": fields, "reason": why });
        let target = id.to_string();
        audit::append(&mut writing, self.vault(), Act::done(by, "registration.corrected", &target, detail))
            .await?;
        if moves || other_school {
            seats::promote(&mut writing, &phase, &before.unit, now_ms).await?;
        }
        writing.commit().await?;
        self.registration(id, scope).await
    }

    /// Number, mobile and e-mail in full; who asked and why is written into the log first.
    pub async fn reveal_registration(
        &self,
        by: &str,
        scope: &Scope,
        id: u64,
        why: &str,
    ) -> Answer<RevealedRegistration> {
        let why = reason(why, true)?;
        let mut writing = self.writing().await?;
        let stored = Stored::find(self, &mut writing, signed(id)).await?;
        if stored.state == State::Draft || !reaches(scope, &stored.form.unit, stored.class.as_deref()) {
            return Err(Refused::NotFound);
        }
        let detail = json!({ "phase": stored.phase, "reason": why });
        let target = id.to_string();
        audit::append(&mut writing, self.vault(), Act::done(by, "registration.revealed", &target, detail))
            .await?;
        writing.commit().await?;
        let private = stored.private;
        Ok(RevealedRegistration {
            document_number: private.number,
            mobile: private.mobile,
            email: private.email,
        })
    }
}

/// Whether somebody counts for another school, or as something else. Another spelling is the same school, and
/// so is a code that was missing.
fn is_other_school(before: &RegistrationForm, after: &RegistrationForm) -> bool {
    let name = |form: &RegistrationForm| (form.unit.clone(), school_limit::key(&form.school));
    let (old, new) = (&before.school_code, &after.school_code);
    let same_name = name(before) == name(after);
    let same_code = old == new && !new.is_empty();
    let another_code = old != new && !old.is_empty() && !new.is_empty();
    before.category != after.category || another_code || !(same_name || same_code)
}

/// The form as it shall be, and the names of the fields that are given.
fn overlaid(stored: &Stored, correction: &Correction) -> (RegistrationForm, Vec<&'static str>) {
    let mut form = stored.form.clone();
    let mut fields = Vec::new();
    let mut text = |field: &mut String, new: &Option<String>, name| {
        if let Some(new) = new {
            field.clone_from(new);
            fields.push(name);
        }
    };
    text(&mut form.name, &correction.name, "name");
    text(&mut form.document_number, &correction.document_number, "document_number");
    text(&mut form.unit, &correction.unit, "unit");
    text(&mut form.school, &correction.school, "school");
    text(&mut form.school_code, &correction.school_code, "school_code");
    text(&mut form.position, &correction.position, "position");
    text(&mut form.title, &correction.title, "title");
    text(&mut form.subject, &correction.subject, "subject");
    text(&mut form.track, &correction.track, "track");
    text(&mut form.category, &correction.category, "category");
    text(&mut form.mobile, &correction.mobile, "mobile");
    text(&mut form.email, &correction.email, "email");
    text(&mut form.note, &correction.note, "note");
    if let Some(kind) = correction.document_kind {
        form.document_kind = Some(kind);
        fields.push("document_kind");
    }
    if let Some(kind) = correction.school_kind {
        form.school_kind = Some(kind);
        fields.push("school_kind");
    }
    // Another document says another sex, unless it is said.
    form.sex = match (correction.sex, &correction.document_number) {
        (Some(sex), _) => Some(sex),
        (None, Some(_)) => None,
        (None, None) => form.sex,
    };
    if correction.sex.is_some() {
        fields.push("sex");
    }
    (form, fields)
}
