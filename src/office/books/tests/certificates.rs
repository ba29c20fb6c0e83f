//! From a completed phase to its certificate: issued once, the same bytes each time, revoked by two people,
//! superseded by a corrected name, and any change is found.

use std::path::Path;

use super::concluding::{closed, judged, run};
use super::*;
use crate::account::role::{Action, Role as AccountRole, RoleGrant, Scope, scope};
use crate::attendance::conversion::Conversion;
use crate::certificate::print::{Face, Fonts, Press};
use crate::certificate::signed::badge;
use crate::certificate::signed::keys::published;
use crate::certificate::signed::proof;
use crate::certificate::signed::status_list::StatusList;
use crate::certificate::state;
use crate::chain::sha256;
use crate::files::certificates::CertificateFiles;
use crate::office::OfficeRefusal;
use crate::office::certificates::{Certifier, Refused, Settings, Unprintable};
use crate::office::reports::paper;
use crate::programme::phase::{Days, NewPhase, Window};
use crate::programme::requirement::{AskedEssay, AskedFor, EssayKind};
use crate::protocol::CertificateState;
use crate::text::mistake::Wrong;

mod any_order;

const PHASE: &str = "td-1";
const NOW: u64 = T + 10 * DAY;

/// Fonts that scripts/setup installs.
fn press() -> anyhow::Result<Press> {
    let file = Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
    let fonts = Fonts { plain: vec![Face::read(std::fs::read(file)?)?], strong: Vec::new() };
    Ok(Press { fonts, seal: None, is_sample: false })
}

pub(super) fn certifier(desk: &Desk) -> Certifier {
    let settings = Settings {
        site: "https://class.example.org/".into(),
        issuers: vec!["示例省教育厅".into()],
        policy: Arc::new(Policy::default()),
        press: Box::new(press),
    };
    Certifier::new(desk.store.clone(), CertificateFiles::new(desk.data.path()), settings)
}

struct Case {
    desk: Desk,
    certifier: Certifier,
    /// Id of the person who has completed.
    graduate: String,
    one: String,
    other: String,
}

impl Case {
    async fn new() -> Case {
        let (desk, graduate, _) = judged().await;
        closed(&desk).await;
        desk.books.conclude(T + 9 * DAY).await.unwrap();
        let certifier = certifier(&desk);
        let one = desk.store.people().add("一", Role::Operator).await.unwrap();
        let other = desk.store.people().add("二", Role::Operator).await.unwrap();
        Case { desk, certifier, graduate, one, other }
    }

    /// A case with the certificate issued; returns its number and the key in its address.
    async fn issued() -> (Case, String, String) {
        let case = Case::new().await;
        case.certifier.release(&case.one, PHASE, 1, NOW).await.unwrap();
        assert_eq!(case.certifier.issue_some(NOW).await.unwrap(), 1);
        assert_eq!(case.certifier.issue_some(NOW).await.unwrap(), 0);
        let mine = case.certifier.mine(PHASE, &case.graduate).await.unwrap();
        let (_, key) = mine.address.split_once("?k=").unwrap();
        let key = key.to_owned();
        (case, mine.number, key)
    }

    async fn state(&self, number: &str, key: &str) -> CertificateState {
        self.certifier.check(number, key).await.unwrap().state
    }
}

#[tokio::test]
async fn who_has_completed_gets_one_certificate_which_is_the_same_each_time() {
    let case = Case::new().await;
    let certifier = &case.certifier;
    let desk = certifier.desk(PHASE, &case.one, NOW).await.unwrap();
    assert_eq!((desk.ready, desk.trouble, desk.unprintable), (1, None, vec![]));
    assert!(matches!(certifier.release(&case.one, PHASE, 2, NOW).await, Err(Refused::Changed)));
    drop(case);

    let (case, number, key) = Case::issued().await;
    let certifier = &case.certifier;
    assert!(number.starts_with("ZP20260010133000001"), "the first of the unit: {number}");
    let (_, file) = certifier.file(PHASE, &case.graduate).await.unwrap();
    assert_eq!(certifier.mine(PHASE, &case.graduate).await.unwrap().pdf, sha256(&file));
    let keys = published(&certifier.did_document().await.unwrap().to_string()).unwrap();
    assert_eq!(proof::check(&file, &keys).unwrap().number.to_string(), number);
    std::fs::remove_dir_all(case.desk.data.path().join("certificates")).unwrap();
    assert_eq!(certifier.file(PHASE, &case.graduate).await.unwrap().1, file, "made again, the same");

    let page = certifier.check(&number, &key).await.unwrap();
    assert_eq!((page.state, page.name.as_str(), page.hours_ch), (CertificateState::Valid, "甲", 400));
    assert_eq!(page.pdf, sha256(&file));
    for (number, key) in [
        (number.as_str(), "AAAAAAAAAAAAA"),
        (number.as_str(), ""),
        ("ZP202600101330000027", key.as_str()),
        ("x", ""),
    ] {
        assert!(matches!(certifier.check(number, key).await, Err(Refused::NotFound)), "{number} {key}");
    }
    assert!(matches!(certifier.release(&case.one, PHASE, 0, NOW).await, Err(Refused::Nobody)));
    let desk = certifier.desk(PHASE, &case.one, NOW).await.unwrap();
    assert_eq!((desk.ready, desk.valid, desk.batches[0].issued), (0, 1, 1));
    case.desk.verified().await.unwrap();
}

#[tokio::test]
async fn two_people_revoke_and_everybody_is_told() {
    let (case, number, key) = Case::issued().await;
    let certifier = &case.certifier;
    let badge = certifier.badge(PHASE, &case.graduate).await.unwrap();
    let keys = published(&certifier.did_document().await.unwrap().to_string()).unwrap();
    let badge = badge::open(&badge, &keys, ServerInstant::of_fact(NOW)).unwrap();
    assert!(badge.is_of("甲") && badge.number.to_string() == number);
    let is_set = async || {
        let list = certifier.status_list(1, NOW).await.unwrap();
        StatusList::open(&list, &badge.issuer, &keys).unwrap().is_set(badge.index).unwrap()
    };
    assert!(!is_set().await);
    let ask = async |by: &str, reason: &str| certifier.ask_to_revoke(by, &number, reason, NOW).await;
    assert!(matches!(ask(&case.one, " ").await, Err(Refused::State(state::Refused::Reason))));
    assert!(matches!(ask(&case.graduate, "x").await, Err(Refused::Own)));
    let decide = async |by: &str, yes| certifier.decide_revocation(by, &number, yes, NOW).await;
    assert!(matches!(decide(&case.other, true).await, Err(Refused::NotAsked)));
    ask(&case.one, "代学").await.unwrap();
    assert!(matches!(ask(&case.other, "x").await, Err(Refused::AskedAlready)));
    assert_eq!(case.state(&number, &key).await, CertificateState::Valid);
    assert!(matches!(decide(&case.one, true).await, Err(Refused::State(state::Refused::OnePerson))));
    decide(&case.other, false).await.unwrap();
    ask(&case.one, "代学").await.unwrap();
    decide(&case.other, true).await.unwrap();
    assert_eq!(case.state(&number, &key).await, CertificateState::Revoked);
    assert!(is_set().await);
    let (_, file) = certifier.file(PHASE, &case.graduate).await.unwrap();
    assert_eq!(certifier.check(&number, &key).await.unwrap().pdf, sha256(&file), "the old file is known");
    assert!(matches!(ask(&case.one, "x").await, Err(Refused::State(state::Refused::Revoked))));
    assert!(matches!(certifier.release(&case.one, PHASE, 1, NOW).await, Err(Refused::Nobody)), "not again");
    case.desk.verified().await.unwrap();
}

#[tokio::test]
async fn a_certificate_whose_hours_were_taken_away_is_named_until_it_is_revoked() {
    let (case, number, _) = Case::issued().await;
    let unfounded = async || case.certifier.desk(PHASE, &case.one, NOW).await.unwrap().unfounded;
    assert!(unfounded().await.is_empty());
    let books = &case.desk.books;
    let new = NewRevocation { person: case.graduate.clone(), text: "录像显示他人代课".into() };
    assert_eq!(books.revoke("a", &case.one, &new, NOW).await.unwrap(), Corrected::Waits);
    let waiting = books.waiting_corrections(&case.other, NOW).await.unwrap();
    let yes = Approval { approve: true, text: None };
    books.approve(waiting[0].id, &case.other, &yes, NOW).await.unwrap();
    books.conclude(NOW).await.unwrap();
    assert_eq!(unfounded().await, [number.as_str()]);
    case.certifier.ask_to_revoke(&case.one, &number, "学时已撤销", NOW).await.unwrap();
    case.certifier.decide_revocation(&case.other, &number, true, NOW).await.unwrap();
    assert!(unfounded().await.is_empty());
    case.desk.verified().await.unwrap();
}

/// The refused fields with the number of certificates, or nothing for a change that was made.
fn held<T: std::fmt::Debug>(changed: Result<T, OfficeRefusal>) -> Vec<(String, Vec<u32>)> {
    match changed {
        Ok(_) => Vec::new(),
        Err(OfficeRefusal::Wrong(wrong)) => {
            assert!(wrong.iter().all(|one| one.wrong == Wrong::Certified), "{wrong:?}");
            wrong.into_iter().map(|one| (one.field, one.figures)).collect()
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_certificates_print_or_rest_on_does_not_change_until_they_are_revoked() {
    let case = Case::new().await;
    let store = &case.desk.store;
    let phase = store.phases().find(PHASE).await.unwrap().unwrap();
    let days = |window: Window| Days { first: window.first.to_string(), last: window.last.to_string() };
    let same = NewPhase {
        number: phase.number,
        title: phase.title.clone(),
        hours_ch: phase.hours_ch,
        plan_seats: phase.plan_seats,
        registration: days(phase.registration),
        study: days(phase.study),
        tracks: phase.tracks.clone(),
        categories: phase.categories.clone(),
        choose_class: phase.choose_class,
        per_school: None,
    };
    let last = phase.study.last.days_later(1).unwrap().to_string();
    let other = NewPhase {
        title: "另一期".into(),
        hours_ch: phase.hours_ch + 100,
        study: Days { last, ..same.study.clone() },
        ..same.clone()
    };
    let change = async |new: &NewPhase| office::phases::change(store, &case.one, PHASE, new, NOW).await;
    let essay = AskedEssay { kind: EssayKind::Either, least: 1, due: phase.study.last.to_string() };
    let essay = AskedFor { essay: Some(essay), ..AskedFor::default() };
    let ask = async |asked: &AskedFor| office::requirements::set(store, &case.one, PHASE, asked, NOW).await;
    case.certifier.release(&case.one, PHASE, 1, NOW).await.unwrap();
    for step in ["released", "issued"] {
        let refused = held(change(&other).await);
        assert_eq!(refused, ["title", "hours_ch", "study"].map(|field| (field.into(), vec![1])), "{step}");
        assert_eq!(held(ask(&essay).await), [("kind".into(), vec![1])], "{step}");
        assert!(held(ask(&AskedFor::default()).await).is_empty(), "{step}: no more than before");
        assert!(held(change(&NewPhase { plan_seats: 9_999, ..same.clone() }).await).is_empty(), "{step}");
        case.certifier.issue_some(NOW).await.unwrap();
    }
    assert_eq!(store.phases().find(PHASE).await.unwrap().unwrap().title, phase.title, "nothing half-done");
    let number = case.certifier.mine(PHASE, &case.graduate).await.unwrap().number;
    case.certifier.ask_to_revoke(&case.one, &number, "期次有误", NOW).await.unwrap();
    case.certifier.decide_revocation(&case.other, &number, true, NOW).await.unwrap();
    assert!(held(change(&other).await).is_empty());
    assert!(held(ask(&essay).await).is_empty());
}

#[tokio::test]
async fn a_corrected_name_makes_a_new_certificate_in_place_of_the_old_one() {
    let (case, number, key) = Case::issued().await;
    let certifier = &case.certifier;
    assert!(matches!(certifier.reissue(&case.one, &number, NOW).await, Err(Refused::SameName)));
    run(&case.desk, "UPDATE registrations SET name = '贾' WHERE id = 1").await;
    let new = certifier.reissue(&case.one, &number, NOW + 100 * DAY).await.unwrap();
    assert!(new.starts_with("ZP20260010133000002") || new.starts_with("ZP20270010133000002"), "{new}");
    let old = certifier.check(&number, &key).await.unwrap();
    assert_eq!((old.state, old.name.as_str()), (CertificateState::Superseded, "甲"));
    let mine = certifier.mine(PHASE, &case.graduate).await.unwrap();
    assert_eq!((&mine.number, mine.state, mine.name.as_str()), (&new, CertificateState::Valid, "贾"));
    assert_eq!(old.replaced_by.as_ref(), Some(&mine.address));
    let again = certifier.reissue(&case.one, &number, NOW).await;
    assert!(matches!(again, Err(Refused::State(state::Refused::Superseded))));
    case.desk.verified().await.unwrap();
}

#[tokio::test]
async fn no_certificate_is_reissued_while_its_revocation_waits_or_after_the_end_was_opened_again() {
    let (case, number, _) = Case::issued().await;
    let (certifier, reissue) = (&case.certifier, || case.certifier.reissue(&case.one, &number, NOW));
    run(&case.desk, "UPDATE registrations SET name = '贾' WHERE id = 1").await;
    certifier.ask_to_revoke(&case.one, &number, "代学", NOW).await.unwrap();
    assert!(matches!(reissue().await, Err(Refused::AskedAlready)));
    certifier.decide_revocation(&case.other, &number, false, NOW).await.unwrap();
    run(&case.desk, "UPDATE registrations SET state = 'active' WHERE id = 1").await;
    assert!(matches!(reissue().await, Err(Refused::Unprintable(Unprintable::NotCompleted))));
    run(&case.desk, "UPDATE registrations SET state = 'completed' WHERE id = 1").await;
    reissue().await.unwrap();
}

#[tokio::test]
async fn names_without_letters_are_told_before_and_left_out() {
    let case = Case::new().await;
    run(&case.desk, "UPDATE registrations SET name = 'བཀྲ' WHERE id = 1").await;
    let desk = case.certifier.desk(PHASE, &case.one, NOW).await.unwrap();
    assert!(desk.unprintable[0].why.starts_with("characters:"), "{desk:?}");
    case.certifier.release(&case.one, PHASE, 1, NOW).await.unwrap();
    case.certifier.issue_some(NOW).await.unwrap();
    let desk = case.certifier.desk(PHASE, &case.one, NOW).await.unwrap();
    assert_eq!((desk.valid, desk.batches[0].left_out, desk.left_out.len()), (0, 1, 1));
    case.desk.verified().await.unwrap();
}

#[tokio::test]
async fn whatever_is_changed_about_a_certificate_is_found() {
    for change in [
        "UPDATE certificates SET content = replace(content, '甲', '乙')",
        "UPDATE certificates SET pdf = pdf || '0'",
        "UPDATE certificates SET state = 'revoked', ended_at_ms = 1",
        "UPDATE certificates SET bit = (bit + 1) % 131072",
        "DELETE FROM certificates",
        "INSERT INTO certificates SELECT 2, number || '0', registration, conclusion, batch, series, 2, content, pdf, list,
             (bit + 1) % 131072, salt, at_ms, 'revoked', NULL, 1, mac FROM certificates",
    ] {
        let (case, _, _) = Case::issued().await;
        for trigger in ["certificates_are_not_deleted", "certificates_end_once"] {
            run(&case.desk, &format!("DROP TRIGGER {trigger}")).await;
        }
        run(&case.desk, change).await;
        let found = case.desk.verified().await.unwrap_err().to_string();
        assert!(found.contains("certificate"), "{change}: {found}");
    }
}

#[tokio::test]
async fn five_years_are_what_is_certified_and_credits_follow_the_rule_of_the_programme() {
    let (case, number, _) = Case::issued().await;
    let reporter = super::reports::reporter(&case.desk);
    let statement = async || reporter.statement(&case.graduate, NOW).await.unwrap();
    let first = statement().await;
    assert_eq!((first.name.as_str(), first.document.as_str()), ("甲", "**************002X"));
    assert_eq!((first.sum_ch, first.short_ch, first.rows.len()), (400, 4_600, 1));
    assert_eq!((first.rows[0].certificate.as_ref(), first.rows[0].counted_ch), (Some(&number), 400));
    assert_eq!(first.credits.iter().map(|one| (one.ch, one.tenths)).collect::<Vec<_>>(), [(400, 4)]);
    // Who has no certificate has hours that do not count.
    let other = sqlx::query_scalar::<_, String>("SELECT person FROM registrations WHERE id = 2");
    let other = other.fetch_one(case.desk.store.by_hand()).await.unwrap();
    let open = reporter.statement(&other, NOW).await.unwrap();
    assert_eq!((open.sum_ch, open.rows[0].recognised_ch, open.rows[0].counted_ch), (0, 200, 0));
    let rule = Conversion { hours_per_credit: 5, category: "专业课".into(), year_cap_tenths: Some(7) };
    reporter.set_conversion(&case.one, "td", &rule, NOW).await.unwrap();
    let wrong = Conversion { hours_per_credit: 0, ..rule.clone() };
    assert!(reporter.set_conversion(&case.one, "td", &wrong, NOW).await.is_err());
    let credit = statement().await.credits.remove(0);
    assert_eq!((credit.category.as_str(), credit.tenths, credit.capped), ("专业课", 7, true));
    let pdf = case.certifier.paper(paper(&statement().await)).await.unwrap();
    assert_eq!(pdf, case.certifier.paper(paper(&statement().await)).await.unwrap());
    assert!(pdf.starts_with(b"%PDF"));
    // Six years later nothing of it counts; and nothing of what is revoked.
    assert_eq!(reporter.statement(&case.graduate, NOW + 6 * 366 * DAY).await.unwrap().sum_ch, 0);
    case.certifier.ask_to_revoke(&case.one, &number, "代学", NOW).await.unwrap();
    case.certifier.decide_revocation(&case.other, &number, true, NOW).await.unwrap();
    let after = statement().await;
    assert_eq!((after.sum_ch, after.short_ch, after.credits.len()), (0, 5_000, 0));
    assert_eq!(after.rows[0].state, Some(CertificateState::Revoked));
}

#[tokio::test]
async fn the_office_sees_the_five_years_of_the_people_it_reaches() {
    let (case, ..) = Case::issued().await;
    let reporter = super::reports::reporter(&case.desk);
    let of_unit = |unit: &str| {
        let grant = RoleGrant { role: AccountRole::UnitAdmin, unit: Some(unit.into()), class: None };
        scope(&[grant], Action::SeeReports)
    };
    assert_eq!(reporter.statement_of(1, &of_unit("33"), NOW).await.unwrap().sum_ch, 400);
    assert!(reporter.statement_of(1, &of_unit("11"), NOW).await.is_err());
    assert!(reporter.statement_of(99, &Scope::all(), NOW).await.is_err());
}
