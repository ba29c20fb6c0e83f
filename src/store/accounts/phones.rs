//! The telephone of an account: sealed, found by its keyed hash, and nobody else's.

use serde_json::json;
use sqlx::Row;

use super::super::Store;
use super::super::audit::{self, Act};
use super::super::db::Lane;
use super::OfficeError;

impl Store {
    /// The own telephone from now on: the person proved the password.
    pub async fn change_phone(&self, person: &str, phone: &str) -> Result<(), OfficeError> {
        let act = Act::done(person, "account.phone_changed", person, json!({}));
        self.write_phone(person, phone, act).await
    }

    /// Somebody else's telephone, with a reason.
    pub async fn set_phone(
        &self,
        person: &str,
        phone: &str,
        by: &str,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let act = Act::done(by, "account.phone_set", person, json!({ "reason": reason }));
        self.write_phone(person, phone, act).await
    }

    /// One number is one account; the number before signs in nowhere from now on.
    async fn write_phone(&self, person: &str, phone: &str, act: Act<'_>) -> Result<(), OfficeError> {
        let print = self.vault().fingerprint("phone", phone);
        let mut transaction = self.db.write(Lane::Office).await?;
        let taken =
            sqlx::query("SELECT EXISTS (SELECT 1 FROM accounts WHERE phone_print = ? AND person <> ?)");
        let taken = taken.bind(&print).bind(person).fetch_one(&mut *transaction).await?;
        if taken.try_get(0)? {
            return Err(OfficeError::PhoneTaken);
        }
        let done = sqlx::query("UPDATE accounts SET phone = ?, phone_print = ? WHERE person = ?");
        let done = done.bind(self.vault().seal("phone", phone)?).bind(print).bind(person);
        if done.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Err(OfficeError::NotFound);
        }
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(())
    }
}
