//! Mirrors of the values in a lesson's facts (see [`crate::wire`]): pages may read other words than the
//! stored ones.

use crate::{attendance, lesson, wire::mirror};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

mirror! {
    /// The role of a person in a room; it comes from the signed-in session, never from a message.
    #[serde(rename_all = "snake_case")]
    enum Role for lesson::Role {
        /// Teaches: publishes, leads the class, moderates.
        Instructor,
        /// Takes one of the room's seats; publishes only on stage.
        Trainee,
        /// Watches over rooms: sees and hears, moderates, never publishes.
        Operator,
    }
}

mirror! {
    /// The state of a class: open → live ⇄ paused → ended.
    #[serde(rename_all = "snake_case")]
    enum ClassState for lesson::ClassState {
        /// The doors are open, teaching has not begun.
        Open,
        /// Teaching.
        Live,
        /// A declared break.
        Paused,
        /// Over; nobody can come back in.
        Ended,
    }
}

mirror! {
    /// The kind of a published stream.
    #[serde(rename_all = "snake_case")]
    enum SourceKind for lesson::SourceKind {
        /// Microphone, or the sound of a WHIP encoder.
        Mic,
        /// Camera, or the picture of a WHIP encoder.
        Camera,
        /// A shared screen or window.
        Screen,
    }
}

mirror! {
    /// The origin of a presence check.
    #[serde(rename_all = "snake_case")]
    enum CheckKind for attendance::fact::CheckKind {
        /// The rules, once in each block.
        Block,
        /// The instructor called the roll (点名).
        Roll,
    }
}

mirror! {
    /// A poll as staff put it. Options are named by their place, from 0.
    struct NewPoll for attendance::fact::NewPoll {
        /// Empty when the question is asked aloud or stands on a slide.
        question: String,
        options: Vec<String>,
        /// More than one option may be chosen.
        multiple: bool,
        /// The right options; empty = there is none. Told with the result, never before.
        right: Vec<u8>,
    }
}
