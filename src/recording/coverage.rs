//! What a trainee has watched, as the server reckons it: rule CR-11 of the hours rules. A client
//! says from where to where it played; how much of that is believed depends on the server's clock.

use crate::protocol::Stretch;

/// Numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Length of what is watched, milliseconds.
    pub duration_ms: u64,
    /// Fastest speed that counts, thousandths.
    pub rate_max_permille: u32,
}

/// A heartbeat as it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// What was played since the last one, by the client's word.
    pub played: Stretch,
    /// The person answered the check.
    pub answer: bool,
    /// The person is in a running class at this moment: nothing counts twice (CR-12).
    pub in_class: bool,
}

/// What one trainee has watched of one recording. Stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Coverage {
    /// Sorted, never touching each other.
    pub covered: Vec<Stretch>,
    /// Newly covered since the last check was answered, milliseconds.
    pub unchecked_ms: u64,
    /// Server time of the last heartbeat.
    pub heard_at_ms: Option<u64>,
    /// Where the trainee stopped, by the client's word.
    pub position_ms: u64,
}

impl Coverage {
    /// Takes a heartbeat that arrived at `now_ms` of the server's clock. True when less was taken
    /// than was sent.
    pub fn heartbeat(&mut self, now_ms: u64, heartbeat: &Heartbeat, rules: &Rules) -> bool {
        let _ = (now_ms, heartbeat, rules);
        false
    }

    /// Nothing more counts until the person answers.
    pub fn check_due(&self) -> bool {
        false
    }

    pub fn covered_ms(&self) -> u64 {
        self.covered.iter().map(|stretch| stretch.to_ms - stretch.from_ms).sum()
    }

    /// Enough was watched for the lesson to count as complete.
    pub fn is_complete(&self, duration_ms: u64) -> bool {
        let _ = duration_ms;
        false
    }
}
