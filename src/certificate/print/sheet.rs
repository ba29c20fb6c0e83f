//! The page: the place and size of everything.

use krilla::geom::{Size, Transform};
use krilla::image::Image;
use krilla::surface::Surface;

use super::fonts::Letters;
use super::lines::Placed;
use super::page::{GOLD, GREY, HEIGHT, INK, MM, PALE_GOLD, RED, WIDTH, fill_with, stroke_with};
use super::{NoPdf, Press, frame, lines, page, qr, rosette};
use crate::certificate::content::Content;
use crate::certificate::wording::{SAMPLE, TITLE, TITLE_ENGLISH, Wording};

const TITLE_SIZE: f32 = 50.0;
const TITLE_TRACKING: f32 = 0.5;
const TITLE_BASE: f32 = 54.0 * MM;
const ENGLISH_SIZE: f32 = 10.5;
const ENGLISH_TRACKING: f32 = 0.42;
const ENGLISH_BASE: f32 = 64.5 * MM;
const BODY_LEFT: f32 = 43.0 * MM;
const BODY_WIDTH: f32 = WIDTH - 2.0 * BODY_LEFT;
const BODY_TOP: f32 = 75.0 * MM;
const BODY_BOTTOM: f32 = 146.0 * MM;
/// Sizes of the body; the largest that fits is used.
const BODY_SIZES: [f32; 6] = [18.0, 16.5, 15.0, 13.0, 11.5, 10.5];
/// Distance of bases, in parts of the size.
const LEADING: f32 = 1.95;
const INDENT: f32 = 2.0;
/// Side of the QR code, white edge included; without it at least 22 mm.
const CODE_SIDE: f32 = 28.0 * MM;
const CODE_TOP: f32 = 153.0 * MM;
const FOOT_SIZE: f32 = 9.0;
const ISSUER_SIZE: f32 = 15.0;
/// Middle of issuers, date and seal.
const ISSUERS_AT: f32 = 218.0 * MM;
/// Width beyond which names are printed smaller.
const ISSUERS_WIDTH: f32 = 112.0 * MM;
/// Width up to the seal, or to the names of the issuers if these are no longer than usual.
const FOOT_WIDTH: f32 = 90.0 * MM;
const DATE_BASE: f32 = 180.0 * MM;
const ISSUER_STEP: f32 = 9.0 * MM;
const ISSUER_TRACKING: f32 = 0.04;
/// The usual size of institutions' seals.
const SEAL_SIDE: f32 = 42.0 * MM;
const SEAL_MIDDLE: f32 = 170.0 * MM;

/// Draws a certificate. After an error the drawn part is useless.
pub(super) fn draw(surface: &mut Surface, press: &Press, content: &Content) -> Result<(), NoPdf> {
    let seal = press.seal_of(content)?;
    let sheet = Sheet { letters: Letters::of(&press.fonts), wording: Wording::of(content) };
    rosette::draw_rosette(surface);
    frame::draw_frame(surface);
    if press.is_sample {
        sheet.sample(surface)?;
    }
    sheet.title(surface)?;
    sheet.body(surface)?;
    sheet.foot(surface, content)?;
    sheet.signed(surface)?;
    if let Some(seal) = seal {
        stamp(surface, seal.image());
    }
    Ok(())
}

struct Sheet<'a> {
    letters: Letters<'a>,
    wording: Wording,
}

impl Sheet<'_> {
    fn title(&self, surface: &mut Surface) -> Result<(), NoPdf> {
        fill_with(surface, RED);
        self.centred(surface, TITLE, true, TITLE_TRACKING, (WIDTH / 2.0, TITLE_BASE), TITLE_SIZE)?;
        fill_with(surface, GOLD);
        let at = (WIDTH / 2.0, ENGLISH_BASE);
        let width = self.centred(surface, TITLE_ENGLISH, false, ENGLISH_TRACKING, at, ENGLISH_SIZE)?;
        // A fine line on either side.
        let (gap, length, y) = (5.0 * MM, 24.0 * MM, ENGLISH_BASE - 0.36 * ENGLISH_SIZE);
        stroke_with(surface, GOLD, 0.6);
        page::draw(surface, |path| {
            for side in [-1.0, 1.0] {
                let from = WIDTH / 2.0 + side * (width / 2.0 + gap);
                path.move_to(from, y);
                path.line_to(from + side * length, y);
            }
        });
        Ok(())
    }

    fn body(&self, surface: &mut Surface) -> Result<(), NoPdf> {
        let issuers = self.wording.issuers.len() as f32;
        let bottom = BODY_BOTTOM.min(DATE_BASE - (issuers + 1.0) * ISSUER_STEP);
        let height = bottom - BODY_TOP;
        for size in BODY_SIZES {
            let paragraphs = self.wording.paragraphs.iter();
            let lines =
                paragraphs.map(|spans| lines::paragraph(&self.letters, spans, BODY_WIDTH / size, INDENT));
            let lines: Vec<_> = lines.collect::<Result<_, _>>().map_err(NoPdf::NoGlyph)?;
            let lines: Vec<_> = lines.into_iter().flatten().collect();
            let leading = size * LEADING;
            let free = height - lines.len() as f32 * leading;
            if free < 0.0 {
                continue;
            }
            fill_with(surface, INK);
            // Half of the free space is above.
            let first = BODY_TOP + free / 2.0 + (leading + size * 0.76) / 2.0;
            for (at, line) in lines.iter().enumerate() {
                let base = first + at as f32 * leading;
                page::write(surface, &self.letters, line, (BODY_LEFT, base), size);
            }
            return Ok(());
        }
        Err(NoPdf::TooLong)
    }

    /// The code, and its explanation beside it.
    fn foot(&self, surface: &mut Surface, content: &Content) -> Result<(), NoPdf> {
        let left = BODY_LEFT - 2.5 * MM;
        fill_with(surface, INK);
        let mut is_code = None;
        page::draw(surface, |path| {
            is_code = qr::add_code(path, &content.address(), (left, CODE_TOP), CODE_SIDE);
        });
        is_code.ok_or(NoPdf::Code)?;
        let lines = self.wording.foot.len() as f32;
        let step = FOOT_SIZE * 1.75;
        let first = CODE_TOP + CODE_SIDE / 2.0 - (lines - 1.0) * step / 2.0 + FOOT_SIZE * 0.38;
        for (at, text) in self.wording.foot.iter().enumerate() {
            fill_with(surface, if at == 0 { INK } else { GREY });
            let (line, width) = self.line(text, false, 0.02)?;
            let size = FOOT_SIZE.min(FOOT_WIDTH / width);
            let at = (left + CODE_SIDE + 1.5 * MM, first + at as f32 * step);
            page::write(surface, &self.letters, &line, at, size);
        }
        Ok(())
    }

    /// The issuers, and the date.
    fn signed(&self, surface: &mut Surface) -> Result<(), NoPdf> {
        fill_with(surface, INK);
        let issuers = self.wording.issuers.iter().rev();
        let mut size = ISSUER_SIZE;
        for issuer in issuers.clone() {
            size = size.min(ISSUERS_WIDTH / self.line(issuer, false, ISSUER_TRACKING)?.1);
        }
        for (at, issuer) in issuers.enumerate() {
            let base = DATE_BASE - (at as f32 + 1.0) * ISSUER_STEP;
            self.centred(surface, issuer, false, ISSUER_TRACKING, (ISSUERS_AT, base), size)?;
        }
        let at = (ISSUERS_AT, DATE_BASE);
        self.centred(surface, &self.wording.date, false, ISSUER_TRACKING, at, ISSUER_SIZE).map(drop)
    }

    fn line(&self, text: &str, is_strong: bool, tracking: f32) -> Result<(Vec<Placed>, f32), NoPdf> {
        lines::line(&self.letters, text, is_strong, tracking).map_err(NoPdf::NoGlyph)
    }

    /// Large and pale across the page, below everything else.
    fn sample(&self, surface: &mut Surface) -> Result<(), NoPdf> {
        let middle = (WIDTH / 2.0, HEIGHT / 2.0);
        surface.push_transform(&Transform::from_rotate_at(-24.0, middle.0, middle.1));
        fill_with(surface, PALE_GOLD);
        let drawn = self.centred(surface, SAMPLE, true, 0.6, (middle.0, middle.1 + 62.0), 170.0);
        surface.pop();
        drawn.map(drop)
    }

    /// Writes a line around a middle; returns its width.
    fn centred(
        &self,
        surface: &mut Surface,
        text: &str,
        is_strong: bool,
        tracking: f32,
        (middle, base): (f32, f32),
        size: f32,
    ) -> Result<f32, NoPdf> {
        let (line, width) = self.line(text, is_strong, tracking)?;
        let width = width * size;
        page::write(surface, &self.letters, &line, (middle - width / 2.0, base), size);
        Ok(width)
    }
}

/// The seal, over issuers and date like a stamp on paper.
fn stamp(surface: &mut Surface, image: &Image) {
    let Some(size) = Size::from_wh(SEAL_SIDE, SEAL_SIDE) else { return };
    surface.push_transform(&Transform::from_translate(
        ISSUERS_AT - SEAL_SIDE / 2.0,
        SEAL_MIDDLE - SEAL_SIDE / 2.0,
    ));
    surface.draw_image(image.clone(), size);
    surface.pop();
}
