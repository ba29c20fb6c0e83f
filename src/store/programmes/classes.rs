//! Classes of 100: formed in the order of approval, or chosen (S0-05, S0-06).

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteExecutor};

use super::super::audit::{self, Act};
use super::super::{Store, from_word, signed, word};
use super::catalogue::find_phase;
use super::seats::{self, Taken};
use super::{Answer, Refused, Writing, count};
use crate::attendance::interval::ServerInstant;
use crate::course::cohort::{self, CAPACITY, Waiting, may_choose};
use crate::course::enrolment::{State, Step};
use crate::course::phase::{Phase, Timing};
use crate::protocol::{Class, Formed, MyRegistration, NewClass, SchoolKind, Wrong};

const HOST_CHARS_MAX: usize = 50;
const CLASSES_MAX: u32 = 999;

/// People who are placed in one transaction; facts of running classes wait for no more.
const PLACED_AT_ONCE: u32 = 100;

/// What forming came to.
pub type Forming = Formed;

const MEMBERS: &str = "SELECT classes.*,
     (SELECT count(*) FROM registrations WHERE class = classes.id
         AND state IN ('placed', 'active', 'completed', 'failed')) AS members FROM classes ";

impl Store {
    pub async fn classes(&self, phase: &str) -> Answer<Vec<Class>> {
        self.phase(phase).await?;
        classes(&self.readers, phase).await
    }

    pub async fn class_and_phase(&self, id: &str) -> Answer<(Class, String)> {
        let sql = format!("{MEMBERS} WHERE classes.id = ?");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&self.readers).await?;
        let row = row.ok_or(Refused::NotFound)?;
        Ok((class(&row)?, row.try_get("phase")?))
    }

    /// An empty class, to be chosen or filled.
    pub async fn new_class(&self, by: &str, phase: &str, new: &NewClass) -> Answer<Class> {
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        check(&phase, new)?;
        let row = sqlx::query("SELECT coalesce(max(number), 0) FROM classes WHERE phase = ?").bind(&phase.id);
        let number: u32 = row.fetch_one(&mut *writing).await?.try_get::<u32, _>(0)? + 1;
        make(&mut writing, &phase, number, new).await?;
        let id = class_id(&phase, number);
        audit::append(&mut writing, self.vault(), Act::done(by, "class.made", &id, json!(new))).await?;
        writing.commit().await?;
        Ok(self.class_and_phase(&id).await?.0)
    }

    /// Another host; another track while nobody is in it.
    pub async fn change_class(&self, by: &str, id: &str, new: &NewClass) -> Answer<Class> {
        let (before, phase) = self.class_and_phase(id).await?;
        check(&self.phase(&phase).await?, new)?;
        let mut writing = self.writing().await?;
        let done = sqlx::query(
            "UPDATE classes SET track = ?1, host = ?2, host_kind = ?3 WHERE id = ?4
                 AND (track = ?1 OR NOT EXISTS (SELECT 1 FROM registrations WHERE class = ?4))",
        );
        let done = done.bind(&new.track).bind(new.host.trim()).bind(new.host_kind.map(word)).bind(&before.id);
        if done.execute(&mut *writing).await?.rows_affected() == 0 {
            return Err(Refused::field("track", Wrong::Choice));
        }
        audit::append(&mut writing, self.vault(), Act::done(by, "class.changed", id, json!(new))).await?;
        writing.commit().await?;
        Ok(self.class_and_phase(id).await?.0)
    }

    /// Gives everybody approved a class. From now on whoever is approved gets one at once.
    pub async fn form_classes(&self, by: &str, phase: &str, now_ms: u64) -> Answer<Forming> {
        let mut formed = Forming { placed: 0, new_classes: 0 };
        loop {
            let mut writing = self.writing().await?;
            let phase = find_phase(&mut *writing, phase).await?;
            let some = place(&mut writing, &phase, now_ms).await?;
            let all = some.placed < PLACED_AT_ONCE;
            if all {
                let done =
                    sqlx::query("UPDATE phases SET formed_at_ms = coalesce(formed_at_ms, ?) WHERE id = ?");
                done.bind(signed(now_ms)).bind(&phase.id).execute(&mut *writing).await?;
            }
            let act = Act::done(by, "class.formed", &phase.id, json!(some));
            audit::append(&mut writing, self.vault(), act).await?;
            writing.commit().await?;
            formed.placed += some.placed;
            formed.new_classes += some.new_classes;
            if all {
                return Ok(formed);
            }
        }
    }

    /// The trainee chooses, or changes before the study begins.
    pub async fn choose_class(
        &self,
        person: &str,
        phase: &str,
        id: &str,
        now_ms: u64,
    ) -> Answer<MyRegistration> {
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        let row = sqlx::query(
            "SELECT id, state, track, school_kind, class FROM registrations WHERE phase = ? AND person = ?",
        );
        let row = row.bind(&phase.id).bind(person).fetch_optional(&mut *writing).await?;
        let row = row.ok_or(Refused::NotFound)?;
        if !phase.choose_class {
            return Err(Refused::NoChoice);
        }
        let now = ServerInstant::of_fact(now_ms);
        let before: State = from_word(row.try_get("state")?)?;
        let state = match before {
            State::Placed if phase.study.at(now) == Timing::NotOpen => State::Placed,
            other => other.after(Step::Place, phase.registration.at(now))?,
        };
        let found = classes(&mut *writing, &phase.id).await?.into_iter().find(|class| class.id == id);
        let class = found.ok_or(Refused::NotFound)?;
        let kind = school_kind(&row)?;
        if class.track != row.try_get::<&str, _>("track")? || !may_choose(kind, class.host_kind) {
            return Err(Refused::ClassNotForYou);
        }
        let has: Option<String> = row.try_get("class")?;
        if class.members >= class.capacity && has.as_ref() != Some(&class.id) {
            return Err(Refused::ClassFull);
        }
        let registration = row.try_get("id")?;
        let taken =
            Taken { id: registration, step: "choose_class", state, by: Some(person), reason: "", now_ms };
        assign(&mut writing, &phase, &taken, &class.id, has.as_deref()).await?;
        writing.commit().await?;
        self.my_registration(person, &phase.id, now_ms).await
    }
}

fn class_id(phase: &Phase, number: u32) -> String {
    format!("{}-{number:03}", phase.id)
}

fn check(phase: &Phase, new: &NewClass) -> Answer<()> {
    let track_fits =
        if phase.tracks.is_empty() { new.track.is_empty() } else { phase.tracks.contains(&new.track) };
    if !track_fits {
        return Err(Refused::field("track", Wrong::Choice));
    }
    let host = new.host.trim();
    if host.chars().count() > HOST_CHARS_MAX || host.chars().any(char::is_control) {
        return Err(Refused::field("host", Wrong::TooLong));
    }
    if host.is_empty() && new.host_kind.is_some() {
        return Err(Refused::field("host", Wrong::Missing));
    }
    Ok(())
}

async fn make(writing: &mut Writing, phase: &Phase, number: u32, new: &NewClass) -> Answer<()> {
    if number > CLASSES_MAX {
        return Err(Refused::field("number", Wrong::TooMuch));
    }
    sqlx::query(
        "INSERT INTO classes (id, phase, number, track, capacity, host, host_kind) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(class_id(phase, number))
    .bind(&phase.id)
    .bind(number)
    .bind(&new.track)
    .bind(CAPACITY)
    .bind(new.host.trim())
    .bind(new.host_kind.map(word))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

async fn classes(executor: impl SqliteExecutor<'_>, phase: &str) -> Answer<Vec<Class>> {
    let sql = format!("{MEMBERS} WHERE classes.phase = ? ORDER BY number");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(phase).fetch_all(executor).await?;
    Ok(rows.iter().map(class).collect::<anyhow::Result<_>>()?)
}

fn class(row: &SqliteRow) -> anyhow::Result<Class> {
    Ok(Class {
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        track: row.try_get("track")?,
        capacity: row.try_get("capacity")?,
        members: count(row.try_get("members")?),
        host: row.try_get("host")?,
        host_kind: row.try_get::<Option<String>, _>("host_kind")?.map(from_word).transpose()?,
    })
}

fn school_kind(row: &SqliteRow) -> anyhow::Result<SchoolKind> {
    let kind: Option<String> = row.try_get("school_kind")?;
    Ok(kind.map(from_word).transpose()?.unwrap_or(SchoolKind::Administration))
}

/// Some of those approved get a class, at most [`PLACED_AT_ONCE`], in the order of approval; first those who may not be
/// anywhere.
pub(super) async fn place(writing: &mut Writing, phase: &Phase, now_ms: u64) -> Answer<Forming> {
    let hosted = classes(&mut **writing, &phase.id).await?.iter().any(|class| class.host_kind.is_some());
    let rows = sqlx::query(
        "SELECT id, track, school_kind FROM registrations WHERE phase = ? AND state = 'approved'
         ORDER BY (? AND school_kind IS ?) DESC, approval LIMIT ?",
    );
    let rows = rows.bind(&phase.id).bind(hosted).bind(word(SchoolKind::Higher)).bind(PLACED_AT_ONCE);
    let rows = rows.fetch_all(&mut **writing).await?;
    let mut bound = Vec::new();
    let mut free = Vec::new();
    for row in &rows {
        let waiting = Waiting { who: row.try_get::<i64, _>("id")?, track: row.try_get("track")? };
        let is_bound = hosted && school_kind(row)? == SchoolKind::Higher;
        if is_bound { bound.push(waiting) } else { free.push(waiting) }
    }
    let mut formed = Formed { placed: 0, new_classes: 0 };
    for (waiting, kind) in [(bound, SchoolKind::Higher), (free, SchoolKind::Administration)] {
        if !waiting.is_empty() {
            let more = place_some(writing, phase, waiting, kind, now_ms).await?;
            formed.placed += more.placed;
            formed.new_classes += more.new_classes;
        }
    }
    Ok(formed)
}

async fn place_some(
    writing: &mut Writing,
    phase: &Phase,
    waiting: Vec<Waiting<i64>>,
    kind: SchoolKind,
    now_ms: u64,
) -> Answer<Formed> {
    let known = classes(&mut **writing, &phase.id).await?;
    // One that these may not be in counts as full: its number is not given again.
    let as_cohort = |class: &Class| cohort::Class {
        number: class.number,
        track: class.track.clone(),
        members: if may_choose(kind, class.host_kind) { class.members } else { CAPACITY },
    };
    let before: Vec<cohort::Class> = known.iter().map(as_cohort).collect();
    let tracks: Vec<String> = waiting.iter().map(|one| one.track.clone()).collect();
    let placed = cohort::form(&before, waiting, CAPACITY);
    let mut last = known.iter().map(|class| class.number).max().unwrap_or(0);
    let first_new = last + 1;
    for ((id, number), track) in placed.iter().zip(tracks) {
        if *number > last {
            let new = NewClass { track, ..NewClass::default() };
            make(writing, phase, *number, &new).await?;
            last = *number;
        }
        let state = State::Approved.after(Step::Place, Timing::Closed)?;
        let taken = Taken { id: *id, step: "place", state, by: None, reason: "", now_ms };
        assign(writing, phase, &taken, &class_id(phase, *number), None).await?;
    }
    let placed = u32::try_from(placed.len()).unwrap_or(u32::MAX);
    Ok(Formed { placed, new_classes: last + 1 - first_new })
}

/// Writes the class, and that its lessons are now theirs: what is seen counts since the approval (CR-1).
async fn assign(
    writing: &mut Writing,
    phase: &Phase,
    taken: &Taken<'_>,
    class: &str,
    before: Option<&str>,
) -> Answer<()> {
    let done = sqlx::query("UPDATE registrations SET class = ? WHERE id = ?");
    done.bind(class).bind(taken.id).execute(&mut **writing).await?;
    seats::take(writing, &phase.id, taken).await?;
    if let Some(before) = before.filter(|before| *before != class) {
        sqlx::query(
            "DELETE FROM enrolments WHERE person = (SELECT person FROM registrations WHERE id = ?)
                 AND lesson IN (SELECT id FROM lessons WHERE class = ? AND started_at_ms IS NULL)",
        )
        .bind(taken.id)
        .bind(before)
        .execute(&mut **writing)
        .await?;
    }
    sqlx::query(
        "INSERT INTO enrolments (lesson, person, approved_at_ms)
         SELECT lessons.id, r.person, r.approved_at_ms FROM registrations r JOIN lessons ON lessons.class = r.class
         WHERE r.id = ? ON CONFLICT DO NOTHING",
    )
    .bind(taken.id)
    .execute(&mut **writing)
    .await?;
    Ok(())
}
