//! The distribution of essays: equal numbers for all reviewers, nobody reviews an essay of an own unit, and
//! nobody their own.

use std::collections::HashMap;

/// A person named to review the essays of a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// Id of the person.
    pub person: String,
    /// Codes of the own units.
    pub units: Vec<String>,
    /// Number of essays given to this person so far, without those passed on to another reviewer.
    pub given: u32,
}

/// An essay that waits for a reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub essay: u64,
    /// Id of the author.
    pub author: String,
    /// Code of the author's unit.
    pub unit: String,
    /// Earlier reviewers: a second opinion comes from others.
    pub seen_by: Vec<String>,
}

/// Whether `reviewer` may review this essay.
pub fn may_review(reviewer: &Reviewer, essay: &Waiting) -> bool {
    reviewer.person != essay.author
        && !reviewer.units.contains(&essay.unit)
        && !essay.seen_by.contains(&reviewer.person)
}

/// Gives every essay to a reviewer: number of the essay → place in `reviewers`. Essays that nobody may review
/// are absent.
pub fn share_out(reviewers: &[Reviewer], waiting: &[Waiting]) -> Vec<(u64, usize)> {
    let mut given: Vec<u32> = reviewers.iter().map(|one| one.given).collect();
    let mut choices: HashMap<u64, Vec<usize>> = HashMap::new();
    for essay in waiting {
        let may = (0..reviewers.len()).filter(|at| may_review(&reviewers[*at], essay)).collect();
        choices.insert(essay.essay, may);
    }
    // The essay with the fewest possible reviewers comes first, or others would take them.
    let mut order: Vec<u64> = waiting.iter().map(|essay| essay.essay).collect();
    order.sort_by_key(|essay| (choices[essay].len(), *essay));
    let mut shares = Vec::with_capacity(order.len());
    for essay in order {
        if let Some(at) = choices[&essay].iter().copied().min_by_key(|at| (given[*at], *at)) {
            given[at] = given[at].saturating_add(1);
            shares.push((essay, at));
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reviewer(person: &str, unit: Option<&str>) -> Reviewer {
        Reviewer { person: person.into(), units: unit.map(Into::into).into_iter().collect(), given: 0 }
    }

    fn waiting(essay: u64, author: &str, unit: &str) -> Waiting {
        Waiting { essay, author: author.into(), unit: unit.into(), seen_by: Vec::new() }
    }

    #[test]
    fn everybody_gets_as_many_as_the_others() {
        let reviewers =
            [reviewer("a", None), reviewer("b", None), Reviewer { given: 4, ..reviewer("c", None) }];
        let essays: Vec<Waiting> = (0..8).map(|essay| waiting(essay, "x", "11")).collect();
        let shares = share_out(&reviewers, &essays);
        let of = |reviewer| shares.iter().filter(|(_, at)| *at == reviewer).count();
        assert_eq!([of(0), of(1), of(2)], [4, 4, 0]);
    }

    #[test]
    fn an_essay_that_only_one_may_review_is_not_crowded_out() {
        let reviewers = [reviewer("a", Some("11")), reviewer("b", Some("33"))];
        let essays: Vec<Waiting> = (0..4).map(|n| waiting(n, "x", if n < 2 { "50" } else { "11" })).collect();
        let shares = share_out(&reviewers, &essays);
        assert_eq!(shares.iter().filter(|(_, at)| *at == 1).count(), 2);
        assert_eq!(shares.iter().filter(|(_, at)| *at == 0).count(), 2);
    }

    #[test]
    fn where_nobody_may_review_nobody_is_given_it() {
        let reviewers = [reviewer("a", Some("11"))];
        let seen = Waiting { seen_by: vec!["a".into()], ..waiting(3, "x", "50") };
        assert_eq!(share_out(&reviewers, &[waiting(1, "a", "50"), waiting(2, "x", "11"), seen]), []);
        assert_eq!(share_out(&[], &[waiting(1, "x", "11")]), []);
    }

    proptest! {
        #[test]
        fn nobody_gets_the_own_text_or_unit_and_nothing_that_can_be_given_is_left(
            people in proptest::collection::vec((0u8..6, 0u8..5), 0..8),
            essays in proptest::collection::vec((0u8..6, 0u8..4), 0..40),
        ) {
            let reviewers: Vec<Reviewer> = people.iter().enumerate().map(|(at, (_, unit))| {
                reviewer(&format!("p{at}"), (*unit < 4).then(|| unit.to_string()).as_deref())
            }).collect();
            let essays: Vec<Waiting> = (0u64..).zip(&essays)
                .map(|(number, (author, unit))| waiting(number, &format!("p{author}"), &unit.to_string()))
                .collect();
            let shares = share_out(&reviewers, &essays);
            for (essay, at) in &shares {
                prop_assert!(may_review(&reviewers[*at], &essays[*essay as usize]));
            }
            let can = essays.iter().filter(|essay| reviewers.iter().any(|one| may_review(one, essay))).count();
            prop_assert_eq!(shares.len(), can);
        }

        #[test]
        fn without_units_the_shares_differ_by_one_at_most(people in 1usize..9, essays in 0u64..60) {
            let reviewers: Vec<Reviewer> = (0..people).map(|at| reviewer(&format!("p{at}"), None)).collect();
            let essays: Vec<Waiting> = (0..essays).map(|number| waiting(number, "x", "11")).collect();
            let shares = share_out(&reviewers, &essays);
            let of = |person| shares.iter().filter(|(_, at)| *at == person).count();
            let counts: Vec<usize> = (0..people).map(of).collect();
            prop_assert!(counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0) <= 1);
        }
    }
}
