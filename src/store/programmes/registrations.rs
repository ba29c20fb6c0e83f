//! A trainee's own registration: drafted, submitted, withdrawn.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::{Store, from_word, signed, word};
use super::catalogue::find_phase;
use super::consents;
use super::private::{Private, of_registration};
use super::seats::{self, Taken};
use super::stored::{Stored, registered_already};
use super::units::Units;
use super::{Answer, Refused, Writing, count};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::course::enrolment::{self, State, Step};
use crate::course::person;
use crate::course::phase::{Phase, Timing};
use crate::course::registration::{self, Checked, Choices};
use crate::protocol::{MyClass, MyRegistration, Nominated, RegistrationForm, SaveRegistration};

impl Store {
    /// Saves the trainee's own registration of a phase as a draft, or submits it. `now_ms` is when the
    /// request came.
    pub async fn save_registration(
        &self,
        person: &str,
        phase: &str,
        save: &SaveRegistration,
        now_ms: u64,
    ) -> Answer<MyRegistration> {
        let now = ServerInstant::of_fact(now_ms);
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        match phase.registration.at(now) {
            Timing::Open => {}
            Timing::NotOpen => return Err(enrolment::Refused::NotOpen.into()),
            Timing::Closed => return Err(enrolment::Refused::Closed.into()),
        }
        let mut stored = self.own_or_new(&mut writing, &phase.id, person).await?;
        if !matches!(stored.state, State::Draft | State::Rejected) {
            return Err(enrolment::Refused::WrongState.into());
        }
        let checked = self.check_save(&mut writing, &phase, save, &stored, now).await?;
        stored.take(self, checked);
        if save.submit {
            self.one_person(&mut writing, &stored).await?;
            consents::agree(&mut writing, &stored, now_ms).await?;
        }
        stored.write(self, &mut writing).await?;
        if save.submit {
            let state = stored.state.after(Step::Submit, phase.registration.at(now))?;
            submit(&mut writing, &stored, state, now_ms).await?;
        }
        writing.commit().await?;
        self.my_registration(person, &phase.id, now_ms).await
    }

    /// Everything that is wrong, with the form and with what is agreed to.
    async fn check_save(
        &self,
        writing: &mut Writing,
        phase: &Phase,
        save: &SaveRegistration,
        stored: &Stored,
        now: ServerInstant,
    ) -> Answer<Checked> {
        let checked = self.check(writing, phase, &save.form, stored, save.submit, now).await;
        if !save.submit {
            return checked;
        }
        match (checked, consents::missing(writing, stored, save.consent.as_deref()).await?) {
            (checked, None) => checked,
            (Ok(_), Some(mistake)) => Err(Refused::Wrong(vec![mistake])),
            (Err(Refused::Wrong(wrong)), Some(mistake)) => {
                Err(Refused::Wrong([wrong, vec![mistake]].concat()))
            }
            (refused, Some(_)) => refused,
        }
    }

    async fn own_or_new(&self, writing: &mut Writing, phase: &str, person: &str) -> Answer<Stored> {
        let nothing = Private::default().seal(self.vault(), &of_registration(phase, person))?;
        sqlx::query(
            "INSERT INTO registrations (phase, person, state, unit, name, private, school, track, category, rest, reason)
             VALUES (?, ?, 'draft', '', '', ?, '', '', '', '{}', '') ON CONFLICT DO NOTHING",
        )
        .bind(phase)
        .bind(person)
        .bind(nothing)
        .execute(&mut **writing)
        .await?;
        let row = sqlx::query("SELECT * FROM registrations WHERE phase = ? AND person = ?");
        let row = row.bind(phase).bind(person).fetch_one(&mut **writing).await?;
        Ok(Stored::read(self, &row)?)
    }

    /// Checks a form against what its phase offers and what is known already.
    pub(super) async fn check(
        &self,
        writing: &mut Writing,
        phase: &Phase,
        form: &RegistrationForm,
        stored: &Stored,
        whole: bool,
        now: ServerInstant,
    ) -> Answer<Checked> {
        let units = Units::of(&mut **writing, &phase.programme).await?;
        let choices = Choices {
            today: LocalDate::of(now),
            is_unit: &|unit| units.is_code(unit),
            tracks: &phase.tracks,
            categories: &phase.categories,
        };
        let same_kind = form.document_kind.is_none_or(|kind| stored.form.document_kind == Some(kind));
        let has_document = stored.document.is_some() && same_kind;
        let has_mobile = !stored.private.mobile.is_empty();
        registration::check(form, &choices, whole, has_document, has_mobile).map_err(Refused::Wrong)
    }

    /// One document is one person in all phases: neither has another account it, nor this person another.
    pub(super) async fn one_person(&self, writing: &mut Writing, stored: &Stored) -> Answer<()> {
        let row = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM registrations WHERE document = ?1 AND person <> ?2 AND phase = ?3
                     AND state NOT IN ('draft', 'rejected')),
                 EXISTS (SELECT 1 FROM registrations WHERE document = ?1 AND person <> ?2
                     AND state NOT IN ('draft', 'rejected')),
                 EXISTS (SELECT 1 FROM registrations WHERE person = ?2 AND document <> ?1 AND id <> ?4
                     AND state NOT IN ('draft', 'rejected'))",
        );
        let row = row.bind(&stored.document).bind(&stored.person).bind(&stored.phase).bind(stored.id);
        let row = row.fetch_one(&mut **writing).await?;
        match (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?) {
            (true, _, _) => Err(Refused::RegisteredAlready),
            (_, true, _) => Err(Refused::DocumentTaken),
            (_, _, true) => Err(Refused::OtherDocument),
            _ => Ok(()),
        }
    }

    /// The trainee takes it back, for good.
    pub async fn withdraw_registration(
        &self,
        person: &str,
        phase: &str,
        now_ms: u64,
    ) -> Answer<MyRegistration> {
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        let row = sqlx::query("SELECT id, state FROM registrations WHERE phase = ? AND person = ?");
        let row = row.bind(&phase.id).bind(person).fetch_optional(&mut *writing).await?;
        let row = row.ok_or(Refused::NotFound)?;
        let id: i64 = row.try_get(0)?;
        let study = phase.study.at(ServerInstant::of_fact(now_ms));
        enrolment::may_leave(from_word(row.try_get(1)?)?, study)?;
        seats::withdraw(&mut writing, &phase, id, person, "", now_ms).await?;
        writing.commit().await?;
        self.my_registration(person, &phase.id, now_ms).await
    }

    pub async fn my_registration(&self, person: &str, phase: &str, now_ms: u64) -> Answer<MyRegistration> {
        let mine = self.registrations_of(person, Some(phase), now_ms).await?;
        mine.into_iter().next().ok_or(Refused::NotFound)
    }

    /// All registrations of a person, the last phase first.
    pub async fn my_registrations(&self, person: &str, now_ms: u64) -> Answer<Vec<MyRegistration>> {
        self.registrations_of(person, None, now_ms).await
    }

    async fn registrations_of(
        &self,
        person: &str,
        phase: Option<&str>,
        now_ms: u64,
    ) -> Answer<Vec<MyRegistration>> {
        let rows = sqlx::query(
            "SELECT r.*, classes.number AS class_number, classes.host AS class_host,
                 (SELECT count(*) FROM registrations w WHERE w.phase = r.phase AND w.unit = r.unit
                     AND w.state = 'waitlisted' AND w.submission <= r.submission) AS place
             FROM registrations r JOIN phases ON phases.id = r.phase LEFT JOIN classes ON classes.id = r.class
             WHERE r.person = ?1 AND (?2 IS NULL OR r.phase = ?2)
             ORDER BY study_first DESC, phases.id",
        );
        let mut mine = Vec::new();
        for row in rows.bind(person).bind(phase).fetch_all(&self.readers).await? {
            let stored = Stored::read(self, &row)?;
            let phase = self.phase(&stored.phase).await?;
            let consent = consents::last(&self.readers, person, &phase.id).await?;
            let mine_of = my(&row, &stored, &phase, ServerInstant::of_fact(now_ms))?;
            mine.push(MyRegistration { consent, ..mine_of });
        }
        Ok(mine)
    }
}

async fn submit(writing: &mut Writing, stored: &Stored, state: State, now_ms: u64) -> Answer<()> {
    let done = sqlx::query(
        "UPDATE registrations SET state = ?1, reason = '', submitted_at_ms = ?2, recommended_at_ms = NULL, attestation = '',
             submission = (SELECT coalesce(max(submission), 0) + 1 FROM registrations
                 WHERE phase = ?3 AND submission IS NOT NULL)
         WHERE id = ?4",
    );
    let done = done.bind(word(state)).bind(signed(now_ms)).bind(&stored.phase).bind(stored.id);
    done.execute(&mut **writing).await.map_err(registered_already)?;
    let by = Some(stored.person.as_str());
    seats::note(writing, &Taken { id: stored.id, step: "submit", state, by, reason: "", now_ms }).await
}

fn my(row: &SqliteRow, stored: &Stored, phase: &Phase, now: ServerInstant) -> anyhow::Result<MyRegistration> {
    let is_open = phase.registration.at(now) == Timing::Open;
    let state = stored.state;
    let class = match &stored.class {
        None => None,
        Some(id) => Some(MyClass {
            id: id.clone(),
            number: row.try_get("class_number")?,
            host: row.try_get("class_host")?,
        }),
    };
    let may_move = class.is_none() || phase.study.at(now) == Timing::NotOpen;
    Ok(MyRegistration {
        id: stored.id.unsigned_abs(),
        phase: phase.id.clone(),
        phase_title: phase.title.clone(),
        state,
        form: stored.masked_form(),
        reason: stored.reason.clone(),
        submitted_at_ms: stored.submitted_at_ms,
        waiting_place: match state {
            State::Waitlisted => Some(count(row.try_get("place")?)),
            _ => None,
        },
        class,
        consent: None,
        may_edit: is_open && matches!(state, State::Draft | State::Rejected),
        may_withdraw: enrolment::may_leave(state, phase.study.at(now)).is_ok(),
        study: phase.study.at(now),
        may_choose_class: phase.choose_class && matches!(state, State::Approved | State::Placed) && may_move,
    })
}

/// From a row that was joined with the nomination of the same document.
pub(super) fn nominated(row: &SqliteRow, form: &RegistrationForm) -> anyhow::Result<Nominated> {
    let unit: Option<String> = row.try_get("nominated_unit")?;
    let name: Option<String> = row.try_get("nominated_name")?;
    Ok(match (unit, name) {
        (Some(unit), _) if unit != form.unit => Nominated::OtherUnit,
        (Some(_), Some(name)) if !person::same_name(&name, &form.name) => Nominated::OtherName,
        (Some(_), _) => Nominated::Yes,
        (None, _) => Nominated::No,
    })
}
