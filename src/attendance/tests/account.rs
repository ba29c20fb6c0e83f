//! The account of a person: cases and invariants.

use proptest::prelude::*;

use super::*;
use crate::attendance::account::{
    Cap, Certified, ContentRules, Dated, Earning, FiveYears, PhaseRules, account, five_years,
};
use crate::time::LocalDate;

fn live(lesson: &str, content: &str, when: &str, ch: u64) -> Earning {
    Earning { lesson: lesson.into(), content: content.into(), date: Dated::PlannedStart(at(when)), ch }
}

fn watched(lesson: &str, when: &str, ch: u64) -> Earning {
    Earning { lesson: lesson.into(), content: lesson.into(), date: Dated::Completed(at(when)), ch }
}

fn rules(hours_ch: u64, contents: &[(&str, u64)]) -> PhaseRules {
    let content = |credit_ch| ContentRules { credit_ch, course: None, module: None };
    PhaseRules {
        hours_ch,
        contents: contents.iter().map(|(id, ch)| ((*id).to_owned(), content(*ch))).collect(),
        daily_async_cap_ch: Some(800),
        ..PhaseRules::default()
    }
}

fn date(text: &str) -> LocalDate {
    LocalDate::parse(text).expect("a date")
}

#[test]
fn ac_1_a_phase_adds_up() {
    let rules = rules(1000, &[("C1", 200), ("C2", 200), ("C3", 200)]);
    let lessons = |ch: [u64; 3]| {
        let live = [("L1", "C1", "19:00"), ("L2", "C2", "43:00"), ("L3", "C3", "67:00")];
        let watched = ["A1", "A2", "A3", "A4"].map(|id| watched(id, "90:00", 100));
        let live = live
            .into_iter()
            .zip(ch)
            .map(|((lesson, content, when), ch)| super::account::live(lesson, content, when, ch));
        live.chain(watched).collect::<Vec<_>>()
    };
    let recognised = |ch| account(&rules, lessons(ch)).recognised_ch;
    assert_eq!(recognised([200, 200, 200]), 1000);
    assert_eq!(recognised([170, 160, 200]), 930);
    assert_eq!(recognised([200, 160, 200]), 960);
    assert_eq!(recognised([200, 180, 200]), 980);
}

#[test]
fn ac_3_a_continuation_adds_to_the_content_and_a_repetition_does_not() {
    let rules = rules(1000, &[("Y", 200)]);
    let cases = [
        (vec![live("Y1", "Y", "14:00", 80), live("Y2", "Y", "38:00", 120)], 200),
        (
            vec![live("Y1", "Y", "14:00", 80), live("Y2", "Y", "38:00", 120), live("Y3", "Y", "62:00", 200)],
            200,
        ),
        (vec![live("Y3", "Y", "62:00", 200)], 200),
    ];
    for (earnings, expected) in cases {
        assert_eq!(account(&rules, earnings).recognised_ch, expected);
    }
    let twice = account(&rules, [live("Y1", "Y", "14:00", 150), live("Y2", "Y", "38:00", 150)]);
    assert_eq!(twice.uncapped_ch, 300);
    assert_eq!(twice.lines[1].cuts, [(Cap::Content, 100)]);
    // Content unknown to the rules counts once, too.
    let unknown = account(&rules, [live("Z1", "Z", "14:00", 150), live("Z2", "Z", "38:00", 90)]);
    assert_eq!(unknown.after_caps_ch, 150);
}

#[test]
fn caps_come_in_their_order() {
    let content =
        |course: &str| ContentRules { credit_ch: 300, course: Some(course.into()), module: Some("m".into()) };
    let rules = PhaseRules {
        hours_ch: 450,
        contents: [("a", "x"), ("b", "x"), ("c", "y")]
            .map(|(id, course)| (id.into(), content(course)))
            .into(),
        course_caps_ch: [("x".to_owned(), 400)].into(),
        module_caps_ch: [("m".to_owned(), 600)].into(),
        daily_async_cap_ch: Some(150),
    };
    let of = |id: &str, when: &str, ch| Earning { ch, ..watched(id, when, ch) };
    let sum = account(&rules, [of("c", "21:00", 300), of("b", "20:00", 300), of("a", "19:00", 350)]);
    // a: content 300, day 150. b: course leaves 100, nothing left of the day. c: module leaves 200.
    let cuts: Vec<_> = sum.lines.iter().map(|line| (line.earning.lesson.as_str(), &line.cuts[..])).collect();
    let day = Cap::DailyAsync(date("2020-11-17"));
    let (course, module) = (Cap::Course("x".into()), Cap::Module("m".into()));
    assert_eq!(
        cuts,
        [
            ("a", &[(Cap::Content, 50), (day.clone(), 150)][..]),
            ("b", &[(course, 200), (day.clone(), 100)]),
            ("c", &[(module, 100), (day, 200)]),
        ]
    );
    assert_eq!((sum.uncapped_ch, sum.after_caps_ch, sum.recognised_ch), (950, 150, 150));
}

#[test]
fn the_daily_cap_is_of_the_local_day() {
    let rules = PhaseRules { hours_ch: 5000, daily_async_cap_ch: Some(800), ..PhaseRules::default() };
    let nine = |when: &str| (0..9).map(|n| watched(&format!("A{n}"), when, 100)).collect::<Vec<_>>();
    assert_eq!(account(&rules, nine("23:59:59.999")).recognised_ch, 800);
    let mut over_midnight = nine("23:59:59.999");
    over_midnight[8] = watched("A8", "24:00", 100);
    assert_eq!(account(&rules, over_midnight).recognised_ch, 900);
    assert_eq!(account(&PhaseRules { daily_async_cap_ch: None, ..rules }, nine("12:00")).recognised_ch, 900);
}

#[test]
fn ac_5_five_years() {
    let [p1, p2] = [("2020-12-01", 1000), ("2020-12-15", 2000)].map(|(issued, ch)| Certified {
        issued: date(issued),
        ch,
        revoked: false,
    });
    let today = date("2020-12-31");
    assert_eq!(five_years(today, &[p1, p2]), FiveYears { sum_ch: 3000, short_ch: 2000 });
    let revoked = Certified { revoked: true, ..p1 };
    assert_eq!(five_years(today, &[revoked, p2]), FiveYears { sum_ch: 2000, short_ch: 3000 });
    assert_eq!(five_years(date("2025-11-30"), &[p1]).sum_ch, 1000);
    assert_eq!(five_years(date("2025-12-01"), &[p1]).sum_ch, 0);
    // P3 of 己: L3 raised by an adjustment of 60.
    let rules = rules(1000, &[("C1", 200), ("C2", 200), ("C3", 200)]);
    let third = |ch| {
        let live =
            [live("L1", "C1", "19:00", 200), live("L2", "C2", "43:00", 200), live("L3", "C3", "67:00", ch)];
        account(&rules, live.into_iter().chain([watched("A1", "80:00", 100), watched("A2", "81:00", 100)]))
            .recognised_ch
    };
    assert_eq!((third(140), third(200)), (740, 800));
}

proptest! {
    /// I-8 and I-10.
    #[test]
    fn caps_hold_and_order_does_not_matter(
        told in prop::collection::vec((0u8..4, 0u64..200, 0u64..40, any::<bool>()), 0..20),
        hours in 0u64..1500, course_cap in 0u64..600, module_cap in 0u64..800, day_cap in 0u64..400,
    ) {
        let name = |n: u8| format!("c{n}");
        let rules = PhaseRules {
            hours_ch: hours,
            contents: (0..4).map(|n| {
                (name(n), ContentRules { credit_ch: 200, course: Some(format!("k{}", n / 2)), module: Some("m".into()) })
            }).collect(),
            course_caps_ch: [("k0".to_owned(), course_cap)].into(),
            module_caps_ch: [("m".to_owned(), module_cap)].into(),
            daily_async_cap_ch: Some(day_cap),
        };
        let earnings: Vec<Earning> = told.iter().enumerate().map(|(n, (content, hour, tens, live))| {
            let instant = at("00:00").plus_ms(hour * 3_600_000);
            let date = if *live { Dated::PlannedStart(instant) } else { Dated::Completed(instant) };
            Earning { lesson: format!("l{n}"), content: name(*content), date, ch: tens * 10 }
        }).collect();
        let sum = account(&rules, earnings.clone());
        prop_assert_eq!(&sum, &account(&rules, earnings.into_iter().rev()));
        prop_assert_eq!(sum.recognised_ch, sum.after_caps_ch.min(hours));
        let total = |of: &dyn Fn(&Earning) -> bool| -> u64 {
            sum.lines.iter().filter(|line| of(&line.earning)).map(|line| line.recognised_ch).sum()
        };
        for n in 0..4 {
            prop_assert!(total(&|earning| earning.content == name(n)) <= 200);
        }
        prop_assert!(total(&|earning| ["c0", "c1"].contains(&&*earning.content)) <= course_cap);
        prop_assert!(sum.after_caps_ch <= module_cap);
        for day in 0..10 {
            let from = at("00:00").plus_ms(day * 86_400_000);
            let window = Span { from, to: from.plus_ms(86_400_000) };
            let on_the_day = |earning: &Earning| matches!(earning.date, Dated::Completed(at) if window.contains(at));
            prop_assert!(total(&on_the_day) <= day_cap);
        }
        for line in &sum.lines {
            let cut: u64 = line.cuts.iter().map(|(_, ch)| ch).sum();
            prop_assert_eq!(line.recognised_ch + cut, line.earning.ch);
        }
    }
}
