//! The own account: signing in with a password, making one, using an invitation, changing the password,
//! signing out everywhere. [`proving`] checks passwords and codes, [`second_factor`] enrols authenticators.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};

use super::auth::{Body, Exact, OwnAccount};
use super::error::Refused;
use super::rate::Act;
use super::visitor::{Device, Visitor};
use super::{Web, cookies};
use crate::account::name;
use crate::account::password::{self, Weak, musts};
use crate::account::role::{ACTIONS, scope};
use crate::account::role::{Role as AccountRole, RoleGrant};
use crate::account::telephone;
use crate::attendance::fact::LeftReason;
use crate::live::room::SignedOut;
use crate::office;
use crate::office::accounts::{self, MakeError, Meant, NewSession, SecondFactor};
use crate::office::passwords::Busy;
use crate::protocol::{
    AcceptInvitation, Account, ChangePassword, ChangePhone, Invitation, Invited, NewAccount, PasswordSignIn,
    Refusal,
};
use crate::time::clock::now_ms;

mod proving;
pub(super) mod second_factor;

pub(super) use proving::Tries;

/// Possible lengths of a log-in name, characters.
const LOGIN_CHARS: std::ops::RangeInclusive<usize> = 4..=32;

/// `POST /api/account/sign-in`
pub(super) async fn sign_in(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Exact(body): Exact<PasswordSignIn>,
) -> Result<Response, Refused> {
    let proven = web.prove(&visitor, &body.login, body.password, body.code.as_deref()).await?;
    let (person, device) = (&proven.account.person, visitor.known_device()?);
    let session = office::accounts::begin_session(
        &web.store,
        person,
        &proven.factor,
        device.origin(&visitor),
        web.session_ttl_ms(),
    )
    .await;
    let Some(session) = session.map_err(Refused::store)? else {
        return Err(web.refuse_code(&visitor, &proven.tried).await?);
    };
    web.signed_in(&visitor, &device, session, person).await
}

/// `POST /api/account/new`
pub(super) async fn make(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Exact(body): Exact<NewAccount>,
) -> Result<Response, Refused> {
    let allowed = {
        let mut made = web.new_accounts.lock().expect("no holder of this lock panics");
        let allowed = made.may_try(Instant::now(), visitor.counted);
        made.failed(Instant::now(), visitor.counted);
        allowed
    };
    if !allowed {
        return Err(Refusal::TooFast.into());
    }
    let Checked { name, login, phone } = check(&body.name, &body.login, Some(&body.phone))?;
    let personal: Vec<&str> = [name.as_str(), &login].into_iter().chain(phone.as_deref()).collect();
    password::check(&body.password, false, &personal)?;
    let password = web.hasher.hash(body.password, Vec::new()).await?;
    let grants = [RoleGrant { role: AccountRole::Trainee, unit: None, class: None }];
    let new = accounts::NewAccount {
        name: &name,
        login: &login,
        phone: phone.as_deref(),
        password: password.as_deref(),
        grants: &grants,
        by: None,
    };
    let person = office::accounts::make(&web.store, &new).await?;
    let device = visitor.known_device()?;
    let origin = device.origin(&visitor);
    let session = office::accounts::begin_session(
        &web.store,
        &person,
        &SecondFactor::None,
        origin,
        web.session_ttl_ms(),
    )
    .await;
    let session = session.map_err(Refused::store)?.ok_or_else(Refused::signed_out)?;
    web.signed_in(&visitor, &device, session, &person).await
}

/// `POST /api/account/invitation/look`
pub(super) async fn look(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Body(body): Body<Invitation>,
) -> Result<Json<Invited>, Refused> {
    let invitation = web.invitation(&visitor, &body.secret).await?;
    let account = &invitation.account;
    Ok(Json(Invited {
        name: account.name.clone(),
        login: account.login.clone(),
        is_admin: account.is_admin(),
        needs_code: account.totp.is_some() && !invitation.forget_totp,
        expires_at_ms: invitation.expires_at_ms,
    }))
}

/// `POST /api/account/invitation`
pub(super) async fn accept(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Exact(body): Exact<AcceptInvitation>,
) -> Result<Response, Refused> {
    let invitation = web.invitation(&visitor, &body.secret).await?;
    let account = &invitation.account;
    let person = account.person.clone();
    let tried = web.try_on(&visitor, Meant::person(&person, None)).await?;
    let factor = if invitation.forget_totp {
        SecondFactor::None
    } else {
        web.second_factor(&visitor, &tried, account, body.code.as_deref()).await?
    };
    let hash = web.new_password(account, body.password).await?;
    let session =
        office::accounts::accept_invitation(&web.store, &body.secret, &hash, &factor, web.session_ttl_ms())
            .await?;
    let Some(session) = session else { return Err(web.refuse_code(&visitor, &tried).await?) };
    web.end_others(&person, Some(&session.seat)).await;
    let device = visitor.known_device()?;
    office::accounts::came_from(&web.store, &person, &device.origin(&visitor))
        .await
        .map_err(Refused::store)?;
    web.signed_in(&visitor, &device, session, &person).await
}

/// `GET /api/account`
pub(super) async fn show(State(web): State<Arc<Web>>, own: OwnAccount) -> Result<Json<Account>, Refused> {
    Ok(Json(web.describe_account(own.seat, &own.person).await?))
}

/// `POST /api/account/password`
pub(super) async fn change_password(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    own: OwnAccount,
    Exact(body): Exact<ChangePassword>,
) -> Result<StatusCode, Refused> {
    let (account, _tried) = web.prove_password(&visitor, &own.person, body.old).await?;
    let hash = web.new_password(&account, body.new).await?;
    office::accounts::change_password(&web.store, &own.person, &hash, &own.seat)
        .await
        .map_err(Refused::store)?;
    web.end_others(&own.person, Some(&own.seat)).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/account/phone`
pub(super) async fn change_phone(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    own: OwnAccount,
    Exact(body): Exact<ChangePhone>,
) -> Result<Json<Account>, Refused> {
    let phone = checked_phone(&body.phone)?;
    // A person who tries many numbers would learn which of them have accounts.
    web.allow(Act::Save, &own.person)?;
    let _proven = web.prove_password(&visitor, &own.person, body.password).await?;
    office::accounts::change_phone(&web.store, &own.person, &phone).await?;
    Ok(Json(web.describe_account(own.seat, &own.person).await?))
}

/// `POST /api/account/sign-out-everywhere`
pub(super) async fn sign_out_everywhere(
    State(web): State<Arc<Web>>,
    own: OwnAccount,
) -> Result<StatusCode, Refused> {
    office::accounts::sign_out_everywhere(&web.store, &own.person).await.map_err(Refused::store)?;
    web.end_others(&own.person, None).await;
    Ok(StatusCode::NO_CONTENT)
}

impl Web {
    /// Tells the classes that the sessions of this person have ended, except one.
    async fn end_others(&self, person: &str, but: Option<&str>) {
        let whose = SignedOut::Sessions { person: person.to_owned(), but: but.map(str::to_owned) };
        self.rooms.sign_out(whose, LeftReason::Asked).await;
    }

    fn session_ttl_ms(&self) -> u64 {
        u64::from(self.limits.session_ttl_h) * 3_600_000
    }

    /// The answer that begins a session.
    async fn signed_in(
        &self,
        visitor: &Visitor,
        device: &Device,
        session: NewSession,
        person: &str,
    ) -> Result<Response, Refused> {
        self.idle.forget(now_ms(), self.session_ttl_ms());
        let max_age_s = session.expires_at_ms.saturating_sub(now_ms()) / 1000;
        let cookie = cookies::set_cookie(&session.seat, &session.secret, max_age_s, visitor.secure);
        tracing::info!(person, "signed in with an account");
        let account = self.describe_account(session.seat, person).await?;
        let account = Account { wrong_tries: session.wrong_tries, ..account };
        let kept = device.cookie(visitor).map(|cookie| AppendHeaders([(header::SET_COOKIE, cookie)]));
        Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), kept, Json(account)).into_response())
    }

    async fn describe_account(&self, seat: String, person: &str) -> Result<Account, Refused> {
        let account = self.store.accounts().of(person).await.map_err(Refused::store)?;
        let account = account.ok_or_else(Refused::signed_out)?;
        let is_admin = account.is_admin();
        let may = ACTIONS.into_iter().filter(|action| !scope(&account.grants, *action).is_nothing());
        let idle_s = u32::try_from(self.idle_ms(is_admin) / 1000).unwrap_or(u32::MAX);
        let must = musts(is_admin, account.totp.is_some(), account.password_at_ms.unwrap_or(0), now_ms());
        Ok(Account {
            seat,
            name: account.name,
            login: account.login,
            phone: account.phone.as_deref().map(telephone::masked_mobile),
            may: may.collect(),
            must,
            roles: account.grants,
            has_second_factor: account.totp.is_some(),
            recovery_codes_left: account.recovery_codes_left,
            idle_s,
            wrong_tries: None,
            person: account.person,
        })
    }

    /// An invitation that still works; a wrong one counts against the address.
    async fn invitation(&self, visitor: &Visitor, secret: &str) -> Result<accounts::Invitation, Refused> {
        let invitation = office::accounts::invitation(&self.store, secret, now_ms()).await;
        if invitation.is_err() {
            // A right one passes, even if others have failed at this address.
            self.may_try(visitor)?;
            self.failed(visitor);
        }
        Ok(invitation?)
    }

    /// The hash of a new password, if it is good enough for this account.
    async fn new_password(&self, account: &accounts::Account, password: String) -> Result<String, Refused> {
        password::check(&password, account.is_admin(), &account.personal())?;
        let old =
            office::accounts::old_passwords(&self.store, &account.person).await.map_err(Refused::store)?;
        Ok(self.hasher.hash(password, old).await?.ok_or(Weak::PasswordUsedBefore)?)
    }
}

/// The texts of a new account in their canonical form.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) login: String,
    pub(super) phone: Option<String>,
}

/// Checks the texts typed for a new account.
pub(super) fn check(name: &str, login: &str, phone: Option<&str>) -> Result<Checked, Refused> {
    let bad = |code, message| Refused::new(StatusCode::BAD_REQUEST, code, message);
    let name = name::real(name).map_err(|wrong| bad("bad_name", format!("The name {wrong}.")))?;
    let login = login.trim().to_lowercase();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let begins = login.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if !begins || !LOGIN_CHARS.contains(&login.len()) || !login.chars().all(fits) {
        let message = "The log-in name needs 4 to 32 letters, digits or . - _ and begins with a letter.";
        return Err(bad("bad_login", message.to_owned()));
    }
    let phone = phone.filter(|phone| !phone.trim().is_empty()).map(checked_phone).transpose()?;
    Ok(Checked { name, login, phone })
}

/// A mobile number in its canonical form.
pub(super) fn checked_phone(text: &str) -> Result<String, Refused> {
    telephone::mobile(text).map_err(|wrong| {
        Refused::new(StatusCode::BAD_REQUEST, "bad_phone", format!("The telephone {wrong}."))
    })
}

impl From<Weak> for Refused {
    fn from(weak: Weak) -> Refused {
        let code = match weak {
            Weak::PasswordShort => "password_short",
            Weak::PasswordLong => "password_long",
            Weak::PasswordSimple => "password_simple",
            Weak::PasswordPersonal => "password_personal",
            Weak::PasswordCommon => "password_common",
            Weak::PasswordUsedBefore => "password_used_before",
        };
        Refused::new(StatusCode::BAD_REQUEST, code, format!("This password is not taken: {weak}."))
    }
}

impl From<Busy> for Refused {
    fn from(busy: Busy) -> Refused {
        let message = format!("Many people are signing in; try again in {} seconds.", busy.retry_after_s);
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message).retry_after_s(busy.retry_after_s)
    }
}

impl From<MakeError> for Refused {
    fn from(error: MakeError) -> Refused {
        match error {
            MakeError::Taken => Refused::new(
                StatusCode::CONFLICT,
                "login_taken",
                "This log-in name or telephone has an account already; sign in, or ask your administrator.",
            ),
            MakeError::Store(error) => Refused::store(error),
        }
    }
}
