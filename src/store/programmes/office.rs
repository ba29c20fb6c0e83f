//! What the office sees: registrations in the order of submission, filtered, counted, as a file.

use std::collections::BTreeMap;

use serde::Deserialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::super::audit::{self, Act};
use super::super::{Store, from_word, signed, unsigned, word};
use super::consents;
use super::private::{document_print, mobile_print};
use super::registrations::nominated;
use super::stored::Stored;
use super::units::Units;
use super::{Answer, Refused, count, json};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::course::columns::{self, Column, Line};
use crate::course::enrolment::State;
use crate::course::person::{self, Document};
use crate::course::phase::Phase;
use crate::course::role::Scope;
use crate::protocol::{
    DocumentKind, RegistrationCounts, RegistrationDetail, RegistrationLine, RegistrationPage,
    RegistrationStep, SchoolKind, Sex, StateCount, Wrong,
};
use crate::sheet::{self, Kind};

const PAGE: u32 = 100;
const PAGE_MAX: u32 = 200;
/// Longest text that is looked for.
const TEXT_CHARS_MAX: usize = 50;

/// How a registration agrees with the lists of the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// On a list, whatever the list says of the person.
    Yes,
    No,
    /// On a list with another name, or on the list of another unit.
    Differs,
}

/// Which registrations are asked for; what is absent fits all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub unit: Option<String>,
    pub state: Option<State>,
    pub track: Option<String>,
    pub class: Option<String>,
    /// Part of a name or school, a whole document number or mobile.
    pub text: Option<String>,
    pub nominated: Option<Listed>,
    pub recommended: Option<bool>,
    /// Submissions after this one.
    pub after: Option<u64>,
    pub limit: Option<u32>,
}

/// The lines of a file, and whose permission it takes.
pub struct LinesOf<'a> {
    pub by: &'a str,
    pub scope: &'a Scope,
    /// Why full numbers are needed; without it they are masked.
    pub reason: Option<&'a str>,
}

const COLUMNS: &str = "SELECT r.*, n.unit AS nominated_unit, n.name AS nominated_name, \
    CASE WHEN n.unit = r.unit THEN n.rest END AS nominated_rest, \
    CASE WHEN r.state = 'waitlisted' THEN (SELECT count(*) FROM registrations w WHERE w.phase = r.phase \
        AND w.unit = r.unit AND w.state = 'waitlisted' AND w.submission <= r.submission) END AS place ";
const FROM: &str =
    " FROM registrations r LEFT JOIN nominations n ON n.phase = r.phase AND n.document = r.document ";

impl Store {
    /// One page of a phase's registrations that `scope` reaches.
    pub async fn registration_page(
        &self,
        phase: &str,
        scope: &Scope,
        filter: &Filter,
        now_ms: u64,
    ) -> Answer<RegistrationPage> {
        let phase = self.phase(phase).await?;
        let limit = filter.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(FROM);
        self.filtered(&mut query, &phase, scope, filter, now_ms);
        query.push(" ORDER BY r.submission LIMIT ").push_bind(limit + 1);
        let rows = query.build().fetch_all(&self.readers).await?;
        let more = rows.len() > limit as usize;
        let rows = &rows[..rows.len().min(limit as usize)];
        let last: Option<i64> = rows.last().map(|row| row.try_get("submission")).transpose()?;
        let lines = rows.iter().map(|row| self.line(row)).collect::<anyhow::Result<Vec<_>>>()?;
        Ok(RegistrationPage { rows: lines, next: last.filter(|_| more).map(unsigned) })
    }

    /// How many of them stand where; `state` and `after` of the filter are left aside.
    pub async fn registration_counts(
        &self,
        phase: &str,
        scope: &Scope,
        filter: &Filter,
        now_ms: u64,
    ) -> Answer<RegistrationCounts> {
        let phase = self.phase(phase).await?;
        let filter = Filter { state: None, after: None, ..filter.clone() };
        let mut query = QueryBuilder::new("SELECT r.state, count(*) ");
        // Without the lists where nobody asks for them: then the index alone answers.
        query.push(if filter.nominated.is_some() { FROM } else { " FROM registrations r " });
        self.filtered(&mut query, &phase, scope, &filter, now_ms);
        query.push(" GROUP BY r.state");
        let mut states = Vec::new();
        for row in query.build().fetch_all(&self.readers).await? {
            states.push(StateCount { state: from_word(row.try_get(0)?)?, count: count(row.try_get(1)?) });
        }
        states.sort_by_key(|one| one.state);
        Ok(RegistrationCounts { all: states.iter().map(|one| one.count).sum(), states })
    }

    /// How many of these registrations differ from the units' lists ([`Listed::Differs`]).
    pub async fn differing(&self, phase: &str, scope: &Scope, ids: &[u64], now_ms: u64) -> Answer<u32> {
        if ids.len() > super::deciding::IDS_MAX {
            return Err(Refused::field("ids", Wrong::TooMuch));
        }
        let phase = self.phase(phase).await?;
        let filter = Filter { nominated: Some(Listed::Differs), ..Filter::default() };
        let mut query = QueryBuilder::new("SELECT count(*)");
        query.push(FROM);
        self.filtered(&mut query, &phase, scope, &filter, now_ms);
        query.push(" AND r.id IN (");
        let mut list = query.separated(", ");
        ids.iter().for_each(|id| {
            list.push_bind(signed(*id));
        });
        query.push(")");
        Ok(count(query.build().fetch_one(&self.readers).await?.try_get(0)?))
    }

    fn filtered(
        &self,
        query: &mut QueryBuilder<Sqlite>,
        phase: &Phase,
        scope: &Scope,
        filter: &Filter,
        now_ms: u64,
    ) {
        query.push(" WHERE r.phase = ").push_bind(phase.id.clone());
        query.push(" AND r.submission > ").push_bind(signed(filter.after.unwrap_or(0)));
        if !scope.everything {
            query.push(" AND (FALSE");
            for unit in scope.units() {
                query.push(" OR r.unit = ").push_bind(unit.to_owned());
            }
            for class in scope.classes() {
                query.push(" OR r.class = ").push_bind(class.to_owned());
            }
            query.push(")");
        }
        for (column, value) in [
            (" AND r.unit = ", filter.unit.clone()),
            (" AND r.state = ", filter.state.map(word)),
            (" AND r.track = ", filter.track.clone()),
            (" AND r.class = ", filter.class.clone()),
        ] {
            if let Some(value) = value {
                query.push(column).push_bind(value);
            }
        }
        match filter.nominated {
            Some(Listed::Yes) => query.push(" AND n.id IS NOT NULL"),
            Some(Listed::No) => query.push(" AND n.id IS NULL"),
            Some(Listed::Differs) => {
                query.push(" AND (").push(folded("n.name")).push(" <> ").push(folded("r.name"));
                query.push(" OR n.unit <> r.unit)")
            }
            None => query,
        };
        match filter.recommended {
            Some(true) => query.push(" AND r.recommended_at_ms IS NOT NULL"),
            Some(false) => query.push(" AND r.recommended_at_ms IS NULL"),
            None => query,
        };
        if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            self.looked_for(query, text, now_ms);
        }
    }

    /// A whole number is found by its keyed hash, anything else is part of a name or a school.
    fn looked_for(&self, query: &mut QueryBuilder<Sqlite>, text: &str, now_ms: u64) {
        if let Ok(mobile) = person::mobile(text) {
            query.push(" AND r.mobile = ").push_bind(mobile_print(self.vault(), &mobile));
            return;
        }
        self.named(query, text, now_ms, ["r.document", "r.name", "r.school"]);
    }

    /// By a whole number of a document, or by part of a name or a school; told the columns of the three.
    pub(super) fn named(
        &self,
        query: &mut QueryBuilder<Sqlite>,
        text: &str,
        now_ms: u64,
        [document, name, school]: [&'static str; 3],
    ) {
        let today = LocalDate::of(ServerInstant::of_fact(now_ms));
        let kinds = [DocumentKind::Resident, DocumentKind::Passport, DocumentKind::Permit];
        let documents = kinds.map(|kind| Document::parse(kind, text, today).ok());
        if text.bytes().any(|byte| byte.is_ascii_digit()) && documents.iter().any(Option::is_some) {
            query.push(" AND ").push(document).push(" IN (");
            let mut list = query.separated(", ");
            documents.iter().flatten().for_each(|document| {
                list.push_bind(document_print(self.vault(), document));
            });
            query.push(")");
            return;
        }
        let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
        query.push(" AND (instr(").push(folded(name)).push(", ").push_bind(person::folded_name(&text));
        query.push(") > 0 OR instr(").push(school).push(", ").push_bind(text).push(") > 0)");
    }

    fn line(&self, row: &SqliteRow) -> anyhow::Result<RegistrationLine> {
        let stored = Stored::read(self, row)?;
        let (private, form) = (stored.private.masked(), &stored.form);
        Ok(RegistrationLine {
            id: stored.id.unsigned_abs(),
            state: stored.state,
            name: form.name.clone(),
            document_kind: form.document_kind.unwrap_or(DocumentKind::Resident),
            document: private.number,
            mobile: private.mobile,
            unit: form.unit.clone(),
            school: form.school.clone(),
            school_kind: form.school_kind.unwrap_or(SchoolKind::Administration),
            track: form.track.clone(),
            category: form.category.clone(),
            nominated: nominated(row, form)?,
            recommended: stored.recommended,
            submitted_at_ms: stored.submitted_at_ms.unwrap_or(0),
            waiting_place: row.try_get::<Option<i64>, _>("place")?.map(count),
            class: stored.class,
            reason: stored.reason,
        })
    }

    /// Everything about one that `scope` reaches, with its way so far.
    pub async fn registration(&self, id: u64, scope: &Scope) -> Answer<RegistrationDetail> {
        let mut query = QueryBuilder::<Sqlite>::new(COLUMNS);
        query.push(FROM).push(" WHERE r.id = ").push_bind(signed(id)).push(" AND r.submission > 0");
        let row = query.build().fetch_optional(&self.readers).await?.ok_or(Refused::NotFound)?;
        let line = self.line(&row)?;
        if !reaches(scope, &line.unit, line.class.as_deref()) {
            return Err(Refused::NotFound);
        }
        let nomination = self.nomination_beside(&row, scope).await?;
        let rows = sqlx::query(
            "SELECT step, state, reason, at_ms, coalesce(people.name, '') AS name FROM registration_steps
             LEFT JOIN people ON people.id = by WHERE registration = ? ORDER BY registration_steps.id",
        );
        let mut steps = Vec::new();
        for row in rows.bind(signed(id)).fetch_all(&self.readers).await? {
            steps.push(RegistrationStep {
                at_ms: unsigned(row.try_get("at_ms")?),
                step: row.try_get("step")?,
                state: from_word(row.try_get("state")?)?,
                by: row.try_get("name")?,
                reason: row.try_get("reason")?,
            });
        }
        let stored = Stored::read(self, &row)?;
        let consent = consents::last(&self.readers, &stored.person, &stored.phase).await?;
        let form = stored.masked_form();
        Ok(RegistrationDetail { form, consent, nomination, attestation: stored.attestation, line, steps })
    }

    /// The registrations as R2; with full numbers when there is a reason for it, which is audited.
    pub async fn export_registrations(
        &self,
        phase: &str,
        asked: &LinesOf<'_>,
        filter: &Filter,
        kind: Kind,
        now_ms: u64,
    ) -> Answer<Vec<u8>> {
        let phase = self.phase(phase).await?;
        let units = Units::of(&self.readers, &phase.programme).await?;
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(FROM);
        self.filtered(&mut query, &phase, asked.scope, filter, now_ms);
        query.push(" ORDER BY r.submission");
        let rows = query.build().fetch_all(&self.readers).await?;
        let (store, number, is_masked) = (self.clone(), phase.number, asked.reason.is_none());
        let build = move || {
            let lines = rows.iter().map(|row| store.exported(row, &units, number, is_masked));
            let lines = lines.collect::<Answer<Vec<Line>>>()?;
            Answer::Ok((lines.len(), written(&lines, kind)?))
        };
        let (rows, file) = self.compute(build).await??;
        self.audit_file(asked, "registration.exported", &phase.id, rows).await?;
        Ok(file)
    }

    fn exported(&self, row: &SqliteRow, units: &Units, phase: u32, is_masked: bool) -> Answer<Line> {
        let mut stored = Stored::read(self, row)?;
        // What the unit's list says of the person beside the form.
        let listed: Option<String> = row.try_get("nominated_rest")?;
        let mut listed: BTreeMap<Column, String> =
            listed.map(|rest| json(&rest)).transpose()?.unwrap_or_default();
        listed.retain(|column, _| matches!(column, Column::Nation | Column::Born | Column::Attestation));
        if !stored.attestation.is_empty() {
            listed.insert(Column::Attestation, std::mem::take(&mut stored.attestation));
        }
        if is_masked {
            stored.private = stored.private.masked();
            listed.remove(&Column::Born);
        }
        Ok(line_of(stored, listed, units, phase))
    }

    /// Who took full numbers away, and why. What is masked is no secret.
    pub(super) async fn audit_file(
        &self,
        asked: &LinesOf<'_>,
        act: &'static str,
        phase: &str,
        rows: usize,
    ) -> Answer<()> {
        let Some(text) = asked.reason else { return Ok(()) };
        let reason = super::reason(text, true)?;
        let mut writing = self.writing().await?;
        let detail = serde_json::json!({ "reason": reason, "rows": rows });
        audit::append(&mut writing, self.vault(), Act::done(asked.by, act, phase, detail)).await?;
        Ok(writing.commit().await?)
    }
}

/// A name in SQL in the spelling by which names are compared ([`person::folded_name`]), as far as signs, blanks and
/// Latin capitals go.
fn folded(name: &str) -> String {
    let unify = |sql, sign: &char| format!("replace({sql}, '{sign}', '·')");
    let unified = person::INTERPUNCTS.iter().fold(name.to_owned(), unify);
    format!("lower(replace(replace({unified}, ' ', ''), '’', char(39)))")
}

pub(super) fn reaches(scope: &Scope, unit: &str, class: Option<&str>) -> bool {
    scope.unit(unit) || class.is_some_and(|class| scope.class(class))
}

pub(super) fn written(lines: &[Line], kind: Kind) -> anyhow::Result<Vec<u8>> {
    Ok(sheet::write(&columns::table(lines), kind)?)
}

fn line_of(stored: Stored, listed: BTreeMap<Column, String>, units: &Units, phase: u32) -> Line {
    let form = stored.form;
    let kind = form.school_kind.map(columns::school_word).unwrap_or_default();
    let mut rest: BTreeMap<Column, String> = [
        (Column::School, form.school),
        (Column::SchoolCode, form.school_code),
        (Column::SchoolKind, kind.to_owned()),
        (Column::Position, form.position),
        (Column::Title, form.title),
        (Column::Subject, form.subject),
        (Column::Track, form.track),
        (Column::Email, stored.private.email),
        (Column::Category, form.category),
        (Column::Note, form.note),
    ]
    .into();
    rest.extend(listed);
    Line {
        name: form.name,
        sex: form.sex.unwrap_or(Sex::Unsaid),
        document_kind: form.document_kind.unwrap_or(DocumentKind::Resident),
        document_number: stored.private.number,
        mobile: stored.private.mobile,
        unit: units.name(&form.unit),
        phase,
        rest,
    }
}
