//! The front door on a real disk: AC-4, every step, seats under many hands, tables there and back.

use std::collections::BTreeSet;

use tempfile::TempDir;

use super::*;
use crate::course::enrolment::State;
use crate::course::notice;
use crate::course::person::with_check;
use crate::course::role::{Scope, scope};
use crate::protocol::{
    AccountRole, Action, Days, Decide, Decided, Decision, DocumentKind, NewPhase, NewProgramme, NewQuota,
    RegistrationForm, Role, RoleGrant, SaveRegistration, SchoolKind, Wrong,
};
use crate::sheet::{self, Kind, Table};
use crate::store::accounts::NewAccount;

mod ac_4;
mod agreement;
mod bad_input;
mod classes;
mod consent;
mod faults;
mod files;
mod forgetting;
mod many_hands;
mod nominees;
mod plans;
mod policies;
mod schools;
mod self_study;
mod steps;
mod summary;
mod waiting;

const PROGRAMME: &str = "td2020";
const PHASE: &str = "td2020-1";
/// 2020-11-05T16:00:00Z: registration opens; 2020-11-09T16:00:00Z: it is closed.
const OPEN_MS: u64 = 1_604_592_000_000;
const CLOSED_MS: u64 = OPEN_MS + 4 * DAY_MS;
const DAY_MS: u64 = 86_400_000;
/// 2020-11-16T16:00:00Z: the study begins.
const STUDY_MS: u64 = OPEN_MS + 11 * DAY_MS;

struct Office {
    store: Store,
    admin: String,
    _data: TempDir,
}

fn days(first: &str, last: &str) -> Days {
    Days { first: first.into(), last: last.into() }
}

fn phase_1() -> NewPhase {
    NewPhase {
        number: 1,
        title: "教学创新团队建设培训专题".into(),
        hours_ch: 1000,
        plan_seats: 10_000,
        registration: days("2020-11-06", "2020-11-09"),
        study: days("2020-11-17", "2020-11-27"),
        tracks: vec![],
        categories: vec![],
        choose_class: false,
        per_school: None,
    }
}

fn unit_admin(unit: &str, action: Action) -> Scope {
    scope(&[RoleGrant { role: AccountRole::UnitAdmin, unit: Some(unit.into()), class: None }], action)
}

/// The `n`th made-up number of a resident.
fn number(n: u32) -> String {
    with_check(&format!("3301051980{:02}{:02}{:03}", n / 28 % 12 + 1, n % 28 + 1, n / 336))
        .expect("17 digits")
}

fn form(n: u32, unit: &str) -> RegistrationForm {
    RegistrationForm {
        name: "王丽".into(),
        document_kind: Some(DocumentKind::Resident),
        document_number: number(n),
        unit: unit.into(),
        school: format!("第{n}职业学院"),
        school_kind: Some(SchoolKind::Higher),
        mobile: format!("138{n:08}"),
        ..RegistrationForm::default()
    }
}

impl Office {
    async fn open() -> Office {
        Office::with(phase_1(), &[("33", 320)]).await
    }

    /// A programme with one phase and these quotas.
    async fn with(phase: NewPhase, quotas: &[(&str, u32)]) -> Office {
        let data = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(data.path()).await.expect("a new store");
        let admin = store.create_person("培训管理员", Role::Operator).await.expect("somebody");
        let office = Office { store, admin, _data: data };
        let new = NewProgramme { id: PROGRAMME.into(), title: "示范班".into(), issuers: vec![] };
        office.store.new_programme(&office.admin, &new, 0).await.expect("a programme");
        office.store.new_phase(&office.admin, PROGRAMME, &phase).await.expect("a phase");
        office.quotas(quotas).await.expect("the plan has room");
        office
    }

    async fn quotas(&self, quotas: &[(&str, u32)]) -> Answer<crate::protocol::Quotas> {
        let rows: Vec<NewQuota> =
            quotas.iter().map(|(unit, seats)| NewQuota { unit: (*unit).into(), seats: *seats }).collect();
        self.store.set_quotas(&self.admin, PHASE, &rows, OPEN_MS).await
    }

    async fn person(&self) -> String {
        self.store.create_person("账号", Role::Trainee).await.expect("somebody")
    }

    async fn save(&self, person: &str, form: RegistrationForm, submit: bool, now_ms: u64) -> Answer<u64> {
        let save = SaveRegistration { form, submit, consent: Some(notice::VERSION.into()) };
        Ok(self.store.save_registration(person, PHASE, &save, now_ms).await?.id)
    }

    /// Somebody new who submits; the id of the registration.
    async fn submitted(&self, n: u32, unit: &str) -> u64 {
        let person = self.person().await;
        self.save(&person, form(n, unit), true, OPEN_MS).await.expect("all is well")
    }

    async fn decide_at(&self, ids: &[u64], decision: Decision, now_ms: u64) -> Decided {
        let decide =
            Decide {
                ids: ids.to_vec(), decision, reason: "不符合条件".into(), attestation: String::new()
            };
        let decided =
            self.store.decide_registrations(&self.admin, &Scope::all(), PHASE, &decide, now_ms).await;
        decided.expect("the request is well formed")
    }

    async fn decide(&self, ids: &[u64], decision: Decision) -> Decided {
        self.decide_at(ids, decision, CLOSED_MS).await
    }

    async fn approved(&self, people: std::ops::Range<u32>) -> Vec<u64> {
        let mut ids = Vec::new();
        for n in people {
            ids.push(self.submitted(n, "33").await);
        }
        self.decide(&ids, Decision::Approve).await;
        ids
    }

    /// Who registered.
    async fn person_of(&self, id: u64) -> String {
        let row = sqlx::query("SELECT person FROM registrations WHERE id = ?").bind(id as i64);
        sqlx::Row::get(&row.fetch_one(&self.store.readers).await.expect("it is there"), 0)
    }

    /// Somebody who may teach.
    async fn instructor(&self) -> String {
        let grants = [RoleGrant { role: AccountRole::Instructor, unit: None, class: None }];
        let new = NewAccount {
            name: "王老师",
            login: "teacher",
            phone: None,
            password: None,
            grants: &grants,
            by: None,
        };
        self.store.make_account(&new).await.expect("an account")
    }

    async fn state(&self, id: u64) -> State {
        self.store.registration(id, &Scope::all()).await.expect("it is there").line.state
    }

    async fn count(&self, state: State) -> u32 {
        let counts = self.store.registration_counts(PHASE, &Scope::all(), &Filter::default(), 0).await;
        let counts = counts.expect("a phase");
        counts.states.iter().find(|one| one.state == state).map_or(0, |one| one.count)
    }
}

/// A file of texts, its first row the headings.
fn file_of(rows: &[Vec<String>], kind: Kind) -> Vec<u8> {
    sheet::write(&Table::of_texts("a", rows), kind).expect("it fits")
}

/// The texts of the first sheet.
fn rows_of(file: &[u8]) -> Vec<Vec<String>> {
    sheet::read(file).expect("a table").sheets.remove(0).texts()
}

/// The fields that are wrong.
fn fields<T: std::fmt::Debug>(answer: Answer<T>) -> Vec<(String, Wrong)> {
    match answer {
        Err(Refused::Wrong(wrong)) => wrong.into_iter().map(|one| (one.field, one.wrong)).collect(),
        other => panic!("expected mistakes, not {other:?}"),
    }
}
