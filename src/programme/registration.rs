//! The registration form of a trainee and its check: every field, so that all mistakes are told at once.

use serde::{Deserialize, Serialize};

use super::columns::{agrees, school_word};
use crate::account::document::Document;
use crate::account::document::DocumentKind;
use crate::account::name;
use crate::account::telephone;
use crate::text::mistake::{Mistake, Wrong};
use crate::text::plain::{self, half_width};
use crate::time::LocalDate;

/// The registration form of a trainee, with texts as typed. A draft may leave anything empty, but a filled
/// field must be right. Required to submit: name, document, unit, school, school_kind, mobile; track and
/// category if the phase has some; sex only if the document does not tell it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistrationForm {
    pub name: String,
    pub sex: Option<Sex>,
    pub document_kind: Option<DocumentKind>,
    pub document_number: String,
    /// Code of the unit that sends the trainee.
    pub unit: String,
    /// 单位全称.
    pub school: String,
    /// 学校标识码, 10 digits.
    pub school_code: String,
    pub school_kind: Option<SchoolKind>,
    /// 职务.
    pub position: String,
    /// 职称.
    pub title: String,
    /// 任教专业/学科.
    pub subject: String,
    pub track: String,
    /// 参训类别.
    pub category: String,
    pub mobile: String,
    pub email: String,
    /// 备注.
    pub note: String,
}

/// Kinds of schools (学校类型). Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchoolKind {
    /// 中职.
    Secondary,
    /// 高职.
    Higher,
    /// 应用型本科.
    University,
    /// 行政.
    Administration,
}

/// Sex by GB/T 2261.1. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
    /// 未说明的性别.
    Unsaid,
}

/// Longest text of a field, characters.
const TEXT_CHARS_MAX: usize = 100;
/// Longest note, characters.
const NOTE_CHARS_MAX: usize = 200;
const SCHOOL_CODE_DIGITS: usize = 10;

/// The choices of a form.
pub struct Choices<'a> {
    /// The day of registration.
    pub today: LocalDate,
    pub is_unit: &'a dyn Fn(&str) -> bool,
    /// Empty = there is no choice.
    pub tracks: &'a [String],
    pub categories: &'a [String],
}

/// A form with right fields; fields not filled in are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The form with texts put right. Document number, mobile and e-mail are taken out of it.
    pub form: RegistrationForm,
    pub document: Option<Document>,
    /// Empty = not filled in.
    pub mobile: String,
    pub email: String,
}

/// Checks a form. With `whole` the form is submitted, and no required field may be missing; `has_document`
/// and `has_mobile` = these are known from before.
pub fn check(
    form: &RegistrationForm,
    choices: &Choices,
    whole: bool,
    has_document: bool,
    has_mobile: bool,
) -> Result<Checked, Vec<Mistake>> {
    let mut fields = Fields { whole, wrong: Vec::new() };
    let mut checked = fields.texts(form);
    checked.unit = fields.choice("unit", &form.unit, |unit| (choices.is_unit)(unit), true);
    checked.track = fields.listed("track", &form.track, choices.tracks);
    checked.category = fields.listed("category", &form.category, choices.categories);
    let document = fields.document(form, choices.today, has_document);
    let mobile = match (form.mobile.trim(), has_mobile) {
        ("", true) => String::new(),
        (text, _) => fields.read("mobile", text, telephone::mobile),
    };
    checked.sex = fields.sex(form, document.as_ref(), has_document);
    if whole && form.school_kind.is_none() {
        fields.wrong("school_kind", Wrong::Missing);
    }
    let email = fields.email(&form.email);
    if fields.wrong.is_empty() {
        Ok(Checked { form: checked, document, mobile, email })
    } else {
        Err(fields.wrong)
    }
}

struct Fields {
    whole: bool,
    wrong: Vec<Mistake>,
}

impl Fields {
    fn wrong(&mut self, field: &str, wrong: Wrong) {
        self.wrong.push(Mistake::field(field, wrong));
    }

    /// Reads a text; an empty one is a mistake only at submission.
    fn read(&mut self, field: &str, text: &str, read: impl FnOnce(&str) -> Result<String, Wrong>) -> String {
        match read(text) {
            Ok(text) => return text,
            Err(Wrong::Missing) if !self.whole => {}
            Err(wrong) => self.wrong(field, wrong),
        }
        String::new()
    }

    fn text(&mut self, field: &str, text: &str, chars_max: usize) -> String {
        let text = plain::text(text);
        if text.chars().count() > chars_max {
            self.wrong(field, Wrong::TooLong);
        } else if text.chars().any(char::is_control) {
            self.wrong(field, Wrong::Character);
        }
        text
    }

    /// Reads the fields that are plain texts.
    fn texts(&mut self, form: &RegistrationForm) -> RegistrationForm {
        let name = self.read("name", &form.name, name::real);
        let school = self.text("school", &form.school, TEXT_CHARS_MAX);
        if school.is_empty() && self.whole {
            self.wrong("school", Wrong::Missing);
        }
        let school_code = self.text("school_code", &form.school_code, TEXT_CHARS_MAX);
        let school_code = self.read("school_code", &school_code, school_code_of);
        RegistrationForm {
            name,
            school,
            school_code,
            document_kind: form.document_kind,
            school_kind: form.school_kind,
            position: self.text("position", &form.position, TEXT_CHARS_MAX),
            title: self.text("title", &form.title, TEXT_CHARS_MAX),
            subject: self.text("subject", &form.subject, TEXT_CHARS_MAX),
            note: self.text("note", &form.note, NOTE_CHARS_MAX),
            ..RegistrationForm::default()
        }
    }

    fn choice(&mut self, field: &str, text: &str, fits: impl Fn(&str) -> bool, needed: bool) -> String {
        let text = text.trim();
        match text {
            "" if needed && self.whole => self.wrong(field, Wrong::Missing),
            "" => {}
            text if !fits(text) => self.wrong(field, Wrong::Choice),
            _ => {}
        }
        text.to_owned()
    }

    fn listed(&mut self, field: &str, text: &str, list: &[String]) -> String {
        self.choice(field, text, |text| list.iter().any(|one| one == text), !list.is_empty())
    }

    fn document(&mut self, form: &RegistrationForm, today: LocalDate, known: bool) -> Option<Document> {
        let text = form.document_number.trim();
        match (form.document_kind, text) {
            (_, "") if known => {}
            (None, "") if !self.whole => {}
            (None, _) => self.wrong("document_kind", Wrong::Missing),
            (Some(kind), text) => match Document::parse(kind, text, today) {
                Ok(document) => return Some(document),
                Err(Wrong::Missing) if !self.whole => {}
                Err(wrong) => self.wrong("document_number", wrong),
            },
        }
        None
    }

    /// Reads the sex. A resident's number tells it, and the form must agree.
    fn sex(&mut self, form: &RegistrationForm, document: Option<&Document>, known: bool) -> Option<Sex> {
        let (said, is_resident) = (form.sex, form.document_kind == Some(DocumentKind::Resident));
        let Some(document) = document else {
            if self.whole && !known && said.is_none() && !is_resident {
                self.wrong("sex", Wrong::Missing);
            }
            return said;
        };
        match said {
            Some(said) if !agrees(said, document) => {
                self.wrong("sex", Wrong::SexOfDocument);
                Some(said)
            }
            Some(Sex::Male | Sex::Female) => said,
            _ if document.kind() == DocumentKind::Resident => {
                [Sex::Male, Sex::Female].into_iter().find(|sex| agrees(*sex, document))
            }
            None if self.whole => {
                self.wrong("sex", Wrong::Missing);
                None
            }
            said => said,
        }
    }

    fn email(&mut self, text: &str) -> String {
        email_of(text).unwrap_or_else(|wrong| {
            self.wrong("email", wrong);
            text.trim().to_owned()
        })
    }
}

/// Reads a 学校标识码; empty = none.
pub fn school_code_of(text: &str) -> Result<String, Wrong> {
    let code = plain::number(text)?;
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        Err(Wrong::Digits)
    } else if !code.is_empty() && code.len() != SCHOOL_CODE_DIGITS {
        Err(Wrong::Length)
    } else {
        Ok(code)
    }
}

/// Reads an e-mail address; empty = none.
pub fn email_of(text: &str) -> Result<String, Wrong> {
    let text = half_width(&plain::text(text)).replace('。', ".");
    let looks_right = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    let is_right = looks_right && plain && text.len() <= TEXT_CHARS_MAX;
    if text.is_empty() || is_right { Ok(text) } else { Err(Wrong::Email) }
}

/// The address with its name masked: z***@example.org.
pub fn masked_email(text: &str) -> String {
    match text.split_once('@') {
        Some((name, host)) => {
            format!("{}***@{host}", name.chars().next().map(String::from).unwrap_or_default())
        }
        None => String::new(),
    }
}

/// The kind of school by a word of 学校类型 in a table.
pub fn school_kind(text: &str) -> Option<SchoolKind> {
    use SchoolKind::{Administration, Higher, Secondary, University};
    [Secondary, Higher, University, Administration].into_iter().find(|kind| school_word(*kind) == text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::shared;

    /// The tests of the web client read the same cases.
    #[test]
    fn the_client_judges_schools_and_addresses_alike() {
        let shared = shared::person();
        type Reader = fn(&str) -> Result<String, Wrong>;
        let readers: [(&str, Reader); 2] = [("school_codes", school_code_of), ("emails", email_of)];
        for (name, read) in readers {
            for case in shared[name].as_array().expect("a list of cases") {
                let wrong: Option<Wrong> =
                    crate::wire::deserialize(case[1].clone()).expect("a word for what is wrong");
                assert_eq!(read(case[0].as_str().expect("a text")).err(), wrong, "{case}");
            }
        }
        assert_eq!(TEXT_CHARS_MAX as u64, shared::limit("school_chars_max"));
    }

    fn form() -> RegistrationForm {
        RegistrationForm {
            name: " 王　丽 ".into(),
            document_kind: Some(DocumentKind::Resident),
            document_number: "11010519491231002x".into(),
            unit: "33".into(),
            school: "某校".into(),
            school_kind: Some(SchoolKind::Higher),
            track: "5G".into(),
            mobile: "+86 138-1234-5678".into(),
            ..RegistrationForm::default()
        }
    }

    fn checked(form: &RegistrationForm, whole: bool, known: bool) -> Result<Checked, Vec<(String, Wrong)>> {
        let tracks = ["5G".to_owned(), "AI".to_owned()];
        let choices = Choices {
            today: LocalDate::parse("2020-11-06").expect("a day"),
            is_unit: &|unit| unit == "33",
            tracks: &tracks,
            categories: &[],
        };
        let checked = check(form, &choices, whole, known, known);
        checked.map_err(|wrong| wrong.into_iter().map(|one| (one.field, one.wrong)).collect())
    }

    #[test]
    fn a_form_is_put_right() {
        let checked = checked(&form(), true, false).expect("all is well");
        assert_eq!((checked.form.name.as_str(), checked.mobile.as_str()), ("王丽", "13812345678"));
        assert_eq!(checked.form.sex, Some(Sex::Female));
        assert_eq!(checked.document.unwrap().number(), "11010519491231002X");
        assert_eq!(checked.form.document_number, "");
    }

    #[test]
    fn everything_that_is_wrong_is_said_by_field() {
        let bad = RegistrationForm {
            name: "=1+1".into(),
            sex: Some(Sex::Male),
            document_kind: Some(DocumentKind::Resident),
            document_number: "11010519491231002X".into(),
            unit: "34".into(),
            school_code: "12a".into(),
            track: "6G".into(),
            category: "校长".into(),
            mobile: "12".into(),
            email: "a@b".into(),
            note: "x".repeat(201),
            ..RegistrationForm::default()
        };
        let mut wrong = checked(&bad, true, false).expect_err("much is wrong");
        wrong.sort_by(|one, other| one.0.cmp(&other.0));
        let expected = [
            ("category", Wrong::Choice),
            ("email", Wrong::Email),
            ("mobile", Wrong::Phone),
            ("name", Wrong::Character),
            ("note", Wrong::TooLong),
            ("school", Wrong::Missing),
            ("school_code", Wrong::Digits),
            ("school_kind", Wrong::Missing),
            ("sex", Wrong::SexOfDocument),
            ("track", Wrong::Choice),
            ("unit", Wrong::Choice),
        ];
        assert_eq!(wrong, expected.map(|(field, wrong)| (field.to_owned(), wrong)));
        let fifteen = RegistrationForm { document_number: "110105491231002".into(), ..form() };
        assert_eq!(
            checked(&fifteen, false, false),
            Err(vec![("document_number".into(), Wrong::FifteenDigits)])
        );
    }

    #[test]
    fn a_draft_may_be_empty_and_what_was_given_need_not_be_given_again() {
        assert!(checked(&RegistrationForm::default(), false, false).is_ok());
        let again = RegistrationForm { document_number: String::new(), mobile: String::new(), ..form() };
        assert!(checked(&again, true, true).is_ok());
        let wrong = checked(&again, true, false).expect_err("both are missing");
        let fields: Vec<&str> = wrong.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["document_number", "mobile"]);
    }
}
