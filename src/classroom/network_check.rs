//! The findings of a network check before a class: the kind of device, the possible figures, and the verdict.
//! The verdict shares the limits of `network`: a check calls slow what a class would call weak.

use super::network::{WEAK_LOSS_PERMILLE, WEAK_RTT_MS};
use crate::lesson::network::{DeviceKind, MeasuredNetwork, NetworkVerdict};

const RTT_MAX_MS: u32 = 60_000;
const RATE_MAX_KBPS: u32 = 10_000_000;

/// Least download rate, for sound and a small picture.
const SLOW_DOWN_KBPS: u32 = 400;

/// The first impossible figure; `None` = all are possible.
pub fn bad_figure(measured: &MeasuredNetwork) -> Option<&'static str> {
    let MeasuredNetwork { rtt_ms, http_rtt_ms, down_kbps, up_kbps } = measured;
    let figures = [
        ("rtt_ms", rtt_ms, RTT_MAX_MS),
        ("http_rtt_ms", http_rtt_ms, RTT_MAX_MS),
        ("down_kbps", down_kbps, RATE_MAX_KBPS),
        ("up_kbps", up_kbps, RATE_MAX_KBPS),
    ];
    figures.iter().find(|(_, figure, max)| figure.is_some_and(|figure| figure > *max)).map(|(name, ..)| *name)
}

/// A check in one word. The arrival of UDP is the server's own observation, whatever the browser measured.
pub fn verdict(
    connect_ms: Option<u32>,
    up_loss_permille: Option<u16>,
    measured: &MeasuredNetwork,
) -> NetworkVerdict {
    if connect_ms.is_none() {
        return NetworkVerdict::NoUdp;
    }
    let rtt_ms = measured.rtt_ms.or(measured.http_rtt_ms);
    let is_slow = rtt_ms.is_some_and(|ms| ms > u32::from(WEAK_RTT_MS))
        || up_loss_permille.is_some_and(|loss| loss > WEAK_LOSS_PERMILLE)
        || measured.down_kbps.is_some_and(|kbps| kbps < SLOW_DOWN_KBPS);
    if is_slow { NetworkVerdict::Slow } else { NetworkVerdict::Good }
}

/// The kind of device according to its User-Agent header, of which no more is kept. (Apple's tablets claim to
/// be computers.)
pub fn device_kind(user_agent: &str) -> DeviceKind {
    let says = |word| user_agent.contains(word);
    if says("iPad") || says("Tablet") || says("Android") && !says("Mobile") {
        DeviceKind::Tablet
    } else if says("iPhone") || says("Mobile") || says("Mobi") {
        DeviceKind::Phone
    } else if ["Windows", "Macintosh", "X11", "Linux", "CrOS"].into_iter().any(says) {
        DeviceKind::Computer
    } else {
        DeviceKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_says_whether_there_is_udp_and_the_figures_whether_it_is_enough() {
        use NetworkVerdict::{Good, NoUdp, Slow};
        let figures = |rtt_ms, http_rtt_ms, down_kbps| MeasuredNetwork {
            rtt_ms,
            http_rtt_ms,
            down_kbps,
            up_kbps: None,
        };
        for (connect_ms, loss, measured, expected) in [
            (None, None, figures(Some(5), Some(5), Some(50_000)), NoUdp),
            (Some(80), None, figures(None, None, None), Good),
            (Some(80), Some(100), figures(Some(500), None, Some(400)), Good),
            (Some(80), Some(101), figures(Some(20), None, Some(9_000)), Slow),
            (Some(80), None, figures(Some(501), None, Some(9_000)), Slow),
            (Some(80), None, figures(None, Some(501), Some(9_000)), Slow),
            // Quick over UDP; HTTP may wait for a proxy.
            (Some(80), None, figures(Some(40), Some(900), Some(9_000)), Good),
            (Some(80), None, figures(Some(20), None, Some(399)), Slow),
        ] {
            assert_eq!(
                verdict(connect_ms, loss, &measured),
                expected,
                "{connect_ms:?} {loss:?} {measured:?}"
            );
        }
    }

    #[test]
    fn figures_that_cannot_be_are_named() {
        let check = |measured, expected| assert_eq!(bad_figure(&measured), expected, "{measured:?}");
        let usual = MeasuredNetwork::default;
        check(usual(), None);
        check(MeasuredNetwork { rtt_ms: Some(60_000), up_kbps: Some(10_000_000), ..usual() }, None);
        check(MeasuredNetwork { rtt_ms: Some(60_001), ..usual() }, Some("rtt_ms"));
        check(MeasuredNetwork { http_rtt_ms: Some(u32::MAX), ..usual() }, Some("http_rtt_ms"));
        check(MeasuredNetwork { down_kbps: Some(10_000_001), ..usual() }, Some("down_kbps"));
        check(MeasuredNetwork { up_kbps: Some(10_000_001), ..usual() }, Some("up_kbps"));
    }

    #[test]
    fn a_browser_is_known_by_its_class_alone() {
        use DeviceKind::{Computer, Other, Phone, Tablet};
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                Computer,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
                Computer,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", Computer),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
                Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; HUAWEI) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
                Phone,
            ),
            ("Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0", Phone),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
                Tablet,
            ),
            ("Mozilla/5.0 (Android 14; Tablet; rv:130.0) Gecko/130.0 Firefox/130.0", Tablet),
            ("Mozilla/5.0 (iPad; CPU OS 12_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", Tablet),
            ("", Other),
            ("curl/8", Other),
        ] {
            assert_eq!(device_kind(agent), expected, "{agent}");
        }
    }
}
