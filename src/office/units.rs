//! Units that send trainees: the 37 fixed ones and a programme's direct ones, with the lead and the contact
//! of each (R3).

use serde_json::json;

use super::{Answer, OfficeRefusal};
use crate::account::name;
use crate::account::role::Scope;
use crate::account::telephone;
use crate::certificate::number::DIRECT_MAX;
use crate::programme::registration;
use crate::programme::unit::{ProgrammeUnit as Unit, UnitPerson};
use crate::programme::unit::{Units, direct_unit};
use crate::protocol::{NewUnit, UnitContacts};
use crate::sheet::{self, Cell, Kind, Table};
use crate::store::audit::{self, Act};
use crate::store::units::{self, DirectUnit};
use crate::store::{Lane, Store, Writing, programmes};
use crate::text::mistake::{Mistake, Wrong};

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

/// The units of a programme, to find one by the words of people.
pub(super) async fn of_programme(store: &Store, programme: &str) -> Answer<Units> {
    Ok(with_direct(store.units().direct(programme).await?))
}

/// The units of a programme as part of a decision.
pub(super) async fn of_programme_in(writing: &mut Writing, programme: &str) -> Answer<Units> {
    Ok(with_direct(units::direct(writing, programme).await?))
}

fn with_direct(direct: Vec<DirectUnit>) -> Units {
    Units::with_direct(direct.into_iter().map(|unit| (unit.code, unit.name)))
}

/// All units of a programme.
pub async fn all(store: &Store, programme: &str) -> Answer<Vec<Unit>> {
    if !store.programmes().is_known(programme).await? {
        return Err(OfficeRefusal::NotFound);
    }
    Ok(of_programme(store, programme).await?.into_list())
}

/// Makes a direct unit with the next code, which no other programme has.
pub async fn make(store: &Store, by: &str, programme: &str, new: &NewUnit) -> Answer<Unit> {
    let name = new.name.trim();
    if name.is_empty() {
        return Err(OfficeRefusal::field("name", Wrong::Missing));
    }
    if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(OfficeRefusal::field("name", Wrong::TooLong));
    }
    let mut writing = store.write(Lane::Office).await?;
    if !programmes::is_known(&mut writing, programme).await? {
        return Err(OfficeRefusal::NotFound);
    }
    let known = of_programme_in(&mut writing, programme).await?;
    if known.find(name).is_some() {
        return Err(OfficeRefusal::Taken);
    }
    // Roles name a unit by its code alone: one code never means two institutions, also in two programmes.
    let number = units::last_direct(&mut writing).await? + 1;
    if number > u32::from(DIRECT_MAX) {
        return Err(OfficeRefusal::field("name", Wrong::TooMuch));
    }
    let code = format!("D{number:02}");
    units::insert_direct(&mut writing, programme, &code, name).await?;
    let detail = json!({ "code": code, "name": name });
    let act = Act::done(by, "unit.made", programme, detail);
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(direct_unit(code, name.to_owned()))
}

/// Lead and contact of the units within `scope`.
pub async fn contacts(store: &Store, programme: &str, scope: &Scope) -> Answer<Vec<UnitContacts>> {
    Ok(store.units().contacts(programme, scope).await?)
}

/// 省级项目负责人信息表 (R3): one row for each unit within `scope`, empty if nobody is named yet.
pub async fn export_contacts(store: &Store, programme: &str, scope: &Scope, kind: Kind) -> Answer<Vec<u8>> {
    let known = contacts(store, programme, scope).await?;
    let mut table = Table::new("省级项目负责人信息表", &R3);
    for unit in all(store, programme).await?.into_iter().filter(|unit| scope.unit(&unit.code)) {
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
    store: &Store,
    by: &str,
    programme: &str,
    scope: &Scope,
    new: &UnitContacts,
) -> Answer<()> {
    let mut wrong = Vec::new();
    let lead = checked("lead", &new.lead, &mut wrong);
    let contact = checked("contact", &new.contact, &mut wrong);
    if !wrong.is_empty() {
        return Err(OfficeRefusal::Wrong(wrong));
    }
    let contacts = UnitContacts { unit: new.unit.clone(), lead, contact };
    let mut writing = store.write(Lane::Office).await?;
    if !programmes::is_known(&mut writing, programme).await? {
        return Err(OfficeRefusal::NotFound);
    }
    let known = of_programme_in(&mut writing, programme).await?;
    if !known.is_code(&new.unit) || !scope.unit(&new.unit) {
        return Err(OfficeRefusal::NotFound);
    }
    units::set_contacts(&mut writing, store.vault(), programme, &contacts).await?;
    let act = Act::done(by, "unit.contacts_set", programme, json!({ "unit": new.unit }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(())
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
        text => telephone::mobile(text),
    };
    UnitPerson {
        name: read("name", name::real(&one.name)),
        position: read("position", short(&one.position)),
        telephone: read("telephone", telephone::of_office(&one.telephone)),
        mobile: read("mobile", mobile),
        email: read("email", registration::email_of(&one.email)),
    }
}
