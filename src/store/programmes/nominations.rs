//! The units' lists of whom they send (参训信息汇总表, R2).

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::{Store, from_word, signed, unsigned};
use super::office::{Filter, LinesOf, written};
use super::private::{Private, of_nomination};
use super::units::Units;
use super::{Answer, json};
use crate::course::columns::{self, Column, Line};
use crate::course::phase::Phase;
use crate::course::role::Scope;
use crate::protocol::{NominationLine, NominationPage, RegistrationForm};
use crate::sheet::Kind;

const PAGE: u32 = 200;

impl Store {
    /// One page of a phase's lists, masked; of the filter unit, text (no mobiles here) and beginning count.
    pub async fn nomination_page(
        &self,
        phase: &str,
        scope: &Scope,
        filter: &Filter,
        now_ms: u64,
    ) -> Answer<NominationPage> {
        let phase = self.phase(phase).await?;
        let mut query = sqlx::QueryBuilder::new(
            "SELECT n.*, r.state AS registered FROM nominations n LEFT JOIN registrations r
                 ON r.phase = n.phase AND r.document = n.document AND r.state NOT IN ('draft', 'rejected')
             WHERE n.phase = ",
        );
        query.push_bind(&phase.id).push(" AND n.id > ").push_bind(signed(filter.after.unwrap_or(0)));
        if let Some(unit) = &filter.unit {
            query.push(" AND n.unit = ").push_bind(unit);
        }
        if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            self.named(&mut query, text, now_ms, ["n.document", "n.name", "n.rest ->> 'school'"]);
        }
        if !scope.everything {
            query.push(" AND (FALSE");
            for unit in scope.units() {
                query.push(" OR n.unit = ").push_bind(unit);
            }
            query.push(")");
        }
        query.push(" ORDER BY n.id LIMIT ").push_bind(PAGE + 1);
        let rows = query.build().fetch_all(&self.readers).await?;
        let more = rows.len() > PAGE as usize;
        let shown = rows.iter().take(PAGE as usize).map(|row| self.shown(&phase, row));
        let rows: Vec<NominationLine> = shown.collect::<anyhow::Result<_>>()?;
        Ok(NominationPage { next: rows.last().filter(|_| more).map(|row| row.id), rows })
    }

    fn shown(&self, phase: &Phase, row: &SqliteRow) -> anyhow::Result<NominationLine> {
        let line = self.written_line(phase, row)?;
        let private =
            Private { number: line.document_number, mobile: line.mobile, email: String::new() }.masked();
        let of = |column: &Column| line.rest.get(column).cloned().unwrap_or_default();
        Ok(NominationLine {
            id: unsigned(row.try_get("id")?),
            document: private.number,
            mobile: private.mobile,
            unit: row.try_get("unit")?,
            school: of(&Column::School),
            track: of(&Column::Track),
            registered: row.try_get::<Option<String>, _>("registered")?.map(from_word).transpose()?,
            name: line.name,
        })
    }

    /// The nomination with the document of a registration, for those who may see the list that it is on.
    pub(super) async fn nomination_beside(
        &self,
        registration: &SqliteRow,
        scope: &Scope,
    ) -> Answer<Option<RegistrationForm>> {
        let row = sqlx::query("SELECT * FROM nominations WHERE phase = ? AND document = ?");
        let row = row
            .bind(registration.try_get::<&str, _>("phase")?)
            .bind(registration.try_get::<Option<&[u8]>, _>("document")?)
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let phase = self.phase(row.try_get("phase")?).await?;
        let line = self.written_line(&phase, &row)?;
        if !scope.unit(&line.unit) {
            return Ok(None);
        }
        let mut rest = line.rest;
        let mut of = |column| rest.remove(&column).unwrap_or_default();
        let private =
            Private { number: line.document_number, mobile: line.mobile, email: of(Column::Email) }.masked();
        Ok(Some(RegistrationForm {
            name: line.name,
            sex: Some(line.sex),
            document_kind: Some(line.document_kind),
            document_number: private.number,
            unit: line.unit,
            school: of(Column::School),
            school_code: of(Column::SchoolCode),
            school_kind: columns::school_kind_of(&of(Column::SchoolKind)),
            position: of(Column::Position),
            title: of(Column::Title),
            subject: of(Column::Subject),
            track: of(Column::Track),
            category: of(Column::Category),
            mobile: private.mobile,
            email: private.email,
            note: of(Column::Note),
        }))
    }

    /// A stored row as it was in its file. The unit stays a code.
    fn written_line(&self, phase: &Phase, row: &SqliteRow) -> anyhow::Result<Line> {
        let private = Private::open(self.vault(), &of_nomination(&phase.id), row.try_get("private")?)?;
        let mut rest: BTreeMap<Column, String> = json(row.try_get("rest")?)?;
        if !private.email.is_empty() {
            rest.insert(Column::Email, private.email);
        }
        Ok(Line {
            name: row.try_get("name")?,
            sex: from_word(row.try_get("sex")?)?,
            document_kind: from_word(row.try_get("document_kind")?)?,
            document_number: private.number,
            mobile: private.mobile,
            unit: row.try_get("unit")?,
            phase: phase.number,
            rest,
        })
    }

    /// The lists as R2; with full numbers when there is a reason for it, which is audited.
    pub async fn export_nominations(&self, phase: &str, asked: &LinesOf<'_>, kind: Kind) -> Answer<Vec<u8>> {
        let phase = self.phase(phase).await?;
        let units = Units::of(&self.readers, &phase.programme).await?;
        let rows = sqlx::query("SELECT * FROM nominations WHERE phase = ? ORDER BY id");
        let rows = rows.bind(&phase.id).fetch_all(&self.readers).await?;
        let (store, of, is_masked) = (self.clone(), phase.clone(), asked.reason.is_none());
        let scope = asked.scope.clone();
        let build = move || {
            let mut lines = Vec::with_capacity(rows.len());
            for row in &rows {
                let line = store.written_line(&of, row)?;
                if scope.unit(&line.unit) {
                    lines.push(exported(line, &units, is_masked));
                }
            }
            Answer::Ok((lines.len(), written(&lines, kind)?))
        };
        let (rows, file) = self.compute(build).await??;
        self.audit_file(asked, "nomination.exported", &phase.id, rows).await?;
        Ok(file)
    }
}

/// A line as it leaves the house.
fn exported(mut line: Line, units: &Units, is_masked: bool) -> Line {
    line.unit = units.name(&line.unit);
    if is_masked {
        let email = line.rest.remove(&Column::Email).unwrap_or_default();
        let private = Private { number: line.document_number, mobile: line.mobile, email }.masked();
        (line.document_number, line.mobile) = (private.number, private.mobile);
        // It is the middle of a resident's number.
        line.rest.remove(&Column::Born);
    }
    line
}
