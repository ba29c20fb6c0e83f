use super::*;
use crate::attendance::policy::Policy;
use crate::attendance::policy_form::PolicyFigures;
use crate::attendance::policy_form::figures;
use crate::protocol::NewPolicy;

impl Office {
    async fn set(&self, figures: PolicyFigures, now_ms: u64) -> Answer<crate::protocol::Programme> {
        office::policies::set(&self.store, &self.admin, PROGRAMME, &NewPolicy::Figures { figures }, now_ms)
            .await
    }
}

#[tokio::test]
async fn figures_become_a_new_version_and_the_old_ones_stay_to_be_read() {
    let office = Office::open().await;
    let usual = Policy { tol: 60, ..Policy::default() };
    let listed =
        async || office::policies::list(&office.store, PROGRAMME, &usual).await.expect("a programme");
    let none = listed().await;
    assert_eq!((none.present, none.versions), (figures(&usual), vec![]), "the server's, until there is one");

    let first = PolicyFigures { version: "2026-1".into(), block: 600, ..figures(&usual) };
    let programme = office.set(first.clone(), 5).await.unwrap();
    assert_eq!(programme.policy_version.as_deref(), Some("2026-1"));
    let second = PolicyFigures { version: "2026-2".into(), daily_async_cap: None, ..first.clone() };
    office.set(second.clone(), 9).await.unwrap();
    let both = listed().await;
    assert_eq!(both.present, second);
    let seen: Vec<_> = both.versions.into_iter().map(|one| (one.at_ms, one.figures)).collect();
    assert_eq!(seen, [(9, second.clone()), (5, first)]);

    assert_eq!(fields(office.set(second, 10).await), [("version".into(), Wrong::Taken)]);
    assert!(matches!(office::policies::list(&office.store, "other", &usual).await, Err(Refused::NotFound)));
}

#[tokio::test]
async fn every_wrong_figure_is_named_by_its_field() {
    let office = Office::open().await;
    let usual = figures(&Policy::default());
    let wrong = PolicyFigures { version: String::new(), gap: -1, answer: 29, ..usual };
    let named = fields(office.set(wrong, 0).await);
    assert_eq!(named, ["version", "gap", "answer"].map(|key| (key.to_owned(), Wrong::Policy)));
    let left = office::policies::list(&office.store, PROGRAMME, &Policy::default()).await.unwrap();
    assert_eq!(left.versions, []);
}
