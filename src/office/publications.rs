//! Publishing the recording of a lesson as a course, and taking it back; the open catalogue.

use serde_json::json;

use crate::protocol::{Course, OpenCourses};
use crate::recording::catalogue::{self, Search};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, publications};
use crate::time::Stretch;

/// Publishes a recording as a course, in place of an earlier publication. `played` is the part of the
/// recording with something to show.
pub async fn publish(
    store: &Store,
    lesson: &str,
    course: &Course,
    played: &[Stretch],
    by: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let mut writing = store.write(Lane::Books).await?;
    publications::put(&mut writing, lesson, course, played, by, now_ms).await?;
    let detail = json!({ "title": course.title, "audience": course.audience, "listed": course.listed });
    audit::append(&mut writing, store.vault(), Act::done(by, "course.published", lesson, detail)).await?;
    writing.commit().await
}

/// Takes a publication back; false = there was none.
pub async fn withdraw(store: &Store, lesson: &str, by: &str) -> anyhow::Result<bool> {
    let mut writing = store.write(Lane::Books).await?;
    if !publications::delete(&mut writing, lesson).await? {
        return Ok(false);
    }
    audit::append(&mut writing, store.vault(), Act::done(by, "course.taken_back", lesson, json!({}))).await?;
    writing.commit().await?;
    Ok(true)
}

/// Courses on one page of the catalogue.
const PAGE: usize = 24;

/// One page of what a search finds in the open catalogue; pages count from 0.
pub async fn search(store: &Store, search: &Search, page: u32) -> anyhow::Result<OpenCourses> {
    let mut courses = store.publications().listed().await?;
    let tags = catalogue::offered(&courses);
    courses.retain(|course| search.finds(course));
    let found = courses.len() as u64;
    let courses = courses.into_iter().skip(page as usize * PAGE).take(PAGE).collect();
    Ok(OpenCourses { courses, found, page_size: PAGE as u32, tags })
}
