//! One clock for everything: when something was captured, in time since the recording's start.

/// The wall clock of one sender (one device), seen from the server. All its tracks share it, so that
/// whatever error it has is the same in picture and sound.
#[derive(Debug, Default)]
pub struct SenderClock {}

impl SenderClock {
    /// A clock that nothing is known of yet.
    pub fn new() -> SenderClock {
        SenderClock::default()
    }
}
