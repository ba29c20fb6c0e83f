//! Registrations beside the units' lists, and what trainees may and may not learn or do by themselves.

use super::files::list;
use super::*;
use crate::programme::enrolment;
use crate::protocol::Nominated;
use crate::sheet::Kind;

/// An instant after the study.
const OVER_MS: u64 = STUDY_MS + 11 * DAY_MS;

#[tokio::test]
async fn a_trainee_leaves_until_the_end_of_the_study_and_not_later() {
    let office = Office::open().await;
    let id = office.submitted(1, "33").await;
    office.decide(&[id], Decision::Approve).await;
    let person = office.person_of(id).await;
    let mine =
        async |now_ms| office::registrations::own::find(&office.store, &person, PHASE, now_ms).await.unwrap();
    assert!(mine(OVER_MS - 1).await.may_withdraw && !mine(OVER_MS).await.may_withdraw);
    let late = office::registrations::withdraw(&office.store, &person, PHASE, OVER_MS).await;
    assert!(matches!(late, Err(Refused::Step(enrolment::Refused::StudyOver))), "{late:?}");
    assert_eq!(office.state(id).await, State::Approved);
    office::registrations::withdraw(&office.store, &person, PHASE, OVER_MS - 1).await.unwrap();
    assert_eq!(office.state(id).await, State::Withdrawn);
}

#[tokio::test]
async fn a_study_that_ends_before_the_registration_opens_is_refused() {
    let office = Office::open().await;
    let late = NewPhase { number: 2, study: days("2020-10-01", "2020-11-05"), ..phase_1() };
    let refused = office::phases::make(&office.store, &office.admin, PROGRAMME, &late).await;
    assert_eq!(fields(refused), [("study".into(), Wrong::BeforeRegistration)]);
    // The study may begin during registration.
    let beside = NewPhase { number: 2, study: days("2020-11-01", "2020-11-06"), ..phase_1() };
    office::phases::make(&office.store, &office.admin, PROGRAMME, &beside).await.unwrap();
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
    let page = office::registrations::page(&office.store, PHASE, &Scope::all(), &differing, 0).await.unwrap();
    let found: Vec<(u64, Nominated)> = page.rows.iter().map(|row| (row.id, row.nominated)).collect();
    assert_eq!(found, [(ids[1], Nominated::OtherName), (ids[2], Nominated::OtherUnit)]);
    let counts =
        office::registrations::counts(&office.store, PHASE, &Scope::all(), &differing, 0).await.unwrap();
    assert_eq!(counts.all, 2);
    let count = async |scope: &Scope, ids: &[u64]| {
        office::registrations::differing(&office.store, PHASE, scope, ids, 0).await.unwrap()
    };
    assert_eq!(count(&Scope::all(), &ids).await, 2);
    assert_eq!(count(&Scope::all(), &[ids[0], ids[1], 999]).await, 1);
    assert_eq!(count(&Scope::all(), &[]).await, 0);
    assert_eq!(count(&unit_admin("11", Action::SeeRegistrations), &ids).await, 0);
}

#[tokio::test]
async fn each_mark_of_the_list_is_a_filter_of_its_own() {
    let (office, ids) = four_registrations().await;
    for (listed, mark, id) in [
        (Listed::Yes, Nominated::Yes, ids[0]),
        (Listed::OtherName, Nominated::OtherName, ids[1]),
        (Listed::OtherUnit, Nominated::OtherUnit, ids[2]),
        (Listed::No, Nominated::No, ids[3]),
    ] {
        let filter = Filter { nominated: Some(listed), ..Filter::default() };
        let page =
            office::registrations::page(&office.store, PHASE, &Scope::all(), &filter, 0).await.unwrap();
        let found: Vec<_> = page.rows.iter().map(|row| (row.id, row.nominated)).collect();
        assert_eq!(found, [(id, mark)], "{listed:?}");
        let counts =
            office::registrations::counts(&office.store, PHASE, &Scope::all(), &filter, 0).await.unwrap();
        assert_eq!(counts.all, 1, "{listed:?}");
    }
}

#[tokio::test]
async fn what_differs_from_the_list_is_told_of_full_values_and_both_numbers_are_revealed() {
    let office = Office::open().await;
    let own = unit_admin("33", Action::SeeRegistrations);
    // The list has 某校 and 13812345678, which looks like the mobile of the first when both are masked.
    let agreed =
        RegistrationForm { name: "阿里·买买提".into(), school: "某 校".into(), ..form(1, "33") };
    let mut ids = Vec::new();
    for (n, mobile) in [(1, "13800005678"), (2, "13812345678")] {
        let document_number = number(n);
        let form = RegistrationForm { mobile: mobile.into(), document_number, ..agreed.clone() };
        ids.push(office.save(&office.person().await, form, true, OPEN_MS).await.unwrap());
    }
    let listed = list(&[(1, "阿里･买买提", "浙江"), (2, "阿里•买买提", "浙江")]);
    office.import(&Scope::all(), file_of(&listed, Kind::Csv)).await.unwrap();
    let record = async |id| office::registrations::one(&office.store, id, &own).await.unwrap();
    let first = record(ids[0]).await;
    assert_eq!(
        first.form.mobile,
        first.nomination.expect("it is on the own list").mobile,
        "as they are masked"
    );
    // The registrations leave e-mail address and note empty.
    let told = (first.differs, record(ids[1]).await.differs);
    let named = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
    assert_eq!(told, (named(&["mobile", "email", "note"]), named(&["email", "note"])));
    let revealed =
        office::registrations::reveal(&office.store, &office.admin, &own, ids[0], "核对").await.unwrap();
    let nominee = revealed.nomination.expect("it is on the own list");
    assert_eq!((revealed.mobile.as_str(), nominee.mobile.as_str()), ("13800005678", "13812345678"));
    assert_eq!(revealed.document_number, nominee.document_number);
}

#[tokio::test]
async fn the_list_of_another_unit_is_not_revealed_beside_a_registration() {
    let (office, ids) = four_registrations().await;
    let own = unit_admin("33", Action::SeeRegistrations);
    let reveal = async |scope: &Scope| {
        office::registrations::reveal(&office.store, &office.admin, scope, ids[2], "核对")
            .await
            .unwrap()
            .nomination
    };
    assert!(reveal(&own).await.is_none() && reveal(&Scope::all()).await.is_some());
}

#[tokio::test]
async fn a_record_shows_the_line_of_the_list_to_those_who_may_see_that_list() {
    let (office, ids) = four_registrations().await;
    let own = unit_admin("33", Action::SeeRegistrations);
    let beside = async |id, scope: &Scope| {
        office::registrations::one(&office.store, id, scope).await.unwrap().nomination
    };
    let listed = beside(ids[1], &own).await.expect("it is on the own list");
    assert_eq!((listed.name.as_str(), listed.unit.as_str()), ("王莉", "33"));
    assert!(listed.document_number.starts_with("**") && !listed.document_number.contains(&number(1)[..14]));
    assert_eq!(beside(ids[2], &own).await, None, "the list of another unit");
    assert_eq!(beside(ids[2], &Scope::all()).await.map(|listed| listed.unit), Some("11".into()));
    assert_eq!(beside(ids[3], &own).await, None);
}
