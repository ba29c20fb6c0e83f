//! Keyframes: everybody who waits gets one soon, whatever is lost, and a class that joins at once costs few.

use proptest::prelude::*;

use super::*;

/// Steps of the clock between two pictures: 40 ms.
const PICTURE_TICKS: u64 = 2;

/// A few steps of the clock and a picture.
const SLACK_MS: u64 = 100;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A publisher answers each request with its next picture, or the answer is lost. The viewers come within a
    /// second.
    #[test]
    fn who_waits_is_served_and_a_class_costs_few(
        joins_ms in proptest::collection::vec(0_u64..1000, 1..30),
        losses in proptest::collection::vec(any::<bool>(), 0..6),
    ) {
        let mut bench = Bench::new();
        let publisher = bench.enter(1, ALL);
        bench.permit(publisher, &[SourceKind::Camera]);
        let camera = bench.source(publisher, SourceKind::Camera);
        bench.hall.show(Scene { main: vec![camera], ..Scene::default() }, bench.now);
        let mut joins = joins_ms.clone();
        joins.sort_unstable();
        let lost = losses.iter().filter(|lost| **lost).count() as u64;
        let mut losses = losses.into_iter();
        let (mut asked, mut came): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
        let mut is_due = true;
        let end_ms = 1000 + 1000 + 460 * lost + SLACK_MS;
        for ms in (0..end_ms).step_by(20) {
            while joins.first().is_some_and(|join| *join <= ms) {
                joins.remove(0);
                bench.enter(2, ALL);
            }
            bench.tick();
            let wanted = std::mem::take(&mut bench.devices[publisher].keyframes_wanted);
            if !wanted.is_empty() {
                prop_assert_eq!(wanted.len(), 1, "one layer is sent");
                asked.push(ms);
                is_due = true;
            }
            if bench.ticks.is_multiple_of(PICTURE_TICKS) {
                let is_lost = is_due && losses.next().unwrap_or(false);
                if is_due && !is_lost {
                    came.push(ms);
                }
                bench.publish(publisher, SourceKind::Camera, 0, is_due, is_lost).unwrap();
                is_due = false;
            }
        }
        for viewer in bench.devices.iter().filter(|device| device.person == ParticipantId(2)) {
            let first = viewer.received[0].copies.first();
            prop_assert!(first.is_some_and(|copied| copied.tag.keyframe), "{:?} sees nothing", viewer.leg);
        }
        // A keyframe a second, and lost requests repeated after 400 ms.
        for pair in asked.windows(2) {
            prop_assert!(pair[1] - pair[0] >= 400, "{:?}", asked);
        }
        for at in &asked {
            let before = came.iter().rfind(|came| *came < at);
            prop_assert!(before.is_none_or(|before| at - before >= 1000), "asked {:?}, came {:?}", asked, came);
        }
        prop_assert!(came.len() as u64 <= 2 + end_ms / 1000, "{:?}", came);
    }
}

#[test]
fn nobody_is_asked_for_a_picture_that_nobody_sees() {
    let mut bench = Bench::new();
    let (publisher, viewer) = (bench.enter(1, ALL), bench.enter(2, ALL));
    bench.permit(publisher, &[SourceKind::Camera]);
    let camera = bench.source(publisher, SourceKind::Camera);
    bench.hall.show(Scene { main: vec![camera], ..Scene::default() }, bench.now);
    bench.hall.want(bench.devices[viewer].index, Want::Sound, bench.now);
    for _ in 0..2 * TICKS_PER_SECOND {
        bench.publish(publisher, SourceKind::Camera, 0, false, false).unwrap();
        bench.tick();
    }
    assert!(bench.devices[publisher].keyframes_wanted.is_empty());
    bench.hall.want(bench.devices[viewer].index, Want::Main, bench.now);
    for _ in 0..TICKS_PER_SECOND {
        bench.publish(publisher, SourceKind::Camera, 0, false, false).unwrap();
        bench.tick();
    }
    assert!(!bench.devices[publisher].keyframes_wanted.is_empty());
    assert!(bench.devices[viewer].received[0].copies.is_empty(), "no keyframe came");
}

#[test]
fn a_viewer_that_asks_is_heard_only_on_a_slot_that_shows_something() {
    let mut bench = Bench::new();
    let (publisher, viewer) = (bench.enter(1, ALL), bench.enter(2, ALL));
    bench.permit(publisher, &[SourceKind::Camera]);
    let camera = bench.source(publisher, SourceKind::Camera);
    bench.hall.show(Scene { main: vec![camera], ..Scene::default() }, bench.now);
    for _ in 0..2 * TICKS_PER_SECOND {
        bench.publish(publisher, SourceKind::Camera, 0, true, false).unwrap();
        bench.tick();
    }
    let asked = |bench: &mut Bench, slot: u32| {
        let ssrc = ssrc(bench.devices[viewer].leg, 100 + slot);
        bench.devices[publisher].keyframes_wanted.clear();
        (0..TICKS_PER_SECOND).for_each(|_| bench.tick());
        bench.tell(viewer, |packet| rtcp::write_keyframe_request(packet, ssrc));
        bench.publish(publisher, SourceKind::Camera, 0, false, false).unwrap();
        bench.tick();
        bench.devices[publisher].keyframes_wanted.len()
    };
    assert_eq!(asked(&mut bench, 0), 1);
    bench.publish(publisher, SourceKind::Camera, 0, true, false).unwrap();
    assert_eq!(asked(&mut bench, 1), 0);
    assert_eq!(asked(&mut bench, 77), 0);
}
