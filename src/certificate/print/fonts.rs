//! Fonts that come in as bytes: their letters, and the widths of these.

use std::collections::BTreeSet;
use std::sync::Arc;

use krilla::text::{Font, GlyphId};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::raw::{FileRef, TableProvider};
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};

/// Characters of names that many fonts lack; a font without them prints boxes instead.
pub const RARE: [char; 4] = ['䶮', '㛃', '𬭚', '𣲘'];
/// Words in the names of the Chinese families. Collections hold the same font for several countries, whose
/// characters differ in strokes.
const CHINESE: [&str; 4] = ["SC", "CN", "GB", "Hans"];

/// The reason why bytes are no printable font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadFont {
    #[error("this is no OpenType font or collection of fonts")]
    Format,
    #[error("this font has no outlines that a PDF can embed")]
    Outlines,
}

/// One font. Cheap to clone.
#[derive(Clone)]
pub struct Face {
    bytes: Arc<Vec<u8>>,
    index: u32,
    font: Font,
}

impl Face {
    /// Reads a font; from a collection the face for China, else the first.
    pub fn read(bytes: Vec<u8>) -> Result<Face, BadFont> {
        let bytes = Arc::new(bytes);
        let index = match FileRef::new(&bytes).map_err(|_| BadFont::Format)? {
            FileRef::Font(_) => 0,
            FileRef::Collection(collection) => {
                let is_chinese = |index: &u32| collection.get(*index).is_ok_and(|font| is_chinese(&font));
                (0..collection.len()).find(is_chinese).unwrap_or(0)
            }
        };
        let font = Font::new(bytes.clone().into(), index).ok_or(BadFont::Format)?;
        let face = Face { bytes, index, font };
        let read = face.open().ok_or(BadFont::Format)?;
        if read.glyf().is_err() && read.cff().is_err() {
            return Err(BadFont::Outlines);
        }
        Ok(face)
    }

    /// Family and style, as people know them.
    pub fn name(&self) -> String {
        self.open().map_or_else(String::new, |font| full_name(&font))
    }

    fn open(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(&self.bytes, self.index).ok()
    }
}

fn full_name(font: &FontRef) -> String {
    let names = font.localized_strings(StringId::FULL_NAME);
    names.english_or_first().map_or_else(String::new, |name| name.to_string())
}

fn is_chinese(font: &FontRef) -> bool {
    let name = full_name(font);
    name.split([' ', '-', '_']).any(|word| CHINESE.contains(&word))
}

/// The fonts of a certificate. A character is printed in the first font that has it.
#[derive(Clone)]
pub struct Fonts {
    /// For the text.
    pub plain: Vec<Face>,
    /// For the title and the name; characters missing in them come from `plain`.
    pub strong: Vec<Face>,
}

impl Fonts {
    /// The characters of a text that no font has, each once.
    pub fn missing(&self, text: impl IntoIterator<Item = char>) -> BTreeSet<char> {
        let letters = Letters::of(self);
        text.into_iter().filter(|c| letters.find(*c, false).is_none()).collect()
    }

    fn in_order(&self, is_strong: bool) -> impl Iterator<Item = usize> {
        let (plain, all) = (self.plain.len(), self.plain.len() + self.strong.len());
        let strong = if is_strong { plain..all } else { 0..0 };
        strong.chain(0..plain).chain(if is_strong { 0..0 } else { plain..all })
    }

    fn faces(&self) -> impl Iterator<Item = &Face> {
        self.plain.iter().chain(&self.strong)
    }
}

/// A printed character: its font, and its place there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Letter {
    pub c: char,
    /// Index of its font among all fonts.
    pub face: usize,
    pub glyph: GlyphId,
    /// Its width, in parts of the font's size.
    pub advance: f32,
}

/// The fonts during the making of a page.
pub(super) struct Letters<'a> {
    fonts: &'a Fonts,
    faces: Vec<Open<'a>>,
}

struct Open<'a> {
    font: &'a Font,
    characters: Charmap<'a>,
    widths: GlyphMetrics<'a>,
}

impl<'a> Letters<'a> {
    pub(super) fn of(fonts: &'a Fonts) -> Letters<'a> {
        let open = |face: &'a Face| {
            let read = face.open()?;
            let widths = read.glyph_metrics(Size::unscaled(), LocationRef::default());
            Some(Open { font: &face.font, characters: read.charmap(), widths })
        };
        Letters { fonts, faces: fonts.faces().filter_map(open).collect() }
    }

    /// `None` = no font has the character.
    pub(super) fn find(&self, c: char, is_strong: bool) -> Option<Letter> {
        self.fonts.in_order(is_strong).find_map(|face| {
            let open = self.faces.get(face)?;
            let glyph = open.characters.map(c).filter(|glyph| glyph.to_u32() != 0)?;
            let advance = open.widths.advance_width(glyph)? / open.font.units_per_em();
            Some(Letter { c, face, glyph: GlyphId::new(glyph.to_u32()), advance })
        })
    }

    pub(super) fn font(&self, face: usize) -> Option<&'a Font> {
        self.faces.get(face).map(|open| open.font)
    }
}
