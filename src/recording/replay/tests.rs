//! A lesson told in events.

use super::*;
use crate::lesson::Role;
use crate::recording::manifest::GapReason;
use crate::recording::manifest::{Entry, StoredFile};

fn told(entries: &[(u64, Event)]) -> Manifest {
    let mut manifest = Manifest::default();
    for (at_ms, event) in entries {
        manifest.apply(&Entry::Event { at_ms: *at_ms, event: event.clone() });
    }
    manifest
}

fn class(class: ClassState) -> Event {
    Event::Class { class }
}

fn stage(name: &str, on: bool) -> Event {
    Event::Stage { person: "p".into(), name: name.into(), on }
}

fn chat(line: u64, text: &str) -> Event {
    Event::Chat { line, person: "p".into(), name: "学员".into(), role: Role::Trainee, text: text.into() }
}

fn poll(poll: u32, question: &str) -> Event {
    Event::Poll { poll, question: question.into(), options: ["是", "否"].map(String::from).into() }
}

/// A track of sound with segments from and to milliseconds.
fn add(manifest: &mut Manifest, track: u32, kind: SourceKind, segments: &[(u64, u64)]) {
    let file = StoredFile { name: String::new(), bytes: 1, sha256: String::new() };
    let (name, person, timescale) = (format!("n{track}"), "p".into(), 1000);
    let role = Role::Instructor;
    manifest.apply(&Entry::Track { track, at_ms: 0, person, name, role, kind, timescale });
    let (init, codecs, width, height) = (0, "c".into(), 1, 2);
    manifest.apply(&Entry::Init { track, init, file: file.clone(), codecs, width, height });
    for (number, (start, end)) in segments.iter().enumerate() {
        let (number, start, duration, file) = (number as u32, *start, end - start, file.clone());
        manifest.apply(&Entry::Segment { track, number, init, start, duration, independent: true, file });
    }
}

fn lines(shown: &Shown) -> Vec<&str> {
    shown.chat.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn chapters_and_breaks_follow_the_class() {
    let mut manifest = told(&[
        (1_000, class(ClassState::Live)),
        (60_000, stage("甲", true)),
        (70_000, poll(1, "听懂了吗？")),
        (80_000, poll(2, "")),
        (90_000, stage("甲", false)),
        (100_000, class(ClassState::Paused)),
        (160_000, class(ClassState::Live)),
        (300_000, class(ClassState::Ended)),
    ]);
    add(&mut manifest, 1, SourceKind::Screen, &[(20_000, 22_000), (22_000, 30_000)]);
    add(&mut manifest, 2, SourceKind::Screen, &[(35_000, 40_000)]);
    add(&mut manifest, 3, SourceKind::Screen, &[(200_000, 210_000)]);
    let shown = shown(&manifest, None);
    let chapters: Vec<_> =
        shown.chapters.iter().map(|one| (one.at_ms, one.kind, one.name.as_deref())).collect();
    let wanted = [
        (1_000, ChapterKind::Start, None),
        (20_000, ChapterKind::Screen, Some("n1")),
        (60_000, ChapterKind::OnStage, Some("甲")),
        (70_000, ChapterKind::Poll, Some("听懂了吗？")),
        (80_000, ChapterKind::Poll, Some("是 / 否")),
        (90_000, ChapterKind::OffStage, Some("甲")),
        (160_000, ChapterKind::AfterBreak, None),
        (200_000, ChapterKind::Screen, Some("n3")),
    ];
    assert_eq!(chapters, wanted);
    assert_eq!(shown.breaks, [Stretch { from_ms: 100_000, to_ms: 160_000 }]);
    assert_eq!(shown.duration_ms, 300_000);
}

#[test]
fn removed_lines_and_what_is_off_the_record_are_not_shown() {
    let manifest = told(&[
        (1_000, chat(1, "one")),
        (2_000, chat(2, "two")),
        (3_000, Event::ChatRemoved { line: 1 }),
        (4_000, Event::OffRecord { on: true }),
        (5_000, chat(3, "three")),
        (5_500, stage("甲", true)),
        (6_000, Event::OffRecord { on: false }),
        (7_000, chat(4, "four")),
    ]);
    let all = shown(&manifest, None);
    assert_eq!((lines(&all), all.chapters.len()), (vec!["two", "four"], 0));
    assert_eq!(all.off_record, [Stretch { from_ms: 4_000, to_ms: 6_000 }]);
    let cut = shown(&manifest, Some(Stretch { from_ms: 5_000, to_ms: 90_000 }));
    assert_eq!(
        (lines(&cut), &cut.off_record[..]),
        (vec!["four"], &[Stretch { from_ms: 5_000, to_ms: 6_000 }][..])
    );
}

#[test]
fn what_operators_told_everybody_stands_in_the_chat() {
    let manifest = told(&[
        (1_000, chat(1, "one")),
        (2_000, Event::Notice { text: "maintenance at nine".into() }),
        (3_000, chat(2, "two")),
    ]);
    let shown = shown(&manifest, None);
    let lines: Vec<_> = shown.chat.iter().map(|line| (line.notice, line.text.as_str())).collect();
    assert_eq!(lines, [(false, "one"), (true, "maintenance at nine"), (false, "two")]);
}

#[test]
fn stretches_are_joined_and_gaps_are_told() {
    let mut manifest = told(&[]);
    add(&mut manifest, 1, SourceKind::Mic, &[(0, 2_000), (2_000, 4_000), (4_050, 6_000), (9_000, 11_000)]);
    manifest.apply(&Entry::Gap { track: 1, from_ms: 6_000, to_ms: 9_000, why: GapReason::Loss });
    let whole = shown(&manifest, None);
    let stretch = |from_ms, to_ms| Stretch { from_ms, to_ms };
    assert_eq!(whole.tracks[0].stretches, [stretch(0, 6_000), stretch(9_000, 11_000)]);
    assert_eq!(whole.played(), whole.tracks[0].stretches, "pages jump over three seconds");
    assert_eq!((whole.gaps[0].from_ms, whole.gaps[0].to_ms), (6_000, 9_000));
    let mut other = manifest.clone();
    add(&mut other, 2, SourceKind::Screen, &[(5_000, 7_500)]);
    assert_eq!(shown(&other, None).played(), [stretch(0, 11_000)], "and play over one and a half");
    manifest.mark_damaged(1, 1);
    assert_eq!(shown(&manifest, None).tracks[0].stretches[..2], [stretch(0, 2_000), stretch(4_050, 6_000)]);
    let cut = shown(&manifest, Some(stretch(4_000, 8_000)));
    assert_eq!((cut.gaps.len(), cut.gaps[0].to_ms), (1, 8_000));
    assert_eq!(cut.tracks[0].stretches, [stretch(4_050, 6_000)]);
}

#[test]
fn what_others_see_of_a_class_names_no_trainee_and_has_no_chat() {
    let mut manifest = told(&[(1_000, chat(1, "one")), (2_000, stage("欧阳小明", true))]);
    add(&mut manifest, 1, SourceKind::Screen, &[(0, 9_000)]);
    let (person, name) = ("q".into(), "𠮷田".into());
    let (role, kind) = (Role::Trainee, SourceKind::Mic);
    manifest.apply(&Entry::Track { track: 2, at_ms: 0, person, name, role, kind, timescale: 1000 });
    let file = StoredFile { name: String::new(), bytes: 1, sha256: String::new() };
    manifest.apply(&Entry::Init {
        track: 2,
        init: 0,
        file: file.clone(),
        codecs: "c".into(),
        width: 0,
        height: 0,
    });
    let (start, duration) = (0, 9_000);
    manifest.apply(&Entry::Segment {
        track: 2,
        number: 0,
        init: 0,
        start,
        duration,
        independent: true,
        file,
    });
    let others = shown(&manifest, None).for_others();
    let chapters: Vec<_> = others.chapters.iter().map(|one| one.name.as_deref()).collect();
    assert_eq!(chapters, [Some("n1"), Some("欧***")], "instructors are named");
    let tracks: Vec<_> = others.tracks.iter().map(|track| track.name.as_str()).collect();
    assert_eq!((tracks, others.chat), (vec!["n1", "𠮷*"], vec![]));
}
