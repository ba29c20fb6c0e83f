//! The courses (课程) of a phase.

use serde::{Deserialize, Serialize};

/// The subject matter of a course. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// 理论及政策解读.
    Theory,
    /// 实践性课程.
    Practice,
}
