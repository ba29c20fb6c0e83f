//! The table `nominations`: the units' lists of nominees (参训信息汇总表, R2). Numbers and addresses are sealed.

use std::collections::BTreeMap;

use serde_json::json;

use super::db::Writing;
use super::dialect::{Connection, QueryBuilder};
use super::private::{Private, document_print, of_nomination};
use super::registrations::Sought;
use super::words::Word;
use super::{Store, Vault, count, read_json, signed, unsigned, word};
use crate::account::document::DocumentKind;
use crate::account::role::Scope;
use crate::programme::columns::Column;
use crate::programme::enrolment::State;
use crate::programme::nomination::Nominee;
use crate::programme::registration::Sex;

/// Reads nominations.
pub struct Nominations<'a>(&'a Store);

/// A row of `nominations`.
#[derive(sqlx::FromRow)]
pub struct SealedNomination {
    id: i64,
    phase: String,
    unit: String,
    name: String,
    sex: Word<Sex>,
    document_kind: Word<DocumentKind>,
    private: Vec<u8>,
    /// JSON.
    rest: String,
    /// State of the registration with the same document.
    #[sqlx(default)]
    registered: Option<Word<State>>,
}

/// An opened nomination.
pub struct Nomination {
    pub id: u64,
    /// Code of the unit.
    pub unit: String,
    pub name: String,
    pub sex: Sex,
    pub document_kind: DocumentKind,
    pub private: Private,
    /// The other columns of the list, as written.
    pub rest: BTreeMap<Column, String>,
    /// State of the registration with the same document; `None` = there is none, or the list was read without.
    pub registered: Option<State>,
}

/// The place of a nomination, and the columns of its person.
#[derive(sqlx::FromRow)]
struct PlaceRow {
    phase: String,
    programme: String,
    unit: String,
    name: String,
    /// JSON.
    rest: String,
}

/// See [`PlaceRow`].
pub struct NominationPlace {
    pub phase: String,
    pub programme: String,
    /// Code of the unit.
    pub unit: String,
    pub name: String,
    pub rest: BTreeMap<Column, String>,
}

/// A nomination, ready to be written.
pub struct NewNomination {
    phase: String,
    /// Keyed hash of kind and number of the document.
    print: Vec<u8>,
    private: Private,
    sealed: Vec<u8>,
    rest: String,
    nominee: Nominee,
}

/// The form in which the list already holds the person of a [`NewNomination`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    No,
    /// Equal in everything.
    Same {
        unit: String,
    },
    Other {
        unit: String,
    },
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    unit: String,
    name: String,
    sex: String,
    private: Vec<u8>,
    rest: String,
}

impl SealedNomination {
    pub fn open(self, vault: &Vault) -> anyhow::Result<Nomination> {
        Ok(Nomination {
            id: unsigned(self.id),
            private: Private::open(vault, &of_nomination(&self.phase), &self.private)?,
            rest: read_json(&self.rest)?,
            unit: self.unit,
            name: self.name,
            sex: self.sex.0,
            document_kind: self.document_kind.0,
            registered: self.registered.map(|word| word.0),
        })
    }
}

impl NewNomination {
    /// Seals a nominee for a phase, given by its id. Slow.
    pub fn seal(vault: &Vault, phase: &str, mut nominee: Nominee) -> anyhow::Result<NewNomination> {
        let private = Private {
            number: nominee.document.number().to_owned(),
            mobile: nominee.mobile.clone(),
            email: nominee.rest.remove(&Column::Email).unwrap_or_default(),
        };
        let sealed = private.seal(vault, &of_nomination(phase))?;
        Ok(NewNomination {
            phase: phase.to_owned(),
            print: document_print(vault, &nominee.document),
            rest: json!(nominee.rest).to_string(),
            private,
            sealed,
            nominee,
        })
    }

    pub fn nominee(&self) -> &Nominee {
        &self.nominee
    }

    /// Id of the phase.
    pub fn phase(&self) -> &str {
        &self.phase
    }

    fn is(&self, row: &KnownRow, private: &Private) -> bool {
        *private == self.private
            && row.unit == self.nominee.unit
            && row.name == self.nominee.name
            && row.sex == word(self.nominee.sex)
            && row.rest == self.rest
    }
}

impl Store {
    pub fn nominations(&self) -> Nominations<'_> {
        Nominations(self)
    }
}

impl Nominations<'_> {
    /// Nominations of a phase within `scope`, in the order of the lists, after the number `after`, at most
    /// `limit`.
    pub async fn page(
        &self,
        phase: &str,
        scope: &Scope,
        unit: Option<&str>,
        sought: Option<&Sought>,
        after: u64,
        limit: u32,
    ) -> anyhow::Result<Vec<SealedNomination>> {
        let mut query = QueryBuilder::new(
            "SELECT n.*, r.state AS registered FROM nominations n LEFT JOIN registrations r
                 ON r.phase = n.phase AND r.document = n.document AND r.state NOT IN ('draft', 'rejected')
             WHERE n.phase = ",
        );
        query.push_bind(phase).push(" AND n.id > ").push_bind(signed(after));
        if let Some(unit) = unit {
            query.push(" AND n.unit = ").push_bind(unit);
        }
        if let Some(sought) = sought {
            sought.push(&mut query, self.0.vault(), ["n.document", "n.name", "n.rest ->> 'school'"]);
        }
        if !scope.everything {
            query.push(" AND (FALSE");
            for unit in scope.units() {
                query.push(" OR n.unit = ").push_bind(unit);
            }
            query.push(")");
        }
        query.push(" ORDER BY n.id LIMIT ").push_bind(limit);
        Ok(query.build_query_as().fetch_all(&self.0.readers).await?)
    }

    /// All nominations of a phase, in the order of the lists.
    pub async fn of_phase(&self, phase: &str) -> anyhow::Result<Vec<SealedNomination>> {
        let rows = sqlx::query_as("SELECT * FROM nominations WHERE phase = $1 ORDER BY id").bind(phase);
        Ok(rows.fetch_all(&self.0.readers).await?)
    }

    /// The nomination with this document (keyed hash); `None` = nobody of the phase has it, or `document` is
    /// `None`.
    pub async fn with_document(
        &self,
        phase: &str,
        document: Option<&[u8]>,
    ) -> anyhow::Result<Option<Nomination>> {
        let row = sqlx::query_as::<_, SealedNomination>(
            "SELECT * FROM nominations WHERE phase = $1 AND document = $2",
        );
        let row = row.bind(phase).bind(document).fetch_optional(&self.0.readers).await?;
        row.map(|row| row.open(self.0.vault())).transpose()
    }

    /// Number of nominees of each unit of a phase that has some.
    pub async fn people_by_unit(&self, phase: &str) -> anyhow::Result<BTreeMap<String, u32>> {
        let rows = sqlx::query_as::<_, (String, i64)>(
            "SELECT unit, count(*) FROM nominations WHERE phase = $1 GROUP BY unit",
        );
        let rows = rows.bind(phase).fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(|(unit, people)| (unit, count(people))).collect())
    }

    /// The state of each nomination in the lists, in the same order.
    pub async fn known(&self, news: &[NewNomination]) -> anyhow::Result<Vec<Known>> {
        let mut reader = self.0.readers.acquire().await?;
        let mut known = Vec::with_capacity(news.len());
        for new in news {
            let row = sqlx::query_as::<_, KnownRow>(
                "SELECT unit, name, sex, private, rest FROM nominations WHERE phase = $1 AND document = $2",
            );
            let row = row.bind(&new.phase).bind(&new.print).fetch_optional(&mut *reader).await?;
            let Some(row) = row else {
                known.push(Known::No);
                continue;
            };
            let private = Private::open(self.0.vault(), &of_nomination(&new.phase), &row.private)?;
            let is_same = new.is(&row, &private);
            known.push(if is_same {
                Known::Same { unit: row.unit }
            } else {
                Known::Other { unit: row.unit }
            });
        }
        Ok(known)
    }
}

/// Code of the unit that sends the person of `new`; `None` = no unit does.
pub async fn unit_of(connection: &mut Connection, new: &NewNomination) -> anyhow::Result<Option<String>> {
    let unit = sqlx::query_scalar("SELECT unit FROM nominations WHERE phase = $1 AND document = $2");
    Ok(unit.bind(&new.phase).bind(&new.print).fetch_optional(connection).await?)
}

/// `None` = there is no such nomination.
pub async fn place(connection: &mut Connection, id: u64) -> anyhow::Result<Option<NominationPlace>> {
    let row = sqlx::query_as::<_, PlaceRow>(
        "SELECT n.phase, n.unit, n.name, n.rest, phases.programme FROM nominations n
         JOIN phases ON phases.id = n.phase WHERE n.id = $1",
    );
    let place = |row: PlaceRow| {
        let rest = read_json(&row.rest)?;
        Ok(NominationPlace {
            phase: row.phase,
            programme: row.programme,
            unit: row.unit,
            name: row.name,
            rest,
        })
    };
    row.bind(signed(id)).fetch_optional(connection).await?.map(place).transpose()
}

pub async fn delete(writing: &mut Writing, id: u64) -> anyhow::Result<()> {
    let delete = sqlx::query("DELETE FROM nominations WHERE id = $1").bind(signed(id));
    Ok(writing.one_row("a nomination", delete).await?)
}

/// Writes a nomination, in place of an earlier one of the same person in the same phase.
pub async fn put(writing: &mut Writing, new: &NewNomination, now_ms: u64) -> anyhow::Result<()> {
    let NewNomination { phase, print, rest, sealed, nominee, .. } = new;
    sqlx::query(
        "INSERT INTO nominations (phase, unit, document, name, sex, document_kind, private, rest, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (phase, document) DO UPDATE SET unit = excluded.unit, name = excluded.name,
             sex = excluded.sex, document_kind = excluded.document_kind, private = excluded.private,
             rest = excluded.rest, at_ms = excluded.at_ms",
    )
    .bind(phase)
    .bind(&nominee.unit)
    .bind(print)
    .bind(&nominee.name)
    .bind(word(nominee.sex))
    .bind(word(nominee.document.kind()))
    .bind(sealed)
    .bind(rest)
    .bind(signed(now_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}
