//! Bodies of the open catalogue (公开课), for which nobody signs in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::recording::catalogue;
use crate::wire::{self, mirror};

/// `GET /api/open?q=…&tag=…&page=…`: one page of what was found, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenCourses {
    #[serde(with = "wire")]
    #[ts(as = "Vec<OpenCourse>")]
    pub courses: Vec<catalogue::OpenCourse>,
    /// How many were found, on all pages.
    #[ts(type = "number")]
    pub found: u64,
    /// Courses of one page.
    pub page_size: u32,
    /// The tags used most in the whole catalogue.
    pub tags: Vec<String>,
}

mirror! {
    /// A course of the catalogue; it is watched at `/replay/{lesson}`.
    struct OpenCourse for catalogue::OpenCourse {
        lesson: String,
        title: String,
        speaker: String,
        description: String,
        tags: Vec<String>,
        /// How long it plays, without breaks, ms.
        #[ts(type = "number")]
        length_ms: u64,
        /// Ms since the Unix epoch.
        #[ts(type = "number")]
        published_at_ms: u64,
    }
}
