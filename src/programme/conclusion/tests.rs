use proptest::prelude::*;

use super::*;
use crate::programme::enrolment::STATES;
use crate::programme::phase::Timing;

const ENDS: u64 = 1_606_492_800_000;
const CLOSES: u64 = ENDS + 86_400_000;

fn asked(essay: bool) -> Asked {
    let essay_closes_ms = essay.then_some(CLOSES);
    Asked {
        version: 1,
        hours_ch: 1_000,
        study_ends_ms: ENDS,
        essay_closes_ms,
        quiz: None,
        survey_closes_ms: None,
    }
}

fn known(hours_ch: u64, settled_ch: u64, is_open: bool, essay: Essay) -> Known {
    Known { hours_ch, settled_ch, is_open, essay, ..Known::default() }
}

fn at(ms: u64) -> ServerInstant {
    ServerInstant::of_fact(ms)
}

#[test]
fn every_case_has_its_verdict() {
    use Essay::{Accepted, Missing, Returned, Waiting};
    use Verdict::{Completed, Failed, Undecided};
    for (hours, settled, open, essay, now, verdict, provisional) in [
        (1_000, 1_000, false, Accepted, ENDS - 1, Completed, false),
        (1_000, 800, true, Accepted, ENDS - 1, Completed, true),
        // What is final is enough: what is open takes nothing from it.
        (1_000, 1_000, true, Accepted, ENDS - 1, Completed, false),
        (1_000, 1_000, false, Waiting, CLOSES, Undecided, true),
        (1_000, 1_000, false, Missing, CLOSES - 1, Undecided, true),
        (1_000, 1_000, false, Returned, CLOSES - 1, Undecided, true),
        (1_000, 1_000, false, Missing, CLOSES, Failed, false),
        (1_000, 800, true, Returned, CLOSES, Failed, false),
        (999, 999, false, Accepted, ENDS - 1, Undecided, true),
        (999, 999, false, Accepted, ENDS, Failed, false),
        (999, 999, true, Accepted, ENDS, Failed, true),
        (999, 999, true, Missing, ENDS, Failed, true),
    ] {
        let ended = conclude(asked(true), known(hours, settled, open, essay), at(now));
        assert_eq!((ended.verdict, ended.is_provisional), (verdict, provisional), "{hours} {essay:?} {now}");
        assert!(!ended.reasons.is_empty());
    }
    let none = conclude(asked(false), known(1_000, 1_000, false, Missing), at(ENDS));
    assert_eq!((none.verdict, none.is_provisional), (Completed, false));
    assert_eq!(none.reasons, [Reason::Hours { has_ch: 1_000, needed_ch: 1_000 }]);
    let early = Asked { essay_closes_ms: Some(ENDS - 10), ..asked(true) };
    let late = conclude(early, known(0, 0, true, Missing), at(ENDS - 1));
    assert_eq!(late.verdict, Undecided, "the office may give more time until the end of the study");
    assert!(late.reasons.contains(&Reason::EssayLate));
}

#[test]
fn a_step_fits_the_state_or_there_is_none() {
    let of =
        |hours, settled, open| conclude(asked(false), known(hours, settled, open, Essay::Missing), at(ENDS));
    let (done, may_be) = (of(1_000, 1_000, false), of(1_000, 0, true));
    let (failed, may_fail) = (of(0, 0, false), of(0, 0, true));
    let open = conclude(asked(false), known(0, 0, true, Essay::Missing), at(ENDS - 1));
    for (state, steps) in [
        //                  completed            provisional         failed             provisional        undecided
        (State::Active, [Some(Step::Complete), None, Some(Step::Fail), None, None]),
        (State::Completed, [None, None, Some(Step::Reopen), Some(Step::Reopen), Some(Step::Reopen)]),
        (State::Failed, [Some(Step::Reopen), Some(Step::Reopen), None, None, Some(Step::Reopen)]),
    ] {
        let found = [&done, &may_be, &failed, &may_fail, &open].map(|ended| ended.step(state));
        assert_eq!(found, steps, "{state:?}");
    }
    for state in STATES {
        for ended in [&done, &may_be, &failed, &may_fail, &open] {
            if let Some(step) = ended.step(state) {
                let next = state.after(step, Timing::Closed).expect("a step that there is");
                // Nothing goes round in circles.
                let then = ended.step(next).map(|step| next.after(step, Timing::Closed).expect("a step"));
                assert!(then.is_none_or(|then| ended.step(then).is_none()), "{state:?}");
            }
        }
    }
}

fn asked_for_all() -> Asked {
    let quiz = Some(AskedQuiz { version: 2, tries: 3, ended_ms: CLOSES });
    Asked { quiz, survey_closes_ms: Some(CLOSES), ..asked(false) }
}

#[test]
fn a_self_test_and_a_survey_are_asked_for_where_the_phase_says_so() {
    use Verdict::{Completed, Failed, Undecided};
    let of = |tries, passed, survey, now| {
        let known =
            Known { quiz: Quiz { tries, passed }, survey, ..known(1_000, 1_000, false, Essay::Missing) };
        conclude(asked_for_all(), known, at(now))
    };
    for (tries, passed, survey, now, verdict, reason) in [
        (2, true, true, ENDS - 1, Completed, Reason::QuizPassed),
        (2, true, false, ENDS, Undecided, Reason::SurveyMissing { until_ms: CLOSES }),
        (2, true, false, CLOSES, Failed, Reason::SurveyLate),
        (2, false, true, ENDS, Undecided, Reason::QuizMissing { tries_left: 1, until_ms: CLOSES }),
        (2, false, true, CLOSES, Failed, Reason::QuizLate),
        // The office may still give another try.
        (3, false, true, ENDS - 1, Undecided, Reason::QuizSpent),
        (3, false, true, ENDS, Failed, Reason::QuizSpent),
    ] {
        let ended = of(tries, passed, survey, now);
        assert_eq!(ended.verdict, verdict, "{tries} {passed} {survey} {now}");
        assert!(ended.reasons.contains(&reason), "{:?}", ended.reasons);
        let stored = ended.to_stored().expect("JSON");
        assert_eq!(Conclusion::from_stored(&stored).expect("our own"), ended);
    }
    // Hours that may still come make no self-test.
    let open = Known {
        is_open: true,
        quiz: Quiz { tries: 3, passed: false },
        ..known(900, 900, true, Essay::Missing)
    };
    assert!(!conclude(asked_for_all(), open, at(CLOSES)).is_provisional);
    // Who was never asked is not held to it.
    assert_eq!(
        conclude(
            asked(false),
            Known { survey: false, ..known(1_000, 1_000, false, Essay::Missing) },
            at(CLOSES)
        )
        .verdict,
        Completed
    );
}

#[test]
fn what_was_stored_before_is_read_for_ever() {
    let stored = concat!(
        r#"{"format":"1","asked":{"version":1,"hours_ch":1000,"study_ends_ms":1606492800000,"#,
        r#""essay_closes_ms":1606579200000},"known":{"hours_ch":1000,"settled_ch":800,"is_open":true,"#,
        r#""essay":"accepted"},"verdict":"completed","provisional":true,"reasons":[{"reason":"hours","#,
        r#""has_ch":1000,"needed_ch":1000},{"reason":"essay_accepted"},{"reason":"hours_open","settled_ch":800}]}"#,
    );
    let ended = conclude(asked(true), known(1_000, 800, true, Essay::Accepted), at(ENDS));
    assert_eq!(ended.to_stored().expect("JSON"), stored);
    assert_eq!(Conclusion::from_stored(stored).expect("our own"), ended);
    assert!(Conclusion::from_stored(&stored.replace(r#""1""#, r#""9""#)).is_err());
}

fn any_known() -> impl Strategy<Value = Known> {
    let essay =
        prop_oneof![Just(Essay::Missing), Just(Essay::Waiting), Just(Essay::Returned), Just(Essay::Accepted)];
    (0u64..1_200, 0u64..1_200, any::<bool>(), essay).prop_map(|(hours_ch, settled_ch, is_open, essay)| {
        Known {
            hours_ch,
            settled_ch: settled_ch.min(hours_ch),
            is_open: is_open || settled_ch < hours_ch,
            essay,
            ..Known::default()
        }
    })
}

proptest! {
    #[test]
    fn who_has_completed_has_all_that_is_asked_for(
        known in any_known(), essay in any::<bool>(), now in ENDS - 10..CLOSES + 10,
    ) {
        let ended = conclude(asked(essay), known, at(now));
        if ended.verdict == Verdict::Completed {
            prop_assert!(known.hours_ch >= 1_000 && (!essay || known.essay == Essay::Accepted));
            prop_assert!(ended.is_provisional || known.settled_ch >= 1_000);
        }
        let stored = ended.to_stored().expect("JSON");
        prop_assert_eq!(Conclusion::from_stored(&stored).expect("our own"), ended);
    }

    #[test]
    fn more_hours_never_make_it_worse(known in any_known(), more in 0u64..500, now in ENDS - 10..CLOSES + 10) {
        let rank = |verdict| match verdict {
            Verdict::Failed => 0,
            Verdict::Undecided => 1,
            Verdict::Completed => 2,
        };
        let less = conclude(asked(true), known, at(now));
        let known = Known { hours_ch: known.hours_ch + more, settled_ch: known.settled_ch + more, ..known };
        prop_assert!(rank(conclude(asked(true), known, at(now)).verdict) >= rank(less.verdict));
    }
}
