//! The background: a rosette of fine lines as on banknotes, so pale that the text is clear on it.

use std::f32::consts::TAU;

use krilla::geom::PathBuilder;
use krilla::surface::Surface;

use super::page::{HEIGHT, MM, PALE_GOLD, WIDTH, draw, stroke_with};

const LINE: f32 = 0.35;
/// Petals of each curve.
const PETALS: f32 = 12.0;
/// Number of curves, each turned a little.
const CURVES: usize = 5;
const STEPS: usize = 60;

pub(super) fn draw_rosette(surface: &mut Surface) {
    stroke_with(surface, PALE_GOLD, LINE);
    draw(surface, |path| {
        for (radius, swing) in [(49.0 * MM, 6.0 * MM), (34.0 * MM, 9.0 * MM), (17.0 * MM, 10.0 * MM)] {
            for curve in 0..CURVES {
                add_curve(path, radius, swing, curve as f32 / CURVES as f32);
            }
        }
    });
}

/// Adds a closed wave around the middle of the page. `turn`: in parts of a petal.
fn add_curve(path: &mut PathBuilder, radius: f32, swing: f32, turn: f32) {
    // Radius, and its change with the angle.
    let at = |step: usize| {
        let angle = TAU * step as f32 / STEPS as f32;
        let phase = PETALS * angle + TAU * turn;
        let (r, dr) = (radius + swing * phase.cos(), -swing * PETALS * phase.sin());
        let point = (WIDTH / 2.0 + r * angle.cos(), HEIGHT / 2.0 + r * angle.sin());
        (point, (dr * angle.cos() - r * angle.sin(), dr * angle.sin() + r * angle.cos()))
    };
    let third = TAU / STEPS as f32 / 3.0;
    let ((x, y), _) = at(0);
    path.move_to(short(x), short(y));
    for step in 0..STEPS {
        let ((x0, y0), (dx0, dy0)) = at(step);
        let ((x1, y1), (dx1, dy1)) = at(step + 1);
        let [bx, by] = [x0 + dx0 * third, y0 + dy0 * third].map(short);
        let [cx, cy] = [x1 - dx1 * third, y1 - dy1 * third].map(short);
        path.cubic_to(bx, by, cx, cy, short(x1), short(y1));
    }
    path.close();
}

/// Rounds to tenths of a point: finer than the line, and a third of the bytes.
fn short(place: f32) -> f32 {
    (place * 10.0).round() / 10.0
}
