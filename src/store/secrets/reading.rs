//! Reads who is signed in, and what links, tokens and invitations allow.

use anyhow::Context;
use sqlx::{AssertSqlSafe, Row};

use super::{AccountSeat, Seat, Secrets, Signed, StoredInvitation, TokenGrant, hash};
use crate::account::role::seat_role;
use crate::store::account_roles::{GRANTS, TAUGHT, reaching};
use crate::store::db::Lane;
use crate::store::dialect::QueryBuilder;
use crate::store::{from_word, signed, unsigned};

/// Retention of expired secrets, ms, so that an old link is told from a wrong one.
const EXPIRED_KEPT_MS: u64 = 30 * 24 * 3600 * 1000;

/// The condition that the account behind a secret is not frozen.
const NOT_FROZEN: &str = "NOT EXISTS (SELECT 1 FROM accounts AS cold WHERE cold.person = secrets.person AND cold.state = 'frozen')";

#[derive(sqlx::FromRow)]
pub(super) struct SignedRow {
    person: String,
    name: String,
    role: String,
    lesson: Option<String>,
    approved_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    /// `None` = the token of a guest.
    person: Option<String>,
    name: Option<String>,
    role: String,
    lesson: Option<String>,
    approved_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct SeatRow {
    person: String,
    name: String,
    /// `None` = a session of an account.
    role: Option<String>,
    lesson: Option<String>,
    approved_at_ms: Option<i64>,
    state: Option<String>,
    has_totp: bool,
    password_at_ms: Option<i64>,
    grants: String,
    taught: String,
}

impl Secrets<'_> {
    /// Whether a link would work now, without using it up.
    pub async fn is_fresh_link(&self, secret: &str, now_ms: u64) -> anyhow::Result<bool> {
        let fresh = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM secrets
             WHERE hash = $1 AND kind = 'link' AND used_at_ms IS NULL AND expires_at_ms > $2)",
        );
        let row = fresh.bind(hash(secret)).bind(signed(now_ms)).fetch_one(&self.0.readers).await?;
        Ok(row.try_get(0)?)
    }

    /// The invitation with this secret.
    pub async fn invitation(&self, secret: &str) -> anyhow::Result<Option<StoredInvitation>> {
        let row = sqlx::query_as::<_, (String, i64, bool, bool)>(
            "SELECT person, expires_at_ms, forget_totp, used_at_ms IS NOT NULL
             FROM secrets WHERE hash = $1 AND kind = 'invitation'",
        );
        let row = row.bind(hash(secret)).fetch_optional(&self.0.readers).await?;
        Ok(row.map(|(person, expires_at_ms, forget_totp, used)| StoredInvitation {
            person,
            forget_totp,
            expires_at_ms: unsigned(expires_at_ms),
            used,
        }))
    }

    /// The session on `seat`, if the secret is right and fresh.
    pub async fn session(&self, seat: &str, secret: &str, now_ms: u64) -> anyhow::Result<Option<Seat>> {
        self.seated(seat, Some(hash(secret)), now_ms).await
    }

    /// The session on `seat`, for a caller that has shown the secret before; `None` = the session is over.
    pub async fn session_of(&self, seat: &str, now_ms: u64) -> anyhow::Result<Option<Seat>> {
        self.seated(seat, None, now_ms).await
    }

    /// One-click links do not work either for people with a frozen account.
    async fn seated(&self, seat: &str, hash: Option<Vec<u8>>, now_ms: u64) -> anyhow::Result<Option<Seat>> {
        let mut query = QueryBuilder::new(format!(
            "SELECT secrets.person, name, secrets.role, secrets.lesson, approved_at_ms,
                 accounts.state, totp IS NOT NULL AS has_totp, password_at_ms, {GRANTS} AS grants, {TAUGHT} AS taught
             FROM secrets JOIN people ON people.id = secrets.person
             LEFT JOIN enrolments ON enrolments.lesson = secrets.lesson AND enrolments.person = secrets.person
             LEFT JOIN accounts ON secrets.role IS NULL AND accounts.person = secrets.person
             WHERE kind = 'session' AND {NOT_FROZEN} AND seat = "
        ));
        query.push_bind(seat).push(" AND expires_at_ms > ").push_bind(signed(now_ms));
        if let Some(hash) = hash {
            query.push(" AND hash = ").push_bind(hash);
        }
        let row = query.build_query_as::<SeatRow>().fetch_optional(&self.0.readers).await?;
        row.map_or(Ok(None), SeatRow::seat)
    }

    /// Ends a session.
    pub async fn end_session(&self, seat: &str) -> anyhow::Result<()> {
        let delete = sqlx::query("DELETE FROM secrets WHERE seat = $1").bind(seat);
        self.0.db.execute(Lane::Office, delete).await.context("cannot sign out")?;
        Ok(())
    }

    /// The rights of a bearer token, if it is known and fresh.
    pub async fn token(&self, secret: &str, now_ms: u64) -> anyhow::Result<Option<TokenGrant>> {
        self.token_of(&hash(secret), now_ms).await
    }

    /// The rights of a token by its SHA-256, for a caller that has shown it before.
    pub async fn token_of(&self, hash: &[u8], now_ms: u64) -> anyhow::Result<Option<TokenGrant>> {
        let row = sqlx::query_as::<_, TokenRow>(AssertSqlSafe(format!(
            "SELECT secrets.person, name, secrets.role, secrets.lesson, approved_at_ms
             FROM secrets LEFT JOIN people ON people.id = secrets.person
             LEFT JOIN enrolments ON enrolments.lesson = secrets.lesson AND enrolments.person = secrets.person
             WHERE hash = $1 AND kind = 'token' AND expires_at_ms > $2 AND {NOT_FROZEN}"
        )));
        let row = row.bind(hash).bind(signed(now_ms)).fetch_optional(&self.0.readers).await?;
        row.map(TokenRow::grant).transpose()
    }

    /// Deletes secrets that expired long ago.
    pub async fn forget_expired(&self, now_ms: u64) -> anyhow::Result<()> {
        let delete = sqlx::query("DELETE FROM secrets WHERE expires_at_ms < $1");
        let delete = delete.bind(signed(now_ms.saturating_sub(EXPIRED_KEPT_MS)));
        self.0.db.execute(Lane::Office, delete).await.context("cannot write to the database")?;
        Ok(())
    }
}

impl SignedRow {
    pub(super) fn signed(self) -> anyhow::Result<Signed> {
        Ok(Signed {
            person_id: self.person,
            name: self.name,
            role: from_word(self.role)?,
            lesson: self.lesson,
            approved_at_ms: self.approved_at_ms.map(unsigned),
        })
    }
}

impl TokenRow {
    fn grant(self) -> anyhow::Result<TokenGrant> {
        let TokenRow { person, name, role, lesson, approved_at_ms } = self;
        let person = person.zip(name).map(|(person, name)| {
            SignedRow { person, name, role: role.clone(), lesson: lesson.clone(), approved_at_ms }.signed()
        });
        Ok(TokenGrant { role: from_word(role)?, lesson, person: person.transpose()? })
    }
}

impl SeatRow {
    /// `None` = the account of the session is frozen.
    fn seat(self) -> anyhow::Result<Option<Seat>> {
        let SeatRow { person, name, role, lesson, approved_at_ms, .. } = self;
        if let Some(role) = role {
            let person = SignedRow { person, name, role, lesson, approved_at_ms }.signed()?;
            return Ok(Some(Seat { person, account: None }));
        }
        if self.state.as_deref() != Some("active") {
            return Ok(None);
        }
        let grants = reaching(&self.grants, &self.taught)?;
        let role = seat_role(&grants);
        let account = AccountSeat {
            grants,
            has_second_factor: self.has_totp,
            password_at_ms: self.password_at_ms.map_or(0, unsigned),
        };
        let person = Signed { person_id: person, name, role, lesson: None, approved_at_ms: None };
        Ok(Some(Seat { person, account: Some(account) }))
    }
}
