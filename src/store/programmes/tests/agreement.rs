//! Registrations held against the units' lists, and what trainees may and may not learn or do by themselves.

use super::files::list;
use super::*;
use crate::course::enrolment;
use crate::protocol::Nominated;
use crate::sheet::Kind;

/// The study is over.
const OVER_MS: u64 = STUDY_MS + 11 * DAY_MS;

#[tokio::test]
async fn a_trainee_leaves_until_the_end_of_the_study_and_not_later() {
    let office = Office::open().await;
    let id = office.submitted(1, "33").await;
    office.decide(&[id], Decision::Approve).await;
    let person = office.person_of(id).await;
    let mine = async |now_ms| office.store.my_registration(&person, PHASE, now_ms).await.unwrap();
    assert!(mine(OVER_MS - 1).await.may_withdraw && !mine(OVER_MS).await.may_withdraw);
    let late = office.store.withdraw_registration(&person, PHASE, OVER_MS).await;
    assert!(matches!(late, Err(Refused::Step(enrolment::Refused::StudyOver))), "{late:?}");
    assert_eq!(office.state(id).await, State::Approved);
    office.store.withdraw_registration(&person, PHASE, OVER_MS - 1).await.unwrap();
    assert_eq!(office.state(id).await, State::Withdrawn);
}

#[tokio::test]
async fn a_study_that_ends_before_the_registration_opens_is_refused() {
    let office = Office::open().await;
    let late = NewPhase { number: 2, study: days("2020-10-01", "2020-11-05"), ..phase_1() };
    let refused = office.store.new_phase(&office.admin, PROGRAMME, &late).await;
    assert_eq!(fields(refused), [("study".into(), Wrong::BeforeRegistration)]);
    // It may begin while people still register.
    let beside = NewPhase { number: 2, study: days("2020-11-01", "2020-11-06"), ..phase_1() };
    office.store.new_phase(&office.admin, PROGRAMME, &beside).await.unwrap();
}

/// The first agrees with the list, the second has another name there, the third is on the list of another
/// unit, the fourth on none.
async fn four_registrations() -> (Office, [u64; 4]) {
    let office = Office::open().await;
    let mut ids = [0; 4];
    for (n, id) in ids.iter_mut().enumerate() {
        *id = office.submitted(n as u32, "33").await;
    }
    let listed = list(&[(0, "王丽", "浙江"), (1, "王莉", "浙江"), (2, "王丽", "北京")]);
    office.import(&Scope::all(), file_of(&listed, Kind::Csv)).await.unwrap();
    (office, ids)
}

#[tokio::test]
async fn those_who_differ_from_the_lists_are_found_and_counted() {
    let (office, ids) = four_registrations().await;
    let differing = Filter { nominated: Some(Listed::Differs), ..Filter::default() };
    let page = office.store.registration_page(PHASE, &Scope::all(), &differing, 0).await.unwrap();
    let found: Vec<(u64, Nominated)> = page.rows.iter().map(|row| (row.id, row.nominated)).collect();
    assert_eq!(found, [(ids[1], Nominated::OtherName), (ids[2], Nominated::OtherUnit)]);
    let counts = office.store.registration_counts(PHASE, &Scope::all(), &differing, 0).await.unwrap();
    assert_eq!(counts.all, 2);
    let count =
        async |scope: &Scope, ids: &[u64]| office.store.differing(PHASE, scope, ids, 0).await.unwrap();
    assert_eq!(count(&Scope::all(), &ids).await, 2);
    assert_eq!(count(&Scope::all(), &[ids[0], ids[1], 999]).await, 1);
    assert_eq!(count(&Scope::all(), &[]).await, 0);
    assert_eq!(count(&unit_admin("11", Action::SeeRegistrations), &ids).await, 0);
}

#[tokio::test]
async fn a_record_shows_the_line_of_the_list_to_those_who_may_see_that_list() {
    let (office, ids) = four_registrations().await;
    let own = unit_admin("33", Action::SeeRegistrations);
    let beside = async |id, scope: &Scope| office.store.registration(id, scope).await.unwrap().nomination;
    let listed = beside(ids[1], &own).await.expect("it is on the own list");
    assert_eq!((listed.name.as_str(), listed.unit.as_str()), ("王莉", "33"));
    assert!(listed.document_number.starts_with("**") && !listed.document_number.contains(&number(1)[..14]));
    assert_eq!(beside(ids[2], &own).await, None, "the list of another unit");
    assert_eq!(beside(ids[2], &Scope::all()).await.map(|listed| listed.unit), Some("11".into()));
    assert_eq!(beside(ids[3], &own).await, None);
}
