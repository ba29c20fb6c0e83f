//! The certificate as a PDF: PDF/A-2u, one page A4 landscape, only vectors and letters apart from the seal.
//! The same content, fonts and seal give the same bytes on every machine: nothing here uses time or chance.
//!
//! [`Face`] and [`Fonts`] letters, from bytes · [`Seal`] its picture · [`Press`] all of them · [`Paper`] plain ones with a table · `lines` the
//! place of each letter · `sheet` the page, of `frame`, `rosette` and `qr`.

mod fonts;
mod frame;
mod lines;
mod page;
mod paper;
mod qr;
mod rosette;
mod seal;
mod sheet;

use std::collections::BTreeSet;

use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

pub use self::fonts::{BadFont, Face, Fonts, RARE};
pub use self::paper::{Column, Paper};
pub use self::seal::{NoSeal, SEAL_BYTES_MAX, Seal};
use super::content::Content;
use super::wording::{self, TITLE, Wording};
use crate::time::LocalDate;

/// Largest PDF, so that downloads and mails stay small; only the seal makes it large.
pub const PDF_BYTES_MAX: usize = 120_000;

/// The reason why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPdf {
    #[error("no font has the character {0}")]
    NoGlyph(char),
    #[error("the text is longer than the page")]
    TooLong,
    #[error("the address is too long for a QR code")]
    Code,
    #[error("the content names the seal {0}, which is not the one that is here")]
    Seal(String),
    #[error("the PDF has {0} bytes, more than {PDF_BYTES_MAX}: the seal has too many dots or colours")]
    TooLarge(usize),
    #[error("the PDF cannot be written: {0}")]
    Format(String),
}

/// The tools for printing certificates. Cheap to clone.
#[derive(Clone)]
pub struct Press {
    pub fonts: Fonts,
    /// Printed if the content names it.
    pub seal: Option<Seal>,
    /// Whether to print across the page that it is a sample.
    pub is_sample: bool,
}

impl Press {
    /// The characters of a certificate that no font has; check them before a batch.
    pub fn missing(&self, content: &Content) -> BTreeSet<char> {
        self.fonts.missing(Wording::of(content).characters())
    }

    /// Prints a certificate. Its content has no [`Content::mistakes`].
    pub fn print(&self, content: &Content) -> Result<Vec<u8>, NoPdf> {
        let format = |error: &dyn std::fmt::Debug| NoPdf::Format(format!("{error:?}"));
        let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
        let configuration = configuration.map_err(|error| format(&error))?;
        let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        document.set_metadata(metadata(content));
        let settings = PageSettings::from_wh(page::WIDTH, page::HEIGHT).ok_or_else(|| format(&"no page"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let drawn = sheet::draw(&mut surface, self, content);
        surface.finish();
        page.finish();
        drawn?;
        let pdf = document.finish().map_err(|error| format(&error))?;
        if pdf.len() > PDF_BYTES_MAX { Err(NoPdf::TooLarge(pdf.len())) } else { Ok(pdf) }
    }

    /// The seal named by the content; the error says that it is not here.
    fn seal_of(&self, content: &Content) -> Result<Option<&Seal>, NoPdf> {
        let Some(digest) = &content.seal else { return Ok(None) };
        let seal = self.seal.as_ref().filter(|seal| seal.digest() == digest);
        seal.map(Some).ok_or_else(|| NoPdf::Seal(digest.clone()))
    }
}

fn metadata(content: &Content) -> Metadata {
    Metadata::new()
        .title(format!("{TITLE} {}", content.number))
        .authors(content.issuers.clone())
        .language("zh-CN".into())
        .creator("live-classroom".into())
        .document_id(content.number.to_string())
        .creation_date(midnight(content.issued_on))
}

/// The day of a paper, as the moment at which it was made.
fn midnight(day: LocalDate) -> DateTime {
    let [year, month, day] = wording::parts(day);
    let small = |part: u32| u8::try_from(part).unwrap_or(1);
    let date = DateTime::new(u16::try_from(year).unwrap_or(0)).month(small(month)).day(small(day));
    date.hour(0).minute(0).second(0).utc_offset_hour(8).utc_offset_minute(0)
}

#[cfg(test)]
mod tests;
