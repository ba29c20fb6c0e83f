//! The QR code, as one path: sharp at every size, and without seams between its modules.

use krilla::geom::PathBuilder;
use qrcodegen::{QrCode, QrCodeEcc};

use super::page::add_rect;

/// White modules around it, which scanners need.
const QUIET: i32 = 4;

/// Adds the dark modules of a code with the side `side`, white edge included. `None` = the text is too long.
pub(super) fn add_code(path: &mut PathBuilder, text: &str, (left, top): (f32, f32), side: f32) -> Option<()> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let module = side / (code.size() + 2 * QUIET) as f32;
    let at = |place: i32| (place + QUIET) as f32 * module;
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count() as i32;
            if run > 0 {
                add_rect(path, left + at(x), top + at(y), run as f32 * module, module);
            }
            x += run.max(1);
        }
    }
    Some(())
}
