//! The captures of a recorded hall, and its events for the classroom.

use super::*;
use crate::sfu::capture::Captured;

/// Streams and numbers of the captured packets.
fn captured(bench: &mut Bench) -> Vec<(u8, u16)> {
    let mut packets = Vec::new();
    while let Some(capture) = bench.hall.poll_capture() {
        if let Captured::Packet { payload, .. } = capture.what {
            let tag = tag(payload);
            assert_eq!((capture.source.leg, capture.source.kind), (tag.stream.leg, tag.stream.kind));
            assert_eq!(capture.layer, tag.stream.layer);
            packets.push((capture.layer, tag.sequence));
        }
    }
    packets
}

#[test]
fn a_recording_takes_the_best_layer_and_asks_for_the_keyframe_it_needs() {
    let mut bench = Bench::new();
    let publisher = bench.enter(1, ALL);
    bench.permit(publisher, &[SourceKind::Camera]);
    let both = |bench: &mut Bench, keyframe| {
        for layer in 0..2 {
            bench.publish(publisher, SourceKind::Camera, layer, keyframe, false).unwrap();
        }
    };
    both(&mut bench, false);
    assert!(captured(&mut bench).is_empty(), "nobody records");
    (0..10).for_each(|_| bench.tick());
    assert!(bench.devices[publisher].keyframes_wanted.is_empty(), "nobody watches");
    bench.hall.record(true, bench.now);
    both(&mut bench, false);
    (0..10).for_each(|_| bench.tick());
    assert!(captured(&mut bench).is_empty(), "nothing can be decoded yet");
    let upper = ssrc(bench.devices[publisher].leg, stream_number(SourceKind::Camera, 1));
    assert!(bench.devices[publisher].keyframes_wanted.contains(&upper));
    both(&mut bench, true);
    both(&mut bench, false);
    let packets = captured(&mut bench);
    assert_eq!(packets.last(), Some(&(1, FIRST + 3)), "{packets:?}");
    assert!(packets.contains(&(1, FIRST + 2)));
    bench.hall.record(false, bench.now);
    both(&mut bench, true);
    assert!(captured(&mut bench).is_empty(), "nobody records any more");
}

#[test]
fn what_is_not_permitted_is_neither_forwarded_nor_captured() {
    let mut bench = Bench::new();
    let (publisher, viewer) = (bench.enter(1, ALL), bench.enter(2, ALL));
    let camera = bench.source(publisher, SourceKind::Camera);
    bench.hall.show(Scene { main: vec![camera], ..Scene::default() }, bench.now);
    bench.hall.record(true, bench.now);
    let publish = |bench: &mut Bench| bench.publish(publisher, SourceKind::Camera, 0, true, false);
    assert_eq!(publish(&mut bench), Err(Drop::NotPermitted));
    bench.permit(publisher, &[SourceKind::Camera]);
    publish(&mut bench).unwrap();
    (0..25).for_each(|_| bench.tick());
    publish(&mut bench).unwrap();
    assert!(!bench.devices[viewer].received[0].copies.is_empty());
    assert!(!captured(&mut bench).is_empty());
    bench.permit(publisher, &[]);
    let before = bench.devices[viewer].received[0].copies.len();
    assert_eq!(publish(&mut bench), Err(Drop::NotPermitted));
    assert_eq!(bench.devices[viewer].received[0].copies.len(), before);
    assert!(captured(&mut bench).is_empty());
}

#[test]
fn the_classroom_is_told_what_begins_to_be_sent_and_every_second_everything() {
    let mut bench = Bench::new();
    let publisher = bench.enter(1, ALL);
    let leg = bench.devices[publisher].leg;
    bench.permit(publisher, &[SourceKind::Mic]);
    let mut told = Vec::new();
    for _ in 0..TICKS_PER_SECOND {
        bench.publish(publisher, SourceKind::Mic, 0, true, false).unwrap();
        bench.tick();
        told.extend(std::iter::from_fn(|| bench.hall.poll_event()));
    }
    let [sending, speaking, MediaEvent::Report(report)] = &told[..] else { panic!("{told:?}") };
    assert!(
        matches!(sending, MediaEvent::Sending { leg: of, kinds } if *of == leg && kinds == &[SourceKind::Mic])
    );
    assert!(matches!(speaking, MediaEvent::Speaking { people } if people == &[ParticipantId(1)]));
    assert_eq!((report.legs.len(), report.legs[0].leg, report.legs[0].connected), (1, leg, true));
    assert_eq!(report.legs[0].sending, [SourceKind::Mic]);
    // It falls silent.
    let mut told = Vec::new();
    for _ in 0..3 * TICKS_PER_SECOND {
        bench.tick();
        told.extend(std::iter::from_fn(|| bench.hall.poll_event()));
    }
    assert!(told.iter().any(|event| matches!(event, MediaEvent::Sending { kinds, .. } if kinds.is_empty())));
    bench.hall.lose(bench.devices[publisher].index, bench.now);
    let last = std::iter::from_fn(|| bench.hall.poll_event()).last();
    assert!(matches!(last, Some(MediaEvent::Gone { leg: of }) if of == leg));
}
