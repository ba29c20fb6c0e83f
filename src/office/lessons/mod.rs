//! Lessons of the classes of a phase: [`making`] of live and self-study lessons and recording sessions ·
//! [`plans`] concerns about a timetable · [`of_class`] the list.

pub mod making;
pub mod plans;

pub use making::{make, make_studio, sources};

use super::Answer;
use crate::protocol::ClassLesson;
use crate::store::Store;

/// The lessons of a class, sorted by beginning.
pub async fn of_class(store: &Store, class: &str) -> Answer<Vec<ClassLesson>> {
    Ok(store.lessons().of_class(class).await?)
}
