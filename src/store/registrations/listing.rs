//! Lists of the office: registrations in the order of submission, each beside the line of the units' lists with the same
//! document.

use std::collections::BTreeMap;

use serde::Deserialize;
use sqlx::FromRow;

use super::Registrations;
use super::stored::{Registration, SealedRegistration};
use crate::account::document::Document;
use crate::account::name;
use crate::account::role::Scope;
use crate::programme::columns::Column;
use crate::programme::enrolment::State;
use crate::store::dialect::{QueryBuilder, has_other_signs, push_contains};
use crate::store::private::{document_print, mobile_print};
use crate::store::words::Word;
use crate::store::{Vault, count, read_json, signed, unsigned, word};

/// Whether a registration agrees with the lists of the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// The unit's list has the person, with the same name.
    Yes,
    No,
    OtherName,
    OtherUnit,
    /// One of the two above: the registration does not agree.
    Differs,
}

/// The meaning of a search text.
#[derive(Debug, Clone)]
pub enum Sought {
    /// A whole document number, of any kind that it can be.
    Documents(Vec<Document>),
    /// Part of a name or of a school.
    Part(String),
}

/// The filter of registrations; an absent field fits all.
#[derive(Clone)]
pub struct Wanted<'a> {
    /// Id of the phase.
    pub phase: &'a str,
    /// Only those within it.
    pub scope: &'a Scope,
    /// Code of the unit.
    pub unit: Option<&'a str>,
    pub state: Option<State>,
    pub track: Option<&'a str>,
    pub class: Option<&'a str>,
    pub sought: Option<Sought>,
    /// The whole number.
    pub mobile: Option<String>,
    pub nominated: Option<Listed>,
    pub recommended: Option<bool>,
    /// Only submissions after this one.
    pub after: u64,
}

/// A registration in a list, sealed.
pub struct SealedLine {
    sealed: SealedRegistration,
    beside: BesideRow,
}

/// A registration in a list, with the data of its person in the units' lists.
pub struct OpenLine {
    pub registration: Registration,
    /// Number in the order of submission; `None` = a draft.
    pub submission: Option<u64>,
    /// Unit and name on the list; `None` = no list has the document.
    pub nominated: Option<(String, String)>,
    /// The other columns of the list, if it is the list of the same unit.
    pub listed: BTreeMap<Column, String>,
    /// Place on the waiting list of the unit; `None` = the registration does not wait.
    pub place: Option<u32>,
}

#[derive(FromRow)]
struct BesideRow {
    submission: Option<i64>,
    nominated_unit: Option<String>,
    nominated_name: Option<String>,
    /// JSON.
    nominated_rest: Option<String>,
    place: Option<i64>,
}

/// A step of a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    pub step: String,
    pub state: State,
    pub reason: String,
    pub at_ms: u64,
    /// Name of the acting person; empty = the server.
    pub name: String,
}

#[derive(FromRow)]
struct StepRow {
    step: String,
    state: Word<State>,
    reason: String,
    at_ms: i64,
    name: String,
}

const COLUMNS: &str = "SELECT r.*, n.unit AS nominated_unit, n.name AS nominated_name, \
    CASE WHEN n.unit = r.unit THEN n.rest END AS nominated_rest, \
    CASE WHEN r.state = 'waitlisted' THEN (SELECT count(*) FROM registrations w WHERE w.phase = r.phase \
        AND w.unit = r.unit AND w.state = 'waitlisted' AND w.submission <= r.submission) END AS place ";
const FROM: &str =
    " FROM registrations r LEFT JOIN nominations n ON n.phase = r.phase AND n.document = r.document ";

impl SealedLine {
    pub fn open(self, vault: &Vault) -> anyhow::Result<OpenLine> {
        let BesideRow { submission, nominated_unit, nominated_name, nominated_rest, place } = self.beside;
        Ok(OpenLine {
            registration: self.sealed.open(vault)?,
            submission: submission.map(unsigned),
            nominated: nominated_unit.zip(nominated_name),
            listed: nominated_rest.map(|rest| read_json(&rest)).transpose()?.unwrap_or_default(),
            place: place.map(count),
        })
    }
}

impl Registrations<'_> {
    /// Registrations in the order of submission; `limit`: `None` = all.
    pub async fn list(&self, wanted: &Wanted<'_>, limit: Option<u32>) -> anyhow::Result<Vec<SealedLine>> {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(FROM);
        self.filter(&mut query, wanted);
        query.push(" ORDER BY r.submission");
        if let Some(limit) = limit {
            query.push(" LIMIT ").push_bind(limit);
        }
        self.lines(query).await
    }

    /// One registration that was ever submitted; `None` = there is no such registration.
    pub async fn line(&self, id: u64) -> anyhow::Result<Option<SealedLine>> {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push(FROM).push(" WHERE r.id = ").push_bind(signed(id)).push(" AND r.submission > 0");
        Ok(self.lines(query).await?.pop())
    }

    async fn lines(&self, mut query: QueryBuilder) -> anyhow::Result<Vec<SealedLine>> {
        let rows = query.build().fetch_all(&self.0.readers).await?;
        let line = |row| {
            Ok(SealedLine { sealed: SealedRegistration::from_row(row)?, beside: BesideRow::from_row(row)? })
        };
        rows.iter().map(line).collect()
    }

    /// Number of registrations in each state, in the order of the states.
    pub async fn states(&self, wanted: &Wanted<'_>) -> anyhow::Result<Vec<(State, u32)>> {
        let mut query = QueryBuilder::new("SELECT r.state, count(*) ");
        // Without the lists if the filter does not need them: then the index alone answers.
        query.push(if wanted.nominated.is_some() { FROM } else { " FROM registrations r " });
        self.filter(&mut query, wanted);
        query.push(" GROUP BY r.state");
        let rows: Vec<(Word<State>, i64)> = query.build_query_as().fetch_all(&self.0.readers).await?;
        let mut states: Vec<_> = rows.into_iter().map(|(state, people)| (state.0, count(people))).collect();
        states.sort_by_key(|(state, _)| *state);
        Ok(states)
    }

    /// Number of those of `ids` that fit the filter.
    pub async fn count(&self, wanted: &Wanted<'_>, ids: &[u64]) -> anyhow::Result<u32> {
        let mut query = QueryBuilder::new("SELECT count(*)");
        query.push(FROM);
        self.filter(&mut query, wanted);
        query.push(" AND r.id IN (");
        let mut list = query.separated(", ");
        list.push("NULL"); // PostgreSQL takes no empty list.
        ids.iter().for_each(|id| {
            list.push_bind(signed(*id));
        });
        query.push(")");
        Ok(count(query.build_query_scalar().fetch_one(&self.0.readers).await?))
    }

    /// Number of registrations by unit and state.
    pub async fn states_by_unit(&self, phase: &str) -> anyhow::Result<Vec<(String, State, u32)>> {
        let rows = sqlx::query_as::<_, (String, Word<State>, i64)>(
            "SELECT unit, state, count(*) FROM registrations WHERE phase = $1 GROUP BY unit, state",
        );
        let rows = rows.bind(phase).fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(|(unit, state, people)| (unit, state.0, count(people))).collect())
    }

    /// The steps of a registration so far.
    pub async fn steps(&self, id: u64) -> anyhow::Result<Vec<StepLine>> {
        let rows = sqlx::query_as::<_, StepRow>(
            "SELECT step, state, reason, at_ms, coalesce(people.name, '') AS name FROM registration_steps
             LEFT JOIN people ON people.id = by WHERE registration = $1 ORDER BY registration_steps.id",
        );
        let line = |row: StepRow| StepLine {
            step: row.step,
            state: row.state.0,
            reason: row.reason,
            at_ms: unsigned(row.at_ms),
            name: row.name,
        };
        let rows = rows.bind(signed(id)).fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(line).collect())
    }

    fn filter(&self, query: &mut QueryBuilder, wanted: &Wanted<'_>) {
        query.push(" WHERE r.phase = ").push_bind(wanted.phase.to_owned());
        query.push(" AND r.submission > ").push_bind(signed(wanted.after));
        if !wanted.scope.everything {
            query.push(" AND (FALSE");
            for unit in wanted.scope.units() {
                query.push(" OR r.unit = ").push_bind(unit.to_owned());
            }
            for class in wanted.scope.classes() {
                query.push(" OR r.class = ").push_bind(class.to_owned());
            }
            query.push(")");
        }
        for (column, value) in [
            (" AND r.unit = ", wanted.unit.map(str::to_owned)),
            (" AND r.state = ", wanted.state.map(word)),
            (" AND r.track = ", wanted.track.map(str::to_owned)),
            (" AND r.class = ", wanted.class.map(str::to_owned)),
        ] {
            if let Some(value) = value {
                query.push(column).push_bind(value);
            }
        }
        match wanted.nominated {
            Some(Listed::Yes) => query.push(" AND n.unit = r.unit AND ").push(names("=")),
            Some(Listed::No) => query.push(" AND n.id IS NULL"),
            Some(Listed::OtherName) => query.push(" AND n.unit = r.unit AND ").push(names("<>")),
            Some(Listed::OtherUnit) => query.push(" AND n.unit <> r.unit"),
            Some(Listed::Differs) => query.push(" AND (n.unit <> r.unit OR ").push(names("<>")).push(")"),
            None => query,
        };
        match wanted.recommended {
            Some(true) => query.push(" AND r.recommended_at_ms IS NOT NULL"),
            Some(false) => query.push(" AND r.recommended_at_ms IS NULL"),
            None => query,
        };
        if let Some(sought) = &wanted.sought {
            sought.push(query, self.0.vault(), ["r.document", "r.name", "r.school"]);
        }
        if let Some(mobile) = &wanted.mobile {
            query.push(" AND r.mobile = ").push_bind(mobile_print(self.0.vault(), mobile));
        }
    }
}

impl Sought {
    /// Adds the condition, given the columns of document, name and school. Whole numbers are found by their
    /// keyed hashes.
    pub(in crate::store) fn push(
        &self,
        query: &mut QueryBuilder,
        vault: &Vault,
        [document, name, school]: [&'static str; 3],
    ) {
        match self {
            Sought::Documents(documents) => {
                query.push(" AND ").push(document).push(" IN (");
                let mut list = query.separated(", ");
                documents.iter().for_each(|document| {
                    list.push_bind(document_print(vault, document));
                });
                query.push(")");
            }
            Sought::Part(text) => {
                query.push(" AND (");
                push_contains(query, &folded(name), name::folded(text));
                query.push(" OR ");
                push_contains(query, school, text.clone());
                query.push(")");
            }
        }
    }
}

/// A name in SQL in its spelling for comparison ([`name::folded`]), for signs, blanks and Latin capitals. A
/// name of Chinese characters alone is its own spelling: a list of 30,000 is searched ten times as fast.
fn folded(name: &str) -> String {
    let unify = |sql, sign: &char| format!("replace({sql}, '{sign}', '·')");
    let unified = name::INTERPUNCTS.iter().fold(name.to_owned(), unify);
    let spelled = format!("lower(replace(replace({unified}, ' ', ''), '’', ''''))");
    format!("CASE WHEN {} THEN {spelled} ELSE {name} END", has_other_signs(name))
}

/// The comparison of the name in the list with that of the registration, in SQL.
fn names(compared: &str) -> String {
    format!("{} {compared} {}", folded("n.name"), folded("r.name"))
}
