//! Table `secrets`: links, sessions, tokens and invitations, 256 random bits each, of which only the SHA-256
//! is kept. (A slow hash is for passwords; nobody guesses these.)

use anyhow::Context;
use ring::digest;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use self::reading::SignedRow;
use super::db::Writing;
use super::random::random_hex;
use super::{Store, signed, word};
use crate::account::role::RoleGrant;
use crate::lesson::Role;

mod reading;

/// A link or a token to be made. The store keeps its SHA-256 only; the clear text is shown once.
#[derive(Debug, Clone)]
pub struct NewSecret {
    pub kind: SecretKind,
    /// Required for links; a token without a person makes every bearer a guest.
    pub person: Option<String>,
    pub role: Role,
    /// The lesson it opens; `None` = an operator's.
    pub lesson: Option<String>,
    pub expires_at_ms: u64,
}

/// The use of a secret from the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// One-click sign-in, single use.
    Link,
    /// Bearer token of WHIP and WHEP, until it expires.
    Token,
}

impl SecretKind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            SecretKind::Link => "link",
            SecretKind::Token => "token",
        }
    }
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Signed {
    pub person_id: String,
    pub name: String,
    pub role: Role,
    pub lesson: Option<String>,
    /// The instant from which they belong to the lesson as a trainee (CR-1).
    pub approved_at_ms: Option<u64>,
}

/// A fresh session, with the rights of its account if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub person: Signed,
    pub account: Option<AccountSeat>,
}

/// The rights of an account's session, read again for every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSeat {
    /// The roles; instructors have the classes that they teach.
    pub grants: Vec<RoleGrant>,
    pub has_second_factor: bool,
    pub password_at_ms: u64,
}

/// The rights of a bearer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenGrant {
    pub role: Role,
    pub lesson: Option<String>,
    /// `None` = every bearer is a guest of that role.
    pub person: Option<Signed>,
}

/// A session about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshSession {
    /// Public name of the session, for `?as=`.
    pub seat: String,
    /// Goes only into the cookie of that seat.
    pub secret: String,
    pub expires_at_ms: u64,
}

impl FreshSession {
    pub fn new(now_ms: u64, ttl_ms: u64) -> anyhow::Result<FreshSession> {
        let (seat, secret) = (random_hex::<8>()?, random_hex::<32>()?);
        Ok(FreshSession { seat, secret, expires_at_ms: now_ms.saturating_add(ttl_ms) })
    }
}

/// An invitation, whether it still works or not.
#[derive(Debug, Clone)]
pub struct StoredInvitation {
    pub person: String,
    /// Whether using it removes the authenticator.
    pub forget_totp: bool,
    pub expires_at_ms: u64,
    pub used: bool,
}

/// The result of using up a link or an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsedUp {
    Now,
    /// It was used before.
    Before,
    Expired,
    Unknown,
}

/// Reads secrets, and ends sessions.
pub struct Secrets<'a>(&'a Store);

impl Store {
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets(self)
    }
}

/// Keeps the hash of a new link or token.
pub async fn insert(writing: &mut Writing, secret: &str, new: &NewSecret) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO secrets (hash, kind, person, role, lesson, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(hash(secret))
    .bind(new.kind.word())
    .bind(&new.person)
    .bind(word(new.role))
    .bind(&new.lesson)
    .bind(signed(new.expires_at_ms))
    .execute(&mut **writing)
    .await
    .with_context(|| format!("cannot make a {}", new.kind.word()))?;
    Ok(())
}

/// Keeps the hash of a new invitation; unused ones of the same person stop working.
pub async fn put_invitation(
    writing: &mut Writing,
    secret: &str,
    person: &str,
    forget_totp: bool,
    expires_at_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query("DELETE FROM secrets WHERE person = $1 AND kind = 'invitation' AND used_at_ms IS NULL")
        .bind(person)
        .execute(&mut **writing)
        .await?;
    sqlx::query(
        "INSERT INTO secrets (hash, kind, person, expires_at_ms, forget_totp)
         VALUES ($1, 'invitation', $2, $3, $4)",
    )
    .bind(hash(secret))
    .bind(person)
    .bind(signed(expires_at_ms))
    .bind(forget_totp)
    .execute(&mut **writing)
    .await
    .context("cannot make an invitation")?;
    Ok(())
}

/// Marks a link as used; the result says if it does not work.
pub async fn use_link(writing: &mut Writing, secret: &str, now_ms: u64) -> anyhow::Result<UsedUp> {
    use_up(writing, secret, "link", now_ms).await
}

/// Marks an invitation as used; the result says if it does not work.
pub async fn use_invitation(writing: &mut Writing, secret: &str, now_ms: u64) -> anyhow::Result<UsedUp> {
    use_up(writing, secret, "invitation", now_ms).await
}

async fn use_up(writing: &mut Writing, secret: &str, kind: &str, now_ms: u64) -> anyhow::Result<UsedUp> {
    let hash = hash(secret);
    let used = sqlx::query(
        "UPDATE secrets SET used_at_ms = $1
         WHERE hash = $2 AND kind = $3 AND used_at_ms IS NULL AND expires_at_ms > $1",
    );
    let used = used.bind(signed(now_ms)).bind(&hash).bind(kind).execute(&mut **writing).await?;
    if used.rows_affected() == 1 {
        return Ok(UsedUp::Now);
    }
    let row = sqlx::query("SELECT used_at_ms IS NOT NULL FROM secrets WHERE hash = $1 AND kind = $2");
    let row = row.bind(&hash).bind(kind).fetch_optional(&mut **writing).await?;
    Ok(match row.map(|row| row.try_get(0)).transpose()? {
        Some(true) => UsedUp::Before,
        Some(false) => UsedUp::Expired,
        None => UsedUp::Unknown,
    })
}

/// Begins the session of a link; returns its person.
pub async fn begin_session_of_link(
    writing: &mut Writing,
    link: &str,
    session: &FreshSession,
) -> anyhow::Result<Signed> {
    let row = sqlx::query_as::<_, SignedRow>(
        "INSERT INTO secrets (hash, kind, seat, person, role, lesson, expires_at_ms)
         SELECT $1, 'session', $2, person, role, lesson, $3 FROM secrets WHERE hash = $4
         RETURNING person, (SELECT name FROM people WHERE id = person) AS name, role, lesson,
             (SELECT approved_at_ms FROM enrolments
              WHERE enrolments.lesson = secrets.lesson AND enrolments.person = secrets.person) AS approved_at_ms",
    );
    let row = row.bind(hash(&session.secret)).bind(&session.seat).bind(signed(session.expires_at_ms));
    row.bind(hash(link)).fetch_one(&mut **writing).await?.signed()
}

/// Begins a session of an account: it has no role of its own.
pub async fn begin_session(
    writing: &mut Writing,
    person: &str,
    session: &FreshSession,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO secrets (hash, kind, seat, person, expires_at_ms) VALUES ($1, 'session', $2, $3, $4)",
    )
    .bind(hash(&session.secret))
    .bind(&session.seat)
    .bind(person)
    .bind(signed(session.expires_at_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Ends the sessions of an account, except the one on the seat `but`.
pub async fn end_sessions(writing: &mut Writing, person: &str, but: Option<&str>) -> anyhow::Result<()> {
    let delete = sqlx::query(
        "DELETE FROM secrets
         WHERE person = $1 AND kind = 'session' AND role IS NULL AND seat IS DISTINCT FROM $2",
    );
    delete.bind(person).bind(but).execute(&mut **writing).await?;
    Ok(())
}

pub(crate) fn hash(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}
