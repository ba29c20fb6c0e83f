//! CSV by RFC 4180, in and out. Written here, because rows are counted like in a spreadsheet: empty lines are
//! rows, line breaks inside of cells are not.

use super::decoded::decoded;
use super::kept::Kept;
use super::text::tidy;
use super::{Cell, Sheet, Unreadable};

const SEPARATORS: [char; 3] = [',', ';', '\t'];
/// Most rows read to find the separator.
const LOOKED_AT: usize = 20;

pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let (text, lossy) = decoded(bytes)?;
    // No table holds zero bytes; pictures and programs do.
    if text.contains('\0') {
        return Err(Unreadable::Format);
    }
    let (separator, text) = separator(&text);
    Ok(Sheet { rows: rows(text, separator)?, lossy, ..Sheet::default() })
}

/// The separator in most of the first rows, and the text without a line that only names it (`sep=;`).
fn separator(text: &str) -> (char, &str) {
    if let Some(named) = text.strip_prefix("sep=") {
        let mut rest = named.chars();
        let separator = rest.next().filter(|c| SEPARATORS.contains(c));
        let line = rest.as_str().strip_prefix("\r\n").or_else(|| rest.as_str().strip_prefix(['\r', '\n']));
        if let (Some(separator), Some(rest)) = (separator, line) {
            return (separator, rest);
        }
    }
    let mut found = SEPARATORS.map(|separator| (0, 0, separator));
    let (mut in_row, mut rows, mut quoted) = ([0usize; 3], 0, false);
    for character in text.chars().chain(['\n']) {
        match character {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => {
                for ((with, all, _), count) in found.iter_mut().zip(std::mem::take(&mut in_row)) {
                    *with += usize::from(count > 0);
                    *all += count;
                }
                rows += 1;
                if rows >= LOOKED_AT {
                    break;
                }
            }
            other if !quoted => {
                in_row
                    .iter_mut()
                    .zip(SEPARATORS)
                    .for_each(|(count, one)| *count += usize::from(one == other));
            }
            _ => {}
        }
    }
    // Of equals, the comma comes first.
    let best =
        found.into_iter().reduce(|best, one| if (one.0, one.1) > (best.0, best.1) { one } else { best });
    (best.map_or(',', |(_, _, separator)| separator), text)
}

fn rows(text: &str, separator: char) -> Result<Vec<Vec<Cell>>, Unreadable> {
    let mut kept = Kept::default();
    let (mut row, mut column, mut cell) = (0, 0, String::new());
    let (mut quoted, mut fresh) = (false, true);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if fresh => quoted = true,
            c if !quoted && (c == separator || matches!(c, '\r' | '\n')) => {
                kept.cell(row, column, Cell::Text(plain(&cell)))?;
                cell.clear();
                fresh = true;
                if c == separator {
                    column += 1;
                    continue;
                }
                if c == '\r' && characters.peek() == Some(&'\n') {
                    characters.next();
                }
                (row, column) = (row + 1, 0);
                continue;
            }
            other => cell.push(other),
        }
        fresh = false;
    }
    kept.cell(row, column, Cell::Text(plain(&cell)))?;
    if quoted { Err(Unreadable::Format) } else { Ok(kept.rows) }
}

/// A cell without the marks that programs put around it as a protection.
fn plain(cell: &str) -> String {
    let cell = tidy(cell);
    // ="0123": a number that must stay a text.
    if let Some(inner) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner.replace("\"\"", "\"");
    }
    match (cell.strip_prefix('\''), cell.strip_suffix('\t')) {
        (Some(rest), _) if is_formula(rest.trim_start_matches('\'')) => rest.to_owned(),
        (_, Some(rest)) if is_altered(rest.trim_end_matches('\t')) => rest.to_owned(),
        _ => cell.into_owned(),
    }
}

pub(super) fn write(rows: &[Vec<Cell>]) -> String {
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                text.push(',');
            }
            let cell = shown(cell);
            if cell.contains(['"', '\r', '\n']) || cell.contains(SEPARATORS) {
                text.push('"');
                text += &cell.replace('"', "\"\"");
                text.push('"');
            } else {
                text += &cell;
            }
        }
        text += "\r\n";
    }
    text
}

/// Protects the texts. A spreadsheet takes a text that begins like a formula for one; an apostrophe before it
/// marks it as text. It rounds numbers of 16 digits and more, drops leading zeros and makes days of
/// fractions; a tab behind makes them texts. (A text with such a mark of its own gets another one, so that
/// reading returns the same.)
fn shown(cell: &Cell) -> String {
    let Cell::Text(text) = cell else { return cell.text().to_owned() };
    let text = tidy(text);
    if is_formula(text.trim_start_matches('\'')) {
        format!("'{text}")
    } else if is_altered(text.trim_end_matches('\t')) {
        format!("{text}\t")
    } else {
        text.into_owned()
    }
}

fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n'])
}

/// Whether a spreadsheet would take a text for a number or a day and show it differently.
fn is_altered(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts_at = |signs: &[char]| {
        let parts: Vec<&str> = text.split(signs).collect();
        (2..=3).contains(&parts.len()) && parts.iter().all(|part| is_digits(part) && part.len() <= 4)
    };
    (is_digits(text) && (text.len() >= 12 || text.len() >= 2 && text.starts_with('0')))
        || parts_at(&['/', '-'])
        || parts_at(&['e', 'E'])
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030};

    use super::*;

    #[test]
    fn long_numbers_are_safe_in_a_spreadsheet() {
        let rows = [["330102198503070811", "0571", "13812345678", "3/4", "12E3"].map(Cell::from).to_vec()];
        let text = write(&rows);
        assert_eq!(text, "\"330102198503070811\t\",\"0571\t\",13812345678,\"3/4\t\",\"12E3\t\"\r\n");
        assert_eq!(read(text.as_bytes()).expect("CSV").rows, rows);
    }

    #[test]
    fn every_usual_encoding_and_separator_is_read() {
        let text = "姓名,单位\r\n王丽,某校\r\n";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let files = [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe", &utf16(u16::to_le_bytes)[..]].concat(),
            [b"\xfe\xff", &utf16(u16::to_be_bytes)[..]].concat(),
            GB18030.encode(text).0.into_owned(),
            text.replace(',', ";").into_bytes(),
            text.replace(',', "\t").into_bytes(),
            format!("sep=;\r\n{}", text.replace(',', ";")).into_bytes(),
        ];
        let expected = read(&files[0]).expect("CSV");
        for file in &files {
            assert_eq!(read(file).as_ref(), Ok(&expected), "{file:?}");
        }
        let big5 = BIG5.encode("姓名,單位\r\n王麗,某校\r\n").0;
        let found = read(&big5).expect("Big5");
        assert!(found.lossy);
        assert_eq!((found.text(0, 1), found.text(1, 0)), ("單位", "王麗"));
    }

    #[test]
    fn what_programs_put_around_a_text_is_taken_off() {
        let found = read("=\"0571\",\"=\"\"12\"\"\",'=1,a;b\n".as_bytes()).expect("CSV");
        assert_eq!(found.texts(), [["0571", "12", "=1", "a;b"]]);
    }
}
