use proptest::prelude::*;

use super::*;
use crate::programme::attainment::testing::attainment;
use crate::programme::attainment::{Certified, PhaseHours};
use crate::programme::enrolment::State;
use crate::sheet::{Kind, write};

fn texts(table: &Table) -> Vec<Vec<String>> {
    table.rows.iter().map(|row| row.iter().map(|cell| cell.text().to_owned()).collect()).collect()
}

#[test]
fn the_rates_of_ac_4() {
    assert_eq!(percent(9_412, 9_950), "94.59%");
    assert_eq!((percent(318, 320), percent(303, 320)), ("99.38%".into(), "94.69%".into()));
    for (part, whole, expected) in [
        (0, 0, "—"),
        (0, 3, "0.00%"),
        (3, 3, "100.00%"),
        (1, 8, "12.50%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
    ] {
        assert_eq!(percent(part, whole), expected, "{part} of {whole}");
    }
    // Exactly half a hundredth goes up.
    assert_eq!((percent(1, 20_000), percent(3, 20_000)), ("0.01%".into(), "0.02%".into()));
    assert_eq!(
        (hundredths(1_000, 3), hundredths(500, 1_000), hundredths(7, 0)),
        ("3.33".into(), "0.01".into(), "—".into())
    );
}

#[test]
fn the_rates_of_the_sums_are_of_the_sums() {
    let of = |approved, attended, passed| Counts {
        quota: 1000,
        registered: approved,
        approved,
        attended,
        passed: Some(passed),
        certificates: passed,
        recognised_ch: attended * 1_000 - 1,
        held: 3 * approved,
        present: 3 * attended,
        interactions: 10 * attended,
    };
    let rows = table(
        &[
            ("浙江省".into(), "33".into(), of(320, 318, 303)),
            ("其余".into(), "99".into(), of(9_630, 9_600, 9_109)),
        ],
        Source::default(),
    );
    let rows = texts(&rows);
    let zhejiang =
        ["1000", "320", "320", "318", "303", "303", "99.38%", "94.69%", "10.00", "99.38%", "10.00"];
    assert_eq!(rows[1][3..], zhejiang);
    let sums = [
        "", "合计", "", "2000", "9950", "9950", "9918", "9412", "9412", "99.68%", "94.59%", "10.00",
        "99.68%", "10.00",
    ];
    assert_eq!(rows[3], sums);
    assert_eq!((rows[0].len(), rows[4].len()), (rows[3].len(), 1));
    let early = Counts { passed: None, certificates: 0, ..of(320, 318, 0) };
    let rows = texts(&table(&[("浙江省".into(), "33".into(), early)], Source::default()));
    for row in &rows[1..3] {
        assert_eq!(row[6..11], ["318", "—", "0", "99.38%", "—"], "nobody can have passed yet");
    }
    let none = texts(&table(&[], Source::default()));
    assert_eq!(none[1][3..], ["0", "0", "0", "0", "—", "0", "—", "—", "—", "—", "—"]);
}

fn anybody() -> impl Strategy<Value = Attainment> {
    let state =
        prop_oneof![Just(State::Active), Just(State::Completed), Just(State::Failed), Just(State::Placed)];
    (prop::sample::select(vec!["11", "33", "66"]), state, 0u64..2_000, any::<bool>(), 0u64..5, 0u64..90)
        .prop_map(|(unit, state, recognised_ch, took_part, held, interactions)| Attainment {
            unit: unit.into(),
            state,
            hours: PhaseHours { live_ch: recognised_ch as i64, recognised_ch, ..PhaseHours::default() },
            certificate: (state == State::Completed)
                .then(|| Certified { number: "n".into(), issued_on: "2020-12-01".into() }),
            took_part,
            held,
            present: held / 2,
            interactions,
            ..attainment(1)
        })
}

fn summary(people: &[Attainment], quotas: &BTreeMap<String, u64>) -> Table {
    let known = quotas.iter().map(|(unit, quota)| {
        (unit.clone(), Counts { quota: *quota, approved: 40, passed: Some(0), ..Counts::default() })
    });
    let counts = by_unit(known.collect(), Counts { passed: Some(0), ..Counts::default() }, people);
    let rows: Vec<_> = counts.into_iter().map(|(unit, counts)| (unit.clone(), unit, counts)).collect();
    table(&rows, Source { seq: 7, at_ms: 1_605_610_800_000 })
}

proptest! {
    /// I-16.
    #[test]
    fn the_totals_are_the_sums_of_the_rows_and_equal_inputs_make_equal_bytes(
        people in prop::collection::vec(anybody(), 0..40), seed in any::<u64>(),
    ) {
        let quotas: BTreeMap<String, u64> =
            ["11", "33", "66"].into_iter().map(|unit| (unit.to_owned(), 50)).collect();
        let made = summary(&people, &quotas);
        let rows = texts(&made);
        let (units, sums) = (&rows[1..rows.len() - 2], &rows[rows.len() - 2]);
        for column in 3..9 {
            let sum: u64 = units.iter().map(|row| row[column].parse::<u64>().unwrap()).sum();
            prop_assert_eq!(sum.to_string(), sums[column].clone(), "column {}", column);
        }
        // The sums are those of the people, and the rates are of the sums.
        let count = |is: fn(&Attainment) -> bool| people.iter().filter(|one| is(one)).count() as u64;
        let attended = count(|one| one.took_part);
        prop_assert_eq!(&sums[6], &attended.to_string());
        prop_assert_eq!(&sums[7], &count(|one| one.state == State::Completed).to_string());
        prop_assert_eq!(&sums[9], &percent(attended, 120));
        let all_ch: u64 = people.iter().map(|one| one.hours.recognised_ch).sum();
        prop_assert_eq!(&sums[11], &hundredths(all_ch, attended));
        let (held, present) = people.iter().fold((0, 0), |(a, b), one| (a + one.held, b + one.present));
        prop_assert_eq!(&sums[12], &percent(present, held));
        // In whatever order the people come.
        let mut shuffled = people.clone();
        shuffled.sort_by_key(|one| one.hours.recognised_ch.wrapping_mul(seed | 1));
        for kind in [Kind::Xlsx, Kind::Csv, Kind::Gb18030] {
            prop_assert_eq!(write(&made, kind).unwrap(), write(&summary(&shuffled, &quotas), kind).unwrap());
        }
    }
}
