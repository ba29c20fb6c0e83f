//! Transport-wide congestion feedback to a publisher (draft-holmer-rmcat-transport-wide-cc-extensions-01):
//! the arrival of each of its packets, from which its browser finds its bandwidth.

use std::time::Instant;

/// Most statuses in one feedback packet; at 100 ms between feedbacks that is 5,000 packets/s.
const STATUSES_MAX: usize = 512;
/// Unit of the reference time, µs.
const REFERENCE_US: i64 = 64_000;
/// Unit of the deltas, µs.
const DELTA_US: i64 = 250;

const NOT_RECEIVED: u16 = 0;
const SMALL_DELTA: u16 = 1;
const LARGE_DELTA: u16 = 2;

/// Collects arrivals between two feedback packets.
pub struct Recorder {
    started: Instant,
    /// Extended number of `arrivals[0]`; everything before is reported.
    base: Option<u64>,
    /// Microseconds since `started`; `None` = the packet is missing so far.
    arrivals: Vec<Option<i64>>,
    feedbacks: u8,
}

impl Recorder {
    pub fn new(now: Instant) -> Recorder {
        Recorder { started: now, base: None, arrivals: Vec::new(), feedbacks: 0 }
    }

    /// Notes the arrival of transport-wide `sequence`.
    pub fn note(&mut self, now: Instant, sequence: u16) {
        let arrived = now.saturating_duration_since(self.started).as_micros() as i64;
        let base = *self.base.get_or_insert_with(|| u64::from(sequence) + (1 << 16));
        let number = super::srtp::extend_near(base + self.arrivals.len() as u64, sequence);
        // Late packets of a range already reported stay reported as lost; the sender copes.
        let Some(index) = number.checked_sub(base).map(|index| index as usize) else { return };
        if index >= STATUSES_MAX {
            // A jump or a stalled feedback timer: start over rather than report a desert.
            self.base = Some(number);
            self.arrivals.clear();
            self.arrivals.push(Some(arrived));
            return;
        }
        if self.arrivals.len() <= index {
            self.arrivals.resize(index + 1, None);
        }
        self.arrivals[index].get_or_insert(arrived);
    }

    /// Appends the feedback on everything since the last one; false = nothing arrived.
    pub fn write_feedback(&mut self, media_ssrc: u32, out: &mut Vec<u8>) -> bool {
        let (Some(base), Some(first)) = (self.base, self.arrivals.iter().flatten().next().copied()) else {
            return false;
        };
        let reference = first.div_euclid(REFERENCE_US);
        let (statuses, deltas) = encode(&self.arrivals, reference * REFERENCE_US);

        let at = out.len();
        out.extend_from_slice(&[0x8f, 205, 0, 0]);
        out.extend_from_slice(&super::rtcp::OUR_SSRC.to_be_bytes());
        out.extend_from_slice(&media_ssrc.to_be_bytes());
        out.extend_from_slice(&(base as u16).to_be_bytes());
        out.extend_from_slice(&(statuses.len() as u16).to_be_bytes());
        out.extend_from_slice(&(reference as u32).to_be_bytes()[1..]);
        out.push(self.feedbacks);
        write_chunks(&statuses, out);
        out.extend_from_slice(&deltas);
        let padding = (4 - (out.len() - at) % 4) % 4;
        if padding > 0 {
            out[at] |= 0x20;
            out.resize(out.len() + padding, 0);
            *out.last_mut().expect("just extended") = padding as u8;
        }
        let words = ((out.len() - at) / 4 - 1) as u16;
        out[at + 2..at + 4].copy_from_slice(&words.to_be_bytes());

        self.feedbacks = self.feedbacks.wrapping_add(1);
        self.base = Some(base + statuses.len() as u64);
        self.arrivals.drain(..statuses.len());
        true
    }
}

/// Status symbols and delta bytes; ends early before a delta that does not fit 16 bits.
fn encode(arrivals: &[Option<i64>], reference_us: i64) -> (Vec<u16>, Vec<u8>) {
    let (mut statuses, mut deltas) = (Vec::with_capacity(arrivals.len()), Vec::new());
    let mut last_ticks = reference_us / DELTA_US;
    for arrival in arrivals {
        let Some(arrived) = arrival else {
            statuses.push(NOT_RECEIVED);
            continue;
        };
        let ticks = arrived / DELTA_US;
        let delta = ticks - last_ticks;
        if let Ok(small) = u8::try_from(delta) {
            statuses.push(SMALL_DELTA);
            deltas.push(small);
        } else if let Ok(large) = i16::try_from(delta) {
            statuses.push(LARGE_DELTA);
            deltas.extend_from_slice(&large.to_be_bytes());
        } else {
            break;
        }
        last_ticks = ticks;
    }
    (statuses, deltas)
}

/// Run-length chunks for seven or more alike, two-bit vectors of seven otherwise (§3.1.3, §3.1.4).
fn write_chunks(statuses: &[u16], out: &mut Vec<u8>) {
    let mut rest = statuses;
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|status| *status == first).count().min(0x1fff);
        let (chunk, taken) = if alike >= 7 || alike == rest.len() {
            ((first << 13) | alike as u16, alike)
        } else {
            let taken = rest.len().min(7);
            let symbols = rest[..taken].iter().enumerate();
            (symbols.fold(0xc000, |chunk, (i, status)| chunk | (status << (12 - 2 * i))), taken)
        };
        out.extend_from_slice(&chunk.to_be_bytes());
        rest = &rest[taken..];
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rtc_rtcp::transport_feedbacks::transport_layer_cc::{SymbolTypeTcc, TransportLayerCc};
    use rtc_shared::marshal::Unmarshal;

    use super::*;

    fn feedback(recorder: &mut Recorder) -> Option<TransportLayerCc> {
        let mut out = Vec::new();
        recorder.write_feedback(9, &mut out).then(|| TransportLayerCc::unmarshal(&mut &out[..]).unwrap())
    }

    #[test]
    fn arrivals_losses_and_deltas_are_read_back_by_another_implementation() {
        let start = Instant::now();
        let mut recorder = Recorder::new(start);
        let ms = Duration::from_millis(1);
        for (sequence, at) in [(65_534_u16, 70), (65_535, 71), (1, 171), (0, 172), (3, 180)] {
            recorder.note(start + at * ms, sequence);
        }
        let read = feedback(&mut recorder).unwrap();
        assert_eq!(
            (read.base_sequence_number, read.packet_status_count, read.reference_time),
            (65_534, 6, 1)
        );
        let deltas: Vec<_> = read.recv_deltas.iter().map(|delta| delta.delta / 1000).collect();
        assert_eq!(deltas, [6, 1, 101, -1, 9]);
        assert_eq!(read.recv_deltas[2].type_tcc_packet, SymbolTypeTcc::PacketReceivedLargeDelta);

        assert!(feedback(&mut recorder).is_none(), "nothing new");
        recorder.note(start + 200 * ms, 4);
        let read = feedback(&mut recorder).unwrap();
        assert_eq!((read.base_sequence_number, read.fb_pkt_count), (4, 1));
    }

    #[test]
    fn long_runs_and_jumps_stay_within_bounds() {
        let start = Instant::now();
        let mut recorder = Recorder::new(start);
        (0..2000_u16).for_each(|sequence| recorder.note(start, sequence));
        recorder.note(start, 20_000);
        let read = feedback(&mut recorder).unwrap();
        assert!(usize::from(read.packet_status_count) <= STATUSES_MAX);
        recorder.note(start + Duration::from_secs(60), 20_001);
        recorder.note(start + Duration::from_secs(90), 20_002);
        assert!(feedback(&mut recorder).is_some() && feedback(&mut recorder).is_some());
    }
}
