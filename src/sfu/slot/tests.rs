use super::*;

const HZ: u32 = 90_000;

fn packet(sequence: u64, timestamp: u32, keyframe: bool) -> Stored {
    Stored::arrived(sequence, timestamp, false, keyframe)
}

fn carrying(target: u8) -> Slot {
    let mut slot = Slot::new(true, 7, 8);
    slot.carry(0, 96, Some(97), HZ);
    assert!(slot.aim(Some(target)));
    slot
}

fn forward(slot: &mut Slot, now: Instant, layer: u8, packet: Stored) -> Option<(u64, u32)> {
    slot.forward(now, layer, &packet, 0, |_| None).map(|numbers| (numbers.sequence, numbers.timestamp))
}

#[test]
fn nothing_flows_before_a_keyframe_and_then_everything_in_step() {
    let now = Instant::now();
    let mut slot = carrying(0);
    assert_eq!(forward(&mut slot, now, 0, packet(65_534, 10, false)), None);
    let (first, _) = forward(&mut slot, now, 0, packet(65_535, 20, true)).unwrap();
    assert_eq!(forward(&mut slot, now, 0, packet(65_537, 30, false)), Some((first + 2, 30)));
    assert_eq!(
        forward(&mut slot, now, 0, packet(65_536, 30, false)),
        Some((first + 1, 30)),
        "late but in time"
    );
    assert_eq!(forward(&mut slot, now, 0, packet(65_534, 10, false)), None, "before the start");
    assert_eq!(forward(&mut slot, now, 1, packet(9, 30, true)), None, "another layer");
}

#[test]
fn a_layer_switch_has_no_seam_in_numbers_and_time() {
    let start = Instant::now();
    let mut slot = carrying(0);
    forward(&mut slot, start, 0, packet(100, 90_000, true)).unwrap();
    let (last, time) = forward(&mut slot, start, 0, packet(101, 93_000, false)).unwrap();
    assert!(slot.aim(Some(1)));
    let later = start + Duration::from_millis(33);
    assert!(forward(&mut slot, later, 0, packet(102, 96_000, false)).is_some(), "the old layer until then");
    let later = start + Duration::from_millis(66);
    let (next, next_time) = forward(&mut slot, later, 1, packet(5, 4_000_000_000, true)).unwrap();
    assert_eq!(next, last + 2);
    assert!((5_800..=6_100).contains(&next_time.wrapping_sub(time)), "{}", next_time.wrapping_sub(time));
    assert_eq!(forward(&mut slot, later, 0, packet(103, 99_000, false)), None, "the old layer is over");
    assert_eq!(forward(&mut slot, later, 1, packet(4, 0, false)), None, "before the switch");
}

#[test]
fn sender_reports_place_the_new_layer_exactly() {
    let now = Instant::now();
    let mut slot = carrying(0);
    forward(&mut slot, now, 0, packet(1, 1000, true)).unwrap();
    slot.aim(Some(1));
    // Layer 1's clock is 500,000 ahead of layer 0's; its frame is one frame (3,000) later.
    let clock = |layer: u8| Some(if layer == 0 { 4000 } else { 504_000 });
    let numbers = slot.forward(now, 1, &packet(1, 504_000, true), 0, clock).unwrap();
    assert_eq!(numbers.timestamp, 4000);
}

#[test]
fn time_never_runs_backwards_even_if_the_clocks_lie() {
    let now = Instant::now();
    let mut slot = carrying(0);
    let (_, before) = forward(&mut slot, now, 0, packet(1, 100_000, true)).unwrap();
    slot.aim(Some(1));
    let lie = |layer: u8| Some(if layer == 0 { 0 } else { 1 << 31 });
    let after = slot.forward(now, 1, &packet(1, 5, true), 0, lie).unwrap().timestamp;
    assert!((1..=90_000).contains(&after.wrapping_sub(before)));
}

#[test]
fn vp8_picture_numbers_run_on_over_a_switch() {
    let now = Instant::now();
    let with = |sequence, id, tl0, keyframe| {
        let picture = Some(Picture { id_at: 2, id, tl0_at: 4, tl0 });
        Stored { picture, ..packet(sequence, 0, keyframe) }
    };
    let mut slot = carrying(0);
    let sent =
        |slot: &mut Slot, layer, stored| slot.forward(now, layer, &stored, 0, |_| None).unwrap().picture;
    assert_eq!(sent(&mut slot, 0, with(1, 0x7fff, 255, true)), None, "untouched before the first switch");
    slot.aim(Some(1));
    assert_eq!(sent(&mut slot, 1, with(1, 500, 9, true)), Some((0, 0)));
    assert_eq!(sent(&mut slot, 1, with(2, 501, 10, false)), Some((1, 1)));
}

#[test]
fn a_resend_repeats_the_packet_as_rtx_and_not_too_often() {
    let now = Instant::now();
    let mut slot = carrying(0);
    let (first, _) = forward(&mut slot, now, 0, packet(65_535, 20, true)).unwrap();
    forward(&mut slot, now, 0, packet(65_536, 21, false)).unwrap();
    let again = slot.resend(now, 0, first as u16).unwrap();
    assert_eq!((again.layer, again.source_sequence, again.original), (0, 65_535, Some(first as u16)));
    assert_eq!((again.numbers.ssrc, again.numbers.payload_type, again.numbers.timestamp), (8, 97, 20));
    assert_eq!(slot.resend(now, 0, first as u16), None, "the copy is still on its way");
    let second = slot.resend(now, 0, first as u16 + 1).unwrap();
    assert_eq!(second.numbers.sequence, again.numbers.sequence + 1, "a number is used once");
    assert_eq!(slot.resend(now, 0, first as u16 + 2), None, "never sent");
    assert_eq!(slot.resend(now, 0, first as u16 - 1), None, "never sent");
}

#[test]
fn a_resend_storm_is_cut_until_the_next_second() {
    let start = Instant::now();
    let mut slot = carrying(0);
    let (first, _) = forward(&mut slot, start, 0, packet(1, 0, true)).unwrap();
    let resent = |slot: &mut Slot| {
        (0..1000).filter(|n| slot.resend(start + *n * RESEND_EVERY, 0, first as u16).is_some()).count()
    };
    assert_eq!(resent(&mut slot), RESENDS_PER_SECOND_MAX as usize);
    slot.refill();
    assert!(slot.resend(start + Duration::from_secs(60), 0, first as u16).is_some());
}

#[test]
fn a_sender_that_starts_anew_is_gone_on_with_at_its_keyframe_in_time() {
    let (mut slot, start) = (Slot::new(true, 1, 2), Instant::now());
    slot.carry(0, 96, None, 90_000);
    slot.aim(Some(0));
    let send = |slot: &mut Slot, ms: u64, sequence, timestamp, keyframe, epoch| {
        let packet = Stored { epoch, ..Stored::arrived(sequence, timestamp, true, keyframe) };
        slot.forward(start + Duration::from_millis(ms), 0, &packet, 0, |_| None)
    };
    let first = send(&mut slot, 0, 50_000, 900_000, true, 0).unwrap();
    send(&mut slot, 33, 50_001, 903_000, false, 0).unwrap();
    // A restart: another clock. Nothing goes out before its keyframe, which is waited for.
    assert_eq!(send(&mut slot, 66, 50_200, 17, false, 1), None);
    assert_eq!(slot.waits_for(), Some(0));
    let next = send(&mut slot, 100, 50_201, 3_017, true, 1).unwrap();
    assert_eq!(next.sequence, first.sequence + 2, "without a hole");
    let passed = next.timestamp.wrapping_sub(first.timestamp);
    assert!((8_000..=10_000).contains(&passed), "100 ms later: {passed}");
    assert_eq!(send(&mut slot, 101, 50_002, 906_000, false, 0), None, "late, of before");
    let last = send(&mut slot, 133, 50_202, 6_017, false, 1).unwrap();
    assert_eq!(last.timestamp.wrapping_sub(next.timestamp), 3_000);
}

#[test]
fn what_was_sent_long_ago_is_not_sent_again() {
    let (mut slot, start) = (Slot::new(true, 1, 2), Instant::now());
    slot.carry(0, 96, None, 90_000);
    slot.aim(Some(0));
    let sent_at = 0xff_f000;
    let first =
        slot.forward(start, 0, &Stored::arrived(1, 0, true, true), sent_at, |_| None).unwrap().sequence
            as u16;
    let later = |seconds: f64| (sent_at + (seconds * f64::from(1 << 18)) as u32) & 0xff_ffff;
    assert_eq!(slot.resend(start, later(1.5), first), None);
    assert_eq!(slot.resend(start, later(10.0), first), None);
    assert!(slot.resend(start, later(0.9), first).is_some());
}

#[test]
fn nothing_of_another_source_is_sent_again() {
    let now = Instant::now();
    let mut slot = carrying(0);
    let (old, _) = forward(&mut slot, now, 0, packet(100, 20, true)).unwrap();
    slot.carry(1, 96, Some(97), HZ);
    slot.aim(Some(0));
    assert_eq!(slot.resend(now, 0, old as u16), None, "its ring holds other packets under that number");
    let (new, _) = forward(&mut slot, now, 0, packet(100, 50, true)).unwrap();
    assert_eq!(slot.resend(now, 0, old as u16), None);
    assert_eq!(slot.resend(now, 0, new as u16).map(|again| again.numbers.timestamp), Some(20 + 1));
}
