//! Months of birth in tables.

use super::AGE_MAX;
use crate::text::mistake::Wrong;
use crate::text::plain::{self, half_width};
use crate::time::LocalDate;

/// Reads a month of birth with or without a day (`1980-05`, `1980.5.7`, `198005`, `1980年5月`, `80-5`,
/// `May-80`) as `198005`: of digits alone, so that no spreadsheet takes it for a day.
pub fn born(text: &str, today: LocalDate) -> Result<String, Wrong> {
    let plain = half_width(&plain::text(text)).to_lowercase();
    let plain: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    let (year, month, day) = date_parts(&plain).ok_or(Wrong::Value)?;
    let fits = |text: &str, lengths: &[usize]| plain::is_digits(text) && lengths.contains(&text.len());
    if !fits(&year, &[2, 4]) || !fits(&month, &[1, 2]) || !fits(&day, &[1, 2]) {
        return Err(Wrong::Value);
    }
    let lived = today.years_before(AGE_MAX + 1)..=today;
    // Two digits: a year of this century, or else of the last one.
    let years = if year.len() == 4 { vec![year] } else { vec![format!("20{year}"), format!("19{year}")] };
    let found = years.iter().find_map(|year| {
        let date = LocalDate::parse(&format!("{year}-{month:0>2}-{day:0>2}"))?;
        lived.contains(&date).then(|| format!("{year}{month:0>2}"))
    });
    found.ok_or(Wrong::Value)
}

/// Year, month and day; the day is 1 if there is none.
fn date_parts(plain: &str) -> Option<(String, String, String)> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let of = |parts: [&str; 3]| Some(parts.map(str::to_owned).into());
    if plain::is_digits(plain) {
        return match plain.len() {
            6 => of([&plain[..4], &plain[4..], "1"]),
            8 => of([&plain[..4], &plain[4..6], &plain[6..]]),
            _ => None,
        };
    }
    let word: String = plain.chars().filter(char::is_ascii_lowercase).collect();
    if !word.is_empty() {
        // A month in letters beside a year: `may-80`, `1980may`.
        let year = plain.replacen(&word, "", 1).replace(['-', '.', '/', ','], "");
        let month = MONTHS.iter().position(|name| word.starts_with(name))?;
        return of([&year, &(month + 1).to_string(), "1"]);
    }
    let signs = ['-', '–', '—', '.', '/', ',', '年', '月', '日', '生'];
    let parts: Vec<&str> = plain.split(signs).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [year, month] => of([year, month, "1"]),
        [year, month, day] => of([year, month, day]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> LocalDate {
        LocalDate::parse("2020-11-06").expect("a day")
    }

    #[test]
    fn months_of_birth_have_one_form() {
        for text in [
            "1980-05",
            "1980-5",
            "198005",
            "1980年5月",
            "1980年05月",
            " １９８０．０５ ",
            "1980/5",
            "1980-05-07",
            "1980/5/7",
            "1980年5月7日",
            "1980.5.7",
            "80-05",
            "80.5",
            "May-80",
            "1980 May",
            "19800507",
            "1980年5月生",
        ] {
            assert_eq!(born(text, today()).as_deref(), Ok("198005"), "{text}");
        }
        for text in [
            "",
            "1980",
            "1980-00",
            "1980-13",
            "1980-2-30",
            "五月",
            "2020-12",
            "1819-11",
            "19800５x",
            "5-1980",
            "Foo-80",
        ] {
            assert_eq!(born(text, today()), Err(Wrong::Value), "{text}");
        }
    }
}
