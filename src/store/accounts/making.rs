//! Making accounts, and invitations: one-time links by which somebody sets the own password.

use anyhow::Context;
use serde_json::json;
use sqlx::Row;

use super::super::audit::{self, Act};
use super::super::db::{Lane, Writing};
use super::super::secrets::{LinkError, hash, use_up};
use super::super::{Store, now_ms, random_hex, signed, unsigned, word};
use super::entering::{NewSession, SecondFactor, begin, prove};
use super::guessing;
use super::{Account, seat_role};
use crate::protocol::{AccountState, RoleGrant};

/// Hashes of earlier passwords that are kept.
const OLD_KEPT: u32 = 5;

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    pub name: &'a str,
    /// In small letters.
    pub login: &'a str,
    pub phone: Option<&'a str>,
    /// argon2id; none for somebody who will be invited.
    pub password: Option<&'a str>,
    pub grants: &'a [RoleGrant],
    /// Who makes it: a person's id, "cli", or none for oneself.
    pub by: Option<&'a str>,
}

/// Why an account is not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    #[error("this log-in name or telephone has an account already")]
    Taken,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for MakeError {
    fn from(error: anyhow::Error) -> MakeError {
        MakeError::Store(error)
    }
}

impl From<sqlx::Error> for MakeError {
    fn from(error: sqlx::Error) -> MakeError {
        MakeError::Store(error.into())
    }
}

/// An invitation that can still be used.
pub struct Invitation {
    pub account: Account,
    /// The authenticator is forgotten when it is used.
    pub forget_totp: bool,
    pub expires_at_ms: u64,
}

impl Store {
    /// Makes a person with an account; returns the person's id.
    pub async fn make_account(&self, new: &NewAccount<'_>) -> Result<String, MakeError> {
        let person = random_hex::<16>()?;
        let phone = new.phone.map(|phone| self.vault().seal("phone", phone)).transpose()?;
        let print = new.phone.map(|phone| self.vault().fingerprint("phone", phone));
        let now_ms = now_ms();
        let mut transaction = self.db.write(Lane::Office).await?;
        let taken = sqlx::query("SELECT EXISTS (SELECT 1 FROM accounts WHERE login = ? OR phone_print = ?)")
            .bind(new.login)
            .bind(&print)
            .fetch_one(&mut *transaction)
            .await?;
        if taken.try_get(0)? {
            return Err(MakeError::Taken);
        }
        sqlx::query("INSERT INTO people (id, name, role) VALUES (?, ?, ?)")
            .bind(&person)
            .bind(new.name)
            .bind(word(seat_role(new.grants)))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO accounts (person, login, phone, phone_print, made_at_ms) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&person)
        .bind(new.login)
        .bind(phone)
        .bind(print)
        .bind(signed(now_ms))
        .execute(&mut *transaction)
        .await?;
        if let Some(password) = new.password {
            set_password(&mut transaction, &person, password, now_ms, None).await?;
        }
        grant(&mut transaction, &person, new.grants).await?;
        let by = new.by.unwrap_or(&person);
        let act = Act::done(by, "account.made", &person, json!({ "roles": new.grants }));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(person)
    }

    /// Makes an invitation; earlier ones of the same person stop working. Returns its secret.
    pub async fn invite(
        &self,
        person: &str,
        forget_totp: bool,
        expires_at_ms: u64,
        by: &str,
        reason: &str,
    ) -> anyhow::Result<String> {
        let secret = random_hex::<32>()?;
        let mut transaction = self.db.write(Lane::Office).await?;
        sqlx::query("DELETE FROM secrets WHERE person = ? AND kind = 'invitation' AND used_at_ms IS NULL")
            .bind(person)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO secrets (hash, kind, person, expires_at_ms, forget_totp) VALUES (?, 'invitation', ?, ?, ?)",
        )
        .bind(hash(&secret))
        .bind(person)
        .bind(signed(expires_at_ms))
        .bind(forget_totp)
        .execute(&mut *transaction)
        .await
        .context("cannot make an invitation")?;
        let detail = json!({ "forget_second_factor": forget_totp, "reason": reason });
        audit::append(&mut transaction, self.vault(), Act::done(by, "account.invited", person, detail))
            .await?;
        transaction.commit().await?;
        Ok(secret)
    }

    /// Whom an invitation is for; it is not used up. Nobody comes in while the account is frozen: the link
    /// works again after that.
    pub async fn invitation(&self, secret: &str, now_ms: u64) -> Result<Invitation, LinkError> {
        let row = sqlx::query(
            "SELECT person, expires_at_ms, forget_totp, used_at_ms IS NOT NULL AS used
             FROM secrets WHERE hash = ? AND kind = 'invitation'",
        );
        let row = row.bind(hash(secret)).fetch_optional(&self.readers).await?.ok_or(LinkError::Unknown)?;
        let expires_at_ms = unsigned(row.try_get("expires_at_ms")?);
        if row.try_get("used")? {
            return Err(LinkError::Used);
        }
        if expires_at_ms <= now_ms {
            return Err(LinkError::Expired);
        }
        let person: String = row.try_get("person")?;
        let account = self.account(&person).await.map_err(LinkError::Store)?.ok_or(LinkError::Unknown)?;
        if account.state == AccountState::Frozen {
            return Err(LinkError::Frozen);
        }
        Ok(Invitation { account, forget_totp: row.try_get("forget_totp")?, expires_at_ms })
    }

    /// Uses an invitation up, sets the password, ends all other sessions and begins a new one. None when
    /// the code of the second factor was used meanwhile; then nothing has happened.
    pub async fn accept_invitation(
        &self,
        secret: &str,
        password: &str,
        factor: &SecondFactor,
        ttl_ms: u64,
    ) -> Result<Option<NewSession>, LinkError> {
        let now_ms = now_ms();
        let invitation = self.invitation(secret, now_ms).await?;
        let person = &invitation.account.person;
        let mut transaction = self.db.write(Lane::Office).await?;
        use_up(&mut transaction, &hash(secret), "invitation", now_ms).await?;
        if invitation.forget_totp {
            for forget in [
                "UPDATE accounts SET totp = NULL, totp_next = NULL WHERE person = ?",
                "DELETE FROM recovery_codes WHERE person = ?",
            ] {
                sqlx::query(forget).bind(person).execute(&mut *transaction).await?;
            }
        }
        let session = async {
            if !prove(&mut transaction, person, factor).await? {
                return Ok(None);
            }
            set_password(&mut transaction, person, password, now_ms, None).await?;
            let act = Act::done(person, "account.invitation_used", person, json!({}));
            audit::append(&mut transaction, self.vault(), act).await?;
            begin(&mut transaction, person, now_ms, ttl_ms).await.map(Some)
        };
        let Some(session) = session.await.map_err(LinkError::Store)? else { return Ok(None) };
        transaction.commit().await?;
        Ok(Some(session))
    }

    /// Hashes of the present password and of earlier ones.
    pub async fn old_passwords(&self, person: &str) -> anyhow::Result<Vec<String>> {
        let rows =
            sqlx::query("SELECT password FROM old_passwords WHERE person = ? ORDER BY at_ms DESC LIMIT ?")
                .bind(person)
                .bind(OLD_KEPT)
                .fetch_all(&self.readers)
                .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Sets a new password; sessions end but for the one on `seat`.
    pub async fn change_password(&self, person: &str, password: &str, seat: &str) -> anyhow::Result<()> {
        let mut transaction = self.db.write(Lane::Office).await?;
        set_password(&mut transaction, person, password, now_ms(), Some(seat)).await?;
        let act = Act::done(person, "account.password_changed", person, json!({}));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Writes roles down; those that are there stay.
pub(super) async fn grant(
    transaction: &mut Writing,
    person: &str,
    grants: &[RoleGrant],
) -> anyhow::Result<()> {
    for grant in grants {
        let insert = "INSERT INTO account_roles (person, role, unit, class) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
        sqlx::query(insert)
            .bind(person)
            .bind(word(grant.role))
            .bind(grant.unit.as_deref().unwrap_or_default())
            .bind(grant.class.as_deref().unwrap_or_default())
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

async fn set_password(
    transaction: &mut Writing,
    person: &str,
    password: &str,
    now_ms: u64,
    seat: Option<&str>,
) -> anyhow::Result<()> {
    guessing::forget(transaction, person).await?;
    sqlx::query("UPDATE accounts SET password = ?, password_at_ms = ? WHERE person = ?")
        .bind(password)
        .bind(signed(now_ms))
        .bind(person)
        .execute(&mut **transaction)
        .await?;
    // After the last one, also within the same millisecond: none replaces another.
    sqlx::query(
        "INSERT INTO old_passwords (person, at_ms, password)
         SELECT ?1, max(?2, coalesce((SELECT max(at_ms) + 1 FROM old_passwords WHERE person = ?1), 0)), ?3",
    )
    .bind(person)
    .bind(signed(now_ms))
    .bind(password)
    .execute(&mut **transaction)
    .await?;
    sqlx::query(
        "DELETE FROM old_passwords WHERE person = ?1 AND at_ms NOT IN
             (SELECT at_ms FROM old_passwords WHERE person = ?1 ORDER BY at_ms DESC LIMIT ?2)",
    )
    .bind(person)
    .bind(OLD_KEPT)
    .execute(&mut **transaction)
    .await?;
    sqlx::query(
        "DELETE FROM secrets WHERE person = ? AND kind = 'session' AND role IS NULL AND seat IS NOT ?",
    )
    .bind(person)
    .bind(seat)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
