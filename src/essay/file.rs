//! The text of an upload: a Word document or a text file, told apart by its bytes, not its name.

use super::docx;
use super::text::{TooLong, kept};
use crate::sheet::{self, decoded::decoded};

/// Longest upload, bytes. A document of 3,000 characters has 20 kB, with pictures some MB.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The reason why an upload is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the file is damaged, or a text of an unknown encoding")]
    Damaged,
    #[error("a .doc or .wps file, or one with a password: save it as .docx without one")]
    OldFormat,
    #[error("the document has macros: save it as .docx without them")]
    Macros,
    #[error("this is no .docx or .txt file")]
    OtherFormat,
    #[error("the file is larger, or unpacks to more, than an essay can be")]
    TooMuch,
    #[error("the text is longer than an essay can be")]
    TooLong,
    #[error("there is no text in the file")]
    Empty,
}

impl From<sheet::Unreadable> for Unreadable {
    fn from(why: sheet::Unreadable) -> Unreadable {
        match why {
            sheet::Unreadable::Format | sheet::Unreadable::TooManyFormulas => Unreadable::Damaged,
            sheet::Unreadable::OldFormat => Unreadable::OldFormat,
            sheet::Unreadable::OtherFormat => Unreadable::OtherFormat,
            sheet::Unreadable::TooMuch => Unreadable::TooMuch,
        }
    }
}

impl From<TooLong> for Unreadable {
    fn from(_: TooLong) -> Unreadable {
        Unreadable::TooLong
    }
}

/// The kind of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Docx,
    Txt,
}

/// The text of a file in its kept form, and the kind of the file.
pub fn read(bytes: &[u8]) -> Result<(String, Kind), Unreadable> {
    const OLD: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    const OTHER: [&[u8]; 8] =
        [b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"];
    let (raw, kind) = if bytes.len() > FILE_BYTES_MAX {
        return Err(Unreadable::TooMuch);
    } else if bytes.starts_with(b"PK") {
        (docx::read(bytes)?, Kind::Docx)
    } else if bytes.starts_with(OLD) {
        return Err(Unreadable::OldFormat);
    } else if OTHER.iter().any(|start| bytes.starts_with(start)) || sheet::is_page(bytes) {
        return Err(Unreadable::OtherFormat);
    } else {
        (decoded(bytes)?.0, Kind::Txt)
    };
    // No text holds zero bytes; pictures and programs do.
    if kind == Kind::Txt && raw.contains('\0') {
        return Err(Unreadable::OtherFormat);
    }
    let text = kept(&raw)?;
    if text.trim().is_empty() { Err(Unreadable::Empty) } else { Ok((text.trim_end().to_owned(), kind)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_usual_encoding_are_read() {
        let text = "第一段：教师培训。\n第二段 OK";
        let utf16 = |little: bool| -> Vec<u8> {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
        };
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        let with_mark = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        for bytes in [text.as_bytes().to_vec(), with_mark.into_bytes(), utf16(true), utf16(false), gb] {
            assert_eq!(read(&bytes), Ok((text.to_owned(), Kind::Txt)));
        }
    }

    #[test]
    fn what_is_no_essay_is_refused_with_its_reason() {
        let too_long = "字".repeat(super::super::text::CHARS_MAX + 1);
        for (bytes, expected) in [
            (&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"[..], Unreadable::OldFormat),
            (b"%PDF-1.7", Unreadable::OtherFormat),
            (b"{\\rtf1", Unreadable::OtherFormat),
            (b"<!DOCTYPE html><p>", Unreadable::OtherFormat),
            (b"MZ\0\x03\0\0", Unreadable::OtherFormat),
            (b"MZ\x90\0\x03\0\0", Unreadable::Damaged),
            (b"\xff\xff\xff\xff", Unreadable::Damaged),
            (b"PK\x03\x04", Unreadable::Damaged),
            (b"", Unreadable::Empty),
            (" \u{3000}\n\u{200b}".as_bytes(), Unreadable::Empty),
            (too_long.as_bytes(), Unreadable::TooLong),
            (&vec![b'a'; FILE_BYTES_MAX + 1], Unreadable::TooMuch),
        ] {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(16)]).into_owned();
            assert_eq!(read(bytes), Err(expected), "{start:?}");
        }
        assert_eq!(FILE_BYTES_MAX as u64, crate::protocol::shared::limit("essay_file_bytes_max"));
    }
}
