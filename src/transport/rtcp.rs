//! RTCP for the server's needs: the requests in a compound packet, and the reports and requests that we
//! write. `rtc-rtcp` parses and formats; this file turns its types into plain values and back.

use rtc_rtcp::goodbye::Goodbye;
use rtc_rtcp::packet::Packet;
use rtc_rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc_rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc_rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate;
use rtc_rtcp::receiver_report::ReceiverReport;
use rtc_rtcp::reception_report::ReceptionReport;
use rtc_rtcp::sender_report::SenderReport;
use rtc_rtcp::transport_feedbacks::transport_layer_nack::{
    TransportLayerNack, nack_pairs_from_sequence_numbers,
};

/// Most sequence numbers that one compound packet may request; more is a storm, not a loss.
const NACKED_MAX: usize = 512;

/// One item in a peer's RTCP.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A publisher's clock: RTP time `rtp` was at NTP time `ntp`.
    SenderReport {
        ssrc: u32,
        ntp: u64,
        rtp: u32,
    },
    /// The peer's reception of our stream `ssrc`.
    Reception(Reception),
    /// Packets of our stream `ssrc` are requested again.
    Nack {
        ssrc: u32,
        sequences: Vec<u16>,
    },
    /// A fresh start of our stream `ssrc` is requested (PLI or FIR).
    KeyframeRequest {
        ssrc: u32,
    },
    /// The estimate of the peer's link, bit/s (REMB).
    Estimate {
        bps: u64,
    },
    Bye {
        ssrc: u32,
    },
}

/// A reception report block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reception {
    pub ssrc: u32,
    /// In 1/256.
    pub fraction_lost: u8,
    /// Middle 32 bits of the NTP time of our last sender report; 0 = none.
    pub last_sender_report: u32,
    /// Time between that report's arrival and this block, in 1/65,536 s.
    pub delay: u32,
}

/// Reads a decrypted compound packet. Reading ends at the first part that does not parse; earlier parts
/// count.
pub fn read(mut packet: &[u8], mut tell: impl FnMut(Told)) {
    let Ok(packets) = rtc_rtcp::packet::unmarshal(&mut packet) else { return };
    for packet in &packets {
        let any = packet.as_any();
        if let Some(report) = any.downcast_ref::<ReceiverReport>() {
            report.reports.iter().for_each(|block| tell(reception(block)));
        } else if let Some(report) = any.downcast_ref::<SenderReport>() {
            tell(Told::SenderReport { ssrc: report.ssrc, ntp: report.ntp_time, rtp: report.rtp_time });
            report.reports.iter().for_each(|block| tell(reception(block)));
        } else if let Some(nack) = any.downcast_ref::<TransportLayerNack>() {
            let sequences = nack.nacks.iter().flat_map(|pair| pair.into_iter()).take(NACKED_MAX).collect();
            tell(Told::Nack { ssrc: nack.media_ssrc, sequences });
        } else if let Some(pli) = any.downcast_ref::<PictureLossIndication>() {
            tell(Told::KeyframeRequest { ssrc: pli.media_ssrc });
        } else if let Some(fir) = any.downcast_ref::<FullIntraRequest>() {
            fir.fir.iter().for_each(|entry| tell(Told::KeyframeRequest { ssrc: entry.ssrc }));
        } else if let Some(remb) = any.downcast_ref::<ReceiverEstimatedMaximumBitrate>() {
            if remb.bitrate.is_finite() && remb.bitrate >= 0.0 {
                tell(Told::Estimate { bps: remb.bitrate as u64 });
            }
        } else if let Some(bye) = any.downcast_ref::<Goodbye>() {
            bye.sources.iter().for_each(|ssrc| tell(Told::Bye { ssrc: *ssrc }));
        }
    }
}

fn reception(block: &ReceptionReport) -> Told {
    Told::Reception(Reception {
        ssrc: block.ssrc,
        fraction_lost: block.fraction_lost,
        last_sender_report: block.last_sender_report,
        delay: block.delay,
    })
}

/// SSRC of our own reports to publishers; streams of ours never have it.
pub const OUR_SSRC: u32 = 1;

/// Appends a sender report of our stream `ssrc`.
pub fn write_sender_report(out: &mut Vec<u8>, ssrc: u32, ntp: u64, rtp: u32, packets: u32, octets: u32) {
    let report = SenderReport {
        ssrc,
        ntp_time: ntp,
        rtp_time: rtp,
        packet_count: packets,
        octet_count: octets,
        ..SenderReport::default()
    };
    push(out, &report);
}

/// Appends a receiver report about a publisher's streams.
pub fn write_receiver_report(out: &mut Vec<u8>, reports: Vec<ReceptionReport>) {
    push(out, &ReceiverReport { ssrc: OUR_SSRC, reports, ..ReceiverReport::default() });
}

/// Appends a request for `sequences` of the publisher's stream `ssrc`.
pub fn write_nack(out: &mut Vec<u8>, ssrc: u32, sequences: &[u16]) {
    let nacks = nack_pairs_from_sequence_numbers(sequences);
    push(out, &TransportLayerNack { sender_ssrc: OUR_SSRC, media_ssrc: ssrc, nacks });
}

/// Appends a request for a keyframe of the publisher's stream `ssrc`.
pub fn write_keyframe_request(out: &mut Vec<u8>, ssrc: u32) {
    push(out, &PictureLossIndication { sender_ssrc: OUR_SSRC, media_ssrc: ssrc });
}

/// Appends the highest rate for a publisher without transport-wide feedback.
pub fn write_estimate(out: &mut Vec<u8>, bps: u64, ssrcs: Vec<u32>) {
    push(out, &ReceiverEstimatedMaximumBitrate { sender_ssrc: OUR_SSRC, bitrate: bps as f32, ssrcs });
}

fn push(out: &mut Vec<u8>, packet: &dyn Packet) {
    let at = out.len();
    out.resize(at + packet.marshal_size(), 0);
    packet.marshal_to(&mut out[at..]).expect("the room is as large as the packet says");
}

/// NTP time (RFC 5905, 32.32 fixed point since 1900) of milliseconds since the Unix epoch.
pub fn ntp_from_unix_ms(unix_ms: u64) -> u64 {
    let seconds = unix_ms / 1000 + 2_208_988_800;
    (seconds << 32) | (((unix_ms % 1000) << 32) / 1000)
}

/// Round trip in ms from a reception block that answers one of our sender reports (RFC 3550 §6.4.1).
pub fn round_trip_ms(now_ntp: u64, block: &Reception) -> Option<u16> {
    if block.last_sender_report == 0 {
        return None;
    }
    let now = (now_ntp >> 16) as u32;
    let units = now.wrapping_sub(block.last_sender_report).wrapping_sub(block.delay);
    // A round trip above half the range means that a clock ran backwards, or a lie.
    (units < 1 << 20).then(|| (u64::from(units) * 1000 / 65_536) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(packet: &[u8]) -> Vec<Told> {
        let mut all = Vec::new();
        read(packet, |one| all.push(one));
        all
    }

    #[test]
    fn what_we_write_is_read_back() {
        let mut packet = Vec::new();
        write_sender_report(&mut packet, 7, 9 << 32, 11, 1, 2);
        write_nack(&mut packet, 5, &[10, 11, 30, 65_535]);
        write_keyframe_request(&mut packet, 6);
        write_estimate(&mut packet, 500_000, vec![5]);
        assert_eq!(
            told(&packet),
            [
                Told::SenderReport { ssrc: 7, ntp: 9 << 32, rtp: 11 },
                Told::Nack { ssrc: 5, sequences: vec![10, 11, 30, 65_535] },
                Told::KeyframeRequest { ssrc: 6 },
                Told::Estimate { bps: 500_000 },
            ]
        );
    }

    #[test]
    fn a_nack_storm_is_cut() {
        let mut packet = Vec::new();
        write_nack(&mut packet, 5, &(0..3000).collect::<Vec<u16>>());
        let Told::Nack { sequences, .. } = told(&packet).remove(0) else { panic!("not a NACK") };
        assert_eq!(sequences.len(), NACKED_MAX);
    }

    #[test]
    fn garbage_tells_nothing_and_never_panics() {
        let mut seed = 1_u64;
        for len in 0..2000_usize {
            let mut packet: Vec<u8> = (0..len % 90)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 33) as u8
                })
                .collect();
            if let [first, second, ..] = &mut packet[..] {
                *first = 0x80 | (*first & 0x3f);
                *second = 200 + (*second % 8);
            }
            told(&packet);
        }
    }

    #[test]
    fn the_round_trip_is_now_minus_report_minus_delay() {
        let sent = ntp_from_unix_ms(1_000_000);
        let block = Reception {
            ssrc: 1,
            fraction_lost: 0,
            last_sender_report: (sent >> 16) as u32,
            delay: 65_536 / 2,
        };
        let rtt = round_trip_ms(ntp_from_unix_ms(1_000_620), &block).unwrap();
        assert!((119..=121).contains(&rtt), "{rtt}");
        assert_eq!(round_trip_ms(ntp_from_unix_ms(1_000_100), &block), None, "sooner than the delay");
    }
}
