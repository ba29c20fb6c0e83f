//! The front door on a real disk: AC-4, every step, seats under many hands, tables exported and imported.

use std::collections::BTreeSet;
use std::sync::Arc;

use tempfile::TempDir;

use super::{Answer, Keep, OfficeRefusal as Refused};
use crate::account::document::DocumentKind;
use crate::account::document::with_check;
use crate::account::role::{Action, Role as AccountRole, RoleGrant};
use crate::account::role::{Scope, scope};
use crate::config::HoursConfig;
use crate::files::recordings::Recordings;
use crate::files::reports::ReportFiles;
use crate::lesson::Role;
use crate::office;
use crate::office::accounts::NewAccount;
use crate::office::books::{Books, Times};
use crate::office::registrations::{Filter, LinesOf, Listed};
use crate::office::reports::Reporter;
use crate::programme::enrolment::{self, State};
use crate::programme::notice;
use crate::programme::phase::{Days, NewPhase};
use crate::programme::registration::{RegistrationForm, SchoolKind};
use crate::protocol::{Decide, Decided, Decision, NewProgramme, NewQuota, SaveRegistration};
use crate::sheet::{self, Kind, Table};
use crate::store::Store;
use crate::text::mistake::Wrong;

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
    data: TempDir,
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
        let admin = store.people().add("培训管理员", Role::Operator).await.expect("somebody");
        let office = Office { store, admin, data };
        let new = NewProgramme { id: PROGRAMME.into(), title: "示范班".into(), issuers: vec![] };
        office::programmes::make(&office.store, &office.admin, &new, 0).await.expect("a programme");
        office::phases::make(&office.store, &office.admin, PROGRAMME, &phase).await.expect("a phase");
        office.quotas(quotas).await.expect("the plan has room");
        office
    }

    fn reporter(&self) -> Reporter {
        let recordings = Recordings::new(self.data.path(), 0);
        let times = Times::of(&HoursConfig::default());
        let books = Books::new(self.store.clone(), recordings, Arc::default(), times);
        Reporter::new(books, ReportFiles::new(self.data.path()))
    }

    async fn quotas(&self, quotas: &[(&str, u32)]) -> Answer<crate::protocol::Quotas> {
        let rows: Vec<NewQuota> =
            quotas.iter().map(|(unit, seats)| NewQuota { unit: (*unit).into(), seats: *seats }).collect();
        office::quotas::set(&self.store, &self.admin, PHASE, &rows, OPEN_MS).await
    }

    async fn person(&self) -> String {
        self.store.people().add("账号", Role::Trainee).await.expect("somebody")
    }

    async fn save(&self, person: &str, form: RegistrationForm, submit: bool, now_ms: u64) -> Answer<u64> {
        let save = SaveRegistration { form, submit, consent: Some(notice::VERSION.into()) };
        Ok(office::registrations::save(&self.store, person, PHASE, &save, now_ms).await?.id)
    }

    /// Submits the registration of a new person; returns its id.
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
            office::registrations::decide(&self.store, &self.admin, &Scope::all(), PHASE, &decide, now_ms)
                .await;
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

    /// The person of a registration.
    async fn person_of(&self, id: u64) -> String {
        let row = sqlx::query("SELECT person FROM registrations WHERE id = $1").bind(id as i64);
        sqlx::Row::get(&row.fetch_one(self.store.by_hand()).await.expect("it is there"), 0)
    }

    /// A new person who may teach.
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
        office::accounts::make(&self.store, &new).await.expect("an account")
    }

    async fn state(&self, id: u64) -> State {
        office::registrations::one(&self.store, id, &Scope::all()).await.expect("it is there").line.state
    }

    async fn count(&self, state: State) -> u32 {
        let counts =
            office::registrations::counts(&self.store, PHASE, &Scope::all(), &Filter::default(), 0).await;
        let counts = counts.expect("a phase");
        counts.states.iter().find(|one| one.state == state).map_or(0, |one| one.count)
    }
}

/// A file of texts, the headings in its first row.
fn file_of(rows: &[Vec<String>], kind: Kind) -> Vec<u8> {
    sheet::write(&Table::of_texts("a", rows), kind).expect("it fits")
}

/// The texts of the first sheet.
fn rows_of(file: &[u8]) -> Vec<Vec<String>> {
    sheet::read(file).expect("a table").sheets.remove(0).texts()
}

/// The wrong fields.
fn fields<T: std::fmt::Debug>(answer: Answer<T>) -> Vec<(String, Wrong)> {
    match answer {
        Err(Refused::Wrong(wrong)) => wrong.into_iter().map(|one| (one.field, one.wrong)).collect(),
        other => panic!("expected mistakes, not {other:?}"),
    }
}
