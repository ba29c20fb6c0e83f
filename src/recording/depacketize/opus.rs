//! Opus (RFC 7587): a packet is a frame; its first bytes tell its length (RFC 6716 §3.1).

/// Samples per second of every Opus clock.
pub(in super::super) const HZ: u32 = 48_000;
/// 20 ms of silence: one empty frame of full-band CELT.
pub(in super::super) const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];
/// Its length, samples.
pub(in super::super) const SILENCE_SAMPLES: u32 = 960;
/// Longest packet, samples (RFC 6716 §3.2).
const SAMPLES_MAX: u32 = HZ * 120 / 1000;
/// Longest packet of 120 ms, bytes.
const BYTES_MAX: usize = 1275 * 6 + 7;

/// Length of a packet, samples; `None` = it is none.
pub(in super::super) fn samples(packet: &[u8]) -> Option<u32> {
    let toc = *packet.first()?;
    let config = u32::from(toc >> 3);
    let frame = match config {
        0..=11 => [480, 960, 1920, 2880][(config % 4) as usize],
        12..=15 => [480, 960][(config % 2) as usize],
        _ => 120 << (config % 4),
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(packet.get(1)? & 0x3f),
    };
    let samples = frame * frames;
    (samples > 0 && samples <= SAMPLES_MAX && packet.len() <= BYTES_MAX).then_some(samples)
}
