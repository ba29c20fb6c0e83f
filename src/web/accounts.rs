//! The office of accounts: making people, inviting them anew, roles, freezing. Whom somebody may manage is
//! decided here from the stored roles of both: a forged id, role or unit in a request reaches nobody.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::account::{Checked, check, checked_phone};
use super::auth::{Body, Session};
use super::error::Refused;
use super::{Web, now_ms};
use crate::course::role::{self, Scope};
use crate::protocol::{
    AccountLine, AccountRole, Accounts, Action, InvitationMade, InviteAgain, NewPerson, Refusal, Reveal,
    Revealed, RoleGrant, SetAccountState, SetPhone, SetRoles,
};
use crate::store::accounts::{Account, AccountFilter, NewAccount, OfficeError};

/// Length of a reason.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 2..=200;

/// What somebody may do with accounts.
struct Office {
    /// Makes and invites these.
    makes: Scope,
    /// Gives every role, also to administrators.
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

    /// Whether somebody with these roles, and seats of these units, is in this hand.
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

    /// Whether these roles may be given by this hand: each of them must be.
    fn gives(&self, grants: &[RoleGrant]) -> bool {
        grants.iter().all(|grant| self.manages(std::slice::from_ref(grant), &[]))
    }
}

/// What is asked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    text: Option<String>,
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
    Ok(Json(web.store.accounts(&filter).await.map_err(Refused::store)?))
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
    web.store.scopes_exist(&new.roles).await?;
    let by = &session.person.person_id;
    let account = NewAccount {
        name: &name,
        login: &login,
        phone: phone.as_deref(),
        password: None,
        grants: &new.roles,
        by: Some(by),
    };
    let person = web.store.make_account(&account).await?;
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
    web.store.set_roles(&person, &body.roles, &session.person.person_id, &body.reason).await?;
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
    web.store.set_account_state(&person, body.state, by, &body.reason).await?;
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
    web.store.set_phone(&person, &phone, &session.person.person_id, &body.reason).await?;
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
    let account = web.store.account(&person).await.map_err(Refused::store)?.ok_or_else(nobody)?;
    let by = &session.person.person_id;
    // As far as one reaches, the same people are in the same hand as for invitations.
    let oneself = scope.oneself && account.person == *by;
    let office = Office { makes: scope, gives_roles: false };
    if !oneself && !office.manages(&account.grants, &account.units) {
        return Err(nobody());
    }
    Ok(Json(Revealed { text: web.store.reveal_phone(&account, by, &body.reason).await? }))
}

impl Web {
    /// An account that is in this hand; others do not exist for it.
    async fn managed(&self, office: &Office, person: &str) -> Result<Account, Refused> {
        let account = self.store.account(person).await.map_err(Refused::store)?;
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
        let secret = self.store.invite(&person, forget_totp, expires_at_ms, by, reason).await;
        let path = format!("/invited#{}", secret.map_err(Refused::store)?);
        Ok(Json(InvitationMade { person, path, expires_at_ms }))
    }

    async fn account_line(&self, person: &str) -> Result<Json<AccountLine>, Refused> {
        let line = self.store.account_line_of(person).await.map_err(Refused::store)?;
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

impl From<OfficeError> for Refused {
    fn from(error: OfficeError) -> Refused {
        match error {
            OfficeError::NotFound => nobody(),
            OfficeError::NoSuchScope => {
                let message = "These roles cannot be given: there is no such unit or class.";
                Refused::new(StatusCode::BAD_REQUEST, "no_such_scope", message)
            }
            OfficeError::PhoneTaken => Refused::new(
                StatusCode::CONFLICT,
                "phone_taken",
                "Another account has this telephone already.",
            ),
            OfficeError::Store(error) => Refused::store(error),
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
        // Their roles, and whether the administrators of a unit, of the training, of security manage them.
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
