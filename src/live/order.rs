//! Orders to a media worker.

use tokio::sync::mpsc;

use super::tap::Tap;
use crate::lesson::SourceKind;
use crate::protocol::{ParticipantId, Want};
use crate::sfu::report::MediaEvent;
use crate::sfu::scene::{LegId, Scene};
use crate::transport::answer::LegPlan;

/// Id of a hall within its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HallId(pub u64);

/// An order to a worker. The channel is unbounded: orders come from room tasks, each of which has a bounded
/// inbox and gives a few orders per message.
pub enum Order {
    OpenHall { hall: HallId, events: mpsc::Sender<MediaEvent> },
    CloseHall { hall: HallId },
    OpenLeg { hall: HallId, leg: LegId, person: ParticipantId, plan: Box<LegPlan> },
    CloseLeg { hall: HallId, leg: LegId },
    Permit { hall: HallId, leg: LegId, kinds: Vec<SourceKind> },
    Show { hall: HallId, scene: Scene },
    Want { hall: HallId, leg: LegId, want: Want },
    Tiles { hall: HallId, leg: LegId, heights: Vec<u16> },
    Record { hall: HallId, tap: Option<Tap> },
}
