//! The form of stored and hashed texts is frozen: these bytes were written once, and are never changed here.
//! A failing test says that old results could no longer be read or proven; a new field is optional, a new
//! reason is one more line.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::super::decision::{Ignored, Reason};
use super::super::fact::What;
use super::super::ledger::{Bound, Head};
use super::super::policy::{Policy, Share};
use super::super::reason::{self, ReasonRecord};
use super::super::record::{Figures, LessonRecord, LineRecord, course_watched};
use super::super::sheet::Line;
use crate::chain::unhex;
use crate::time::LocalDate;

/// One reason of every kind.
fn reasons() -> Vec<(Reason, &'static str)> {
    let check = || "k4".to_owned();
    let ignored = |why| Reason::Ignored { check: check(), why };
    vec![
        (
            Reason::Delivered { taught_seconds: 1, planned_ch: 2, ch: 3 },
            r#"{"reason":"delivered","taught_seconds":1,"planned_ch":2,"ch":3}"#,
        ),
        (
            Reason::Present { present_seconds: 1, taught_seconds: 2 },
            r#"{"reason":"present","present_seconds":1,"taught_seconds":2}"#,
        ),
        (Reason::Late { late_seconds: 1 }, r#"{"reason":"late","late_seconds":1}"#),
        (Reason::Early { early_seconds: 1 }, r#"{"reason":"early","early_seconds":1}"#),
        (
            Reason::Elsewhere { elsewhere_seconds: 1, lesson: None },
            r#"{"reason":"elsewhere","elsewhere_seconds":1}"#,
        ),
        (
            Reason::Elsewhere { elsewhere_seconds: 1, lesson: Some("L2".into()) },
            r#"{"reason":"elsewhere","elsewhere_seconds":1,"lesson":"L2"}"#,
        ),
        (Reason::UnaskedBlock { block: 4, asked: 2 }, r#"{"reason":"unasked_block","block":4,"asked":2}"#),
        (
            Reason::ScatteredBlock { block: 4, proven_seconds: 1, present_seconds: 2 },
            r#"{"reason":"scattered_block","block":4,"proven_seconds":1,"present_seconds":2}"#,
        ),
        (
            Reason::GappedBlock { block: 4, gap_seconds: 1 },
            r#"{"reason":"gapped_block","block":4,"gap_seconds":1}"#,
        ),
        (Reason::VoidBlock { block: 4, check: check() }, r#"{"reason":"void_block","block":4,"check":"k4"}"#),
        (ignored(Ignored::NeverIssued), r#"{"reason":"ignored","check":"k4","why":"never_issued"}"#),
        (ignored(Ignored::BeforeIssue), r#"{"reason":"ignored","check":"k4","why":"before_issue"}"#),
        (ignored(Ignored::AfterDeadline), r#"{"reason":"ignored","check":"k4","why":"after_deadline"}"#),
        (ignored(Ignored::NoSuchBlock), r#"{"reason":"ignored","check":"k4","why":"no_such_block"}"#),
        (
            Reason::Full { seconds: 1, full_from_seconds: 2, ch: 3 },
            r#"{"reason":"full","seconds":1,"full_from_seconds":2,"ch":3}"#,
        ),
        (
            Reason::Steps { seconds: 1, full_from_seconds: 2, step_seconds: 3, ch: 4 },
            r#"{"reason":"steps","seconds":1,"full_from_seconds":2,"step_seconds":3,"ch":4}"#,
        ),
        (
            Reason::TooLittle { seconds: 1, need_seconds: 2, min_share: Share { part: 1, whole: 2 } },
            r#"{"reason":"too_little","seconds":1,"need_seconds":2,"min_share":{"part":1,"whole":2}}"#,
        ),
        (Reason::MadeUp { replay_seconds: 1 }, r#"{"reason":"made_up","replay_seconds":1}"#),
        (Reason::NoMakeUp, r#"{"reason":"no_make_up"}"#),
    ]
}

#[test]
fn reasons_are_stored_as_codes_with_figures() {
    for (reason, stored) in reasons() {
        assert_eq!(serde_json::to_string(&ReasonRecord::from(&reason)).expect("text"), stored);
        assert_eq!(reason::read(stored), Some(reason));
    }
    assert_eq!(reason::read("computed anew; CR-9: 5400 s count"), None, "a sentence of the first format");
    assert_eq!(course_watched(100), r#"{"reason":"course_watched","ch":100}"#);
}

const POLICY: &str = r#"{"version":"CR-1","period":2700,"inc":270,"gap":60,"hb_timeout":15,"block":900,"answer":90,"tol":300,"min_share":{"part":1,"whole":2},"overrun_max":1800,"makeup":"union","daily_async_cap":800,"late":300,"early":300}"#;

#[test]
fn a_lesson_is_stored_in_this_form() {
    let stored = format!(
        r#"{{"v":2,"rules":1,"lesson":"L1","content":"C1","credit_ch":200,"planned":[0,5400000],"policy":{POLICY},"input_sha256":"00","taught_s":5400,"effective_ch":200,"instruction":[[0,5400000]],"blocks":[[[0,900000],[960000,1000000]],[]],"enrolled":[["p1",7]]}}"#
    );
    let record: LessonRecord = serde_json::from_str(&stored).expect("a record");
    assert_eq!(record.to_text(), stored);
    let figures = Figures::read(&stored).expect("a record");
    assert_eq!((figures.format, figures.rules, figures.taught_s, figures.effective_ch), (2, 1, 5400, 200));
    assert_eq!((figures.policy, figures.enrolled), (Policy::default(), vec![("p1".into(), 7)]));
    // The first format: sentences beside the figures.
    let first = format!(
        r#"{{"lesson":"L1","policy_version":"CR-1","instruction_seconds":5400,"credit_effective_ch":200,"content":"C1","credit_ch":200,"policy":{POLICY},"input_sha256":"00","trainees":[{{"person":"p1","reasons":["CR-5: there"]}}]}}"#
    );
    let figures = Figures::read(&first).expect("a report");
    assert_eq!((figures.format, figures.rules, figures.credit_ch), (1, 1, 200));
    assert_eq!(figures.policy, Policy::default());
}

#[test]
fn a_line_is_stored_in_this_form() {
    let first = r#"{"first_ms":1,"last_ms":null,"present_s":2,"counted_s":3,"with_replay_s":4,"asked":5,"answered":6,"void_blocks":[7],"live_ch":8,"credit_ch":9,"reasons":[{"reason":"no_make_up"}]"#;
    let stored = format!(
        r#"{first},"reactions_ms":[10],"present":[[11,12]],"blocks":[{{"present_s":13,"state":"proven"}},{{"present_s":14,"state":"not_asked"}},{{"present_s":15,"state":{{"void":"k4"}}}},{{"present_s":16,"state":{{"unasked":2}}}},{{"present_s":17,"state":{{"scattered":[1,2]}}}},{{"present_s":18,"state":{{"gapped":3}}}}]}}"#
    );
    for text in [stored, format!("{first}}}")] {
        let record = LineRecord::read(&text).expect("a line");
        assert_eq!(record.to_text(), text);
        let line = Line::from(record);
        assert_eq!((line.first_ms, line.credit_ch, line.reasons), (Some(1), 9, vec![Reason::NoMakeUp]));
    }
}

#[test]
fn heads_sign_these_bytes() {
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed of 32 bytes");
    let date = LocalDate::parse("2020-11-17").expect("a date");
    let zeros = "0".repeat(64);
    let bound = Bound { number: 3, ground: "ab".into(), audit_seq: 12, audit_hash: "cd".into() };
    for (bound, bytes) in [
        (None, format!("28:live-classroom ledger head 1,10:2020-11-17,1:0,64:{zeros},")),
        (
            Some(bound),
            format!("28:live-classroom ledger head 2,1:3,10:2020-11-17,1:0,64:{zeros},2:ab,2:12,2:cd,"),
        ),
    ] {
        let head = Head::sign(&key, date, None, bound);
        let signature = unhex(&head.signature).expect("hex");
        let public = UnparsedPublicKey::new(&ED25519, key.public_key().as_ref());
        assert!(public.verify(bytes.as_bytes(), &signature).is_ok(), "{bytes}");
    }
}

/// Facts are sealed as their stored text, which must be readable for ever.
#[test]
fn facts_of_every_kind_are_read_as_they_were_stored() {
    for body in [
        r#"{"type":"class_started"}"#,
        r#"{"type":"class_paused"}"#,
        r#"{"type":"class_resumed"}"#,
        r#"{"type":"class_ended"}"#,
        r#"{"type":"class_ended","by":"x"}"#,
        r#"{"type":"class_reopened","by":"x","to":"live"}"#,
        r#"{"type":"class_declared","by":"x","approver":"y","from_ms":1,"to_ms":2}"#,
        r#"{"type":"readmitted","by":"x"}"#,
        r#"{"type":"joined","device":1,"role":"instructor","name":"王老师"}"#,
        r#"{"type":"joined","device":1,"role":"trainee","name":""}"#,
        r#"{"type":"joined","device":1,"role":"operator","name":""}"#,
        r#"{"type":"left","device":1,"reason":"asked"}"#,
        r#"{"type":"left","device":1,"reason":"lost"}"#,
        r#"{"type":"left","device":1,"reason":"removed"}"#,
        r#"{"type":"left","device":1,"reason":"replaced"}"#,
        r#"{"type":"left","device":1,"reason":"closed"}"#,
        r#"{"type":"alive","device":1,"from_ms":2}"#,
        r#"{"type":"teaching","device":1,"from_ms":2,"kinds":["mic","camera","screen"]}"#,
        r#"{"type":"on_stage","by":"x","camera":true}"#,
        r#"{"type":"off_stage","by":"x"}"#,
        r#"{"type":"off_record","by":"x","on":true}"#,
        r#"{"type":"hand_raised"}"#,
        r#"{"type":"hand_lowered","by":"x"}"#,
        r#"{"type":"muted","by":"x"}"#,
        r#"{"type":"unmuted","by":"x"}"#,
        r#"{"type":"chat_muted","by":"x","muted":true}"#,
        r#"{"type":"chat","line":1,"text":"好"}"#,
        r#"{"type":"chat_removed","line":1,"by":"x"}"#,
        r#"{"type":"removed","by":"x"}"#,
        r#"{"type":"check_issued","check":"k4","kind":"block","block":4,"deadline_ms":5}"#,
        r#"{"type":"check_issued","check":"k4","kind":"roll","block":4,"deadline_ms":5}"#,
        r#"{"type":"check_answered","check":"k4"}"#,
        r#"{"type":"check_missed","check":"k4","block":4}"#,
        r#"{"type":"check_void","check":"k4","by":null}"#,
        r#"{"type":"check_void","check":"k4","by":"x","why":"away"}"#,
        r#"{"type":"check_void","check":"k4","by":"x","why":"class"}"#,
        r#"{"type":"check_void","check":"k4","by":"x","why":"server"}"#,
        r#"{"type":"check_void","check":"k4","by":"x","why":"staff"}"#,
        r#"{"type":"check_due","block":4}"#,
        r#"{"type":"poll_opened","poll":1,"by":"x","ask":{"question":"?","options":["a","b"],"multiple":false,"right":[0]}}"#,
        r#"{"type":"poll_closed","poll":1,"by":"x"}"#,
        r#"{"type":"poll_shown","poll":1,"by":"x","on":true}"#,
        r#"{"type":"poll_answered","poll":1,"choices":[0]}"#,
        r#"{"type":"course_published","by":"x","title":"课","audience":"class","from_ms":1,"to_ms":2}"#,
        r#"{"type":"course_published","by":"x","title":"课","audience":"programme","from_ms":1,"to_ms":2}"#,
        r#"{"type":"course_published","by":"x","title":"课","audience":"everybody","from_ms":1,"to_ms":2}"#,
        r#"{"type":"course_withdrawn","by":"x"}"#,
        r#"{"type":"clock_stepped","by_ms":-5}"#,
        r#"{"type":"operator_action","by":"x","action":"mute"}"#,
    ] {
        let what: What = serde_json::from_str(body).unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(serde_json::to_string(&what).expect("text"), body);
    }
}
