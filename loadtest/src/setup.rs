//! Lessons, people and one-click links for a run, written straight into the data folder.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::store::{NewSecret, SecretKind, Store};

use crate::clock::now_ns;

/// One class and the secrets of its links.
#[derive(Debug, Clone)]
pub struct ClassLinks {
    pub lesson: String,
    pub instructor: String,
    pub trainees: Vec<String>,
}

/// The time for which the links work.
const LINK_TIME: Duration = Duration::from_secs(24 * 3600);

/// Makes a lesson with an instructor and `trainees` people.
pub async fn class(store: &Store, lesson: &str, trainees: usize) -> anyhow::Result<ClassLinks> {
    office::timetable::make_usual(store, lesson, lesson)
        .await
        .with_context(|| format!("make the lesson {lesson}"))?;
    let instructor = link(store, "教师", Role::Instructor, Some(lesson)).await?;
    let mut links = Vec::with_capacity(trainees);
    for number in 1..=trainees {
        links.push(link(store, &format!("学员 {number}"), Role::Trainee, Some(lesson)).await?);
    }
    Ok(ClassLinks { lesson: lesson.to_owned(), instructor, trainees: links })
}

/// Makes a person and a one-click link for them; returns its secret.
pub async fn link(store: &Store, name: &str, role: Role, lesson: Option<&str>) -> anyhow::Result<String> {
    let person = store.people().add(name, role).await.context("make a person")?;
    let secret = NewSecret {
        kind: SecretKind::Link,
        person: Some(person),
        role,
        lesson: lesson.map(str::to_owned),
        expires_at_ms: expiry_ms(),
    };
    office::links::make(store, secret).await.context("make a link")
}

/// Makes a bearer token for WHIP or WHEP.
pub async fn token(store: &Store, role: Role, lesson: &str) -> anyhow::Result<String> {
    let secret = NewSecret {
        kind: SecretKind::Token,
        person: None,
        role,
        lesson: Some(lesson.to_owned()),
        expires_at_ms: expiry_ms(),
    };
    office::links::make(store, secret).await.context("make a token")
}

/// Opens the store of a data folder.
pub async fn store(data: &Path) -> anyhow::Result<Store> {
    Store::open(data).await.with_context(|| format!("open the store in {}", data.display()))
}

fn expiry_ms() -> u64 {
    now_ns() / 1_000_000 + LINK_TIME.as_millis() as u64
}
