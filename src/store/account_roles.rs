//! Table `account_roles`: the roles of accounts, each over everything in its reach, one unit or one class.

use sqlx::Row;

use super::db::Writing;
use super::dialect::{Connection, json_list, json_object};
use super::{Store, word};
use crate::account::role::{Role as AccountRole, RoleGrant};
use crate::programme::unit;

/// Roles of the account in the row, as JSON.
pub(super) const GRANTS: &str = concat!(
    "(SELECT ",
    json_list!(json_object!("'role', role, 'unit', nullif(unit, ''), 'class', nullif(class, '')")),
    " FROM account_roles WHERE account_roles.person = accounts.person)"
);

/// The classes whose lessons the person of the row teaches, as JSON.
pub(super) const TAUGHT: &str = concat!(
    "(SELECT ",
    json_list!("DISTINCT class"),
    " FROM lesson_instructors JOIN lessons ON lessons.id = lesson
     WHERE lesson_instructors.person = accounts.person AND class IS NOT NULL)"
);

/// Reads the reach of roles.
pub struct AccountRoles<'a>(&'a Store);

impl Store {
    pub fn account_roles(&self) -> AccountRoles<'_> {
        AccountRoles(self)
    }
}

impl AccountRoles<'_> {
    /// Whether every unit and class in these roles exists.
    pub async fn scopes_exist(&self, grants: &[RoleGrant]) -> anyhow::Result<bool> {
        let mut reading = self.0.readers.begin().await?;
        exist(&mut reading, grants).await
    }
}

/// Whether every unit and class in these roles exists.
pub async fn scopes_exist(writing: &mut Writing, grants: &[RoleGrant]) -> anyhow::Result<bool> {
    exist(writing, grants).await
}

async fn exist(reader: &mut Connection, grants: &[RoleGrant]) -> anyhow::Result<bool> {
    for grant in grants {
        let asked = match (&grant.unit, &grant.class) {
            (Some(code), _) if unit::UNITS.iter().any(|unit| unit.code == code) => continue,
            (Some(code), _) => ("SELECT EXISTS (SELECT 1 FROM direct_units WHERE code = $1)", code),
            (None, Some(class)) => ("SELECT EXISTS (SELECT 1 FROM classes WHERE id = $1)", class),
            (None, None) => continue,
        };
        let row = sqlx::query(asked.0).bind(asked.1).fetch_one(&mut *reader).await?;
        if !row.try_get::<bool, _>(0)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a person may teach.
pub async fn is_instructor(connection: &mut Connection, person: &str) -> anyhow::Result<bool> {
    let known = sqlx::query("SELECT 1 FROM account_roles WHERE person = $1 AND role = 'instructor' LIMIT 1");
    Ok(known.bind(person).fetch_optional(connection).await?.is_some())
}

/// Writes roles; existing ones stay.
pub async fn insert(writing: &mut Writing, person: &str, grants: &[RoleGrant]) -> anyhow::Result<()> {
    for grant in grants {
        let insert = "INSERT INTO account_roles (person, role, unit, class) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING";
        sqlx::query(insert)
            .bind(person)
            .bind(word(grant.role))
            .bind(grant.unit.as_deref().unwrap_or_default())
            .bind(grant.class.as_deref().unwrap_or_default())
            .execute(&mut **writing)
            .await?;
    }
    Ok(())
}

/// Deletes every role of a person.
pub async fn delete(writing: &mut Writing, person: &str) -> anyhow::Result<()> {
    let delete = sqlx::query("DELETE FROM account_roles WHERE person = $1");
    delete.bind(person).execute(&mut **writing).await?;
    Ok(())
}

/// The roles in a row of [`GRANTS`], each instructor with the classes of [`TAUGHT`].
pub(super) fn reaching(grants: &str, taught: &str) -> anyhow::Result<Vec<RoleGrant>> {
    let mut grants: Vec<RoleGrant> = serde_json::from_str(grants)?;
    if grants.iter().any(|grant| grant.role == AccountRole::Instructor) {
        let taught: Vec<String> = serde_json::from_str(taught)?;
        let of_class = |class| RoleGrant { role: AccountRole::Instructor, unit: None, class: Some(class) };
        grants.extend(taught.into_iter().map(of_class));
    }
    Ok(grants)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::role::Action;

    #[test]
    fn instructors_reach_the_classes_they_teach() {
        let grant = RoleGrant { role: AccountRole::Instructor, unit: None, class: None };
        let grants = serde_json::to_string(&[grant]).unwrap();
        let reaching = reaching(&grants, r#"["c1","c2"]"#).unwrap();
        let scope = crate::account::role::scope(&reaching, Action::Announce);
        assert!(scope.class("c1") && scope.class("c2") && !scope.class("c3") && !scope.everything);
    }
}
