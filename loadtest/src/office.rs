//! People with accounts and roles, written straight into the data folder and signed in; made-up trainees.

use anyhow::Context;
use live_classroom::account::document::DocumentKind;
use live_classroom::account::document::with_check;
use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::office::accounts::{NewAccount, SecondFactor};
use live_classroom::programme::registration::{RegistrationForm, SchoolKind};
use live_classroom::protocol::Me;
use live_classroom::store::Store;

use crate::http::SignedIn;

const SESSION_MS: u64 = 3_600_000;

/// One role, over a unit where it has one.
pub fn grant(role: AccountRole, unit: Option<&str>) -> RoleGrant {
    RoleGrant { role, unit: unit.map(str::to_owned), class: None }
}

/// A new person with an account, signed in; administrators with a second factor.
pub async fn account(
    store: &Store,
    base_url: &str,
    login: &str,
    grants: &[RoleGrant],
) -> anyhow::Result<SignedIn> {
    let new = NewAccount {
        name: login,
        login,
        phone: None,
        password: Some("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"),
        grants,
        by: Some("cli"),
    };
    let person = office::accounts::make(store, &new).await.context("make an account")?;
    let mut factor = SecondFactor::None;
    if grants.iter().any(|grant| grant.role.is_admin()) {
        office::accounts::begin_totp(store, &person, b"12345678901234567890").await?;
        office::accounts::confirm_totp(store, &person, 1, &[]).await?;
        factor = SecondFactor::Code(2);
    }
    let session = office::accounts::begin_session(store, &person, &factor, "127.0.0.1", SESSION_MS).await?;
    let session = session.context("the second factor is right")?;
    let me = Me {
        earns_hours: true,
        corrects_hours: false,
        lesson_ended: false,
        seat: session.seat.clone(),
        name: login.to_owned(),
        role: Role::Trainee,
        lesson: None,
        lesson_title: None,
        rules: None,
    };
    let cookie = format!("lc_{}={}", session.seat, session.secret);
    Ok(SignedIn { base_url: base_url.trim_end_matches('/').to_owned(), me, cookie })
}

/// The form of the `n`th made-up trainee of a unit: every number has another document.
pub fn form(n: u32, unit: &str) -> RegistrationForm {
    const DAYS: u32 = 28;
    const MONTHS: u32 = 12;
    let (day, month) = (n % DAYS + 1, n / DAYS % MONTHS + 1);
    let (year, sequence) = (1960 + n / (DAYS * MONTHS) % 40, n / (DAYS * MONTHS * 40) % 1000);
    let body = format!("330105{year}{month:02}{day:02}{sequence:03}");
    RegistrationForm {
        name: name(n),
        document_kind: Some(DocumentKind::Resident),
        document_number: with_check(&body).unwrap_or_default(),
        unit: unit.to_owned(),
        school: format!("第{}职业技术学院", n % 300 + 1),
        school_kind: Some(if n.is_multiple_of(3) { SchoolKind::Secondary } else { SchoolKind::Higher }),
        mobile: format!("138{:08}", n % 100_000_000),
        ..RegistrationForm::default()
    }
}

fn name(n: u32) -> String {
    const FAMILY: [char; 20] = [
        '王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴', '徐', '孙', '胡', '朱', '高', '林', '何',
        '郭', '马', '罗',
    ];
    const GIVEN: [char; 24] = [
        '伟', '芳', '娜', '敏', '静', '丽', '强', '磊', '军', '洋', '勇', '艳', '杰', '娟', '涛', '明', '超',
        '霞', '平', '刚', '桂', '英', '华', '文',
    ];
    let of = |list: &[char], at: u32| list[at as usize % list.len()];
    [of(&FAMILY, n), of(&GIVEN, n / 20), of(&GIVEN, n / 480 + n)].iter().collect()
}
