//! Essays on disk: drafts of authors (here), texts handed in ([`versions`]), their reviewers ([`shares`]) and
//! [`reviews`], the [`best`] of them, and similar ones ([`known`]). SQL and rows only: `office::essays` says who may do what, and
//! when.

use sqlx::FromRow;

use super::db::Writing;
use super::{Store, from_word, signed, unsigned, word};
use crate::essay::way::State;
use crate::programme::enrolment;

pub mod best;
mod known;
pub mod reviews;
pub mod shares;
#[cfg(test)]
mod testing;
pub mod versions;

pub(super) use known::Known;

/// Reads essays.
pub struct Essays<'a>(&'a Store);

impl Store {
    pub fn essays(&self) -> Essays<'_> {
        Essays(self)
    }
}

/// An essay as its author last saved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Essay {
    pub id: u64,
    pub phase: String,
    /// The author.
    pub person: String,
    pub state: State,
    pub revision: u32,
    pub text: String,
    pub saved_at_ms: u64,
    /// The last upload: id and name.
    pub file: Option<(u64, String)>,
}

#[derive(FromRow)]
struct EssayRow {
    id: i64,
    phase: String,
    person: String,
    state: String,
    revision: u32,
    text: String,
    saved_at_ms: i64,
    file: Option<i64>,
    file_name: Option<String>,
}

impl EssayRow {
    fn read(self) -> anyhow::Result<Essay> {
        Ok(Essay {
            id: unsigned(self.id),
            phase: self.phase,
            person: self.person,
            state: from_word(self.state)?,
            revision: self.revision,
            text: self.text,
            saved_at_ms: unsigned(self.saved_at_ms),
            file: self.file.map(unsigned).zip(self.file_name),
        })
    }
}

const OF_AUTHOR: &str = "SELECT essays.*, essay_files.name AS file_name FROM essays
     LEFT JOIN essay_files ON essay_files.id = file WHERE phase = $1 AND person = $2";
const OF_NUMBER: &str = "SELECT essays.*, essay_files.name AS file_name FROM essays
     LEFT JOIN essay_files ON essay_files.id = file WHERE essays.id = $1";

/// The registration of a person in a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub phase: String,
    /// Title of the phase.
    pub title: String,
    pub programme: String,
    pub state: enrolment::State,
    /// Code of the unit.
    pub unit: String,
}

#[derive(FromRow)]
struct StandingRow {
    phase: String,
    title: String,
    programme: String,
    state: String,
    unit: String,
}

impl StandingRow {
    fn read(self) -> anyhow::Result<Standing> {
        let StandingRow { phase, title, programme, state, unit } = self;
        Ok(Standing { phase, title, programme, state: from_word(state)?, unit })
    }
}

const STANDING: &str = "SELECT phase, title, programme, state, unit FROM registrations
     JOIN phases ON phases.id = phase WHERE person = $1 AND ($2 IS NULL OR phase = $2) ORDER BY phase";

impl Essays<'_> {
    /// All registrations of a person.
    pub async fn standings(&self, person: &str) -> anyhow::Result<Vec<Standing>> {
        let rows = sqlx::query_as::<_, StandingRow>(STANDING).bind(person).bind(None::<String>);
        rows.fetch_all(&self.0.readers).await?.into_iter().map(StandingRow::read).collect()
    }

    /// The essay of a person for a phase.
    pub async fn of_author(&self, phase: &str, person: &str) -> anyhow::Result<Option<Essay>> {
        let row = sqlx::query_as::<_, EssayRow>(OF_AUTHOR).bind(phase).bind(person);
        row.fetch_optional(&self.0.readers).await?.map(EssayRow::read).transpose()
    }

    pub async fn of_number(&self, id: u64) -> anyhow::Result<Option<Essay>> {
        let row = sqlx::query_as::<_, EssayRow>(OF_NUMBER).bind(signed(id));
        row.fetch_optional(&self.0.readers).await?.map(EssayRow::read).transpose()
    }

    /// Name and bytes of an upload.
    pub async fn file(&self, id: u64) -> anyhow::Result<Option<(String, Vec<u8>)>> {
        let row = sqlx::query_as("SELECT name, bytes FROM essay_files WHERE id = $1").bind(signed(id));
        Ok(row.fetch_optional(&self.0.readers).await?)
    }
}

/// The registration of a person in a phase; `None` = not registered there.
pub async fn standing(writing: &mut Writing, phase: &str, person: &str) -> anyhow::Result<Option<Standing>> {
    let row = sqlx::query_as::<_, StandingRow>(STANDING).bind(person).bind(phase);
    row.fetch_optional(&mut **writing).await?.map(StandingRow::read).transpose()
}

pub async fn of_author(writing: &mut Writing, phase: &str, person: &str) -> anyhow::Result<Option<Essay>> {
    let row = sqlx::query_as::<_, EssayRow>(OF_AUTHOR).bind(phase).bind(person);
    row.fetch_optional(&mut **writing).await?.map(EssayRow::read).transpose()
}

pub async fn of_number(writing: &mut Writing, id: u64) -> anyhow::Result<Option<Essay>> {
    let row = sqlx::query_as::<_, EssayRow>(OF_NUMBER).bind(signed(id));
    row.fetch_optional(&mut **writing).await?.map(EssayRow::read).transpose()
}

/// Begins an empty essay with revision 0.
pub async fn begin(writing: &mut Writing, phase: &str, person: &str, at_ms: u64) -> anyhow::Result<Essay> {
    sqlx::query(
        "INSERT INTO essays (phase, person, state, revision, text, saved_at_ms)
         VALUES ($1, $2, 'draft', 0, '', $3) ON CONFLICT DO NOTHING",
    )
    .bind(phase)
    .bind(person)
    .bind(signed(at_ms))
    .execute(&mut **writing)
    .await?;
    let begun = of_author(writing, phase, person).await?;
    begun.ok_or_else(|| anyhow::anyhow!("an essay that was just begun is not there"))
}

/// Saves a text as the next revision.
pub async fn save(writing: &mut Writing, id: u64, text: &str, at_ms: u64) -> anyhow::Result<()> {
    let update =
        sqlx::query("UPDATE essays SET text = $1, saved_at_ms = $2, revision = revision + 1 WHERE id = $3")
            .bind(text)
            .bind(signed(at_ms))
            .bind(signed(id));
    Ok(writing.one_row("the text of an essay", update).await?)
}

pub async fn set_state(writing: &mut Writing, id: u64, state: State) -> anyhow::Result<()> {
    let update = sqlx::query("UPDATE essays SET state = $1 WHERE id = $2").bind(word(state)).bind(signed(id));
    Ok(writing.one_row("the state of an essay", update).await?)
}

/// Keeps an upload in place of the last one, unless a handed-in text refers to that one.
pub async fn keep_file(
    writing: &mut Writing,
    essay: u64,
    name: &str,
    bytes: &[u8],
    at_ms: u64,
) -> anyhow::Result<()> {
    let file: i64 = sqlx::query_scalar(
        "INSERT INTO essay_files (essay, name, bytes, at_ms) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(signed(essay))
    .bind(name)
    .bind(bytes)
    .bind(signed(at_ms))
    .fetch_one(&mut **writing)
    .await?;
    let refer = sqlx::query("UPDATE essays SET file = $1 WHERE id = $2");
    writing.one_row("the upload of an essay", refer.bind(file).bind(signed(essay))).await?;
    sqlx::query(
        "DELETE FROM essay_files WHERE essay = $1 AND id <> $2
             AND NOT EXISTS (SELECT 1 FROM essay_versions WHERE file = essay_files.id)",
    )
    .bind(signed(essay))
    .bind(file)
    .execute(&mut **writing)
    .await?;
    Ok(())
}
