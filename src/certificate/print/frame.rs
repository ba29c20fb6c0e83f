//! The frame: a strong and a fine line, and within it a third that steps back at the corners and leaves room for a small
//! square (回).

use krilla::geom::PathBuilder;
use krilla::surface::Surface;

use super::page::{GOLD, HEIGHT, MM, RED, WIDTH, add_rect, draw, fill_with, stroke_with};

/// Distance from the edge of the paper; printers leave less white.
const STRONG_AT: f32 = 10.0 * MM;
const FINE_AT: f32 = 11.9 * MM;
const INNER_AT: f32 = 15.5 * MM;
/// Side of the step in the inner line.
const STEP: f32 = 9.0 * MM;
/// Side of the square in the step, and the line around its core.
const SQUARE: f32 = 6.4 * MM;
const CORE: f32 = 2.2 * MM;

pub(super) fn draw_frame(surface: &mut Surface) {
    for (at, width, colour) in [(STRONG_AT, 2.6, RED), (FINE_AT, 0.6, RED)] {
        stroke_with(surface, colour, width);
        draw(surface, |path| add_rect(path, at, at, WIDTH - 2.0 * at, HEIGHT - 2.0 * at));
    }
    stroke_with(surface, GOLD, 0.75);
    draw(surface, inner_line);
    let corners = [(false, false), (true, false), (false, true), (true, true)];
    draw(surface, |path| corners.into_iter().for_each(|corner| square(path, corner, SQUARE)));
    draw(surface, |path| corners.into_iter().for_each(|corner| square(path, corner, SQUARE - 1.6 * MM)));
    fill_with(surface, RED);
    draw(surface, |path| corners.into_iter().for_each(|corner| square(path, corner, CORE)));
}

/// A square with this side in the middle of the large one in a corner.
fn square(path: &mut PathBuilder, (is_right, is_lower): (bool, bool), side: f32) {
    let near = INNER_AT + (SQUARE - side) / 2.0;
    let x = if is_right { WIDTH - near - side } else { near };
    let y = if is_lower { HEIGHT - near - side } else { near };
    add_rect(path, x, y, side, side);
}

fn inner_line(path: &mut PathBuilder) {
    let (left, top, right, bottom) = (INNER_AT, INNER_AT, WIDTH - INNER_AT, HEIGHT - INNER_AT);
    path.move_to(left + STEP, top);
    for (x, y) in [
        (right - STEP, top),
        (right - STEP, top + STEP),
        (right, top + STEP),
        (right, bottom - STEP),
        (right - STEP, bottom - STEP),
        (right - STEP, bottom),
        (left + STEP, bottom),
        (left + STEP, bottom - STEP),
        (left, bottom - STEP),
        (left, top + STEP),
        (left + STEP, top + STEP),
    ] {
        path.line_to(x, y);
    }
    path.close();
}
