use super::*;

mod simulated;

fn camera() -> Choice {
    Choice { is_main: true, tile: None, ladder: vec![(0, 150_000), (1, 500_000), (2, 1_500_000)] }
}

fn thumbnail() -> Choice {
    Choice { is_main: false, ..camera() }
}

/// A viewer of `choices`, driven by the browser's reports.
struct Viewer {
    pictures: Allocator,
    start: Instant,
    choices: Vec<Choice>,
}

impl Viewer {
    fn of(choices: &[Choice]) -> Viewer {
        Viewer { pictures: Allocator::default(), start: Instant::now(), choices: choices.to_vec() }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.start + Duration::from_secs_f64(seconds)
    }

    fn estimates(&mut self, seconds: f64, bps: u64) {
        self.pictures.link.note_estimate(self.at(seconds), bps);
    }

    fn layers(&mut self, seconds: f64) -> Vec<Option<u8>> {
        self.pictures.allocate(self.at(seconds), Want::All, &self.choices.clone()).0
    }
}

#[test]
fn without_complaints_everyone_gets_everything() {
    let (layers, doing) = Allocator::default().allocate(Instant::now(), Want::All, &[camera(), thumbnail()]);
    assert_eq!((layers, doing), (vec![Some(2), Some(1)], Doing::Full));
}

#[test]
fn the_low_data_switch_is_obeyed() {
    let now = Instant::now();
    let slots = [camera(), camera(), thumbnail()];
    assert_eq!(
        Allocator::default().allocate(now, Want::Main, &slots),
        (vec![Some(2), None, None], Doing::AsAsked)
    );
    assert_eq!(
        Allocator::default().allocate(now, Want::Sound, &slots),
        (vec![None, None, None], Doing::AsAsked)
    );
}

#[test]
fn a_slow_link_loses_the_stage_first_and_the_picture_last() {
    let at = |bps| {
        let choices = [camera(), thumbnail(), thumbnail()];
        let (mut pictures, start) = (Allocator::default(), Instant::now());
        pictures.allocate(start, Want::All, &choices);
        let later = start + Duration::from_secs(2);
        pictures.link.note_estimate(later, bps);
        pictures.allocate(later, Want::All, &choices)
    };
    assert_eq!(at(800_000), (vec![Some(0), Some(0), Some(0)], Doing::Reduced));
    assert_eq!(at(420_000).0, [Some(0), Some(0), None]);
    assert_eq!(at(260_000).0, [Some(0), None, None]);
    assert_eq!(at(120_000), (vec![None, None, None], Doing::SoundOnly));
}

#[test]
fn a_step_up_is_tried_and_taken_back_with_growing_patience() {
    let mut viewer = Viewer::of(&[camera()]);
    assert_eq!(viewer.layers(0.0), [Some(2)]);
    // Time, the browser's estimate, and the resulting layer.
    let mut then = |seconds, estimate, layer, why: &str| {
        viewer.estimates(seconds, estimate);
        assert_eq!(viewer.layers(seconds), [Some(layer)], "{why}");
    };
    then(2.0, 300_000, 0, "what fits");
    then(3.5, 310_000, 0, "no step so soon");
    then(4.0, 320_000, 1, "trial of what was not too much");
    then(5.0, 250_000, 0, "failed");
    then(8.5, 300_000, 0, "twice the patience");
    then(9.0, 310_000, 1, "another trial");
    then(10.5, 250_000, 0, "failed again");
    then(18.0, 375_000, 0, "twice that");
    then(18.5, 375_000, 1, "another trial");
    then(20.5, 600_000, 2, "one more step");
    then(30.5, 2_000_000, 2, "all of it");
    let choices = viewer.choices.clone();
    let all = viewer.pictures.allocate(viewer.at(30.5), Want::All, &choices);
    assert_eq!(all, (vec![Some(2)], Doing::Full));
}

#[test]
fn an_estimate_that_saw_one_small_picture_does_not_switch_it_off() {
    let mut viewer = Viewer::of(&[Choice { is_main: false, tile: None, ladder: vec![(0, 50_000)] }]);
    viewer.layers(0.0);
    viewer.estimates(2.0, 75_000);
    assert_eq!(viewer.layers(2.0), [Some(0)]);
    viewer.estimates(3.0, 40_000);
    assert_eq!(viewer.layers(3.0), [None], "that is congestion");
}

#[test]
fn an_estimate_made_from_sound_alone_switches_no_picture_off_while_it_grows() {
    let mut viewer = Viewer::of(&[]);
    for second in 0..10 {
        viewer.estimates(f64::from(second), 92_000 + 2_000 * u64::from(second as u32));
        viewer.layers(f64::from(second));
    }
    viewer.choices = vec![thumbnail()];
    assert_eq!(viewer.layers(10.0), [Some(1)], "somebody comes on stage");
    for second in 0..20_u32 {
        let at = 10.5 + f64::from(second);
        viewer.estimates(at, (110_000.0 * 1.08_f64.powi(second as i32)) as u64);
        assert_eq!(viewer.layers(at), [Some(1)], "{at} s");
    }
    viewer.estimates(31.0, 300_000);
    assert_eq!(viewer.layers(31.0), [Some(0)], "it fell: the picture is too much now");
}

#[test]
fn an_estimate_that_does_not_grow_complains() {
    let mut viewer = Viewer::of(&[]);
    viewer.layers(0.0);
    viewer.estimates(0.0, 100_000);
    viewer.choices = vec![thumbnail()];
    let mut layers = Vec::new();
    for second in 1..=8 {
        viewer.estimates(f64::from(second), 100_000);
        layers.extend(viewer.layers(f64::from(second)));
    }
    assert_eq!(layers, [Some(1); 6].into_iter().chain([Some(0); 2]).collect::<Vec<_>>());
}

#[test]
fn who_sees_nothing_gets_a_trial_soon_whatever_the_estimate_says() {
    let mut viewer = Viewer::of(&[camera()]);
    viewer.layers(0.0);
    viewer.estimates(2.0, 60_000);
    let mut lit_at = Vec::new();
    // A viewer without pictures estimates from sound; a picture makes it worse.
    for half in 4..=100 {
        let at = f64::from(half) / 2.0;
        let is_lit = viewer.layers(at)[0].is_some();
        if is_lit {
            lit_at.push(at);
        }
        viewer.estimates(at + 0.1, if is_lit { 50_000 } else { 105_000 });
    }
    assert_eq!(lit_at, [4.0, 8.5, 17.0, 33.5], "with growing patience");
}

#[test]
fn a_longer_round_trip_is_a_queue_and_another_path_is_not() {
    let mut viewer = Viewer::of(&[camera()]);
    let report = |viewer: &mut Viewer, at: f64, ms| {
        viewer.pictures.link.note_round_trip(viewer.at(at), Duration::from_millis(ms));
        viewer.layers(at)
    };
    assert_eq!(viewer.layers(0.0), [Some(2)]);
    assert_eq!(report(&mut viewer, 2.0, 30), [Some(2)]);
    assert_eq!(report(&mut viewer, 3.0, 300), [Some(2)]);
    assert_eq!(report(&mut viewer, 4.0, 900), [Some(1)]);
    // A path that stays long.
    for second in 5..60 {
        report(&mut viewer, f64::from(second), 600);
    }
    assert_eq!(viewer.layers(75.0), [Some(2)]);
}

#[test]
fn what_a_link_could_not_carry_is_forgotten_when_nothing_is_shown_for_a_while() {
    for (silence, layer) in [(1.0, None), (6.0, Some(2))] {
        let mut viewer = Viewer::of(&[camera()]);
        viewer.layers(0.0);
        viewer.estimates(2.0, 120_000);
        assert_eq!(viewer.layers(2.0), [None]);
        viewer.choices = vec![];
        viewer.layers(2.0);
        viewer.layers(2.0 + silence);
        viewer.choices = vec![camera()];
        assert_eq!(viewer.layers(2.0 + silence), [layer], "after {silence} s");
    }
}

#[test]
fn a_screen_in_one_quality_is_kept_as_long_as_it_can_be() {
    let at = |bps| {
        let mut viewer = Viewer::of(&[Choice { is_main: true, tile: None, ladder: vec![(0, 1_000_000)] }]);
        viewer.layers(0.0);
        viewer.estimates(2.0, bps);
        viewer.layers(2.0)
    };
    assert_eq!(at(750_000), [Some(0)]);
    assert_eq!(at(400_000), [None]);
}

#[test]
fn a_picture_whose_rate_grows_is_not_switched_off_by_that() {
    let mut viewer = Viewer::of(&[Choice { is_main: false, tile: None, ladder: vec![(0, 50_000)] }]);
    viewer.layers(0.0);
    for (second, bps, estimate) in
        [(1, 60_000, 60_000), (2, 120_000, 90_000), (3, 240_000, 150_000), (4, 480_000, 240_000)]
    {
        viewer.choices[0].ladder[0].1 = bps;
        viewer.estimates(f64::from(second), estimate);
        assert_eq!(viewer.layers(f64::from(second)), [Some(0)], "{bps} bit/s");
    }
}

#[test]
fn a_small_tile_gets_a_small_layer_and_lacks_nothing() {
    let shown = |tile, choice: Choice| {
        let choice = Choice { tile: Some(tile), ..choice };
        Allocator::default().allocate(Instant::now(), Want::All, &[choice])
    };
    for (tile, layer) in [(63, 0), (189, 0), (216, 0), (217, 1), (432, 1), (433, 2), (720, 2), (2000, 2)] {
        assert_eq!(shown(tile, camera()), (vec![Some(layer)], Doing::Full), "{tile} pixels");
    }
    let single = Choice { ladder: vec![(0, 900_000)], ..camera() };
    assert_eq!(shown(63, single).0, [Some(0)], "there is no smaller one");
}
