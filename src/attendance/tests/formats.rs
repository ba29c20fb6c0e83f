//! The formats of the audit tool: the input it reads, the input it refuses and the reasons it gives, the
//! output.

use proptest::prelude::*;

use super::*;
use crate::attendance::event::{Broken, LINE_BYTES_MAX};
use crate::attendance::lesson::{Unfit, digest_of};
use crate::attendance::{credit, report};

#[test]
fn every_type_of_fact_is_read_as_the_contract_writes_it() {
    let lines = [
        r#"{"v":1,"type":"lesson","lesson":"L1","content":"C1","credit_ch":200,"planned_start":1,"planned_end":2}"#,
        r#"{"v":1,"type":"policy","version":"CR-1","digest":"8b368ae88a0d6a26e5be691e3c2c9b60e58782dac8ba55eb5f572c752098008a","policy":{"answer":90,"block":900,"daily_async_cap":800,"early":300,"gap":60,"hb_timeout":15,"inc":270,"late":300,"makeup":"union","min_share":"1/2","overrun_max":1800,"period":2700,"tol":300,"version":"CR-1"}}"#,
        r#"{"v":1,"type":"started","at":1}"#,
        r#"{"v":1,"type":"paused","at":1}"#,
        r#"{"v":1,"type":"resumed","at":1}"#,
        r#"{"v":1,"type":"ended","at":1}"#,
        r#"{"v":1,"type":"instructor_media","from":1,"to":2}"#,
        r#"{"v":1,"type":"evidence","person":"P7","conn":"c1","from":1,"to":2}"#,
        r#"{"v":1,"type":"check_due","block":3,"at":1}"#,
        r#"{"v":1,"type":"check_issued","person":"P7","check":"k3","block":3,"at":1,"deadline":2}"#,
        r#"{"v":1,"type":"check_answered","person":"P7","check":"k3","at":1}"#,
        r#"{"v":1,"type":"check_missed","person":"P7","check":"k3","block":3}"#,
        r#"{"v":1,"type":"check_void","person":"P7","check":"k3"}"#,
        r#"{"v":1,"type":"check_void","person":"P7","check":"k3","why":"away"}"#,
        r#"{"v":1,"type":"proof","person":"P7","at":1,"kind":"poll"}"#,
        r#"{"v":1,"type":"replay","person":"P7","from":1,"to":2}"#,
        r#"{"v":1,"type":"elsewhere","person":"P7","from":1,"to":1}"#,
        r#"{"v":1,"type":"elsewhere","person":"P7","from":1,"to":1,"lesson":"L2"}"#,
    ];
    for line in lines {
        assert_eq!(Event::parse(line).expect(line).to_line(), line);
    }
}

#[test]
fn a_broken_line_is_refused_by_its_field() {
    let lesson = r#"{"v":1,"type":"lesson","lesson":"L","content":"C","credit_ch":200,"planned_start":5,"planned_end":9}"#;
    let evidence = r#"{"v":1,"type":"evidence","person":"P","conn":"c","from":5,"to":9}"#;
    let issued = r#"{"v":1,"type":"check_issued","person":"P","check":"k","block":3,"at":5,"deadline":9}"#;
    let void = r#"{"v":1,"type":"check_void","person":"P","check":"k","why":"away"}"#;
    let cases = [
        (lesson, "\"v\":1,", "", "v"),
        (lesson, "\"v\":1", "\"v\":2", "v"),
        (lesson, "\"v\":1", "\"v\":\"1\"", "v"),
        (lesson, "\"type\":\"lesson\",", "", "type"),
        (lesson, "lesson\",", "lessen\",", "type"),
        (lesson, "\"L\"", "\"\"", "lesson"),
        (lesson, "200", "-200", "credit_ch"),
        (lesson, "200", "2e2", "credit_ch"),
        (lesson, "200", "100001", "credit_ch"),
        (lesson, "\"planned_end\":9", "\"planned_end\":5", "planned_end"),
        (evidence, "\"person\":\"P\",", "", "person"),
        (evidence, "\"P\"", "7", "person"),
        (evidence, "\"conn\"", "\"con\"", "conn"),
        (evidence, "\"from\":5", "\"from\":-5", "from"),
        (evidence, "\"from\":5", "\"from\":5.5", "from"),
        (evidence, "\"from\":5", "\"from\":\"5\"", "from"),
        (evidence, "\"from\":5", "\"from\":null", "from"),
        (evidence, "\"to\":9", "\"to\":4", "to"),
        (evidence, "\"to\":9", "\"to\":253402300800000", "to"),
        (evidence, "\"to\":9", "\"to\":99999999999999999999", "to"),
        (evidence, "\"to\":9", "\"to\":9,\"client_at\":8", "client_at"),
        (evidence, "\"to\":9", "\"to\":9,\"to\":10", "to"),
        (issued, "\"block\":3", "\"block\":0", "block"),
        (issued, "\"deadline\":9", "\"deadline\":4", "deadline"),
        (void, "\"away\"", "\"tired\"", "why"),
        (void, "\"away\"", "null", "why"),
    ];
    for (line, good, bad, field) in cases {
        assert!(Event::parse(line).is_ok(), "{line}");
        let line = line.replacen(good, bad, 1);
        match Event::parse(&line) {
            Err(Broken::Field { field: named, .. }) => assert_eq!(named, field, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    for line in ["", "{", "[1]", "7", "{\"v\":1}{", "{\"v\":1,}", "nonsense"] {
        assert!(Event::parse(line).is_err(), "{line}");
    }
    let long = format!("{{\"v\":1,\"type\":\"{}\"}}", "x".repeat(LINE_BYTES_MAX));
    assert_eq!(Event::parse(&long), Err(Broken::TooLong));
}

#[test]
fn facts_that_contradict_each_other_are_refused() {
    let told = |story: &str| LessonFacts::gather(events(story)).map(|_| ());
    assert_eq!(told("taught 19:00-20:30"), Err(Unfit::NoLesson));
    assert_eq!(told("plan 200 19:00-20:30 \n plan 200 19:00-20:30"), Ok(()));
    let other = told("plan 200 19:00-20:30 \n started 19:00 \n plan 100 19:00-20:30");
    assert!(matches!(other, Err(Unfit::Contradiction { place: 2, .. })), "{other:?}");
    assert!(other.unwrap_err().to_string().contains("credit_ch"));
    let mut twice = events("plan 200 19:00-20:30 \n 甲 missed 2");
    twice.push(Event::CheckMissed { person: "甲".into(), check: "k2".into(), block: 3 });
    assert!(LessonFacts::gather(twice).unwrap_err().to_string().contains("block"));
}

#[test]
fn the_report_has_the_form_of_the_contract() {
    let story = "plan 200 19:00-20:30 \n taught 19:00-20:30 \n P7 c1 19:12-20:30 \n P7 missed 4 \n P10 c1 19:00-19:10";
    let policy = Policy::default();
    let text = report::json(&policy, &credit::assess(&policy, &facts(story)));
    let expected = concat!(
        r#"{"lesson":"L1","policy_version":"CR-1","instruction_seconds":5400,"credit_effective_ch":200,"#,
        r#""trainees":[{"person":"P10","present":[[1605610800000,1605611400000]],"effective_seconds":600,"#,
        r#""with_replay_seconds":600,"void_blocks":[],"live_ch":0,"credit_ch":0,"#,
        r#""reasons":["CR-5: present for 600 of 5400 s of instruction","mark: went 4800 s early","#,
        r#""CR-9: 600 s count, less than 1/2 of 5400 s: 0 ch"]},"#,
        r#"{"person":"P7","present":[[1605611520000,1605616200000]],"effective_seconds":3780,"#,
        r#""with_replay_seconds":3780,"void_blocks":[4],"live_ch":140,"credit_ch":140,"#,
        r#""reasons":["CR-5: present for 4680 of 5400 s of instruction","mark: came 720 s late","#,
        r#""CR-6: block 4 does not count: check k4 was missed and nothing else proves attention","#,
        r#""CR-9: 3780 s count, 5100 s would be enough for all: 140 ch in steps of 270 s"]}]}"#,
        "\n"
    );
    assert_eq!(text, expected);
}

#[test]
fn the_digest_is_of_the_facts_not_of_their_order() {
    let told = events("plan 200 19:00-20:30 \n taught 19:00-20:30 \n 甲 pc 19:00-20:30");
    let digest = digest_of(&told);
    assert_eq!(digest, digest_of(told.iter().rev().chain(&told)));
    assert_ne!(digest, digest_of(&told[1..]));
    assert_eq!(digest.len(), 64);
}

proptest! {
    /// A strange line is refused, and does nothing else.
    #[test]
    fn lines_are_read_or_refused(line in "\\PC{0,80}") {
        let _ = Event::parse(&line);
    }

    #[test]
    fn facts_are_read_or_refused(
        kind in "lesson|started|evidence|check_issued|check_missed|proof|replay|x",
        fields in prop::collection::vec(("at|from|to|person|conn|check|block|deadline|kind|v", "[0-9]{1,22}|\"[a-z]{0,5}\"|null|-1|1e9|\\[\\]"), 0..7),
    ) {
        let fields: String = fields.iter().map(|(name, value)| format!(",\"{name}\":{value}")).collect();
        let line = format!("{{\"v\":1,\"type\":\"{kind}\"{fields}}}");
        if let Ok(event) = Event::parse(&line) {
            prop_assert_eq!(Event::parse(&event.to_line()), Ok(event));
        }
    }
}
