//! The picture shown at each time, in words: `"camera 2-4 from 1.5"` is 25 frames a second of segments 2 to 4
//! of the camera's track, of which the first 1.5 s are only decoded.

use super::*;
use crate::recording::manifest::{Entry, VERSION};

const CAMERA: u32 = 1;
const SCREEN: u32 = 2;
const MIC: u32 = 3;
const GUEST: u32 = 4;

/// A recording of four tracks, milliseconds as ticks.
fn recording(segments: &[(u32, &str, u64, u64)]) -> Manifest {
    let mut manifest = Manifest::default();
    let (id, lesson) = ("00".to_owned(), "maths".to_owned());
    manifest.apply(&Entry::Recording { v: VERSION, id, lesson, started_at_ms: 0 });
    manifest.apply(&Entry::Opened { at_ms: 0 });
    let tracks = [
        (CAMERA, Role::Instructor, SourceKind::Camera, (640, 480)),
        (SCREEN, Role::Instructor, SourceKind::Screen, (2560, 1601)),
        (MIC, Role::Instructor, SourceKind::Mic, (0, 0)),
        (GUEST, Role::Trainee, SourceKind::Camera, (640, 480)),
    ];
    let file = |name: String| StoredFile { sha256: name.clone(), name, bytes: 1 };
    for (track, role, kind, (width, height)) in tracks {
        let (person, name) = (String::new(), String::new());
        manifest.apply(&Entry::Track { track, at_ms: 0, person, name, role, kind, timescale: 1000 });
        for (init, codecs) in [(1, "avc1.42e01f"), (2, "vp8")] {
            let file = file(format!("{track}-init-{init}.mp4"));
            manifest.apply(&Entry::Init { track, init, file, codecs: codecs.into(), width, height });
        }
    }
    let mut numbers = [0; 5];
    let mut end_ms = 0;
    for (track, what, start, end) in segments {
        let (track, start, end) = (*track, *start, *end);
        numbers[track as usize] += 1;
        let number = numbers[track as usize];
        let init = if what.contains("vp8") { 2 } else { 1 };
        let independent = !what.contains("delta");
        let file = file(format!("{track}-{number}.m4s"));
        let duration = end - start;
        manifest.apply(&Entry::Segment { track, number, init, start, duration, independent, file });
        end_ms = end_ms.max(end);
    }
    manifest.apply(&Entry::Closed {
        at_ms: end_ms,
        why: crate::recording::manifest::CloseReason::Ended,
        off_record: vec![],
    });
    manifest
}

fn words(clip: &Clip) -> String {
    let (track, _) = clip.init.name.split_once('-').expect("it has a number");
    let track = ["", "camera", "screen", "sound", "guest"][track.parse::<usize>().unwrap()];
    let number = |file: Option<&StoredFile>| file.unwrap().name[2..].trim_end_matches(".m4s").to_owned();
    format!("{track} {}-{}", number(clip.segments.first()), number(clip.segments.last()))
}

fn picture_of(manifest: &Manifest, window: Option<(u64, u64)>) -> String {
    let window = window.map(|(from_ms, to_ms)| Stretch { from_ms, to_ms });
    match Plan::new(manifest, window).picture {
        Picture::Copied(clip) => format!("copied {} at {}", words(&clip), clip.from_us / 1000),
        Picture::Encoded { pieces, .. } => {
            let pieces = pieces.iter().map(|piece| match &piece.shown {
                None => format!("{} black", piece.frames),
                Some(shown) if shown.skip_us == 0 => format!("{} {}", piece.frames, words(&shown.clip)),
                Some(shown) => {
                    format!("{} {} after {}", piece.frames, words(&shown.clip), shown.skip_us / 1000)
                }
            });
            pieces.collect::<Vec<_>>().join(", ")
        }
    }
}

fn check(segments: &[(u32, &str, u64, u64)], window: Option<(u64, u64)>, expected: &str) {
    assert_eq!(picture_of(&recording(segments), window), expected);
}

#[test]
fn one_picture_in_h264_is_copied() {
    let camera = [(CAMERA, "", 500, 2000), (CAMERA, "delta", 2000, 4000), (CAMERA, "", 4000, 6000)];
    check(&camera, None, "copied camera 1-3 at 500");
    // Trimmed: never more than the shown part, and from a keyframe on.
    check(&camera, Some((500, 4000)), "copied camera 1-2 at 500");
    check(&camera, Some((1000, 6000)), "copied camera 3-3 at 4000");
    check(&camera, Some((1000, 3000)), "50 camera 1-2 after 500");
    // Pictures of other people are not the main one.
    check(&[camera[0], camera[1], camera[2], (GUEST, "", 0, 6000)], None, "copied camera 1-3 at 500");
}

#[test]
fn anything_else_is_encoded() {
    check(&[(CAMERA, "vp8", 0, 2000)], None, "50 camera 1-1");
    check(&[(CAMERA, "", 0, 2000), (CAMERA, "vp8", 2000, 4000)], None, "50 camera 1-1, 50 camera 2-2");
    check(&[(CAMERA, "", 0, 2000), (CAMERA, "", 4000, 6000)], None, "50 camera 1-1, 50 black, 50 camera 2-2");
    check(&[(CAMERA, "", 20_000, 22_000)], None, "500 black, 50 camera 1-1");
    check(&[(MIC, "", 0, 2000)], None, "50 black");
    check(&[], None, "");
}

#[test]
fn the_screen_goes_before_the_camera_while_there_is_one() {
    let both = [(CAMERA, "", 0, 4000), (SCREEN, "", 1500, 2500), (CAMERA, "delta", 4000, 6000)];
    check(&both, None, "38 camera 1-1, 25 screen 1-1, 87 camera 1-2 after 2500");
    check(&both, Some((2000, 5000)), "13 screen 1-1 after 500, 62 camera 1-2 after 2500");
    // Frames are counted from the beginning, so that nothing drifts.
    check(&[(CAMERA, "", 0, 110), (SCREEN, "", 110, 210)], None, "3 camera 1-1, 2 screen 1-1");
}

#[test]
fn a_small_hole_is_a_still_picture_and_a_keyframe_begins_everything() {
    let hole = [(CAMERA, "vp8", 0, 2000), (CAMERA, "vp8", 2900, 4000)];
    check(&hole, None, "100 camera 1-2");
    let lost = [(CAMERA, "vp8 delta", 0, 2000), (CAMERA, "vp8", 2000, 4000)];
    check(&lost, None, "50 black, 50 camera 2-2");
}

#[test]
fn what_is_damaged_or_off_the_record_is_not_in_it() {
    let segments = [
        (CAMERA, "vp8", 0, 2000),
        (CAMERA, "vp8 delta", 2000, 4000),
        (CAMERA, "vp8 delta", 4000, 6000),
        (CAMERA, "vp8", 6000, 8000),
        (MIC, "", 0, 2000),
        (MIC, "", 2000, 4000),
        (MIC, "", 4000, 6000),
    ];
    let mut manifest = recording(&segments);
    let before = file_name(&manifest, None);
    assert!(manifest.mark_damaged(CAMERA, 2));
    assert_eq!(picture_of(&manifest, None), "50 camera 1-1, 100 black, 50 camera 4-4");
    assert_ne!(file_name(&manifest, None), before, "another file is made");

    let mut manifest = recording(&segments);
    manifest.off_record = vec![Stretch { from_ms: 2000, to_ms: 4000 }];
    let plan = Plan::new(&manifest, None);
    assert_eq!(picture_of(&manifest, None), "50 camera 1-1, 100 black, 50 camera 4-4");
    let voices: Vec<_> = plan.voices.iter().map(words).collect();
    assert_eq!(voices, ["sound 1-1", "sound 3-3"]);
    assert!(plan.files().all(|file| file.name != "1-2.m4s" && file.name != "3-2.m4s"));
}

#[test]
fn voices_are_cut_where_they_pause_and_at_the_window() {
    let manifest = recording(&[(MIC, "", 0, 2000), (MIC, "", 5000, 7000), (MIC, "", 30_000, 32_000)]);
    let voices = |window| Plan::new(&manifest, window).voices.iter().map(words).collect::<Vec<_>>();
    assert_eq!(voices(None), ["sound 1-2", "sound 3-3"]);
    assert_eq!(voices(Some(Stretch { from_ms: 6000, to_ms: 31_000 })), ["sound 2-2", "sound 3-3"]);
    assert_eq!(voices(Some(Stretch { from_ms: 10_000, to_ms: 20_000 })), [""; 0]);
}

#[test]
fn the_size_fits_every_player() {
    let size = |segments: &[(u32, &str, u64, u64)]| match Plan::new(&recording(segments), None).picture {
        Picture::Encoded { size, .. } => size,
        Picture::Copied(_) => (0, 0),
    };
    assert_eq!(size(&[(CAMERA, "vp8", 0, 1000)]), (640, 480));
    assert_eq!(size(&[(CAMERA, "vp8", 0, 1000), (SCREEN, "", 0, 1000)]), (1726, 1080));
    assert_eq!(size(&[(MIC, "", 0, 1000)]), SIZE_BLACK);
}

#[test]
fn the_name_says_what_a_download_is_made_of() {
    let one = recording(&[(MIC, "", 0, 2000)]);
    let other = recording(&[(MIC, "", 0, 2000), (MIC, "", 2000, 4000)]);
    let window = Some(Stretch { from_ms: 0, to_ms: 1000 });
    assert_eq!(file_name(&one, None), file_name(&one, None));
    assert_ne!(file_name(&one, None), file_name(&other, None));
    assert_ne!(file_name(&one, None), file_name(&one, window));
    let name = file_name(&one, None);
    assert!(name.starts_with("download-") && name.ends_with(".mp4") && name.len() == 45, "{name}");
}
