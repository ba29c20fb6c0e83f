//! Playlists, read back by an independent parser.

use m3u8_rs::{MasterPlaylist, MediaPlaylist, MediaPlaylistType};

use super::*;
use crate::lesson::Role;
use crate::recording::manifest::{CloseReason, Entry, Event, StoredFile};
use crate::time::Stretch;

const SECOND: u64 = 90_000;

/// A recording told in seconds: kind, number and inits of each track, then its segments.
#[derive(Default)]
struct Told {
    manifest: Manifest,
    numbers: std::collections::HashMap<u32, u32>,
}

impl Told {
    fn new() -> Told {
        let mut told = Told::default();
        let (id, lesson) = ("r".into(), "l".into());
        told.manifest.apply(&Entry::Recording { v: 1, id, lesson, started_at_ms: 1_790_000_000_123 });
        told.manifest.apply(&Entry::Opened { at_ms: 0 });
        told
    }

    fn track(mut self, track: u32, role: Role, kind: SourceKind, codecs: &[&str]) -> Told {
        let (person, name, timescale) = ("p".into(), "n".into(), SECOND as u32);
        self.manifest.apply(&Entry::Track { track, at_ms: 0, person, name, role, kind, timescale });
        for (init, codecs) in codecs.iter().enumerate() {
            let (width, height) = if kind == SourceKind::Mic { (0, 0) } else { (640, 360) };
            let file = StoredFile { name: format!("{track}-{init}.mp4"), bytes: 700, sha256: String::new() };
            let (init, codecs) = (init as u32, (*codecs).to_owned());
            self.manifest.apply(&Entry::Init { track, init, file, codecs, width, height });
        }
        self
    }

    fn segment(mut self, track: u32, from: f64, to: f64, init: u32, independent: bool) -> Told {
        let number = self.numbers.entry(track).or_default();
        *number += 1;
        let (start, end) = ((from * SECOND as f64) as u64, (to * SECOND as f64) as u64);
        let file = StoredFile { name: format!("{track}-{number}.m4s"), bytes: 50_000, sha256: String::new() };
        let (number, duration) = (*number, end - start);
        self.manifest.apply(&Entry::Segment { track, number, init, start, duration, independent, file });
        self
    }

    fn off(mut self, from_ms: u64, to_ms: u64) -> Told {
        for (at_ms, on) in [(from_ms, true), (to_ms, false)] {
            self.manifest.apply(&Entry::Event { at_ms, event: Event::OffRecord { on } });
        }
        self
    }

    fn close(mut self, at_ms: u64) -> Told {
        self.manifest.apply(&Entry::Closed { at_ms, why: CloseReason::Ended, off_record: vec![] });
        self
    }
}

fn parse(playlist: &str) -> MediaPlaylist {
    let (rest, parsed) = m3u8_rs::parse_media_playlist(playlist.as_bytes()).expect(playlist);
    assert!(rest.is_empty());
    for segment in &parsed.segments {
        assert!(segment.duration.round() as u64 <= parsed.target_duration, "an honest target: {playlist}");
        assert!(segment.duration > 0.0);
    }
    parsed
}

fn is_gap(segment: &m3u8_rs::MediaSegment) -> bool {
    segment.unknown_tags.iter().any(|tag| tag.tag == "X-GAP")
}

/// The listed lines as `name from-to`, gaps joined and without a name, seconds.
fn row(playlist: &str) -> String {
    let mut row: Vec<(String, f64, f64)> = Vec::new();
    let mut at = 0.0;
    for segment in parse(playlist).segments {
        let end = at + f64::from(segment.duration);
        let name = if is_gap(&segment) { "gap".to_owned() } else { segment.uri };
        match row.last_mut().filter(|last| last.0 == "gap" && name == "gap") {
            Some(last) => last.2 = end,
            None => row.push((name, at, end)),
        }
        at = end;
    }
    let text: Vec<_> = row.iter().map(|(name, from, to)| format!("{name} {from:.1}-{to:.1}")).collect();
    text.join(", ")
}

fn camera() -> Told {
    Told::new().track(1, Role::Instructor, SourceKind::Camera, &["avc1.42e01f", "avc1.42e01e"])
}

#[test]
fn playlist_time_is_recording_time() {
    let told = camera()
        .segment(1, 3.0, 5.0, 0, true)
        .segment(1, 5.0, 6.5, 1, true)
        .segment(1, 6.55, 8.0, 1, false)
        .segment(1, 12.0, 14.0, 1, true);
    let live = track(&told.manifest, 1, Options::default()).unwrap();
    // The last one may still grow.
    assert_eq!(row(&live), "gap 0.0-3.0, 1-1.m4s 3.0-5.0, 1-2-3.m4s 5.0-8.0");
    let parsed = parse(&live);
    assert_eq!((parsed.playlist_type, parsed.end_list), (Some(MediaPlaylistType::Event), false));
    assert!(live.contains("#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.123Z"), "{live}");
    let maps: Vec<_> =
        parsed.segments.iter().filter_map(|one| one.map.as_ref()).map(|map| &map.uri).collect();
    assert_eq!(maps, ["1-0.mp4", "1-1.mp4"]);
    let discontinuities: Vec<_> =
        parsed.segments.iter().filter(|one| one.discontinuity).map(|one| &one.uri).collect();
    assert_eq!(discontinuities, ["1-2-3.m4s"], "another size is one");
    let main = parse(&main(&told.manifest, Options::default()));
    assert!(main.segments.iter().all(|one| !one.discontinuity), "but not beside the sound");

    let closed = track(&told.close(17_000).manifest, 1, Options::default()).unwrap();
    assert!(row(&closed).ends_with("gap 8.0-12.0, 1-4.m4s 12.0-14.0, gap 14.0-17.0"), "{}", row(&closed));
    let parsed = parse(&closed);
    assert_eq!((parsed.playlist_type, parsed.end_list), (Some(MediaPlaylistType::Vod), true));
    let sum: f64 = parsed.segments.iter().map(|segment| f64::from(segment.duration)).sum();
    assert!((sum - 17.0).abs() < 0.001);
}

#[test]
fn a_live_playlist_only_grows() {
    let mut told = camera().track(2, Role::Instructor, SourceKind::Screen, &["avc1.42e01f"]);
    let mut before = [String::new(), String::new()];
    for second in 0..30 {
        let at = f64::from(second);
        told = told.segment(1, at, at + 0.95, 0, second % 4 == 0);
        if (7..15).contains(&second) {
            told = told.segment(2, at - 0.4, at + 0.6, 0, second == 7);
        }
        let now =
            [track(&told.manifest, 1, Options::default()).unwrap(), main(&told.manifest, Options::default())];
        for (now, before) in now.iter().zip(&before) {
            assert!(now.starts_with(before.as_str()), "{before}\n{now}");
        }
        before = now;
    }
}

#[test]
fn an_encoder_that_comes_back_hides_nothing() {
    let told = camera()
        .track(2, Role::Instructor, SourceKind::Mic, &["opus"])
        .track(3, Role::Instructor, SourceKind::Camera, &["avc1.42e01f"])
        .track(4, Role::Instructor, SourceKind::Mic, &["opus"])
        .segment(1, 0.0, 1.8, 0, true)
        .segment(2, 0.0, 1.8, 0, true)
        .segment(1, 1.8, 3.0, 0, false)
        .segment(2, 1.8, 3.0, 0, true);
    let told = (0..4).fold(told, |told, at| {
        let from = 3.5 + 1.8 * f64::from(at);
        told.segment(3, from, from + 1.8, 0, at % 2 == 0).segment(4, from, from + 1.8, 0, true)
    });
    let told = told.close(10_700);
    let picture = row(&main(&told.manifest, Options::default()));
    assert_eq!(picture, "1-1-2.m4s 0.0-3.0, gap 3.0-3.5, 3-1-2.m4s 3.5-7.1, 3-3-4.m4s 7.1-10.7");
    let sound = row(&sound(&told.manifest, Options::default()));
    assert!(sound.starts_with("2-1.m4s 0.0-1.8, 2-2.m4s 1.8-3.0, gap 3.0-3.5, 4-1.m4s 3.5-5.3"), "{sound}");
}

/// Names and independence of the segments of a picture whose files begin with a keyframe or not.
fn listed(told: &Told) -> (Vec<String>, bool) {
    let text = track(&told.manifest, 1, Options::default()).unwrap();
    let names = parse(&text).segments.into_iter().filter(|one| !is_gap(one)).map(|one| one.uri).collect();
    (names, text.contains("#EXT-X-INDEPENDENT-SEGMENTS\n"))
}

#[test]
fn every_segment_begins_with_a_keyframe_unless_none_comes() {
    let files = |keys: &[bool]| {
        keys.iter().enumerate().fold(camera(), |told, (at, key)| {
            told.segment(1, at as f64 * 1.8, (at + 1) as f64 * 1.8, 0, *key)
        })
    };
    let told = files(&[true, false, true, true, false, false]).close(10_800);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(listed(&told), (names(&["1-1-2.m4s", "1-3.m4s", "1-4-6.m4s"]), true));
    let mut rare = [false; 8];
    rare[0] = true;
    let rare = files(&rare).close(14_400);
    assert_eq!(listed(&rare), (names(&["1-1-5.m4s", "1-6-8.m4s"]), false), "that is not said of it");
    // A source that ended is listed though nothing follows it.
    let ended = files(&[true, false]).track(2, Role::Instructor, SourceKind::Mic, &["opus"]);
    assert_eq!(listed(&ended).0, [""; 0]);
    let ended = ended.segment(2, 6.0, 7.7, 0, true);
    assert_eq!(listed(&ended).0, ["1-1-2.m4s"]);
    // And it stays as listed, whatever comes later.
    assert_eq!(listed(&ended.segment(1, 3.6, 5.4, 0, false).close(9_000)).0, ["1-1-2.m4s", "1-3.m4s"]);
}

#[test]
fn several_files_are_served_as_one_and_only_whole() {
    let told = (0..4).fold(camera(), |told, at| {
        let from = f64::from(at) * 2.0;
        told.segment(1, from, from + 2.0, u32::from(at == 3), at % 2 == 0)
    });
    let files = |told: &Told, name: &str| {
        let found = served(&told.manifest, name, None)?;
        Some((found.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>(), found.shows))
    };
    let stretch = |from_ms, to_ms| Some(Stretch { from_ms, to_ms });
    let two = Some((vec!["1-1.m4s".to_owned(), "1-2.m4s".to_owned()], stretch(0, 4_000)));
    assert_eq!(files(&told, "1-1-2.m4s"), two);
    assert_eq!(files(&told, "1-1.m4s"), Some((vec!["1-1.m4s".to_owned()], stretch(0, 2_000))));
    assert_eq!(files(&told, "1-0.mp4"), Some((vec!["1-0.mp4".to_owned()], None)));
    for none in ["1-2-1.m4s", "1-1-9.m4s", "1-3-4.m4s", "2-1-2.m4s", "1-1-2", "1--2.m4s", "../1-1.m4s"] {
        assert_eq!(files(&told, none), None, "{none}");
    }
    let mut damaged = told;
    damaged.manifest.mark_damaged(1, 2);
    assert_eq!(files(&damaged, "1-1-2.m4s"), None);
}

#[test]
fn another_codec_is_a_discontinuity() {
    let told = Told::new()
        .track(1, Role::Instructor, SourceKind::Camera, &["avc1.42e01f", "vp08.00.10.08"])
        .segment(1, 0.0, 2.0, 0, true)
        .segment(1, 2.0, 4.0, 1, true)
        .close(4_000);
    for playlist in
        [track(&told.manifest, 1, Options::default()).unwrap(), main(&told.manifest, Options::default())]
    {
        let discontinuities: Vec<_> = parse(&playlist).segments.iter().map(|one| one.discontinuity).collect();
        assert_eq!(discontinuities, [false, true]);
    }
}

#[test]
fn what_is_not_shown_is_a_gap() {
    let told = (0..8)
        .fold(camera(), |told, at| told.segment(1, f64::from(at) * 2.0, f64::from(at) * 2.0 + 2.0, 0, true));
    let mut told = told.off(4_000, 8_000).close(16_000);
    told.manifest.mark_damaged(1, 6);
    let window = Some(Stretch { from_ms: 1_500, to_ms: 14_000 });
    let listed = track(&told.manifest, 1, Options { window, suffix: "?t=1" }).unwrap();
    let wanted = "gap 0.0-2.0, 1-2.m4s?t=1 2.0-4.0, gap 4.0-8.0, 1-5.m4s?t=1 8.0-10.0, gap 10.0-12.0, 1-7.m4s?t=1 12.0-14.0";
    assert_eq!(row(&listed), wanted);
    assert!(listed.contains("URI=\"1-0.mp4?t=1\"") && listed.contains("#EXT-X-START:TIME-OFFSET=1.500"));
    for hidden in ["1-1.", "1-3.", "1-4.", "1-6.", "1-8."] {
        assert!(!listed.contains(hidden), "{hidden}");
    }
    assert!(track(&told.manifest, 5, Options::default()).is_none());
}

#[test]
fn the_main_picture_is_the_screen_while_there_is_one() {
    let told = camera()
        .track(2, Role::Instructor, SourceKind::Screen, &["avc1.42e01f"])
        .track(3, Role::Trainee, SourceKind::Camera, &["avc1.42e01f"])
        .segment(1, 0.0, 2.0, 0, true)
        .segment(3, 0.0, 2.0, 0, true)
        .segment(2, 1.0, 3.0, 0, true)
        .segment(1, 2.0, 4.0, 0, true)
        .segment(2, 3.0, 5.0, 0, false)
        .segment(1, 4.0, 6.0, 0, true)
        .segment(1, 6.0, 8.0, 0, true)
        .segment(1, 8.0, 10.0, 0, false)
        .segment(1, 10.0, 12.0, 0, true)
        .close(12_000);
    let listed = main(&told.manifest, Options::default());
    assert_eq!(
        row(&listed),
        "1-1.m4s 0.0-2.0, 2-1-2.m4s 2.0-5.0, 1-3.m4s 5.0-6.0, 1-4-5.m4s 6.0-10.0, 1-6.m4s 10.0-12.0"
    );
}

#[test]
fn the_bandwidth_is_of_runs_and_not_of_one_frame() {
    let told =
        camera().segment(1, 0.0, 2.0, 0, true).segment(1, 2.0, 2.25, 0, true).segment(1, 3.0, 5.0, 0, true);
    let short = camera().segment(1, 0.0, 0.25, 0, true);
    let bandwidth = |told: &Told| {
        let text = multivariant(&told.manifest, Options::default());
        m3u8_rs::parse_master_playlist(text.as_bytes()).unwrap().1.variants[0].bandwidth
    };
    assert_eq!(bandwidth(&told), 2 * 400_000 * 100 / 225);
    assert_eq!(bandwidth(&short), 400_000);
}

#[test]
fn the_multivariant_playlist_names_both() {
    let told = camera().segment(1, 0.0, 2.0, 0, true);
    let with_sound = told
        .track(2, Role::Instructor, SourceKind::Mic, &["opus"])
        .segment(2, 0.0, 2.0, 0, true)
        .track(3, Role::Instructor, SourceKind::Mic, &["opus"])
        .segment(3, 6.0, 8.0, 0, true);
    let options = Options { window: None, suffix: "?t=1" };
    let text = multivariant(&with_sound.manifest, options);
    let (_, MasterPlaylist { variants, alternatives, .. }) =
        m3u8_rs::parse_master_playlist(text.as_bytes()).unwrap();
    let (variant, sound_of) = (&variants[0], &alternatives[0]);
    assert_eq!((variants.len(), alternatives.len(), variant.uri.as_str()), (1, 1, "main.m3u8?t=1"));
    assert_eq!((variant.codecs.as_deref(), variant.bandwidth), (Some("opus,avc1.42e01f"), 400_000));
    assert_eq!(variant.resolution.map(|size| (size.width, size.height)), Some((640, 360)));
    assert_eq!((sound_of.uri.as_deref(), variant.audio.as_deref()), (Some("sound.m3u8?t=1"), Some("sound")));
    assert_eq!(
        row(&sound(&with_sound.manifest, options)),
        "2-1.m4s?t=1 0.0-2.0, gap 2.0-6.0, 3-1.m4s?t=1 6.0-8.0"
    );

    let picture_only = multivariant(&camera().segment(1, 0.0, 2.0, 0, true).manifest, options);
    assert!(!picture_only.contains("AUDIO") && picture_only.contains("main.m3u8"), "{picture_only}");
    let sound_only =
        Told::new().track(2, Role::Instructor, SourceKind::Mic, &["opus"]).segment(2, 0.0, 2.0, 0, true);
    let sound_only = multivariant(&sound_only.manifest, options);
    assert!(!sound_only.contains("RESOLUTION") && sound_only.contains("\nsound.m3u8?t=1\n"), "{sound_only}");
    assert!(!multivariant(&Told::new().manifest, options).contains("STREAM-INF"));
}
