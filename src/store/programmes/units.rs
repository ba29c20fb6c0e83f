//! Units that send trainees: the 37 of the program and a programme's direct ones, with the lead and the
//! contact of each (R3).

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteExecutor};

use super::super::Store;
use super::super::audit::{self, Act};
use super::{Answer, Refused, json};
use crate::course::role::Scope;
use crate::course::{person, registration, unit};
use crate::protocol::{Mistake, NewUnit, Unit, UnitContacts, UnitKind, UnitPerson, Wrong};
use crate::sheet::{self, Cell, Kind, Table};

/// Headings of R3.
const R3: [&str; 11] = [
    "单位",
    "负责人姓名",
    "负责人职务",
    "负责人电话",
    "负责人手机",
    "负责人邮箱",
    "联系人姓名",
    "联系人职务",
    "联系人电话",
    "联系人手机",
    "联系人邮箱",
];
const NAME_CHARS_MAX: usize = 50;
const DIRECT_MAX: usize = 99;

/// All units of a programme, to find one by what people write.
pub(super) struct Units(Vec<Unit>);

impl Units {
    pub(super) async fn of(executor: impl SqliteExecutor<'_>, programme: &str) -> Answer<Units> {
        let rows = sqlx::query("SELECT code, name FROM direct_units WHERE programme = ? ORDER BY code");
        let rows = rows.bind(programme).fetch_all(executor).await?;
        let direct = |row: &SqliteRow| {
            let name: String = row.try_get("name")?;
            Ok(Unit { code: row.try_get("code")?, short: name.clone(), name, kind: UnitKind::Direct })
        };
        let mut units: Vec<Unit> = unit::UNITS.iter().map(shown).collect();
        for row in &rows {
            units.push(direct(row).map_err(|error: sqlx::Error| error)?);
        }
        Ok(Units(units))
    }

    /// By code, name or short name.
    pub(super) fn find(&self, text: &str) -> Option<&Unit> {
        let text = text.trim();
        self.0.iter().find(|unit| [&unit.code, &unit.name, &unit.short].iter().any(|word| *word == text))
    }

    pub(super) fn is_code(&self, code: &str) -> bool {
        self.0.iter().any(|unit| unit.code == code)
    }

    /// As tables name it; a code that is gone stays a code.
    pub(super) fn name(&self, code: &str) -> String {
        let unit = self.0.iter().find(|unit| unit.code == code);
        unit.map_or(code, |unit| &unit.name).to_owned()
    }

    pub(super) fn all(&self) -> &[Unit] {
        &self.0
    }
}

fn shown(unit: &unit::Unit) -> Unit {
    Unit { code: unit.code.into(), name: unit.name.into(), short: unit.short.into(), kind: unit.kind }
}

impl Store {
    pub async fn units(&self, programme: &str) -> Answer<Vec<Unit>> {
        let known = sqlx::query("SELECT 1 FROM programmes WHERE id = ?").bind(programme);
        known.fetch_optional(&self.readers).await?.ok_or(Refused::NotFound)?;
        Ok(Units::of(&self.readers, programme).await?.0)
    }

    /// A direct unit with the next code.
    pub async fn new_unit(&self, by: &str, programme: &str, new: &NewUnit) -> Answer<Unit> {
        let name = new.name.trim();
        if name.is_empty() {
            return Err(Refused::field("name", Wrong::Missing));
        }
        if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(Refused::field("name", Wrong::TooLong));
        }
        let mut writing = self.writing().await?;
        let known = sqlx::query("SELECT 1 FROM programmes WHERE id = ?").bind(programme);
        known.fetch_optional(&mut *writing).await?.ok_or(Refused::NotFound)?;
        let units = Units::of(&mut *writing, programme).await?;
        if units.find(name).is_some() {
            return Err(Refused::Taken);
        }
        let number = units.0.iter().filter(|unit| unit.kind == UnitKind::Direct).count() + 1;
        if number > DIRECT_MAX {
            return Err(Refused::field("name", Wrong::TooMuch));
        }
        let code = format!("D{number:02}");
        let done = sqlx::query("INSERT INTO direct_units (programme, code, name) VALUES (?, ?, ?)");
        done.bind(programme).bind(&code).bind(name).execute(&mut *writing).await?;
        let detail = json!({ "code": code, "name": name });
        audit::append(&mut writing, self.vault(), Act::done(by, "unit.made", programme, detail)).await?;
        writing.commit().await?;
        Ok(Unit { code, name: name.to_owned(), short: name.to_owned(), kind: UnitKind::Direct })
    }

    /// Lead and contact of the units that `scope` reaches.
    pub async fn contacts(&self, programme: &str, scope: &Scope) -> Answer<Vec<UnitContacts>> {
        let rows =
            sqlx::query("SELECT unit, lead, contact FROM unit_contacts WHERE programme = ? ORDER BY unit");
        let rows = rows.bind(programme).fetch_all(&self.readers).await?;
        let mut contacts = Vec::new();
        for row in &rows {
            let unit: String = row.try_get("unit")?;
            if !scope.unit(&unit) {
                continue;
            }
            let person = |column: &str| -> Answer<UnitPerson> {
                let sealed: Vec<u8> = row.try_get(column)?;
                Ok(json(&self.vault().open_text(&context(programme, &unit), &sealed)?)?)
            };
            let (lead, contact) = (person("lead")?, person("contact")?);
            contacts.push(UnitContacts { unit, lead, contact });
        }
        Ok(contacts)
    }

    /// 省级项目负责人信息表 (R3): one row for each unit that `scope` reaches, empty where nobody is named yet.
    pub async fn export_contacts(&self, programme: &str, scope: &Scope, kind: Kind) -> Answer<Vec<u8>> {
        let known = self.contacts(programme, scope).await?;
        let mut table = Table::new("省级项目负责人信息表", &R3);
        for unit in self.units(programme).await?.into_iter().filter(|unit| scope.unit(&unit.code)) {
            let both = known.iter().find(|contacts| contacts.unit == unit.code);
            let mut row = vec![unit.name];
            for person in [both.map(|both| &both.lead), both.map(|both| &both.contact)] {
                let one = person.cloned().unwrap_or_default();
                row.extend([one.name, one.position, one.telephone, one.mobile, one.email]);
            }
            table.rows.push(row.into_iter().map(Cell::Text).collect());
        }
        Ok(sheet::write(&table, kind).map_err(anyhow::Error::from)?)
    }

    /// Sets both people of a unit: there is always exactly one lead and one contact.
    pub async fn set_contacts(
        &self,
        by: &str,
        programme: &str,
        scope: &Scope,
        new: &UnitContacts,
    ) -> Answer<()> {
        let mut wrong = Vec::new();
        let lead = checked("lead", &new.lead, &mut wrong);
        let contact = checked("contact", &new.contact, &mut wrong);
        if !wrong.is_empty() {
            return Err(Refused::Wrong(wrong));
        }
        let mut writing = self.writing().await?;
        let known = sqlx::query("SELECT 1 FROM programmes WHERE id = ?").bind(programme);
        known.fetch_optional(&mut *writing).await?.ok_or(Refused::NotFound)?;
        let units = Units::of(&mut *writing, programme).await?;
        if !units.is_code(&new.unit) || !scope.unit(&new.unit) {
            return Err(Refused::NotFound);
        }
        let seal =
            |one: &UnitPerson| self.vault().seal(&context(programme, &new.unit), &json!(one).to_string());
        let done = sqlx::query(
            "INSERT INTO unit_contacts (programme, unit, lead, contact) VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET lead = excluded.lead, contact = excluded.contact",
        );
        let done = done.bind(programme).bind(&new.unit).bind(seal(&lead)?).bind(seal(&contact)?);
        done.execute(&mut *writing).await?;
        let detail = json!({ "unit": new.unit });
        audit::append(&mut writing, self.vault(), Act::done(by, "unit.contacts_set", programme, detail))
            .await?;
        writing.commit().await?;
        Ok(())
    }
}

fn context(programme: &str, unit: &str) -> String {
    format!("contact {programme} {unit}")
}

fn checked(who: &str, one: &UnitPerson, wrong: &mut Vec<Mistake>) -> UnitPerson {
    let mut read = |field: &str, read: Result<String, Wrong>| {
        read.unwrap_or_else(|why| {
            wrong.push(Mistake::field(format!("{who}.{field}"), why));
            String::new()
        })
    };
    let short = |text: &str| match text.trim() {
        text if text.chars().count() > NAME_CHARS_MAX || text.chars().any(char::is_control) => {
            Err(Wrong::TooLong)
        }
        text => Ok(text.to_owned()),
    };
    let mobile = match one.mobile.trim() {
        "" => Ok(String::new()),
        text => person::mobile(text),
    };
    UnitPerson {
        name: read("name", person::real_name(&one.name)),
        position: read("position", short(&one.position)),
        telephone: read("telephone", person::telephone(&one.telephone)),
        mobile: read("mobile", mobile),
        email: read("email", registration::email_of(&one.email)),
    }
}
