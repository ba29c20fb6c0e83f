//! Signing in with an account: a code works once, a session begins; and the second
//! factor itself.

use serde_json::json;

use super::super::audit::{self, Act};
use super::super::db::{Lane, Writing};
use super::super::recordings::hex;
use super::super::secrets::hash;
use super::super::{Store, now_ms, random_hex, signed};
use super::guessing::{self, Origin};
use super::totp_context;
use crate::protocol::WrongTries;

/// How the second factor was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// The account has none.
    None,
    /// The code of this time step.
    Code(u64),
    /// A recovery code, in its one form.
    Recovery(String),
}

/// A session of an account that began.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub seat: String,
    /// Goes into the cookie of that seat and nowhere else.
    pub secret: String,
    pub expires_at_ms: u64,
    /// What was tried elsewhere since the last sign-in; `None` = nothing.
    pub wrong_tries: Option<WrongTries>,
}

impl Store {
    /// Begins a session of somebody who has shown who it is. None when the code was used meanwhile.
    pub async fn begin_session(
        &self,
        person: &str,
        factor: &SecondFactor,
        from: impl Into<Origin>,
        ttl_ms: u64,
    ) -> anyhow::Result<Option<NewSession>> {
        let (from, now_ms) = (from.into(), now_ms());
        let mut transaction = self.db.write(Lane::Office).await?;
        if !prove(&mut transaction, person, factor).await? {
            return Ok(None);
        }
        let wrong_tries = guessing::came_in(&mut transaction, person, &from, now_ms).await?;
        let session = NewSession { wrong_tries, ..begin(&mut transaction, person, now_ms, ttl_ms).await? };
        let factor = match factor {
            SecondFactor::None => "none",
            SecondFactor::Code(_) => "code",
            SecondFactor::Recovery(_) => "recovery",
        };
        let detail = json!({ "address": from.network, "second_factor": factor });
        audit::append(&mut transaction, self.vault(), Act::done(person, "account.signed_in", person, detail))
            .await?;
        transaction.commit().await?;
        Ok(Some(session))
    }

    /// Ends every session of an account.
    pub async fn sign_out_everywhere(&self, person: &str) -> anyhow::Result<()> {
        let mut transaction = self.db.write(Lane::Office).await?;
        sqlx::query("DELETE FROM secrets WHERE person = ? AND kind = 'session' AND role IS NULL")
            .bind(person)
            .execute(&mut *transaction)
            .await?;
        let act = Act::done(person, "account.signed_out_everywhere", person, json!({}));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Uses the second factor up without beginning a session; false when it was used already.
    pub async fn use_second_factor(&self, person: &str, factor: &SecondFactor) -> anyhow::Result<bool> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let proven = prove(&mut transaction, person, factor).await?;
        transaction.commit().await?;
        Ok(proven)
    }

    /// Keeps the secret of an authenticator until its first code confirms it.
    pub async fn begin_totp(&self, person: &str, secret: &[u8]) -> anyhow::Result<()> {
        let sealed = self.vault().seal(&totp_context(person), &hex(secret))?;
        let update = sqlx::query("UPDATE accounts SET totp_next = ? WHERE person = ?");
        self.db.execute(Lane::Office, update.bind(sealed).bind(person)).await?;
        Ok(())
    }

    /// The authenticator that was being enrolled is the one from now on; `step` is the one of its first code.
    /// False when there is none being enrolled.
    pub async fn confirm_totp(&self, person: &str, step: u64, codes: &[String]) -> anyhow::Result<bool> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let done = sqlx::query(
            "UPDATE accounts SET totp = totp_next, totp_next = NULL, totp_step = ?
             WHERE person = ? AND totp_next IS NOT NULL",
        );
        let done = done.bind(signed(step)).bind(person).execute(&mut *transaction).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM recovery_codes WHERE person = ?")
            .bind(person)
            .execute(&mut *transaction)
            .await?;
        for code in codes {
            sqlx::query("INSERT INTO recovery_codes (person, hash) VALUES (?, ?)")
                .bind(person)
                .bind(recovery_print(code))
                .execute(&mut *transaction)
                .await?;
        }
        let act = Act::done(person, "account.second_factor_enrolled", person, json!({}));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// 80 random bits each: nobody guesses them from a hash either.
fn recovery_print(code: &str) -> Vec<u8> {
    hash(code)
}

/// Uses the second factor up; false when it is of no use (any more).
pub(super) async fn prove(
    transaction: &mut Writing,
    person: &str,
    factor: &SecondFactor,
) -> anyhow::Result<bool> {
    let query = match factor {
        // Writes nothing new: it only asks, with the others' words, whether there is none.
        SecondFactor::None => {
            sqlx::query("UPDATE accounts SET totp = NULL WHERE person = ? AND totp IS NULL").bind(person)
        }
        SecondFactor::Code(step) => {
            sqlx::query("UPDATE accounts SET totp_step = ?2 WHERE person = ?1 AND totp_step < ?2")
                .bind(person)
                .bind(signed(*step))
        }
        SecondFactor::Recovery(code) => {
            sqlx::query("DELETE FROM recovery_codes WHERE person = ? AND hash = ?")
                .bind(person)
                .bind(recovery_print(code))
        }
    };
    Ok(query.execute(&mut **transaction).await?.rows_affected() == 1)
}

/// A session of an account: it has no role of its own.
pub(super) async fn begin(
    transaction: &mut Writing,
    person: &str,
    now_ms: u64,
    ttl_ms: u64,
) -> anyhow::Result<NewSession> {
    let (seat, secret) = (random_hex::<8>()?, random_hex::<32>()?);
    let expires_at_ms = now_ms.saturating_add(ttl_ms);
    sqlx::query(
        "INSERT INTO secrets (hash, kind, seat, person, expires_at_ms) VALUES (?, 'session', ?, ?, ?)",
    )
    .bind(hash(&secret))
    .bind(&seat)
    .bind(person)
    .bind(signed(expires_at_ms))
    .execute(&mut **transaction)
    .await?;
    Ok(NewSession { seat, secret, expires_at_ms, wrong_tries: None })
}
