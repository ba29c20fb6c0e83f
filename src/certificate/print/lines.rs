//! Lines of Chinese text: their ends, and the place of each character. Both edges are straight, except in the
//! last line; a little air separates Chinese from digits and Latin letters.

use super::fonts::{Letter, Letters};
use crate::certificate::wording::{Span, Style};

/// Air between Chinese and Latin or digits, in parts of the size.
const AIR: f32 = 0.2;
/// Width of a blank, in parts of the size.
const BLANK: f32 = 0.28;
/// Air around a name, and after each of its characters.
const NAME_AIR: f32 = 0.4;
const NAME_TRACKING: f32 = 0.1;
/// Closing signs of full width have their ink in the left half; at the end of a line the right half may hang
/// over.
const HANGING: f32 = 0.5;
const CLOSING: &str = "，。、；：）》”";
/// Width above which a sign is of full width.
const FULL: f32 = 0.9;
const NEVER_FIRST: &str = "，。、；：？！）》”’」』】％%,.;:?!)]}·";
const NEVER_LAST: &str = "（《“‘「『【([{";
/// A longer word is split at the end of the line.
const WORD_CHARS_MAX: usize = 24;

/// A character, and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub letter: Letter,
    /// Distance from the left edge, in parts of the size.
    pub x: f32,
}

/// Characters that stay together.
#[derive(Debug)]
struct Atom {
    letters: Vec<Letter>,
    /// Air before it, unless it begins a line.
    before: f32,
}

impl Atom {
    fn width(&self) -> f32 {
        self.letters.iter().map(|letter| letter.advance).sum()
    }

    fn first(&self) -> char {
        self.letters.first().map_or(' ', |letter| letter.c)
    }

    fn last(&self) -> char {
        self.letters.last().map_or(' ', |letter| letter.c)
    }

    /// Whether it ends with a sign or character of full width.
    fn is_full(&self) -> bool {
        self.letters.last().is_some_and(|letter| letter.advance > FULL)
    }

    /// The part of it that may hang over the right edge.
    fn hangs(&self) -> f32 {
        if self.is_full() && CLOSING.contains(self.last()) { HANGING } else { 0.0 }
    }

    /// Whether a further character belongs to it; `is_inside` = both are of one piece that stays together.
    fn takes(&self, c: char, is_inside: bool) -> bool {
        let (last, longest) = (self.last(), self.letters.len() >= WORD_CHARS_MAX);
        let is_word = is_latin(last) && is_latin(c);
        let is_piece = is_inside && is_latin(last) == is_latin(c);
        (is_word || is_piece) && !longest
    }
}

/// Breaks a paragraph; width and indent in parts of the size. The error is a character that no font has.
pub(super) fn paragraph(
    letters: &Letters,
    spans: &[Span],
    width: f32,
    indent: f32,
) -> Result<Vec<Vec<Placed>>, char> {
    let atoms = atoms(letters, spans)?;
    let (mut lines, mut from) = (Vec::new(), 0);
    while from < atoms.len() {
        let indent = if from == 0 { indent } else { 0.0 };
        let to = line_end(&atoms, from, width - indent);
        let is_last = to == atoms.len();
        lines.push(placed(&atoms[from..to], indent, (!is_last).then_some(width - indent)));
        from = to;
    }
    Ok(lines)
}

/// Sets one line in its natural width; `tracking`: air after each character but the last.
pub(super) fn line(
    letters: &Letters,
    text: &str,
    is_strong: bool,
    tracking: f32,
) -> Result<(Vec<Placed>, f32), char> {
    let (mut line, mut x) = (Vec::new(), 0.0);
    for c in text.chars() {
        if c == ' ' || c == '　' {
            x += if c == ' ' { BLANK } else { 1.0 } + tracking;
            continue;
        }
        let letter = letters.find(c, is_strong).ok_or(c)?;
        line.push(Placed { letter, x });
        x += letter.advance + tracking;
    }
    Ok((line, (x - tracking).max(0.0)))
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+-=/.%@&'".contains(c) || matches!(c, '\u{c0}'..='\u{24f}')
}

/// Whether it is a Chinese character, a sign of full width or the like: lines may end at each.
fn is_wide(c: char) -> bool {
    !is_latin(c) && !is_sign(c)
}

fn is_sign(c: char) -> bool {
    NEVER_FIRST.contains(c) || NEVER_LAST.contains(c)
}

fn atoms(letters: &Letters, spans: &[Span]) -> Result<Vec<Atom>, char> {
    let mut atoms: Vec<Atom> = Vec::new();
    let (mut blank, mut before) = (false, Style::Plain);
    for span in spans {
        let mut begins = true;
        for c in span.text.chars() {
            if c.is_whitespace() {
                blank = true;
                continue;
            }
            let mut letter = letters.find(c, span.style != Style::Plain).ok_or(c)?;
            if span.style == Style::Name {
                letter.advance += NAME_TRACKING;
            }
            let is_inside = span.style != Style::Plain && !begins;
            let open = |atom: &&mut Atom| !blank && atom.takes(c, is_inside);
            match atoms.last_mut().filter(open) {
                Some(atom) => atom.letters.push(letter),
                None => {
                    let is_name = begins && (before == Style::Name || span.style == Style::Name);
                    let air = atoms.last().map_or(0.0, |last| air_between(last, &letter, blank, is_name));
                    atoms.push(Atom { letters: vec![letter], before: air });
                }
            }
            (blank, begins) = (false, false);
        }
        before = span.style;
    }
    Ok(atoms)
}

fn air_between(last: &Atom, next: &Letter, blank: bool, is_name: bool) -> f32 {
    let (before, after) = (last.last(), next.c);
    let closes = |c: char| CLOSING.contains(c);
    let opens = |c: char| NEVER_LAST.contains(c);
    let is_full = last.is_full() && next.advance > FULL;
    if is_full && (closes(before) && (closes(after) || opens(after)) || opens(before) && opens(after)) {
        // Two halves without ink would meet.
        -HANGING
    } else if is_name && !is_sign(before) && !is_sign(after) {
        NAME_AIR
    } else if blank {
        BLANK
    } else if is_latin(before) && is_wide(after) || is_wide(before) && is_latin(after) {
        AIR
    } else {
        0.0
    }
}

/// The atom after the last one of the line that begins at `from`.
fn line_end(atoms: &[Atom], from: usize, width: f32) -> usize {
    let (mut x, mut to) = (0.0, from);
    while let Some(atom) = atoms.get(to) {
        let before = if to == from { 0.0 } else { atom.before };
        x += before + atom.width();
        if to > from && x - atom.hangs() > width {
            break;
        }
        to += 1;
    }
    let may_end = |to: usize| {
        let ends_well = atoms.get(to).is_none_or(|next| !NEVER_FIRST.contains(next.first()));
        ends_well && !NEVER_LAST.contains(atoms[to - 1].last())
    };
    (from + 1..=to).rev().find(|to| may_end(*to)).unwrap_or(to)
}

/// Places the atoms of a line; `width`: `None` = the line ends with its text.
fn placed(atoms: &[Atom], indent: f32, width: Option<f32>) -> Vec<Placed> {
    let natural: f32 = atoms.iter().enumerate().map(|(at, atom)| air(atom, at) + atom.width()).sum();
    let hangs = atoms.last().map_or(0.0, Atom::hangs);
    let gaps = atoms.len().saturating_sub(1).max(1) as f32;
    let stretch = width.map_or(0.0, |width| (width + hangs - natural) / gaps);
    let (mut x, mut line) = (indent, Vec::new());
    for (at, atom) in atoms.iter().enumerate() {
        x += air(atom, at) + if at > 0 { stretch } else { 0.0 };
        for letter in &atom.letters {
            line.push(Placed { letter: *letter, x });
            x += letter.advance;
        }
    }
    line
}

fn air(atom: &Atom, at: usize) -> f32 {
    if at == 0 { 0.0 } else { atom.before }
}
