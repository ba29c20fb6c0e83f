//! Links, sessions and tokens: 256 random bits each, of which only the SHA-256 is kept. (A slow
//! hash is for passwords; nobody guesses these.)

use anyhow::{Context, anyhow};
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::accounts::{self, GRANTS, TAUGHT};
use super::audit::{self, Act};
use super::db::{Lane, Writing};
use super::recordings::hex;
use super::{Store, from_word, signed, unsigned, word};
use crate::protocol::{Role, RoleGrant};

/// Expired secrets are kept this long, so that an old link is told from a wrong one.
const EXPIRED_KEPT_MS: u64 = 30 * 24 * 3600 * 1000;

/// A secret to be made. The store keeps its SHA-256 only; the clear text is shown once.
#[derive(Debug, Clone)]
pub struct NewSecret {
    pub kind: SecretKind,
    /// Required for links; a token without a person makes a guest of everybody who shows it.
    pub person: Option<String>,
    pub role: Role,
    /// The lesson it opens; operators have none.
    pub lesson: Option<String>,
    pub expires_at_ms: u64,
}

/// What a secret is good for. (Sessions are made by [`Store::redeem_link`] only.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// One-click sign-in, single use.
    Link,
    /// Bearer of WHIP and WHEP, until it expires.
    Token,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    pub person_id: String,
    pub name: String,
    pub role: Role,
    pub lesson: Option<String>,
    /// Since when they belong to the lesson as a trainee (CR-1).
    pub approved_at_ms: Option<u64>,
}

/// A session that is fresh, and what its account may do, where it is one of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub person: Signed,
    pub account: Option<AccountSeat>,
}

/// What a session of an account may do; asked anew for every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSeat {
    /// Instructors have the classes that they teach.
    pub grants: Vec<RoleGrant>,
    pub has_second_factor: bool,
    pub password_at_ms: u64,
}

/// A link was redeemed: a session began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Public name of the session, for `?as=`.
    pub seat: String,
    /// Goes into the cookie of that seat and nowhere else.
    pub session_secret: String,
    pub expires_at_ms: u64,
    pub person: Signed,
}

/// Why a link does not sign in.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("this link is not known here")]
    Unknown,
    #[error("this link was used before")]
    Used,
    #[error("this link has expired")]
    Expired,
    #[error("the account is frozen")]
    Frozen,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<sqlx::Error> for LinkError {
    fn from(error: sqlx::Error) -> LinkError {
        LinkError::Store(error.into())
    }
}

/// What a bearer token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenGrant {
    pub role: Role,
    pub lesson: Option<String>,
    /// None: whoever shows it is a guest of that role.
    pub person: Option<Signed>,
}

impl Store {
    /// Makes a secret from the command line and returns its clear text (256 random bits, safe in a URL).
    pub async fn new_secret(&self, new: NewSecret) -> anyhow::Result<String> {
        let secret = random_hex::<32>()?;
        let kind = match new.kind {
            SecretKind::Link => "link",
            SecretKind::Token => "token",
        };
        let mut transaction = self.db.write(Lane::Office).await?;
        sqlx::query(
            "INSERT INTO secrets (hash, kind, person, role, lesson, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(hash(&secret))
        .bind(kind)
        .bind(&new.person)
        .bind(word(new.role))
        .bind(&new.lesson)
        .bind(signed(new.expires_at_ms))
        .execute(&mut *transaction)
        .await
        .with_context(|| format!("cannot make a {kind}"))?;
        // A trainee who is let in by name belongs to the lesson, and from now on what is seen counts (CR-1).
        if let (Role::Trainee, Some(person), Some(lesson)) = (new.role, &new.person, &new.lesson) {
            sqlx::query(
                "INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            )
            .bind(lesson)
            .bind(person)
            .bind(signed(super::now_ms()))
            .execute(&mut *transaction)
            .await?;
        }
        let detail = json!({ "kind": kind, "role": new.role, "lesson": new.lesson });
        let whose = new.person.as_deref().unwrap_or_default();
        audit::append(&mut transaction, self.vault(), Act::done("cli", "secret.made", whose, detail)).await?;
        transaction.commit().await?;
        Ok(secret)
    }

    /// Whether a link would work now; it is not used up.
    pub async fn is_fresh_link(&self, secret: &str, now_ms: u64) -> anyhow::Result<bool> {
        let fresh = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM secrets
             WHERE hash = ? AND kind = 'link' AND used_at_ms IS NULL AND expires_at_ms > ?)",
        );
        let row = fresh.bind(hash(secret)).bind(signed(now_ms)).fetch_one(&self.readers).await?;
        Ok(row.try_get(0)?)
    }

    /// Uses a link up and begins a session of `ttl_ms`, in one transaction.
    pub async fn redeem_link(&self, secret: &str, now_ms: u64, ttl_ms: u64) -> Result<SignedIn, LinkError> {
        let (seat, session_secret) =
            random_hex::<8>().and_then(|seat| Ok((seat, random_hex::<32>()?))).map_err(LinkError::Store)?;
        let expires_at_ms = now_ms.saturating_add(ttl_ms);
        let mut transaction = self.db.write(Lane::Office).await?;
        use_up(&mut transaction, &hash(secret), "link", now_ms).await?;
        let row = sqlx::query(
            "INSERT INTO secrets (hash, kind, seat, person, role, lesson, expires_at_ms)
             SELECT ?, 'session', ?, person, role, lesson, ? FROM secrets WHERE hash = ?
             RETURNING person, (SELECT name FROM people WHERE id = person) AS name, role, lesson,
                 (SELECT approved_at_ms FROM enrolments
                  WHERE enrolments.lesson = secrets.lesson AND enrolments.person = secrets.person) AS approved_at_ms",
        )
        .bind(hash(&session_secret))
        .bind(&seat)
        .bind(signed(expires_at_ms))
        .bind(hash(secret))
        .fetch_one(&mut *transaction)
        .await?;
        let person = person(&row).map_err(LinkError::Store)?;
        transaction.commit().await?;
        Ok(SignedIn { seat, session_secret, expires_at_ms, person })
    }

    /// Who sits on `seat`, if the secret is right and fresh.
    pub async fn session(&self, seat: &str, secret: &str, now_ms: u64) -> anyhow::Result<Option<Seat>> {
        let mut query = QueryBuilder::<Sqlite>::new(format!(
            "SELECT secrets.person, name, secrets.role, secrets.lesson, approved_at_ms,
                 accounts.state, totp IS NOT NULL AS has_totp, password_at_ms, {GRANTS} AS grants, {TAUGHT} AS taught
             FROM secrets JOIN people ON people.id = secrets.person
             LEFT JOIN enrolments ON enrolments.lesson = secrets.lesson AND enrolments.person = secrets.person
             LEFT JOIN accounts ON secrets.role IS NULL AND accounts.person = secrets.person
             WHERE kind = 'session' AND hash = "
        ));
        query.push_bind(hash(secret)).push(" AND seat = ").push_bind(seat);
        query.push(" AND expires_at_ms > ").push_bind(signed(now_ms));
        let Some(row) = query.build().fetch_optional(&self.readers).await? else { return Ok(None) };
        let role: Option<String> = row.try_get("role")?;
        if role.is_some() {
            return Ok(Some(Seat { person: person(&row)?, account: None }));
        }
        account_seat(&row)
    }

    /// Ends a session.
    pub async fn sign_out(&self, seat: &str) -> anyhow::Result<()> {
        let delete = sqlx::query("DELETE FROM secrets WHERE seat = ?").bind(seat);
        self.db.execute(Lane::Office, delete).await.context("cannot sign out")?;
        Ok(())
    }

    /// What a bearer token allows, if it is known and fresh.
    pub async fn token(&self, secret: &str, now_ms: u64) -> anyhow::Result<Option<TokenGrant>> {
        let row = sqlx::query(
            "SELECT secrets.person, name, secrets.role, secrets.lesson, approved_at_ms
             FROM secrets LEFT JOIN people ON people.id = secrets.person
             LEFT JOIN enrolments ON enrolments.lesson = secrets.lesson AND enrolments.person = secrets.person
             WHERE hash = ? AND kind = 'token' AND expires_at_ms > ?",
        )
        .bind(hash(secret))
        .bind(signed(now_ms))
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let person_id: Option<String> = row.try_get("person")?;
        Ok(Some(TokenGrant {
            role: from_word(row.try_get("role")?)?,
            lesson: row.try_get("lesson")?,
            person: person_id.map(|_| person(&row)).transpose()?,
        }))
    }

    /// Throws away what has been of no use for long.
    pub(super) async fn forget_expired(&self, now_ms: u64) -> anyhow::Result<()> {
        let delete = sqlx::query("DELETE FROM secrets WHERE expires_at_ms < ?");
        let delete = delete.bind(signed(now_ms.saturating_sub(EXPIRED_KEPT_MS)));
        self.db
            .execute(Lane::Office, delete)
            .await
            .context("cannot write to the database: is the data folder writable, the disk full?")?;
        Ok(())
    }
}

/// Marks a link or an invitation as used, or says why it is of no use.
pub(super) async fn use_up(
    transaction: &mut Writing,
    hash: &[u8],
    kind: &str,
    now_ms: u64,
) -> Result<(), LinkError> {
    let used = sqlx::query(
        "UPDATE secrets SET used_at_ms = ?1
         WHERE hash = ?2 AND kind = ?3 AND used_at_ms IS NULL AND expires_at_ms > ?1",
    )
    .bind(signed(now_ms))
    .bind(hash)
    .bind(kind)
    .execute(&mut **transaction)
    .await?;
    if used.rows_affected() == 1 {
        return Ok(());
    }
    let row = sqlx::query("SELECT used_at_ms IS NOT NULL FROM secrets WHERE hash = ? AND kind = ?")
        .bind(hash)
        .bind(kind)
        .fetch_optional(&mut **transaction)
        .await?;
    match row.map(|row| row.try_get(0)).transpose()? {
        Some(true) => Err(LinkError::Used),
        Some(false) => Err(LinkError::Expired),
        None => Err(LinkError::Unknown),
    }
}

fn person(row: &SqliteRow) -> anyhow::Result<Signed> {
    let approved_at_ms: Option<i64> = row.try_get("approved_at_ms")?;
    Ok(Signed {
        person_id: row.try_get("person")?,
        name: row.try_get("name")?,
        role: from_word(row.try_get("role")?)?,
        lesson: row.try_get("lesson")?,
        approved_at_ms: approved_at_ms.map(unsigned),
    })
}

/// A session of an account; none when it is frozen.
fn account_seat(row: &SqliteRow) -> anyhow::Result<Option<Seat>> {
    let state: Option<String> = row.try_get("state")?;
    if state.as_deref() != Some("active") {
        return Ok(None);
    }
    let grants = accounts::reaching(row.try_get("grants")?, row.try_get("taught")?)?;
    let person = Signed {
        person_id: row.try_get("person")?,
        name: row.try_get("name")?,
        role: accounts::seat_role(&grants),
        lesson: None,
        approved_at_ms: None,
    };
    let password_at_ms: Option<i64> = row.try_get("password_at_ms")?;
    let account = AccountSeat {
        grants,
        has_second_factor: row.try_get("has_totp")?,
        password_at_ms: password_at_ms.map_or(0, unsigned),
    };
    Ok(Some(Seat { person, account: Some(account) }))
}

pub(super) fn hash(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// `N` random bytes as hexadecimal text.
pub(crate) fn random_hex<const N: usize>() -> anyhow::Result<String> {
    Ok(hex(&random_bytes::<N>()?))
}

pub(crate) fn random_bytes<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}
