//! What is kept about recordings beside their files: names, published courses, who watched what.

use anyhow::{Context, ensure};
use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::audit::{self, Act};
use super::db::{Lane, Writing};
use super::{Store, Vault, from_word, random_hex, signed, unsigned, word};
use crate::attendance::coverage::{Coverage, media, stretches};
use crate::attendance::interval::{MediaMs, Spans};
use crate::protocol::{Course, Stretch};

impl Store {
    /// The name under which a lesson is recorded; given once, for good.
    pub async fn recording_of(&self, lesson: &str) -> anyhow::Result<String> {
        let id = random_hex::<16>()?;
        let mut writing = self.db.write(Lane::Books).await?;
        let row = sqlx::query(
            "INSERT INTO recordings (lesson, id) VALUES (?, ?)
             ON CONFLICT (lesson) DO UPDATE SET lesson = excluded.lesson RETURNING id",
        )
        .bind(lesson)
        .bind(&id)
        .fetch_one(&mut *writing)
        .await
        .with_context(|| format!("cannot name the recording of {lesson:?}"))?;
        writing.commit().await?;
        Ok(row.try_get(0)?)
    }

    /// The recording of a lesson, if its room was ever open.
    pub async fn recording(&self, lesson: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query("SELECT id FROM recordings WHERE lesson = ?")
            .bind(lesson)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The lesson that is recorded under this name.
    pub async fn recorded_lesson(&self, recording: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query("SELECT lesson FROM recordings WHERE id = ?")
            .bind(recording)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The course that was made of a lesson's recording.
    pub async fn course(&self, lesson: &str) -> anyhow::Result<Option<Course>> {
        let row =
            sqlx::query("SELECT title, description, from_ms, to_ms, audience FROM courses WHERE lesson = ?")
                .bind(lesson)
                .fetch_optional(&self.readers)
                .await?;
        row.map(|row| course(&row)).transpose()
    }

    /// Publishes a recording as a course, in place of an earlier form of it.
    /// `played` is where it has something to show.
    pub async fn publish(
        &self,
        lesson: &str,
        course: &Course,
        played: &[Stretch],
        by: &str,
        now_ms: u64,
    ) -> anyhow::Result<()> {
        let mut transaction = self.db.write(Lane::Books).await?;
        sqlx::query(
            "INSERT INTO courses
                 (lesson, title, description, from_ms, to_ms, played, audience, published_at_ms, published_by)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (lesson) DO UPDATE SET
                 title = excluded.title, description = excluded.description,
                 from_ms = excluded.from_ms, to_ms = excluded.to_ms, played = excluded.played,
                 audience = excluded.audience,
                 published_at_ms = excluded.published_at_ms, published_by = excluded.published_by",
        )
        .bind(lesson)
        .bind(&course.title)
        .bind(&course.description)
        .bind(signed(course.shown.from_ms))
        .bind(signed(course.shown.to_ms))
        .bind(serde_json::to_string(played)?)
        .bind(word(course.audience))
        .bind(signed(now_ms))
        .bind(by)
        .execute(&mut *transaction)
        .await
        .with_context(|| format!("cannot publish {lesson:?}"))?;
        let detail = json!({ "title": course.title, "audience": course.audience });
        audit::append(&mut transaction, self.vault(), Act::done(by, "course.published", lesson, detail))
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes a course back; false when there was none.
    pub async fn withdraw(&self, lesson: &str, by: &str) -> anyhow::Result<bool> {
        let mut transaction = self.db.write(Lane::Books).await?;
        let done = sqlx::query("DELETE FROM courses WHERE lesson = ?")
            .bind(lesson)
            .execute(&mut *transaction)
            .await
            .with_context(|| format!("cannot take {lesson:?} back"))?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let act = Act::done(by, "course.taken_back", lesson, json!({}));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// What a person has watched of a lesson's recording.
    pub async fn watched(&self, lesson: &str, person: &str) -> anyhow::Result<Coverage> {
        let row = sqlx::query(WATCHED).bind(lesson).bind(person).fetch_optional(&self.readers).await?;
        row.map_or_else(|| Ok(Coverage::default()), |row| coverage(&row))
    }
}

/// Changes what a person has watched. Two tabs of one person never undo each other, nor do two
/// recordings earn the same second: reading and writing are one transaction of the only writer.
pub(super) async fn watch<T>(
    transaction: &mut Writing,
    vault: &Vault,
    (lesson, person): (&str, &str),
    sent: Sent<'_>,
    change: impl FnOnce(&mut Coverage) -> T,
) -> anyhow::Result<(Coverage, T)> {
    let row = sqlx::query(WATCHED).bind(lesson).bind(person).fetch_optional(&mut **transaction).await?;
    if let Some(row) = &row {
        // What is not the server's own must not become so by the next heartbeat.
        ensure!(
            is_sealed(vault, row)?,
            "what {person} has watched of {lesson:?} was changed outside of the server"
        );
    }
    let mut coverage = row.map_or_else(|| Ok(Coverage::default()), |row| coverage(&row))?;
    let anywhere = sqlx::query("SELECT max(heard_at_ms) FROM watched WHERE person = ?").bind(person);
    let anywhere: Option<i64> = anywhere.fetch_one(&mut **transaction).await?.try_get(0)?;
    coverage.heard_anywhere_ms = anywhere.map(unsigned);
    if let Some((recording, stretches)) = sent {
        coverage.served = serve(transaction, recording, person, stretches).await?;
    }
    let told = change(&mut coverage);
    let covered = serde_json::to_string(&stretches(&coverage.covered))?;
    let heard_at_ms = coverage.heard_at_ms.map(signed);
    let [position, unchecked, credit] =
        [coverage.position_ms, coverage.unchecked_ms, coverage.credit_ms].map(|ms| Some(signed(ms)));
    let numbers = [position, heard_at_ms, unchecked, credit];
    sqlx::query(
        "INSERT INTO watched
             (lesson, person, covered, position_ms, heard_at_ms, unchecked_ms, credit_ms, check_nonce, mac)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (lesson, person) DO UPDATE SET
             covered = excluded.covered, position_ms = excluded.position_ms,
             heard_at_ms = excluded.heard_at_ms, unchecked_ms = excluded.unchecked_ms,
             credit_ms = excluded.credit_ms, check_nonce = excluded.check_nonce, mac = excluded.mac",
    )
    .bind(lesson)
    .bind(person)
    .bind(&covered)
    .bind(signed(coverage.position_ms))
    .bind(heard_at_ms)
    .bind(signed(coverage.unchecked_ms))
    .bind(signed(coverage.credit_ms))
    .bind(&coverage.check)
    .bind(mac(vault, (lesson, person), &covered, numbers, coverage.check.as_deref()))
    .execute(&mut **transaction)
    .await
    .context("cannot note what was watched")?;
    Ok((coverage, told))
}

const WATCHED: &str = "SELECT * FROM watched WHERE lesson = ? AND person = ?";

/// The keyed hash of a row of `watched`; `numbers` as they stand in it: position, heard, unchecked, slack.
fn mac(
    vault: &Vault,
    (lesson, person): (&str, &str),
    covered: &str,
    numbers: [Option<i64>; 4],
    check: Option<&str>,
) -> String {
    let [position, heard, unchecked, credit] =
        numbers.map(|number| number.map_or_else(String::new, |number| number.to_string()));
    let check = check.unwrap_or_default();
    vault.mac(&["watched 1", lesson, person, covered, &position, &heard, &unchecked, &credit, check])
}

fn mac_of(vault: &Vault, row: &SqliteRow) -> Result<String, sqlx::Error> {
    let number = |column| row.try_get::<Option<i64>, _>(column);
    let numbers =
        [number("position_ms")?, number("heard_at_ms")?, number("unchecked_ms")?, number("credit_ms")?];
    let whose = (row.try_get("lesson")?, row.try_get("person")?);
    Ok(mac(vault, whose, row.try_get("covered")?, numbers, row.try_get("check_nonce")?))
}

/// Whether a whole row of `watched` is what the server wrote.
pub(super) fn is_sealed(vault: &Vault, row: &SqliteRow) -> Result<bool, sqlx::Error> {
    Ok(row.try_get::<&str, _>("mac")? == mac_of(vault, row)?)
}

/// Seals every row as it is.
pub(super) async fn seal_all(transaction: &mut Writing, vault: &Vault) -> anyhow::Result<()> {
    for row in sqlx::query("SELECT * FROM watched").fetch_all(&mut **transaction).await? {
        sqlx::query("UPDATE watched SET mac = ? WHERE lesson = ? AND person = ?")
            .bind(mac_of(vault, &row)?)
            .bind(row.try_get::<&str, _>("lesson")?)
            .bind(row.try_get::<&str, _>("person")?)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// What of a recording was sent to a person, as far as the server remembers it.
pub(super) type Sent<'a> = Option<(&'a str, &'a Spans<MediaMs>)>;

/// Notes what of a recording was sent to a person; returns all that ever was.
async fn serve(
    transaction: &mut Writing,
    recording: &str,
    person: &str,
    sent: &Spans<MediaMs>,
) -> anyhow::Result<Spans<MediaMs>> {
    let row = sqlx::query("SELECT stretches FROM served WHERE recording = ? AND person = ?");
    let row = row.bind(recording).bind(person).fetch_optional(&mut **transaction).await?;
    let before: Vec<Stretch> = match row {
        Some(row) => serde_json::from_str(row.try_get(0)?).context("a broken list of stretches")?,
        None => Vec::new(),
    };
    let before = media(&before);
    let served = before.or(sent);
    if served != before {
        sqlx::query(
            "INSERT INTO served (recording, person, stretches) VALUES (?, ?, ?)
             ON CONFLICT (recording, person) DO UPDATE SET stretches = excluded.stretches",
        )
        .bind(recording)
        .bind(person)
        .bind(serde_json::to_string(&stretches(&served))?)
        .execute(&mut **transaction)
        .await
        .context("cannot note what was sent")?;
    }
    Ok(served)
}

fn coverage(row: &SqliteRow) -> anyhow::Result<Coverage> {
    let covered: &str = row.try_get("covered")?;
    let covered: Vec<Stretch> =
        serde_json::from_str(covered).context("the database holds a broken list of stretches")?;
    Ok(Coverage {
        covered: media(&covered),
        position_ms: unsigned(row.try_get("position_ms")?),
        heard_at_ms: row.try_get::<Option<i64>, _>("heard_at_ms")?.map(unsigned),
        heard_anywhere_ms: None,
        unchecked_ms: unsigned(row.try_get("unchecked_ms")?),
        check: row.try_get("check_nonce")?,
        credit_ms: unsigned(row.try_get("credit_ms")?),
        served: Spans::default(),
    })
}

/// What of a course can be watched: where it had something to show when it was published.
pub(super) fn to_watch(row: &SqliteRow) -> anyhow::Result<Spans<MediaMs>> {
    let instant = |column| Ok::<_, sqlx::Error>(MediaMs(unsigned(row.try_get(column)?)));
    let shown = Spans::one(instant("from_ms")?, instant("to_ms")?);
    let played: Vec<Stretch> = serde_json::from_str(row.try_get("played")?)
        .context("the database holds a broken list of stretches")?;
    Ok(if played.is_empty() { shown } else { media(&played).and(&shown) })
}

fn course(row: &SqliteRow) -> anyhow::Result<Course> {
    Ok(Course {
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        shown: Stretch { from_ms: unsigned(row.try_get("from_ms")?), to_ms: unsigned(row.try_get("to_ms")?) },
        audience: from_word(row.try_get("audience")?)?,
    })
}
