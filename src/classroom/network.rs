//! A link in words. Measurements jump; words must not, or nobody trusts them: a word gets worse
//! after 3 s of worse measurements and better after 10 s of better ones.
//!
//! Thresholds, from what comparable products ship (plugNmeet leaves "excellent" above 3 % loss or
//! 250 ms and calls 10 % or 500 ms poor, also 5 % with 350 ms; BigBlueButton warns at 5 % or
//! 500 ms): speech with Opus and retransmission stays clean up to some 3 %, video up to 10 %.

use crate::classroom::message::Network;
use crate::sfu::report::LegReport;
use crate::sfu::subscriber::Doing;

const FAIR_LOSS_PERMILLE: u16 = 30;
pub(super) const WEAK_LOSS_PERMILLE: u16 = 100;
const FAIR_RTT_MS: u16 = 250;
pub(super) const WEAK_RTT_MS: u16 = 500;
/// Loss (‰) and round trip (ms) that together are as bad as one of the limits above.
const WEAK_BOTH: (u16, u16) = (50, 350);

/// Silence after which media has stopped, ms: clients check consent about every 5 s and most also report each
/// second, so two signs in a row are missing.
const LOST_AGE_MS: u32 = 8_000;

/// Samples, one a second, that must agree before a word gets worse, or better.
const WORSE_AFTER: u8 = 3;
const BETTER_AFTER: u8 = 10;

/// The link of one device.
#[derive(Debug)]
pub(super) struct Link {
    down: Word,
    up: Word,
    doing: Doing,
}

impl Link {
    pub(super) fn new() -> Link {
        Link { down: Word::new(), up: Word::new(), doing: Doing::Full }
    }

    /// Down, up, and the server's measure.
    pub(super) fn words(&self) -> (Network, Network, Doing) {
        (self.down.word, self.up.word, self.doing)
    }

    /// The link in one word: the worse direction.
    pub(super) fn overall(&self) -> Network {
        if severity(self.up.word) > severity(self.down.word) { self.up.word } else { self.down.word }
    }

    /// Takes one second's measurement; returns whether the words changed.
    pub(super) fn measure(&mut self, report: &LegReport) -> bool {
        let before = self.words();
        if report.connected && report.evidence_age_ms > LOST_AGE_MS {
            (self.down, self.up) = (Word::at(Network::Lost), Word::at(Network::Lost));
        } else if report.connected {
            self.down.hear(classify(report.down_loss_permille, report.rtt_ms));
            // Without a stream there is nothing to say about the way up.
            let up = report.up_loss_permille.and_then(|loss| classify(Some(loss), report.rtt_ms));
            match up {
                Some(_) => self.up.hear(up),
                None => self.up = Word::new(),
            }
        }
        self.doing = report.doing;
        self.words() != before
    }
}

fn classify(loss_permille: Option<u16>, rtt_ms: Option<u16>) -> Option<Network> {
    if loss_permille.is_none() && rtt_ms.is_none() {
        return None;
    }
    let (loss, rtt) = (loss_permille.unwrap_or(0), rtt_ms.unwrap_or(0));
    let both_weak = loss >= WEAK_BOTH.0 && rtt >= WEAK_BOTH.1;
    Some(if loss > WEAK_LOSS_PERMILLE || rtt > WEAK_RTT_MS || both_weak {
        Network::Weak
    } else if loss > FAIR_LOSS_PERMILLE || rtt > FAIR_RTT_MS {
        Network::Fair
    } else {
        Network::Good
    })
}

pub(super) fn severity(word: Network) -> u8 {
    match word {
        Network::Unknown => 0,
        Network::Good => 1,
        Network::Fair => 2,
        Network::Weak => 3,
        Network::Lost => 4,
    }
}

/// One word, which changes slowly.
#[derive(Debug)]
struct Word {
    word: Network,
    /// Number of samples in a row that were worse (or better) than the word, and the one nearest to it: the
    /// word moves only as far as all of them agree.
    worse: Option<(u8, Network)>,
    better: Option<(u8, Network)>,
}

impl Word {
    fn new() -> Word {
        Word::at(Network::Unknown)
    }

    fn at(word: Network) -> Word {
        Word { word, worse: None, better: None }
    }

    fn hear(&mut self, sample: Option<Network>) {
        let Some(sample) = sample else { return };
        // The first measurement, or the first after a silence, is better than none.
        if matches!(self.word, Network::Unknown | Network::Lost) {
            *self = Word::at(sample);
            return;
        }
        let (new, old) = (severity(sample), severity(self.word));
        let milder = |a: Network, b: Network| if severity(a) < severity(b) { a } else { b };
        let harsher = |a: Network, b: Network| if severity(a) > severity(b) { a } else { b };
        self.worse = (new > old).then(|| extend(self.worse, sample, milder));
        self.better = (new < old).then(|| extend(self.better, sample, harsher));
        let worse = self.worse.filter(|(count, _)| *count >= WORSE_AFTER);
        let better = self.better.filter(|(count, _)| *count >= BETTER_AFTER);
        if let Some((_, word)) = worse.or(better) {
            *self = Word::at(word);
        }
    }
}

fn extend(
    streak: Option<(u8, Network)>,
    sample: Network,
    nearest: impl Fn(Network, Network) -> Network,
) -> (u8, Network) {
    match streak {
        Some((count, word)) => (count + 1, nearest(word, sample)),
        None => (1, sample),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::scene::LegId;
    use Network::{Fair, Good, Lost, Unknown, Weak};

    fn report(down_loss: Option<u16>, rtt: Option<u16>) -> LegReport {
        LegReport {
            leg: LegId(1),
            connected: true,
            evidence_age_ms: 0,
            down_loss_permille: down_loss,
            up_loss_permille: None,
            rtt_ms: rtt,
            doing: Doing::Full,
            sending: vec![],
            b_frames: false,
        }
    }

    /// Feeds `(loss, seconds)` and compares the words.
    fn check(samples: &[(u16, usize)], expected: &[Network]) {
        let mut link = Link::new();
        let mut words = vec![link.words().0];
        for (loss, seconds) in samples {
            for _ in 0..*seconds {
                if link.measure(&report(Some(*loss), Some(20))) {
                    words.push(link.words().0);
                }
            }
        }
        assert_eq!(words, expected, "{samples:?}");
    }

    #[test]
    fn a_word_changes_late_and_only_when_all_measurements_agree() {
        check(&[(0, 60)], &[Unknown, Good]);
        check(&[(0, 5), (500, 2), (0, 5), (500, 2), (0, 5)], &[Unknown, Good]);
        check(&[(0, 5), (500, 3)], &[Unknown, Good, Weak]);
        check(&[(0, 5), (40, 1), (500, 2)], &[Unknown, Good, Fair]);
        check(&[(500, 5), (0, 9), (500, 1), (0, 9)], &[Unknown, Weak]);
        check(&[(500, 5), (0, 10)], &[Unknown, Weak, Good]);
        check(&[(500, 5), (0, 9), (40, 1)], &[Unknown, Weak, Fair]);
    }

    #[test]
    fn limits_are_where_they_are_said_to_be() {
        let cases = [
            ((None, None), None),
            ((Some(30), Some(250)), Some(Good)),
            ((Some(31), None), Some(Fair)),
            ((None, Some(251)), Some(Fair)),
            ((Some(100), Some(349)), Some(Fair)),
            ((Some(101), None), Some(Weak)),
            ((None, Some(501)), Some(Weak)),
            ((Some(50), Some(350)), Some(Weak)),
            ((Some(49), Some(350)), Some(Fair)),
        ];
        for ((loss, rtt), expected) in cases {
            assert_eq!(classify(loss, rtt), expected, "{loss:?} {rtt:?}");
        }
    }

    #[test]
    fn silence_is_lost_at_once_and_the_first_sign_of_life_ends_it() {
        let mut link = Link::new();
        link.measure(&report(Some(0), None));
        let mut silent = report(None, None);
        silent.evidence_age_ms = LOST_AGE_MS + 1;
        assert!(link.measure(&silent));
        assert_eq!(link.overall(), Lost);
        assert!(link.measure(&report(Some(40), None)));
        assert_eq!(link.words(), (Fair, Unknown, Doing::Full));
    }

    #[test]
    fn the_way_up_speaks_only_while_something_is_sent() {
        let mut link = Link::new();
        let mut sending = report(Some(0), Some(20));
        sending.up_loss_permille = Some(200);
        link.measure(&sending);
        assert_eq!((link.words().1, link.overall()), (Weak, Weak));
        link.measure(&report(Some(0), Some(20)));
        assert_eq!((link.words().1, link.overall()), (Unknown, Good));
    }
}
