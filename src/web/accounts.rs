//! The office of accounts: making people, inviting them again, roles, freezing. The stored roles of both
//! people decide here who may manage whom: a forged id, role or unit in a request reaches nobody.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::Web;
use super::account::{Checked, check, checked_phone};
use super::auth::{Body, Session};
use super::error::Refused;
use crate::account::role::{self, Scope};
use crate::account::role::{AccountState, Action, Role as AccountRole, RoleGrant};
use crate::attendance::fact::LeftReason;
use crate::live::room::SignedOut;
use crate::office;
use crate::office::accounts::{Account, AccountError, AccountFilter, NewAccount};
use crate::protocol::{
    AccountLine, Accounts, InvitationMade, InviteAgain, NewPerson, Refusal, Reveal, Revealed,
    SetAccountState, SetPhone, SetRoles,
};
use crate::time::clock::now_ms;
use crate::wire;

/// Possible lengths of a reason, characters.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 2..=200;

/// The rights of a person over accounts.
struct Office {
    /// The accounts that the person may make and invite.
    makes: Scope,
    /// Whether the person gives every role, those of administrators included.
    gives_roles: bool,
}

impl Office {
    fn of(session: &Session) -> Result<Office, Refused> {
        let (makes, roles) = (session.scope(Action::MakeAccounts), session.scope(Action::SetRoles));
        if makes.is_nothing() && roles.is_nothing() {
            return Err(Refused::not_allowed("Your roles do not allow this."));
        }
        Ok(Office { makes, gives_roles: roles.everything })
    }

    /// Whether this office manages people with these roles, and seats of these units.
    fn manages(&self, grants: &[RoleGrant], units: &[String]) -> bool {
        let only = |roles: &[AccountRole]| grants.iter().all(|grant| roles.contains(&grant.role));
        if self.gives_roles {
            true
        } else if self.makes.everything {
            only(&[AccountRole::Trainee, AccountRole::Instructor])
        } else {
            let mut own = grants.iter().filter_map(|grant| grant.unit.as_ref()).chain(units);
            only(&[AccountRole::Trainee]) && own.any(|unit| self.makes.unit(unit))
        }
    }

    /// Whether this office may give these roles: each of them must be within it.
    fn gives(&self, grants: &[RoleGrant]) -> bool {
        grants.iter().all(|grant| self.manages(std::slice::from_ref(grant), &[]))
    }
}

/// The query of a list.
#[derive(Deserialize)]
pub(super) struct Asked {
    text: Option<String>,
    #[serde(default, with = "wire")]
    role: Option<AccountRole>,
    unit: Option<String>,
    after: Option<String>,
}

/// `GET /api/accounts`
pub(super) async fn list(
    State(web): State<Arc<Web>>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Json<Accounts>, Refused> {
    let office = Office::of(&session)?;
    let own: Vec<String> = office.makes.units().map(Into::into).collect();
    let all = office.gives_roles || office.makes.everything;
    let units = match asked.unit {
        Some(unit) if all || own.contains(&unit) => Some(vec![unit]),
        Some(_) => return Err(nobody()),
        None if all => None,
        None => Some(own),
    };
    let text = asked.text.filter(|text| !text.trim().is_empty());
    let filter = AccountFilter { text, names_only: false, role: asked.role, units, after: asked.after };
    Ok(Json(office::accounts::list(&web.store, &filter).await.map_err(Refused::store)?))
}

/// `POST /api/accounts`
pub(super) async fn make(
    State(web): State<Arc<Web>>,
    session: Session,
    Body(new): Body<NewPerson>,
) -> Result<Json<InvitationMade>, Refused> {
    let office = Office::of(&session)?;
    let Checked { name, login, phone } = check(&new.name, &new.login, new.phone.as_deref())?;
    role::check(&new.roles)?;
    if !office.gives(&new.roles) {
        return Err(Refused::not_allowed("You may not give these roles, or not in this unit."));
    }
    office::accounts::check_scopes(&web.store, &new.roles).await?;
    let by = &session.person.person_id;
    let account = NewAccount {
        name: &name,
        login: &login,
        phone: phone.as_deref(),
        password: None,
        grants: &new.roles,
        by: Some(by),
    };
    let person = office::accounts::make(&web.store, &account).await?;
    web.invite(person, false, by, "").await
}

/// `POST /api/accounts/{person}/invitation`
pub(super) async fn invite(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(person): Path<String>,
    Body(body): Body<InviteAgain>,
) -> Result<Json<InvitationMade>, Refused> {
    let office = Office::of(&session)?;
    let account = web.managed(&office, &person).await?;
    check_reason(&body.reason)?;
    not_oneself(&session, &account)?;
    if body.forget_second_factor && !office.gives_roles {
        return Err(Refused::not_allowed("Only who sets roles may have a second factor forgotten."));
    }
    web.invite(person, body.forget_second_factor, &session.person.person_id, &body.reason).await
}

/// `PUT /api/accounts/{person}/roles`
pub(super) async fn set_roles(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(person): Path<String>,
    Body(body): Body<SetRoles>,
) -> Result<Json<AccountLine>, Refused> {
    session.may(Action::SetRoles)?;
    check_reason(&body.reason)?;
    role::check(&body.roles)?;
    let account = web.managed(&Office::of(&session)?, &person).await?;
    not_oneself(&session, &account)?;
    office::accounts::set_roles(&web.store, &person, &body.roles, &session.person.person_id, &body.reason)
        .await?;
    if account.grants.iter().any(|had| !body.roles.contains(had)) {
        let whose = SignedOut::Sessions { person: person.clone(), but: None };
        web.rooms.sign_out(whose, LeftReason::Removed).await;
    }
    web.account_line(&person).await
}

/// `PUT /api/accounts/{person}/state`
pub(super) async fn set_state(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(person): Path<String>,
    Body(body): Body<SetAccountState>,
) -> Result<Json<AccountLine>, Refused> {
    session.may(Action::SetRoles)?;
    check_reason(&body.reason)?;
    let account = web.managed(&Office::of(&session)?, &person).await?;
    not_oneself(&session, &account)?;
    let by = &session.person.person_id;
    office::accounts::set_state(&web.store, &person, body.state, by, &body.reason).await?;
    if body.state == AccountState::Frozen {
        web.rooms.sign_out(SignedOut::Person(person.clone()), LeftReason::Removed).await;
    }
    web.account_line(&person).await
}

/// `PUT /api/accounts/{person}/phone`
pub(super) async fn set_phone(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(person): Path<String>,
    Body(body): Body<SetPhone>,
) -> Result<Json<AccountLine>, Refused> {
    let account = web.managed(&Office::of(&session)?, &person).await?;
    check_reason(&body.reason)?;
    not_oneself(&session, &account)?;
    let phone = checked_phone(&body.phone)?;
    office::accounts::set_phone(&web.store, &person, &phone, &session.person.person_id, &body.reason).await?;
    web.account_line(&person).await
}

/// `POST /api/accounts/{person}/reveal`
pub(super) async fn reveal(
    State(web): State<Arc<Web>>,
    session: Session,
    Path(person): Path<String>,
    Body(body): Body<Reveal>,
) -> Result<Json<Revealed>, Refused> {
    let scope = session.may(Action::Reveal)?;
    check_reason(&body.reason)?;
    let account = web.store.accounts().of(&person).await.map_err(Refused::store)?.ok_or_else(nobody)?;
    let by = &session.person.person_id;
    // Within the same range as for invitations.
    let oneself = scope.oneself && account.person == *by;
    let office = Office { makes: scope, gives_roles: false };
    if !oneself && !office.manages(&account.grants, &account.units) {
        return Err(nobody());
    }
    Ok(Json(Revealed { text: office::accounts::reveal_phone(&web.store, &account, by, &body.reason).await? }))
}

impl Web {
    /// An account that this office manages; others do not exist for it.
    async fn managed(&self, office: &Office, person: &str) -> Result<Account, Refused> {
        let account = self.store.accounts().of(person).await.map_err(Refused::store)?;
        account.filter(|account| office.manages(&account.grants, &account.units)).ok_or_else(nobody)
    }

    async fn invite(
        &self,
        person: String,
        forget_totp: bool,
        by: &str,
        reason: &str,
    ) -> Result<Json<InvitationMade>, Refused> {
        let expires_at_ms = now_ms() + u64::from(self.limits.invitation_ttl_h) * 3_600_000;
        let secret =
            office::accounts::invite(&self.store, &person, forget_totp, expires_at_ms, by, reason).await;
        let path = format!("/invited#{}", secret.map_err(Refused::store)?);
        Ok(Json(InvitationMade { person, path, expires_at_ms }))
    }

    async fn account_line(&self, person: &str) -> Result<Json<AccountLine>, Refused> {
        let line = office::accounts::line(&self.store, person).await.map_err(Refused::store)?;
        Ok(Json(line.ok_or_else(nobody)?))
    }
}

fn not_oneself(session: &Session, account: &Account) -> Result<(), Refused> {
    if session.person.person_id != account.person {
        return Ok(());
    }
    let message = "Nobody changes the own rights; somebody else must do that.";
    Err(Refused::new(StatusCode::FORBIDDEN, "own_roles", message))
}

pub(super) fn check_reason(reason: &str) -> Result<(), Refused> {
    if REASON_CHARS.contains(&reason.trim().chars().count()) {
        return Ok(());
    }
    Err(Refusal::TextLength.into())
}

fn nobody() -> Refused {
    Refused::not_found("There is no such person here.")
}

impl From<role::BadRoles> for Refused {
    fn from(bad: role::BadRoles) -> Refused {
        Refused::new(StatusCode::BAD_REQUEST, "bad_roles", format!("These roles cannot be given: {bad}."))
    }
}

impl From<AccountError> for Refused {
    fn from(error: AccountError) -> Refused {
        match error {
            AccountError::NotFound => nobody(),
            AccountError::NoSuchScope => {
                let message = "These roles cannot be given: there is no such unit or class.";
                Refused::new(StatusCode::BAD_REQUEST, "no_such_scope", message)
            }
            AccountError::PhoneTaken => Refused::new(
                StatusCode::CONFLICT,
                "phone_taken",
                "Another account has this telephone already.",
            ),
            AccountError::Store(error) => Refused::store(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: AccountRole, unit: Option<&str>) -> RoleGrant {
        RoleGrant { role, unit: unit.map(Into::into), class: None }
    }

    #[test]
    fn who_has_whom_in_hand() {
        use AccountRole::{Instructor, SecurityAdmin, Trainee, TrainingAdmin, UnitAdmin};
        let office = |grants: &[RoleGrant]| Office {
            makes: role::scope(grants, Action::MakeAccounts),
            gives_roles: role::scope(grants, Action::SetRoles).everything,
        };
        let unit = office(&[grant(UnitAdmin, Some("33"))]);
        let training = office(&[grant(TrainingAdmin, None)]);
        let security = office(&[grant(SecurityAdmin, None)]);
        // Roles, and whether the administrators of a unit, of the training, and of security manage people
        // with them.
        for (grants, expected) in [
            (vec![grant(Trainee, None)], [false, true, true]),
            (vec![grant(Trainee, Some("33"))], [true, true, true]),
            (vec![grant(Trainee, Some("11"))], [false, true, true]),
            (vec![grant(Instructor, None)], [false, true, true]),
            (vec![grant(Trainee, Some("33")), grant(Instructor, None)], [false, true, true]),
            (vec![grant(UnitAdmin, Some("33"))], [false, false, true]),
            (vec![grant(Trainee, Some("33")), grant(UnitAdmin, Some("33"))], [false, false, true]),
            (vec![grant(TrainingAdmin, None)], [false, false, true]),
            (vec![grant(SecurityAdmin, None)], [false, false, true]),
        ] {
            let found = [&unit, &training, &security].map(|office| office.manages(&grants, &[]));
            assert_eq!(found, expected, "{grants:?}");
        }
        // A seat of the unit, by an approved registration, is as good.
        assert!(unit.manages(&[grant(Trainee, None)], &["11".into(), "33".into()]));
        assert!(!unit.manages(&[grant(Trainee, None), grant(Instructor, None)], &["33".into()]));
        assert!(!unit.gives(&[grant(Trainee, Some("33")), grant(Trainee, Some("11"))]));
        assert!(!unit.gives(&[grant(Trainee, None)]));
    }
}
