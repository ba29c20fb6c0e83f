//! Accounts: signing in with a password, the second factor, roles, invitations, the audit log.
//!
//! Every refusal is an [`super::ApiError`]; its codes stand at each type. Besides, every route may answer
//! `signed_out` 401, `not_allowed` 403, `second_factor_needed` and `password_too_old` 403 (see [`Must`]),
//! `malformed` 400, `too_large` 413, `too_fast` 429, `busy` and `unavailable` 503 (both with `Retry-After`).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::WrongTries;

/// Roles of the programme (§7.1). What each may do: `course::role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountRole {
    Trainee,
    Instructor,
    /// 班主任, of some classes.
    ClassAdmin,
    /// 单位管理员, of one unit.
    UnitAdmin,
    /// 培训管理员.
    TrainingAdmin,
    /// Watches over running classes.
    Operator,
    /// Reads everything, changes nothing.
    Auditor,
    SystemAdmin,
    SecurityAdmin,
    AuditAdmin,
}

/// What a role may do or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Registers oneself, withdraws oneself.
    Register,
    SeeRegistrations,
    /// Recommends to the training administrator, or rejects.
    Recommend,
    /// Approves or rejects for good.
    Approve,
    Nominate,
    /// A document number or telephone in full, with a reason.
    Reveal,
    SetQuota,
    MakePhase,
    FormClasses,
    MakeTimetable,
    Announce,
    SeeReports,
    SeeLoad,
    /// Who checked the network before a class, and what came of it.
    SeeNetworks,
    CorrectHours,
    MakeAccounts,
    SetRoles,
    ReadAudit,
}

/// A role and over what: a unit administrator has a unit, a class administrator a class. Instructors
/// have the classes whose lessons they teach; nobody else has either.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RoleGrant {
    pub role: AccountRole,
    /// Code of the unit, as "33".
    #[serde(default)]
    pub unit: Option<String>,
    /// Id of the class.
    #[serde(default)]
    pub class: Option<String>,
}

/// What has to be done before anything else is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// Administrators need a second factor: `POST /api/account/totp`. Until then everything else is
    /// refused with `second_factor_needed`.
    EnrolSecondFactor,
    /// An administrator's password is older than 90 days: `POST /api/account/password`. Until then
    /// everything else is refused with `password_too_old`.
    ChangePassword,
}

/// `POST /api/account/sign-in` body. Answers [`Account`] with the cookie of the seat.
/// `wrong_sign_in` 401 (no such account, wrong password: the same text after the same time),
/// `code_needed` 401 (ask for the code, send all again), `wrong_code` 401 (or used already), `frozen` 403,
/// `locked` 429 with `Retry-After` (five failures in 15 minutes lock for 30, for the network or device they came
/// from; the right password together with the right code of a second factor is let in all the same).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PasswordSignIn {
    /// Log-in name or mobile number.
    pub login: String,
    pub password: String,
    /// Six digits of the authenticator, or a recovery code; where the account has a second factor.
    #[serde(default)]
    #[ts(optional)]
    pub code: Option<String>,
}

/// `POST /api/account/new` body: a trainee makes the own account. Answers [`Account`] with the cookie.
/// `bad_name`, `bad_login`, `bad_phone`, `weak_password` 400 (see [`WeakPassword`]), `login_taken` 409 (name or telephone).
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

/// Why a password is not taken; stands as `code` of a refusal with status 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, TS)]
#[serde(rename_all = "snake_case")]
pub enum WeakPassword {
    /// Fewer than 8 characters, for administrators 12.
    #[error("too short")]
    PasswordShort,
    #[error("too long")]
    PasswordLong,
    #[error("use three of: small letters, capital letters, digits, signs")]
    PasswordSimple,
    #[error("it holds the name, the user name or the telephone number")]
    PasswordPersonal,
    /// In lists of passwords that are tried first, or made of such words and rows of keys.
    #[error("many people use it or one like it, so it is tried first")]
    PasswordCommon,
    #[error("it was one of the last five")]
    PasswordUsedBefore,
}

/// `POST /api/account/invitation/look` body: the secret after `#` of `/invited#…`; answers [`Invited`].
/// `link_unknown` 401, `link_used`, `link_expired` 410, `link_frozen` 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    pub secret: String,
}

/// Whom an invitation is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Invited {
    pub name: String,
    pub login: String,
    /// The stricter rules for passwords hold, and a second factor will be asked for.
    pub is_admin: bool,
    /// A code of the authenticator is asked for beside the new password.
    pub needs_code: bool,
    #[ts(type = "number")]
    pub expires_at_ms: u64,
}

/// `POST /api/account/invitation` body: uses the invitation up, sets the password, signs in. Answers
/// [`Account`] with the cookie. Codes as for [`Invitation`], [`WeakPassword`], `code_needed` 401, `wrong_code` 401.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    pub secret: String,
    pub password: String,
    /// Where [`Invited::needs_code`].
    #[serde(default)]
    #[ts(optional)]
    pub code: Option<String>,
}

/// Who is signed in with an account: answer of the sign-ins and of `GET /api/account?as={seat}`.
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
    pub roles: Vec<RoleGrant>,
    /// What these roles may do at all (over what, the server decides); for the pages' menus.
    pub may: Vec<Action>,
    /// Empty: nothing stands in the way.
    pub must: Vec<Must>,
    pub has_second_factor: bool,
    /// Recovery codes that are left.
    pub recovery_codes_left: u32,
    /// Signed out after so long without a request.
    pub idle_s: u32,
    /// At a sign-in: what others tried in vain since the last one.
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

/// `POST /api/account/phone` body: signs in with another telephone from now on; answers [`Account`].
/// `wrong_password` 403, `bad_phone` 400, `phone_taken` 409 (another account has it).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangePhone {
    pub password: String,
    pub phone: String,
}

/// `POST /api/account/totp` body: begins to enrol an authenticator; answers [`TotpSetup`]. What was
/// enrolled before works until the new one is confirmed. `wrong_password` 403, `code_needed`, `wrong_code` 401.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct StartTotp {
    pub password: String,
    /// Where one is enrolled already.
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

/// Each replaces the authenticator once; shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// `GET /api/accounts?text=&role=&unit=&after=` answer, for those who make accounts or set roles, as far
/// as they reach; by id, 100 at a time. `text` is part of a name, a log-in name or a whole telephone.
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
    pub roles: Vec<RoleGrant>,
    pub state: AccountState,
    /// False while the invitation was not used.
    pub has_password: bool,
    pub has_second_factor: bool,
    #[ts(type = "number | null")]
    pub locked_until_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    Active,
    /// Signs in nowhere.
    Frozen,
}

/// `POST /api/accounts` body: answers [`InvitationMade`]. Who may make accounts, gives `trainee` (a unit
/// administrator: of the own unit); the training administrator `instructor`, too; other roles only who
/// sets roles. `bad_name`, `bad_login`, `bad_phone`, `bad_roles`, `no_such_scope` 400, `login_taken` 409.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    pub name: String,
    pub login: String,
    #[serde(default)]
    #[ts(optional)]
    pub phone: Option<String>,
    pub roles: Vec<RoleGrant>,
}

/// A one-time link by which somebody sets the own password; shown once, handed over by people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InvitationMade {
    pub person: String,
    /// `/invited#…`, to be put behind the server's address.
    pub path: String,
    #[ts(type = "number")]
    pub expires_at_ms: u64,
}

/// `POST /api/accounts/{person}/invitation` body: a new password, for somebody who forgot it; answers
/// [`InvitationMade`]. Earlier invitations stop working, the password goes on until the new one is used.
/// Administrators are invited anew by who sets roles only.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct InviteAgain {
    /// The authenticator was lost, too: it is forgotten when the invitation is used. Who sets roles only.
    pub forget_second_factor: bool,
    pub reason: String,
}

/// `PUT /api/accounts/{person}/roles` body: all roles from now on; answers [`AccountLine`]. Every session
/// of the account ends when something is taken away. `bad_roles` 400 (unit or class missing or too much, roles that must
/// not be in one hand), `own_roles` 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetRoles {
    pub roles: Vec<RoleGrant>,
    pub reason: String,
}

/// `PUT /api/accounts/{person}/state` body, by who sets roles; answers [`AccountLine`]. `own_roles` 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetAccountState {
    pub state: AccountState,
    pub reason: String,
}

/// `PUT /api/accounts/{person}/phone` body: for somebody who has another telephone and cannot sign in, by whoever could
/// invite them anew; answers [`AccountLine`]. `bad_phone` 400, `phone_taken` 409, `text_length` 400, `own_roles` 403.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetPhone {
    pub phone: String,
    pub reason: String,
}

/// `POST /api/accounts/{person}/reveal` body: the telephone in full, with a reason, which is in the audit
/// log; answers [`Revealed`]. `text_length` 400 for a reason of fewer than 2 or more than 200 characters.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Revealed {
    pub text: String,
}

/// `GET /api/audit?before={seq}&actor=&act=&target=` answer, the last first, 200 at a time; all as a table:
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
    /// Id of the person, or "server", "cli", "visitor" (somebody who was not let in).
    pub actor: String,
    pub actor_name: String,
    /// As `account.roles_set`; see `course::audit`.
    pub act: String,
    /// Id of what it was done to.
    pub target: String,
    /// Name of the person it was done to, where it was one.
    pub target_name: Option<String>,
    /// What else there is to say, as JSON; never a number or a telephone.
    pub detail: String,
    /// False for what was tried and refused.
    pub done: bool,
    /// Hex; each is bound to the one before.
    pub hash: String,
}
