//! What the media side tells the classroom: events as they happen and, every second, the whole
//! truth, so that an event that was lost is repeated. Plain data, made by the media workers.

use super::scene::LegId;
use crate::protocol::{Doing, ParticipantId, SourceKind};

/// What the media side noticed.
#[derive(Debug, Clone)]
pub enum MediaEvent {
    /// Keys are agreed; media flows.
    Connected { leg: LegId },
    /// Consent is lost (30 s without an authenticated check), the peer closed it, or its certificate
    /// does not match its fingerprint. The leg no longer exists.
    Gone { leg: LegId },
    /// The permitted kinds whose packets are arriving changed (an absent kind: none for 2 s).
    Sending { leg: LegId, kinds: Vec<SourceKind> },
    /// Who speaks, loudest first; sent when it changes, at most 5 times a second.
    Speaking { people: Vec<ParticipantId> },
    /// Every second: the whole truth about the room's media. A leg missing here is gone.
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
    /// Loss the peer reports of what we send, 1/1000; none before its first report.
    pub down_loss_permille: Option<u16>,
    /// Loss we see of what the peer sends, before retransmission, 1/1000; none when it sends nothing.
    pub up_loss_permille: Option<u16>,
    pub rtt_ms: Option<u16>,
    /// What the leg gets at present and why.
    pub doing: Doing,
    /// The permitted kinds whose packets are arriving.
    pub sending: Vec<SourceKind>,
    /// Its encoder sends B-frames, which viewers see as stutter.
    pub b_frames: bool,
}
