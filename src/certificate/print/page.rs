//! The page: A4 landscape, in points from the upper left corner.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::KrillaGlyph;

use super::fonts::Letters;
use super::lines::Placed;

pub(super) const WIDTH: f32 = 297.0 * MM;
pub(super) const HEIGHT: f32 = 210.0 * MM;
pub(super) const MM: f32 = 72.0 / 25.4;

/// Red, green and blue.
pub(super) type Colour = [u8; 3];
pub(super) const INK: Colour = [0x22, 0x20, 0x1e];
pub(super) const RED: Colour = [0x9c, 0x1f, 0x1f];
pub(super) const GOLD: Colour = [0xa9, 0x80, 0x3c];
pub(super) const PALE_GOLD: Colour = [0xf1, 0xe9, 0xd8];
pub(super) const GREY: Colour = [0x6b, 0x66, 0x60];

fn rgb([red, green, blue]: Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

pub(super) fn fill_with(surface: &mut Surface, colour: Colour) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: rgb(colour).into(), ..Fill::default() }));
}

pub(super) fn stroke_with(surface: &mut Surface, colour: Colour, width: f32) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: rgb(colour).into(), width, ..Stroke::default() }));
}

/// Draws the path with the present fill or stroke.
pub(super) fn draw(surface: &mut Surface, path: impl FnOnce(&mut PathBuilder)) {
    let mut builder = PathBuilder::new();
    path(&mut builder);
    if let Some(path) = builder.finish() {
        surface.draw_path(&path);
    }
}

pub(super) fn add_rect(path: &mut PathBuilder, x: f32, y: f32, width: f32, height: f32) {
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rect);
    }
}

/// Writes a line with its left edge at `x` and its base at `y`. Neighbours of one font are one text.
pub(super) fn write(surface: &mut Surface, letters: &Letters, line: &[Placed], at: (f32, f32), size: f32) {
    for run in line.chunk_by(|one, next| one.letter.face == next.letter.face) {
        let (Some(first), Some(font)) =
            (run.first(), run.first().and_then(|one| letters.font(one.letter.face)))
        else {
            continue;
        };
        let text: String = run.iter().map(|placed| placed.letter.c).collect();
        let nexts = run.iter().skip(1).map(|next| Some(next.x)).chain([None]);
        let mut from = 0;
        let glyphs: Vec<KrillaGlyph> = run
            .iter()
            .zip(nexts)
            .map(|(placed, next)| {
                let to = from + placed.letter.c.len_utf8();
                let range = std::mem::replace(&mut from, to)..to;
                let advance = next.map_or(placed.letter.advance, |next| next - placed.x);
                KrillaGlyph::new(placed.letter.glyph, advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect();
        let start = Point::from_xy(at.0 + first.x * size, at.1);
        surface.draw_glyphs(start, &glyphs, font.clone(), &text, size, false);
    }
}
