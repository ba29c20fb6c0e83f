//! Captures unchanged, reordered, and with losses.

use super::*;

#[test]
fn every_codec_becomes_files_that_others_read() {
    for (name, codec, count, ticks) in CAPTURES {
        let out = record(codec, &capture(name));
        let found = samples(&out);
        // ffmpeg may send a last packet more or less of sound.
        assert!(found == count || codec == Codec::Opus && found.abs_diff(count) <= 1, "{name}: {found}");
        assert_eq!(gaps(&out), [], "{name}");
        let inits = out.iter().filter(|output| matches!(output, Output::Init { .. })).count();
        assert_eq!(inits, 1, "{name}");
        let file = file(&out);
        let asked = ["-v", "error", "-count_frames", "-show_entries"];
        let asked =
            [&asked[..], &["stream=nb_read_frames,width,height:format=duration", "-of", "flat"]].concat();
        let Some(said) = ffmpeg("ffprobe", &asked, &file, &[]) else { continue };
        let value = |key: &str| {
            let line =
                said.lines().find(|line| line.contains(key)).unwrap_or_else(|| panic!("{name}: {said}"));
            line.split('=').nth(1).unwrap().trim_matches('"').parse::<f64>().unwrap()
        };
        assert_eq!(value("nb_read_frames"), found as f64, "{name}");
        let expected = found as f64 * ticks as f64 / f64::from(codec.clock_hz());
        assert!((value("duration") - expected).abs() < 0.15, "{name}: {said}");
        if codec.is_video() {
            assert_eq!((value("width"), value("height")), (320.0, 180.0), "{name}");
        }
        ffmpeg("ffmpeg", &["-v", "error", "-i"], &file, &["-f", "null", "-"]);
    }
}

#[test]
fn segments_of_picture_end_at_keyframes_and_of_sound_when_they_are_full() {
    let near = |found: &[(u64, u64, bool)], wanted: &[u64]| {
        let ends: Vec<u64> = found.iter().map(|(_, end, _)| *end).collect();
        let is_near = ends.len() == wanted.len()
            && ends.iter().zip(wanted).all(|(end, wanted)| end.abs_diff(*wanted) <= 60);
        assert!(is_near, "{found:?}");
        assert!(found.iter().all(|(_, _, independent)| *independent), "{found:?}");
    };
    for (name, codec, ..) in CAPTURES {
        let found = segments(&record(codec, &media(name)), codec.clock_hz());
        let wanted: &[u64] = if codec.is_video() { &[1000, 2000, 3000] } else { &[1800, 3020] };
        near(&found, wanted);
    }
}

/// The first picture of a capture repeated every `every_us`, like a still shared screen; returns the longest
/// stretch that was in no file at any moment.
fn most_unwritten_us(every_us: u64) -> u64 {
    let captured = media("vp8");
    let first = Header::parse(&captured[0].1).unwrap().timestamp;
    let frame: Vec<_> =
        captured.iter().filter(|(_, packet)| Header::parse(packet).unwrap().timestamp == first).collect();
    let mut recorder = Recorder::new(Codec::Vp8);
    let (mut sequence, mut most_us) = (1 << 16, 0);
    for now_us in (0..20_000_000).step_by(10_000) {
        if now_us % every_us == 0 {
            for (_, packet) in &frame {
                let header = Header::parse(packet).unwrap();
                let payload = header.payload(packet).unwrap();
                sequence += 1;
                let rtp = (now_us * 9 / 100) as u32;
                recorder.packet(now_us, &Packet { stream: 0, sequence, rtp, marker: header.marker, payload });
            }
        }
        recorder.tick(now_us);
        let written_us = recorder.out.iter().rev().find_map(|output| match output {
            Output::Segment { start, duration, .. } => Some((start + duration) * 100 / 9),
            _ => None,
        });
        most_us = most_us.max(now_us.saturating_sub(written_us.unwrap_or(0)));
    }
    check(&recorder.out, recorder.track.timescale());
    most_us
}

#[test]
fn a_server_that_dies_loses_two_seconds_of_a_slow_picture_at_most() {
    for every_us in [30_000, 200_000, 500_000, 1_000_000, 1_500_000] {
        let most_us = most_unwritten_us(every_us);
        assert!(most_us <= 2_000_000, "a picture every {every_us} us: {most_us} us are in no file");
    }
}

#[test]
fn packets_in_another_order_make_the_same_frames() {
    for (name, codec, count, _) in CAPTURES {
        let mut packets = media(name);
        let end = packets.len() - 1;
        // Every fifth comes three places later, 200 ms late; the first stays.
        for at in (5..end - 3).step_by(5) {
            let (late, packet) = packets[at].clone();
            packets[at..at + 4].rotate_left(1);
            packets[at + 3] = (late.max(packets[at + 2].0), packet);
        }
        let out = record(codec, &packets);
        assert!(samples(&out).abs_diff(count) <= usize::from(!codec.is_video()), "{name}");
        assert_eq!(gaps(&out), [], "{name}");
    }
}

#[test]
fn a_lost_packet_is_a_gap_until_the_next_keyframe() {
    for (name, codec, ..) in CAPTURES.iter().filter(|(_, codec, ..)| codec.is_video()) {
        let mut packets = media(name);
        let at = packets.iter().position(|(at_us, _)| *at_us > 1_300_000).unwrap();
        packets.remove(at);
        let found = gaps(&record(*codec, &packets));
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        let (from, to, why) = found[0];
        assert_eq!(why, GapReason::Loss);
        assert!(from.abs_diff(1_300) < 100 && to.abs_diff(2_000) < 60, "{name}: {found:?}");
    }
}

#[test]
fn lost_sound_is_filled_when_it_is_short() {
    let mut packets = media("opus");
    packets.drain(50..60);
    let out = record(Codec::Opus, &packets);
    assert_eq!((gaps(&out), samples(&out).abs_diff(151) <= 1), (vec![], true));
    packets.drain(50..80);
    let out = record(Codec::Opus, &packets);
    let found = gaps(&out);
    assert!(matches!(found[..], [(from, to, GapReason::Loss)] if to - from == 800), "{found:?}");
}

#[test]
fn a_stream_that_begins_in_the_middle_begins_at_a_keyframe() {
    for (name, codec, ..) in CAPTURES.iter().filter(|(_, codec, ..)| codec.is_video()) {
        let packets: Vec<_> = media(name).into_iter().filter(|(at_us, _)| *at_us > 500_000).collect();
        let mut recorder = Recorder::new(*codec);
        recorder.datagram(packets[0].0, &packets[0].1);
        assert!(recorder.track.wants_keyframe(packets[0].0));
        let out = record(*codec, &packets);
        assert_eq!(gaps(&out), [], "{name}: half a second of waiting is no gap");
        let first = segments(&out, 90_000)[0];
        assert!(first.0.abs_diff(1000) < 60 && first.2, "{name}: {first:?}");
    }
}

#[test]
fn a_pause_is_no_gap_and_an_interruption_is_one() {
    for (name, codec, ..) in CAPTURES {
        let packets = media(name);
        let (before, after) = packets.split_at(packets.len() / 2);
        for interrupted in [false, true] {
            let mut recorder = Recorder::new(codec);
            before.iter().for_each(|(at_us, packet)| recorder.datagram(*at_us, packet));
            let at_us = before.last().unwrap().0;
            if interrupted {
                recorder.track.interrupt(at_us, GapReason::Overload, &mut recorder.clock);
            } else {
                recorder.track.finish(at_us, &mut recorder.clock);
            }
            // The sender went on meanwhile, and its clock with it.
            after.iter().for_each(|(at_us, packet)| recorder.datagram(*at_us, packet));
            recorder.finish(packets.last().unwrap().0);
            check(&recorder.out, codec.clock_hz());
            let found = gaps(&recorder.out);
            if interrupted && codec.is_video() {
                assert!(
                    matches!(found[..], [(_, to, GapReason::Overload)] if to.abs_diff(2000) < 60),
                    "{name}"
                );
            } else {
                assert_eq!(found, [], "{name}");
            }
        }
    }
}

#[test]
fn another_size_is_another_init_and_the_same_size_is_none() {
    let mut recorder = Recorder::new(H264);
    for (round, name) in ["h264", "h264-high", "h264"].into_iter().enumerate() {
        for (sequence, (at_us, packet)) in media(name).into_iter().enumerate() {
            let header = Header::parse(&packet).unwrap();
            let payload = header.payload(&packet).unwrap();
            let (stream, rtp, marker) = ((round % 2) as u16, header.timestamp, header.marker);
            let at_us = at_us + 3_000_000 * round as u64;
            let sequence = sequence as u64 + 1000 * round as u64;
            recorder.packet(at_us, &Packet { stream, sequence, rtp, marker, payload });
        }
    }
    recorder.finish(9_000_000);
    check(&recorder.out, 90_000);
    assert_eq!((gaps(&recorder.out), samples(&recorder.out)), (vec![], 270));
    let inits: Vec<u32> = recorder
        .out
        .iter()
        .filter_map(|output| match output {
            Output::Segment { init, .. } => Some(*init),
            _ => None,
        })
        .collect();
    assert_eq!(inits, [0, 0, 0, 1, 1, 1, 0, 0, 0]);
}

#[test]
fn a_screen_that_stands_still_is_one_stretch() {
    let mut recorder = Recorder::new(Codec::Vp8);
    let frames: Vec<_> = media("vp8").iter().map(|(_, packet)| packet.clone()).collect();
    // One frame a second: each capture packet with its time stretched thirtyfold.
    let first = Header::parse(&frames[0]).unwrap().timestamp;
    for packet in frames.iter().take(40) {
        let header = Header::parse(packet).unwrap();
        let stretched = header.timestamp.wrapping_sub(first) * 30;
        let at_us = u64::from(stretched) * 100 / 9;
        let payload = header.payload(packet).unwrap();
        let sequence = u64::from(header.sequence);
        recorder
            .packet(at_us, &Packet { stream: 0, sequence, rtp: stretched, marker: header.marker, payload });
        for after in (0..1_000).step_by(250) {
            recorder.tick(at_us + after * 1000);
        }
    }
    recorder.finish(40_000_000);
    check(&recorder.out, 90_000);
    let found = segments(&recorder.out, 90_000);
    assert!(found.windows(2).all(|pair| pair[0].1 == pair[1].0), "{found:?}");
    assert_eq!(gaps(&recorder.out), []);
}

#[test]
fn what_is_no_codec_is_one_gap_and_asks_for_a_keyframe() {
    for (_, codec, ..) in CAPTURES {
        let mut recorder = Recorder::new(codec);
        for sequence in 0..500 {
            let garbage = [0x9c, 0xff, sequence as u8, 0xff, 0x65];
            let payload = if codec == Codec::Opus { &[0xff, 0xff, 0][..] } else { &garbage };
            let packet = Packet { stream: 0, sequence, rtp: sequence as u32 * 3000, marker: true, payload };
            recorder.packet(sequence * 33_333, &packet);
        }
        recorder.finish(500 * 33_333);
        assert!(!recorder.out.iter().any(|output| matches!(output, Output::Segment { .. })), "{codec:?}");
        assert!(gaps(&recorder.out).len() <= 1, "{codec:?}: {:?}", gaps(&recorder.out));
    }
}
