//! The reports of the media side to the classroom: events as they happen and, every second, the complete
//! state, so that a lost event is repeated. Plain data, made by the media workers.

use super::scene::LegId;
use crate::lesson::SourceKind;
use crate::sfu::subscriber::{Doing, ParticipantId};

/// An event of the media side.
#[derive(Debug, Clone)]
pub enum MediaEvent {
    /// Keys are agreed; media flows.
    Connected { leg: LegId },
    /// Consent is lost (30 s without an authenticated check), the peer closed it, or its certificate
    /// does not match its fingerprint. The leg no longer exists.
    Gone { leg: LegId },
    /// The permitted kinds with arriving packets have changed (an absent kind: none for 2 s).
    Sending { leg: LegId, kinds: Vec<SourceKind> },
    /// The speakers, loudest first; sent at a change, at most 5 times a second.
    Speaking { people: Vec<ParticipantId> },
    /// Every second: the complete state of the room's media. A leg missing here is gone.
    Report(RoomReport),
}

/// One second of a room's media.
#[derive(Debug, Clone, Default)]
pub struct RoomReport {
    pub in_bps: u64,
    pub out_bps: u64,
    pub legs: Vec<LegReport>,
}

/// One second of one leg.
#[derive(Debug, Clone)]
pub struct LegReport {
    pub leg: LegId,
    pub connected: bool,
    /// Age of the last authenticated sign of life (STUN consent, SRTP or SRTCP that decrypted), ms.
    pub evidence_age_ms: u32,
    /// Loss of our packets as the peer reports it, 1/1000; `None` = before its first report.
    pub down_loss_permille: Option<u16>,
    /// Loss of the peer's packets before retransmission, 1/1000; `None` = it sends nothing.
    pub up_loss_permille: Option<u16>,
    pub rtt_ms: Option<u16>,
    /// The server's present measure for the leg, and why.
    pub doing: Doing,
    /// The permitted kinds with arriving packets.
    pub sending: Vec<SourceKind>,
    /// Whether its encoder sends B-frames, which viewers see as stutter.
    pub b_frames: bool,
}
