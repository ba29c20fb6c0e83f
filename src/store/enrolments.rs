//! Table `enrolments`: the trainees of each lesson, and since when (CR-1).

use sqlx::Row;

use super::db::Writing;
use super::{Store, signed, unsigned};

/// Reads the trainees of lessons.
pub struct Enrolments<'a>(&'a Store);

impl Store {
    pub fn enrolments(&self) -> Enrolments<'_> {
        Enrolments(self)
    }
}

impl Enrolments<'_> {
    /// The instant from which a person belongs to a lesson; `None` = a guest or a stranger.
    pub async fn approved_at(&self, lesson: &str, person: &str) -> anyhow::Result<Option<u64>> {
        let row = sqlx::query("SELECT approved_at_ms FROM enrolments WHERE lesson = $1 AND person = $2")
            .bind(lesson)
            .bind(person)
            .fetch_optional(&self.0.readers)
            .await?;
        row.map(|row| Ok(unsigned(row.try_get(0)?))).transpose()
    }
}

/// Enrols a person from `at_ms` on; an earlier enrolment stays.
pub async fn insert(writing: &mut Writing, lesson: &str, person: &str, at_ms: u64) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(lesson)
    .bind(person)
    .bind(signed(at_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Gives a person the lessons of their registration's class: presence counts since the approval (CR-1).
pub async fn give_lessons_of_class(writing: &mut Writing, registration: u64) -> anyhow::Result<()> {
    let done = sqlx::query(
        "INSERT INTO enrolments (lesson, person, approved_at_ms)
         SELECT lessons.id, r.person, r.approved_at_ms FROM registrations r JOIN lessons ON lessons.class = r.class
         WHERE r.id = $1 ON CONFLICT DO NOTHING",
    );
    done.bind(signed(registration)).execute(&mut **writing).await?;
    Ok(())
}

/// Gives a lesson to everybody in its class, in a state that studies.
pub async fn give_lesson(writing: &mut Writing, lesson: &str, class: Option<&str>) -> anyhow::Result<()> {
    let done = sqlx::query(
        "INSERT INTO enrolments (lesson, person, approved_at_ms)
         SELECT $1, person, approved_at_ms FROM registrations
         WHERE class = $2 AND state IN ('placed', 'active', 'completed') ON CONFLICT DO NOTHING",
    );
    done.bind(lesson).bind(class).execute(&mut **writing).await?;
    Ok(())
}

/// Takes lessons of a class that have not begun from a person.
pub async fn take_back(writing: &mut Writing, person: &str, class: &str) -> anyhow::Result<()> {
    let done = sqlx::query(
        "DELETE FROM enrolments WHERE person = $1
             AND lesson IN (SELECT id FROM lessons WHERE class = $2 AND started_at_ms IS NULL)",
    );
    done.bind(person).bind(class).execute(&mut **writing).await?;
    Ok(())
}

/// The same, but completed self-study lessons stay.
pub async fn take_back_uncompleted(writing: &mut Writing, person: &str, class: &str) -> anyhow::Result<()> {
    let done = sqlx::query(
        "DELETE FROM enrolments WHERE person = $1 AND lesson IN
             (SELECT id FROM lessons WHERE class = $2 AND started_at_ms IS NULL)
             AND NOT EXISTS (SELECT 1 FROM completions
                 WHERE completions.person = $1 AND completions.lesson = enrolments.lesson)",
    );
    done.bind(person).bind(class).execute(&mut **writing).await?;
    Ok(())
}
