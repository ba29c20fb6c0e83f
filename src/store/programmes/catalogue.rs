//! Programmes and their phases.

use anyhow::{Context, anyhow};
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteExecutor};

use super::super::audit::{self, Act};
use super::super::{Store, signed, unsigned};
use super::{Answer, Refused, Writing, count, json, seats};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::course::phase::{Phase, Window};
use crate::protocol::{Mistake, NewPhase, NewProgramme, Programme, Wrong};

const ID_CHARS_MAX: usize = 24;
const TITLE_CHARS_MAX: usize = 100;
const ISSUERS_MAX: usize = 10;
/// Words that addresses use otherwise.
const NO_IDS: [&str; 1] = ["new"];

impl Store {
    /// All programmes with their phases, as they stand at `now_ms`; the last one first.
    pub async fn programmes(&self, now_ms: u64) -> Answer<Vec<Programme>> {
        let rows = sqlx::query(
            "SELECT id, title, issuers,
                 (SELECT version FROM policies WHERE programme = id ORDER BY seq DESC LIMIT 1) AS policy
             FROM programmes ORDER BY created_at_ms DESC, id",
        );
        let rows = rows.fetch_all(&self.readers).await?;
        let phases = sqlx::query("SELECT * FROM phases ORDER BY number").fetch_all(&self.readers).await?;
        let phases: Vec<Phase> = phases.iter().map(phase).collect::<anyhow::Result<_>>()?;
        let now = ServerInstant::of_fact(now_ms);
        let programme = |row: &SqliteRow| {
            let id: String = row.try_get("id")?;
            let of = phases.iter().filter(|phase| phase.programme == id).map(|phase| phase.shown(now));
            Ok(Programme {
                phases: of.collect(),
                title: row.try_get("title")?,
                issuers: json(row.try_get("issuers")?)?,
                policy_version: row.try_get("policy")?,
                id,
            })
        };
        Ok(rows.iter().map(programme).collect::<anyhow::Result<_>>()?)
    }

    pub async fn programme(&self, id: &str, now_ms: u64) -> Answer<Programme> {
        let all = self.programmes(now_ms).await?;
        all.into_iter().find(|programme| programme.id == id).ok_or(Refused::NotFound)
    }

    pub async fn new_programme(&self, by: &str, new: &NewProgramme, now_ms: u64) -> Answer<Programme> {
        let title = checked(new)?;
        let mut writing = self.writing().await?;
        let done = sqlx::query(
            "INSERT INTO programmes (id, title, issuers, created_at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        );
        let done = done.bind(&new.id).bind(title).bind(issuers(new)).bind(signed(now_ms));
        if done.execute(&mut *writing).await?.rows_affected() == 0 {
            return Err(Refused::Taken);
        }
        let act = Act::done(by, "programme.made", &new.id, json!({ "title": title }));
        audit::append(&mut writing, self.vault(), act).await?;
        writing.commit().await?;
        self.programme(&new.id, now_ms).await
    }

    /// Another title, other issuers.
    pub async fn change_programme(
        &self,
        by: &str,
        id: &str,
        new: &NewProgramme,
        now_ms: u64,
    ) -> Answer<Programme> {
        let title = checked(&NewProgramme { id: id.to_owned(), ..new.clone() })?.to_owned();
        let mut writing = self.writing().await?;
        let done = sqlx::query("UPDATE programmes SET title = ?, issuers = ? WHERE id = ?");
        let done = done.bind(&title).bind(issuers(new)).bind(id).execute(&mut *writing).await?;
        if done.rows_affected() == 0 {
            return Err(Refused::NotFound);
        }
        let act = Act::done(by, "programme.changed", id, json!({ "title": title }));
        audit::append(&mut writing, self.vault(), act).await?;
        writing.commit().await?;
        self.programme(id, now_ms).await
    }

    pub async fn phase(&self, id: &str) -> Answer<Phase> {
        find_phase(&self.readers, id).await
    }

    pub async fn new_phase(&self, by: &str, programme: &str, new: &NewPhase) -> Answer<Phase> {
        let phase = Phase::check(programme, new).map_err(Refused::Wrong)?;
        let mut writing = self.writing().await?;
        let known = sqlx::query("SELECT 1 FROM programmes WHERE id = ?").bind(programme);
        known.fetch_optional(&mut *writing).await?.ok_or(Refused::NotFound)?;
        let done = sqlx::query(
            "INSERT INTO phases (title, hours_ch, plan_seats, registration_first, registration_last, study_first,
                 study_last, tracks, categories, choose_class, per_school, id, programme, number)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        );
        let done = bind(done, &phase).bind(&phase.id).bind(programme).bind(phase.number);
        if done.execute(&mut *writing).await?.rows_affected() == 0 {
            return Err(Refused::Taken);
        }
        self.audit_phase(&mut writing, by, "phase.made", &phase).await?;
        writing.commit().await?;
        Ok(phase)
    }

    /// Changes all but the number. Fewer seats than the quotas give away are refused; who held a seat keeps
    /// it, whatever a school may send from now on.
    pub async fn change_phase(&self, by: &str, id: &str, new: &NewPhase, now_ms: u64) -> Answer<Phase> {
        let mut writing = self.writing().await?;
        let before = find_phase(&mut *writing, id).await?;
        let new = NewPhase { number: before.number, ..new.clone() };
        let phase = Phase::check(&before.programme, &new).map_err(Refused::Wrong)?;
        let given = sqlx::query("SELECT coalesce(sum(seats), 0) FROM quotas WHERE phase = ?").bind(id);
        let given = count(given.fetch_one(&mut *writing).await?.try_get(0)?);
        if given > phase.plan_seats {
            let figures = vec![given, phase.plan_seats];
            let mistake = Mistake { figures, ..Mistake::field("plan_seats", Wrong::AbovePlan) };
            return Err(Refused::Wrong(vec![mistake]));
        }
        let done = sqlx::query(
            "UPDATE phases SET title = ?, hours_ch = ?, plan_seats = ?, registration_first = ?,
                 registration_last = ?, study_first = ?, study_last = ?, tracks = ?, categories = ?, choose_class = ?,
                 per_school = ?
             WHERE id = ?",
        );
        bind(done, &phase).bind(id).execute(&mut *writing).await?;
        self.audit_phase(&mut writing, by, "phase.changed", &phase).await?;
        let phase = Phase { formed: before.formed, ..phase };
        if phase.per_school != before.per_school {
            seats::promote_all(&mut writing, &phase, now_ms).await?;
        }
        writing.commit().await?;
        Ok(phase)
    }

    async fn audit_phase(
        &self,
        writing: &mut Writing,
        by: &str,
        act: &'static str,
        phase: &Phase,
    ) -> Answer<()> {
        let detail = json!({
            "title": phase.title,
            "hours_ch": phase.hours_ch,
            "plan_seats": phase.plan_seats,
            "registration": format!("{}/{}", phase.registration.first, phase.registration.last),
            "study": format!("{}/{}", phase.study.first, phase.study.last),
            "per_school": phase.per_school,
        });
        Ok(audit::append(writing, self.vault(), Act::done(by, act, &phase.id, detail)).await?)
    }
}

pub(super) async fn find_phase(executor: impl SqliteExecutor<'_>, id: &str) -> Answer<Phase> {
    let row = sqlx::query("SELECT * FROM phases WHERE id = ?").bind(id).fetch_optional(executor).await?;
    Ok(phase(&row.ok_or(Refused::NotFound)?)?)
}

/// The columns that can be changed, in the order of both statements.
fn bind<'q>(
    query: sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    phase: &'q Phase,
) -> sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
    let list = |words: &[String]| json!(words).to_string();
    query
        .bind(&phase.title)
        .bind(signed(phase.hours_ch))
        .bind(phase.plan_seats)
        .bind(phase.registration.first.to_string())
        .bind(phase.registration.last.to_string())
        .bind(phase.study.first.to_string())
        .bind(phase.study.last.to_string())
        .bind(list(&phase.tracks))
        .bind(list(&phase.categories))
        .bind(phase.choose_class)
        .bind(phase.per_school.as_ref().map(|limit| json!(limit).to_string()))
}

pub(super) fn phase(row: &SqliteRow) -> anyhow::Result<Phase> {
    let window = |first: &str, last: &str| {
        let day = |column: &str| {
            let text: &str = row.try_get(column)?;
            LocalDate::parse(text).with_context(|| format!("the database holds the day {text:?}"))
        };
        Window::new(day(first)?, day(last)?).ok_or_else(|| anyhow!("a phase ends before it begins"))
    };
    let formed: Option<i64> = row.try_get("formed_at_ms")?;
    let per_school: Option<String> = row.try_get("per_school")?;
    Ok(Phase {
        id: row.try_get("id")?,
        programme: row.try_get("programme")?,
        number: row.try_get("number")?,
        title: row.try_get("title")?,
        hours_ch: unsigned(row.try_get("hours_ch")?),
        plan_seats: row.try_get("plan_seats")?,
        registration: window("registration_first", "registration_last")?,
        study: window("study_first", "study_last")?,
        tracks: json(row.try_get("tracks")?)?,
        categories: json(row.try_get("categories")?)?,
        choose_class: row.try_get("choose_class")?,
        per_school: per_school.map(|limit| json(&limit)).transpose()?,
        formed: formed.is_some(),
    })
}

/// The title, when all is well.
fn checked(new: &NewProgramme) -> Answer<&str> {
    let mut wrong = Vec::new();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if new.id.is_empty() {
        wrong.push(Mistake::field("id", Wrong::Missing));
    } else if new.id.len() > ID_CHARS_MAX {
        wrong.push(Mistake::field("id", Wrong::TooLong));
    } else if !new.id.chars().all(plain)
        || !new.id.starts_with(|c: char| c.is_ascii_lowercase())
        || NO_IDS.contains(&new.id.as_str())
    {
        wrong.push(Mistake::field("id", Wrong::Character));
    }
    let title = new.title.trim();
    if title.is_empty() {
        wrong.push(Mistake::field("title", Wrong::Missing));
    }
    let long = |text: &str| text.chars().count() > TITLE_CHARS_MAX;
    if long(title) {
        wrong.push(Mistake::field("title", Wrong::TooLong));
    }
    if new.issuers.len() > ISSUERS_MAX || new.issuers.iter().any(|issuer| long(issuer)) {
        wrong.push(Mistake::field("issuers", Wrong::TooLong));
    }
    if wrong.is_empty() { Ok(title) } else { Err(Refused::Wrong(wrong)) }
}

fn issuers(new: &NewProgramme) -> String {
    json!(new.issuers.iter().map(|issuer| issuer.trim()).collect::<Vec<_>>()).to_string()
}
