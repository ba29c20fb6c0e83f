//! Accounts: signing in with a password, the second factor, roles, invitations, the audit log. Every refusal
//! is an [`super::ApiError`]; each type names its codes. Besides, every route may answer `signed_out` 401,
//! `not_allowed` 403, `second_factor_needed` and `password_too_old` 403 (see [`Must`]), `malformed` 400,
//! `too_large` 413, `too_fast` 429, `busy` and `unavailable` 503 (both with `Retry-After`).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Action, RoleGrant, WrongTries};
use crate::account;
use crate::wire::{self, mirror};

mirror! {
    /// A duty of the person, before which everything else is refused.
    #[serde(rename_all = "snake_case")]
    enum Must for account::password::Must {
        /// Set up a second factor, as administrators must: `POST /api/account/totp`. Until then everything
        /// else is refused with `second_factor_needed`.
        EnrolSecondFactor,
        /// Change an administrator's password older than 90 days: `POST /api/account/password`. Until then
        /// everything else is refused with `password_too_old`.
        ChangePassword,
    }
}

/// `POST /api/account/sign-in` body. Answers [`Account`] with the cookie of the seat. `wrong_sign_in` 401 (no
/// such account, or wrong password: the same text after the same time), `code_needed` 401 (ask for the code,
/// send all again), `wrong_code` 401 (or used already), `frozen` 403, `locked` 429 with `Retry-After` (five
/// failures in 15 minutes lock for 30, for their network or device; the right password together with the
/// right code of a second factor is accepted all the same).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PasswordSignIn {
    /// Log-in name or mobile number.
    pub login: String,
    pub password: String,
    /// Six digits of the authenticator, or a recovery code; for accounts with a second factor.
    #[serde(default)]
    #[ts(optional)]
    pub code: Option<String>,
}

/// `POST /api/account/new` body: a trainee makes the own account. Answers [`Account`] with the cookie.
/// `bad_name`, `bad_login`, `bad_phone`, `weak_password` 400 (see [`WeakPassword`]), `login_taken` 409 (name
/// or telephone number).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Real name.
    pub name: String,
    /// 4 to 32 small letters, digits, `.`, `-`, `_`, beginning with a letter.
    pub login: String,
    pub phone: String,
    pub password: String,
}

mirror! {
    /// Why a password is refused; the `code` of a refusal with status 400.
    #[serde(rename_all = "snake_case")]
    enum WeakPassword for account::password::Weak {
        /// Fewer than 8 characters, for administrators 12.
        PasswordShort,
        PasswordLong,
        PasswordSimple,
        PasswordPersonal,
        /// The password is in lists that attackers try first, or made of such words and rows of keys.
        PasswordCommon,
        PasswordUsedBefore,
    }
}

/// `POST /api/account/invitation/look` body: the secret after `#` of `/invited#…`; answers [`Invited`].
/// `link_unknown` 401, `link_used`, `link_expired` 410, `link_frozen` 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    pub secret: String,
}

/// The person of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Invited {
    pub name: String,
    pub login: String,
    /// Whether the stricter rules for passwords hold, and a second factor will be required.
    pub is_admin: bool,
    /// Whether a code of the authenticator is required beside the new password.
    pub needs_code: bool,
    #[ts(type = "number")]
    pub expires_at_ms: u64,
}

/// `POST /api/account/invitation` body: uses up the invitation, sets the password, signs in. Answers
/// [`Account`] with the cookie. Codes as for [`Invitation`], [`WeakPassword`], `code_needed` 401,
/// `wrong_code` 401.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    pub secret: String,
    pub password: String,
    /// Required if [`Invited::needs_code`].
    #[serde(default)]
    #[ts(optional)]
    pub code: Option<String>,
}

/// The signed-in account: answer of the sign-ins and of `GET /api/account?as={seat}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Account {
    /// Goes into the page's address as `?as=`, as with one-click links.
    pub seat: String,
    /// Id of the person.
    pub person: String,
    pub name: String,
    pub login: String,
    /// Masked.
    pub phone: Option<String>,
    #[serde(with = "wire")]
    #[ts(as = "Vec<RoleGrant>")]
    pub roles: Vec<account::role::RoleGrant>,
    /// Actions that these roles may take at all (the server decides the range); for the pages' menus.
    #[serde(with = "wire")]
    #[ts(as = "Vec<Action>")]
    pub may: Vec<account::role::Action>,
    /// Open duties; empty = none.
    #[serde(with = "wire")]
    #[ts(as = "Vec<Must>")]
    pub must: Vec<account::password::Must>,
    pub has_second_factor: bool,
    /// Number of unused recovery codes.
    pub recovery_codes_left: u32,
    /// Seconds without a request after which the account is signed out.
    pub idle_s: u32,
    /// At a sign-in: wrong tries elsewhere since the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub wrong_tries: Option<WrongTries>,
}

/// `POST /api/account/password` body; 204, and every other session of the account ends.
/// `wrong_password` 403, [`WeakPassword`].
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub old: String,
    pub new: String,
}

/// `POST /api/account/phone` body: another telephone number for signing in, from now on; answers [`Account`].
/// `wrong_password` 403, `bad_phone` 400, `phone_taken` 409 (another account has it).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangePhone {
    pub password: String,
    pub phone: String,
}

/// `POST /api/account/totp` body: begins to enrol an authenticator; answers [`TotpSetup`]. An earlier one
/// works until the new one is confirmed. `wrong_password` 403, `code_needed`, `wrong_code` 401.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct StartTotp {
    pub password: String,
    /// Required if an authenticator is enrolled already.
    #[serde(default)]
    #[ts(optional)]
    pub code: Option<String>,
}

/// A secret for an authenticator; shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TotpSetup {
    /// `otpauth://totp/…`
    pub url: String,
    /// The secret in groups of four, for typing.
    pub secret: String,
    pub qr: QrCode,
}

/// A QR code made by the server: `<svg viewBox="0 0 size size"><path d={path}/></svg>`, black on white,
/// with its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QrCode {
    pub size: u32,
    pub path: String,
}

/// `POST /api/account/totp/confirm` body; answers [`RecoveryCodes`]. `wrong_code` 403, `no_setup` 409.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    pub code: String,
}

/// Recovery codes, each of which replaces the authenticator once; shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// `GET /api/accounts?text=&role=&unit=&after=` answer, for people who make accounts or set roles, within
/// their range; by id, 100 at a time. `text` is part of a name, a log-in name or a whole telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Accounts {
    pub accounts: Vec<AccountLine>,
    /// `after` of the next page.
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountLine {
    pub person: String,
    pub name: String,
    pub login: String,
    /// Masked.
    pub phone: Option<String>,
    #[serde(with = "wire")]
    #[ts(as = "Vec<RoleGrant>")]
    pub roles: Vec<account::role::RoleGrant>,
    #[serde(with = "wire")]
    #[ts(as = "AccountState")]
    pub state: account::role::AccountState,
    /// False = the invitation is not used yet.
    pub has_password: bool,
    pub has_second_factor: bool,
    #[ts(type = "number | null")]
    pub locked_until_ms: Option<u64>,
}

mirror! {
    #[serde(rename_all = "snake_case")]
    enum AccountState for account::role::AccountState {
        Active,
        /// The person cannot sign in.
        Frozen,
    }
}

/// `POST /api/accounts` body: answers [`InvitationMade`]. Everybody who may make accounts gives `trainee` (a
/// unit administrator: of the own unit); the training administrator `instructor`, too; only people who set
/// roles give the others. `bad_name`, `bad_login`, `bad_phone`, `bad_roles`, `no_such_scope` 400,
/// `login_taken` 409.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    pub name: String,
    pub login: String,
    #[serde(default)]
    #[ts(optional)]
    pub phone: Option<String>,
    #[serde(with = "wire")]
    #[ts(as = "Vec<RoleGrant>")]
    pub roles: Vec<account::role::RoleGrant>,
}

/// A one-time link for setting the own password; shown once, handed over by people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InvitationMade {
    pub person: String,
    /// `/invited#…`, to be appended to the server's address.
    pub path: String,
    #[ts(type = "number")]
    pub expires_at_ms: u64,
}

/// `POST /api/accounts/{person}/invitation` body: a new password for a person who forgot it; answers
/// [`InvitationMade`]. Earlier invitations stop working, the password works until the new invitation is used.
/// Only people who set roles invite administrators again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InviteAgain {
    /// The authenticator was lost, too: using the invitation removes it. Only for people who set roles.
    pub forget_second_factor: bool,
    pub reason: String,
}

/// `PUT /api/accounts/{person}/roles` body: all roles from now on; answers [`AccountLine`]. Losing a role
/// ends every session of the account. `bad_roles` 400 (unit or class missing or too much, roles that must not
/// be in one hand), `own_roles` 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetRoles {
    #[serde(with = "wire")]
    #[ts(as = "Vec<RoleGrant>")]
    pub roles: Vec<account::role::RoleGrant>,
    pub reason: String,
}

/// `PUT /api/accounts/{person}/state` body, for people who set roles; answers [`AccountLine`]. `own_roles`
/// 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetAccountState {
    #[serde(with = "wire")]
    #[ts(as = "AccountState")]
    pub state: account::role::AccountState,
    pub reason: String,
}

/// `PUT /api/accounts/{person}/phone` body: for a person who has another telephone number and cannot sign in,
/// by anybody who could invite them again; answers [`AccountLine`]. `bad_phone` 400, `phone_taken` 409,
/// `text_length` 400, `own_roles` 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetPhone {
    pub phone: String,
    pub reason: String,
}

/// `POST /api/accounts/{person}/reveal` body: the telephone number in full, with a reason, which is in the
/// audit log; answers [`Revealed`]. `text_length` 400 for a reason of fewer than 2 or more than 200
/// characters.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Revealed {
    pub text: String,
}

/// `GET /api/audit?before={seq}&actor=&act=&target=` answer, newest first, 200 at a time; all as a table:
/// `GET /api/audit/events.csv`. For auditors and the audit administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditPage {
    pub events: Vec<AuditLine>,
    /// `before` of the next page.
    #[ts(type = "number | null")]
    pub next: Option<u64>,
}

/// One event of the audit log; nobody can change or delete it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditLine {
    #[ts(type = "number")]
    pub seq: u64,
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Id of the person, or "server", "cli", "visitor" (a person who was not let in).
    pub actor: String,
    pub actor_name: String,
    /// The act, as `account.roles_set`; see `account::audit`.
    pub act: String,
    /// Id of the object.
    pub target: String,
    /// Name of the person who is the object, if it is one.
    pub target_name: Option<String>,
    /// Further details, as JSON; never a document number or a telephone number.
    pub detail: String,
    /// False = the act was refused.
    pub done: bool,
    /// Hash of the event, in hex; each event is bound to the one before.
    pub hash: String,
}
