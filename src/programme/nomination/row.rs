//! One row of a list of trainees.

use std::collections::BTreeMap;

use super::{ATTESTATION_CHARS_MAX, Known, Mistake, Nominee, Offer, Wrong};
use crate::account::birth;
use crate::account::document::Document;
use crate::account::document::DocumentKind;
use crate::account::name;
use crate::account::telephone;
use crate::programme::columns::{
    COLUMNS, Column, DOCUMENT_WORDS, SCHOOL_WORDS, SEX_WORDS, agrees, document_kind, phase_number,
    school_kind, sex,
};
use crate::programme::heads::Heads;
use crate::programme::nation;
use crate::programme::registration;
use crate::programme::told::{Told, value};
use crate::sheet::{Cell, letters};
use crate::text::plain::{self, could_be};

/// Longest cell that is kept, characters; for recommendations [`ATTESTATION_CHARS_MAX`].
const CELL_CHARS_MAX: usize = 200;

/// One row while it is read.
pub(super) struct Row<'a, 'k> {
    /// Row of the file, as a spreadsheet counts.
    pub(super) number: u32,
    pub(super) cells: &'a [Cell],
    /// Whether `?` may stand for a lost letter.
    pub(super) lossy: bool,
    pub(super) heads: &'a Heads,
    pub(super) known: &'a Known<'k>,
    pub(super) mistakes: &'a mut Told,
    pub(super) remarks: &'a mut Told,
}

impl Row<'_, '_> {
    /// Reads the nominee. Every field is checked, so that all mistakes are told.
    pub(super) fn nominee(&mut self) -> Option<Nominee> {
        let Known { today, unit, phase: offer_of, may_send } = *self.known;
        let name = self.field(Column::Name, name::real);
        let sex = self.word(Column::Sex, &SEX_WORDS, sex);
        let kind = if self.heads.columns.contains_key(&Column::DocumentKind) {
            self.word(Column::DocumentKind, &DOCUMENT_WORDS, document_kind)
        } else {
            Some(DocumentKind::Resident)
        };
        let document = kind.and_then(|kind| {
            self.field(Column::DocumentNumber, |text| match Document::parse(kind, text, today) {
                // A spreadsheet keeps 15 digits and replaces the others by zeros.
                Err(Wrong::Check) if text.ends_with("000") => Err(Wrong::Rounded),
                read => read,
            })
        });
        let unit = self.field(Column::Province, |text| match unit(text) {
            Some(unit) if !may_send(&unit) => Err(Wrong::OtherUnit),
            Some(unit) => Ok(unit),
            None if text.is_empty() => Err(Wrong::Missing),
            None => Err(Wrong::Choice),
        });
        let phase = self.field(Column::Phase, |text| {
            let number = phase_number(&plain::number(text)?)?;
            Ok((number, offer_of(number).ok_or(Wrong::NoPhase)?))
        });
        let mobile = self.field(Column::Mobile, telephone::mobile);
        let school = self.field(Column::School, |text| match text.chars().count() {
            0 => Err(Wrong::Missing),
            1..=CELL_CHARS_MAX => Ok(text.to_owned()),
            _ => Err(Wrong::TooLong),
        });
        let rest = self.rest(document.as_ref(), phase.map(|(_, offer)| offer).unwrap_or_default());
        let (sex, document) = (sex?, document?);
        if !agrees(sex, &document) {
            self.wrong(Column::Sex, Wrong::SexOfDocument);
            return None;
        }
        let (school, mut rest) = (school?, rest?);
        rest.insert(Column::School, school);
        Some(Nominee {
            row: self.number,
            name: name?,
            sex,
            document,
            mobile: mobile?,
            unit: unit?,
            phase: phase?.0,
            rest,
        })
    }

    pub(super) fn twice(&mut self, before: u32) {
        let mistake = self.mistake(Column::DocumentNumber, Wrong::Twice);
        self.mistakes.push(Mistake { figures: vec![before], ..mistake });
    }

    fn text(&self, column: Column) -> String {
        self.heads.cell(self.cells, column).map_or(String::new(), |cell| plain::text(cell.text()))
    }

    /// The reason why a cell cannot be read at all. The result of a formula is the spreadsheet's view, not
    /// the unit's word.
    fn unreadable(&self, column: Column) -> Option<Wrong> {
        let is_long = |text: &str| text.bytes().filter(u8::is_ascii_digit).count() > plain::EXACT_DIGITS;
        match self.heads.cell(self.cells, column)? {
            Cell::Formula(_) => Some(Wrong::Formula),
            Cell::Number(text) if is_long(text) || plain::number(text).is_err() => Some(Wrong::Rounded),
            _ => None,
        }
    }

    fn field<T>(&mut self, column: Column, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        let text = self.text(column);
        match self.unreadable(column).map_or_else(|| read(&text), Err) {
            Ok(value) => {
                if self.lossy && text.contains('?') {
                    let remark = self.mistake(column, Wrong::LostLetters);
                    self.remarks.push(remark);
                }
                Some(value)
            }
            Err(wrong) => {
                self.wrong(column, wrong);
                None
            }
        }
    }

    /// Reads one of some words; the mistake lists them.
    fn word<T>(
        &mut self,
        column: Column,
        words: &[&str],
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let text = self.text(column);
        let mut fitting =
            words.iter().filter(|word| self.lossy && text.contains('?') && could_be(&text, word));
        let text = match (fitting.next(), fitting.next()) {
            (Some(word), None) => (*word).to_owned(),
            _ => text,
        };
        match self.unreadable(column).map_or_else(|| read(&text), Err) {
            Ok(value) => Some(value),
            Err(wrong) => {
                let choices = words.iter().map(|word| (*word).to_owned()).filter(|_| wrong == Wrong::Choice);
                let mistake = Mistake { choices: choices.collect(), ..self.mistake(column, wrong) };
                self.mistakes.push(mistake);
                None
            }
        }
    }

    /// Reads the columns that are only kept.
    fn rest(&mut self, document: Option<&Document>, offer: Offer) -> Option<BTreeMap<Column, String>> {
        let formed = self.formed(document, offer);
        let mut rest = formed.clone().unwrap_or_default();
        let mut is_right = formed.is_some();
        for (column, ..) in COLUMNS.iter().filter(|(column, ..)| is_only_kept(*column)) {
            let chars_max =
                if *column == Column::Attestation { ATTESTATION_CHARS_MAX } else { CELL_CHARS_MAX };
            let read = |text: &str| match text.chars().count() {
                count if count > chars_max => Err(Wrong::TooLong),
                _ => Ok(text.to_owned()),
            };
            match self.field(*column, read) {
                Some(text) if !text.is_empty() => drop(rest.insert(*column, text)),
                Some(_) => {}
                None => is_right = false,
            }
        }
        is_right.then_some(rest)
    }

    /// Reads the given columns that have a form; all of them are checked.
    fn formed(&mut self, document: Option<&Document>, offer: Offer) -> Option<BTreeMap<Column, String>> {
        let mut found = BTreeMap::new();
        let mut is_right = true;
        let mut keep = |column: Column, read: Option<String>| match read {
            Some(text) if !text.is_empty() => drop(found.insert(column, text)),
            Some(_) => {}
            None => is_right = false,
        };
        type Read = fn(&str) -> Result<String, Wrong>;
        let given =
            |read: Read| move |text: &str| if text.is_empty() { Ok(String::new()) } else { read(text) };
        let nation: Read = |text| nation::read(text).map(str::to_owned);
        keep(Column::Nation, self.field(Column::Nation, given(nation)));
        keep(Column::SchoolCode, self.field(Column::SchoolCode, given(registration::school_code_of)));
        keep(Column::SchoolKind, self.word(Column::SchoolKind, &SCHOOL_WORDS, given(school_kind)));
        keep(Column::Email, self.field(Column::Email, given(registration::email_of)));
        let listed = |list: &[String], text: &str| {
            let same = list.iter().find(|one| plain::word(one) == plain::word(text));
            match same {
                _ if text.is_empty() || list.is_empty() => Ok(text.to_owned()),
                Some(same) => Ok(same.clone()),
                None => Err(Wrong::Choice),
            }
        };
        for (column, list) in [(Column::Track, offer.tracks), (Column::Category, offer.categories)] {
            let words: Vec<&str> = list.iter().map(String::as_str).collect();
            keep(column, self.word(column, &words, |text| listed(list, text)));
        }
        keep(Column::Born, self.born(document));
        is_right.then_some(found)
    }

    /// Reads the month of birth, which must be that of the document.
    fn born(&mut self, document: Option<&Document>) -> Option<String> {
        let (today, month) = (self.known.today, document.and_then(Document::born));
        let is_number = matches!(self.heads.cell(self.cells, Column::Born), Some(Cell::Number(_)));
        self.field(Column::Born, |text| {
            if text.is_empty() {
                return Ok(String::new());
            }
            let mut born = birth::born(text, today)?;
            // To a spreadsheet the number 1985.10 is 1985.1.
            if is_number && text.split_once('.').is_some_and(|(_, decimals)| decimals == "1") {
                match month {
                    Some(month) if month == format!("{}10", &born[..4]) => born = month.to_owned(),
                    Some(_) => {}
                    None => return Err(Wrong::Value),
                }
            }
            if month.is_some_and(|month| month != born) { Err(Wrong::BornOfDocument) } else { Ok(born) }
        })
    }

    fn mistake(&self, column: Column, wrong: Wrong) -> Mistake {
        let heading = COLUMNS.iter().find(|(one, ..)| *one == column).map_or("", |(_, heading, _)| heading);
        Mistake {
            row: Some(self.number),
            column: self.heads.columns.get(&column).map(|at| letters(*at)),
            value: value(&self.text(column)),
            ..Mistake::field(heading, wrong)
        }
    }

    fn wrong(&mut self, column: Column, wrong: Wrong) {
        let mistake = self.mistake(column, wrong);
        self.mistakes.push(mistake);
    }
}

fn is_only_kept(column: Column) -> bool {
    use Column::{Attestation, Note, Position, Subject, Title};
    matches!(column, Position | Title | Subject | Note | Attestation)
}
