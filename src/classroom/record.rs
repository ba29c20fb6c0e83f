//! Whether the present will be in the replay: from the start of the class to its end, except breaks and
//! stretches that the instructor marked as off the record.

use super::deltas::Audience;
use super::effect::{Effect, MediaOrder};
use super::room::Room;
use crate::attendance::fact::What;
use crate::classroom::message::{RecordingState, Refusal, RoomEvent};
use crate::lesson::ClassState;
use crate::sfu::subscriber::ParticipantId;

/// The state of the recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recorder {
    /// This server does not record.
    #[default]
    Absent,
    Works,
    /// It cannot write at present; the class goes on.
    Fails,
}

#[derive(Debug, Default)]
pub(super) struct Record {
    recorder: Recorder,
    off_record: bool,
    told: RecordingState,
}

impl Record {
    fn state(&self, class: ClassState) -> RecordingState {
        match (class, self.recorder) {
            (_, Recorder::Absent) => RecordingState::Off,
            (ClassState::Live, _) if self.off_record => RecordingState::OffRecord,
            (ClassState::Live, Recorder::Works) => RecordingState::On,
            (ClassState::Live, Recorder::Fails) => RecordingState::Failing,
            _ => RecordingState::Off,
        }
    }

    pub(super) fn told(&self) -> RecordingState {
        self.told
    }

    /// Follows a fact, new or from the log.
    pub(super) fn apply(&mut self, what: &What) {
        if let What::OffRecord { on, .. } = what {
            self.off_record = *on;
        }
    }
}

/// Whether packets go to the recorder; it decides itself what to do while it cannot write.
fn taken(state: RecordingState) -> bool {
    matches!(state, RecordingState::On | RecordingState::Failing)
}

impl Room {
    /// Takes the news that the recorder began to work or to fail.
    pub fn recorder(&mut self, now: u64, recorder: Recorder) -> Vec<Effect> {
        self.record.recorder = recorder;
        self.finish(now)
    }

    pub(super) fn off_record(&mut self, now: u64, by: ParticipantId, on: bool) -> Result<(), Refusal> {
        if self.life.state() == ClassState::Ended {
            return Err(Refusal::Ended);
        }
        if self.record.off_record == on {
            return Err(Refusal::WrongState);
        }
        let what = What::OffRecord { by: self.key(by), on };
        self.record.apply(&what);
        self.fact(now, None, what);
        Ok(())
    }

    pub(super) fn settle_record(&mut self) {
        let (before, state) = (self.record.told, self.record.state(self.life.state()));
        if state == before {
            return;
        }
        self.record.told = state;
        if taken(state) != taken(before) {
            self.out.media(MediaOrder::Record(taken(state)));
        }
        self.delta(Audience::All, RoomEvent::Recording { recording: state });
    }
}
