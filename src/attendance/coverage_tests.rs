//! The part of the reported media that is believed.

use proptest::prelude::*;

use super::*;

/// A recording without holes.
fn rules(seconds: u64) -> Rules {
    Rules { duration_ms: seconds * 1000, rate_max_permille: 1000, recorded: Spans::one(s(0), s(seconds)) }
}

fn lesson() -> Rules {
    rules(2700)
}

/// A trainee to whom the whole lesson was sent.
fn viewer() -> Coverage {
    Coverage { served: lesson().recorded, ..Coverage::default() }
}

fn s(seconds: u64) -> MediaMs {
    MediaMs(seconds * 1000)
}

fn now(seconds: u64) -> ServerInstant {
    ServerInstant::of_fact(1_600_000_000_000 + seconds * 1000)
}

fn beat(from_ms: u64, to_ms: u64) -> Heartbeat {
    let nonce = format!("after {to_ms}");
    Heartbeat { played: Stretch { from_ms, to_ms }, answer: None, counts: true, nonce }
}

/// Checks the coverage after heartbeats, told as (second of arrival, from, to), all in seconds.
fn check(beats: &[(u64, u64, u64)], wanted: &[(u64, u64)]) {
    let mut coverage = viewer();
    for (now, from, to) in beats {
        coverage.heartbeat(now * 1000, &beat(from * 1000, to * 1000), &lesson());
    }
    let wanted: Spans<MediaMs> =
        wanted.iter().map(|(from, to)| Span { from: s(*from), to: s(*to) }).collect();
    assert_eq!(coverage.covered, wanted, "{beats:?}");
}

#[test]
fn what_counts_is_what_can_have_been_watched() {
    check(&[(0, 0, 15)], &[]);
    check(&[(0, 0, 0), (15, 0, 15), (30, 15, 30)], &[(0, 30)]);
    // Two seconds of slack, not more.
    check(&[(0, 0, 0), (15, 0, 17)], &[(0, 17)]);
    check(&[(0, 0, 0), (15, 0, 60)], &[(0, 17)]);
    check(&[(0, 0, 2700), (15, 0, 2700)], &[(0, 17)]);
    // The slack is granted once, not with every heartbeat.
    check(&[(0, 0, 0), (15, 0, 17), (30, 17, 34), (45, 34, 51)], &[(0, 32), (34, 49)]);
    // A heartbeat that comes early takes from the next one.
    check(&[(0, 0, 0), (14, 0, 15), (30, 15, 30), (44, 30, 45), (60, 45, 60)], &[(0, 60)]);
    // A pause does not restore more than the slack.
    check(&[(0, 0, 0), (15, 0, 15), (55, 15, 15), (70, 15, 60)], &[(0, 32)]);
    // After a long silence the slack is there again; the silence itself earned nothing.
    check(&[(0, 0, 0), (15, 0, 17), (100, 17, 17), (115, 17, 40)], &[(0, 34)]);
    // Silence of 45 s is too long by the first millisecond.
    check(&[(0, 0, 0), (45, 0, 45)], &[(0, 45)]);
    check(&[(0, 0, 0), (46, 0, 46), (61, 46, 61)], &[(46, 61)]);
    // Jumping about, and watching twice.
    check(&[(0, 0, 0), (15, 100, 115), (30, 50, 65), (45, 105, 120)], &[(50, 65), (100, 120)]);
    // Beyond the end, and backwards.
    check(&[(0, 0, 0), (15, 2690, 2705)], &[(2690, 2700)]);
    check(&[(0, 0, 0), (15, 2700, 2800)], &[]);
    check(&[(0, 0, 0), (15, 30, 10)], &[]);
    // Many heartbeats at once earn the slack, once.
    check(&[(0, 0, 0), (0, 0, 2), (0, 2, 4), (1, 4, 7)], &[(0, 2), (4, 5)]);
    // A clock that was set back earns nothing but the slack until it has caught up.
    check(&[(60, 0, 0), (50, 0, 10), (65, 10, 25)], &[(0, 2), (10, 15)]);
}

#[test]
fn nothing_counts_in_a_running_class() {
    let mut coverage = viewer();
    coverage.heartbeat(0, &beat(0, 0), &lesson());
    assert!(coverage.heartbeat(15_000, &Heartbeat { counts: false, ..beat(0, 15_000) }, &lesson()));
    assert!(coverage.covered.is_empty());
    assert!(!coverage.heartbeat(30_000, &beat(15_000, 30_000), &lesson()));
}

#[test]
fn nothing_counts_that_was_not_sent() {
    let mut coverage = Coverage::default();
    coverage.heartbeat(0, &beat(0, 0), &lesson());
    assert!(coverage.heartbeat(15_000, &beat(0, 15_000), &lesson()), "heartbeats without a player");
    assert!(coverage.covered.is_empty());
    // Segments of 2 s up to second 24, and a player that claims to have played on.
    coverage.served = Spans::one(s(15), s(24));
    assert!(coverage.heartbeat(30_000, &beat(15_000, 30_000), &lesson()));
    assert_eq!(coverage.covered, Spans::one(s(15), s(26)), "with the margin");
    // Sent earlier and watched later; and watched again.
    coverage.served = coverage.served.or(&Spans::one(s(26), s(120)));
    assert!(!coverage.heartbeat(45_000, &beat(30_000, 45_000), &lesson()));
    assert!(!coverage.heartbeat(60_000, &beat(15_000, 26_000), &lesson()));
}

#[test]
fn a_hole_of_the_recording_is_passed_without_a_segment() {
    let recorded: Spans<MediaMs> =
        [(0, 10), (20, 60)].map(|(from, to)| Span { from: s(from), to: s(to) }).into_iter().collect();
    let rules = Rules { recorded: recorded.clone(), ..rules(60) };
    let mut coverage = Coverage { served: recorded, ..Coverage::default() };
    coverage.heartbeat(0, &beat(0, 0), &rules);
    assert!(!coverage.heartbeat(15_000, &beat(0, 15_000), &rules));
    assert!(!coverage.heartbeat(30_000, &beat(15_000, 30_000), &rules));
}

#[test]
fn whoever_watches_several_recordings_has_the_slack_once() {
    let mut recordings = [viewer(), viewer()];
    let mut heard_at_ms = None;
    for turn in 0..12u64 {
        let coverage = &mut recordings[turn as usize % 2];
        let (now_ms, from_ms) = (turn * 6_000, turn * 40_000);
        coverage.heard_anywhere_ms = heard_at_ms.replace(now_ms);
        coverage.heartbeat(now_ms, &beat(from_ms, from_ms + 30_000), &lesson());
    }
    let earned_ms: u64 = recordings.iter().map(|coverage| coverage.covered.length_ms()).sum();
    assert_eq!(earned_ms, 10 * 6_000 + SLACK_MS, "the first of each only starts its clock");
}

#[test]
fn after_fifteen_minutes_nothing_counts_until_the_answer() {
    let mut coverage = viewer();
    let mut cut = Vec::new();
    coverage.heartbeat(0, &beat(0, 0), &lesson());
    for tick in 1..=70 {
        let answer = match tick {
            10 | 62 => Some("a guess".to_owned()),
            65 => coverage.check.clone(),
            _ => None,
        };
        let beat = Heartbeat { answer, ..beat((tick - 1) * 15_000, tick * 15_000) };
        if coverage.heartbeat(tick * 15_000, &beat, &lesson()) {
            cut.push(tick);
        }
        let asked = (60..65).contains(&tick).then(|| "after 900000".to_owned());
        assert_eq!(coverage.check, asked, "the same question until it is answered: {tick}");
    }
    // An answer before the question does not count, nor does one to another question.
    assert_eq!(cut, [61, 62, 63, 64]);
    let covered: Vec<_> = stretches(&coverage.covered);
    let wanted = [(0, 900_000), (960_000, 1_050_000)];
    assert_eq!(covered, wanted.map(|(from_ms, to_ms)| Stretch { from_ms, to_ms }));
    assert_eq!(media(&covered), coverage.covered);
}

#[test]
fn an_answer_counts_once() {
    let mut coverage = Coverage { unchecked_ms: CHECK_MS, check: Some("first".into()), ..viewer() };
    let answered = Heartbeat { answer: Some("first".into()), ..beat(0, 0) };
    coverage.heartbeat(0, &answered, &lesson());
    assert_eq!((coverage.unchecked_ms, &coverage.check), (0, &None));
    coverage.unchecked_ms = CHECK_MS;
    coverage.heartbeat(1_000, &Heartbeat { nonce: "second".into(), ..answered.clone() }, &lesson());
    assert_eq!((coverage.unchecked_ms, coverage.check.as_deref()), (CHECK_MS, Some("second")));
    coverage.heartbeat(2_000, &answered, &lesson());
    assert!(coverage.check_due(), "the answer to the first one is used up");
    coverage.heartbeat(3_000, &Heartbeat { answer: None, ..answered }, &lesson());
    assert!(coverage.check_due());
}

/// A viewer who watches honestly from the beginning up to `until`, with a heartbeat every 15 s, answering
/// checks.
fn watched(duration: u64, until: u64) -> Coverage {
    let rules = rules(duration);
    let mut coverage = Coverage { served: rules.recorded.clone(), ..Coverage::default() };
    coverage.heartbeat(0, &beat(0, 0), &rules);
    let (mut clock, mut place) = (0, 0);
    while place < until {
        clock += 15;
        let to = (place + 15).min(until);
        let answer = coverage.check.clone();
        let cut =
            coverage.heartbeat(clock * 1000, &Heartbeat { answer, ..beat(place * 1000, to * 1000) }, &rules);
        assert!(!cut, "{place}");
        place = to;
    }
    coverage
}

#[test]
fn a_lesson_is_complete_at_its_threshold_and_not_a_second_before() {
    let complete =
        |duration, until| is_complete(&watched(duration, until).covered, &Spans::one(s(0), s(duration)));
    assert!(complete(2700, 2646));
    assert!(!complete(2700, 2645));
    assert!(!complete(2700, 2400));
    assert!(complete(60, 55));
    assert!(!complete(60, 54));
    let covered = Spans::one(MediaMs(0), MediaMs(2_645_999));
    assert!(!is_complete(&covered, &Spans::one(s(0), s(2700))));
    assert!(is_complete(&covered, &Spans::one(s(30), s(2670))), "of a course as it was trimmed");
    // A break cannot be watched and need not be; nor does it replace teaching that was not watched.
    let taught = Spans::one(s(0), s(1200)).or(&Spans::one(s(1800), s(2700)));
    assert!(is_complete(&taught, &taught));
    assert!(!is_complete(&Spans::one(s(0), s(2100)), &taught));
}

#[test]
fn credit_of_a_lesson_is_its_whole_steps() {
    assert_eq!(lesson_ch(&Policy::default(), s(2700)), 100);
    assert_eq!(lesson_ch(&Policy::default(), s(583)), 20);
}

#[test]
fn watched_media_is_lesson_time_across_the_gaps_of_a_recording() {
    let recording = [
        Piece { media: Span { from: s(0), to: s(60) }, wall_from: now(0) },
        Piece { media: Span { from: s(60), to: s(120) }, wall_from: now(100) },
    ];
    let covered = Spans::one(s(50), s(70));
    let expected: Spans =
        [(50, 60), (100, 110)].map(|(a, b)| Span { from: now(a), to: now(b) }).into_iter().collect();
    assert_eq!(on_the_wall(&covered, &recording), expected);
}

proptest! {
    /// I-15: coverage stays within the recording, only grows, and grows no faster than the rule.
    #[test]
    fn coverage_is_bounded_whatever_a_client_says(
        beats in prop::collection::vec(
            (0u64..60_000, 0u64..3_000_000, 0u64..3_000_000, any::<bool>(), any::<bool>()), 0..200),
        rate_max_permille in 1000u32..=2000,
    ) {
        let rules = Rules { rate_max_permille, ..lesson() };
        let mut coverage = viewer();
        let mut now_ms = 1_000;
        let mut believable_ms = 0;
        for (passed, from_ms, to_ms, answer, counts) in beats {
            now_ms += passed;
            let before = coverage.clone();
            let heartbeat = Heartbeat {
                answer: coverage.check.clone().filter(|_| answer),
                counts,
                ..beat(from_ms, to_ms)
            };
            let cut = coverage.heartbeat(now_ms, &heartbeat, &rules);
            let gained = coverage.covered.length_ms() - before.covered.length_ms();
            // The slack counts once for each time that watching begins.
            believable_ms += match before.heard_at_ms {
                Some(_) if passed <= SILENCE_MAX_MS => passed * u64::from(rate_max_permille) / 1000,
                _ => SLACK_MS,
            };
            prop_assert!(coverage.covered.length_ms() <= believable_ms);
            prop_assert!(gained == 0 || passed <= SILENCE_MAX_MS && counts);
            prop_assert!(gained == 0 || answer || !before.check_due());
            prop_assert!(before.covered.minus(&coverage.covered).is_empty(), "monotone");
            prop_assert!(coverage.covered.last().is_none_or(|last| last.0 <= rules.duration_ms));
            prop_assert!(coverage.unchecked_ms <= CHECK_MS);
            let sent = media(&[Stretch { from_ms, to_ms }]);
            prop_assert!(cut || from_ms >= to_ms || sent.minus(&coverage.covered).is_empty());
            let whole = Spans::one(MediaMs(0), MediaMs(rules.duration_ms));
            prop_assert_eq!(
                is_complete(&coverage.covered, &whole),
                coverage.covered.length_ms() >= 2_646_000
            );
        }
    }
}
